//! The citizen number, *số định danh cá nhân*, and the older identity card number. Personal: it does not print.

use std::fmt;

use jiff::civil::Date;
use zeroize::Zeroizing;

use super::sex::Sex;

/// 12 digits (*CCCD*), or the older 9 (*CMND*). It can be issued anew, so it is never a key.
#[derive(Clone, PartialEq, Eq)]
pub struct CitizenNumber(Zeroizing<String>);

/// The text is no citizen number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a citizen number has 12 digits, an old identity card 9")]
pub struct NoCitizenNumber;

/// Where a citizen number contradicts what else is known; it has no check digit, so this only warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Its fourth digit says another sex.
    Sex,
    /// Its fourth to sixth digits say another year of birth.
    BirthYear,
}

impl CitizenNumber {
    /// A number from text without surrounding space.
    pub fn read(text: &str) -> Result<Self, NoCitizenNumber> {
        let shaped = matches!(text.len(), 9 | 12) && text.bytes().all(|b| b.is_ascii_digit());
        if shaped { Ok(Self(Zeroizing::new(text.to_owned()))) } else { Err(NoCitizenNumber) }
    }

    /// The digits, for whoever encrypts or compares them.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Sex and year of birth as the 12 digits tell them; `None` for an old number.
    pub fn tells(&self) -> Option<(Sex, i16)> {
        let digit = |i: usize| i16::from(self.0.as_bytes()[i] - b'0');
        (self.0.len() == 12).then(|| {
            let sex = if digit(3) % 2 == 0 { Sex::Male } else { Sex::Female };
            (sex, 1900 + 100 * (digit(3) / 2) + 10 * digit(4) + digit(5))
        })
    }

    /// Where it contradicts the sex and date of birth on record.
    pub fn mismatches(&self, sex: Option<Sex>, born: Option<Date>) -> impl Iterator<Item = Mismatch> {
        let told = self.tells();
        let sex = told.zip(sex).filter(|((told, _), known)| told != known).map(|_| Mismatch::Sex);
        let year = told.zip(born).filter(|((_, year), born)| *year != born.year()).map(|_| Mismatch::BirthYear);
        sex.into_iter().chain(year)
    }
}

impl fmt::Debug for CitizenNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CitizenNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_citizen_number_tells_sex_and_year_of_birth_and_only_warns() {
        let number = CitizenNumber::read("031317004321").unwrap();
        assert_eq!(number.tells(), Some((Sex::Female, 2017)));
        assert_eq!(number.mismatches(Some(Sex::Female), Some(date(2017, 3, 14))).count(), 0);
        let both: Vec<_> = number.mismatches(Some(Sex::Male), Some(date(2016, 3, 14))).collect();
        assert_eq!(both, [Mismatch::Sex, Mismatch::BirthYear]);
        assert_eq!(CitizenNumber::read("031085001234").unwrap().tells(), Some((Sex::Male, 1985)));
        let old = CitizenNumber::read("031234567").unwrap();
        assert_eq!(old.mismatches(Some(Sex::Male), Some(date(1985, 1, 1))).count(), 0);
        assert_eq!(CitizenNumber::read("0313170043"), Err(NoCitizenNumber));
        assert_eq!(CitizenNumber::read("03131700432a"), Err(NoCitizenNumber));
    }

    #[test]
    fn r50_a_citizen_number_does_not_print() {
        let number = CitizenNumber::read("031317004321").unwrap();
        assert!(!format!("{number:?}").contains("0313"));
    }
}
