//! Every route, asked by whoever is signed in and may administer nothing, or nothing there: a route that somebody adds
//! refuses them, or stands in the list of what is for everybody.

use axum::http::Method;
use phuong::base::id::AccountId;

use super::routes::{every_form, every_route};
use crate::{
    admin::whose,
    support::{callers::Browser, tour::Tour},
};

/// What is for everybody, or for programs that prove themselves by something else than a session: by the path's beginning.
const FOR_EVERYBODY: &[&str] = &[
    "/.well-known/",
    "/account",
    "/activate",
    // Whoever calls it is asked for a token: `tests/it/api`.
    "/api/",
    "/assets/",
    "/authorize",
    "/choose",
    "/consent",
    "/developer",
    "/device",
    "/check_session",
    "/end_session",
    "/health/",
    "/introspect",
    "/par",
    "/jwks",
    "/portal",
    "/privacy",
    "/recover",
    "/register",
    "/revoke",
    "/sign-in",
    "/terms",
    "/token",
    "/userinfo",
];
/// What a school's administrator has, wherever it is; what they see there is their own.
const OWN: &[&str] = &[
    "GET /console",
    "GET /console/slips",
    "GET /console/people",
    "GET /console/people/export",
    "GET /console/people/new",
    "POST /console/people/new",
    "POST /console/people/bulk",
    "GET /console/schools",
    "GET /console/schools/export",
    "GET /console/imports",
    "GET /console/imports/export",
    "GET /console/jobs",
    "GET /console/audit",
    "GET /console/audit/failure",
    "GET /console/roles",
    "GET /console/roles/export",
    "GET /console/roles/new",
    "POST /console/roles/new",
    "GET /console/rollover",
    "GET /console/rollover/export",
    "GET /console/transfers",
    "GET /console/transfers/export",
    "GET /console/transfers/new",
    "POST /console/transfers/new",
];
/// What whoever teaches has.
const TAUGHT: &[&str] = &["GET /class", "GET /class/export"];
/// What they have too, and what is sent here is no form of.
const OWN_FILES: &str = "/console/imports";

fn is_for_everybody(path: &str) -> bool {
    path == "/" || FOR_EVERYBODY.iter().any(|open| path.starts_with(open))
}

/// The fields of a route's form, so that it is refused for who asks and for nothing else.
fn fields(path: &str) -> &'static [(&'static str, &'static str)] {
    match path.rsplit('/').next().unwrap() {
        "new" if path.contains("/schools/") => &[("code", "31309999"), ("name", "Trường Mới"), ("level-thpt", "yes")],
        "new" if path.contains("/roles/") => &[("sector_id", "3199999999"), ("role", "help_desk")],
        "code" | "slips" => &[("form", "a-form")],
        "suspend" | "decline" => &[("reason", "Mất máy")],
        "identify" => &[("sector_id", "3199999998")],
        "correct" => &[("name", "Nguyễn Thị Sửa"), ("born", "14/3/2017"), ("sex", "female")],
        "release" => &[("why", "left")],
        "merge" => &[("other", "0")],
        "bulk" => &[("deed", "sessions"), ("people", "x"), ("count", "0")],
        "networks" => &[("networks", "203.0.113.0/28")],
        "purge" | "close" => &[("typed", "x")],
        "new" => &[("sector_id", "3199999999"), ("born", "14/03/2017")],
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
            let route = format!("{method} {path}");
            let own = role == "school_admin" && OWN.contains(&route.as_str()) || role == "teacher" && TAUGHT.contains(&route.as_str());
            let files = role == "school_admin" && method == Method::POST && path == OWN_FILES;
            // A form of one's own that asks for what is not there is answered as such.
            let expected = match answer.status {
                200 | 422 => own,
                403 => files,
                status => status == 404 && !own && !files,
            };
            if !expected || answer.text.contains(&elsewhere.name) {
                wrong.push(format!("{role}: {method} {path}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(owner.get(&t, "/console").await.status, 200, "still signed in");
    assert_eq!(deeds(&t, account).await, Vec::<String>::new());
    let gone = FOR_EVERYBODY.iter().filter(|open| !every_route("0").iter().any(|(_, path)| path.starts_with(*open)));
    assert_eq!(gone.collect::<Vec<_>>(), Vec::<&&str>::new(), "listed, and no route any more");
} }

both! { async fn r26_no_form_of_ours_is_taken_from_elsewhere(t: Tour) {
    let (account, person) = whose(&t, &t.person("student").sector_id).await;
    let mut owner = Browser::default();
    owner.sign_in_as(&t, "/sign-in", "sector_admin").await;
    let mut other = Browser::default();
    other.sign_in_as(&t, "/sign-in", "sector_admin").await;
    let theirs = other.get(&t, "/account/password").await.field("csrf");
    let own = owner.get(&t, "/account/password").await.field("csrf");
    let forms = every_form(&person.to_string());
    assert!(forms.iter().filter(|path| !is_for_everybody(path)).count() >= 5, "the console's are among them: {forms:?}");
    let mut wrong = Vec::new();
    for path in &forms {
        for csrf in [None, Some(""), Some("x"), Some(theirs.as_str()), Some(&own[1..])] {
            let form: Vec<(&str, &str)> = fields(path).iter().copied().chain(csrf.map(|csrf| ("csrf", csrf))).collect();
            let answer = owner.post(&t, path, &form).await;
            if answer.status != 403 || !answer.text.contains("id=\"op-error\"") {
                wrong.push(format!("{path} {csrf:?}: {}", answer.status));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert_eq!(owner.get(&t, "/console").await.status, 200, "still signed in");
    assert_eq!(deeds(&t, account).await, Vec::<String>::new(), "nothing was done");
    // The very same forms as this browser has them.
    for path in forms.iter().filter(|path| path.starts_with("/console/people")) {
        let form: Vec<(&str, &str)> = fields(path).iter().copied().chain([("csrf", own.as_str())]).collect();
        let answer = owner.post(&t, path, &form).await;
        // Whoever is to be removed for good, or to be enrolled, must be named, which this form does not; and a sector ID never
        // changes, nor is a mistaken one replaced by none.
        let refused = ["/purge", "/new", "/identify", "/renumber"].iter().any(|deed| path.ends_with(deed)) && answer.status == 422;
        assert!(matches!(answer.status, 200 | 303) || refused, "{path}: {} {}", answer.status, answer.text);
    }
} }

/// What was done to an account.
async fn deeds(t: &Tour, account: AccountId) -> Vec<String> {
    let subject = phuong::services::audit::account(account);
    let read = t.sv.store.read(subject, async |tx: &mut phuong::store::Tx, subject: &String| {
        phuong::store::audit::about(tx, subject, 50).await
    });
    let actions = read.await.unwrap().into_iter().map(|event| event.action);
    actions.filter(|action| action.starts_with("account.")).collect()
}
