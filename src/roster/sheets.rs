//! A file of sheets, whoever made it: an Excel workbook or an OpenDocument spreadsheet.

use std::{fs::File, ops::ControlFlow};

use super::{
    cells::RawRow,
    error::{OpenError, ReadError},
    limits::Limits,
    ods::OpenDocument,
    package::{self, Package},
    xlsx::Workbook,
};

/// Sheets whose rows can be read again and again, in constant memory.
pub(super) trait Sheets: Send {
    /// The names of those that people see, in order.
    fn names(&self) -> &[String];

    /// From now on, cells that are merged over rows of this sheet count for each of them; whether there are any.
    fn spread(&mut self, sheet: &str) -> Result<bool, ReadError>;

    /// No cell is merged any more: those of one sheet are not those of the next.
    fn unspread(&mut self);

    /// Visits every row of a sheet that holds anything, in the order of the file.
    fn walk(&mut self, sheet: &str, visit: &mut dyn FnMut(&RawRow) -> ControlFlow<()>) -> Result<(), ReadError>;
}

/// Checks the file and opens it.
pub(super) fn open(file: File, limits: &Limits) -> Result<Box<dyn Sheets>, OpenError> {
    Ok(match package::check(&file, limits)? {
        Package::Excel => Box::new(Workbook::open(file, limits)?),
        Package::OpenDocument => Box::new(OpenDocument::open(file, limits)?),
    })
}
