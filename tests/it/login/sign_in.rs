//! P1 as people and attackers use it.

use std::time::Duration;

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, Tour},
};

/// A page without what differs from one rendering to the next.
fn bare(page: &Answer) -> String {
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    page.text.replace(&csrf, "CSRF").replace(&flow, "FLOW")
}

both! { async fn r31_unknown_and_wrong_are_answered_alike_and_cost_one_hash_each(t: Tour) {
    let teacher = t.person("teacher").clone();
    let mut seen = Vec::new();
    for (name, password) in [(teacher.sector_id.as_str(), "wrong-password"), ("3109999999", "wrong-password")] {
        let mut browser = Browser::default();
        let before = t.sv.hasher.spent();
        let page = browser.sign_in(&t, "/sign-in", name, password).await;
        assert_eq!(t.sv.hasher.spent() - before, 1);
        seen.push((page.status, bare(&page).replace(name, "NAME")));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0].0, 422);
} }

both! { async fn what_was_typed_is_kept_and_the_password_is_not(t: Tour) {
    let mut browser = Browser::default();
    let page = browser.sign_in(&t, "/sign-in", "310 <b>", "mật khẩu-xyz").await;
    assert!(page.text.contains("value=\"310 &#60;b&#62;\""), "{}", page.text);
    assert!(!page.text.contains("xyz"));
    assert!(page.text.contains("<title>Lỗi: "));
} }

both! { async fn r25_the_session_changes_at_sign_in_and_a_flow_belongs_to_its_browser(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    let before = browser.session().unwrap().clone();
    t.advance(Duration::from_secs(5));
    browser.sign_in_as(&t, &app.authorize("&prompt=login"), "teacher").await;
    assert_ne!(*browser.session().unwrap(), before);
    let mut old = browser.clone();
    old.cookies.insert("phuong-session-8080".into(), before);
    assert!(old.get(&t, "/portal").await.text.contains("name=\"password\""), "the old cookie is nobody's");
    assert!(browser.get(&t, "/portal").await.text.contains("data-client-id"), "the new one is the person's");
    let mut victim = Browser::default();
    let stolen = Browser::default().get(&t, &app.authorize("")).await;
    victim.get(&t, "/sign-in").await;
    let person = t.person("teacher").clone();
    let own = victim.get(&t, "/sign-in").await.field("csrf");
    let form = [("csrf", own.as_str()), ("flow", &stolen.field("flow")), ("username", &person.sector_id), ("password", &person.password)];
    let answer = victim.post(&t, "/sign-in", &form).await;
    assert_eq!(answer.status, 422, "another browser's flow begins anew");
    assert!(victim.session().is_none());
} }

both! { async fn r26_a_form_without_our_proof_does_nothing(t: Tour) {
    let mut browser = Browser::default();
    let page = browser.get(&t, "/sign-in").await;
    let person = t.person("teacher").clone();
    let flow = page.field("flow");
    let mut stranger = Browser::default();
    for (who, csrf) in [(&mut stranger, page.field("csrf")), (&mut browser, String::new())] {
        let form = [("csrf", csrf.as_str()), ("flow", &flow), ("username", &person.sector_id), ("password", &person.password)];
        let answer = who.post(&t, "/sign-in", &form).await;
        assert_eq!(answer.status, 403);
        assert!(who.session().is_none());
    }
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    assert_eq!(browser.post(&t, "/end_session/confirm", &[("csrf", "x"), ("request", "")]).await.status, 403);
    assert!(browser.session().is_some());
} }

both! { async fn r24_cookies_are_for_this_host_and_not_for_scripts(t: Tour) {
    let page = t.get("/sign-in", None).await;
    let set = page.header("set-cookie");
    assert!(set.starts_with("phuong-browser-8080=") && set.contains("; HttpOnly; SameSite=Lax") && set.contains("Path=/;"), "{set}");
    assert!(!set.contains("Domain"));
} }

both! { async fn r27_every_response_carries_its_headers(t: Tour) {
    for path in ["/sign-in", "/authorize", "/nowhere", "/jwks", "/health/live", "/token"] {
        let answer = t.get(path, None).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!((answer.header("x-content-type-options"), answer.header("referrer-policy")), ("nosniff", "no-referrer"));
        assert!(!answer.headers.contains_key("strict-transport-security"), "not on http loopback");
    }
    assert_eq!(t.get("/sign-in", None).await.header("cache-control"), "no-store");
} }

both! { async fn r29_r53_what_is_too_long_is_refused_before_it_is_hashed(t: Tour) {
    let mut browser = Browser::default();
    let before = t.sv.hasher.spent();
    let person = t.person("teacher").clone();
    for _ in 0..12 {
        let page = browser.sign_in(&t, "/sign-in", &person.sector_id, &"x".repeat(257)).await;
        assert_eq!((page.status, t.sv.hasher.spent()), (422, before));
    }
    let right = browser.sign_in(&t, "/sign-in", &person.sector_id, &person.password).await;
    assert_eq!(right.status, 303, "and before it is counted");
} }

both! { async fn r33_no_stage_is_skipped_by_going_straight_to_a_later_one(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let page = browser.get(&t, &app.authorize("")).await;
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    for path in ["/consent", "/choose"] {
        for answer in ["allow", "continue"] {
            let form = [("csrf", csrf.as_str()), ("flow", flow.as_str()), ("answer", answer)];
            let skipped = browser.post(&t, path, &form).await;
            assert!(skipped.sent("code").is_none() && skipped.text.contains("name=\"password\""), "{path}");
        }
    }
    assert!(browser.get(&t, "/portal").await.text.contains("name=\"password\""));
} }

both! { async fn a_shared_device_forgets_after_a_pause_and_an_own_one_does_not(t: Tour) {
    let (app, mut shared, mut own) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    app.code(&t, &mut shared, "").await;
    let page = own.get(&t, &app.authorize("")).await;
    let person = t.person("teacher").clone();
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    let form = [("csrf", csrf.as_str()), ("flow", &flow), ("username", &person.sector_id), ("password", &person.password), ("own_device", "yes")];
    assert!(own.post(&t, "/sign-in", &form).await.header("set-cookie").contains("Max-Age"));
    t.advance(Duration::from_hours(3));
    assert!(shared.get(&t, &app.authorize("&prompt=none")).await.sent("code").is_none());
    assert!(own.get(&t, &app.authorize("&prompt=none")).await.sent("code").is_some());
} }

both! { async fn the_portal_shows_the_apps_of_ones_role(t: Tour) {
    let (mut teacher, mut pupil) = (Browser::default(), Browser::default());
    assert_eq!(teacher.sign_in_as(&t, "/portal", "teacher").await.header("location"), "/portal");
    let page = teacher.get(&t, "/portal").await;
    assert!(["gradebook", "lms", "eoffice"].iter().all(|id| page.text.contains(&format!("data-client-id=\"{id}\""))));
    pupil.sign_in_as(&t, "/portal", "student").await;
    assert!(!pupil.get(&t, "/portal").await.text.contains("data-client-id=\"eoffice\""));
} }
