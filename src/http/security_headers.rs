//! What every response tells the browser about itself (R27): not to guess types, not to run or load what is not ours,
//! not to be framed, not to tell others where it was, not to keep it.

use std::{collections::BTreeSet, sync::LazyLock};

use axum::{
    http::{Extensions, HeaderName, HeaderValue, header},
    response::Response,
};

use super::render::{FramedBy, Frames, Leaves, ShowsImage};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'";
const FORMS: &str = "; form-action 'self'";

/// What nearly every response carries, made once.
static USUAL: LazyLock<HeaderValue> = LazyLock::new(|| policy(&Exceptions::default()));

/// What a page may do that others may not.
#[derive(Debug, Default, PartialEq, Eq)]
struct Exceptions {
    /// Its form's redirects leave the site.
    leaves: bool,
    /// It shows an image from there.
    image: Option<String>,
    /// It loads pages from there in frames.
    frames: BTreeSet<String>,
    /// Pages of these origins may frame it.
    framed_by: BTreeSet<String>,
}

/// The same on every response.
const FIXED: [(HeaderName, HeaderValue); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(self), microphone=(), geolocation=()"),
    ),
];

/// Adds them; `https`: whether the issuer is, for only then may a browser be told never to come by http again.
pub(super) fn add(response: &mut Response, https: bool) {
    let exceptions = exceptions(response.extensions());
    let headers = response.headers_mut();
    for (name, value) in FIXED {
        headers.insert(name, value);
    }
    if https {
        let two_years = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, two_years);
    }
    let policy = if exceptions == Exceptions::default() { USUAL.clone() } else { policy(&exceptions) };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // It knows no origins: the policy alone says who may frame the one page that may be.
    if !exceptions.framed_by.is_empty() {
        headers.remove(header::X_FRAME_OPTIONS);
    }
    headers.entry(header::CACHE_CONTROL).or_insert(const { HeaderValue::from_static("no-store") });
}

fn exceptions(marks: &Extensions) -> Exceptions {
    Exceptions {
        leaves: marks.get::<Leaves>().is_some(),
        image: marks.get::<ShowsImage>().map(|image| image.0.clone()),
        frames: marks.get::<Frames>().map(|frames| frames.0.clone()).unwrap_or_default(),
        framed_by: marks.get::<FramedBy>().map(|by| by.0.clone()).unwrap_or_default(),
    }
}

/// PRODUCT's policy; without `form-action` where a form's redirects leave the site, with one more image origin where a
/// client's logo shows, with the origins of frames where apps sign out in the browser, and with those that may frame the page for them.
fn policy(exceptions: &Exceptions) -> HeaderValue {
    let mut text = POLICY.to_owned();
    if let Some(origin) = &exceptions.image {
        text = text.replace("img-src 'self' data:;", &format!("img-src 'self' data: {origin};"));
    }
    if !exceptions.frames.is_empty() {
        text = format!("{text}; frame-src {}", listed(&exceptions.frames));
    }
    if !exceptions.framed_by.is_empty() {
        text = text.replace("frame-ancestors 'none'", &format!("frame-ancestors {}", listed(&exceptions.framed_by)));
    }
    if !exceptions.leaves {
        text.push_str(FORMS);
    }
    HeaderValue::try_from(text).unwrap_or(const { HeaderValue::from_static("default-src 'none'") })
}

fn listed(origins: &BTreeSet<String>) -> String {
    origins.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    fn sent(response: impl IntoResponse, https: bool) -> axum::http::HeaderMap {
        let mut response = response.into_response();
        add(&mut response, https);
        response.into_parts().0.headers
    }

    #[test]
    fn r27_every_response_is_guarded() {
        let headers = sent("x", true);
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cache-control"], "no-store");
        assert!(headers["strict-transport-security"].to_str().unwrap().starts_with("max-age=63072000"));
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert_eq!(policy, format!("{POLICY}{FORMS}"));
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
    }

    #[test]
    fn r27_no_browser_is_bound_to_https_by_an_issuer_on_http() {
        assert!(!sent("x", false).contains_key("strict-transport-security"));
    }

    #[test]
    fn r27_only_a_page_whose_redirects_leave_the_site_goes_without_form_action() {
        let leaving = sent((axum::Extension(Leaves), "x"), true);
        assert_eq!(leaving["content-security-policy"], POLICY);
    }

    #[test]
    fn r27_a_logo_adds_its_origin_to_the_images_and_to_nothing_else() {
        let image = Some("https://lms.example".to_owned());
        let with_logo = policy(&Exceptions { image, ..Exceptions::default() });
        let without = with_logo.to_str().unwrap().replace(" https://lms.example", "");
        assert_eq!(without, format!("{POLICY}{FORMS}"));
        assert!(with_logo.to_str().unwrap().contains("img-src 'self' data: https://lms.example;"));
    }

    #[test]
    fn r27_frames_may_be_of_these_origins_and_of_no_others() {
        let frames = ["https://a.example", "https://b.example:8443"].map(str::to_owned).into();
        let framing = policy(&Exceptions { leaves: true, frames, ..Exceptions::default() });
        assert_eq!(framing, format!("{POLICY}; frame-src https://a.example https://b.example:8443"));
    }

    #[test]
    fn what_a_handler_says_about_caching_stands() {
        assert_eq!(sent(([("cache-control", "max-age=3600")], "x"), true)["cache-control"], "max-age=3600");
    }
}
