//! The name of a class within its school, year and grade: `3A`, `10A1`, *Lá 2*.

use std::fmt;

use super::text::{SearchKey, clean};

/// A class's code as written, 1 to 40 characters; *Lớp* before a number is left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClassCode(String);

/// The text is no class code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a class code has 1 to 40 characters, with a letter or digit")]
pub struct NoClassCode;

impl ClassCode {
    /// A code from text.
    pub fn read(text: &str) -> Result<Self, NoClassCode> {
        let code = clean(text);
        let mut code = code.as_ref();
        if let Some((word, rest)) = code.split_once(' ')
            && rest.starts_with(|c: char| c.is_ascii_digit())
            && SearchKey::of(word).as_str() == "lop"
        {
            code = rest;
        }
        let shaped =
            code.chars().count() <= 40 && code.chars().any(char::is_alphanumeric) && !code.contains('\u{FFFD}');
        if shaped { Ok(Self(code.to_owned())) } else { Err(NoClassCode) }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two spellings one class: `3a`, `3 A` and `3A` are the same. Marks count: *Lá* is not *La*.
    pub fn key(&self) -> String {
        self.0.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
    }
}

/// The place of a class's code in a list: by its numbers, so that 3A2 stands before 3A10.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClassOrder {
    /// Runs of letters and of digits, in turn; letters first.
    parts: Vec<(Option<u64>, String)>,
    code: String,
}

impl ClassOrder {
    /// Of a code.
    pub fn of(code: &str) -> Self {
        let runs = code.as_bytes().chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
        let runs = runs.map(|run| String::from_utf8_lossy(run).to_lowercase());
        Self { parts: runs.map(|run| (run.parse().ok(), run)).collect(), code: code.to_owned() }
    }
}

impl fmt::Display for ClassCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_class_share_a_key() {
        let key = |text| ClassCode::read(text).unwrap().key();
        assert_eq!(key("Lớp 3A"), key("3 a"));
        assert_ne!(key("Lá 1"), key("La 1"));
        assert_eq!(ClassCode::read("Lớp Lá 1").unwrap().as_str(), "Lớp Lá 1");
        assert_eq!(ClassCode::read("  "), Err(NoClassCode));
        assert_eq!(ClassCode::read("--"), Err(NoClassCode));
    }

    #[test]
    fn classes_are_in_the_order_of_their_numbers() {
        let mut codes = ["10A10", "10A2", "3B", "3A", "Lá 2", "10A1", "Lá 10"];
        codes.sort_by_cached_key(|code| ClassOrder::of(code));
        assert_eq!(codes, ["Lá 2", "Lá 10", "3A", "3B", "10A1", "10A2", "10A10"]);
    }
}
