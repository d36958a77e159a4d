//! Two records of one person: side by side, and made one. A dangerous deed: the sign-in must be fresh (R44).

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{
    admitted, admitted_form, no_permit,
    person::{back, of, see},
    refused,
};
use crate::{
    admin::{
        merge::{self, NotMerged},
        people,
    },
    base::id::PersonId,
    http::{
        render,
        visitor::{Form, Visitor},
    },
    protocol::{error::Refusal, params::Params},
    services::authority::{Denied, MergePeople, NoPermit, Permit, Standing, Subject},
    views::{Merge, MergeProblem, MergeSide},
};

/// GET `/console/people/{id}/merge?with=…`.
pub(super) async fn page(visitor: Visitor, Path(id): Path<String>) -> Response {
    let standing = match admitted(&visitor).await {
        Ok((_, standing)) => standing,
        Err(page) => return page,
    };
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let typed = params.get("with").unwrap_or("").trim();
    let found = match found(&visitor, &standing, typed).await {
        Ok(found) => found,
        Err(page) => return page,
    };
    let problem = (!typed.is_empty() && found.is_none()).then_some(MergeProblem::Missing);
    show(&visitor, &standing, &id, (typed, found), problem).await
}

/// The person of the ID that was typed, whom this administrator may merge.
async fn found(visitor: &Visitor, standing: &Standing, typed: &str) -> Result<Option<PersonId>, Response> {
    let named = people::named(&visitor.sv, typed).await.map_err(|error| render::fault(visitor, &error))?;
    let Some(person) = named else { return Ok(None) };
    match standing.over::<MergePeople>(&visitor.sv, person).await {
        Ok(_) => Ok(Some(person)),
        Err(NoPermit::Denied(Denied::Missing)) => Ok(None),
        Err(no) => Err(no_permit(visitor, no)),
    }
}

async fn show(
    visitor: &Visitor,
    standing: &Standing,
    id: &str,
    (typed, other): (&str, Option<PersonId>),
    problem: Option<MergeProblem>,
) -> Response {
    let kept = match permitted(visitor, standing, id).await {
        Ok(leave) => leave.place().person,
        Err(page) => return page,
    };
    let same = other == Some(kept);
    let sides = async {
        let gone = match other.filter(|_| !same) {
            Some(gone) => Some(side(visitor, standing, gone).await?),
            None => None,
        };
        Ok::<_, Response>((side(visitor, standing, kept).await?, gone))
    };
    let (kept, gone) = match sides.await {
        Ok(sides) => sides,
        Err(page) => return page,
    };
    let problem = if same { Some(MergeProblem::Same) } else { problem };
    let page = Merge {
        f: visitor.frame(problem.is_some(), &format!("/console/people/{}/merge", kept.id)),
        csrf: visitor.csrf(),
        typed: if typed.is_empty() {
            gone.as_ref().map(|gone| gone.sector_id.clone()).unwrap_or_default()
        } else {
            typed.to_owned()
        },
        kept,
        gone,
        problem,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    render::page(visitor, status, &page)
}

async fn permitted(visitor: &Visitor, standing: &Standing, id: &str) -> Result<Permit<MergePeople, Subject>, Response> {
    let person: PersonId = id.parse().map_err(|_| refused(visitor, Denied::Missing))?;
    standing.over(&visitor.sv, person).await.map_err(|no| no_permit(visitor, no))
}

async fn side(visitor: &Visitor, standing: &Standing, person: PersonId) -> Result<MergeSide, Response> {
    let shown = of(see(visitor, standing, person).await?, visitor);
    Ok(MergeSide {
        id: person.to_string(),
        name: shown.name,
        sector_id: shown.sector_id,
        born: shown.born,
        state: shown.state,
        affiliations: shown.affiliations,
        classes: shown.classes,
    })
}

/// POST `/console/people/{id}/merge`.
pub(super) async fn submit(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (standing, params) = match admitted_form(&visitor, form, &["other"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let other = params.get("other").unwrap_or("");
    // Whose sign-in grew old over the page signs in anew, and looks at both again.
    let kept = match permitted(&visitor, &standing, &id).await {
        Ok(leave) => leave,
        Err(page) => return page,
    };
    let gone = match other.parse::<PersonId>() {
        Ok(person) => standing.over::<MergePeople>(&visitor.sv, person).await,
        Err(_) => Err(Denied::Missing.into()),
    };
    let gone = match gone {
        Ok(leave) => leave,
        // Sent twice: it is gone.
        Err(NoPermit::Denied(Denied::Missing)) => return back(&visitor, &id, "nothing"),
        Err(no) => return no_permit(&visitor, no),
    };
    let problem = match merge::merge(&visitor.sv, &kept, &gone).await {
        Ok(()) => return back(&visitor, &id, "merged"),
        Err(NotMerged::Same) => MergeProblem::Same,
        Err(NotMerged::Cannot(_)) => MergeProblem::Places,
        Err(NotMerged::HoldsRights) => MergeProblem::Rights,
        Err(NotMerged::Suspended) => MergeProblem::Suspended,
        Err(NotMerged::Denied(denied)) => return refused(&visitor, denied),
        Err(NotMerged::Store(error)) => return render::fault(&visitor, &error),
    };
    show(&visitor, &standing, &id, ("", Some(gone.place().person)), Some(problem)).await
}
