//! The account by which a service administers something, as a school's software does that brings its pupils.
//!
//! It is an account like anybody's, so that rights are given to it, judged and taken as anybody's, what it does stands in the
//! trail under it, and whoever suspends it stops the service. Nobody signs in with it: it has no name to sign in with and no
//! password. It refuses apps that do not act for themselves, and those that cannot prove who they are.

use serde_json::json;

use super::clients::{ClientError, Leave, find};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, PersonId},
    },
    model::name::PersonName,
    protocol::client::{Access, Client, ClientId, GrantKind, Trust},
    services::{Services, audit::Scribe},
    store::{
        StoreError, Tx, accounts, clients as rows,
        people::{self, NewPerson},
    },
};

struct Turn {
    id: ClientId,
    person: NewPerson,
    account: AccountId,
    scribe: Scribe,
    now: Moment,
}

/// Who a service is where rights are given; made when it was nobody yet.
pub async fn of(sv: &Services, leave: &Leave, id: &str) -> Result<PersonId, ClientError> {
    let client = find(sv, id)?;
    if !may_administer(&client) {
        return Err(ClientError::NoService(id.to_owned()));
    }
    let turn = Turn {
        id: client.client_id.clone(),
        person: NewPerson::new(sv.ids.next(), name(&client), None, None),
        account: sv.ids.next(),
        scribe: leave.scribe(sv),
        now: sv.clock.now(),
    };
    let person = sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.write(tx).await).await?;
    sv.clients.reload().await?;
    person.ok_or_else(|| ClientError::Unknown(id.to_owned()))
}

/// An app of the department's that acts for itself and proves who it is.
fn may_administer(client: &Client) -> bool {
    let proves = client.access != Access::Public && client.grants.contains(&GrantKind::ClientCredentials);
    proves && client.trust == Trust::SectorApproved
}

/// What it is called among people, where it can be told from them.
fn name(client: &Client) -> PersonName {
    let called = [format!("Ứng dụng {}", client.name), format!("Ứng dụng {}", client.client_id)];
    let read = called.iter().find_map(|text| PersonName::read(text).ok());
    read.unwrap_or_else(|| PersonName::read("Ứng dụng").expect("it has letters"))
}

impl Turn {
    async fn write(&self, tx: &mut Tx) -> Result<Option<PersonId>, StoreError> {
        let Some(client) = rows::hold(tx, &self.id).await? else { return Ok(None) };
        if let Some(account) = client.account
            && let Some(known) = accounts::holder(tx, account).await?
        {
            return Ok(Some(known.person_id));
        }
        people::add_people(tx, std::slice::from_ref(&self.person), self.now).await?;
        rows::add_account(tx, self.account, self.person.id, self.now).await?;
        rows::change(tx, &Client { account: Some(self.account), ..client }, self.now).await?;
        let told = json!({ "account": self.account });
        self.scribe.note(tx, "client.account_made", format!("client:{}", self.id), &told).await?;
        Ok(Some(self.person.id))
    }
}
