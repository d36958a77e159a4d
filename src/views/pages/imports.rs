//! P14: importing files. The list, with the way in for the next.

use askama::Template;

use super::console::School;
use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// The imports, and the form for the next one.
#[derive(Template, Clone, Debug)]
#[template(path = "console/imports.html")]
pub struct Imports {
    /// What surrounds it.
    pub f: Frame,
    /// For its form.
    pub csrf: String,
    /// Which schools there are.
    pub place: ImportPlace,
    /// What was typed to choose a school.
    pub school: String,
    /// The school years to choose from, the usual one first.
    pub years: Vec<String>,
    /// What was wrong with an upload: the key of its text.
    pub problem: Option<&'static str>,
    /// The largest upload, in MiB.
    pub largest: usize,
    /// Imports, the newest first.
    pub rows: Vec<ImportRow>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
}

/// For which schools somebody may import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportPlace {
    /// For this one.
    One(School),
    /// For one of several, which must be named.
    Several,
    /// For the whole sector, or for one school that may be named.
    Sector,
}

/// An import in the list.
#[derive(Clone, Debug)]
pub struct ImportRow {
    /// Its page.
    pub id: String,
    /// Its first file.
    pub file: String,
    /// How many more.
    pub more: u64,
    /// Who brought it.
    pub who: String,
    /// For which school; empty for the sector.
    pub school: String,
    /// Where it is on its way.
    pub state: ImportState,
    /// When it was brought.
    pub when: Moment,
}

/// Where an import is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportState {
    /// Its files are looked at.
    Checking,
    /// It waits for somebody to look it over.
    Review,
    /// It cannot be imported as it is.
    Refused,
    /// It is being written.
    Writing,
    /// It was written.
    Done,
    /// It failed again and again.
    Resting,
    /// Somebody stopped it for now.
    Paused,
    /// It is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
}

impl ImportState {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Checking,
        Self::Review,
        Self::Refused,
        Self::Writing,
        Self::Done,
        Self::Resting,
        Self::Paused,
        Self::Undoing,
        Self::Undone,
    ];

    /// The key of its text.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Checking => "import-checking",
            Self::Review => "import-review",
            Self::Refused => "import-refused-whole",
            Self::Writing => "import-writing",
            Self::Done => "import-done",
            Self::Resting => "import-resting",
            Self::Paused => "import-paused",
            Self::Undoing => "import-undoing",
            Self::Undone => "import-undone",
        }
    }

    /// Its icon.
    pub const fn icon(self) -> Icon {
        match self {
            Self::Checking | Self::Writing | Self::Undoing => Icon::Clock,
            Self::Undone => Icon::Back,
            Self::Review | Self::Refused | Self::Resting => Icon::Alert,
            Self::Paused => Icon::Pause,
            Self::Done => Icon::Check,
        }
    }

    /// Its colour.
    pub const fn tone(self) -> &'static str {
        match self {
            Self::Checking | Self::Writing | Self::Undoing | Self::Undone => "",
            Self::Review | Self::Paused => "warn",
            Self::Refused | Self::Resting => "bad",
            Self::Done => "good",
        }
    }

    /// Whether it waits for somebody, who may change how its files are read.
    pub const fn is_looked_over(self) -> bool {
        matches!(self, Self::Review | Self::Refused)
    }

    /// Whether the page follows it by itself.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Checking | Self::Writing | Self::Undoing)
    }
}
