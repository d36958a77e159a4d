//! The name of a class within its school, year and grade: `3A`, `10A1`, *Lá 2*.

use std::fmt;

use super::text::{SearchKey, clean};

/// A class's code as written, 1 to 40 characters; *Lớp* before a number is left out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ClassCode(String);

/// The text is no class code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a class code has 1 to 40 characters, begins with a letter or digit, and names one class")]
pub struct NoClassCode;

/// Signs of several classes in one cell, of lost letters, of mark-up and formulas.
const NO_CLASS_HOLDS: [char; 10] = [',', ';', '|', '?', '\u{FFFD}', '<', '>', '=', '"', '@'];

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
            code.chars().count() <= 40 && code.starts_with(char::is_alphanumeric) && !code.contains(NO_CLASS_HOLDS);
        if shaped { Ok(Self(code.to_owned())) } else { Err(NoClassCode) }
    }

    /// A code that was taken once: rules that came later do not make its class unknown.
    pub fn kept(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What makes two spellings one class: `3a`, `3 A`, `03A` and `3A` are the same. Marks count: *Lá* is not *La*.
    pub fn key(&self) -> String {
        let key: String = self.0.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
        match key.strip_prefix('0') {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest.to_owned(),
            _ => key,
        }
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
        assert_eq!((key("01A"), key("Lớp 06A1"), key("0")), (key("1a"), key("6A1"), "0".to_owned()));
        assert_ne!(key("Lá 1"), key("La 1"));
        assert_eq!(ClassCode::read("Lớp Lá 1").unwrap().as_str(), "Lớp Lá 1");
        assert_eq!(ClassCode::read("  "), Err(NoClassCode));
        for wrong in ["--", "-6B", "6A1; 6A2", "6A1, 6A2", "6?", "=6A"] {
            assert_eq!(ClassCode::read(wrong), Err(NoClassCode), "{wrong}");
        }
        for right in ["3/1", "3.1", "12A1 - Toán", "Mẫu giáo 5-6 tuổi (A)"] {
            assert!(ClassCode::read(right).is_ok(), "{right}");
        }
    }

    #[test]
    fn classes_are_in_the_order_of_their_numbers() {
        let mut codes = ["10A10", "10A2", "3B", "3A", "Lá 2", "10A1", "Lá 10"];
        codes.sort_by_cached_key(|code| ClassOrder::of(code));
        assert_eq!(codes, ["Lá 2", "Lá 10", "3A", "3B", "10A1", "10A2", "10A10"]);
    }
}
