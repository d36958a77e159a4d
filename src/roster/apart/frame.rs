//! What the two processes say to each other: frames of a tag, a length and a body.
//!
//! Neither side believes the other: lengths are bounded, text is checked, an unknown tag ends it.

use std::io::{self, ErrorKind, Read, Write};

use calamine::Dimensions;

use crate::roster::cells::{Cell, Form, RawRow};

/// What a frame is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// A sheet begins: its name.
    Sheet,
    /// Some of its cells are merged.
    Region,
    /// One of its rows.
    Row,
    /// It cannot be read any further: a `ReadError`.
    Broken,
    /// The file was not opened: an `OpenError`. The last frame.
    Refused,
    /// Everything was said. The last frame.
    End,
}

const TAGS: [(Tag, u8); 6] = [
    (Tag::Sheet, b'S'),
    (Tag::Region, b'M'),
    (Tag::Row, b'R'),
    (Tag::Broken, b'B'),
    (Tag::Refused, b'X'),
    (Tag::End, b'E'),
];

/// No honest row is longer: 512 columns of half the longest cell are not.
const MOST: usize = 64 << 20;

/// Writes one frame.
pub(super) fn write(to: &mut impl Write, tag: Tag, body: &[u8]) -> io::Result<()> {
    let byte = TAGS.iter().find(|(known, _)| *known == tag).map_or(0, |(_, byte)| *byte);
    let length = u32::try_from(body.len()).map_err(|_| malformed("a frame is too long"))?;
    to.write_all(&[byte])?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(body)
}

/// The frames of a stream, one body at a time.
pub(super) struct Frames<R> {
    from: R,
    /// Of the frame that was read last.
    pub(super) body: Vec<u8>,
}

impl<R: Read> Frames<R> {
    pub(super) const fn new(from: R) -> Self {
        Self { from, body: Vec::new() }
    }

    /// The next frame's tag; nothing when the stream ended before it.
    pub(super) fn next(&mut self) -> io::Result<Option<Tag>> {
        let mut head = [0; 5];
        match self.from.read_exact(&mut head) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error),
        }
        let [byte, length @ ..] = head;
        let (tag, _) = TAGS.iter().find(|(_, known)| *known == byte).ok_or_else(|| malformed("an unknown frame"))?;
        let length = u32::from_le_bytes(length) as usize;
        if length > MOST {
            return Err(malformed("a frame is too long"));
        }
        self.body.clear();
        let read = self.from.by_ref().take(length as u64).read_to_end(&mut self.body)?;
        Ok(Some(*tag).filter(|_| read == length))
    }

    /// How long the frame at hand is, its head too.
    pub(super) fn size(&self) -> u64 {
        self.body.len() as u64 + 5
    }
}

/// A row as a body: its number, its era, and the cells that hold something.
pub(super) fn pack(row: &RawRow, body: &mut Vec<u8>) {
    body.clear();
    body.extend(row.number.to_le_bytes());
    body.push(u8::from(row.since_1904));
    let holds = |cell: &Cell<'_>| !cell.text.is_empty() || cell.form == Form::Fault;
    for (column, cell) in row.iter().enumerate().filter(|(_, cell)| holds(cell)) {
        // Readers bound both far below.
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        let length = u32::try_from(cell.text.len()).unwrap_or(u32::MAX);
        body.extend(column.to_le_bytes());
        body.push(cell.form as u8);
        body.extend(length.to_le_bytes());
        body.extend(cell.text.as_bytes());
    }
}

/// The row that a body is.
pub(super) fn unpack(body: &[u8], row: &mut RawRow, columns: usize) -> io::Result<()> {
    let mut rest = body;
    row.begin(u32::from_le_bytes(take(&mut rest)?));
    row.since_1904 = take::<1>(&mut rest)? == [1];
    while !rest.is_empty() {
        let column = usize::from(u16::from_le_bytes(take(&mut rest)?));
        let [form] = take(&mut rest)?;
        let form = [Form::Text, Form::Number, Form::Fault].into_iter().find(|known| *known as u8 == form);
        let length = u32::from_le_bytes(take(&mut rest)?) as usize;
        let (text, after) = rest.split_at_checked(length).ok_or_else(|| malformed("a row is cut off"))?;
        let text = std::str::from_utf8(text).map_err(|_| malformed("no text"))?;
        let form = form.filter(|_| column < columns).ok_or_else(|| malformed("no cell"))?;
        row.put(column, form, |to| to.push_str(text));
        rest = after;
    }
    Ok(())
}

/// A region as a body.
pub(super) fn pack_region(region: &Dimensions) -> [u8; 16] {
    let mut body = [0; 16];
    let numbers = [region.start.0, region.start.1, region.end.0, region.end.1];
    for (to, number) in body.chunks_exact_mut(4).zip(numbers) {
        to.copy_from_slice(&number.to_le_bytes());
    }
    body
}

/// The region that a body is.
pub(super) fn unpack_region(mut body: &[u8]) -> io::Result<Dimensions> {
    let mut number = || Ok::<_, io::Error>(u32::from_le_bytes(take(&mut body)?));
    Ok(Dimensions { start: (number()?, number()?), end: (number()?, number()?) })
}

fn take<const N: usize>(from: &mut &[u8]) -> io::Result<[u8; N]> {
    let (head, rest) = from.split_first_chunk().ok_or_else(|| malformed("a frame is cut off"))?;
    *from = rest;
    Ok(*head)
}

pub(super) fn malformed(what: &'static str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_row_comes_back_as_it_went() {
        let (mut row, mut body) = (RawRow::default(), Vec::new());
        row.since_1904 = true;
        row.begin(70_000);
        row.put(1, Form::Number, |to| to.push_str("031317004321"));
        row.put(2, Form::Fault, |_| ());
        row.put(3, Form::Fault, |to| to.push_str("#N/A"));
        pack(&row, &mut body);
        let mut back = RawRow::default();
        unpack(&body, &mut back, 4).unwrap();
        assert_eq!((back.number, back.since_1904, back.iter().count()), (70_000, true, 4));
        assert_eq!((back.cell(1).text, back.cell(1).form), ("031317004321", Form::Number));
        assert_eq!((back.cell(2).text, back.cell(2).form), ("", Form::Fault));
        assert_eq!((back.cell(3).text, back.cell(3).form), ("#N/A", Form::Fault));
        assert!(unpack(&body, &mut back, 3).is_err(), "a column beyond the limit");
        let region = Dimensions { start: (1, 2), end: (3, 4) };
        assert_eq!(unpack_region(&pack_region(&region)).unwrap(), region);
    }

    proptest! {
        #[test]
        fn r55_no_bytes_make_the_parent_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut frames = Frames::new(&bytes[..]);
            while let Ok(Some(_)) = frames.next() {
                let _ = unpack(&frames.body, &mut RawRow::default(), 512);
            }
            let _ = unpack(&bytes, &mut RawRow::default(), 512);
            let _ = unpack_region(&bytes);
        }
    }
}
