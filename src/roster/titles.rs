//! The titles of a row that may be a header: what each names, by itself and by what stands over it.

use super::{
    amended::Amended,
    cells::RawRow,
    field::{Alias, alias},
    mapping::Column,
    others,
};
use crate::model::{
    legacy::{self, Legacy},
    mojibake,
    sex::Sex,
    text,
};

/// A title is short: text longer than this many bytes is an explanation above the table.
pub(super) const LONGEST: usize = 200;
/// From this rank on a title names its field only without what its brackets say: whatever names the field by itself
/// comes before it.
pub(super) const VAGUE: usize = 1_000;

/// A cell of a row that may be a header.
#[derive(Clone, Debug)]
pub(super) struct Title {
    pub(super) index: usize,
    pub(super) text: String,
    pub(super) alias: Option<Alias>,
}

/// The titles of a row.
pub(super) fn of(row: &RawRow, legacy: Option<Legacy>, amended: &Amended) -> Vec<Title> {
    let title = |(index, written): (usize, &str)| {
        let repaired = mojibake::repair(written);
        let text = text::clean(repaired.as_deref().unwrap_or(written)).into_owned();
        let untitled = text.is_empty();
        let text = if untitled { Column::untitled(index).title } else { text };
        let alias = match amended.said_of(&text) {
            // What somebody says counts before what a title looks like.
            Some(said) => said.map(|field| Alias { field, hint: None, rank: 0 }),
            None if untitled => return None,
            None => recognise(&text, legacy).map(|alias| Alias { rank: alias.rank + 1, ..alias }),
        };
        Some(Title { index, text, alias })
    };
    row.iter().map(|cell| cell.text).enumerate().filter_map(title).collect()
}

/// The field of a title; it is tried without what stands in brackets too.
fn recognise(title: &str, legacy: Option<Legacy>) -> Option<Alias> {
    if title.len() > LONGEST {
        return None;
    }
    let key = |title: &str| alias(text::SearchKey::of(title).as_str());
    let plain = |title: &str| {
        let (title, is_hint) = others::without_brackets(title)?;
        key(title).map(|alias| Alias { rank: if is_hint { alias.rank } else { VAGUE + alias.rank }, ..alias })
    };
    let known = |title: &str| key(title).or_else(|| plain(title));
    known(title).or_else(|| known(&legacy::convert_from(title, legacy?)?))
}

/// What stands under a title that is about somebody else is theirs: *Họ và tên* under *Mẹ*. A title with nothing under it
/// is that of its own column.
pub(super) fn disown(lower: &mut [Title], upper: &[Title]) {
    let heads = |above: &&Title| lower.iter().any(|title| title.index == above.index && title.text != above.text);
    let is_others = |above: &&Title| others::meant(&above.text) && heads(above);
    let others: Vec<usize> = upper.iter().filter(is_others).map(|above| above.index).collect();
    for title in lower {
        let over = upper.iter().rev().find(|above| above.index <= title.index);
        // What somebody said counts before.
        if over.is_some_and(|above| others.contains(&above.index)) && title.alias.is_some_and(|alias| alias.rank > 0) {
            title.alias = None;
        }
    }
}

/// A header of two rows: the lower, and where it says nothing known, the upper; and how many titles that lends.
/// `whole`: the lower is a header by itself, whose own titles no words above it change.
pub(super) fn under(upper: &[Title], lower: &[Title], whole: bool) -> (Vec<Title>, usize) {
    let known = |title: &&Title| title.alias.is_some();
    let mut both: Vec<Title> = lower.iter().filter(known).cloned().collect();
    let free = |above: &Title| {
        let mut below = lower.iter().filter(|title| title.index == above.index);
        below.all(|title| title.alias.is_none() && !(whole && is_title(&title.text)))
    };
    let heads = |title: &&Title| free(title) && !title.text.ends_with(':'); // «Lớp: 3A» above the table is no title
    both.extend(upper.iter().filter(known).filter(heads).cloned());
    let lent = both.len() - lower.iter().filter(known).count();
    let gap = |index: usize| both.iter().all(|title| title.index != index);
    let unknown: Vec<Title> = lower.iter().filter(|title| gap(title.index)).cloned().collect();
    both.extend(unknown);
    both.sort_by_key(|title| title.index);
    (both, lent)
}

/// Whether a text says what a column holds, and not how it is filled in (`(1)`, `dd/mm/yyyy`, *Nam*) under what says that.
fn is_title(text: &str) -> bool {
    text.starts_with(char::is_alphabetic) && !others::is_hint(text) && Sex::read(text).is_none()
}
