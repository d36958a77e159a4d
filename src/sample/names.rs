//! Vietnamese names by how often they are really given, to each sex and generation. All literals are NFC.

use std::fmt;

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::lot::Lot;
use crate::model::{name::PersonName, sort::SortKey};

/// Sex as the sector's files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// *Nam*
    Male,
    /// *Nữ*
    Female,
}

impl Sex {
    /// `Nam` or `Nữ`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Male => "Nam",
            Self::Female => "Nữ",
        }
    }
}

/// A person's name in its three parts; displays as it is written: family, middle, given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// *Họ*
    pub family: &'static str,
    /// *Tên đệm*: one or two words.
    pub middle: &'static str,
    /// *Tên*
    pub given: &'static str,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.family, self.middle, self.given)
    }
}

impl Name {
    /// What lists are sorted by.
    pub(super) fn sort_key(&self) -> Option<SortKey> {
        PersonName::read(&self.to_string()).ok().map(|name| SortKey::of(&name))
    }

    /// Given name and initials in plain letters, as mail addresses begin: Trần Đức Huy is `huytd`.
    pub(super) fn mailbox(&self) -> String {
        let initials =
            [self.family, self.middle].into_iter().flat_map(|part| part.split(' ')).filter_map(|w| w.chars().next());
        plain(self.given.chars().chain(initials))
    }
}

fn plain(text: impl Iterator<Item = char>) -> String {
    text.nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if matches!(c, 'đ' | 'Đ') { 'd' } else { c.to_ascii_lowercase() })
        .collect()
}

pub(super) fn family(lot: &mut Lot) -> &'static str {
    lot.weighted(FAMILY)
}

/// The name of a child of the family.
pub(super) fn child(lot: &mut Lot, family: &'static str, sex: Sex) -> Name {
    match sex {
        Sex::Female => compose(lot, family, GIRL_MIDDLE, GIRL_GIVEN),
        Sex::Male => compose(lot, family, BOY_MIDDLE, BOY_GIVEN),
    }
}

/// The name of somebody who was born before names became modern.
pub(super) fn adult(lot: &mut Lot, sex: Sex) -> Name {
    let family = family(lot);
    match sex {
        Sex::Female => compose(lot, family, WOMAN_MIDDLE, WOMAN_GIVEN),
        Sex::Male => compose(lot, family, MAN_MIDDLE, MAN_GIVEN),
    }
}

fn compose(
    lot: &mut Lot,
    family: &'static str,
    middles: &[(&'static str, u16)],
    givens: &[(&'static str, u16)],
) -> Name {
    let given = lot.weighted(givens);
    // No parent writes Minh Minh or Nguyễn Nguyễn.
    let middle = (0..8)
        .map(|_| lot.weighted(middles))
        .find(|m| !m.split(' ').any(|w| w == given || w == family))
        .unwrap_or("Hải");
    Name { family, middle, given }
}

type Table = &'static [(&'static str, u16)];

/// Of a thousand people.
#[rustfmt::skip]
const FAMILY: Table = &[
    ("Nguyễn", 380), ("Trần", 108), ("Lê", 88), ("Phạm", 86), ("Hoàng", 46), ("Vũ", 52), ("Phan", 18), ("Đặng", 22),
    ("Bùi", 32), ("Đỗ", 30), ("Ngô", 17), ("Dương", 13), ("Đào", 16), ("Đoàn", 13), ("Đinh", 11), ("Lương", 10),
    ("Trịnh", 10), ("Mai", 6), ("Cao", 6), ("Lưu", 6), ("Tô", 4), ("Hà", 4), ("Tạ", 3), ("Quách", 1), ("Khúc", 1),
    ("Võ", 3), ("Huỳnh", 1), ("Hồ", 4), ("Lý", 2), ("Vương", 2), ("Chu", 2), ("Thái", 1), ("La", 1), ("Nghiêm", 1),
];
#[rustfmt::skip]
const WOMAN_MIDDLE: Table = &[
    ("Thị", 500), ("Thị Thu", 50), ("Thị Thanh", 48), ("Thị Minh", 28), ("Thị Hồng", 34), ("Thị Kim", 20),
    ("Thị Bích", 18), ("Thị Ngọc", 24), ("Thị Phương", 18), ("Thị Mai", 10), ("Thị Thúy", 14), ("Thu", 36), ("Thanh", 34),
    ("Minh", 22), ("Hồng", 20), ("Ngọc", 20), ("Phương", 18), ("Kim", 12), ("Thùy", 16), ("Lan", 10), ("Diệu", 8), ("Bích", 10),
];
#[rustfmt::skip]
const WOMAN_GIVEN: Table = &[
    ("Hương", 48), ("Hà", 46), ("Hằng", 40), ("Huyền", 40), ("Thủy", 40), ("Lan", 34), ("Nga", 34), ("Hiền", 34), ("Hoa", 30),
    ("Trang", 36), ("Thảo", 32), ("Linh", 30), ("Phương", 30), ("Mai", 26), ("Dung", 26), ("Vân", 24), ("Hạnh", 24), ("Yến", 22),
    ("Nhung", 24), ("Loan", 16), ("Liên", 16), ("Oanh", 16), ("Thúy", 18), ("Thu", 18), ("Hồng", 18), ("Ngọc", 18), ("Quỳnh", 14),
    ("Tuyết", 12), ("Nguyệt", 10), ("Bích", 8), ("Tâm", 10), ("Duyên", 12), ("Anh", 24), ("Minh", 8), ("Giang", 12), ("Chi", 8),
    ("Thơm", 8), ("Tươi", 6), ("Luyến", 4), ("Nhàn", 6), ("Xuân", 6), ("Hòa", 8), ("Hải", 6), ("Thanh", 8), ("Ánh", 4), ("Én", 1),
];
#[rustfmt::skip]
const MAN_MIDDLE: Table = &[
    ("Văn", 400), ("Đức", 80), ("Quang", 56), ("Hữu", 36), ("Xuân", 34), ("Mạnh", 36), ("Ngọc", 34), ("Duy", 34), ("Đình", 34),
    ("Trọng", 22), ("Thế", 26), ("Công", 22), ("Anh", 20), ("Tiến", 22), ("Minh", 22), ("Thanh", 28), ("Hồng", 14), ("Quốc", 20),
    ("Bá", 8), ("Khắc", 8), ("Hoàng", 12), ("Việt", 10), ("Huy", 10), ("Trung", 8), ("Như", 2), ("Phú", 4),
];
#[rustfmt::skip]
const MAN_GIVEN: Table = &[
    ("Hùng", 46), ("Dũng", 44), ("Tuấn", 50), ("Hải", 38), ("Nam", 30), ("Sơn", 34), ("Thắng", 32), ("Cường", 36), ("Minh", 30),
    ("Long", 26), ("Tùng", 26), ("Quang", 24), ("Đức", 26), ("Hưng", 26), ("Kiên", 20), ("Trung", 26), ("Thành", 28), ("Toàn", 18),
    ("Mạnh", 20), ("Huy", 20), ("Chiến", 14), ("Hòa", 12), ("Bình", 18), ("Việt", 16), ("Quân", 16), ("Khánh", 12), ("Hoàng", 18),
    ("Tiến", 16), ("Vinh", 12), ("Hiếu", 16), ("Đông", 8), ("Khải", 6), ("Phong", 12), ("Thịnh", 10), ("Lâm", 8), ("Đạt", 12),
    ("Anh", 22), ("Hậu", 6), ("Luân", 4), ("Oai", 1), ("Ước", 1),
];
#[rustfmt::skip]
const GIRL_MIDDLE: Table = &[
    ("Bảo", 72), ("Ngọc", 96), ("Khánh", 62), ("Phương", 62), ("Minh", 72), ("Thị", 60), ("Hà", 42), ("Gia", 28), ("Thị Bảo", 10),
    ("Thị Ngọc", 14), ("Thùy", 36), ("Thảo", 40), ("Quỳnh", 40), ("Diệu", 18), ("Tuệ", 22), ("Thanh", 34), ("Hải", 26), ("Mai", 26),
    ("Ngọc Bảo", 10), ("Hoàng", 20), ("Linh", 16), ("Kim", 14), ("Anh", 20), ("Thu", 18), ("An", 20), ("Tú", 10), ("Trúc", 8),
    ("Yến", 12), ("Hoàng Bảo", 6), ("Vũ Hà", 4), ("Nguyễn Bảo", 6), ("Cát", 8), ("Tường", 6),
];
#[rustfmt::skip]
const GIRL_GIVEN: Table = &[
    ("Anh", 116), ("Linh", 62), ("Ngọc", 46), ("Chi", 56), ("Trang", 34), ("Nhi", 42), ("Hân", 40), ("My", 36), ("Ngân", 32),
    ("Thảo", 30), ("Phương", 32), ("Hà", 26), ("An", 36), ("Châu", 32), ("Vy", 34), ("Thư", 34), ("Khánh", 14), ("Mai", 26),
    ("Giang", 20), ("Diệp", 18), ("Lam", 14), ("Ly", 14), ("Như", 18), ("Quỳnh", 18), ("Trâm", 18), ("Trúc", 12), ("Vân", 14),
    ("Yến", 14), ("Uyên", 14), ("Nguyên", 10), ("Dương", 12), ("Tuệ", 8), ("Huyền", 12), ("Hương", 8), ("Minh", 12), ("Hiền", 6),
    ("Nga", 4), ("Duyên", 6), ("Bình", 4), ("San", 2), ("Kim", 2), ("Ánh", 4), ("Ý", 1),
];
#[rustfmt::skip]
const BOY_MIDDLE: Table = &[
    ("Minh", 92), ("Gia", 82), ("Bảo", 52), ("Đức", 78), ("Quang", 50), ("Tuấn", 40), ("Nhật", 32), ("Hải", 42), ("Hoàng", 44),
    ("Anh", 34), ("Đình", 26), ("Văn", 56), ("Thành", 34), ("Duy", 36), ("Tiến", 30), ("Khôi", 18), ("Phúc", 14), ("Xuân", 16),
    ("Hữu", 18), ("Việt", 22), ("Mạnh", 20), ("Ngọc", 24), ("Quốc", 22), ("Trung", 16), ("Thái", 12), ("Nam", 10), ("Đăng", 16),
    ("Công", 10), ("Trọng", 10), ("Nguyên", 12), ("Hoàng Gia", 4), ("Nguyễn Minh", 6), ("Thế", 10), ("Tùng", 8), ("Huy", 12),
];
#[rustfmt::skip]
const BOY_GIVEN: Table = &[
    ("Anh", 66), ("Minh", 52), ("Huy", 46), ("Khang", 40), ("Bảo", 36), ("Nam", 36), ("Phong", 36), ("Phúc", 36), ("Quân", 34),
    ("Khôi", 36), ("Long", 32), ("Hưng", 32), ("Dũng", 28), ("Đức", 30), ("Đạt", 30), ("Hiếu", 26), ("Hoàng", 30), ("Hải", 22),
    ("An", 24), ("Bách", 18), ("Kiên", 26), ("Khánh", 22), ("Khoa", 22), ("Lâm", 22), ("Duy", 22), ("Đăng", 24), ("Nguyên", 24),
    ("Quang", 22), ("Sơn", 20), ("Thành", 18), ("Thịnh", 18), ("Tiến", 14), ("Trí", 12), ("Trung", 16), ("Tuấn", 16), ("Tùng", 20),
    ("Việt", 16), ("Vinh", 12), ("Vũ", 14), ("Bình", 12), ("Cường", 12), ("Nhật", 10), ("Phát", 8), ("Phú", 8), ("Tài", 6),
    ("Thái", 8), ("Thiện", 8), ("Nghĩa", 8), ("Hiển", 4), ("Tú", 6), ("Ân", 2), ("Uy", 1),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::lot::{Lots, Stream};

    #[test]
    fn two_in_five_are_called_nguyen() {
        let lots = Lots::new(3);
        let count = (0..10_000).filter(|n| family(&mut lots.of(Stream::Household, *n)) == "Nguyễn").count();
        assert!((3500..4100).contains(&count), "{count}");
    }

    #[test]
    fn every_name_is_nfc_and_no_word_stands_twice_beside_itself() {
        let lots = Lots::new(4);
        for n in 0..2000 {
            let mut lot = lots.of(Stream::Pupil, n);
            let sex = if n % 2 == 0 { Sex::Male } else { Sex::Female };
            let name = if n % 3 == 0 { adult(&mut lot, sex) } else { child(&mut lot, "Nguyễn", sex) };
            let text = name.to_string();
            assert!(unicode_normalization::is_nfc(&text), "{text}");
            assert!(!name.middle.split(' ').any(|w| w == name.given || w == name.family), "{text}");
        }
    }

    #[test]
    fn a_mailbox_has_plain_letters_only() {
        assert_eq!(Name { family: "Trần", middle: "Đức", given: "Huy" }.mailbox(), "huytd");
        assert_eq!(Name { family: "Đỗ", middle: "Thị Ánh", given: "Ước" }.mailbox(), "uocdta");
    }
}
