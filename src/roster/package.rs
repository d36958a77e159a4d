//! Checks a workbook's zip before the parser may open it: sizes declared and real, counts, and what is inside (R45, R46).

use std::{
    collections::HashSet,
    fs::File,
    io::{BufReader, ErrorKind, Read, Seek, SeekFrom},
};

use zip::{ZipArchive, result::ZipError};

use super::{
    error::{Bound, OpenError},
    limits::Limits,
    ods::CONTENT,
    oneroster,
    xml_scan::{Harm, Scan},
};

const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";

/// What a file is by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Zip,
    /// The container of old Office files and of encrypted new ones.
    Ole,
    /// A web page or other markup, which many systems call .xls.
    Markup,
    /// A document to read or look at, in which nobody finds rows.
    Document,
    /// Files in a file.
    Archive,
    Text,
}

/// What a zip that may be read holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Package {
    /// An Excel workbook (`.xlsx`, `.xlsm`).
    Excel,
    /// An OpenDocument spreadsheet (`.ods`).
    OpenDocument,
    /// The tables of OneRoster.
    OneRoster,
}

/// Tells a file's shape by its beginning.
pub(super) fn shape(sample: &[u8]) -> Shape {
    let starts = |with: &[&[u8]]| with.iter().any(|bytes| sample.starts_with(bytes));
    if sample.starts_with(ZIP) {
        Shape::Zip
    } else if sample.starts_with(OLE) {
        Shape::Ole
    } else if sample.trim_ascii_start().starts_with(b"<") || starts(&[b"\xEF\xBB\xBF<", b"\xFF\xFE<\0", b"\xFE\xFF\0<"])
    {
        Shape::Markup
    } else if starts(&[b"%PDF-", b"{\\rtf", b"\x89PNG\r\n", b"\xFF\xD8\xFF", b"GIF8"]) {
        Shape::Document
    } else if starts(&[b"Rar!\x1A\x07", b"7z\xBC\xAF\x27\x1C", b"\x1F\x8B\x08"]) {
        Shape::Archive
    } else {
        Shape::Text
    }
}

/// Refuses a zip that is no workbook or that would hurt the parser. Reads every part once, in constant memory.
pub(super) fn check(file: &File, limits: &Limits) -> Result<Package, OpenError> {
    let size = file.metadata()?.len();
    bound(Bound::FileBytes, size, limits.compressed_bytes)?;
    // Counted by hand, so that no directory, however it is declared, makes the zip reader allocate for it. Compressed
    // data holds the signature by chance once in 4 GiB.
    bound(Bound::Parts, directory_entries(file)?, limits.entries as u64)?;
    let mut zip = ZipArchive::new(rewound(file)?).map_err(damaged)?;
    bound(Bound::Parts, zip.len() as u64, limits.entries as u64)?;
    if is_encrypted(&mut zip) {
        return Err(OpenError::Encrypted);
    }
    let names: HashSet<String> = zip.file_names().filter_map(|name| Some(normal(&name.ok()?))).collect();
    let package = if names.iter().any(|name| name.starts_with("xl/")) && !names.contains("xl/workbook.bin") {
        Package::Excel
    } else if names.contains(CONTENT) && is_spreadsheet(&mut zip) {
        Package::OpenDocument
    } else if let Some(folder) = one(names.iter().filter_map(|name| oneroster::folder(name))) {
        if let Some(missing) = oneroster::REQUIRED.iter().find(|part| !names.contains(&format!("{folder}{part}"))) {
            return Err(OpenError::Incomplete { part: (*missing).to_owned() });
        }
        Package::OneRoster
    } else {
        return Err(something_else(&names));
    };
    let mut whole = Whole { limits, package, inflated: 0, cells: 0, names: HashSet::new() };
    for index in 0..zip.len() {
        whole.part(&mut zip, index)?;
    }
    Ok(package)
}

/// What there is one of.
fn one<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    all.next().filter(|_| all.next().is_none())
}

/// A part's name as the parser looks for it.
fn normal(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

/// What a zip is that is no workbook.
fn something_else(names: &HashSet<String>) -> OpenError {
    let any = |of: &dyn Fn(&str) -> bool| names.iter().any(|name| of(name));
    if any(&|name| name.starts_with("word/") || name.starts_with("ppt/") || name == CONTENT) {
        OpenError::OtherDocument
    } else if any(&|name| [".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".zip"].iter().any(|end| name.ends_with(end))) {
        OpenError::Archive
    } else {
        OpenError::NotATable
    }
}

/// Whether an OpenDocument says that it is a spreadsheet, and no letter.
fn is_spreadsheet(zip: &mut ZipArchive<BufReader<&File>>) -> bool {
    beginning(zip, "mimetype").is_some_and(|kind| kind.starts_with("application/vnd.oasis.opendocument.spreadsheet"))
}

/// Whether an OpenDocument has a password: its parts are no XML then, which says nothing to anybody.
fn is_encrypted(zip: &mut ZipArchive<BufReader<&File>>) -> bool {
    beginning(zip, "META-INF/manifest.xml").is_some_and(|manifest| manifest.contains("encryption-data"))
}

/// The first 64 KiB of a part.
fn beginning(zip: &mut ZipArchive<BufReader<&File>>, name: &str) -> Option<String> {
    let mut text = Vec::new();
    zip.by_name(name).ok()?.take(64 * 1024).read_to_end(&mut text).ok()?;
    Some(String::from_utf8_lossy(&text).into_owned())
}

struct Whole<'a> {
    limits: &'a Limits,
    package: Package,
    inflated: u64,
    cells: u64,
    names: HashSet<String>,
}

impl Whole<'_> {
    fn part(&mut self, zip: &mut ZipArchive<BufReader<&File>>, index: usize) -> Result<(), OpenError> {
        let mut part = zip.by_index(index).map_err(damaged)?;
        let name = normal(&part.name().map_err(damaged)?);
        if part.encrypted() {
            return Err(OpenError::Encrypted);
        }
        if name.contains("externallinks/") {
            return Err(OpenError::ExternalLinks { part: name });
        }
        let declared = part.size();
        bound(Bound::InflatedBytes, self.inflated.saturating_add(declared), self.limits.inflated_bytes)?;
        let most = self.most_bytes(&name);
        bound(Bound::InflatedBytes, declared, most)?;
        // The tables of OneRoster are text, whatever they are called; a workbook's parts are XML, whatever they are called.
        let xml = self.package != Package::OneRoster && !is_binary(&name);
        let mut scan = xml.then(|| Scan::new(self.limits));
        let mut buffer = vec![0; 64 * 1024];
        let mut actual = 0;
        loop {
            let read = part.read(&mut buffer).map_err(|e| OpenError::Damaged(format!("{name}: {e}")))?;
            if read == 0 {
                break;
            }
            actual += read as u64;
            if actual > declared {
                return Err(OpenError::Damaged(format!("{name} is larger than it says")));
            }
            if let Some(scan) = &mut scan {
                scan.feed(&buffer[..read]).map_err(|harm| refuse(harm, &name))?;
            }
        }
        self.inflated += actual;
        self.cells += scan.map_or(0, |scan| scan.tally().cells);
        bound(Bound::Cells, self.cells, self.limits.cells)?;
        if self.names.insert(name.clone()) {
            Ok(())
        } else {
            Err(OpenError::Damaged(format!("two parts are named {name}")))
        }
    }

    /// How large a part may be: sheets are streamed, everything else the parser may hold.
    fn most_bytes(&self, name: &str) -> u64 {
        match name {
            _ if self.package == Package::OneRoster => self.limits.csv_bytes,
            "xl/sharedstrings.xml" => self.limits.shared_string_bytes,
            CONTENT => self.limits.content_bytes,
            _ if name.starts_with("xl/worksheets/") && !is_binary(name) => self.limits.inflated_bytes,
            _ => self.limits.held_bytes,
        }
    }
}

/// Pictures and printer settings: bounded, never parsed.
fn is_binary(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "png" | "jpg" | "jpeg" | "gif" | "bmp" | "emf" | "wmf" | "bin" | "ttf" | "odttf")
}

fn refuse(harm: Harm, part: &str) -> OpenError {
    match harm {
        Harm::Dtd => OpenError::Dtd { part: part.to_owned() },
        Harm::ExternalLink => OpenError::ExternalLinks { part: part.to_owned() },
        Harm::NotUtf8 => OpenError::Damaged(format!("{part} is not UTF-8")),
        Harm::TooLarge(what, most) => OpenError::TooLarge { what, most },
    }
}

fn bound(what: Bound, is: u64, most: u64) -> Result<(), OpenError> {
    if is > most { Err(OpenError::TooLarge { what, most }) } else { Ok(()) }
}

fn damaged(error: ZipError) -> OpenError {
    match error {
        ZipError::Io(error) if error.kind() != ErrorKind::UnexpectedEof => OpenError::Io(error),
        error => OpenError::Damaged(error.to_string()),
    }
}

/// The file from its beginning.
pub(super) fn rewound(mut file: &File) -> std::io::Result<BufReader<&File>> {
    file.seek(SeekFrom::Start(0))?;
    Ok(BufReader::new(file))
}

fn directory_entries(file: &File) -> std::io::Result<u64> {
    let mut reader = rewound(file)?;
    let mut buffer = vec![0; 256 * 1024];
    let (mut kept, mut found) = (0, 0);
    loop {
        let read = reader.read(&mut buffer[kept..])?;
        if read == 0 {
            return Ok(found);
        }
        let filled = kept + read;
        found += buffer[..filled].windows(4).filter(|window| *window == DIRECTORY_ENTRY).count() as u64;
        kept = filled.min(3);
        buffer.copy_within(filled - kept..filled, 0);
    }
}
