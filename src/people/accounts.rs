//! The end of an account: closed, and later removed but for a tombstone.

use serde_json::json;

use super::PeopleError;
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, PersonId},
    },
    model::account::AccountState,
    services::{
        Services,
        audit::{self, Actor, Scribe},
        ending::Apps,
    },
    store::{
        StoreError, Tx,
        accounts::{self, Course},
        memberships, purge,
    },
};

/// Closes an account: its credentials are removed, its sessions and apps end. Whoever comes back activates it anew.
pub async fn deactivate(sv: &Services, actor: &Actor, person: PersonId) -> Result<(), PeopleError> {
    end(sv, actor, person, Deed::Deactivate).await
}

/// Removes a person for good; the pid and the sector ID are never given again.
pub async fn purge(sv: &Services, actor: &Actor, person: PersonId) -> Result<(), PeopleError> {
    end(sv, actor, person, Deed::Purge).await
}

#[derive(Clone, Copy)]
enum Deed {
    Deactivate,
    Purge,
}

struct Turn {
    person: PersonId,
    deed: Deed,
    apps: Apps,
    scribe: Scribe,
    now: Moment,
}

async fn end(sv: &Services, actor: &Actor, person: PersonId, deed: Deed) -> Result<(), PeopleError> {
    let turn = Turn { person, deed, apps: sv.apps(), scribe: sv.scribe(actor), now: sv.clock.now() };
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await?
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Result<(), PeopleError>, StoreError> {
        memberships::hold(tx, &[self.person]).await?;
        let Some(row) = accounts::of_people(tx, &[self.person]).await?.pop() else {
            return Ok(Err(PeopleError::NoSuchPerson));
        };
        let from = row.state;
        let next = match self.deed {
            Deed::Deactivate => from.deactivate(),
            Deed::Purge => from.purge(),
        };
        let to = match next {
            Ok(to) => to,
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        match self.deed {
            Deed::Deactivate => self.deactivate(tx, row.id, from, to).await?,
            Deed::Purge => remove(tx, self.person, row.id, &self.scribe, self.now).await?,
        }
        Ok(Ok(()))
    }

    async fn deactivate(
        &self,
        tx: &mut Tx,
        account: AccountId,
        from: AccountState,
        to: AccountState,
    ) -> Result<(), StoreError> {
        let taken = accounts::take_course(tx, &[Course { account, from, to, due_at: None }], self.now).await?;
        if taken.is_empty() {
            return Err(StoreError::Abandoned("the account's state was changed meanwhile"));
        }
        purge::credentials(tx, account).await?;
        self.apps.end_lost(tx, &[self.person]).await?;
        self.scribe.note(tx, "account.deactivated", audit::account(account), &json!({ "from": from.as_str() })).await
    }
}

/// Removes a person whose account may be purged.
pub async fn remove(
    tx: &mut Tx,
    person: PersonId,
    account: AccountId,
    scribe: &Scribe,
    now: Moment,
) -> Result<(), StoreError> {
    purge::person(tx, person, account, now).await?;
    scribe.note(tx, "account.purged", audit::account(account), &json!({ "person": person })).await
}
