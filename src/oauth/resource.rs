//! Access tokens at our own APIs: how they are presented, and whether whoever presents one may (RFC 6750 §2, RFC 9449 §7,
//! RFC 8705 §3).

use std::sync::Arc;

use super::{
    access,
    dpop::{self, At},
    refusal,
};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, PersonId},
    },
    protocol::{
        api::{self, ApiScope},
        certificate::Shown,
        client::{Access, Client, ClientId},
        confirmation::Confirmation,
        dpop::BadProof,
        error::Refusal,
        scope::Scopes,
    },
    services::{LiveToken, Services},
    store::{Tx, accounts},
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

/// Who calls the administration API.
#[derive(Clone, Debug)]
pub struct ApiCaller {
    /// The app.
    pub client: Arc<Client>,
    /// For whom it calls; `None`: for itself.
    pub person: Option<ApiPerson>,
    scopes: Scopes,
}

/// Somebody who calls through an app.
#[derive(Clone, Copy, Debug)]
pub struct ApiPerson {
    /// Their account.
    pub account: AccountId,
    /// Who they are.
    pub person: PersonId,
    /// When they proved it.
    pub auth_time: Moment,
}

impl ApiCaller {
    /// Refuses a token that is not good for this.
    pub fn require(&self, scope: ApiScope) -> Result<(), Refusal> {
        if self.scopes.has(scope.as_str()) { Ok(()) } else { Err(Refusal::AccessTokenTooNarrow) }
    }

    /// Who it is, for keeping apart what is kept for callers.
    pub fn name(&self) -> String {
        match &self.person {
            Some(person) => format!("{} account:{}", self.client.key, person.account),
            None => self.client.key.to_string(),
        }
    }
}

/// Who presents a token for the administration API.
pub async fn at_api(sv: &Services, presented: Presented<'_>) -> Result<ApiCaller, Refusal> {
    let live = live(sv, presented).await?;
    // R21: neither one for our other endpoints, nor one by which an app acts for somebody towards another.
    if live.claims.aud != api::resource(&sv.settings.issuer) || live.claims.act.is_some() {
        return Err(Refusal::AccessTokenInvalid);
    }
    let client = sv.clients.by_id(&ClientId(live.claims.client_id.clone())).ok_or(Refusal::AccessTokenInvalid)?;
    let granted: Scopes = live.claims.scope.parse().map_err(|_| Refusal::AccessTokenInvalid)?;
    // R16: what the app may not have any more, it does not get with an older token either.
    let scopes = granted.both(&client.scopes);
    let person = match &live.grant {
        Some(grant) => {
            Some(ApiPerson { account: grant.account_id, person: grant.person_id, auth_time: grant.auth_time })
        }
        None => service(sv, &client, live.claims.iat).await?,
    };
    Ok(ApiCaller { client, person, scopes })
}

/// As whom a service calls, if it administers something. One that proves itself by a key or a certificate did so when its
/// token was issued; a secret that lies in a file proves nothing anew, so that what is dangerous (R44) is not done by it.
async fn service(sv: &Services, client: &Client, issued: i64) -> Result<Option<ApiPerson>, Refusal> {
    let Some(account) = client.account else { return Ok(None) };
    let find = async |tx: &mut Tx, account: &AccountId| accounts::holder(tx, *account).await;
    let holder = sv.store.read(account, find).await.map_err(refusal)?;
    // R15: whoever suspends the account stops the service.
    let holder = holder.filter(|holder| holder.state.lets_in()).ok_or(Refusal::AccessTokenInvalid)?;
    let by_key = matches!(client.access, Access::KeyJwt { .. } | Access::Certified { .. } | Access::SelfSigned { .. });
    let auth_time = Moment::from_seconds(if by_key { issued } else { 0 });
    Ok(Some(ApiPerson { account, person: holder.person_id, auth_time }))
}
