//! The browser's session: begun after credentials, found by a cookie, ended by time or by hand.

use std::collections::BTreeMap;

use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        id::{AccountId, SessionId},
        secret::Token,
    },
    protocol::interaction::ACR_ONE_FACTOR,
    services::{
        Services, audit,
        ending::{Ended, Ending, FirstTry},
    },
    store::{
        StoreError, Tx,
        audit::{self as trail, Event},
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

/// Begins a session; what the cookie holds. Always a new cookie, whatever the browser had before (R25).
///
/// The same person's session in this browser goes on under it, so that a form sent twice leaves one. Somebody else's is
/// ended first, with its apps, also one that was left behind when the browser was closed; only on a device that both
/// call their own it stays. An account that has too many sessions loses the oldest (R52).
pub async fn begin(
    sv: &Services,
    account: AccountId,
    before: Option<&SessionRow>,
    origin: Origin,
) -> Result<Token, StoreError> {
    let now = sv.clock.now();
    let cookie = Token::random(&sv.entropy);
    let life = if origin.own_device { sv.settings.own_session } else { sv.settings.shared_session };
    let question = (account, origin.browser, now);
    let around = sv
        .store
        .read(question, async |tx: &mut Tx, (account, browser, now)| {
            sessions::around(tx, *account, *browser, *now).await
        })
        .await?;
    let own = around.iter().filter(|row| row.account_id == account);
    let here: Vec<&SessionRow> = around.iter().filter(|row| row.browser == origin.browser).chain(before).collect();
    let same = here.iter().find(|row| row.account_id == account).map(|row| row.id);
    let others = here.iter().filter(|row| row.account_id != account && !(row.own_device && origin.own_device));
    let surplus = own.filter(|row| Some(row.id) != same).skip(sessions::MOST - 1);
    // The next pupil at the same machine does not wait for the apps of the one before.
    let ended: BTreeMap<_, _> = others.copied().chain(surplus).map(|row| (row.id, Ended::from(row))).collect();
    let ended = ended.into_values().map(|ended| sv.ending(ended, FirstTry::Worker));
    let agent: String = origin.agent.chars().take(200).collect();
    let detail = serde_json::json!({ "own_device": origin.own_device, "agent": agent });
    let event = sv.event(&audit::Actor::Account(account), "session.began", audit::account(account), &detail);
    let new = NewSession {
        id: sv.ids.next(),
        digest: cookie.digest(),
        account,
        acr: ACR_ONE_FACTOR,
        amr: "pwd",
        browser: origin.browser,
        own_device: origin.own_device,
        address: origin.address,
        agent,
        now,
        expires_at: now + life,
    };
    let turn = Turn { same, ended: ended.collect(), new, event };
    if turn.ended.is_empty() && turn.same.is_none() {
        let beginning = async |tx: &mut Tx, turn: &Turn| sessions::begin(tx, &turn.new, &turn.event).await;
        sv.store.write_one(turn, beginning).await?;
    } else if turn.ended.is_empty() {
        sv.store.write_aside(turn, async |tx: &mut Tx, turn: &Turn| take_over(tx, turn).await).await?;
    } else {
        sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| take_over(tx, turn).await).await?;
    }
    Ok(cookie)
}

struct Turn {
    /// The session that goes on under the new cookie.
    same: Option<SessionId>,
    /// Sessions of others who were here before, and those beyond the limit.
    ended: Vec<Ending>,
    new: NewSession,
    event: Event,
}

async fn take_over(tx: &mut Tx, turn: &Turn) -> Result<(), StoreError> {
    for ended in &turn.ended {
        ended.run(tx).await?;
    }
    if let Some(same) = turn.same
        && sessions::renew(tx, same, &turn.new).await?
    {
        return trail::add(tx, &turn.event).await;
    }
    sessions::begin(tx, &turn.new, &turn.event).await
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
    if session.account_state != "active" || (!session.own_device && idle > sv.settings.shared_idle) {
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
