//! Pushed authorization requests (RFC 9126): a client sends its request itself, and the browser brings only a reference.

use std::time::Duration;

use serde::Serialize;

use super::{
    authorize::{PUSHED, opened},
    carried::LARGEST,
    client_auth::AuthenticatedClient,
    refusal, target,
};
use crate::{
    base::secret::Token,
    protocol::{
        authorize::AuthorizeAsk,
        client::{Access, Trust},
        confirmation::Confirmation,
        error::Refusal,
        params::Params,
        response::ReturnAddress,
    },
    services::Services,
    store::{
        Tx,
        pushed::{self, Pushed},
    },
};

/// By what a client proves itself: no part of its request.
const CREDENTIALS: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];

/// The answer (RFC 9126 §2.2).
#[derive(Clone, Debug, Serialize)]
pub struct Kept {
    /// What the browser is to come with.
    pub request_uri: String,
    /// Within how many seconds.
    pub expires_in: u64,
}

/// Keeps a request after everything that can be told of it without its person was found good. A key that was shown with
/// it binds the code (RFC 9449 §10.1).
pub async fn push(sv: &Services, client: &AuthenticatedClient, params: &Params) -> Result<Kept, Refusal> {
    params.check()?;
    if params.get("request_uri").is_some() {
        return Err(Refusal::InvalidParameter("request_uri"));
    }
    let (params, signed) = match params.get("request") {
        // RFC 9126 §3: then everything stands in it.
        Some(jws) => (opened(sv, client, jws, sv.clock.now()).await?, true),
        None => (params.clone().without(&CREDENTIALS), false),
    };
    if client.terms.signed_only && !signed {
        return Err(Refusal::MustBeSigned);
    }
    let params = held_to_key(params, client)?;
    let back = ReturnAddress::find(&params, client)?;
    back.require_mode()?;
    let ask = AuthorizeAsk::parse(&params, client, &sv.settings.offer)?;
    target::check(sv, client, &ask.resources)?;
    let payload = params.encode();
    if payload.len() > LARGEST {
        return Err(Refusal::TooLong);
    }
    let handle = Token::random(&sv.entropy);
    let lives: Duration = sv.settings.pushed;
    let new = Pushed {
        digest: handle.digest(),
        client: client.key,
        proven: client.access != Access::Public && client.trust == Trust::SectorApproved,
        payload,
        signed,
        expires_at: sv.clock.now() + lives,
    };
    sv.store.write(new, async |tx: &mut Tx, new: &Pushed| pushed::keep(tx, new).await).await.map_err(refusal)?;
    Ok(Kept { request_uri: format!("{PUSHED}{}", handle.expose()), expires_in: lives.as_secs() })
}

/// RFC 9449 §10.1: a proof that comes with the request binds its code, as `dpop_jkt` does; both must say the same.
fn held_to_key(params: Params, client: &AuthenticatedClient) -> Result<Params, Refusal> {
    let Some(Confirmation::Key(key)) = client.bound() else { return Ok(params) };
    let key = key.to_string();
    match params.get("dpop_jkt") {
        None => Ok(params.overridden(Params::of(vec![("dpop_jkt".to_owned(), key)]))),
        Some(named) if named == key => Ok(params),
        Some(_) => Err(Refusal::InvalidParameter("dpop_jkt")),
    }
}
