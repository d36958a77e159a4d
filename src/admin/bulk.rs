//! One deed to many people at once. Each is judged and done by itself, exactly as on that person's page, so that nothing is
//! easier in a crowd; who was refused is named. Broken off, it is done to some, and done again it comes to the same.

use super::{
    accounts::{self, NotDone},
    people::{self, Query},
};
use crate::{
    base::id::{AccountId, PersonId},
    model::account::NoSuchStep,
    services::{
        Services,
        authority::{Denied, FindPeople, NoPermit, Permit, Reach, SeePerson, Standing},
    },
    store::{StoreError, Tx, accounts as rows, finding::FoundRow},
};

/// So many at once and no more: whoever means more than a large school means it by school.
pub const MOST: usize = 3_000;

/// What is done to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Sign them out everywhere.
    EndSessions,
    /// Suspend them.
    Suspend,
    /// Let them go on.
    Resume,
}

/// Somebody it is done to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whom {
    /// Who.
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// The sector ID.
    pub sector_id: String,
}

/// Why it was not done to somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// By the rules.
    Denied(Denied),
    /// The state of the account has no such step.
    State(NoSuchStep),
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// To how many it was done.
    pub done: usize,
    /// To whom it was not.
    pub refused: Vec<(Whom, Why)>,
}

/// Why nothing was begun.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    /// A suspension wants a reason.
    #[error("a suspension needs a reason")]
    Reason,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Everybody whom a search finds; `None` when they are more than [`MOST`].
pub async fn found(
    sv: &Services,
    leave: &Permit<FindPeople, Reach>,
    query: &Query,
) -> Result<Option<Vec<Whom>>, StoreError> {
    let mut all: Vec<Whom> = Vec::new();
    people::each::<StoreError>(sv, leave, query, |rows| {
        all.extend(rows.into_iter().map(whom));
        Ok(all.len() <= MOST)
    })
    .await?;
    Ok((all.len() <= MOST).then_some(all))
}

fn whom(row: FoundRow) -> Whom {
    Whom { id: row.id, name: row.full_name, sector_id: row.sector_id.unwrap_or_default() }
}

/// Those of these people whom the asker may see; the others look as if they did not exist (R38).
pub async fn seen(sv: &Services, standing: &Standing, ids: &[PersonId]) -> Result<Vec<Whom>, NoPermit> {
    let mut all = Vec::new();
    for id in ids {
        let leave = match standing.over::<SeePerson>(sv, *id).await {
            Ok(leave) => leave,
            Err(NoPermit::Denied(_)) => continue,
            Err(no) => return Err(no),
        };
        let read = async |tx: &mut Tx, account: &AccountId| {
            let Some(holder) = rows::holder(tx, *account).await? else { return Ok(None) };
            Ok(Some((holder.full_name, rows::names(tx, *account).await?)))
        };
        if let Some((name, names)) = sv.store.read(leave.place().account, read).await? {
            all.push(Whom { id: *id, name, sector_id: names.into_iter().next().unwrap_or_default() });
        }
    }
    Ok(all)
}

/// Does it to each of them.
pub async fn run(
    sv: &Services,
    standing: &Standing,
    people: Vec<Whom>,
    deed: Deed,
    reason: &str,
) -> Result<Outcome, NotBegun> {
    let mut outcome = Outcome::default();
    for whom in people {
        match one(sv, standing, whom.id, deed, reason).await {
            Ok(()) => outcome.done += 1,
            Err(NotDone::Denied(denied)) => outcome.refused.push((whom, Why::Denied(denied))),
            Err(NotDone::Step(step)) => outcome.refused.push((whom, Why::State(step))),
            Err(NotDone::Reason | NotDone::Used) => return Err(NotBegun::Reason),
            Err(NotDone::Store(error)) => return Err(error.into()),
        }
    }
    Ok(outcome)
}

async fn one(sv: &Services, standing: &Standing, person: PersonId, deed: Deed, reason: &str) -> Result<(), NotDone> {
    match deed {
        Deed::EndSessions => accounts::end_sessions(sv, &leave(standing.over(sv, person).await)?).await,
        Deed::Suspend => accounts::suspend(sv, &leave(standing.over(sv, person).await)?, reason).await,
        Deed::Resume => accounts::resume(sv, &leave(standing.over(sv, person).await)?).await.map(drop),
    }
}

fn leave<P>(asked: Result<P, NoPermit>) -> Result<P, NotDone> {
    asked.map_err(|no| match no {
        NoPermit::Denied(denied) => denied.into(),
        NoPermit::Store(error) => error.into(),
    })
}
