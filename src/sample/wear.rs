//! Wear and tear: what happens to a table on its way through Excel, old software and many hands. All of it is counted.

use unicode_normalization::UnicodeNormalization;

use super::{
    extra,
    fate::{self, Fates},
    lot::{Lots, Stream},
    mess::{Hostilities, Hostility},
    rows::{About, Column, Kind, Row, Table},
    scuff::scuff,
    sheet::Cell,
};

/// The wear of one file.
pub(super) struct Wear<'a> {
    lots: &'a Lots,
    table: &'static Table,
    fates: Option<Fates>,
    /// What stands in each column: the table's own by their place, or one that nobody asked for.
    order: Vec<Slot>,
    titles: usize,
    /// Which of its names each column has: exports of other versions call it otherwise.
    version: usize,
    counts: Hostilities,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    Own(usize),
    Extra(usize),
}

/// What became of a row.
pub(super) struct Worn {
    pub(super) cells: Vec<Cell>,
    /// Whether it cannot be imported as it stands.
    pub(super) lost: bool,
    /// Whether a ghost row follows.
    pub(super) haunted: bool,
}

impl<'a> Wear<'a> {
    /// The wear of file number `file`, which is number `version` of its table, with so many columns in all (the table's
    /// own at least).
    pub(super) fn new(lots: &'a Lots, table: &'static Table, file: u64, version: usize, width: usize) -> Self {
        let mut lot = lots.of(Stream::SheetMess, file);
        let own = table.columns.len();
        let extra = width.saturating_sub(own);
        let mut order: Vec<Slot> = (0..own).map(Slot::Own).chain((0..extra).map(Slot::Extra)).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, lot.index(last + 1));
        }
        let titles = 2 + lot.index(4);
        let (fates, counts) = (Fates::of(table), Hostilities::new());
        let mut wear = Self { lots, table, fates, order, titles, version, counts };
        wear.count(Hostility::ExtraColumns, extra as u64);
        wear.count(Hostility::HeaderNotFirst, 1);
        wear.count(Hostility::ColumnsShuffled, u64::from(!wear.order.iter().map(rank).is_sorted()));
        wear
    }

    pub(super) fn count(&mut self, what: Hostility, n: u64) {
        if n > 0 {
            *self.counts.entry(what).or_default() += n;
        }
    }

    pub(super) fn counts(self) -> Hostilities {
        self.counts
    }

    /// The rows above the data: titles, then the header.
    pub(super) fn top(&mut self, school_year: &str) -> Vec<Vec<Cell>> {
        let titles = [
            "SỞ GIÁO DỤC VÀ ĐÀO TẠO THÀNH PHỐ HẢI PHÒNG".to_owned(),
            format!("{} NĂM HỌC {school_year}", self.table.title),
        ];
        let width = self.order.len();
        let mut rows = vec![vec![Cell::Blank; width]; self.titles];
        for (row, title) in rows.iter_mut().zip(titles) {
            row[0] = Cell::Title { text: title, across: width };
        }
        let header = self.order.clone().into_iter().map(|slot| Cell::Head(self.header(slot))).collect();
        rows.push(header);
        rows
    }

    fn header(&mut self, slot: Slot) -> String {
        let (title, place) = match slot {
            Slot::Own(place) => (self.own_title(place), place),
            Slot::Extra(number) => (extra::title(number), number),
        };
        let worn = match place % 3 {
            1 => title.replacen(' ', "\n", 1),
            2 => title.nfd().collect(),
            _ => title.clone(),
        };
        if worn != title {
            self.count(if place % 3 == 1 { Hostility::HeaderNewline } else { Hostility::HeaderNfd }, 1);
        }
        worn
    }

    fn own_title(&mut self, place: usize) -> String {
        let Column { title, aliases, .. } = self.table.columns[place];
        let choice = (self.version + place + self.table.contents as usize) % (1 + aliases.len());
        match choice.checked_sub(1) {
            None => title.to_owned(),
            Some(alias) => {
                self.count(Hostility::HeaderAlias, 1);
                aliases[alias].to_owned()
            }
        }
    }

    /// Before the rows of the next school.
    pub(super) fn next_school(&mut self) {
        if let Some(fates) = &mut self.fates {
            fates.next_school();
        }
    }

    /// One row. The same befalls it in every file in which it stands.
    pub(super) fn row(&mut self, mut row: Row) -> Worn {
        let table = self.table;
        let lot = &mut self.lots.of(Stream::RowMess, (table.contents as u64) << 32 | u64::from(row.ordinal));
        let fate = self.fates.as_mut().and_then(|fates| fates.befall(&mut row));
        self.counts_of(fate);
        for (cell, column) in row.cells.iter_mut().zip(table.columns) {
            if fate.is_some_and(|fate| fate::spares(fate, column.kind)) {
                continue;
            }
            if let Some((scuffed, what)) = scuff(cell, column.kind, row.about, lot) {
                *cell = scuffed;
                self.counts_of(what);
            }
        }
        if row.about == About::Sibling && table.columns.iter().any(|c| c.kind == Kind::Phone) {
            self.count(Hostility::SharedPhone, 1);
        }
        let cells = self.arrange(row.cells);
        let haunted = lot.per_mille(5);
        Worn { cells, lost: fate.is_some_and(fate::is_fatal), haunted }
    }

    fn counts_of(&mut self, what: Option<Hostility>) {
        if let Some(what) = what {
            self.count(what, 1);
        }
    }

    fn arrange(&self, mut own: Vec<Cell>) -> Vec<Cell> {
        let place = |slot: &Slot| match *slot {
            Slot::Own(place) => std::mem::replace(&mut own[place], Cell::Blank),
            Slot::Extra(number) => extra::value(number),
        };
        self.order.iter().map(place).collect()
    }

    /// A row with nothing in it, or with the number that somebody dragged down too far.
    pub(super) fn ghost(&mut self) -> Vec<Cell> {
        self.count(Hostility::GhostRows, 1);
        let mut cells = vec![Cell::Blank; self.order.len()];
        let number = self
            .order
            .iter()
            .position(|slot| matches!(slot, Slot::Own(p) if self.table.columns[*p].kind == Kind::Count));
        match number {
            Some(at) if self.counts[&Hostility::GhostRows].is_multiple_of(2) => cells[at] = Cell::Number(0.0),
            _ => cells[0] = Cell::text("  "),
        }
        cells
    }
}

const fn rank(slot: &Slot) -> usize {
    match slot {
        Slot::Own(place) => *place,
        Slot::Extra(number) => 1000 + *number,
    }
}
