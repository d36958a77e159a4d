//! Whom an import created, whom taking it back left as they were, and whom a row may be about.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{
    findings::Flawed,
    review::{State, Task, see},
};
use crate::{
    base::id::{ImportId, PersonId},
    roster,
    services::{
        Services,
        authority::{NoPermit, Permit, Reach, SeePerson, Standing, Subject},
    },
    store::{StoreError, Tx, accounts, journal::KeptRow, reach, scope::Scope},
};

/// Whom an import created that somebody may see, as long as that is known.
pub async fn created(sv: &Services, standing: &Standing, id: ImportId) -> Result<HashSet<PersonId>, NoPermit> {
    match see(sv, standing, id).await?.0.batch {
        Some(batch) => Ok(roster::created(sv, batch).await?),
        None => Ok(HashSet::new()),
    }
}

/// Whom taking an import back left as they are, of those who lie within reach now: those after one, and how many at most.
pub async fn kept(
    sv: &Services,
    within: &Permit<SeePerson, Reach>,
    task: &Task,
    page: (Option<PersonId>, u32),
) -> Result<Vec<KeptRow>, StoreError> {
    let Some(batch) = task.batch else { return Ok(Vec::new()) };
    roster::kept(sv, within, batch, page).await
}

/// Somebody whom a row may be about, for whoever decides.
#[derive(Clone, Debug)]
pub struct Namesake {
    /// The name as written.
    pub name: String,
    /// Day of birth.
    pub born: Option<Date>,
    /// The class and the school, as far as they lie within reach.
    pub place: Vec<String>,
    /// The sector ID, or the temporary one.
    pub code: String,
}

/// Whom rows may be about that wait for somebody to say so: those whom this reader may see (R38), whoever brought the list.
pub async fn namesakes(
    sv: &Services,
    standing: &Standing,
    task: &Task,
) -> Result<HashMap<PersonId, Namesake>, NoPermit> {
    let mut namesakes = HashMap::new();
    if task.state != State::Review {
        return Ok(namesakes);
    }
    let within = standing.everywhere::<SeePerson>()?;
    let people: HashSet<PersonId> = task.findings.correctable().flat_map(Flawed::people).copied().collect();
    for person in people {
        let leave = match standing.over::<SeePerson>(sv, person).await {
            Ok(leave) => leave,
            Err(NoPermit::Denied(_)) => continue,
            Err(NoPermit::Store(error)) => return Err(error.into()),
        };
        if let Some(found) = namesake(sv, &leave, &within).await? {
            namesakes.insert(person, found);
        }
    }
    Ok(namesakes)
}

/// Somebody whom a row may be about; `None` when they went away meanwhile, or have no ID by which the row could name
/// them.
async fn namesake(
    sv: &Services,
    leave: &Permit<SeePerson, Subject>,
    within: &Permit<SeePerson, Reach>,
) -> Result<Option<Namesake>, StoreError> {
    let question = (*leave.place(), within.within(sv.clock.now().day()).scope);
    sv.store
        .read(question, async |tx: &mut Tx, (subject, scope): &(Subject, Scope)| {
            let Some(holder) = accounts::holder(tx, subject.account).await? else { return Ok(None) };
            let identifiers = reach::identifiers(tx, subject.person).await?;
            let code = ["moet", "temp"].iter().find_map(|kind| identifiers.iter().find(|row| row.kind == *kind));
            let Some(code) = code.and_then(|row| row.value.clone()) else { return Ok(None) };
            let class = reach::seats(tx, scope, subject.person).await?.into_iter().next().map(|seat| seat.code);
            let school = reach::posts(tx, scope, subject.person).await?.into_iter().next().map(|post| post.org_name);
            let place = class.into_iter().chain(school).collect();
            Ok(Some(Namesake { name: holder.full_name, born: holder.birth_date.map(|day| day.0), place, code }))
        })
        .await
}
