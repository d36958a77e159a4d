//! Which passwords are good enough (R36, NIST SP 800-63B-4 §3.1.1.2): long, not common, not about their owner.
//!
//! It refuses to demand digits, capitals or symbols, and asks no service: the list of common passwords is embedded.
//! It tells the page why a password is weak and never repeats it. `common_passwords.txt` holds lower-case ASCII in byte
//! order, one a line: favourites of the world and of Việt Nam, keyboard walks, years, names.

use std::{collections::HashSet, sync::LazyLock};

use jiff::civil::Date;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use zeroize::Zeroizing;

/// A hint beside a failed attempt, and a question about a new password.
pub use crate::base::letters::mangled_by_input_method;
/// A longer password could never be checked (R53).
pub use crate::services::hasher::LONGEST;

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// Fewer characters than the policy wants.
    #[error("shorter than {least} characters")]
    TooShort {
        /// How many it wants.
        least: usize,
    },
    /// More than [`LONGEST`] characters.
    #[error("longer than {LONGEST} characters")]
    TooLong,
    /// In the list of common passwords, perhaps with a few digits after it or letters replaced.
    #[error("a common password")]
    Common,
    /// The same few characters again and again, or one after the other: `abababab`, `23456789`.
    #[error("a simple pattern")]
    Pattern,
    /// It contains what others know about its owner.
    #[error("contains the owner's {0:?}")]
    Personal(About),
}

/// What others know about a password's owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Their name or its initials.
    Name,
    /// Their school's name or code.
    School,
    /// Their sector ID or another name they sign in with.
    SignInName,
    /// Their date of birth.
    BirthDate,
}

/// The owner of a password: what must not be in it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Owner<'a> {
    /// Family, middle and given names, as written.
    pub full_name: &'a str,
    /// Names and codes of their schools.
    pub schools: &'a [School<'a>],
    /// The sector ID and other names they sign in with.
    pub sign_in_names: &'a [&'a str],
    /// The date of birth, if it is known.
    pub birth_date: Option<Date>,
}

/// A school, as it may turn up in a password.
#[derive(Clone, Copy, Debug)]
pub struct School<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its code.
    pub code: &'a str,
}

/// The rules for new passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    least: usize,
}

impl Policy {
    /// A policy that wants at least so many characters; fewer than eight are taken for eight.
    pub fn at_least(characters: usize) -> Self {
        Self { least: characters.clamp(8, LONGEST) }
    }

    /// Judges a new password.
    pub fn judge(&self, password: &str, owner: &Owner) -> Result<(), Weak> {
        // Length first: nothing below is done for a password of unbounded length.
        let length = password.chars().take(LONGEST + 1).count();
        if length > LONGEST {
            return Err(Weak::TooLong);
        }
        if length < self.least {
            return Err(Weak::TooShort { least: self.least });
        }
        let spaceless = Zeroizing::new(fold(password).chars().filter(|c| !c.is_whitespace()).collect::<String>());
        let plain = alphanumeric(&spaceless);
        if let Some(about) = owner.is_in(&plain) {
            return Err(Weak::Personal(about));
        }
        if is_pattern(&spaceless) {
            return Err(Weak::Pattern);
        }
        if is_common(&spaceless) || is_common(&plain) {
            return Err(Weak::Common);
        }
        Ok(())
    }
}

impl Owner<'_> {
    fn is_in(&self, plain: &str) -> Option<About> {
        if self.sign_in_names.iter().any(|name| shares(plain, &alphanumeric(&fold(name)))) {
            return Some(About::SignInName);
        }
        if self.birth_date.is_some_and(|date| spellings(date).iter().any(|spelling| plain.contains(spelling))) {
            return Some(About::BirthDate);
        }
        if self.schools.iter().any(|school| school.is_in(plain)) {
            return Some(About::School);
        }
        is_name_in(self.full_name, plain).then_some(About::Name)
    }
}

impl School<'_> {
    fn is_in(&self, plain: &str) -> bool {
        /// What kind of school it is says nothing about which.
        const KINDS: [&str; 17] = [
            "truong", "mam", "non", "mau", "giao", "tieu", "hoc", "trung", "co", "so", "pho", "thong", "lien", "cap",
            "th", "thcs", "thpt",
        ];
        let folded = fold(self.name);
        let words: Vec<&str> = words(&folded).collect();
        let own: String = words.iter().filter(|word| !KINDS.contains(word)).copied().collect();
        [own, words.concat(), alphanumeric(&fold(self.code)).to_string()].iter().any(|text| contains(plain, text))
    }
}

/// Whether the password contains a part of the name, in this order or the other, or consists of one, of the initials
/// or of a short part like `An`, but for digits.
fn is_name_in(name: &str, plain: &str) -> bool {
    let folded = fold(name);
    let mut words: Vec<&str> = words(&folded).take(8).collect();
    let letters = Zeroizing::new(plain.chars().filter(|c| c.is_alphabetic()).collect::<String>());
    for _ in 0..2 {
        let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
        let runs = (0..words.len()).flat_map(|from| (from + 1..=words.len()).map(move |to| (from, to)));
        for run in runs.map(|(from, to)| words[from..to].concat()) {
            if contains(plain, &run) || *letters == run {
                return true;
            }
        }
        if initials.len() > 1 && *letters == initials {
            return true;
        }
        words.reverse();
    }
    false
}

/// A date as people write it, without separators, in at least six digits.
fn spellings(date: Date) -> Vec<String> {
    let (y, m, d) = (date.year(), date.month(), date.day());
    let short = y.rem_euclid(100);
    vec![
        format!("{d:02}{m:02}{y:04}"),
        format!("{d}{m}{y:04}"),
        format!("{y:04}{m:02}{d:02}"),
        format!("{m:02}{d:02}{y:04}"),
        format!("{d:02}{m:02}{short:02}"),
        format!("{short:02}{m:02}{d:02}"),
        format!("{m:02}{d:02}{short:02}"),
    ]
}

fn is_common(folded: &str) -> bool {
    // A few digits or symbols after a common word make it no rarer, nor does p@ssw0rd, nor saying it twice.
    let stem = folded.trim_end_matches(|c: char| !c.is_alphabetic());
    let tail = folded[stem.len()..].chars().count();
    let spelled = Zeroizing::new(stem.chars().map(unmasked).collect::<String>());
    COMMON.contains(folded)
        || COMMON.contains(repeated_unit(folded))
        || (tail <= 6 && (COMMON.contains(stem) || COMMON.contains(spelled.as_str())))
}

fn unmasked(c: char) -> char {
    match c {
        '@' | '4' => 'a',
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '$' | '5' => 's',
        '7' => 't',
        c => c,
    }
}

fn is_pattern(text: &str) -> bool {
    let codes: Vec<u32> = text.chars().map(u32::from).collect();
    let distinct: HashSet<&u32> = codes.iter().collect();
    let steps: HashSet<u32> = codes.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect();
    let even = steps.len() == 1 && (steps.contains(&1) || steps.contains(&u32::MAX));
    distinct.len() < 4 || even || repeated_unit(text).chars().count() <= 4
}

/// The shortest text whose repetition is the whole.
fn repeated_unit(text: &str) -> &str {
    let mut ends = text.char_indices().skip(1).map(|(end, _)| end);
    let bytes = text.as_bytes();
    let unit = ends.find(|end| bytes.len().is_multiple_of(*end) && bytes[*end..] == bytes[..bytes.len() - end]);
    unit.map_or(text, |end| &text[..end])
}

/// Whether a known text of some length is in the password.
fn contains(plain: &str, known: &str) -> bool {
    known.chars().count() >= 4 && plain.contains(known)
}

/// Whether one contains the other: half a sector ID is as guessable as the whole.
fn shares(plain: &str, known: &str) -> bool {
    contains(plain, known) || contains(known, plain)
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn alphanumeric(folded: &str) -> Zeroizing<String> {
    Zeroizing::new(folded.chars().filter(|c| c.is_alphanumeric()).collect())
}

/// Lower case without marks: `Hoà`, `HÒA` and `hoa` become the same.
fn fold(text: &str) -> Zeroizing<String> {
    let bare = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    Zeroizing::new(bare.map(|c| if c == 'đ' { 'd' } else { c }).collect())
}

#[cfg(test)]
mod tests;
