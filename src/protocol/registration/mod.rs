//! Registering an app: every mistake is reported at once. What an administrator asks for stands here; what an app asks
//! for itself (RFC 7591) is read in `metadata` and judged in `dynamic`, and becomes a client the same way.

mod bad;
mod certificates;
mod changes;
pub mod dynamic;
mod metadata;
mod problem;

use std::collections::{BTreeMap, BTreeSet};

pub use bad::BadMetadata;
pub use changes::Changes;
pub use metadata::{Identity, Metadata};
pub use problem::RegistrationProblem;

use super::{
    address::{is_web_address, web_address},
    alg::SigningAlg,
    api::ApiScope,
    certificate::Name,
    client::{Access, Audience, Client, ClientId, GrantKind, KeySource, Kind, Links, State, StoredSecret, Trust},
    frontchannel::{BadFrontChannel, FrontChannel},
    redirect::{BadRedirect, RedirectUri},
    scope::{BY_APPROVAL, KNOWN, Scopes},
    subject::{Sector, SubjectKind},
    target::{Api, is_resource},
    terms::{Profile, Terms},
};
use crate::base::{id::ClientKey, secret::Token};

const ROLES: [&str; 5] = ["student", "teacher", "staff", "principal", "guardian"];

/// What somebody asks to be registered.
#[derive(Clone, Debug)]
pub struct Registration {
    /// What it will call itself; unique.
    pub client_id: String,
    /// What people call it.
    pub name: String,
    /// What kind of program it is.
    pub kind: Kind,
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`; `None`: what its kind suggests.
    pub auth_method: Option<String>,
    /// Where its public keys are, for `private_key_jwt`.
    pub keys: Option<KeySource>,
    /// What its certificate must say, for `tls_client_auth`.
    pub certificate: Option<Name>,
    /// Where answers may go.
    pub redirect_uris: Vec<String>,
    /// Where a browser may go after signing out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where it is told that somebody signed out.
    pub backchannel_logout_uri: Option<String>,
    /// Where it signs somebody out in their browser.
    pub frontchannel_logout_uri: Option<String>,
    /// Whether it is then told issuer and session.
    pub frontchannel_logout_session_required: bool,
    /// Where the portal's tile leads.
    pub initiate_login_uri: Option<String>,
    /// What it may ask for.
    pub scope: Option<String>,
    /// How its ID tokens are signed.
    pub id_token_alg: SigningAlg,
    /// Whether the department approved a public subject for it.
    pub public_subject: bool,
    /// The sector of its pairwise subjects; `None`: its own.
    pub sector: Option<String>,
    /// Who may use it.
    pub audience: Audience,
    /// For each scope, whose claims it is told of. Whoever registers an app for a scope that needs approval approves of
    /// it by naming it: for everybody, unless it stands here.
    pub release: BTreeMap<String, Audience>,
    /// The form of its requests and of what it is told. The keys above sign its requests too.
    pub terms: Terms,
    /// Whether it must use PKCE (R5): always, but for certification of plain profiles.
    pub require_pkce: bool,
    /// Whether people are asked.
    pub trust: Trust,
    /// The code of the school a board stands in.
    pub school: Option<String>,
    /// The APIs that it serves, and those that it may call.
    pub api: Api,
}

impl Registration {
    /// A registration with nothing but a name.
    pub fn named(client_id: &str, name: &str, kind: Kind) -> Self {
        Self {
            client_id: client_id.to_owned(),
            name: name.to_owned(),
            kind,
            auth_method: None,
            keys: None,
            certificate: None,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            backchannel_logout_uri: None,
            frontchannel_logout_uri: None,
            frontchannel_logout_session_required: false,
            initiate_login_uri: None,
            scope: None,
            id_token_alg: SigningAlg::default(),
            public_subject: false,
            sector: None,
            audience: Audience::default(),
            release: BTreeMap::new(),
            terms: Terms::default(),
            require_pkce: true,
            trust: Trust::SectorApproved,
            school: None,
            api: Api::default(),
        }
    }

    /// The client, under `key`; `secret` is what it will be given if its method takes one.
    pub fn register(self, key: ClientKey, secret: &Token) -> Result<Client, Vec<RegistrationProblem>> {
        let mut problems = Vec::new();
        if self.name.trim().is_empty() {
            problems.push(RegistrationProblem::NoName);
        }
        let id_ok = self.client_id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        if !id_ok || !(1..=100).contains(&self.client_id.len()) {
            problems.push(RegistrationProblem::ClientId);
        }
        let native = self.kind == Kind::Native;
        let redirect_uris = collect(&self.redirect_uris, native, RegistrationProblem::RedirectUri, &mut problems);
        let post_logout_redirect_uris =
            collect(&self.post_logout_redirect_uris, native, RegistrationProblem::PostLogoutUri, &mut problems);
        match (self.kind, self.redirect_uris.is_empty()) {
            (Kind::Service, false) => problems.push(RegistrationProblem::ServiceWithRedirect),
            (Kind::Web, true) => problems.push(RegistrationProblem::NoRedirectUri("web")),
            (Kind::Spa, true) => problems.push(RegistrationProblem::NoRedirectUri("spa")),
            (Kind::Native, true) => problems.push(RegistrationProblem::NoRedirectUri("native")),
            (Kind::Board, false) => problems.push(RegistrationProblem::BoardWithRedirect),
            _ => {}
        }
        match (self.kind, &self.school) {
            (Kind::Board, None) => problems.push(RegistrationProblem::NoSchool),
            (Kind::Board, Some(_)) | (_, None) => {}
            (_, Some(_)) => problems.push(RegistrationProblem::IdleSchool),
        }
        let mut address = |text: &Option<String>, name| {
            text.as_ref().map(|text| web_address(text)).and_then(|url| {
                if url.is_none() {
                    problems.push(RegistrationProblem::Address(name));
                }
                url
            })
        };
        let backchannel_logout_uri = address(&self.backchannel_logout_uri, "--backchannel-logout-uri");
        let initiate_login_uri = address(&self.initiate_login_uri, "--initiate-login-uri");
        let frontchannel_logout = self.front_channel(&redirect_uris).unwrap_or_else(|bad| {
            problems.push(bad.into());
            None
        });
        problems.extend(wrong_resources(&self.api));
        let access = self.access(secret).map_err(|problem| problems.push(problem));
        if let Ok(access) = &access
            && self.certificate.is_some()
            && !matches!(access, Access::Certified { .. })
        {
            problems.push(RegistrationProblem::IdleCertificate(access.method()));
        }
        let public = access.as_ref().is_ok_and(|access| *access == Access::Public);
        if !self.require_pkce && (public || self.terms.profile == Profile::Fapi2) {
            problems.push(RegistrationProblem::PkceNeeded);
        }
        if self.terms.profile == Profile::Fapi2 {
            problems.extend(self.short_of_fapi(access.as_ref().ok()));
        }
        if self.public_subject && self.sector.is_some() {
            problems.push(RegistrationProblem::IdleSector);
        }
        let scopes = scopes_of(self.kind, self.scope.as_deref()).map_err(|problem| problems.push(problem));
        let audiences = std::iter::once(&self.audience).chain(self.release.values());
        let unknown = audiences.flat_map(|audience| &audience.roles).filter(|role| !ROLES.contains(&role.as_str()));
        problems.extend(unknown.map(|role| RegistrationProblem::Role(role.clone())));
        let (Ok(access), Ok(scopes), true) = (access, scopes, problems.is_empty()) else { return Err(problems) };
        let mut release = self.release;
        approve(&mut release, &scopes);
        let proves = matches!(access, Access::KeyJwt { .. } | Access::SelfSigned { .. });
        let terms = Terms { request_keys: self.keys.filter(|_| !proves), ..self.terms };
        let subject = if self.public_subject {
            SubjectKind::Public
        } else {
            SubjectKind::Pairwise(Sector(self.sector.unwrap_or_else(|| self.client_id.clone())))
        };
        Ok(Client {
            key,
            client_id: ClientId(self.client_id),
            name: self.name,
            kind: self.kind,
            access,
            redirect_uris,
            post_logout_redirect_uris,
            backchannel_logout_uri,
            frontchannel_logout,
            initiate_login_uri,
            scopes,
            grants: grants_of(self.kind, &self.api),
            id_token_alg: self.id_token_alg,
            subject,
            require_pkce: self.require_pkce,
            default_max_age: None,
            audience: self.audience,
            release,
            trust: self.trust,
            school: self.school,
            api: self.api,
            account: None,
            links: Links::default(),
            access_token_seconds: 600,
            terms,
            state: State::Enabled,
        })
    }

    /// What FAPI 2.0 Security Profile §5.3 asks of a client and this one has not.
    fn short_of_fapi(&self, access: Option<&Access>) -> Vec<RegistrationProblem> {
        let by_key = |access: &Access| {
            matches!(access, Access::KeyJwt { .. } | Access::Certified { .. } | Access::SelfSigned { .. })
        };
        let plain = self.terms.response_types.iter().all(|kind| !kind.is_legacy());
        let fits = [
            ("private_key_jwt or a certificate", access.is_none_or(by_key)),
            ("--id-token-alg ES256 / EdDSA", self.id_token_alg != SigningAlg::Rs256),
            ("--response-type code", plain),
        ];
        fits.into_iter().filter(|(_, fits)| !fits).map(|(wanted, _)| RegistrationProblem::Fapi(wanted)).collect()
    }

    fn front_channel(&self, redirects: &[RedirectUri]) -> Result<Option<FrontChannel>, BadFrontChannel> {
        let register =
            |text: &String| FrontChannel::register(text, self.frontchannel_logout_session_required, redirects);
        self.frontchannel_logout_uri.as_ref().map(register).transpose()
    }

    fn access(&self, secret: &Token) -> Result<Access, RegistrationProblem> {
        let keeps_secrets = matches!(self.kind, Kind::Web | Kind::Service | Kind::Board);
        let suggested = if self.certificate.is_some() {
            "tls_client_auth"
        } else if self.keys.is_some() {
            "private_key_jwt"
        } else if keeps_secrets {
            "client_secret_basic"
        } else {
            "none"
        };
        let secrets = || vec![StoredSecret::of(secret)];
        match self.auth_method.as_deref().unwrap_or(suggested) {
            "none" if self.kind != Kind::Service => Ok(Access::Public),
            "client_secret_basic" if keeps_secrets => Ok(Access::SecretBasic { secrets: secrets() }),
            "client_secret_post" if keeps_secrets => Ok(Access::SecretPost { secrets: secrets() }),
            "private_key_jwt" => Ok(Access::KeyJwt { keys: self.own_keys()?, token_endpoint_audience: false }),
            "tls_client_auth" => self
                .certificate
                .clone()
                .map(|name| Access::Certified { name })
                .ok_or(RegistrationProblem::NoCertificate),
            "self_signed_tls_client_auth" => Ok(Access::SelfSigned { keys: self.own_keys()? }),
            other => Err(RegistrationProblem::AuthMethod(other.to_owned())),
        }
    }

    fn own_keys(&self) -> Result<KeySource, RegistrationProblem> {
        match self.keys.clone().ok_or(RegistrationProblem::NoKeys)? {
            KeySource::Uri(uri) if !is_web_address(&uri) => Err(RegistrationProblem::Address("--jwks-uri")),
            keys => Ok(keys),
        }
    }
}

fn scopes_of(kind: Kind, text: Option<&str>) -> Result<Scopes, RegistrationProblem> {
    let default = if kind == Kind::Service { "" } else { "openid profile" };
    let text = text.unwrap_or(default);
    let scopes: Scopes = text.parse().map_err(|_| RegistrationProblem::Scope(text.to_owned()))?;
    // A service may be registered for scopes of other apps' APIs, which only those apps know.
    let known = |scope: &str| kind == Kind::Service || KNOWN.contains(&scope) || ApiScope::is_one(scope);
    let unknown = scopes.iter().find(|scope| !known(scope));
    unknown.map_or(Ok(scopes.clone()), |scope| Err(RegistrationProblem::Scope(scope.to_owned())))
}

/// Whoever names a scope that needs approval approves of it: for everybody, unless it was said for whom.
fn approve(release: &mut BTreeMap<String, Audience>, scopes: &Scopes) {
    for scope in BY_APPROVAL.into_iter().filter(|scope| scopes.has(scope)) {
        release.entry(scope.to_owned()).or_default();
    }
}

fn wrong_resources(api: &Api) -> impl Iterator<Item = RegistrationProblem> {
    api.serves.iter().filter(|resource| !is_resource(resource)).cloned().map(RegistrationProblem::Resource)
}

fn grants_of(kind: Kind, api: &Api) -> BTreeSet<GrantKind> {
    let kinds: &[GrantKind] = match kind {
        Kind::Service => &[GrantKind::ClientCredentials],
        Kind::Web => &[GrantKind::AuthorizationCode, GrantKind::RefreshToken, GrantKind::ClientCredentials],
        Kind::Spa | Kind::Native => &[GrantKind::AuthorizationCode, GrantKind::RefreshToken],
        Kind::Board => &[GrantKind::DeviceCode, GrantKind::RefreshToken],
    };
    // Only a program that proves itself acts for others.
    let acts = matches!(kind, Kind::Web | Kind::Service) && !api.calls.is_empty();
    kinds.iter().copied().chain(acts.then_some(GrantKind::TokenExchange)).collect()
}

fn collect(
    texts: &[String],
    native: bool,
    wrong: fn(BadRedirect) -> RegistrationProblem,
    problems: &mut Vec<RegistrationProblem>,
) -> Vec<RedirectUri> {
    let mut uris = Vec::new();
    for text in texts {
        match RedirectUri::register(text, native) {
            Ok(uri) => uris.push(uri),
            Err(bad) => problems.push(wrong(bad)),
        }
    }
    uris
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{clock::Moment, entropy::Entropy};

    fn key() -> (ClientKey, Token) {
        (uuid::Uuid::nil().into(), Token::random(&Entropy::danger_seeded(1)))
    }

    #[test]
    fn every_mistake_is_reported_at_once() {
        let (key, secret) = key();
        let ask = Registration {
            redirect_uris: vec!["http://app.example/cb".into()],
            backchannel_logout_uri: Some("ftp://x".into()),
            scope: Some("openid nonsense".into()),
            auth_method: Some("client_secret_basic".into()),
            ..Registration::named("bad id", "", Kind::Spa)
        };
        assert_eq!(ask.register(key, &secret).unwrap_err().len(), 6);
    }

    #[test]
    fn a_web_client_gets_a_secret_and_only_that_secret_is_its() {
        let (key, secret) = key();
        let ask = Registration {
            redirect_uris: vec!["https://app.example/cb".into()],
            ..Registration::named("a", "A", Kind::Web)
        };
        let client = ask.register(key, &secret).unwrap();
        let Access::SecretBasic { secrets } = &client.access else { panic!("{:?}", client.access) };
        let now = Moment::from_seconds(0);
        assert!(secrets[0].is(&secret, now) && !secrets[0].is(&Token::presented("another"), now));
        let document = serde_json::to_string(&client).unwrap();
        assert!(!document.contains(secret.expose()), "r41: the secret itself is kept nowhere");
        assert_eq!(serde_json::from_str::<Client>(&document).unwrap(), client);
    }
}
