//! How things stand within somebody's reach: what a console opens with. Few people are counted; of many, the last count of
//! each school is told, with its time.

use crate::{
    base::{clock::Moment, id::OrgId},
    services::{
        Services,
        authority::{FindPeople, ImportPeople, Permit, Reach},
    },
    store::{
        StoreError, Tx, finding,
        headcounts::{self, Heads},
        import_tasks::{self, UnderWay},
        newcomers::{self, ClassRow},
        reach, schools,
        scope::{Scope, Within},
    },
};

/// So few people are counted when somebody asks.
const FEW: i64 = 5_000;

/// How many people and schools there are.
#[derive(Clone, Copy, Debug)]
pub struct Overview {
    /// People at orgs.
    pub heads: Heads,
    /// Accounts of people who are nowhere; told over the whole sector only.
    pub dormant: Option<i64>,
    /// Schools.
    pub schools: u64,
    /// Schools without an administrator of their own.
    pub unadministered: u64,
    /// When they were counted.
    pub counted: Counted,
}

/// When people were counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// As of now.
    Now,
    /// Then.
    At(Moment),
    /// Not yet, since the server began.
    NotYet,
}

/// How things stand.
pub async fn overview(sv: &Services, leave: &Permit<FindPeople, Reach>) -> Result<Overview, StoreError> {
    let scope = leave.within(sv.clock.now().day()).scope;
    sv.store.read(scope, async |tx: &mut Tx, scope: &Scope| read(tx, scope).await).await
}

async fn read(tx: &mut Tx, scope: &Scope) -> Result<Overview, StoreError> {
    let there = if scope.whole { headcounts::anywhere(tx, FEW).await? } else { finding::heads(tx, scope, FEW).await? };
    let (heads, counted) = if there < FEW {
        (headcounts::within(tx, scope).await?, Counted::Now)
    } else {
        let last = headcounts::last(tx, scope).await?;
        (last, last.counted_at.map_or(Counted::NotYet, Counted::At))
    };
    let dormant = if scope.whole { Some(finding::in_state(tx, "dormant", i64::MAX).await?) } else { None };
    Ok(Overview {
        heads,
        dormant,
        schools: reach::how_many_schools(tx, scope).await?,
        unadministered: schools::without_administrator(tx, scope).await?,
        counted,
    })
}

/// The classes of a school, with how many pupils of each have no password yet.
pub async fn classes(sv: &Services, leave: &Permit<FindPeople, Reach>) -> Result<Vec<ClassRow>, StoreError> {
    let Reach::Under(school) = *leave.place() else { return Ok(Vec::new()) };
    sv.store.read(school, async |tx: &mut Tx, school: &OrgId| newcomers::classes(tx, *school).await).await
}

/// How many imports are under way, and how many wait for somebody to look them over.
pub async fn imports(sv: &Services, leave: &Permit<ImportPeople, Reach>) -> Result<UnderWay, StoreError> {
    let within = leave.within(sv.clock.now().day());
    sv.store.read(within, async |tx: &mut Tx, within: &Within| import_tasks::under_way(tx, within).await).await
}
