//! How a client proves itself (RFC 6749 §2.3, RFC 7523 §2.2): reading what it presents, and checking an assertion.

use base64::{Engine, engine::general_purpose::STANDARD};
use jsonwebtoken::{Algorithm, jwk::JwkSet};
use serde::Deserialize;

use super::{
    alg::ProofAlg,
    client::ClientId,
    error::Refusal,
    jwt::{BadToken, Expected, one_of, verify},
    params::Params,
};
use crate::base::{clock::Moment, secret::Token};

/// RFC 7523's name for a JWT used as a client assertion.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far our clocks may differ, in seconds.
const SKEW: i64 = 30;
/// An assertion may be good for at most so many seconds (R14).
const LONGEST_ASSERTION: i64 = 300;

/// What a request presents, before it is believed.
#[derive(Clone, Debug)]
pub enum Presented {
    /// `Authorization: Basic`.
    Basic(ClientId, Token),
    /// In the body.
    Post(ClientId, Token),
    /// A signed assertion, and the client it says it is of.
    Assertion(ClientId, String),
    /// Only a client id.
    Nothing(ClientId),
}

impl Presented {
    /// Reads the Authorization header and the body; two methods at once are refused.
    pub fn read(authorization: Option<&str>, params: &Params) -> Result<Self, Refusal> {
        if ["client_id", "client_secret", "client_assertion"].iter().any(|name| params.repeats(name)) {
            return Err(Refusal::RepeatedParameter);
        }
        let in_body = params.get("client_id");
        let basic = authorization.map(basic).transpose()?;
        match (basic, params.get("client_secret"), params.get("client_assertion")) {
            (Some((id, secret)), None, None) if in_body.is_none_or(|body| body == id) => {
                Ok(Self::Basic(ClientId(id), Token::presented(&secret)))
            }
            (None, Some(secret), None) => Ok(Self::Post(
                ClientId(in_body.ok_or(Refusal::ClientAuthentication)?.to_owned()),
                Token::presented(secret),
            )),
            (None, None, Some(assertion)) => {
                if params.get("client_assertion_type") != Some(JWT_BEARER) {
                    return Err(Refusal::InvalidParameter("client_assertion_type"));
                }
                let subject = unverified_subject(assertion).ok_or(Refusal::ClientAuthentication)?;
                if in_body.is_some_and(|body| body != subject) {
                    return Err(Refusal::ClientAuthentication);
                }
                Ok(Self::Assertion(ClientId(subject), assertion.to_owned()))
            }
            (None, None, None) => Ok(Self::Nothing(ClientId(in_body.ok_or(Refusal::ClientAuthentication)?.to_owned()))),
            _ => Err(Refusal::TwoClientCredentials),
        }
    }

    /// The client it says it is.
    pub const fn client_id(&self) -> &ClientId {
        match self {
            Self::Basic(id, _) | Self::Post(id, _) | Self::Assertion(id, _) | Self::Nothing(id) => id,
        }
    }
}

/// Id and secret of `Basic`, each form-urlencoded before it was joined (RFC 6749 §2.3.1).
fn basic(header: &str) -> Result<(String, String), Refusal> {
    let refused = Refusal::ClientAuthentication;
    let (scheme, encoded) = header.split_once(' ').ok_or(refused)?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(refused);
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).map_err(|_| refused)?).map_err(|_| refused)?;
    let (id, secret) = text.split_once(':').ok_or(refused)?;
    let decoded = |part: &str| {
        // A key without `=`: the decoded text stands in the name.
        let mut pairs = url::form_urlencoded::parse(part.as_bytes());
        match (pairs.next(), pairs.next()) {
            (Some((name, value)), None) if !part.contains('=') => {
                debug_assert!(value.is_empty());
                name.into_owned()
            }
            // Some clients do not encode: take it as it came.
            _ => part.to_owned(),
        }
    };
    Ok((decoded(id), decoded(secret)))
}

/// Whose an assertion says it is: only to find the client's keys.
fn unverified_subject(assertion: &str) -> Option<String> {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    #[derive(Deserialize)]
    struct Subject {
        sub: String,
    }
    let payload = URL_SAFE_NO_PAD.decode(assertion.split('.').nth(1)?).ok()?;
    Some(serde_json::from_slice::<Subject>(&payload).ok()?.sub)
}

/// Times are whole seconds here; libraries send fractions too, so a number of either kind is read, and nothing else (R20).
#[derive(Deserialize)]
struct Assertion {
    iss: String,
    sub: String,
    aud: serde_json::Value,
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    iat: Option<f64>,
    jti: String,
}

/// A verified assertion: what must be spent before it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spendable {
    /// Unique per client.
    pub jti: String,
    /// Until when it must be remembered.
    pub remember_until: Moment,
}

/// Whom an assertion must be addressed to.
#[derive(Clone, Copy, Debug)]
pub struct Addressee<'a> {
    /// The issuer: the only value by default.
    pub issuer: &'a str,
    /// The token endpoint, for clients that are allowed it.
    pub token_endpoint: Option<&'a str>,
}

/// Checks an assertion (R14): the client's own signature, to us alone, for five minutes at most.
pub fn check_assertion(
    client_id: &ClientId,
    keys: &JwkSet,
    algs: &[ProofAlg],
    to: Addressee<'_>,
    assertion: &str,
    now: Moment,
) -> Result<Spendable, BadToken> {
    let algs: Vec<Algorithm> = algs.iter().map(|alg| (*alg).into()).collect();
    // `typ` is rarely set here; what may not pass are our own kinds.
    let typs = [None, Some("jwt"), Some("client-authentication+jwt")];
    let claims: Assertion = verify(assertion, &Expected { algs: &algs, typs: &typs, key: one_of(keys) })?;
    // One string: a list could hold another server's name too (CVE-2025-27370).
    let addressed = claims.aud.as_str().is_some_and(|aud| aud == to.issuer || Some(aud) == to.token_endpoint);
    let (now_s, exp) = (now.seconds(), whole(claims.exp)?);
    let begun = |at: Option<f64>| at.map_or(Ok(true), |at| whole(at).map(|at| at <= now_s + SKEW));
    let timely =
        exp > now_s - SKEW && exp <= now_s + LONGEST_ASSERTION + SKEW && begun(claims.nbf)? && begun(claims.iat)?;
    let named = claims.iss == client_id.0 && claims.sub == client_id.0 && (1..=256).contains(&claims.jti.len());
    if !(addressed && timely && named) {
        return Err(BadToken::Claims);
    }
    Ok(Spendable { jti: claims.jti, remember_until: Moment::from_seconds(exp + SKEW) })
}

/// A time in seconds, as JSON numbers have it (R20).
pub(super) fn whole(seconds: f64) -> Result<i64, BadToken> {
    if !(0.0..1e12).contains(&seconds) {
        return Err(BadToken::Claims);
    }
    #[expect(clippy::cast_possible_truncation, reason = "within the range just checked")]
    Ok(seconds as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(authorization: Option<&str>, body: &str) -> Result<Presented, Refusal> {
        Presented::read(authorization, &Params::parse(body))
    }

    fn basic_header(text: &str) -> String {
        format!("Basic {}", STANDARD.encode(text))
    }

    #[test]
    fn basic_credentials_are_form_decoded() {
        let Ok(Presented::Basic(id, secret)) = read(Some(&basic_header("my+app:p%3Aw")), "") else { panic!() };
        assert_eq!((id.0.as_str(), secret.expose()), ("my app", "p:w"));
    }

    #[test]
    fn two_credentials_in_one_request_are_refused() {
        let header = basic_header("app:secret");
        assert_eq!(
            read(Some(&header), "client_id=app&client_secret=secret").unwrap_err(),
            Refusal::TwoClientCredentials
        );
        assert_eq!(read(Some(&header), "client_id=other").unwrap_err(), Refusal::TwoClientCredentials);
        assert_eq!(read(None, "client_secret=x").unwrap_err(), Refusal::ClientAuthentication);
        assert_eq!(read(Some("Bearer x"), "").unwrap_err(), Refusal::ClientAuthentication);
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(header in ".{0,80}", body in ".{0,80}") {
            let _ = read(Some(&header), &body);
            let _ = read(Some(&basic_header(&header)), &format!("client_assertion={body}"));
        }
    }
}
