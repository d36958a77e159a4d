//! What a text file is written in, and the stream that makes it UTF-8 with plain line ends.

use std::{
    cell::Cell,
    io::{self, Read},
    rc::Rc,
};

use unicode_normalization::UnicodeNormalization;

use crate::model::{legacy, mojibake::western};

/// An encoding a CSV file may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    /// Vietnamese Windows: letters followed by combining marks.
    Windows1258,
    /// Western Windows: the bytes of TCVN3 and VNI fonts, recognised cell by cell.
    Windows1252,
}

impl Encoding {
    /// Tells the encoding by the beginning of a file.
    pub(super) fn of(sample: &[u8]) -> Self {
        match sample {
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            [0xEF, 0xBB, 0xBF, ..] => return Self::Utf8,
            _ => {}
        }
        let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count() * 8;
        if zeros(1) > sample.len() {
            return Self::Utf16Le;
        }
        if zeros(0) > sample.len() {
            return Self::Utf16Be;
        }
        match std::str::from_utf8(sample) {
            Ok(_) => Self::Utf8,
            // A sample may end within a character; and one damaged byte late in a file does not change its encoding.
            Err(e) if e.error_len().is_none() || sample[..e.valid_up_to()].iter().any(|b| *b >= 0xC3) => Self::Utf8,
            Err(_) => Self::of_single_bytes(sample),
        }
    }

    /// Vietnamese Windows unless more cells make sense as the bytes of a legacy font.
    fn of_single_bytes(sample: &[u8]) -> Self {
        let (mut legacy_font, mut windows) = (0, 0);
        for cell in sample.split(|b| matches!(b, b',' | b';' | b'\t' | b'|' | b'\n' | b'\r' | b'"')) {
            if !cell.is_ascii() {
                legacy_font +=
                    usize::from(legacy::convert(&cell.iter().map(|b| western(*b)).collect::<String>()).is_some());
                let text: String = cell.iter().map(|b| vietnamese(*b)).nfc().collect();
                windows += usize::from(legacy::is_vietnamese(&text));
            }
        }
        if legacy_font > windows { Self::Windows1252 } else { Self::Windows1258 }
    }
}

fn vietnamese(byte: u8) -> char {
    match byte {
        0xC3 => 'Ă',
        0xCC => '\u{300}',
        0xD0 => 'Đ',
        0xD2 => '\u{309}',
        0xD5 => 'Ơ',
        0xDD => 'Ư',
        0xDE => '\u{303}',
        0xE3 => 'ă',
        0xEC => '\u{301}',
        0xF0 => 'đ',
        0xF2 => '\u{323}',
        0xF5 => 'ơ',
        0xFD => 'ư',
        0xFE => '₫',
        _ => western(byte),
    }
}

/// How many bytes were handed out since the last record ended.
pub(super) type SinceRecord = Rc<Cell<usize>>;

/// Reads UTF-8 out of any [`Encoding`]: no byte-order mark, every line ended by one `\n`, the last one too.
///
/// Fails when more than `most` bytes pass without a record ending: see [`TooLong`].
pub(super) struct Decoder<R> {
    inner: R,
    encoding: Encoding,
    most: usize,
    since: SinceRecord,
    input: Vec<u8>,
    out: Vec<u8>,
    given: usize,
    after_return: bool,
    started: bool,
    ended: bool,
}

/// A record grew beyond its limit.
#[derive(Debug, thiserror::Error)]
#[error("a record is too long")]
pub(super) struct TooLong;

impl TooLong {
    /// Whether this was why reading failed.
    pub(super) fn caused(error: &io::Error) -> bool {
        error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Self>)
    }
}

const CHUNK: usize = 64 * 1024;

impl<R: Read> Decoder<R> {
    /// A decoder, and the counter its user sets to zero at the end of each record.
    pub(super) fn new(inner: R, encoding: Encoding, most: usize) -> (Self, SinceRecord) {
        let since = SinceRecord::default();
        let (input, out) = (Vec::with_capacity(CHUNK), Vec::with_capacity(CHUNK * 2));
        let decoder = Self {
            inner,
            encoding,
            // The user's buffer reads ahead of the record it is in.
            most: most.saturating_add(CHUNK),
            since: Rc::clone(&since),
            input,
            out,
            given: 0,
            after_return: false,
            started: false,
            ended: false,
        };
        (decoder, since)
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.given = 0;
        let kept = self.input.len();
        self.input.resize(CHUNK, 0);
        let read = self.inner.read(&mut self.input[kept..])?;
        self.input.truncate(kept + read);
        self.ended = read == 0;
        let mut input = std::mem::take(&mut self.input);
        let used = match self.encoding {
            // A byte-order mark may arrive in pieces.
            Encoding::Utf8 if !self.started && input.len() < 3 && !self.ended => 0,
            Encoding::Utf8 => {
                let mark: &[u8] = if self.started { b"" } else { b"\xEF\xBB\xBF" };
                self.plain(input.strip_prefix(mark).unwrap_or(&input));
                input.len()
            }
            Encoding::Utf16Le => self.wide(&input, u16::from_le_bytes),
            Encoding::Utf16Be => self.wide(&input, u16::from_be_bytes),
            Encoding::Windows1258 => self.single(&input, vietnamese),
            Encoding::Windows1252 => self.single(&input, western),
        };
        self.started |= used > 0;
        input.drain(..used);
        self.input = input;
        if self.ended && self.started {
            self.out.push(b'\n');
        }
        Ok(())
    }

    /// Copies UTF-8, turning `\r\n` and `\r` into `\n`.
    fn plain(&mut self, text: &[u8]) {
        for (i, piece) in text.split(|b| *b == b'\r').enumerate() {
            if i > 0 {
                self.out.push(b'\n');
                self.after_return = true;
            }
            if piece.is_empty() {
                continue;
            }
            let piece = if self.after_return { piece.strip_prefix(b"\n").unwrap_or(piece) } else { piece };
            self.out.extend_from_slice(piece);
            self.after_return = false;
        }
    }

    fn character(&mut self, c: char) {
        match c {
            '\u{FEFF}' if !self.started && self.out.is_empty() => {}
            '\r' => self.out.push(b'\n'),
            '\n' if self.after_return => {}
            c => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        self.after_return = c == '\r';
    }

    fn single(&mut self, bytes: &[u8], table: fn(u8) -> char) -> usize {
        for byte in bytes {
            self.character(table(*byte));
        }
        bytes.len()
    }

    /// Decodes UTF-16 and tells how many bytes it used: what is half a character waits for its other half.
    fn wide(&mut self, bytes: &[u8], unit: fn([u8; 2]) -> u16) -> usize {
        let (units, odd) = bytes.as_chunks::<2>();
        let last_is_half = units.last().is_some_and(|u| (0xD800..0xDC00).contains(&unit(*u)));
        let now = if last_is_half && !self.ended { units.len() - 1 } else { units.len() };
        for c in char::decode_utf16(units[..now].iter().map(|u| unit(*u))) {
            self.character(c.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if self.ended { now * 2 + odd.len() } else { now * 2 }
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let count = buf.len().min(self.out.len() - self.given);
        buf[..count].copy_from_slice(&self.out[self.given..self.given + count]);
        self.given += count;
        self.since.set(self.since.get() + count);
        if self.since.get() > self.most { Err(io::Error::other(TooLong)) } else { Ok(count) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one byte at a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
            buf[0] = *first;
            self.0 = rest;
            Ok(1)
        }
    }

    fn decoded(bytes: &[u8]) -> String {
        let encoding = Encoding::of(bytes);
        let (mut text, mut drip) = (String::new(), String::new());
        Decoder::new(bytes, encoding, 1 << 20).0.read_to_string(&mut text).unwrap();
        Decoder::new(Drip(bytes), encoding, 1 << 20).0.read_to_string(&mut drip).unwrap();
        assert_eq!(text, drip);
        text
    }

    #[test]
    fn every_encoding_becomes_utf8_with_plain_line_ends() {
        let text = "Họ tên,Lớp\r\nNguyễn Ơn 𠀀,3A\rx\n";
        let want = "Họ tên,Lớp\nNguyễn Ơn 𠀀,3A\nx\n\n";
        assert_eq!(decoded(text.as_bytes()), want);
        assert_eq!(decoded(format!("\u{FEFF}{text}").as_bytes()), want);
        let little: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(&little), want);
        assert_eq!(decoded(&little[2..]), want, "no byte-order mark");
        let big: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decoded(&big), want);
        assert_eq!(decoded(b""), "");
    }

    #[test]
    fn vietnamese_windows_and_legacy_fonts_are_told_apart() {
        assert_eq!(decoded(b"Nguy\xEA\xDEn Thi\xF2,\xD0\xF5"), "Nguyê\u{303}n Thi\u{323},Đơ\n");
        let tcvn3 = b"Nguy\xD4n Th\xDE B\xB6o Ng\xE4c,Tr\xC7n V\xA8n H\xE3a";
        assert_eq!(decoded(tcvn3), "NguyÔn ThÞ B¶o Ngäc,TrÇn V¨n Hãa\n");
    }

    #[test]
    fn r45_a_record_that_never_ends_is_cut_off() {
        let endless = vec![b'a'; 1 << 20];
        let (mut decoder, _) = Decoder::new(endless.as_slice(), Encoding::Utf8, 1000);
        let failed = io::copy(&mut decoder, &mut io::sink()).unwrap_err();
        assert!(TooLong::caused(&failed));
    }
}
