//! The sector as files, in the order in which they are imported, with a README and, when messy, what is wrong in them.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::{
    extra,
    mess::{Hostilities, Hostility},
    notes,
    plan::Plan,
    rows::{self, Row, Table},
    sector::Sector,
    sheet::{Book, Cell, Sink},
    wear::Wear,
};

/// How far the writing is: told every thousand rows and at the end of each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The file's name.
    pub file: &'a str,
    /// Rows of it that are written.
    pub rows: u64,
    /// Rows that it will have, where that is known before.
    pub of: Option<u64>,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The files with data, in the order in which to import them.
    pub files: Vec<WrittenFile>,
}

/// A file with data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenFile {
    /// Its name in the folder.
    pub name: String,
    /// Rows of data, without titles, header and ghosts.
    pub rows: u64,
    /// What is wrong in it; empty unless the plan is messy.
    pub hostilities: Hostilities,
}

impl Written {
    /// Rows of data in all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// What is wrong in all files together.
    pub fn hostilities(&self) -> Hostilities {
        let mut total = Hostilities::new();
        for (what, count) in self.files.iter().flat_map(|file| &file.hostilities) {
            *total.entry(*what).or_default() += count;
        }
        total
    }
}

/// How many schools also get a workbook of their own.
const WORKBOOKS: usize = 3;
/// Pupils beyond whom a school gets none: a workbook is held in memory until it is saved.
const LARGEST_WORKBOOK: u32 = 20_000;

/// Writes the sector of a plan into a folder, which is made when it is missing: `truong.csv` and `truong.xlsx` (schools),
/// `can-bo.csv` (staff), `hoc-sinh.csv` (pupils), `hoc-sinh-<school code>.xlsx` for the first three schools,
/// `phan-cong.csv` (assignments), `README.txt`, and `messy.json` when the plan is messy. Files of these names are
/// overwritten, others left alone. Fails only as the file system does.
pub fn write(dir: &Path, plan: &Plan, progress: &mut dyn FnMut(Progress<'_>)) -> io::Result<Written> {
    fs::create_dir_all(dir)?;
    let sector = Sector::generate(plan.clone());
    let mut desk = Desk { dir, sector: &sector, progress, files: Vec::new(), lost: HashSet::new() };
    desk.schools("truong.csv")?;
    desk.schools("truong.xlsx")?;
    desk.staff("can-bo.csv")?;
    desk.pupils("hoc-sinh.csv", 0..sector.schools().len())?;
    for (index, school) in sector.schools().iter().enumerate().take(WORKBOOKS) {
        if school.pupils <= LARGEST_WORKBOOK {
            desk.pupils(&format!("hoc-sinh-{}.xlsx", school.code), index..index + 1)?;
        }
    }
    desk.assignments("phan-cong.csv")?;
    let written = Written { files: desk.files };
    fs::write(dir.join("README.txt"), notes::readme(sector.plan(), &written))?;
    if plan.messy {
        fs::write(dir.join("messy.json"), notes::messy_json(sector.plan(), &written))?;
    }
    Ok(written)
}

/// Where the files are written, one after the other.
struct Desk<'a> {
    dir: &'a Path,
    sector: &'a Sector,
    progress: &'a mut dyn FnMut(Progress<'_>),
    files: Vec<WrittenFile>,
    /// Sector IDs of staff whose rows cannot be imported as they stand.
    lost: HashSet<String>,
}

/// One file being written.
struct Sheet<'a> {
    name: String,
    path: PathBuf,
    sink: Sink,
    table: &'static Table,
    wear: Option<Wear<'a>>,
    rows: u64,
    of: Option<u64>,
}

impl<'a> Desk<'a> {
    fn schools(&mut self, name: &str) -> io::Result<()> {
        let mut sheet = self.open(name, &rows::SCHOOLS, Some(self.sector.schools().len() as u64))?;
        let schools = self.sector.schools();
        let mut by_name = std::collections::HashMap::<&str, u64>::new();
        for school in schools {
            *by_name.entry(&school.name).or_default() += 1;
        }
        if let Some(wear) = &mut sheet.wear {
            wear.count(Hostility::SameSchoolName, by_name.values().filter(|n| **n > 1).sum());
        }
        for school in schools {
            self.put(&mut sheet, rows::school(school))?;
        }
        self.close(sheet)
    }

    fn staff(&mut self, name: &str) -> io::Result<()> {
        let mut sheet = self.open(name, &rows::STAFF, Some(u64::from(self.sector.plan().staff)))?;
        for school in self.sector.schools() {
            sheet.next_school();
            for member in self.sector.staff(school) {
                let row = rows::member(sheet.rows + 1, school, &member);
                if self.put(&mut sheet, row)? {
                    self.lost.insert(member.person.sector_id);
                }
            }
        }
        self.close(sheet)
    }

    fn pupils(&mut self, name: &str, schools: std::ops::Range<usize>) -> io::Result<()> {
        let schools = &self.sector.schools()[schools];
        let table = if self.sector.plan().messy { &rows::PUPILS_WITH_PHONES } else { &rows::PUPILS };
        let mut sheet = self.open(name, table, Some(schools.iter().map(|s| u64::from(s.pupils)).sum()))?;
        for school in schools {
            sheet.next_school();
            for pupil in self.sector.pupils(school) {
                let row = rows::pupil(sheet.rows + 1, school, &pupil);
                self.put(&mut sheet, row)?;
            }
        }
        self.close(sheet)
    }

    fn assignments(&mut self, name: &str) -> io::Result<()> {
        let mut sheet = self.open(name, &rows::ASSIGNMENTS, None)?;
        for school in self.sector.schools() {
            for line in self.sector.assignments(school) {
                let ordinal = u32::try_from(sheet.rows).unwrap_or(u32::MAX);
                if let Some(wear) = &mut sheet.wear {
                    wear.count(Hostility::UnknownTeacher, u64::from(self.lost.contains(&line.teacher)));
                }
                self.put(&mut sheet, rows::assignment(ordinal, school, &line))?;
            }
        }
        self.close(sheet)
    }

    fn open(&mut self, name: &str, table: &'static Table, of: Option<u64>) -> io::Result<Sheet<'a>> {
        let plan = self.sector.plan();
        let path = self.dir.join(name);
        let xlsx = path.extension().is_some_and(|extension| extension == "xlsx");
        // Exports of one school have the most columns; the sector's own lists fewer.
        let width = if xlsx { 72 } else { 24 };
        let file = self.files.len() as u64;
        let mut wear = plan.messy.then(|| Wear::new(&self.sector.lots, table, file, width));
        let sink = match (&mut wear, xlsx) {
            (_, false) => Sink::csv(&path)?,
            (None, true) => Sink::Xlsx(Box::new(Book::plain()?)),
            (Some(wear), true) => {
                let others = extra::catalogues();
                wear.count(Hostility::CatalogueSheets, others.len() as u64);
                wear.count(Hostility::WrongDimension, 1);
                Sink::Xlsx(Box::new(Book::among(&others, true)?))
            }
        };
        let mut sheet = Sheet { name: name.to_owned(), path, sink, table, wear, rows: 0, of };
        let top = match &mut sheet.wear {
            Some(wear) => wear.top(&plan.school_year()),
            None => vec![table.columns.iter().map(|column| Cell::text(column.title)).collect()],
        };
        top.iter().try_for_each(|row| sheet.sink.row(row))?;
        Ok(sheet)
    }

    /// Writes a row; answers whether it was made so that it cannot be imported as it stands.
    fn put(&mut self, sheet: &mut Sheet<'_>, row: Row) -> io::Result<bool> {
        sheet.rows += 1;
        if sheet.rows.is_multiple_of(1000) {
            (self.progress)(Progress { file: &sheet.name, rows: sheet.rows, of: sheet.of });
        }
        let Some(wear) = &mut sheet.wear else {
            sheet.sink.row(&row.cells[..sheet.table.columns.len()])?;
            return Ok(false);
        };
        let worn = wear.row(row);
        sheet.sink.row(&worn.cells)?;
        if worn.haunted {
            sheet.sink.row(&wear.ghost())?;
        }
        Ok(worn.lost)
    }

    fn close(&mut self, mut sheet: Sheet<'_>) -> io::Result<()> {
        if let Some(wear) = &mut sheet.wear {
            // Where somebody formatted further down than they typed.
            (0..3).try_for_each(|_| sheet.sink.row(&wear.ghost()))?;
        }
        sheet.sink.finish(&sheet.path)?;
        (self.progress)(Progress { file: &sheet.name, rows: sheet.rows, of: sheet.of });
        let hostilities = sheet.wear.map(Wear::counts).unwrap_or_default();
        self.files.push(WrittenFile { name: sheet.name, rows: sheet.rows, hostilities });
        Ok(())
    }
}

impl Sheet<'_> {
    fn next_school(&mut self) {
        if let Some(wear) = &mut self.wear {
            wear.next_school();
        }
    }
}

#[cfg(test)]
mod tests;
