//! Writes a unit: whether it may still be written is asked, then comes its record, so that no other run of the same import
//! can write it too, then its changes, in an order in which everything that is referred to is there.

use super::{
    super::plan::{Changes, Moved, SOURCE, Stand},
    importer::Importer,
    journal::Journal,
    trail,
};
use crate::{
    base::{
        clock::Moment,
        id::{BatchId, PersonId, TransferId},
    },
    model::transfer::PATIENCE,
    people::following::Following,
    services::{audit::Scribe, authority::Denied},
    store::{
        Day, Store, StoreError, Tx, directory,
        imports::{self, NewUnit},
        memberships, orgs, people,
        person_changes::{self, OVERTAKEN},
        transfers,
    },
};

/// A unit to be written.
#[derive(Debug)]
pub(super) struct UnitWrite {
    /// On whose behalf.
    pub(super) by: Importer,
    pub(super) batch: BatchId,
    /// The unit itself, after those before it that changed nothing.
    pub(super) records: Vec<NewUnit>,
    pub(super) changes: Changes,
    /// What follows from it: accounts lapse and wake, and apps lose whom they admit no more (invariant 9).
    pub(super) following: Following,
    pub(super) scribe: Scribe,
    pub(super) now: Moment,
}

/// Writes it; all or nothing. Nothing, too, when whoever asked for it may not import there any more.
pub(super) async fn write(store: &Store, unit: UnitWrite) -> Result<Result<(), Denied>, StoreError> {
    store.write_bulk(unit, async |tx: &mut Tx, unit: &UnitWrite| apply(tx, unit).await).await
}

async fn apply(tx: &mut Tx, unit: &UnitWrite) -> Result<Result<(), Denied>, StoreError> {
    let UnitWrite { by, batch, records, changes, following, scribe, now } = unit;
    if let Err(denied) = by.again(tx, *now).await? {
        return Ok(Err(denied));
    }
    imports::add_units(tx, *batch, records, *now).await?;
    stand_as_read(tx, &changes.moved, *now).await?;
    let number = records.last().map_or(0, |record| record.number);
    keep_journal(tx, (*batch, number), changes, *now).await?;
    orgs::add_orgs(tx, &changes.orgs, *now).await?;
    directory::change_orgs(tx, &changes.orgs_changed, *now).await?;
    orgs::add_edges(tx, &changes.edges).await?;
    directory::move_orgs(tx, &changes.attached).await?;
    for school in &changes.closed {
        orgs::close(tx, *school, Day(now.day()), *now).await?;
    }
    orgs::add_classes(tx, &changes.classes, *now).await?;
    orgs::continue_classes(tx, &changes.continued).await?;
    people::add_people(tx, &changes.people, *now).await?;
    person_changes::correct(tx, &changes.corrected, *now).await?;
    person_changes::touch(tx, &changes.touched, *now).await?;
    person_changes::imprint(tx, &changes.imprinted).await?;
    person_changes::supersede(tx, &changes.superseded, *now).await?;
    people::add_identifiers(tx, &changes.identifiers, SOURCE, *now).await?;
    people::add_accounts(tx, &changes.accounts, *now).await?;
    person_changes::rename(tx, &changes.renamed, *now).await?;
    person_changes::drop_contacts(tx, &changes.dropped).await?;
    people::add_contacts(tx, &changes.contacts, SOURCE, *now).await?;
    memberships::write(tx, &changes.memberships, SOURCE, *now).await?;
    // What a school has just declined is not asked for again by the same file.
    transfers::ask_all(tx, &changes.transfers, (*now - PATIENCE, *now, *now + PATIENCE)).await?;
    trail::tell(tx, scribe, *batch, changes).await?;
    let settled: Vec<_> = changes.moved.iter().map(|moved| (moved.person, moved.presence)).collect();
    following.settle(tx, &settled).await.map(Ok)
}

/// What the people of the unit were, and for whom it asks, for as long as it can be taken back.
async fn keep_journal(tx: &mut Tx, unit: (BatchId, i64), changes: &Changes, now: Moment) -> Result<(), StoreError> {
    let created: Vec<PersonId> = changes.people.iter().map(|person| person.id).collect();
    let changed: Vec<PersonId> = changes
        .corrected
        .iter()
        .map(|corrected| corrected.to.id)
        .chain(changes.touched.iter().map(|touch| touch.person))
        .collect();
    let asked: Vec<TransferId> = changes.transfers.iter().map(|asked| asked.id).collect();
    if created.is_empty() && changed.is_empty() && asked.is_empty() {
        return Ok(());
    }
    let journal = Journal::before(tx, created, &changed, asked, now).await?;
    journal.keep(tx, unit, now).await
}

/// What was decided of people holds only as long as they stand where they stood.
async fn stand_as_read(tx: &mut Tx, moved: &[Moved], now: Moment) -> Result<(), StoreError> {
    let people: Vec<PersonId> = moved.iter().map(|moved| moved.person).collect();
    memberships::hold(tx, &people).await?;
    let standings = memberships::standings(tx, &people, now.day()).await?;
    let stands = |person| standings.get(person).map(Stand::of).unwrap_or_default();
    if moved.iter().all(|moved| stands(&moved.person) == moved.stood) { Ok(()) } else { Err(OVERTAKEN) }
}
