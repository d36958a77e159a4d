//! Our cookies (R24). Over https they are `__Host-` cookies; on loopback http, where all ports of a host share cookies,
//! plain names that contain the port.

use axum::http::{HeaderMap, HeaderValue, header};
use axum_extra::extract::cookie::Cookie;

use crate::{base::secret::Token, services::Services};

/// How long a browser keeps its name, in seconds.
const BROWSER_SECONDS: i64 = 400 * 24 * 3600;
/// How long a browser knows an account, in seconds.
const DEVICE_SECONDS: i64 = 180 * 24 * 3600;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Jar {
    /// The session.
    Session,
    /// The browser itself: flows and forms are bound to it.
    Browser,
    /// The language chosen.
    Language,
    /// Accounts that have signed in here before.
    Devices,
    /// Whose session the browser has, opaque, for the frame of `/check_session`: the only one that scripts may read and
    /// that is sent within other sites' pages (R24's exception).
    BrowserState,
    /// People to choose from, on a device that is their own.
    People,
}

/// The cookie's name at this issuer.
pub(super) fn name(sv: &Services, jar: Jar) -> String {
    let kind = match jar {
        Jar::Session => "session",
        Jar::Browser => "browser",
        Jar::Language => "language",
        Jar::Devices => "devices",
        Jar::People => "people",
        Jar::BrowserState => "state",
    };
    if is_https(sv) {
        return format!("__Host-phuong-{kind}");
    }
    let port = sv.settings.issuer.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
    // An origin does not write its default port.
    format!("phuong-{kind}-{}", port.unwrap_or(80))
}

/// Whether the issuer is served over https.
pub(super) fn is_https(sv: &Services) -> bool {
    sv.settings.issuer.starts_with("https://")
}

/// The value of a cookie that was sent once. Sent twice, somebody else planted one: then none counts. Other apps of the
/// domain may send bytes that are no text beside ours: those spoil their own cookie only.
pub(super) fn read(sv: &Services, headers: &HeaderMap, jar: Jar) -> Option<String> {
    let name = name(sv, jar);
    let all = headers.get_all(header::COOKIE).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
    let values = all.flat_map(|list| Cookie::split_parse(list.into_owned()).collect::<Vec<_>>());
    let mut values = values.filter_map(Result::ok).filter(|cookie| cookie.name() == name);
    let first = values.next()?;
    values.next().is_none().then(|| first.value().to_owned())
}

/// The `Set-Cookie` for a token; `days`: how long, or until the browser closes.
pub(super) fn set(sv: &Services, jar: Jar, value: &Token, keep: bool) -> HeaderValue {
    build(sv, jar, value.expose(), keep.then_some(BROWSER_SECONDS))
}

/// The `Set-Cookie` for the browser's state.
pub(super) fn set_browser_state(sv: &Services, state: &str, keep: bool) -> HeaderValue {
    build(sv, Jar::BrowserState, state, keep.then_some(BROWSER_SECONDS))
}

/// The `Set-Cookie` for the language.
pub(super) fn set_language(sv: &Services, tag: &'static str) -> HeaderValue {
    build(sv, Jar::Language, tag, Some(BROWSER_SECONDS))
}

/// The `Set-Cookie` for the accounts that have signed in here.
pub(super) fn set_devices(sv: &Services, text: &str) -> HeaderValue {
    build(sv, Jar::Devices, text, Some(DEVICE_SECONDS))
}

/// The `Set-Cookie` for the people to choose from.
pub(super) fn set_people(sv: &Services, sealed: &str) -> HeaderValue {
    build(sv, Jar::People, sealed, Some(DEVICE_SECONDS))
}

/// The `Set-Cookie` that takes a cookie away.
pub(super) fn clear(sv: &Services, jar: Jar) -> HeaderValue {
    build(sv, jar, "", Some(0))
}

fn build(sv: &Services, jar: Jar, value: &str, seconds: Option<i64>) -> HeaderValue {
    let secure = if is_https(sv) { "; Secure" } else { "" };
    let age = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let guard = match jar {
        // Browsers take SameSite=None from https only; on loopback all ports are one site.
        Jar::BrowserState if is_https(sv) => "SameSite=None",
        Jar::BrowserState => "SameSite=Lax",
        _ => "HttpOnly; SameSite=Lax",
    };
    let text = format!("{}={value}; Path=/; {guard}{secure}{age}", name(sv, jar));
    // Names and values here are ASCII without control characters.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
