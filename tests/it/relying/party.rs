//! An app built with the `openidconnect` crate, which reaches the provider in process.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicU32, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{Request, Response},
};
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalProviderMetadata, AsyncHttpClient, AuthType, AuthorizationCode, ClientId,
    ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse,
    IntrospectionUrl, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, ProviderMetadata, RedirectUrl,
    RefreshToken, RequestTokenError, RevocationUrl, Scope, StandardErrorResponse, TokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
        CoreErrorResponseType, CoreGrantType, CoreIdTokenClaims, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken,
        CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenResponse, CoreUserInfoClaims,
    },
};
use phuong::{
    base::clock::Clock,
    protocol::{
        alg::SigningAlg,
        client::{KeySource, Kind},
        registration::Registration,
    },
};
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

use super::assertion::AppKey;
use crate::support::{
    caching,
    callers::{Browser, CALLBACK},
    key_server::KeyServer,
    tour::Tour,
};

/// The two endpoints of OAuth that OpenID Connect's own metadata does not have (RFC 8414 §2).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Endpoints {
    introspection_endpoint: IntrospectionUrl,
    revocation_endpoint: RevocationUrl,
}

impl AdditionalProviderMetadata for Endpoints {}

pub(super) type Metadata = ProviderMetadata<
    Endpoints,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointMaybeSet, EndpointMaybeSet>;

/// Why the provider gave no tokens.
pub(super) type TokenError = RequestTokenError<Infallible, StandardErrorResponse<CoreErrorResponseType>>;

/// The wire between the app and the provider.
pub(super) struct Wire {
    router: Router,
    issuer: String,
}

impl<'c> AsyncHttpClient<'c> for Wire {
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Infallible>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async {
            let (mut parts, body) = request.into_parts();
            let address = parts.uri.to_string();
            let path = address.strip_prefix(&self.issuer).unwrap_or_else(|| panic!("{address} is not the issuer's"));
            parts.uri = path.parse().unwrap();
            let response = self.router.clone().oneshot(Request::from_parts(parts, Body::from(body))).await?;
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, 1 << 20).await.unwrap().to_vec();
            Ok(Response::from_parts(parts, body))
        })
    }
}

/// How an app proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Basic,
    Post,
    Key(jsonwebtoken::Algorithm),
    None,
}

impl Method {
    const fn name(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
            Self::Key(_) => "private_key_jwt",
            Self::None => "none",
        }
    }
}

/// An app.
pub(super) struct Party {
    pub(super) id: String,
    pub(super) metadata: Metadata,
    pub(super) client: Client,
    pub(super) wire: Wire,
    key: Option<AppKey>,
    clock: Clock,
    algorithm: CoreJwsSigningAlgorithm,
    asserted: AtomicU32,
    _keys: Option<KeyServer>,
}

impl Party {
    /// An app whose tokens are signed with `alg`.
    pub(super) async fn new(t: &Tour, method: Method, alg: SigningAlg) -> Self {
        Self::named(t, &format!("app-{alg}"), method, alg).await
    }

    /// Registers an app and lets it find the provider.
    pub(super) async fn named(t: &Tour, id: &str, method: Method, alg: SigningAlg) -> Self {
        let key = if let Method::Key(algorithm) = method { Some(AppKey::new(algorithm)) } else { None };
        let keys = match &key {
            Some(key) => Some(KeyServer::with(vec![key.public()]).await),
            None => None,
        };
        let kind = if method == Method::None { Kind::Spa } else { Kind::Web };
        let (_, secret) = t
            .register(Registration {
                auth_method: Some(method.name().to_owned()),
                keys: keys.as_ref().map(|server| KeySource::Uri(server.address.parse().unwrap())),
                redirect_uris: vec![CALLBACK.to_owned()],
                scope: Some("openid profile offline_access".to_owned()),
                id_token_alg: alg,
                ..Registration::named(id, "Sổ liên lạc", kind)
            })
            .await;
        let issuer = t.sv.settings.issuer.clone();
        let wire = Wire { router: t.router.clone(), issuer: issuer.clone() };
        let metadata = Metadata::discover_async(IssuerUrl::new(issuer).unwrap(), &wire).await.unwrap();
        let secret = matches!(method, Method::Basic | Method::Post).then(|| ClientSecret::new(secret));
        let auth = if method == Method::Basic { AuthType::BasicAuth } else { AuthType::RequestBody };
        let endpoints = metadata.additional_metadata().clone();
        let client = CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(id.to_owned()), secret)
            .set_introspection_url(endpoints.introspection_endpoint)
            .set_revocation_url(endpoints.revocation_endpoint)
            .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned()).unwrap())
            .set_auth_type(auth);
        let clock = t.clock.clone();
        let (id, asserted) = (id.to_owned(), AtomicU32::new(0));
        Self { id, metadata, client, wire, key, clock, algorithm: caching::named(alg), asserted, _keys: keys }
    }

    /// The whole code flow of a teacher (Core 3.1): the tokens, and the nonce that the ID token must have.
    pub(super) async fn sign_in(
        &self,
        t: &Tour,
        browser: &mut Browser,
        extra: &[(&str, &str)],
    ) -> (CoreTokenResponse, Nonce) {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let request = self
            .client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge)
            .add_scopes(["profile", "offline_access"].map(|scope| Scope::new(scope.to_owned())));
        let request = extra.iter().fold(request, |request, (name, value)| request.add_extra_param(*name, *value));
        let (url, state, nonce) = request.url();
        let answer = browser.sign_in_as(t, url.as_str().strip_prefix(&self.wire.issuer).unwrap(), "teacher").await;
        let by_form = extra.contains(&("response_mode", "form_post"));
        let told = |name: &str| if by_form { answer.field(name) } else { answer.sent(name).unwrap() };
        assert_eq!(told("state"), *state.secret());
        assert_eq!(told("iss"), self.metadata.issuer().as_str(), "RFC 9207 §2.4");
        let mut exchange =
            self.client.exchange_code(AuthorizationCode::new(told("code"))).unwrap().set_pkce_verifier(verifier);
        for (name, value) in self.proof() {
            exchange = exchange.add_extra_param(name, value);
        }
        (exchange.request_async(&self.wire).await.unwrap(), nonce)
    }

    /// What the ID token says, once it has been believed (Core 3.1.3.7, 3.1.3.8).
    pub(super) fn believe(&self, tokens: &CoreTokenResponse, nonce: Option<&Nonce>) -> CoreIdTokenClaims {
        let now = self.clock.now();
        let verifier = self
            .client
            .id_token_verifier()
            .set_allowed_algs([self.algorithm.clone()])
            .set_time_fn(move || now.to_string().parse().unwrap());
        let token = tokens.id_token().unwrap();
        let right = |told: Option<&Nonce>| {
            let same = told.map(Nonce::secret) == nonce.map(Nonce::secret);
            if same { Ok(()) } else { Err("the nonce is another".to_owned()) }
        };
        let claims = token.claims(&verifier, right).unwrap_or_else(|error| panic!("{}: {error:?}", self.id));
        let (algorithm, key) = (token.signing_alg().unwrap(), token.signing_key(&verifier).unwrap());
        let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).unwrap();
        assert_eq!(claims.access_token_hash(), Some(&hash), "{}", self.id);
        claims.clone()
    }

    /// Who userinfo says it is; the crate holds the subject against the ID token's (Core 5.3.2).
    pub(super) async fn user_info(&self, tokens: &CoreTokenResponse, claims: &CoreIdTokenClaims) -> CoreUserInfoClaims {
        let asked = self.client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())).unwrap();
        asked.request_async(&self.wire).await.unwrap()
    }

    pub(super) async fn refresh(&self, token: &RefreshToken) -> Result<CoreTokenResponse, TokenError> {
        let mut request = self.client.exchange_refresh_token(token).unwrap();
        for (name, value) in self.proof() {
            request = request.add_extra_param(name, value);
        }
        request.request_async(&self.wire).await
    }

    pub(super) async fn introspect(&self, token: &AccessToken) -> Result<CoreTokenIntrospectionResponse, TokenError> {
        let mut request = self.client.introspect(token);
        for (name, value) in self.proof() {
            request = request.add_extra_param(name, value);
        }
        request.request_async(&self.wire).await
    }

    pub(super) async fn revoke(&self, token: CoreRevocableToken) {
        let mut request = self.client.revoke_token(token).unwrap();
        for (name, value) in self.proof() {
            request = request.add_extra_param(name, value);
        }
        request.request_async(&self.wire).await.unwrap();
    }

    /// The app's own token (RFC 6749 §4.4).
    pub(super) async fn own_token(&self) -> Result<CoreTokenResponse, TokenError> {
        let mut request = self.client.exchange_client_credentials().unwrap();
        for (name, value) in self.proof() {
            request = request.add_extra_param(name, value);
        }
        request.request_async(&self.wire).await
    }

    /// What a request carries beside what the crate puts there: for a client with a key, an assertion of its own.
    fn proof(&self) -> Vec<(&'static str, String)> {
        let Some(key) = &self.key else { return Vec::new() };
        let jti = self.asserted.fetch_add(1, Ordering::Relaxed).to_string();
        let assertion = key.assertion(&self.id, &self.wire.issuer, self.clock.now().seconds(), &jti);
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned();
        vec![("client_assertion_type", kind), ("client_assertion", assertion)]
    }
}

/// The refusal's code, as the library read it.
pub(super) fn refusal<T: std::fmt::Debug>(outcome: Result<T, TokenError>) -> CoreErrorResponseType {
    match outcome.unwrap_err() {
        RequestTokenError::ServerResponse(answer) => answer.error().clone(),
        other => panic!("not an answer of OAuth: {other:?}"),
    }
}
