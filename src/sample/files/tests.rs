//! The files, as an administrator would open them.

use std::{
    collections::{BTreeMap, HashSet},
    io,
};

use super::*;
use crate::{
    base::digest::Digest,
    sample::{Hostility, former},
};

fn small(messy: bool) -> Plan {
    Plan { schools: 6, staff: 260, pupils: 2_500, messy, ..Plan::default() }
}

/// Every file of a folder and its digest.
fn digests(plan: &Plan) -> BTreeMap<String, Digest> {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), plan, &mut |_| {}).unwrap();
    let entries = fs::read_dir(dir.path()).unwrap().map(Result::unwrap);
    entries.map(|e| (e.file_name().into_string().unwrap(), Digest::of(&fs::read(e.path()).unwrap()))).collect()
}

fn csv_rows(path: &Path) -> Vec<Vec<String>> {
    let bytes = fs::read(path).unwrap();
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text);
    reader.records().map(|r| r.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    for messy in [false, true] {
        let once = digests(&small(messy));
        assert_eq!(once, digests(&small(messy)));
        let other = digests(&Plan { seed: 2, ..small(messy) });
        assert!(
            once.iter().filter(|(name, _)| name.starts_with("hoc-sinh")).all(|(name, d)| other.get(name) != Some(d))
        );
    }
}

#[test]
fn the_bytes_are_those_of_every_other_machine() {
    let digest = digests(&small(false))["hoc-sinh.csv"];
    // Whoever changes a table of names or a draw gives everybody another sector: say so with the new value.
    assert_eq!(u32::from_be_bytes(digest.bytes()[..4].try_into().unwrap()), 0x4E7F_3EA7);
}

#[test]
fn the_files_are_those_the_readme_lists_with_all_rows() {
    let dir = tempfile::tempdir().unwrap();
    let mut last = BTreeMap::new();
    let mut watch = |p: Progress<'_>| {
        last.insert(p.file.to_owned(), (p.rows, p.of));
    };
    let written = write(dir.path(), &small(false), &mut watch).unwrap();
    let names: Vec<&str> = written.files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "truong.csv",
            "truong.xlsx",
            "can-bo.csv",
            "can-bo-31303401.xlsx",
            "can-bo-31303501.xlsx",
            "can-bo-31303701.xlsx",
            "hoc-sinh.csv",
            "hoc-sinh-31303401.xlsx",
            "hoc-sinh-31303501.xlsx",
            "hoc-sinh-31303701.xlsx",
            "phan-cong.csv",
            "phan-cong-31303401.xlsx",
            "phan-cong-31303501.xlsx",
            "phan-cong-31303701.xlsx"
        ]
    );
    let readme = fs::read_to_string(dir.path().join("README.txt")).unwrap();
    assert!(names.iter().all(|name| readme.contains(name)));
    assert_eq!(last["phan-cong-31303701.xlsx"], (written.rows(), written.rows()));
    assert!(written.files.iter().all(|f| last.contains_key(&f.name) && f.hostilities.is_empty()));
    assert_eq!(former(dir.path()).len(), names.len() + 1, "the files and README.txt");
    assert!(!dir.path().join("messy.json").exists());
    let pupils = csv_rows(&dir.path().join("hoc-sinh.csv"));
    assert_eq!(pupils.len(), 2_501);
    assert_eq!(pupils[0].len(), 11);
    assert!(pupils.iter().flatten().all(|cell| unicode_normalization::is_nfc(cell)));
    assert_eq!(csv_rows(&dir.path().join("can-bo.csv")).len(), 261);
}

#[test]
fn a_former_sample_is_replaced_and_what_is_somebodys_own_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let plan = Plan { schools: 3, staff: 60, pupils: 300, messy: true, ..Plan::default() };
    fs::write(dir.path().join("hoc-sinh.csv"), "of the school").unwrap();
    fs::write(dir.path().join("README.txt"), "of the school").unwrap();
    let Err(WriteError::Occupied { names, .. }) = write(dir.path(), &plan, &mut |_| {}) else { panic!() };
    assert_eq!(names, ["hoc-sinh.csv", "README.txt"]);
    assert_eq!(fs::read(dir.path().join("hoc-sinh.csv")).unwrap(), b"of the school");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2);

    let dir = tempfile::tempdir().unwrap();
    let own = dir.path().join("ghi-chu.txt");
    fs::write(&own, "kept").unwrap();
    write(dir.path(), &plan, &mut |_| {}).unwrap();
    fs::write(dir.path().join("hoc-sinh.csv.part"), "of an interrupted sample").unwrap();
    write(dir.path(), &Plan { schools: 1, messy: false, ..plan }, &mut |_| {}).unwrap();
    let left: HashSet<String> =
        fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!left.contains("messy.json") && !left.contains("hoc-sinh.csv.part"), "{left:?}");
    assert!(!left.contains("hoc-sinh-31303501.xlsx") && left.contains("hoc-sinh-31303401.xlsx"), "{left:?}");
    assert_eq!(fs::read(own).unwrap(), b"kept");
}

#[test]
fn a_folder_is_known_as_a_samples_before_its_first_file_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("can-bo.csv.part")).unwrap();
    let Err(WriteError::Io { path, .. }) = write(dir.path(), &small(false), &mut |_| {}) else { panic!() };
    assert_eq!(path, dir.path().join("can-bo.csv"));
    assert_eq!(former(dir.path()), ["truong.csv", "truong.xlsx", "README.txt"]);
    fs::remove_dir(dir.path().join("can-bo.csv.part")).unwrap();
    write(dir.path(), &small(false), &mut |_| {}).unwrap();
}

#[test]
fn a_class_is_listed_by_given_name() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &small(false), &mut |_| {}).unwrap();
    let rows = csv_rows(&dir.path().join("hoc-sinh.csv"));
    let class = |row: &&Vec<String>| row[1] == "31303401" && row[2] == "1A";
    let key = |row: &Vec<String>| {
        let name = crate::model::name::PersonName::read(&row[6]).unwrap();
        crate::model::sort::SortKey::of(&name)
    };
    let keys: Vec<_> = rows.iter().filter(class).map(key).collect();
    assert!(keys.len() > 25 && keys.is_sorted());
}

#[test]
fn a_messy_sector_has_every_hostility_and_says_how_many() {
    let dir = tempfile::tempdir().unwrap();
    let written = write(dir.path(), &small(true), &mut |_| {}).unwrap();
    let total = written.hostilities();
    for what in Hostility::ALL {
        assert!(total.get(what).is_some_and(|n| *n > 0), "{what:?} in {total:?}");
    }
    let json: serde_json::Value = serde_json::from_slice(&fs::read(dir.path().join("messy.json")).unwrap()).unwrap();
    assert!(Hostility::ALL.iter().all(|what| json["total"][what.key()] == total[what]));
    let workbook = &written.files.iter().find(|f| f.name == "hoc-sinh-31303401.xlsx").unwrap().hostilities;
    let shape = [Hostility::CatalogueSheets, Hostility::WrongDimension, Hostility::MergedTitle];
    assert_eq!(shape.map(|what| workbook[&what]), [16, 1, 1]);
    assert_eq!(workbook[&Hostility::ExtraColumns], 60);
}

#[test]
fn a_messy_sector_calls_its_columns_by_every_name_that_was_seen() {
    let dir = tempfile::tempdir().unwrap();
    let written = write(dir.path(), &small(true), &mut |_| {}).unwrap();
    let mut titles = HashSet::new();
    for file in &written.files {
        let source = crate::roster::open(&dir.path().join(&file.name), &crate::roster::Options::default()).unwrap();
        titles.extend(source.header.columns().map(|column| column.title.clone()));
    }
    // DOMAIN.md, "Aliases seen".
    let seen = "Họ tên; Mã học sinh; Mã HS; Mã cán bộ; Lớp; Lớp học; Khối học; Số ĐDCN; Số CCCD; Số CMND; \
                Số ĐDCN/CMND/TCC/CCCD; Trạng thái";
    let missing: Vec<&str> = seen.split("; ").filter(|alias| !titles.contains(*alias)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_counts_are_what_stands_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let written = write(dir.path(), &small(true), &mut |_| {}).unwrap();
    let counts = &written.files.iter().find(|f| f.name == "hoc-sinh.csv").unwrap().hostilities;
    let rows = csv_rows(&dir.path().join("hoc-sinh.csv"));
    let is = |cell: &str, what: &str| cell.nfc_words() == what;
    let top = rows.iter().position(|row| row.iter().any(|cell| is(cell, "Giới tính"))).unwrap();
    assert!(top >= 2);
    let at = |names: &[&str]| rows[top].iter().position(|c| names.iter().any(|name| is(c, name))).unwrap();
    let (name, sex) = (at(&["Họ tên", "Họ và tên"]), at(&["Giới tính"]));
    let (id, born) = (at(&["Mã định danh Bộ GD&ĐT", "Mã học sinh"]), at(&["Ngày sinh"]));
    let (ghosts, data): (Vec<_>, Vec<_>) = rows[top + 1..].iter().partition(|row| row[sex].trim().is_empty());
    assert_eq!((data.len(), ghosts.len() as u64), (2_500, counts[&Hostility::GhostRows]));
    let count = |test: &dyn Fn(&Vec<String>) -> bool| data.iter().filter(|row| test(row)).count() as u64;
    assert_eq!(count(&|row| row[name].is_empty()), counts[&Hostility::MissingName]);
    assert_eq!(count(&|row| row[id].is_empty()), counts[&Hostility::NoSectorId]);
    let mut seen = HashSet::new();
    let plain = |id: &str| id.trim().trim_end_matches(".0").trim_matches('\u{a0}').to_owned();
    let twice = data.iter().filter(|row| !row[id].is_empty() && !seen.insert(plain(&row[id]))).count() as u64;
    assert_eq!(twice, counts[&Hostility::DuplicateSectorId]);
    let off = |cell: &str| {
        let parts: Vec<i16> = cell.trim().split('/').filter_map(|p| p.parse().ok()).collect();
        parts.len() == 3
            && jiff::civil::Date::new(parts[2], i8::try_from(parts[1]).unwrap(), i8::try_from(parts[0]).unwrap())
                .is_err()
    };
    assert_eq!(count(&|row| off(&row[born])), counts[&Hostility::ImpossibleDate]);
}

#[test]
fn what_is_wrong_with_a_pupil_is_wrong_in_both_files() {
    use calamine::{Data, DataType, Reader};
    let dir = tempfile::tempdir().unwrap();
    let written = write(dir.path(), &small(true), &mut |_| {}).unwrap();
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(dir.path().join("hoc-sinh-31303401.xlsx")).unwrap();
    assert_eq!(book.sheet_names().len(), 17);
    assert_eq!(book.sheet_names()[1], "Danh sách");
    let sheet = book.worksheet_range("Danh sách").unwrap();
    let file = written.files.iter().find(|f| f.name == "hoc-sinh-31303401.xlsx").unwrap();
    let is = |cell: &Data, what: &str| cell.as_string().is_some_and(|text| text.nfc_words() == what);
    let top = sheet.rows().position(|row| row.iter().any(|cell| is(cell, "Giới tính"))).unwrap();
    let sex = sheet.rows().nth(top).unwrap().iter().position(|c| is(c, "Giới tính")).unwrap();
    let data = sheet.rows().skip(top + 1).filter(|row| row[sex].as_string().is_some_and(|s| !s.trim().is_empty()));
    assert_eq!(data.count() as u64, file.rows);
    assert_eq!(sheet.width(), 72);
    let xml = entry(&dir.path().join("hoc-sinh-31303401.xlsx"), "xl/worksheets/sheet2.xml");
    assert!(xml.contains("<dimension ref=\"A1:BT4\"/>"), "{}", &xml[..400]);
}

fn entry(path: &Path, name: &str) -> String {
    let mut zip = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    io::read_to_string(zip.by_name(name).unwrap()).unwrap()
}

trait Words {
    /// NFC, with any run of white space as one space.
    fn nfc_words(&self) -> String;
}

impl Words for str {
    fn nfc_words(&self) -> String {
        use unicode_normalization::UnicodeNormalization;
        self.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
