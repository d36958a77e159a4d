//! The first look at an import's files: whether they can be read to the end, how many rows there are, how many of them end
//! something, which pupils are released, what rows are found by. Whatever is wrong with a whole file is found here, before anything is written.

use std::{
    collections::{HashMap, VecDeque},
    fs::File,
    io::{self, Read},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::civil::Date;

use super::super::{
    cell_reader::{Orders, Place},
    error::{OpenError, ReadError},
    field::{Field, Kind},
    issue::Language,
    plan::{self, Keyring, Mentions, Prepared, imprint, releases},
    row::Row,
    source::{self, Options, Source},
};
use crate::{
    base::digest::Digest,
    model::{affiliation::EndReason, dates::Order, school_code::SchoolCode, school_year::SchoolYear, status::Effect},
    store::matching::Keyed,
};

/// A file of an import.
#[derive(Clone, Debug)]
pub(super) struct Surveyed {
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
    pub(super) place: Place,
    /// The header's row.
    pub(super) header: u32,
    /// The school years that the file says it is of, each with the first row that says so.
    pub(super) years: Vec<(u32, SchoolYear)>,
    /// Columns nobody knows.
    pub(super) ignored: Vec<String>,
    /// Sheets of the workbook that hold something else, and are not read.
    pub(super) unread: Vec<String>,
    /// Rows that hold data.
    pub(super) rows: u64,
    /// In which order their days were written.
    pub(super) orders: Orders,
    /// Releases whose day counts only when the order of its days is clear.
    unclear: Vec<(u64, Date)>,
    digest: Digest,
}

/// What the first look showed.
#[derive(Debug, Default)]
pub(super) struct Survey {
    /// The files, in the order in which they are imported.
    pub(super) files: Vec<Surveyed>,
    /// How many rows end something, by school.
    pub(super) leaving: HashMap<SchoolCode, i64>,
    /// By what rows are found that say that somebody works at a school, and their marks: each may end what the person was
    /// until now, anywhere.
    pub(super) working: Vec<(Keyed, Option<i64>)>,
    /// The pupils whom a row releases, by mark of person and school, and the latest day that one says.
    pub(super) released: HashMap<u64, Date>,
    /// What the rows are found by.
    pub(super) mentions: Arc<Mentions>,
}

/// What is wrong with a whole file.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It was not opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It was not read to its end.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl FileError {
    /// Its name in reports and APIs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Open(error) => error.code(),
            Self::Read(error) => error.code(),
        }
    }

    /// What is wrong and what to do.
    pub fn message(&self, language: Language) -> String {
        match self {
            Self::Open(error) => error.message(language),
            Self::Read(error) => error.message(language),
        }
    }
}

/// Looks at all files, or at as many as it may. Blocks: never on an async thread.
pub(super) fn survey(
    paths: &[PathBuf],
    (options, year): (&Options, SchoolYear),
    keyring: &Keyring,
    mut told: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Survey, (PathBuf, FileError)> {
    let (mut survey, mut mentions) = (Survey::default(), Mentions::default());
    let (mut rows, mut stopped) = (0, false);
    // Of a workbook that has a sheet for each class, each is like a file of its own.
    let mut sheets: VecDeque<(&PathBuf, Options)> = paths.iter().map(|path| (path, options.clone())).collect();
    while let Some((path, options)) = sheets.pop_front() {
        let mut source = source::open(path, &options).map_err(|e| (path.clone(), e.into()))?;
        let alike = source.others.alike.iter().map(|sheet| (sheet, source.kind));
        let kinds = source.others.kinds.iter().map(|(sheet, kind)| (sheet, *kind));
        for (sheet, kind) in alike.chain(kinds).rev() {
            let options = Options { sheet: Some(sheet.clone()), kind: Some(kind), ..options.clone() };
            sheets.push_front((path, options));
        }
        let mut file = surveyed(path, &source).map_err(|e| (path.clone(), OpenError::Io(e).into()))?;
        let walked = source.for_each(|record| {
            file.rows += 1;
            rows += 1;
            file.orders.count(&record);
            let row = keyring.prepare(record);
            mentions.add(&row);
            survey.look(&row, year, &mut file.unclear);
            stopped = rows % 1024 == 0 && told(rows).is_break();
            if stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        walked.map_err(|e| (path.clone(), e.into()))?;
        file.years = source.years;
        survey.files.push(file);
        if stopped {
            return Ok(survey);
        }
    }
    // One class may have no pupil yet; a file that has none at all is the wrong one.
    let holds = |path: &PathBuf| survey.files.iter().any(|file| file.path == *path && file.rows > 0);
    if let Some(path) = paths.iter().find(|path| !holds(path)) {
        return Err((path.clone(), OpenError::NoRows.into()));
    }
    survey.share_orders();
    survey.mentions = Arc::new(mentions.sorted());
    // Schools before those who are at them, people before what they teach: in whatever order the files were named.
    survey.files.sort_by_key(|file| Kind::ALL.iter().position(|kind| *kind == file.kind));
    Ok(survey)
}

impl Surveyed {
    /// How it is opened again.
    pub(super) fn options(&self, options: &Options) -> Options {
        again(options, self.kind, &self.place.sheet)
    }
}

/// How a sheet is opened again that was found before.
pub(super) fn again(options: &Options, kind: Kind, sheet: &str) -> Options {
    let sheet = Some(sheet.to_owned()).filter(|sheet| !sheet.is_empty());
    Options { kind: Some(kind), sheet, ..options.clone() }
}

impl Survey {
    /// The files' names; with the sheet where several are read of one.
    pub(super) fn names(&self) -> Vec<Arc<str>> {
        let name = |file: &Surveyed| {
            let Place { file: name, sheet, .. } = &file.place;
            let many = self.files.iter().filter(|other| other.path == file.path).count() > 1;
            if many { format!("{name} «{sheet}»").into() } else { Arc::clone(name) }
        };
        self.files.iter().map(name).collect()
    }

    /// The sheets of a workbook were written by one hand: what one shows of the order of its days holds for all. What a row
    /// says that is refused for it releases nobody.
    fn share_orders(&mut self) {
        let mut shared: HashMap<PathBuf, Orders> = HashMap::new();
        for file in &self.files {
            shared.entry(file.path.clone()).or_default().add(&file.orders);
        }
        for file in &mut self.files {
            file.orders = shared[&file.path];
            let unclear = std::mem::take(&mut file.unclear);
            if !file.orders.doubtful().contains(&Field::StatusDate) {
                for (mark, on) in unclear {
                    release(&mut self.released, mark, on);
                }
            }
        }
    }

    /// Refuses a file of another school year: last year's list would move and end people by the hundred.
    pub(super) fn refuse_other_years(&self, asked: SchoolYear) -> Result<(), (PathBuf, FileError)> {
        for file in &self.files {
            if let Some(&(row, said)) = file.years.iter().find(|(_, said)| *said != asked) {
                return Err((file.path.clone(), OpenError::OtherYear { row, said, asked }.into()));
            }
        }
        Ok(())
    }

    /// Rows of all files.
    pub(super) fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// What makes two runs one: the same content of the same kinds in the same order, asked for in the same way.
    pub(super) fn fingerprint(&self, options: &str) -> Digest {
        let mut text = format!("{}\n{options}\n", plan::RULES);
        for file in &self.files {
            text.push_str(file.kind.as_str());
            text.extend(file.digest.bytes().iter().map(|byte| format!(" {byte:02x}")));
            text.push_str(&file.place.sheet);
            text.push('\n');
        }
        Digest::of(text.as_bytes())
    }

    fn look(&mut self, it: &Prepared, year: SchoolYear, unclear: &mut Vec<(u64, Date)>) {
        let (school, effect) = match &it.record.outcome {
            Ok(Row::Pupil(row)) => (&row.school, row.status.effect()),
            Ok(Row::Staff(row)) => (&row.school, row.status.effect()),
            _ => return,
        };
        let Effect::Ended(why) = effect else {
            if let (Ok(Row::Staff(_)), Some(keyed)) = (&it.record.outcome, it.keys.all().next()) {
                self.working.push((keyed, imprint(it, year)));
            }
            return;
        };
        *self.leaving.entry(school.clone()).or_default() += 1;
        if let (EndReason::Transferred, Ok(Row::Pupil(row))) = (why, &it.record.outcome) {
            // Without a day it holds from now on.
            let on = row.status_since.unwrap_or(Date::MAX);
            let marks = releases(it, school).map(|mark| (mark, on));
            if it.record.order(Field::StatusDate) == Some(Order::Either) {
                unclear.extend(marks);
            } else {
                for (mark, on) in marks {
                    release(&mut self.released, mark, on);
                }
            }
        }
    }
}

fn release(released: &mut HashMap<u64, Date>, mark: u64, on: Date) {
    let latest = released.entry(mark).or_insert(on);
    *latest = on.max(*latest);
}

fn surveyed(path: &Path, source: &Source) -> io::Result<Surveyed> {
    Ok(Surveyed {
        path: path.to_owned(),
        kind: source.kind,
        place: source.place().clone(),
        header: source.header.row,
        years: Vec::new(),
        ignored: source.header.ignored(source.kind).map(|column| column.title.clone()).collect(),
        unread: source.others.different.clone(),
        rows: 0,
        orders: Orders::default(),
        unclear: Vec::new(),
        digest: digest(path)?,
    })
}

fn digest(path: &Path) -> io::Result<Digest> {
    let mut file = File::open(path)?;
    let mut hasher = crate::base::digest::Hashing::default();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hasher.finish()),
            read => hasher.update(&buffer[..read]),
        }
    }
}
