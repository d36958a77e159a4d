//! Rows of an OpenDocument spreadsheet, streamed from the one part that holds its sheets. `package` let it pass before.
//!
//! A sheet says "the same cell 16,384 times" and "the same row a million times": what is empty is passed over by counting,
//! and what is not is bounded as if it stood there so often, so that nothing is held but the row at hand.

mod part;
mod rows;

use std::{collections::HashSet, fs::File, ops::ControlFlow};

use calamine::Dimensions;

pub(super) use part::CONTENT;

use super::{
    error::{Bound, OpenError, ReadError},
    limits::Limits,
    sheets::{Sheets, Visit},
};
use part::{Attributes, Take, walk};
use rows::Rows;

/// An open spreadsheet.
pub(super) struct OpenDocument {
    file: File,
    names: Vec<String>,
    limits: Limits,
}

impl OpenDocument {
    /// Opens what `package` let pass.
    pub(super) fn open(file: File, limits: &Limits) -> Result<Self, OpenError> {
        let mut tables = Tables { most: limits.sheets, ..Tables::default() };
        walk(&file, &mut tables)?;
        let mut names = HashSet::new();
        if let Some(twice) = tables.all.iter().find(|(name, _)| !names.insert(name)) {
            return Err(OpenError::Damaged(format!("two sheets are named {}", twice.0)));
        }
        let seen = tables.all.iter().filter(|(_, style)| !tables.hidden.contains(style));
        Ok(Self { names: seen.map(|(name, _)| name.clone()).collect(), file, limits: limits.clone() })
    }
}

impl Sheets for OpenDocument {
    fn names(&self) -> &[String] {
        &self.names
    }

    fn regions(&mut self, sheet: &str) -> Result<Vec<Dimensions>, ReadError> {
        let most = usize::try_from(self.limits.rows).unwrap_or(usize::MAX);
        let mut regions = Regions { sheet, within: false, row: 0, column: 0, repeated: 1, all: Vec::new(), most };
        walk(&self.file, &mut regions)?;
        Ok(regions.all)
    }

    fn walk(&mut self, sheet: &str, visit: Visit<'_>) -> Result<(), ReadError> {
        walk(&self.file, &mut Rows::new(sheet, &self.limits, visit))
    }
}

/// The sheets' names and styles, and which styles nobody sees.
#[derive(Default)]
struct Tables {
    all: Vec<(String, String)>,
    hidden: HashSet<String>,
    style: String,
    /// So many sheets, and such styles, are held: each sheet is looked for from the beginning.
    most: usize,
}

impl Take for Tables {
    fn begin(&mut self, element: &str, attributes: &Attributes<'_>) -> Result<ControlFlow<()>, ReadError> {
        match element {
            "style:style" => self.style = attributes.get("style:name")?.unwrap_or_default(),
            "style:table-properties" if attributes.get("table:display")?.as_deref() == Some("false") => {
                self.hidden.insert(self.style.clone());
            }
            "table:table" => {
                let name = |of: &str| attributes.get(of).map(Option::unwrap_or_default);
                self.all.push((name("table:name")?, name("table:style-name")?));
            }
            _ => {}
        }
        if self.all.len().max(self.hidden.len()) > self.most {
            return Err(ReadError::TooLarge { row: 0, what: Bound::Sheets, most: self.most as u64 });
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self, _: &str) -> Result<ControlFlow<()>, ReadError> {
        Ok(ControlFlow::Continue(()))
    }
}

/// The cells of a sheet that are merged over rows.
struct Regions<'a> {
    sheet: &'a str,
    within: bool,
    /// The next row and column, from 0, and how often the row at hand stands there.
    row: u32,
    column: u32,
    repeated: u32,
    all: Vec<Dimensions>,
    /// So many are held.
    most: usize,
}

impl Take for Regions<'_> {
    fn begin(&mut self, element: &str, attributes: &Attributes<'_>) -> Result<ControlFlow<()>, ReadError> {
        match element {
            "table:table" => self.within = attributes.get("table:name")?.as_deref() == Some(self.sheet),
            "table:table-row" if self.within => {
                self.column = 0;
                self.repeated = attributes.count("table:number-rows-repeated")?;
            }
            "table:table-cell" | "table:covered-table-cell" if self.within => {
                let (high, wide) = (attributes.count("table:number-rows-spanned")?, self.column);
                self.column = wide.saturating_add(attributes.count("table:number-columns-repeated")?);
                let over = attributes.count("table:number-columns-spanned")?;
                if high > 1 || over > 1 {
                    let end = (self.row.saturating_add(high - 1), wide.saturating_add(over - 1));
                    self.all.push(Dimensions { start: (self.row, wide), end });
                }
                if self.all.len() > self.most {
                    return Err(ReadError::TooLarge { row: self.row, what: Bound::Cells, most: self.most as u64 });
                }
            }
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn end(&mut self, element: &str) -> Result<ControlFlow<()>, ReadError> {
        match element {
            "table:table-row" if self.within => self.row = self.row.saturating_add(self.repeated),
            "table:table" if self.within => return Ok(ControlFlow::Break(())),
            _ => {}
        }
        Ok(ControlFlow::Continue(()))
    }
}
