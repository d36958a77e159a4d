//! Who asks: the browser's cookies, language and address, and its session.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, rejection::StringRejection},
    http::{HeaderMap, HeaderValue, Uri, header, request::Parts},
    response::Response,
};

use super::{
    Shared,
    cookies::{self, Jar},
    render,
};
use crate::{
    base::secret::{Token, same},
    i18n::Locale,
    login::session::{self, Origin},
    protocol::{error::Refusal, params::Params},
    services::{Services, limits::DeviceCookies},
    store::sessions::SessionRow,
    views::Frame,
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
#[derive(Debug)]
pub(super) struct Visitor {
    pub(super) sv: Shared,
    pub(super) trace: Trace,
    pub(super) locale: Locale,
    pub(super) uri: Uri,
    pub(super) session: Option<SessionRow>,
    /// The name of this browser; made when it had none.
    pub(super) browser: Token,
    new_browser: bool,
    chose_language: bool,
    agent: String,
    devices: String,
}

impl FromRequestParts<Shared> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, sv: &Shared) -> Result<Self, Response> {
        let trace = trace_of(parts);
        let params = Params::parse(parts.uri.query().unwrap_or(""));
        let asked = params.get("lang").and_then(Locale::of);
        let locale = asked.or_else(|| preferred(sv, &parts.headers, &params)).unwrap_or_default();
        let known = cookies::read(sv, &parts.headers, Jar::Browser);
        let mut visitor = Self {
            sv: sv.clone(),
            trace,
            locale,
            uri: parts.uri.clone(),
            session: None,
            new_browser: known.is_none(),
            browser: known.map_or_else(|| Token::random(&sv.entropy), |text| Token::presented(&text)),
            chose_language: asked.is_some(),
            agent: text_header(&parts.headers, &header::USER_AGENT),
            devices: cookies::read(sv, &parts.headers, Jar::Devices).unwrap_or_default(),
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

fn preferred(sv: &Services, headers: &HeaderMap, params: &Params) -> Option<Locale> {
    params
        .get("ui_locales")
        .and_then(Locale::of)
        .or_else(|| cookies::read(sv, headers, Jar::Language).as_deref().and_then(Locale::of))
        .or_else(|| Locale::of(&text_header(headers, &header::ACCEPT_LANGUAGE)))
}

impl Visitor {
    /// What surrounds this visitor's pages. `here`: the page's own address, for the language link.
    pub(super) fn frame(&self, failed: bool, here: &str) -> Frame {
        let other = if self.locale == Locale::Vi { Locale::En } else { Locale::Vi };
        let joint = if here.contains('?') { '&' } else { '?' };
        Frame {
            t: self.locale.texts(),
            sector: self.sv.settings.sector_name.clone(),
            other_language: format!("{here}{joint}lang={}", other.tag()),
            failed,
            signed_in: self.session.is_some(),
        }
    }

    /// Where a sign-in comes from.
    pub(super) fn origin(&self) -> Origin {
        Origin { address: self.trace.address.map(|ip| ip.to_string()).unwrap_or_default(), agent: self.agent.clone() }
    }

    /// The accounts that say they have signed in here before.
    pub(super) fn devices(&self) -> DeviceCookies {
        DeviceCookies::read(&self.devices)
    }

    /// For the hidden field of every form (R26).
    pub(super) fn csrf(&self) -> String {
        Token::from_bytes(&self.sv.keys.cookies.mac(&[b"csrf", self.browser.expose().as_bytes()])).expose().to_owned()
    }

    /// Refuses a form that is not one of ours in this browser, or says something twice (R4).
    pub(super) fn check_csrf(&self, form: &Params) -> Result<(), Response> {
        form.check().map_err(|refusal| render::refused(self, refusal))?;
        let ours = !self.new_browser && same(form.get("csrf").unwrap_or("").as_bytes(), self.csrf().as_bytes());
        if ours { Ok(()) } else { Err(render::forged(self)) }
    }

    /// The same browser after its session ended.
    pub(super) fn signed_out(mut self) -> Self {
        self.session = None;
        self
    }

    /// The session, or the sign-in page.
    pub(super) fn signed_in(&self) -> Result<&SessionRow, Response> {
        self.session.as_ref().ok_or_else(|| super::login::ask(self))
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
