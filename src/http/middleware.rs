//! What happens to every request, in this order: it gets an id, its client's address is found, it is timed and logged
//! without query, headers or body (R50), a panic becomes a plain 500 (R55), and every response gets the headers of R27.

use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use ipnet::IpNet;
use tracing::Instrument;

use super::{
    Shared, cookies,
    render::{self, Leaves, REQUEST_ID, ShowsImage},
    visitor::Trace,
};

/// No request takes longer: a password waits two seconds at most, an app is told within three.
const LONGEST: Duration = Duration::from_secs(20);
/// Letters that are read over the telephone without doubt.
const LETTERS: &[u8] = b"BCFGHJKLMNPQRSTVXZ";

/// What the outermost layer needs.
#[derive(Debug)]
pub(super) struct Outer {
    pub(super) sv: Shared,
    pub(super) trusted_proxies: Vec<IpNet>,
}

/// The outermost layer.
pub(super) async fn outer(State(outer): State<Arc<Outer>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let support: String =
        outer.sv.entropy.bytes::<8>().iter().map(|b| char::from(LETTERS[usize::from(*b) % LETTERS.len()])).collect();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = client_address(peer, request.headers(), &outer.trusted_proxies);
    request.extensions_mut().insert(Trace { support: support.as_str().into(), address });
    let (method, path) = (request.method().clone(), printable(request.uri().path()));
    let span = tracing::info_span!("request", id = %support, %method, path);
    let mut response = async {
        let guarded = AssertUnwindSafe(next.run(request)).catch_unwind();
        match tokio::time::timeout(LONGEST, guarded).await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => {
                tracing::error!("a handler panicked");
                (StatusCode::INTERNAL_SERVER_ERROR, "server_error").into_response()
            }
            Err(_) => {
                tracing::error!("a request took too long");
                (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "2")], "temporarily_unavailable")
                    .into_response()
            }
        }
    }
    .instrument(span.clone())
    .await;
    add_headers(&outer.sv, &mut response);
    response.headers_mut().extend(HeaderValue::from_str(&support).ok().map(|id| (REQUEST_ID, id)));
    let _entered = span.enter();
    tracing::info!(status = response.status().as_u16(), us = began.elapsed().as_micros(), "answered");
    response
}

/// A path as it may be logged: control and direction characters encoded, cut to 200 characters.
fn printable(path: &str) -> String {
    path.chars()
        .take(200)
        .flat_map(|c| if c.is_ascii_graphic() { vec![c] } else { c.escape_unicode().collect() })
        .collect()
}

fn add_headers(sv: &crate::services::Services, response: &mut Response) {
    let leaves = response.extensions().get::<Leaves>().is_some();
    let image = response.extensions().get::<ShowsImage>().cloned();
    let headers = response.headers_mut();
    let mut fixed = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    fixed(header::REFERRER_POLICY, "no-referrer");
    fixed(header::X_FRAME_OPTIONS, "DENY");
    fixed(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    fixed(HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(), geolocation=()");
    if cookies::is_https(sv) {
        fixed(header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    let policy = render::content_security_policy(leaves, image.as_ref().map(|image| image.0.as_str()));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// R54: the peer, or, when that is a trusted proxy, the last address in `X-Forwarded-For` that is not.
fn client_address(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let trusts = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    let peer = peer?;
    if !trusts(&peer) {
        return Some(peer);
    }
    let lists: Vec<&str> = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
    let hops = lists.iter().flat_map(|list| list.split(',')).map(str::trim).collect::<Vec<_>>();
    for hop in hops.into_iter().rev() {
        match hop.parse::<IpAddr>() {
            Ok(ip) if trusts(&ip) => {}
            Ok(ip) => return Some(ip),
            // What a proxy of ours did not write cannot be believed, nor anything before it.
            Err(_) => break,
        }
    }
    Some(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        client_address(Some(peer.parse().unwrap()), &headers, &trusted).unwrap().to_string()
    }

    #[test]
    fn r54_a_forwarded_address_counts_only_from_a_trusted_proxy() {
        assert_eq!(address("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(address("10.0.0.1", "198.51.100.1"), "198.51.100.1");
        assert_eq!(address("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2"), "198.51.100.1");
        assert_eq!(address("10.0.0.1", "198.51.100.1, nonsense"), "10.0.0.1");
    }

    #[test]
    fn r50_a_logged_path_holds_no_control_characters() {
        assert_eq!(printable("/a\r\n\u{1b}[31m\u{202e}b"), "/a\\u{d}\\u{a}\\u{1b}[31m\\u{202e}b");
    }
}
