//! The browser's session: begun after credentials, found by a cookie, ended by time or by hand.

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
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// The client address.
    pub address: String,
    /// What the browser calls itself, cut to 200 characters.
    pub agent: String,
}

/// Begins a session; what the cookie holds. Always a new cookie, whatever the browser had before (R25). The same
/// person's session goes on under it; somebody else's is ended first, with its apps.
pub async fn begin(
    sv: &Services,
    account: AccountId,
    before: Option<&SessionRow>,
    own_device: bool,
    origin: Origin,
) -> Result<Token, StoreError> {
    let now = sv.clock.now();
    let cookie = Token::random(&sv.entropy);
    let life = if own_device { sv.settings.own_session } else { sv.settings.shared_session };
    let new = NewSession {
        id: sv.ids.next(),
        digest: cookie.digest(),
        account,
        acr: ACR_ONE_FACTOR,
        amr: "pwd",
        own_device,
        address: origin.address,
        agent: origin.agent.chars().take(200).collect(),
        now,
        expires_at: now + life,
    };
    let actor = audit::Actor::Account(account);
    let event =
        sv.event(&actor, "session.began", audit::account(account), &serde_json::json!({ "own_device": own_device }));
    let same = before.filter(|before| before.account_id == account).map(|before| before.id);
    let other = before.filter(|_| same.is_none());
    // The next pupil at the same machine does not wait for the apps of the one before.
    let other = other.map(|o| sv.ending(Ended { session: o.id, person: o.person_id }, FirstTry::Worker));
    let turn = Turn { same, other, new, event };
    if turn.other.is_some() {
        sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| take_over(tx, turn).await).await?;
    } else {
        sv.store.write_aside(turn, async |tx: &mut Tx, turn: &Turn| take_over(tx, turn).await).await?;
    }
    Ok(cookie)
}

struct Turn {
    /// The session that goes on under the new cookie.
    same: Option<SessionId>,
    /// The session of somebody else, who was here before.
    other: Option<Ending>,
    new: NewSession,
    event: Event,
}

async fn take_over(tx: &mut Tx, turn: &Turn) -> Result<(), StoreError> {
    trail::add(tx, &turn.event).await?;
    if let Some(other) = &turn.other {
        other.run(tx).await?;
    }
    if let Some(same) = turn.same
        && sessions::renew(tx, same, &turn.new).await?
    {
        return Ok(());
    }
    sessions::begin(tx, &turn.new).await
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
