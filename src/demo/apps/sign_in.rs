//! The code flow from the app's side (OIDC Core §3.1): begin, and finish only what this browser began.

use std::{borrow::Cow, sync::Arc};

use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClaimsVerificationError, CsrfToken, LanguageTag, LoginHint, Nonce,
    OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadataWithLogout, Scope,
    SignatureVerificationError, TokenResponse,
    core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreJwsSigningAlgorithm},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use url::Url;

use super::{
    App,
    claims::Claims,
    memory::{Begun, Session},
    party::Party,
    provider::{IdToken, Tokens, Unreachable, UserInfo},
};
use crate::base::secret::{Token, same};

/// What the app accepts tokens to be signed with: its own setting, never the token's word.
pub(super) const ALGORITHMS: [CoreJwsSigningAlgorithm; 3] = [
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// How far the clocks of two machines may differ, in seconds.
pub(super) const SKEW: i64 = 60;

/// How a sign-in should begin.
#[derive(Debug, Default)]
pub(super) struct Wish<'a> {
    /// Who, as somebody else suggests (OIDC Core §4).
    pub(super) login_hint: Option<&'a str>,
    /// Whether to ask which account.
    pub(super) other_account: bool,
}

/// What the provider sends back with the browser.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Why a sign-in did not happen.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// Nothing this browser began: the back button, an old bookmark, or somebody else's link.
    #[error("this sign-in was not begun here")]
    NotBegun,
    /// Another provider's answer (RFC 9207 §2.4).
    #[error("the answer is from another issuer")]
    OtherIssuer,
    /// The provider refuses this person or the person refused.
    #[error("access denied: {0}")]
    Denied(String),
    /// The provider let somebody in whom this app does not serve.
    #[error("this app does not serve pupils")]
    NotForPupils,
    /// Another error of RFC 6749 §4.1.2.1 or OIDC Core §3.1.2.6.
    #[error("the provider answers {0}")]
    Error(String),
    /// The provider cannot be asked.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
    /// What the provider gave cannot be trusted.
    #[error("not to be trusted: {0}")]
    Untrusted(String),
}

impl From<ClaimsVerificationError> for Failed {
    fn from(error: ClaimsVerificationError) -> Self {
        Self::Untrusted(error.to_string())
    }
}

/// Where to send the browser for a sign-in.
pub(super) async fn begin(party: &Party, visitor: &Token, wish: Wish<'_>) -> Result<Url, Failed> {
    let client = party.client(&*party.provider.metadata().await?);
    let (state, nonce, verifier) = (party.token(), party.token(), party.token());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.expose().to_owned()));
    let nonce = Nonce::new(nonce.expose().to_owned());
    let (sent_state, sent_nonce) = (CsrfToken::new(state.expose().to_owned()), nonce.clone());
    let scopes = party.app.scope().split(' ').filter(|scope| *scope != "openid").map(|scope| Scope::new(scope.into()));
    let mut request = client
        .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || sent_state, || sent_nonce)
        .set_redirect_uri(Cow::Borrowed(&party.redirect_uri))
        .set_pkce_challenge(challenge)
        .add_ui_locale(LanguageTag::new("vi".into()))
        .add_scopes(scopes);
    if let Some(hint) = wish.login_hint {
        request = request.set_login_hint(LoginHint::new(hint.to_owned()));
    }
    if wish.other_account {
        request = request.add_prompt(CoreAuthPrompt::SelectAccount);
    }
    let (url, _, _) = request.url();
    let begun = Begun { visitor: visitor.digest(), nonce, verifier: verifier.expose().to_owned() };
    party.memory.begin(&state, begun);
    Ok(url)
}

/// Opens a session for what the provider answered.
pub(super) async fn finish(party: &Party, visitor: Option<&Token>, answer: Answer) -> Result<Token, Failed> {
    let state = Token::presented(answer.state.as_deref().ok_or(Failed::NotBegun)?);
    let begun = party.memory.resume(&state).ok_or(Failed::NotBegun)?;
    if !visitor.is_some_and(|visitor| visitor.digest().matches(&begun.visitor)) {
        return Err(Failed::NotBegun);
    }
    if answer.iss.as_deref() != Some(party.provider.issuer().as_str()) {
        return Err(Failed::OtherIssuer);
    }
    let code = match (answer.error, answer.code) {
        (Some(error), _) if error == "access_denied" => {
            return Err(Failed::Denied(answer.error_description.unwrap_or_default()));
        }
        (Some(error), _) => return Err(Failed::Error(error)),
        (None, None) => return Err(Failed::Untrusted("neither code nor error".into())),
        (None, Some(code)) => AuthorizationCode::new(code),
    };
    let session = exchange(party, code, begun).await?;
    if party.app == App::EOffice && session.claims.is_student() {
        return Err(Failed::NotForPupils);
    }
    let token = party.token();
    party.memory.open(&token, session);
    Ok(token)
}

async fn exchange(party: &Party, code: AuthorizationCode, begun: Begun) -> Result<Session, Failed> {
    let untrusted = |error: &dyn std::fmt::Display| Failed::Untrusted(error.to_string());
    let metadata = party.provider.metadata().await?;
    let client = party.client(&metadata);
    let tokens = client
        .exchange_code(code)
        .map_err(|error| untrusted(&error))?
        .set_redirect_uri(Cow::Borrowed(&party.redirect_uri))
        .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier))
        .request_async(party.provider.http())
        .await
        .map_err(|error| untrusted(&error))?;
    let id_token = tokens.id_token().ok_or_else(|| Failed::Untrusted("no ID token".into()))?;
    let signed = match verify(party, &metadata, (&tokens, id_token), &begun.nonce) {
        Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
            let rotated: Arc<ProviderMetadataWithLogout> = party.provider.rotated().await?;
            verify(party, &rotated, (&tokens, id_token), &begun.nonce)?
        }
        result => result?,
    };
    let subject = signed.get("sub").and_then(Value::as_str).unwrap_or_default();
    let told: UserInfo = client
        .user_info(tokens.access_token().clone(), Some(openidconnect::SubjectIdentifier::new(subject.to_owned())))
        .map_err(|error| untrusted(&error))?
        .request_async(party.provider.http())
        .await
        .map_err(|error| untrusted(&error))?;
    let claims = Claims::merged(signed, object(&told));
    Ok(Session { claims, id_token: id_token.clone(), form_key: party.token() })
}

/// OIDC Core §3.1.3.7: issuer, audience, signature, times, nonce; §3.1.3.8: the access token's hash.
fn verify(
    party: &Party,
    metadata: &ProviderMetadataWithLogout,
    (tokens, id_token): (&Tokens, &IdToken),
    nonce: &Nonce,
) -> Result<Map<String, Value>, ClaimsVerificationError> {
    let now = party.clock.now();
    let client = party.client(metadata);
    let verifier = client
        .id_token_verifier()
        .set_allowed_algs(ALGORITHMS)
        .set_time_fn(move || now.to_string().parse().expect("an instant of our clock is written as RFC 3339"))
        .set_issue_time_verifier_fn(move |at| {
            if at.timestamp() > now.seconds() + SKEW { Err("issued in the future".into()) } else { Ok(()) }
        });
    let claims = id_token.claims(&verifier, nonce)?;
    if let Some(told) = claims.access_token_hash() {
        let signature = ClaimsVerificationError::SignatureVerification;
        let algorithm = id_token.signing_alg().map_err(signature)?;
        let key = id_token.signing_key(&verifier).map_err(signature)?;
        let real = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
            .map_err(|error| ClaimsVerificationError::Other(error.to_string()))?;
        if !same(real.as_bytes(), told.as_bytes()) {
            return Err(ClaimsVerificationError::Other("the ID token belongs to another access token".into()));
        }
    }
    Ok(object(claims))
}

fn object(claims: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}
