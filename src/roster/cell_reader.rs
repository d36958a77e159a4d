//! Reads one row's cells as values, collecting what is wrong with them.

use std::{borrow::Cow, sync::Arc};

use jiff::civil::Date;

use super::{
    cells::{Cell, Form, RawRow},
    fault::Fault,
    field::Field,
    issue::{Issue, Problem, Severity},
    joins::{ends_with, may_be_name},
    mapping::{Mapping, letters},
    row::{Record, Row},
};
use crate::model::{
    dates::{self, DateError, Order},
    legacy::{self, Legacy},
    mojibake, text,
};

/// What OneRoster calls the status of a record that is no more.
pub(super) const GONE: &str = "tobedeleted";

/// Where rows come from: what every issue names.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) sheet: Arc<str>,
    columns: [usize; Field::COUNT],
    /// The column beside the name, if what stands there may belong to it.
    beside: Option<usize>,
    legacy: Option<Legacy>,
    titles: [Arc<str>; Field::COUNT],
    /// The fields whose days were written month first, it seems.
    pub(super) doubtful: Vec<Field>,
    /// Whether what the sheet has for a school's name is that of the row's.
    tells_the_school: bool,
    /// Whether the sheet is named after those who left (*HS thôi học*).
    pub(super) is_of_leavers: bool,
}

/// What people who left are called by.
const LEFT: [&str; 9] =
    ["thoi hoc", "bo hoc", "nghi hoc", "da nghi", "chuyen di", "chuyen truong", "ra truong", "thoi viec", "nghi huu"];

/// Whether a sheet's name says that those on it left. *Nghỉ học xin học lại* are back.
fn is_of_leavers(sheet: &str) -> bool {
    let key = format!(" {} ", text::SearchKey::of(sheet).as_str());
    let says = |words: &str| key.contains(&format!(" {words} "));
    LEFT.into_iter().any(says) && !says("hoc lai")
}

impl Place {
    pub(super) fn new(file: Arc<str>, sheet: Arc<str>, mapping: &Mapping) -> Self {
        let columns = Field::ALL.map(|field| mapping.column(field).map_or(usize::MAX, |column| column.index));
        let titles =
            Field::ALL.map(|field| mapping.column(field).map_or(field.title(), |column| column.title.as_str()).into());
        let (beside, legacy) = (mapping.joins.beside, mapping.legacy);
        let (tells_the_school, is_of_leavers) = (mapping.tells_the_school(), is_of_leavers(&sheet));
        Self { file, sheet, columns, beside, legacy, titles, doubtful: Vec::new(), tells_the_school, is_of_leavers }
    }

    /// A row's cell of a field.
    pub(super) fn cell<'a>(&self, row: &'a RawRow, field: Field) -> Cell<'a> {
        row.cell(self.columns[field as usize])
    }

    /// How the days of a row were written.
    pub(super) fn orders(&self, row: &RawRow) -> [Option<Order>; DAYS.len()] {
        DAYS.map(|field| order(self.cell(row, field).text))
    }

    /// The column of a title.
    pub(super) fn column(&self, title: &str) -> Option<usize> {
        let at = self.titles.iter().position(|known| &**known == title)?;
        Some(self.columns[at]).filter(|column| *column != usize::MAX)
    }

    /// Said of one row; `said`: what it says in a field, for where else than there it can be put right.
    pub(super) fn issue<S: AsRef<str>>(
        &self,
        row: u32,
        (field, value, problem): (Field, &str, Problem),
        said: impl Fn(Field) -> S,
    ) -> Issue {
        let title = |field: Field| Arc::clone(&self.titles[field as usize]);
        let has = |field: &Field| self.columns[*field as usize] != usize::MAX;
        let others = problem.elsewhere().iter().copied().filter(has);
        let others = others.map(|other| (title(other), shown(other, said(other).as_ref()))).collect();
        let (file, sheet) = (Arc::clone(&self.file), Arc::clone(&self.sheet));
        Issue { file, sheet, row, column: title(field), value: shown(field, value), problem, others }
    }
}

/// What stands in a cell, as reports may show it.
fn shown(field: Field, value: &str) -> String {
    let twelve = || value.bytes().filter(u8::is_ascii_digit).count() == 12;
    let personal = field == Field::CitizenNumber || field == Field::SectorId && twelve();
    if personal { masked(value) } else { value.chars().take(120).collect() }
}

/// The fields that hold days.
pub(super) const DAYS: [Field; 2] = [Field::BirthDate, Field::StatusDate];

fn order(text: &str) -> Option<Order> {
    dates::order(text.strip_prefix('\'').unwrap_or(text))
}

/// How many days of each such field can only have been written day first, and how many only month first.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Orders([(u64, u64); DAYS.len()]);

impl Orders {
    /// Counts a row's.
    pub(super) fn count(&mut self, row: &Record) {
        for ((day_first, month_first), order) in self.0.iter_mut().zip(row.orders) {
            *day_first += u64::from(order == Some(Order::DayFirst));
            *month_first += u64::from(order == Some(Order::MonthFirst));
        }
    }

    /// Counts another sheet's of the same file.
    pub(super) fn add(&mut self, other: &Self) {
        for ((day_first, month_first), (days, months)) in self.0.iter_mut().zip(other.0) {
            *day_first += days;
            *month_first += months;
        }
    }

    /// The fields of whose days more than a few were written month first: one or two may be slips.
    pub(super) fn doubtful(&self) -> Vec<Field> {
        let is_so = |(day_first, month_first): (u64, u64)| month_first > 1 && month_first * 4 > day_first;
        DAYS.into_iter().zip(self.0).filter(|(_, counts)| is_so(*counts)).map(|(field, _)| field).collect()
    }
}

/// Digits of a code are gone.
struct Shortened;

/// The code that scientific notation says (`3.112345678E+09`), if it says one, and with all its digits.
fn scientific(code: &str) -> Result<Option<String>, Shortened> {
    let Some((mantissa, exponent)) = code.split_once(['E', 'e']) else { return Ok(None) };
    let (whole, rest) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let is_number =
        whole.len() == 1 && digits(whole) && digits(rest) && (exponent.starts_with('+') || !rest.is_empty());
    match exponent.trim_start_matches('+').parse::<usize>() {
        Ok(exponent) if is_number && rest.len() == exponent => Ok(Some(format!("{whole}{rest}"))),
        Ok(_) if is_number => Err(Shortened),
        _ => Ok(None),
    }
}

/// A citizen number as reports may show it: enough to find it in the file, not enough to know it.
pub(super) fn masked(number: &str) -> String {
    let count = number.chars().count();
    number.chars().take(120).enumerate().map(|(i, c)| if i < 3 || i + 2 >= count { c } else { '•' }).collect()
}

/// What a cell turned out to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    /// A value.
    Value(T),
    /// Nothing.
    Empty,
    /// Something wrong; it was reported.
    Bad,
}

impl<T> Found<T> {
    /// The value, if there is one; what was wrong keeps the row out all the same.
    pub(super) fn value(self) -> Option<T> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }
}

/// One row on its way to becoming a [`Record`].
pub(super) struct CellReader<'a> {
    pub(super) place: &'a Place,
    row: &'a RawRow,
    errors: Vec<Issue>,
    warnings: Vec<Issue>,
    guessed: Vec<Field>,
    orders: [Option<Order>; DAYS.len()],
}

impl<'a> CellReader<'a> {
    pub(super) fn new(place: &'a Place, row: &'a RawRow) -> Self {
        let (errors, warnings, guessed) = (Vec::new(), Vec::new(), Vec::new());
        Self { place, row, errors, warnings, guessed, orders: [None; DAYS.len()] }
    }

    /// Reports a problem; whether it keeps the row out is the problem's own.
    pub(super) fn report(&mut self, field: Field, problem: Problem) {
        let found = (field, self.raw(field), problem);
        let issue = self.place.issue(self.row.number, found, |other| self.raw(other));
        if matches!(issue.problem, Problem::LeadingZerosRestored(_)) {
            self.guessed.push(field);
        }
        match issue.severity() {
            Severity::Error | Severity::Held => self.errors.push(issue),
            Severity::Warning => self.warnings.push(issue),
        }
    }

    /// Reports an error and says so.
    pub(super) fn bad<T>(&mut self, field: Field, problem: Problem) -> Found<T> {
        self.report(field, problem);
        Found::Bad
    }

    /// The value, or an error when the cell is empty.
    pub(super) fn required<T>(&mut self, field: Field, found: Found<T>) -> Option<T> {
        if matches!(found, Found::Empty) {
            self.report(field, Problem::Required);
        }
        found.value()
    }

    /// Whether the cell may have been a number, whose leading zeros are lost.
    pub(super) fn may_lack_zeros(&self, field: Field) -> bool {
        self.cell(field).form == Form::Number
    }

    /// Whether the cell is a number of a sheet; in text files nothing tells one.
    pub(super) fn is_a_sheets_number(&self, field: Field) -> bool {
        !self.place.sheet.is_empty() && self.may_lack_zeros(field)
    }

    /// What a row without a code calls its school.
    pub(super) fn school_named(&self) -> Option<String> {
        let named = self.raw(Field::SchoolName);
        let tells = self.place.tells_the_school && self.raw(Field::SchoolCode).is_empty() && !named.is_empty();
        tells.then(|| named.to_owned())
    }

    /// What the row says in a field.
    fn cell(&self, field: Field) -> Cell<'a> {
        let said = self.row.beside.iter().find(|(of, _)| *of == field);
        said.map_or_else(|| self.place.cell(self.row, field), |(_, text)| Cell { text: text.trim(), form: Form::Text })
    }

    /// The cell's text: clean, in Unicode, at most `most` characters.
    pub(super) fn text(&mut self, field: Field, most: usize) -> Found<Cow<'a, str>> {
        let cell = self.cell(field);
        if cell.text.is_empty() {
            return if cell.form == Form::Fault { self.bad(field, Problem::FormulaUncomputed) } else { Found::Empty };
        }
        let fault = Fault::read(cell.text).or_else(|| (cell.form == Form::Fault).then_some(Fault::Other));
        if let Some(fault) = fault {
            return self.bad(field, Problem::CellFault(fault));
        }
        // A no-break space would hide that the words around it are of a legacy font.
        let written =
            if cell.text.contains('\u{A0}') { Cow::Owned(cell.text.replace('\u{A0}', " ")) } else { cell.text.into() };
        let text = if let Some(became) = mojibake::repair(&written) {
            let became = text::clean(&became).into_owned();
            self.report(field, Problem::TextRepaired(became.clone()));
            Cow::Owned(became)
        } else if mojibake::is_garbled(&written) {
            return self.bad(field, Problem::TextGarbled);
        } else if let Some((became, encoding)) = self.unicode_of(&written) {
            let became = text::clean(&became).into_owned();
            self.report(field, Problem::LegacyText { encoding: encoding.as_str(), became: became.clone() });
            Cow::Owned(became)
        } else {
            text::clean(text::from_a_spreadsheet(cell.text))
        };
        if text.is_empty() {
            return Found::Empty;
        }
        if text.contains('\u{FFFD}') {
            return self.bad(field, Problem::TextDamaged);
        }
        if text.len() > most && text.chars().count() > most {
            return self.bad(field, Problem::TooLong);
        }
        Found::Value(text)
    }

    /// Where all rows are in a font of before Unicode, so are words that may be Vietnamese as they stand.
    fn unicode_of(&self, written: &str) -> Option<(String, Legacy)> {
        let known = self.place.legacy.and_then(|legacy| Some((legacy::convert_from(written, legacy)?, legacy)));
        known.or_else(|| legacy::convert(written))
    }

    /// Whether only the first words of a name stand where it is read.
    pub(super) fn is_part_of_name(&self) -> bool {
        self.cell(Field::FullName).form == Form::Part
    }

    /// Reports what stands beside a name, is no part of it as it is read, and might be one.
    pub(super) fn look_beside(&mut self, name: &str) {
        let Some(column) = self.place.beside else { return };
        let text = self.row.cell(column).text;
        if !text.is_empty() && may_be_name(text) && !ends_with(name, text) {
            let text = text.chars().take(60).collect();
            self.report(Field::FullName, Problem::TextBesideName { column: letters(column), text });
        }
    }

    /// A cell that holds an identifier: without what spreadsheets put around one (`="…"`, `'`, `.0`, spaces).
    pub(super) fn code(&mut self, field: Field) -> Found<Cow<'a, str>> {
        let text = match self.text(field, 200) {
            Found::Value(text) => text,
            other => return other,
        };
        let strip = |text: &str| -> String {
            let inner = text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')).unwrap_or(text);
            let inner = inner.trim_start_matches('\'');
            inner.chars().filter(|c| !c.is_whitespace()).collect()
        };
        let mut code = if text.bytes().all(|b| b.is_ascii_alphanumeric()) { text } else { Cow::Owned(strip(&text)) };
        if let Some((whole, zeros)) = code.split_once('.')
            && !zeros.is_empty()
            && zeros.bytes().all(|b| b == b'0')
            && whole.bytes().all(|b| b.is_ascii_digit())
        {
            code = Cow::Owned(whole.to_owned());
        }
        match scientific(&code) {
            _ if code.is_empty() => Found::Empty,
            Ok(Some(whole)) => Found::Value(Cow::Owned(whole)),
            Ok(None) => Found::Value(code),
            Err(Shortened) => self.bad(field, Problem::CodeShortened),
        }
    }

    /// A date in any of the forms of [`dates`].
    pub(super) fn date(&mut self, field: Field) -> Found<Date> {
        let text = match self.text(field, 60) {
            Found::Value(text) => text,
            Found::Empty => return Found::Empty,
            Found::Bad => return Found::Bad,
        };
        let order = order(&text);
        let text = text.strip_prefix('\'').unwrap_or(&text);
        if let Some(at) = DAYS.iter().position(|known| *known == field) {
            self.orders[at] = order;
        }
        if order == Some(Order::Either) && self.place.doubtful.contains(&field) {
            return self.bad(field, Problem::DateOrderUnclear);
        }
        let read = match dates::serial(text).filter(|_| self.row.since_1904) {
            None => dates::read(text),
            Some(days) if self.may_lack_zeros(field) => dates::from_serial(days + dates::FROM_1900_TO_1904),
            // A number kept as text may have come from elsewhere, and so be counted from elsewhere.
            Some(_) => Err(DateError::Unreadable),
        };
        match read {
            Ok(date) => Found::Value(date),
            Err(error) => self.bad(
                field,
                match error {
                    DateError::NoSuchDay => Problem::DateNoSuchDay,
                    DateError::NoSuchMonth => Problem::DateNoSuchMonth,
                    DateError::ShortYear => Problem::DateShortYear,
                    DateError::YearOnly => Problem::DateYearOnly,
                    DateError::OutOfRange => Problem::DateOutOfRange,
                    DateError::Unreadable => Problem::DateUnreadable,
                },
            ),
        }
    }

    /// A cell that holds a word of a vocabulary.
    pub(super) fn word<T>(&mut self, field: Field, read: fn(&str) -> Option<T>, unknown: Problem) -> Found<T> {
        match self.text(field, 200) {
            Found::Value(text) => match read(text.strip_suffix(".0").unwrap_or(&text)) {
                Some(value) => Found::Value(value),
                None if text.eq_ignore_ascii_case(GONE) => self.bad(field, Problem::RecordGone),
                None => self.bad(field, unknown),
            },
            Found::Empty => Found::Empty,
            Found::Bad => Found::Bad,
        }
    }

    /// The record: what the row says if nothing was wrong with it.
    pub(super) fn finish(self, row: Option<Row>) -> Record {
        let outcome = match row {
            Some(row) if self.errors.is_empty() => Ok(row),
            _ => Err(self.errors),
        };
        Record { row: self.row.number, outcome, warnings: self.warnings, guessed: self.guessed, orders: self.orders }
    }

    fn raw(&self, field: Field) -> &'a str {
        self.cell(field).text
    }
}
