//! The school code, *mã trường*: opaque; nothing is read out of it (districts were abolished on 1 July 2025).

use std::fmt;

/// A well-formed school code: 2 to 20 ASCII letters, digits, dots, underscores and hyphens; 8 digits in practice.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SchoolCode(String);

/// The text is no school code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a school code has 2 to 20 letters, digits, dots, underscores and hyphens")]
pub struct NoSchoolCode;

impl SchoolCode {
    /// A code from text without surrounding space.
    pub fn read(text: &str) -> Result<Self, NoSchoolCode> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let shaped = (2..=20).contains(&text.len()) && text.bytes().all(fits);
        if shaped { Ok(Self(text.to_owned())) } else { Err(NoSchoolCode) }
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchoolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_school_code_is_opaque() {
        assert_eq!(SchoolCode::read("31303405").unwrap().as_str(), "31303405");
        assert!(SchoolCode::read("HP-TTGDTX.01").is_ok());
        for bad in ["", "1", "31303 405", "a@b", "123456789012345678901"] {
            assert_eq!(SchoolCode::read(bad), Err(NoSchoolCode), "{bad}");
        }
    }
}
