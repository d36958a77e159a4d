//! P11: the class of a teacher, on the phone. Whoever teaches none finds nothing here (R38).

use axum::{http::StatusCode, response::Response};

use super::{
    badges,
    console::table,
    render,
    sheets::{self, Printed},
    visitor::{Form, Visitor},
};
use crate::{
    admin::{
        accounts::{self, Issued, NotDone},
        classroom,
    },
    base::{
        id::{ClassId, PersonId},
        secret::Token,
    },
    protocol::{error::Refusal, params::Params},
    services::authority::{Denied, Group, NoPermit, Permit, SeeClass, Standing},
    slips::{self, Whom},
    store::classroom::{OwnClassRow, PupilRow},
    views::{AccountState, Class, OwnClass, Pupil, PupilCode},
};

/// GET `/class`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let lesson = match Lesson::of(&visitor, params.get("id")).await {
        Ok(lesson) => lesson,
        Err(page) => return page,
    };
    let done = match params.get("done") {
        Some("nobody") => Some("slips-nobody"),
        Some("voided") => Some("class-badge-voided"),
        _ => None,
    };
    show(&visitor, lesson, done).await
}

/// A teacher in front of one of their classes.
struct Lesson {
    standing: Standing,
    leave: Permit<SeeClass, Group>,
    classes: Vec<OwnClassRow>,
    class: OwnClassRow,
}

impl Lesson {
    /// With the class that is named, or the first of theirs.
    async fn of(visitor: &Visitor, named: Option<&str>) -> Result<Self, Response> {
        let session = visitor.signed_in()?.clone();
        let sv = &visitor.sv;
        let classes = classroom::own(sv, session.person_id).await.map_err(|error| render::fault(visitor, &error))?;
        let id = named.and_then(|id| id.parse::<ClassId>().ok());
        let class = match named {
            None => classes.first(),
            Some(_) => classes.iter().find(|class| Some(class.id) == id),
        };
        let class = class.cloned().ok_or_else(|| render::missing(visitor))?;
        let standing = Standing::of(sv, &session).await.map_err(|error| render::fault(visitor, &error))?;
        let leave = standing.with_group(sv, Group::Class(class.id)).await.map_err(|no| no_permit(visitor, no))?;
        Ok(Self { standing, leave, classes, class })
    }

    async fn from_form(
        visitor: &Visitor,
        form: Result<Form, Refusal>,
        fields: &[&str],
    ) -> Result<(Self, Params), Response> {
        visitor.signed_in()?;
        let params = visitor.read(form, fields)?;
        Ok((Self::of(visitor, Some(params.get("class").unwrap_or(""))).await?, params))
    }

    fn address(&self) -> String {
        format!("/class?id={}", self.class.id)
    }
}

fn no_permit(visitor: &Visitor, no: NoPermit) -> Response {
    match no {
        NoPermit::Denied(denied) => refused(visitor, denied),
        NoPermit::Store(error) => render::fault(visitor, &error),
    }
}

fn refused(visitor: &Visitor, denied: Denied) -> Response {
    if denied == Denied::Missing { render::missing(visitor) } else { render::not_allowed(visitor, "op-error-role") }
}

async fn show(visitor: &Visitor, lesson: Lesson, done: Option<&'static str>) -> Response {
    let pupils = match classroom::pupils(&visitor.sv, &lesson.leave).await {
        Ok(pupils) => pupils,
        Err(error) => return render::fault(visitor, &error),
    };
    let here = lesson.address();
    let other = |class: &OwnClassRow| OwnClass {
        id: class.id.to_string(),
        code: class.code.clone(),
        school: class.school.clone(),
        current: class.id == lesson.class.id,
    };
    let page = Class {
        f: visitor.frame(false, &here),
        csrf: visitor.csrf(),
        form: Token::random(&visitor.sv.entropy).expose().to_owned(),
        id: lesson.class.id.to_string(),
        code: lesson.class.code.clone(),
        place: format!("{} · {}", lesson.class.school, lesson.class.year),
        classes: lesson.classes.iter().map(other).collect(),
        homeroom: lesson.class.homeroom,
        pupils: pupils.iter().map(pupil).collect(),
        done,
    };
    render::page(visitor, StatusCode::OK, &page)
}

/// GET `/class/export`: the class's list as a workbook.
pub(super) async fn export(visitor: Visitor) -> Response {
    match take(&visitor).await {
        Ok(file) | Err(file) => file,
    }
}

async fn take(visitor: &Visitor) -> Result<Response, Response> {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let Lesson { leave, class, .. } = Lesson::of(visitor, params.get("id")).await?;
    let fault = |error| render::fault(visitor, &error);
    classroom::note_taken(&visitor.sv, &leave).await.map_err(fault)?;
    let t = visitor.locale.texts();
    let rows =
        (1..).zip(classroom::pupils(&visitor.sv, &leave).await.map_err(fault)?).map(|(number, row): (u32, _)| {
            let Pupil { name, sector_id, state, badge, .. } = pupil(&row);
            let badge = if badge { t.say("class-badge").into_owned() } else { String::new() };
            vec![number.to_string(), name, sector_id, t.say(state.key()).into_owned(), badge]
        });
    let titles = ["class-number", "function-pupil", "account-id", "transfer-state", "class-badge"];
    let file = sheets::file_name("lop", &[&class.code]);
    table::of(visitor, ("people-class", &titles), rows.collect(), &file).await
}

fn pupil(row: &PupilRow) -> Pupil {
    Pupil {
        person: row.person_id.to_string(),
        name: row.full_name.clone(),
        sector_id: row.sector_id.clone().unwrap_or_default(),
        state: AccountState::named(row.state.as_str()).unwrap_or(AccountState::Provisional),
        may_have_code: row.state.issue_code().is_ok(),
        badge: row.badge,
    }
}

/// POST `/class/code`: a code for one pupil, told here and nowhere again (R41).
pub(super) async fn issue_code(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (lesson, params) = match Lesson::from_form(&visitor, form, &["class", "person", "form"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let person = params.get("person").and_then(|id| id.parse::<PersonId>().ok());
    let pupils = match classroom::pupils(&visitor.sv, &lesson.leave).await {
        Ok(pupils) => pupils,
        Err(error) => return render::fault(&visitor, &error),
    };
    let Some(pupil) = pupils.into_iter().find(|pupil| Some(pupil.person_id) == person) else {
        return render::missing(&visitor);
    };
    let Some(form) = params.get("form").map(Token::presented) else { return render::forged(&visitor) };
    let leave = match lesson.standing.over(&visitor.sv, pupil.person_id).await {
        Ok(leave) => leave,
        Err(no) => return no_permit(&visitor, no),
    };
    match accounts::issue_code(&visitor.sv, &leave, &form).await {
        Ok(issued) => code_page(&visitor, &lesson, pupil, &issued),
        Err(NotDone::Store(error)) => render::fault(&visitor, &error),
        Err(NotDone::Denied(denied)) => refused(&visitor, denied),
        Err(NotDone::Step(_) | NotDone::Reason | NotDone::Used) => render::nothing_done(&visitor),
    }
}

fn code_page(visitor: &Visitor, lesson: &Lesson, pupil: PupilRow, issued: &Issued) -> Response {
    let page = PupilCode {
        f: visitor.frame(false, &lesson.address()),
        back: lesson.address(),
        name: pupil.full_name,
        place: format!("{} · {}", lesson.class.code, lesson.class.school),
        sector_id: pupil.sector_id.unwrap_or_default(),
        code: issued.code.to_string(),
        expires: issued.until,
        site: visitor.sv.settings.issuer.clone(),
    };
    render::page(visitor, StatusCode::OK, &page)
}

/// POST `/class/slips`: slips for the class, as a download.
pub(super) async fn print(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (lesson, params) = match Lesson::from_form(&visitor, form, &["class", "whom", "form"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let whom = match params.get("whom") {
        Some("everybody") => Whom::Everybody,
        _ => Whom::Newcomers,
    };
    let Some(form) = params.get("form").map(Token::presented) else { return render::forged(&visitor) };
    let leave = match lesson.standing.with_group(&visitor.sv, Group::Class(lesson.class.id)).await {
        Ok(leave) => leave,
        Err(NoPermit::Denied(denied)) => return not_printed(&visitor, &lesson, denied),
        Err(no) => return no_permit(&visitor, no),
    };
    match sheets::print(&visitor, &leave, (whom, form), &sheets::file_name("phieu", &[&lesson.class.code])).await {
        Printed::Answer(response) => response,
        Printed::Denied(denied) => not_printed(&visitor, &lesson, denied),
        Printed::Nobody => render::see_other(&visitor, &format!("{}&done=nobody", lesson.address())),
    }
}

/// POST `/class/badges`: badges for the class, or for one pupil of it; those that they had end.
pub(super) async fn print_badges(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (lesson, params) = match Lesson::from_form(&visitor, form, &["class", "pupil"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let only = match params.get("pupil").filter(|id| !id.is_empty()).map(str::parse::<PersonId>) {
        Some(Err(_)) => return render::missing(&visitor),
        only => only.and_then(Result::ok).map(|pupil| vec![pupil]),
    };
    let leave = match lesson.standing.with_group(&visitor.sv, Group::Class(lesson.class.id)).await {
        Ok(leave) => leave,
        Err(NoPermit::Denied(denied)) => return not_printed(&visitor, &lesson, denied),
        Err(no) => return no_permit(&visitor, no),
    };
    match badges::print(&visitor, &leave, only, &sheets::file_name("the", &[&lesson.class.code])).await {
        Printed::Answer(response) => response,
        Printed::Denied(denied) => not_printed(&visitor, &lesson, denied),
        Printed::Nobody => render::see_other(&visitor, &format!("{}&done=nobody", lesson.address())),
    }
}

/// POST `/class/badge/void`: a pupil's badge, lost or lent, is worth nothing from now on.
pub(super) async fn void_badge(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (lesson, params) = match Lesson::from_form(&visitor, form, &["class", "pupil"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let pupils = match classroom::pupils(&visitor.sv, &lesson.leave).await {
        Ok(pupils) => pupils,
        Err(error) => return render::fault(&visitor, &error),
    };
    let person = params.get("pupil").and_then(|id| id.parse::<PersonId>().ok());
    let Some(pupil) = pupils.iter().find(|pupil| Some(pupil.person_id) == person) else {
        return render::missing(&visitor);
    };
    let leave = match lesson.standing.over(&visitor.sv, pupil.person_id).await {
        Ok(leave) => leave,
        Err(no) => return no_permit(&visitor, no),
    };
    match slips::void_badge(&visitor.sv, &leave).await {
        // Pressed twice: it is as it was asked.
        Ok(Ok(_)) => render::see_other(&visitor, &format!("{}&done=voided", lesson.address())),
        Ok(Err(denied)) => refused(&visitor, denied),
        Err(error) => render::fault(&visitor, &error),
    }
}

/// They see the class, since they teach it: that only its homeroom teacher prints for it is no secret.
fn not_printed(visitor: &Visitor, lesson: &Lesson, denied: Denied) -> Response {
    match denied {
        Denied::Stale => super::login::again(visitor, &lesson.address()),
        _ => render::not_allowed(visitor, "class-not-homeroom"),
    }
}
