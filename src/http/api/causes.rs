//! What is wrong with an import, by cause, and whom rows may be about.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    base::id::PersonId,
    i18n::Locale,
    roster::desk::{Cause as KnownCause, Flawed, Namesake, Said},
};

/// Whom rows may be about and the caller may see.
pub(super) type Namesakes = HashMap<PersonId, Namesake>;

/// Rows that have the same thing wrong with them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Cause {
    /// The problem's name, which never changes: `date_no_such_day`.
    code: String,
    /// `error`, `held` or `warning`.
    severity: String,
    /// The column's title.
    column: String,
    /// What to do about it.
    repair: String,
    /// How many there are.
    count: u64,
    /// The first of them, each before the others of its row in which the same can be put right.
    cells: Vec<Flaw>,
}

/// A cell with something wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Cell)]
struct Flaw {
    /// What `correctImport` calls it; not there for what the file has no cell for.
    cell: Option<usize>,
    /// The file's name.
    file: String,
    /// The sheet's name; empty for CSV.
    sheet: String,
    /// The row in the file, from 1.
    row: u32,
    /// What stands there; a citizen number only in part.
    value: String,
    /// What is wrong; of another cell of the same row in which that can be put right too, which column it is.
    what: String,
    /// Whom the row may be about, where somebody has to say so (`maybe_known`): those whom the caller may see.
    candidates: Vec<Candidate>,
}

/// Somebody whom a row may be about.
#[derive(Debug, Serialize, ToSchema)]
struct Candidate {
    /// The sector ID, or the temporary one: as the text of `correctImport` it says that it is them. `mới` says that it is
    /// somebody else.
    id: String,
    /// The name as written.
    name: String,
    /// Day of birth.
    #[schema(value_type = Option<String>, format = Date)]
    born: Option<jiff::civil::Date>,
    /// The class and the school, as far as they lie within the caller's reach.
    place: Vec<String>,
}

impl From<Namesake> for Candidate {
    fn from(Namesake { name, born, place, code }: Namesake) -> Self {
        Self { id: code, name, born, place }
    }
}

/// A text as it is told in a language.
pub(super) fn said(said: Said, locale: Locale) -> String {
    if locale == Locale::Vi { said.vi } else { said.en }
}

impl Cause {
    /// `next` counts the cells that can be corrected, as [`crate::roster::desk::Findings::correctable`] has them.
    pub(super) fn of(cause: KnownCause, namesakes: &Namesakes, next: &mut usize, locale: Locale) -> Self {
        let mut cell = |cell: Flawed| {
            let number = cell.at.map(|_| {
                *next += 1;
                *next - 1
            });
            Flaw {
                cell: number,
                candidates: cell
                    .people()
                    .iter()
                    .filter_map(|one| namesakes.get(one))
                    .cloned()
                    .map(Into::into)
                    .collect(),
                file: cell.file,
                sheet: cell.sheet,
                row: cell.row,
                value: cell.value,
                what: said(cell.what, locale),
            }
        };
        Self {
            code: cause.code,
            severity: cause.severity,
            column: cause.column,
            repair: said(cause.repair, locale),
            count: cause.count,
            cells: cause.cells.into_iter().map(&mut cell).collect(),
        }
    }
}
