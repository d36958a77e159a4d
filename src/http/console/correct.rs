//! One person's record, corrected by hand: the name, the day of birth, the sex, how they are reached.

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, admitted_form, no_permit, person::back, refused};
use crate::{
    admin::corrections::{self, Known, Mistake, NotCorrected, Typed},
    base::{clock::Moment, id::PersonId},
    http::{
        render,
        visitor::{Form, Visitor},
    },
    model::sex::Sex,
    protocol::error::Refusal,
    services::authority::{Correct, Denied, Permit, Standing, Subject},
    views::{Correction, CorrectionProblem},
};

/// The fields of the form.
const FIELDS: [&str; 6] = ["was", "name", "born", "sex", "email", "phone"];

/// The key of a sex's word.
pub(super) const fn word(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "sex-male",
        Sex::Female => "sex-female",
    }
}

/// GET `/console/people/{id}/correct`.
pub(super) async fn page(visitor: Visitor, Path(id): Path<String>) -> Response {
    let shown = async {
        let (_, standing) = admitted(&visitor).await?;
        let leave = leave(&visitor, &standing, &id).await?;
        let known = known(&visitor, &leave).await?;
        let born = known.born.map(|born| born.strftime("%d/%m/%Y").to_string());
        let sex = known.sex.map(|sex| sex.as_str().to_owned());
        let (email, phone) = (known.email.clone(), known.phone.clone());
        let typed = Typed { name: Some(known.name.clone()), born, sex, email, phone };
        Ok(form(&visitor, &leave, (&known, typed), Vec::new()))
    };
    match shown.await {
        Ok(page) | Err(page) => page,
    }
}

async fn leave(visitor: &Visitor, standing: &Standing, id: &str) -> Result<Permit<Correct, Subject>, Response> {
    let person: PersonId = id.parse().map_err(|_| refused(visitor, Denied::Missing))?;
    standing.over(&visitor.sv, person).await.map_err(|no| no_permit(visitor, no))
}

async fn known(visitor: &Visitor, leave: &Permit<Correct, Subject>) -> Result<Known, Response> {
    let known = corrections::known(&visitor.sv, leave).await.map_err(|error| render::fault(visitor, &error))?;
    known.ok_or_else(|| refused(visitor, Denied::Missing))
}

fn form(
    visitor: &Visitor,
    leave: &Permit<Correct, Subject>,
    (known, typed): (&Known, Typed),
    problems: Vec<CorrectionProblem>,
) -> Response {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let id = leave.place().person.to_string();
    let page = Correction {
        f: visitor.frame(!problems.is_empty(), &format!("/console/people/{id}/correct")),
        csrf: visitor.csrf(),
        id,
        whom: known.name.clone(),
        was: known.changed.micros(),
        name: typed.name.unwrap_or_default(),
        born: typed.born.unwrap_or_default(),
        sex: typed.sex.unwrap_or_default(),
        sexless: known.sex.is_none(),
        email: typed.email.or_else(|| known.email.clone()).unwrap_or_default(),
        phone: typed.phone.or_else(|| known.phone.clone()).unwrap_or_default(),
        problems,
    };
    render::page(visitor, status, &page)
}

/// POST `/console/people/{id}/correct`.
pub(super) async fn submit(visitor: Visitor, Path(id): Path<String>, sent: Result<Form, Refusal>) -> Response {
    let done = async {
        let (standing, params) = admitted_form(&visitor, sent, &FIELDS).await?;
        let leave = leave(&visitor, &standing, &id).await?;
        let was = params.get("was").and_then(|text| text.parse().ok()).map(Moment::from_micros);
        // All of the form is sent: what was emptied is a mistake, not a field that stays. An address and
        // a number nobody needs to have.
        let text = |field| Some(params.get(field).unwrap_or("").to_owned());
        // What is not known may stay so.
        let unknown = known(&visitor, &leave).await?.born.is_none();
        let typed = Typed {
            name: text("name"),
            born: text("born").filter(|born| !(unknown && born.trim().is_empty())),
            sex: text("sex").filter(|sex| !sex.is_empty()),
            email: params.get("email").map(str::to_owned),
            phone: params.get("phone").map(str::to_owned),
        };
        let problems = match corrections::correct(&visitor.sv, &leave, &typed, was).await {
            Ok(true) => return Ok(back(&visitor, &id, "corrected")),
            Ok(false) => return Ok(back(&visitor, &id, "unchanged")),
            Err(NotCorrected::Mistakes(mistakes)) => mistakes.into_iter().map(problem).collect::<Vec<_>>(),
            Err(NotCorrected::Overtaken) => vec![CorrectionProblem::Changed],
            Err(NotCorrected::Denied(denied)) => return Err(refused(&visitor, denied)),
            Err(NotCorrected::Store(error)) => return Err(render::fault(&visitor, &error)),
        };
        let mut known = known(&visitor, &leave).await?;
        // Whoever was told that they were overtaken, and sends it again, knows of it; nobody else does.
        if problems != [CorrectionProblem::Changed] {
            known.changed = was.unwrap_or(known.changed);
        }
        Ok(form(&visitor, &leave, (&known, typed), problems))
    };
    match done.await {
        Ok(page) | Err(page) => page,
    }
}

const fn problem(mistake: Mistake) -> CorrectionProblem {
    match mistake {
        Mistake::Person(mistake) => CorrectionProblem::Person(mistake),
        Mistake::Email => CorrectionProblem::Email,
        Mistake::Phone => CorrectionProblem::Phone,
    }
}
