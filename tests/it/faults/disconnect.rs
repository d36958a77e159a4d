//! A client that goes away in the middle of its request, at any moment: what is written is written whole or not at all
//! (R55).
//!
//! A server drops the work on a request whose client has gone. The tests do that themselves: they let a request run up
//! to its n-th pause and drop it there, for every n until it completes.

use std::{future::poll_fn, pin::pin, task::Poll, time::Duration};

use phuong::{
    base::secret::Token,
    protocol::client::ClientId,
    store::{Tx, accounts, grants, sessions},
};

use crate::support::{
    callers::{Browser, RelyingParty},
    tour::Tour,
};

/// No request pauses more often.
const MOST_PAUSES: usize = 200;

/// Lets a request run to its `pauses`-th pause and drops it there; what it answered, when it was faster.
async fn dropped_at<T>(pauses: usize, request: impl Future<Output = T>) -> Option<T> {
    let mut request = pin!(request);
    let mut left = pauses;
    poll_fn(move |context| match request.as_mut().poll(context) {
        Poll::Ready(answer) => Poll::Ready(Some(answer)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

both! {
    async fn r55_a_rotation_that_is_cut_off_happened_or_did_not(t: Tour) {
        let app = RelyingParty::new(&t, "app").await;
        let mut browser = Browser::default();
        for pauses in 0..MOST_PAUSES {
            let tokens = app.tokens(&t, &mut browser, "&scope=openid%20offline_access").await;
            let token = tokens["refresh_token"].as_str().unwrap();
            let answer = dropped_at(pauses, app.refresh(&t, token)).await;
            t.sv.store.settled().await;
            // Cut off before or after, the client asks again, and both it and its successor are good.
            let again = app.refresh(&t, token).await;
            assert_eq!(again.status, 200, "after {pauses} pauses: {}", again.text);
            let next = again.json()["refresh_token"].as_str().unwrap().to_owned();
            assert_eq!(app.refresh(&t, &next).await.status, 200);
            if answer.is_some() {
                return;
            }
        }
        panic!("never done");
    }
}

both! {
    async fn r55_a_redemption_that_is_cut_off_leaves_a_spent_code_with_its_token_or_neither(t: Tour) {
        let app = RelyingParty::new(&t, "app").await;
        let mut browser = Browser::default();
        for pauses in 0..MOST_PAUSES {
            let code = app.code(&t, &mut browser, "&scope=openid%20offline_access").await;
            let answer = dropped_at(pauses, app.redeem(&t, &code)).await;
            t.sv.store.settled().await;
            let (spent, tokens) = what_came_of(&t, &code).await;
            assert_eq!(spent, tokens == 1, "after {pauses} pauses the code is spent: {spent}, with {tokens} tokens");
            if answer.is_some() {
                return;
            }
        }
        panic!("never done");
    }
}

/// Whether a code is spent, and how many refresh tokens its grant has.
async fn what_came_of(t: &Tour, code: &str) -> (bool, usize) {
    const TOKENS: &str = "SELECT grant_id FROM refresh_tokens WHERE grant_id = $1";
    let client = t.sv.clients.by_id(&ClientId("app".to_owned())).unwrap().key;
    let turn = (Token::presented(code).digest(), client);
    let read = t.sv.store.read(turn, async |tx: &mut Tx, (code, client)| {
        let Some(grant) = grants::grant_of_spent_code(tx, *code, *client).await? else { return Ok((false, 0)) };
        let rows: Vec<(phuong::base::id::GrantId,)> =
            phuong::on_db!(tx, c => sqlx::query_as(TOKENS).bind(grant).fetch_all(&mut *c))?;
        Ok((true, rows.len()))
    });
    read.await.unwrap()
}

both! {
    async fn r55_a_change_of_password_that_is_cut_off_never_leaves_the_other_browsers_signed_in(t: Tour) {
        const NEW: [&str; 2] = ["mot-mat-khau-moi-91", "hai-mat-khau-moi-92"];
        let person = t.person("staff").clone();
        let mut current = person.password.clone();
        for pauses in 0..MOST_PAUSES {
            // At its own pace, so that neither tries nor sessions run out.
            t.advance(Duration::from_hours(1));
            let (mut here, mut elsewhere) = (Browser::default(), Browser::default());
            for browser in [&mut here, &mut elsewhere] {
                let entered = browser.sign_in(&t, "/sign-in", &person.sector_id, &current).await;
                assert_eq!(entered.status, 303, "{}", entered.text);
            }
            let page = here.get(&t, "/account/password").await;
            let new = NEW.into_iter().find(|new| *new != current).unwrap();
            let (csrf, once) = (page.field("csrf"), page.field("once"));
            let form =
                [("csrf", csrf.as_str()), ("flow", ""), ("once", &once), ("current", &current), ("new", new)];
            let answer = dropped_at(pauses, here.post(&t, "/account/password", &form)).await;
            t.sv.store.settled().await;
            let (changed, sessions) = state(&t, &person.sector_id, new).await;
            assert_eq!(changed, sessions == 1, "after {pauses} pauses: changed {changed}, {sessions} sessions");
            if changed {
                new.clone_into(&mut current);
            }
            if answer.is_some() {
                assert!(changed);
                return;
            }
            end_all(&t, &person.sector_id).await;
        }
        panic!("never done");
    }
}

/// Whether this is somebody's password, and how many sessions they have.
async fn state(t: &Tour, name: &str, password: &str) -> (bool, usize) {
    let turn = (name.to_owned(), t.sv.clock.now());
    let read = t.sv.store.read(turn, async |tx: &mut Tx, (name, now)| {
        let row = accounts::by_name(tx, name).await?.unwrap();
        Ok((row.phc, sessions::of_account(tx, row.account_id, *now).await?.len()))
    });
    let (phc, sessions) = read.await.unwrap();
    (t.sv.hasher.verify(&phc.unwrap(), password).await.unwrap().matched, sessions)
}

async fn end_all(t: &Tour, name: &str) {
    let turn = (name.to_owned(), t.sv.clock.now());
    let write = t.sv.store.write(turn, async |tx: &mut Tx, (name, now)| {
        let row = accounts::by_name(tx, name).await?.unwrap();
        for session in sessions::of_account(tx, row.account_id, *now).await? {
            sessions::end(tx, session.id, *now).await?;
        }
        Ok(())
    });
    write.await.unwrap();
}
