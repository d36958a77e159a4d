//! Apps that register themselves (RFC 7591, OpenID Registration 1.0) and manage what they registered (RFC 7592).
//!
//! Whoever may not is told so before anything of the document is looked at, let alone fetched; a document that is refused
//! uses up no token. A secret is told once; only digests are kept, so that a token is told to whoever shows it and nobody
//! else.

mod budget;

use std::{collections::BTreeSet, net::IpAddr};

use serde_json::{Value, json};
use url::Url;

use crate::{
    base::{clock::Moment, digest::hex, secret::Token},
    model::text::SearchKey,
    oauth::refusal,
    protocol::{
        address::origin,
        client::{Access, Client, ClientId, Trust},
        error::Refusal,
        redirect::{RedirectUri, is_loopback},
        registration::{
            BadMetadata, Identity, Metadata,
            dynamic::{Admits, Given, SectorSource},
        },
    },
    services::{
        Services,
        audit::{Actor, Scribe},
    },
    store::{
        StoreError, Tx, clients,
        registrations::{self, RegistrationRow},
    },
};

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// The token that they show.
    pub token: Option<&'a str>,
    /// From where.
    pub address: Option<IpAddr>,
}

/// A client as it is registered now.
#[derive(Debug)]
pub struct Registered {
    /// What it calls itself.
    pub client_id: ClientId,
    /// Its metadata.
    pub metadata: Metadata,
    /// Since when.
    pub since: Moment,
    /// A secret that it has just been given.
    pub secret: Option<Token>,
    /// By which it manages its registration: new, or shown with the request (RFC 7592 §3 has it told each time).
    pub token: Token,
}

/// Why an app is not registered, or not as it asks.
#[derive(Debug, thiserror::Error)]
pub enum NotRegistered {
    /// What is wrong with what it says of itself.
    #[error(transparent)]
    Metadata(#[from] BadMetadata),
    /// Everything else.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

impl From<StoreError> for NotRegistered {
    fn from(error: StoreError) -> Self {
        Self::Refused(refusal(error))
    }
}

/// Registers an app.
pub async fn register(sv: &Services, caller: Caller<'_>, document: &str) -> Result<Registered, NotRegistered> {
    let invitation = admitted(sv, caller).await?;
    let (metadata, _) = Metadata::read(document)?;
    // Nothing is fetched for whoever could not be let in anyway.
    let count = sv.store.read((), async |tx: &mut Tx, (): &()| registrations::count(tx).await).await?;
    if count >= i64::from(sv.settings.registrar.most) {
        return Err(Refusal::RegistrationsFull.into());
    }
    // An invitation says itself how often it is good, but not how often it may have us fetch something.
    if invitation.is_none() || metadata.sector_identifier_uri.is_some() {
        budget::spend(sv, caller.address).await?;
    }
    let (token, secret) = (Token::random(&sv.entropy), Token::random(&sv.entropy));
    let given = Given {
        client_id: format!("dyn-{}", hex(&sv.entropy.bytes::<16>())),
        key: sv.ids.next(),
        secret: &secret,
        sector: sector(sv, &metadata).await?,
    };
    let (client, metadata) = metadata.register(given, &sv.settings.registrar, &sv.settings.offer)?;
    leaves_others_theirs(sv, &client)?;
    let since = sv.clock.now();
    let newcomer = Newcomer {
        client: client.clone(),
        metadata: metadata.clone(),
        token: token.clone(),
        invitation,
        most: sv.settings.registrar.most.into(),
        scribe: sv.scribe(&Actor::System),
        now: since,
    };
    sv.store.write(newcomer, async |tx: &mut Tx, newcomer: &Newcomer| newcomer.enter(tx).await).await?;
    sv.clients.reload().await?;
    let secret = has_secret(&client).then_some(secret);
    Ok(Registered { client_id: client.client_id, metadata, since, secret, token })
}

/// What an app registered.
pub async fn read(sv: &Services, caller: Caller<'_>, id: &str) -> Result<Registered, NotRegistered> {
    let (row, token) = own(sv, caller, id).await?;
    Ok(Registered {
        client_id: ClientId(id.to_owned()),
        metadata: row.metadata.0,
        since: row.registered_at,
        secret: None,
        token,
    })
}

/// Replaces what an app registered: what is left out now is no more (RFC 7592 §2.2).
pub async fn replace(sv: &Services, caller: Caller<'_>, id: &str, document: &str) -> Result<Registered, NotRegistered> {
    let (row, token) = own(sv, caller, id).await?;
    let (metadata, identity) = Metadata::read(document)?;
    budget::spend(sv, caller.address).await?;
    let secret = Token::random(&sv.entropy);
    let sector = sector(sv, &metadata).await?;
    let given = Given { client_id: id.to_owned(), key: row.client_key, secret: &secret, sector };
    let (client, metadata) = metadata.register(given, &sv.settings.registrar, &sv.settings.offer)?;
    leaves_others_theirs(sv, &client)?;
    let (scribe, now) = (sv.scribe(&Actor::System), sv.clock.now());
    let turn = Replacement { client, metadata: metadata.clone(), identity, scribe, now };
    let replaced = sv.store.write(turn, async |tx: &mut Tx, turn: &Replacement| turn.write(tx).await).await?;
    let keeps_its_secret = replaced?;
    sv.clients.reload().await?;
    let told = sv.clients.by_key(row.client_key).filter(|client| has_secret(client) && !keeps_its_secret);
    Ok(Registered {
        client_id: ClientId(id.to_owned()),
        metadata,
        since: row.registered_at,
        secret: told.map(|_| secret),
        token,
    })
}

/// Forgets an app at its own wish, and everything it was given.
pub async fn remove(sv: &Services, caller: Caller<'_>, id: &str) -> Result<(), NotRegistered> {
    let (row, _) = own(sv, caller, id).await?;
    let turn = (row.client_key, id.to_owned(), sv.scribe(&Actor::System));
    let remove = async |tx: &mut Tx, (client, id, scribe): &(_, String, Scribe)| {
        clients::remove(tx, *client).await?;
        scribe.note(tx, "client.removed", format!("client:{id}"), &json!({})).await
    };
    sv.store.write(turn, remove).await?;
    Ok(sv.clients.reload().await?)
}

/// Refuses whoever may not register anything; the token that will be used up.
async fn admitted(sv: &Services, caller: Caller<'_>) -> Result<Option<Token>, NotRegistered> {
    match sv.settings.registrar.admits {
        Admits::Nobody => Err(Refusal::RegistrationOff.into()),
        Admits::Everybody => Ok(None),
        Admits::Invited => {
            let token = Token::presented(caller.token.ok_or(Refusal::AccessTokenMissing)?);
            let question = (token.digest(), sv.clock.now());
            let good = async |tx: &mut Tx, (token, now): &_| registrations::is_good(tx, *token, *now).await;
            if sv.store.read(question, good).await? { Ok(Some(token)) } else { Err(wrong_token(sv, caller).await) }
        }
    }
}

/// Refuses a token that is not good, and counts it.
async fn wrong_token(sv: &Services, caller: Caller<'_>) -> NotRegistered {
    budget::spend(sv, caller.address).await.err().unwrap_or(Refusal::AccessTokenInvalid.into())
}

/// The registration that a token belongs to, and the token. One that does not exist, another's token and an app that was
/// turned off are told apart for nobody.
async fn own(sv: &Services, caller: Caller<'_>, id: &str) -> Result<(RegistrationRow, Token), NotRegistered> {
    if sv.settings.registrar.admits == Admits::Nobody {
        return Err(Refusal::RegistrationOff.into());
    }
    let token = Token::presented(caller.token.ok_or(Refusal::AccessTokenMissing)?);
    // An address holds any text, and a database not (R55): only ids that exist are looked up.
    if sv.clients.by_id(&ClientId(id.to_owned())).is_none() {
        return Err(wrong_token(sv, caller).await);
    }
    let question = (id.to_owned(), token.digest());
    let find = async |tx: &mut Tx, (id, token): &(String, _)| registrations::find(tx, id, *token).await;
    let row = sv.store.read(question, find).await?;
    let enabled = |row: &RegistrationRow| {
        sv.clients.by_key(row.client_key).is_some_and(|client| client.require_enabled().is_ok())
    };
    match row.filter(enabled) {
        Some(row) => Ok((row, token)),
        None => Err(wrong_token(sv, caller).await),
    }
}

/// The sector of its pairwise subjects (Core 8.1). What the department calls a sector is never the name of a host.
async fn sector(sv: &Services, metadata: &Metadata) -> Result<Option<String>, NotRegistered> {
    let of = |host: &str| Some(format!("host:{host}"));
    match metadata.sector_source()? {
        SectorSource::Own => Ok(None),
        SectorSource::Host(host) => Ok(of(&host)),
        SectorSource::Document(address) => {
            let document = sv.fetch.document(&address).await.map_err(|error| {
                // Why is for our log: whoever asks must not learn from it what lies behind our walls (R23).
                tracing::info!(%error, "a sector's document cannot be fetched");
                BadMetadata::of("sector_identifier_uri", "cannot be fetched")
            })?;
            metadata.is_listed_in(&document)?;
            Ok(of(address.host_str().unwrap_or_default()))
        }
    }
}

/// Refuses the name of an app that the department registered, and a place on people's own machines where one listens.
fn leaves_others_theirs(sv: &Services, client: &Client) -> Result<(), BadMetadata> {
    let name = SearchKey::of(&client.name);
    let local = |uri: &&RedirectUri| uri.as_str().parse().is_ok_and(|url| is_loopback(&url));
    for other in sv.clients.all().iter().filter(|other| other.trust == Trust::SectorApproved) {
        if SearchKey::of(&other.name) == name {
            return Err(BadMetadata::of("client_name", "is that of an app which the provider's own people registered"));
        }
        let meet = |uri: &RedirectUri| {
            other.redirect_uris.iter().any(|theirs| theirs.matches(uri.as_str()) || uri.matches(theirs.as_str()))
        };
        if let Some(uri) = client.redirect_uris.iter().filter(local).find(|uri| meet(uri)) {
            return Err(BadMetadata::of("redirect_uris", &format!("{} belongs to another app", uri.as_str())));
        }
    }
    Ok(())
}

const fn has_secret(client: &Client) -> bool {
    matches!(client.access, Access::SecretBasic { .. } | Access::SecretPost { .. })
}

struct Newcomer {
    client: Client,
    metadata: Metadata,
    token: Token,
    invitation: Option<Token>,
    most: i64,
    scribe: Scribe,
    now: Moment,
}

impl Newcomer {
    async fn enter(&self, tx: &mut Tx) -> Result<(), StoreError> {
        if let Some(invitation) = &self.invitation
            && !registrations::spend(tx, invitation.digest(), self.now).await?
        {
            return Err(StoreError::Refused(Refusal::AccessTokenInvalid));
        }
        if registrations::count(tx).await? >= self.most {
            return Err(StoreError::Refused(Refusal::RegistrationsFull));
        }
        clients::add(tx, &self.client, self.now).await?;
        registrations::add(tx, &self.client, self.token.digest(), &self.metadata, self.now).await?;
        let subject = format!("client:{}", self.client.client_id);
        self.scribe.note(tx, "client.registered", subject, &summary(&self.client)).await
    }
}

struct Replacement {
    client: Client,
    metadata: Metadata,
    identity: Identity,
    scribe: Scribe,
    now: Moment,
}

impl Replacement {
    /// Whether the client keeps the secret that it has.
    async fn write(&self, tx: &mut Tx) -> Result<Result<bool, BadMetadata>, StoreError> {
        let Some(before) = clients::hold(tx, &self.client.client_id).await? else {
            return Err(StoreError::Refused(Refusal::AccessTokenInvalid));
        };
        if let Err(bad) = self.names(&before) {
            return Ok(Err(bad));
        }
        // Whoever agreed to something agreed to that name at those addresses.
        let other = before.name != self.client.name || before.redirect_uris != self.client.redirect_uris;
        // And whoever is somebody else to it from now on is nobody it knows (Core 12.2).
        if other || before.subject != self.client.subject {
            clients::end_all(tx, before.key, self.now).await?;
        }
        let (client, kept) = over(self.client.clone(), &before);
        clients::change(tx, &client, self.now).await?;
        registrations::change(tx, client.key, &self.metadata).await?;
        self.scribe.note(tx, "client.changed", format!("client:{}", client.client_id), &summary(&client)).await?;
        Ok(Ok(kept))
    }

    /// Refuses a document that is not about this client, or gives it a secret that the server did not make.
    fn names(&self, before: &Client) -> Result<(), BadMetadata> {
        if self.identity.client_id.as_deref() != Some(before.client_id.0.as_str()) {
            return Err(BadMetadata::of("client_id", "must be the client's own"));
        }
        let secrets = match &before.access {
            Access::SecretBasic { secrets } | Access::SecretPost { secrets } => secrets.as_slice(),
            _ => &[],
        };
        let own = |said: &String| secrets.iter().any(|kept| kept.is(&Token::presented(said), self.now));
        match &self.identity.client_secret {
            Some(said) if !own(said) => Err(BadMetadata::of("client_secret", "must be the client's own, or left out")),
            _ => Ok(()),
        }
    }
}

/// What the audit trail keeps of an app's own words, which anybody may fill it with: some, and of bounded length.
fn summary(client: &Client) -> Value {
    let place = |uri: &RedirectUri| {
        let place = Url::parse(uri.as_str())
            .map_or_else(|_| String::new(), |url| origin(&url).unwrap_or_else(|| url.scheme().to_owned()));
        place.chars().take(100).collect::<String>()
    };
    let places: BTreeSet<String> = client.redirect_uris.iter().map(place).collect();
    json!({
        "name": client.name, "auth_method": client.access.method(), "redirect_uris": client.redirect_uris.len(),
        "origins": places.into_iter().take(5).collect::<Vec<_>>(),
    })
}

/// A client as it is to be, with what it has from before; whether that is its secret.
fn over(mut client: Client, before: &Client) -> (Client, bool) {
    client.state = before.state;
    let (Access::SecretBasic { secrets: old } | Access::SecretPost { secrets: old }) = &before.access else {
        return (client, false);
    };
    match &mut client.access {
        Access::SecretBasic { secrets } | Access::SecretPost { secrets } => {
            secrets.clone_from(old);
            (client, true)
        }
        _ => (client, false),
    }
}
