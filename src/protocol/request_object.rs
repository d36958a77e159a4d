//! Authorization requests that the client signed (RFC 9101, Core 6).

use jsonwebtoken::{Algorithm, jwk::JwkSet};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    client::Client,
    jwt::{BadToken, Expected, one_of, verify},
    params::Params,
    terms::Profile,
};
use crate::base::clock::Moment;

/// How far our clocks may differ, in seconds.
const SKEW: i64 = 30;
/// How long a request may be good for, and how long ago it may have begun to be, where its times are required
/// (FAPI 2.0 Message Signing §5.3.1).
const LONGEST: f64 = 3600.0;

/// What a request object says about itself; the rest are parameters.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    iss: Option<String>,
    #[serde(default)]
    sub: Option<String>,
    #[serde(default)]
    aud: Option<Value>,
    #[serde(default)]
    exp: Option<f64>,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    iat: Option<f64>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(flatten)]
    members: Map<String, Value>,
}

/// Checks a request object (R18-R21) and reads its parameters: the client's own signature, to us, in time. A client that
/// has to sign must also say for whom and for how long, so that what it signed is of no use elsewhere or later.
pub fn open(jws: &str, client: &Client, keys: &JwkSet, issuer: &str, now: Moment) -> Result<Params, BadToken> {
    let algs: Vec<Algorithm> = client.terms.request_algs().iter().map(|alg| (*alg).into()).collect();
    let typs = [None, Some("jwt"), Some("oauth-authz-req+jwt")];
    let envelope: Envelope = verify(jws, &Expected { algs: &algs, typs: &typs, key: one_of(keys) })?;
    let strict = client.terms.signed_only || client.terms.profile == Profile::Fapi2;
    let own = |name: &Option<String>| name.as_ref().map_or(!strict, |name| *name == client.client_id.0);
    // RFC 9101 §10.8: what has the client for its subject is an assertion by which it proves itself, and no request.
    let kind = envelope.sub.as_deref() != Some(client.client_id.0.as_str());
    let named = own(&envelope.iss) && envelope.client_id.as_deref().is_none_or(|id| id == client.client_id.0);
    let addressed = envelope.aud.as_ref().map_or(!strict, |aud| is_for(aud, issuer));
    let nested = envelope.members.contains_key("request") || envelope.members.contains_key("request_uri");
    if !(kind && named && addressed && timely(&envelope, strict, now)) || nested {
        return Err(BadToken::Claims);
    }
    parameters(envelope.members)
}

fn is_for(aud: &Value, issuer: &str) -> bool {
    aud == issuer || aud.as_array().is_some_and(|all| all.iter().any(|one| one == issuer))
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far from where doubles skip whole numbers")]
fn timely(envelope: &Envelope, strict: bool, now: Moment) -> bool {
    let (now, skew) = (now.seconds() as f64, SKEW as f64);
    let begun = |at: Option<f64>| at.is_none_or(|at| at <= now + skew);
    let bounded = match (envelope.nbf, envelope.exp) {
        (Some(nbf), Some(exp)) => exp - nbf <= LONGEST && now - nbf <= LONGEST + skew,
        _ => false,
    };
    envelope.exp.is_none_or(|exp| exp > now - skew)
        && begun(envelope.nbf)
        && begun(envelope.iat)
        && (bounded || !strict)
}

/// Members as parameters: text as it is, everything else as JSON; a list is a parameter that repeats.
fn parameters(members: Map<String, Value>) -> Result<Params, BadToken> {
    let mut pairs = Vec::new();
    for (name, value) in members {
        match value {
            Value::String(text) => pairs.push((name, text)),
            Value::Array(all) => {
                for one in all {
                    pairs.push((name.clone(), one.as_str().ok_or(BadToken::Claims)?.to_owned()));
                }
            }
            Value::Null => return Err(BadToken::Claims),
            other => pairs.push((name, other.to_string())),
        }
    }
    Ok(Params::of(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_become_the_parameters_that_they_would_be_in_a_query() {
        let members = serde_json::json!({ "scope": "openid", "max_age": 60, "claims": { "id_token": { "acr": null } }, "resource": ["a", "b"] });
        let params = parameters(members.as_object().unwrap().clone()).unwrap();
        assert_eq!((params.get("scope"), params.get("max_age")), (Some("openid"), Some("60")));
        assert_eq!(params.get("claims"), Some(r#"{"id_token":{"acr":null}}"#));
        assert!(params.repeats("resource"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,200}") {
            let client = crate::protocol::authorize::tests::client();
            let _ = open(&text, &client, &JwkSet { keys: Vec::new() }, "https://op.example", Moment::from_seconds(0));
        }
    }
}
