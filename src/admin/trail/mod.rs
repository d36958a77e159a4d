//! Looking through the audit trail within somebody's reach: a school's administrators find what happened to their people and
//! what was done by rights over their school, whoever administers the sector everything (R38).

mod query;

use std::time::Duration;

use uuid::Uuid;

pub use query::{Query, WORDS};

use super::people::named;
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, EventId, OrgId, PersonId},
        page::MOST,
    },
    services::{
        Services,
        audit::account,
        authority::{NoPermit, Permit, Reach, ReadAudit, Standing},
    },
    store::{
        StoreError, Tx,
        audit::EventRow,
        delegations,
        trail::{self, NamedRow, Wanted, Way},
    },
};

/// The deeds that failed or were refused, as the store asks for them.
pub const FAILURES: [&str; 4] = ["sign_in.failed", "device.refused", "transfer.declined", "transfer.expired"];
/// People of a scope so small that the events about each are looked up; of a larger one, they are everywhere.
const FEW: i64 = 5_000;
/// An account that no event names.
const NOBODY: &str = "account:";
/// An event is written soon after its moment: its id is not much younger.
const SLACK: Duration = Duration::from_hours(1);

/// From where a page goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The newest.
    Latest,
    /// Older than this one.
    Before(EventId),
    /// Newer than this one.
    After(EventId),
}

/// A page of events, the newest first.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// The events.
    pub rows: Vec<EventRow>,
    /// Whether there are newer ones.
    pub newer: bool,
    /// Whether there are older ones.
    pub older: bool,
}

/// A question, with the accounts that its IDs mean.
#[derive(Clone, Debug)]
pub struct Asked {
    actor: String,
    subject: String,
    action: String,
    span: (Moment, Moment),
    failed: Option<bool>,
}

/// What of a question names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The actor.
    Actor,
    /// The person.
    Person,
}

/// Finds out whom a question means. That an ID is nobody's, only those are told who may look `everywhere` in the sector: to
/// the others it is as if somebody out of reach had it (R38), who still may have done something within it.
pub async fn ask(
    sv: &Services,
    everywhere: &Permit<ReadAudit, Reach>,
    query: &Query,
) -> Result<Result<Asked, Unknown>, StoreError> {
    let actor = match query.actor.as_str() {
        "" => String::new(),
        "system" => "system".to_owned(),
        "command-line" => "command line".to_owned(),
        id => match account_of(sv, everywhere, id).await? {
            Some(found) => found,
            None => return Ok(Err(Unknown::Actor)),
        },
    };
    let subject = match (query.person.as_str(), query.client.as_str()) {
        ("", "") => String::new(),
        ("", client) => format!("client:{client}"),
        (id, _) => match account_of(sv, everywhere, id).await? {
            Some(found) => found,
            None => return Ok(Err(Unknown::Person)),
        },
    };
    let from = query.from.map_or(Moment::from_micros(0), Moment::start_of);
    let to = query.to.and_then(|day| day.tomorrow().ok()).map_or(Moment::from_micros(i64::MAX), Moment::start_of);
    Ok(Ok(Asked { actor, subject, action: query.action.clone(), span: (from, to), failed: query.failed }))
}

async fn account_of(
    sv: &Services,
    everywhere: &Permit<ReadAudit, Reach>,
    id: &str,
) -> Result<Option<String>, StoreError> {
    let found = match named(sv, id).await? {
        Some(person) => {
            let account = async |tx: &mut Tx, person: &PersonId| delegations::account_of(tx, *person).await;
            sv.store.read(person, account).await?
        }
        None => None,
    };
    let nobody = || (*everywhere.place() != Reach::Sector).then(|| NOBODY.to_owned());
    Ok(found.map(account).or_else(nobody))
}

/// A page of what is asked.
pub async fn page(
    sv: &Services,
    leave: &Permit<ReadAudit, Reach>,
    asked: &Asked,
    turn: Turn,
    size: u32,
) -> Result<Events, StoreError> {
    let size = size.clamp(1, MOST);
    let bounds = bounds(asked.span);
    let (ids, forward) = match turn {
        Turn::Latest => (bounds, false),
        Turn::Before(id) => ((bounds.0, bounds.1.min(id)), false),
        Turn::After(id) => ((bounds.0.max(id), bounds.1), true),
    };
    let wanted = wanted(sv, leave, asked, (ids, forward, i64::from(size) + 1));
    let mut rows = sv.store.read(wanted, async |tx: &mut Tx, wanted: &Wanted| found(tx, wanted).await).await?;
    let more = rows.len() > size as usize;
    rows.truncate(size as usize);
    if forward {
        rows.reverse();
    }
    let turned = turn != Turn::Latest;
    Ok(Events { rows, newer: if forward { more } else { turned }, older: if forward { turned } else { more } })
}

/// Some of what is asked, the oldest first, after an event: for taking all of it away piece by piece.
pub async fn walk(
    sv: &Services,
    leave: &Permit<ReadAudit, Reach>,
    asked: &Asked,
    after: Option<EventId>,
) -> Result<Vec<EventRow>, StoreError> {
    let bounds = bounds(asked.span);
    let ids = (after.map_or(bounds.0, |after| bounds.0.max(after)), bounds.1);
    let wanted = wanted(sv, leave, asked, (ids, true, i64::from(MOST)));
    sv.store.read(wanted, async |tx: &mut Tx, wanted: &Wanted| found(tx, wanted).await).await
}

/// One event within reach.
pub async fn one(sv: &Services, leave: &Permit<ReadAudit, Reach>, id: EventId) -> Result<Option<EventRow>, StoreError> {
    let question = (leave.within(sv.clock.now().day()), id);
    sv.store.read(question, async |tx: &mut Tx, (within, id)| trail::one(tx, within, *id).await).await
}

/// Whose accounts events name, for whoever may read them; each with whether that one may see the person, too.
pub async fn names(sv: &Services, standing: &Standing, events: &[EventRow]) -> Result<Vec<(NamedRow, bool)>, NoPermit> {
    let mut accounts: Vec<AccountId> =
        events.iter().flat_map(|event| [&event.actor, &event.subject]).filter_map(|name| account_in(name)).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let read = async |tx: &mut Tx, accounts: &Vec<AccountId>| trail::names(tx, accounts).await;
    let names = sv.store.read(accounts, read).await?;
    let seen = standing.sees(sv, names.iter().map(|row| row.person_id).collect()).await?;
    let judged = |row: NamedRow| {
        let seen = seen.contains(&row.person_id);
        (row, seen)
    };
    Ok(names.into_iter().map(judged).collect())
}

/// The codes and names of the orgs that events are about, or by a right over which something was done.
pub async fn org_names(sv: &Services, events: &[EventRow]) -> Result<Vec<(OrgId, Option<String>, String)>, StoreError> {
    let mut orgs: Vec<OrgId> =
        events.iter().flat_map(|event| [org_in(&event.subject), event.org_id]).flatten().collect();
    orgs.sort_unstable();
    orgs.dedup();
    sv.store.read(orgs, async |tx: &mut Tx, orgs: &Vec<OrgId>| trail::org_names(tx, orgs).await).await
}

/// The org that a subject is.
pub fn org_in(name: &str) -> Option<OrgId> {
    name.strip_prefix("org:")?.parse().ok()
}

/// The account that an actor or a subject is.
pub fn account_in(name: &str) -> Option<AccountId> {
    name.strip_prefix("account:")?.parse().ok()
}

fn wanted(
    sv: &Services,
    leave: &Permit<ReadAudit, Reach>,
    asked: &Asked,
    (ids, forward, most): ((EventId, EventId), bool, i64),
) -> Wanted {
    Wanted {
        within: leave.within(sv.clock.now().day()),
        ids,
        span: asked.span,
        actor: asked.actor.clone(),
        subject: asked.subject.clone(),
        action: asked.action.clone(),
        failed: asked.failed,
        forward,
        most,
    }
}

/// The ids that events of a span can have.
fn bounds((from, to): (Moment, Moment)) -> (EventId, EventId) {
    let first = |at: Moment| {
        let millis = u64::try_from(at.micros() / 1000).unwrap_or(0).min((1 << 48) - 1);
        Uuid::from_u128(u128::from(millis) << 80)
    };
    let end = if to.micros() == i64::MAX { Uuid::max() } else { first(to + SLACK) };
    (first(from).into(), end.into())
}

/// The page along the index of whatever is rarest in the question.
async fn found(tx: &mut Tx, wanted: &Wanted) -> Result<Vec<EventRow>, StoreError> {
    if !wanted.subject.is_empty() {
        return trail::page(tx, wanted, Way::Subject).await;
    }
    if !wanted.actor.is_empty() {
        let own = Wanted { subject: wanted.actor.clone(), ..wanted.clone() };
        let (others, own) = (trail::page(tx, wanted, Way::Actor).await?, trail::page(tx, &own, Way::Subject).await?);
        return Ok(merged(others, own, wanted));
    }
    if wanted.failed == Some(true) {
        return trail::page(tx, wanted, Way::Failed).await;
    }
    if !matches!(wanted.action.as_str(), "" | "session.began" | "session.ended") {
        return trail::page(tx, wanted, Way::Action).await;
    }
    if !wanted.within.scope.whole && trail::heads(tx, &wanted.within, FEW).await? < FEW {
        let (people, orgs) = (trail::page(tx, wanted, Way::People).await?, trail::page(tx, wanted, Way::Orgs).await?);
        return Ok(merged(people, orgs, wanted));
    }
    trail::page(tx, wanted, Way::Walk).await
}

fn merged(mut rows: Vec<EventRow>, more: Vec<EventRow>, wanted: &Wanted) -> Vec<EventRow> {
    rows.extend(more);
    rows.sort_unstable_by_key(|row| row.id);
    rows.dedup_by_key(|row| row.id);
    if !wanted.forward {
        rows.reverse();
    }
    rows.truncate(usize::try_from(wanted.most).unwrap_or_default());
    rows
}
