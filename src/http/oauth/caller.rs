//! Who calls an endpoint for programs: what its request and its connection bring along, and what every answer to it
//! carries back.
//!
//! Refuses to believe a header that speaks of a certificate: one that was shown comes from the handshake alone.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header, request::Parts},
    response::{IntoResponse, Response},
};

use crate::{
    http::{Shared, tls::ClientCertificate},
    oauth::{
        client_auth::{self, AuthenticatedClient, Showing},
        dpop::{self, At},
        resource,
    },
    protocol::{
        certificate::Shown, credential::Presented, dpop::BadProof, error::Refusal, jwt::BadToken, params::Params,
    },
};

const DPOP_NONCE: HeaderName = HeaderName::from_static("dpop-nonce");

/// A program that calls.
pub(in crate::http) struct Caller {
    pub(in crate::http) sv: Shared,
    headers: HeaderMap,
    method: Method,
    path: String,
    certificate: Option<Arc<Shown>>,
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, sv: &Shared) -> Result<Self, Infallible> {
        Ok(Self {
            sv: sv.clone(),
            headers: parts.headers.clone(),
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
            certificate: parts.extensions.get::<ClientCertificate>().map(|ClientCertificate(shown)| shown.clone()),
        })
    }
}

impl Caller {
    /// The client that it proves to be.
    pub(super) async fn client(&self, params: &Params) -> Result<AuthenticatedClient, Refusal> {
        let presented = Presented::read(self.authorization()?, params)?;
        client_auth::authenticate(&self.sv, presented, self.certificate.as_deref()).await
    }

    /// The client that it proves to be, with the key that it shows.
    pub(super) async fn holder(&self, params: &Params) -> Result<AuthenticatedClient, Refusal> {
        let proof = self.proof()?.map(|proof| dpop::read(&self.sv, proof, self.at(), None)).transpose()?;
        let presented = Presented::read(self.authorization()?, params)?;
        let showing = Showing { proof, certificate: self.certificate.as_deref() };
        client_auth::authenticate_holder(&self.sv, presented, showing).await
    }

    /// The access token of the Authorization header, and how it is presented there.
    pub(in crate::http) fn presented(&self) -> Result<resource::Presented<'_>, Refusal> {
        let Some((scheme, token)) = self.authorization()?.and_then(|value| value.split_once(' ')) else {
            return Ok(resource::Presented::Nothing);
        };
        let token = token.trim();
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Ok(self.bearer(token)),
            "dpop" => Ok(resource::Presented::Dpop { token, proof: self.proof()?, at: self.at() }),
            _ => Ok(resource::Presented::Nothing),
        }
    }

    /// An access token that comes without a proof.
    pub(super) fn bearer<'a>(&'a self, token: &'a str) -> resource::Presented<'a> {
        resource::Presented::Bearer { token, certificate: self.certificate.as_deref() }
    }

    /// An answer, with what the next proof must hold, for whoever may read it.
    pub(super) fn answer(&self, outcome: Result<Response, Refusal>) -> Response {
        let refused = outcome.as_ref().err().copied();
        self.told(refused, outcome.unwrap_or_else(IntoResponse::into_response))
    }

    /// The same for a refusal that is a response already.
    pub(super) fn told(&self, refused: Option<Refusal>, mut response: Response) -> Response {
        // RFC 9449 §8.
        if (self.sv.settings.dpop_nonce || refused == Some(Refusal::DpopNonceNeeded))
            && let Ok(nonce) = HeaderValue::try_from(dpop::nonce(&self.sv))
        {
            response.headers_mut().insert(DPOP_NONCE, nonce);
        }
        self.readable(response)
    }

    /// CORS for the origins of registered redirect URIs, and for no others.
    pub(super) fn readable(&self, mut response: Response) -> Response {
        let origin = self.headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
        let registered = origin.is_some_and(|origin| self.sv.clients.now().origins().contains(origin));
        let out = response.headers_mut();
        out.append(header::VARY, HeaderValue::from_static("origin"));
        if registered && let Some(value) = self.headers.get(header::ORIGIN) {
            let exposed = const { HeaderValue::from_static("dpop-nonce, www-authenticate") };
            out.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value.clone());
            out.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
        }
        response
    }

    /// Whether it names this media type among those that it takes.
    pub(super) fn accepts(&self, media: &str) -> bool {
        let texts = self.headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
        texts
            .flat_map(|text| text.split(','))
            .any(|one| one.split(';').next().is_some_and(|one| one.trim().eq_ignore_ascii_case(media)))
    }

    fn at(&self) -> At<'_> {
        At { method: self.method.as_str(), path: &self.path }
    }

    fn authorization(&self) -> Result<Option<&str>, Refusal> {
        authorization(&self.headers)
    }

    /// The one proof of possession (RFC 9449 §4.3, check 1).
    fn proof(&self) -> Result<Option<&str>, Refusal> {
        let mut all = self.headers.get_all("dpop").iter();
        match (all.next(), all.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => value.to_str().map(Some).map_err(|_| Refusal::DpopProof(BadToken::Malformed.into())),
            _ => Err(Refusal::DpopProof(BadProof::Several)),
        }
    }
}

/// The one Authorization header: two would be two callers, and who reads which is what attackers live on (R4).
pub(super) fn authorization(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Refusal::ClientAuthentication),
        _ => Err(Refusal::RepeatedParameter),
    }
}
