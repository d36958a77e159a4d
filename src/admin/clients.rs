//! Registering, changing and removing relying apps; each change with its line in the audit trail.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use crate::{
    base::secret::Token,
    model::text::SearchKey,
    protocol::{
        client::{Access, Client, ClientId, State, StoredSecret},
        registration::{Registration, RegistrationProblem},
    },
    services::{
        Services,
        authority::{ManageClients, Permit, Sector},
    },
    store::{StoreError, Tx, audit, clients as rows},
};

/// Why a client was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The registration has mistakes: all of them.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Registration(Vec<RegistrationProblem>),
    /// The id is taken.
    #[error("a client {0} is registered already; name another --client-id")]
    Taken(String),
    /// There is no such client.
    #[error("no client {0} is registered; `phuong client list` shows all")]
    Unknown(String),
    /// It has no secret to rotate.
    #[error("{0} has no secret: it proves itself by {1}")]
    NoSecret(String, &'static str),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// An id made from a name: `Sổ điểm điện tử` becomes `so-diem-dien-tu`.
pub fn id_from(name: &str) -> String {
    SearchKey::of(name).tokens().filter(|word| word.is_ascii()).collect::<Vec<_>>().join("-")
}

/// Leave to manage apps.
pub type Leave = Permit<ManageClients, Sector>;

/// The client that calls itself so.
pub fn find(sv: &Services, id: &str) -> Result<Arc<Client>, ClientError> {
    sv.clients.by_id(&ClientId(id.to_owned())).ok_or_else(|| ClientError::Unknown(id.to_owned()))
}

/// Registers an app; its secret, if it has one, is told here and never again (R41).
pub async fn add(sv: &Services, leave: &Leave, ask: Registration) -> Result<(Client, Option<Token>), ClientError> {
    let secret = Token::random(&sv.entropy);
    let client = ask.register(sv.ids.next(), &secret).map_err(ClientError::Registration)?;
    let event = event(sv, leave, "client.added", &client);
    let turn = (client.clone(), event, sv.clock.now());
    let added = sv
        .store
        .write(turn, async |tx: &mut Tx, (client, event, now)| {
            let added = rows::add(tx, client, *now).await?;
            if added {
                audit::add(tx, event).await?;
            }
            Ok(added)
        })
        .await?;
    if !added {
        return Err(ClientError::Taken(client.client_id.0));
    }
    sv.clients.reload().await?;
    let told = matches!(client.access, Access::SecretBasic { .. } | Access::SecretPost { .. }).then_some(secret);
    Ok((client, told))
}

/// A new secret; the old ones work for `keep` more.
pub async fn rotate_secret(sv: &Services, leave: &Leave, id: &str, keep: Duration) -> Result<Token, ClientError> {
    let mut client = (*find(sv, id)?).clone();
    let secret = Token::random(&sv.entropy);
    let method = client.access.method();
    let (Access::SecretBasic { secrets } | Access::SecretPost { secrets }) = &mut client.access else {
        return Err(ClientError::NoSecret(id.to_owned(), method));
    };
    let now = sv.clock.now();
    secrets.retain(|stored| stored.until.is_none_or(|until| now < until));
    for stored in secrets.iter_mut() {
        stored.until = Some(stored.until.map_or(now + keep, |until| until.min(now + keep)));
    }
    secrets.push(StoredSecret::of(&secret));
    change(sv, leave, client, "client.secret_rotated").await?;
    Ok(secret)
}

/// Turns an app off or on. Off, what it was given ends (R15).
pub async fn set_state(sv: &Services, leave: &Leave, id: &str, state: State) -> Result<Client, ClientError> {
    let client = Client { state, ..(*find(sv, id)?).clone() };
    change(sv, leave, client, if state == State::Enabled { "client.enabled" } else { "client.disabled" }).await
}

/// Forgets an app, and everything it was given.
pub async fn remove(sv: &Services, leave: &Leave, id: &str) -> Result<(), ClientError> {
    let client = find(sv, id)?;
    let event = event(sv, leave, "client.removed", &client);
    sv.store
        .write((client.key, event), async |tx: &mut Tx, (key, event)| {
            rows::remove(tx, *key).await?;
            audit::add(tx, event).await
        })
        .await?;
    Ok(sv.clients.reload().await?)
}

async fn change(sv: &Services, leave: &Leave, client: Client, action: &'static str) -> Result<Client, ClientError> {
    let event = event(sv, leave, action, &client);
    let turn = (client.clone(), event, sv.clock.now());
    sv.store
        .write(turn, async |tx: &mut Tx, (client, event, now)| {
            rows::change(tx, client, *now).await?;
            if client.state == State::Disabled {
                rows::end_all(tx, client.key, *now).await?;
            }
            audit::add(tx, event).await
        })
        .await?;
    sv.clients.reload().await?;
    Ok(client)
}

fn event(sv: &Services, leave: &Leave, action: &'static str, client: &Client) -> audit::Event {
    let detail = json!({ "name": client.name, "kind": client.kind, "auth_method": client.access.method() });
    leave.event(sv, action, format!("client:{}", client.client_id), &detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_from_a_name() {
        assert_eq!(id_from("Sổ điểm điện tử (THPT)"), "so-diem-dien-tu-thpt");
    }
}
