//! Titles that are about somebody else than the pupil, or about what was before.

use crate::model::text::SearchKey;

/// Words of such titles: of parents and guardians, and of the class before this one.
const OTHERS: [&str; 11] =
    ["me", "cha", "ba", "phu huynh", "phhs", "cha me", "bo me", "nguoi giam ho", "giam ho", "cu", "nam truoc"];

/// Whether a title, or what stands in its brackets, is about one of them.
pub(super) fn meant(title: &str) -> bool {
    let key = SearchKey::of(title);
    // *Bố* is one; *Bộ*, the ministry, whose IDs these are, is not.
    OTHERS.contains(&key.as_str()) || key.as_str() == "bo" && !title.to_lowercase().contains('ộ')
}

/// A title without its brackets, which say how it is filled in (*bắt buộc*, `dd/mm/yyyy`); unless they say whom else it is of.
pub(super) fn without_brackets(title: &str) -> Option<&str> {
    let (before, inside) = title.split_once(['(', '['])?;
    (!meant(inside)).then_some(before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_is_dropped_unless_it_says_whose_the_column_is() {
        for (title, without) in [
            ("Họ và tên (*)", Some("Họ và tên ")),
            ("Ngày sinh [dd/mm/yyyy]", Some("Ngày sinh ")),
            ("Họ và tên (mẹ)", None),
            ("Số CCCD (Phụ huynh)", None),
            ("Lớp (cũ)", None),
            ("Họ tên (bố)", None),
            ("Mã định danh (Bộ)", Some("Mã định danh ")),
            ("Lớp", None),
        ] {
            assert_eq!(without_brackets(title), without, "{title}");
        }
        assert!(meant("Mẹ") && meant("CHA") && !meant("Học sinh") && !meant("Mẹ nuôi dạy"));
    }
}
