//! The provider as an app sees it: its metadata and keys, kept for an hour and fetched anew when a key is unknown.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use openidconnect::{
    AdditionalClaims, AsyncHttpClient, EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, IdTokenFields, IssuerUrl, ProviderMetadataWithLogout, StandardErrorResponse,
    StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
        CoreTokenIntrospectionResponse, CoreTokenType,
    },
    http,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::base::clock::{Clock, Moment};

/// Claims beyond the standard ones, whatever they are.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Further {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for Further {}

/// An ID token of this provider.
pub(super) type IdToken =
    openidconnect::IdToken<Further, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

/// What userinfo answers.
pub(super) type UserInfo = openidconnect::UserInfoClaims<Further, CoreGenderClaim>;

/// What the token endpoint answers.
pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        Further,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

/// The app's side of the protocol, once the provider is known.
pub(super) type Client = openidconnect::Client<
    Further,
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

/// As long as caches may keep the JWKS.
const FRESH: Duration = Duration::from_hours(1);
/// Between two fetches for an unknown key: strangers can name as many as they like.
const AGAIN: Duration = Duration::from_mins(1);

/// The provider could not be asked.
#[derive(Debug, thiserror::Error)]
#[error("the provider cannot be asked: {0}")]
pub(super) struct Unreachable(String);

/// The provider and what is known of it.
#[derive(Debug)]
pub(super) struct Provider {
    issuer: IssuerUrl,
    http: Outside,
    clock: Clock,
    known: Mutex<Option<Known>>,
}

#[derive(Debug)]
struct Known {
    metadata: Arc<ProviderMetadataWithLogout>,
    since: Moment,
    /// When a key was last unknown.
    again: Option<Moment>,
}

impl Provider {
    /// The provider of this issuer, not asked yet.
    pub(super) fn new(issuer: IssuerUrl, http: reqwest::Client, clock: Clock) -> Self {
        Self { issuer, http: Outside(http), clock, known: Mutex::const_new(None) }
    }

    /// Its name.
    pub(super) const fn issuer(&self) -> &IssuerUrl {
        &self.issuer
    }

    /// How to reach it.
    pub(super) const fn http(&self) -> &Outside {
        &self.http
    }

    /// Its metadata and keys, at most an hour old (OIDC Discovery §4).
    pub(super) async fn metadata(&self) -> Result<Arc<ProviderMetadataWithLogout>, Unreachable> {
        let now = self.clock.now();
        let mut known = self.known.lock().await;
        if let Some(known) = &*known
            && now.since(known.since) < FRESH
        {
            return Ok(known.metadata.clone());
        }
        let metadata = self.discover().await?;
        *known = Some(Known { metadata: metadata.clone(), since: now, again: None });
        Ok(metadata)
    }

    /// Its keys as they are now, for a token whose key is unknown (OIDC Core §10.1.1); at most once a minute, in between
    /// those that are known.
    pub(super) async fn rotated(&self) -> Result<Arc<ProviderMetadataWithLogout>, Unreachable> {
        let now = self.clock.now();
        let mut known = self.known.lock().await;
        if let Some(known) = &*known
            && known.again.is_some_and(|last| now.since(last) < AGAIN)
        {
            return Ok(known.metadata.clone());
        }
        let metadata = self.discover().await?;
        *known = Some(Known { metadata: metadata.clone(), since: now, again: Some(now) });
        Ok(metadata)
    }

    async fn discover(&self) -> Result<Arc<ProviderMetadataWithLogout>, Unreachable> {
        ProviderMetadataWithLogout::discover_async(self.issuer.clone(), &self.http)
            .await
            .map(Arc::new)
            .map_err(|error| Unreachable(error.to_string()))
    }
}

/// The provider's answers are small.
const LARGEST: usize = 256 * 1024;

/// Requests to the provider.
#[derive(Clone, Debug)]
pub(super) struct Outside(reqwest::Client);

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum OutsideError {
    /// On the way.
    #[error(transparent)]
    Transport(#[from] reqwest::Error),
    /// The answer is larger than any of the protocol.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer could not be put together.
    #[error(transparent)]
    Http(#[from] http::Error),
}

impl Outside {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, OutsideError> {
        let mut request = reqwest::Request::try_from(request)?;
        *request.timeout_mut() = Some(Duration::from_secs(10));
        let mut answer = self.0.execute(request).await?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            if body.len() + chunk.len() > LARGEST {
                return Err(OutsideError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut response = http::Response::builder().status(status).body(body)?;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Outside {
    type Error = OutsideError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutsideError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}
