//! Everybody within reach, person by person; their places in classes; the orgs and classes they are named by.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    io,
};

use uuid::Uuid;

use super::{Leave, NotExported};
use crate::{
    base::id::{ClassId, OrgId},
    services::Services,
    store::{
        StoreError, Tx,
        directory::{self, ClassRow, OrgRow},
        exporting::{self, MemberRow, PlaceRow, YearRow},
        finding::Place,
        scope::Scope,
    },
};

/// So many rows are held at a time.
const PAGE: i64 = 2_000;

/// What is walked over.
pub(super) struct Walk<'w> {
    sv: &'w Services,
    scope: Scope,
    /// Those that are at work and within reach, by their place in the order of codes.
    pub(super) orgs: BTreeMap<(String, OrgId), OrgRow>,
    /// All, for naming those above.
    all: HashMap<OrgId, OrgRow>,
    pub(super) classes: HashMap<ClassId, ClassRow>,
    pub(super) years: Vec<YearRow>,
}

impl<'w> Walk<'w> {
    pub(super) async fn begin(sv: &'w Services, leave: &Leave) -> Result<Self, StoreError> {
        let scope = leave.within(sv.clock.now().day()).scope;
        let read = async |tx: &mut Tx, scope: &Scope| {
            let (orgs, classes) = (directory::orgs(tx).await?, directory::classes(tx).await?);
            Ok((orgs, classes, exporting::orgs(tx, scope).await?, exporting::years(tx).await?))
        };
        let (orgs, classes, within, years) = sv.store.read(scope, read).await?;
        let within: HashSet<OrgId> = within.into_iter().collect();
        let named = |org: &OrgRow| ((org.code.clone().unwrap_or_default(), org.id), org.clone());
        Ok(Self {
            sv,
            scope,
            orgs: orgs.iter().filter(|org| within.contains(&org.id)).map(named).collect(),
            classes: classes
                .into_iter()
                .filter(|class| within.contains(&class.org_id))
                .map(|row| (row.id, row))
                .collect(),
            all: orgs.into_iter().map(|org| (org.id, org)).collect(),
            years,
        })
    }

    /// An org, within reach or above it.
    pub(super) fn org(&self, id: OrgId) -> Option<&OrgRow> {
        self.all.get(&id)
    }

    /// Whether it is written about.
    pub(super) fn holds(&self, org: &OrgRow) -> bool {
        self.orgs.contains_key(&(org.code.clone().unwrap_or_default(), org.id))
    }

    /// Shows every person once, with all that they are within reach.
    pub(super) async fn people(
        &self,
        mut take: impl FnMut(&[MemberRow]) -> io::Result<()>,
    ) -> Result<u64, NotExported> {
        let (mut after, mut role) = (Place::start(), Uuid::nil().into());
        let (mut person, mut count): (Vec<MemberRow>, u64) = (Vec::new(), 0);
        loop {
            let question = (self.scope, after.clone(), role);
            let read = async |tx: &mut Tx, (scope, after, role): &(Scope, Place, _)| {
                exporting::members(tx, scope, after, *role, PAGE).await
            };
            let rows = self.sv.store.read(question, read).await?;
            let Some(last) = rows.last() else { break };
            (after, role) = (Place { sort_key: last.sort_key.clone(), id: last.id }, last.affiliation_id);
            for row in rows {
                if person.first().is_some_and(|first| first.id != row.id) {
                    take(&person)?;
                    count += 1;
                    person.clear();
                }
                person.push(row);
            }
        }
        if !person.is_empty() {
            take(&person)?;
            count += 1;
        }
        Ok(count)
    }

    /// Shows every place in a class.
    pub(super) async fn places(&self, mut take: impl FnMut(&PlaceRow) -> io::Result<()>) -> Result<u64, NotExported> {
        let (mut after, mut count) = (Uuid::nil().into(), 0);
        loop {
            let read =
                async |tx: &mut Tx, (scope, after): &(Scope, _)| exporting::places(tx, scope, *after, PAGE).await;
            let rows = self.sv.store.read((self.scope, after), read).await?;
            let Some(last) = rows.last() else { return Ok(count) };
            after = last.id;
            for row in &rows {
                take(row)?;
                count += 1;
            }
        }
    }
}

/// The one of somebody's roles that is their first.
pub(super) fn first(roles: &[MemberRow]) -> Option<&MemberRow> {
    roles.iter().find(|row| row.is_primary).or(roles.first())
}
