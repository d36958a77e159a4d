//! Who asks: the browser's cookies, language and address, and its session.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use axum::{
    extract::{FromRequestParts, Request, rejection::StringRejection},
    http::{HeaderMap, HeaderValue, Method, Uri, header, request::Parts},
    response::Response,
};

use super::{
    Shared,
    cookies::{self, Jar},
    render,
};
use crate::{
    base::{
        clock::Moment,
        secret::{Token, same},
    },
    i18n::Locale,
    login::{
        remembered::Remembered,
        session::{self, Origin},
    },
    oauth::authorize::Flow,
    protocol::{error::Refusal, params::Params},
    services::{Services, limits::DeviceCookies},
    store::sessions::SessionRow,
    views::{Frame, Sections},
};

/// What the outermost layer learnt about a request.
#[derive(Clone, Debug)]
pub(super) struct Trace {
    /// Eight letters that stand in the log, on error pages and in `X-Request-Id`.
    pub(super) support: Arc<str>,
    /// The client's address.
    pub(super) address: Option<IpAddr>,
}

/// A browser.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub(super) sv: Shared,
    pub(super) trace: Trace,
    pub(super) locale: Locale,
    pub(super) uri: Uri,
    pub(super) method: Method,
    pub(super) session: Option<SessionRow>,
    /// The name of this browser; made when it had none.
    pub(super) browser: Token,
    new_browser: bool,
    chose_language: bool,
    agent: String,
    devices: String,
    people: String,
    /// What the browser says of its state.
    state: Option<String>,
    /// What of the console is offered; known once somebody was let in there.
    pub(super) sections: OnceLock<Sections>,
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, sv: &Shared) -> Result<Self, Response> {
        let trace = trace_of(parts);
        let params = Params::parse(parts.uri.query().unwrap_or(""));
        let asked = params.get("lang").or_else(|| params.get("ui_locales")).and_then(Locale::of);
        let locale = asked.or_else(|| preferred(sv, &parts.headers)).unwrap_or_default();
        let known = cookies::read(sv, &parts.headers, Jar::Browser);
        let mut visitor = Self {
            sv: sv.clone(),
            trace,
            locale,
            uri: parts.uri.clone(),
            method: parts.method.clone(),
            session: None,
            new_browser: known.is_none(),
            browser: known.map_or_else(|| Token::random(&sv.entropy), |text| Token::presented(&text)),
            chose_language: params.get("lang").and_then(Locale::of).is_some(),
            agent: text_header(&parts.headers, &header::USER_AGENT),
            devices: cookies::read(sv, &parts.headers, Jar::Devices).unwrap_or_default(),
            people: cookies::read(sv, &parts.headers, Jar::People).unwrap_or_default(),
            state: cookies::read(sv, &parts.headers, Jar::BrowserState),
            sections: OnceLock::new(),
        };
        if let Err(refusal) = params.check_text() {
            return Err(render::refused(&visitor, refusal));
        }
        if let Some(cookie) = cookies::read(sv, &parts.headers, Jar::Session) {
            match session::find(sv, &Token::presented(&cookie)).await {
                Ok(found) => visitor.session = found,
                Err(error) => return Err(render::fault(&visitor, &error)),
            }
        }
        Ok(visitor)
    }
}

/// What the outermost layer learnt; nothing when it is not there, in a unit test.
pub(super) fn trace_of(parts: &Parts) -> Trace {
    parts.extensions.get::<Trace>().cloned().unwrap_or(Trace { support: "".into(), address: None })
}

fn text_header(headers: &HeaderMap, name: &header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("").to_owned()
}

fn preferred(sv: &Services, headers: &HeaderMap) -> Option<Locale> {
    let chosen = cookies::read(sv, headers, Jar::Language).as_deref().and_then(Locale::of);
    chosen.or_else(|| Locale::of(&text_header(headers, &header::ACCEPT_LANGUAGE)))
}

impl Visitor {
    /// What surrounds this visitor's pages. `here`: the page's own address, for the language link.
    pub(super) fn frame(&self, failed: bool, here: &str) -> Frame {
        let other = self.locale.other();
        let joint = if here.contains('?') { '&' } else { '?' };
        Frame {
            t: self.locale.texts(),
            sector: self.sv.settings.sector_name.clone(),
            other_language: format!("{here}{joint}lang={}", other.tag()),
            failed,
            signed_in: self.session.is_some(),
            shortest_password: self.sv.settings.shortest_password,
            sections: self.sections.get().cloned().unwrap_or_default(),
        }
    }

    /// The address of this page, without a language; after a form was sent, which cannot be sent again, of the page it
    /// stands on, and of a file, which no browser shows in a page's place, of the place where it is offered.
    pub(super) fn here(&self) -> String {
        if self.method != Method::GET {
            return form_page(self.uri.path()).to_owned();
        }
        let query = self.uri.query().unwrap_or("").split('&').filter(|pair| !pair.starts_with("lang="));
        let query: Vec<&str> = query.filter(|pair| !pair.is_empty()).collect();
        let joint = if query.is_empty() { "" } else { "?" };
        let (path, place) = offer(self.uri.path()).unwrap_or((self.uri.path(), ""));
        format!("{path}{joint}{}{place}", query.join("&"))
    }

    /// Whether a file is asked for, so that whoever is asked for their password first has to ask for it again.
    pub(super) fn wants_file(&self) -> bool {
        let path = self.uri.path();
        let printed = ["/console/slips", "/class/slips", "/class/badges"].iter().any(|form| path.starts_with(form));
        printed || path == "/console/audit/export" || self.method == Method::GET && offer(path).is_some()
    }

    /// For a countdown: whole seconds, so that the moment has come when it ends.
    pub(super) fn seconds_until(&self, moment: Moment) -> u64 {
        moment.since(self.sv.clock.now()).as_secs() + 1
    }

    /// Where a sign-in comes from.
    pub(super) fn origin(&self, own_device: bool) -> Origin {
        Origin {
            browser: self.browser.digest(),
            own_device,
            address: self.trace.address.map(|ip| ip.to_string()).unwrap_or_default(),
            agent: self.agent.clone(),
        }
    }

    /// The accounts that say they have signed in here before.
    pub(super) fn devices(&self) -> DeviceCookies {
        DeviceCookies::read(&self.devices)
    }

    /// The people who signed in on this device of their own.
    pub(super) fn remembered(&self) -> Remembered {
        Remembered::open(&self.sv, &self.people, &self.browser)
    }

    /// For the hidden field of every form (R26).
    pub(super) fn csrf(&self) -> String {
        Token::from_bytes(&self.sv.keys.cookies.mac(&[b"csrf", self.browser.expose().as_bytes()])).expose().to_owned()
    }

    /// Refuses a form that is not well formed, or not one of ours in this browser.
    pub(super) fn check_csrf(&self, form: &Params) -> Result<(), Response> {
        form.check().map_err(|refusal| render::refused(self, refusal))?;
        if self.gave(form) { Ok(()) } else { Err(render::forged(self)) }
    }

    /// The same for a form of a flow, whose page then leads back to where the flow was going.
    pub(super) async fn check_csrf_in(&self, form: &Params, flow: &Flow) -> Result<(), Response> {
        match form.check() {
            Err(refusal) => Err(render::refused_in(self, flow, refusal).await),
            Ok(()) if self.gave(form) => Ok(()),
            Ok(()) => Err(render::forged_in(self, flow).await),
        }
    }

    /// Refuses a form with a field that its page has not (R40).
    pub(super) fn check_fields(&self, form: &Params, fields: &[&str]) -> Result<(), Response> {
        let listed: Vec<&str> = fields.iter().copied().chain(["csrf"]).collect();
        if form.unlisted(&listed).is_some() { Err(render::unlisted_field(self)) } else { Ok(()) }
    }

    /// A form of ours in this browser, with no field that its page has not (R26, R40).
    pub(super) fn read(&self, form: Result<Form, Refusal>, fields: &[&str]) -> Result<Params, Response> {
        let Form(params) = form.map_err(|refusal| render::refused(self, refusal))?;
        self.check_csrf(&params)?;
        self.check_fields(&params, fields)?;
        Ok(params)
    }

    /// The same of somebody who is signed in, or the page that leads on.
    pub(super) fn signed_in_form(
        &self,
        form: Result<Form, Refusal>,
        fields: &[&str],
    ) -> Result<(SessionRow, Params), Response> {
        let session = self.signed_in()?.clone();
        Ok((session, self.read(form, fields)?))
    }

    /// Whether a form is one that we gave to this browser.
    fn gave(&self, form: &Params) -> bool {
        !self.new_browser && same(form.get("csrf").unwrap_or("").as_bytes(), self.csrf().as_bytes())
    }

    /// The same browser with another session, or none.
    pub(super) fn with(mut self, session: Option<SessionRow>) -> Self {
        self.session = session;
        self
    }

    /// The same browser in the language of a flow.
    pub(super) fn speaking(mut self, flow: &Flow) -> Self {
        self.locale = flow.language.unwrap_or(self.locale);
        self
    }

    /// The same browser once somebody has signed in there.
    pub(super) fn with_session(&self, session: SessionRow) -> Self {
        Self { session: Some(session), ..self.clone() }
    }

    /// The language the person has just asked for.
    pub(super) fn language_asked(&self) -> Option<Locale> {
        self.chose_language.then_some(self.locale)
    }

    /// The session, or the page that leads on: sign in, or choose the new password that must be chosen first (R33).
    pub(super) fn signed_in(&self) -> Result<&SessionRow, Response> {
        match &self.session {
            None => Err(super::login::ask(self)),
            Some(session) if session.must_change == Some(true) => {
                Err(super::password::must_change(self, &self.flow_to_here()))
            }
            Some(session) => Ok(session),
        }
    }

    /// A sign-in that leads to this very page; after a form was sent, to the one it stands on.
    pub(super) fn flow_to_here(&self) -> Flow {
        Flow::to_page(&self.sv, self.here())
    }

    /// Takes the session's cookie away, and what tells apps of it, with the response.
    pub(super) fn signed_out(&self, mut response: Response) -> Response {
        for jar in [Jar::Session, Jar::BrowserState] {
            response.headers_mut().append(header::SET_COOKIE, cookies::clear(&self.sv, jar));
        }
        response
    }

    /// Adds what this browser is to remember.
    pub(super) fn remembers(&self, mut response: Response) -> Response {
        let mut add = |value: HeaderValue| response.headers_mut().append(header::SET_COOKIE, value);
        if self.new_browser {
            add(cookies::set(&self.sv, Jar::Browser, &self.browser, true));
        }
        if self.chose_language {
            add(cookies::set_language(&self.sv, self.locale.tag()));
        }
        // Without a session it stays: within another site's frame a browser keeps the session's cookie to itself.
        if let Some(session) = &self.session {
            let state = session::browser_state(&self.sv, session);
            if self.state.as_ref() != Some(&state) {
                add(cookies::set_browser_state(&self.sv, &state, session.own_device));
            }
        }
        response
    }
}

/// A form's parameters.
#[derive(Debug)]
pub(super) struct Form(pub(super) Params);

impl axum::extract::FromRequest<Shared> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, sv: &Shared) -> Result<Self, Refusal> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let media = media.split(';').next().unwrap_or("").trim();
        // A compressed body is not read as what it is not.
        let encoded = request.headers().contains_key(header::CONTENT_ENCODING);
        if encoded || !media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Refusal::NotAForm);
        }
        match String::from_request(request, sv).await {
            Ok(body) => Ok(Self(Params::parse(&body))),
            Err(StringRejection::InvalidUtf8(_)) => Err(Refusal::NotAForm),
            Err(_) => Err(Refusal::TooLong),
        }
    }
}

/// The page that offers a file, and the place on it.
fn offer(file: &str) -> Option<(&str, &'static str)> {
    let (page, name) = file.rsplit_once('/')?;
    let place = match name {
        "export" | "findings" => "#export",
        "kept" => "#kept-export",
        "data" => "#data",
        "result" => "",
        _ => return None,
    };
    (page.starts_with("/console/") || page == "/class").then_some((page, place))
}

/// The page that a form of an administrator's or a teacher's stands on; of others the portal, where everything begins.
fn form_page(path: &str) -> &str {
    match path.rsplit_once('/') {
        _ if path.starts_with("/class/") => "/class",
        Some((page, deed)) if page.starts_with("/console/") && !matches!(deed, "new" | "merge") => page,
        _ if path.starts_with("/console/") => path,
        _ => "/portal",
    }
}

#[cfg(test)]
mod tests {
    use super::{form_page, offer};

    #[test]
    fn a_file_is_offered_on_a_page() {
        assert_eq!(offer("/console/people/export"), Some(("/console/people", "#export")));
        assert_eq!(offer("/console/rollover/7/8/export"), Some(("/console/rollover/7/8", "#export")));
        assert_eq!(offer("/console/imports/7/kept"), Some(("/console/imports/7", "#kept-export")));
        assert_eq!(offer("/console/people/7/data"), Some(("/console/people/7", "#data")));
        assert_eq!(offer("/class/export"), Some(("/class", "#export")));
        assert_eq!((offer("/console/people/7"), offer("/account/data"), offer("/console")), (None, None, None));
    }

    #[test]
    fn a_form_leads_back_to_the_page_it_stands_on() {
        for (form, page) in [
            ("/class/slips", "/class"),
            ("/class/badge/void", "/class"),
            ("/console/slips", "/console/slips"),
            ("/console/slips/badges", "/console/slips"),
            ("/console/people/7/code", "/console/people/7"),
            ("/console/people/7/merge", "/console/people/7/merge"),
            ("/console/transfers/new", "/console/transfers/new"),
            ("/console/rollover/7/8/save", "/console/rollover/7/8"),
            ("/account/sessions", "/portal"),
        ] {
            assert_eq!(form_page(form), page);
        }
    }
}
