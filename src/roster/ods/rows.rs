//! The rows of one sheet.

use std::ops::ControlFlow;

use super::part::{Attributes, Take, damaged};
use crate::roster::{
    cells::{Form, RawRow, print_number},
    error::{Bound, ReadError},
    limits::Limits,
    sheets::Visit,
};

/// The rows of a sheet.
pub(super) struct Rows<'a> {
    sheet: &'a str,
    limits: &'a Limits,
    visit: Visit<'a>,
    within: bool,
    /// The row at hand, from 1, and how often it stands there.
    number: u32,
    repeated: u32,
    /// Rows that held something.
    filled: u32,
    row: RawRow,
    /// The column of the next cell.
    column: usize,
    cell: Option<OpenCell>,
}

/// A cell while its elements go by.
struct OpenCell {
    /// In how many columns it stands.
    repeated: u32,
    /// What counts instead of the text that people see.
    value: Option<String>,
    form: Form,
    /// The paragraphs so far.
    text: String,
    /// How many notes and drawings are open, whose paragraphs are not the cell's.
    aside: usize,
}

impl OpenCell {
    fn new(attributes: &Attributes<'_>) -> Result<Self, ReadError> {
        let faulty = attributes.get("calcext:value-type")?.as_deref() == Some("error");
        let (value, form) = match attributes.get("office:value-type")?.as_deref() {
            _ if faulty => (None, Form::Fault),
            Some("float" | "percentage" | "currency") => (attributes.get("office:value")?.map(as_seen), Form::Number),
            // A day, and the time that some writers put behind it.
            Some("date") => {
                let day = |date: String| date.split('T').next().map(str::to_owned);
                (attributes.get("office:date-value")?.and_then(day), Form::Text)
            }
            None if attributes.get("table:formula")?.is_some() => (None, Form::Fault),
            Some("boolean") => (attributes.get("office:boolean-value")?.map(|is| is.to_uppercase()), Form::Text),
            _ => (attributes.get("office:string-value")?, Form::Text),
        };
        let repeated = attributes.count("table:number-columns-repeated")?;
        Ok(Self { repeated, value, form, text: String::new(), aside: 0 })
    }
}

/// What is pinned to a cell and has words of its own.
fn is_aside(element: &str) -> bool {
    element == "office:annotation" || element.starts_with("draw:")
}

/// A number as people see it.
fn as_seen(written: String) -> String {
    let Ok(number) = written.parse() else { return written };
    let mut seen = String::new();
    print_number(&mut seen, number);
    seen
}

impl<'a> Rows<'a> {
    /// Those of the sheet of this name.
    pub(super) fn new(sheet: &'a str, limits: &'a Limits, visit: Visit<'a>) -> Self {
        Self {
            sheet,
            limits,
            visit,
            within: false,
            number: 0,
            repeated: 1,
            filled: 0,
            row: RawRow::default(),
            column: 0,
            cell: None,
        }
    }

    fn too_large(&self, what: Bound, most: u64) -> ReadError {
        ReadError::TooLarge { row: self.number, what, most }
    }

    /// Puts the cell into its columns; one that holds nothing is passed over.
    fn put(&mut self, cell: &OpenCell) -> Result<(), ReadError> {
        let text = cell.value.as_deref().unwrap_or(&cell.text);
        let repeated = usize::try_from(cell.repeated).unwrap_or(usize::MAX);
        let end = self.column.saturating_add(repeated);
        if !text.trim().is_empty() || cell.form == Form::Fault {
            if end > self.limits.columns {
                return Err(self.too_large(Bound::Columns, self.limits.columns as u64));
            }
            for column in self.column..end {
                self.row.put(column, cell.form, |to| to.push_str(text));
            }
        }
        self.column = end;
        Ok(())
    }

    /// Shows the row as often as it stands there, if it holds anything.
    fn show(&mut self) -> Result<ControlFlow<()>, ReadError> {
        if self.row.is_blank() {
            self.number = self.number.saturating_add(self.repeated);
            return Ok(ControlFlow::Continue(()));
        }
        for _ in 0..self.repeated {
            self.number = self.number.saturating_add(1);
            self.filled += 1;
            if self.filled > self.limits.rows {
                return Err(self.too_large(Bound::Rows, u64::from(self.limits.rows)));
            }
            self.row.number = self.number;
            if (self.visit)(&mut self.row).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Take for Rows<'_> {
    fn begin(&mut self, element: &str, attributes: &Attributes<'_>) -> Result<ControlFlow<()>, ReadError> {
        if element == "table:table" {
            if self.within {
                return Err(damaged("a sheet within a sheet"));
            }
            self.within = attributes.get("table:name")?.as_deref() == Some(self.sheet);
        }
        if !self.within {
            return Ok(ControlFlow::Continue(()));
        }
        match (element, &mut self.cell) {
            ("table:table-row", _) => {
                self.repeated = attributes.count("table:number-rows-repeated")?;
                self.column = 0;
                self.row.begin(self.number.saturating_add(1));
            }
            ("table:table-cell", _) => self.cell = Some(OpenCell::new(attributes)?),
            // What lies beneath a merged cell.
            ("table:covered-table-cell", _) => {
                let repeated = attributes.count("table:number-columns-repeated")?;
                self.cell = Some(OpenCell { repeated, value: Some(String::new()), ..OpenCell::new(attributes)? });
            }
            (element, Some(cell)) if is_aside(element) => cell.aside += 1,
            ("text:p", Some(cell)) if cell.aside == 0 && !cell.text.is_empty() => cell.text.push('\n'),
            ("text:s" | "text:tab" | "text:line-break", Some(cell)) if cell.aside == 0 => cell.text.push(' '),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.aside == 0) {
            cell.text.push_str(text);
        }
    }

    fn end(&mut self, element: &str) -> Result<ControlFlow<()>, ReadError> {
        if !self.within {
            return Ok(ControlFlow::Continue(()));
        }
        match element {
            element if is_aside(element) => {
                if let Some(cell) = &mut self.cell {
                    cell.aside = cell.aside.saturating_sub(1);
                }
            }
            "table:table-cell" | "table:covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    self.put(&cell)?;
                }
            }
            "table:table-row" => return self.show(),
            "table:table" => return Ok(ControlFlow::Break(())),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }
}
