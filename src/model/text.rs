//! How text is kept and compared: NFC as written, and a folded key for search and for matching words.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, char::is_combining_mark, is_nfc_quick};

/// Text as it is kept: NFC, single spaces, none at the ends, nothing invisible (zero-width, bidi, control); the Icelandic
/// letter that some fonts have for `Đ` (U+00D0) becomes it.
///
/// Borrows when the text is already so, which is nearly always.
pub fn clean(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if is_clean(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    let mut kept = String::with_capacity(trimmed.len());
    for c in trimmed.chars().nfc() {
        if c.is_whitespace() {
            if !kept.is_empty() && !kept.ends_with(' ') {
                kept.push(' ');
            }
        } else if !is_invisible(c) {
            kept.push(vietnamese(c));
        }
    }
    kept.truncate(kept.trim_end().len());
    Cow::Owned(kept)
}

/// A text that no spreadsheet takes for a formula (R47).
pub fn for_a_spreadsheet(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) {
        Cow::Owned(format!("'{}", text.replace('\0', "")))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text that [`for_a_spreadsheet`] neutralised.
pub fn from_a_spreadsheet(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '\t', '\r'])).unwrap_or(text)
}

fn is_clean(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.windows(2).any(|pair| pair == b"  ") || bytes.iter().any(u8::is_ascii_control) {
        return false;
    }
    text.is_ascii()
        || (!text.chars().any(|c| !c.is_ascii() && (c.is_whitespace() || is_invisible(c) || vietnamese(c) != c))
            && is_nfc_quick(text.chars()) == IsNormalized::Yes)
}

/// `Đ` where another letter that looks the same stands for it.
const fn vietnamese(c: char) -> char {
    match c {
        'Ð' | 'Ɖ' => 'Đ',
        'ð' | 'ɖ' => 'đ',
        c => c,
    }
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

/// What text is searched and matched by: lower-case letters and digits without marks, words separated by one space.
///
/// `đ` becomes `d`; where the tone stands (hoà, hòa) makes no difference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SearchKey(String);

impl SearchKey {
    /// To be raised when the folding changes: kept keys of an older version are then computed anew.
    pub const VERSION: u16 = 2;

    /// The key of a text.
    pub fn of(text: &str) -> Self {
        let mut key = String::with_capacity(text.len());
        for c in text
            .nfd()
            .filter(|c| !is_combining_mark(*c) && (c.is_whitespace() || !is_invisible(*c)))
            .flat_map(char::to_lowercase)
        {
            match vietnamese(c) {
                'đ' => key.push('d'),
                c if c.is_alphanumeric() => key.push(c),
                c if is_combining_mark(c) => {}
                _ if !key.is_empty() && !key.ends_with(' ') => key.push(' '),
                _ => {}
            }
        }
        key.truncate(key.trim_end().len());
        Self(key)
    }

    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its words, in their order.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|token| !token.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_finds_a_name_without_its_marks_wherever_the_tone_stands() {
        assert_eq!(SearchKey::of("Đỗ Thị Hoà").as_str(), "do thi hoa");
        assert_eq!(SearchKey::of("Đỗ Thị Hoà"), SearchKey::of("đỗ  thị hòa"));
        assert_eq!(SearchKey::of("\u{D0}inh"), SearchKey::of("Đinh"));
        assert_eq!(SearchKey::of("Nguyễn"), SearchKey::of("Nguye\u{302}\u{303}n"));
        assert_eq!(SearchKey::of("Mã định danh\nBộ GD&ĐT").as_str(), "ma dinh danh bo gd dt");
        assert_eq!(SearchKey::of("Tôn-Nữ  H'Linh").tokens().collect::<Vec<_>>(), ["ton", "nu", "h", "linh"]);
        assert_eq!(SearchKey::of(" -- ").as_str(), "");
    }

    #[test]
    fn r47_a_formula_is_text_in_a_spreadsheet() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\0=1"] {
            assert!(for_a_spreadsheet(formula).starts_with('\''), "{formula:?}");
            assert_eq!(from_a_spreadsheet(&for_a_spreadsheet(formula)).replace('\0', ""), formula.replace('\0', ""));
        }
        assert_eq!(for_a_spreadsheet("a=1"), "a=1");
    }

    #[test]
    fn clean_text_is_borrowed_and_other_text_is_composed() {
        assert!(matches!(clean(" Nguyễn Văn An "), Cow::Borrowed("Nguyễn Văn An")));
        assert_eq!(clean("Nguye\u{302}\u{303}n\u{A0}\r\n Văn\u{200B}"), "Nguyễn Văn");
        assert_eq!(clean("\u{FEFF}\u{202E}"), "");
        assert_eq!(clean("\u{200B} a"), "a");
        assert_eq!(clean("Ðinh Văn ðan Ɖỗ"), "Đinh Văn đan Đỗ");
        assert_eq!(SearchKey::of("Ðinh Văn ðan"), SearchKey::of("Đinh Văn đan"));
    }
}
