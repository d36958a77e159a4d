//! The order of lists of people: by given name, then middle, then family name, in Vietnamese collation.

use std::sync::LazyLock;

use icu_collator::{CollatorBorrowed, CollatorPreferences, options::CollatorOptions};
use icu_locale_core::locale;

use super::name::PersonName;

/// Bytes that compare as the names they were made of are ordered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SortKey(Vec<u8>);

static VIETNAMESE: LazyLock<CollatorBorrowed<'static>> = LazyLock::new(|| {
    CollatorBorrowed::try_new(CollatorPreferences::from(locale!("vi")), CollatorOptions::default())
        .expect("the collation data is compiled in; a test constructs it")
});

impl SortKey {
    /// To be raised when the rules or the collation library's data change: kept keys are then computed anew.
    pub const VERSION: u16 = 1;

    /// The key of a name: given name, 0, middle name, 0, family name. No collation key holds a zero byte.
    pub fn of(name: &PersonName) -> Self {
        let parts = name.parts();
        let mut key = Vec::with_capacity(48);
        for (i, part) in [parts.given, parts.middle, parts.family].into_iter().enumerate() {
            if i > 0 {
                key.push(0);
            }
            let Ok(()) = VIETNAMESE.write_sort_key_to(part, &mut key);
        }
        Self(key)
    }

    /// The key of any other text, such as a school's name.
    pub fn of_text(text: &str) -> Self {
        let mut key = Vec::with_capacity(48);
        let Ok(()) = VIETNAMESE.write_sort_key_to(text, &mut key);
        Self(key)
    }

    /// The bytes to keep.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes to keep, owned.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(names: &[&str]) -> Vec<String> {
        let mut names: Vec<PersonName> = names.iter().map(|n| PersonName::read(n).unwrap()).collect();
        names.sort_by_cached_key(SortKey::of);
        names.into_iter().map(|n| n.to_string()).collect()
    }

    #[test]
    fn lists_are_ordered_by_given_middle_and_family_name_in_vietnamese() {
        assert_eq!(
            sorted(&["Lê Văn Đạt", "Trần Thị Dung", "Bùi An", "Nguyễn Ân", "Vũ Bình Ăn"]),
            ["Bùi An", "Vũ Bình Ăn", "Nguyễn Ân", "Trần Thị Dung", "Lê Văn Đạt",]
        );
        assert_eq!(
            sorted(&["Trần Văn Nam", "Lê Văn Nam", "Lê Anh Nam", "Phạm Nam"]),
            ["Phạm Nam", "Lê Anh Nam", "Lê Văn Nam", "Trần Văn Nam",]
        );
        // Tones: ngang, huyền, hỏi, ngã, sắc, nặng.
        assert_eq!(
            sorted(&["Lê Mạ", "Lê Má", "Lê Mã", "Lê Mả", "Lê Mà", "Lê Ma"]),
            ["Lê Ma", "Lê Mà", "Lê Mả", "Lê Mã", "Lê Má", "Lê Mạ",]
        );
    }

    #[test]
    fn a_sort_key_holds_no_zero_but_its_own_two() {
        let key = SortKey::of(&PersonName::read("Nguyễn Thị Bảo Ngọc").unwrap());
        assert_eq!(key.as_bytes().split(|b| *b == 0).count(), 3);
    }
}
