//! P15, one class of a school's step: what becomes of it, and of each pupil.

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{
    admitted, refused,
    rollover::{Ground, asked, class},
};
use crate::{
    admin::rollover::{self, NotMarked, Sheet, ShownClass},
    base::id::ClassId,
    http::{
        render,
        visitor::{Form, Visitor},
    },
    model::{
        class_code::ClassOrder,
        rollover::{ClassFate, Mark},
    },
    protocol::error::Refusal,
    services::authority::Denied,
    views::{PupilMark, RolloverClassPage, RolloverClassProblem, RolloverPupil},
};

impl Ground<'_> {
    /// A class of the school's draft, and the names of next year's classes.
    async fn class(&self, id: &str) -> Result<(Sheet, ShownClass), Response> {
        let missing = || refused(self.visitor, Denied::Missing);
        let sheet = self.sheet().await?.ok_or_else(missing)?;
        let id: ClassId = id.parse().map_err(|_| missing())?;
        let class = sheet.classes.iter().find(|class| class.id == id).cloned().ok_or_else(missing)?;
        Ok((sheet, class))
    }

    /// The same with its pupils, and what becomes of each.
    pub(super) async fn pupils(&self, id: &str) -> Result<(Sheet, ShownClass, Vec<RolloverPupil>), Response> {
        let (sheet, class) = self.class(id).await?;
        let pupils = rollover::class(&self.visitor.sv, &self.leave, sheet.row.id, class.id).await;
        let pupils = pupils.map_err(|error| render::fault(self.visitor, &error))?;
        Ok((sheet, class, pupils.into_iter().map(pupil).collect()))
    }

    async fn show_class(&self, id: &str, problem: Option<RolloverClassProblem>) -> Result<Response, Response> {
        let (sheet, shown, pupils) = self.pupils(id).await?;
        let codes = sheet.classes.iter().filter_map(|class| class.fate.code());
        let codes = codes.chain(sheet.there.iter().map(String::as_str));
        let mut others: Vec<_> = codes.filter(|code| Some(*code) != shown.fate.code()).map(str::to_owned).collect();
        others.sort_by_cached_key(|code| ClassOrder::of(code));
        others.dedup();
        let page = RolloverClassPage {
            f: self.visitor.frame(problem.is_some(), &self.address(&format!("/{}", shown.id))),
            csrf: self.visitor.csrf(),
            school: self.school.clone(),
            class: class(shown),
            open: sheet.state.is_open(),
            others,
            pupils,
            problem,
        };
        let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Ok(render::page(self.visitor, status, &page))
    }

    async fn marked(&self, id: &str, outcome: Result<(), NotMarked>) -> Response {
        let back = self.address(&format!("/{id}"));
        let problem = match outcome {
            Err(NotMarked::Name) => RolloverClassProblem::Name,
            Err(NotMarked::NoSuchClass) => RolloverClassProblem::NoClass,
            Err(NotMarked::Awaited) => RolloverClassProblem::Awaited,
            Ok(()) | Err(NotMarked::TooLate) => return render::see_other(self.visitor, &back),
            Err(NotMarked::Denied(denied)) => return refused(self.visitor, denied),
            Err(NotMarked::Store(error)) => return render::fault(self.visitor, &error),
        };
        self.show_class(id, Some(problem)).await.unwrap_or_else(|page| page)
    }
}

fn pupil(shown: rollover::ShownPupil) -> RolloverPupil {
    let mark = shown.mark.map(|mark| match mark {
        Mark::Repeats(_) => PupilMark::Repeats,
        Mark::Leaves => PupilMark::Leaves,
        Mark::Joins(code) => PupilMark::Joins(code),
    });
    RolloverPupil { id: shown.id.to_string(), name: shown.name, sector_id: shown.sector_id, mark }
}

/// GET `/console/rollover/{school}/{class}`.
pub(super) async fn class_page(visitor: Visitor, Path((code, id)): Path<(String, String)>) -> Response {
    let standing = match admitted(&visitor).await {
        Ok((_, standing)) => standing,
        Err(page) => return page,
    };
    match Ground::of(&visitor, &standing, &code).await {
        Ok(ground) => ground.show_class(&id, None).await.unwrap_or_else(|page| page),
        Err(page) => page,
    }
}

/// POST `/console/rollover/{school}/{class}/fate`.
pub(super) async fn set_fate(
    visitor: Visitor,
    Path((code, id)): Path<(String, String)>,
    form: Result<Form, Refusal>,
) -> Response {
    let (ground, params) = match asked(&visitor, form, &code, &["fate", "next"]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    let (sheet, shown) = match ground.class(&id).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let fate = match params.get("fate") {
        Some("completes") => ClassFate::Completes,
        Some("stays") => ClassFate::Stays,
        _ => ClassFate::GoesOn(params.get("next").unwrap_or("").to_owned()),
    };
    let outcome = rollover::set_class(&visitor.sv, &ground.leave, (sheet.row.id, shown.id), fate).await;
    ground.marked(&id, outcome).await
}

/// POST `/console/rollover/{school}/{class}/pupil`.
pub(super) async fn set_pupil(
    visitor: Visitor,
    Path((code, id)): Path<(String, String)>,
    form: Result<Form, Refusal>,
) -> Response {
    let (ground, params) = match asked(&visitor, form, &code, &["person", "to"]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    let (sheet, shown) = match ground.class(&id).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let Some(person) = params.get("person").and_then(|person| person.parse().ok()) else {
        return refused(&visitor, Denied::Missing);
    };
    let mark = match params.get("to").unwrap_or("") {
        "repeats" => Some(Mark::Repeats(shown.code.clone())),
        "leaves" => Some(Mark::Leaves),
        other => other.strip_prefix("joins ").map(|code| Mark::Joins(code.to_owned())),
    };
    let outcome = rollover::mark(&visitor.sv, &ground.leave, sheet.row.id, (shown.id, person), mark).await;
    ground.marked(&id, outcome).await
}
