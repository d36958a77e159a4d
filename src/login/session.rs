//! The browser's session: begun after credentials, found by a cookie, ended by time or by hand.

use std::collections::BTreeMap;

use super::{
    attempts::{self, Settlement, Spent},
    password::Proof,
};
use crate::{
    base::{
        clock::Moment,
        digest::{Digest, hex},
        id::{AccountId, SessionId},
        secret::Token,
    },
    model::account::AccountState,
    protocol::interaction::ACR_ONE_FACTOR,
    services::{
        Services, audit,
        ending::{Ended, Ending, FirstTry},
    },
    store::{
        StoreError, Tx,
        attempts::Replacement,
        audit as trail,
        beginning::{self, Around, Beginning},
        sessions::{self, NewSession, SessionRow},
    },
};

/// How often a session's last use is written down, in seconds.
const TOUCH_SECONDS: u64 = 60;

/// Where a sign-in comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Digest of the browser's name.
    pub browser: Digest,
    /// Whether the person said that the device is theirs.
    pub own_device: bool,
    /// The client address.
    pub address: String,
    /// What the browser calls itself, cut to 200 characters.
    pub agent: String,
}

/// A session that has begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// What the cookie holds.
    pub cookie: Token,
    /// What [`find`] finds by it.
    pub row: SessionRow,
}

/// Begins a session. Always a new cookie, whatever the browser had before (R25). `None` when the password that was proved
/// is not the account's any more, or the account is closed (R34).
///
/// The same person's session in this browser goes on under it, so that a form sent twice leaves one. Somebody else's is
/// ended first, with its apps, also one that was left behind when the browser was closed; only on a device that both
/// call their own it stays. An account that has too many sessions loses the oldest (R52).
pub async fn begin(
    sv: &Services,
    proof: Proof,
    before: Option<&SessionRow>,
    origin: Origin,
) -> Result<Option<Begun>, StoreError> {
    let Proof { account, set_at, spent } = proof;
    let outcome = write(sv, (account, set_at), spent.as_ref().and_then(Spent::given_back), before, origin).await;
    // Whatever came of it, the password was right.
    if let Some(spent) = spent
        && !outcome.as_ref().is_ok_and(|outcome| outcome.try_returned)
    {
        attempts::settle(sv, spent, Settlement::Right).await?;
    }
    outcome.map(|outcome| outcome.begun)
}

struct Outcome {
    begun: Option<Begun>,
    try_returned: bool,
}

async fn write(
    sv: &Services,
    (account, set_at): (AccountId, Moment),
    back: Option<Replacement>,
    before: Option<&SessionRow>,
    origin: Origin,
) -> Result<Outcome, StoreError> {
    let now = sv.clock.now();
    let cookie = Token::random(&sv.entropy);
    let life = if origin.own_device { sv.settings.own_session } else { sv.settings.shared_session };
    let agent: String = origin.agent.chars().take(200).collect();
    let detail = serde_json::json!({ "own_device": origin.own_device, "agent": agent });
    let scribe = sv.scribe(&audit::Actor::Account(account)).from_address(Some(origin.address.clone()));
    let event = scribe.event("session.began", audit::account(account), &detail);
    let new = NewSession {
        id: sv.ids.next(),
        digest: cookie.digest(),
        account,
        acr: ACR_ONE_FACTOR,
        amr: "pwd",
        browser: origin.browser,
        own_device: origin.own_device,
        address: origin.address.clone(),
        agent,
        now,
        expires_at: now + life,
    };
    let mut beginning = Beginning { new, set_at, event, back, room_made: false };
    let mut try_returned = false;
    // Who is signed in here already has something to end or to go on with, which the one statement cannot.
    if before.is_none() {
        let begin = async |tx: &mut Tx, beginning: &Beginning| beginning::begin(tx, beginning).await;
        let Some(began) = sv.store.write_one(beginning.clone(), begin).await? else {
            return Ok(Outcome { begun: None, try_returned });
        };
        try_returned = began.tries > 0;
        if began.sessions > 0 {
            let row = as_row(&beginning.new, began);
            return Ok(Outcome { begun: Some(Begun { cookie, row }), try_returned });
        }
        if try_returned {
            // Its row may be somebody else's try by now.
            beginning.back = None;
        }
    }
    let turn = make_room(sv, beginning, before, &origin).await?;
    let take_over = async |tx: &mut Tx, turn: &Turn| turn.take_over(tx).await;
    let written = if turn.ended.is_empty() {
        sv.store.write_aside(turn, take_over).await?
    } else {
        sv.store.write(turn, take_over).await?
    };
    let row = if written.session { find(sv, &cookie).await? } else { None };
    Ok(Outcome { begun: row.map(|row| Begun { cookie, row }), try_returned: try_returned || written.try_returned })
}

/// A sign-in where somebody is signed in already.
async fn make_room(
    sv: &Services,
    beginning: Beginning,
    before: Option<&SessionRow>,
    origin: &Origin,
) -> Result<Turn, StoreError> {
    let account = beginning.new.account;
    let question = (account, origin.browser, beginning.new.now);
    let around = sv
        .store
        .read(question, async |tx: &mut Tx, (account, browser, now)| {
            beginning::around(tx, *account, *browser, *now).await
        })
        .await?;
    let others = others(&around, account, before, origin);
    // The next pupil at the same machine does not wait for the apps of the one before.
    let ended = others.ended.into_iter().map(|ended| sv.ending(ended, FirstTry::Worker)).collect();
    Ok(Turn { same: others.same, ended, beginning: Beginning { room_made: true, ..beginning } })
}

/// What a sign-in does to the sessions that are there.
struct Others {
    /// Goes on under the new cookie.
    same: Option<SessionId>,
    /// End: those of others who were here before, and those beyond the limit.
    ended: Vec<Ended>,
}

fn others(around: &[Around], account: AccountId, before: Option<&SessionRow>, origin: &Origin) -> Others {
    let all = around.iter().map(|row| {
        let ended = Ended { session: row.id, person: row.person_id, account: row.account_id };
        (ended, row.browser == origin.browser, row.own_device)
    });
    let all: Vec<(Ended, bool, bool)> = all.collect();
    let before = before.map(|row| (Ended::from(row), true, row.own_device));
    let here = || all.iter().filter(|(_, here, _)| *here).chain(&before);
    let same = here().find(|(ended, ..)| ended.account == account).map(|(ended, ..)| ended.session);
    let strangers = here().filter(|(ended, _, own)| ended.account != account && !(*own && origin.own_device));
    let own = all.iter().filter(|(ended, ..)| ended.account == account);
    let surplus = own.filter(|(ended, ..)| Some(ended.session) != same).skip(sessions::MOST - 1);
    let ended: BTreeMap<_, _> = strangers.chain(surplus).map(|(ended, ..)| (ended.session, *ended)).collect();
    Others { same, ended: ended.into_values().collect() }
}

fn as_row(new: &NewSession, who: beginning::Begun) -> SessionRow {
    SessionRow {
        id: new.id,
        account_id: new.account,
        person_id: who.person_id,
        account_state: AccountState::Active,
        must_change: who.must_change,
        full_name: who.full_name,
        auth_time: new.now,
        acr: new.acr.to_owned(),
        amr: new.amr.to_owned(),
        browser: new.browser,
        context: None,
        own_device: new.own_device,
        agent: new.agent.clone(),
        address: new.address.clone(),
        created_at: new.now,
        seen_at: new.now,
        expires_at: new.expires_at,
        posts: who.posts,
    }
}

struct Turn {
    same: Option<SessionId>,
    ended: Vec<Ending>,
    beginning: Beginning,
}

#[derive(Default)]
struct Written {
    session: bool,
    try_returned: bool,
}

impl Turn {
    async fn take_over(&self, tx: &mut Tx) -> Result<Written, StoreError> {
        let Beginning { new, set_at, event, .. } = &self.beginning;
        if !beginning::is_proved(tx, new.account, *set_at).await? {
            return Ok(Written::default());
        }
        for ended in &self.ended {
            ended.run(tx).await?;
        }
        if let Some(same) = self.same
            && sessions::renew(tx, same, new).await?
        {
            trail::add(tx, event).await?;
            return Ok(Written { session: true, try_returned: false });
        }
        let began = beginning::begin(tx, &self.beginning).await?;
        Ok(began.map_or_else(Written::default, |began| Written {
            session: began.sessions > 0,
            try_returned: began.tries > 0,
        }))
    }
}

/// What a browser that has this session says of its state to apps (Session Management 1.0 §4.2): another for each session,
/// and nothing that leads to one.
pub fn browser_state(sv: &Services, session: &SessionRow) -> String {
    hex(&sv.keys.cookies.mac(&[b"browser state", session.id.uuid().as_bytes()]))
}

/// The live session of a cookie: in time, not left unused on a shared device, its account active (R15).
pub async fn find(sv: &Services, cookie: &Token) -> Result<Option<SessionRow>, StoreError> {
    let now = sv.clock.now();
    let found = sv
        .store
        .read((cookie.digest(), now), async |tx: &mut Tx, (cookie, now): &(Digest, Moment)| {
            sessions::live(tx, *cookie, *now).await
        })
        .await?;
    let Some(session) = found else { return Ok(None) };
    let idle = now.since(session.seen_at);
    if !session.account_state.lets_in() || (!session.own_device && idle > sv.settings.shared_idle) {
        return Ok(None);
    }
    if idle.as_secs() >= TOUCH_SECONDS {
        let touched = (session.id, now);
        let noted =
            sv.store.write_aside(touched, async |tx: &mut Tx, (id, now)| sessions::touch(tx, *id, *now).await).await;
        // Whoever only reads goes on while nothing can be written: a full disk.
        if let Err(error) = noted {
            tracing::warn!(%error, "the last use of a session could not be noted");
        }
    }
    Ok(Some(session))
}
