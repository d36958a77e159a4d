//! One person's page, and what is done there. Every deed is a form that is answered with 303, but for the code, which is
//! told once.

use axum::{extract::Path, http::StatusCode, response::Response};

use super::{admitted, admitted_form, correct, no_permit, refused, shown_state};
use crate::{
    admin::{
        accounts::{self, Issued, NotDone},
        merge,
        people::{self, Seen},
        transfers,
    },
    base::{id::PersonId, secret::Token},
    http::{
        account::activity,
        render,
        visitor::{Form, Visitor},
    },
    model::{account::AccountState, affiliation::EndReason},
    people::{PeopleError, identifiers},
    protocol::{error::Refusal, params::Params},
    services::authority::{
        Action, DecideTransfer, Denied, Holder, IssueCode, NoPermit, Permit, SeePerson, Standing, Subject, What,
    },
    views::{
        Act, ActProblem, ActivityLine, AffiliationLine, ClassFunction, ClassLine, CodeIssued, Done, Held,
        IdentifierKind, IdentifierLine, Masked, Person, told::role_key,
    },
};

/// GET `/console/people/{id}`.
pub(super) async fn page(visitor: Visitor, Path(id): Path<String>) -> Response {
    let (_, standing) = match admitted(&visitor).await {
        Ok(admitted) => admitted,
        Err(page) => return page,
    };
    let done = match Params::parse(visitor.uri.query().unwrap_or("")).get("done") {
        Some("suspended") => Some(Done::Suspended),
        Some("resumed") => Some(Done::Resumed),
        Some("dormant") => Some(Done::Dormant),
        Some("sessions") => Some(Done::SignedOut),
        Some("identified") => Some(Done::Identified),
        Some("released") => Some(Done::Released),
        Some("corrected") => Some(Done::Corrected),
        Some("unchanged") => Some(Done::Unchanged),
        Some("merged") => Some(Done::Merged),
        Some("badge") => Some(Done::BadgeVoided),
        Some("nothing") => Some(Done::Nothing),
        _ => None,
    };
    show(&visitor, &standing, &id, done, None).await
}

async fn show(
    visitor: &Visitor,
    standing: &Standing,
    id: &str,
    done: Option<Done>,
    problem: Option<ActProblem>,
) -> Response {
    let Ok(person) = id.parse::<PersonId>() else { return refused(visitor, Denied::Missing) };
    let seen = match see(visitor, standing, person).await {
        Ok(seen) => seen,
        Err(page) => return led_on(visitor, standing, person).await.unwrap_or(page),
    };
    let deeds = [
        What::IssueCode,
        What::EndSessions,
        What::Suspend,
        What::Resume,
        What::Identify,
        What::Renumber,
        What::Correct,
        What::MergePeople,
        What::ExportPeople,
        What::PurgePerson,
        What::Delegate,
    ];
    let may = match standing.deeds_over(&visitor.sv, person, &deeds).await {
        Ok(may) => may,
        Err(no) => return no_permit(visitor, no),
    };
    let activity = match lately(visitor, standing, person).await {
        Ok(activity) => activity,
        Err(page) => return page,
    };
    let roles = match super::roles::of_person(visitor, standing, person).await {
        Ok(roles) => roles,
        Err(page) => return page,
    };
    let status = if problem.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = Person {
        f: visitor.frame(problem.is_some(), &format!("/console/people/{person}")),
        csrf: visitor.csrf(),
        form: Token::random(&visitor.sv.entropy).expose().to_owned(),
        id: person.to_string(),
        acts: acts(&seen, &may, standing.everywhere::<DecideTransfer>().is_ok()),
        held: may
            .iter()
            .find_map(|(_, may)| if let Err(Denied::Suspended(by)) = may { Some(holder(*by)) } else { None }),
        activity,
        roles,
        done,
        problem,
        ..of(seen, visitor)
    };
    render::page(visitor, status, &page)
}

/// To the page of the person that this one turned out to be, for whoever may see it.
async fn led_on(visitor: &Visitor, standing: &Standing, gone: PersonId) -> Option<Response> {
    let kept = merge::forwarded(&visitor.sv, gone).await.ok()??;
    standing.over::<SeePerson>(&visitor.sv, kept).await.ok()?;
    Some(render::see_other(visitor, &format!("/console/people/{kept}")))
}

pub(super) async fn see(visitor: &Visitor, standing: &Standing, person: PersonId) -> Result<Seen, Response> {
    let leave = standing.over(&visitor.sv, person).await.map_err(|no| no_permit(visitor, no))?;
    let within = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let seen = people::see(&visitor.sv, &leave, &within).await.map_err(|error| render::fault(visitor, &error))?;
    seen.ok_or_else(|| refused(visitor, Denied::Missing))
}

/// What happened to the account lately; `None` for whoever may not read the audit trail.
async fn lately(
    visitor: &Visitor,
    standing: &Standing,
    person: PersonId,
) -> Result<Option<Vec<ActivityLine>>, Response> {
    let leave = match standing.over(&visitor.sv, person).await {
        Ok(leave) => leave,
        Err(NoPermit::Denied(_)) => return Ok(None),
        Err(no) => return Err(no_permit(visitor, no)),
    };
    let within = standing.everywhere().map_err(|denied| refused(visitor, denied))?;
    let events = people::lately(&visitor.sv, &leave, &within).await.map_err(|error| render::fault(visitor, &error))?;
    Ok(Some(events.iter().filter_map(activity).collect()))
}

/// By whose right somebody is suspended.
pub(super) const fn holder(by: Holder) -> Held {
    match by {
        Holder::Sector => Held::Sector,
        Holder::Elsewhere => Held::Elsewhere,
    }
}

/// What is offered: what the state allows, of what the administrator may do.
fn acts(seen: &Seen, may: &[(What, Result<(), Denied>)], lets_go: bool) -> Vec<Act> {
    let state = seen.state;
    let has = |kind: &str| seen.identifiers.iter().any(|row| row.kind == kind);
    let mut now = seen.posts.iter().filter(|post| post.valid_to.is_none()).map(|post| post.role.as_str());
    let pupil = now.clone().any(|role| role == "student");
    // A pupil is given no right.
    let works = now.any(|role| !matches!(role, "student" | "guardian"));
    let offers = [
        (What::IssueCode, Act::IssueCode, state.issue_code().is_ok()),
        (What::EndSessions, Act::EndSessions, true),
        (What::Suspend, Act::Suspend, state.suspend().is_ok()),
        (What::Resume, Act::Resume, state.resume().is_ok()),
        (What::Identify, Act::Identify, has("temp") && !has("moet")),
        (What::Renumber, Act::Renumber, has("moet")),
        (What::Correct, Act::Correct, true),
        (What::MergePeople, Act::Merge, true),
        (What::ExportPeople, Act::Data, true),
        (What::PurgePerson, Act::Purge, state.purge().is_ok()),
        (What::Delegate, Act::Delegate, works || !pupil),
    ];
    let release = (lets_go && pupil).then_some(Act::Release);
    offers
        .into_iter()
        .filter(|(what, _, fits)| *fits && may.contains(&(*what, Ok(()))))
        .map(|(_, act, _)| act)
        .chain(release)
        .collect()
}

/// The facts of a person's page; what can be done there is the caller's to add.
pub(super) fn of(seen: Seen, visitor: &Visitor) -> Person {
    let of_kind = |kind: &str| seen.identifiers.iter().find(|row| row.kind == kind).and_then(|row| row.value.clone());
    let sector_id = of_kind("moet");
    let others = seen.identifiers.iter().filter_map(|row| {
        let kind = match row.kind.as_str() {
            "temp" if sector_id.is_some() => IdentifierKind::Temporary,
            "cccd" => IdentifierKind::Citizen,
            "passport" => IdentifierKind::Passport,
            "upn" => IdentifierKind::Upn,
            "vneid" => IdentifierKind::Vneid,
            _ => return None,
        };
        // What is sealed stays sealed: a page needs none of it.
        Some(IdentifierLine { kind, value: Masked::of(row.value.as_deref().unwrap_or("")) })
    });
    let identifiers = others.collect();
    let known_by = sector_id.or_else(|| of_kind("temp")).or_else(|| seen.names.first().cloned()).unwrap_or_default();
    let post = |row: crate::store::reach::PostRow| AffiliationLine {
        role: role_key(&row.role),
        place: row.org_name,
        primary: row.is_primary,
        from: row.valid_from.0,
        to: row.valid_to.map(|day| day.0),
    };
    let seat = |row: crate::store::reach::SeatRow| ClassLine {
        code: row.code,
        year: row.year,
        function: match row.function.as_str() {
            "homeroom" => ClassFunction::Homeroom,
            "subject" => ClassFunction::Subject,
            _ => ClassFunction::Pupil,
        },
    };
    Person {
        f: visitor.frame(false, "/console/people"),
        csrf: String::new(),
        id: String::new(),
        name: seen.name,
        born: seen.born,
        sex: seen.sex.map(correct::word),
        sector_id: known_by,
        identifiers,
        affiliations: seen.posts.into_iter().map(post).collect(),
        classes: seen.seats.into_iter().map(seat).collect(),
        state: shown_state(Some(seen.state.as_str())),
        reason: seen.reason,
        roles: Vec::new(),
        sessions: seen.sessions as u64,
        badge: seen.badge.as_ref().map(super::badge::line),
        activity: None,
        form: String::new(),
        acts: Vec::new(),
        held: None,
        done: None,
        problem: None,
    }
}

/// A deed that was asked for by a form of the page: who asks, for what leave, and the form.
struct Asked<A> {
    standing: Standing,
    leave: Permit<A, Subject>,
    params: Params,
}

async fn asked<A: Action>(
    visitor: &Visitor,
    id: &str,
    form: Result<Form, Refusal>,
    fields: &[&str],
) -> Result<Asked<A>, Response> {
    let (standing, params) = admitted_form(visitor, form, fields).await?;
    let person: PersonId = id.parse().map_err(|_| refused(visitor, Denied::Missing))?;
    let leave = standing.over::<A>(&visitor.sv, person).await.map_err(|no| no_permit(visitor, no))?;
    Ok(Asked { standing, leave, params })
}

/// POST `/console/people/{id}/code`: the code is shown here and nowhere again (R41).
pub(super) async fn issue_code(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let Asked { standing, leave, params } = match asked(&visitor, &id, form, &["form"]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    let Some(form) = params.get("form").map(Token::presented) else { return render::forged(&visitor) };
    match accounts::issue_code(&visitor.sv, &leave, &form).await {
        Ok(issued) => code_page(&visitor, &standing, &leave, &issued).await,
        // Whoever issues codes to the pupils they teach finds no page of theirs to go back to.
        Err(NotDone::Step(_) | NotDone::Used) if !sees(&visitor, &standing, &leave).await => {
            render::nothing_done(&visitor)
        }
        Err(no) => not_done(&visitor, &id, no),
    }
}

async fn sees(visitor: &Visitor, standing: &Standing, leave: &Permit<IssueCode, Subject>) -> bool {
    standing.over::<SeePerson>(&visitor.sv, leave.place().person).await.is_ok()
}

async fn code_page(
    visitor: &Visitor,
    standing: &Standing,
    leave: &Permit<IssueCode, Subject>,
    issued: &Issued,
) -> Response {
    let within = match standing.everywhere() {
        Ok(within) => within,
        Err(denied) => return refused(visitor, denied),
    };
    let addressee = match people::addressee(&visitor.sv, leave, &within).await {
        Ok(Some(addressee)) => addressee,
        Ok(None) => return refused(visitor, Denied::Missing),
        Err(error) => return render::fault(visitor, &error),
    };
    let page_of_person = format!("/console/people/{}", leave.place().person);
    let back = if sees(visitor, standing, leave).await { page_of_person } else { "/console/people".to_owned() };
    let page = CodeIssued {
        f: visitor.frame(false, &back),
        back,
        place: addressee.place.join(" · "),
        name: addressee.name,
        sector_id: addressee.sector_id,
        code: issued.code.to_string(),
        expires: issued.until,
        site: visitor.sv.settings.issuer.clone(),
    };
    render::page(visitor, StatusCode::OK, &page)
}

/// POST `/console/people/{id}/suspend`.
pub(super) async fn suspend(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let Asked { standing, leave, params } = match asked(&visitor, &id, form, &["reason"]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    match accounts::suspend(&visitor.sv, &leave, params.get("reason").unwrap_or("")).await {
        Ok(()) => back(&visitor, &id, "suspended"),
        Err(NotDone::Reason) => show(&visitor, &standing, &id, None, Some(ActProblem::NoReason)).await,
        Err(no) => not_done(&visitor, &id, no),
    }
}

/// POST `/console/people/{id}/resume`.
pub(super) async fn resume(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let Asked { leave, .. } = match asked(&visitor, &id, form, &[]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    match accounts::resume(&visitor.sv, &leave).await {
        Ok(AccountState::Dormant) => back(&visitor, &id, "dormant"),
        Ok(_) => back(&visitor, &id, "resumed"),
        Err(no) => not_done(&visitor, &id, no),
    }
}

/// POST `/console/people/{id}/sessions`: signs the person out everywhere.
pub(super) async fn end_sessions(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let Asked { leave, .. } = match asked(&visitor, &id, form, &[]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    match accounts::end_sessions(&visitor.sv, &leave).await {
        Ok(()) => back(&visitor, &id, "sessions"),
        Err(no) => not_done(&visitor, &id, no),
    }
}

/// POST `/console/people/{id}/identify`: the sector ID in place of a temporary one.
pub(super) async fn identify(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let Asked { standing, leave, params } = match asked(&visitor, &id, form, &["sector_id"]).await {
        Ok(asked) => asked,
        Err(page) => return page,
    };
    match identifiers::identify(&visitor.sv, &leave, params.get("sector_id").unwrap_or("")).await {
        Ok(true) => back(&visitor, &id, "identified"),
        Ok(false) => back(&visitor, &id, "nothing"),
        Err(PeopleError::Store(error)) => render::fault(&visitor, &error),
        Err(PeopleError::Denied(denied)) => refused(&visitor, denied),
        Err(PeopleError::HasSectorId) => show(&visitor, &standing, &id, None, Some(ActProblem::HasSectorId)).await,
        // Whose it is, is not told: they may be out of reach (R38).
        Err(_) => show(&visitor, &standing, &id, None, Some(ActProblem::SectorId)).await,
    }
}

/// POST `/console/people/{id}/release`: a pupil goes, to another school or for good.
pub(super) async fn release(visitor: Visitor, Path(id): Path<String>, form: Result<Form, Refusal>) -> Response {
    let (standing, params) = match admitted_form(&visitor, form, &["why"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let leave = match standing.everywhere() {
        Ok(leave) => leave,
        Err(denied) => return refused(&visitor, denied),
    };
    let Ok(person) = id.parse::<PersonId>() else { return refused(&visitor, Denied::Missing) };
    let why = if params.get("why") == Some("left") { EndReason::Left } else { EndReason::Transferred };
    // Whoever may see no more of them afterwards goes back to the list.
    match transfers::release(&visitor.sv, &leave, person, why).await {
        Ok(Ok(true)) if standing.over::<SeePerson>(&visitor.sv, person).await.is_err() => {
            render::see_other(&visitor, "/console/people?done=released")
        }
        Ok(Ok(true)) => back(&visitor, &id, "released"),
        Ok(Ok(false)) if standing.over::<SeePerson>(&visitor.sv, person).await.is_err() => {
            refused(&visitor, Denied::Missing)
        }
        Ok(Ok(false)) => back(&visitor, &id, "nothing"),
        Ok(Err(denied)) => refused(&visitor, denied),
        Err(error) => render::fault(&visitor, &error),
    }
}

fn not_done(visitor: &Visitor, id: &str, no: NotDone) -> Response {
    match no {
        NotDone::Store(error) => render::fault(visitor, &error),
        NotDone::Denied(denied) => refused(visitor, denied),
        NotDone::Step(_) | NotDone::Reason | NotDone::Used => back(visitor, id, "nothing"),
    }
}

pub(super) fn back(visitor: &Visitor, id: &str, done: &str) -> Response {
    render::see_other(visitor, &format!("/console/people/{id}?done={done}"))
}
