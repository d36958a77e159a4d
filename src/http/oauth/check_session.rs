//! `/check_session`: the page that apps frame to hear whether the browser's state has changed (Session Management 1.0
//! §3.3). The only one that may be framed, by the origins of registered apps.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};

use crate::{
    http::{
        Shared,
        cookies::{self, Jar},
        render::FramedBy,
    },
    protocol::address::origin,
    views::CheckSession,
};

/// How long the list of those who may frame it gets, in bytes: proxies take no longer headers.
const LONGEST_LIST: usize = 3_000;

/// GET: the same for everybody; its script reads the one cookie that scripts may read.
pub(super) async fn page(State(sv): State<Shared>, headers: HeaderMap) -> Response {
    let page = CheckSession { cookie: cookies::name(&sv, Jar::BrowserState) };
    let Ok(html) = page.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut response = ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response();
    response.extensions_mut().insert(FramedBy(framed_by(sv.clients.now().origins().clone(), &headers)));
    response
}

/// All registered origins; where they are too many for a header, the one of the page that frames it, if it says so.
fn framed_by(mut all: BTreeSet<String>, headers: &HeaderMap) -> BTreeSet<String> {
    if all.iter().map(|origin| origin.len() + 1).sum::<usize>() > LONGEST_LIST {
        let referer = headers.get(header::REFERER).and_then(|value| value.to_str().ok()?.parse().ok());
        let asking = referer.as_ref().and_then(origin);
        all.retain(|origin| Some(origin) == asking.as_ref());
    }
    all
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn r27_where_all_are_too_many_the_one_that_asks_is_named_if_it_is_among_them() {
        let few: BTreeSet<String> = (0..3).map(|n| format!("https://app-{n}.example")).collect();
        let many: BTreeSet<String> = (0..500).map(|n| format!("https://app-{n}.example")).collect();
        let from = |referer: &'static str| HeaderMap::from_iter([(header::REFERER, HeaderValue::from_static(referer))]);
        assert_eq!(framed_by(few.clone(), &HeaderMap::new()), few);
        assert_eq!(framed_by(few.clone(), &from("https://evil.example/")), few);
        assert_eq!(framed_by(many.clone(), &from("https://app-7.example/x")), ["https://app-7.example".into()].into());
        for nobody in [HeaderMap::new(), from("https://evil.example/"), from("https://app-7.example.evil/"), from("x")]
        {
            assert!(framed_by(many.clone(), &nobody).is_empty());
        }
    }
}
