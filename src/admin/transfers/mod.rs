//! Transfers of pupils between schools (P16): the school that wants a pupil asks with sector ID and birth date, the school
//! that has them approves or declines. Whoever was released is claimed without asking, and comes by themselves where a
//! request waited.
//!
//! It refuses to tell anything to who does not know sector ID and birth date together: every wrong pair looks like nobody,
//! and is counted (R38). The pid, the sector ID and the password stay; a badge is the former school's and is to be issued
//! anew.

mod ask;
mod decide;
mod list;
mod meet;
mod release;

pub use ask::{Asked, Claim, NotAsked, ask};
pub use decide::{LONGEST_REASON, NotDecided, approve, decline, expire, withdraw};
pub use list::{Listed, Waiting, list, show, waiting};
pub use meet::meet;
pub use release::release;

use crate::{
    base::id::OrgId,
    model::{affiliation::Affiliation, affiliation::Post, level::Levels, membership::Standing, role::Role},
    store::{StoreError, Tx, orgs},
};

/// Where what is recorded by a transfer comes from.
const SOURCE: &str = "transfer";

/// A pupil's place at a school that is open; `None` where there are no pupils.
async fn pupils_post(tx: &mut Tx, org: OrgId) -> Result<Option<Post>, StoreError> {
    let school = orgs::find(tx, org).await?;
    let school = school.filter(|row| row.status == "active" && matches!(row.kind.as_str(), "school" | "campus"));
    Ok(school.map(|row| Post::pupil(org, Levels::read(&row.levels).unwrap_or_default())))
}

/// The role by which somebody is a pupil: of a school, or else of continuing education.
fn pupil(standing: &Standing) -> Option<&Affiliation> {
    standing.schooling().or_else(|| standing.active().find(|role| role.post.role == Role::Student))
}
