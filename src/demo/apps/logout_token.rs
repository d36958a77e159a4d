//! Logout tokens (OIDC Back-Channel Logout 1.0 §2.4, §2.6): believes one only after every check, and only once.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::Jwk};
use openidconnect::{JsonWebKey, JsonWebKeyId, ProviderMetadataWithLogout};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{memory::Ending, party::Party, provider::Unreachable, sign_in::SKEW};
use crate::base::clock::Moment;

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
const ALGORITHMS: [Algorithm; 3] = [Algorithm::ES256, Algorithm::RS256, Algorithm::EdDSA];

/// Why a logout token is not believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Disbelief {
    /// Not a JWT, or one whose header says that it is something else.
    #[error("not a logout token")]
    NotOne,
    /// Signed with nothing, or with what this app does not accept.
    #[error("the algorithm is not accepted")]
    Algorithm,
    /// No key of the provider has this `kid`.
    #[error("the key is unknown")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
    /// A claim is missing or of the wrong type.
    #[error("a claim is missing or of the wrong type")]
    Claims,
    /// For somebody else, or by somebody else.
    #[error("issuer or audience is another")]
    Addressee,
    /// Too late, or from the future.
    #[error("the token is not valid at this time")]
    Time,
    /// An ID token in disguise.
    #[error("a logout token has no nonce")]
    Nonce,
    /// Whose session ends is not said.
    #[error("neither sub nor sid")]
    Nobody,
    /// It was used before.
    #[error("the token was used before")]
    Replayed,
    /// The keys cannot be fetched.
    #[error(transparent)]
    Unreachable(#[from] Unreachable),
}

#[derive(Deserialize)]
struct Told {
    iss: String,
    aud: Audience,
    iat: i64,
    exp: i64,
    jti: String,
    events: Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    fn has(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Many(many) => many.iter().any(|one| one == client),
        }
    }
}

/// Whose sessions the token ends.
pub(super) async fn believe(party: &Party, token: &str) -> Result<Ending, Disbelief> {
    let claims = signed_claims(party, token).await?;
    // Even an empty one: what carries a nonce may be a confused ID token.
    if claims.contains_key("nonce") {
        return Err(Disbelief::Nonce);
    }
    let told: Told = serde_json::from_value(Value::Object(claims)).map_err(|_| Disbelief::Claims)?;
    if told.iss != party.provider.issuer().as_str() || !told.aud.has(&party.client_id) {
        return Err(Disbelief::Addressee);
    }
    let now = party.clock.now().seconds();
    let valid_until = told.exp.saturating_add(SKEW);
    if told.iat > now + SKEW || valid_until <= now {
        return Err(Disbelief::Time);
    }
    if !told.events.get(EVENT).is_some_and(Value::is_object) {
        return Err(Disbelief::Claims);
    }
    if told.sub.is_none() && told.sid.is_none() {
        return Err(Disbelief::Nobody);
    }
    if !party.memory.first_use(&told.jti, Moment::from_seconds(valid_until)) {
        return Err(Disbelief::Replayed);
    }
    Ok(Ending { sub: told.sub, sid: told.sid })
}

async fn signed_claims(party: &Party, token: &str) -> Result<Map<String, Value>, Disbelief> {
    let header = decode_header(token).map_err(|_| Disbelief::NotOne)?;
    let typ = header.typ.as_deref().map(str::to_ascii_lowercase);
    let typed = typ.as_deref().is_none_or(|typ| matches!(typ, "logout+jwt" | "application/logout+jwt"));
    if !typed || header.crit.is_some() {
        return Err(Disbelief::NotOne);
    }
    if !ALGORITHMS.contains(&header.alg) {
        return Err(Disbelief::Algorithm);
    }
    let kid = header.kid.map(JsonWebKeyId::new).ok_or(Disbelief::UnknownKey)?;
    let known = key(&*party.provider.metadata().await?, &kid, header.alg);
    let key = match known {
        Some(key) => key,
        None => key(&*party.provider.rotated().await?, &kid, header.alg).ok_or(Disbelief::UnknownKey)?,
    };
    let mut validation = Validation::new(header.alg);
    // Times are checked against the app's clock, the others where their names say what failed.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.required_spec_claims.clear();
    Ok(decode::<Map<String, Value>>(token, &key, &validation).map_err(|_| Disbelief::Signature)?.claims)
}

/// The provider's key of this name, if it is one for this algorithm.
fn key(metadata: &ProviderMetadataWithLogout, kid: &JsonWebKeyId, algorithm: Algorithm) -> Option<DecodingKey> {
    let key = metadata.jwks().keys().iter().find(|key| key.key_id() == Some(kid))?;
    let jwk: Jwk = serde_json::from_value(serde_json::to_value(key).ok()?).ok()?;
    let named = jwk.common.key_algorithm.map(|algorithm| algorithm.to_string());
    named.is_none_or(|named| named == format!("{algorithm:?}")).then(|| DecodingKey::from_jwk(&jwk).ok())?
}
