//! Cells of a row that are read together: a name that stands in several columns, a birth date in the column of its sex, a
//! mark in the column *Nữ*. Refuses to guess: what may or may not be the end of a name is told in its row.

use calamine::Dimensions;

use super::{
    cells::{Form, RawRow},
    field::Field,
    mapping::{Column, Mapping},
};
use crate::model::{
    legacy::{self, Legacy},
    sex::Sex,
    text,
};

/// Which cells of a table's rows are read together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Joins {
    /// The columns of a name in the order of its words; none where it stands in one.
    pub(super) name: Vec<usize>,
    /// The column beside the name, when what stands there is not known to be a part of it.
    pub(super) beside: Option<usize>,
    last: Option<Last>,
    sexes: Option<Sexes>,
}

/// The columns under *Tên* beside one of family names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Last {
    columns: Vec<usize>,
    /// Whether most names end there. In a report that comes back, whole names stand in the first column.
    usual: bool,
}

/// Columns that tell the sex by which of them holds something.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sexes {
    boys: Option<usize>,
    girls: usize,
    /// Where the birth date is read, when it is what stands in them.
    born: Option<usize>,
    /// Where the sex is read, if nothing else says it.
    sex: Option<usize>,
    /// Without a column for boys, whoever has a name and no mark is one.
    name: usize,
}

/// Where a table is looked at.
pub(super) struct Seen<'a> {
    /// The rows from the first on, as far as they were looked at.
    pub(super) rows: &'a [RawRow],
    /// What is merged over columns.
    pub(super) wide: &'a [Dimensions],
    /// The encoding of before Unicode in which something is written.
    pub(super) legacy: Option<Legacy>,
}

impl Joins {
    /// The row as people mean it, when it is not as it stands.
    pub(super) fn of(&self, row: &RawRow) -> Option<RawRow> {
        if self.name.is_empty() && self.sexes.is_none() {
            return None;
        }
        let mut joined = row.clone();
        if let [first, rest @ ..] = &*self.name {
            let cells = || self.name.iter().map(|column| row.cell(*column));
            let words: Vec<&str> = cells().map(|cell| cell.text).filter(|text| !text.is_empty()).collect();
            let words = words.join(" ");
            let form = match &self.last {
                _ if cells().any(|cell| cell.form == Form::Fault) => Form::Fault,
                Some(last) if last.is_missing(row, &words) => Form::Part,
                _ => Form::Text,
            };
            joined.put(*first, form, |to| to.push_str(&words));
            for column in rest {
                joined.put(*column, Form::Text, |_| ());
            }
        }
        if let Some(sexes) = &self.sexes {
            sexes.tell(row, &mut joined);
        }
        Some(joined)
    }
}

impl Last {
    /// Whether the words of a row are no whole name, for they lack the last.
    fn is_missing(&self, row: &RawRow, words: &str) -> bool {
        let ends = self.columns.iter().any(|column| !row.cell(*column).text.is_empty());
        !ends && !words.is_empty() && (self.usual || !words.contains(' '))
    }
}

impl Sexes {
    fn tell(&self, row: &RawRow, joined: &mut RawRow) {
        // The word itself says it: so it stands in a report that comes back.
        if self.sex.is_some_and(|column| Sex::read(row.cell(column).text).is_some()) {
            return;
        }
        let (boy, girl) = (self.boys.map(|column| row.cell(column)), row.cell(self.girls));
        let boy = boy.filter(|cell| !cell.text.is_empty());
        let (sex, cell) = match (boy, girl.text.is_empty()) {
            (None, false) => ("Nữ", girl),
            (Some(boy), true) => ("Nam", boy),
            (None, true) if self.boys.is_none() && !row.cell(self.name).text.is_empty() => ("Nam", girl),
            // Both: what is left where the sex is read is none.
            _ => return,
        };
        if let Some(born) = self.born {
            joined.put(born, cell.form, |to| to.push_str(cell.text));
        }
        let unread = self.born.is_none() && !cell.text.is_empty() && !is_mark(cell.text);
        if let Some(column) = self.sex {
            joined.put(column, Form::Text, |to| to.push_str(if unread { cell.text } else { sex }));
        }
    }
}

/// Whether the text only says that something is so.
fn is_mark(text: &str) -> bool {
    matches!(text, "x" | "X" | "v" | "V" | "1" | "+" | "*" | "✓" | "✔" | "√")
}

/// Finds out which cells of the rows below a header are read together.
/// `said`: what somebody said of the column of a title; `Some(None)`: that it is not to be read.
pub(super) fn settle(mapping: &mut Mapping, seen: &Seen<'_>, said: impl Fn(&str) -> Option<Option<Field>>) {
    join_sexes(mapping, seen, |title| said(title) == Some(None));
    join_name(mapping, seen, said);
}

fn join_name(mapping: &mut Mapping, seen: &Seen<'_>, said: impl Fn(&str) -> Option<Option<Field>>) {
    if is_given_name(mapping, seen, &said) {
        mapping.columns[Field::GivenName as usize] = mapping.columns[Field::FullName as usize].take();
    }
    let whole = mapping.column(Field::FullName).cloned();
    let parts = [Field::FamilyName, Field::MiddleName, Field::GivenName].map(|field| mapping.column(field).cloned());
    let Some(whole) = whole else {
        if is_named(mapping) {
            join_parts(mapping, seen, parts, said);
        }
        return;
    };
    let mut columns = under(&whole, mapping, seen);
    let [.., mut given] = parts;
    while let Some(next) = columns.last().map(|last| last + 1) {
        let untitled = || (!mapping.is_titled(next)).then(|| Column::untitled(next));
        let Some(beside) = given.take().or_else(untitled) else { break };
        let said = said(&beside.title);
        let given = beside.index == next && said == Some(Some(Field::GivenName));
        if given || (said.is_none() && is_end(mapping, seen, (whole.index, beside.index))) {
            columns.push(beside.index);
            continue;
        }
        mapping.joins.beside = Some(beside.index).filter(|_| said != Some(None));
        let holds = |row: &RawRow| row.number > mapping.row && !row.cell(beside.index).text.is_empty();
        if !mapping.is_titled(beside.index) && seen.rows.iter().any(holds) {
            mapping.unknown.push(beside);
        }
        break;
    }
    if columns.len() > 1 {
        mapping.joins.name = columns;
    }
}

/// Whether the column that is called *Tên học sinh* holds the last words alone: beside one of family names, with which what
/// stands in it does not begin.
fn is_given_name(mapping: &Mapping, seen: &Seen<'_>, said: impl Fn(&str) -> Option<Option<Field>>) -> bool {
    let [whole, family, given] =
        [Field::FullName, Field::FamilyName, Field::GivenName].map(|field| mapping.column(field));
    let Some((whole, family)) = whole.zip(family).filter(|_| given.is_none()) else { return false };
    let cells = seen
        .rows
        .iter()
        .filter(|row| row.number > mapping.row)
        .map(|row| [whole, family].map(|it| row.cell(it.index).text));
    let filled: Vec<_> = cells.filter(|cells| cells.iter().all(|text| !text.is_empty())).collect();
    let begins = |[whole, family]: &&[&str; 2]| {
        let (whole, family) = (text::SearchKey::of(whole), text::SearchKey::of(family));
        whole.as_str().strip_prefix(family.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let is_so_called = text::SearchKey::of(&whole.title).as_str().starts_with("ten ");
    is_so_called && said(&whole.title).is_none() && filled.iter().filter(begins).count() * 2 <= filled.len()
}

/// A name that stands by its parts in columns of their own.
fn join_parts(
    mapping: &mut Mapping,
    seen: &Seen<'_>,
    [family, middle, given]: [Option<Column>; 3],
    said: impl Fn(&str) -> Option<Option<Field>>,
) {
    let last = given.iter().flat_map(|column| under(column, mapping, seen)).collect::<Vec<_>>();
    let parts: Vec<Column> = [family, middle, given].into_iter().flatten().collect();
    let Some(first) = parts.first() else { return };
    let titles: Vec<&str> = parts.iter().map(|column| column.title.as_str()).collect();
    let whole = Column { index: first.index, title: titles.join(" + ") };
    let columns: Vec<usize> = parts.iter().flat_map(|column| under(column, mapping, seen)).collect();
    let filled = |row: &RawRow, columns: &[usize]| columns.iter().any(|column| !row.cell(*column).text.is_empty());
    let below = || seen.rows.iter().filter(|row| row.number > mapping.row);
    let named = below().filter(|row| filled(row, &columns)).count();
    let usual = below().filter(|row| filled(row, &last)).count() * 2 > named;
    // What stands between the parts may be one that nobody knows.
    let between = columns.iter().min().zip(columns.iter().max()).map_or(0..0, |(first, last)| *first..*last);
    let is_unknown = |index: &usize| {
        let titled = mapping.unknown.iter().find(|column| column.index == *index);
        let is_ignored =
            said(&titled.map_or_else(|| Column::untitled(*index).title, |column| column.title.clone())).is_some();
        let is_known = titled.is_none() && mapping.is_titled(*index);
        !is_known && !is_ignored && !columns.contains(index) && below().any(|row| filled(row, &[*index]))
    };
    let beside = between.into_iter().find(is_unknown);
    if let Some(index) = beside.filter(|index| !mapping.is_titled(*index)) {
        mapping.unknown.push(Column::untitled(index));
    }
    mapping.joins.beside = beside;
    mapping.joins.last = Some(Last { columns: last, usual });
    mapping.joins.name = columns;
    mapping.columns[Field::FullName as usize] = Some(whole);
}

/// Whether the header has a name, in one column or in several.
pub(super) fn is_named(mapping: &Mapping) -> bool {
    mapping.has(Field::FullName) || (mapping.has(Field::FamilyName) && mapping.has(Field::GivenName))
}

/// The columns that a title stands over: its own, and those that it is merged over.
fn under(column: &Column, mapping: &Mapping, seen: &Seen<'_>) -> Vec<usize> {
    let is_title = |region: &&Dimensions| {
        let row = seen.rows.iter().find(|row| row.number == region.start.0.saturating_add(1));
        usize::try_from(region.start.1) == Ok(column.index)
            && (region.start.0..=region.end.0.saturating_add(1)).contains(&(mapping.row - 1))
            && row.is_some_and(|row| text::clean(row.cell(column.index).text) == column.title)
    };
    let region = seen.wide.iter().find(is_title);
    let end = region.and_then(|region| usize::try_from(region.end.1).ok()).unwrap_or(column.index);
    let rest = (column.index + 1..=end).take_while(|index| !mapping.is_titled(*index));
    std::iter::once(column.index).chain(rest).collect()
}

/// Whether the second column surely holds the last word of the name in the first: of nearly everybody, another word of one
/// part that the name does not end with, and not the same few for all, as a people or a note would be.
fn is_end(mapping: &Mapping, seen: &Seen<'_>, (name, end): (usize, usize)) -> bool {
    let who = [Field::SectorId, Field::CitizenNumber, Field::BirthDate, Field::Class];
    let who: Vec<usize> = who.iter().filter_map(|field| Some(mapping.column(*field)?.index)).collect();
    let is_person = |row: &&RawRow| {
        let filled = |column: usize| !row.cell(column).text.is_empty();
        row.number > mapping.row && filled(name) && who.iter().any(|column| filled(*column))
    };
    let people: Vec<&RawRow> = seen.rows.iter().filter(is_person).collect();
    let is_word = |word: &&str| !word.is_empty() && !word.contains(char::is_whitespace) && may_be_name(word);
    let ends = people.iter().map(|row| (row.cell(name).text, row.cell(end).text));
    let words: Vec<&str> =
        ends.filter(|(name, end)| is_word(end) && !ends_with(name, end)).map(|(_, end)| end).collect();
    let distinct: std::collections::HashSet<&str> = words.iter().copied().collect();
    // A few words of a few people may as well be a people or a note.
    let many = if words.len() < 12 { 2 } else { 3 };
    distinct.len() > 2 && words.len() * 5 >= people.len() * 4 && distinct.len() * many > words.len()
}

/// Whether a text may be a part of a name: no sex, no mark, and nothing with a digit in it.
pub(super) fn may_be_name(text: &str) -> bool {
    !text.contains(|c: char| c.is_ascii_digit()) && !is_mark(text) && Sex::read(text).is_none()
}

/// Whether the words of a name end with others.
pub(super) fn ends_with(name: &str, end: &str) -> bool {
    let (name, end) = (text::SearchKey::of(name), text::SearchKey::of(end));
    let before = name.as_str().strip_suffix(end.as_str());
    before.is_some_and(|before| before.is_empty() || before.ends_with(' '))
}

fn join_sexes(mapping: &mut Mapping, seen: &Seen<'_>, is_ignored: impl Fn(&str) -> bool) {
    let Some(name) = [Field::FullName, Field::FamilyName].into_iter().find_map(|field| mapping.column(field)) else {
        return;
    };
    let name = name.index;
    let read = |text: &str| Sex::read(text).or_else(|| Sex::read(&legacy::convert_from(text, seen.legacy?)?));
    for field in [Field::BirthDate, Field::Sex] {
        let Some(left) = mapping.column(field).map(|column| column.index) else { continue };
        let mut lines =
            seen.rows.iter().filter(|row| row.number == mapping.row || row.number == mapping.row.saturating_add(1));
        let pair = |row: &RawRow| {
            let (first, second) = (read(row.cell(left).text)?, read(row.cell(left + 1).text)?);
            (first != second).then_some((row.number, first))
        };
        let Some((line, first)) = lines.find_map(pair) else { continue };
        if line > mapping.row && mapping.is_titled(left + 1) {
            continue;
        }
        let (boys, girls) = if first == Sex::Male { (left, left + 1) } else { (left + 1, left) };
        mapping.row = line;
        mapping.unknown.retain(|column| column.index != left + 1);
        let (born, sex) = match field {
            Field::BirthDate => (Some(left), (!mapping.has(Field::Sex)).then_some(left + 1)),
            _ => (None, Some(left)),
        };
        if let Some(index) = sex.filter(|_| !mapping.has(Field::Sex)) {
            let title = Field::Sex.title().to_owned();
            mapping.columns[Field::Sex as usize] = Some(Column { index, title });
        }
        mapping.joins.sexes = Some(Sexes { boys: Some(boys), girls, born, sex, name });
        return;
    }
    let marked = |column: &&Column| {
        let holds = |row: &RawRow| {
            let text = row.cell(column.index).text;
            row.number > mapping.row && (is_mark(text) || Sex::read(text).is_some())
        };
        seen.rows.iter().any(holds)
    };
    let of = |sex| {
        let mut columns = mapping.unknown.iter();
        columns.find(|column| !is_ignored(&column.title) && read(&column.title) == Some(sex)).cloned()
    };
    let (boys, girls) = (of(Sex::Male).map(|column| column.index), of(Sex::Female));
    if let Some(column) = girls.filter(|column| !mapping.has(Field::Sex) && marked(&column)) {
        let girls = column.index;
        mapping.unknown.retain(|column| column.index != girls && Some(column.index) != boys);
        mapping.joins.sexes = Some(Sexes { boys, girls, born: None, sex: Some(girls), name });
        mapping.columns[Field::Sex as usize] = Some(column);
    }
}
