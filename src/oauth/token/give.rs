//! What a grant gives for a code that was spent on it: the first tokens, if whoever turned up may have them now.

use crate::{
    base::{clock::Moment, digest::Digest},
    oauth::{
        access,
        client_auth::AuthenticatedClient,
        target::{Target, Wish},
    },
    store::{
        StoreError, Tx,
        grants::{self, GrantRow, NewRefresh},
    },
};

/// Who turned up.
pub(super) struct Caller {
    /// The client.
    pub client: AuthenticatedClient,
    /// For whom it wants a token.
    pub wish: Wish,
    /// Digest of the refresh token to go with it.
    pub refresh: Option<Digest>,
    /// Now.
    pub now: Moment,
}

/// Gives the refresh token; for whom the access token is. A refusal undoes the write that it stands in.
pub(super) async fn first(tx: &mut Tx, caller: &Caller, grant: &GrantRow) -> Result<Target, StoreError> {
    access::still_given(grant, &caller.client).map_err(StoreError::Refused)?;
    let target = caller.wish.within(&caller.client, grant).map_err(StoreError::Refused)?;
    if let Some(digest) = caller.refresh {
        let new = NewRefresh {
            digest,
            grant: grant.id,
            client: caller.client.key,
            scope: grant.scope.clone(),
            bound_key: caller.client.refresh_key(),
            now: caller.now,
            expires_at: grant.expires_at,
        };
        grants::give_refresh(tx, &new).await?;
    }
    Ok(target)
}
