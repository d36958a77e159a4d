//! Whose browser it is: sessions on shared devices and on one's own, and how they end.

use std::time::Duration;

use futures_util::future::join_all;
use phuong::{
    base::id::PersonId,
    model::{
        affiliation::{Affiliation, Post, State},
        membership::Change,
        role::Role,
    },
    protocol::registration::Registration,
    store::{Tx, accounts, contexts, memberships},
};

use super::activation::{choose, enter, issue};
use crate::support::{
    callers::{Browser, RelyingParty},
    tour::{Answer, Tour, claims},
};

fn signed_out(page: &Answer) -> bool {
    page.text.contains("name=\"password\"")
}

/// Signs in on a device that is one's own.
async fn own(t: &Tour, browser: &mut Browser, path: &str, role: &str) -> Answer {
    let page = browser.get(t, path).await;
    let person = t.person(role).clone();
    own_form(t, browser, &page, &person.sector_id, &person.password).await
}

async fn own_form(t: &Tour, browser: &mut Browser, page: &Answer, name: &str, password: &str) -> Answer {
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    let form =
        [("csrf", csrf.as_str()), ("flow", &flow), ("username", name), ("password", password), ("own_device", "yes")];
    browser.post(t, "/sign-in", &form).await
}

/// Sends the chooser's form.
async fn pick(t: &Tour, browser: &mut Browser, page: &Answer, name: &str, value: &str) -> Answer {
    let (csrf, flow) = (page.field("csrf"), page.field("flow"));
    browser.post(t, "/choose", &[("csrf", csrf.as_str()), ("flow", &flow), (name, value)]).await
}

/// The handle beside a name on the chooser.
fn handle(page: &Answer, name: &str) -> String {
    let before = &page.text[..page.text.find(name).unwrap_or_else(|| panic!("no {name} in {}", page.text))];
    let mark = "name=\"account\" value=\"";
    before[before.rfind(mark).unwrap() + mark.len()..].split('"').next().unwrap().to_owned()
}

both! { async fn r52_an_account_has_twenty_sessions_at_most_and_the_oldest_gives_way_with_its_apps(t: Tour) {
    let (app, mut first) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut first, "").await;
    let mut browsers = Vec::new();
    for _ in 0..20 {
        t.advance(Duration::from_secs(1));
        let mut browser = Browser::default();
        browser.sign_in_as(&t, "/sign-in", "teacher").await;
        browsers.push(browser);
    }
    assert!(signed_out(&first.get(&t, "/portal").await), "the oldest");
    assert_eq!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    let page = browsers[0].get(&t, "/account").await;
    assert_eq!(page.text.matches("name=\"session\"").count(), 19, "this one and nineteen others");
} }

both! { async fn r52_who_signs_in_ten_times_at_once_has_no_more_sessions_after_the_next(t: Tour) {
    for _ in 0..15 {
        Browser::default().sign_in_as(&t, "/sign-in", "teacher").await;
    }
    t.advance(Duration::from_secs(1));
    let mut browsers: Vec<Browser> = (0..10).map(|_| Browser::default()).collect();
    let answers = join_all(browsers.iter_mut().map(|browser| browser.sign_in_as(&t, "/sign-in", "teacher"))).await;
    assert!(answers.iter().all(|answer| answer.status == 303));
    t.advance(Duration::from_secs(1));
    // On PostgreSQL those who begin at the same moment do not see each other; whoever comes next makes room.
    let mut last = Browser::default();
    last.sign_in_as(&t, "/sign-in", "teacher").await;
    let page = last.get(&t, "/account").await;
    assert_eq!(page.text.matches("name=\"session\"").count(), 19, "this one and nineteen others");
} }

both! { async fn who_comes_next_to_a_shared_device_ends_the_session_that_was_left_behind(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let mut thief = browser.clone();
    // The browser was closed: session cookies are gone, its name is not.
    browser.cookies.remove("phuong-session-8080");
    browser.sign_in_as(&t, "/sign-in", "student").await;
    assert!(signed_out(&thief.get(&t, "/portal").await));
    assert_eq!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
} }

both! { async fn not_you_ends_the_old_session_and_its_apps_before_anybody_else_signs_in(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let tokens = app.tokens(&t, &mut browser, "").await;
    let page = browser.get(&t, "/choose").await;
    assert!(page.text.contains(&t.person("teacher").name) && !page.text.contains("name=\"account\""), "{}", page.text);
    let next = pick(&t, &mut browser, &page, "answer", "other").await;
    assert!(signed_out(&next) && browser.session().is_none());
    assert_eq!(app.refresh(&t, tokens["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    let pupil = t.person("student").clone();
    assert_eq!(browser.submit(&t, &next, &pupil.sector_id, &pupil.password).await.header("location"), "/portal");
} }

both! { async fn two_people_share_a_device_of_their_own_and_change_without_a_password(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    own(&t, &mut browser, "/sign-in", "teacher").await;
    let (teacher, pupil) = (t.person("teacher").clone(), t.person("student").clone());
    t.advance(Duration::from_secs(1));
    let chooser = browser.get(&t, &app.authorize("&prompt=select_account")).await;
    assert!(chooser.text.contains(&teacher.name), "{}", chooser.text);
    let form = pick(&t, &mut browser, &chooser, "answer", "another").await;
    assert!(signed_out(&form) && browser.session().is_some(), "the first stays signed in");
    let answer = own_form(&t, &mut browser, &form, &pupil.sector_id, &pupil.password).await;
    let first = app.redeem(&t, &answer.sent("code").unwrap()).await.json();
    t.advance(Duration::from_secs(1));
    let chooser = browser.get(&t, &app.authorize("&prompt=select_account")).await;
    let back = pick(&t, &mut browser, &chooser, "account", &handle(&chooser, &teacher.name)).await;
    let second = app.redeem(&t, &back.sent("code").expect("no password was asked for")).await.json();
    assert_ne!(claims(first["id_token"].as_str().unwrap())["sub"], claims(second["id_token"].as_str().unwrap())["sub"]);
    assert!(browser.get(&t, "/portal").await.text.contains(&teacher.name));
    // Signing out is for one of them; the other is one press away, and who signed out needs the password.
    let page = browser.get(&t, "/end_session").await;
    browser.post(&t, "/end_session/confirm", &[("csrf", &page.field("csrf")), ("request", "")]).await;
    let chooser = browser.get(&t, &app.authorize("")).await;
    assert!(chooser.text.contains(&teacher.name) && chooser.text.contains("cần nhập mật khẩu"), "{}", chooser.text);
    let form = pick(&t, &mut browser, &chooser, "account", &handle(&chooser, &teacher.name)).await;
    assert!(signed_out(&form) && form.text.contains(&format!("value=\"{}\"", teacher.sector_id)));
    let on = pick(&t, &mut browser, &chooser, "account", &handle(&chooser, &pupil.name)).await;
    assert!(on.sent("code").is_some(), "{}", on.text);
    assert_eq!(app.refresh(&t, first["refresh_token"].as_str().unwrap()).await.status, 200, "nobody ended the pupil's");
} }

both! { async fn a_device_of_ones_own_forgets_everybody_when_asked(t: Tour) {
    let mut browser = Browser::default();
    own(&t, &mut browser, "/sign-in", "teacher").await;
    let copy = browser.clone();
    let page = browser.get(&t, "/choose").await;
    assert!(signed_out(&pick(&t, &mut browser, &page, "answer", "forget").await));
    assert!(!browser.cookies.contains_key("phuong-people-8080"));
    assert!(signed_out(&copy.clone().get(&t, "/portal").await), "the session has ended too");
    assert!(!browser.get(&t, "/sign-in").await.text.contains(&t.person("teacher").sector_id));
} }

both! { async fn r25_what_a_device_remembers_is_worth_nothing_in_another_browser(t: Tour) {
    let (mut browser, mut elsewhere) = (Browser::default(), Browser::default());
    own(&t, &mut browser, "/sign-in", "teacher").await;
    elsewhere.get(&t, "/sign-in").await;
    elsewhere.cookies.insert("phuong-people-8080".into(), browser.cookies["phuong-people-8080"].clone());
    let page = elsewhere.get(&t, "/choose").await;
    assert!(signed_out(&page) && !page.text.contains(&t.person("teacher").name));
} }

both! { async fn a_guest_on_somebodys_device_is_not_remembered_and_takes_over(t: Tour) {
    let mut browser = Browser::default();
    own(&t, &mut browser, "/sign-in", "teacher").await;
    let page = browser.get(&t, "/choose").await;
    let form = pick(&t, &mut browser, &page, "answer", "another").await;
    let pupil = t.person("student").clone();
    browser.submit(&t, &form, &pupil.sector_id, &pupil.password).await;
    let page = browser.get(&t, "/choose").await;
    assert!(page.text.contains(&pupil.name) && !page.text.contains(&t.person("teacher").name), "{}", page.text);
} }

both! { async fn that_was_not_me_ends_everything_and_only_a_code_leads_back(t: Tour) {
    let (app, mut own, mut thief) = (RelyingParty::new(&t, "app").await, Browser::default(), Browser::default());
    let offline = app.tokens(&t, &mut thief, "&scope=openid%20offline_access").await;
    own.sign_in_as(&t, "/sign-in", "teacher").await;
    let csrf = own.get(&t, "/account/not-me").await.field("csrf");
    assert_eq!(thief.post(&t, "/account/not-me", &[("csrf", &csrf)]).await.status, 403, "not with another's form");
    let done = own.post(&t, "/account/not-me", &[("csrf", &csrf)]).await;
    assert!(done.status == 200 && done.text.contains("id=\"not-me-done\""), "{}", done.text);
    assert!(own.session().is_none() && signed_out(&thief.get(&t, "/portal").await));
    assert_eq!(app.refresh(&t, offline["refresh_token"].as_str().unwrap()).await.error(), "invalid_grant");
    assert_eq!(t.get("/userinfo", offline["access_token"].as_str()).await.status, 401);
    let person = t.person("teacher").clone();
    let before = t.sv.hasher.spent();
    assert_eq!(thief.sign_in(&t, "/sign-in", &person.sector_id, &person.password).await.status, 422);
    assert_eq!(t.sv.hasher.spent() - before, 1, "and it looks like any other wrong password");
    let (_, code) = issue(&t, "teacher").await;
    let page = enter(&t, &mut own, &person.sector_id, &code).await;
    assert_eq!(choose(&t, &mut own, &page, "hoa no mua he").await.status, 200);
    own.sign_in(&t, "/sign-in", &person.sector_id, "hoa no mua he").await;
    assert!(own.get(&t, "/account").await.text.contains("khoá mật khẩu"), "the account remembers");
} }

both! { async fn failures_in_a_row_are_told_to_the_owner_and_a_typing_error_is_not(t: Tour) {
    let mut own = Browser::default();
    own.sign_in_as(&t, "/sign-in", "teacher").await;
    let name = t.person("teacher").sector_id.clone();
    let told = "Có người nhập sai mật khẩu nhiều lần";
    for n in 0..3 {
        assert!(!own.get(&t, "/account").await.text.contains(told), "after {n}");
        Browser::default().sign_in(&t, "/sign-in", &name, &format!("wrong-{n}-password")).await;
    }
    assert!(own.get(&t, "/account").await.text.contains(told));
} }

/// Gives the sample person of a role a second one at the school of the sector's administrator; that school's name.
async fn second_role(t: &Tour, role: &str, second: Role) -> String {
    let names = [t.person(role).sector_id.clone(), t.person("sector_admin").sector_id.clone()];
    let turn = (names, t.sv.ids.next(), second, t.clock.now());
    let write = t.sv.store.write(turn, async |tx: &mut Tx, (names, id, role, now)| {
        let mut places = Vec::new();
        for name in names {
            let person: PersonId = accounts::by_name(tx, name).await?.unwrap().person_id;
            places.push((person, contexts::contexts(tx, person).await?.remove(0)));
        }
        let (person, elsewhere) = (places[0].0, places[1].1.clone());
        let change = Change::Begin(Affiliation {
            id: *id,
            post: Post::of(*role, elsewhere.org_id),
            primary: false,
            from: now.day(),
            state: State::Active,
        });
        memberships::apply(tx, &[(person, change)], "test", *now).await?;
        Ok(elsewhere.org_name)
    });
    write.await.unwrap()
}

async fn role_told(t: &Tour, app: &RelyingParty, browser: &mut Browser) -> String {
    let tokens = app.tokens(t, browser, "&scope=openid%20edu").await;
    let me = t.get("/userinfo", tokens["access_token"].as_str()).await.json();
    me["edu_context"]["role"].as_str().unwrap().to_owned()
}

both! { async fn the_role_that_was_chosen_is_what_new_tokens_tell(t: Tour) {
    let (app, mut browser) = (RelyingParty::new(&t, "app").await, Browser::default());
    let school = second_role(&t, "teacher", Role::Guardian).await;
    let old = app.tokens(&t, &mut browser, "&scope=openid%20edu").await;
    let page = browser.get(&t, "/portal").await;
    assert!(page.text.contains(&school) && page.text.contains("aria-pressed=\"true\""), "{}", page.text);
    let at = page.text.find("aria-pressed=\"false\"").unwrap();
    let before = &page.text[..at];
    let mark = "name=\"context\" value=\"";
    let second = before[before.rfind(mark).unwrap() + mark.len()..].split('"').next().unwrap().to_owned();
    let csrf = page.field("csrf");
    let mut pupil = Browser::default();
    pupil.sign_in_as(&t, "/sign-in", "student").await;
    let theirs = pupil.get(&t, "/end_session").await.field("csrf");
    pupil.post(&t, "/portal/context", &[("csrf", theirs.as_str()), ("context", &second)]).await;
    assert_eq!(role_told(&t, &app, &mut pupil).await, "student", "r38: what others are cannot be chosen");
    let done = browser.post(&t, "/portal/context", &[("csrf", csrf.as_str()), ("context", &second)]).await;
    assert_eq!(done.header("location"), "/portal");
    assert_eq!(role_told(&t, &app, &mut browser).await, "guardian");
    let me = t.get("/userinfo", old["access_token"].as_str()).await.json();
    assert_eq!(me["edu_context"]["role"], "teacher", "what was given before stays what it was");
    let staff = RelyingParty::registered(&t, "staff", |mut ask: Registration| {
        ask.audience.roles = ["teacher".to_owned()].into();
        ask
    }).await;
    assert_eq!(role_told(&t, &staff, &mut browser).await, "teacher", "an app is told of the role that it is for");
} }
