//! What was agreed with a client about the form of what goes to and fro: which rules it is held to, how its authorization
//! requests come, and how what it is told is signed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    alg::{ProofAlg, SigningAlg},
    client::KeySource,
    confirmation::{Binding, Confirmation},
    dpop::BadProof,
    error::Refusal,
    response::ResponseType,
};

/// The form of a client's requests and answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Terms {
    /// Which rules it is held to.
    pub profile: Profile,
    /// What it may ask the authorization endpoint for.
    pub response_types: BTreeSet<ResponseType>,
    /// The keys that sign its request objects, when it does not prove itself by keys anyway.
    pub request_keys: Option<KeySource>,
    /// Which access tokens it takes.
    pub binding: Binding,
    /// Whether it must push its requests (RFC 9126 §6).
    pub pushed_only: bool,
    /// Whether it must sign its requests (RFC 9101 §10.5).
    pub signed_only: bool,
    /// The one algorithm of its request objects; `None`: any that is offered.
    pub request_alg: Option<ProofAlg>,
    /// The one algorithm by which it proves itself; `None`: any that is offered.
    pub assertion_alg: Option<ProofAlg>,
    /// Where request objects of its own may lie (Core 6.2).
    pub request_uris: Vec<Url>,
    /// How answers that travel as a token are signed (JARM §3); `None`: as its ID tokens.
    pub answer_alg: Option<SigningAlg>,
    /// How what the userinfo endpoint says is signed; `None`: it is plain JSON.
    pub userinfo_alg: Option<SigningAlg>,
    /// How introspection answers are signed where it asks for that (RFC 9701); `None`: as its ID tokens.
    pub introspection_alg: Option<SigningAlg>,
    /// Strengths it accepts, best first, when a request names none.
    pub default_acr_values: Vec<String>,
}

impl Terms {
    /// Whether the client's requests count only when it pushed them.
    pub fn must_push(&self) -> bool {
        self.pushed_only || self.profile == Profile::Fapi2
    }

    /// Whether tokens are bound to the certificate that the client shows, when it shows no proof.
    pub fn binds_to_certificates(&self) -> bool {
        self.binding == Binding::Certificate || (self.profile == Profile::Fapi2 && self.binding == Binding::AsShown)
    }

    /// The algorithms by which it may prove itself.
    pub fn assertion_algs(&self) -> &[ProofAlg] {
        self.agreed(self.assertion_alg.as_ref())
    }

    /// The algorithms by which it may sign its requests.
    pub fn request_algs(&self) -> &[ProofAlg] {
        self.agreed(self.request_alg.as_ref())
    }

    /// The one that was agreed on, if its profile has it; without one, all of its profile.
    fn agreed<'a>(&self, one: Option<&'a ProofAlg>) -> &'a [ProofAlg] {
        let all = self.profile.proof_algs();
        match one {
            None => all,
            Some(agreed) if all.contains(agreed) => std::slice::from_ref(agreed),
            Some(_) => &[],
        }
    }

    /// Refuses to issue an access token that the client must not be given; FAPI 2.0 §5.3.2.1 wants every one bound.
    pub const fn admits(&self, bound: Option<Confirmation>) -> Result<(), Refusal> {
        match (self.profile, bound) {
            (Profile::Fapi2, None) => Err(Refusal::DpopProof(BadProof::Missing)),
            _ => self.binding.admits(bound),
        }
    }
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            profile: Profile::Standard,
            response_types: [ResponseType::Code].into(),
            request_keys: None,
            binding: Binding::default(),
            pushed_only: false,
            signed_only: false,
            request_alg: None,
            assertion_alg: None,
            request_uris: Vec::new(),
            answer_alg: None,
            userinfo_alg: None,
            introspection_alg: None,
            default_acr_values: Vec::new(),
        }
    }
}

/// Which rules a client is held to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// OpenID Connect with today's good practice (RFC 9700).
    #[default]
    Standard,
    /// FAPI 2.0 Security Profile: everything pushed, bound and signed.
    Fapi2,
}

impl Profile {
    /// The algorithms by which a client proves itself, signs a request or a proof of possession (FAPI 2.0 §5.4.1 leaves
    /// out RS256).
    pub const fn proof_algs(self) -> &'static [ProofAlg] {
        match self {
            Self::Standard => &ProofAlg::ALL,
            Self::Fapi2 => &[ProofAlg::Ps256, ProofAlg::Es256, ProofAlg::EdDsa],
        }
    }
}
