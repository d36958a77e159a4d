//! The sector as files, in the order in which they are imported, with a README and, when messy, what is wrong in them.

use std::{fs, path::Path};

use super::{
    desk::{Desk, Listed},
    folder::{self, README, WriteError, at},
    mess::Hostilities,
    notes,
    plan::Plan,
    rows::{self, Contents, Table},
    school::School,
    sector::Sector,
};

/// How far the writing is: told every thousand rows and at the end of each file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The file that is being written.
    pub file: &'a str,
    /// Rows that are written, in all files.
    pub rows: u64,
    /// Rows that all files will have.
    pub of: u64,
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

/// How many schools also get workbooks of their own.
const WORKBOOKS: usize = 3;
/// Pupils beyond whom a school gets none: a workbook is held in memory until it is saved.
const LARGEST_WORKBOOK: u32 = 5_000;
/// Schools beyond whom they get no workbook, for the same reason.
const MOST_IN_WORKBOOK: usize = 5_000;

/// Writes the sector of a plan into a folder, which is made when it is missing: `truong.csv` and `truong.xlsx` (schools),
/// `can-bo.csv` (staff), `hoc-sinh.csv` (pupils), `phan-cong.csv` (assignments), each of the last three again as
/// `…-<school code>.xlsx` for the first three schools, `README.txt`, and `messy.json` when the plan is messy.
///
/// The files of a former sample are replaced ([`super::former`] tells which); files that are somebody's own are never
/// overwritten. Each file appears when it is whole.
pub fn write(dir: &Path, plan: &Plan, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Written, WriteError> {
    let sector = Sector::generate(plan.clone());
    let listed = list(&sector);
    let names: Vec<String> = listed.iter().map(|file| file.name.clone()).collect();
    let notes = ["messy.json", README].map(str::to_owned);
    folder::prepare(dir, &[names.as_slice(), &notes[usize::from(!plan.messy)..]].concat())?;
    // From now on the folder is known as a sample's, even if this is interrupted.
    let readme = dir.join(README);
    fs::write(&readme, notes::unfinished(&names)).map_err(at(&readme))?;
    let of = listed.iter().map(|file| file.rows).sum();
    let mut desk = Desk::new(dir, &sector, of, progress);
    listed.iter().try_for_each(|file| desk.write(file))?;
    let written = Written { files: desk.written() };
    if plan.messy {
        let path = dir.join("messy.json");
        fs::write(&path, notes::messy_json(sector.plan(), &written)).map_err(at(&path))?;
    }
    fs::write(&readme, notes::readme(sector.plan(), &written)).map_err(at(&readme))?;
    Ok(written)
}

/// All files, in their order.
fn list(sector: &Sector) -> Vec<Listed<'_>> {
    let schools = sector.schools();
    let pupils = if sector.plan().messy { &rows::PUPILS_WITH_PHONES } else { &rows::PUPILS };
    let own = schools.iter().take(WORKBOOKS).filter(|school| school.pupils <= LARGEST_WORKBOOK);
    let own: Vec<&[School]> = own.map(std::slice::from_ref).collect();
    let mut files = Vec::new();
    for (table, stem) in
        [(&rows::SCHOOLS, "truong"), (&rows::STAFF, "can-bo"), (pupils, "hoc-sinh"), (&rows::ASSIGNMENTS, "phan-cong")]
    {
        let mut add = |name: String, schools| {
            let rows = count(sector, table, schools);
            let version = files.iter().filter(|file: &&Listed<'_>| file.table.contents == table.contents).count();
            files.push(Listed { name, table, schools, rows, version });
        };
        add(format!("{stem}.csv"), schools);
        if table.contents != Contents::Schools {
            for school in &own {
                add(format!("{stem}-{}.xlsx", school[0].code), *school);
            }
        } else if schools.len() <= MOST_IN_WORKBOOK {
            add(format!("{stem}.xlsx"), schools);
        }
    }
    files
}

/// How many rows a table has for these schools.
fn count(sector: &Sector, table: &Table, schools: &[School]) -> u64 {
    let of = |school: &School| match table.contents {
        Contents::Schools => 1,
        Contents::Staff => u64::from(school.staff),
        Contents::Pupils => u64::from(school.pupils),
        Contents::Assignments => sector.assignments(school).len() as u64,
    };
    schools.iter().map(of).sum()
}

#[cfg(test)]
mod tests;
