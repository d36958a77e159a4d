//! A school's step from one year to the next: drafted, scheduled for a day, done in the background, taken back. What becomes
//! of classes and pupils is in [`super::promotions`].

use axum::{
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::{By, RolloverWrite},
    given::{Body, Day, Name, Nothing, Paging, Query},
    problem::{Kind, Problem},
    promotions::Class,
    schools,
    told::{self, Listed},
};
use crate::{
    admin::{
        rollover::{self, Drafted, Kept, NotScheduled, Sheet},
        schools as known,
    },
    base::id::{OrgId, PersonId, RolloverId},
    model::school_year::SchoolYear,
    services::authority::{Denied, FindPeople, Permit, PlanRollover, Reach},
    store::rollovers::ListedRow,
};

/// A school's step in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RolloverListed {
    /// The school's code.
    school: Option<String>,
    /// The school's name.
    name: String,
    /// The year that it leaves: 2026-2027.
    from_year: String,
    /// `draft`, `scheduled`, `running`, `done`, `undoing` or `undone`.
    state: String,
    /// The day on which it is done; of a draft, the day on which it was not: whoever scheduled it might not any more.
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<jiff::civil::Date>,
}

/// List the steps of the caller's schools, the latest first
#[utoipa::path(get, path = "/api/v1/rollovers", operation_id = "listRollovers", tag = "Rollovers", params(Paging),
    responses((status = 200, body = Listed<RolloverListed>)), security(("oauth2" = ["rollover:write"])))]
pub(super) async fn list(by: By<RolloverWrite>, here: Uri, Query(paging): Query<Paging>) -> Result<Response, Problem> {
    let leave: Permit<PlanRollover, Reach> = by.standing.everywhere()?;
    let ask = paging.ask::<RolloverId>()?;
    let listed = rollover::list(&by.sv, &leave, &ask).await?;
    let shown = |row: ListedRow| RolloverListed {
        school: row.code,
        name: row.name,
        from_year: row.from_year,
        state: row.state,
        on: row.switch_on.map(|day| day.0),
    };
    Ok(told::page(&by, &here, listed, shown))
}

/// A school's step: how far it has come, and what becomes of each class.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Rollover {
    /// The school's code.
    school: String,
    /// The year that it leaves: 2026-2027.
    from_year: String,
    /// `draft`, `scheduled`, `running`, `done`, `undoing` or `undone`; not there before it was drafted.
    state: Option<&'static str>,
    /// The day on which it is done; of a draft, the day on which it was not: whoever scheduled it might not any more.
    #[schema(value_type = Option<String>, format = Date)]
    on: Option<jiff::civil::Date>,
    /// Until when it can be taken back.
    #[schema(format = DateTime)]
    undo_until: Option<String>,
    /// How many of its classes have moved.
    classes_done: usize,
    /// What becomes of each class.
    classes: Vec<Class>,
    /// Those to whom something had happened when it was taken back, whom the caller may see: the first 200.
    kept: Vec<KeptPupil>,
    /// How many others there are: at another school by now, or beyond the 200.
    kept_unnamed: u64,
}

/// Somebody who stayed as they were when a step was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct KeptPupil {
    /// Who.
    #[schema(value_type = uuid::Uuid)]
    person: PersonId,
    /// The name.
    name: String,
}

/// See a school's step out of the year that it leaves next
#[utoipa::path(get, path = "/api/v1/rollovers/{school}", operation_id = "readRollover", tag = "Rollovers",
    params(("school" = String, Path, description = "The school's code (mã trường)")),
    responses((status = 200, body = Rollover)), security(("oauth2" = ["rollover:write"])))]
pub(super) async fn one(by: By<RolloverWrite>, Name(code): Name) -> Result<Response, Problem> {
    let ground = Ground::of(&by, &code).await?;
    let sheet = ground.sheet(&by).await?;
    let kept = match &sheet {
        Some(sheet) => rollover::kept(&by.sv, &by.standing.everywhere()?, sheet.row.id).await?,
        None => Kept::default(),
    };
    Ok(told::now(&by, &shown(&by, (code, ground.from), sheet, kept)))
}

fn shown(by: &By<RolloverWrite>, (school, from): (String, SchoolYear), sheet: Option<Sheet>, kept: Kept) -> Rollover {
    let now = by.sv.clock.now();
    let row = sheet.as_ref().map(|sheet| &sheet.row);
    Rollover {
        school,
        from_year: from.to_string(),
        state: sheet.as_ref().map(|sheet| sheet.state.as_str()),
        on: row.and_then(|row| row.switch_on).map(|day| day.0),
        undo_until: row.and_then(|row| row.undo_until).filter(|until| *until > now).map(told::when),
        classes_done: sheet.iter().flat_map(|sheet| &sheet.classes).filter(|class| class.done).count(),
        kept: kept.named.into_iter().map(|(person, name)| KeptPupil { person, name }).collect(),
        kept_unnamed: kept.unnamed,
        classes: sheet.into_iter().flat_map(|sheet| sheet.classes).map(Class::of).collect(),
    }
}

/// A school where the caller may plan, and the year that it leaves next.
pub(super) struct Ground {
    pub(super) leave: Permit<PlanRollover, Reach>,
    org: OrgId,
    from: SchoolYear,
}

impl Ground {
    pub(super) async fn of(by: &By<RolloverWrite>, code: &str) -> Result<Self, Problem> {
        let org = schools::org(by, code).await?;
        let leave = by.standing.under(&by.sv, org).await?;
        let within: Permit<FindPeople, Reach> = by.standing.under(&by.sv, org).await?;
        // An office is no school, whatever lies below it.
        if !known::all(&by.sv, &within).await?.iter().any(|school| school.code == code) {
            return Err(Denied::Missing.into());
        }
        Ok(Self { leave, org, from: rollover::year_to_leave(by.sv.clock.now().day()) })
    }

    async fn sheet(&self, by: &By<RolloverWrite>) -> Result<Option<Sheet>, Problem> {
        Ok(rollover::sheet(&by.sv, &self.leave, self.org, &self.from.to_string()).await?)
    }

    /// What was drafted.
    pub(super) async fn drafted(&self, by: &By<RolloverWrite>) -> Result<Sheet, Problem> {
        Ok(self.sheet(by).await?.ok_or(Denied::Missing)?)
    }
}

/// How many classes were not in the draft before.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Added {
    /// So many.
    added: u64,
}

/// Draft a school's step
///
/// As names and grades of its classes tell. Drafted before, classes that have come since are added, and nothing that was
/// said is lost.
#[utoipa::path(post, path = "/api/v1/rollovers/{school}/draft", operation_id = "draftRollover", tag = "Rollovers",
    params(("school" = String, Path, description = "The school's code (mã trường)")),
    responses((status = 200, body = Added)), security(("oauth2" = ["rollover:write"])))]
pub(super) async fn draft(by: By<RolloverWrite>, Name(code): Name, _: Nothing) -> Result<Response, Problem> {
    let ground = Ground::of(&by, &code).await?;
    match rollover::draft(&by.sv, &ground.leave, ground.org, ground.from).await?? {
        Drafted::Draft(added) => Ok(told::done(StatusCode::OK, &Added { added })),
        Drafted::NoClasses => Err(Problem::because(Kind::Conflict, "problem-no-classes")),
        Drafted::TooLate => Err(Problem::because(Kind::Conflict, "problem-rollover-late")),
    }
}

/// The day of a step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Scheduling {
    /// The day on which it is done; one that has passed is today.
    #[schema(value_type = String, format = Date)]
    on: Day,
}

/// Let a school's step be done on a day
///
/// In the background, by who is in the classes then; for seven days it can be taken back. When the day has come, it is asked
/// whether the caller may still have it done; if not, it is a draft again.
#[utoipa::path(post, path = "/api/v1/rollovers/{school}/schedule", operation_id = "scheduleRollover", tag = "Rollovers",
    params(("school" = String, Path, description = "The school's code (mã trường)")), request_body = Scheduling,
    responses((status = 204, description = "It waits for its day")), security(("oauth2" = ["rollover:write"])))]
pub(super) async fn schedule(
    by: By<RolloverWrite>,
    Name(code): Name,
    Body(asked): Body<Scheduling>,
) -> Result<Response, Problem> {
    let ground = Ground::of(&by, &code).await?;
    let id = ground.drafted(&by).await?.row.id;
    rollover::schedule(&by.sv, &ground.leave, id, asked.on.0).await?;
    Ok(told::nothing())
}

/// Let a school's step wait for no day any more
#[utoipa::path(post, path = "/api/v1/rollovers/{school}/unschedule", operation_id = "unscheduleRollover", tag = "Rollovers",
    params(("school" = String, Path, description = "The school's code (mã trường)")),
    responses((status = 204, description = "It is a draft again")), security(("oauth2" = ["rollover:write"])))]
pub(super) async fn unschedule(by: By<RolloverWrite>, Name(code): Name, _: Nothing) -> Result<Response, Problem> {
    let ground = Ground::of(&by, &code).await?;
    let id = ground.drafted(&by).await?.row.id;
    rollover::unschedule(&by.sv, &ground.leave, id).await?;
    Ok(told::nothing())
}

/// Take a school's step back
///
/// For seven days: whoever nothing has happened to since is again where they were.
#[utoipa::path(post, path = "/api/v1/rollovers/{school}/undo", operation_id = "undoRollover", tag = "Rollovers",
    params(("school" = String, Path, description = "The school's code (mã trường)")),
    responses((status = 202, description = "It is taken back from now on")), security(("oauth2" = ["rollover:write"])))]
pub(super) async fn undo(by: By<RolloverWrite>, Name(code): Name, _: Nothing) -> Result<Response, Problem> {
    let ground = Ground::of(&by, &code).await?;
    let id = ground.drafted(&by).await?.row.id;
    rollover::undo(&by.sv, &ground.leave, id).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

impl From<NotScheduled> for Problem {
    fn from(no: NotScheduled) -> Self {
        match no {
            NotScheduled::TooLate => Self::because(Kind::Conflict, "problem-rollover-late"),
            NotScheduled::Denied(denied) => denied.into(),
            NotScheduled::Store(error) => error.into(),
        }
    }
}
