//! The sector identifier, *mã định danh ngành*: opaque, never changed, kept on every move (Circular 42/2021).

use std::fmt;

/// A well-formed sector identifier: 6 to 20 ASCII letters, digits and hyphens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SectorId(String);

/// The text is no sector identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sector identifier has 6 to 20 letters, digits and hyphens")]
pub struct NoSectorId;

impl SectorId {
    /// What temporary identifiers begin with (*mã tạm*): a new pupil's until the sector database gives one.
    pub const TEMPORARY: &'static str = "TAM-";

    /// An identifier from text without surrounding space.
    pub fn read(text: &str) -> Result<Self, NoSectorId> {
        let shaped = (6..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if shaped { Ok(Self(text.to_owned())) } else { Err(NoSectorId) }
    }

    /// The identifier.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name its holder signs in with: sign-in compares names in lower case.
    pub fn sign_in_name(&self) -> String {
        self.0.to_lowercase()
    }

    /// A sign-in name as people write it: names are kept in lower case, and ours stand in capitals.
    pub fn shown(name: &str) -> String {
        let capitals = name.to_uppercase();
        if capitals.starts_with(Self::TEMPORARY) { capitals } else { name.to_owned() }
    }

    /// Whether it is one of ours, to be replaced in place.
    pub fn is_temporary(&self) -> bool {
        self.0.starts_with(Self::TEMPORARY)
    }

    /// Whether it looks as they all do in practice: 10 digits, or temporary. Others are accepted with a warning.
    pub fn is_usual(&self) -> bool {
        self.is_temporary() || (self.0.len() == 10 && self.0.bytes().all(|b| b.is_ascii_digit()))
    }
}

impl fmt::Display for SectorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sector_id_is_opaque_and_only_warned_about_when_it_is_not_ten_digits() {
        assert!(SectorId::read("3112345678").unwrap().is_usual());
        assert!(!SectorId::read("HP-123456").unwrap().is_usual());
        assert!(SectorId::read("TAM-0001").unwrap().is_temporary());
        assert_eq!((SectorId::shown("tam-0001a"), SectorId::shown("hp-1234")), ("TAM-0001A".into(), "hp-1234".into()));
        assert!(!SectorId::read("031317004321").unwrap().is_usual());
        for bad in ["", "12345", "123456789012345678901", "3112 345678", "３１１２３４５６", "a_bcdef"] {
            assert_eq!(SectorId::read(bad), Err(NoSectorId), "{bad}");
        }
    }
}
