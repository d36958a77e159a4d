//! Whether a word is shaped like a Vietnamese syllable: what tells Vietnamese text from the same bytes misread.

use unicode_normalization::UnicodeNormalization;

const ONSETS: [&str; 28] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh", "nh", "p", "ph", "qu",
    "r", "s", "t", "th", "tr", "v", "x",
];
const OPEN: [&str; 51] = [
    "a", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "ai", "ao", "au", "ay", "âu", "ây", "eo", "êu", "ia", "iu", "oa",
    "oe", "oi", "ôi", "ơi", "ua", "uê", "ui", "uơ", "uy", "ưa", "ưi", "ưu", "iêu", "yêu", "oai", "oao", "oay", "oeo",
    "uây", "uôi", "uya", "uyu", "ươi", "ươu", "uao", "uai", "uay", "uâ", "ya", "ue",
];
const CLOSED: [&str; 25] = [
    "a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y", "iê", "yê", "oa", "oă", "oe", "oo", "uâ", "uê", "uô",
    "uy", "ươ", "uyê", "uă",
];
const CODAS: [&str; 8] = ["c", "ch", "m", "n", "ng", "nh", "p", "t"];

const ACUTE: char = '\u{301}';
const DOT_BELOW: char = '\u{323}';

/// Whether the word is a Vietnamese syllable in one of the three usual cases (*an*, *An*, *AN*).
pub(super) fn is_syllable(word: &str) -> bool {
    let mut tone = None;
    let mut bare = String::with_capacity(word.len());
    for c in word.to_lowercase().nfd() {
        match c {
            '\u{300}' | ACUTE | '\u{303}' | '\u{309}' | DOT_BELOW if tone.replace(c).is_some() => return false,
            '\u{300}' | ACUTE | '\u{303}' | '\u{309}' | DOT_BELOW => {}
            c => bare.push(c),
        }
    }
    let bare: String = bare.nfc().collect();
    is_usual_case(word) && ONSETS.iter().filter_map(|onset| bare.strip_prefix(onset)).any(|rest| is_rhyme(rest, tone))
}

fn is_rhyme(rest: &str, tone: Option<char>) -> bool {
    if OPEN.contains(&rest) {
        return true;
    }
    CODAS.iter().any(|coda| {
        let stopped = matches!(*coda, "c" | "ch" | "p" | "t");
        let tone_fits = !stopped || matches!(tone, Some(ACUTE | DOT_BELOW));
        tone_fits && rest.strip_suffix(coda).is_some_and(|nucleus| CLOSED.contains(&nucleus))
    })
}

fn is_usual_case(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next();
    let rest = letters.as_str();
    rest.chars().all(char::is_lowercase) || word.chars().all(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_syllables_are_told_from_other_words() {
        for word in [
            "Nguyễn",
            "Thị",
            "Quỳnh",
            "Ngọc",
            "Hoàng",
            "Khuê",
            "Thủy",
            "Thuỷ",
            "Hoà",
            "Hòa",
            "Giang",
            "Gì",
            "NGHIÊM",
            "Ý",
            "Yến",
            "Quốc",
            "Khoẻ",
            "Đặng",
            "Ước",
            "ương",
            "Huỳnh",
            "Quyết",
            "Phượng",
            "Hữu",
            "Quảng",
            "Khuyên",
        ] {
            assert!(is_syllable(word), "{word}");
        }
        for word in ["ThÞ", "B¶o", "TrÇn", "José", "René", "Müller", "Nguyeãn", "Chloé", "TuÊn", "Bac", "zé", "ằằ"]
        {
            assert!(!is_syllable(word), "{word}");
        }
    }
}
