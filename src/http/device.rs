//! P7: letting a classroom's board in from a phone (RFC 8628 §3.3). Whoever comes here signs in first: what a board shows
//! is looked up for nobody else. A link fills in the letters and decides nothing (§5.4).

use axum::{http::StatusCode, response::Response};

use super::{
    login::{self, Typed},
    oauth::told,
    render,
    visitor::{Form, Visitor},
};
use crate::{
    base::letters::Misread,
    oauth::{
        authorize::Flow,
        device::{self, Answer, NotThere, Waiting},
    },
    protocol::{
        device::{Lesson, UserCode},
        error::Refusal,
        interaction::Next,
        params::Params,
    },
    store::sessions::SessionRow,
    views::{Board, BoardProblem, BoardStage},
};

/// The longest text that is kept in the field: what is longer is no code.
const LONGEST: usize = 40;

/// GET `/device`: the letters, from the board or from its QR code.
pub(super) async fn page(visitor: Visitor) -> Response {
    if let Err(page) = visitor.signed_in() {
        return page;
    }
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    code_page(&visitor, params.get("user_code").unwrap_or(""), None)
}

/// POST `/device`: which board shows them.
pub(super) async fn look(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (session, _, letters) = match letters_of(&visitor, form, &["user_code"]) {
        Ok(read) => read,
        Err(page) => return page,
    };
    match device::find(&visitor.sv, &session, letters).await {
        Ok(waiting) => question(&visitor, &session, &waiting).await,
        Err(why) => not_there(&visitor, letters, why),
    }
}

/// POST `/device/answer`.
pub(super) async fn answer(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (session, params, letters) = match letters_of(&visitor, form, &["user_code", "minutes", "answer"]) {
        Ok(read) => read,
        Err(page) => return page,
    };
    let lesson = match params.get("answer") {
        Some("allow") => match params.get("minutes").and_then(Lesson::named) {
            None => return render::refused(&visitor, Refusal::InvalidParameter("minutes")),
            lesson => lesson,
        },
        _ => None,
    };
    match device::answer(&visitor.sv, &session, letters, lesson).await {
        Ok(Answer::Open(until)) => show(&visitor, StatusCode::OK, BoardStage::Open { until }),
        Ok(Answer::Closed) => show(&visitor, StatusCode::OK, BoardStage::Closed),
        Ok(Answer::First(waiting)) => question(&visitor, &session, &waiting).await,
        Err(why) => not_there(&visitor, letters, why),
    }
}

/// "Let it in?", unless something comes before that.
async fn question(visitor: &Visitor, session: &SessionRow, waiting: &Waiting) -> Response {
    let values = match waiting.next {
        Next::Issue => Vec::new(),
        Next::Consent => match told(visitor, session, &waiting.client, &waiting.ask).await {
            Ok(values) => values,
            Err(page) => return page,
        },
        Next::LogIn(_) => {
            let flow = Flow::to_page(&visitor.sv, here(&waiting.letters.to_string()));
            return login::form_page(visitor, &flow, Some(&waiting.client), Typed::nothing());
        }
        _ => return code_page(visitor, &waiting.letters.to_string(), Some(BoardProblem::NotForYou)),
    };
    let stage = BoardStage::Answer {
        code: waiting.letters.to_string(),
        name: waiting.client.name.clone(),
        school: waiting.school.clone(),
        at_home: waiting.at_home,
        person: session.full_name.clone(),
        values,
    };
    show(visitor, StatusCode::OK, stage)
}

fn read(typed: &str) -> Result<UserCode, BoardProblem> {
    if typed.trim().is_empty() {
        return Err(BoardProblem::Missing);
    }
    UserCode::read(typed).map_err(|misread| match misread {
        Misread::InputMethod => BoardProblem::Mangled,
        Misread::Letter(letter) => BoardProblem::Letter(letter),
        Misread::Length(count) => BoardProblem::Length(count),
    })
}

fn not_there(visitor: &Visitor, letters: UserCode, why: NotThere) -> Response {
    let problem = match why {
        NotThere::Unknown => BoardProblem::Unknown,
        NotThere::Over => BoardProblem::Over,
        NotThere::Slow(until) => BoardProblem::Slow(visitor.seconds_until(until)),
        NotThere::Refused(refusal) => return render::refused(visitor, refusal),
    };
    code_page(visitor, &letters.to_string(), Some(problem))
}

fn code_page(visitor: &Visitor, typed: &str, problem: Option<BoardProblem>) -> Response {
    let status = match problem {
        None => StatusCode::OK,
        Some(BoardProblem::Slow(_)) => StatusCode::TOO_MANY_REQUESTS,
        Some(BoardProblem::NotForYou) => StatusCode::FORBIDDEN,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let code = typed.chars().take(LONGEST).collect();
    show(visitor, status, BoardStage::Code { code, problem })
}

fn show(visitor: &Visitor, status: StatusCode, stage: BoardStage) -> Response {
    let here = match &stage {
        BoardStage::Code { code, .. } | BoardStage::Answer { code, .. } => here(code),
        BoardStage::Open { .. } | BoardStage::Closed => "/account".to_owned(),
    };
    let page = Board { f: visitor.frame(status != StatusCode::OK, &here), csrf: visitor.csrf(), stage };
    render::page(visitor, status, &page)
}

/// The page with these letters.
fn here(code: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("user_code", code).finish();
    if code.is_empty() { "/device".to_owned() } else { format!("/device?{query}") }
}

/// The letters of a form of somebody who is signed in; or the page that says what is wrong with them.
fn letters_of(
    visitor: &Visitor,
    form: Result<Form, Refusal>,
    fields: &[&str],
) -> Result<(SessionRow, Params, UserCode), Response> {
    let (session, params) = visitor.signed_in_form(form, fields)?;
    let typed = params.get("user_code").unwrap_or("");
    let letters = read(typed).map_err(|problem| code_page(visitor, typed, Some(problem)))?;
    Ok((session, params, letters))
}
