//! Vietnamese names: kept as written, found without marks, sorted as lists in schools are.

use icu_collator::{Collator, CollatorBorrowed, options::CollatorOptions};
use icu_locale_core::locale;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A person's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As written, in NFC, with single spaces. Never rebuilt from its parts.
    pub full: String,
    /// Họ: the first word.
    pub family: String,
    /// Đệm: the words between.
    pub middle: String,
    /// Tên: the last word.
    pub given: String,
}

impl Name {
    /// A name as somebody wrote it; `None` when nothing is left of it.
    pub fn parse(text: &str) -> Option<Self> {
        let full = text.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
        let words: Vec<&str> = full.split(' ').collect();
        let (given, before) = words.split_last()?;
        if given.is_empty() {
            return None;
        }
        let (family, middle) = before.split_first().map_or(("", Vec::new()), |(first, rest)| (*first, rest.to_vec()));
        Some(Self { family: family.to_owned(), middle: middle.join(" "), given: (*given).to_owned(), full })
    }

    /// The name as it is searched for.
    pub fn search_key(&self) -> String {
        fold(&self.full)
    }

    /// Bytes that sort as a class list does: by given name, then middle, then family, in Vietnamese collation.
    pub fn sort_key(&self) -> Vec<u8> {
        thread_local!(static COLLATOR: Option<CollatorBorrowed<'static>> =
            Collator::try_new(locale!("vi").into(), CollatorOptions::default()).ok());
        let mut key = Vec::new();
        COLLATOR.with(|collator| {
            for (n, part) in [&self.given, &self.middle, &self.family].into_iter().enumerate() {
                if n > 0 {
                    key.push(0);
                }
                match collator {
                    Some(collator) => {
                        let _ = collator.write_sort_key_to(part, &mut key);
                    }
                    None => key.extend_from_slice(fold(part).as_bytes()),
                }
            }
        });
        key
    }
}

/// Text without marks, in lower case: `Nguyễn Thị Hoà` and `NGUYEN THI HOA` become the same. Where the tone stands
/// (hoà, hòa) goes with the mark.
pub fn fold(text: &str) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if matches!(c, 'đ' | 'Đ') { 'd' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// The words of a folded text, each once.
pub fn words(folded: &str) -> Vec<&str> {
    let mut words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    #[test]
    fn a_name_keeps_its_form_and_knows_its_parts() {
        let name = name("  Nguyễn  Thị Bảo\u{a0}Ngọc ");
        assert_eq!(name.full, "Nguyễn Thị Bảo Ngọc");
        assert_eq!((&*name.family, &*name.middle, &*name.given), ("Nguyễn", "Thị Bảo", "Ngọc"));
        assert_eq!(Name::parse(" \t"), None);
        assert_eq!((&*super::Name::parse("Hà").unwrap().family, &*super::Name::parse("Hà").unwrap().given), ("", "Hà"));
    }

    #[test]
    fn search_folds_marks_the_bar_of_d_and_where_the_tone_stands() {
        assert_eq!(fold("Đặng Thị HOÀ"), "dang thi hoa");
        assert_eq!(fold("Đặng Thị Hòa"), fold("Dang Thi Hoa"));
        assert_eq!(words("tran van an an"), ["an", "tran", "van"]);
    }

    #[test]
    fn lists_sort_by_given_name_in_vietnamese_order() {
        let mut list = ["Trần Văn Ân", "Lê Thị Ba", "Đỗ Văn An", "Bùi Văn An", "Phạm Thị Ánh", "Vũ Ăn"].map(name);
        list.sort_by_key(Name::sort_key);
        let sorted: Vec<&str> = list.iter().map(|name| name.full.as_str()).collect();
        assert_eq!(sorted, ["Bùi Văn An", "Đỗ Văn An", "Phạm Thị Ánh", "Vũ Ăn", "Trần Văn Ân", "Lê Thị Ba"]);
    }
}
