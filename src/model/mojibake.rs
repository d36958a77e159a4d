//! UTF-8 that a program took for Western text (Windows-1252): *Nguyá»…n* for *Nguyễn*.
//!
//! Every byte became a letter, so that nothing is lost as long as all of them are still there: then it is repaired. Refuses
//! to guess: what does not come back to Vietnamese letters is not touched, and told to be garbled.

use unicode_normalization::UnicodeNormalization;

use super::legacy::is_vietnamese;

/// Bytes 0x80 to 0x9F of Windows-1252; five of them are no letters there, and stay what they are.
const C1: &str = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ";
/// The byte of a no-break space, which programs like to make a plain one, or to cut off.
const NO_BREAK: u8 = 0xA0;

/// The letter of a byte.
pub fn western(byte: u8) -> char {
    match byte {
        0x80..=0x9F => C1.chars().nth(usize::from(byte - 0x80)).unwrap_or('\u{FFFD}'),
        _ => char::from(byte),
    }
}

/// What the text was before, when all of it is still there.
pub fn repair(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len());
    // How many bytes the letter still lacks, and whether a plain space was taken for one.
    let (mut open, mut spaced) = (0, false);
    for c in text.chars() {
        match (open, byte(c)?) {
            (0, byte) => {
                open = match byte {
                    0..=0x7F => 0,
                    0xC2..=0xDF => 1,
                    0xE0..=0xEF => 2,
                    _ => return None,
                };
                bytes.push(byte);
            }
            (_, byte) => {
                open -= 1;
                spaced |= byte == b' ';
                bytes.push(if byte == b' ' { NO_BREAK } else { byte });
            }
        }
    }
    if open == 1 {
        bytes.push(NO_BREAK);
    }
    let repaired: String = String::from_utf8(bytes).ok()?.nfc().collect();
    let is_right = repaired.chars().all(is_letter) && (!spaced || is_vietnamese(&repaired));
    (is_right && !is_vietnamese(text)).then_some(repaired)
}

/// Whether the text shows that it was taken for Western text, and letters were lost.
pub fn is_garbled(text: &str) -> bool {
    let signs = ["á»", "áº", "Ä‘", "Æ°", "Æ¡", "Ä\u{90}", "Äƒ"];
    text.contains(['»', 'º', 'Ä', 'Æ'])
        && signs.iter().any(|sign| text.split(sign).skip(1).any(|after| !after.is_empty()))
}

/// Whether a character is ASCII, or a letter of the Vietnamese alphabet.
fn is_letter(c: char) -> bool {
    const MARKS: &str = "\u{300}\u{301}\u{302}\u{303}\u{306}\u{309}\u{31B}\u{323}";
    let is_part = |part: char| part.is_ascii() || MARKS.contains(part);
    matches!(c, 'đ' | 'Đ') || std::iter::once(c).nfd().all(is_part)
}

fn byte(c: char) -> Option<u8> {
    match c {
        '\0'..='\x7F' | '\u{A0}'..='\u{FF}' => u8::try_from(c).ok(),
        // Vietnamese Windows has another letter in this one place that matters.
        'Ă' => Some(0xC3),
        _ => C1.chars().zip(0x80..).find(|(letter, _)| *letter == c).map(|(_, byte)| byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As it looks when UTF-8 is taken for Western text.
    fn taken(text: &str) -> String {
        text.bytes().map(western).collect()
    }

    #[test]
    fn what_lost_nothing_is_repaired() {
        assert_eq!(taken("Nguyễn"), "Nguyá»…n");
        for text in [
            "Nguyễn Thị Bảo Ngọc",
            "Trần Đức Huy",
            "Hà Nội",
            "Lê Hà",
            "Phạm Ơn Ạ",
            "Mã trường",
            "ĐẶNG THÙY DUNG",
            "Họ và tên",
            "Đang học",
            "Nữ",
            "Số định danh cá nhân",
            "Mã định danh Bộ GD&ĐT",
            "Thành",
        ] {
            assert_eq!(repair(&taken(text)).as_deref(), Some(text));
            // A no-break space became a plain one, or was trimmed off.
            let spaced = taken(text).replace('\u{A0}', " ");
            assert_eq!(repair(spaced.trim_end()).as_deref(), Some(text), "{text}");
            assert_eq!(repair(&taken(text).replace('Ã', "Ă")).as_deref(), Some(text), "{text}");
            assert_eq!(repair(text), None, "{text} is as it should be");
            assert!(!is_garbled(text), "{text}");
        }
    }

    #[test]
    fn what_lost_letters_is_told_and_not_guessed() {
        for text in ["Nguyá»?n", "Thá»\u{FFFD} Lan", "Tráº n Äá»©c", "HÃ\u{A0} Ná»i", "HÃ Ná»™i", "ThÆ°á»?ng"]
        {
            assert_eq!(repair(text), None, "{text}");
            assert!(is_garbled(text), "{text}");
        }
        for text in ["José", "Müller", "«lá»", "Zoë Łukasz", "NguyÔn ThÞ B¶o Ngäc"] {
            assert_eq!(repair(text), None, "{text}");
            assert!(!is_garbled(text), "{text}");
        }
    }
}
