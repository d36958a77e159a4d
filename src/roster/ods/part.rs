//! The part of a spreadsheet that holds its sheets, as a stream of elements.

use std::{fs::File, io::BufReader, ops::ControlFlow};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use zip::ZipArchive;

use crate::roster::{error::ReadError, package};

/// The part that holds all sheets.
pub(in crate::roster) const CONTENT: &str = "content.xml";

/// Takes what stands in the part, in its order.
pub(super) trait Take {
    /// An element begins.
    fn begin(&mut self, element: &str, attributes: &Attributes<'_>) -> Result<ControlFlow<()>, ReadError>;
    /// Text within it.
    fn text(&mut self, _: &str) {}
    /// An element ends.
    fn end(&mut self, element: &str) -> Result<ControlFlow<()>, ReadError>;
}

/// The attributes of an element, by their usual prefixes.
pub(super) struct Attributes<'a>(&'a BytesStart<'a>);

impl Attributes<'_> {
    /// Its value. What cannot be read is not taken for missing.
    pub(super) fn get(&self, name: &str) -> Result<Option<String>, ReadError> {
        let Some(attribute) = self.0.try_get_attribute(name).map_err(unreadable)? else { return Ok(None) };
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(unreadable)?;
        Ok(Some(value.into_owned()))
    }

    /// How often something stands there, or over how much it reaches; once, if that is not said.
    pub(super) fn count(&self, name: &str) -> Result<u32, ReadError> {
        Ok(self.get(name)?.map_or(1, |text| text.parse().unwrap_or(u32::MAX).max(1)))
    }
}

/// The part is not what it should be, for this reason.
pub(super) fn damaged(why: impl Into<String>) -> ReadError {
    ReadError::Damaged { row: 0, detail: why.into() }
}

fn unreadable(error: impl std::error::Error) -> ReadError {
    damaged(error.to_string())
}

/// Deeper than this no spreadsheet nests its elements.
const DEEPEST: usize = 256;

/// Goes over the part, element by element.
pub(super) fn walk(file: &File, to: &mut dyn Take) -> Result<(), ReadError> {
    let mut open = 0_usize;
    let rewound = package::rewound(file).map_err(unreadable)?;
    let mut zip = ZipArchive::new(rewound).map_err(unreadable)?;
    let part = zip.by_name(CONTENT).map_err(unreadable)?;
    let mut xml = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let flow = match xml.read_event_into(&mut buffer).map_err(unreadable)? {
            Event::Start(element) => {
                open += 1;
                if open > DEEPEST {
                    return Err(damaged("elements within elements without end"));
                }
                to.begin(element.name().as_ref(), &Attributes(&element))?
            }
            Event::Empty(element) => {
                let begun = to.begin(element.name().as_ref(), &Attributes(&element))?;
                if begun.is_break() { begun } else { to.end(element.name().as_ref())? }
            }
            Event::End(element) => {
                open = open.saturating_sub(1);
                to.end(element.name().as_ref())?
            }
            Event::Text(text) => {
                to.text(&text.xml10_content());
                ControlFlow::Continue(())
            }
            Event::CData(text) => {
                to.text(&text.xml10_content());
                ControlFlow::Continue(())
            }
            Event::GeneralRef(reference) => {
                let known = match reference.resolve_char_ref() {
                    Ok(Some(c)) => c,
                    _ => named(&reference.xml10_content()).ok_or_else(|| damaged("an entity that is not declared"))?,
                };
                to.text(known.encode_utf8(&mut [0; 4]));
                ControlFlow::Continue(())
            }
            Event::Eof if open > 0 => return Err(damaged("the sheets end in the middle")),
            Event::Eof => return Ok(()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::DocType(_) => ControlFlow::Continue(()),
        };
        if flow.is_break() {
            return Ok(());
        }
    }
}

/// The entities that every document knows.
fn named(reference: &str) -> Option<char> {
    Some(match reference {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}
