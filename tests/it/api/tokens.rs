//! Which tokens open the API.

use std::time::Duration;

use phuong::protocol::{
    client::{ClientId, State, Trust},
    registration::Registration,
};

use super::{Call, console, every_scope, is, problem, token};
use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{ISSUER, Tour, claims},
};

const PEOPLE: &str = "/api/v1/people";

both! { async fn a_token_for_the_api_opens_what_its_scope_names_and_says_whom_it_is_for(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read").await;
    let told = claims(&token);
    assert_eq!((told["aud"].as_str(), told["scope"].as_str()), (Some("http://localhost:8080/api/v1"), Some("openid people:read")));
    let answer = Call::get(PEOPLE, &token).send(&t).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(t.get("/userinfo", Some(&token)).await.error(), "insufficient_scope", "r21: it is for the API alone");
} }

both! { async fn r17_r21_no_other_token_opens_the_api(t: Tour) {
    let app = console(&t).await;
    let mut browser = Browser::default();
    browser.sign_in_as(&t, "/sign-in", "sector_admin").await;
    let asking = format!("&scope=openid%20offline_access%20{}", every_scope().replace(' ', "%20"));
    let tokens = app.tokens(&t, &mut browser, &asking).await;
    let of = |name: &str| tokens[name].as_str().unwrap().to_owned();
    assert_eq!(claims(&of("access_token"))["aud"], ISSUER);
    for (what, wrong) in [
        ("for our other endpoints", of("access_token")),
        ("an ID token", of("id_token")),
        ("a refresh token", of("refresh_token")),
        ("nonsense", "nonsense".to_owned()),
        ("unsigned", "eyJhbGciOiJub25lIn0.e30.".to_owned()),
    ] {
        let answer = Call::get(PEOPLE, &wrong).send(&t).await;
        assert_eq!(problem(&answer), is(401, "token"), "{what}");
        let challenge = answer.header("www-authenticate");
        assert!(challenge.starts_with("Bearer error=\"invalid_token\""), "{what}: {challenge}");
        assert!(challenge.contains("oauth-protected-resource/api/v1\""), "{what}: {challenge}");
    }
} }

both! { async fn r21_without_a_token_the_challenge_says_where_to_get_one_and_names_no_error(t: Tour) {
    let answer = Call::get(PEOPLE, "").send(&t).await;
    assert_eq!(problem(&answer), is(401, "token"));
    let challenge = answer.header("www-authenticate");
    assert!(challenge.starts_with("Bearer resource_metadata=") && !challenge.contains("error"), "{challenge}");
    let metadata = t.get("/.well-known/oauth-protected-resource/api/v1", None).await.json();
    assert_eq!(metadata["resource"], "http://localhost:8080/api/v1");
    assert!(metadata["scopes_supported"].as_array().unwrap().iter().any(|scope| scope == "people:read"));
    // A session of the console opens nothing here.
    let mut browser = Browser::default();
    browser.sign_in_as(&t, "/sign-in", "sector_admin").await;
    assert_eq!(problem(&browser.get(&t, PEOPLE).await), is(401, "token"));
} }

both! { async fn r16_a_token_does_what_its_scopes_name_and_nothing_else(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "audit:read").await;
    let answer = Call::get(PEOPLE, &token).send(&t).await;
    assert_eq!(problem(&answer), is(403, "scope"));
    assert!(answer.header("www-authenticate").contains("error=\"insufficient_scope\""));
    assert!(answer.header("www-authenticate").contains("scope=\"people:read\""), "{}", answer.header("www-authenticate"));
} }

both! { async fn r16_what_the_app_may_not_have_any_more_it_does_not_get_with_an_older_token(t: Tour) {
    let app = console(&t).await;
    let token = token(&t, &app, "sector_admin", "people:read").await;
    assert_eq!(Call::get(PEOPLE, &token).send(&t).await.status, 200);
    app.change(&t, |client| client.scopes = "openid".parse().unwrap()).await;
    assert_eq!(problem(&Call::get(PEOPLE, &token).send(&t).await), is(403, "scope"));
} }

both! { async fn r15_a_token_ends_with_its_time_its_session_and_its_app(t: Tour) {
    let app = console(&t).await;
    let old = token(&t, &app, "sector_admin", "people:read").await;
    let live = u64::from(t.sv.clients.by_id(&ClientId(app.id.clone())).unwrap().access_token_seconds);
    t.advance(Duration::from_secs(live + 1));
    assert_eq!(problem(&Call::get(PEOPLE, &old).send(&t).await), is(401, "token"));
    let fresh = token(&t, &app, "sector_admin", "people:read").await;
    assert_eq!(Call::get(PEOPLE, &fresh).send(&t).await.status, 200);
    app.change(&t, |client| client.state = State::Disabled).await;
    assert_eq!(problem(&Call::get(PEOPLE, &fresh).send(&t).await), is(401, "token"));
} }

both! { async fn only_an_app_of_the_department_gets_a_token_for_the_api(t: Tour) {
    let app = RelyingParty::registered(&t, "stranger", |ask| Registration {
        scope: Some("openid people:read".into()),
        trust: Trust::AsksConsent,
        ..ask
    }).await;
    let mut browser = Browser::default();
    let asking = app.authorize("&scope=openid%20people:read&resource=http://localhost:8080/api/v1");
    let answer = browser.get(&t, &asking).await;
    assert_eq!(answer.sent("error").as_deref(), Some("invalid_target"), "{} {}", answer.status, answer.text);
} }

both! { async fn r38_who_administers_nothing_finds_nothing(t: Tour) {
    let app = console(&t).await;
    for role in ["student", "teacher", "staff"] {
        let token = token(&t, &app, role, &every_scope()).await;
        assert_eq!(problem(&Call::get(PEOPLE, &token).send(&t).await), is(404, "not-found"), "{role}");
    }
} }
