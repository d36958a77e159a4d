//! What a unit writes, by table: everything its rows decided, in forms that the store takes as a whole.

use super::known::Stand;
use crate::{
    base::id::{AccountId, ContactId, IdentifierId, OrgId, PersonId},
    model::membership::{Change, Presence},
    store::{
        directory::OrgChange,
        orgs::{NewClass, NewEdge, NewOrg},
        people::{NewAccount, NewContact, NewIdentifier, NewPerson},
        person_changes::{Correction, Touch},
        transfers::NewTransfer,
    },
};

/// The changes of a unit.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Schools and communes, and the department if there is none.
    pub(crate) orgs: Vec<NewOrg>,
    /// What is new about schools.
    pub(crate) orgs_changed: Vec<OrgChange>,
    /// Where new schools belong.
    pub(crate) edges: Vec<NewEdge>,
    /// Where schools belong from now on.
    pub(crate) attached: Vec<NewEdge>,
    /// Schools that are no more.
    pub(crate) closed: Vec<OrgId>,
    /// Classes that begin a lineage.
    pub(crate) classes: Vec<NewClass>,
    /// Classes that go on with one.
    pub(crate) continued: Vec<NewClass>,
    /// People who were not known.
    pub(crate) people: Vec<NewPerson>,
    /// Their accounts.
    pub(crate) accounts: Vec<NewAccount>,
    /// Identifiers, of them and of others.
    pub(crate) identifiers: Vec<NewIdentifier>,
    /// Identifiers in whose place others came.
    pub(crate) superseded: Vec<IdentifierId>,
    /// Accounts that sign in with another name now.
    pub(crate) renamed: Vec<(AccountId, String)>,
    /// People whose record is corrected.
    pub(crate) corrected: Vec<Correction>,
    /// People of whom anything else changed.
    pub(crate) touched: Vec<Touch>,
    /// People of whom nothing changed, but another row said so than the last time.
    pub(crate) imprinted: Vec<Touch>,
    /// Contacts.
    pub(crate) contacts: Vec<NewContact>,
    /// Contacts in whose place others came.
    pub(crate) dropped: Vec<ContactId>,
    /// Pupils of other schools, which are asked to release them.
    pub(crate) transfers: Vec<NewTransfer>,
    /// Roles and places in classes.
    pub(crate) memberships: Vec<(PersonId, Change)>,
    /// The people known before for whom that was decided: their accounts follow.
    pub(crate) moved: Vec<Moved>,
}

impl Changes {
    /// Whether there is nothing to be written.
    pub(crate) fn is_empty(&self) -> bool {
        let Self { orgs, orgs_changed, edges, attached, closed, classes, continued, people, accounts, .. } = self;
        let Self { identifiers, superseded, renamed, corrected, touched, imprinted, contacts, dropped, .. } = self;
        let places = orgs.is_empty() && orgs_changed.is_empty() && edges.is_empty() && attached.is_empty();
        let classes = closed.is_empty() && classes.is_empty() && continued.is_empty();
        let records = people.is_empty() && accounts.is_empty() && identifiers.is_empty() && superseded.is_empty();
        let known = renamed.is_empty() && corrected.is_empty() && touched.is_empty() && imprinted.is_empty();
        let contacts = contacts.is_empty() && dropped.is_empty() && self.transfers.is_empty();
        places && classes && records && known && contacts && self.memberships.is_empty() && self.moved.is_empty()
    }
}

/// Somebody known whose roles or places change.
#[derive(Clone, Debug)]
pub(crate) struct Moved {
    /// Who.
    pub(crate) person: PersonId,
    /// Where they stood when it was decided.
    pub(crate) stood: Stand,
    /// Where they are now.
    pub(crate) presence: Presence,
}
