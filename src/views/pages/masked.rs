//! An identifier of which a page shows the end.

/// The end of an identifier; the rest does not reach the page (R38, R41).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked(String);

impl Masked {
    /// Keeps the last three characters, and none of a value shorter than six.
    pub fn of(value: &str) -> Self {
        let count = value.chars().count();
        let kept: String = if count < 6 { String::new() } else { value.chars().skip(count - 3).collect() };
        Self(format!("••• {kept}").trim_end().to_owned())
    }
}

impl std::fmt::Display for Masked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_shows_its_last_three_characters_at_most() {
        assert_eq!(Masked::of("031317004321").to_string(), "••• 321");
        assert_eq!(Masked::of("12345").to_string(), "•••");
    }
}
