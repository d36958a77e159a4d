//! The mass-change brake: an import that would end a large part of a school waits until somebody types how many it ends.
//!
//! What counts is what ends, whichever row ends it: a pupil's own (*Chuyển đi*), another school's that claims them, or one
//! of a list of staff in which pupils ended up.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{super::plan::Directory, load::unsettled, survey::Survey};
use crate::{
    base::id::OrgId,
    store::{Store, StoreError, Tx, directory},
};

/// So many of a school may end unasked, however small it is.
const FEW: i64 = 20;
/// So many in a hundred of a larger one.
const PER_CENT: i64 = 5;

/// Why an import waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brake {
    /// How many people's roles it ends, at all schools: the number to be typed.
    pub ended: i64,
    /// The schools of which it ends too many: their codes, how many it ends, of how many.
    pub schools: Vec<(String, i64, i64)>,
}

/// Whether so many of a school's people may end unasked.
const fn is_much(ending: i64, members: i64) -> bool {
    ending > FEW && ending * 100 > members * PER_CENT
}

/// Whether the files may end too much at any school: then it has to be found out how much it is.
pub(super) async fn may_be_needed(store: &Store, directory: &Directory, survey: &Survey) -> Result<bool, StoreError> {
    let anybody = store.read((), async |tx: &mut Tx, (): &()| directory::anybody(tx).await).await?;
    let working = if anybody { unsettled(store, &survey.working).await? } else { 0 };
    if working > FEW {
        return Ok(true);
    }
    for (code, leaving) in &survey.leaving {
        let ending = leaving + working;
        let Some(school) = directory.school(code).filter(|_| ending > FEW) else { continue };
        if is_much(ending, members(store, school.id).await?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The brake on a run that would end so many people at these schools.
pub(super) async fn brake(
    store: &Store,
    directory: &Directory,
    at: &HashMap<OrgId, i64>,
) -> Result<Option<Brake>, StoreError> {
    let mut schools = Vec::new();
    for (school, ending) in at.iter().filter(|(_, ending)| **ending > FEW) {
        let members = members(store, *school).await?;
        if is_much(*ending, members) {
            let code = directory.code(*school).map(ToString::to_string).unwrap_or_default();
            schools.push((code, *ending, members));
        }
    }
    schools.sort();
    let ended = at.values().sum();
    Ok((!schools.is_empty()).then_some(Brake { ended, schools }))
}

async fn members(store: &Store, school: OrgId) -> Result<i64, StoreError> {
    store.read(school, async |tx: &mut Tx, school: &OrgId| directory::members(tx, *school).await).await
}

#[cfg(test)]
mod tests {
    use super::is_much;

    #[test]
    fn twenty_people_or_one_in_twenty_may_end_unasked() {
        assert!(!is_much(20, 20));
        assert!(is_much(21, 30));
        assert!(!is_much(50, 1000));
        assert!(is_much(51, 1000));
    }
}
