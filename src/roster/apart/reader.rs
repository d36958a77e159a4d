//! The side that reads: everything a workbook holds, as frames.

use std::{
    fs::File,
    io::{self, Read, Write},
    ops::ControlFlow,
};

use super::frame::{self, Tag, pack, pack_region};
use crate::roster::{
    error::{OpenError, ReadError},
    limits::Limits,
    package::{Shape, shape},
    sheets::{self, Sheets},
    xls::OldWorkbook,
};

/// Says all that the workbook holds, or why not.
pub(super) fn answer(file: File, limits: &Limits, to: &mut impl Write) -> io::Result<()> {
    let mut sheets = match open(file, limits) {
        Ok(sheets) => sheets,
        Err(error) => return frame::write(to, Tag::Refused, &refusal(&error)),
    };
    for name in sheets.names().to_vec() {
        frame::write(to, Tag::Sheet, name.as_bytes())?;
        if let Err(error) = sheet(&mut *sheets, &name, to)? {
            frame::write(to, Tag::Broken, &breakage(&error))?;
        }
    }
    frame::write(to, Tag::End, &[])
}

fn open(file: File, limits: &Limits) -> Result<Box<dyn Sheets>, OpenError> {
    let mut head = Vec::new();
    (&file).take(1024).read_to_end(&mut head)?;
    match shape(&head) {
        Shape::Ole => Ok(Box::new(OldWorkbook::open(file, limits)?)),
        Shape::Zip => sheets::open_zip(file, limits),
        _ => Err(OpenError::NotATable),
    }
}

/// One sheet; the outer result is the pipe's, the inner one the file's.
fn sheet(sheets: &mut dyn Sheets, name: &str, to: &mut impl Write) -> io::Result<Result<(), ReadError>> {
    match sheets.regions(name) {
        Ok(regions) => {
            for region in &regions {
                frame::write(to, Tag::Region, &pack_region(region))?;
            }
        }
        Err(error) => return Ok(Err(error)),
    }
    let (mut body, mut written) = (Vec::new(), Ok(()));
    let walked = sheets.walk(name, &mut |row| {
        pack(row, &mut body);
        written = frame::write(to, Tag::Row, &body);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    written.map(|()| walked)
}

/// As a body. What the operating system said has no form of its own.
fn refusal(error: &OpenError) -> Vec<u8> {
    serde_json::to_vec(error)
        .or_else(|_| serde_json::to_vec(&OpenError::Damaged(error.to_string())))
        .unwrap_or_default()
}

fn breakage(error: &ReadError) -> Vec<u8> {
    serde_json::to_vec(error)
        .or_else(|_| serde_json::to_vec(&ReadError::Damaged { row: 0, detail: error.to_string() }))
        .unwrap_or_default()
}
