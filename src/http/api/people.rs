//! Finding people.

use axum::{http::Uri, response::Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    caller::{By, PeopleRead},
    given::{self, Query},
    problem::Problem,
    told::{self, Listed},
};
use crate::{
    admin::people::{self, Cursor, Query as Wanted},
    model::account::AccountState,
    services::authority::{Denied, FindPeople, Permit, Reach},
    store::finding::{FoundRow, Narrow},
};

/// Whom to find.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Search {
    /// Words of a name in any order, with or without accents, or the last four or more characters of a sector ID.
    q: Option<String>,
    /// The code of a school (mã trường), or the name of a commune.
    school: Option<String>,
    /// The code of a class of that school: 3A.
    class: Option<String>,
    /// The grade of that school's pupils.
    #[param(minimum = 1, maximum = 12, value_type = Option<u8>)]
    grade: Option<given::Whole<12>>,
    /// What they are.
    #[param(inline)]
    kind: Option<Kind>,
    /// Only those who have no sector ID yet.
    temporary: Option<bool>,
    /// The state of the account.
    #[param(inline)]
    state: Option<State>,
    /// How many rows, 1 to 200; 50 when not given.
    #[param(minimum = 1, maximum = 200, value_type = Option<u32>)]
    limit: Option<given::Limit>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// What people are.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// Pupils.
    Pupil,
    /// Whoever works at a school.
    Staff,
    /// Guardians.
    Guardian,
}

/// The state of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    /// Made, and no code issued yet.
    Provisional,
    /// A code waits to be used.
    Pending,
    /// Signs in.
    Active,
    /// Kept from signing in.
    Suspended,
    /// At no school any more.
    Dormant,
    /// Closed for good.
    Deactivated,
    /// Nothing but a tombstone.
    Purged,
}

impl From<AccountState> for State {
    fn from(state: AccountState) -> Self {
        match state {
            AccountState::Provisional => Self::Provisional,
            AccountState::Pending => Self::Pending,
            AccountState::Active => Self::Active,
            AccountState::Suspended => Self::Suspended,
            AccountState::Dormant => Self::Dormant,
            AccountState::Deactivated => Self::Deactivated,
            AccountState::Purged => Self::Purged,
        }
    }
}

impl From<State> for AccountState {
    fn from(state: State) -> Self {
        match state {
            State::Provisional => Self::Provisional,
            State::Pending => Self::Pending,
            State::Active => Self::Active,
            State::Suspended => Self::Suspended,
            State::Dormant => Self::Dormant,
            State::Deactivated => Self::Deactivated,
            State::Purged => Self::Purged,
        }
    }
}

/// Somebody who was found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PersonFound {
    /// The person: never changes and is never given again.
    #[schema(value_type = uuid::Uuid)]
    id: crate::base::id::PersonId,
    /// The name as written.
    name: String,
    /// The sector ID (mã định danh ngành), a temporary one if need be.
    sector_id: Option<String>,
    /// As what they are at the school: `student`, `teacher`, `staff`, `principal`, `guardian`.
    #[schema(pattern = "^(student|teacher|staff|principal|guardian)$")]
    role: Option<String>,
    /// The school's name.
    school: Option<String>,
    /// The school's code.
    school_code: Option<String>,
    /// The pupil's class.
    class: Option<String>,
    /// The state of the account.
    state: Option<State>,
}

/// Find people within the caller's reach
///
/// In the order of a class list. Whoever lies outside the caller's reach is not found.
#[utoipa::path(get, path = "/api/v1/people", operation_id = "listPeople", tag = "People", params(Search),
    responses((status = 200, body = Listed<PersonFound>)), security(("oauth2" = ["people:read"])))]
pub(super) async fn list(by: By<PeopleRead>, here: Uri, Query(search): Query<Search>) -> Result<Response, Problem> {
    let leave: Permit<FindPeople, Reach> = match &search.school {
        None => by.standing.everywhere()?,
        Some(code) => {
            let org = people::place(&by.sv, code.trim()).await?.ok_or(Denied::Missing)?;
            by.standing.under(&by.sv, org).await?
        }
    };
    let wanted = Wanted::read(search.q.as_deref().unwrap_or(""), search.state.map(Into::into))
        .map_err(|_| Problem::field("/q", "problem-short-tail"))?
        .among(narrow(&search)?);
    let ask = given::page::<Cursor>(search.after.as_deref(), search.limit)?;
    let found = people::find(&by.sv, &leave, &wanted, &ask).await?;
    Ok(told::page(&by, &here, found, shown))
}

fn narrow(search: &Search) -> Result<Narrow, Problem> {
    // Over many schools nobody asks for 3A.
    if search.school.is_none() && (search.class.is_some() || search.grade.is_some()) {
        return Err(Problem::field("/school", "problem-which-school"));
    }
    let kind = match search.kind {
        Some(Kind::Pupil) => "student",
        Some(Kind::Staff) => "staff",
        Some(Kind::Guardian) => "guardian",
        None => "",
    };
    Ok(Narrow {
        kind: kind.to_owned(),
        class: search.class.clone().unwrap_or_default(),
        grade: search.grade.map_or(0, |grade| grade.0).into(),
        temporary: search.temporary.unwrap_or_default(),
    })
}

fn shown(row: FoundRow) -> PersonFound {
    PersonFound {
        id: row.id,
        name: row.full_name,
        sector_id: row.sector_id,
        role: row.role,
        school: row.org_name,
        school_code: row.org_code,
        class: row.class,
        state: row.state.as_deref().and_then(AccountState::named).map(Into::into),
    }
}
