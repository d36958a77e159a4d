//! Every route, asked by a stranger: nobody gets anything without saying who they are, but for what is listed here.

use axum::{
    body::Body,
    http::{Method, Request, header},
};

use super::source::{Source, after_group, sources};
use crate::support::tour::{Answer, Tour};

/// What a stranger may read. A route that is not here must ask who they are, refuse, or know nothing.
const FOR_STRANGERS: &[&str] = &[
    "GET /.well-known/openid-configuration",
    "GET /.well-known/oauth-authorization-server",
    "GET /.well-known/oauth-protected-resource",
    "GET /.well-known/oauth-protected-resource/api/v1",
    "GET /api/v1/openapi.json",
    "GET /api/v1/problems",
    "GET /jwks",
    "GET /sign-in",
    "GET /activate",
    "GET /recover",
    "GET /privacy",
    "GET /terms",
    "GET /developer",
    "GET /check_session",
    "GET /end_session",
    "GET /health/live",
    "GET /health/ready",
];
/// What programs send, which says by its own standards what is ignored; and what leaves for an app.
const FOR_PROGRAMS: &[&str] = &[
    "/authorize",
    "/par",
    "/token",
    "/device_authorization",
    "/introspect",
    "/revoke",
    "/userinfo",
    "/end_session",
    "/register",
];
const METHODS: &[(&str, Method)] = &[
    ("get", Method::GET),
    ("post", Method::POST),
    ("put", Method::PUT),
    ("patch", Method::PATCH),
    ("delete", Method::DELETE),
];

both! {
    async fn a_stranger_gets_nothing_that_is_not_for_strangers(t: Tour) {
        let routes: Vec<(Method, String)> = every_route("0");
        assert!(routes.len() > 20, "the routes are not found any more: {routes:?}");
        let mut wrong = Vec::new();
        for (method, path) in &routes {
            for (kind, body) in [("application/x-www-form-urlencoded", "a=b"), ("application/json", "{}")] {
                let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, kind);
                let answer = Answer::of(t.send(request.body(Body::from(body)).unwrap()).await).await;
                let asks = answer.text.contains("id=\"login-submit\"");
                let given = (200..300).contains(&answer.status) && !asks;
                if answer.status >= 500 || (given && !FOR_STRANGERS.contains(&format!("{method} {path}").as_str())) {
                    wrong.push(format!("{method} {path}: {}", answer.status));
                }
            }
        }
        assert!(wrong.is_empty(), "a stranger was given something (or broke it):\n{}", wrong.join("\n"));
        let gone = FOR_STRANGERS.iter().filter(|known| !routes.iter().any(|(m, p)| **known == format!("{m} {p}")));
        assert_eq!(gone.collect::<Vec<_>>(), Vec::<&&str>::new(), "listed, and no route any more");
    }
}

/// Every route of the router; `parameter` stands for what varies in its path.
pub(super) fn every_route(parameter: &str) -> Vec<(Method, String)> {
    sources("src/http").iter().flat_map(|source| routes(source, parameter)).collect()
}

/// Every route to which one of our own pages sends a form.
pub(crate) fn every_form(parameter: &str) -> Vec<String> {
    let posts = every_route(parameter).into_iter().filter(|(method, _)| *method == Method::POST).map(|(_, path)| path);
    let ours: Vec<String> =
        posts.filter(|path| !FOR_PROGRAMS.contains(&path.as_str()) && !path.starts_with("/api/")).collect();
    assert!(ours.len() > 14, "the routes are not found any more: {ours:?}");
    ours
}

/// What `.route("/path", get(…).post(…))` adds.
fn routes(source: &Source, parameter: &str) -> Vec<(Method, String)> {
    let mut found = Vec::new();
    for at in 0..source.words.len() {
        if source.words[at].in_test || !source.says(at, &[".", "route", "("]) {
            continue;
        }
        let path = source.words[at + 3].text.trim_matches('"');
        let filled: Vec<&str> =
            path.split('/').map(|part| if part.starts_with('{') { parameter } else { part }).collect();
        let inside = at + 4..after_group(&source.words, at + 2);
        for (name, method) in METHODS {
            if inside.clone().any(|at| source.says(at, &[name, "("])) {
                found.push((method.clone(), filled.join("/")));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_of_a_route_is_found() {
        let text = "fn r() { Router::new().route(\"/a/{id}/b\", get(x::page).post(submit)).route(\"/c\", put(y)) }";
        let found = routes(&Source::new("src/http/a.rs", text), "0");
        let expected = [(Method::GET, "/a/0/b"), (Method::POST, "/a/0/b"), (Method::PUT, "/c")];
        assert_eq!(found, expected.map(|(method, path)| (method, path.to_owned())));
    }
}
