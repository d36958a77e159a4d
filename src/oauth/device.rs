//! Device authorization (RFC 8628): a board asks, a person lets it in from a phone for a lesson, or keeps it out.
//!
//! What a board shows is looked up only for somebody signed in, whose wrong guesses are counted (§5.1). A board that is let
//! in has a session of its own: it ends with the lesson, with the phone's sign-out, or at the account page, and ends
//! nothing else.

use std::{net::IpAddr, sync::Arc};

use super::{
    authorize::{Agreement, agreed, session_facts},
    client_auth::AuthenticatedClient,
    refusal, target,
};
use crate::{
    base::{clock::Moment, digest::Digest, secret::Token},
    protocol::{
        authorize::AuthorizeAsk,
        client::{Access, Client},
        device::{Answered, CODE_LIFE, DeviceAsk, DeviceResponse, Lesson, PAUSE, Standing, UserCode},
        error::Refusal,
        interaction::{self, Facts, Next},
        params::Params,
        target::Resources,
    },
    services::{
        Services, audit,
        ending::{self, Ended, Ending, FirstTry},
        limits::{AddressBlock, Guesses, Limiter, RowKey},
    },
    store::{
        StoreError, Tx, attempts,
        audit::{self as trail, Event},
        devices::{self, DeviceRow, NewDevice, Opening},
        jobs::{self, NewJob},
        orgs,
        sessions::SessionRow,
    },
};

/// How often letters are drawn that another device shows.
const DRAWS: usize = 3;

/// Gives a device its codes (§3.2).
pub async fn begin(
    sv: &Services,
    client: &AuthenticatedClient,
    address: Option<IpAddr>,
    params: &Params,
) -> Result<DeviceResponse, Refusal> {
    let ask = DeviceAsk::parse(params, client)?;
    target::check(sv, client, &ask.resources)?;
    let now = sv.clock.now();
    let place = address.map(|ip| Limiter::new(&sv.keys.cookies).address(AddressBlock::of(ip)));
    let place: &[u8] = place.as_ref().map_or(&[], |key| key.bytes());
    for _ in 0..DRAWS {
        let (code, letters) = (Token::random(&sv.entropy), UserCode::random(&sv.entropy));
        let new = NewDevice {
            digest: code.digest(),
            user_code: keyed(sv, letters),
            client: client.key,
            scope: ask.scopes.to_string(),
            resources: ask.resources.for_store(),
            public: client.access == Access::Public,
            origin: Digest::of(&[client.key.uuid().as_bytes(), place].concat()),
            now,
            expires_at: now + CODE_LIFE,
        };
        let give = async |tx: &mut Tx, new: &NewDevice| devices::give(tx, new).await;
        if sv.store.write_aside(new, give).await.map_err(refusal)? {
            let page = format!("{}/device", sv.settings.issuer);
            return Ok(DeviceResponse {
                device_code: code.expose().to_owned(),
                user_code: letters.to_string(),
                verification_uri_complete: format!("{page}?user_code={letters}"),
                verification_uri: page,
                expires_in: CODE_LIFE.as_secs(),
                interval: PAUSE.as_secs(),
            });
        }
    }
    Err(Refusal::Busy)
}

/// What a device code comes to, for the decision.
pub(super) fn standing(sv: &Services, row: &DeviceRow) -> Standing {
    Standing {
        expires_at: row.expires_at,
        answer: match (row.denied_at, row.grant_id) {
            (Some(_), _) => Some(Answered::No),
            (None, Some(_)) => Some(Answered::Yes),
            (None, None) => None,
        },
        spent: row.spent_at.is_some(),
        rhythm: sv.polls.of(&row.digest),
    }
}

/// A device that waits for this person's answer.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Which app's it is.
    pub client: Arc<Client>,
    /// The letters that it shows.
    pub letters: UserCode,
    /// What it asks for.
    pub ask: AuthorizeAsk,
    /// The name of the school it stands in.
    pub school: Option<String>,
    /// Whether the person is at that school.
    pub at_home: bool,
    /// What comes next for the person: sign in again, agree, or nothing more than an answer.
    pub next: Next,
    code: Digest,
}

/// Why letters lead to no device that waits.
#[derive(Clone, Copy, Debug)]
pub enum NotThere {
    /// No device shows them.
    Unknown,
    /// It was answered before, or has waited too long.
    Over,
    /// Too many were wrong; not before this moment.
    Slow(Moment),
    /// We cannot look, or its app may not any more.
    Refused(Refusal),
}

impl From<Refusal> for NotThere {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The device that shows these letters, for somebody signed in.
pub async fn find(sv: &Services, session: &SessionRow, letters: UserCode) -> Result<Waiting, NotThere> {
    let now = sv.clock.now();
    let row = look(sv, session, letters, now).await?;
    if standing(sv, &row).answer.is_some() || row.expires_at <= now {
        return Err(NotThere::Over);
    }
    let client = sv.clients.by_key(row.client_key).ok_or(NotThere::Over)?;
    client.require_enabled()?;
    let scopes = row.scope.parse().map_err(|_| Refusal::Fault)?;
    let resources = Resources::stored(row.resources.as_deref());
    let ask = AuthorizeAsk { scopes, resources, max_age: client.default_max_age, ..AuthorizeAsk::default() };
    let facts = Facts {
        session: Some(session_facts(sv, &client, session).await?),
        began: row.created_at,
        now,
        hinted: None,
        chosen: true,
        agreed: agreed(sv, &client, &ask, Some(session)).await?,
        agreed_now: false,
    };
    let next = interaction::decide(&ask, &facts);
    let school = match &client.school {
        Some(code) => Some(school_name(sv, code).await?),
        None => None,
    };
    let at_home = client.school.is_none() || session.posts.iter().any(|(_, code)| code == client.school.as_deref());
    Ok(Waiting { client, letters, ask, school, at_home, next, code: row.digest })
}

/// What came of an answer.
#[derive(Debug)]
pub enum Answer {
    /// The device is let in until then.
    Open(Moment),
    /// It is kept out.
    Closed,
    /// Something else comes first.
    First(Box<Waiting>),
}

/// The person's answer: for how long the device is let in; `None` keeps it out. The same answer twice is one.
pub async fn answer(
    sv: &Services,
    session: &SessionRow,
    letters: UserCode,
    lesson: Option<Lesson>,
) -> Result<Answer, NotThere> {
    let waiting = match find(sv, session, letters).await {
        Ok(waiting) => waiting,
        Err(NotThere::Over) => return again(sv, session, letters).await,
        Err(other) => return Err(other),
    };
    // Whoever may not let it in does not keep it out either: the letters may be read by a whole class.
    if !matches!(waiting.next, Next::Issue | Next::Consent) {
        return Ok(Answer::First(Box::new(waiting)));
    }
    let Some(lesson) = lesson else { return keep_out(sv, session, &waiting).await };
    let letting = LettingIn::of(sv, session, &waiting, lesson);
    let until = letting.opening.until;
    let let_in = async |tx: &mut Tx, letting: &LettingIn| letting.write(tx).await;
    match sv.store.write(letting, let_in).await {
        Ok(()) => Ok(Answer::Open(until)),
        Err(StoreError::Refused(Refusal::DeviceCodeInvalid)) => again(sv, session, letters).await,
        Err(error) => Err(refusal(error).into()),
    }
}

async fn keep_out(sv: &Services, session: &SessionRow, waiting: &Waiting) -> Result<Answer, NotThere> {
    let event = event(sv, session, "device.refused", waiting, &serde_json::Value::Null);
    let deny = async |tx: &mut Tx, (code, event, now): &(Digest, Event, Moment)| {
        let denied = devices::deny(tx, *code, *now).await?;
        if denied {
            trail::add(tx, event).await?;
        }
        Ok(denied)
    };
    let denied = sv.store.write((waiting.code, event, sv.clock.now()), deny).await.map_err(refusal)?;
    if denied { Ok(Answer::Closed) } else { Err(NotThere::Over) }
}

/// An answer that comes once more, a button pressed twice: what came of the first, if it was this person's.
async fn again(sv: &Services, session: &SessionRow, letters: UserCode) -> Result<Answer, NotThere> {
    let row = look(sv, session, letters, sv.clock.now()).await?;
    match row.grant_id {
        Some(grant) if row.opened_by == Some(session.id) => {
            let find = async |tx: &mut Tx, grant: &_| crate::store::grants::find(tx, *grant).await;
            let given = sv.store.read(grant, find).await.map_err(refusal)?;
            let open = given.filter(|given| given.ended_at.is_none()).ok_or(NotThere::Over)?;
            Ok(Answer::Open(open.expires_at))
        }
        _ => Err(NotThere::Over),
    }
}

/// What is written when a device is let in, all or nothing.
struct LettingIn {
    opening: Opening,
    /// The session it is let in from.
    phone: Ending,
    agreement: Option<Agreement>,
    end: NewJob,
    event: Event,
}

impl LettingIn {
    fn of(sv: &Services, session: &SessionRow, waiting: &Waiting, lesson: Lesson) -> Self {
        let now = sv.clock.now();
        let until = now + lesson.span();
        let opening = Opening {
            device: waiting.code,
            session: sv.ids.next(),
            nobody: Token::random(&sv.entropy).digest(),
            name: waiting.client.name.clone(),
            account: session.account_id,
            by: session.id,
            grant: sv.ids.next(),
            client: waiting.client.key,
            scope: waiting.ask.scopes.to_string(),
            resources: waiting.ask.resources.for_store(),
            now,
            until,
        };
        let ended = Ended { session: opening.session, ..Ended::from(session) };
        let agrees = waiting.next == Next::Consent;
        Self {
            phone: sv.ending(Ended::from(session), FirstTry::Worker),
            agreement: agrees.then(|| Agreement::of(sv, session, &waiting.client, &waiting.ask)),
            end: ending::lesson(&sv.ids, ended, until, now),
            event: event(sv, session, "device.opened", waiting, &serde_json::json!(lesson.span().as_secs() / 60)),
            opening,
        }
    }

    async fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        if !devices::open(tx, &self.opening).await? {
            return Err(StoreError::Refused(Refusal::DeviceCodeInvalid));
        }
        self.phone.make_room(tx).await?;
        if let Some(agreement) = &self.agreement {
            agreement.give(tx, self.opening.now).await?;
        }
        jobs::add(tx, &self.end).await?;
        trail::add(tx, &self.event).await
    }
}

fn event(
    sv: &Services,
    session: &SessionRow,
    action: &'static str,
    waiting: &Waiting,
    minutes: &serde_json::Value,
) -> Event {
    let client = &waiting.client;
    let detail = serde_json::json!({ "client": client.client_id, "school": client.school, "minutes": minutes });
    sv.event(&audit::Actor::Account(session.account_id), action, audit::account(session.account_id), &detail)
}

/// The row of the device that shows these letters; a wrong guess is counted, in one write with the look.
async fn look(sv: &Services, session: &SessionRow, letters: UserCode, now: Moment) -> Result<DeviceRow, NotThere> {
    let turn = (Limiter::new(&sv.keys.cookies).guesses(session.account_id), keyed(sv, letters), now);
    let looking = async |tx: &mut Tx, (budget, letters, now): &(RowKey, Digest, Moment)| {
        let kept = attempts::lock(tx, budget.bytes(), "", *now).await?;
        let mut guesses: Guesses = serde_json::from_str(&kept).unwrap_or_default();
        let free_at = guesses.free_at(*now);
        if free_at > *now {
            return Ok(Err(free_at));
        }
        let found = devices::by_user_code(tx, *letters).await?;
        if found.is_none() {
            guesses.wrong(*now);
            attempts::keep(tx, budget.bytes(), &serde_json::to_string(&guesses).unwrap_or_default()).await?;
        } else if guesses == Guesses::default() {
            attempts::forget(tx, budget.bytes()).await?;
        }
        Ok(Ok(found))
    };
    match sv.store.write_aside(turn, looking).await.map_err(refusal)? {
        Ok(found) => found.ok_or(NotThere::Unknown),
        Err(until) => Err(NotThere::Slow(until)),
    }
}

/// What the store keeps of letters: too short for a plain digest.
fn keyed(sv: &Services, letters: UserCode) -> Digest {
    Digest::keyed(&sv.keys.cookies.derive("user code"), &[letters.bytes()])
}

/// The name of a school; its code when it was not imported yet.
async fn school_name(sv: &Services, code: &str) -> Result<String, Refusal> {
    let find = async |tx: &mut Tx, code: &String| orgs::by_code(tx, "school", code).await;
    let found = sv.store.read(code.to_owned(), find).await.map_err(refusal)?;
    Ok(found.map_or_else(|| code.to_owned(), |org| org.name))
}
