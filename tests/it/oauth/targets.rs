//! Access tokens for other apps' APIs (RFC 8707): whom they are for, who gets them, and who is told about them.

use std::time::Duration;

use phuong::{
    admin::clients,
    protocol::{
        client::{Audience, ClientId, State},
        registration::{Changes, Registration},
        target::{Api, TokenForm},
    },
    services::authority::Standing,
};

use super::device::{Board, open, phone};
use crate::support::{
    callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
    tour::{ISSUER, Tour, claims},
};

pub(super) const LMS: &str = "https://lms.example/api";
pub(super) const LIBRARY: &str = "https://library.example/";

/// An app that serves a resource.
pub(super) async fn serving(t: &Tour, id: &str, resource: &str) -> RelyingParty {
    let api = Api { serves: [resource.to_owned()].into(), ..Api::default() };
    RelyingParty::registered(t, id, |ask| Registration { api, ..ask }).await
}

/// An app that may call these.
pub(super) async fn calling(t: &Tour, id: &str, apps: &[&str]) -> RelyingParty {
    let api = Api { calls: apps.iter().map(|app| ClientId((*app).to_owned())).collect(), ..Api::default() };
    RelyingParty::registered(t, id, |ask| Registration { api, ..ask }).await
}

/// Two apps with APIs, and one that may call both.
async fn three(t: &Tour) -> (RelyingParty, RelyingParty, RelyingParty) {
    (
        serving(t, "the-lms", LMS).await,
        serving(t, "library", LIBRARY).await,
        calling(t, "marks", &["the-lms", "library"]).await,
    )
}

fn resource(uri: &str) -> String {
    format!("&resource={uri}")
}

async fn redeem(t: &Tour, app: &RelyingParty, code: &str, resource: &str) -> crate::support::tour::Answer {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("resource", resource),
    ];
    t.post("/token", Some((&app.id, &app.secret)), &form).await
}

async fn introspect(t: &Tour, app: &RelyingParty, token: &str) -> serde_json::Value {
    t.post("/introspect", Some((&app.id, &app.secret)), &[("token", token)]).await.json()
}

async fn refresh(t: &Tour, app: &RelyingParty, token: &str, resource: &str) -> crate::support::tour::Answer {
    let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("resource", resource)];
    t.post("/token", Some((&app.id, &app.secret)), &form).await
}

both! { async fn a_token_names_the_api_it_is_for_and_its_apps_own_subject(t: Tour) {
    let (lms, library, marks) = three(&t).await;
    let mut browser = Browser::default();
    let own = claims(lms.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap());
    let tokens = marks.tokens(&t, &mut browser, &resource(LMS)).await;
    let access = tokens["access_token"].as_str().unwrap();
    let told = claims(access);
    assert_eq!((told["aud"].as_str(), told["client_id"].as_str()), (Some(LMS), Some("marks")));
    assert_eq!(told["sub"], own["sub"], "as the LMS knows the person");
    assert_ne!(told["sub"], claims(tokens["id_token"].as_str().unwrap())["sub"]);
    assert_eq!(introspect(&t, &lms, access).await["active"], true);
    assert_eq!(introspect(&t, &lms, access).await["aud"], LMS);
    assert_eq!(introspect(&t, &marks, access).await["active"], true, "its own");
    assert_eq!(introspect(&t, &library, access).await["active"], false);
    let me = t.get("/userinfo", Some(access)).await;
    assert_eq!((me.status, me.error().as_str()), (403, "insufficient_scope"), "r21: it is for the LMS alone");
    let plain = marks.tokens(&t, &mut browser, "").await;
    assert_eq!(claims(plain["access_token"].as_str().unwrap())["aud"], ISSUER);
} }

both! { async fn the_granted_set_bounds_what_later_tokens_are_for(t: Tour) {
    let (_, _, marks) = three(&t).await;
    let mut browser = Browser::default();
    let both = format!("{}{}", resource(LMS), resource(LIBRARY));
    let code = marks.code(&t, &mut browser, &both).await;
    let first = redeem(&t, &marks, &code, LIBRARY).await.json();
    assert_eq!(claims(first["access_token"].as_str().unwrap())["aud"], LIBRARY);
    let usual = marks.refresh(&t, first["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(claims(usual["access_token"].as_str().unwrap())["aud"], LMS, "the one that was named first");
    let code = marks.code(&t, &mut browser, &resource(LMS)).await;
    assert_eq!(redeem(&t, &marks, &code, LIBRARY).await.error(), "invalid_target");
    let tokens = redeem(&t, &marks, &code, LMS).await.json();
    let old = tokens["refresh_token"].as_str().unwrap();
    for wider in [LIBRARY, ISSUER, "https://nobody.example/"] {
        assert_eq!(refresh(&t, &marks, old, wider).await.error(), "invalid_target");
    }
    t.advance(Duration::from_mins(1));
    let next = refresh(&t, &marks, old, LMS).await;
    assert_eq!(next.status, 200, "what was refused burnt nothing: {}", next.text);
} }

both! { async fn a_grant_that_named_no_api_serves_each_that_the_app_may_call(t: Tour) {
    let (_, _, marks) = three(&t).await;
    let code = marks.code(&t, &mut Browser::default(), "").await;
    let form = [
        ("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER),
        ("resource", LMS), ("resource", LIBRARY),
    ];
    let many = t.post("/token", Some((&marks.id, &marks.secret)), &form).await;
    assert_eq!(many.error(), "invalid_target", "a token is for one");
    let tokens = redeem(&t, &marks, &code, LMS).await.json();
    let next = refresh(&t, &marks, tokens["refresh_token"].as_str().unwrap(), LIBRARY).await.json();
    assert_eq!(claims(next["access_token"].as_str().unwrap())["aud"], LIBRARY);
} }

both! { async fn whoever_may_not_call_an_api_gets_no_token_for_it(t: Tour) {
    let (lms, _, _) = three(&t).await;
    let nosy = RelyingParty::new(&t, "nosy").await;
    let mut browser = Browser::default();
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    for wrong in [LMS, "https://nobody.example/", "the-lms", "https://lms.example/api%23x", "https://lms.example/api/"] {
        let answer = browser.get(&t, &nosy.authorize(&resource(wrong))).await;
        assert_eq!(answer.sent("error").as_deref(), Some("invalid_target"), "{wrong}");
    }
    let code = nosy.code(&t, &mut browser, "").await;
    assert_eq!(redeem(&t, &nosy, &code, LMS).await.error(), "invalid_target");
    assert_eq!(nosy.redeem(&t, &code).await.status, 200, "and nothing was burnt");
    let own = lms.code(&t, &mut browser, &resource(LMS)).await;
    assert_eq!(lms.redeem(&t, &own).await.status, 200, "an app may call itself");
} }

both! { async fn r15_a_token_is_good_while_its_api_is_there_and_admits_the_person(t: Tour) {
    let api = || Api { serves: [LMS.to_owned()].into(), ..Api::default() };
    RelyingParty::registered(&t, "the-lms", |ask| Registration { api: api(), ..ask }).await;
    let marks = calling(&t, "marks", &["the-lms"]).await;
    let mut browser = Browser::default();
    let tokens = marks.tokens(&t, &mut browser, &resource(LMS)).await;
    let access = tokens["access_token"].as_str().unwrap();
    let mut lms = (*t.sv.clients.by_id(&ClientId("the-lms".into())).unwrap()).clone();
    lms.audience = Audience { roles: ["student".to_owned()].into(), ..Audience::default() };
    t.change(&lms, false).await;
    t.advance(Duration::from_secs(2));
    assert_eq!(introspect(&t, &marks, access).await["active"], false, "it is for pupils now");
    let code = marks.code(&t, &mut browser, "").await;
    assert_eq!(redeem(&t, &marks, &code, LMS).await.error(), "invalid_target");
    let code = marks.code(&t, &mut browser, &resource(LMS)).await;
    assert_eq!(marks.redeem(&t, &code).await.error(), "invalid_target", "nor where the grant alone names it");
    lms.audience = Audience::default();
    t.change(&lms, false).await;
    t.advance(Duration::from_secs(2));
    assert_eq!(introspect(&t, &marks, access).await["active"], true);
    lms.state = State::Disabled;
    t.change(&lms, false).await;
    t.advance(Duration::from_secs(2));
    assert_eq!(introspect(&t, &marks, access).await["active"], false);
    let token = tokens["refresh_token"].as_str().unwrap();
    assert_eq!(refresh(&t, &marks, token, LMS).await.error(), "invalid_target");
    assert_eq!(marks.refresh(&t, token).await.error(), "invalid_target", "nor where the grant alone names it");
    let code = marks.code(&t, &mut browser, "").await;
    // Whoever got nothing has spent nothing: when the API is back all goes on.
    t.advance(Duration::from_secs(30));
    lms.state = State::Enabled;
    t.change(&lms, false).await;
    assert_eq!(redeem(&t, &marks, &code, LMS).await.status, 200);
    let fresh = marks.refresh(&t, token).await;
    assert_eq!(claims(fresh.json()["access_token"].as_str().unwrap())["aud"], LMS, "{}", fresh.text);
} }

both! { async fn a_board_and_a_service_name_the_api_they_call(t: Tour) {
    let (lms, _, marks) = three(&t).await;
    let api = Api { calls: [ClientId("the-lms".into())].into(), ..Api::default() };
    let board = Board::registered(&t, "board", |ask| Registration { api, ..ask }).await;
    let ask = async |uri| t.post("/device_authorization", Some(board.auth()), &[("scope", "openid"), ("resource", uri)]).await;
    assert_eq!(ask(LIBRARY).await.error(), "invalid_target");
    let given = ask(LMS).await.json();
    open(&t, &mut phone(&t, "teacher").await, given["user_code"].as_str().unwrap(), "45").await;
    let tokens = board.poll(&t, given["device_code"].as_str().unwrap()).await.json();
    assert_eq!(claims(tokens["access_token"].as_str().unwrap())["aud"], LMS);
    let form = [("grant_type", "client_credentials"), ("resource", LMS)];
    let own = t.post("/token", Some((&marks.id, &marks.secret)), &form).await.json();
    let access = own["access_token"].as_str().unwrap();
    assert_eq!((claims(access)["aud"].as_str(), claims(access)["sub"].as_str()), (Some(LMS), Some("marks")));
    assert_eq!(introspect(&t, &lms, access).await["active"], true);
} }

both! { async fn no_two_apps_serve_one_resource(t: Tour) {
    serving(&t, "the-lms", LMS).await;
    let leave = phuong::services::authority::Standing::danger_command_line().with_the_sector(&t.sv).unwrap();
    let ask = |resource: &str| Registration {
        redirect_uris: vec![CALLBACK.into()],
        api: Api { serves: [resource.to_owned()].into(), ..Api::default() },
        ..Registration::named("thief", "Thief", phuong::protocol::client::Kind::Web)
    };
    let taken = phuong::admin::clients::add(&t.sv, &leave, ask(LMS)).await.unwrap_err();
    assert!(taken.to_string().contains("is served by the-lms already"), "{taken}");
    assert!(phuong::admin::clients::add(&t.sv, &leave, ask("lms#x")).await.is_err());
    assert!(phuong::admin::clients::add(&t.sv, &leave, ask(LIBRARY)).await.is_ok());
} }

both! { async fn r16_what_an_app_may_no_more_ends_with_the_next_token(t: Tour) {
    let (_, _, marks) = three(&t).await;
    let tokens = marks.tokens(&t, &mut Browser::default(), &resource(LMS)).await;
    let leave = Standing::danger_command_line().with_the_sector(&t.sv).unwrap();
    let adjust = async |changes| clients::adjust(&t.sv, &leave, "marks", changes).await.unwrap();
    adjust(Changes { scope: Some("openid offline_access".into()), form: Some(TokenForm::Opaque), ..Changes::default() }).await;
    let next = refresh(&t, &marks, tokens["refresh_token"].as_str().unwrap(), LMS).await.json();
    let (access, again) = (next["access_token"].as_str().unwrap(), next["refresh_token"].as_str().unwrap());
    assert!(!access.contains('.'), "it says nothing any more");
    assert_eq!(introspect(&t, &marks, access).await["scope"], "openid");
    adjust(Changes { calls: Some([ClientId("library".into())].into()), ..Changes::default() }).await;
    assert_eq!(refresh(&t, &marks, again, LMS).await.error(), "invalid_target");
} }
