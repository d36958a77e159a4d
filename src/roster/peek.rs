//! Shows the columns of a file, for whoever is to say what they hold.

use std::{ops::ControlFlow, path::Path};

use super::{
    error::OpenError,
    field::{Field, Kind},
    mapping::Column,
    source::{self, Opened, Options},
};

/// The columns of a table, for whoever is to say what they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peeked {
    /// The file's name.
    pub file: String,
    /// The sheet's name; empty for CSV.
    pub sheet: String,
    /// The row of the header, or what comes closest to one, from 1.
    pub row: u32,
    /// What it is about, as far as its columns tell.
    pub kind: Option<Kind>,
    /// Its columns, in order.
    pub columns: Vec<PeekedColumn>,
}

/// A column as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeekedColumn {
    /// Its title.
    pub title: String,
    /// What it holds, as far as anybody knows.
    pub field: Option<Field>,
    /// The first values below the title that are not empty, at most three.
    pub samples: Vec<String>,
}

/// Shows the columns of a file also where [`super::open`] finds no header that has all it needs; nothing where no row looks like
/// one. Blocks: never on an async thread.
pub fn peek(path: &Path, options: &Options) -> Result<Option<Peeked>, OpenError> {
    let Opened { mut table, sheet, found, .. } = source::look(path, options)?;
    let (header, kind) = match found {
        Ok((header, kind)) => (header, Some(kind)),
        Err(closest) => (closest.mapping, closest.missing.map(|(kind, _)| kind)),
    };
    if header.row == 0 {
        return Ok(None);
    }
    // Of a name in several columns each is shown by its own title.
    let of = |field| header.column(field).map(|column| (column.clone(), Some(field)));
    let named = Field::ALL.into_iter().rev().filter_map(of);
    let ends = header.joins.name.iter().map(|index| (Column::untitled(*index), Some(Field::GivenName)));
    let mut found: Vec<_> = named.chain(header.unread().map(|column| (column.clone(), None))).chain(ends).collect();
    found.sort_by_key(|(column, _)| column.index);
    found.dedup_by_key(|(column, _)| column.index);
    let mut columns: Vec<(usize, PeekedColumn)> = found
        .into_iter()
        .map(|(column, field)| (column.index, PeekedColumn { title: column.title, field, samples: Vec::new() }))
        .collect();
    let mut rows = 0;
    let walked = table.walk(&sheet, &mut |row| {
        if row.number <= header.row || row.is_blank() {
            return ControlFlow::Continue(());
        }
        for (index, column) in columns.iter_mut().filter(|(_, column)| column.samples.len() < SAMPLES) {
            let text = row.cell(*index).text;
            if !text.is_empty() {
                column.samples.push(text.chars().take(SAMPLE_LENGTH).collect());
            }
        }
        rows += 1;
        if rows < SAMPLED_ROWS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    walked.map_err(OpenError::from)?;
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    Ok(Some(Peeked { file: source::name(path, options), sheet, row: header.row, kind, columns }))
}

/// How many values of a column are shown, how long, and how many rows are looked at for them.
const SAMPLES: usize = 3;
const SAMPLE_LENGTH: usize = 60;
const SAMPLED_ROWS: usize = 30;
