//! Token exchange (RFC 8693): a gradebook calls the LMS on a teacher's behalf.

use std::time::Duration;

use phuong::protocol::{
    client::{Audience, ClientId, GrantKind, Kind, Trust},
    registration::Registration,
    target::Api,
};

use super::{
    device::{Board, open, phone},
    targets::{LMS, calling, serving},
};
use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, Tour, claims},
};

const ACCESS: &str = "urn:ietf:params:oauth:token-type:access_token";

async fn exchange(t: &Tour, app: &RelyingParty, token: &str, more: &[(&str, &str)]) -> Answer {
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
        ("subject_token", token),
        ("subject_token_type", ACCESS),
    ];
    t.post("/token", Some((&app.id, &app.secret)), &[&form[..], more].concat()).await
}

async fn introspect(t: &Tour, app: &RelyingParty, token: &str) -> serde_json::Value {
    t.post("/introspect", Some((&app.id, &app.secret)), &[("token", token)]).await.json()
}

/// The LMS, and a gradebook with a teacher's token.
async fn two(t: &Tour, extra: &str) -> (RelyingParty, RelyingParty, String) {
    let (lms, marks) = (serving(t, "the-lms", LMS).await, calling(t, "marks", &["the-lms"]).await);
    let tokens = marks.tokens(t, &mut Browser::default(), extra).await;
    (lms, marks, tokens["access_token"].as_str().unwrap().to_owned())
}

/// A client as it is registered, changed.
async fn change(t: &Tour, id: &str, change: impl FnOnce(&mut phuong::protocol::client::Client)) {
    let mut client = (*t.sv.clients.by_id(&ClientId(id.into())).unwrap()).clone();
    change(&mut client);
    t.change(&client, false).await;
    t.advance(Duration::from_secs(2));
}

both! { async fn a_gradebook_calls_the_lms_for_a_teacher_and_says_so(t: Tour) {
    let (lms, marks, token) = two(&t, "&scope=openid%20profile%20edu%20offline_access").await;
    let answer = exchange(&t, &marks, &token, &[("resource", LMS)]).await;
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{}", answer.text);
    let given = answer.json();
    assert_eq!((given["issued_token_type"].as_str(), given["token_type"].as_str()), (Some(ACCESS), Some("Bearer")));
    assert!(given["refresh_token"].is_null() && given["id_token"].is_null());
    assert_eq!(given["scope"], "edu openid profile", "nothing that outlives the session");
    let access = given["access_token"].as_str().unwrap();
    let told = claims(access);
    assert_eq!((told["aud"].as_str(), told["client_id"].as_str()), (Some(LMS), Some("marks")));
    assert_eq!(told["act"], serde_json::json!({ "sub": "marks" }));
    assert_eq!(told["roles"], serde_json::json!(["teacher"]));
    let own = claims(lms.tokens(&t, &mut Browser::default(), "").await["id_token"].as_str().unwrap());
    assert_eq!(told["sub"], own["sub"], "as the LMS knows the teacher");
    assert_eq!(introspect(&t, &lms, access).await["act"]["sub"], "marks");
    assert_eq!(t.get("/userinfo", Some(access)).await.status, 403);
    let named = exchange(&t, &marks, &token, &[("audience", "the-lms"), ("scope", "profile")]).await.json();
    assert_eq!((named["scope"].as_str(), claims(named["access_token"].as_str().unwrap())["aud"].as_str()), (Some("profile"), Some("the-lms")));
} }

both! { async fn who_was_called_calls_on_and_the_chain_is_told(t: Tour) {
    let api = |serves: &str, calls: &str| Api {
        serves: [serves.to_owned()].into(), calls: [ClientId(calls.to_owned())].into(), ..Api::default()
    };
    let far = serving(&t, "far", "https://far.example/").await;
    let lms = RelyingParty::registered(&t, "the-lms", |ask| Registration { api: api(LMS, "far"), ..ask }).await;
    let marks = calling(&t, "marks", &["the-lms"]).await;
    let tokens = marks.tokens(&t, &mut Browser::default(), "").await;
    let first = exchange(&t, &marks, tokens["access_token"].as_str().unwrap(), &[("resource", LMS)]).await.json();
    let second = exchange(&t, &lms, first["access_token"].as_str().unwrap(), &[("audience", "far")]).await.json();
    let access = second["access_token"].as_str().unwrap();
    assert_eq!(claims(access)["act"], serde_json::json!({ "sub": "the-lms", "act": { "sub": "marks" } }));
    assert_eq!(introspect(&t, &far, access).await["active"], true);
    let leap = exchange(&t, &marks, tokens["access_token"].as_str().unwrap(), &[("audience", "far")]).await;
    assert_eq!(leap.error(), "invalid_target", "the gradebook itself may not");
} }

both! { async fn nobody_exchanges_a_token_that_is_not_theirs(t: Tour) {
    let (lms, marks, token) = two(&t, "").await;
    let thief = calling(&t, "thief", &["the-lms"]).await;
    assert_eq!(exchange(&t, &thief, &token, &[("resource", LMS)]).await.error(), "invalid_request");
    assert_eq!(exchange(&t, &lms, &token, &[("resource", LMS)]).await.error(), "unauthorized_client");
    let given = exchange(&t, &marks, &token, &[("resource", LMS)]).await.json();
    let access = given["access_token"].as_str().unwrap();
    assert_eq!(exchange(&t, &thief, access, &[("resource", LMS)]).await.error(), "invalid_request");
    let own = t.post("/token", Some((&marks.id, &marks.secret)), &[("grant_type", "client_credentials")]).await.json();
    let service = own["access_token"].as_str().unwrap();
    assert_eq!(exchange(&t, &marks, service, &[("resource", LMS)]).await.error(), "invalid_request", "of no person");
    for wrong in ["", "x", "a.b.c"] {
        assert_eq!(exchange(&t, &marks, wrong, &[("resource", LMS)]).await.error(), "invalid_request");
    }
    let tokens = marks.tokens(&t, &mut Browser::default(), "").await;
    for other in ["id_token", "refresh_token"] {
        let answer = exchange(&t, &marks, tokens[other].as_str().unwrap(), &[("resource", LMS)]).await;
        assert_eq!(answer.error(), "invalid_request", "r21: {other}");
    }
} }

both! { async fn an_exchange_goes_where_it_is_registered_to_and_widens_nothing(t: Tour) {
    let (_, marks, token) = two(&t, "").await;
    serving(&t, "library", "https://library.example/").await;
    let refused = async |more: &[(&str, &str)]| exchange(&t, &marks, &token, more).await.error();
    assert_eq!(refused(&[("audience", "library")]).await, "invalid_target");
    assert_eq!(refused(&[("audience", "nobody")]).await, "invalid_target");
    assert_eq!(refused(&[("resource", crate::support::tour::ISSUER)]).await, "invalid_target", "not for us either");
    assert_eq!(refused(&[]).await, "invalid_request");
    assert_eq!(refused(&[("resource", LMS), ("audience", "the-lms")]).await, "invalid_target");
    assert_eq!(refused(&[("resource", LMS), ("scope", "openid edu")]).await, "invalid_scope", "r16: edu was not granted");
    assert_eq!(refused(&[("resource", LMS), ("actor_token", "x")]).await, "invalid_request");
    let public = Registration {
        redirect_uris: vec!["https://app.example/cb".into()],
        api: Api { calls: [ClientId("the-lms".into())].into(), ..Api::default() },
        ..Registration::named("page", "Page", Kind::Spa)
    };
    let (page, _) = t.register(public).await;
    assert!(!page.grants.contains(&GrantKind::TokenExchange), "who keeps no secret acts for nobody");
} }

both! { async fn an_exchange_keeps_within_both_release_policies(t: Tour) {
    let (_, marks, token) = two(&t, "&scope=openid%20profile%20edu").await;
    let scope = async || exchange(&t, &marks, &token, &[("resource", LMS)]).await.json()["scope"].clone();
    assert_eq!(scope().await, "edu openid profile");
    let pupils = || Audience { roles: ["student".to_owned()].into(), ..Audience::default() };
    change(&t, "the-lms", |lms| drop(lms.release.insert("profile".into(), pupils()))).await;
    assert_eq!(scope().await, "edu openid");
    change(&t, "marks", |marks| drop(marks.release.insert("edu".into(), pupils()))).await;
    assert_eq!(scope().await, "openid");
    change(&t, "the-lms", |lms| lms.trust = Trust::AsksConsent).await;
    assert_eq!(exchange(&t, &marks, &token, &[("resource", LMS)]).await.error(), "invalid_target", "the teacher never agreed");
    change(&t, "the-lms", |lms| { lms.trust = Trust::SectorApproved; lms.audience = pupils(); }).await;
    assert_eq!(exchange(&t, &marks, &token, &[("resource", LMS)]).await.error(), "invalid_target", "it is for pupils");
} }

both! { async fn r15_what_was_exchanged_ends_with_what_it_came_from(t: Tour) {
    let (lms, marks) = (serving(&t, "the-lms", LMS).await, calling(&t, "marks", &["the-lms"]).await);
    let mut browser = Browser::default();
    let tokens = marks.tokens(&t, &mut browser, "").await;
    t.advance(Duration::from_mins(9));
    let token = tokens["access_token"].as_str().unwrap();
    let given = exchange(&t, &marks, token, &[("resource", LMS)]).await.json();
    assert_eq!(given["expires_in"], 60, "no longer than the token it came from");
    let access = given["access_token"].as_str().unwrap();
    assert_eq!(introspect(&t, &lms, access).await["active"], true);
    let page = browser.get(&t, "/end_session").await;
    browser.post(&t, "/end_session/confirm", &[("csrf", &page.field("csrf")), ("request", "")]).await;
    assert_eq!(introspect(&t, &lms, access).await["active"], false);
    assert_eq!(exchange(&t, &marks, token, &[("resource", LMS)]).await.error(), "invalid_request");
} }

both! { async fn nothing_outlives_a_lesson_by_being_exchanged(t: Tour) {
    serving(&t, "the-lms", LMS).await;
    let api = Api { calls: [ClientId("the-lms".into())].into(), ..Api::default() };
    let board = Board::registered(&t, "board", |ask| Registration { api, ..ask }).await;
    change(&t, "board", |board| board.grants.extend([GrantKind::TokenExchange])).await;
    let (code, letters) = board.begin(&t).await;
    open(&t, &mut phone(&t, "teacher").await, &letters, "45").await;
    t.advance(Duration::from_mins(8));
    let tokens = board.poll(&t, &code).await.json();
    t.advance(Duration::from_mins(9));
    let refreshed = board.app().refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.json();
    t.advance(Duration::from_mins(9));
    let last = board.app().refresh(&t, refreshed["refresh_token"].as_str().unwrap()).await.json();
    t.advance(Duration::from_mins(9));
    let last = board.app().refresh(&t, last["refresh_token"].as_str().unwrap()).await.json();
    t.advance(Duration::from_mins(8));
    let last = board.app().refresh(&t, last["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(last["expires_in"], 120, "two minutes are left");
    let given = exchange(&t, board.app(), last["access_token"].as_str().unwrap(), &[("resource", LMS)]).await.json();
    assert_eq!(given["expires_in"], 120);
    t.advance(Duration::from_mins(2));
    assert_eq!(introspect(&t, board.app(), given["access_token"].as_str().unwrap()).await["active"], false);
} }
