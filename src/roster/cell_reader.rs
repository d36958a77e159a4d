//! Reads one row's cells as values, collecting what is wrong with them.

use std::{borrow::Cow, sync::Arc};

use jiff::civil::Date;

use super::{
    cells::{Form, RawRow},
    fault::Fault,
    field::Field,
    issue::{Issue, Problem, Severity},
    mapping::Mapping,
    row::{Record, Row},
};
use crate::model::{
    dates::{self, DateError},
    legacy, mojibake, text,
};

/// Where rows come from: what every issue names.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) file: Arc<str>,
    pub(super) sheet: Arc<str>,
    columns: [usize; Field::COUNT],
    titles: [Arc<str>; Field::COUNT],
}

impl Place {
    pub(super) fn new(file: Arc<str>, sheet: Arc<str>, mapping: &Mapping) -> Self {
        let columns = Field::ALL.map(|field| mapping.column(field).map_or(usize::MAX, |column| column.index));
        let titles =
            Field::ALL.map(|field| mapping.column(field).map_or(field.title(), |column| column.title.as_str()).into());
        Self { file, sheet, columns, titles }
    }

    /// The column of a title.
    pub(super) fn column(&self, title: &str) -> Option<usize> {
        let at = self.titles.iter().position(|known| &**known == title)?;
        Some(self.columns[at]).filter(|column| *column != usize::MAX)
    }

    pub(super) fn issue(&self, row: u32, field: Field, value: &str, problem: Problem) -> Issue {
        let personal = field == Field::CitizenNumber || problem == Problem::SectorIdLooksLikeCitizenNumber;
        let value = if personal { masked(value) } else { value.chars().take(120).collect() };
        let column = Arc::clone(&self.titles[field as usize]);
        Issue { file: Arc::clone(&self.file), sheet: Arc::clone(&self.sheet), row, column, value, problem }
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
}

impl<'a> CellReader<'a> {
    pub(super) fn new(place: &'a Place, row: &'a RawRow) -> Self {
        Self { place, row, errors: Vec::new(), warnings: Vec::new(), guessed: Vec::new() }
    }

    /// Reports a problem; whether it keeps the row out is the problem's own.
    pub(super) fn report(&mut self, field: Field, problem: Problem) {
        let issue = self.place.issue(self.row.number, field, self.raw(field), problem);
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
        self.row.cell(self.place.columns[field as usize]).form == Form::Number
    }

    /// The cell's text: clean, in Unicode, at most `most` characters.
    pub(super) fn text(&mut self, field: Field, most: usize) -> Found<Cow<'a, str>> {
        let cell = self.row.cell(self.place.columns[field as usize]);
        if cell.text.is_empty() {
            return Found::Empty;
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
        } else if let Some((became, encoding)) = legacy::convert(&written) {
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
        let text = text.strip_prefix('\'').unwrap_or(&text);
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
        Record { row: self.row.number, outcome, warnings: self.warnings, guessed: self.guessed }
    }

    fn raw(&self, field: Field) -> &'a str {
        self.row.cell(self.place.columns[field as usize]).text
    }
}
