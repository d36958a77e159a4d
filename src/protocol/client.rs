//! A relying app as it is registered. The whole is one document; nothing in it is optional that decides something.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::JwkSet;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    alg::SigningAlg,
    certificate::Name,
    error::Refusal,
    frontchannel::FrontChannel,
    redirect::RedirectUri,
    scope::{BY_APPROVAL, Scopes},
    subject::SubjectKind,
    target::Api,
    terms::Terms,
};
use crate::base::{
    clock::Moment,
    id::{AccountId, ClientKey},
    secret::{Token, same},
};

/// What an app calls itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClientId(pub String);

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A registered app.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// Its row.
    pub key: ClientKey,
    /// What it calls itself.
    pub client_id: ClientId,
    /// What people call it.
    pub name: String,
    /// What kind of program it is.
    pub kind: Kind,
    /// How it proves itself.
    pub access: Access,
    /// Where answers may go.
    pub redirect_uris: Vec<RedirectUri>,
    /// Where a browser may go after signing out.
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Where it is told that somebody signed out (Back-Channel Logout 1.0).
    pub backchannel_logout_uri: Option<Url>,
    /// Where it signs somebody out in their browser (Front-Channel Logout 1.0).
    #[serde(default)]
    pub frontchannel_logout: Option<FrontChannel>,
    /// Where it is told to begin a sign-in of its own (Core 4); the portal's tile leads there.
    pub initiate_login_uri: Option<Url>,
    /// What it may ask for.
    pub scopes: Scopes,
    /// What it may exchange.
    pub grants: BTreeSet<GrantKind>,
    /// How its ID tokens and logout tokens are signed.
    pub id_token_alg: SigningAlg,
    /// How it is told who somebody is.
    pub subject: SubjectKind,
    /// Whether PKCE is required (always, but for certification of plain profiles).
    pub require_pkce: bool,
    /// After how many seconds a sign-in is too old for this app, unless a request says otherwise.
    pub default_max_age: Option<u32>,
    /// Who may use it.
    pub audience: Audience,
    /// For each scope, whose claims it is told of; a scope that is not named: everybody's, but for those told by
    /// approval only.
    #[serde(default)]
    pub release: BTreeMap<String, Audience>,
    /// Whether people are asked before it is told something about them.
    pub trust: Trust,
    /// The code of the school it stands in: a board's. Who may use it is the audience's matter; whoever lets it in from
    /// another school is warned.
    #[serde(default)]
    pub school: Option<String>,
    /// The account by which a service administers something, if it does; rights are given to it as to anybody's.
    #[serde(default)]
    pub account: Option<AccountId>,
    /// Shown on the sign-in page.
    pub links: Links,
    /// Seconds that an access token is good for.
    pub access_token_seconds: u32,
    /// The APIs that it serves, and those that it may call.
    #[serde(default)]
    pub api: Api,
    /// The form of its requests and of what it is told.
    #[serde(default)]
    pub terms: Terms,
    /// Whether it works now.
    pub state: State,
}

/// What kind of program a client is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A web application with a server that keeps a secret.
    Web,
    /// A page in the browser: keeps no secret.
    Spa,
    /// A program on the person's device: keeps no secret.
    Native,
    /// A program without people: client credentials only.
    Service,
    /// A screen in a classroom that people let in from their phones (RFC 8628).
    Board,
}

/// How a client proves itself at the token endpoint. A public client cannot hold a secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "method")]
pub enum Access {
    /// Not at all: PKCE alone binds the exchange to it.
    Public,
    /// A secret of 256 random bits that the server made, in the Authorization header.
    SecretBasic {
        /// Digests of the secrets in force: two while one is being replaced.
        secrets: Vec<StoredSecret>,
    },
    /// The same, in the body.
    SecretPost {
        /// As above.
        secrets: Vec<StoredSecret>,
    },
    /// A signed assertion (RFC 7523).
    KeyJwt {
        /// Where its public keys are.
        keys: KeySource,
        /// Whether an assertion may name the token endpoint instead of the issuer, as older libraries do (R14).
        token_endpoint_audience: bool,
    },
    /// A certificate that an authority of ours vouches for (RFC 8705 §2.1).
    Certified {
        /// What it must say.
        name: Name,
    },
    /// A certificate of its own making, with one of its keys (RFC 8705 §2.2).
    SelfSigned {
        /// Where its public keys are.
        keys: KeySource,
    },
}

impl Access {
    /// Its name in metadata (RFC 7591 §2).
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Public => "none",
            Self::SecretBasic { .. } => "client_secret_basic",
            Self::SecretPost { .. } => "client_secret_post",
            Self::KeyJwt { .. } => "private_key_jwt",
            Self::Certified { .. } => "tls_client_auth",
            Self::SelfSigned { .. } => "self_signed_tls_client_auth",
        }
    }
}

/// What is kept of a secret. It is random, so SHA-256 is enough.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSecret {
    /// SHA-256 of the secret, in base64url.
    digest: String,
    /// Until when it is accepted; `None`: until it is replaced.
    pub until: Option<Moment>,
}

impl StoredSecret {
    /// What is kept of `secret`.
    pub fn of(secret: &Token) -> Self {
        Self { digest: digest_text(secret), until: None }
    }

    /// Whether this is the secret, and still in force.
    pub fn is(&self, presented: &Token, now: Moment) -> bool {
        same(self.digest.as_bytes(), digest_text(presented).as_bytes()) && self.until.is_none_or(|until| now < until)
    }
}

fn digest_text(secret: &Token) -> String {
    URL_SAFE_NO_PAD.encode(secret.digest().bytes())
}

/// Where a client's public keys are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeySource {
    /// Here.
    Inline(JwkSet),
    /// At its own address.
    Uri(Url),
}

/// What a client may exchange for tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §6.
    RefreshToken,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 8628.
    DeviceCode,
    /// RFC 8693.
    TokenExchange,
}

impl GrantKind {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
            Self::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
            Self::TokenExchange => "urn:ietf:params:oauth:grant-type:token-exchange",
        }
    }
}

/// Who may use an app. An empty set does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience {
    /// Roles: `student`, `teacher`, `staff`, `principal`, `guardian`.
    pub roles: BTreeSet<String>,
    /// School codes.
    pub schools: BTreeSet<String>,
}

impl Audience {
    /// Whether a role at a school is among them.
    pub fn admits(&self, role: &str, school_code: Option<&str>) -> bool {
        let school = self.schools.is_empty() || school_code.is_some_and(|code| self.schools.contains(code));
        school && (self.roles.is_empty() || self.roles.contains(role))
    }

    /// Whether any of somebody's roles, each with its school's code, is among them. Nobody without a role is.
    pub fn admits_any<'a>(&self, mut posts: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> bool {
        posts.any(|(role, code)| self.admits(role, code))
    }
}

/// Whether people are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// The department approved it: nobody is asked, and what it is told stands on the account page.
    SectorApproved,
    /// Adults are asked once; minors cannot use it.
    AsksConsent,
}

/// What the sign-in page shows of an app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Links {
    /// Its logo.
    pub logo: Option<Url>,
    /// Its privacy policy.
    pub policy: Option<Url>,
    /// Its terms.
    pub terms: Option<Url>,
}

/// Whether a client works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It does.
    Enabled,
    /// It gets nothing from any endpoint (R15).
    Disabled,
}

impl Client {
    /// Refuses a disabled client.
    pub fn require_enabled(&self) -> Result<(), Refusal> {
        if self.state == State::Enabled { Ok(()) } else { Err(Refusal::ClientDisabled) }
    }

    /// Where its public keys are: those it proves itself by, or else those that sign its requests.
    pub const fn keys(&self) -> Option<&KeySource> {
        match &self.access {
            Access::KeyJwt { keys, .. } | Access::SelfSigned { keys } => Some(keys),
            _ => self.terms.request_keys.as_ref(),
        }
    }

    /// Whether the app is told what belongs to a scope, of somebody with these roles.
    pub fn releases<'a>(&self, scope: &str, posts: impl Iterator<Item = (&'a str, Option<&'a str>)>) -> bool {
        match self.release.get(scope) {
            Some(of) => of.admits_any(posts),
            None => !BY_APPROVAL.contains(&scope),
        }
    }

    /// Refuses a grant that the client is not registered for.
    pub fn require(&self, grant: GrantKind) -> Result<(), Refusal> {
        if self.grants.contains(&grant) { Ok(()) } else { Err(Refusal::GrantNotAllowed) }
    }

    /// Whether a browser may be sent there after signing out, if the app works: byte for byte, ports of loopback addresses too (R28).
    pub fn may_land_on(&self, uri: &str) -> bool {
        self.state == State::Enabled
            && self.post_logout_redirect_uris.iter().any(|registered| registered.as_str() == uri)
    }
}
