//! Wear and tear: what happens to a table on its way through Excel, old software and many hands. All of it is counted.

use jiff::{Unit, civil::Date};
use unicode_normalization::UnicodeNormalization;

use super::{
    extra,
    lot::{Lot, Lots, Stream},
    mess::{self, Hostilities, Hostility},
    rows::{About, Column, Kind, Row, Table},
    sheet::{Cell, long_date},
    tcvn3,
};

/// The wear of one file.
pub(super) struct Wear<'a> {
    lots: &'a Lots,
    table: &'static Table,
    /// What stands in each column: the table's own by their place, or one that nobody asked for.
    order: Vec<Slot>,
    titles: usize,
    counts: Hostilities,
    /// The sector ID of the last intact row.
    intact: Option<String>,
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
    /// The wear of file number `file` with so many columns in all (the table's own at least).
    pub(super) fn new(lots: &'a Lots, table: &'static Table, file: u64, width: usize) -> Self {
        let mut lot = lots.of(Stream::SheetMess, file);
        let own = table.columns.len();
        let extra = width.saturating_sub(own);
        let mut order: Vec<Slot> = (0..own).map(Slot::Own).chain((0..extra).map(Slot::Extra)).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, lot.index(last + 1));
        }
        let titles = 2 + lot.index(4);
        let mut wear = Self { lots, table, order, titles, counts: Hostilities::new(), intact: None };
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
        let mut rows = vec![vec![Cell::Blank; self.order.len()]; self.titles];
        for (row, title) in rows.iter_mut().zip(titles) {
            row[0] = Cell::Text(title);
        }
        let header = self.order.clone().into_iter().map(|slot| Cell::Text(self.header(slot))).collect();
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
        let Column { title, alias, .. } = self.table.columns[place];
        match alias {
            // By the file: which of two names a column has differs between versions.
            Some(alias) if (place + self.titles).is_multiple_of(2) => {
                self.count(Hostility::HeaderAlias, 1);
                alias.to_owned()
            }
            _ => title.to_owned(),
        }
    }

    /// Before the rows of the next school.
    pub(super) fn next_school(&mut self) {
        self.intact = None;
    }

    /// One row. The same befalls it in every file in which it stands.
    pub(super) fn row(&mut self, mut row: Row) -> Worn {
        let table = self.table;
        let lot = &mut self.lots.of(Stream::RowMess, u64::from(table.number) << 32 | u64::from(row.ordinal));
        let fate = if table.of_people() { self.befall(&mut row) } else { None };
        for (cell, column) in row.cells.iter_mut().zip(table.columns) {
            let doomed = fate == Some(Hostility::ImpossibleDate) && column.kind == Kind::Born;
            if !doomed {
                self.wear(cell, column.kind, lot);
            }
        }
        if row.about == About::Sibling && table.columns.iter().any(|c| c.kind == Kind::Phone) {
            self.count(Hostility::SharedPhone, 1);
        }
        let cells = self.arrange(row.cells);
        let haunted = lot.per_mille(5);
        Worn { cells, lost: fate.is_some_and(mess::is_fatal), haunted }
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

    /// What befalls the whole row.
    fn befall(&mut self, row: &mut Row) -> Option<Hostility> {
        let at = |kind| self.table.columns.iter().position(|column| column.kind == kind);
        let (id, name, born, status) = (at(Kind::SectorId)?, at(Kind::Name)?, at(Kind::Born)?, at(Kind::Status)?);
        let newcomer = row.about == About::Newcomer && row.ordinal % 11 == 3;
        let fate = match mess::fate(row.ordinal) {
            Some(Hostility::DuplicateSectorId) => {
                row.cells[id] = Cell::Text(self.intact.clone()?);
                Hostility::DuplicateSectorId
            }
            Some(Hostility::ImpossibleDate) => {
                row.cells[born] = Cell::Text(impossible(&row.cells[born], row.ordinal));
                Hostility::ImpossibleDate
            }
            Some(Hostility::MissingName) => {
                row.cells[name] = Cell::Blank;
                Hostility::MissingName
            }
            Some(Hostility::UnknownStatus) => {
                row.cells[status] =
                    Cell::text(if row.ordinal.is_multiple_of(2) { "Bảo lưu" } else { "Chưa cập nhật" });
                Hostility::UnknownStatus
            }
            Some(Hostility::LegacyName) if let Some(garbled) = garbled(&row.cells[name]) => {
                row.cells[name] = Cell::Text(garbled);
                Hostility::LegacyName
            }
            _ if newcomer => {
                row.cells[id] = Cell::Blank;
                Hostility::NoSectorId
            }
            _ => {
                self.keep(&row.cells[id]);
                return None;
            }
        };
        if fate == Hostility::LegacyName {
            self.keep(&row.cells[id]);
        }
        self.count(fate, 1);
        Some(fate)
    }

    fn keep(&mut self, id: &Cell) {
        if let Cell::Text(id) = id {
            self.intact = Some(id.clone());
        }
    }

    /// What befalls one cell.
    fn wear(&mut self, cell: &mut Cell, kind: Kind, lot: &mut Lot) {
        match (kind, &*cell) {
            (Kind::Born | Kind::Since, Cell::Day(day)) => {
                let (worn, what) = date(*day, lot);
                *cell = worn;
                if let Some(what) = what {
                    self.count(what, 1);
                }
            }
            (Kind::SchoolCode | Kind::SectorId | Kind::TeacherId | Kind::Citizen, Cell::Text(code))
                if lot.per_mille(40) =>
            {
                *cell = Cell::Text(format!("{code}.0"));
                self.count(Hostility::CodeDotZero, 1);
            }
            (Kind::Citizen | Kind::Phone, Cell::Text(code)) if code.starts_with('0') && lot.per_mille(80) => {
                let Ok(number) = code.parse() else { return };
                *cell = Cell::Number(number);
                self.count(Hostility::ZerosStripped, 1);
            }
            (_, Cell::Text(text)) if !text.is_empty() && lot.per_mille(10) => {
                *cell = Cell::Text(match lot.below(4) {
                    0 => format!("{text} "),
                    1 => format!("{text}\u{a0}"),
                    2 => format!(" {text}"),
                    _ => text.replacen(' ', "\u{a0}", 1) + " ",
                });
                self.count(Hostility::StraySpace, 1);
            }
            _ => {}
        }
    }
}

const fn rank(slot: &Slot) -> usize {
    match slot {
        Slot::Own(place) => *place,
        Slot::Extra(number) => 1000 + *number,
    }
}

fn garbled(name: &Cell) -> Option<String> {
    match name {
        Cell::Text(name) => tcvn3::garble(name),
        _ => None,
    }
}

/// Five of eleven as they should be, the others short, as serials and in ISO.
fn date(day: Date, lot: &mut Lot) -> (Cell, Option<Hostility>) {
    match lot.below(11) {
        0..=4 => (Cell::Text(long_date(day)), None),
        5 | 6 => (Cell::Text(format!("{}/{}/{}", day.day(), day.month(), day.year())), None),
        7 | 8 => (Cell::Number(f64::from(serial(day))), Some(Hostility::DateSerial)),
        _ => (Cell::Text(day.to_string()), Some(Hostility::DateIso)),
    }
}

/// Days since 1899-12-30.
fn serial(day: Date) -> i32 {
    let epoch = jiff::civil::date(1899, 12, 30);
    epoch.until((Unit::Day, day)).map_or(0, |span| span.get_days())
}

fn impossible(born: &Cell, ordinal: u32) -> String {
    let year = if let Cell::Day(day) = born { day.year() } else { 2016 };
    let day = ["31/02", "30/02", "31/04", "00/00", "15/13", "32/01"][ordinal as usize % 6];
    format!("{day}/{year}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serial_counts_from_excels_epoch() {
        assert_eq!(serial(jiff::civil::date(2017, 3, 14)), 42808);
        assert_eq!(serial(jiff::civil::date(1900, 3, 1)), 61);
    }
}
