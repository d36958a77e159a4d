//! Demonstrating Proof of Possession (RFC 9449): what a proof must show, and the nonces that a server may ask for.
//!
//! Owns whether a proof is good for one request; whether it was used before, the store knows.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, jwk::ThumbprintHash};
use serde::Deserialize;
use url::Url;

use super::{
    confirmation::Thumbprint,
    credential::whole,
    jwt::{BadToken, verify_with_own_key},
};
use crate::base::{
    clock::Moment,
    digest::{Digest, MacKey},
    secret::same,
};

/// Algorithms of proofs. RS256 is not among them: clients that know DPoP know one of these, and FAPI 2.0 forbids it.
const ALGS: [Algorithm; 3] = [Algorithm::ES256, Algorithm::PS256, Algorithm::EdDSA];
/// Their names in metadata and challenges.
pub const ALG_NAMES: [&str; 3] = ["ES256", "PS256", "EdDSA"];
/// A proof is good for so many seconds, beside [`SKEW`].
const GOOD_FOR: i64 = 60;
/// How far our clocks may differ, in seconds. FAPI 2.0 §5.3.2.1 wants at least 10 and at most 60.
const SKEW: i64 = 30;

/// The request that a proof must be for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Its method.
    pub method: &'a str,
    /// The addresses of its endpoint: each is as good as the other.
    pub addresses: &'a [String],
    /// The access token that it presents.
    pub access_token: Option<&'a str>,
}

/// A proof that is good for its request, unless it was used before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Whose it is.
    pub key: Thumbprint,
    /// The server's nonce that it holds.
    pub nonce: Option<String>,
    /// What of it may be used once.
    pub once: Digest,
    /// Until when that must be remembered.
    pub remember_until: Moment,
}

/// Why a proof is not accepted (RFC 9449 §4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    /// There is none, and one is needed.
    #[error("it is missing")]
    Missing,
    /// There are two.
    #[error("there is more than one")]
    Several,
    /// As a token.
    #[error("{0}")]
    Token(#[from] BadToken),
    /// For another method.
    #[error("htm is not the method of this request")]
    Method,
    /// For another address.
    #[error("htu is not the address of this endpoint")]
    Address,
    /// Too old, or from the future.
    #[error("iat lies too far from now")]
    Time,
    /// Nothing that could be used once.
    #[error("jti must have 1 to 256 characters")]
    Jti,
    /// For another access token, or for none.
    #[error("ath is not the hash of this access token")]
    AccessToken,
    /// Used before.
    #[error("it was used before; make a new one for each request")]
    Replayed,
}

/// Times are whole seconds here; libraries send fractions too.
#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: f64,
    #[serde(default)]
    exp: Option<f64>,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    ath: Option<String>,
    #[serde(default)]
    nonce: Option<String>,
}

/// Checks a proof against the request it came with. What it shows is that its sender holds a key, and no more.
pub fn check(proof: &str, target: &Target<'_>, now: Moment) -> Result<Proof, BadProof> {
    let (claims, jwk) = verify_with_own_key::<Claims>(proof, &ALGS, "dpop+jwt")?;
    if claims.htm != target.method {
        return Err(BadProof::Method);
    }
    if !target.addresses.iter().any(|address| is_at(&claims.htu, address)) {
        return Err(BadProof::Address);
    }
    let (now, iat) = (now.seconds(), whole(claims.iat)?);
    let timely = (now - GOOD_FOR - SKEW..=now + SKEW).contains(&iat)
        && claims.exp.map(whole).transpose()?.is_none_or(|exp| exp > now - SKEW)
        && claims.nbf.map(whole).transpose()?.is_none_or(|nbf| nbf <= now + SKEW);
    if !timely {
        return Err(BadProof::Time);
    }
    if !(1..=256).contains(&claims.jti.len()) {
        return Err(BadProof::Jti);
    }
    if let Some(token) = target.access_token {
        let hash = URL_SAFE_NO_PAD.encode(Digest::of(token.as_bytes()).bytes());
        if claims.ath.as_deref() != Some(hash.as_str()) {
            return Err(BadProof::AccessToken);
        }
    }
    let thumbprint = jwk.thumbprint(ThumbprintHash::SHA256).map_err(|_| BadToken::OwnKey)?;
    let key: Thumbprint = thumbprint.parse().map_err(|_| BadToken::OwnKey)?;
    Ok(Proof {
        key,
        nonce: claims.nonce,
        once: Digest::of(format!("{key}\n{}", claims.jti).as_bytes()),
        remember_until: Moment::from_seconds(iat + GOOD_FOR + SKEW + 1),
    })
}

/// Whether an `htu` is this address: both as browsers write them, without query and fragment (§4.3, check 9).
fn is_at(htu: &str, address: &str) -> bool {
    let (Ok(mut htu), Ok(address)) = (Url::parse(htu), Url::parse(address)) else { return false };
    htu.set_query(None);
    htu.set_fragment(None);
    htu == address
}

/// Nonces of the server (§8): each says in which minute it was given and carries its own proof, so none is kept.
#[derive(Clone, Debug)]
pub struct Nonces(MacKey);

impl Nonces {
    /// So many seconds are a turn, in which every nonce is the same.
    const TURN: i64 = 60;
    /// A nonce is good for so many turns after its own.
    const GOOD_FOR: i64 = 4;

    /// Those of a key.
    pub const fn of(key: MacKey) -> Self {
        Self(key)
    }

    /// The nonce to be given now.
    pub fn now(&self, now: Moment) -> String {
        self.of_turn(now.seconds().div_euclid(Self::TURN))
    }

    /// Whether a nonce is one that was given within the last minutes.
    pub fn accepts(&self, nonce: &str, now: Moment) -> bool {
        let last = now.seconds().div_euclid(Self::TURN);
        (last - Self::GOOD_FOR..=last).any(|turn| same(self.of_turn(turn).as_bytes(), nonce.as_bytes()))
    }

    fn of_turn(&self, turn: i64) -> String {
        URL_SAFE_NO_PAD.encode(&self.0.mac(&[&turn.to_be_bytes()])[..24])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_compared_as_browsers_write_it() {
        let ours = "https://op.example/token";
        for same in [
            ours,
            "https://op.example:443/token",
            "HTTPS://OP.example/token",
            "https://op.example/token?x=1#y",
            "https://op.example/a/../token",
        ] {
            assert!(is_at(same, ours), "{same}");
        }
        for other in [
            "http://op.example/token",
            "https://op.example/token/",
            "https://op.example/Token",
            "https://op.example:8443/token",
            "https://op.example/userinfo",
            "https://op.example.evil.example/token",
            "https://user@op.example/token",
            "//op.example/token",
            "/token",
            "",
        ] {
            assert!(!is_at(other, ours), "{other}");
        }
    }

    #[test]
    fn a_nonce_is_good_for_some_minutes_and_cannot_be_made_elsewhere() {
        let (nonces, others) = (Nonces::of(MacKey::from_bytes([1; 32])), Nonces::of(MacKey::from_bytes([2; 32])));
        let at = |seconds: i64| Moment::from_seconds(1_000_000_020 + seconds);
        let nonce = nonces.now(at(0));
        assert_eq!(nonce, nonces.now(at(39)), "one for a whole minute");
        assert!(nonces.accepts(&nonce, at(0)) && nonces.accepts(&nonce, at(240)));
        assert!(!nonces.accepts(&nonce, at(300)), "too old");
        assert!(!nonces.accepts(&nonces.now(at(60)), at(0)), "not given yet");
        assert!(!others.accepts(&nonce, at(0)) && !nonces.accepts("", at(0)));
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in ".{0,300}") {
            let target = Target { method: "POST", addresses: &["https://op.example/token".to_owned()], access_token: None };
            let _ = check(&text, &target, Moment::from_seconds(0));
        }
    }
}
