//! Phone numbers as they are dialled in Việt Nam. Not unique: brothers and sisters share one.

use std::fmt;

/// A phone number in its national form: `0` and nine digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone(String);

/// The text is no phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a phone number is 0 and nine digits")]
pub struct NoPhone;

impl Phone {
    /// A number from text: separators go, `+84` becomes `0`, the `0` a spreadsheet dropped comes back.
    pub fn read(text: &str) -> Result<Self, NoPhone> {
        let international = text.trim_start().starts_with('+');
        let mut digits = String::with_capacity(16);
        for c in text.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '+' | ' ' | '.' | '-' | '(' | ')' | '\u{A0}' | '\'' => {}
                _ => return Err(NoPhone),
            }
        }
        let national = match (digits.as_str(), digits.len()) {
            (d, 10) if d.starts_with('0') && !international => d.to_owned(),
            (d, 11) if d.starts_with("84") => format!("0{}", &d[2..]),
            (d, 12) if d.starts_with("840") => d[2..].to_owned(),
            (d, 13) if d.starts_with("0084") => format!("0{}", &d[4..]),
            (d, 9) if !international && d.starts_with(['3', '5', '7', '8', '9']) => format!("0{d}"),
            _ => return Err(NoPhone),
        };
        Ok(Self(national))
    }

    /// The national form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_is_brought_to_its_national_form() {
        for text in [
            "0912000002",
            "+84912000002",
            "+84 (0)912 000 002",
            "84912000002",
            "0912.000.002",
            "912000002",
            "0084912000002",
        ] {
            assert_eq!(Phone::read(text).map(|p| p.to_string()), Ok("0912000002".to_owned()), "{text}");
        }
        for bad in ["", "113", "0912 000 00", "0912000002/0913", "+1 912 000 002", "không có"] {
            assert_eq!(Phone::read(bad), Err(NoPhone), "{bad}");
        }
    }
}
