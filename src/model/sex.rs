//! Sex as the sector database records it, *giới tính*.

use super::text::SearchKey;

/// *Nam* or *nữ*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// *Nam.*
    Male,
    /// *Nữ.*
    Female,
}

impl Sex {
    /// Reads *Nam*, *Nữ* and their usual short and English forms.
    pub fn read(text: &str) -> Option<Self> {
        match text {
            "Nam" => return Some(Self::Male),
            "Nữ" => return Some(Self::Female),
            _ => {}
        }
        match SearchKey::of(text).as_str() {
            "nam" | "male" | "m" | "trai" => Some(Self::Male),
            "nu" | "female" | "f" | "gai" => Some(Self::Female),
            _ => None,
        }
    }

    /// The name under which it is kept: that of OpenID Connect's `gender` claim.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Male => "male",
            Self::Female => "female",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sex_is_read_in_any_spelling() {
        assert_eq!(Sex::read("NỮ"), Some(Sex::Female));
        assert_eq!(Sex::read("Nu\u{31B}\u{303}"), Some(Sex::Female));
        assert_eq!(Sex::read("nam"), Some(Sex::Male));
        assert_eq!(Sex::read("x"), None);
        for sex in [Sex::Male, Sex::Female] {
            assert_eq!(Sex::read(sex.as_str()), Some(sex));
        }
    }
}
