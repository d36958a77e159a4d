//! Rows of a workbook's sheet, streamed cell by cell. The parser opens a file only after `package` let it pass.

use std::{
    any::Any,
    collections::HashSet,
    fs::File,
    io::BufReader,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Dimensions, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use super::{
    cells::{Form, RawRow, print, print_number},
    error::{Bound, OpenError, ReadError},
    limits::Limits,
    package,
    sheets::{Sheets, Visit},
};

/// An open workbook.
pub(super) struct Workbook {
    xlsx: Xlsx<BufReader<File>>,
    names: Vec<String>,
    limits: Limits,
}

impl Workbook {
    /// Opens what `package` let pass.
    pub(super) fn open(file: File, limits: &Limits) -> Result<Self, OpenError> {
        package::rewound(&file)?;
        let opened = guarded(|| Xlsx::new(BufReader::new(file))).map_err(OpenError::Damaged)?;
        let xlsx = opened.map_err(|error| match error {
            XlsxError::Password => OpenError::Encrypted,
            error => OpenError::Damaged(error.to_string()),
        })?;
        let seen =
            |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
        let sheets: Vec<String> = xlsx.sheets_metadata().iter().filter(seen).map(|sheet| sheet.name.clone()).collect();
        // By its name a sheet is opened again: the second of one name would be found forever, and never read.
        let mut names = HashSet::new();
        if let Some(twice) = sheets.iter().find(|name| !names.insert(*name)) {
            return Err(OpenError::Damaged(format!("two sheets are named {twice}")));
        }
        Ok(Self { xlsx, names: sheets, limits: limits.clone() })
    }
}

impl Sheets for Workbook {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn regions(&mut self, sheet: &str) -> Result<Vec<Dimensions>, ReadError> {
        let damaged = |detail| ReadError::Damaged { row: 0, detail };
        let regions = guarded(|| self.xlsx.merge_cells_by_sheet_name(sheet)).map_err(damaged)?;
        regions.map_err(|e| damaged(e.to_string()))
    }

    fn walk(&mut self, sheet: &str, visit: Visit<'_>) -> Result<(), ReadError> {
        let limits = &self.limits;
        let damaged = |row, detail| ReadError::Damaged { row, detail };
        let mut row = RawRow::default();
        row.since_1904 = self.xlsx.has_1904_epoch();
        let mut rows = 0;
        let opened = guarded(|| self.xlsx.worksheet_cells_reader(sheet)).map_err(|e| damaged(0, e))?;
        let mut cells = opened.map_err(|e| damaged(0, e.to_string()))?;
        loop {
            let next = guarded(|| cells.next_cell_with_formula_metadata()).map_err(|e| damaged(row.number, e))?;
            let next = next.map_err(|error| match error {
                XlsxError::CellError(fault) => ReadError::Fault { row: row.number, fault },
                error => damaged(row.number, error.to_string()),
            })?;
            let number = next.as_ref().map(|cell| cell.pos.0.saturating_add(1));
            if number != Some(row.number) {
                if !row.is_blank() {
                    rows += 1;
                    if rows > limits.rows {
                        let most = u64::from(limits.rows);
                        return Err(ReadError::TooLarge { row: row.number, what: Bound::Rows, most });
                    }
                    if visit(&mut row).is_break() {
                        return Ok(());
                    }
                }
                let Some(number) = number else { return Ok(()) };
                row.begin(number);
            }
            let Some(cell) = next else { return Ok(()) };
            if matches!(cell.value, DataRef::Empty) && cell.formula.is_none() {
                continue;
            }
            let column = usize::try_from(cell.pos.1).unwrap_or(usize::MAX);
            if column >= limits.columns {
                let most = limits.columns as u64;
                return Err(ReadError::TooLarge { row: row.number, what: Bound::Columns, most });
            }
            match cell.value {
                DataRef::Empty => row.put(column, Form::Fault, |_| ()),
                value => put(&mut row, column, &value),
            }
        }
    }
}

pub(super) fn put(row: &mut RawRow, column: usize, value: &DataRef<'_>) {
    match value {
        DataRef::Empty => {}
        DataRef::String(text) => row.put(column, Form::Text, |to| to.push_str(text)),
        DataRef::SharedString(text) => row.put(column, Form::Text, |to| to.push_str(text)),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => row.put(column, Form::Text, |to| to.push_str(text)),
        DataRef::Bool(is) => row.put(column, Form::Text, |to| to.push_str(if *is { "TRUE" } else { "FALSE" })),
        DataRef::Int(number) => row.put(column, Form::Number, |to| print(to, format_args!("{number}"))),
        DataRef::Float(number) => row.put(column, Form::Number, |to| print_number(to, *number)),
        DataRef::DateTime(at) if at.is_datetime() && (1.0..2_958_466.0).contains(&at.as_f64()) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            row.put(column, Form::Text, |to| print(to, format_args!("{year:04}-{month:02}-{day:02}")));
        }
        DataRef::DateTime(at) => row.put(column, Form::Number, |to| print_number(to, at.as_f64())),
        DataRef::Error(error) => row.put(column, Form::Fault, |to| print(to, format_args!("{error}"))),
    }
}

/// Runs the parser, which panics on some malformed input (positions that overflow): to us that is a damaged file (R55).
pub(super) fn guarded<T>(parse: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(parse)).map_err(|panic: Box<dyn Any + Send>| {
        let told = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        told.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "malformed workbook".to_owned())
    })
}
