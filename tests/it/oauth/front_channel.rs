//! Signing out of apps in the browser (Front-Channel Logout 1.0).

use phuong::protocol::registration::Registration;

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, Tour, claims},
};

const OUT: &str = "https://app.example/out?a=%22%3E";
const BYE: &str = "https://app.example/bye";

async fn app(t: &Tour, id: &str, page: Option<&str>, session_required: bool) -> RelyingParty {
    let ask = |ask| Registration {
        frontchannel_logout_uri: page.map(str::to_owned),
        frontchannel_logout_session_required: session_required,
        ..ask
    };
    RelyingParty::registered(t, id, ask).await
}

/// The pages that are loaded in frames.
fn frames(page: &Answer) -> Vec<String> {
    let frame = |rest: &str| rest.split('"').next().unwrap().replace("&#38;", "&");
    page.text.split("<iframe src=\"").skip(1).map(frame).collect()
}

fn framed_origins(page: &Answer) -> Vec<&str> {
    let policy = page.header("content-security-policy").split("; ");
    policy.filter_map(|part| part.strip_prefix("frame-src ")).flat_map(|list| list.split(' ')).collect()
}

both! { async fn each_front_channel_app_of_the_session_is_loaded_before_the_browser_goes_on(t: Tour) {
    let told = app(&t, "told", Some(OUT), true).await;
    let plain = app(&t, "plain", Some("https://app.example/plain"), false).await;
    app(&t, "never-used", Some("https://app.example/never"), true).await;
    let mut browser = Browser::default();
    plain.tokens(&t, &mut browser, "").await;
    let id_token = told.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    let page = browser.get(&t, &format!("/end_session?id_token_hint={id_token}&post_logout_redirect_uri={BYE}&state=a%26b")).await;
    assert_eq!((page.status, page.header("location")), (200, ""));
    let sid = claims(&id_token)["sid"].as_str().unwrap().to_owned();
    let mut loaded = frames(&page);
    loaded.sort();
    assert_eq!(loaded, [format!("{OUT}&iss=http%3A%2F%2Flocalhost%3A8080&sid={sid}"), "https://app.example/plain".into()]);
    assert_eq!(framed_origins(&page), ["https://app.example"], "R27: exactly these");
    assert!(page.text.contains("href=\"https://app.example/bye?state=a%26b\" data-onward"), "{}", page.text);
    assert!(page.text.contains("signed-out.js") && browser.session().is_none());
    assert!(page.text.contains("Đã báo qua trình duyệt"), "what nobody can confirm is not called done");
    let again = browser.get(&t, &format!("/end_session?id_token_hint={id_token}&post_logout_redirect_uri={BYE}")).await;
    assert_eq!(again.header("location"), BYE, "nobody is left to be told");
} }

both! { async fn whoever_must_know_of_an_open_app_is_not_sent_on(t: Tour) {
    let told = app(&t, "told", Some(OUT), false).await;
    let deaf = app(&t, "deaf", None, false).await;
    let mut browser = Browser::default();
    deaf.tokens(&t, &mut browser, "").await;
    let id_token = told.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    let page = browser.get(&t, &format!("/end_session?id_token_hint={id_token}&post_logout_redirect_uri={BYE}")).await;
    assert_eq!(frames(&page), [OUT]);
    assert!(page.text.contains(&format!("href=\"{BYE}\"")) && !page.text.contains("data-onward"), "{}", page.text);
    assert!(!page.text.contains("signed-out.js") && page.text.contains("Có thể còn mở"), "{}", page.text);
} }

both! { async fn without_a_landing_the_person_is_told_that_a_browser_does_not_confirm(t: Tour) {
    let (told, other) = (app(&t, "told", Some(OUT), false).await, app(&t, "other", Some(OUT), false).await);
    let mut browser = Browser::default();
    other.tokens(&t, &mut browser, "").await;
    let id_token = told.tokens(&t, &mut browser, "").await["id_token"].as_str().unwrap().to_owned();
    let page = browser.get(&t, &format!("/end_session?id_token_hint={id_token}")).await;
    assert_eq!(frames(&page), [OUT, OUT]);
    assert!(page.text.contains("không xác nhận được") && !page.text.contains("Máy sẵn sàng"), "{}", page.text);
} }

both! { async fn r27_no_other_page_frames_anything(t: Tour) {
    let (told, mut browser) = (app(&t, "told", Some(OUT), true).await, Browser::default());
    told.tokens(&t, &mut browser, "").await;
    for path in ["/portal", "/account", "/end_session", "/privacy"] {
        let page = browser.get(&t, path).await;
        assert!(framed_origins(&page).is_empty() && frames(&page).is_empty(), "{path}");
    }
} }
