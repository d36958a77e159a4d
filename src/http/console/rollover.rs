//! P15: into the next school year. The schools, and one school's classes with its day; one class's pupils are in
//! [`super::promotions`].

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, admitted_form, no_permit, refused};
use crate::{
    admin::{
        people,
        rollover::{self, Drafted, Kept, NotScheduled, Sheet, ShownClass},
        schools,
    },
    base::{
        id::{OrgId, RolloverId},
        page::Ask,
    },
    http::{
        render,
        visitor::{Form, Visitor},
    },
    model::{self, dates, rollover::RolloverState as State, school_year::SchoolYear},
    protocol::{error::Refusal, params::Params},
    services::authority::{Denied, Permit, PlanRollover, Reach, SeePerson, Standing},
    store::rollovers::ListedRow,
    views::{
        ClassFate, Heads, Rollover, RolloverClass, RolloverLine, RolloverNow, RolloverProblem, RolloverState,
        Rollovers, School, Tally, Years,
    },
};

/// GET `/console/rollover`: the schools; the school itself, where there is only one.
pub(super) async fn page(visitor: Visitor) -> Response {
    let standing = match admitted(&visitor).await {
        Ok((_, standing)) => standing,
        Err(page) => return page,
    };
    let leave: Permit<PlanRollover, Reach> = match standing.everywhere() {
        Ok(leave) => leave,
        Err(denied) => return refused(&visitor, denied),
    };
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let typed = params.get("school").unwrap_or("").trim();
    let all = match schools::all(&visitor.sv, &leave).await {
        Ok(all) => all,
        Err(error) => return render::fault(&visitor, &error),
    };
    if let [only] = all.as_slice() {
        return match Ground::of(&visitor, &standing, &only.code).await {
            Ok(ground) => ground.show(None, "").await,
            Err(page) => page,
        };
    }
    let meant = if typed.is_empty() { Vec::new() } else { schools::meant(all, typed) };
    if let [one] = meant.as_slice() {
        return render::see_other(&visitor, &format!("/console/rollover/{}", one.code));
    }
    let listed = match rollover::list(&visitor.sv, &leave, &Ask::from_outside(params.get("after"), None)).await {
        Ok(listed) => listed,
        Err(error) => return render::fault(&visitor, &error),
    };
    let page = Rollovers {
        f: visitor.frame(false, "/console/rollover"),
        school: typed.to_owned(),
        schools: meant.into_iter().map(|school| School { code: school.code, name: school.name }).collect(),
        rows: listed.rows.into_iter().map(line).collect(),
        next: listed.next.map(|cursor| format!("/console/rollover?after={cursor}")),
    };
    render::page(&visitor, StatusCode::OK, &page)
}

pub(super) fn line(row: ListedRow) -> RolloverLine {
    RolloverLine {
        school: School { code: row.code.unwrap_or_default(), name: row.name },
        years: row.from_year.parse().map_or_else(|_| Years { from: row.from_year.clone(), to: String::new() }, years),
        state: state_of(&row.state),
        // Of a draft it is a day on which nothing was done, as its own page tells.
        on: row.switch_on.filter(|_| row.state != State::Draft.as_str()).map(|day| day.0),
    }
}

fn years(from: SchoolYear) -> Years {
    Years { from: from.to_string(), to: from.next().map(|year| year.to_string()).unwrap_or_default() }
}

/// A state of a rollover as pages show it.
pub(super) fn state_of(name: &str) -> RolloverState {
    State::named(name).map_or(RolloverState::Draft, shown_state)
}

const fn shown_state(state: State) -> RolloverState {
    match state {
        State::Draft => RolloverState::Draft,
        State::Scheduled => RolloverState::Scheduled,
        State::Running => RolloverState::Running,
        State::Done => RolloverState::Done,
        State::Undoing => RolloverState::Undoing,
        State::Undone => RolloverState::Undone,
    }
}

/// A school where somebody may plan, and the year that it leaves next.
pub(super) struct Ground<'v> {
    pub(super) visitor: &'v Visitor,
    pub(super) leave: Permit<PlanRollover, Reach>,
    /// Whom the visitor may see, wherever they are by now.
    within: Permit<SeePerson, Reach>,
    pub(super) school: School,
    org: OrgId,
    from: SchoolYear,
}

impl<'v> Ground<'v> {
    pub(super) async fn of(visitor: &'v Visitor, standing: &Standing, code: &str) -> Result<Self, Response> {
        let fault = |error| render::fault(visitor, &error);
        let org = people::school(&visitor.sv, code).await.map_err(fault)?;
        let org = org.ok_or_else(|| refused(visitor, Denied::Missing))?;
        let leave = standing.under(&visitor.sv, org).await.map_err(|no| no_permit(visitor, no))?;
        let within = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
        let found = schools::all(&visitor.sv, &leave).await.map_err(fault)?;
        // An office is no school, whatever lies below it.
        let school = found.into_iter().find(|school| school.code == code);
        let school = school.ok_or_else(|| refused(visitor, Denied::Missing))?;
        let from = rollover::year_to_leave(visitor.sv.clock.now().day());
        Ok(Self { visitor, leave, within, school: School { code: school.code, name: school.name }, org, from })
    }

    pub(super) async fn sheet(&self) -> Result<Option<Sheet>, Response> {
        let sheet = rollover::sheet(&self.visitor.sv, &self.leave, self.org, &self.from.to_string()).await;
        sheet.map_err(|error| render::fault(self.visitor, &error))
    }

    pub(super) const fn org(&self) -> OrgId {
        self.org
    }

    /// What becomes of each class; nothing before it was drafted.
    pub(super) async fn classes(&self) -> Result<Vec<RolloverClass>, Response> {
        Ok(self.sheet().await?.map(|sheet| self.shown(sheet)).unwrap_or_default())
    }

    fn shown(&self, sheet: Sheet) -> Vec<RolloverClass> {
        let counted = sheet.is_counted(self.visitor.sv.clock.now());
        sheet.classes.into_iter().map(|shown| class(shown, counted)).collect()
    }

    async fn show(&self, problem: Option<RolloverProblem>, typed: &str) -> Response {
        let sheet = match self.sheet().await {
            Ok(sheet) => sheet,
            Err(page) => return page,
        };
        let kept = match &sheet {
            Some(sheet) => rollover::kept(&self.visitor.sv, &self.within, sheet.row.id).await,
            None => Ok(Kept::default()),
        };
        let kept = match kept {
            Ok(kept) => kept,
            Err(error) => return render::fault(self.visitor, &error),
        };
        let now = self.visitor.sv.clock.now();
        let day = sheet.as_ref().and_then(|sheet| sheet.row.switch_on).map(|day| day.0);
        let page = Rollover {
            f: self.visitor.frame(problem.is_some(), &self.address("")),
            csrf: self.visitor.csrf(),
            school: self.school.clone(),
            years: years(self.from),
            state: sheet.as_ref().map(|sheet| shown_state(sheet.state)),
            on: if typed.is_empty() { self.usual_day() } else { typed.to_owned() },
            day,
            undo_until: sheet.as_ref().and_then(|sheet| sheet.row.undo_until).filter(|until| *until > now),
            kept: kept.named.into_iter().map(|(id, name)| (format!("/console/people/{id}"), name)).collect(),
            unnamed: kept.unnamed,
            classes: sheet.map(|sheet| self.shown(sheet)).unwrap_or_default(),
            problem,
        };
        let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        render::page(self.visitor, status, &page)
    }

    /// The first day of the new year, or today once that has come.
    fn usual_day(&self) -> String {
        self.from.ends().max(self.visitor.sv.clock.now().day()).strftime("%d/%m/%Y").to_string()
    }

    pub(super) fn address(&self, below: &str) -> String {
        format!("/console/rollover/{}{below}", self.school.code)
    }
}

/// A class, with those who are in it and those who have moved, where that is known.
pub(super) fn class(shown: ShownClass, counted: bool) -> RolloverClass {
    let [all, repeat, leave, other] = shown.heads();
    let pupils = counted.then_some(Heads { all, repeat, leave, other });
    let fate = match shown.fate {
        model::rollover::ClassFate::GoesOn(code) => ClassFate::GoesOn(code),
        model::rollover::ClassFate::Completes => ClassFate::Completes,
        model::rollover::ClassFate::Stays => ClassFate::Stays,
    };
    RolloverClass { id: shown.id.to_string(), code: shown.code, fate, pupils }
}

/// GET `/console/rollover/{school}`.
pub(super) async fn school(visitor: Visitor, Path(code): Path<String>) -> Response {
    let standing = match admitted(&visitor).await {
        Ok((_, standing)) => standing,
        Err(page) => return page,
    };
    match Ground::of(&visitor, &standing, &code).await {
        Ok(ground) => ground.show(None, "").await,
        Err(page) => page,
    }
}

/// POST `/console/rollover/{school}/draft`.
pub(super) async fn draft(visitor: Visitor, Path(code): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (ground, _) = match asked(&visitor, form, &code, &[]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    match rollover::draft(&visitor.sv, &ground.leave, ground.org, ground.from).await {
        Ok(Ok(Drafted::NoClasses)) => ground.show(Some(RolloverProblem::NoClasses), "").await,
        Ok(Ok(Drafted::Draft(_) | Drafted::TooLate)) => render::see_other(&visitor, &ground.address("")),
        Ok(Err(denied)) => refused(&visitor, denied),
        Err(error) => render::fault(&visitor, &error),
    }
}

/// POST `/console/rollover/{school}/schedule`. What happens at once is looked at first.
pub(super) async fn schedule(visitor: Visitor, Path(code): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (ground, params) = match asked(&visitor, form, &code, &["on", "confirmed"]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    let typed = params.get("on").unwrap_or("");
    let Ok(on) = dates::read(typed) else { return ground.show(Some(RolloverProblem::Day), typed).await };
    // A mistyped year would move the school at once.
    if on < visitor.sv.clock.now().day() {
        return ground.show(Some(RolloverProblem::Past), typed).await;
    }
    if on == visitor.sv.clock.now().day()
        && let Ok(Some(page)) | Err(page) = ground.look(typed, params.get("confirmed")).await
    {
        return page;
    }
    let id = match ground.rollover().await {
        Ok(id) => id,
        Err(page) => return page,
    };
    ground.answer(rollover::schedule(&visitor.sv, &ground.leave, id, on).await)
}

/// POST `/console/rollover/{school}/unschedule`.
pub(super) async fn unschedule(visitor: Visitor, Path(code): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (ground, id) = match found(&visitor, form, &code).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    ground.answer(rollover::unschedule(&visitor.sv, &ground.leave, id).await)
}

/// POST `/console/rollover/{school}/undo`.
pub(super) async fn undo(visitor: Visitor, Path(code): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (ground, id) = match found(&visitor, form, &code).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    ground.answer(rollover::undo(&visitor.sv, &ground.leave, id).await)
}

pub(super) async fn asked<'v>(
    visitor: &'v Visitor,
    form: Result<Form, Refusal>,
    code: &str,
    fields: &[&str],
) -> Result<(Ground<'v>, Params), Response> {
    let (standing, params) = admitted_form(visitor, form, fields).await?;
    Ok((Ground::of(visitor, &standing, code).await?, params))
}

async fn found<'v>(
    visitor: &'v Visitor,
    form: Result<Form, Refusal>,
    code: &str,
) -> Result<(Ground<'v>, RolloverId), Response> {
    let (ground, _) = asked(visitor, form, code, &[]).await?;
    let id = ground.rollover().await?;
    Ok((ground, id))
}

impl Ground<'_> {
    async fn rollover(&self) -> Result<RolloverId, Response> {
        let sheet = self.sheet().await?;
        sheet.map(|sheet| sheet.row.id).ok_or_else(|| refused(self.visitor, Denied::Missing))
    }

    /// What would be done today, to be confirmed; nothing where it is what was seen.
    async fn look(&self, typed: &str, seen: Option<&str>) -> Result<Option<Response>, Response> {
        let sheet = self.sheet().await?.ok_or_else(|| refused(self.visitor, Denied::Missing))?;
        let open = sheet.state.is_open();
        let Some(tally) = Tally::of(&self.shown(sheet)).filter(|_| open) else {
            return Ok(Some(render::see_other(self.visitor, &self.address(""))));
        };
        if seen == Some(&tally.text()) {
            return Ok(None);
        }
        let page = RolloverNow {
            f: self.visitor.frame(false, &self.address("")),
            csrf: self.visitor.csrf(),
            school: self.school.clone(),
            years: years(self.from),
            on: typed.to_owned(),
            tally,
        };
        Ok(Some(render::page(self.visitor, StatusCode::OK, &page)))
    }

    fn answer(&self, outcome: Result<(), NotScheduled>) -> Response {
        match outcome {
            // How far it has come stands on the page.
            Ok(()) | Err(NotScheduled::TooLate) => render::see_other(self.visitor, &self.address("")),
            Err(NotScheduled::Denied(denied)) => refused(self.visitor, denied),
            Err(NotScheduled::Store(error)) => render::fault(self.visitor, &error),
        }
    }
}
