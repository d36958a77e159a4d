//! Why a whole file cannot be read: named, with what the administrator can do.

use serde::{Deserialize, Serialize};

use super::{Field, Kind};
use crate::model::school_year::SchoolYear;

/// The file was refused before any row was read. Those that a reader apart may find have a form to be told in.
#[derive(Debug, Deserialize, Serialize, thiserror::Error)]
pub enum OpenError {
    /// The operating system could not read it.
    #[serde(skip)]
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// People see none of the workbook's sheets.
    #[error("all sheets of the workbook are hidden")]
    AllHidden,
    /// A workbook with a password.
    #[error("the workbook is protected by a password")]
    Encrypted,
    /// A zip, or something else, that is no workbook.
    #[error("the file is neither CSV nor XLSX, XLS or ODS")]
    NotATable,
    /// A text, slides, a picture.
    #[error("the file is a document of another kind")]
    OtherDocument,
    /// A zip of OneRoster that lacks a table.
    #[error("the OneRoster zip lacks {part}")]
    Incomplete {
        /// Which.
        part: String,
    },
    /// Files packed into one.
    #[error("the file holds other files")]
    Archive,
    /// Cut off or damaged.
    #[error("the file is damaged: {0}")]
    Damaged(String),
    /// A quote near the beginning opens and never closes.
    #[error("a quote in row {row} does not close")]
    OpenQuote {
        /// The row it opens in, from 1.
        row: u32,
    },
    /// A formula's error of a kind that the parser does not know, before the header.
    #[error("a formula's error: {0}")]
    Fault(String),
    /// Text whose letters were lost: read with the wrong encoding, and saved so.
    #[serde(skip)]
    #[error("the letters of the file were lost")]
    Garbled {
        /// The row that shows it, from 1.
        row: u32,
        /// What stands there.
        text: String,
    },
    /// Beyond a limit (R45).
    #[error("the file has too many or too large {what}: more than {most}")]
    TooLarge {
        /// Of what.
        what: Bound,
        /// The limit.
        most: u64,
    },
    /// A document type or entity (R46).
    #[error("the workbook holds a document type or an entity in {part}")]
    Dtd {
        /// The part of the workbook.
        part: String,
    },
    /// Links to other files (R46).
    #[error("the workbook holds links to other files in {part}")]
    ExternalLinks {
        /// The part of the workbook.
        part: String,
    },
    /// The titles above the table, the sheet's name or a row name another school year than the import is for.
    #[serde(skip)]
    #[error("the file is of the school year {said}, and the import for {asked}")]
    OtherYear {
        /// The row that says so, from 1; 0 where it is the name of the sheet.
        row: u32,
        /// What it says.
        said: SchoolYear,
        /// What the import is for.
        asked: SchoolYear,
    },
    /// Two columns have one title, but for brackets: two tables side by side, or nobody knows which is meant.
    #[serde(skip)]
    #[error("the columns {} have one title", columns.join(" and "))]
    ColumnRepeated {
        /// The header's row, from 1.
        row: u32,
        /// The title of either.
        titles: [String; 2],
        /// Both, as spreadsheets name them.
        columns: [String; 2],
    },
    /// A header, and nothing below it.
    #[serde(skip)]
    #[error("the file holds no row of data")]
    NoRows,
    /// No row looks like a header.
    #[serde(skip)]
    #[error("no header row was found")]
    NoHeader {
        /// The columns recognised in the row that came closest.
        recognised: Vec<Field>,
    },
    /// A header of people was found, and no column says whether they are pupils or staff.
    #[serde(skip)]
    #[error("no column says whether these are pupils or staff")]
    KindUnclear {
        /// The header's row, from 1.
        row: u32,
    },
    /// A header was found, but not all that the kind needs.
    #[serde(skip)]
    #[error("columns are missing")]
    MissingColumns {
        /// The kind that was asked for or that came closest.
        kind: Kind,
        /// The sheet; empty for CSV.
        sheet: String,
        /// The header's row, from 1.
        row: u32,
        /// What is missing.
        missing: Vec<Field>,
    },
}

/// What there can be too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Bound {
    /// Bytes on disk.
    FileBytes,
    /// Bytes when inflated.
    InflatedBytes,
    /// Parts of a workbook.
    Parts,
    /// Distinct texts of a workbook.
    SharedStrings,
    /// Cells of a workbook.
    Cells,
    /// Bytes of one cell or one record.
    CellBytes,
    /// Rows that hold anything.
    Rows,
    /// Columns.
    Columns,
    /// Sheets with the same columns.
    Sheets,
    /// Bytes of memory of the process that reads it.
    Memory,
    /// Seconds that it computes.
    Seconds,
}

impl std::fmt::Display for Bound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::FileBytes => "bytes",
            Self::InflatedBytes => "bytes when unpacked",
            Self::Parts => "parts",
            Self::SharedStrings => "distinct texts",
            Self::Cells => "cells",
            Self::CellBytes => "bytes in one cell",
            Self::Rows => "rows",
            Self::Columns => "columns",
            Self::Sheets => "sheets",
            Self::Memory => "bytes of memory",
            Self::Seconds => "seconds of reading",
        })
    }
}

/// Reading stopped in the middle; the rows before were handed out.
#[derive(Debug, Deserialize, Serialize, thiserror::Error)]
pub enum ReadError {
    /// The operating system could not read on.
    #[serde(skip)]
    #[error("the file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// A formula's error of a kind that the parser does not know: where it stands cannot be told more closely.
    #[error("a formula's error after row {row}: {fault}")]
    Fault {
        /// The last row that was begun, from 1; 0 before the first.
        row: u32,
        /// As it stands in the cell.
        fault: String,
    },
    /// Cut off or damaged.
    #[error("the file is damaged after row {row}: {detail}")]
    Damaged {
        /// The last row that was read, from 1; 0 before the first.
        row: u32,
        /// The parser's words.
        detail: String,
    },
    /// A quote opens and never closes: what follows it would be one cell.
    #[error("a quote in row {row} does not close")]
    OpenQuote {
        /// The row it opens in, from 1.
        row: u32,
    },
    /// Beyond a limit (R45).
    #[error("too many or too large {what} at row {row}: more than {most}")]
    TooLarge {
        /// The row, from 1.
        row: u32,
        /// Of what.
        what: Bound,
        /// The limit.
        most: u64,
    },
}

impl From<ReadError> for OpenError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => Self::Io(error),
            ReadError::Fault { fault, .. } => Self::Fault(fault),
            ReadError::Damaged { detail, .. } => Self::Damaged(detail),
            ReadError::OpenQuote { row } => Self::OpenQuote { row },
            ReadError::TooLarge { what, most, .. } => Self::TooLarge { what, most },
        }
    }
}
