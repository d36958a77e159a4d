//! Who proved themselves a moment too early: between the password that was right and the session it was for, the owner
//! chose another one.

use phuong::{
    base::digest::Digest,
    login::{
        disown,
        password::{self, Proof, Typed},
        session::{self, Origin},
    },
    model::account::AccountState,
    on_db,
    services::limits::DeviceCookies,
    store::{Tx, accounts},
};

use crate::support::{callers::Browser, tour::Tour};

async fn prove(t: &Tour, role: &str) -> Proof {
    let person = t.person(role);
    let devices = DeviceCookies::default();
    let typed = Typed { name: &person.sector_id, password: &person.password, devices: &devices, address: None };
    password::check(&t.sv, typed).await.unwrap()
}

fn from(browser: &str) -> Origin {
    let browser = Digest::of(browser.as_bytes());
    Origin { browser, own_device: true, address: "192.0.2.1".to_owned(), agent: "a browser".to_owned() }
}

async fn counts(t: &Tour) -> (i64, i64, i64) {
    let read = t.sv.store.read((), async |tx: &mut Tx, (): &()| {
        let text = "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NULL),
                           (SELECT count(*) FROM audit_events WHERE action = 'session.began'),
                           (SELECT count(*) FROM attempt_budgets)";
        let rows: Vec<(i64, i64, i64)> = on_db!(tx, c => sqlx::query_as(text).fetch_all(&mut *c))?;
        Ok(rows[0])
    });
    read.await.unwrap()
}

both! { async fn r34_no_session_begins_for_a_password_that_was_changed_meanwhile(t: Tour) {
    let thief = prove(&t, "teacher").await;
    let teacher = t.person("teacher").clone();
    let mut own = Browser::default();
    own.sign_in_as(&t, "/sign-in", "teacher").await;
    let page = own.get(&t, "/account/password").await;
    let (csrf, once) = (page.field("csrf"), page.field("once"));
    t.advance(std::time::Duration::from_secs(1));
    let form = [("csrf", csrf.as_str()), ("once", &once), ("current", &teacher.password), ("new", "hoa no mua he")];
    assert_eq!(own.post(&t, "/account/password", &form).await.status, 303);
    let before = counts(&t).await;
    assert!(session::begin(&t.sv, thief, None, from("the thief's")).await.unwrap().is_none());
    let after = counts(&t).await;
    assert_eq!((after.0, after.1), (before.0, before.1), "nor does the trail tell of one");
    assert_eq!(Browser::default().sign_in(&t, "/sign-in", &teacher.sector_id, "hoa no mua he").await.status, 303);
} }

both! { async fn r34_no_session_begins_after_that_was_not_me_nor_goes_on_in_the_thiefs_browser(t: Tour) {
    let first = prove(&t, "teacher").await;
    let thief = session::begin(&t.sv, first, None, from("the thief's")).await.unwrap().unwrap();
    let again = prove(&t, "teacher").await;
    disown::disown(&t.sv, &thief.row).await.unwrap();
    assert!(session::begin(&t.sv, again, Some(&thief.row), from("the thief's")).await.unwrap().is_none());
    assert!(session::find(&t.sv, &thief.cookie).await.unwrap().is_none());
    assert_eq!(counts(&t).await.0, 0);
} }

both! { async fn r15_no_session_begins_for_an_account_that_was_suspended_meanwhile(t: Tour) {
    let proof = prove(&t, "student").await;
    let change = accounts::Transition { account: proof.account, from: AccountState::Active, to: AccountState::Suspended, reason: None, over: None, now: t.clock.now() };
    t.sv.store.write(change, async |tx: &mut Tx, change| accounts::transition(tx, change).await).await.unwrap();
    assert!(session::begin(&t.sv, proof, None, from("a lab's")).await.unwrap().is_none());
} }

both! { async fn r29_a_try_that_was_right_is_given_back_by_the_session_it_was_for(t: Tour) {
    let before = counts(&t).await;
    let proof = prove(&t, "student").await;
    assert_eq!(counts(&t).await.2, before.2 + 1, "spent before the hash");
    let begun = session::begin(&t.sv, proof, None, from("a lab's")).await.unwrap().unwrap();
    let after = counts(&t).await;
    assert_eq!(after, (before.0 + 1, before.1 + 1, before.2), "given back, and nothing of it is left");
    let found = session::find(&t.sv, &begun.cookie).await.unwrap().unwrap();
    assert_eq!(format!("{found:?}"), format!("{:?}", begun.row), "what is answered is what is found");
    // Wrong tries of somebody else stay, and so does the run of them until the owner is in.
    let stranger = t.person("student").sector_id.clone();
    for n in 0..3 {
        Browser::default().sign_in(&t, "/sign-in", &stranger, &format!("wrong-{n}-password")).await;
    }
    let spent = counts(&t).await.2;
    let proof = prove(&t, "student").await;
    session::begin(&t.sv, proof, None, from("another")).await.unwrap().unwrap();
    assert_eq!(counts(&t).await.2, spent, "they are remembered");
} }
