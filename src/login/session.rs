//! The browser's session: begun after credentials, found by a cookie, ended by time or by hand.

use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        id::{AccountId, SessionId},
        secret::Token,
    },
    protocol::interaction::ACR_ONE_FACTOR,
    services::{Services, audit, ending::Ended},
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
    if let (Some(other), None) = (before, same) {
        sv.end_session(Ended { session: other.id, person: other.person_id }).await?;
    }
    sv.store
        .write_aside(
            (same, new, event),
            async |tx: &mut Tx, (same, new, event): &(Option<SessionId>, NewSession, Event)| {
                trail::add(tx, event).await?;
                if let Some(same) = same
                    && sessions::renew(tx, *same, new).await?
                {
                    return Ok(());
                }
                sessions::begin(tx, new).await
            },
        )
        .await?;
    Ok(cookie)
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
        sv.store
            .write_aside((session.id, now), async |tx: &mut Tx, (id, now)| sessions::touch(tx, *id, *now).await)
            .await?;
    }
    Ok(Some(session))
}
