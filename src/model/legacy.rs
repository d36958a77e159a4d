//! Text typed with the fonts of before Unicode (TCVN3, also called ABC, and VNI), which shows as accented gibberish.
//!
//! Refuses to guess: text is converted only when it is not Vietnamese as it stands and every accented word of it
//! becomes a Vietnamese syllable. *José* stays José.

use unicode_normalization::UnicodeNormalization;

use super::syllable::is_syllable;

/// A legacy encoding whose bytes were taken for Latin-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Legacy {
    /// TCVN 5712:1993 (VN3), fonts named `.Vn…`.
    Tcvn3,
    /// VNI, fonts named `VNI-…`.
    Vni,
}

impl Legacy {
    /// The name that clerks know it by.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcvn3 => "TCVN3",
            Self::Vni => "VNI",
        }
    }
}

const TCVN3: &str = "µà¸á¶ả·ã¹ạ¨ă»ằ¾ắ¼ẳ½ẵÆặ©âÇầÊấÈẩÉẫËậ®đÌèÐéÎẻÏẽÑẹªêÒềÕếÓểÔễÖệ×ìÝíØỉÜĩÞịßòãóáỏâõäọ«ôåồèốæổçỗéộ¬ơêờíớëởìỡîợïùóúñủòũôụ\
                     \u{AD}ưõừøứöử÷ữùựúỳýýûỷüỹþỵ¡Ă¢Â§Đ£Ê¤Ô¥Ơ¦Ư";
const VNI_LETTERS: &str = "ñđôơöưîỵæỉóĩòịííìì";

/// The text in Unicode and what it was written in, when it was surely written in a legacy encoding.
pub fn convert(text: &str) -> Option<(String, Legacy)> {
    if text.is_ascii() || text.chars().any(|c| c > '\u{FF}') || is_vietnamese(text) {
        return None;
    }
    let reads = |text: &String| is_vietnamese(text);
    let tcvn3 = from_tcvn3(text).filter(reads);
    let vni = from_vni(text).filter(reads);
    match (tcvn3, vni) {
        (Some(text), None) => Some((text, Legacy::Tcvn3)),
        (None, Some(text)) => Some((text, Legacy::Vni)),
        _ => None,
    }
}

/// The text in Unicode, where what stands around it is known to be written in that encoding: *Líp* is *Lớp* then.
pub fn convert_from(text: &str, legacy: Legacy) -> Option<String> {
    if text.is_ascii() || text.chars().any(|c| c > '\u{FF}') {
        return None;
    }
    let became = match legacy {
        Legacy::Tcvn3 => from_tcvn3(text),
        Legacy::Vni => from_vni(text),
    };
    became.filter(|became| is_vietnamese(became))
}

/// Whether every accented word of the text is a Vietnamese syllable.
pub fn is_vietnamese(text: &str) -> bool {
    accented(text).all(is_syllable)
}

/// The words that hold anything but ASCII, without the punctuation around them.
fn accented(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_ascii() && !c.is_ascii_alphabetic()).filter(|word| !word.is_ascii())
}

fn pair(table: &str, from: char) -> Option<char> {
    let mut table = table.chars();
    while let (Some(key), Some(value)) = (table.next(), table.next()) {
        if key == from {
            return Some(value);
        }
    }
    None
}

fn from_tcvn3(text: &str) -> Option<String> {
    let mut whole = String::with_capacity(text.len() * 2);
    for word in text.split_inclusive(' ') {
        let mut plain = String::with_capacity(word.len() * 2);
        for c in word.chars() {
            plain.push(if c.is_ascii() { c } else { pair(TCVN3, c)? });
        }
        // Accented capitals exist only as a font of capitals: the plain letters around tell.
        let mut letters = word.chars().filter(char::is_ascii_alphabetic).peekable();
        let capitals = letters.peek().is_some() && letters.all(|c| c.is_ascii_uppercase());
        let several = plain.trim_end().chars().filter(|c| c.is_uppercase()).count() > 1;
        whole.push_str(&if capitals && several { plain.to_uppercase() } else { plain });
    }
    Some(whole)
}

fn from_vni(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len() * 2);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let lower = c.to_lowercase().next()?;
        let letter = if c.is_ascii() { lower } else { pair(VNI_LETTERS, lower)? };
        let upper = c.is_uppercase();
        if upper {
            plain.extend(letter.to_uppercase());
        } else {
            plain.push(letter);
        }
        let next = chars.peek().and_then(|next| next.to_lowercase().next());
        if let Some(marks) = next.and_then(|next| vni_marks(letter, next)) {
            plain.push_str(marks);
            chars.next();
        }
    }
    Some(plain.nfc().collect())
}

/// The combining marks that a VNI mark puts on the letter before it.
fn vni_marks(letter: char, mark: char) -> Option<&'static str> {
    Some(match (letter, mark) {
        ('a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư', 'ù') => "\u{301}",
        ('a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư', 'ø') => "\u{300}",
        ('a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư', 'û') => "\u{309}",
        ('a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư', 'õ') => "\u{303}",
        ('a' | 'e' | 'o' | 'u' | 'y' | 'ơ' | 'ư', 'ï') => "\u{323}",
        ('a' | 'e' | 'o', 'â') => "\u{302}",
        ('a' | 'e' | 'o', 'á') => "\u{302}\u{301}",
        ('a' | 'e' | 'o', 'à') => "\u{302}\u{300}",
        ('a' | 'e' | 'o', 'å') => "\u{302}\u{309}",
        ('a' | 'e' | 'o', 'ã') => "\u{302}\u{303}",
        ('a' | 'e' | 'o', 'ä') => "\u{302}\u{323}",
        ('a', 'ê') => "\u{306}",
        ('a', 'é') => "\u{306}\u{301}",
        ('a', 'è') => "\u{306}\u{300}",
        ('a', 'ú') => "\u{306}\u{309}",
        ('a', 'ü') => "\u{306}\u{303}",
        ('a', 'ë') => "\u{306}\u{323}",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(text: &str) -> Option<(String, &'static str)> {
        convert(text).map(|(text, legacy)| (text, legacy.as_str()))
    }

    #[test]
    fn tcvn3_text_is_recognised_and_converted() {
        assert_eq!(from("NguyÔn ThÞ B¶o Ngäc"), Some(("Nguyễn Thị Bảo Ngọc".into(), "TCVN3")));
        assert_eq!(from("TrÇn §øc Huy"), Some(("Trần Đức Huy".into(), "TCVN3")));
        assert_eq!(from("Vò V¨n TuÊn"), Some(("Vũ Văn Tuấn".into(), "TCVN3")));
        assert_eq!(from("NGUYÔN V¡N AN"), Some(("NGUYỄN VĂN AN".into(), "TCVN3")));
        assert_eq!(from("Ph¹m Thu H\u{AD}¬ng"), Some(("Phạm Thu Hương".into(), "TCVN3")));
        assert_eq!(from("§ang häc"), Some(("Đang học".into(), "TCVN3")));
    }

    #[test]
    fn vni_text_is_recognised_and_converted() {
        assert_eq!(from("Nguyeãn Thò Baûo Ngoïc"), Some(("Nguyễn Thị Bảo Ngọc".into(), "VNI")));
        assert_eq!(from("Traàn Ñöùc Huy"), Some(("Trần Đức Huy".into(), "VNI")));
        assert_eq!(from("NGUYEÃN VAÊN AN"), Some(("NGUYỄN VĂN AN".into(), "VNI")));
    }

    #[test]
    fn short_words_are_converted_where_the_encoding_is_known() {
        assert_eq!(from("Líp"), None);
        for (text, legacy, became) in [
            ("Líp", Legacy::Tcvn3, "Lớp"),
            ("Vò Nam", Legacy::Tcvn3, "Vũ Nam"),
            ("Maõ HS", Legacy::Vni, "Mã HS"),
            ("Lôùp", Legacy::Vni, "Lớp"),
        ] {
            assert_eq!(convert_from(text, legacy).as_deref(), Some(became));
        }
        assert_eq!(convert_from("Nguyễn", Legacy::Tcvn3), None);
        assert_eq!(convert_from("An", Legacy::Vni), None);
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in [
            "Nguyễn Thị Bảo Ngọc",
            "Lê Hà",
            "Vò Nam",
            "Trần",
            "José García",
            "Müller",
            "René Lévy",
            "Zoë",
            "Noël",
            "Chloé Bùi",
            "An",
            "",
            "Đỗ",
            "Tô Hoài",
            "Hà Thu Thuý",
            "Nguye\u{302}\u{303}n",
            "20 °C",
            "© 2026",
            "São Paulo",
            "Phạm Zoé",
        ] {
            assert_eq!(from(text), None, "{text}");
        }
    }
}
