//! What befalls a whole row: at most one thing, so that counts can be compared with what an import reports.

use unicode_normalization::UnicodeNormalization;

use super::{
    legacy_fonts,
    mess::Hostility,
    rows::{About, Contents, Kind, Row, Table},
    sheet::Cell,
};

/// What befalls the rows of one table, one after the other.
pub(super) struct Fates {
    at: Places,
    /// The sector ID of the last intact row.
    intact: Option<String>,
    /// Whether another file names these people by their sector IDs, which then stay as they are.
    named_elsewhere: bool,
}

/// Where the columns are that a fate changes.
struct Places {
    id: usize,
    citizen: usize,
    name: usize,
    born: usize,
    status: usize,
}

impl Fates {
    /// The fates of a table's rows; `None` when they are not people.
    pub(super) fn of(table: &Table) -> Option<Self> {
        let at = |kind| table.columns.iter().position(|column| column.kind == kind);
        let at = Places {
            id: at(Kind::SectorId)?,
            citizen: at(Kind::Citizen)?,
            name: at(Kind::Name)?,
            born: at(Kind::Born)?,
            status: at(Kind::Status)?,
        };
        Some(Self { at, intact: None, named_elsewhere: table.contents == Contents::Staff })
    }

    /// Before the rows of the next school: an identifier is given twice within one school only.
    pub(super) fn next_school(&mut self) {
        self.intact = None;
    }

    /// Lets what is to come befall a row.
    pub(super) fn befall(&mut self, row: &mut Row) -> Option<Hostility> {
        let fate = self.fate(row).filter(|fate| self.change(row, *fate));
        if !fate.is_some_and(|fate| is_fatal(fate) || touches_id(fate))
            && let Cell::Text(id) = &row.cells[self.at.id]
        {
            self.intact = Some(id.clone());
        }
        fate
    }

    /// One person in 251 each: any sector of a few hundred shows all.
    fn fate(&self, row: &Row) -> Option<Hostility> {
        Some(match row.ordinal % 251 {
            17 => Hostility::DuplicateSectorId,
            59 => Hostility::ImpossibleDate,
            101 => Hostility::MissingName,
            149 => Hostility::UnknownStatus,
            211 => Hostility::SwappedIdentifiers,
            71 => Hostility::UnusualSectorId,
            5 | 191 | 229 => Hostility::LegacyName,
            83 | 137 => Hostility::LegacyNameVni,
            29 | 113 | 173 => Hostility::NameNfd,
            _ if row.about == About::Newcomer && row.ordinal % 11 == 3 => Hostility::NoSectorId,
            _ if row.ordinal.is_multiple_of(3) && rewritten(&row.cells[self.at.name], tone_moved).is_some() => {
                Hostility::NameToneMoved
            }
            _ => return None,
        })
    }

    /// Changes the row; `false` when this cannot befall it.
    fn change(&self, row: &mut Row, fate: Hostility) -> bool {
        let Places { id, citizen, name, born, status } = self.at;
        let (place, cell) = match fate {
            Hostility::DuplicateSectorId => (id, self.intact.clone().map(Cell::Text)),
            Hostility::SwappedIdentifiers => {
                row.cells.swap(id, citizen);
                return true;
            }
            Hostility::UnusualSectorId if self.named_elsewhere => return false,
            Hostility::UnusualSectorId => (id, Some(Cell::Text(format!("HP-{:07}", row.ordinal)))),
            Hostility::NoSectorId => (id, Some(Cell::Blank)),
            Hostility::ImpossibleDate => (born, Some(Cell::Text(impossible(&row.cells[born], row.ordinal)))),
            Hostility::MissingName => (name, Some(Cell::Blank)),
            Hostility::UnknownStatus => {
                let word = if row.ordinal.is_multiple_of(2) { "Bảo lưu" } else { "Chưa cập nhật" };
                (status, Some(Cell::text(word)))
            }
            Hostility::LegacyName => (name, rewritten(&row.cells[name], legacy_fonts::tcvn3)),
            Hostility::LegacyNameVni => (name, rewritten(&row.cells[name], legacy_fonts::vni)),
            Hostility::NameNfd => (name, rewritten(&row.cells[name], decomposed)),
            Hostility::NameToneMoved => (name, rewritten(&row.cells[name], tone_moved)),
            _ => return false,
        };
        let Some(cell) = cell else { return false };
        row.cells[place] = cell;
        true
    }
}

/// Whether a row with this fate cannot be imported as it stands.
pub(super) const fn is_fatal(fate: Hostility) -> bool {
    use Hostility::{DuplicateSectorId, ImpossibleDate, MissingName, SwappedIdentifiers, UnknownStatus};
    matches!(fate, DuplicateSectorId | ImpossibleDate | MissingName | SwappedIdentifiers | UnknownStatus)
}

const fn touches_id(fate: Hostility) -> bool {
    matches!(fate, Hostility::NoSectorId | Hostility::UnusualSectorId)
}

/// Whether cells of such a column are as the fate left them: nothing else happens to them.
pub(super) const fn spares(fate: Hostility, kind: Kind) -> bool {
    match fate {
        Hostility::ImpossibleDate => matches!(kind, Kind::Born),
        Hostility::UnknownStatus => matches!(kind, Kind::Status),
        Hostility::SwappedIdentifiers | Hostility::UnusualSectorId => matches!(kind, Kind::SectorId | Kind::Citizen),
        _ => false,
    }
}

fn rewritten(cell: &Cell, how: fn(&str) -> Option<String>) -> Option<Cell> {
    match cell {
        Cell::Text(text) => how(text).map(Cell::Text),
        _ => None,
    }
}

fn decomposed(name: &str) -> Option<String> {
    let parts: String = name.nfd().collect();
    (parts != name).then_some(parts)
}

/// Where the old rule and the new one put the tone: *hòa* and *hoà*, *thủy* and *thuỷ*.
const TONES: [(&str, &str); 15] = [
    ("òa", "oà"),
    ("óa", "oá"),
    ("ỏa", "oả"),
    ("õa", "oã"),
    ("ọa", "oạ"),
    ("òe", "oè"),
    ("óe", "oé"),
    ("ỏe", "oẻ"),
    ("õe", "oẽ"),
    ("ọe", "oẹ"),
    ("ùy", "uỳ"),
    ("úy", "uý"),
    ("ủy", "uỷ"),
    ("ũy", "uỹ"),
    ("ụy", "uỵ"),
];

/// The name with the tone of each open *oa*, *oe* and *uy* on its other vowel.
fn tone_moved(name: &str) -> Option<String> {
    let word = |word: &str| {
        let tone = TONES.iter().find_map(|(old, new)| Some(format!("{}{new}", word.strip_suffix(old)?)));
        tone.unwrap_or_else(|| word.to_owned())
    };
    let moved = name.split(' ').map(word).collect::<Vec<_>>().join(" ");
    (moved != name).then_some(moved)
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
    fn a_tone_moves_only_where_two_rules_differ() {
        assert_eq!(tone_moved("Đỗ Thị Hòa").as_deref(), Some("Đỗ Thị Hoà"));
        assert_eq!(tone_moved("Trần Thu Thủy").as_deref(), Some("Trần Thu Thuỷ"));
        assert_eq!(tone_moved("Hoàng Thị Hoa"), None);
        let key = |name: &str| crate::model::text::SearchKey::of(name);
        assert_eq!(key("Hòa"), key(&tone_moved("Hòa").unwrap()));
    }
}
