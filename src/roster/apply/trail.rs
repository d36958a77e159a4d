//! What a unit did to whom, in the audit trail and in its own transaction: people who were known, schools, requests for
//! pupils. Whom it made, the end of the import tells in numbers; their places in classes tell themselves from when they hold.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::json;

use super::super::plan::Changes;
use crate::{
    base::id::{AccountId, BatchId, PersonId, TransferId},
    model::membership::Change,
    people::orgs,
    services::audit::{self, Scribe},
    store::{
        StoreError, Tx, accounts,
        audit::Event,
        transfers::{self, NewTransfer},
    },
};

/// Tells what was done, by names of what changed alone (R50).
pub(super) async fn tell(tx: &mut Tx, scribe: &Scribe, batch: BatchId, changes: &Changes) -> Result<(), StoreError> {
    let mut events = schools(scribe, batch, changes);
    let changed = changed(changes);
    let people: Vec<PersonId> = changed.keys().copied().collect();
    for row in accounts::of_people(tx, &people).await? {
        let detail = json!({ "import": batch, "changed": changed[&row.person_id] });
        events.push(scribe.event("person.imported", audit::account(row.id), &detail));
    }
    events.extend(asked(tx, scribe, batch, changes).await?);
    scribe.note_all(tx, &events).await
}

/// Of the requests, those that were sent: what waits already, or was declined lately, was not asked for.
async fn asked(tx: &mut Tx, scribe: &Scribe, batch: BatchId, changes: &Changes) -> Result<Vec<Event>, StoreError> {
    let all: Vec<TransferId> = changes.transfers.iter().map(|asked| asked.id).collect();
    let sent: HashSet<TransferId> = transfers::known(tx, &all).await?.into_iter().collect();
    let sent: Vec<&NewTransfer> = changes.transfers.iter().filter(|asked| sent.contains(&asked.id)).collect();
    let people: Vec<PersonId> = sent.iter().map(|asked| asked.person).collect();
    let accounts: HashMap<PersonId, AccountId> =
        accounts::of_people(tx, &people).await?.into_iter().map(|row| (row.person_id, row.id)).collect();
    let event = |asked: &&NewTransfer| {
        let account = accounts.get(&asked.person)?;
        let detail = json!({ "transfer": asked.id, "from": asked.from, "to": asked.to, "import": batch });
        Some(scribe.event("transfer.asked", audit::account(*account), &detail))
    };
    Ok(sent.iter().filter_map(event).collect())
}

fn schools(scribe: &Scribe, batch: BatchId, changes: &Changes) -> Vec<Event> {
    let event = |action, org, detail| scribe.event(action, orgs::subject(org), &detail);
    let Changes { orgs, orgs_changed, attached, closed, .. } = changes;
    let founded = orgs
        .iter()
        .map(|org| event("org.founded", org.id, json!({ "kind": org.kind, "code": org.code, "import": batch })));
    let corrected = orgs_changed
        .iter()
        .map(|org| event("org.corrected", org.id, json!({ "name": org.name, "levels": org.levels, "import": batch })));
    let attached = attached.iter().map(|edge| {
        let detail =
            json!({ "kind": edge.kind, "parent": edge.parent, "from": edge.from.0.to_string(), "import": batch });
        event("org.attached", edge.child, detail)
    });
    let closed = closed.iter().map(|org| event("org.closed", *org, json!({ "import": batch })));
    founded.chain(corrected).chain(attached).chain(closed).collect()
}

/// What of each known person is another now.
fn changed(changes: &Changes) -> BTreeMap<PersonId, BTreeSet<&'static str>> {
    let created: HashSet<PersonId> = changes.people.iter().map(|person| person.id).collect();
    let records = changes.corrected.iter().map(|row| (row.to.id, "record"));
    let identifiers = changes.identifiers.iter().map(|row| (row.person, "identifiers"));
    let contacts = changes.contacts.iter().map(|row| (row.person, "contacts"));
    let roles = changes.memberships.iter().filter_map(|(person, change)| match change {
        Change::Begin(_) | Change::End { .. } | Change::Reopen(_) => Some((*person, "roles")),
        _ => None,
    });
    let mut changed: BTreeMap<PersonId, BTreeSet<&'static str>> = BTreeMap::new();
    for (person, what) in records.chain(identifiers).chain(contacts).chain(roles) {
        if !created.contains(&person) {
            changed.entry(person).or_default().insert(what);
        }
    }
    changed
}
