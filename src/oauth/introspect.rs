//! Token introspection (RFC 7662), for authenticated clients that the token concerns (R17).

use serde_json::{Value, json};

use super::{access, client_auth::AuthenticatedClient, target::concerns};
use crate::{
    protocol::{
        client::Access, confirmation::Confirmation, error::Refusal, introspection::SignedIntrospection, jwt::assemble,
        params::Params,
    },
    services::Services,
};

/// The answer, signed for whoever asks, by the algorithm that it is registered for (RFC 9701).
pub async fn signed_answer(sv: &Services, client: &AuthenticatedClient, params: &Params) -> Result<String, Refusal> {
    let claims = SignedIntrospection {
        token_introspection: answer(sv, client, params).await?,
        iss: sv.settings.issuer.clone(),
        aud: client.client_id.0.clone(),
        iat: sv.clock.now().seconds(),
    };
    let signer = sv.ring.signer(client.terms.introspection_alg.unwrap_or(client.id_token_alg));
    Ok(assemble(&claims, signer.alg(), signer.kid(), |input| signer.sign(input)))
}

/// The answer; `{"active": false}` for whatever is not a live token of this client's concern.
pub async fn answer(sv: &Services, client: &AuthenticatedClient, params: &Params) -> Result<Value, Refusal> {
    params.check()?;
    if client.access == Access::Public {
        return Err(Refusal::ClientAuthentication);
    }
    let token = params.need("token")?;
    let live = match access::live(sv, token).await {
        Ok(live) => live,
        Err(Refusal::AccessTokenInvalid) => return Ok(json!({ "active": false })),
        // Whether it is good is not known: never "inactive" because we cannot look.
        Err(refusal) => return Err(refusal),
    };
    let claims = &live.claims;
    if claims.client_id != client.client_id.0 && !concerns(client, &claims.aud) {
        return Ok(json!({ "active": false }));
    }
    let mut answer = json!({
        "active": true,
        "scope": claims.scope,
        "client_id": claims.client_id,
        "token_type": Confirmation::token_type(claims.cnf),
        "exp": claims.exp,
        "iat": claims.iat,
        "sub": claims.sub,
        "aud": claims.aud,
        "iss": claims.iss,
        "jti": claims.jti,
    });
    if let (Some(at), Some(acr)) = (claims.auth_time, &claims.acr) {
        answer["auth_time"] = json!(at);
        answer["acr"] = json!(acr);
    }
    if let Some(cnf) = &claims.cnf {
        answer["cnf"] = json!(cnf);
    }
    if !claims.roles.is_empty() {
        answer["roles"] = json!(claims.roles);
    }
    if let Some(act) = &claims.act {
        answer["act"] = json!(act);
    }
    Ok(answer)
}
