//! Workbooks read apart: by a process of their own with little memory, little time and nothing else.
//!
//! The parser of old workbooks (`.xls`) holds a file whole, and a few bytes can say that it is huge. So that parser runs in
//! another process of this very program (`phuong read-file`), which the operating system ends when it asks for too much: an
//! administrator then reads that the file needs more memory than allowed, and the server goes on. What the process reads
//! comes back as plain rows, which are kept in a file without a name and walked over from there.
//!
//! Our own readers of CSV, XLSX, ODS and pages stream within [`Limits`] and may run anywhere. On the command line they do:
//! there a fault of theirs hurts nobody else. Where a fault would end everybody's sign-in, in the server, workbooks of all
//! kinds are read apart ([`Isolation::AllWorkbooks`]); text is not, since nothing about it needs a parser's trust.

mod frame;
mod process;
mod reader;
mod spool;

use std::path::PathBuf;

pub use process::{become_bounded, read_stdin};
pub(super) use spool::open;

#[cfg(doc)]
use super::Limits;

/// How the files of an import are read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Which of them are read apart.
    pub isolation: Isolation,
    /// The program that reads them; this one when not given.
    pub program: Option<PathBuf>,
}

/// Which files are read by a process of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// Those whose parser holds them whole.
    #[default]
    OldWorkbooks,
    /// All that need more than text: for a server.
    AllWorkbooks,
}
