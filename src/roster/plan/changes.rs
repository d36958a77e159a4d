//! What a unit writes, by table: everything its rows decided, in forms that the store takes as a whole.

use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ContactId, IdentifierId, PersonId},
    },
    store::{
        directory::OrgChange,
        membership_changes::MembershipChanges,
        orgs::{NewClass, NewEdge, NewOrg},
        people::{NewAccount, NewContact, NewIdentifier, NewPerson},
        person_changes::{Correction, Step},
    },
};

/// The changes of a unit.
#[derive(Debug, Default)]
pub struct Changes {
    /// Schools and communes, and the department if there is none.
    pub orgs: Vec<NewOrg>,
    /// What is new about schools.
    pub org_changes: Vec<OrgChange>,
    /// Where new schools belong.
    pub edges: Vec<NewEdge>,
    /// Where schools belong from now on.
    pub moved: Vec<NewEdge>,
    /// Classes that begin a lineage.
    pub classes: Vec<NewClass>,
    /// Classes that go on with one.
    pub continued: Vec<NewClass>,
    /// People who were not known.
    pub people: Vec<NewPerson>,
    /// Their accounts.
    pub accounts: Vec<NewAccount>,
    /// Identifiers, of them and of others.
    pub identifiers: Vec<NewIdentifier>,
    /// Identifiers in whose place others came.
    pub superseded: Vec<IdentifierId>,
    /// Accounts that sign in with another name now.
    pub renamed: Vec<(AccountId, String)>,
    /// People whose record is corrected.
    pub corrected: Vec<Correction>,
    /// People of whom anything else changed.
    pub touched: Vec<(PersonId, Moment)>,
    /// Contacts.
    pub contacts: Vec<NewContact>,
    /// Contacts in whose place others came.
    pub dropped: Vec<ContactId>,
    /// Steps of accounts.
    pub steps: Vec<Step>,
    /// Roles and places in classes.
    pub memberships: MembershipChanges,
    /// People one of whose roles ended: apps may not let them in any more.
    pub ended: Vec<PersonId>,
}
