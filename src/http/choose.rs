//! P4: as whom. On a shared device there is only who is signed in, and changing signs them out first; on one's own the
//! people who were here before.

use axum::{
    http::{StatusCode, header},
    response::Response,
};

use super::{
    cookies::{self, Jar},
    login::{self, Typed, flow_form, go_on},
    render,
    visitor::{Form, Visitor},
};
use crate::{
    login::remembered::Person,
    oauth::authorize::{self, Flow},
    protocol::{client::Client, error::Refusal},
    services::ending::Ended,
    store::StoreError,
    views,
};

/// GET `/choose`: from a page of ours.
pub(super) async fn page(visitor: Visitor) -> Response {
    let flow = login::flow_asked(&visitor);
    let client = authorize::client_of(&visitor.sv, &flow).await;
    let visitor = visitor.speaking(&flow);
    match visitor.session {
        Some(_) => ask(&visitor, &flow, client.as_deref()).await,
        None => who(&visitor, &flow, client.as_deref()).await,
    }
}

/// Who is to sign in, when nobody is: among several the chooser, else the sign-in page, with the name of the only one.
pub(super) async fn who(visitor: &Visitor, flow: &Flow, client: Option<&Client>) -> Response {
    let people = match visitor.remembered().people(&visitor.sv).await {
        Ok(people) => people,
        Err(error) => return render::fault(visitor, &error),
    };
    match people.as_slice() {
        [] => login::form_page(visitor, flow, client, Typed::nothing()),
        [Person { live: None, sign_in_name, .. }] => {
            let typed = Typed { username: sign_in_name.clone(), own_device: true };
            login::form_page(visitor, flow, client, typed)
        }
        _ => among_page(visitor, flow, client, people),
    }
}

/// The chooser for whoever is signed in.
pub(super) async fn ask(visitor: &Visitor, flow: &Flow, client: Option<&Client>) -> Response {
    let remembered = visitor.remembered();
    let own = visitor.session.as_ref().is_some_and(|session| remembered.knows(session.account_id));
    if !own {
        return one_page(visitor, flow, client);
    }
    match remembered.people(&visitor.sv).await {
        Ok(people) => among_page(visitor, flow, client, people),
        Err(error) => render::fault(visitor, &error),
    }
}

fn one_page(visitor: &Visitor, flow: &Flow, client: Option<&Client>) -> Response {
    let sealed = flow.seal(&visitor.sv, &visitor.browser);
    let page = views::Choose {
        f: visitor.frame(false, &format!("/choose?flow={sealed}")),
        app: client.map(|client| client.name.clone()),
        flow: sealed,
        csrf: visitor.csrf(),
        name: visitor.session.as_ref().map(|session| session.full_name.clone()).unwrap_or_default(),
    };
    render::leaving_page(visitor, StatusCode::OK, &page)
}

fn among_page(visitor: &Visitor, flow: &Flow, client: Option<&Client>, people: Vec<Person>) -> Response {
    let sealed = flow.seal(&visitor.sv, &visitor.browser);
    let line = |person: Person| views::Remembered {
        handle: person.handle,
        name: person.name,
        place: person.place,
        live: person.live.is_some(),
    };
    let page = views::ChooseAmong {
        f: visitor.frame(false, &format!("/choose?flow={sealed}")),
        app: client.map(|client| client.name.clone()),
        flow: sealed,
        csrf: visitor.csrf(),
        accounts: people.into_iter().map(line).collect(),
    };
    render::leaving_page(visitor, StatusCode::OK, &page)
}

/// POST `/choose`.
pub(super) async fn submit(visitor: Visitor, form: Result<Form, Refusal>) -> Response {
    let (visitor, params, flow) = match flow_form(visitor, form, &["account", "answer"]).await {
        Ok(read) => read,
        Err(page) => return page,
    };
    let done = match (params.get("account"), params.get("answer")) {
        (Some(handle), _) => be(&visitor, &flow, handle).await,
        (None, Some("continue")) => Ok(go_on(&visitor, &flow.chosen()).await),
        (None, Some("another")) => Ok(another(&visitor, &flow).await),
        (None, Some("forget")) => forget(&visitor, &flow).await,
        _ => leave(&visitor, &flow).await,
    };
    done.unwrap_or_else(|error| render::fault(&visitor, &error))
}

/// Goes on as somebody who is remembered: at once while their session lives, else with their password.
async fn be(visitor: &Visitor, flow: &Flow, handle: &str) -> Result<Response, StoreError> {
    let Some(person) = visitor.remembered().named(&visitor.sv, handle).await? else {
        return Ok(another(visitor, flow).await);
    };
    let Some((cookie, session)) = person.live else {
        let client = authorize::client_of(&visitor.sv, flow).await;
        let typed = Typed { username: person.sign_in_name, own_device: true };
        return Ok(login::form_page(visitor, flow, client.as_deref(), typed));
    };
    let visitor = visitor.clone().with(Some(session));
    let mut response = go_on(&visitor, &flow.clone().chosen()).await;
    response.headers_mut().append(header::SET_COOKIE, cookies::set(&visitor.sv, Jar::Session, &cookie, true));
    Ok(response)
}

/// Somebody who was not on this device yet; who is signed in stays so.
async fn another(visitor: &Visitor, flow: &Flow) -> Response {
    let client = authorize::client_of(&visitor.sv, flow).await;
    login::form_page(visitor, flow, client.as_deref(), Typed { username: String::new(), own_device: true })
}

/// "Not you?": whoever is signed in here is signed out first, with their apps.
async fn leave(visitor: &Visitor, flow: &Flow) -> Result<Response, StoreError> {
    if let Some(session) = &visitor.session {
        visitor.sv.end_session_in_passing(Ended::from(session)).await?;
    }
    let visitor = visitor.clone().with(None);
    let client = authorize::client_of(&visitor.sv, flow).await;
    Ok(visitor.signed_out(login::form_page(&visitor, flow, client.as_deref(), Typed::nothing())))
}

/// Signs everybody out who is remembered here, and forgets them.
async fn forget(visitor: &Visitor, flow: &Flow) -> Result<Response, StoreError> {
    let sv = &visitor.sv;
    let people = visitor.remembered().people(sv).await?;
    for (_, session) in people.iter().filter_map(|person| person.live.as_ref()) {
        sv.end_session_in_passing(Ended::from(session)).await?;
    }
    let mut response = leave(visitor, flow).await?;
    response.headers_mut().append(header::SET_COOKIE, cookies::clear(sv, Jar::People));
    Ok(response)
}
