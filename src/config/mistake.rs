//! What is wrong in the settings and where, in both languages. A secret's value is never repeated (R50).

use std::{fmt, path::PathBuf};

use super::form::Form;

/// Where a setting was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the file, on this line (from 1) when it is known.
    File(PathBuf, Option<usize>),
    /// In an environment variable.
    Variable(String),
    /// By a flag.
    Flag,
    /// Nowhere: the default.
    Default,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, Some(line)) => write!(f, "{}:{line}", path.display()),
            Self::File(path, None) => path.display().fmt(f),
            Self::Variable(name) => f.write_str(name),
            Self::Flag => f.write_str("command line"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// The file cannot be read: the system's words.
    Unreadable(String),
    /// It is not TOML: the parser's words, which repeat nothing of the file.
    Syntax(String),
    /// There is no such setting; perhaps this one was meant.
    Unknown(Option<String>),
    /// It stands outside a section.
    OutsideSection,
    /// Another variable sets it too.
    SetTwice(String),
    /// It means nothing without this.
    Needs(&'static str),
    /// It must look otherwise; the value, where it may be shown.
    MustBe(Form, Option<String>),
}

/// One mistake in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub(super) place: Place,
    /// The setting, or what was taken for one.
    pub(super) key: Option<String>,
    pub(super) wrong: Wrong,
}

impl Mistake {
    /// Where, which and what, in English.
    pub fn in_english(&self) -> String {
        let what = match &self.wrong {
            Wrong::Unreadable(why) => format!("cannot be read: {why}"),
            Wrong::Syntax(why) => format!("is not TOML: {why}"),
            Wrong::Unknown(None) => "there is no such setting".to_owned(),
            Wrong::Unknown(Some(near)) => format!("there is no such setting; did you mean {near}?"),
            Wrong::OutsideSection => "must stand in a [section]".to_owned(),
            Wrong::SetTwice(other) => format!("{other} sets it too; keep one"),
            Wrong::Needs(what) => format!("needs {what}"),
            Wrong::MustBe(form, None) => format!("must be {}", form.in_english()),
            Wrong::MustBe(form, Some(value)) => format!("must be {}, not {value:?}", form.in_english()),
        };
        self.whole(&self.place.to_string(), &what)
    }

    /// Where, which and what, in Vietnamese.
    pub fn in_vietnamese(&self) -> String {
        let what = match &self.wrong {
            Wrong::Unreadable(why) => format!("không đọc được: {why}"),
            Wrong::Syntax(why) => format!("không đúng cú pháp TOML: {why}"),
            Wrong::Unknown(None) => "không có mục này".to_owned(),
            Wrong::Unknown(Some(near)) => format!("không có mục này; có phải là {near}?"),
            Wrong::OutsideSection => "phải nằm trong một [mục]".to_owned(),
            Wrong::SetTwice(other) => format!("{other} cũng đặt mục này; chỉ giữ một"),
            Wrong::Needs(what) => format!("cần có {what}"),
            Wrong::MustBe(form, None) => format!("phải là {}", form.in_vietnamese()),
            Wrong::MustBe(form, Some(value)) => format!("phải là {}, không phải {value:?}", form.in_vietnamese()),
        };
        match self.place {
            Place::Flag => self.whole("dòng lệnh", &what),
            _ => self.whole(&self.place.to_string(), &what),
        }
    }

    fn whole(&self, place: &str, what: &str) -> String {
        match &self.key {
            Some(key) => format!("{place}: {key}: {what}"),
            None => format!("{place}: {what}"),
        }
    }
}

/// Every mistake that was found; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    /// One mistake per line, in Vietnamese; [`fmt::Display`] writes English.
    pub fn in_vietnamese(&self) -> String {
        self.0.iter().map(Mistake::in_vietnamese).collect::<Vec<_>>().join("\n")
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(Mistake::in_english).collect::<Vec<_>>().join("\n"))
    }
}
