//! A browser's request on its way through our pages. It travels in the address or in a sealed field; one that is too
//! large for that is kept here, and its handle travels (PROTOCOL: authorization and logout requests).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{logout::read_hint, refusal};
use crate::{
    base::{digest::Digest, secret::Token},
    protocol::{
        client::{Client, ClientId},
        error::Refusal,
        params::Params,
    },
    services::Services,
    store::{Tx, stored_requests},
};

/// What still travels: proxies take addresses of 8 KB, and a sealed request is a third longer.
const TRAVELS: usize = 4 * 1024;
/// The largest request: a hint and the `claims` parameter at their limits fit.
pub(super) const LARGEST: usize = 32 * 1024;
/// How long a request is kept, in seconds: as long as a page may stay open.
pub(super) const LONGEST_SECONDS: u64 = 24 * 3600;
/// The parameter that names a kept request.
const HANDLE: &str = "kept";

/// The parameters of a request, encoded, or the handle under which they are kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carried {
    /// It travels.
    Here(String),
    /// It is kept.
    Kept(String),
}

impl Carried {
    /// No request at all.
    pub const fn nothing() -> Self {
        Self::Here(String::new())
    }

    /// A request as it arrived in an address: itself, or the handle of one that came by POST.
    pub async fn arrived(sv: &Services, query: &str) -> Result<Self, Refusal> {
        match query.strip_prefix(HANDLE).and_then(|rest| rest.strip_prefix('=')) {
            Some(handle) => Ok(Self::Kept(handle.to_owned())),
            None => Self::pack(sv, query).await,
        }
    }

    /// Keeps a request that is too large to travel, if it is an app's: nothing is kept for whoever names none.
    pub async fn pack(sv: &Services, request: &str) -> Result<Self, Refusal> {
        if request.len() <= TRAVELS {
            return Ok(Self::Here(request.to_owned()));
        }
        if request.len() > LARGEST {
            return Err(Refusal::TooLong);
        }
        app(sv, &Params::parse(request))?.require_enabled()?;
        let handle = Token::random(&sv.entropy);
        let until = sv.clock.now() + std::time::Duration::from_secs(LONGEST_SECONDS);
        let turn = (handle.digest(), request.to_owned(), until);
        sv.store
            .write_aside(turn, async |tx: &mut Tx, (handle, request, until)| {
                stored_requests::keep(tx, *handle, request, *until).await
            })
            .await
            .map_err(refusal)?;
        Ok(Self::Kept(handle.expose().to_owned()))
    }

    /// The query that carries it.
    pub fn query(&self) -> String {
        match self {
            Self::Here(request) => request.clone(),
            Self::Kept(handle) => format!("{HANDLE}={handle}"),
        }
    }

    /// Its parameters.
    pub async fn params(&self, sv: &Services) -> Result<Params, Refusal> {
        match self {
            Self::Here(request) => Ok(Params::parse(request)),
            Self::Kept(handle) => {
                let question = (Token::presented(handle).digest(), sv.clock.now());
                let found = sv
                    .store
                    .read(question, async |tx: &mut Tx, (handle, now): &(Digest, _)| {
                        stored_requests::find(tx, *handle, *now).await
                    })
                    .await
                    .map_err(refusal)?;
                found.map(|request| Params::parse(&request)).ok_or(Refusal::RequestGone)
            }
        }
    }

    /// Whether there is a request.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::Here(request) if request.is_empty())
    }
}

/// The app that a request is of: the one that it names, or that the ID token it brings was issued to.
fn app(sv: &Services, params: &Params) -> Result<Arc<Client>, Refusal> {
    let issued_to = || Some(read_hint(sv, params.get("id_token_hint")?)?.aud);
    let id = params.get("client_id").map(str::to_owned).or_else(issued_to).ok_or(Refusal::UnknownClient)?;
    sv.clients.by_id(&ClientId(id)).ok_or(Refusal::UnknownClient)
}
