//! Slips into files: a hundred sheets a file, so that neither memory nor a printer's viewer holds a whole sector.
//!
//! A file appears whole or not at all (temp → fsync → rename), and for its owner only: whoever reads it can open the
//! accounts.

use std::{
    fs::{self, File},
    io::Write as _,
    mem,
    path::{Path, PathBuf},
};

use crate::{
    cli::{Exit, Failure, new_file},
    i18n::Locale,
    services::Services,
    slips::{self, NotPrinted, PER_SHEET, Printed, Slip},
};

/// How many slips a file holds.
const PER_FILE: usize = 100 * PER_SHEET;

/// Files on their way.
pub(in crate::cli) struct Press {
    path: PathBuf,
    waiting: Vec<Slip>,
    printed: Vec<Printed>,
    done: Pressed,
}

/// Files that are there.
#[derive(Debug, Default)]
pub(in crate::cli) struct Pressed {
    pub(super) slips: usize,
    pub(super) sheets: usize,
    /// In the order of the slips.
    pub(super) files: Vec<String>,
}

impl Press {
    /// Into this file and those after it; tried at once, since codes that cannot be written down must not be issued.
    pub(in crate::cli) fn to(path: &Path) -> Result<Self, Failure> {
        begin_file(path)?;
        Ok(Self { path: path.to_owned(), waiting: Vec::new(), printed: Vec::new(), done: Pressed::default() })
    }

    /// Adds what was issued, and writes whatever fills a file.
    pub(in crate::cli) async fn add(
        &mut self,
        sv: &Services,
        mut printed: Printed,
        locale: Locale,
    ) -> Result<(), Failure> {
        self.waiting.append(&mut printed.slips);
        self.printed.push(printed);
        while self.waiting.len() >= PER_FILE {
            let rest = self.waiting.split_off(PER_FILE);
            let full = mem::replace(&mut self.waiting, rest);
            self.write(sv, full, locale).await?;
        }
        Ok(())
    }

    /// Writes the rest. What it answers with was good when the last file was there.
    pub(in crate::cli) async fn finish(mut self, sv: &Services, locale: Locale) -> Result<Pressed, Failure> {
        let rest = mem::take(&mut self.waiting);
        if !rest.is_empty() {
            self.write(sv, rest, locale).await?;
        }
        for printed in &self.printed {
            if printed.is_overtaken(sv).await? {
                return Err(NotPrinted::Overtaken.into());
            }
        }
        Ok(self.done)
    }

    async fn write(&mut self, sv: &Services, slips: Vec<Slip>, locale: Locale) -> Result<(), Failure> {
        let path = self.next_file();
        let count = slips.len();
        let pdf = slips::draw(sv, slips, locale).await?;
        write_file(&path, pdf).await?;
        self.done.slips += count;
        self.done.sheets += count.div_ceil(PER_SHEET);
        self.done.files.push(path.display().to_string());
        Ok(())
    }

    /// OUT.pdf, OUT-2.pdf, …
    fn next_file(&self) -> PathBuf {
        let number = self.done.files.len() + 1;
        if number == 1 {
            return self.path.clone();
        }
        let stem = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let ending = self.path.extension().map(|end| format!(".{}", end.to_string_lossy())).unwrap_or_default();
        self.path.with_file_name(format!("{stem}-{number}{ending}"))
    }
}

impl Pressed {
    /// For people.
    pub(in crate::cli) fn text(&self, locale: Locale) -> String {
        let (slips, sheets) = (self.slips, self.sheets);
        let first = match locale {
            Locale::Vi => {
                format!("{slips} phiếu trên {sheets} tờ A4; các phiếu in trước cho những người này không dùng được nữa")
            }
            Locale::En => format!(
                "{slips} slips on {sheets} sheets of A4; what was printed for these people before is worth nothing now"
            ),
        };
        let files = self.files.iter().map(|file| format!("\n→ {file}"));
        first + &files.collect::<String>()
    }
}

/// Tries whether a file can be written.
pub(in crate::cli) fn begin_file(path: &Path) -> Result<(), Failure> {
    let unfinished = unfinished(path);
    begin(&unfinished).and_then(|_| fs::remove_file(&unfinished)).map_err(|error| cannot_write(path, &error))
}

/// Writes a file whole, for its owner only.
pub(in crate::cli) async fn write_file(path: &Path, pdf: Vec<u8>) -> Result<(), Failure> {
    let at = path.to_owned();
    let written = tokio::task::spawn_blocking(move || put(&at, &pdf)).await;
    written.unwrap_or_else(|gone| Err(std::io::Error::other(gone))).map_err(|error| cannot_write(path, &error))
}

/// Beside its place, so that it can be renamed; hidden, so that nobody prints half of it.
fn unfinished(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.unfinished"))
}

fn begin(unfinished: &Path) -> std::io::Result<File> {
    match fs::remove_file(unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    new_file(unfinished)
}

fn put(path: &Path, pdf: &[u8]) -> std::io::Result<()> {
    let unfinished = unfinished(path);
    let mut file = begin(&unfinished)?;
    let written = file.write_all(pdf).and_then(|()| file.sync_all()).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // What is there of it is of no use, and holds codes.
        let _ = fs::remove_file(&unfinished);
        return written;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    let at = path.display();
    Failure::said(Exit::Unexpected, format!("không ghi được {at}: {error}"), format!("{at} cannot be written: {error}"))
}
