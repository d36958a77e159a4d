//! Exports that are handed over as one file, by whoever has no folder of their own to write to.

use std::{fs::File, io, path::Path};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Form, Leave, Listed, NotExported, oneroster, people, sds};
use crate::services::Services;

/// What is taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Package {
    /// XLSX: a sheet of pupils and one of staff.
    Workbook,
    /// CSV of one of the two.
    Csv(Listed),
    /// A OneRoster 1.2 zip.
    OneRoster,
    /// The folder of School Data Sync, zipped.
    Sds,
}

/// The file: nobody else sees it, and it goes when it is closed.
pub async fn package(sv: &Services, leave: &Leave, package: Package) -> Result<File, NotExported> {
    let folder = tempfile::tempdir()?;
    let to = folder.path().join("export");
    match package {
        Package::Workbook => people(sv, leave, Form::Workbook, &to, &mut |_| {}).await?,
        Package::Csv(listed) => people(sv, leave, Form::Csv(listed), &to, &mut |_| {}).await?,
        Package::OneRoster => oneroster(sv, leave, &to, &mut |_| {}).await?,
        Package::Sds => sds(sv, leave, &to, &mut |_| {}).await?,
    };
    // To pack half a million rows takes seconds of work.
    let opened = tokio::task::spawn_blocking(move || {
        let file = if to.is_dir() { zipped(&to)? } else { File::open(&to)? };
        folder.close()?;
        Ok(file)
    });
    opened.await.map_err(io::Error::other)?
}

/// The files of a folder in a zip.
fn zipped(folder: &Path) -> io::Result<File> {
    let file = tempfile::tempfile()?;
    let mut zip = ZipWriter::new(file.try_clone()?);
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        zip.start_file(entry.file_name().to_string_lossy(), SimpleFileOptions::default())?;
        io::copy(&mut File::open(entry.path())?, &mut zip)?;
    }
    let mut file = zip.finish()?;
    io::Seek::rewind(&mut file)?;
    Ok(file)
}
