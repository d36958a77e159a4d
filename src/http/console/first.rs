//! The page of the first administrator, which a link opens once (R43).

use axum::{
    http::{StatusCode, header},
    response::Response,
};

use crate::{
    admin::administrators::{self, First, IdMistake, Mistakes, NotMade, PasswordMistake},
    base::secret::Token,
    http::{
        cookies::{self, Jar},
        password::weak_key,
        render,
        visitor::{Form, Visitor},
    },
    login::session,
    protocol::{error::Refusal, params::Params},
    views::{FirstAdministrator, FirstProblem},
};

/// GET `/console/first?token=…`: spends nothing.
pub(super) async fn page(visitor: Visitor) -> Response {
    let params = Params::parse(visitor.uri.query().unwrap_or(""));
    let token = Token::presented(params.get("token").unwrap_or(""));
    match administrators::is_open(&visitor.sv, &token).await {
        Ok(true) => show(&visitor, &token, "", "", Vec::new()),
        Ok(false) => render::closed_link(&visitor),
        Err(error) => render::fault(&visitor, &error),
    }
}

fn show(visitor: &Visitor, token: &Token, sector_id: &str, name: &str, problems: Vec<FirstProblem>) -> Response {
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = FirstAdministrator {
        f: visitor.frame(!problems.is_empty(), &format!("/console/first?token={}", token.expose())),
        csrf: visitor.csrf(),
        token: token.expose().to_owned(),
        sector_id: sector_id.to_owned(),
        name: name.to_owned(),
        problems,
    };
    render::page(visitor, status, &page)
}

/// POST `/console/first`: makes the administrator, signs them in, and the way is closed.
pub(super) async fn submit(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let params = match visitor.read(form, &["token", "sector_id", "name", "new", "accents"]) {
        Ok(params) => params,
        Err(page) => return page,
    };
    let text = |name| params.get(name).unwrap_or("");
    let token = Token::presented(text("token"));
    let first = First {
        sector_id: text("sector_id"),
        name: text("name"),
        password: text("new"),
        accents: params.get("accents").is_some(),
    };
    let proof = match administrators::make_first(&visitor.sv, &token, first).await {
        Ok(proof) => proof,
        Err(NotMade::Closed) => return render::closed_link(&visitor),
        Err(NotMade::Mistakes(mistakes)) => {
            return show(&visitor, &token, first.sector_id, first.name, problems(&mistakes));
        }
        Err(NotMade::Hashing(_)) => return render::refused(&visitor, Refusal::Busy),
        Err(NotMade::Store(error)) => return render::fault(&visitor, &error),
    };
    match session::begin(&visitor.sv, proof, visitor.session.as_ref(), visitor.origin(false)).await {
        Ok(Some(begun)) => {
            let mut response = render::see_other(&visitor, "/console");
            let set = cookies::set(&visitor.sv, Jar::Session, &begun.cookie, false);
            response.headers_mut().append(header::SET_COOKIE, set);
            response
        }
        // The account is there: they sign in to it by themselves.
        Ok(None) | Err(_) => render::see_other(&visitor, "/console"),
    }
}

fn problems(mistakes: &Mistakes) -> Vec<FirstProblem> {
    let id = mistakes.sector_id.map(|mistake| match mistake {
        IdMistake::Form => FirstProblem::SectorId,
        IdMistake::Taken => FirstProblem::Taken,
    });
    let name = mistakes.name.map(|_| FirstProblem::Name);
    let password = mistakes.password.map(|mistake| match mistake {
        PasswordMistake::Weak(weak) => FirstProblem::Password(weak_key(weak)),
        PasswordMistake::Accents => FirstProblem::Password("password-accents"),
    });
    [id, name, password].into_iter().flatten().collect()
}
