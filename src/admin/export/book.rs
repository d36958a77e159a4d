//! A table of the console as a workbook: one sheet of text, row by row to the disk, so that it needs no more memory for half
//! a million rows than for ten.

use std::{
    fs::File,
    io::{self, Seek},
};

use tempfile::TempDir;

use super::table::{Tables, of_xlsx};

/// A workbook that is being written.
pub struct Book {
    tables: Tables,
    /// Where its rows are meanwhile; it goes with the book.
    _folder: TempDir,
}

impl Book {
    /// A sheet of this name (at most 31 characters) with these titles.
    pub fn begin(name: &str, titles: &[&str]) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let tables = Tables::begin(&[(name, titles)], folder.path()).map_err(of_xlsx)?;
        Ok(Self { tables, _folder: folder })
    }

    /// One row; none of its cells is taken for a formula (R47).
    pub fn row(&mut self, cells: &[&str]) -> io::Result<()> {
        self.tables.row(0, cells).map_err(of_xlsx)
    }

    /// The finished file, which nobody else sees and which goes when it is closed.
    pub fn end(self) -> io::Result<File> {
        let file = tempfile::tempfile()?;
        self.tables.end(file.try_clone()?).map_err(of_xlsx)?;
        let mut file = file;
        file.rewind()?;
        Ok(file)
    }
}
