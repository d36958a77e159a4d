//! People and apps that change between one step and the next.

use phuong::{
    admin::accounts::{resume, suspend},
    protocol::client::{Client, ClientId},
    services::authority::Standing,
    store::{Tx, accounts},
};

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Tour, claims},
};

both! { async fn r15_a_suspended_person_gets_nothing_from_any_grant_and_begins_anew_when_let_back(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "&scope=openid%20offline_access").await;
    let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let code = app.code(&t, &mut browser, "").await;
    let person = t.person("teacher").clone();
    let auth = Some((app.id.as_str(), app.secret.as_str()));
    let read = async |tx: &mut Tx, name: &String| accounts::by_name(tx, name).await;
    let them = t.sv.store.read(person.sector_id.clone(), read).await.unwrap().unwrap().person_id;
    let console = Standing::danger_command_line();
    suspend(&t.sv, &console.over(&t.sv, them).await.unwrap(), "a lost tablet").await.unwrap();
    assert_eq!(Browser::default().sign_in(&t, "/sign-in", &person.sector_id, &person.password).await.status, 422);
    for again in [false, true] {
        if again {
            resume(&t.sv, &console.over(&t.sv, them).await.unwrap()).await.unwrap();
        }
        assert_eq!(app.redeem(&t, &code).await.error(), "invalid_grant", "back again: {again}");
        assert_eq!(app.refresh(&t, refresh).await.error(), "invalid_grant", "also one that outlives its session");
        assert_eq!(t.get("/userinfo", Some(access)).await.status, 401);
        assert_eq!(t.post("/introspect", auth, &[("token", access)]).await.json()["active"], false);
        assert_eq!(browser.get(&t, &app.authorize("&prompt=none")).await.sent("error").as_deref(), Some("login_required"));
        assert!(browser.get(&t, "/account").await.text.contains("name=\"password\""));
    }
    let tokens = app.tokens(&t, &mut Browser::default(), "").await;
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 200, "whoever signs in anew");
} }

both! { async fn r16_what_an_app_may_not_have_any_more_it_does_not_get(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let asked = "&scope=openid%20profile%20edu.sector_id&claims=%7B%22id_token%22%3A%7B%22edu_sector_id%22%3Anull%7D%7D";
    let tokens = app.tokens(&t, &mut browser, asked).await;
    assert!(t.get("/userinfo", tokens["access_token"].as_str()).await.json()["edu_sector_id"].is_string());
    let client = (*t.sv.clients.by_id(&ClientId("app".into())).unwrap()).clone();
    t.change(&Client { scopes: "openid profile".parse().unwrap(), ..client }, false).await;
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    assert!(me["edu_sector_id"].is_null() && me["name"].is_string(), "a token that is out there: {me}");
    let renewed = app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(claims(renewed["access_token"].as_str().unwrap())["scope"], "openid profile");
    assert!(claims(renewed["id_token"].as_str().unwrap())["edu_sector_id"].is_null());
    let code = app.code(&t, &mut browser, "").await;
    assert_eq!(app.redeem(&t, &code).await.json()["scope"], "openid profile");
} }
