//! Rosters from files: readers, plan, apply.
//!
//! The reading half is pure: it turns the bytes of a CSV, XLSX, XLS or ODS file, or of a page with a table, into typed rows
//! and named problems, and knows nothing of the database. It refuses files beyond [`Limits`] (R45), document types and links to other files (R46).

mod amended;
mod apart;
mod apply;
mod cell_reader;
mod cells;
mod convert;
mod csv;
pub mod desk;
mod encoding;
mod error;
mod error_text;
mod fault;
mod field;
mod finding;
mod header;
mod issue;
mod joins;
mod limits;
mod mapping;
mod markup;
mod merges;
mod messages;
mod notes;
mod ods;
mod oneroster;
mod others;
mod package;
mod peek;
mod person;
mod plan;
mod row;
mod sheets;
mod source;
#[cfg(test)]
mod tests;
mod titles;
mod xls;
mod xlsx;
mod xml_scan;

pub use amended::{Amended, AmendedCell, AmendedColumn};
pub use apart::{Isolation, Reading, become_bounded, read_stdin};
pub use apply::{
    Ask, Brake, Closing, Differences, FileError, FileReport, ImportError, Importer, NotUndone, Progress, Report,
    SAMPLES, Sample, Stage, Steps, UNDO_FOR, Undone, Watch, WorkbookError, begin_undo, close, created, import, kept,
    may_undo, tidy, undo, undoable, would_undo, write_workbook,
};
pub use error::{Bound, OpenError, ReadError};
pub use field::{Field, Kind};
pub use finding::{Finding, Namesakes, Spot};
pub use issue::{Issue, Language, Problem, Severity};
pub use limits::Limits;
pub use mapping::{Column, Mapping};
pub use peek::{Peeked, PeekedColumn, peek};
pub use plan::{Difference, Outcome, Tally};
pub use row::{AssignmentRow, Decided, Function, Identity, PupilRow, Record, Row, SchoolRow, StaffRow};
pub use source::{Options, Source, open};
