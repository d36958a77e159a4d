//! Opening a school, and closing one where nobody is any more.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    caller::{By, SchoolsWrite},
    given::{Body, Name},
    problem::{Kind, Problem},
    schools, told,
};
use crate::{
    admin::founding::{self, Mistake, NotClosed, NotFounded, Typed},
    model::level::Level,
    services::authority::{CloseSchool, FoundSchool, Permit, Reach, Sector},
};

/// A school to be opened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewSchool {
    /// Its code (mã trường); a code that a closed school had is never given again.
    #[schema(example = "31303409")]
    code: String,
    /// Its name.
    #[schema(example = "Trường Tiểu học Kim Đồng")]
    name: String,
    /// What it teaches.
    #[schema(min_items = 1)]
    levels: Vec<LevelName>,
    /// The commune that it belongs to; wanted where a preschool, primary or lower secondary level is taught.
    commune: Option<String>,
}

/// A level, as sector files name it.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
enum LevelName {
    /// Preschool.
    #[serde(rename = "MN")]
    Preschool,
    /// Primary.
    #[serde(rename = "TH")]
    Primary,
    /// Lower secondary.
    #[serde(rename = "THCS")]
    LowerSecondary,
    /// Upper secondary.
    #[serde(rename = "THPT")]
    UpperSecondary,
    /// Continuing education.
    #[serde(rename = "GDTX")]
    Continuing,
}

impl From<LevelName> for Level {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::Preschool => Self::Preschool,
            LevelName::Primary => Self::Primary,
            LevelName::LowerSecondary => Self::LowerSecondary,
            LevelName::UpperSecondary => Self::UpperSecondary,
            LevelName::Continuing => Self::Continuing,
        }
    }
}

/// A school that is open.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Opened {
    /// Its code.
    code: String,
}

/// Open a school
///
/// Asked for twice, it is opened once.
#[utoipa::path(post, path = "/api/v1/schools", operation_id = "openSchool", tag = "Schools", request_body = NewSchool,
    responses((status = 201, body = Opened)), security(("oauth2" = ["schools:write"])))]
pub(super) async fn open(by: By<SchoolsWrite>, Body(asked): Body<NewSchool>) -> Result<Response, Problem> {
    let leave: Permit<FoundSchool, Sector> = by.standing.with_the_sector(&by.sv).map_err(|denied| by.no(denied))?;
    let typed = Typed {
        code: asked.code,
        name: asked.name,
        levels: asked.levels.into_iter().map(Level::from).collect(),
        commune: asked.commune.unwrap_or_default(),
    };
    let code = founding::found(&by.sv, &leave, &typed).await.map_err(|no| match no {
        NotFounded::Mistakes(mistakes) => Problem::fields(mistakes.into_iter().map(mistake)),
        NotFounded::Denied(denied) => denied.into(),
        NotFounded::Store(error) => error.into(),
    })?;
    let location = [(header::LOCATION, format!("/api/v1/schools/{code}"))];
    Ok((StatusCode::CREATED, location, Json(Opened { code: code.to_string() })).into_response())
}

/// Where a mistake is, and what is wrong.
const fn mistake(mistake: Mistake) -> (&'static str, &'static str) {
    match mistake {
        Mistake::Code => ("/code", "school-new-bad-code"),
        Mistake::CodeTaken => ("/code", "school-new-code-taken"),
        Mistake::CodeSpent => ("/code", "school-new-code-spent"),
        Mistake::Name => ("/name", "school-new-no-name"),
        Mistake::Levels => ("/levels", "school-new-no-level"),
        Mistake::Commune => ("/commune", "school-new-no-commune"),
    }
}

/// What closes a school.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Closing {
    /// The school's code once more, so that none is closed by mistake.
    code: String,
}

/// Close a school where nobody is any more
///
/// It is not opened again, and its code is never given again. Wants a sign-in of the last five minutes.
#[utoipa::path(post, path = "/api/v1/schools/{school}/close", operation_id = "closeSchool", tag = "Schools",
    params(("school" = String, Path, description = "The school's code (mã trường)")), request_body = Closing,
    responses((status = 204, description = "It is closed")), security(("oauth2" = ["schools:write"])))]
pub(super) async fn close(
    by: By<SchoolsWrite>,
    Name(code): Name,
    Body(asked): Body<Closing>,
) -> Result<Response, Problem> {
    let org = schools::org(&by, &code).await?;
    let leave: Permit<CloseSchool, Reach> = by.standing.under(&by.sv, org).await.map_err(|no| by.no(no))?;
    founding::close(&by.sv, &leave, &asked.code).await.map_err(|no| match no {
        NotClosed::Unconfirmed => Problem::field("/code", "school-close-unconfirmed"),
        NotClosed::People => Problem::because(Kind::Conflict, "school-close-people"),
        NotClosed::Denied(denied) => by.no(denied),
        NotClosed::Store(error) => error.into(),
    })?;
    Ok(told::nothing())
}
