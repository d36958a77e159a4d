//! Slips for a school or a class, printed by whoever administers it. The page says who gets none; the form is answered with
//! the PDF.

use std::collections::HashSet;

use axum::{http::StatusCode, response::Response};

use super::{admitted, admitted_form, no_permit};
use crate::{
    admin::{people, schools},
    base::{
        id::{ClassId, ImportId, OrgId, PersonId},
        secret::Token,
    },
    http::{
        badges, login, render,
        sheets::{self, Printed},
        visitor::{Form, Visitor},
    },
    protocol::{error::Refusal, params::Params},
    roster::desk,
    services::authority::{Denied, FindPeople, Group, NoPermit, Permit, PrintSlips, Reach, Standing},
    slips::{self, Order, Whom},
    store::{StoreError, newcomers::ClassRow},
    views::{School, SlipClass, SlipSchool, Slips, Spared},
};

/// GET `/console/slips`.
pub(super) async fn page(visitor: Visitor) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let typed = params.get("school").unwrap_or("").trim();
    let found = match find(&visitor, &standing, typed).await {
        Ok(found) => found,
        Err(no) => return no_permit(&visitor, no),
    };
    let school = match &found.meant[..] {
        [one] => match chosen(&visitor, &standing, one).await {
            Ok(chosen) => Some(chosen),
            Err(no) => return no_permit(&visitor, no),
        },
        _ => None,
    };
    let import = params.get("import").unwrap_or("");
    let newcomers = match newcomers(&visitor, &standing, import).await {
        Ok(newcomers) => newcomers.map(|created| (import.to_owned(), created.len() as u64)),
        Err(no) => return no_permit(&visitor, no),
    };
    let page = Slips {
        f: visitor.frame(false, &Slips::address(typed)),
        csrf: visitor.csrf(),
        form: Token::random(&visitor.sv.entropy).expose().to_owned(),
        typed: found.several.then(|| typed.to_owned()),
        schools: found.meant,
        school,
        newcomers,
        nobody: params.get("done") == Some("nobody"),
    };
    render::page(&visitor, StatusCode::OK, &page)
}

/// The schools that were meant.
struct Found {
    /// Whether there is anything to choose.
    several: bool,
    meant: Vec<School>,
}

async fn find(visitor: &Visitor, standing: &Standing, typed: &str) -> Result<Found, NoPermit> {
    // Asked first, so that whoever prints nothing learns so at once.
    standing.somewhere::<PrintSlips>()?;
    let leave: Permit<FindPeople, Reach> = standing.everywhere()?;
    let all = schools::all(&visitor.sv, &leave).await?;
    let several = all.len() > 1;
    let meant = if several { schools::meant(all, typed) } else { all };
    let shown = |school: schools::School| School { code: school.code, name: school.name };
    Ok(Found { several, meant: meant.into_iter().map(shown).collect() })
}

async fn chosen(visitor: &Visitor, standing: &Standing, school: &School) -> Result<SlipSchool, NoPermit> {
    let sv = &visitor.sv;
    let org = org(visitor, &school.code).await?;
    let leave = standing.with_group(sv, Group::School(org)).await?;
    let classes = slips::classes(sv, &leave).await?;
    let preview = match slips::preview(sv, &leave, Whom::Newcomers).await? {
        Ok(preview) => preview,
        Err(denied) => return Err(denied.into()),
    };
    let class = |row: ClassRow| SlipClass {
        id: row.id.to_string(),
        code: row.code,
        pupils: u64::try_from(row.pupils).unwrap_or_default(),
        waiting: u64::try_from(row.waiting).unwrap_or_default(),
    };
    let spared = |left: slips::LeftOut| Spared {
        name: left.name,
        sector_id: left.sector_id,
        why: if left.why == Denied::Oneself { "slips-oneself" } else { "slips-upward" },
    };
    Ok(SlipSchool {
        code: school.code.clone(),
        name: school.name.clone(),
        waiting: preview.slips as u64,
        classes: classes.into_iter().map(class).collect(),
        spared: preview.left_out.into_iter().map(spared).collect(),
    })
}

async fn org(visitor: &Visitor, code: &str) -> Result<OrgId, NoPermit> {
    let found: Result<Option<OrgId>, StoreError> = people::school(&visitor.sv, code).await;
    found?.ok_or_else(|| Denied::Missing.into())
}

/// POST `/console/slips`.
pub(super) async fn print(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (standing, params) =
        match admitted_form(&visitor, form, &["school", "class", "everybody", "import", "form"]).await {
            Ok(read) => read,
            Err(page) => return page,
        };
    let Some(form) = params.get("form").map(Token::presented) else { return render::forged(&visitor) };
    let whom = if params.get("everybody").is_some() { Whom::Everybody } else { Whom::Newcomers };
    let school = params.get("school").unwrap_or("");
    let (leave, name) = match group(&visitor, &standing, ("phieu", school), params.get("class").unwrap_or("")).await {
        Ok(group) => group,
        Err(no) => return not_printed(&visitor, school, no),
    };
    let only = match newcomers(&visitor, &standing, params.get("import").unwrap_or("")).await {
        Ok(only) => only,
        Err(no) => return not_printed(&visitor, school, no),
    };
    match sheets::order(&visitor, &leave, &Order { whom, only, form }, &name).await {
        Printed::Answer(response) => response,
        Printed::Denied(denied) => not_printed(&visitor, school, denied.into()),
        Printed::Nobody => render::see_other(&visitor, &Slips::told_nobody(school)),
    }
}

/// POST `/console/slips/badges`: badges for everybody of the school or the class; those that they had end.
pub(super) async fn print_badges(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (standing, params) = match admitted_form(&visitor, form, &["school", "class", "import"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let school = params.get("school").unwrap_or("");
    let class = params.get("class").unwrap_or("");
    let (leave, name) = match group(&visitor, &standing, ("the", school), class).await {
        Ok(group) => group,
        Err(no) => return not_printed(&visitor, school, no),
    };
    let only = match newcomers(&visitor, &standing, params.get("import").unwrap_or("")).await {
        Ok(only) => only,
        Err(no) => return not_printed(&visitor, school, no),
    };
    match badges::print(&visitor, &leave, only.map(Vec::from_iter), &name).await {
        Printed::Answer(response) => response,
        Printed::Denied(denied) => not_printed(&visitor, school, denied.into()),
        Printed::Nobody => render::see_other(&visitor, &Slips::told_nobody(school)),
    }
}

/// Whoever has to sign in anew first comes back to the school they chose.
fn not_printed(visitor: &Visitor, school: &str, no: NoPermit) -> Response {
    match no {
        NoPermit::Denied(Denied::Stale) => login::again(visitor, &Slips::address(school)),
        no => no_permit(visitor, no),
    }
}

/// Whom an import created that is named, as long as that is known.
async fn newcomers(
    visitor: &Visitor,
    standing: &Standing,
    import: &str,
) -> Result<Option<HashSet<PersonId>>, NoPermit> {
    if import.is_empty() {
        return Ok(None);
    }
    let id = import.parse::<ImportId>().map_err(|_| Denied::Missing)?;
    desk::created(&visitor.sv, standing, id).await.map(Some)
}

/// Leave for the school, or the class of it that is named; and what a file of its slips is called.
async fn group(
    visitor: &Visitor,
    standing: &Standing,
    (kind, school): (&str, &str),
    class: &str,
) -> Result<(Permit<PrintSlips, Group>, String), NoPermit> {
    let sv = &visitor.sv;
    let whole = standing.with_group(sv, Group::School(org(visitor, school).await?)).await?;
    if class.is_empty() {
        return Ok((whole, sheets::file_name(kind, &[school])));
    }
    let id = class.parse::<ClassId>().map_err(|_| Denied::Missing)?;
    let classes = slips::classes(sv, &whole).await?;
    let class = classes.iter().find(|one| one.id == id).ok_or(Denied::Missing)?;
    Ok((standing.with_group(sv, Group::Class(id)).await?, sheets::file_name(kind, &[school, &class.code])))
}
