//! Opens a file an administrator brought and hands out its rows, one at a time, in constant memory.

use std::{
    borrow::Cow,
    fs::File,
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
    path::Path,
    sync::Arc,
};

use super::{
    amended::{Amended, AmendedRows},
    apart::{self, Isolation, Reading},
    cell_reader::{Orders, Place},
    cells::{Cell, Form, RawRow},
    convert,
    csv::{CsvFile, DELIMITERS},
    error::{Bound, OpenError, ReadError},
    field::{Field, Kind},
    header::{Closest, Finder},
    limits::Limits,
    mapping::{Mapping, letters},
    markup::Page,
    notes::Notes,
    oneroster,
    package::{Shape, shape},
    row::Record,
    sheets::{self, Book},
};
use crate::model::{school_code::SchoolCode, school_year::SchoolYear, text};

/// How a file is to be read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The kind of file; told by its columns when not given.
    pub kind: Option<Kind>,
    /// The kind of a file whose columns do not tell it.
    pub otherwise: Option<Kind>,
    /// The school of rows that do not name one.
    pub school: Option<SchoolCode>,
    /// What reports call the file; its own name when not given.
    pub name: Option<String>,
    /// Which sheet of a workbook; the one with the fullest header when not given.
    pub sheet: Option<String>,
    /// How large it may be.
    pub limits: Limits,
    /// What somebody changed about it after a look.
    pub amended: Arc<Amended>,
    /// Which process reads it.
    pub reading: Reading,
}

/// An open file whose header was found.
pub struct Source {
    /// What it is about.
    pub kind: Kind,
    /// Where each field is, and the columns that are ignored.
    pub header: Mapping,
    /// The workbook's other sheets that hold something.
    pub others: Others,
    /// The school years that the title, or else the sheet's name, and the rows that were read say they are of, each with the
    /// first row that says it (0: the name).
    pub years: Vec<(u32, SchoolYear)>,
    place: Place,
    school: Option<SchoolCode>,
    table: Table,
    amended: AmendedRows,
}

/// What else a workbook holds beside the sheet that was opened.
#[derive(Clone, Debug, Default)]
pub struct Others {
    /// Sheets with the same columns, as one that has a sheet for each class.
    pub alike: Vec<String>,
    /// The one sheet of each other kind: pupils beside their teachers. Of schools only where the format says so: beside people
    /// a list of schools is a catalogue, which says nothing about any of them.
    pub kinds: Vec<(String, Kind)>,
    /// Sheets with other columns, or several of another kind: catalogues, or what should be files of their own.
    pub different: Vec<String>,
}

impl Others {
    fn of(best: &Finder, found: Vec<(Finder, String)>, schools: bool) -> Self {
        let mut others = Self::default();
        let kinds: Vec<Option<Kind>> = found.iter().map(|(finder, _)| finder.kind()).collect();
        for (finder, sheet) in found {
            let Some(kind) = finder.kind() else { continue };
            let alone = kinds.iter().filter(|other| **other == Some(kind)).count() == 1;
            if finder.is_like(best) == Some(true) {
                others.alike.push(sheet);
            } else if alone && best.kind() != Some(kind) && (schools || kind != Kind::Schools) {
                others.kinds.push((sheet, kind));
            } else {
                others.different.push(sheet);
            }
        }
        others
    }
}

/// A file's rows.
pub(super) enum Table {
    Csv(CsvFile),
    Sheets(Book),
}

/// Opens a CSV, XLSX, XLS or ODS file or a page with a table, checks it against the limits and finds its header. Blocks: never on an async thread.
pub fn open(path: &Path, options: &Options) -> Result<Source, OpenError> {
    let Opened { table, sheet, found, others } = look(path, options)?;
    let (header, kind) = found.map_err(|closest| no_header(closest, &sheet))?;
    if let Some((first, second)) = header.repeated(kind) {
        let (titles, columns) =
            ([first, second].map(|it| it.title.clone()), [first, second].map(|it| letters(it.index)));
        return Err(OpenError::ColumnRepeated { row: header.row, titles, columns });
    }
    let name = name(path, options);
    let amended = options.amended.of_sheet(&name, &sheet);
    let of_sheet = || if let [year] = SchoolYear::within(&sheet)[..] { Some((0, year)) } else { None };
    let years = header.year.or_else(of_sheet).into_iter().collect();
    let place = Place::new(name.into(), sheet.into(), &header);
    Ok(Source { kind, header, others, years, place, school: options.school.clone(), table, amended })
}

/// What reports call a file.
pub(super) fn name(path: &Path, options: &Options) -> String {
    let own = || path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    options.name.clone().unwrap_or_else(own)
}

/// Finds the table in a file, and what looks most like its header.
pub(super) fn look(path: &Path, options: &Options) -> Result<Opened, OpenError> {
    let mut file = File::open(path)?;
    let mut sample = Vec::with_capacity(64 * 1024);
    file.by_ref().take(64 * 1024).read_to_end(&mut sample)?;
    file.seek(SeekFrom::Start(0))?;
    if sample.is_empty() {
        return Err(OpenError::Empty);
    }
    match shape(&sample) {
        Shape::Document => Err(OpenError::OtherDocument),
        Shape::Archive => Err(OpenError::Archive),
        Shape::Zip if options.reading.isolation == Isolation::OldWorkbooks => {
            find_sheet(Book::new(sheets::open_zip(file, &options.limits)?, &options.limits), options)
        }
        Shape::Ole | Shape::Zip => {
            find_sheet(Book::new(apart::open(file, &options.reading, &options.limits)?, &options.limits), options)
        }
        Shape::Markup => {
            let page = Page::open(file, &sample, &options.limits)?;
            find_sheet(Book::new(Box::new(page), &options.limits), options)
        }
        Shape::Text => find_delimiter(CsvFile::open(file, &sample, &options.limits)?, options),
    }
}

impl Table {
    /// Shows every row as it stands in the file.
    pub(super) fn walk(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(&RawRow) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        match self {
            Self::Csv(csv) => csv.walk(visit),
            Self::Sheets(workbook) => workbook.walk(sheet, visit),
        }
    }
}

impl Source {
    /// What reports call the file.
    pub fn file(&self) -> &Arc<str> {
        &self.place.file
    }

    /// The sheet that holds the data; empty for CSV.
    pub fn sheet(&self) -> &Arc<str> {
        &self.place.sheet
    }

    /// Where its rows come from, for what is found out later: duplicates, unknown schools.
    pub(super) const fn place(&self) -> &Place {
        &self.place
    }

    /// Shows every row as it is read, titles and header too. Blocks: never on an async thread.
    pub(super) fn for_each_row(&mut self, mut visit: impl FnMut(&RawRow) -> ControlFlow<()>) -> Result<(), ReadError> {
        let Self { header, table, place, amended, .. } = self;
        table.walk(&place.sheet, &mut |row| visit(&as_read(header, amended, row)))
    }

    /// Hands out every row below the header that says anything, until the visitor breaks. Can be called again.
    /// Blocks: never on an async thread.
    pub fn for_each(&mut self, mut visit: impl FnMut(Record) -> ControlFlow<()>) -> Result<(), ReadError> {
        let Self { kind, header, years, place, school, table, amended, .. } = self;
        let (mut first, mut notes) = (true, Notes::of(header));
        table.walk(&place.sheet, &mut |written| {
            let read = as_read(header, amended, written);
            let row: &RawRow = &read;
            if row.number <= header.row || is_ghost(header, row) || repeats_header(header, written) {
                return ControlFlow::Continue(());
            }
            if std::mem::take(&mut first) && numbers_columns(header, written) {
                return ControlFlow::Continue(());
            }
            if let Some(column) = header.column(Field::SchoolYear) {
                note_years(years, row.number, row.cell(column.index).text);
            }
            let mut record = convert::record(*kind, place, row, school.as_ref());
            if amended.touches(row.number) {
                // What somebody typed since does not tell how the others were written.
                record.orders = place.orders(&as_read(header, &AmendedRows::default(), written));
            }
            notes.pass((&*place, row), record, &mut visit)
        })?;
        notes.end(&mut visit);
        Ok(())
    }

    /// From now on, days of these fields that do not show their order are told rather than read.
    pub(super) fn doubt(&mut self, orders: &Orders) {
        self.place.doubtful = orders.doubtful();
    }
}

/// A row as people mean it, and as somebody changed it.
fn as_read<'r>(header: &Mapping, amended: &AmendedRows, row: &'r RawRow) -> Cow<'r, RawRow> {
    let joined = if row.number > header.row { header.joins.of(row) } else { None };
    let row = joined.map_or(Cow::Borrowed(row), Cow::Owned);
    amended.of(&row).map_or(row, Cow::Owned)
}

/// Keeps the years that nobody said before. One would do to refuse a file, and a few to say that it holds many.
fn note_years(years: &mut Vec<(u32, SchoolYear)>, row: u32, text: &str) {
    for year in SchoolYear::within(text) {
        if years.len() < 8 && years.iter().all(|(_, known)| *known != year) {
            years.push((row, year));
        }
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Source").field("kind", &self.kind).field("place", &self.place).finish_non_exhaustive()
    }
}

/// A table that was found.
pub(super) struct Opened {
    pub(super) table: Table,
    pub(super) sheet: String,
    /// The header and the kind, or what came closest.
    pub(super) found: Result<(Mapping, Kind), Box<Closest>>,
    others: Others,
}

fn find_sheet(mut workbook: Book, options: &Options) -> Result<Opened, OpenError> {
    let asked = |sheet: &String| options.sheet.as_ref().is_none_or(|asked| asked == sheet);
    let mut found = Vec::new();
    for sheet in workbook.names().to_vec().into_iter().filter(asked) {
        let mut finder = Finder::new(options);
        workbook.unspread();
        workbook.walk(&sheet, &mut |row| go_on(finder.look(row)))?;
        finder.judge(&[]);
        if finder.score() > 0 && workbook.spread(&sheet)? {
            // A header of two rows is whole only in the second.
            finder = Finder::new(options);
            workbook.walk(&sheet, &mut |row| go_on(finder.look(row)))?;
            finder.judge(workbook.wide());
        }
        found.push((finder, sheet));
    }
    // The first of the best.
    let best = found.iter().rev().max_by_key(|(finder, _)| finder.score());
    let at = best.and_then(|best| found.iter().position(|one| one.1 == best.1)).ok_or(OpenError::AllHidden)?;
    let (finder, sheet) = found.remove(at);
    let others = Others::of(&finder, found, oneroster::is(workbook.names()));
    if others.alike.len() >= options.limits.sheets {
        return Err(OpenError::TooLarge { what: Bound::Sheets, most: options.limits.sheets as u64 });
    }
    workbook.spread(&sheet)?;
    Ok(Opened { table: Table::Sheets(workbook), sheet, found: finder.finish(), others })
}

/// Tries each delimiter: the right one is that under which a header appears.
fn find_delimiter(mut csv: CsvFile, options: &Options) -> Result<Opened, OpenError> {
    let mut best: Option<(Finder, u8)> = None;
    let mut open = None;
    for delimiter in DELIMITERS {
        csv.delimiter = delimiter;
        let mut finder = Finder::new(options);
        let walked = csv.walk(&mut |row| go_on(finder.look(row)));
        finder.judge(&[]);
        match walked {
            // Cut in the wrong places, a quote may seem to open.
            Err(error @ ReadError::OpenQuote { .. }) if finder.score() == 0 => {
                open.get_or_insert(error);
            }
            walked => walked?,
        }
        if best.as_ref().is_none_or(|(best, _)| finder.score() > best.score()) {
            best = Some((finder, delimiter));
        }
    }
    let (finder, delimiter) = best.ok_or(OpenError::Empty)?;
    if let Some(error) = open.filter(|_| finder.score() == 0) {
        return Err(error.into());
    }
    csv.delimiter = delimiter;
    Ok(Opened { table: Table::Csv(csv), sheet: String::new(), found: finder.finish(), others: Others::default() })
}

const fn go_on(more: bool) -> ControlFlow<()> {
    if more { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

fn no_header(closest: Box<Closest>, sheet: &str) -> OpenError {
    if let Some((row, text)) = closest.garbled {
        return OpenError::Garbled { row, text };
    }
    match closest.missing {
        Some((kind, missing)) => OpenError::MissingColumns { kind, sheet: sheet.to_owned(), row: closest.row, missing },
        None if closest.is_of_somebody() => OpenError::KindUnclear { row: closest.row },
        None => OpenError::NoHeader { recognised: closest.recognised },
    }
}

/// A row that says nothing: only formats, a running number, or notes in columns nobody knows.
fn is_ghost(header: &Mapping, row: &RawRow) -> bool {
    let ordinal = header.column(Field::Ordinal).map(|column| column.index);
    // A row that another separator would cut says something, all in its first cell.
    let uncut = |text: &str| text.matches(DELIMITERS.map(char::from)).count() >= 3;
    if ordinal.is_some_and(|column| uncut(row.cell(column).text)) {
        return false;
    }
    let is_empty = |cell: Cell<'_>| cell.text.is_empty() && cell.form != Form::Fault;
    header.columns().filter(|column| Some(column.index) != ordinal).all(|column| is_empty(row.cell(column.index)))
}

/// The header again, as printed at the top of each page.
fn repeats_header(header: &Mapping, row: &RawRow) -> bool {
    // Where a name stands in several columns, they have no title together.
    let keys = [Field::GivenName, Field::FullName, Field::SchoolCode];
    let key = keys.into_iter().find_map(|field| header.column(field));
    key.is_some_and(|column| {
        let cell = row.cell(column.index).text;
        cell.chars().next() == column.title.chars().next() && text::clean(cell) == column.title
    })
}

/// The row below many headers that numbers the columns: `(1) (2) (3)` or `A B 1 2`.
fn numbers_columns(header: &Mapping, row: &RawRow) -> bool {
    let mut filled =
        header.columns().map(|column| row.cell(column.index).text).filter(|text| !text.is_empty()).peekable();
    filled.peek().is_some()
        && filled.all(|text| {
            let inner = text.trim_matches(['(', ')', '[', ']', ' ']);
            let number = matches!(inner.len(), 1 | 2) && inner.bytes().all(|b| b.is_ascii_digit());
            number || (inner.len() == 1 && inner.bytes().all(|b| b.is_ascii_alphabetic()))
        })
}
