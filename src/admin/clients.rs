//! Registering, changing and removing relying apps; each change with its line in the audit trail, and no line without one.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::{
    base::{clock::Moment, digest::Digest, secret::Token},
    model::text::SearchKey,
    protocol::{
        client::{Access, Client, ClientId, State, StoredSecret},
        registration::{Changes, Registration, RegistrationProblem},
    },
    services::{
        Services,
        audit::Scribe,
        authority::{ManageClients, Permit, Sector},
    },
    store::{
        StoreError, Tx,
        audit::{self, Event},
        clients as rows, registrations,
    },
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
    /// A token for it would be good at two apps.
    #[error("the resource {0} is served by {1} already")]
    Served(String, ClientId),
    /// There is no such client.
    #[error("no client {0} is registered; `phuong client list` shows all")]
    Unknown(String),
    /// It does not act for itself, or cannot prove who it is.
    #[error("{0} is no service that proves who it is: only such a one administers something")]
    NoService(String),
    /// It has no secret to rotate.
    #[error("{0} has no secret: it proves itself by {1}")]
    NoSecret(String, &'static str),
    /// It registered itself, and would undo a change of ours with its next own.
    #[error(
        "{0} registered itself and manages that; what all such apps may ask for is said by oauth.dynamic.scopes, \
         and `phuong client disable` turns one off"
    )]
    Own(String),
    /// It is not any more what whoever changes it read.
    #[error("{0} was changed by somebody else just now")]
    Changed(String),
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
    require_unserved(sv, &client.client_id, &client.api.serves)?;
    let (subject, detail) = told(&client);
    let event = leave.event(sv, "client.added", subject, &detail);
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

/// Changes what an app may ask for, which APIs it serves and calls, and the form of its access tokens.
pub async fn adjust(sv: &Services, leave: &Leave, id: &str, changes: Changes) -> Result<Client, ClientError> {
    adjust_as_read(sv, leave, id, changes, None).await
}

/// The same, of an app that is as it was read, where that is said.
pub async fn adjust_as_read(
    sv: &Services,
    leave: &Leave,
    id: &str,
    changes: Changes,
    read: Option<Arc<Client>>,
) -> Result<Client, ClientError> {
    if let Some(serves) = &changes.serves {
        require_unserved(sv, &ClientId(id.to_owned()), serves)?;
    }
    change(sv, leave, id, Change::Registration(changes, read)).await
}

/// Refuses resources that an app beside this one serves.
fn require_unserved(sv: &Services, id: &ClientId, resources: &BTreeSet<String>) -> Result<(), ClientError> {
    let now = sv.clients.now();
    let other = |resource: &String| now.serving(resource).filter(|other| other.client_id != *id);
    let served = resources.iter().find_map(|resource| Some((resource, other(resource)?)));
    served.map_or(Ok(()), |(resource, by)| Err(ClientError::Served(resource.clone(), by.client_id.clone())))
}

/// A token by which apps may register themselves so many times, if the server admits them; told here and never again.
pub async fn invite(sv: &Services, leave: &Leave, uses: u32, good_for: Duration) -> Result<Token, ClientError> {
    let token = Token::random(&sv.entropy);
    let until = sv.clock.now() + good_for;
    let detail = json!({ "uses": uses, "until": until.seconds() });
    let event = leave.event(sv, "client.invited", "clients".to_owned(), &detail);
    let turn = (token.digest(), uses, until, event);
    let invite = async |tx: &mut Tx, (token, uses, until, event): &(Digest, u32, Moment, Event)| {
        registrations::invite(tx, *token, *uses, *until).await?;
        audit::add(tx, event).await
    };
    sv.store.write(turn, invite).await?;
    Ok(token)
}

/// A new secret; the old ones work for `keep` more.
pub async fn rotate_secret(sv: &Services, leave: &Leave, id: &str, keep: Duration) -> Result<Token, ClientError> {
    let secret = Token::random(&sv.entropy);
    change(sv, leave, id, Change::Secret { new: StoredSecret::of(&secret), keep }).await?;
    Ok(secret)
}

/// Turns an app off or on. Off, what it was given ends (R15).
pub async fn set_state(sv: &Services, leave: &Leave, id: &str, state: State) -> Result<Client, ClientError> {
    change(sv, leave, id, Change::State(state)).await
}

/// Forgets an app, and everything it was given.
pub async fn remove(sv: &Services, leave: &Leave, id: &str) -> Result<(), ClientError> {
    change(sv, leave, id, Change::Removal).await.map(drop)
}

/// A change of a client, made on the client as it is when it is made: not on a copy, which somebody else may have overtaken.
#[derive(Clone, Debug)]
enum Change {
    Secret { new: StoredSecret, keep: Duration },
    State(State),
    Registration(Changes, Option<Arc<Client>>),
    Removal,
}

struct Turn {
    id: ClientId,
    change: Change,
    scribe: Scribe,
    now: Moment,
}

async fn change(sv: &Services, leave: &Leave, id: &str, change: Change) -> Result<Client, ClientError> {
    let turn = Turn { id: ClientId(id.to_owned()), change, scribe: leave.scribe(sv), now: sv.clock.now() };
    let changed = sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.write(tx).await).await?;
    sv.clients.reload().await?;
    changed
}

impl Turn {
    async fn write(&self, tx: &mut Tx) -> Result<Result<Client, ClientError>, StoreError> {
        let Some(client) = rows::hold(tx, &self.id).await? else {
            return Ok(Err(ClientError::Unknown(self.id.0.clone())));
        };
        let before = client.clone();
        let (client, action) = match &self.change {
            Change::Secret { new, keep } => match with_secret(client, new, *keep, self.now) {
                Ok(client) => (client, "client.secret_rotated"),
                Err(error) => return Ok(Err(error)),
            },
            Change::State(state) if client.state == *state => return Ok(Ok(client)),
            Change::State(State::Enabled) => (Client { state: State::Enabled, ..client }, "client.enabled"),
            Change::State(State::Disabled) => {
                rows::end_all(tx, client.key, self.now).await?;
                (Client { state: State::Disabled, ..client }, "client.disabled")
            }
            Change::Registration(_, Some(read)) if **read != client => {
                return Ok(Err(ClientError::Changed(client.client_id.0)));
            }
            Change::Registration(..) if registrations::manages(tx, client.key).await? => {
                return Ok(Err(ClientError::Own(client.client_id.0)));
            }
            Change::Registration(changes, _) => match changes.clone().apply(client) {
                Ok(client) if client == before => return Ok(Ok(client)),
                Ok(client) => (client, "client.changed"),
                Err(problems) => return Ok(Err(ClientError::Registration(problems))),
            },
            Change::Removal => (client, "client.removed"),
        };
        match &self.change {
            Change::Removal => {
                if let Some(account) = client.account {
                    rows::end_rights(tx, account, self.now).await?;
                }
                rows::remove(tx, client.key).await?;
            }
            // It is held: its row is there.
            _ => drop(rows::change(tx, &client, self.now).await?),
        }
        let (subject, mut detail) = told(&client);
        if let Change::Registration(..) = self.change {
            detail["before"] = agreed(&before);
            detail["after"] = agreed(&client);
        }
        self.scribe.note(tx, action, subject, &detail).await?;
        Ok(Ok(client))
    }
}

fn with_secret(mut client: Client, new: &StoredSecret, keep: Duration, now: Moment) -> Result<Client, ClientError> {
    let method = client.access.method();
    let (Access::SecretBasic { secrets } | Access::SecretPost { secrets }) = &mut client.access else {
        return Err(ClientError::NoSecret(client.client_id.0, method));
    };
    secrets.retain(|stored| stored.until.is_none_or(|until| now < until));
    for stored in secrets.iter_mut() {
        stored.until = Some(stored.until.map_or(now + keep, |until| until.min(now + keep)));
    }
    secrets.push(new.clone());
    Ok(client)
}

/// Whom an event is about, and what it tells.
fn told(client: &Client) -> (String, Value) {
    let detail = json!({ "name": client.name, "kind": client.kind, "auth_method": client.access.method() });
    (format!("client:{}", client.client_id), detail)
}

/// What [`adjust`] changes.
fn agreed(client: &Client) -> Value {
    let api = &client.api;
    json!({ "scope": client.scopes, "resources": api.serves, "calls": api.calls, "access_token": api.form })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_from_a_name() {
        assert_eq!(id_from("Sổ điểm điện tử (THPT)"), "so-diem-dien-tu-thpt");
    }
}
