//! Session management (Session Management 1.0): the page that apps frame, and the cookie that its script reads.

use std::time::Duration;

use phuong::protocol::{
    client::{ClientId, Kind, State},
    session_state::session_state,
};

use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty},
    tour::{Answer, Https, Tour},
};

fn ancestors(page: &Answer) -> Vec<&str> {
    let policy = page.header("content-security-policy").split("; ");
    policy.filter_map(|part| part.strip_prefix("frame-ancestors ")).flat_map(|list| list.split(' ')).collect()
}

both! { async fn r27_check_session_may_be_framed_by_registered_origins_and_by_nobody_else(t: Tour) {
    let before = t.get("/check_session", None).await;
    assert!(!ancestors(&before).contains(&"https://app.example"));
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    RelyingParty::registered(&t, "native", |mut ask| {
        ask.kind = Kind::Native;
        ask.redirect_uris = vec!["com.example.app:/cb".into(), "http://127.0.0.1:9000/cb".into()];
        ask
    }).await;
    let page = t.get("/check_session", None).await;
    let mut demo_and_ours = vec!["http://127.0.0.1:9000", "https://app.example"];
    demo_and_ours.extend(["http://localhost:8081", "http://localhost:8082", "http://localhost:8083"]);
    demo_and_ours.sort_unstable();
    assert_eq!((page.status, ancestors(&page)), (200, demo_and_ours));
    assert_eq!(page.header("x-frame-options"), "", "it knows no origins");
    assert!(page.header("content-security-policy").contains("default-src 'none'; script-src 'self'"));
    assert!(page.text.contains("data-cookie=\"phuong-state-8080\"") && page.text.matches("<script").count() == 1);
    // Whoever asks, and whatever they add.
    app.tokens(&t, &mut browser, "").await;
    assert_eq!(browser.get(&t, "/check_session?origin=https://evil.example").await.text, page.text);
    for path in ["/portal", "/sign-in", "/end_session", "/check_session/x"] {
        let page = browser.get(&t, path).await;
        assert_eq!((ancestors(&page), page.header("x-frame-options")), (vec!["'none'"], "DENY"), "{path}");
    }
} }

both! { async fn r27_an_app_that_is_turned_off_may_not_frame_it(t: Tour) {
    let app = RelyingParty::new(&t, "app").await;
    let mut client = (*t.sv.clients.by_id(&ClientId(app.id.clone())).unwrap()).clone();
    client.state = State::Disabled;
    t.change(&client, false).await;
    assert!(!ancestors(&t.get("/check_session", None).await).contains(&"https://app.example"));
} }

both! { async fn the_browsers_state_changes_when_somebody_signs_in_or_out_and_only_then(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let state = |browser: &Browser| browser.cookies.get("phuong-state-8080").cloned();
    browser.get(&t, "/sign-in").await;
    assert_eq!(state(&browser), None);
    let hint = app.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    let teacher = state(&browser).unwrap();
    assert!(!browser.session().unwrap().contains(&teacher) && teacher.len() == 64);
    // The same person proves themselves again: the session goes on.
    t.advance(Duration::from_secs(1));
    let page = browser.get(&t, &app.authorize("&prompt=login")).await;
    let person = t.person("teacher").clone();
    browser.submit(&t, &page, &person.sector_id, &person.password).await;
    assert_eq!(state(&browser).as_ref(), Some(&teacher));
    let page = browser.get(&t, "/portal").await;
    assert!(!page.headers.get_all("set-cookie").iter().any(|set| set.to_str().unwrap().contains("state")), "as it is");
    // A frame of another site brings this cookie and not the session's: that changes nothing.
    let session = browser.cookies.remove("phuong-session-8080").unwrap();
    browser.get(&t, &app.authorize("&prompt=none")).await;
    assert_eq!(state(&browser).as_ref(), Some(&teacher));
    browser.cookies.insert("phuong-session-8080".into(), session);
    // Somebody else takes the browser over.
    t.advance(Duration::from_secs(1));
    let page = browser.get(&t, &app.authorize("&prompt=login")).await;
    let pupil = t.person("student").clone();
    browser.submit(&t, &page, &pupil.sector_id, &pupil.password).await;
    assert!(state(&browser).is_some_and(|state| state != teacher));
    browser.get(&t, &format!("/end_session?id_token_hint={hint}")).await;
    assert!(state(&browser).is_some(), "not unasked");
    let asked = browser.get(&t, "/end_session").await;
    let form = [("csrf", &*asked.field("csrf")), ("request", &*asked.field("request"))].map(|(a, b)| (a, b.to_owned()));
    let form: Vec<(&str, &str)> = form.iter().map(|(a, b)| (*a, b.as_str())).collect();
    browser.post(&t, "/end_session/confirm", &form).await;
    assert_eq!(state(&browser), None);
} }

both! { async fn r24_the_browsers_state_is_the_one_cookie_that_scripts_and_other_sites_frames_see(t: Https) {
    let mut browser = Browser::default();
    let signed_in = browser.sign_in_as(&t.0, "/sign-in", "teacher").await;
    let open = |set: &&str| !set.contains("HttpOnly") || !set.contains("SameSite=Lax");
    let sets = signed_in.headers.get_all("set-cookie").iter().map(|set| set.to_str().unwrap());
    let open: Vec<&str> = sets.filter(open).collect();
    assert_eq!(open.len(), 1, "{open:?}");
    let (name, attributes) = open[0].split_once('=').unwrap();
    assert_eq!(name, "__Host-phuong-state");
    assert!(attributes.ends_with("; Path=/; SameSite=None; Secure"), "{attributes}");
} }

both! { async fn session_state_is_told_with_every_kind_of_answer_and_differs_each_time(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    app.code(&t, &mut browser, "").await;
    let browser_state = browser.cookies["phuong-state-8080"].clone();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let state = browser.get(&t, &app.authorize("")).await.sent("session_state").unwrap();
        let (_, salt) = state.split_once('.').unwrap();
        let expected = session_state(&ClientId("app".into()), CALLBACK, &browser_state, salt);
        assert_eq!(Some(&state), expected.as_ref(), "what the frame's script computes");
        seen.push(state);
    }
    assert_ne!(seen[0], seen[1], "each has a salt of its own");
    let form = browser.get(&t, &app.authorize("&response_mode=form_post")).await;
    assert!(form.text.contains("name=\"session_state\""), "{}", form.text);
    let refused = Browser::default().get(&t, &app.authorize("&prompt=none")).await;
    assert_eq!((refused.sent("error").as_deref(), refused.sent("session_state")), (Some("login_required"), None));
} }
