//! The letters of codes that people read, say over the telephone and type.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::entropy::Entropy;

/// No vowels, so no words and nothing that a Vietnamese keyboard puts marks on; no D or W, which Telex rewrites; no Y.
pub const ALPHABET: &[u8; 18] = b"BCFGHJKLMNPQRSTVXZ";

/// Why a text is no code. All of it can be told to the person: it says nothing about any code that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    /// A Vietnamese input method rewrote it.
    #[error("rewritten by an input method")]
    InputMethod,
    /// A letter that no code has.
    #[error("no code contains {0:?}")]
    Letter(char),
    /// Too few letters or too many: so many.
    #[error("a code has another number of letters than {0}")]
    Length(usize),
}

/// A letter, any as likely as another.
pub fn random(entropy: &Entropy) -> char {
    char::from(ALPHABET[usize::try_from(entropy.below(18)).unwrap_or_default()])
}

/// Reads what a person typed, as places in the alphabet: in any case, with spaces, dots and dashes anywhere.
pub fn read<const N: usize>(typed: &str) -> Result<Zeroizing<[u8; N]>, Misread> {
    if mangled_by_input_method(typed) {
        return Err(Misread::InputMethod);
    }
    let mut places = Zeroizing::new([0; N]);
    let mut length = 0;
    for c in typed.chars().filter(|c| !is_separator(*c)) {
        let letter = c.to_ascii_uppercase();
        let place = (0..).zip(ALPHABET).find(|(_, known)| char::from(**known) == letter).ok_or(Misread::Letter(c))?;
        if let Some(read) = places.get_mut(length) {
            *read = place.0;
        }
        length += 1;
    }
    if length == N { Ok(places) } else { Err(Misread::Length(length)) }
}

/// Whether a keyboard's Vietnamese input method (Telex, VNI) may have rewritten what was typed: `generate` becomes
/// `genẻate`. Judged by what was typed alone, so that the hint tells nothing about any account (R31).
pub fn mangled_by_input_method(typed: &str) -> bool {
    // đ has no decomposition; the others are a letter with a tone, a circumflex, a breve or a horn.
    const MARKS: [char; 8] = ['\u{300}', '\u{301}', '\u{303}', '\u{309}', '\u{323}', '\u{302}', '\u{306}', '\u{31b}'];
    typed.nfd().any(|c| matches!(c, 'đ' | 'Đ') || MARKS.contains(&c))
}

/// Word processors and telephones turn a hyphen into a dash.
pub fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '_' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200b}')
}
