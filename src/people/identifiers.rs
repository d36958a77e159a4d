//! The ledger of identifiers: what is added, replaced and superseded, and never lost. Personal ones are kept sealed, and
//! found by a keyed hash.

use serde_json::json;
use zeroize::Zeroizing;

use super::PeopleError;
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, PersonId},
    },
    model::identifier::IdentifierKind,
    services::{
        Services,
        audit::{self, Actor, Scribe},
        authority::{Action, Identify, Permit, Renumber, Subject},
        keys::SealError,
    },
    store::{
        StoreError, Tx, accounts,
        ledger::{self, Former},
        memberships,
        people::{self, NewIdentifier},
        person_changes, purge,
    },
};

/// An identifier as it is kept.
pub(super) fn prepare(sv: &Services, person: PersonId, kind: IdentifierKind, value: &str) -> NewIdentifier {
    let sealed = kind.is_personal().then(|| sv.keys.fields.seal(kind.as_str(), value.as_bytes()));
    NewIdentifier {
        id: sv.ids.next(),
        person,
        kind: kind.as_str(),
        value: (!kind.is_personal()).then(|| value.to_owned()),
        sealed,
        keyed: keyed(sv, kind, value),
    }
}

/// The keyed hash by which an identifier is found.
pub fn keyed(sv: &Services, kind: IdentifierKind, value: &str) -> [u8; 32] {
    sv.keys.identifiers.mac(&[kind.as_str().as_bytes(), value.as_bytes()])
}

/// The value of a sealed identifier.
pub fn open(sv: &Services, kind: IdentifierKind, sealed: &[u8]) -> Result<String, SealError> {
    let plain: Zeroizing<Vec<u8>> = sv.keys.fields.open(kind.as_str(), sealed)?;
    String::from_utf8(plain.to_vec()).map_err(|_| SealError)
}

/// Gives somebody an identifier. The one of its kind that they had is superseded, and a sector ID takes the place of a
/// temporary one; but a sector ID stays for ever (Circular 42/2021). False when they had it already.
pub async fn put(
    sv: &Services,
    actor: &Actor,
    person: PersonId,
    kind: IdentifierKind,
    text: &str,
    source: &str,
) -> Result<bool, PeopleError> {
    let turn = Turn::new(sv, person, (kind, text), source)?;
    turn.run_for(sv, sv.scribe(actor), None::<Permit<Identify, Subject>>).await
}

/// The same by whoever may do it, who is asked again in the write. A sector ID comes in place of a temporary one.
pub async fn identify(sv: &Services, leave: &Permit<Identify, Subject>, text: &str) -> Result<bool, PeopleError> {
    let turn = Turn::new(sv, leave.place().person, (IdentifierKind::Sector, text), BY_HAND)?;
    turn.run_for(sv, leave.scribe(sv), Some(leave.clone())).await
}

/// Another sector ID in place of one that was recorded by mistake, for a reason that stands in the audit trail. The former,
/// and whatever else a merge brought, signs nobody in any more and is free for whom it belongs to; the person stays who they
/// are.
pub async fn renumber(
    sv: &Services,
    leave: &Permit<Renumber, Subject>,
    text: &str,
    reason: &str,
) -> Result<bool, PeopleError> {
    let reason = crate::model::text::clean(reason).into_owned();
    if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
        return Err(PeopleError::NoReason);
    }
    let turn = Turn::new(sv, leave.place().person, (IdentifierKind::Sector, text), BY_HAND)?;
    let turn = Turn { mistaken: Some(reason), ..turn };
    turn.run_for(sv, leave.scribe(sv), Some(leave.clone())).await
}

/// The longest reason, in characters, as of a suspension.
const LONGEST_REASON: usize = 200;
/// Where what somebody types comes from.
const BY_HAND: &str = "by hand";

struct Turn {
    new: NewIdentifier,
    kind: IdentifierKind,
    /// As it is typed to sign in.
    name: Option<String>,
    source: String,
    /// Why the sector ID that the person has was a mistake, if it was.
    mistaken: Option<String>,
    now: Moment,
}

/// A turn, and by whom.
struct By<A> {
    turn: Turn,
    scribe: Scribe,
    /// Leave that is asked for again; `None` for whoever needs none.
    leave: Option<Permit<A, Subject>>,
}

impl<A: Action> By<A> {
    async fn run(&self, tx: &mut Tx) -> Result<Result<bool, PeopleError>, StoreError> {
        let over = match &self.leave {
            Some(leave) => match leave.again(tx, self.turn.now).await? {
                Ok(over) => over,
                Err(denied) => return Ok(Err(denied.into())),
            },
            None => None,
        };
        self.turn.run(tx, &self.scribe.by_right_over(over)).await
    }
}

impl Turn {
    fn new(
        sv: &Services,
        person: PersonId,
        (kind, text): (IdentifierKind, &str),
        source: &str,
    ) -> Result<Self, PeopleError> {
        let value = kind.read(text).ok_or(PeopleError::Malformed(kind))?;
        Ok(Self {
            new: prepare(sv, person, kind, &value),
            kind,
            name: kind.signs_in().then(|| value.to_lowercase()),
            source: source.to_owned(),
            mistaken: None,
            now: sv.clock.now(),
        })
    }

    async fn run_for<A: Action + Send + Sync + 'static>(
        self,
        sv: &Services,
        scribe: Scribe,
        leave: Option<Permit<A, Subject>>,
    ) -> Result<bool, PeopleError> {
        let kind = self.kind;
        let by = By { turn: self, scribe, leave };
        match sv.store.write(by, async |tx: &mut Tx, by: &By<A>| by.run(tx).await).await {
            // Somebody else got it a moment ago.
            Err(error) if error.is_unique_violation() => Err(PeopleError::Taken(kind)),
            outcome => outcome?,
        }
    }

    async fn run(&self, tx: &mut Tx, scribe: &Scribe) -> Result<Result<bool, PeopleError>, StoreError> {
        let person = self.new.person;
        memberships::hold(tx, &[person]).await?;
        let Some(account) = accounts::of_person(tx, person).await? else { return Ok(Err(PeopleError::NoSuchPerson)) };
        let official = self.kind.signs_in() && ledger::has(tx, person, IdentifierKind::Sector.as_str()).await?;
        let mistaken = self.mistaken.as_ref().filter(|_| official);
        match (self.free(tx).await?, mistaken) {
            (Ok(free), Some(reason)) => return self.correct(tx, (account, free), scribe, reason).await.map(Ok),
            // Before it is told that the other is somebody's: nobody finds that out by trying (R38).
            (Ok(true) | Err(_), None) if official => return Ok(Err(PeopleError::HasSectorId)),
            (Ok(true), None) => {}
            (settled, _) => return Ok(settled),
        }
        let mut replaced = ledger::supersede(tx, person, self.kind.as_str(), self.now).await?;
        let mut former = Former::Gone;
        if self.kind == IdentifierKind::Sector {
            replaced += ledger::supersede(tx, person, IdentifierKind::Temporary.as_str(), self.now).await?;
            former = Former::Alias;
        }
        people::add_identifiers(tx, std::slice::from_ref(&self.new), &self.source, self.now).await?;
        person_changes::stir(tx, &[person], self.now).await?;
        self.sign_in(tx, account, former).await?;
        let mut detail = json!({ "type": self.kind.as_str(), "source": self.source, "replaced": replaced });
        if let Some(reason) = &self.mistaken {
            detail["reason"] = reason.as_str().into();
        }
        scribe.note(tx, "identifier.added", audit::account(account), &detail).await?;
        Ok(Ok(true))
    }

    /// The sector ID is the only one that was ever theirs: of whoever has it already (`free` is false), others go.
    async fn correct(
        &self,
        tx: &mut Tx,
        (account, free): (AccountId, bool),
        scribe: &Scribe,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let others = ledger::disown(tx, self.new.person, account, &self.new.keyed).await?;
        if !free && others == 0 {
            return Ok(false);
        }
        if free {
            people::add_identifiers(tx, std::slice::from_ref(&self.new), &self.source, self.now).await?;
            self.sign_in(tx, account, Former::Gone).await?;
        }
        person_changes::stir(tx, &[self.new.person], self.now).await?;
        let detail = json!({ "type": self.kind.as_str(), "source": self.source, "reason": reason });
        scribe.note(tx, "identifier.corrected", audit::account(account), &detail).await?;
        Ok(true)
    }

    /// True when nobody has it, nor ever had who is gone; false when the person has it.
    async fn free(&self, tx: &mut Tx) -> Result<Result<bool, PeopleError>, StoreError> {
        Ok(match ledger::holder(tx, &self.new.keyed).await? {
            Some(person) if person == self.new.person => Ok(false),
            Some(_) => Err(PeopleError::Taken(self.kind)),
            None if purge::is_buried(tx, &self.new.keyed).await? => Err(PeopleError::Buried),
            None => Ok(true),
        })
    }

    async fn sign_in(&self, tx: &mut Tx, account: AccountId, former: Former) -> Result<(), StoreError> {
        match &self.name {
            Some(name) => ledger::name(tx, account, name, former, self.now).await,
            None => Ok(()),
        }
    }
}
