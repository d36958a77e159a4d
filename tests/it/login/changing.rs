//! A change of password that is under way while the account's owner takes the account back: what it read is not so any
//! more, and it writes nothing (R34).

use std::pin::pin;

use futures_util::future::poll_immediate;
use phuong::model::account::AccountState;
use phuong::store::{Tx, accounts, sessions};

use super::{
    activation::{choose, enter},
    holes::rescue_code,
};
use crate::{
    admin::whose,
    support::{
        callers::Browser,
        tour::{Answer, Tour},
    },
};

const THIEFS: &str = "cua ke trom day";
const OWNERS: &str = "hoa no mua he";

/// Sends a form, and does something else as soon as the hasher has looked at its password, before it gets any further.
async fn interrupted(t: &Tour, form: impl Future<Output = Answer>, meanwhile: impl AsyncFnOnce()) -> Answer {
    let (mut form, before) = (pin!(form), t.sv.hasher.spent());
    while t.sv.hasher.spent() == before {
        assert!(poll_immediate(form.as_mut()).await.is_none(), "answered without a look at the password");
        tokio::task::yield_now().await;
    }
    meanwhile().await;
    form.await
}

/// A thief who knows the password, and has just sent the form for another one, when the owner does something.
async fn change_against(t: &Tour, owners_deed: impl AsyncFnOnce()) -> (Browser, Answer) {
    let teacher = t.person("teacher").clone();
    let mut thief = Browser::default();
    thief.sign_in_as(t, "/sign-in", "teacher").await;
    let page = thief.get(t, "/account/password").await;
    let (csrf, once) = (page.field("csrf"), page.field("once"));
    let form = [("csrf", csrf.as_str()), ("once", &once), ("current", &teacher.password), ("new", THIEFS)];
    let answer = interrupted(t, thief.post(t, "/account/password", &form), owners_deed).await;
    // Sent again, it has not been done either.
    assert_ne!(thief.post(t, "/account/password", &form).await.status, 303);
    (thief, answer)
}

async fn signs_in(t: &Tour, password: &str) -> bool {
    let name = t.person("teacher").sector_id.clone();
    Browser::default().sign_in(t, "/sign-in", &name, password).await.status == 303
}

both! { async fn r34_a_change_under_way_does_not_undo_that_was_not_me(t: Tour) {
    let mut own = Browser::default();
    own.sign_in_as(&t, "/sign-in", "teacher").await;
    let csrf = own.get(&t, "/account/not-me").await.field("csrf");
    let (mut thief, answer) = change_against(&t, async || {
        assert_eq!(own.post(&t, "/account/not-me", &[("csrf", &csrf)]).await.status, 200);
    }).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert!(!signs_in(&t, THIEFS).await && !signs_in(&t, &t.person("teacher").password).await);
    assert!(thief.get(&t, "/portal").await.text.contains("name=\"password\""), "signed out");
} }

both! { async fn r34_a_change_under_way_does_not_overwrite_a_reset(t: Tour) {
    let teacher = t.person("teacher").clone();
    let code = rescue_code(&t, &teacher.sector_id).await;
    let mut own = Browser::default();
    let claimed = enter(&t, &mut own, &teacher.sector_id, &code).await;
    let (_, answer) = change_against(&t, async || {
        assert_eq!(choose(&t, &mut own, &claimed, OWNERS).await.status, 200);
    }).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert!(signs_in(&t, OWNERS).await && !signs_in(&t, THIEFS).await);
} }

both! { async fn r34_a_change_under_way_does_not_overwrite_the_owners_own_change(t: Tour) {
    let teacher = t.person("teacher").clone();
    let mut own = Browser::default();
    own.sign_in_as(&t, "/sign-in", "teacher").await;
    let page = own.get(&t, "/account/password").await;
    let (csrf, once) = (page.field("csrf"), page.field("once"));
    let form = [("csrf", csrf.as_str()), ("once", &once), ("current", &teacher.password), ("new", OWNERS)];
    let (_, answer) = change_against(&t, async || {
        assert_eq!(own.post(&t, "/account/password", &form).await.status, 303);
    }).await;
    assert_eq!(answer.status, 422, "{}", answer.text);
    assert!(signs_in(&t, OWNERS).await && !signs_in(&t, THIEFS).await);
} }

both! { async fn r15_a_change_under_way_is_not_made_once_its_session_or_its_account_has_ended(t: Tour) {
    let (account, _) = whose(&t, &t.person("teacher").sector_id).await;
    let end = async || {
        let turn = (account, t.clock.now());
        t.sv.store.write(turn, async |tx: &mut Tx, (account, now)| {
            for session in sessions::of_account(tx, *account, *now).await? {
                assert!(sessions::end(tx, session.id, *now).await?);
            }
            Ok(())
        }).await.unwrap();
    };
    assert_eq!(change_against(&t, end).await.1.status, 422);
    let suspend = async |from, to| {
        let change = accounts::Transition { account, from, to, reason: None, over: None, now: t.clock.now() };
        let write = t.sv.store.write(change, async |tx: &mut Tx, change| accounts::transition(tx, change).await);
        assert!(write.await.unwrap());
    };
    assert_eq!(change_against(&t, async || suspend(AccountState::Active, AccountState::Suspended).await).await.1.status, 422);
    suspend(AccountState::Suspended, AccountState::Active).await;
    assert!(!signs_in(&t, THIEFS).await && signs_in(&t, &t.person("teacher").password).await);
} }
