//! Codes that stand in for a password once: printed activation codes, and rescue codes that a teacher reads out.
//!
//! An activation code is derived from a server key, the account and the number of its issue, so nothing is stored and
//! it can be printed again; a rescue code is derived from the request for it, and the store keeps its keyed digest. Neither is ever chosen by a
//! person. Whether a code is current, spent or locked is the store's business and the limits', not decided here.

use std::{fmt, time::Duration};

use zeroize::Zeroizing;

use crate::base::{
    digest::{Digest, MacKey},
    id::AccountId,
    letters::{self, ALPHABET, is_separator},
    secret::{Token, same},
};

/// 18¹² is more than 2⁵⁰.
const LETTERS: usize = 12;

/// How long a rescue code is good for.
pub const RESCUE_LIFE: Duration = Duration::from_mins(20);

/// An activation code: twelve letters of 50 bits and a check letter.
#[derive(Clone)]
pub struct ActivationCode(Zeroizing<[u8; LETTERS]>);

/// Why a text is no activation code. All of it can be told to the person: it says nothing about any account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misread {
    /// It is not made of so many of the letters.
    #[error(transparent)]
    Letters(#[from] letters::Misread),
    /// The check letter does not fit: something was mistyped.
    #[error("the check letter does not fit")]
    Check,
}

impl ActivationCode {
    /// The code of an account's issue: HMAC-SHA-256 under the key for activation codes.
    pub fn derive(key: &MacKey, account: AccountId, issue: i64) -> Self {
        let mac = Zeroizing::new(key.mac(&[b"activation", account.uuid().as_bytes(), &issue.to_be_bytes()]));
        let mut number = mac.iter().take(16).fold(0u128, |number, byte| number << 8 | u128::from(*byte));
        let mut letters = Zeroizing::new([0; LETTERS]);
        for letter in letters.iter_mut() {
            // 128 bits for 50: no letter is noticeably likelier than another.
            *letter = u8::try_from(number % 18).unwrap_or(0);
            number /= 18;
        }
        Self(letters)
    }

    /// Reads what a person typed: in any case, with spaces, dots and dashes anywhere.
    pub fn read(typed: &str) -> Result<Self, Misread> {
        let values = letters::read::<{ LETTERS + 1 }>(typed)?;
        let mut letters = Zeroizing::new([0; LETTERS]);
        letters.copy_from_slice(&values[..LETTERS]);
        let code = Self(letters);
        if values[LETTERS] == code.check() { Ok(code) } else { Err(Misread::Check) }
    }

    /// The code as it is printed: `XXXX-XXXX-XXXXX`.
    pub fn shown(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LETTERS + 3));
        for (n, value) in self.0.iter().copied().chain([self.check()]).enumerate() {
            if n == 4 || n == 8 {
                text.push('-');
            }
            text.push(char::from(ALPHABET[usize::from(value)]));
        }
        text
    }

    /// Whether two codes are the same, in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        same(&*self.0, &*other.0)
    }

    /// Luhn's check modulo 18: notices every single wrong letter and all swaps of neighbours but one.
    fn check(&self) -> u8 {
        let sum = self.0.iter().rev().enumerate().fold(0, |sum, (n, value)| {
            let weighed = if n % 2 == 0 { 2 * value } else { *value };
            (sum + weighed / 18 + weighed % 18) % 18
        });
        (18 - sum) % 18
    }
}

impl fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActivationCode(…)")
    }
}

/// A rescue code: six digits, good for [`RESCUE_LIFE`] and once. Its guesses spend from the account's budget of
/// attempts, which is what a million possibilities rely on.
#[derive(Clone)]
pub struct RescueCode(Zeroizing<String>);

impl RescueCode {
    /// The code that an account is given for a request, whose random token nobody else knows: the same for the same
    /// request, so that one sent twice tells the same code.
    pub fn derive(key: &MacKey, account: AccountId, request: &Token) -> Self {
        let mac = Zeroizing::new(key.mac(&[b"new rescue", account.uuid().as_bytes(), request.expose().as_bytes()]));
        // 128 bits for 20: no number is noticeably likelier than another.
        let number = mac.iter().take(16).fold(0u128, |number, byte| number << 8 | u128::from(*byte));
        Self(Zeroizing::new(format!("{:06}", number % 1_000_000)))
    }

    /// Reads what a person typed, with spaces, dots and dashes anywhere; `None` when it is not six digits.
    pub fn read(typed: &str) -> Option<Self> {
        let mut digits = Zeroizing::new(String::with_capacity(6));
        for c in typed.chars().filter(|c| !is_separator(*c)) {
            if !c.is_ascii_digit() || digits.len() == 6 {
                return None;
            }
            digits.push(c);
        }
        (digits.len() == 6).then_some(Self(digits))
    }

    /// The digits, for whoever asked for the code.
    pub fn shown(&self) -> &str {
        &self.0
    }

    /// What the store keeps: a keyed digest bound to the account, since six digits are soon tried.
    pub fn keyed(&self, key: &MacKey, account: AccountId) -> Digest {
        Digest::keyed(key, &[b"rescue", account.uuid().as_bytes(), self.0.as_bytes()])
    }

    /// Whether it is the code whose keyed digest was stored for the account, in constant time.
    pub fn matches(&self, key: &MacKey, account: AccountId, stored: &Digest) -> bool {
        self.keyed(key, account).matches(stored)
    }
}

impl fmt::Debug for RescueCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RescueCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn key() -> MacKey {
        MacKey::from_bytes([3; 32])
    }

    fn account(n: u8) -> AccountId {
        uuid::Uuid::from_bytes([n; 16]).into()
    }

    fn rescue(request: u16) -> RescueCode {
        RescueCode::derive(&key(), account(1), &Token::presented(&request.to_string()))
    }

    fn code(issue: i64) -> ActivationCode {
        ActivationCode::derive(&key(), account(1), issue)
    }

    #[test]
    fn a_code_depends_on_key_account_and_issue_and_on_nothing_else() {
        let one = code(1);
        assert!(one.matches(&code(1)));
        assert!(!one.matches(&code(2)));
        assert!(!one.matches(&ActivationCode::derive(&key(), account(2), 1)));
        assert!(!one.matches(&ActivationCode::derive(&MacKey::from_bytes([4; 32]), account(1), 1)));
    }

    #[test]
    fn a_code_has_fifty_bits_in_an_alphabet_that_keyboards_leave_alone() {
        assert!(18u64.pow(12) >= 1 << 50);
        let shown: Vec<_> = (0..2_000).map(|issue| code(issue).shown().to_string()).collect();
        for text in &shown {
            let groups: Vec<_> = text.split('-').map(str::len).collect();
            assert_eq!(groups, [4, 4, 5], "{text}");
        }
        let letters: HashSet<char> = shown.concat().chars().collect();
        assert_eq!(letters, "BCFGHJKLMNPQRSTVXZ-".chars().collect());
        assert_eq!(shown.into_iter().collect::<HashSet<_>>().len(), 2_000);
    }

    #[test]
    fn reading_forgives_case_spaces_and_dashes() {
        let shown = code(7).shown();
        let bare = shown.replace('-', "");
        for typed in [
            shown.to_string(),
            bare.to_lowercase(),
            format!("  {}\t", shown.replace('-', " – ")),
            bare.chars().flat_map(|c| [c, '.']).collect(),
        ] {
            assert!(ActivationCode::read(&typed).unwrap().matches(&code(7)), "{typed}");
        }
    }

    #[test]
    fn a_typing_error_is_told_from_a_wrong_code() {
        let shown = code(7).shown().replace('-', "");
        assert_eq!(ActivationCode::read("").unwrap_err(), letters::Misread::Length(0).into());
        assert_eq!(ActivationCode::read(&shown[1..]).unwrap_err(), letters::Misread::Length(12).into());
        assert_eq!(ActivationCode::read(&shown.repeat(1_000)).unwrap_err(), letters::Misread::Length(13_000).into());
        assert_eq!(
            ActivationCode::read(&shown.replacen(&shown[..1], "a", 1)).unwrap_err(),
            letters::Misread::Letter('a').into()
        );
        assert_eq!(ActivationCode::read(&format!("ế{shown}")).unwrap_err(), letters::Misread::InputMethod.into());
        for at in 0..13 {
            for letter in ALPHABET.iter().map(|letter| char::from(*letter).to_string()) {
                let mut typed = shown.clone();
                typed.replace_range(at..=at, &letter);
                let read = ActivationCode::read(&typed);
                assert!(typed == shown || read.unwrap_err() == Misread::Check, "{typed} for {shown}");
            }
        }
    }

    #[test]
    fn swapped_neighbours_are_noticed_but_for_one_pair() {
        for issue in 0..200 {
            let shown = code(issue).shown().replace('-', "");
            for at in 0..12 {
                let mut typed: Vec<char> = shown.chars().collect();
                typed.swap(at, at + 1);
                let ends = HashSet::from(['B', 'Z']);
                let same_letter = typed[at] == typed[at + 1];
                if same_letter || HashSet::from([typed[at], typed[at + 1]]) == ends {
                    continue;
                }
                let typed: String = typed.into_iter().collect();
                assert_eq!(ActivationCode::read(&typed).unwrap_err(), Misread::Check, "{typed} for {shown}");
            }
        }
    }

    #[test]
    fn r50_codes_do_not_print() {
        assert_eq!(format!("{:?}", code(1)), "ActivationCode(…)");
        assert_eq!(format!("{:?}", rescue(1)), "RescueCode(…)");
    }

    #[test]
    fn a_rescue_code_is_six_digits_bound_to_its_account() {
        assert_eq!(rescue(7).shown(), rescue(7).shown(), "the same request, the same code");
        for request in 0..200 {
            let code = rescue(request);
            let stored = code.keyed(&key(), account(1));
            let typed = RescueCode::read(&format!(" {} - {} ", &code.shown()[..3], &code.shown()[3..])).unwrap();
            assert!(typed.matches(&key(), account(1), &stored));
            assert!(!typed.matches(&key(), account(2), &stored));
        }
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert!(RescueCode::read(wrong).is_none(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn r55_any_text_is_read_without_a_panic(typed in "\\PC{0,60}") {
            let _ = ActivationCode::read(&typed);
            let _ = RescueCode::read(&typed);
        }

        #[test]
        fn every_code_is_read_back(issue: i64, bytes: [u8; 16]) {
            let code = ActivationCode::derive(&key(), uuid::Uuid::from_bytes(bytes).into(), issue);
            prop_assert!(ActivationCode::read(&code.shown()).unwrap().matches(&code));
        }
    }
}
