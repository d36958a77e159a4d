//! Token revocation (RFC 7009), by the token's own client (R17). A token that is unknown or somebody else's is answered
//! like one that was revoked.

use super::{access, client_auth::AuthenticatedClient, refusal};
use crate::{
    base::{clock::Moment, digest::Digest, id::ClientKey, secret::Token},
    protocol::{error::Refusal, params::Params},
    services::{Services, ending::end_grant},
    store::{Tx, grants, spent},
};

/// Revokes an access token alone, or with a refresh token its whole grant.
pub async fn revoke(sv: &Services, client: &AuthenticatedClient, params: &Params) -> Result<(), Refusal> {
    params.check()?;
    let token = params.need("token")?;
    let now = sv.clock.now();
    if let Ok(claims) = access::read(sv, token).await {
        if claims.client_id == client.client_id.0 {
            let turn = (Digest::of(claims.jti.as_bytes()), Moment::from_seconds(claims.exp));
            sv.store
                .write(turn, async |tx: &mut Tx, (token, until)| spent::revoke(tx, *token, *until).await)
                .await
                .map_err(refusal)?;
        }
        return Ok(());
    }
    let turn: (Digest, ClientKey, Moment) = (Token::presented(token).digest(), client.key, now);
    sv.store
        .write(turn, async |tx: &mut Tx, (token, client, now)| {
            if let Some(row) = grants::find_refresh(tx, *token, *client).await? {
                end_grant(tx, row.grant_id, *now).await?;
            }
            Ok(())
        })
        .await
        .map_err(refusal)
}
