//! The errors of formulas, as cells show them and as CSV files keep them: what each means to whoever made the sheet.

use super::issue::Language;

/// What went wrong with a formula.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `#N/A`: what was looked up is not there.
    NotFound,
    /// `#REF!`: it refers to cells or a file that are gone.
    Gone,
    /// `#SPILL!`: its result has no room.
    NoRoom,
    /// `#NAME?`: it names something that this program does not know.
    Unknown,
    /// `#VALUE!`: text where a number should be.
    WrongKind,
    /// `#DIV/0!`, `#NUM!`: no such number.
    NoNumber,
    /// `########`: the column is too narrow to show the value.
    TooNarrow,
    /// Any other.
    Other,
}

impl Fault {
    /// The error that a text is; `None` for text that people write.
    pub(super) fn read(text: &str) -> Option<Self> {
        let inner = text.strip_prefix('#')?;
        Some(match inner {
            "N/A" | "N/A!" => Self::NotFound,
            "REF!" => Self::Gone,
            "SPILL!" => Self::NoRoom,
            "NAME?" => Self::Unknown,
            "VALUE!" => Self::WrongKind,
            "DIV/0!" | "NUM!" => Self::NoNumber,
            "NULL!" | "CALC!" | "FIELD!" | "BLOCKED!" | "CONNECT!" | "BUSY!" | "EXTERNAL!" | "PYTHON!" | "TIMEOUT!"
            | "UNKNOWN!" | "GETTING_DATA" | "ERROR!" => Self::Other,
            _ if inner.len() > 2 && inner.bytes().all(|b| b == b'#') => Self::TooNarrow,
            _ => return None,
        })
    }

    /// What it means.
    pub(super) const fn meaning(self, language: Language) -> &'static str {
        let (vi, en) = match self {
            Self::NotFound => ("không tìm thấy giá trị cần tra", "what was looked up is not there"),
            Self::Gone => ("tham chiếu tới ô hay tệp không còn nữa", "it refers to cells or a file that are gone"),
            Self::NoRoom => {
                ("kết quả tràn vào những ô đã có dữ liệu", "its result has no room: cells beside it are filled")
            }
            Self::Unknown => ("sai tên hàm hay tên vùng", "it names something the spreadsheet does not know"),
            Self::WrongKind => ("có chữ ở chỗ cần số", "there is text where a number should be"),
            Self::NoNumber => ("phép tính không có kết quả", "the calculation has no result"),
            Self::TooNarrow => ("cột quá hẹp nên giá trị bị che", "the column was too narrow to show the value"),
            Self::Other => ("công thức không tính được", "the formula could not be computed"),
        };
        match language {
            Language::Vi => vi,
            Language::En => en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_formulas_leave_is_told_from_what_people_write() {
        for (text, fault) in [("#N/A", Fault::NotFound), ("#REF!", Fault::Gone), ("#SPILL!", Fault::NoRoom)] {
            assert_eq!(Fault::read(text), Some(fault));
        }
        assert_eq!(Fault::read("########"), Some(Fault::TooNarrow));
        for text in ["#", "#1", "##", "# N/A", "N/A", "#hashtag", ""] {
            assert_eq!(Fault::read(text), None, "{text}");
        }
    }
}
