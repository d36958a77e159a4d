//! Finds the header row by the names in it, wherever it is, and what kind of file it heads.

use std::sync::Arc;

use calamine::Dimensions;

use super::{
    amended::Amended,
    cells::RawRow,
    field::{Alias, Field, Kind},
    joins::{self, Seen},
    mapping::{Column, Mapping},
    source::Options,
    titles::{self, Title},
};
use crate::model::{
    legacy::{self, Legacy},
    mojibake,
    school_year::SchoolYear,
};

/// Looks at the first rows of a table and keeps the one that is most surely its header.
#[derive(Debug, Default)]
pub(super) struct Finder {
    asked: Option<Kind>,
    otherwise: Option<Kind>,
    school_known: bool,
    amended: Arc<Amended>,
    /// What was seen so far, long texts cut short.
    rows: Vec<RawRow>,
    best: Option<(Mapping, Kind)>,
    /// What its titles name, whatever stands below them.
    titled: Option<(Kind, Vec<Field>)>,
    closest: Mapping,
    closest_kind: Option<Kind>,
    garbled: Option<(u32, String)>,
    years: Vec<(u32, SchoolYear)>,
}

/// How many rows that hold anything may stand before the header.
const ROWS: usize = 60;
/// How many more are looked at, to know what the columns hold.
const MORE_ROWS: usize = 60;

impl Finder {
    /// Looks for the header of a file that is opened so.
    pub(super) fn new(options: &Options) -> Self {
        let Options { kind, otherwise, school, amended, .. } = options;
        let amended = Arc::clone(amended);
        Self { asked: *kind, otherwise: *otherwise, school_known: school.is_some(), amended, ..Self::default() }
    }

    /// Looks at the next row; `false` when enough were seen.
    pub(super) fn look(&mut self, row: &RawRow) -> bool {
        if self.garbled.is_none() {
            let garbled = row.iter().find(|cell| mojibake::is_garbled(cell.text));
            self.garbled = garbled.map(|cell| (row.number, cell.text.chars().take(60).collect()));
        }
        let years = row.iter().flat_map(|cell| SchoolYear::within(cell.text));
        self.years.extend(years.map(|year| (row.number, year)));
        self.rows.push(row.shortened(titles::LONGEST + 4));
        self.rows.len() < ROWS + MORE_ROWS
    }

    /// Finds the header among the rows that were seen; `wide`: what is merged over columns.
    pub(super) fn judge(&mut self, wide: &[Dimensions]) {
        let rows = std::mem::take(&mut self.rows);
        // A short title alone does not show that it is in a font of before Unicode: what stands around it does.
        let legacy = rows.iter().find_map(written_in);
        let mut above = (0, Vec::new());
        for row in rows.iter().take(ROWS) {
            let mut titles = titles::of(row, written_in(row).or(legacy), &self.amended);
            let touch = above.0 + 1 == row.number;
            if touch {
                titles::disown(&mut titles, &above.1);
            }
            let whole = self.weigh(row.number, &titles);
            if touch {
                let (both, lent) = titles::under(&above.1, &titles, whole);
                // One title over a gap may be a word above the table; several, or what the lower row lacks, are its header.
                if lent > usize::from(whole) && titles.iter().any(|title| title.alias.is_some()) {
                    self.weigh(row.number, &both);
                }
            }
            above = (row.number, titles);
        }
        self.titled = self.best.as_ref().map(|(mapping, kind)| (*kind, mapping.fields()));
        let said = |title: &str| self.amended.said_of(title).copied();
        let best = self.best.as_mut().map(|(mapping, _)| mapping);
        for mapping in best.into_iter().chain([&mut self.closest]).filter(|mapping| mapping.row > 0) {
            joins::settle(mapping, &Seen { rows: &rows, wide, legacy }, said);
            let below = || rows.iter().filter(|row| row.number > mapping.row);
            let is_unicode =
                |row: &RawRow| row.iter().any(|cell| cell.text.chars().any(|c| c > '\u{FF}' && c.is_alphabetic()));
            mapping.legacy = below().find_map(written_in).filter(|_| !below().any(is_unicode));
        }
    }

    /// Keeps a header if it is more surely one than what was seen before; whether it has all that its kind needs.
    fn weigh(&mut self, row: u32, titles: &[Title]) -> bool {
        let (mapping, hints) = map(row, titles);
        if mapping.count() < 2 {
            return false;
        }
        let kind = self.asked.or_else(|| guess(&mapping, &hints)).or(self.otherwise);
        if mapping.count() > self.closest.count() {
            self.closest = mapping.clone();
            self.closest_kind = kind;
        }
        let Some(kind) = kind.filter(|kind| missing(*kind, &mapping, self.school_known).is_empty()) else {
            return false;
        };
        if self.best.as_ref().is_none_or(|(best, _)| mapping.count() > best.count()) {
            self.best = Some((mapping, kind));
        }
        true
    }

    /// How good what was found is: more is better, 0 is nothing.
    pub(super) fn score(&self) -> usize {
        self.best.as_ref().map_or(0, |(mapping, _)| mapping.count() * 2 + 1).max(self.closest.count())
    }

    /// What kind of table it heads, if it is whole.
    pub(super) fn kind(&self) -> Option<Kind> {
        self.best.as_ref().map(|(_, kind)| *kind)
    }

    /// Whether the header is of the other's kind and names the same; nothing when there is none.
    pub(super) fn is_like(&self, other: &Self) -> Option<bool> {
        self.titled.as_ref().map(|own| Some(own) == other.titled.as_ref())
    }

    /// The header, or what came closest.
    pub(super) fn finish(self) -> Result<(Mapping, Kind), Box<Closest>> {
        let Some((mut mapping, kind)) = self.best else {
            return Err(Box::new(Closest {
                row: self.closest.row,
                missing: self.closest_kind.map(|kind| (kind, missing(kind, &self.closest, self.school_known))),
                recognised: self.closest.fields(),
                mapping: self.closest,
                garbled: self.garbled,
            }));
        };
        let one = |mut years: std::vec::IntoIter<(u32, SchoolYear)>| {
            years.next().filter(|(_, year)| years.all(|(_, other)| other == *year))
        };
        // «Lớp (2025-2026)» is of that year, whatever the list is called.
        let class = mapping.column(Field::Class).map(|column| SchoolYear::within(&column.title)).unwrap_or_default();
        let class = class.into_iter().map(|year| (mapping.row, year)).collect::<Vec<_>>();
        let above = self.years.into_iter().filter(|(row, _)| *row < mapping.row).collect::<Vec<_>>();
        mapping.year = one(class.into_iter()).or_else(|| one(above.into_iter()));
        Ok((mapping, kind))
    }
}

/// The row that came closest to being a header.
#[derive(Debug)]
pub(super) struct Closest {
    pub(super) row: u32,
    pub(super) missing: Option<(Kind, Vec<Field>)>,
    pub(super) recognised: Vec<Field>,
    pub(super) mapping: Mapping,
    /// The first row with text that lost its letters, and the text.
    pub(super) garbled: Option<(u32, String)>,
}

impl Closest {
    /// Whether it heads a list of people, of whom it does not say what they are.
    pub(super) fn is_of_somebody(&self) -> bool {
        let has = |field| self.recognised.contains(&field);
        self.missing.is_none() && joins::is_named(&self.mapping) && WHO.iter().any(|field| has(*field))
    }
}

/// The encoding of before Unicode that a row is surely written in.
fn written_in(row: &RawRow) -> Option<Legacy> {
    row.iter().find_map(|cell| legacy::convert(cell.text)).map(|(_, legacy)| legacy)
}

/// By one of these a person is told from others.
const WHO: &[Field] = &[Field::SectorId, Field::CitizenNumber, Field::BirthDate];

fn map(row: u32, titles: &[Title]) -> (Mapping, Vec<Kind>) {
    let mut mapping = Mapping { row, ..Mapping::default() };
    let mut ranks = [usize::MAX; Field::COUNT];
    let mut hints = Vec::new();
    for Title { index, text: title, alias } in titles {
        let (index, title) = (*index, title.clone());
        let Some(Alias { field, hint, rank }) = *alias else {
            mapping.unknown.push(Column { index, title });
            continue;
        };
        hints.extend(hint);
        let place = &mut mapping.columns[field as usize];
        let column = Column { index, title };
        let loser = if rank < ranks[field as usize] {
            ranks[field as usize] = rank;
            place.replace(column)
        } else {
            Some(column)
        };
        mapping.duplicates.extend(loser);
    }
    let is_vague = |field: &Field| (titles::VAGUE..usize::MAX).contains(&ranks[*field as usize]);
    mapping.vague = Field::ALL.into_iter().filter(is_vague).collect();
    (mapping, hints)
}

/// What a header must have, each time one of several fields.
fn missing(kind: Kind, mapping: &Mapping, school_known: bool) -> Vec<Field> {
    let mut needs: Vec<&[Field]> = match kind {
        Kind::Schools => vec![&[Field::SchoolCode], &[Field::SchoolName]],
        Kind::Staff | Kind::Pupils => vec![&[Field::FullName], WHO],
        Kind::Assignments => vec![&[Field::Class], &[Field::SectorId], &[Field::Function]],
    };
    if kind != Kind::Schools && !school_known {
        needs.push(&[Field::SchoolCode]);
    }
    let has = |field: &Field| mapping.has(*field) || (*field == Field::FullName && joins::is_named(mapping));
    needs.into_iter().filter(|any| !any.iter().any(has)).map(|any| any[0]).collect()
}

fn guess(mapping: &Mapping, hints: &[Kind]) -> Option<Kind> {
    if mapping.has(Field::Function) && mapping.has(Field::Class) {
        return Some(Kind::Assignments);
    }
    let named = joins::is_named(mapping);
    if !named && mapping.has(Field::SchoolName) && !mapping.has(Field::SectorId) {
        return Some(Kind::Schools);
    }
    let hinted = |kind| hints.iter().filter(|hint| **hint == kind).count();
    let schooled = usize::from(mapping.has(Field::Class) || mapping.has(Field::Grade));
    match (hinted(Kind::Pupils) + schooled).cmp(&hinted(Kind::Staff)) {
        // Who they are is known all the same when what is missing is their names: these, then, are what to ask for.
        std::cmp::Ordering::Greater => Some(Kind::Pupils).filter(|_| named || mapping.has(Field::SectorId)),
        std::cmp::Ordering::Less => Some(Kind::Staff).filter(|_| named || mapping.has(Field::SectorId)),
        // A subject is taught and learnt: people whom no column calls pupils or staff are nobody's to guess.
        std::cmp::Ordering::Equal => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::cells::Form;

    fn found(rows: &[&[&str]], asked: Option<Kind>) -> Result<(Mapping, Kind), Box<Closest>> {
        let mut finder = Finder::new(&Options { kind: asked, ..Options::default() });
        for (n, cells) in rows.iter().enumerate() {
            let mut row = RawRow::default();
            row.begin(u32::try_from(n).unwrap() + 1);
            for (column, text) in cells.iter().enumerate() {
                row.put(column, Form::Text, |to| to.push_str(text));
            }
            finder.look(&row);
        }
        finder.judge(&[]);
        finder.finish()
    }

    #[test]
    fn the_header_is_found_by_its_names_in_any_order_and_spelling() {
        let rows: &[&[&str]] = &[
            &["SỞ GIÁO DỤC VÀ ĐÀO TẠO HẢI PHÒNG"],
            &["Danh sách học sinh", "", "Năm học 2026-2027"],
            &[
                "Ngày sinh\n(dd/mm/yyyy)",
                "HO\u{323} VA\u{300} TE\u{302}N",
                "Mã  định danh\r\nBộ GD&ĐT (*)",
                "Dân tộc",
                "MÃ TRƯỜNG",
                "Lớp",
                "Mã HS",
            ],
            &["14/03/2017", "An", "1", "", "", ""],
        ];
        let (mapping, kind) = found(rows, None).unwrap();
        assert_eq!((mapping.row, kind), (3, Kind::Pupils));
        assert_eq!(mapping.column(Field::FullName).unwrap().index, 1);
        assert_eq!(mapping.column(Field::SectorId).unwrap().title, "Mã định danh Bộ GD&ĐT (*)");
        assert_eq!(mapping.unknown, [Column { index: 3, title: "Dân tộc".into() }]);
        assert_eq!(mapping.duplicates, [Column { index: 6, title: "Mã HS".into() }]);
    }

    #[test]
    fn the_kind_is_told_by_the_columns() {
        let kind = |titles: &[&str]| found(&[titles], None).ok().map(|(_, kind)| kind);
        assert_eq!(kind(&["Mã trường", "Tên trường", "Cấp học", "Xã/Phường", "Trạng thái"]), Some(Kind::Schools));
        assert_eq!(
            kind(&["Mã trường", "Lớp", "Mã định danh giáo viên", "Chức năng (Chủ nhiệm / Bộ môn)", "Môn"]),
            Some(Kind::Assignments)
        );
        assert_eq!(kind(&["Mã trường", "Mã cán bộ", "Họ tên", "Ngày sinh"]), Some(Kind::Staff));
        assert_eq!(kind(&["Mã trường", "Mã học sinh", "Họ tên", "Ngày sinh"]), Some(Kind::Pupils));
        assert_eq!(kind(&["Mã trường", "Mã giáo viên", "Họ tên", "Ngày sinh", "Môn"]), Some(Kind::Staff));
        assert_eq!(kind(&["Mã trường", "Họ tên", "Ngày sinh", "Lớp"]), Some(Kind::Pupils));
        assert_eq!(kind(&["Mã trường", "Họ tên", "Ngày sinh", "Lớp", "Môn dạy"]), None, "teachers, it may be");
    }

    #[test]
    fn what_people_are_is_not_guessed_where_no_column_says_it() {
        let titles = ["Mã trường", "Mã định danh", "Họ tên", "Ngày sinh", "Môn", "Chức vụ", "Lớp"];
        for (columns, sure) in [(4, false), (5, false), (6, true), (7, false)] {
            match found(&[&titles[..columns]], None) {
                Ok((_, kind)) => assert!(sure && kind == Kind::Staff, "{columns}"),
                Err(closest) => assert!(!sure && closest.is_of_somebody() && closest.row == 1, "{columns}"),
            }
            assert_eq!(found(&[&titles[..columns]], Some(Kind::Pupils)).unwrap().1, Kind::Pupils);
        }
        assert!(!found(&[&["Mã trường", "Môn"]], None).unwrap_err().is_of_somebody());
    }

    #[test]
    fn a_header_of_two_rows_needs_no_merged_cells() {
        let rows: &[&[&str]] = &[
            &["DANH SÁCH HỌC SINH"],
            &["STT", "Mã trường", "Lớp", "Học sinh", "", "", "Trạng thái HS"],
            &["", "", "", "Mã định danh", "Họ và tên", "Ngày sinh"],
            &["1", "31303405", "3A", "3112345678", "An", "14/3/2017", "Đang học"],
        ];
        let (mapping, kind) = found(rows, None).unwrap();
        assert_eq!((mapping.row, kind, mapping.count()), (3, Kind::Pupils, 7));
        assert_eq!(mapping.column(Field::Class).unwrap().index, 2);
        assert_eq!(mapping.column(Field::Status).unwrap().title, "Trạng thái HS");
        // Explanations below a title do not hide it; a word above a whole header is no part of it.
        let (mapping, _) =
            found(&[rows[1], &["(1)", "(2)", "(3)", "Mã định danh", "Họ tên", "Ngày sinh"]], None).unwrap();
        assert_eq!((mapping.row, mapping.count()), (2, 7));
        let whole: &[&str] = &["Mã trường", "Mã HS", "Họ tên", "", "Ngày sinh"];
        let (mapping, _) = found(&[&["", "", "", "Lớp", "3A"], whole], None).unwrap();
        assert!(!mapping.has(Field::Class));
        let people: &[&str] = &["Mã trường", "Mã HS", "Họ tên", "Dân tộc", "Ngày sinh", "Ghi chú"];
        let (mapping, _) = found(&[&["", "", "", "Lớp", "3A", "Năm học"], people], None).unwrap();
        assert!(!mapping.has(Field::Class) && !mapping.has(Field::SchoolYear));
        // Rows that do not touch are no header together.
        assert!(found(&[rows[1], &[], &["", "", "", "Mã định danh", "Họ và tên", "Ngày sinh"]], None).is_err());
    }

    #[test]
    fn what_stands_under_somebody_else_is_theirs() {
        let lower: &[&str] = &["Mã trường", "Mã HS", "Họ tên", "Ngày sinh", "Họ và tên", "Số CCCD"];
        for upper in [&["", "", "", "", "Mẹ"][..], &["DANH SÁCH", "", "", "", "Thông tin về cha mẹ"]] {
            let (mapping, _) = found(&[upper, lower], None).unwrap();
            assert_eq!(mapping.column(Field::FullName).unwrap().index, 2, "{upper:?}");
            assert!(!mapping.has(Field::CitizenNumber) && mapping.unknown.len() == 2, "{upper:?}");
        }
        // With nothing under it, it is the title of its own column.
        let upper: &[&str] = &["Mã trường", "Họ tên mẹ", "Học sinh"];
        let (mapping, _) = found(&[upper, &["", "", "Mã HS", "Họ tên", "Ngày sinh"]], None).unwrap();
        assert_eq!((mapping.row, mapping.column(Field::FullName).unwrap().index), (2, 3));
    }

    #[test]
    fn a_title_counts_before_one_that_is_known_without_its_brackets_alone() {
        let name = |titles: &[&str]| {
            let (mapping, kind) = found(&[titles], None).unwrap();
            (mapping.column(Field::FullName).unwrap().index, mapping.repeated(kind).is_some())
        };
        assert_eq!(name(&["Mã trường", "Họ và tên (thân nhân)", "Họ tên", "Mã HS"]), (2, false));
        assert_eq!(name(&["Mã trường", "Họ và tên (chủ hộ)", "Họ tên", "Mã HS"]), (2, false));
        assert_eq!(name(&["Mã trường", "Họ và tên (in hoa)", "Họ tên", "Mã HS"]), (1, false));
        assert_eq!(name(&["Mã trường", "Họ và tên (khai sinh)", "Mã HS"]), (1, false));
        assert_eq!(name(&["Mã trường", "Họ và tên (khai sinh)", "Họ tên (thường gọi)", "Mã HS"]), (1, true));
        // Of telephones there may be several, and what is not read is nobody's question.
        let several = ["Điện thoại (nhà)", "SĐT (cơ quan)", "Lớp (cũ)"];
        assert_eq!(name(&[&["Mã trường", "Họ tên", "Mã GV"], &several[..]].concat()), (1, false));
        let year = |titles: &[&str]| found(&[&["NĂM HỌC 2026-2027"], titles], None).unwrap().0.year;
        assert_eq!(year(&["Mã trường", "Họ tên", "Mã HS", "Lớp (2025-2026)"]), Some((2, "2025-2026".parse().unwrap())));
        assert_eq!(year(&["Mã trường", "Họ tên", "Mã HS", "Lớp"]), Some((1, "2026-2027".parse().unwrap())));
    }

    #[test]
    fn titles_that_lost_nothing_are_read_and_others_are_told() {
        let taken = |text: &str| text.bytes().map(mojibake::western).collect::<String>();
        let titles = ["Mã trường", "Lớp", "Mã định danh", "Họ và tên", "Ngày sinh"].map(taken);
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        assert_eq!(found(&[&titles], None).unwrap().1, Kind::Pupils);
        let lost: Vec<String> =
            titles.iter().map(|title| title.replace(|c: char| !c.is_ascii() && c > 'ÿ', "?")).collect();
        let lost: Vec<&str> = lost.iter().map(|title| title.split('\u{9D}').next().unwrap()).collect();
        let (row, text) = found(&[&lost], None).unwrap_err().garbled.unwrap();
        assert!(row == 1 && mojibake::is_garbled(&text), "{text}");
    }

    #[test]
    fn what_a_header_lacks_is_told() {
        let closest = found(&[&["Họ tên", "Ngày sinh", "Lớp"]], None).unwrap_err();
        assert_eq!(closest.missing, Some((Kind::Pupils, vec![Field::SchoolCode])));
        let closest = found(&[&["Họ tên", "Ngày sinh"]], Some(Kind::Assignments)).unwrap_err();
        let lacks = vec![Field::Class, Field::SectorId, Field::Function, Field::SchoolCode];
        assert_eq!(closest.missing, Some((Kind::Assignments, lacks)));
        assert!(found(&[&["a", "b"]], None).unwrap_err().recognised.is_empty());
    }
}
