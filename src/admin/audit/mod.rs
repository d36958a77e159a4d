//! The audit trail: whether it is sound, and taking a copy of it away. Looking through it is in [`super::trail`].

mod form;

use serde_json::json;

pub use form::{Form, Sheet, value};

use super::trail::Query;

use crate::{
    base::id::{AccountId, OrgId, PersonId},
    services::{
        Services,
        audit::{
            chain::{Broken, Check, Place},
            upkeep::Checked,
        },
        authority::{ExportAudit, Permit, ReadAudit, Sector},
    },
    store::{
        StoreError, Tx, accounts,
        audit::{self, EventRow},
        orgs,
    },
};

/// How many events are read at a time.
const PAGE: i64 = 500;

/// Why an export is not complete.
#[derive(Debug, thiserror::Error)]
pub enum NotExported {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Where it is written to.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Where the chain ends, or where it first breaks; also the events of the last second are looked at.
pub async fn verify(
    sv: &Services,
    _leave: &Permit<ReadAudit, Sector>,
    check: Check,
    told: impl FnMut(i64),
) -> Result<Result<Place, Broken>, StoreError> {
    seal_all(sv).await?;
    sv.verify_audit(check, told).await
}

/// How the chain stands, as far as it is known without walking it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The last sealed event.
    pub last: i64,
    /// The first that is kept.
    pub first: i64,
    /// What was found when the worker last looked at it.
    pub checked: Option<Checked>,
}

/// How the chain stands.
pub async fn standing(sv: &Services) -> Result<Standing, StoreError> {
    // Where its beginning cannot be proved, the worker's look says so.
    let first = sv.audit_begins().await?.map_or(1, |place| place.seq + 1);
    Ok(Standing { last: length(sv).await?, first, checked: sv.audit_checked().await? })
}

/// Notes that events are taken away, before any is.
pub async fn note_export(
    sv: &Services,
    leave: &Permit<ExportAudit, Sector>,
    query: &Query,
    form: Form,
) -> Result<(), StoreError> {
    let detail = json!({ "query": query.line(), "form": form.name() });
    let event = leave.event(sv, "audit.exported", "audit".to_owned(), &detail);
    sv.store.write_aside(event, async |tx: &mut Tx, event| audit::add(tx, event).await).await
}

/// What an org is called, wherever it is: for whoever may read the event that names it.
pub async fn org_name(sv: &Services, org: OrgId) -> Result<Option<String>, StoreError> {
    sv.store.read(org, async |tx: &mut Tx, org: &OrgId| orgs::name(tx, *org).await).await
}

/// What somebody signs in with, for asking for more about them.
pub async fn sign_in_name(sv: &Services, account: AccountId) -> Result<Option<String>, StoreError> {
    let names = sv.store.read(account, async |tx: &mut Tx, account| accounts::names(tx, *account).await).await?;
    Ok(names.into_iter().next())
}

/// Whose an account is.
pub async fn person_of(sv: &Services, account: AccountId) -> Result<Option<PersonId>, StoreError> {
    let found = sv.store.read(vec![account], async |tx: &mut Tx, of| crate::store::trail::names(tx, of).await).await?;
    Ok(found.into_iter().next().map(|row| row.person_id))
}

/// How many places the chain has, about: for showing how far one has come.
pub async fn length(sv: &Services) -> Result<i64, StoreError> {
    sv.store.read((), async |tx: &mut Tx, (): &()| audit::last(tx).await).await
}

/// Gives every event after a place to `take`, in order; how many. That it was done is an event too, the last of them.
pub async fn export(
    sv: &Services,
    leave: &Permit<ExportAudit, Sector>,
    after: i64,
    mut take: impl FnMut(&EventRow) -> std::io::Result<()>,
) -> Result<u64, NotExported> {
    let event = leave.event(sv, "audit.exported", "audit".to_owned(), &json!({ "after": after }));
    sv.store.write_aside(event, async |tx: &mut Tx, event| audit::add(tx, event).await).await?;
    seal_all(sv).await?;
    let (mut at, mut taken) = (after, 0);
    loop {
        let events = sv.store.read(at, async |tx: &mut Tx, at: &i64| audit::sealed_after(tx, *at, PAGE).await).await?;
        let Some(last) = events.last() else { return Ok(taken) };
        at = last.seq.unwrap_or(i64::MAX);
        for event in &events {
            take(event)?;
            taken += 1;
        }
    }
}

async fn seal_all(sv: &Services) -> Result<(), StoreError> {
    while sv.seal_audit().await? > 0 {}
    Ok(())
}
