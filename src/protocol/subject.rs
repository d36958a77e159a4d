//! What a person, a session or a class is called towards one app (Core 8.1): pairwise, so that two apps cannot join
//! their records.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::base::{
    digest::MacKey,
    id::{ClassId, OrgId, PersonId, SessionId},
};

/// Within which a person has one subject: the client's own id, or a name that the department gave to several clients of
/// one system. Frozen at registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sector(pub String);

/// How an app is told who somebody is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectKind {
    /// Different in each sector.
    Pairwise(Sector),
    /// The same for every app that has it; approved per app by the department.
    Public,
}

/// Derives what each app calls things.
#[derive(Clone, Debug)]
pub struct Subjects(MacKey);

impl Subjects {
    /// Under the server's pairwise key, which never rotates.
    pub const fn new(key: MacKey) -> Self {
        Self(key)
    }

    /// The `sub` of a person: 43 characters of base64url.
    pub fn person(&self, kind: &SubjectKind, person: PersonId) -> String {
        self.derive("sub", kind, person.uuid())
    }

    /// The `sid` of a browser session.
    pub fn session(&self, kind: &SubjectKind, session: SessionId) -> String {
        self.derive("sid", kind, session.uuid())
    }

    /// The id of an org within `edu_context`.
    pub fn org(&self, kind: &SubjectKind, org: OrgId) -> String {
        self.derive("org", kind, org.uuid())
    }

    /// The id of a class within `edu_classes`.
    pub fn class(&self, kind: &SubjectKind, class: ClassId) -> String {
        self.derive("class", kind, class.uuid())
    }

    /// The id of a role somebody has somewhere.
    pub fn context(&self, kind: &SubjectKind, id: Uuid) -> String {
        self.derive("context", kind, id)
    }

    fn derive(&self, what: &str, kind: &SubjectKind, id: Uuid) -> String {
        // The label keeps a sector named "public" apart from public subjects.
        let (label, sector) = match kind {
            SubjectKind::Pairwise(sector) => ("pairwise", sector.0.as_str()),
            SubjectKind::Public => ("public", ""),
        };
        URL_SAFE_NO_PAD.encode(self.0.mac(&[what.as_bytes(), label.as_bytes(), sector.as_bytes(), id.as_bytes()]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_differ_between_sectors_and_stay_the_same_within_one() {
        let subjects = Subjects::new(MacKey::from_bytes([3; 32]));
        let person = PersonId::from(Uuid::from_u128(1));
        let sector = |name: &str| SubjectKind::Pairwise(Sector(name.into()));
        assert_eq!(subjects.person(&sector("a"), person), subjects.person(&sector("a"), person));
        assert_ne!(subjects.person(&sector("a"), person), subjects.person(&sector("b"), person));
        assert_ne!(subjects.person(&sector(""), person), subjects.person(&SubjectKind::Public, person));
        assert_ne!(
            subjects.session(&sector("a"), SessionId::from(Uuid::from_u128(1))),
            subjects.person(&sector("a"), person)
        );
    }
}
