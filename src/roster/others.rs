//! Titles that are about somebody else than the pupil, or about what was before.

use crate::model::text::SearchKey;

/// Each of these words is about parents, guardians and others who stand by a pupil, or about the year before.
const OTHERS: [&str; 10] = ["me", "cha", "bo", "ba", "huynh", "phhs", "giam", "than", "cu", "truoc"];
/// What else stands in such titles: *thông tin về cha mẹ học sinh*, *người giám hộ*, *năm học trước*.
const BESIDE_OTHERS: [&str; 21] = [
    "phu", "ho", "nguoi", "nhan", "thong", "tin", "ve", "cua", "va", "hoac", "hay", "hoc", "sinh", "hs", "em", "con",
    "ten", "nam", "lop", "truong", "ong",
];
/// What brackets say of how a column is filled in: *bắt buộc*, *nếu có*, `dd/mm/yyyy`, *Nam/Nữ*, *12 chữ số*.
const HINTS: [&str; 37] = [
    "bat", "buoc", "khong", "neu", "co", "tuy", "chon", "phai", "ghi", "nhap", "dien", "du", "theo", "dinh", "dang",
    "kieu", "van", "ban", "text", "vi", "vd", "dd", "mm", "yy", "yyyy", "ngay", "thang", "nam", "nu", "so", "chu",
    "in", "hoa", "thuong", "dau", "ky", "tu",
];

/// Whether a title, or what stands in its brackets, is about one of them.
pub(super) fn meant(title: &str) -> bool {
    let key = SearchKey::of(title);
    let is_other = |word: &str| OTHERS.contains(&word);
    // Without its marks the ministry, *Bộ*, is a father, *bố*.
    let ministry = || title.to_lowercase().contains("bộ");
    key.tokens().any(is_other)
        && key.tokens().all(|word| is_other(word) || BESIDE_OTHERS.contains(&word))
        && !ministry()
}

/// Whether a text only says how a column is filled in.
pub(super) fn is_hint(text: &str) -> bool {
    let is_short_number = |word: &str| word.len() < 3 && word.bytes().all(|b| b.is_ascii_digit());
    SearchKey::of(text).tokens().all(|word| HINTS.contains(&word) || is_short_number(word))
}

/// A title without its brackets, unless they say whom else it is of; and whether they only say how it is filled in.
pub(super) fn without_brackets(title: &str) -> Option<(&str, bool)> {
    let (before, inside) = title.split_once(['(', '['])?;
    (!meant(inside)).then(|| (before, is_hint(inside)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_is_dropped_unless_it_says_whose_the_column_is() {
        for (title, without) in [
            ("Họ và tên (*)", Some(("Họ và tên ", true))),
            ("Ngày sinh [dd/mm/yyyy]", Some(("Ngày sinh ", true))),
            ("Số CCCD (12 chữ số, nếu có)", Some(("Số CCCD ", true))),
            ("Lớp (2026-2027)", Some(("Lớp ", false))),
            ("Họ và tên (theo giấy khai sinh)", Some(("Họ và tên ", false))),
            ("Mã định danh (của Bộ)", Some(("Mã định danh ", false))),
            ("Họ và tên (mẹ)", None),
            ("Họ và tên (của bố)", None),
            ("Số CCCD (Phụ huynh)", None),
            ("Số CCCD (cha/mẹ hoặc người giám hộ)", None),
            ("Lớp (cũ)", None),
            ("Lớp (năm học trước)", None),
            ("Họ tên (bố)", None),
            ("Mã định danh (Bộ)", Some(("Mã định danh ", false))),
            ("Lớp", None),
        ] {
            assert_eq!(without_brackets(title), without, "{title}");
        }
    }

    #[test]
    fn a_group_of_columns_is_somebody_elses_only_where_its_title_says_nothing_more() {
        for others in ["Mẹ", "CHA", "Thông tin về bố mẹ", "PHỤ HUYNH HỌC SINH", "Người giám hộ", "Năm học cũ"]
        {
            assert!(meant(others), "{others}");
        }
        for own in [
            "Học sinh",
            "Mẹ nuôi dạy",
            "Danh sách phụ huynh lớp 3A",
            "Bộ",
            "Bộ GD&ĐT",
            "Năm học",
            "Mã học sinh",
            "Họ và tên",
            "",
        ] {
            assert!(!meant(own), "{own}");
        }
    }
}
