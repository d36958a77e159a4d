//! Every route, asked by whoever is signed in and may administer nothing, or nothing there: a route that somebody adds
//! refuses them, or stands in the list of what is for everybody.

use axum::http::Method;

use super::routes::every_route;
use crate::{
    admin::whose,
    support::{callers::Browser, tour::Tour},
};

/// What is for everybody, or for programs that prove themselves by something else than a session: by the path's beginning.
const FOR_EVERYBODY: &[&str] = &[
    "/.well-known/",
    "/account",
    "/activate",
    "/assets/",
    "/authorize",
    "/choose",
    "/consent",
    "/developer",
    "/end_session",
    "/health/",
    "/introspect",
    "/jwks",
    "/portal",
    "/privacy",
    "/recover",
    "/revoke",
    "/sign-in",
    "/terms",
    "/token",
    "/userinfo",
];
/// What a school's administrator has, wherever it is; what they see there is their own.
const OWN: &[&str] = &["GET /console", "GET /console/people"];

fn is_for_everybody(path: &str) -> bool {
    path == "/" || FOR_EVERYBODY.iter().any(|open| path.starts_with(open))
}

/// The fields of a route's form, so that it is refused for who asks and for nothing else.
fn fields(path: &str) -> &'static [(&'static str, &'static str)] {
    match path.rsplit('/').next().unwrap() {
        "code" => &[("form", "a-form")],
        "suspend" => &[("reason", "Mất máy")],
        "first" => &[("token", "x"), ("sector_id", "QT-000001"), ("name", "Nguyễn Quản Trị"), ("new", "hoa no mua he")],
        _ => &[],
    }
}

both! { async fn r38_nobody_administers_what_is_not_theirs_by_any_route(t: Tour) {
    // At the department, so of no school.
    let elsewhere = t.person("sector_admin").clone();
    let (account, person) = whose(&t, &elsewhere.sector_id).await;
    let administration: Vec<(Method, String)> =
        every_route(&person.to_string()).into_iter().filter(|(_, path)| !is_for_everybody(path)).collect();
    assert!(administration.len() >= 9, "the routes are not found any more: {administration:?}");
    let mut owner = Browser::default();
    owner.sign_in_as(&t, "/sign-in", "sector_admin").await;
    let mut wrong = Vec::new();
    for role in ["student", "teacher", "staff", "school_admin"] {
        let mut browser = Browser::default();
        assert_eq!(browser.sign_in_as(&t, "/sign-in", role).await.status, 303);
        let csrf = browser.get(&t, "/account/password").await.field("csrf");
        for (method, path) in &administration {
            let form: Vec<(&str, &str)> = fields(path).iter().copied().chain([("csrf", csrf.as_str())]).collect();
            let answer = match method.as_str() {
                "GET" => browser.get(&t, path).await,
                "POST" => browser.post(&t, path, &form).await,
                other => panic!("{other} {path}: teach this test to send it"),
            };
            let own = role == "school_admin" && OWN.contains(&format!("{method} {path}").as_str());
            let expected = if own { 200 } else { 404 };
            if answer.status != expected || answer.text.contains(&elsewhere.name) {
                wrong.push(format!("{role}: {method} {path}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(owner.get(&t, "/console").await.status, 200, "still signed in");
    let subject = phuong::services::audit::account(account);
    let read = t.sv.store.read(subject, async |tx: &mut phuong::store::Tx, subject: &String| {
        phuong::store::audit::about(tx, subject, 50).await
    });
    let done: Vec<String> = read.await.unwrap().into_iter().map(|event| event.action).collect();
    assert!(!done.iter().any(|action| action.starts_with("account.")), "{done:?}");
    let gone = FOR_EVERYBODY.iter().filter(|open| !every_route("0").iter().any(|(_, path)| path.starts_with(*open)));
    assert_eq!(gone.collect::<Vec<_>>(), Vec::<&&str>::new(), "listed, and no route any more");
} }
