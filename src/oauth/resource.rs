//! Access tokens at our own APIs: how they are presented, and whether whoever presents one may (RFC 6750 §2, RFC 9449 §7,
//! RFC 8705 §3).

use std::sync::Arc;

use super::{
    access,
    dpop::{self, At},
};
use crate::{
    protocol::{certificate::Shown, confirmation::Confirmation, dpop::BadProof, error::Refusal},
    services::{LiveToken, Services},
};

/// How an access token is presented.
#[derive(Clone, Copy, Debug)]
pub enum Presented<'a> {
    /// Not at all.
    Nothing,
    /// Without a proof: whoever bears it may use it, unless it is bound.
    Bearer {
        /// The token.
        token: &'a str,
        /// The certificate that was shown when the connection began.
        certificate: Option<&'a Shown>,
    },
    /// With a proof of the key that it is bound to.
    Dpop {
        /// The token.
        token: &'a str,
        /// The proof.
        proof: Option<&'a str>,
        /// The request.
        at: At<'a>,
    },
}

impl<'a> Presented<'a> {
    /// The token.
    pub const fn token(&self) -> Option<&'a str> {
        match self {
            Self::Nothing => None,
            Self::Bearer { token, .. } | Self::Dpop { token, .. } => Some(token),
        }
    }
}

/// The token, if it is good and whoever presents it shows the key that it is bound to. A token that is bound does not pass
/// without its key, and one that is not does not pass for bound.
pub async fn live(sv: &Services, presented: Presented<'_>) -> Result<Arc<LiveToken>, Refusal> {
    match presented {
        Presented::Nothing => Err(Refusal::AccessTokenMissing),
        Presented::Bearer { token, certificate } => {
            let live = access::live(sv, token).await?;
            let shown = certificate.map(|shown| Confirmation::Certificate(shown.thumbprint()));
            let may = live.claims.cnf.is_none() || live.claims.cnf == shown;
            if may { Ok(live) } else { Err(Refusal::AccessTokenBound) }
        }
        Presented::Dpop { token, proof, at } => {
            let live = access::live(sv, token).await?;
            let proof = dpop::read(sv, proof.ok_or(Refusal::DpopProof(BadProof::Missing))?, at, Some(token))?;
            if live.claims.cnf != Some(Confirmation::Key(proof.key())) {
                return Err(Refusal::AccessTokenBound);
            }
            proof.spend(sv).await?;
            Ok(live)
        }
    }
}
