//! Why something cannot happen to somebody.

use crate::base::id::OrgId;

/// Why a decision cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Cannot {
    /// The person is a pupil of another school: a transfer is what is meant.
    #[error("the person is a pupil of another school, which has to release them first")]
    PupilElsewhere(OrgId),
    /// The person works in the sector: the identifier is somebody else's.
    #[error("the person works at a school and cannot be a pupil")]
    Employed(OrgId),
    /// No such active affiliation.
    #[error("the person has no such role any more")]
    NoSuchRole,
    /// No such current place.
    #[error("the person is not in that class any more")]
    NoSuchSeat,
    /// A pupil cannot be homeroom teacher, nor a guardian sit in a class.
    #[error("the role does not go with that place in a class")]
    Unsuitable,
    /// Continuing education, and being somebody's guardian, come after everything else.
    #[error("another role comes first")]
    NotFirst,
}
