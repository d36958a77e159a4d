//! Proof Key for Code Exchange (RFC 7636), S256 only (R5).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{error::Refusal, params::Params};
use crate::base::{digest::Digest, secret::same};

/// What the client sent with its authorization request: BASE64URL(SHA-256(verifier)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// The challenge of an authorization request; `None` when there is none and none is required.
    pub fn asked(params: &Params, required: bool) -> Result<Option<Self>, Refusal> {
        match (params.get("code_challenge"), params.get("code_challenge_method")) {
            (Some(challenge), Some("S256")) => Self::parse(challenge).map(Some),
            (None, None) if !required => Ok(None),
            (None, _) => Err(Refusal::PkceRequired),
            // The default method is `plain` (RFC 7636 §4.3), which protects nothing.
            (Some(_), _) => Err(Refusal::PkceMalformed),
        }
    }

    /// A challenge as it was stored.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    fn parse(text: &str) -> Result<Self, Refusal> {
        match URL_SAFE_NO_PAD.decode(text) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(text.to_owned())),
            _ => Err(Refusal::PkceMalformed),
        }
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The challenge of a verifier; `None` unless that is 43 to 128 unreserved characters (RFC 7636 §4.1).
    pub fn of(verifier: &str) -> Option<Self> {
        let well_formed = (43..=128).contains(&verifier.len())
            && verifier.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
        well_formed.then(|| Self(URL_SAFE_NO_PAD.encode(Digest::of(verifier.as_bytes()).bytes())))
    }

    fn fits(&self, verifier: &str) -> bool {
        Self::of(verifier).is_some_and(|presented| same(presented.0.as_bytes(), self.0.as_bytes()))
    }
}

/// A verifier is required if and only if a challenge was sent.
pub fn check(challenge: Option<&Challenge>, verifier: Option<&str>) -> Result<(), Refusal> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (Some(challenge), Some(verifier)) if challenge.fits(verifier) => Ok(()),
        _ => Err(Refusal::VerifierWrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn r5_a_verifier_is_required_if_and_only_if_a_challenge_was_sent() {
        let challenge = Challenge::parse(CHALLENGE).unwrap();
        assert_eq!(check(Some(&challenge), Some(VERIFIER)), Ok(()));
        assert_eq!(check(Some(&challenge), None), Err(Refusal::VerifierWrong));
        assert_eq!(check(None, Some(VERIFIER)), Err(Refusal::VerifierWrong));
        assert_eq!(check(Some(&challenge), Some(CHALLENGE)), Err(Refusal::VerifierWrong));
        assert_eq!(check(None, None), Ok(()));
    }

    #[test]
    fn r5_plain_and_missing_challenges_are_refused() {
        let asked = |text: &str, required| Challenge::asked(&Params::parse(text), required);
        assert_eq!(asked("", true), Err(Refusal::PkceRequired));
        assert_eq!(asked("", false), Ok(None));
        assert_eq!(asked(&format!("code_challenge={VERIFIER}"), true), Err(Refusal::PkceMalformed));
        assert_eq!(
            asked(&format!("code_challenge={VERIFIER}&code_challenge_method=plain"), false),
            Err(Refusal::PkceMalformed)
        );
        assert_eq!(asked("code_challenge=short&code_challenge_method=S256", false), Err(Refusal::PkceMalformed));
        assert!(asked(&format!("code_challenge={CHALLENGE}&code_challenge_method=S256"), true).unwrap().is_some());
    }
}
