//! Names as they look when text typed with a font of before Unicode is read as Latin-1.

use unicode_normalization::UnicodeNormalization;

use crate::model::legacy;

/// TCVN 5712:1993 (VN3, *font ABC*): the letters that have a code of their own, in pairs: what was meant, what is seen.
#[rustfmt::skip]
const TCVN3: &[(char, char)] = &[
    ('à', 'µ'), ('ả', '¶'), ('ã', '·'), ('á', '¸'), ('ạ', '¹'), ('ă', '¨'), ('ằ', '»'), ('ẳ', '¼'), ('ẵ', '½'), ('ắ', '¾'),
    ('ặ', 'Æ'), ('â', '©'), ('ầ', 'Ç'), ('ẩ', 'È'), ('ẫ', 'É'), ('ấ', 'Ê'), ('ậ', 'Ë'), ('è', 'Ì'), ('ẻ', 'Î'), ('ẽ', 'Ï'),
    ('é', 'Ð'), ('ẹ', 'Ñ'), ('ê', 'ª'), ('ề', 'Ò'), ('ể', 'Ó'), ('ễ', 'Ô'), ('ế', 'Õ'), ('ệ', 'Ö'), ('ì', '×'), ('ỉ', 'Ø'),
    ('ĩ', 'Ü'), ('í', 'Ý'), ('ị', 'Þ'), ('ò', 'ß'), ('ỏ', 'á'), ('õ', 'â'), ('ó', 'ã'), ('ọ', 'ä'), ('ô', '«'), ('ồ', 'å'),
    ('ổ', 'æ'), ('ỗ', 'ç'), ('ố', 'è'), ('ộ', 'é'), ('ơ', '¬'), ('ờ', 'ê'), ('ở', 'ë'), ('ỡ', 'ì'), ('ớ', 'í'), ('ợ', 'î'),
    ('ù', 'ï'), ('ủ', 'ñ'), ('ũ', 'ò'), ('ú', 'ó'), ('ụ', 'ô'), ('ư', '\u{ad}'), ('ừ', 'õ'), ('ử', 'ö'), ('ữ', '÷'),
    ('ứ', 'ø'), ('ự', 'ù'), ('ỳ', 'ú'), ('ỷ', 'û'), ('ỹ', 'ü'), ('ý', 'ý'), ('ỵ', 'þ'), ('đ', '®'),
    ('Ă', '¡'), ('Â', '¢'), ('Ê', '£'), ('Ô', '¤'), ('Ơ', '¥'), ('Ư', '¦'), ('Đ', '§'),
];

/// VNI: letters that are one character, and the marks that follow a vowel, by the vowel's form without its tone.
#[rustfmt::skip]
const VNI_LETTERS: &[(char, char)] = &[
    ('đ', 'ñ'), ('ơ', 'ô'), ('ư', 'ö'), ('ỵ', 'î'), ('ỉ', 'æ'), ('ĩ', 'ó'), ('ị', 'ò'), ('í', 'í'), ('ì', 'ì'),
];
const TONES: [char; 5] = ['\u{301}', '\u{300}', '\u{309}', '\u{303}', '\u{323}'];
const VNI_TONES: [char; 5] = ['ù', 'ø', 'û', 'õ', 'ï'];
const VNI_CIRCUMFLEX: [char; 5] = ['á', 'à', 'å', 'ã', 'ä'];
const VNI_BREVE: [char; 5] = ['é', 'è', 'ú', 'ü', 'ë'];

/// `Nguyễn Văn An` becomes `NguyÔn V¨n An`. `None` when a letter has no code (capitals with a tone have none) or when
/// nobody could tell what was meant.
pub(super) fn tcvn3(name: &str) -> Option<String> {
    let code = |c: char| if c.is_ascii() { Some(c) } else { paired(TCVN3, c) };
    certain(name, name.chars().map(code).collect::<Option<String>>()?)
}

/// `Nguyễn Văn An` becomes `Nguyeãn Vaên An`. `None` when nobody could tell what was meant.
pub(super) fn vni(name: &str) -> Option<String> {
    let mut seen = String::with_capacity(name.len());
    for c in name.chars() {
        let lower = c.to_lowercase().next()?;
        let written = vni_letter(lower)?;
        if c == lower {
            seen.push_str(&written);
        } else {
            seen.extend(written.chars().flat_map(char::to_uppercase));
        }
    }
    certain(name, seen)
}

fn vni_letter(c: char) -> Option<String> {
    if c.is_ascii() {
        return Some(c.to_string());
    }
    if let Some(letter) = paired(VNI_LETTERS, c) {
        return Some(letter.to_string());
    }
    let mut parts = c.nfd();
    let vowel = parts.next()?;
    let marks: Vec<char> = parts.collect();
    let tone = |marks: &[char]| TONES.iter().position(|tone| marks.contains(tone));
    Some(match (marks.as_slice(), tone(&marks)) {
        (['\u{302}'], None) => format!("{vowel}â"),
        (['\u{306}'], None) => format!("{vowel}ê"),
        ([_], Some(tone)) => format!("{vowel}{}", VNI_TONES[tone]),
        (marks, Some(tone)) if marks.contains(&'\u{302}') => format!("{vowel}{}", VNI_CIRCUMFLEX[tone]),
        (marks, Some(tone)) if marks.contains(&'\u{306}') => format!("{vowel}{}", VNI_BREVE[tone]),
        // A letter with a horn and a tone: the horned letter, then the tone.
        (_, Some(tone)) => format!("{}{}", if vowel == 'o' { 'ô' } else { 'ö' }, VNI_TONES[tone]),
        _ => return None,
    })
}

fn paired(table: &[(char, char)], meant: char) -> Option<char> {
    table.iter().find(|(letter, _)| *letter == meant).map(|(_, seen)| *seen)
}

/// What is seen, when it can only have meant this name.
fn certain(name: &str, seen: String) -> Option<String> {
    legacy::convert(&seen).filter(|(meant, _)| meant == name).map(|_| seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_looks_as_it_does_without_its_font() {
        assert_eq!(tcvn3("Nguyễn Thị Bảo Ngọc").as_deref(), Some("NguyÔn ThÞ B¶o Ngäc"));
        assert_eq!(vni("Nguyễn Thị Bảo Ngọc").as_deref(), Some("Nguyeãn Thò Baûo Ngoïc"));
        assert_eq!(vni("Trần Đức Huy").as_deref(), Some("Traàn Ñöùc Huy"));
        assert_eq!(tcvn3("Đỗ Văn Ánh"), None, "capitals with a tone have no code");
        assert_eq!((tcvn3("Mai Anh"), vni("Mai Anh")), (None, None));
    }

    #[test]
    fn no_code_is_seen_for_two_letters() {
        let mut seen: Vec<char> = TCVN3.iter().map(|(_, seen)| *seen).collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), TCVN3.len());
    }
}
