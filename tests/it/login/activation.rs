//! P3: the first password, by a one-time code.

use std::time::Duration;

use phuong::{
    base::id::AccountId,
    login::codes::ActivationCode,
    store::{Tx, accounts},
};

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, Tour},
};

/// Issues a code to the sample person of a role, as an administrator would; the account and the code.
pub(crate) async fn issue(t: &Tour, role: &str) -> (AccountId, String) {
    let name = t.person(role).sector_id.clone();
    let turn = (name, t.clock.now() + t.sv.settings.activation, t.clock.now());
    let (account, number) =
        t.sv.store
            .write(turn, async |tx: &mut Tx, (name, until, now)| {
                let account = accounts::by_name(tx, name).await?.unwrap().account_id;
                Ok((account, accounts::issue_activation(tx, account, *until, *now).await?.unwrap()))
            })
            .await
            .unwrap();
    (account, ActivationCode::derive(&t.sv.keys.activation, account, number).shown().to_string())
}

pub(crate) async fn enter(t: &Tour, browser: &mut Browser, name: &str, code: &str) -> Answer {
    let csrf = browser.get(t, "/activate").await.field("csrf");
    browser.post(t, "/activate", &[("csrf", &csrf), ("username", name), ("code", code)]).await
}

pub(crate) async fn choose(t: &Tour, browser: &mut Browser, page: &Answer, new: &str) -> Answer {
    let (csrf, ticket) = (page.field("csrf"), page.field("ticket"));
    browser.post(t, "/activate/password", &[("csrf", &csrf), ("ticket", &ticket), ("new", new)]).await
}

both! { async fn r32_a_code_is_good_once_and_its_successor_ends_it(t: Tour) {
    let name = t.person("student").sector_id.clone();
    let (_, old) = issue(&t, "student").await;
    let (_, code) = issue(&t, "student").await;
    let mut browser = Browser::default();
    assert_eq!(enter(&t, &mut browser, &name, &old).await.status, 422, "a newer one was issued");
    let page = enter(&t, &mut browser, &name, &code.to_lowercase().replace('-', " ")).await;
    assert!(page.text.contains(&t.person("student").name), "{}", page.text);
    let weak = choose(&t, &mut browser, &page, "12345678").await;
    assert_eq!(weak.status, 422);
    let done = choose(&t, &mut browser, &weak, "hoa no mua he").await;
    assert_eq!(done.status, 200, "{}", done.text);
    let again = choose(&t, &mut browser, &weak, "hoa no mua he 2").await;
    assert_eq!(again.status, 200, "sent twice, done once");
    assert!(again.text.contains("ở lần gửi trước") && !done.text.contains("ở lần gửi trước"), "and told which counts");
    assert_eq!(enter(&t, &mut browser, &name, &code).await.status, 422, "spent");
    assert_eq!(browser.sign_in(&t, "/sign-in", &name, "hoa no mua he").await.header("location"), "/portal");
} }

both! { async fn what_is_no_code_stays_to_be_mended_and_what_may_be_one_is_typed_again(t: Tour) {
    let name = t.person("student").sector_id.clone();
    let (_, code) = issue(&t, "student").await;
    let mistyped = if code.starts_with('B') { code.replacen('B', "C", 1) } else { format!("B{}", &code[1..]) };
    let mut browser = Browser::default();
    for (typed, said) in [(mistyped.as_str(), "gõ nhầm"), (&code[..9], "13 chữ"), ("BCFA-", "«A»")] {
        let page = enter(&t, &mut browser, &name, typed).await;
        assert!(page.text.contains(said) && page.text.contains(&format!("value=\"{typed}\"")), "{}", page.text);
    }
    let wrong = enter(&t, &mut browser, "3100000000", &code).await;
    assert!(wrong.text.contains("chưa đúng") && !wrong.text.contains(&code));
} }

both! { async fn r32_a_code_ends_with_its_time(t: Tour) {
    let name = t.person("student").sector_id.clone();
    let (_, code) = issue(&t, "student").await;
    t.advance(Duration::from_hours(24 * 61));
    assert_eq!(enter(&t, &mut Browser::default(), &name, &code).await.status, 422);
} }

both! { async fn r32_what_a_printed_code_claimed_ends_with_the_code(t: Tour) {
    let name = t.person("student").sector_id.clone();
    let (_, code) = issue(&t, "student").await;
    t.advance(t.sv.settings.activation.saturating_sub(Duration::from_mins(2)));
    let mut browser = Browser::default();
    let page = enter(&t, &mut browser, &name, &code).await;
    assert_eq!(page.status, 200, "{}", page.text);
    t.advance(Duration::from_mins(2));
    let before = t.sv.hasher.spent();
    let gone = choose(&t, &mut browser, &page, "hoa no mua he").await;
    assert_eq!(gone.status, 422, "{}", gone.text);
    assert!(!gone.text.contains("name=\"ticket\""), "from the beginning");
    assert_eq!(t.sv.hasher.spent(), before, "what cannot be used is not hashed");
} }

both! { async fn r31_an_unknown_id_and_a_wrong_code_are_answered_alike(t: Tour) {
    issue(&t, "student").await;
    let name = t.person("student").sector_id.clone();
    let wrong = ActivationCode::derive(&t.sv.keys.activation, t.sv.ids.next(), 1).shown().to_string();
    let mut seen = Vec::new();
    for who in [name.as_str(), "3119999999"] {
        let mut browser = Browser::default();
        let page = enter(&t, &mut browser, who, &wrong).await;
        seen.push((page.status, page.text.replace(&page.field("csrf"), "").replace(who, "")));
    }
    assert_eq!(seen[0], seen[1]);
} }

both! { async fn r34_a_reset_ends_every_session_and_everything_that_apps_were_given(t: Tour) {
    let (app, mut before, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    let tokens = app.tokens(&t, &mut before, "&scope=openid%20offline_access").await;
    let (_, code) = issue(&t, "teacher").await;
    let page = enter(&t, &mut browser, &t.person("teacher").sector_id.clone(), &code).await;
    assert_eq!(choose(&t, &mut browser, &page, "hoa no mua he").await.status, 200);
    assert!(before.get(&t, "/portal").await.text.contains("name=\"password\""));
    assert_eq!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    assert_eq!(t.get("/userinfo", tokens["access_token"].as_str()).await.status, 401);
} }

both! { async fn r33_the_password_page_needs_the_code_first(t: Tour) {
    let mut browser = Browser::default();
    let csrf = browser.get(&t, "/activate").await.field("csrf");
    for ticket in ["", "AAAA", "forged.ticket"] {
        let form = [("csrf", csrf.as_str()), ("ticket", ticket), ("new", "hoa no mua he")];
        assert_eq!(browser.post(&t, "/activate/confirm", &form[..2]).await.status, 422, "{ticket}");
        assert_eq!(browser.post(&t, "/activate/password", &form).await.status, 422, "{ticket}");
    }
} }

both! { async fn r36_a_password_about_its_owner_is_refused(t: Tour) {
    let (_, code) = issue(&t, "teacher").await;
    let id = t.person("teacher").sector_id.clone();
    let mut browser = Browser::default();
    let mut page = enter(&t, &mut browser, &id, &code).await;
    for weak in ["short", &format!("xx{id}"), "password1", "aaaaaaaaaa", &"x".repeat(257)] {
        page = choose(&t, &mut browser, &page, weak).await;
        assert_eq!(page.status, 422, "{weak}");
    }
} }
