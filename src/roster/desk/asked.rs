//! What somebody asks of an import.

use serde::{Deserialize, Serialize};

use super::super::{Amended, Language};
use crate::{services::keys::Sealer, store::StoreError};

/// What is asked for. Kept sealed: corrected cells may hold citizen numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The school year of the classes: `2026-2027`; the current one when not given.
    pub year: Option<String>,
    /// What the files are about, where their columns do not tell.
    pub kind: Option<String>,
    /// Whether the workbook that goes back is in English.
    pub english: bool,
    /// What was changed about the files after a look.
    pub amended: Amended,
    /// How many people it is known to end.
    pub confirmed: Option<i64>,
    /// Whether somebody wanted it written and it was looked at again instead, since they had just said more about its cells.
    #[serde(default)]
    pub held_back: bool,
}

/// What it is sealed for.
const PURPOSE: &str = "import options";

impl Asked {
    /// The language of the workbook that goes back.
    pub const fn language(&self) -> Language {
        if self.english { Language::En } else { Language::Vi }
    }

    pub(super) fn seal(&self, sealer: &Sealer) -> Vec<u8> {
        sealer.seal(PURPOSE, serde_json::to_string(self).unwrap_or_default().as_bytes())
    }

    pub(super) fn open(sealer: &Sealer, sealed: &[u8]) -> Result<Self, StoreError> {
        let plain = sealer.open(PURPOSE, sealed).ok();
        plain.and_then(|plain| serde_json::from_slice(&plain).ok()).ok_or(StoreError::Corrupt {
            table: "import_tasks",
            column: "options",
            row: String::new(),
        })
    }
}
