//! Text in TCVN 5712:1993 (VN3, *font ABC*), as it looks when its bytes are read as Latin-1.

/// The letters that have a code of their own, in pairs: what was meant, what is seen.
#[rustfmt::skip]
const PAIRS: &[(char, char)] = &[
    ('à', 'µ'), ('ả', '¶'), ('ã', '·'), ('á', '¸'), ('ạ', '¹'), ('ă', '¨'), ('ằ', '»'), ('ẳ', '¼'), ('ẵ', '½'), ('ắ', '¾'),
    ('ặ', 'Æ'), ('â', '©'), ('ầ', 'Ç'), ('ẩ', 'È'), ('ẫ', 'É'), ('ấ', 'Ê'), ('ậ', 'Ë'), ('è', 'Ì'), ('ẻ', 'Î'), ('ẽ', 'Ï'),
    ('é', 'Ð'), ('ẹ', 'Ñ'), ('ê', 'ª'), ('ề', 'Ò'), ('ể', 'Ó'), ('ễ', 'Ô'), ('ế', 'Õ'), ('ệ', 'Ö'), ('ì', '×'), ('ỉ', 'Ø'),
    ('ĩ', 'Ü'), ('í', 'Ý'), ('ị', 'Þ'), ('ò', 'ß'), ('ỏ', 'á'), ('õ', 'â'), ('ó', 'ã'), ('ọ', 'ä'), ('ô', '«'), ('ồ', 'å'),
    ('ổ', 'æ'), ('ỗ', 'ç'), ('ố', 'è'), ('ộ', 'é'), ('ơ', '¬'), ('ờ', 'ê'), ('ở', 'ë'), ('ỡ', 'ì'), ('ớ', 'í'), ('ợ', 'î'),
    ('ù', 'ï'), ('ủ', 'ñ'), ('ũ', 'ò'), ('ú', 'ó'), ('ụ', 'ô'), ('ư', '\u{ad}'), ('ừ', 'õ'), ('ử', 'ö'), ('ữ', '÷'),
    ('ứ', 'ø'), ('ự', 'ù'), ('ỳ', 'ú'), ('ỷ', 'û'), ('ỹ', 'ü'), ('ý', 'ý'), ('ỵ', 'þ'), ('đ', '®'),
    ('Ă', '¡'), ('Â', '¢'), ('Ê', '£'), ('Ô', '¤'), ('Ơ', '¥'), ('Ư', '¦'), ('Đ', '§'),
];

/// `Nguyễn Văn An` becomes `NguyÔn V¨n An`. `None` when a letter has no code (capitals with a tone have none) or when
/// what is seen could be Vietnamese after all, so that nobody could tell.
pub(super) fn garble(name: &str) -> Option<String> {
    let seen = name.chars().map(code).collect::<Option<String>>()?;
    seen.chars().any(|c| !c.is_ascii() && !is_vietnamese(c)).then_some(seen)
}

fn code(meant: char) -> Option<char> {
    if meant.is_ascii() {
        return Some(meant);
    }
    PAIRS.iter().find(|(letter, _)| *letter == meant).map(|(_, seen)| *seen)
}

fn is_vietnamese(c: char) -> bool {
    c.to_lowercase().all(|c| PAIRS.iter().any(|(letter, _)| *letter == c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_looks_as_it_does_without_its_font() {
        assert_eq!(garble("Nguyễn Thị Bảo Ngọc").as_deref(), Some("NguyÔn ThÞ B¶o Ngäc"));
        assert_eq!(garble("Đỗ Văn Ánh"), None);
        assert_eq!(garble("Mai Anh"), None);
    }

    #[test]
    fn no_code_is_seen_for_two_letters() {
        let mut seen: Vec<char> = PAIRS.iter().map(|(_, seen)| *seen).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), PAIRS.len());
    }
}
