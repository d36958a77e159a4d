//! Where an authorization request is: in the address, in what the client signed (RFC 9101, Core 6), or in what it pushed
//! (RFC 9126).

use std::{borrow::Cow, sync::Arc};

use super::{Flow, Goal, Unreadable};
use crate::{
    base::{clock::Moment, digest::Digest, id::ClientKey, secret::Token},
    oauth::refusal,
    protocol::{
        client::{Client, ClientId},
        error::Refusal,
        params::Params,
        request_object,
        response::ReturnAddress,
    },
    services::Services,
    store::{Tx, pushed},
};

/// What a `request_uri` of ours begins with (RFC 9126 §2.2).
pub(in crate::oauth) const PUSHED: &str = "urn:ietf:params:oauth:request_uri:";

/// A request, wherever it was.
pub(super) struct Requested {
    pub(super) client: Arc<Client>,
    pub(super) params: Params,
    pub(super) came: Came,
}

/// The way a request came.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Came {
    /// What it was pushed under: to be spent on its one answer.
    pub(super) pushed: Option<Digest>,
    /// Whether the client signed it.
    pub(super) signed: bool,
}

impl Came {
    /// Refuses what did not come the way its client must take.
    pub(super) fn require(self, client: &Client) -> Result<(), Refusal> {
        if client.terms.must_push() && self.pushed.is_none() {
            Err(Refusal::MustBePushed)
        } else if client.terms.signed_only && !self.signed {
            Err(Refusal::MustBeSigned)
        } else {
            Ok(())
        }
    }
}

/// Finds the request of a flow.
pub(super) async fn resolve(sv: &Services, flow: &Flow) -> Result<Requested, Unreadable> {
    let params = match &flow.goal {
        Goal::App(request) => request.params(sv).await.map_err(Unreadable::Nowhere)?,
        Goal::Page(_) => Params::default(),
    };
    let client = named(sv, &params).map_err(Unreadable::Nowhere)?;
    if params.repeats("request") || params.repeats("request_uri") {
        return Err(refused(client, &params, Refusal::RepeatedParameter));
    }
    match (params.get("request"), params.get("request_uri")) {
        (None, None) => Ok(Requested { client, params, came: Came::default() }),
        (Some(jws), None) => {
            match opened(sv, &client, jws, flow.began).await.and_then(|inner| laid_over(&client, &params, inner)) {
                Ok(params) => Ok(Requested { client, params, came: Came { pushed: None, signed: true } }),
                Err(refusal) => Err(refused(client, &params, refusal)),
            }
        }
        (None, Some(uri)) if uri.starts_with(PUSHED) => {
            // Everything else in the address is nobody's word (RFC 9126 §4).
            let handle = Token::presented(&uri[PUSHED.len()..]).digest();
            let (params, signed) = find(sv, client.key, handle, flow.began).await.map_err(Unreadable::Nowhere)?;
            Ok(Requested { client, params, came: Came { pushed: Some(handle), signed } })
        }
        // One that could be fetched would have been.
        _ => Err(refused(client, &params, Refusal::RequestUriInvalid)),
    }
}

fn named(sv: &Services, params: &Params) -> Result<Arc<Client>, Refusal> {
    let id = params.need("client_id")?;
    if params.repeats("client_id") {
        return Err(Refusal::RepeatedParameter);
    }
    sv.clients.by_id(&ClientId(id.to_owned())).ok_or(Refusal::UnknownClient)
}

/// To the address that stands outside, if that is one of the client's.
fn refused(client: Arc<Client>, params: &Params, refusal: Refusal) -> Unreadable {
    match ReturnAddress::find(params, &client) {
        Ok(back) => Unreadable::At(client, back, refusal),
        Err(_) => Unreadable::Nowhere(refusal),
    }
}

/// The parameters that a client signed. What counts is when the request came: its person may take longer than it is good
/// for.
pub(in crate::oauth) async fn opened(
    sv: &Services,
    client: &Client,
    jws: &str,
    came: Moment,
) -> Result<Params, Refusal> {
    let source = client.keys().ok_or(Refusal::RequestObjectInvalid)?;
    let keys = sv.keys_of(source, jws).await;
    request_object::open(jws, client, &keys, &sv.settings.issuer, came).map_err(|bad| {
        tracing::info!(client = %client.client_id, reason = %bad, "request object refused");
        Refusal::RequestObjectInvalid
    })
}

/// What was signed goes before what stands in the address (Core 6.1); of a client that must sign, nothing else counts
/// (RFC 9101 §6.3). What must stand in both must be the same.
fn laid_over(client: &Client, outside: &Params, inner: Params) -> Result<Params, Refusal> {
    if let (Some(one), Some(other)) = (outside.get("response_type"), inner.get("response_type"))
        && one != other
    {
        return Err(Refusal::RequestObjectInvalid);
    }
    if client.terms.signed_only { Ok(inner) } else { Ok(outside.clone().without(&["request"]).overridden(inner)) }
}

async fn find(sv: &Services, client: ClientKey, handle: Digest, arrived: Moment) -> Result<(Params, bool), Refusal> {
    let question = (handle, client, arrived);
    let found = sv
        .store
        .read(question, async |tx: &mut Tx, (handle, client, arrived): &(Digest, ClientKey, Moment)| {
            pushed::find(tx, *handle, *client, *arrived).await
        })
        .await
        .map_err(refusal)?;
    let row = found.ok_or(Refusal::RequestUriInvalid)?;
    Ok((Params::parse(&row.payload), row.signed))
}

/// A request that lies at an address that its client registered (Core 6.2, R23) is fetched once, when it arrives, and
/// travels from then on as if it had been in the address. What cannot be fetched stays as it was.
pub(super) async fn fetched<'a>(sv: &Services, query: &'a str) -> Cow<'a, str> {
    let params = Params::parse(query);
    match at_its_address(sv, &params).await {
        Some(jws) => {
            let inner = Params::of(vec![("request".to_owned(), jws)]);
            Cow::Owned(params.without(&["request_uri"]).overridden(inner).encode())
        }
        None => Cow::Borrowed(query),
    }
}

async fn at_its_address(sv: &Services, params: &Params) -> Option<String> {
    let uri = params.get("request_uri").filter(|_| params.get("request").is_none())?;
    let mut asked = url::Url::parse(uri).ok()?;
    // A fragment tells versions apart and is not sent (Core 6.2).
    asked.set_fragment(None);
    let client = named(sv, params).ok().filter(|client| client.require_enabled().is_ok())?;
    let registered = client.terms.request_uris.iter().find(|registered| {
        let mut plain = (*registered).clone();
        plain.set_fragment(None);
        plain == asked
    })?;
    match sv.fetch.document(registered).await {
        Ok(document) => Some(String::from_utf8(document).ok()?.trim().to_owned()),
        Err(error) => {
            tracing::info!(client = %client.client_id, %error, "a request object cannot be fetched");
            None
        }
    }
}
