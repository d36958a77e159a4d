//! What travels with a browser through our pages, in the hands of another browser.

use std::time::Duration;

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::Tour,
};

both! { async fn r9_a_flow_that_another_browser_began_earlier_does_not_make_an_old_sign_in_fresh(t: Tour) {
    let (app, mut thief, mut owner) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    let kept = thief.get(&t, &app.authorize("&prompt=login")).await.field("flow");
    t.advance(Duration::from_secs(5));
    owner.sign_in_as(&t, "/sign-in", "teacher").await;
    t.advance(Duration::from_secs(5));
    let page = owner.get(&t, &format!("/sign-in?flow={kept}")).await;
    assert!(page.text.contains("name=\"password\""), "{} {}", page.status, page.header("location"));
} }

both! { async fn r9_a_flow_that_has_expired_does_not_make_an_old_sign_in_fresh(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let kept = browser.get(&t, &app.authorize("&prompt=login")).await.field("flow");
    t.advance(Duration::from_hours(25));
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    t.advance(Duration::from_secs(5));
    assert!(browser.get(&t, &format!("/sign-in?flow={kept}")).await.text.contains("name=\"password\""));
} }

both! { async fn r25_what_was_settled_in_another_browser_is_not_settled_here(t: Tour) {
    let (app, mut thief, mut owner) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    thief.sign_in_as(&t, "/sign-in", "student").await;
    owner.sign_in_as(&t, "/sign-in", "teacher").await;
    t.advance(Duration::from_secs(5));
    let choose = thief.get(&t, &app.authorize("&prompt=select_account")).await;
    let form = [("csrf", choose.field("csrf")), ("flow", choose.field("flow")), ("answer", "other".to_owned())];
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let chosen = thief.post(&t, "/choose", &form).await.field("flow");
    let page = owner.get(&t, &format!("/sign-in?flow={chosen}")).await;
    assert!(page.text.contains("action=\"/choose\""), "{} {}", page.status, page.header("location"));
} }

both! { async fn r25_r26_every_form_belongs_to_the_browser_it_was_given_to(t: Tour) {
    let (app, mut thief, mut owner) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    thief.sign_in_as(&t, "/sign-in", "student").await;
    owner.sign_in_as(&t, "/sign-in", "teacher").await;
    t.advance(Duration::from_secs(5));
    let theirs = thief.get(&t, &app.authorize("&prompt=select_account")).await;
    let ours = owner.get(&t, &app.authorize("&prompt=select_account")).await;
    for path in ["/choose", "/consent"] {
        for (csrf, flow) in [(theirs.field("csrf"), ours.field("flow")), (ours.field("csrf"), theirs.field("flow")), (String::new(), ours.field("flow"))] {
            let form = [("csrf", csrf.as_str()), ("flow", &flow), ("answer", "continue")];
            let refused = owner.post(&t, path, &form).await;
            assert_eq!(refused.status, 403, "{path}");
        }
    }
    for (path, name) in [("/account/sessions", "session"), ("/account/password", "current"), ("/end_session/confirm", "request"), ("/activate", "code"), ("/activate/confirm", "ticket"), ("/activate/password", "ticket")] {
        let form = [("csrf", theirs.field("csrf")), (name, String::new())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(owner.post(&t, path, &form).await.status, 403, "{path}");
    }
    assert!(owner.get(&t, "/portal").await.text.contains("data-client-id"), "still signed in");
} }
