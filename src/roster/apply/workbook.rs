//! The workbook that goes back to whoever sent the files: their rows where they were, what came of each, what is wrong and
//! what to do, wrong cells marked. Text and whole numbers only: what looks like a formula is none here (R47), and what was
//! uploaded is never anything but cells (R48).

use std::{
    collections::{HashMap, HashSet},
    ops::ControlFlow,
    path::Path,
};

use rust_xlsxwriter::{Color, Format, Workbook, Worksheet, XlsxError};

use super::{
    super::{
        cells::{Cell, Form, RawRow},
        field::Field,
        issue::{Issue, Language, Severity},
        notes::REPORTED,
        plan::Outcome,
        source::{self, Options},
    },
    report::{FileReport, Report},
    survey::{FileError, again},
};
use crate::model::{dates, text::for_a_spreadsheet};

/// Why the workbook could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// A file cannot be read again.
    #[error("{0}")]
    File(#[from] FileError),
    /// The workbook cannot be written.
    #[error("the workbook cannot be written: {0}")]
    Write(#[from] XlsxError),
    /// It cannot be put in its place.
    #[error("the workbook cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// Writes the workbook: a sheet for each file, or for each sheet of the one file under its own name, row by row, in
/// constant memory. What stood in its place before stays until it is whole. Blocks: never on an async thread.
pub fn write_workbook(
    report: &Report,
    options: &Options,
    language: Language,
    path: &Path,
) -> Result<(), WorkbookError> {
    let mut workbook = Workbook::new();
    let of_one_book = report.files.len() > 1 && report.files.iter().all(|file| file.path == report.files[0].path);
    let mut taken = HashSet::new();
    for (number, file) in report.files.iter().enumerate() {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        let own = if of_one_book { &*file.sheet } else { "" };
        sheet.set_name(free_name(&mut taken, own, (number + 1, &*file.name)))?;
        let issues = report
            .issues
            .iter()
            .filter(|issue| (&issue.file, &issue.sheet) == (&file.name, &file.sheet))
            .collect::<Vec<_>>();
        let days = Vec::new();
        Sheet { to: sheet, file, issues, language, marked: Marks::new(), days }.fill(options)?;
    }
    let unfinished = path.with_extension("part");
    workbook.save(&unfinished)?;
    Ok(std::fs::rename(&unfinished, path)?)
}

/// A spreadsheet keeps so many digits of a number.
const EXACT_DIGITS: usize = 15;

/// How cells are marked.
struct Marks {
    wrong: Format,
    doubtful: Format,
    plain: Format,
}

impl Marks {
    fn new() -> Self {
        // Whole numbers are identifiers: all their digits are shown.
        let plain = Format::new().set_num_format("0");
        let of = |color| plain.clone().set_background_color(Color::RGB(color));
        Self { wrong: of(0x00FF_C7CE), doubtful: of(0x00FF_EB9C), plain }
    }

    const fn of(&self, severity: Severity) -> &Format {
        match severity {
            Severity::Error => &self.wrong,
            Severity::Held | Severity::Warning => &self.doubtful,
        }
    }
}

struct Sheet<'a> {
    to: &'a mut Worksheet,
    file: &'a FileReport,
    issues: Vec<&'a Issue>,
    language: Language,
    marked: Marks,
    /// The places of days.
    days: Vec<usize>,
}

impl Sheet<'_> {
    fn fill(&mut self, options: &Options) -> Result<(), WorkbookError> {
        let options = again(options, self.file.kind, &self.file.sheet);
        let mut source = source::open(&self.file.path, &options).map_err(FileError::from)?;
        let days = [Field::BirthDate, Field::StatusDate].map(|field| source.header.column(field));
        self.days = days.into_iter().flatten().map(|column| column.index).collect();
        let outcomes: HashMap<u32, Outcome> = self.file.outcomes.iter().copied().collect();
        let mut by_row: HashMap<u32, Vec<&Issue>> = HashMap::new();
        for issue in &self.issues {
            by_row.entry(issue.row).or_default().push(issue);
        }
        let (mut width, mut failed) = (0, None);
        let walked = source.for_each_row(|row| {
            width = if row.number <= self.file.header { width.max(row.iter().count()) } else { width };
            let found = by_row.get(&row.number).map_or(&[][..], Vec::as_slice);
            match self.row(row, width, outcomes.get(&row.number).copied(), found) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        walked.map_err(FileError::from)?;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    fn row(&mut self, row: &RawRow, width: usize, outcome: Option<Outcome>, found: &[&Issue]) -> Result<(), XlsxError> {
        let line = row.number.saturating_sub(1);
        for (place, cell) in (0..width).map(|place| (place, row.cell(place))) {
            let marked = self.mark(place, found);
            if cell.text.is_empty() {
                self.blank(line, place, marked)?;
                continue;
            }
            match dates::serial(cell.text).filter(|_| row.since_1904 && cell.form == Form::Number) {
                // The report counts from 1900: a day that is only a number there would be another one.
                Some(days) if self.days.contains(&place) => {
                    let day = dates::from_serial(days + dates::FROM_1900_TO_1904);
                    self.put(line, place, &day.map_or(cell.text.to_owned(), |day| day.to_string()), marked)?;
                }
                _ => self.copy(line, place, cell, marked)?,
            }
        }
        if row.number == self.file.header {
            for (at, title) in self.titles().into_iter().enumerate() {
                self.put(line, width + at, title, None)?;
            }
        }
        let Some(outcome) = outcome else { return Ok(()) };
        let texts: Vec<_> = found.iter().map(|issue| issue.texts(self.language)).collect();
        let what: Vec<_> =
            found.iter().zip(&texts).map(|(issue, (what, _))| format!("{}: {what}", issue.column)).collect();
        let repair: Vec<&str> =
            texts.iter().map(|(_, repair)| repair.as_str()).filter(|text| !text.is_empty()).collect();
        self.put(line, width, word(self.language, outcome), None)?;
        self.put(line, width + 1, &what.join("; "), None)?;
        self.put(line, width + 2, &repair.join(" "), None)?;
        let changes = self.file.differences.of(row.number);
        let changes: Vec<String> = changes.iter().map(|one| one.told(self.language)).collect();
        self.put(line, width + 3, &changes.join("; "), None)
    }

    /// As it was: what may have been a number stays one, so that zeros lost at its front are restored when the report itself
    /// is imported.
    fn copy(&mut self, line: u32, place: usize, cell: Cell<'_>, marked: Option<Severity>) -> Result<(), XlsxError> {
        let digits = !cell.text.starts_with('0') && cell.text.bytes().all(|byte| byte.is_ascii_digit());
        let exact = digits && cell.form == Form::Number && cell.text.len() <= EXACT_DIGITS;
        let Some(number) = cell.text.parse::<f64>().ok().filter(|_| exact) else {
            return self.put(line, place, cell.text, marked);
        };
        let format = marked.map_or(&self.marked.plain, |severity| self.marked.of(severity));
        self.to.write_number_with_format(line, u16::try_from(place).unwrap_or(u16::MAX), number, format).map(drop)
    }

    /// An empty cell has a colour where something is missing in it.
    fn blank(&mut self, line: u32, place: usize, marked: Option<Severity>) -> Result<(), XlsxError> {
        let Some(severity) = marked else { return Ok(()) };
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        self.to.write_blank(line, place, self.marked.of(severity)).map(drop)
    }

    fn put(&mut self, line: u32, place: usize, text: &str, marked: Option<Severity>) -> Result<(), XlsxError> {
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        let text = for_a_spreadsheet(text);
        match marked {
            Some(severity) => self.to.write_string_with_format(line, place, text, self.marked.of(severity)),
            None => self.to.write_string(line, place, text),
        }
        .map(drop)
    }

    /// How a cell is to be marked: the worst that was found in it.
    fn mark(&self, place: usize, found: &[&Issue]) -> Option<Severity> {
        let here = found.iter().filter(|issue| self.file.column(&issue.column) == Some(place));
        here.map(|issue| issue.severity()).min_by_key(|severity| *severity != Severity::Error)
    }

    const fn titles(&self) -> [&'static str; 4] {
        let [vi, en] = REPORTED;
        match self.language {
            Language::Vi => vi,
            Language::En => en,
        }
    }
}

const fn word(language: Language, outcome: Outcome) -> &'static str {
    let (vi, en) = match outcome {
        Outcome::Created => ("Tạo mới", "Created"),
        Outcome::Updated => ("Cập nhật", "Updated"),
        Outcome::Unchanged => ("Không đổi", "Unchanged"),
        Outcome::Ended => ("Rời trường", "Ended"),
        Outcome::Transfer => ("Chờ chuyển trường", "Transfer"),
        Outcome::Review => ("Cần xem lại", "Review"),
        Outcome::Refused => ("Lỗi, chưa nhập", "Refused"),
        Outcome::Repeated => ("Lặp lại, bỏ qua", "Repeated"),
        Outcome::Absent => ("Đã rời từ trước", "Gone before"),
        Outcome::PassedOver => ("Ghi chú, bỏ qua", "Note, passed over"),
    };
    match language {
        Language::Vi => vi,
        Language::En => en,
    }
}

/// The name of a sheet: its own, or the file's behind a number, which keeps two files of one name apart. A sheet may bear
/// such a name as its own, so the next number is taken then.
fn free_name(taken: &mut HashSet<String>, own: &str, (mut number, file): (usize, &str)) -> String {
    let mut name = sheet_name(own);
    while name.is_empty() || !taken.insert(name.to_lowercase()) {
        name = sheet_name(&format!("{number} {file}"));
        number += 1;
    }
    name
}

/// A name that a sheet may have.
fn sheet_name(text: &str) -> String {
    let plain =
        text.chars().map(|c| if matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'') { ' ' } else { c });
    plain.take(31).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_sheets_bear_one_name() {
        let mut taken = HashSet::new();
        let sheets = ["2 Lớp.ods", "Lớp", "LỚP", "L*ớp", "L ớp", ""];
        let names = sheets.iter().zip(1..).map(|(own, number)| free_name(&mut taken, own, (number, "lớp.ods")));
        let names: Vec<String> = names.collect();
        assert_eq!(names, ["2 Lớp.ods", "Lớp", "3 lớp.ods", "L ớp", "5 lớp.ods", "6 lớp.ods"]);
        assert_eq!(free_name(&mut taken, "", (2, "lớp.ods")), "4 lớp.ods");
        let long = "x".repeat(40);
        assert_eq!(free_name(&mut taken, &long, (1, "")).len(), 31);
        assert_eq!(free_name(&mut taken, &long, (7, "")), "7");
    }
}
