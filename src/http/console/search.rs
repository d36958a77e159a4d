//! What people are searched for by, as it stands in an address, and where the asker may look for them: the same for the
//! list, for taking it away, and for a deed to everybody in it.

use axum::response::Response;

use super::{no_permit, refused};
use crate::{
    admin::{
        people::{self, Query, Unsearchable},
        schools,
    },
    base::id::OrgId,
    http::{render, visitor::Visitor},
    model,
    protocol::params::Params,
    services::authority::{Denied, FindPeople, Permit, Reach, Standing},
    store::finding::Narrow,
    views::{AccountState, ClassChoice, PeopleSearch, PersonKind, School},
};

/// Before the number of a grade, where a class may be chosen.
const GRADE: &str = "khoi-";

/// As it was asked for, the one school, leave to look there, and what is looked for.
pub(super) type Clear = (PeopleSearch, Option<OrgId>, Permit<FindPeople, Reach>, Query);

/// A search, understood.
pub(super) struct Search {
    /// As it was asked for.
    pub(super) asked: PeopleSearch,
    /// Whether there are several schools to choose from.
    pub(super) several: bool,
    /// The schools that were meant.
    pub(super) schools: Vec<School>,
    /// The one school, chosen or the only one.
    pub(super) org: Option<OrgId>,
    /// Leave to look there.
    pub(super) leave: Permit<FindPeople, Reach>,
    /// What is looked for; nothing when nobody can be looked for so.
    pub(super) query: Option<Query>,
    /// Whether the end of the ID is too short.
    pub(super) too_short: bool,
}

impl Search {
    /// Reads what stands in an address or a form.
    pub(super) async fn read(visitor: &Visitor, standing: &Standing, params: &Params) -> Result<Self, Response> {
        let text = |name| params.get(name).unwrap_or("").trim();
        let asked = PeopleSearch {
            query: text("q").to_owned(),
            school: text("school").to_owned(),
            class: text("class").to_owned(),
            kind: PersonKind::named(text("kind")),
            state: AccountState::named(text("state")),
            lacks_id: text("lacks") == PeopleSearch::SECTOR_ID,
        };
        let everywhere: Permit<FindPeople, Reach> = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
        let fault = |error| render::fault(visitor, &error);
        let (several, meant) = if asked.school.is_empty() {
            let mut some = schools::two(&visitor.sv, &everywhere).await.map_err(fault)?;
            let several = some.len() > 1;
            if several {
                some.clear();
            }
            (several, some)
        } else {
            // Whoever has one school and names another is told that there is none of that name.
            let all = schools::all(&visitor.sv, &everywhere).await.map_err(fault)?;
            (true, schools::meant(all, &asked.school))
        };
        let org = match meant.as_slice() {
            [one] => people::school(&visitor.sv, &one.code).await.map_err(fault)?,
            _ => None,
        };
        let leave = match org.filter(|_| several) {
            Some(org) => standing.under(&visitor.sv, org).await.map_err(|no| no_permit(visitor, no))?,
            None => everywhere,
        };
        let state = asked.state.and_then(|state| model::account::AccountState::named(state.name()));
        let query = Query::read(&asked.query, state).map(|query| query.among(narrow(&asked, org)));
        let unclear = several && !asked.school.is_empty() && org.is_none();
        Ok(Self {
            several,
            schools: if several { meant.into_iter().map(shown).collect() } else { Vec::new() },
            org,
            leave,
            too_short: query == Err(Unsearchable::ShortTail),
            query: query.ok().filter(|_| !unclear),
            asked,
        })
    }

    /// The grades and classes to choose from, at the one school.
    pub(super) async fn classes(
        &self,
        visitor: &Visitor,
        standing: &Standing,
    ) -> Result<Vec<(String, ClassChoice)>, Response> {
        let Some(org) = self.org else { return Ok(Vec::new()) };
        let leave = standing.under(&visitor.sv, org).await.map_err(|no| no_permit(visitor, no))?;
        let classes = people::classes(&visitor.sv, &leave).await.map_err(|error| render::fault(visitor, &error))?;
        let mut grades: Vec<i64> = classes.iter().filter_map(|(_, grade)| *grade).collect();
        grades.dedup();
        let grade = |grade: i64| (format!("{GRADE}{grade}"), ClassChoice::Grade(grade));
        let class = |(code, _): (String, _)| (code.clone(), ClassChoice::Class(code));
        Ok(grades.into_iter().map(grade).chain(classes.into_iter().map(class)).collect())
    }

    /// Leave for what is asked; what cannot be looked for is missing.
    pub(super) fn clear(self, visitor: &Visitor) -> Result<Clear, Response> {
        match self.query {
            Some(query) => Ok((self.asked, self.org, self.leave, query)),
            None => Err(refused(visitor, Denied::Missing)),
        }
    }
}

/// Classes and grades are those of one school: over many of them nobody asks for 3A.
fn narrow(asked: &PeopleSearch, org: Option<OrgId>) -> Narrow {
    let class = org.map_or("", |_| asked.class.as_str());
    let grade = class.strip_prefix(GRADE).and_then(|grade| grade.parse().ok());
    Narrow {
        kind: match asked.kind {
            Some(PersonKind::Pupil) => "student",
            Some(PersonKind::Staff) => "staff",
            Some(PersonKind::Guardian) => "guardian",
            None => "",
        }
        .to_owned(),
        class: if grade.is_some() { String::new() } else { class.to_owned() },
        grade: grade.unwrap_or_default(),
        temporary: asked.lacks_id,
    }
}

fn shown(school: schools::School) -> School {
    School { code: school.code, name: school.name }
}
