//! A workbook, as an export or as hands have made it.

use std::io;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use super::{
    lie,
    sheet::{Cell, long_date, of_xlsx},
};

/// A workbook whose sheet of data is being filled.
pub(super) struct Book {
    workbook: Workbook,
    data: usize,
    next: u32,
    lies: bool,
    day: Format,
    head: Format,
    title: Format,
}

impl Book {
    /// A workbook with one sheet.
    pub(super) fn plain() -> io::Result<Self> {
        Self::among(&[], false)
    }

    /// A workbook whose data stand behind the first of some other sheets; when it `lies`, they claim to end in row 4.
    pub(super) fn among(others: &[(&str, Vec<Vec<Cell>>)], lies: bool) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        // The library would write the time of day.
        let opening = ExcelDateTime::from_ymd(2026, 9, 5).map_err(io::Error::other)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&opening));
        let day = Format::new().set_num_format("dd\\/mm\\/yyyy");
        let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::VerticalCenter);
        let title = Format::new().set_bold().set_align(FormatAlign::Center);
        let mut made = Self { workbook, data: others.len().min(1), next: 0, lies, day, head, title };
        made.sheets(others).map_err(of_xlsx)?;
        Ok(made)
    }

    fn sheets(&mut self, others: &[(&str, Vec<Vec<Cell>>)]) -> Result<(), XlsxError> {
        for at in 0..=others.len() {
            if at == self.data {
                self.workbook.add_worksheet().set_name("Danh sách")?;
            }
            if let Some((name, rows)) = others.get(at) {
                let index = at + usize::from(at >= self.data);
                self.workbook.add_worksheet().set_name(*name)?;
                (0..).zip(rows).try_for_each(|(row, cells)| self.put(index, row, cells))?;
            }
        }
        Ok(())
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> Result<(), XlsxError> {
        self.next += 1;
        self.put(self.data, self.next - 1, cells)
    }

    fn put(&mut self, sheet: usize, row: u32, cells: &[Cell]) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(sheet)?;
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Blank => continue,
                Cell::Text(text) => sheet.write_string(row, column, text)?,
                Cell::Head(text) => sheet.write_string_with_format(row, column, text, &self.head)?,
                Cell::Number(number) => sheet.write_number(row, column, *number)?,
                Cell::Day(day) => sheet.write_string(row, column, long_date(*day))?,
                Cell::Serial { days, dressed: false } => sheet.write_number(row, column, *days)?,
                Cell::Serial { days, dressed: true } => {
                    sheet.write_number_with_format(row, column, *days, &self.day)?
                }
                Cell::Title { text, across } => {
                    let last = column + u16::try_from(across.saturating_sub(1)).unwrap_or(0);
                    sheet.merge_range(row, column, row, last, text, &self.title)?
                }
            };
        }
        Ok(())
    }

    pub(super) fn bytes(mut self) -> io::Result<Vec<u8>> {
        self.workbook.worksheet_from_index(self.data).map_err(of_xlsx)?.autofit();
        let bytes = self.workbook.save_to_buffer().map_err(of_xlsx)?;
        if self.lies { lie::about_size(bytes, self.data + 1) } else { Ok(bytes) }
    }
}
