//! A file of sheets, whoever made it: an Excel workbook, old or new, an OpenDocument spreadsheet, a page with tables.

use std::{fs::File, ops::ControlFlow};

use calamine::Dimensions;

use super::{
    cells::RawRow,
    error::{OpenError, ReadError},
    limits::Limits,
    merges::Merges,
    ods::OpenDocument,
    oneroster::OneRoster,
    package::{self, Package},
    xlsx::Workbook,
};

/// What is shown each row, and may fill it with what is merged into it.
pub(super) type Visit<'v> = &'v mut dyn FnMut(&mut RawRow) -> ControlFlow<()>;

/// Sheets whose rows can be read again and again, in constant memory.
pub(super) trait Sheets: Send {
    /// The names of those that people see, in order.
    fn names(&self) -> &[String];

    /// The merged cells of a sheet.
    fn regions(&mut self, sheet: &str) -> Result<Vec<Dimensions>, ReadError>;

    /// Visits every row of a sheet that holds anything, in the order of the file.
    fn walk(&mut self, sheet: &str, visit: Visit<'_>) -> Result<(), ReadError>;
}

/// Sheets, one of which is read as people mean its merged cells.
pub(super) struct Book {
    sheets: Box<dyn Sheets>,
    merges: Merges,
    columns: usize,
}

impl Book {
    /// Sheets of which none is spread yet.
    pub(super) fn new(sheets: Box<dyn Sheets>, limits: &Limits) -> Self {
        Self { sheets, merges: Merges::default(), columns: limits.columns }
    }

    /// The names of those that people see, in order.
    pub(super) fn names(&self) -> &[String] {
        self.sheets.names()
    }

    /// From now on, cells that are merged over rows of this sheet count for each of them; whether there are any.
    pub(super) fn spread(&mut self, sheet: &str) -> Result<bool, ReadError> {
        self.merges = Merges::new(&self.sheets.regions(sheet)?, self.columns);
        Ok(self.merges.are_there())
    }

    /// What is merged over columns of the sheet that was spread.
    pub(super) fn wide(&self) -> &[Dimensions] {
        self.merges.wide()
    }

    /// No cell is merged any more: those of one sheet are not those of the next.
    pub(super) fn unspread(&mut self) {
        self.merges = Merges::default();
    }

    /// Visits every row of a sheet that holds anything, in the order of the file.
    pub(super) fn walk(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(&RawRow) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let merges = &mut self.merges;
        merges.begin();
        self.sheets.walk(sheet, &mut |row| {
            merges.fill(row);
            visit(row)
        })
    }
}

/// Checks a zip and opens it.
pub(super) fn open_zip(file: File, limits: &Limits) -> Result<Box<dyn Sheets>, OpenError> {
    Ok(match package::check(&file, limits)? {
        Package::Excel => Box::new(Workbook::open(file, limits)?),
        Package::OpenDocument => Box::new(OpenDocument::open(file, limits)?),
        Package::OneRoster => Box::new(OneRoster::open(file, limits)?),
    })
}
