//! People: what they are, where, and what follows from it. Each use case writes its line of the audit trail with the
//! change.
//!
//! It refuses to decide who may ask: that is `services::authority`'s, and whoever calls comes with its permit.

pub mod accounts;
pub mod due;
pub mod following;
pub mod headcounts;
pub mod identifiers;
pub mod memberships;
pub mod orgs;
pub mod records;
pub mod release;

use crate::{
    base::id::PersonId,
    model::{account::NoSuchStep, identifier::IdentifierKind, membership::Cannot},
    services::authority::Denied,
    store::StoreError,
};

/// Why something about a person was not changed.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// There is no such person.
    #[error("there is no such person")]
    NoSuchPerson,
    /// The text is no identifier of that kind.
    #[error("this is no identifier of the kind {}", .0.as_str())]
    Malformed(IdentifierKind),
    /// Somebody else has the identifier.
    #[error("somebody else has this identifier ({})", .0.as_str())]
    Taken(IdentifierKind),
    /// The identifier was that of a person who was removed; it is never given again.
    #[error("this identifier belonged to somebody who was removed")]
    Buried,
    /// A sector ID stays for ever, and a temporary one is for those who have none.
    #[error("the person has a sector ID already")]
    HasSectorId,
    /// What was recorded by mistake is replaced for a reason.
    #[error("say why the recorded sector ID is wrong, in 200 characters at most")]
    NoReason,
    /// People of the same name and day of birth are known: is it one of them?
    #[error("people of this name and day of birth are known; is it one of them?")]
    PerhapsKnown(Vec<PersonId>),
    /// The text is no address or number.
    #[error("this is no e-mail address or telephone number")]
    NoContact,
    /// There is no such org.
    #[error("there is no such school or office")]
    NoSuchOrg,
    /// The org is closed.
    #[error("the school is closed")]
    OrgClosed,
    /// Another org of its kind has the code.
    #[error("another one has this code already")]
    CodeTaken,
    /// An org of this kind cannot belong to one of that.
    #[error("it cannot belong there in that way")]
    NoParent,
    /// Pupils are at schools, not at offices.
    #[error("only a school has pupils")]
    NotASchool,
    /// There is no such class.
    #[error("there is no such class")]
    NoSuchClass,
    /// The class is not the one that the pupil's class becomes.
    #[error("the class is not what the pupil's class becomes next year")]
    NoPromotion,
    /// The class is not one in which the year is repeated.
    #[error("the class is not one of the same grade next year")]
    NoRepetition,
    /// What the person is does not allow it.
    #[error(transparent)]
    Cannot(#[from] Cannot),
    /// The account's state does not allow it.
    #[error(transparent)]
    Step(#[from] NoSuchStep),
    /// It was allowed a moment ago.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
