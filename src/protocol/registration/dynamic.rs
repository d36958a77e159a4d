//! What a client that registers itself becomes (RFC 7591, OpenID Registration): held to what the server allows such
//! clients, whatever it asks for. People are always asked before it is told of them.

use std::{collections::BTreeSet, time::Duration};

use jsonwebtoken::jwk::JwkSet;
use serde_json::Value;
use url::Url;

use super::{BadMetadata, Metadata, Registration, certificates::require_offered};
use crate::{
    base::{id::ClientKey, secret::Token},
    protocol::{
        address::web_address,
        alg::{ProofAlg, SigningAlg},
        client::{Access, Client, GrantKind, KeySource, Kind, Links, Trust},
        discovery::Offer,
        redirect::is_loopback,
        response::ResponseType,
        scope::Scopes,
        terms::Terms,
    },
};

/// Whom the server registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Admits {
    /// Nobody.
    #[default]
    Nobody,
    /// Whoever has an initial access token.
    Invited,
    /// Everybody.
    Everybody,
}

/// What the server allows clients that register themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registrar {
    /// Whom it registers.
    pub admits: Admits,
    /// Whether confidential ones must use PKCE too; public ones always must.
    pub require_pkce: bool,
    /// Whether their assertions may name the token endpoint instead of the issuer (R14).
    pub token_endpoint_audience: bool,
    /// What they may ask for. What is told by approval only is approved for all of them by standing here.
    pub scopes: Scopes,
    /// How many there may be.
    pub most: u32,
    /// How many registrations, changes and wrong tokens may come from one address within an hour.
    pub hourly: u32,
    /// After how long without a sign-in one is forgotten.
    pub unused: Duration,
}

impl Default for Registrar {
    fn default() -> Self {
        Self {
            admits: Admits::Nobody,
            require_pkce: true,
            token_endpoint_audience: false,
            scopes: "openid profile offline_access".parse().unwrap_or_default(),
            most: 200,
            hourly: 20,
            unused: Duration::from_hours(24 * 30),
        }
    }
}

/// What decides about a client's pairwise subjects (Core 8.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SectorSource {
    /// Nothing but itself: it has no host of its own.
    Own,
    /// The one host of its redirect URIs.
    Host(String),
    /// The host of a document that lists its redirect URIs, once that was looked at.
    Document(Url),
}

/// What the server gives a client that it registers.
#[derive(Debug)]
pub struct Given<'a> {
    /// What it calls itself.
    pub client_id: String,
    /// Its row.
    pub key: ClientKey,
    /// Its secret, if its method takes one.
    pub secret: &'a Token,
    /// Its sector, but for itself alone.
    pub sector: Option<String>,
}

impl Metadata {
    /// Where its sector comes from.
    pub fn sector_source(&self) -> Result<SectorSource, BadMetadata> {
        if let Some(text) = &self.sector_identifier_uri {
            return Ok(SectorSource::Document(address("sector_identifier_uri", text)?));
        }
        let mut hosts: Vec<String> = self.redirect_uris.iter().filter_map(|uri| web_host(uri)).collect();
        hosts.sort_unstable();
        hosts.dedup();
        match (hosts.pop(), hosts.is_empty()) {
            (None, _) => Ok(SectorSource::Own),
            (Some(host), true) => Ok(SectorSource::Host(host)),
            (Some(_), false) => {
                Err(BadMetadata::of("redirect_uris", "are of several hosts: a sector_identifier_uri must list them"))
            }
        }
    }

    /// Refuses a sector's document that does not list every redirect URI (Registration 5).
    pub fn is_listed_in(&self, document: &[u8]) -> Result<(), BadMetadata> {
        let member = "sector_identifier_uri";
        let listed: BTreeSet<String> = serde_json::from_slice(document)
            .map_err(|_| BadMetadata::of(member, "must lead to a JSON list of redirect URIs"))?;
        match self.redirect_uris.iter().find(|uri| !listed.contains(*uri)) {
            None => Ok(()),
            Some(uri) => Err(BadMetadata::of(member, &format!("does not list {uri}"))),
        }
    }

    /// The client, and the metadata as they are registered.
    pub fn register(
        self,
        given: Given<'_>,
        registrar: &Registrar,
        offer: &Offer,
    ) -> Result<(Client, Self), BadMetadata> {
        let native = match self.application_type.as_deref() {
            None | Some("web") => false,
            Some("native") => true,
            Some(_) => return Err(BadMetadata::of("application_type", "must be web or native")),
        };
        // RFC 7591 lets the server choose what was left out: a program on people's devices keeps no secret.
        let method = self.token_endpoint_auth_method.as_deref();
        let method = method.unwrap_or(if native { "none" } else { "client_secret_basic" }).to_owned();
        require_offered(&method, offer)?;
        let kind = match (native, method.as_str()) {
            (true, _) => Kind::Native,
            (false, "none") => Kind::Spa,
            (false, _) => Kind::Web,
        };
        let asked: Scopes = self
            .scope
            .as_deref()
            .unwrap_or("")
            .parse()
            .map_err(|_| BadMetadata::of("scope", "holds a character that no scope has"))?;
        let scopes = if self.scope.is_some() { asked.both(&registrar.scopes) } else { registrar.scopes.clone() };
        let (types, grants) = self.flows(offer)?;
        let ask = Registration {
            auth_method: Some(method),
            keys: self.keys()?,
            certificate: self.certificate()?,
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            backchannel_logout_uri: self.backchannel_logout_uri.clone(),
            frontchannel_logout_uri: self.frontchannel_logout_uri.clone(),
            frontchannel_logout_session_required: self.frontchannel_logout_session_required == Some(true),
            initiate_login_uri: self.initiate_login_uri.clone(),
            scope: Some(scopes.to_string()),
            id_token_alg: signing("id_token_signed_response_alg", self.id_token_signed_response_alg.as_ref())?
                .unwrap_or(SigningAlg::Rs256),
            sector: given.sector,
            terms: self.terms(types, offer)?,
            trust: Trust::AsksConsent,
            ..Registration::named(&given.client_id, &self.name(), kind)
        };
        let mut client = ask.register(given.key, given.secret).map_err(first)?;
        if let Access::KeyJwt { token_endpoint_audience, .. } = &mut client.access {
            *token_endpoint_audience = registrar.token_endpoint_audience;
        }
        client.grants = grants;
        client.require_pkce = registrar.require_pkce || client.access == Access::Public;
        client.default_max_age = self.default_max_age;
        client.links = self.links()?;
        let registered = self.completed(&client, native);
        Ok((client, registered))
    }

    /// What it may ask for, and what it may exchange; each names the other (RFC 7591 §2.1).
    fn flows(&self, offer: &Offer) -> Result<(BTreeSet<ResponseType>, BTreeSet<GrantKind>), BadMetadata> {
        let usual = vec!["code".to_owned()];
        let mut types = BTreeSet::new();
        for text in self.response_types.as_ref().unwrap_or(&usual) {
            let offered = |kind: &ResponseType| offer.legacy_response_types || !kind.is_legacy();
            let kind = ResponseType::of(text).filter(offered);
            types.insert(kind.ok_or_else(|| BadMetadata::of("response_types", &format!("{text} is not offered")))?);
        }
        // The authorization endpoint is for those who may come there at all.
        let mut grants = BTreeSet::from([GrantKind::AuthorizationCode]);
        let Some(asked) = &self.grant_types else { return Ok((types, grants)) };
        for text in asked {
            match text.as_str() {
                "authorization_code" => {}
                "refresh_token" => drop(grants.insert(GrantKind::RefreshToken)),
                "implicit" if offer.legacy_response_types => {}
                other => {
                    let why = format!("{other} is not offered to clients that register themselves");
                    return Err(BadMetadata::of("grant_types", &why));
                }
            }
        }
        let wanted = [
            ("authorization_code", types.iter().any(|kind| kind.has_code())),
            ("implicit", types.iter().any(|kind| kind.has_id_token() || kind.has_token())),
        ];
        match wanted.into_iter().find(|(grant, wanted)| *wanted && !asked.iter().any(|asked| asked == grant)) {
            None => Ok((types, grants)),
            Some((grant, _)) => {
                Err(BadMetadata::of("grant_types", &format!("must hold {grant} for these response_types")))
            }
        }
    }

    fn keys(&self) -> Result<Option<KeySource>, BadMetadata> {
        match (&self.jwks_uri, &self.jwks) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => Err(BadMetadata::of("jwks", "and jwks_uri exclude each other")),
            (Some(uri), None) => Ok(Some(KeySource::Uri(address("jwks_uri", uri)?))),
            (None, Some(keys)) => public_keys(keys).map(|keys| Some(KeySource::Inline(keys))),
        }
    }

    fn terms(&self, response_types: BTreeSet<ResponseType>, offer: &Offer) -> Result<Terms, BadMetadata> {
        let signed_only = self.require_signed_request_object == Some(true);
        if signed_only && self.jwks_uri.is_none() && self.jwks.is_none() {
            return Err(BadMetadata::of("require_signed_request_object", "needs jwks_uri or jwks"));
        }
        let proof = |member, text: &Option<String>| {
            named(member, text.as_ref(), |text| ProofAlg::ALL.into_iter().find(|alg| alg.name() == text))
        };
        let mut request_uris = Vec::new();
        for text in &self.request_uris {
            // A fragment may hold the digest of what lies there (Core 6.2).
            let plain = text.split('#').next().unwrap_or_default();
            address("request_uris", plain)?;
            request_uris.extend(Url::parse(text));
        }
        Ok(Terms {
            response_types,
            pushed_only: self.require_pushed_authorization_requests == Some(true),
            signed_only,
            request_alg: proof("request_object_signing_alg", &self.request_object_signing_alg)?,
            assertion_alg: proof("token_endpoint_auth_signing_alg", &self.token_endpoint_auth_signing_alg)?,
            request_uris,
            answer_alg: signing("authorization_signed_response_alg", self.authorization_signed_response_alg.as_ref())?,
            userinfo_alg: signing("userinfo_signed_response_alg", self.userinfo_signed_response_alg.as_ref())?,
            introspection_alg: signing(
                "introspection_signed_response_alg",
                self.introspection_signed_response_alg.as_ref(),
            )?,
            default_acr_values: self.default_acr_values.clone(),
            binding: self.binding(offer)?,
            ..Terms::default()
        })
    }

    fn links(&self) -> Result<Links, BadMetadata> {
        let link = |member, text: &Option<String>| text.as_ref().map(|text| address(member, text)).transpose();
        link("client_uri", &self.client_uri)?;
        Ok(Links {
            logo: link("logo_uri", &self.logo_uri)?,
            policy: link("policy_uri", &self.policy_uri)?,
            terms: link("tos_uri", &self.tos_uri)?,
        })
    }

    /// What pages call it; nothing that hides or turns around what stands beside it.
    fn name(&self) -> String {
        let turns = |c: char| matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
        let tidy = |text: &String| -> String {
            let seen: String = text.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
            seen.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(100).collect()
        };
        let named = self.client_name_vi.iter().chain(&self.client_name).map(tidy).find(|name| !name.is_empty());
        named.or_else(|| self.redirect_uris.iter().find_map(|uri| web_host(uri))).unwrap_or_else(|| "?".to_owned())
    }

    /// With what was chosen for it, and without what it was not given.
    fn completed(self, client: &Client, native: bool) -> Self {
        let names = client.terms.response_types.iter().map(|kind| kind.name().to_owned());
        let usual = || vec![GrantKind::AuthorizationCode.name().to_owned()];
        Self {
            response_types: Some(names.collect()),
            grant_types: Some(self.grant_types.unwrap_or_else(usual)),
            application_type: Some(if native { "native" } else { "web" }.to_owned()),
            client_name: self.client_name.or_else(|| Some(client.name.clone())),
            token_endpoint_auth_method: Some(client.access.method().to_owned()),
            id_token_signed_response_alg: Some(client.id_token_alg.name().to_owned()),
            subject_type: Some("pairwise".to_owned()),
            scope: Some(client.scopes.to_string()),
            ..self
        }
    }
}

fn first(problems: Vec<super::RegistrationProblem>) -> BadMetadata {
    let first = problems.into_iter().next().map(BadMetadata::from);
    first.unwrap_or_else(|| BadMetadata::of("the metadata", "cannot be registered"))
}

fn address(member: &str, text: &str) -> Result<Url, BadMetadata> {
    web_address(text).ok_or_else(|| BadMetadata::of(member, "must be an https address (http only for localhost)"))
}

fn named<T>(member: &str, text: Option<&String>, of: impl Fn(&str) -> Option<T>) -> Result<Option<T>, BadMetadata> {
    let known = |text: &String| of(text).ok_or_else(|| BadMetadata::of(member, &format!("{text} is not offered")));
    text.map(known).transpose()
}

fn signing(member: &str, text: Option<&String>) -> Result<Option<SigningAlg>, BadMetadata> {
    named(member, text, |text| text.parse().ok())
}

/// The host of an address of the web that is not this machine.
fn web_host(uri: &str) -> Option<String> {
    let url = Url::parse(uri).ok()?;
    let elsewhere = matches!(url.scheme(), "https" | "http") && !is_loopback(&url);
    url.host_str().filter(|_| elsewhere).map(str::to_owned)
}

/// Keys that anybody may see.
fn public_keys(document: &Value) -> Result<JwkSet, BadMetadata> {
    const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];
    let bad = |why| BadMetadata::of("jwks", why);
    let keys = document["keys"].as_array().ok_or_else(|| bad("must hold a list named keys"))?;
    if keys.iter().any(|key| PRIVATE.iter().any(|part| key.get(part).is_some())) {
        return Err(bad("must hold public keys alone: replace this key, it is not secret any more"));
    }
    serde_json::from_value(document.clone()).map_err(|_| bad("must hold RSA, EC or OKP keys"))
}

#[cfg(test)]
mod tests;
