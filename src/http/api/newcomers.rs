//! One newcomer, enrolled by a program: as in the console, by a list of one row, which is looked over and written as every
//! other import.

use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ENROLMENTS,
    caller::{By, ImportsWrite},
    given::{Day, Partly},
    once,
    person::{Sex, field_of_person},
    problem::{Kind, Problem},
    sending::{Sent, end, leave_for},
};
use crate::{
    admin::{
        enrolment::{self, Mistake, NotEnrolled, Typed},
        schools,
    },
    base::digest::Digest,
    i18n::Locale,
    model::sex,
    services::authority::{ImportPeople, Permit, Reach},
};

/// Somebody who comes to a school. What is not known is not given.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Newcomer {
    /// The code of the school.
    #[schema(required = true, value_type = String, min_length = 1, max_length = 64)]
    school: Option<String>,
    /// As what they come.
    #[schema(required = true, inline, value_type = Comes)]
    kind: Option<Comes>,
    /// The full name, family name first.
    #[schema(required = true, value_type = String, min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Day of birth; of staff it may lack where the sector ID is given.
    #[schema(value_type = Option<String>, format = Date)]
    born: Option<Day>,
    /// Sex.
    #[schema(inline)]
    sex: Option<Sex>,
    /// A pupil's class: 3A.
    class: Option<String>,
    /// What a member of staff is.
    #[schema(inline)]
    position: Option<Position>,
    /// The sector ID (mã định danh ngành), where there is one already.
    sector_id: Option<String>,
}

/// As what somebody comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Comes {
    /// A pupil.
    Pupil,
    /// To work there.
    Staff,
}

/// What a member of staff is.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Position {
    /// *Giáo viên.*
    Teacher,
    /// *Phó hiệu trưởng.*
    VicePrincipal,
    /// *Hiệu trưởng.*
    Principal,
    /// *Nhân viên.*
    Staff,
}

impl Position {
    const fn as_typed(self) -> &'static str {
        match self {
            Self::Teacher => "teacher",
            Self::VicePrincipal => "vice-principal",
            Self::Principal => "principal",
            Self::Staff => "staff",
        }
    }
}

impl Newcomer {
    fn typed(&self) -> Typed {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Typed {
            staff: self.kind == Some(Comes::Staff),
            name: text(&self.name),
            born: self.born.map(|Day(day)| day.to_string()).unwrap_or_default(),
            sex: self.sex.map(|sex| sex::Sex::from(sex).as_str().to_owned()).unwrap_or_default(),
            class: text(&self.class),
            position: self.position.map(Position::as_typed).unwrap_or_default().to_owned(),
            sector_id: text(&self.sector_id),
        }
    }

    /// What one kind of newcomer has and the other has not: given all the same, it would be dropped unsaid.
    fn idle(&self) -> Option<Problem> {
        match self.kind {
            None => Some(Problem::field("/kind", "unread-missing")),
            Some(Comes::Pupil) => self.position.map(|_| Problem::field("/position", "problem-position-of-pupil")),
            Some(Comes::Staff) => self.class.as_ref().map(|_| Problem::field("/class", "problem-class-of-staff")),
        }
    }
}

/// Enrol one person
///
/// It makes an import of one row, which is read, corrected, let be written and taken back as every other (`readImport`,
/// `commitImport`): only there it shows whether somebody knows the person already.
#[utoipa::path(post, path = "/api/v1/people", operation_id = "enrolPerson", tag = "People", request_body = Newcomer,
    responses((status = 201, body = Sent, headers(("location" = String, description = "Where to look at the import")))),
    security(("oauth2" = ["imports:write"])))]
pub(super) async fn enrol(by: By<ImportsWrite>, Partly(asked, unread): Partly<Newcomer>) -> Result<Response, Problem> {
    let typed = asked.typed();
    let request = Digest::of(&serde_json::to_vec(&(ENROLMENTS, &asked.school, &typed)).unwrap_or_default());
    if unread.is_none()
        && let Some(before) = once::find(&by.sv, by.keyed).await?
    {
        return once::as_before(&by.sv, before, request);
    }
    let read = typed.read(by.sv.clock.now().day());
    let read = read.map_err(|mistakes| {
        // Whether there has to be a class, the kind would tell.
        let known = |mistake: &Mistake| asked.kind.is_some() || *mistake != Mistake::Class;
        Problem::fields(mistakes.into_iter().filter(known).map(field))
    });
    match (unread, asked.idle(), leave(&by, asked.school.as_deref()).await, read) {
        (None, None, Ok(leave), Ok(newcomer)) => {
            let list = enrolment::bring(&by.sv, leave, &newcomer, by.locale == Locale::En).await?;
            end(&by, list, request).await
        }
        (unread, idle, leave, read) => {
            let wrong = [unread, leave.err(), idle, read.err()].into_iter().flatten().reduce(Problem::and);
            Err(wrong.unwrap_or_else(|| Kind::BadFields.into()))
        }
    }
}

/// A commune has many schools, and one row names none.
async fn leave(by: &By<ImportsWrite>, code: Option<&str>) -> Result<Permit<ImportPeople, Reach>, Problem> {
    let Some(code) = code.map(str::trim) else { return Err(Problem::field("/school", "unread-missing")) };
    let everywhere: Permit<ImportPeople, Reach> = by.standing.everywhere()?;
    if !schools::all(&by.sv, &everywhere).await?.iter().any(|school| school.code == code) {
        return Err(Problem::field("/school", "problem-no-school"));
    }
    leave_for(by, code).await
}

const fn field(mistake: Mistake) -> (&'static str, &'static str) {
    match mistake {
        Mistake::Person(mistake) => field_of_person(mistake),
        Mistake::Class => ("/class", "problem-class"),
        Mistake::SectorId => ("/sector_id", "problem-sector-id"),
    }
}

impl From<NotEnrolled> for Problem {
    fn from(no: NotEnrolled) -> Self {
        match no {
            NotEnrolled::TooManyOpen => Self::because(Kind::Conflict, "import-too-many-open"),
            NotEnrolled::Denied(denied) => denied.into(),
            NotEnrolled::Store(error) => error.into(),
        }
    }
}
