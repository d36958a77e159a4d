//! Sign-ins that begin at the portal (Core 4).

use phuong::protocol::registration::Registration;

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::Tour,
};

both! { async fn a_tile_leads_to_where_the_app_begins_and_names_the_issuer(t: Tour) {
    let begins = |uri: &str| {
        let uri = Some(uri.to_owned());
        move |ask| Registration { initiate_login_uri: uri, ..ask }
    };
    RelyingParty::registered(&t, "plain", begins("https://app.example/login")).await;
    RelyingParty::registered(&t, "query", begins("https://app.example/login?a=1")).await;
    RelyingParty::new(&t, "without").await;
    let mut browser = Browser::default();
    browser.sign_in_as(&t, "/sign-in", "teacher").await;
    let page = browser.get(&t, "/portal").await;
    let tile = |id: &str| {
        let (before, _) = page.text.split_once(&format!("\" data-client-id=\"{id}\""))?;
        Some(before.rsplit('"').next()?.replace("&#38;", "&"))
    };
    assert_eq!(tile("plain").as_deref(), Some("https://app.example/login?iss=http%3A%2F%2Flocalhost%3A8080"));
    assert_eq!(tile("query").as_deref(), Some("https://app.example/login?a=1&iss=http%3A%2F%2Flocalhost%3A8080"));
    assert_eq!(tile("without"), None, "it cannot be told to begin");
} }
