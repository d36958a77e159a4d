//! Signed tokens: one type for each `typ`, how they are put together, and how they are taken apart (RFC 7515, 7519, 8725).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{Jwk, JwkSet},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{alg::SigningAlg, confirmation::Confirmation};
use crate::base::digest::Digest;

/// The longest token that is read at all.
const LONGEST: usize = 16 * 1024;

/// An ID token's claims (Core 2). Claims about the person that were asked for here are in `person`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdToken {
    /// The issuer.
    pub iss: String,
    /// Who, towards this client.
    pub sub: String,
    /// For which client.
    pub aud: String,
    /// Until when, in seconds.
    pub exp: i64,
    /// Since when.
    pub iat: i64,
    /// When the person proved who they are.
    pub auth_time: i64,
    /// As the client sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// How strongly.
    pub acr: String,
    /// By what.
    pub amr: Vec<String>,
    /// In which browser session, towards this client.
    pub sid: String,
    /// The client again, as some libraries want it.
    pub azp: String,
    /// Binds the access token issued with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Binds the code issued with it, in the hybrid flows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c_hash: Option<String>,
    /// What the claims parameter asked for here.
    #[serde(flatten)]
    pub person: Map<String, Value>,
}

/// An access token's claims (RFC 9068).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AccessToken {
    /// The issuer.
    pub iss: String,
    /// Who, or the client itself.
    pub sub: String,
    /// Which resource server.
    pub aud: String,
    /// The client.
    pub client_id: String,
    /// Until when, in seconds.
    pub exp: i64,
    /// Since when.
    pub iat: i64,
    /// Unique; names the grant for us.
    pub jti: String,
    /// What it is good for.
    pub scope: String,
    /// When the person proved who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How strongly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// To which key it is bound; without one, whoever bears it may use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// What the person is, where that is told (RFC 9068 §2.2.3.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Who acts for the person (RFC 8693 §4.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Actor>,
}

/// Who acts, and for whom that one acted before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The client.
    pub sub: String,
    /// Who acted before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub act: Option<Box<Self>>,
}

/// A logout token's claims (Back-Channel Logout 2.4).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogoutToken {
    /// The issuer.
    pub iss: String,
    /// Who, towards this client.
    pub sub: String,
    /// The client.
    pub aud: String,
    /// Since when, in seconds.
    pub iat: i64,
    /// Until when.
    pub exp: i64,
    /// Unique.
    pub jti: String,
    /// Which session, towards this client.
    pub sid: String,
    /// What makes it a logout token.
    pub events: Map<String, Value>,
}

impl LogoutToken {
    /// The one event of a logout token.
    pub fn event() -> Map<String, Value> {
        let name = "http://schemas.openid.net/event/backchannel-logout";
        Map::from_iter([(name.to_owned(), Value::Object(Map::new()))])
    }
}

/// An answer of the authorization endpoint that travels as one token (JARM §2.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuthorizationAnswer {
    /// The issuer.
    pub iss: String,
    /// For which client.
    pub aud: String,
    /// Until when, in seconds.
    pub exp: i64,
    /// What the answer says.
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

/// Which kind of token this is, in the header: so that none passes for another (R21).
pub trait Kind: Serialize + DeserializeOwned {
    /// The `typ` of its header.
    const TYP: &'static str;
}

impl Kind for IdToken {
    const TYP: &'static str = "JWT";
}
// JARM defines no type. Nobody takes it for an ID token: it says nothing of a person.
impl Kind for AuthorizationAnswer {
    const TYP: &'static str = "JWT";
}
impl Kind for AccessToken {
    const TYP: &'static str = "at+jwt";
}
impl Kind for LogoutToken {
    const TYP: &'static str = "logout+jwt";
}

/// Puts a token together. `sign` is given the signing input and answers with the signature.
pub fn assemble<T: Kind>(claims: &T, alg: SigningAlg, kid: &str, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let header = serde_json::json!({ "alg": alg.name(), "kid": kid, "typ": T::TYP });
    let part = |json: Vec<u8>| URL_SAFE_NO_PAD.encode(json);
    // Maps with text keys, numbers and text always become JSON.
    let mut token = part(serde_json::to_vec(&header).unwrap_or_default());
    token.push('.');
    token.push_str(&part(serde_json::to_vec(claims).unwrap_or_default()));
    let signature = sign(token.as_bytes());
    token.push('.');
    token.push_str(&URL_SAFE_NO_PAD.encode(signature));
    token
}

/// `at_hash` and `c_hash` (Core 3.1.3.6): the left half of the hash that the algorithm uses. For EdDSA that is SHA-512,
/// the hash inside Ed25519.
pub fn half_hash(alg: SigningAlg, text: &str) -> String {
    match alg {
        SigningAlg::Es256 | SigningAlg::Rs256 => URL_SAFE_NO_PAD.encode(&Digest::of(text.as_bytes()).bytes()[..16]),
        SigningAlg::EdDsa => {
            let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA512, text.as_bytes());
            URL_SAFE_NO_PAD.encode(&hash.as_ref()[..32])
        }
    }
}

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadToken {
    /// Not three parts of base64url JSON, or too long.
    #[error("not a signed token")]
    Malformed,
    /// R18: an algorithm that is not accepted here; `none` among them.
    #[error("signed with an algorithm that is not accepted")]
    Algorithm,
    /// R21.
    #[error("another kind of token")]
    Typ,
    /// RFC 7515 §4.1.11: an extension that must be understood.
    #[error("the header demands an extension")]
    Critical,
    /// No key of that id.
    #[error("signed with an unknown key")]
    UnknownKey,
    /// The signature does not fit.
    #[error("the signature is not valid")]
    Signature,
    /// It brings no key of its own, or one that is not a public one.
    #[error("the key in its header is missing, or not a public key alone")]
    OwnKey,
    /// A claim is missing, or has another type than it must have (R20).
    #[error("a claim is missing or has the wrong type")]
    Claims,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<Value>,
    #[serde(default)]
    jwk: Option<Value>,
}

/// What a token must show before its claims are looked at.
pub struct Expected<'a, K> {
    /// Algorithms that are accepted, from configuration, never from the token.
    pub algs: &'a [Algorithm],
    /// Acceptable `typ`, lower-case; `None` accepts a header without one.
    pub typs: &'a [Option<&'a str>],
    /// The key for a key id. `jku`, `x5u` and `jwk` in the header are never looked at (R19).
    pub key: K,
}

/// Takes a token apart and checks signature and kind; times and names are the caller's to check.
pub fn verify<T: DeserializeOwned, K>(token: &str, expected: &Expected<'_, K>) -> Result<T, BadToken>
where
    K: Fn(Option<&str>) -> Option<Jwk>,
{
    let opened = open(token, expected.algs, expected.typs)?;
    let jwk = (expected.key)(opened.header.kid.as_deref()).ok_or(BadToken::UnknownKey)?;
    opened.claims(&jwk)
}

/// Takes a token apart that brings its own key, and gives that key: what it shows is that its maker holds the key's other
/// half, and nothing else (RFC 9449 §4.2). A private or symmetric key is refused, or showing it would prove nothing.
pub fn verify_with_own_key<T: DeserializeOwned>(
    token: &str,
    algs: &[Algorithm],
    typ: &str,
) -> Result<(T, Jwk), BadToken> {
    let mut opened = open(token, algs, &[Some(typ)])?;
    let brought = opened.header.jwk.take().ok_or(BadToken::OwnKey)?;
    if ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().any(|private| brought.get(private).is_some()) {
        return Err(BadToken::OwnKey);
    }
    let jwk: Jwk = serde_json::from_value(brought).map_err(|_| BadToken::OwnKey)?;
    Ok((opened.claims(&jwk)?, jwk))
}

/// A token whose header is acceptable.
struct Opened<'a> {
    header: Header,
    alg: Algorithm,
    input: &'a str,
    payload: &'a str,
    signature: &'a str,
}

fn open<'a>(token: &'a str, algs: &[Algorithm], typs: &[Option<&str>]) -> Result<Opened<'a>, BadToken> {
    if token.len() > LONGEST {
        return Err(BadToken::Malformed);
    }
    let (input, signature) = token.rsplit_once('.').ok_or(BadToken::Malformed)?;
    let (header, payload) = input.split_once('.').ok_or(BadToken::Malformed)?;
    let header: Header = serde_json::from_slice(&decoded(header)?).map_err(|_| BadToken::Malformed)?;
    let alg: Algorithm = header.alg.parse().map_err(|_| BadToken::Algorithm)?;
    if !algs.contains(&alg) {
        return Err(BadToken::Algorithm);
    }
    if header.crit.is_some() {
        return Err(BadToken::Critical);
    }
    let typ = header.typ.as_ref().map(|typ| typ.to_ascii_lowercase());
    let typ = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    if !typs.contains(&typ) {
        return Err(BadToken::Typ);
    }
    Ok(Opened { header, alg, input, payload, signature })
}

impl Opened<'_> {
    /// The claims, if this key signed them.
    fn claims<T: DeserializeOwned>(&self, jwk: &Jwk) -> Result<T, BadToken> {
        if !fits(jwk, self.alg) {
            return Err(BadToken::Algorithm);
        }
        let key = DecodingKey::from_jwk(jwk).map_err(|_| BadToken::UnknownKey)?;
        match jsonwebtoken::crypto::verify(self.signature, self.input.as_bytes(), &key, self.alg) {
            Ok(true) => serde_json::from_slice(&decoded(self.payload)?).map_err(|_| BadToken::Claims),
            Ok(false) | Err(_) => Err(BadToken::Signature),
        }
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, BadToken> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| BadToken::Malformed)
}

/// The key of a set by its id; of a set with a single key also without one.
pub fn one_of(keys: &JwkSet) -> impl Fn(Option<&str>) -> Option<Jwk> {
    move |kid| match (kid, keys.keys.as_slice()) {
        (Some(kid), _) => keys.find(kid).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

/// Whether a key may be used with an algorithm: of the right family, and of that algorithm if it names one.
fn fits(jwk: &Jwk, alg: Algorithm) -> bool {
    use jsonwebtoken::jwk::AlgorithmParameters as P;
    let family = match alg {
        Algorithm::ES256 => matches!(jwk.algorithm, P::EllipticCurve(_)),
        Algorithm::RS256 | Algorithm::PS256 => matches!(jwk.algorithm, P::RSA(_)),
        Algorithm::EdDSA => matches!(jwk.algorithm, P::OctetKeyPair(_)),
        _ => false,
    };
    family && jwk.common.key_algorithm.is_none_or(|named| named.to_string() == format!("{alg:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forged(header: &str, payload: &str) -> String {
        format!("{}.{}.AAAA", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload))
    }

    fn look(token: &str) -> Result<Map<String, Value>, BadToken> {
        let expected = Expected { algs: &[Algorithm::ES256], typs: &[Some("at+jwt")], key: |_: Option<&str>| None };
        verify(token, &expected)
    }

    #[test]
    fn r18_algorithms_come_from_configuration() {
        for alg in ["none", "None", "HS256", "RS256", "ES384", ""] {
            let token = forged(&format!(r#"{{"alg":"{alg}","typ":"at+jwt"}}"#), "{}");
            assert_eq!(look(&token), Err(BadToken::Algorithm), "{alg}");
        }
    }

    #[test]
    fn r19_keys_in_the_header_are_not_looked_at() {
        let header = r#"{"alg":"ES256","typ":"at+jwt","kid":"../../etc/passwd","jku":"https://evil.example","jwk":{"kty":"EC"}}"#;
        assert_eq!(look(&forged(header, "{}")), Err(BadToken::UnknownKey));
    }

    #[test]
    fn r21_another_kind_of_token_is_refused() {
        assert_eq!(look(&forged(r#"{"alg":"ES256","typ":"JWT"}"#, "{}")), Err(BadToken::Typ));
        assert_eq!(look(&forged(r#"{"alg":"ES256"}"#, "{}")), Err(BadToken::Typ));
        assert_eq!(look(&forged(r#"{"alg":"ES256","typ":"at+jwt","crit":["x"]}"#, "{}")), Err(BadToken::Critical));
    }

    #[test]
    fn r20_a_mistyped_time_fails() {
        assert!(
            serde_json::from_str::<AccessToken>(
                r#"{"iss":"a","sub":"b","aud":"c","client_id":"d","exp":"never","iat":1,"jti":"e","scope":""}"#
            )
            .is_err()
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,300}") {
            let _ = look(&text);
        }
    }
}
