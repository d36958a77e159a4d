//! How often may be tried, and who is not locked out by it.

use std::time::Duration;

use futures_util::future::join_all;
use phuong::{
    login::attempts::{self, Path, Settlement, Spent, Try},
    services::limits::DeviceCookies,
};

use crate::support::{callers::Browser, tour::Tour};

/// Forty who try one name at the same moment; the tries that were allowed.
async fn at_the_same_moment(t: &Tour) -> Vec<Spent> {
    let devices = DeviceCookies::default();
    let one = || Try {
        name: "3109999999",
        account: None,
        devices: &devices,
        address: None,
        secret: "the same secret",
        path: Path::Password,
    };
    let begun = join_all((0..40).map(|_| attempts::begin(&t.sv, one()))).await;
    begun.into_iter().filter_map(|begun| begun.unwrap().ok()).collect()
}

both! { async fn r29_tries_at_the_same_moment_share_none(t: Tour) {
    let first = at_the_same_moment(&t).await;
    assert_eq!(first.len(), 10, "as many as one after the other");
    join_all(first.into_iter().map(|spent| attempts::settle(&t.sv, spent, Settlement::Unused))).await;
    let again = at_the_same_moment(&t).await;
    assert_eq!(again.len(), 10, "what was given back at the same moment is all there");
    join_all(again.into_iter().map(|spent| attempts::settle(&t.sv, spent, Settlement::Wrong))).await;
    assert!(at_the_same_moment(&t).await.is_empty());
} }

both! { async fn r29_tries_are_counted_per_account_before_the_hash_and_over_all_paths(t: Tour) {
    let person = t.person("teacher").clone();
    for n in 0..10 {
        let mut stranger = Browser::default();
        assert_eq!(stranger.sign_in(&t, "/sign-in", &person.sector_id, &format!("wrong-{n}-password")).await.status, 422);
    }
    let before = t.sv.hasher.spent();
    let mut stranger = Browser::default();
    let page = stranger.sign_in(&t, "/sign-in", &person.sector_id, &person.password).await;
    assert_eq!((page.status, t.sv.hasher.spent()), (429, before), "no hash is spent");
    assert!(page.text.contains("data-countdown"));
    let csrf = stranger.get(&t, "/activate").await.field("csrf");
    let form = [("csrf", csrf.as_str()), ("username", &person.sector_id), ("code", "000000")];
    assert_eq!(stranger.post(&t, "/activate", &form).await.status, 429, "the code's path counts with it");
    t.advance(Duration::from_secs(31));
    assert_eq!(stranger.sign_in(&t, "/sign-in", &person.sector_id, &person.password).await.status, 303);
} }

both! { async fn r30_a_stranger_cannot_lock_the_owner_out_of_a_known_device(t: Tour) {
    let person = t.person("student").clone();
    let mut own = Browser::default();
    own.sign_in(&t, "/sign-in", &person.sector_id, &person.password).await;
    own.cookies.remove("phuong-session-8080");
    for n in 0..11 {
        Browser::default().sign_in(&t, "/sign-in", &person.sector_id, &format!("wrong-{n}-password")).await;
    }
    assert_eq!(Browser::default().sign_in(&t, "/sign-in", &person.sector_id, &person.password).await.status, 429);
    assert_eq!(own.sign_in(&t, "/sign-in", &person.sector_id, &person.password).await.status, 303);
} }

both! { async fn r31_a_name_that_nobody_has_is_slowed_down_like_one_that_somebody_has(t: Tour) {
    for name in [t.person("teacher").sector_id.clone(), "3109999999".to_owned()] {
        let mut statuses = Vec::new();
        for n in 0..12 {
            statuses.push(Browser::default().sign_in(&t, "/sign-in", &name, &format!("wrong-{n}-{name}")).await.status);
        }
        assert_eq!(statuses, [[422; 10].as_slice(), &[429; 2]].concat(), "{name}");
    }
} }

both! { async fn ones_own_sessions_can_be_ended_and_nobody_elses(t: Tour) {
    let (mut here, mut there, mut other) = (Browser::default(), Browser::default(), Browser::default());
    here.sign_in_as(&t, "/sign-in", "teacher").await;
    there.sign_in_as(&t, "/sign-in", "teacher").await;
    other.sign_in_as(&t, "/sign-in", "student").await;
    let page = here.get(&t, "/account").await;
    assert!(page.text.contains(&t.person("teacher").sector_id), "{}", page.text);
    let (csrf, session) = (page.field("csrf"), page.field("session"));
    let theirs = other.get(&t, "/end_session").await.field("csrf");
    let foreign = [("csrf", theirs.as_str()), ("session", session.as_str())];
    other.post(&t, "/account/sessions", &foreign).await;
    assert!(!there.get(&t, "/portal").await.text.contains("name=\"password\""), "r38: not theirs to end");
    here.post(&t, "/account/sessions", &[("csrf", csrf.as_str()), ("session", &session)]).await;
    assert!(there.get(&t, "/portal").await.text.contains("name=\"password\""));
} }

both! { async fn a_password_is_changed_with_the_current_one_and_other_browsers_are_signed_out(t: Tour) {
    let person = t.person("teacher").clone();
    let (mut here, mut there) = (Browser::default(), Browser::default());
    here.sign_in_as(&t, "/sign-in", "teacher").await;
    there.sign_in_as(&t, "/sign-in", "teacher").await;
    let csrf = here.get(&t, "/account/password").await.field("csrf");
    let wrong = [("csrf", csrf.as_str()), ("current", "not-this-one"), ("new", "hoa no mua he")];
    assert_eq!(here.post(&t, "/account/password", &wrong).await.status, 422);
    let right = [("csrf", csrf.as_str()), ("current", &person.password), ("new", "hoa no mua he")];
    assert_eq!(here.post(&t, "/account/password", &right).await.header("location"), "/account?saved=1");
    assert!(there.get(&t, "/portal").await.text.contains("name=\"password\""));
    assert!(!here.get(&t, "/portal").await.text.contains("name=\"password\""));
    assert_eq!(Browser::default().sign_in(&t, "/sign-in", &person.sector_id, "hoa no mua he").await.status, 303);
} }

both! { async fn r30_who_is_right_uses_nothing_up(t: Tour) {
    let person = t.person("student").clone();
    for _ in 0..35 {
        assert_eq!(Browser::default().sign_in(&t, "/sign-in", &person.sector_id, &person.password).await.status, 303);
    }
} }
