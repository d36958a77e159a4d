//! What a support code leads to: the request that failed, for whoever reads the whole trail, and for those who administer the
//! person who was signed in. To others there is none of that code (R38).

use super::{audit, people};
use crate::{
    base::id::PersonId,
    services::{
        Services,
        authority::{Denied, NoPermit, ReadAudit, Standing},
    },
    store::failures::FailureRow,
};

/// A request that failed.
#[derive(Clone, Debug)]
pub struct Found {
    /// What is known of it.
    pub row: FailureRow,
    /// Who was signed in and what they are called, where the asker administers them.
    pub whose: Option<(PersonId, String)>,
}

/// The request of a support code.
pub async fn find(sv: &Services, standing: &Standing, code: &str) -> Result<Option<Found>, NoPermit> {
    standing.somewhere::<ReadAudit>()?;
    let Some(row) = sv.failure(code).await? else { return Ok(None) };
    let person = match row.account_id {
        Some(account) => audit::person_of(sv, account).await?,
        None => None,
    };
    let whose = match person {
        Some(person) => match standing.over::<ReadAudit>(sv, person).await {
            Ok(leave) => people::name_of(sv, &leave).await?.map(|name| (person, name)),
            Err(NoPermit::Denied(_)) => None,
            Err(no) => return Err(no),
        },
        None => None,
    };
    let whole = match standing.with_the_sector::<ReadAudit>(sv) {
        Ok(_) => true,
        Err(Denied::Missing | Denied::Role) => false,
        Err(denied) => return Err(denied.into()),
    };
    Ok((whole || whose.is_some()).then_some(Found { row, whose }))
}
