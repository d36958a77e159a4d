//! Writes a unit: its record first, so that no other run of the same import can write it too, then its changes, in an order
//! in which everything that is referred to is there.

use super::super::plan::{Changes, SOURCE};
use crate::{
    base::clock::Moment,
    services::ending::Apps,
    store::{
        Store, StoreError, Tx, directory,
        imports::{self, NewUnit},
        memberships, orgs, people, person_changes,
    },
};

/// A unit to be written.
#[derive(Debug)]
pub(super) struct UnitWrite {
    pub(super) record: NewUnit,
    pub(super) changes: Changes,
    /// The registered apps, which let people in for what they are.
    pub(super) apps: Apps,
    /// Until when activation codes issued now are good.
    pub(super) until: Moment,
    pub(super) now: Moment,
}

/// Writes it; all or nothing.
pub(super) async fn write(store: &Store, unit: UnitWrite) -> Result<(), StoreError> {
    store.write_bulk(unit, async |tx: &mut Tx, unit: &UnitWrite| apply(tx, unit).await).await
}

async fn apply(tx: &mut Tx, unit: &UnitWrite) -> Result<(), StoreError> {
    let UnitWrite { record, changes, apps, until, now } = unit;
    imports::add_unit(tx, record, *now).await?;
    orgs::add_orgs(tx, &changes.orgs, *now).await?;
    directory::change_orgs(tx, &changes.orgs_changed, *now).await?;
    orgs::add_edges(tx, &changes.edges).await?;
    directory::move_orgs(tx, &changes.moved).await?;
    orgs::add_classes(tx, &changes.classes, *now).await?;
    orgs::continue_classes(tx, &changes.continued).await?;
    people::add_people(tx, &changes.people, *now).await?;
    person_changes::correct(tx, &changes.corrected, *now).await?;
    person_changes::touch(tx, &changes.touched, *now).await?;
    person_changes::supersede(tx, &changes.superseded, *now).await?;
    people::add_identifiers(tx, &changes.identifiers, SOURCE, *now).await?;
    people::add_accounts(tx, &changes.accounts, *until, *now).await?;
    person_changes::rename(tx, &changes.renamed, *now).await?;
    person_changes::drop_contacts(tx, &changes.dropped).await?;
    people::add_contacts(tx, &changes.contacts, SOURCE, *now).await?;
    memberships::apply(tx, &changes.memberships, SOURCE, *now).await?;
    person_changes::step(tx, &changes.steps, *until, *now).await?;
    // Invariant 9: with the last affiliation that lets somebody use an app ends what the app was given.
    apps.end_lost(tx, &changes.ended).await.map(drop)
}
