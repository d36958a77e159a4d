//! The side that asks: starts the process, keeps what it says, and walks over that.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
};

use calamine::Dimensions;

use super::{
    Reading,
    frame::{self, Frames, Tag, malformed, unpack, unpack_region},
    process::THIS_PROGRAM,
};
use crate::roster::{
    cells::RawRow,
    error::{Bound, OpenError, ReadError},
    limits::Limits,
    sheets::{Sheets, Visit},
};

/// Has a workbook read by another process.
pub(in crate::roster) fn open(file: File, reading: &Reading, limits: &Limits) -> Result<Box<dyn Sheets>, OpenError> {
    let most = limits.compressed_bytes;
    if file.metadata()?.len() > most {
        return Err(OpenError::TooLarge { what: Bound::FileBytes, most });
    }
    let mut child = start(file, reading, limits)?;
    let heard = match child.stdout.take() {
        Some(from) => Spool::hear(BufReader::new(from), limits),
        None => Err(malformed("no pipe").into()),
    };
    if heard.is_err() {
        // It may still be talking. That it has ended already is no failure.
        let _ = child.kill();
    }
    let status = child.wait()?;
    match heard? {
        Some(spool) => Ok(Box::new(spool)),
        None => Err(ended(status, limits)),
    }
}

fn start(file: File, reading: &Reading, limits: &Limits) -> io::Result<Child> {
    let program = reading.program.as_deref().unwrap_or(Path::new(THIS_PROGRAM));
    let limits = serde_json::to_string(limits)?;
    // Without our environment: a database's password is none of its business.
    Command::new(program)
        .args(["read-file", "--limits", &limits])
        .env_clear()
        .stdin(file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

/// Why the process said nothing to its end.
fn ended(status: ExitStatus, limits: &Limits) -> OpenError {
    const ABORTED: i32 = 6;
    const KILLED: i32 = 9;
    const TOO_LONG: i32 = 24;
    match status.signal() {
        Some(TOO_LONG | KILLED) => OpenError::TooLarge { what: Bound::Seconds, most: limits.cpu_seconds },
        // The one way in which an allocation fails.
        Some(ABORTED) => OpenError::TooLarge { what: Bound::Memory, most: limits.memory_bytes },
        _ => OpenError::Damaged(format!("the reader ended with {status}")),
    }
}

/// What was read, in a file without a name.
struct Spool {
    file: File,
    names: Vec<String>,
    /// Where each sheet's frames begin.
    starts: Vec<u64>,
    columns: usize,
}

impl Spool {
    /// Keeps all that is said; nothing when it was not said to the end.
    fn hear(from: impl Read, limits: &Limits) -> Result<Option<Self>, OpenError> {
        let mut spool =
            Self { file: tempfile::tempfile()?, names: Vec::new(), starts: Vec::new(), columns: limits.columns };
        let mut to = BufWriter::new(&spool.file);
        let (mut frames, mut at) = (Frames::new(from), 0);
        while let Some(tag) = frames.next()? {
            frame::write(&mut to, tag, &frames.body)?;
            at += frames.size();
            if at > limits.inflated_bytes {
                return Err(OpenError::TooLarge { what: Bound::InflatedBytes, most: limits.inflated_bytes });
            }
            match tag {
                Tag::Refused => return Err(serde_json::from_slice(&frames.body).map_err(io::Error::from)?),
                Tag::Sheet => {
                    spool.names.push(String::from_utf8_lossy(&frames.body).into_owned());
                    spool.starts.push(at);
                }
                Tag::End => {
                    to.flush()?;
                    drop(to);
                    return Ok(Some(spool));
                }
                Tag::Region | Tag::Row | Tag::Broken => {}
            }
        }
        Ok(None)
    }

    /// The frames of a sheet, from its first.
    fn frames(&self, sheet: &str) -> io::Result<Frames<BufReader<&File>>> {
        let at = self.names.iter().position(|name| name == sheet).ok_or_else(|| malformed("no such sheet"))?;
        let mut file = &self.file;
        file.seek(SeekFrom::Start(self.starts[at]))?;
        Ok(Frames::new(BufReader::new(file)))
    }
}

impl Sheets for Spool {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn regions(&mut self, sheet: &str) -> Result<Vec<Dimensions>, ReadError> {
        let mut frames = self.frames(sheet)?;
        let mut regions = Vec::new();
        while let Some(Tag::Region) = frames.next()? {
            regions.push(unpack_region(&frames.body)?);
        }
        Ok(regions)
    }

    fn walk(&mut self, sheet: &str, visit: Visit<'_>) -> Result<(), ReadError> {
        let mut frames = self.frames(sheet)?;
        let mut row = RawRow::default();
        loop {
            match frames.next()? {
                Some(Tag::Region) => {}
                Some(Tag::Row) => {
                    unpack(&frames.body, &mut row, self.columns)?;
                    if visit(&mut row).is_break() {
                        return Ok(());
                    }
                }
                Some(Tag::Broken) => return Err(serde_json::from_slice(&frames.body).map_err(io::Error::from)?),
                Some(Tag::Sheet | Tag::Refused | Tag::End) | None => return Ok(()),
            }
        }
    }
}
