//! Rows of an OpenDocument spreadsheet, streamed from the one part that holds its sheets. `package` let it pass before.
//!
//! A sheet says "the same cell 16,384 times" and "the same row a million times": what is empty is passed over by counting,
//! and what is not is bounded as if it stood there so often, so that nothing is held but the row at hand.

use std::{collections::HashSet, fs::File, io::BufReader, ops::ControlFlow};

use calamine::Dimensions;
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use super::{
    cells::{Form, RawRow, print_number},
    error::{Bound, OpenError, ReadError},
    limits::Limits,
    merges::Merges,
    package,
    sheets::Sheets,
};

/// The part that holds all sheets.
pub(super) const CONTENT: &str = "content.xml";

/// An open spreadsheet.
pub(super) struct OpenDocument {
    file: File,
    names: Vec<String>,
    merges: Merges,
    limits: Limits,
}

impl OpenDocument {
    /// Opens what `package` let pass.
    pub(super) fn open(file: File, limits: &Limits) -> Result<Self, OpenError> {
        let mut tables = Tables { most: limits.sheets, ..Tables::default() };
        walk(&file, &mut tables)?;
        let mut names = HashSet::new();
        if let Some(twice) = tables.all.iter().find(|(name, _)| !names.insert(name)) {
            return Err(OpenError::Damaged(format!("two sheets are named {}", twice.0)));
        }
        let seen = tables.all.iter().filter(|(_, style)| !tables.hidden.contains(style));
        Ok(Self {
            names: seen.map(|(name, _)| name.clone()).collect(),
            file,
            merges: Merges::default(),
            limits: limits.clone(),
        })
    }
}

impl Sheets for OpenDocument {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn spread(&mut self, sheet: &str) -> Result<bool, ReadError> {
        let most = usize::try_from(self.limits.rows).unwrap_or(usize::MAX);
        let mut regions = Regions { sheet, within: false, row: 0, column: 0, repeated: 1, all: Vec::new(), most };
        walk(&self.file, &mut regions)?;
        self.merges = Merges::new(&regions.all, self.limits.columns);
        Ok(self.merges.are_there())
    }

    fn unspread(&mut self) {
        self.merges = Merges::default();
    }

    fn walk(&mut self, sheet: &str, visit: &mut dyn FnMut(&RawRow) -> ControlFlow<()>) -> Result<(), ReadError> {
        self.merges.begin();
        let (limits, merges) = (&self.limits, &mut self.merges);
        let mut rows = Rows {
            sheet,
            limits,
            merges,
            visit,
            within: false,
            number: 0,
            repeated: 1,
            filled: 0,
            row: RawRow::default(),
            column: 0,
            cell: None,
        };
        walk(&self.file, &mut rows)
    }
}

/// Takes what stands in the part, in its order.
trait Take {
    /// An element begins.
    fn begin(&mut self, element: &str, attributes: &Attributes<'_>) -> Result<ControlFlow<()>, ReadError>;
    /// Text within it.
    fn text(&mut self, _: &str) {}
    /// An element ends.
    fn end(&mut self, element: &str) -> Result<ControlFlow<()>, ReadError>;
}

/// The attributes of an element, by their usual prefixes.
struct Attributes<'a>(&'a BytesStart<'a>);

impl Attributes<'_> {
    fn get(&self, name: &str) -> Option<String> {
        let attribute = self.0.try_get_attribute(name).ok()??;
        attribute.normalized_value(XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
    }

    /// How often something stands there, or over how much it reaches; once, if that is not said.
    fn count(&self, name: &str) -> u32 {
        self.get(name).map_or(1, |text| text.parse().unwrap_or(u32::MAX).max(1))
    }
}

/// Deeper than this no spreadsheet nests its elements.
const DEEPEST: usize = 256;

/// Goes over the part, element by element.
fn walk(file: &File, to: &mut dyn Take) -> Result<(), ReadError> {
    let mut open = 0_usize;
    let damaged = |detail: String| ReadError::Damaged { row: 0, detail };
    let rewound = package::rewound(file).map_err(|error| damaged(error.to_string()))?;
    let mut zip = ZipArchive::new(rewound).map_err(|error| damaged(error.to_string()))?;
    let part = zip.by_name(CONTENT).map_err(|error| damaged(error.to_string()))?;
    let mut xml = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let flow = match xml.read_event_into(&mut buffer).map_err(|error| damaged(error.to_string()))? {
            Event::Start(element) => {
                open += 1;
                if open > DEEPEST {
                    return Err(damaged("elements within elements without end".into()));
                }
                to.begin(element.name().as_ref(), &Attributes(&element))?
            }
            Event::Empty(element) => {
                let begun = to.begin(element.name().as_ref(), &Attributes(&element))?;
                if begun.is_break() { begun } else { to.end(element.name().as_ref())? }
            }
            Event::End(element) => {
                open = open.saturating_sub(1);
                to.end(element.name().as_ref())?
            }
            Event::Text(text) => {
                to.text(&text.xml10_content());
                ControlFlow::Continue(())
            }
            Event::CData(text) => {
                to.text(&text.xml10_content());
                ControlFlow::Continue(())
            }
            Event::GeneralRef(reference) => {
                let known = match reference.resolve_char_ref() {
                    Ok(Some(c)) => c,
                    _ => named(&reference.xml10_content())
                        .ok_or_else(|| damaged("an entity that is not declared".into()))?,
                };
                to.text(known.encode_utf8(&mut [0; 4]));
                ControlFlow::Continue(())
            }
            Event::Eof if open > 0 => return Err(damaged("the sheets end in the middle".into())),
            Event::Eof => return Ok(()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => ControlFlow::Continue(()),
        };
        if flow.is_break() {
            return Ok(());
        }
    }
}

/// The entities that every document knows.
fn named(reference: &str) -> Option<char> {
    Some(match reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// The sheets' names and styles, and which styles nobody sees.
#[derive(Default)]
struct Tables {
    all: Vec<(String, String)>,
    hidden: HashSet<String>,
    style: String,
    /// So many sheets, and such styles, are held: each sheet is looked for from the beginning.
    most: usize,
}

impl Take for Tables {
    fn begin(&mut self, element: &str, attributes: &Attributes<'_>) -> Result<ControlFlow<()>, ReadError> {
        match element {
            "style:style" => self.style = attributes.get("style:name").unwrap_or_default(),
            "style:table-properties" if attributes.get("table:display").as_deref() == Some("false") => {
                self.hidden.insert(self.style.clone());
            }
            "table:table" => {
                let name = |of: &str| attributes.get(of).unwrap_or_default();
                self.all.push((name("table:name"), name("table:style-name")));
            }
            _ => {}
        }
        if self.all.len().max(self.hidden.len()) > self.most {
            return Err(ReadError::TooLarge { row: 0, what: Bound::Sheets, most: self.most as u64 });
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self, _: &str) -> Result<ControlFlow<()>, ReadError> {
        Ok(ControlFlow::Continue(()))
    }
}

/// The cells of a sheet that are merged over rows.
struct Regions<'a> {
    sheet: &'a str,
    within: bool,
    /// The next row and column, from 0, and how often the row at hand stands there.
    row: u32,
    column: u32,
    repeated: u32,
    all: Vec<Dimensions>,
    /// So many are held.
    most: usize,
}

impl Take for Regions<'_> {
    fn begin(&mut self, element: &str, attributes: &Attributes<'_>) -> Result<ControlFlow<()>, ReadError> {
        match element {
            "table:table" => self.within = attributes.get("table:name").as_deref() == Some(self.sheet),
            "table:table-row" if self.within => {
                self.column = 0;
                self.repeated = attributes.count("table:number-rows-repeated");
            }
            "table:table-cell" | "table:covered-table-cell" if self.within => {
                let (high, wide) = (attributes.count("table:number-rows-spanned"), self.column);
                self.column = wide.saturating_add(attributes.count("table:number-columns-repeated"));
                if high > 1 {
                    let last = self.row.saturating_add(high - 1);
                    self.all.push(Dimensions { start: (self.row, wide), end: (last, wide) });
                }
                if self.all.len() > self.most {
                    return Err(ReadError::TooLarge { row: self.row, what: Bound::Cells, most: self.most as u64 });
                }
            }
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self, element: &str) -> Result<ControlFlow<()>, ReadError> {
        match element {
            "table:table-row" if self.within => self.row = self.row.saturating_add(self.repeated),
            "table:table" if self.within => return Ok(ControlFlow::Break(())),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// The rows of a sheet.
struct Rows<'a> {
    sheet: &'a str,
    limits: &'a Limits,
    merges: &'a mut Merges,
    visit: &'a mut dyn FnMut(&RawRow) -> ControlFlow<()>,
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
    /// Within a note, whose paragraphs are not the cell's.
    noted: bool,
}

impl OpenCell {
    fn new(attributes: &Attributes<'_>) -> Self {
        let faulty = attributes.get("calcext:value-type").as_deref() == Some("error");
        let (value, form) = match attributes.get("office:value-type").as_deref() {
            _ if faulty => (None, Form::Fault),
            Some("float" | "percentage" | "currency") => (attributes.get("office:value").map(as_seen), Form::Number),
            // A day, and the time that some writers put behind it.
            Some("date") => {
                let day = |date: String| date.split('T').next().map(str::to_owned);
                (attributes.get("office:date-value").and_then(day), Form::Text)
            }
            Some("boolean") => (attributes.get("office:boolean-value").map(|is| is.to_uppercase()), Form::Text),
            _ => (attributes.get("office:string-value"), Form::Text),
        };
        let repeated = attributes.count("table:number-columns-repeated");
        Self { repeated, value, form, text: String::new(), noted: false }
    }
}

/// A number as people see it.
fn as_seen(written: String) -> String {
    let Ok(number) = written.parse() else { return written };
    let mut seen = String::new();
    print_number(&mut seen, number);
    seen
}

impl Rows<'_> {
    fn too_large(&self, what: Bound, most: u64) -> ReadError {
        ReadError::TooLarge { row: self.number, what, most }
    }

    /// Puts the cell into its columns; one that holds nothing is passed over.
    fn put(&mut self, cell: &OpenCell) -> Result<(), ReadError> {
        let text = cell.value.as_deref().unwrap_or(&cell.text);
        let repeated = usize::try_from(cell.repeated).unwrap_or(usize::MAX);
        let end = self.column.saturating_add(repeated);
        if !text.trim().is_empty() {
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
            self.merges.fill(&mut self.row);
            if (self.visit)(&self.row).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Take for Rows<'_> {
    fn begin(&mut self, element: &str, attributes: &Attributes<'_>) -> Result<ControlFlow<()>, ReadError> {
        if element == "table:table" {
            self.within = attributes.get("table:name").as_deref() == Some(self.sheet);
        }
        if !self.within {
            return Ok(ControlFlow::Continue(()));
        }
        match (element, &mut self.cell) {
            ("table:table-row", _) => {
                self.repeated = attributes.count("table:number-rows-repeated");
                self.column = 0;
                self.row.begin(self.number.saturating_add(1));
            }
            ("table:table-cell", _) => self.cell = Some(OpenCell::new(attributes)),
            // What lies beneath a merged cell.
            ("table:covered-table-cell", _) => {
                let repeated = attributes.count("table:number-columns-repeated");
                self.cell = Some(OpenCell { repeated, value: Some(String::new()), ..OpenCell::new(attributes) });
            }
            ("office:annotation", Some(cell)) => cell.noted = true,
            ("text:p", Some(cell)) if !cell.noted && !cell.text.is_empty() => cell.text.push('\n'),
            ("text:s" | "text:tab" | "text:line-break", Some(cell)) if !cell.noted => cell.text.push(' '),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| !cell.noted) {
            cell.text.push_str(text);
        }
    }

    fn end(&mut self, element: &str) -> Result<ControlFlow<()>, ReadError> {
        if !self.within {
            return Ok(ControlFlow::Continue(()));
        }
        match element {
            "office:annotation" => self.cell.iter_mut().for_each(|cell| cell.noted = false),
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
