//! The app as a relying party: the `openidconnect` crate for discovery, the code flow and ID tokens; `jsonwebtoken` for
//! logout tokens, which that crate does not have.

use std::{
    pin::Pin,
    sync::Mutex,
    time::{Duration, Instant},
};

use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AsyncHttpClient, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Session, Settings};

/// What is known of the provider is asked again after so long, and at most so often when a key is unknown.
const FRESH: Duration = Duration::from_hours(1);
const PATIENCE: Duration = Duration::from_secs(5);

/// The claims of our ID tokens beyond the standard ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Extra {
    sid: String,
}
impl AdditionalClaims for Extra {}

type Fields = IdTokenFields<
    Extra,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Party = Client<
    Extra,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// A sign-in that was begun.
#[derive(Debug)]
pub(super) struct Pending {
    state: CsrfToken,
    nonce: Nonce,
    verifier: PkceCodeVerifier,
}

/// Why a sign-in or a logout token was not accepted.
#[derive(Debug, thiserror::Error)]
pub(super) enum Rejected {
    #[error("the provider cannot be reached: {0}")]
    Provider(String),
    #[error("the answer belongs to another sign-in")]
    State,
    #[error("the answer comes from another provider")]
    Issuer,
    #[error("the code was not exchanged: {0}")]
    Exchange(String),
    #[error("the ID token is not valid: {0}")]
    IdToken(String),
    #[error("the logout token is not valid: {0}")]
    LogoutToken(&'static str),
}

/// What is known of the provider.
#[derive(Clone, Debug)]
struct Known {
    metadata: CoreProviderMetadata,
    end_session: Option<String>,
    jwks: JwkSet,
    since: Instant,
}

/// The provider, as this app sees it.
#[derive(Debug)]
pub(super) struct Provider {
    settings: Settings,
    http: Http,
    known: Mutex<Option<Known>>,
}

impl Provider {
    #[expect(clippy::disallowed_methods, reason = "a relying app has a client of its own")]
    pub(super) fn new(settings: &Settings) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()?;
        Ok(Self { settings: settings.clone(), http: Http(http), known: Mutex::new(None) })
    }

    /// Begins a sign-in: where to send the browser, and what to remember.
    pub(super) async fn begin(&self) -> Result<(String, Pending), Rejected> {
        let known = self.known(FRESH).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let party = self.party(&known)?;
        let request = party
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge)
            .add_scopes(self.settings.app.scope().split(' ').skip(1).map(|scope| Scope::new(scope.to_owned())));
        let (url, state, nonce) = request.url();
        Ok((url.into(), Pending { state, nonce, verifier }))
    }

    /// Finishes a sign-in from the answer's parameters.
    pub(super) async fn finish(&self, pending: Pending, answer: &Answer) -> Result<Session, Rejected> {
        if answer.state.as_deref() != Some(pending.state.secret()) {
            return Err(Rejected::State);
        }
        // RFC 9207: an answer that another provider sent must not reach this one's token endpoint.
        if answer.iss.as_deref() != Some(&self.settings.issuer) {
            return Err(Rejected::Issuer);
        }
        let known = self.known(FRESH).await?;
        let party = self.party(&known)?;
        let exchange = |e: String| Rejected::Exchange(e);
        let code = AuthorizationCode::new(answer.code.clone().unwrap_or_default());
        let request =
            party.exchange_code(code).map_err(|e| exchange(e.to_string()))?.set_pkce_verifier(pending.verifier);
        let tokens: Tokens = request.request_async(&self.http).await.map_err(|e| exchange(e.to_string()))?;
        let bad = |e: String| Rejected::IdToken(e);
        let id_token = tokens.id_token().ok_or_else(|| bad("missing".into()))?;
        let claims = if let Ok(claims) = id_token.claims(&party.id_token_verifier(), &pending.nonce) {
            claims.clone()
        } else {
            // Perhaps the keys were rotated since they were read.
            let known = self.known(PATIENCE).await?;
            let party = self.party(&known)?;
            id_token.claims(&party.id_token_verifier(), &pending.nonce).map_err(|e| bad(e.to_string()))?.clone()
        };
        if let (Some(hash), Ok(alg), Some(key)) =
            (claims.access_token_hash(), id_token.signing_alg(), id_token.signing_key(&party.id_token_verifier()).ok())
        {
            let ours = AccessTokenHash::from_token(tokens.access_token(), alg, key).map_err(|e| bad(e.to_string()))?;
            if ours != *hash {
                return Err(bad("at_hash".into()));
            }
        }
        let sub = claims.subject().to_string();
        let released = self.userinfo(&known, tokens.access_token().secret()).await?;
        if released.get("sub").and_then(Value::as_str) != Some(sub.as_str()) {
            return Err(bad("userinfo is somebody else's".into()));
        }
        let sid = claims.additional_claims().sid.clone();
        Ok(Session { sub, sid, claims: released, id_token: id_token.to_string() })
    }

    /// Where the browser signs out.
    pub(super) async fn sign_out_address(&self, id_token: &str) -> Result<String, Rejected> {
        let known = self.known(FRESH).await?;
        let end = known.end_session.ok_or_else(|| Rejected::Provider("it has no end_session_endpoint".into()))?;
        let landing = format!("{}/signed-out", self.settings.base);
        let pairs = [("id_token_hint", id_token), ("post_logout_redirect_uri", &landing)];
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        Ok(format!("{end}?{query}"))
    }

    /// Checks a logout token (Back-Channel Logout 2.6): whose session, and its id.
    pub(super) async fn check_logout(&self, token: &str) -> Result<LogoutClaims, Rejected> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| Rejected::LogoutToken("not a token"))?;
        if !matches!(header.alg, Algorithm::ES256 | Algorithm::RS256 | Algorithm::EdDSA) {
            return Err(Rejected::LogoutToken("algorithm"));
        }
        if header.typ.as_deref().is_some_and(|typ| typ != "logout+jwt") {
            return Err(Rejected::LogoutToken("typ"));
        }
        let kid = header.kid.unwrap_or_default();
        let mut known = self.known(FRESH).await?;
        if known.jwks.find(&kid).is_none() {
            known = self.known(PATIENCE).await?;
        }
        let key = known.jwks.find(&kid).and_then(|jwk| DecodingKey::from_jwk(jwk).ok());
        let key = key.ok_or(Rejected::LogoutToken("unknown key"))?;
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[self.settings.app.client_id()]);
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_required_spec_claims(&["exp", "iat", "iss", "aud"]);
        let claims = jsonwebtoken::decode::<LogoutClaims>(token, &key, &validation);
        let claims = claims.map_err(|_| Rejected::LogoutToken("signature, time, issuer or audience"))?.claims;
        let event = claims.events.contains_key("http://schemas.openid.net/event/backchannel-logout");
        if !event || claims.nonce.is_some() || (claims.sub.is_none() && claims.sid.is_none()) {
            return Err(Rejected::LogoutToken("events, nonce or subject"));
        }
        Ok(claims)
    }

    /// What is known of the provider, read again when it is older than `age`.
    async fn known(&self, age: Duration) -> Result<Known, Rejected> {
        let held = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some(known) = held.filter(|known| known.since.elapsed() < age) {
            return Ok(known);
        }
        let failed = |e: String| Rejected::Provider(e);
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|e| failed(e.to_string()))?;
        let metadata =
            CoreProviderMetadata::discover_async(issuer, &self.http).await.map_err(|e| failed(e.to_string()))?;
        let jwks = self.json(metadata.jwks_uri().as_str(), None).await?;
        let document: Value =
            self.json(&format!("{}/.well-known/openid-configuration", self.settings.issuer), None).await?;
        let end_session = document["end_session_endpoint"].as_str().map(str::to_owned);
        let known = Known { metadata, end_session, jwks, since: Instant::now() };
        *self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(known.clone());
        Ok(known)
    }

    fn party(&self, known: &Known) -> Result<Party, Rejected> {
        let id = ClientId::new(self.settings.app.client_id().to_owned());
        let secret = ClientSecret::new(self.settings.secret.clone());
        let redirect = RedirectUrl::new(format!("{}/callback", self.settings.base));
        let redirect = redirect.map_err(|e| Rejected::Provider(e.to_string()))?;
        Ok(Client::from_provider_metadata(known.metadata.clone(), id, Some(secret)).set_redirect_uri(redirect))
    }

    async fn userinfo(&self, known: &Known, token: &str) -> Result<Map<String, Value>, Rejected> {
        let endpoint = known.metadata.userinfo_endpoint().ok_or_else(|| Rejected::Provider("no userinfo".into()))?;
        self.json(endpoint.as_str(), Some(token)).await
    }

    async fn json<T: for<'a> Deserialize<'a>>(&self, from: &str, bearer: Option<&str>) -> Result<T, Rejected> {
        let failed = |e: reqwest::Error| Rejected::Provider(e.to_string());
        let mut request = self.http.0.get(from);
        if let Some(token) = bearer {
            request = request.bearer_auth(token);
        }
        request.send().await.map_err(failed)?.error_for_status().map_err(failed)?.json().await.map_err(failed)
    }
}

/// The app's HTTP client, as `openidconnect` wants one.
#[derive(Debug)]
struct Http(reqwest::Client);

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = reqwest::Error;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.execute(request.try_into()?).await?;
            let (status, headers) = (answer.status(), answer.headers().clone());
            let mut response = HttpResponse::new(answer.bytes().await?.to_vec());
            *response.status_mut() = status;
            *response.headers_mut() = headers;
            Ok(response)
        })
    }
}

/// The parameters of an authorization response.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    pub(super) code: Option<String>,
    #[serde(default)]
    pub(super) state: Option<String>,
    #[serde(default)]
    pub(super) iss: Option<String>,
    #[serde(default)]
    pub(super) error: Option<String>,
}

/// What a logout token says.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct LogoutClaims {
    pub(super) jti: String,
    #[serde(default)]
    pub(super) sub: Option<String>,
    #[serde(default)]
    pub(super) sid: Option<String>,
    #[serde(default)]
    nonce: Option<Value>,
    events: Map<String, Value>,
}
