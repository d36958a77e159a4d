//! A board that is let in at the very moment its owner's account is ended: whichever comes first, it is open for nobody.
//! On PostgreSQL the two writes run side by side; on SQLite one waits for the other anyway.

use std::{sync::Arc, time::Duration};

use phuong::{
    admin::accounts as admin,
    base::{
        digest::Digest,
        id::{AccountId, GrantId, SessionId},
        secret::Token,
    },
    login::{disown, session},
    model::{account::AccountState, membership::Presence},
    on_db,
    people::following::Following,
    protocol::client::ClientId,
    services::{audit::Actor, authority::Standing, ending::EndingOfAccount},
    store::{
        StoreError, Tx, accounts,
        devices::{self, Opening},
        sessions::SessionRow,
    },
};
use tokio::sync::Notify;

use super::{Board, look, phone, press};
use crate::{
    admin::whose,
    support::{
        callers::Browser,
        tour::{Answer, Tour},
        within::within,
    },
};

/// The ways in which the whole of an account's access ends.
#[derive(Clone, Copy, Debug)]
enum End {
    SignOutEverywhere,
    Suspend,
    NotMe,
    Lapse,
}

const ENDS: [End; 4] = [End::SignOutEverywhere, End::Suspend, End::NotMe, End::Lapse];

impl End {
    async fn run(self, t: &Tour, session: &SessionRow) {
        let (office, person) = (Standing::danger_command_line(), session.person_id);
        match self {
            Self::SignOutEverywhere => {
                admin::end_sessions(&t.sv, &office.over(&t.sv, person).await.unwrap()).await.unwrap();
            }
            Self::Suspend => admin::suspend(&t.sv, &office.over(&t.sv, person).await.unwrap(), "x").await.unwrap(),
            Self::NotMe => disown::disown(&t.sv, session).await.unwrap(),
            Self::Lapse => {
                let turn = (Following::of(&t.sv, &Actor::CommandLine), [(person, Presence::Nowhere)]);
                let settle =
                    async |tx: &mut Tx, (following, gone): &(Following, [_; 1])| following.settle(tx, gone).await;
                t.sv.store.write(turn, settle).await.unwrap();
            }
        }
    }
}

/// What of an account is still open: sessions, and grants.
async fn open_of(t: &Tour, account: AccountId) -> (i64, i64) {
    let read = t.sv.store.read(account, async |tx: &mut Tx, account: &AccountId| {
        let text = "SELECT (SELECT count(*) FROM sessions WHERE account_id = $1 AND ended_at IS NULL),
                           (SELECT count(*) FROM grants WHERE account_id = $1 AND ended_at IS NULL)";
        let rows: Vec<(i64, i64)> = on_db!(tx, c => sqlx::query_as(text).bind(*account).fetch_all(&mut *c))?;
        Ok(rows[0])
    });
    read.await.unwrap()
}

async fn session_of(t: &Tour, phone: &Browser) -> SessionRow {
    session::find(&t.sv, &Token::presented(phone.session().unwrap())).await.unwrap().unwrap()
}

/// The teacher's account, and the hash of their password.
async fn teacher(t: &Tour) -> (AccountId, String) {
    let (account, _) = whose(t, &t.person("teacher").sector_id).await;
    let holder = async |tx: &mut Tx, account: &AccountId| accounts::holder(tx, *account).await;
    (account, t.sv.store.read(account, holder).await.unwrap().unwrap().phc.unwrap())
}

/// The account is as it was before it was ended.
async fn restore(t: &Tour, account: AccountId, phc: &str) {
    let write = async |tx: &mut Tx, (account, phc, now): &(AccountId, String, _)| {
        let active = "UPDATE accounts SET state = $2 WHERE id = $1";
        on_db!(tx, sqlx::query(active).bind(*account).bind(AccountState::Active))?;
        accounts::set_password(tx, *account, phc, false, *now).await
    };
    t.sv.store.write((account, phc.to_owned(), t.clock.now()), write).await.unwrap();
}

both! { async fn r15_a_board_that_is_let_in_while_its_owners_account_ends_is_open_for_nobody(t: Tour) {
    let board = Board::new(&t).await;
    let (account, phc) = teacher(&t).await;
    for round in 0..24 {
        let end = ENDS[round % ENDS.len()];
        let mut phone = phone(&t, "teacher").await;
        let session = session_of(&t, &phone).await;
        let (code, letters) = board.begin(&t).await;
        let page = look(&t, &mut phone, &letters).await;
        let yes = [("minutes", "45"), ("answer", "allow")];
        let later = async {
            for _ in 0..round * 3 {
                tokio::task::yield_now().await;
            }
            end.run(&t, &session).await;
        };
        let (_, ()): (Answer, ()) = tokio::join!(press(&t, &mut phone, &page, &yes), later);
        assert_eq!(open_of(&t, account).await, (0, 0), "{end:?}, round {round}");
        assert_ne!(board.poll(&t, &code).await.status, 200, "{end:?}, round {round}");
        restore(&t, account, &phc).await;
    }
} }

/// An approval that has done its work and does not end before it may.
struct Held {
    opening: Opening,
    opened: Arc<Notify>,
    go_on: Arc<Notify>,
}

impl Held {
    fn of(t: &Tour, code: &str, by: &SessionRow) -> Self {
        let (session, grant): (SessionId, GrantId) = (t.sv.ids.next(), t.sv.ids.next());
        let opening = Opening {
            device: Token::presented(code).digest(),
            session,
            nobody: Digest::of(session.uuid().as_bytes()),
            name: "Bảng".to_owned(),
            account: by.account_id,
            by: by.id,
            grant,
            client: t.sv.clients.by_id(&ClientId("board".into())).unwrap().key,
            scope: "openid".to_owned(),
            resources: None,
            now: t.clock.now(),
            until: t.clock.now() + Duration::from_mins(45),
        };
        Self { opening, opened: Arc::default(), go_on: Arc::default() }
    }

    async fn write(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let opened = devices::open(tx, &self.opening).await?;
        self.opened.notify_one();
        self.go_on.notified().await;
        Ok(opened)
    }
}

/// Somebody waits for another's lock.
async fn waits(t: &Tour) -> bool {
    let read = t.sv.store.read((), async |tx: &mut Tx, (): &()| {
        let text =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let rows: Vec<(i64,)> = on_db!(tx, c => sqlx::query_as(text).fetch_all(&mut *c))?;
        Ok(rows[0].0 > 0)
    });
    read.await.unwrap()
}

only! { Postgres, async fn r15_whoever_ends_an_account_waits_for_a_board_that_is_being_let_in_and_ends_it(t: Tour) {
    let board = Board::new(&t).await;
    let (account, phc) = teacher(&t).await;
    for end in ENDS {
        // What is to be ended was listed before this phone signed in.
        let prepared = t.sv.ending_of_account(account, None).await.unwrap();
        let phone = phone(&t, "teacher").await;
        let session = session_of(&t, &phone).await;
        let held = Held::of(&t, &board.begin(&t).await.0, &session);
        let (opened, go_on) = (held.opened.clone(), held.go_on.clone());
        let letting_in = t.sv.store.write(held, async |tx: &mut Tx, held: &Held| held.write(tx).await);
        let ending = async {
            opened.notified().await;
            match end {
                End::SignOutEverywhere => {
                    let run = async |tx: &mut Tx, ending: &EndingOfAccount| ending.run(tx).await;
                    t.sv.store.write(prepared, run).await.map(drop).unwrap();
                }
                _ => end.run(&t, &session).await,
            }
        };
        let release = async {
            within(Duration::from_secs(20), "nobody waits", async || waits(&t).await).await;
            go_on.notify_one();
        };
        let (opened, (), ()) = tokio::join!(letting_in, ending, release);
        assert!(opened.unwrap(), "{end:?}");
        assert_eq!(open_of(&t, account).await, (0, 0), "{end:?}");
        restore(&t, account, &phc).await;
    }
} }
