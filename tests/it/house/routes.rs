//! Every route of the router is listed here with who may come: a new one that is not fails, and no page of somebody's own
//! opens without them.

use std::collections::BTreeSet;

use super::source::sources;
use crate::support::{callers::Browser, tour::Tour};

/// For anybody: protocol endpoints that authenticate by themselves, and pages on which people say who they are.
const ANYBODY: &[&str] = &[
    "/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server",
    "/jwks",
    "/authorize",
    "/token",
    "/userinfo",
    "/introspect",
    "/revoke",
    "/end_session",
    "/end_session/confirm",
    "/sign-in",
    "/choose",
    "/consent",
    "/activate",
    "/activate/confirm",
    "/activate/password",
    "/recover",
    "/",
    "/privacy",
    "/terms",
    "/developer",
    "/assets/{*path}",
    "/health/live",
    "/health/ready",
    // Opened by a link that works once.
    "/console/first",
];
/// For whoever is signed in.
const SIGNED_IN: &[&str] = &["/account", "/account/sessions", "/account/password", "/portal"];
/// For those who administer something.
const ADMINISTRATORS: &[&str] = &[
    "/console",
    "/console/people",
    "/console/people/{id}",
    "/console/people/{id}/code",
    "/console/people/{id}/suspend",
    "/console/people/{id}/resume",
    "/console/people/{id}/sessions",
];

#[test]
fn every_route_is_listed_with_who_may_come() {
    let listed: BTreeSet<&str> = [ANYBODY, SIGNED_IN, ADMINISTRATORS].concat().into_iter().collect();
    let mut known = BTreeSet::new();
    for source in sources("src/http") {
        for at in 0..source.words.len() {
            if !source.words[at].in_test && source.says(at, &[".", "route", "("]) {
                known.insert(source.words[at + 3].text.trim_matches('"').to_owned());
            }
        }
    }
    let known: BTreeSet<&str> = known.iter().map(String::as_str).collect();
    let differ: Vec<_> = known.symmetric_difference(&listed).collect();
    assert!(differ.is_empty(), "only in the router or only in this list: {differ:?}");
}

both! { async fn no_page_of_somebodys_own_opens_without_them(t: Tour) {
    let mut pupil = Browser::default();
    pupil.sign_in_as(&t, "/sign-in", "student").await;
    let csrf = pupil.get(&t, "/account/password").await.field("csrf");
    for path in [SIGNED_IN, ADMINISTRATORS].concat() {
        let path = path.replace("{id}", &t.sv.ids.next::<phuong::base::id::PersonId>().to_string());
        let mut nobody = Browser::default();
        let page = nobody.get(&t, &path).await;
        assert!(page.status == 405 || page.text.contains("login-submit"), "GET {path}: {}", page.status);
        let page = nobody.post(&t, &path, &[("csrf", "x")]).await;
        let asked = matches!(page.status, 403 | 404 | 405) || page.text.contains("login-submit");
        assert!(asked, "POST {path}: {}", page.status);
    }
    for path in ADMINISTRATORS {
        let path = path.replace("{id}", "0197ffff-ffff-7fff-8fff-ffffffffffff");
        let page = pupil.get(&t, &path).await;
        assert!(matches!(page.status, 404 | 405), "GET {path}: {}", page.status);
        let page = pupil.post(&t, &path, &[("csrf", csrf.as_str())]).await;
        assert!(matches!(page.status, 404 | 405), "POST {path}: {}", page.status);
    }
} }
