//! A page with tables: what many systems call "export to Excel" and name `.xls`. HTML, and the XML of Excel 2003 besides.
//!
//! Only tokens are read, in constant memory: nothing of the page runs, nothing it refers to is fetched, and no entity of
//! its own exists (R46). All tables of a page are one sheet, as Excel shows them; in the XML each worksheet is one.

use std::{fs::File, io::Read, ops::ControlFlow};

use calamine::Dimensions;
use html5gum::{HtmlString, IoReader, StartTag, Token, Tokenizer};

use super::{
    cells::{Form, RawRow, print_number},
    encoding::{Decoder, Encoding, TooLong},
    error::{Bound, OpenError, ReadError},
    limits::Limits,
    package::rewound,
    sheets::{Sheets, Visit},
};

/// An open page.
pub(super) struct Page {
    file: File,
    encoding: Encoding,
    names: Vec<String>,
    limits: Limits,
}

impl Page {
    /// Opens a page whose first bytes are `sample`. One without a table, such as the sign-in page of a system that had
    /// forgotten who asked, is none.
    pub(super) fn open(file: File, sample: &[u8], limits: &Limits) -> Result<Self, OpenError> {
        if file.metadata()?.len() > limits.csv_bytes {
            return Err(OpenError::TooLarge { what: Bound::FileBytes, most: limits.csv_bytes });
        }
        let mut page = Self { file, encoding: Encoding::of(sample), names: Vec::new(), limits: limits.clone() };
        let mut rows = 0_u32;
        let mut count = |_: &mut RawRow| {
            rows += 1;
            ControlFlow::Continue(())
        };
        let names = page.go_over(None, &mut count)?.names;
        if let Some(twice) = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name)) {
            return Err(OpenError::Damaged(format!("two sheets are named {}", twice.1)));
        }
        if rows == 0 {
            return Err(OpenError::NotATable);
        }
        page.names = if names.is_empty() { vec![String::new()] } else { names };
        Ok(page)
    }

    /// Shows the rows of one sheet, or of all.
    fn go_over(&self, sheet: Option<&str>, visit: Visit<'_>) -> Result<Found, ReadError> {
        let source = rewound(&self.file)?.take(self.limits.csv_bytes);
        let (decoder, since) = Decoder::new(source, self.encoding, self.limits.record_bytes);
        let mut tables = Tables::new(sheet, &self.limits, visit);
        for token in Tokenizer::new(IoReader::new(decoder)) {
            let token = token.map_err(|error| {
                if TooLong::caused(&error) {
                    let most = self.limits.record_bytes as u64;
                    ReadError::TooLarge { row: tables.row.number, what: Bound::CellBytes, most }
                } else {
                    ReadError::Io(error)
                }
            })?;
            since.set(0);
            if tables.take(&token)?.is_break() {
                return Ok(tables.found);
            }
        }
        if tables.depth > 0 {
            return Err(ReadError::Damaged { row: tables.row.number, detail: "the table does not end".to_owned() });
        }
        Ok(tables.found)
    }
}

impl Sheets for Page {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn regions(&mut self, sheet: &str) -> Result<Vec<Dimensions>, ReadError> {
        Ok(self.go_over(Some(sheet), &mut |_| ControlFlow::Continue(()))?.regions)
    }

    fn walk(&mut self, sheet: &str, visit: Visit<'_>) -> Result<(), ReadError> {
        self.go_over(Some(sheet), visit).map(drop)
    }
}

/// What else a page was found to hold.
#[derive(Default)]
struct Found {
    /// Of worksheets.
    names: Vec<String>,
    regions: Vec<Dimensions>,
}

/// The tables while their tokens go by.
struct Tables<'a> {
    /// The worksheet whose rows are shown; of a page without worksheets all are.
    sheet: Option<&'a str>,
    limits: &'a Limits,
    visit: Visit<'a>,
    found: Found,
    /// Tables within tables.
    depth: usize,
    row: RawRow,
    in_row: bool,
    filled: u32,
    cell: Option<Cell>,
    /// The column of the next cell.
    column: usize,
    /// Up to which row something from above stands in each column.
    taken: Vec<u32>,
}

/// A cell while its tokens go by.
struct Cell {
    column: usize,
    text: String,
    /// How many notes are open, whose words are not the cell's.
    aside: usize,
    /// What the XML says it is.
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Number,
    Day,
}

impl<'a> Tables<'a> {
    fn new(sheet: Option<&'a str>, limits: &'a Limits, visit: Visit<'a>) -> Self {
        Self {
            sheet: sheet.filter(|sheet| !sheet.is_empty()),
            limits,
            visit,
            found: Found::default(),
            depth: 0,
            row: RawRow::default(),
            in_row: false,
            filled: 0,
            cell: None,
            column: 0,
            taken: Vec::new(),
        }
    }

    fn take(&mut self, token: &Token) -> Result<ControlFlow<()>, ReadError> {
        match token {
            Token::StartTag(tag) => {
                let begun = self.begin(tag)?;
                let ends = tag.self_closing && begun.is_continue();
                return if ends { self.end(&tag.name) } else { Ok(begun) };
            }
            Token::EndTag(tag) => return self.end(&tag.name),
            Token::String(text) => {
                if let Some(cell) = self.cell.as_mut().filter(|cell| cell.aside == 0) {
                    cell.text.push_str(&String::from_utf8_lossy(text));
                    let most = self.limits.cell_bytes;
                    if cell.text.len() > most {
                        return Err(self.too_large(Bound::CellBytes, most as u64));
                    }
                }
            }
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn begin(&mut self, tag: &StartTag<()>) -> Result<ControlFlow<()>, ReadError> {
        match (&**tag.name, self.depth) {
            (b"worksheet", 0) => {
                let name = attribute(tag, b"ss:name").unwrap_or_default();
                self.found.names.push(name);
                if self.found.names.len() > self.limits.sheets {
                    return Err(self.too_large(Bound::Sheets, self.limits.sheets as u64));
                }
                self.row.number = 0;
                self.taken.clear();
            }
            (b"table", _) => self.depth += 1,
            (b"tr" | b"row", 1) => {
                let shown = self.end_row()?;
                let number = count(tag, b"ss:index").unwrap_or(self.row.number.saturating_add(1));
                self.row.begin(number.max(self.row.number.saturating_add(1)));
                self.in_row = true;
                self.column = 0;
                return Ok(shown);
            }
            (b"td" | b"th" | b"cell", 1) if self.in_row => {
                self.end_cell();
                self.begin_cell(tag)?;
            }
            (b"data", 1) => {
                if let Some(cell) = &mut self.cell {
                    cell.kind = match attribute(tag, b"ss:type").as_deref() {
                        Some("Number") => Kind::Number,
                        Some("DateTime") => Kind::Day,
                        _ => Kind::Plain,
                    };
                }
            }
            (b"comment" | b"script" | b"style", _) => {
                if let Some(cell) = &mut self.cell {
                    cell.aside += 1;
                }
            }
            (b"br" | b"p" | b"div" | b"li" | b"tr" | b"td" | b"th", _) => {
                if let Some(cell) = self.cell.as_mut().filter(|cell| cell.aside == 0 && !cell.text.is_empty()) {
                    cell.text.push('\n');
                }
            }
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self, name: &HtmlString) -> Result<ControlFlow<()>, ReadError> {
        match (&***name, self.depth) {
            (b"td" | b"th" | b"cell", 1) => self.end_cell(),
            (b"tr" | b"row", 1) => return self.end_row(),
            (b"table", 1) => {
                self.depth = 0;
                return self.end_row();
            }
            (b"table", depth) => self.depth = depth.saturating_sub(1),
            (b"comment" | b"script" | b"style", _) => {
                if let Some(cell) = &mut self.cell {
                    cell.aside = cell.aside.saturating_sub(1);
                }
            }
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn begin_cell(&mut self, tag: &StartTag<()>) -> Result<(), ReadError> {
        let number = self.row.number;
        if let Some(index) = count(tag, b"ss:index") {
            self.column = (index as usize).saturating_sub(1);
        }
        while self.taken.get(self.column).is_some_and(|until| *until >= number) {
            self.column += 1;
        }
        let wide = count(tag, b"colspan").or(count(tag, b"ss:mergeacross").map(|more| more.saturating_add(1)));
        let high = count(tag, b"rowspan").or(count(tag, b"ss:mergedown").map(|more| more.saturating_add(1)));
        let (wide, high) = (wide.unwrap_or(1).max(1) as usize, high.unwrap_or(1).max(1));
        let end = self.column.saturating_add(wide);
        // A title may say that it stands over a thousand columns, of which nobody sees more than one.
        let reach = end.min(self.limits.columns);
        if self.column >= self.limits.columns {
            return Err(self.too_large(Bound::Columns, self.limits.columns as u64));
        }
        if high > 1 {
            let last = number.saturating_add(high - 1);
            self.taken.resize(self.taken.len().max(reach), 0);
            self.taken[self.column..reach].fill(last);
        }
        if high > 1 || wide > 1 {
            let column = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
            let (start, last) = ((number - 1, column(self.column)), number.saturating_add(high - 1) - 1);
            if self.is_asked() {
                self.found.regions.push(Dimensions { start, end: (last, column(reach - 1)) });
            }
            if self.found.regions.len() > self.limits.rows as usize {
                return Err(self.too_large(Bound::Cells, u64::from(self.limits.rows)));
            }
        }
        self.cell = Some(Cell { column: self.column, text: String::new(), aside: 0, kind: Kind::Plain });
        self.column = end;
        Ok(())
    }

    fn end_cell(&mut self) {
        let Some(cell) = self.cell.take() else { return };
        let text = cell.text.trim();
        if text.is_empty() {
            return;
        }
        let number = Some(cell.kind).filter(|kind| *kind == Kind::Number).and_then(|_| text.parse().ok());
        match (cell.kind, number) {
            (Kind::Number, Some(number)) => self.row.put(cell.column, Form::Number, |to| print_number(to, number)),
            (Kind::Day, _) => {
                let day = text.split('T').next().unwrap_or_default();
                self.row.put(cell.column, Form::Text, |to| to.push_str(day));
            }
            // As in a file of text: it may have been a number once.
            _ => self.row.put(cell.column, Form::Number, |to| to.push_str(text)),
        }
    }

    fn end_row(&mut self) -> Result<ControlFlow<()>, ReadError> {
        self.end_cell();
        if !std::mem::take(&mut self.in_row) || !self.is_asked() || self.row.is_blank() {
            return Ok(ControlFlow::Continue(()));
        }
        self.filled += 1;
        if self.filled > self.limits.rows {
            return Err(self.too_large(Bound::Rows, u64::from(self.limits.rows)));
        }
        Ok((self.visit)(&mut self.row))
    }

    fn is_asked(&self) -> bool {
        self.sheet.is_none() || self.sheet == self.found.names.last().map(String::as_str)
    }

    fn too_large(&self, what: Bound, most: u64) -> ReadError {
        ReadError::TooLarge { row: self.row.number, what, most }
    }
}

fn attribute(tag: &StartTag<()>, name: &[u8]) -> Option<String> {
    tag.attributes.get(name).map(|value| String::from_utf8_lossy(value).into_owned())
}

fn count(tag: &StartTag<()>, name: &[u8]) -> Option<u32> {
    attribute(tag, name)?.trim().parse().ok()
}
