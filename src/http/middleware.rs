//! What happens to every request, in this order:
//!
//! 1. it gets a support code, and its client's address is found (R54);
//! 2. it is timed, and logged by method, path and status: without query, headers or body (R50);
//! 3. a handler that panics or takes too long becomes an answer with that code (R55);
//! 4. its response gets the headers of R27, and the code as `X-Request-Id`.

use std::{
    borrow::Cow,
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Method, StatusCode},
    middleware::Next,
    response::Response,
};
use futures_util::FutureExt;
use ipnet::IpNet;
use tracing::Instrument;

use super::{
    Shared, api,
    client_address::client_address,
    console,
    fault::{Asker, Fault},
    render::{Failed, REQUEST_ID},
    security_headers,
    visitor::Trace,
};
use crate::{
    base::{entropy::Entropy, letters},
    store::failures::FailureRow,
};

/// No request should take longer: a password waits two seconds at most, an app is told within three.
pub(super) const LONGEST: Duration = Duration::from_secs(20);
/// But files take as long to come as somebody's line is slow; who sends them is known before the first byte is read.
const LONGEST_UPLOAD: Duration = Duration::from_mins(10);

/// What the outermost layer needs.
#[derive(Debug)]
pub(super) struct Outer {
    /// For support codes.
    pub(super) entropy: Entropy,
    /// Whether the issuer is on https.
    pub(super) https: bool,
    /// What the sector is called, for the pages of faults.
    pub(super) sector: String,
    /// Whose `X-Forwarded-For` is believed.
    pub(super) trusted_proxies: Vec<IpNet>,
    /// How long a handler may take.
    pub(super) longest: Duration,
    /// Who keeps what failed.
    pub(super) keeper: Option<Shared>,
}

impl Outer {
    fn support_code(&self) -> String {
        (0..8).map(|_| letters::random(&self.entropy)).collect()
    }
}

/// The outermost layer.
pub(super) async fn outer(State(outer): State<Arc<Outer>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let support = outer.support_code();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = peer.map(|peer| client_address(peer, request.headers(), &outer.trusted_proxies));
    request.extensions_mut().insert(Trace { support: support.as_str().into(), address });
    let quiet = is_quiet(request.uri().path());
    let (method, path) = (request.method().clone(), printable(request.uri().path()).into_owned());
    let span = if quiet {
        tracing::debug_span!("request", id = %support, %method, %path)
    } else {
        tracing::info_span!("request", id = %support, %method, %path)
    };
    let mut response = guarded(&outer, request, next, &support).instrument(span.clone()).await;
    security_headers::add(&mut response, outer.https);
    response.headers_mut().extend(HeaderValue::from_str(&support).ok().map(|id| (REQUEST_ID, id)));
    let (status, us) = (response.status().as_u16(), began.elapsed().as_micros());
    if let Some(keeper) = &outer.keeper {
        keep(keeper, &response, (method.as_str(), path), (&support, address, us));
    }
    let _entered = span.enter();
    if quiet {
        tracing::debug!(status, us, "answered");
    } else {
        tracing::info!(status, us, "answered");
    }
    response
}

/// Keeps what failed under its support code: faults of ours, and what was refused with a page. An address that does not exist
/// is kept of those only who are signed in: strangers try any number of them.
fn keep(
    keeper: &Shared,
    response: &Response,
    (method, path): (&str, String),
    (support, address, us): (&str, Option<IpAddr>, u128),
) {
    let status = response.status();
    let failed = response.extensions().get::<Failed>();
    let told = failed.filter(|failed| status != StatusCode::NOT_FOUND || failed.account.is_some());
    if !status.is_server_error() && told.is_none() {
        return;
    }
    let short = |text: &str| text.chars().filter(|c| !c.is_control()).take(300).collect::<String>();
    keeper.failures.note(FailureRow {
        id: keeper.ids.next(),
        code: support.to_owned(),
        at: keeper.clock.now(),
        method: method.to_owned(),
        path,
        status: i64::from(status.as_u16()),
        micros: i64::try_from(us).unwrap_or(i64::MAX),
        error: failed.map(|failed| failed.error.clone()).unwrap_or_default(),
        cause: failed.map(|failed| short(&failed.cause)).unwrap_or_default(),
        account_id: failed.and_then(|failed| failed.account),
        address: address.map(|address| address.to_string()),
    });
}

/// What is the same for everybody and asked for all the time: logged only where somebody looks closely.
fn is_quiet(path: &str) -> bool {
    path.starts_with("/health/") || path.starts_with("/.well-known/") || path == "/jwks"
}

async fn guarded(outer: &Outer, request: Request, next: Next, support: &str) -> Response {
    let asker = Asker::of(&request);
    let uploads = request.method() == Method::POST && [api::UPLOADS, console::UPLOADS].contains(&request.uri().path());
    let longest = if uploads { LONGEST_UPLOAD.max(outer.longest) } else { outer.longest };
    // What a handler leaves half done when it panics is its own request's; the rest is behind locks and transactions.
    let running = AssertUnwindSafe(next.run(request)).catch_unwind();
    match tokio::time::timeout(longest, running).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => {
            tracing::error!("a handler panicked");
            asker.answer(Fault::Panicked, support, &outer.sector)
        }
        Err(_) => {
            tracing::error!("a request took too long");
            asker.answer(Fault::TooSlow, support, &outer.sector)
        }
    }
}

/// A path as it may be logged: graphic ASCII, cut to 200 characters.
fn printable(path: &str) -> Cow<'_, str> {
    if path.len() <= 200 && path.bytes().all(|b| b.is_ascii_graphic()) {
        return Cow::Borrowed(path);
    }
    let mut shown = String::with_capacity(200);
    for c in path.chars().take(200) {
        if c.is_ascii_graphic() { shown.push(c) } else { shown.extend(c.escape_unicode()) }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use axum::{
        Extension, Router,
        body::{Body, to_bytes},
        extract::DefaultBodyLimit,
        http::{Request, header},
        routing::{get, post},
    };
    use tower::ServiceExt;

    use super::*;
    use crate::telemetry::capture::{self, Captured};

    fn router(longest: Duration) -> Router {
        capture::ready();
        let outer = Outer {
            entropy: Entropy::danger_seeded(1),
            https: true,
            sector: "Mẫu".to_owned(),
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap()],
            longest,
            keeper: None,
        };
        Router::new()
            .route("/fine", post(async |body: String| body))
            .route("/health/live", get(async || "live"))
            .route("/api/v1/panic", get(async || -> String { panic!("the password is hunter2") }))
            .route("/panic", get(async || -> String { panic!("the password is hunter2") }))
            .route("/slow", get(async || std::future::pending::<()>().await))
            .route("/whence", get(async |Extension(trace): Extension<Trace>| format!("{:?}", trace.address)))
            .layer(DefaultBodyLimit::max(crate::http::LARGEST_BODY))
            .layer(axum::middleware::from_fn_with_state(Arc::new(outer), super::outer))
    }

    async fn ask(request: Request<Body>) -> (axum::http::response::Parts, String) {
        ask_within(LONGEST, request).await
    }

    async fn ask_within(longest: Duration, request: Request<Body>) -> (axum::http::response::Parts, String) {
        let (parts, body) = router(longest).oneshot(request).await.unwrap().into_parts();
        (parts, String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap())
    }

    #[tokio::test]
    async fn r50_a_request_is_logged_without_query_headers_and_body() {
        let (log, _guard) = Captured::begin("debug", false);
        let request = Request::post("/fine?code=hunter2")
            .header(header::AUTHORIZATION, "Basic hunter2")
            .header(header::COOKIE, "session=hunter2")
            .header(header::REFERER, "https://app.example/?token=hunter2")
            .body(Body::from("password=hunter2"))
            .unwrap();
        let (parts, body) = ask(request).await;
        assert_eq!((parts.status, body.as_str()), (StatusCode::OK, "password=hunter2"));
        let log = log.text();
        assert!(!log.contains("hunter2"), "{log}");
        let id = parts.headers[REQUEST_ID].to_str().unwrap();
        for part in [id, "method=POST", "path=/fine", "status=200", "us="] {
            assert!(log.contains(part), "no {part} in {log}");
        }
    }

    #[tokio::test]
    async fn r55_a_panic_answers_with_a_support_code_and_tells_nothing() {
        let (log, _guard) = Captured::begin("debug", false);
        let for_an_app = ask(Request::get("/panic").body(Body::empty()).unwrap()).await;
        let page = Request::get("/panic").header(header::ACCEPT, "text/html,*/*").header(header::ACCEPT_LANGUAGE, "en");
        let for_a_person = ask(page.body(Body::empty()).unwrap()).await;
        for (parts, body) in [&for_an_app, &for_a_person] {
            assert_eq!(parts.status, StatusCode::INTERNAL_SERVER_ERROR);
            assert!(body.contains(parts.headers[REQUEST_ID].to_str().unwrap()), "{body}");
            assert!(!body.contains("hunter2"));
            assert!(parts.headers.contains_key(header::CONTENT_SECURITY_POLICY), "R27 holds for faults too");
        }
        assert!(for_an_app.1.starts_with("{\"error\":\"server_error\""), "{}", for_an_app.1);
        assert!(for_a_person.1.contains("id=\"op-error\"") && for_a_person.1.contains("lang=\"en\""));
        assert!(log.text().contains("a handler panicked") && !log.text().contains("hunter2"), "{}", log.text());
    }

    #[tokio::test]
    async fn r55_a_panic_under_the_api_is_a_problem_in_the_callers_language() {
        let (_log, _guard) = Captured::begin("debug", false);
        let request =
            Request::get("/api/v1/panic").header(header::ACCEPT, "text/html").header(header::ACCEPT_LANGUAGE, "en");
        let (parts, body) = ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(parts.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(parts.headers[header::CONTENT_TYPE], "application/problem+json");
        let told: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((&told["type"], &told["status"]), (&"/api/v1/problems#fault".into(), &500.into()));
        assert_eq!(told["support"], parts.headers[REQUEST_ID].to_str().unwrap());
        assert!(told["title"] == "Something went wrong here" && !body.contains("hunter2"), "{body}");
    }

    #[tokio::test]
    async fn r55_a_request_that_takes_too_long_is_told_to_come_back() {
        let (parts, body) = ask_within(Duration::ZERO, Request::get("/slow").body(Body::empty()).unwrap()).await;
        assert_eq!(parts.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(parts.headers[header::RETRY_AFTER], "2");
        assert!(body.contains("temporarily_unavailable"));
    }

    #[tokio::test]
    async fn r53_a_body_above_64_kib_is_refused() {
        let of = |size: usize| Request::post("/fine").body(Body::from("x".repeat(size))).unwrap();
        assert_eq!(ask(of(64 * 1024)).await.0.status, StatusCode::OK);
        assert_eq!(ask(of(64 * 1024 + 1)).await.0.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn r54_handlers_are_told_the_address_behind_the_proxy() {
        let peer = ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 5000)));
        let request = Request::get("/whence").header("x-forwarded-for", "1.2.3.4, 198.51.100.1").extension(peer);
        assert_eq!(ask(request.body(Body::empty()).unwrap()).await.1, "Some(198.51.100.1)");
    }

    #[tokio::test]
    async fn probes_of_health_and_public_documents_do_not_fill_the_log() {
        let (log, _guard) = Captured::begin("info", false);
        for path in ["/health/live", "/.well-known/openid-configuration", "/jwks"] {
            ask(Request::get(path).body(Body::empty()).unwrap()).await;
        }
        assert_eq!(log.text(), "");
    }

    #[test]
    fn r50_a_logged_path_holds_no_control_characters_and_has_an_end() {
        assert_eq!(printable("/a\r\n\u{1b}[31m\u{202e}b"), "/a\\u{d}\\u{a}\\u{1b}[31m\\u{202e}b");
        assert_eq!(printable(&"/".repeat(5_000)).len(), 200);
    }
}
