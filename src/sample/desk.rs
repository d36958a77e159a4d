//! Writes one file after the other, row by row, and counts what is in them.

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::Path,
};

use super::{
    book::Book,
    extra,
    files::{Progress, WrittenFile},
    folder::{self, WriteError, at},
    mess::Hostility,
    rows::{self, Contents, Row, Table},
    school::School,
    sector::Sector,
    sheet::{Cell, CsvForm, Sink},
    wear::Wear,
};

/// A file that is to be written.
pub(super) struct Listed<'a> {
    pub(super) name: String,
    pub(super) table: &'static Table,
    pub(super) schools: &'a [School],
    pub(super) rows: u64,
    /// Which file of its table it is.
    pub(super) version: usize,
}

/// Where the files are written, one after the other.
pub(super) struct Desk<'a> {
    dir: &'a Path,
    sector: &'a Sector,
    progress: &'a mut dyn FnMut(Progress<'_>),
    rows: u64,
    of: u64,
    files: Vec<WrittenFile>,
    /// Sector IDs of staff whose rows cannot be imported as they stand.
    lost: HashSet<String>,
}

/// One file being written.
struct Sheet<'a> {
    sink: Sink,
    listed: &'a Listed<'a>,
    wear: Option<Wear<'a>>,
    rows: u64,
}

impl<'a> Desk<'a> {
    /// Files go to `dir`; they will have `of` rows together.
    pub(super) fn new(dir: &'a Path, sector: &'a Sector, of: u64, progress: &'a mut dyn FnMut(Progress<'_>)) -> Self {
        Self { dir, sector, progress, rows: 0, of, files: Vec::new(), lost: HashSet::new() }
    }

    /// What was written.
    pub(super) fn written(self) -> Vec<WrittenFile> {
        self.files
    }

    /// Writes a file under another name, which it sheds when it is whole.
    pub(super) fn write(&mut self, listed: &'a Listed<'a>) -> Result<(), WriteError> {
        let path = self.dir.join(&listed.name);
        let unfinished = folder::unfinished(&path);
        let written = self.fill(listed, &unfinished).and_then(|file| {
            fs::rename(&unfinished, &path)?;
            Ok(file)
        });
        match written {
            Ok(file) => {
                (self.progress)(Progress { file: &file.name, rows: self.rows, of: self.of });
                self.files.push(file);
                Ok(())
            }
            Err(error) => {
                // What is told is why it could not be written; that it cannot be removed either changes nothing.
                let _ = fs::remove_file(&unfinished);
                Err(at(&path)(error))
            }
        }
    }

    fn fill(&mut self, listed: &'a Listed<'a>, path: &Path) -> io::Result<WrittenFile> {
        let mut sheet = self.open(listed, path)?;
        match listed.table.contents {
            Contents::Schools => self.schools(&mut sheet)?,
            Contents::Staff => self.staff(&mut sheet)?,
            Contents::Pupils => self.pupils(&mut sheet)?,
            Contents::Assignments => self.assignments(&mut sheet)?,
        }
        if let Some(wear) = &mut sheet.wear {
            // Where somebody formatted further down than they typed.
            (0..3).try_for_each(|_| sheet.sink.row(&wear.ghost()))?;
        }
        sheet.sink.finish(path)?;
        let hostilities = sheet.wear.map(Wear::counts).unwrap_or_default();
        Ok(WrittenFile { name: listed.name.clone(), rows: sheet.rows, hostilities })
    }

    fn schools(&mut self, sheet: &mut Sheet<'_>) -> io::Result<()> {
        let schools = sheet.listed.schools;
        let mut by_name = HashMap::<&str, u64>::new();
        for school in schools {
            *by_name.entry(&school.name).or_default() += 1;
        }
        sheet.tally(Hostility::SameSchoolName, by_name.values().filter(|n| **n > 1).sum());
        schools.iter().try_for_each(|school| self.put(sheet, rows::school(school)).map(drop))
    }

    fn staff(&mut self, sheet: &mut Sheet<'_>) -> io::Result<()> {
        for school in sheet.listed.schools {
            sheet.next_school();
            for member in self.sector.staff(school) {
                let row = rows::member(sheet.rows + 1, school, &member);
                if self.put(sheet, row)? {
                    self.lost.insert(member.person.sector_id);
                }
            }
        }
        Ok(())
    }

    fn pupils(&mut self, sheet: &mut Sheet<'_>) -> io::Result<()> {
        for school in sheet.listed.schools {
            sheet.next_school();
            for pupil in self.sector.class_lists(school).flatten() {
                let row = rows::pupil(sheet.rows + 1, school, &pupil);
                self.put(sheet, row)?;
            }
        }
        Ok(())
    }

    fn assignments(&mut self, sheet: &mut Sheet<'_>) -> io::Result<()> {
        for school in sheet.listed.schools {
            for (line, place) in self.sector.assignments(school).iter().zip(0..) {
                sheet.tally(Hostility::UnknownTeacher, u64::from(self.lost.contains(&line.teacher)));
                self.put(sheet, rows::assignment(place, school, line))?;
            }
        }
        Ok(())
    }

    fn open(&self, listed: &'a Listed<'a>, path: &Path) -> io::Result<Sheet<'a>> {
        let (plan, table) = (self.sector.plan(), listed.table);
        let xlsx = Path::new(&listed.name).extension().is_some_and(|extension| extension == "xlsx");
        // Exports of one school have the most columns; the sector's own lists fewer.
        let width = if xlsx { 72 } else { 24 };
        let file = self.files.len() as u64;
        let mut wear = plan.messy.then(|| Wear::new(&self.sector.lots, table, file, listed.version, width));
        let sink = match &mut wear {
            None if xlsx => Sink::Xlsx(Box::new(Book::plain()?)),
            Some(wear) if xlsx => {
                let others = extra::catalogues();
                wear.count(Hostility::CatalogueSheets, others.len() as u64);
                wear.count(Hostility::WrongDimension, 1);
                wear.count(Hostility::MergedTitle, 1);
                Sink::Xlsx(Box::new(Book::among(&others, true)?))
            }
            None => Sink::csv(path, CsvForm::Utf8)?,
            Some(wear) => Sink::csv(path, form(table, wear))?,
        };
        let mut sheet = Sheet { sink, listed, wear, rows: 0 };
        let top = match &mut sheet.wear {
            Some(wear) => wear.top(&plan.school_year()),
            None => vec![table.columns.iter().map(|column| Cell::Head(column.title.to_owned())).collect()],
        };
        top.iter().try_for_each(|row| sheet.sink.row(row))?;
        Ok(sheet)
    }

    /// Writes a row; answers whether it was made so that it cannot be imported as it stands.
    fn put(&mut self, sheet: &mut Sheet<'_>, row: Row) -> io::Result<bool> {
        sheet.rows += 1;
        self.rows += 1;
        if self.rows.is_multiple_of(1000) {
            (self.progress)(Progress { file: &sheet.listed.name, rows: self.rows, of: self.of });
        }
        let Some(wear) = &mut sheet.wear else {
            sheet.sink.row(&row.cells[..sheet.listed.table.columns.len()])?;
            return Ok(false);
        };
        let worn = wear.row(row);
        sheet.sink.row(&worn.cells)?;
        if worn.haunted {
            sheet.sink.row(&wear.ghost())?;
        }
        Ok(worn.lost)
    }
}

/// How a messy text file is written: whoever makes it chooses what their Excel offers.
fn form(table: &Table, wear: &mut Wear<'_>) -> CsvForm {
    match table.contents {
        Contents::Schools => {
            wear.count(Hostility::Semicolons, 1);
            CsvForm::Semicolons
        }
        Contents::Assignments => {
            wear.count(Hostility::UnicodeText, 1);
            CsvForm::Unicode
        }
        Contents::Staff | Contents::Pupils => CsvForm::Utf8,
    }
}

impl Sheet<'_> {
    fn next_school(&mut self) {
        if let Some(wear) = &mut self.wear {
            wear.next_school();
        }
    }

    fn tally(&mut self, what: Hostility, n: u64) {
        if let Some(wear) = &mut self.wear {
            wear.count(what, n);
        }
    }
}
