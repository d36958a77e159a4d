//! A workbook of Excel 97-2003 (`.xls`). Its parser holds it whole, so it is opened apart only.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
};

use calamine::{Data, DataRef, Dimensions, Reader, SheetType, SheetVisible, Xls, XlsError};

use super::{
    cells::RawRow,
    error::{Bound, OpenError, ReadError},
    limits::Limits,
    package,
    sheets::{Sheets, Visit},
    xlsx::{guarded, put},
};

/// An open workbook.
pub(super) struct OldWorkbook {
    xls: Xls<BufReader<File>>,
    names: Vec<String>,
    limits: Limits,
}

impl OldWorkbook {
    /// Opens it, or says what else the file is.
    pub(super) fn open(file: File, limits: &Limits) -> Result<Self, OpenError> {
        let again = file.try_clone()?;
        package::rewound(&file)?;
        let xls = match guarded(|| Xls::new(BufReader::new(file))) {
            Ok(Ok(xls)) => xls,
            Ok(Err(XlsError::Password)) => return Err(OpenError::Encrypted),
            Ok(Err(error)) => return Err(explain(&again, error.to_string())),
            Err(panic) => return Err(explain(&again, panic)),
        };
        let seen =
            |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
        let names = xls.sheets_metadata().iter().filter(seen).map(|sheet| sheet.name.clone()).collect();
        Ok(Self { xls, names, limits: limits.clone() })
    }
}

/// What a file of this container is that is no workbook.
fn explain(file: &File, detail: String) -> OpenError {
    let names = names_within(file).unwrap_or_default();
    let holds = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        names.windows(wide.len()).any(|window| window == wide)
    };
    if holds("EncryptedPackage") {
        OpenError::Encrypted
    } else if ["Workbook", "Book"].into_iter().any(holds) {
        OpenError::Damaged(detail)
    } else {
        OpenError::OtherDocument
    }
}

/// Where the container's directory is, which names its streams in UTF-16: the first megabyte of any file that a spreadsheet
/// wrote, and of other writers' the last.
fn names_within(mut file: &File) -> std::io::Result<Vec<u8>> {
    const MEGABYTE: u64 = 1 << 20;
    let mut read = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.take(MEGABYTE).read_to_end(&mut read)?;
    file.seek(SeekFrom::Start(file.metadata()?.len().saturating_sub(MEGABYTE)))?;
    file.take(MEGABYTE).read_to_end(&mut read)?;
    Ok(read)
}

impl Sheets for OldWorkbook {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn regions(&mut self, sheet: &str) -> Result<Vec<Dimensions>, ReadError> {
        self.xls.merge_cells_by_sheet_name(sheet).map_err(|error| damaged(&error))
    }

    fn walk(&mut self, sheet: &str, visit: Visit<'_>) -> Result<(), ReadError> {
        let since_1904 = self.xls.has_1904_epoch();
        let range = self.xls.worksheet_range(sheet).map_err(|error| damaged(&error))?;
        let (top, left) = range.start().unwrap_or_default();
        let mut row = RawRow::default();
        row.since_1904 = since_1904;
        for (number, cells) in (top.saturating_add(1)..).zip(range.rows()) {
            row.begin(number);
            for (column, value) in (left as usize..).zip(cells).filter(|(_, value)| **value != Data::Empty) {
                if column >= self.limits.columns {
                    let most = self.limits.columns as u64;
                    return Err(ReadError::TooLarge { row: number, what: Bound::Columns, most });
                }
                put(&mut row, column, &borrowed(value));
            }
            if !row.is_blank() && visit(&mut row).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// As the reader of new workbooks has it.
fn borrowed(value: &Data) -> DataRef<'_> {
    match value {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => DataRef::SharedString(text),
        Data::Bool(is) => DataRef::Bool(*is),
        Data::DateTime(at) => DataRef::DateTime(*at),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn damaged(error: &XlsError) -> ReadError {
    ReadError::Damaged { row: 0, detail: error.to_string() }
}
