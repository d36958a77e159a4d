//! People's names: kept as written (NFC); the parts are a reading of them and never the other way round.

use std::{borrow::Cow, fmt};

use unicode_normalization::char::is_combining_mark;

use super::text::{SearchKey, clean};

/// A person's full name as it was written, family name first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonName(String);

/// Why a text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing, or no letter at all.
    #[error("a name needs letters")]
    NoLetters,
    /// Longer than [`PersonName::MOST`] characters.
    #[error("a name has at most 120 characters")]
    TooLong,
    /// It holds what no name holds: the mark of a lost letter, a picture, mark-up, a formula, an address, a note.
    #[error("the name is damaged")]
    Damaged,
}

/// Signs of lost letters, mark-up, formulas, addresses, notes, and of files that were cut in the wrong places.
const NO_NAME_HOLDS: [char; 23] = [
    '?', '!', '<', '>', '{', '}', '=', '"', '@', ';', '|', '\\', '$', '%', '#', '*', '(', ')', '[', ']', '^', '~', '_',
];

/// What stands between the letters of names beyond ASCII: apostrophes, hyphens, and the dot of Catalan and Chinese names.
const BETWEEN_LETTERS: [char; 8] =
    ['\u{2018}', '\u{2019}', '\u{B4}', '\u{2BC}', '\u{2010}', '\u{2011}', '\u{2013}', '\u{B7}'];

/// Family name (*họ*), middle name (*tên đệm*) and given name (*tên*): for sorting and for claims, not for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NameParts<'a> {
    /// The first word; empty when the name is one word.
    pub family: &'a str,
    /// All between; empty when there is none.
    pub middle: &'a str,
    /// The last word.
    pub given: &'a str,
}

impl PersonName {
    /// The most characters a name may have.
    pub const MOST: usize = 120;

    /// A name from text: invisible characters and surplus spaces go, all else stays as written.
    pub fn read(text: &str) -> Result<Self, NameError> {
        let name: Cow<'_, str> = clean(text);
        if !name.chars().any(char::is_alphabetic) {
            return Err(NameError::NoLetters);
        }
        if !name.chars().all(may_stand) {
            return Err(NameError::Damaged);
        }
        if name.len() > Self::MOST && name.chars().count() > Self::MOST {
            return Err(NameError::TooLong);
        }
        Ok(Self(name.into_owned()))
    }

    /// A name that was taken once: rules that came later do not make its record unreadable.
    pub fn kept(text: &str) -> Option<Self> {
        text.chars().any(char::is_alphabetic).then(|| Self(text.to_owned()))
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its parts, by the Vietnamese order of words.
    pub fn parts(&self) -> NameParts<'_> {
        let Some((before, given)) = self.0.rsplit_once(' ') else {
            return NameParts { family: "", middle: "", given: &self.0 };
        };
        let (family, middle) = before.split_once(' ').unwrap_or((before, ""));
        NameParts { family, middle, given }
    }

    /// What it is searched by.
    pub fn search_key(&self) -> SearchKey {
        SearchKey::of(&self.0)
    }
}

/// Whether a name may hold it: letters and marks of any script, digits (a warning elsewhere), and a few signs.
fn may_stand(c: char) -> bool {
    if c.is_ascii() {
        !NO_NAME_HOLDS.contains(&c)
    } else {
        c.is_alphanumeric() || is_combining_mark(c) || BETWEEN_LETTERS.contains(&c)
    }
}

impl fmt::Display for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_kept_as_written_and_read_family_middle_given() {
        let name = PersonName::read("  Nguyễn Thị  Bảo Ngọc ").unwrap();
        assert_eq!(name.as_str(), "Nguyễn Thị Bảo Ngọc");
        assert_eq!(name.parts(), NameParts { family: "Nguyễn", middle: "Thị Bảo", given: "Ngọc" });
        let two = PersonName::read("Trần Huy").unwrap();
        assert_eq!(two.parts(), NameParts { family: "Trần", middle: "", given: "Huy" });
        let one = PersonName::read("Y").unwrap();
        assert_eq!(one.parts(), NameParts { family: "", middle: "", given: "Y" });
        assert!(PersonName::read("H'Hen Niê Kđăm").is_ok());
    }

    #[test]
    fn what_is_no_name_is_refused_by_its_reason() {
        assert_eq!(PersonName::read("  \u{200B}"), Err(NameError::NoLetters));
        assert_eq!(PersonName::read("123"), Err(NameError::NoLetters));
        for damaged in ["Nguy\u{FFFD}n", "Nguy?n V?n B?y", "Lê An \u{1F600}", "Lê \u{E000}n", "Lý A Mười (đã chuyển)"]
        {
            assert_eq!(PersonName::read(damaged), Err(NameError::Damaged), "{damaged}");
        }
        for whole in ["H'Hen Niê", "O\u{2019}Brien", "Marie-Ève St. Jean", "Gal\u{B7}la", "สมชาย ใจดี", "ហ៊ុន សែន"]
        {
            assert!(PersonName::read(whole).is_ok(), "{whole}");
        }
        assert_eq!(
            PersonName::kept("Nguy?n").unwrap().as_str(),
            "Nguy?n",
            "what was taken once can be read, and corrected"
        );
        assert_eq!(PersonName::read(&"a".repeat(121)), Err(NameError::TooLong));
    }
}
