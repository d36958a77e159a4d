//! Walks over the bytes of an XML part before the real parser sees them, and counts or refuses what would hurt it
//! (R45, R46). It keeps no text but short tags, so its own memory is constant.

use super::{error::Bound, limits::Limits};

/// What was found in a part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) cells: u64,
    pub(super) strings: u64,
    pub(super) declared_strings: u64,
}

/// Why a part is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Harm {
    /// A document type, an entity, or any other declaration.
    Dtd,
    /// A relationship to something outside that is no mere hyperlink.
    ExternalLink,
    /// Not UTF-8, so that this scan would not see what the parser sees.
    NotUtf8,
    /// Beyond a limit.
    TooLarge(Bound, u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Text,
    /// Just after `<`, reading the name.
    Name,
    /// Within a tag, after its name.
    Tag,
    /// Within an attribute's quotes.
    Quoted(u8),
    /// Within `<!…`: a comment or character data, or something to refuse.
    Declared,
    /// Within `<?…?>`.
    Instruction,
}

/// The longest tag whose attributes are looked at; a longer relationship or string table head is refused.
const TAG: usize = 8 * 1024;

/// The scan of one part.
#[derive(Debug)]
pub(super) struct Scan {
    state: State,
    /// Bytes since the last change between text and markup.
    run: usize,
    /// Bytes since the cell or string we are in began.
    item: Option<usize>,
    tag: Vec<u8>,
    last: u8,
    tally: Tally,
    cell_bytes: usize,
    most_cells: u64,
    most_strings: u64,
    begun: bool,
}

impl Scan {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            state: State::Text,
            run: 0,
            item: None,
            tag: Vec::with_capacity(256),
            last: 0,
            tally: Tally::default(),
            cell_bytes: limits.cell_bytes,
            most_cells: limits.cells,
            most_strings: limits.shared_strings,
            begun: false,
        }
    }

    pub(super) fn tally(&self) -> Tally {
        self.tally
    }

    /// Goes on over the next bytes.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), Harm> {
        if !self.begun && !bytes.is_empty() {
            self.begun = true;
            if matches!(bytes[0], 0xFE | 0xFF) {
                return Err(Harm::NotUtf8);
            }
        }
        if bytes.contains(&0) {
            return Err(Harm::NotUtf8);
        }
        let mut rest = bytes;
        while let Some((&byte, after)) = rest.split_first() {
            if self.state == State::Text && byte != b'<' {
                let text = rest.iter().position(|b| *b == b'<').unwrap_or(rest.len());
                self.grow(text)?;
                rest = &rest[text..];
                continue;
            }
            self.grow(1)?;
            self.step(byte)?;
            self.last = byte;
            rest = after;
        }
        Ok(())
    }

    fn grow(&mut self, count: usize) -> Result<(), Harm> {
        self.run += count;
        let item = self.item.as_mut().map_or(0, |item| {
            *item += count;
            *item
        });
        if self.run.max(item) > self.cell_bytes {
            return Err(Harm::TooLarge(Bound::CellBytes, self.cell_bytes as u64));
        }
        Ok(())
    }

    fn step(&mut self, byte: u8) -> Result<(), Harm> {
        match self.state {
            State::Text => {
                self.tag.clear();
                self.enter(State::Name);
            }
            State::Name => match byte {
                b'!' if self.tag.is_empty() => self.enter(State::Declared),
                b'?' if self.tag.is_empty() => self.enter(State::Instruction),
                b'>' => self.close_tag()?,
                b' ' | b'\t' | b'\r' | b'\n' => {
                    self.state = State::Tag;
                    self.remember(byte)?;
                }
                _ => self.remember(byte)?,
            },
            State::Tag => match byte {
                b'>' => self.close_tag()?,
                b'"' | b'\'' => {
                    self.state = State::Quoted(byte);
                    self.remember(byte)?;
                }
                _ => self.remember(byte)?,
            },
            State::Quoted(quote) => {
                if byte == quote {
                    self.state = State::Tag;
                }
                self.remember(byte)?;
            }
            State::Declared => {
                if self.tag.len() < 7 {
                    self.tag.push(byte);
                }
                let comment = self.tag.starts_with(b"--");
                let data = self.tag.starts_with(b"[CDATA[");
                if !(b"--".starts_with(&self.tag) || b"[CDATA[".starts_with(&self.tag) || comment || data) {
                    return Err(Harm::Dtd);
                }
                let end = if comment { b'-' } else { b']' };
                // `<!-->` closes too early for us, never too late: what follows is then scanned as markup.
                if byte == b'>' && self.last == end && (comment || data) {
                    self.enter(State::Text);
                }
            }
            State::Instruction => {
                if self.tag.len() < TAG {
                    self.tag.push(byte);
                }
                if byte == b'>' && self.last == b'?' {
                    self.instruction()?;
                    self.enter(State::Text);
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.run = 0;
    }

    /// Keeps the tag's bytes where they are needed: its name, and the attributes of two kinds of tags.
    fn remember(&mut self, byte: u8) -> Result<(), Harm> {
        if self.tag.len() < TAG {
            self.tag.push(byte);
        } else if matches!(self.name(), b"Relationship" | b"sst") || self.state == State::Name {
            return Err(Harm::TooLarge(Bound::CellBytes, TAG as u64));
        }
        Ok(())
    }

    /// The tag's name without its prefix.
    fn name(&self) -> &[u8] {
        let end = self.tag.iter().position(u8::is_ascii_whitespace).unwrap_or(self.tag.len());
        let name = self.tag[..end].strip_suffix(b"/").unwrap_or(&self.tag[..end]);
        name.iter().rposition(|b| *b == b':').map_or(name, |colon| &name[colon + 1..])
    }

    fn close_tag(&mut self) -> Result<(), Harm> {
        let closing = self.tag.first() == Some(&b'/');
        let empty = self.last == b'/';
        let name = if closing { self.name().strip_prefix(b"/").unwrap_or(self.name()) } else { self.name() };
        let (cell, string) = (matches!(name, b"c" | b"table-cell" | b"covered-table-cell"), name == b"si");
        if closing {
            if cell || string {
                self.item = None;
            }
        } else if cell || string {
            self.tally.cells += u64::from(cell);
            self.tally.strings += u64::from(string);
            if self.tally.cells > self.most_cells {
                return Err(Harm::TooLarge(Bound::Cells, self.most_cells));
            }
            self.item = (!empty).then_some(0);
        } else if name == b"sst" {
            self.tally.declared_strings = self.tally.declared_strings.max(self.declared());
        } else if (name == b"Relationship" && self.leads_outside())
            || matches!(name, b"table-source" | b"cell-range-source")
        {
            return Err(Harm::ExternalLink);
        }
        if self.tally.strings.max(self.tally.declared_strings) > self.most_strings {
            return Err(Harm::TooLarge(Bound::SharedStrings, self.most_strings));
        }
        self.enter(State::Text);
        Ok(())
    }

    /// The largest number any `uniqueCount` of this tag declares.
    fn declared(&self) -> u64 {
        let tag = String::from_utf8_lossy(&self.tag);
        let values = tag.split("uniqueCount").skip(1).map(|after| {
            let digits = after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '=' | '"' | '\'' | '+'));
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            if end == 0 { 0 } else { digits[..end].parse().unwrap_or(u64::MAX) }
        });
        values.max().unwrap_or(0)
    }

    fn leads_outside(&self) -> bool {
        let tag = String::from_utf8_lossy(&self.tag);
        tag.contains("External") && !tag.contains("/hyperlink")
    }

    fn instruction(&self) -> Result<(), Harm> {
        let text = String::from_utf8_lossy(&self.tag).to_ascii_lowercase();
        let foreign = text.contains("encoding") && !text.contains("utf-8") && !text.contains("us-ascii");
        if text.starts_with("xml") && foreign { Err(Harm::NotUtf8) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(xml: &[u8], limits: &Limits) -> Result<Tally, Harm> {
        let (mut whole, mut drip) = (Scan::new(limits), Scan::new(limits));
        let at_once = whole.feed(xml).map(|()| whole.tally());
        let dripped = xml.iter().try_for_each(|b| drip.feed(&[*b])).map(|()| drip.tally());
        assert_eq!(at_once, dripped);
        at_once
    }

    #[test]
    fn cells_and_strings_are_counted_whatever_their_prefix() {
        let xml = br#"<?xml version="1.0" encoding="UTF-8"?><!-- a > b --><x:row><x:c r="A1"><v>1</v></x:c><c r=">"/></x:row><c/>"#;
        assert_eq!(scan(xml, &Limits::default()).unwrap().cells, 3);
        let xml = br#"<sst count="9" uniqueCount = '7'><si><t>a</t></si><si/></sst>"#;
        let want = Tally { cells: 0, strings: 2, declared_strings: 7 };
        assert_eq!(scan(xml, &Limits::default()), Ok(want));
    }

    #[test]
    fn r46_declarations_and_outside_links_are_refused() {
        let limits = Limits::default();
        assert_eq!(scan(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", &limits), Err(Harm::Dtd));
        assert_eq!(scan(b"<x><![CDATA[a]]><!ENTITY a 'b'></x>", &limits), Err(Harm::Dtd));
        let link =
            br#"<Relationship Id="r" Type="http://x/externalLinkPath" Target="file:///etc" TargetMode="External"/>"#;
        assert_eq!(scan(link, &limits), Err(Harm::ExternalLink));
        let mail = br#"<Relationship Id="r" Type="http://x/hyperlink" Target="mailto:a@b" TargetMode="External"/>"#;
        assert!(scan(mail, &limits).is_ok());
    }

    #[test]
    fn r46_what_the_scan_cannot_read_is_refused() {
        let limits = Limits::default();
        assert_eq!(scan(b"\xFF\xFE<\0x\0>\0", &limits), Err(Harm::NotUtf8));
        assert_eq!(scan(b"<\0x\0>\0", &limits), Err(Harm::NotUtf8));
        assert_eq!(scan(br#"<?xml version="1.0" encoding="UTF-7"?><x/>"#, &limits), Err(Harm::NotUtf8));
    }

    #[test]
    fn r45_counts_and_lengths_are_bounded() {
        let limits = Limits { cells: 2, shared_strings: 2, cell_bytes: 100, ..Limits::default() };
        assert_eq!(scan(b"<c/><c/><c/>", &limits), Err(Harm::TooLarge(Bound::Cells, 2)));
        assert_eq!(scan(b"<si/><si/><si/>", &limits), Err(Harm::TooLarge(Bound::SharedStrings, 2)));
        let declared = b"<sst uniqueCount='99999999999999999999999'>";
        assert_eq!(scan(declared, &limits), Err(Harm::TooLarge(Bound::SharedStrings, 2)));
        let long = |piece: &str| scan(piece.as_bytes(), &limits);
        let runs = format!("<c>{}</c>", "<r><t>abc</t></r>".repeat(10));
        for xml in [
            format!("<v>{}</v>", "a".repeat(101)),
            format!("<c a='{}'/>", ">".repeat(101)),
            format!("<!--{}-->", "<".repeat(101)),
            runs,
        ] {
            assert_eq!(long(&xml), Err(Harm::TooLarge(Bound::CellBytes, 100)), "{xml}");
        }
        assert!(long(&"<c><v>abc</v></c>".repeat(2)).is_ok());
    }
}
