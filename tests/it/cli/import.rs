//! `phuong import`: what it says, to people and to programs, and how it ends.

use std::{fs, path::Path};

use calamine::{Data, Reader, Xlsx, open_workbook};
use rust_xlsxwriter::Workbook;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::program::{Run, run};

const SCHOOL: &str =
    "Mã trường,Tên trường,Cấp học,Xã/Phường,Trạng thái\n31303401,Trường Tiểu học Một,TH,Hồng Bàng,Đang hoạt động\n";
const HEADER: [&str; 7] =
    ["Mã trường", "Mã lớp", "Mã định danh Bộ GD&ĐT", "Họ và tên", "Ngày sinh", "Giới tính", "Trạng thái HS"];

/// A folder with a configuration, a database, and one school in it.
fn office() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["init"], &[]).code, Some(0));
    fs::write(folder.path().join("truong.csv"), SCHOOL).unwrap();
    let made = import(&folder, &["truong.csv", "--commit"]);
    assert_eq!((made.code, made.stdout.contains("Đơn vị mới 3")), (Some(0), true), "{}", made.stdout);
    folder
}

fn import(folder: &TempDir, arguments: &[&str]) -> Run {
    run(folder.path(), &[&["import"], arguments].concat(), &[])
}

/// So many pupils of one status, as CSV.
fn pupils(folder: &Path, name: &str, count: u32, status: &str) {
    let row = |n: u32| {
        let letters: String = n.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        format!("31303401,{}A,31{n:08},Nguyễn Văn {letters},{:02}/03/2017,Nam,{status}\n", 1 + n % 5, 1 + n % 28)
    };
    let rows: String = (0..count).map(row).collect();
    fs::write(folder.join(name), format!("{}\n{rows}", HEADER.join(","))).unwrap();
}

/// A workbook whose second sheet holds a good row, a wrong day and an unknown school.
fn workbook(path: &Path) {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Hướng dẫn").unwrap().write_string(0, 0, "Đọc trước khi nhập").unwrap();
    let sheet = book.add_worksheet().set_name("Học sinh").unwrap();
    let rows = [
        HEADER,
        ["31303401", "3A", "3112345601", "Nguyễn Thị An", "14/03/2017", "Nữ", "Đang học"],
        ["31303401", "3A", "3112345602", "Lê Văn Bình", "31/02/2017", "Nam", "Đang học"],
        ["99999999", "3A", "3112345603", "Vũ Thị Cúc", "15/03/2017", "Nữ", "Đang học"],
    ];
    for (row, cells) in (2_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    book.save(path).unwrap();
}

/// The names in a JSON object.
fn names(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_dry_run_and_its_commit_say_the_same_and_only_the_second_writes() {
    let folder = office();
    pupils(folder.path(), "hs.csv", 30, "Đang học");
    let dry = import(&folder, &["hs.csv"]);
    assert_eq!(dry.code, Some(0), "{}", dry.stderr);
    assert!(dry.stdout.contains("Tạo 30") && dry.stdout.contains("Thêm --commit để ghi."), "{}", dry.stdout);
    assert!(!dry.stderr.contains('\u{1b}') && !dry.stderr.contains('\r'), "nobody watches: {:?}", dry.stderr);
    let done = import(&folder, &["hs.csv", "--commit", "--lang", "en"]);
    assert!(done.stdout.contains("Created 30") && done.stdout.contains("Written to the database."), "{}", done.stdout);
    let again = import(&folder, &["hs.csv", "--commit", "--json"]);
    assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""), "with --json nothing is said beside the result");
    assert_eq!((&again.json()["created"], &again.json()["unchanged"]), (&json!(0), &json!(30)));
}

#[test]
fn a_dry_run_tells_what_each_row_would_change() {
    let folder = office();
    pupils(folder.path(), "hs.csv", 12, "Đang học");
    import(&folder, &["hs.csv", "--commit"]);
    let rows = fs::read_to_string(folder.path().join("hs.csv")).unwrap();
    fs::write(folder.path().join("hs.csv"), rows.replace("/03/2017", "/04/2017")).unwrap();
    let told = import(&folder, &["hs.csv", "--json"]).json();
    assert_eq!((told["changes"].as_array().unwrap().len(), &told["changes_left_out"]), (12, &json!(0)));
    let what = json!([{ "column": "Ngày sinh", "from": "01/03/2017", "to": "01/04/2017" }]);
    assert_eq!(told["changes"][0], json!({ "file": "hs.csv", "sheet": "", "row": 2, "changes": what }));
    let vi = import(&folder, &["hs.csv"]).stdout;
    assert!(vi.contains("  Dòng 2: Ngày sinh: 01/03/2017 → 01/04/2017\n") && vi.contains("và 2 dòng khác"), "{vi}");
    let en = import(&folder, &["hs.csv", "--lang", "en"]).stdout;
    assert!(en.contains("  Row 2: Ngày sinh: 01/03/2017 → 01/04/2017\n") && en.contains("and 2 more"), "{en}");
}

#[test]
fn what_is_wrong_with_a_command_or_a_whole_file_ends_with_2_and_says_what_to_do() {
    let folder = office();
    pupils(folder.path(), "hs.csv", 3, "Đang học");
    fs::write(folder.path().join("la.csv"), "a,b\n1,2\n").unwrap();
    fs::write(folder.path().join("cu.xls"), [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]).unwrap();
    let cases: [(&[&str], &[&str], &[&str]); 7] = [
        (&[], &["FILE"], &["FILE"]),
        (&["thieu.csv"], &["thieu.csv: "], &["thieu.csv: "]),
        (&["la.csv"], &["la.csv: ", "Cần một dòng có các cột như"], &["la.csv: ", "header"]),
        (&["cu.xls"], &["cu.xls: ", ".xlsx"], &["cu.xls: ", ".xlsx"]),
        (
            &["hs.csv", "--school", "99999999"],
            &["không có trường nào mang mã 99999999"],
            &["no school has the code 99999999"],
        ),
        (&["hs.csv", "--kind", "cars"], &["cars"], &["cars"]),
        (&["hs.csv", "--year", "2026"], &["2026"], &["2026"]),
    ];
    for (arguments, vi, en) in cases {
        for (language, parts) in [("vi", vi), ("en", en)] {
            let refused = import(&folder, &[arguments, &["--commit", "--lang", language]].concat());
            assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""), "{arguments:?}");
            assert!(parts.iter().all(|part| refused.stderr.contains(part)), "{arguments:?}: {}", refused.stderr);
        }
        let told = import(&folder, &[arguments, &["--json"]].concat()).json();
        let code = match arguments {
            ["thieu.csv"] => Some("file_unreadable"),
            ["la.csv"] => Some("header_not_found"),
            ["cu.xls"] => Some("file_other_document"),
            _ => None,
        };
        let expected: Vec<_> = code.map(|_| "code").into_iter().chain(["error", "exit", "next"]).collect();
        let mut found = names(&told);
        found.sort_unstable();
        assert_eq!((found, &told["exit"]), (expected, &json!(2)), "{arguments:?}");
        assert_eq!(told["code"].as_str(), code, "{arguments:?}: a file's fault has a name, and nothing else has");
    }
}

#[test]
fn refused_rows_end_with_5_and_are_told_by_file_sheet_row_column_and_value() {
    let folder = office();
    workbook(&folder.path().join("hs.xlsx"));
    let done = import(&folder, &["hs.xlsx", "--commit", "--json"]);
    assert_eq!(done.code, Some(5), "{}", done.stderr);
    let told = done.json();
    let mut expected =
        ["rows", "created", "updated", "unchanged", "ended", "transfers", "review", "orgs_created"].to_vec();
    // Those of the contract, then ours.
    expected.extend([
        "classes_created",
        "errors",
        "notices",
        "warnings",
        "committed",
        "changes",
        "changes_left_out",
        "run",
    ]);
    expected.sort_unstable();
    let mut found = names(&told);
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!((&told["rows"], &told["created"], &told["committed"]), (&json!(3), &json!(1), &json!(true)));
    let errors = told["errors"].as_array().unwrap();
    let places = errors.iter().map(|e| [&e["file"], &e["sheet"], &e["row"], &e["column"], &e["value"], &e["code"]]);
    let day = [
        json!("hs.xlsx"),
        json!("Học sinh"),
        json!(5),
        json!("Ngày sinh"),
        json!("31/02/2017"),
        json!("date_no_such_day"),
    ];
    let school =
        [json!("hs.xlsx"), json!("Học sinh"), json!(6), json!("Mã trường"), json!("99999999"), json!("school_unknown")];
    assert_eq!(places.collect::<Vec<_>>(), [day.each_ref(), school.each_ref()]);
    let mut keys = names(&errors[0]);
    keys.sort_unstable();
    assert_eq!(keys, ["code", "column", "file", "message", "row", "sheet", "value"]);
    for (language, parts) in [
        ("vi", ["hs.xlsx: Dòng 5, Ngày sinh: «31/02/2017»", "Hãy kiểm tra ngày và tháng.", "2 dòng không nhập được"]),
        ("en", ["hs.xlsx: Row 5, Ngày sinh: “31/02/2017”", "Check day and month.", "2 row(s) were refused"]),
    ] {
        let said = import(&folder, &["hs.xlsx", "--commit", "--lang", language]);
        let all = said.stdout + &said.stderr;
        assert!(parts.iter().all(|part| all.contains(part)), "{all}");
    }
}

#[test]
fn too_many_who_leave_end_with_6_until_the_very_number_is_typed() {
    let folder = office();
    pupils(folder.path(), "hs.csv", 60, "Đang học");
    import(&folder, &["hs.csv", "--commit"]);
    pupils(folder.path(), "nghỉ học.csv", 25, "Thôi học");
    let held = import(&folder, &["nghỉ học.csv", "--commit"]);
    assert_eq!(held.code, Some(6), "{}", held.stderr);
    assert!(held.stdout.contains("31303401: 25/60"), "{}", held.stdout);
    assert!(held.stderr.ends_with("→ phuong import 'nghỉ học.csv' --confirm-ended 25 --commit\n"), "{}", held.stderr);
    let asked = import(&folder, &["nghỉ học.csv"]);
    assert_eq!(asked.code, Some(6), "a dry run says beforehand what will be asked");
    let wrong = import(&folder, &["nghỉ học.csv", "--commit", "--confirm-ended", "24", "--json"]);
    assert_eq!((wrong.code, &wrong.json()["committed"], &wrong.json()["ended"]), (Some(6), &json!(false), &json!(25)));
    let right = import(&folder, &["nghỉ học.csv", "--commit", "--confirm-ended", "25", "--json"]);
    assert_eq!((right.code, &right.json()["committed"], &right.json()["ended"]), (Some(0), &json!(true), &json!(25)));
    let again = import(&folder, &["nghỉ học.csv", "--commit", "--json"]);
    assert_eq!((again.code, &again.json()["ended"]), (Some(0), &json!(0)), "nobody is left to leave");
}

#[test]
fn a_report_says_what_came_of_each_row_and_is_imported_again_once_corrected() {
    let folder = office();
    workbook(&folder.path().join("hs.xlsx"));
    let done = import(&folder, &["hs.xlsx", "--commit", "--report", "kq.xlsx", "--lang", "en"]);
    assert_eq!(done.code, Some(5), "{}", done.stderr);
    let rows = sheet(&folder.path().join("kq.xlsx"));
    assert_eq!(rows[0][7..], ["Outcome", "What is wrong", "What to do", "What changes"]);
    let outcomes: Vec<&str> = rows[1..].iter().map(|row| row[7].as_str()).collect();
    assert_eq!(outcomes, ["Created", "Refused", "Refused"]);
    assert!(rows[2][8].starts_with("Ngày sinh: ") && !rows[2][9].is_empty(), "{:?}", rows[2]);
    // Somebody corrects it, and sends it as it came back.
    correct(&rows, &folder.path().join("kq2.xlsx"));
    let again = import(&folder, &["kq2.xlsx", "--commit", "--json"]);
    let told = again.json();
    assert_eq!((again.code, &told["created"], &told["unchanged"]), (Some(0), &json!(2), &json!(1)), "{told}");
    let nowhere = import(&folder, &["hs.xlsx", "--report", "no/such/kq.xlsx"]);
    assert_eq!(nowhere.code, Some(1));
    assert!(nowhere.stderr.contains("không ghi được no/such/kq.xlsx"), "{}", nowhere.stderr);
}

/// The rows of a workbook's first sheet, from the first one that holds something.
fn sheet(path: &Path) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let name = book.sheet_names()[0].clone();
    book.worksheet_range(&name).unwrap().rows().map(|row| row.iter().map(Data::to_string).collect()).collect()
}

/// The same rows with the two faults corrected.
fn correct(rows: &[Vec<String>], path: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, text) in (0_u16..).zip(cells) {
            let text = text.replace("31/02/2017", "28/02/2017").replace("99999999", "31303401");
            sheet.write_string(row, column, text).unwrap();
        }
    }
    book.save(path).unwrap();
}

#[test]
fn what_a_file_does_not_tell_is_said_by_a_flag_that_is_named() {
    let folder = office();
    let list = "Mã trường,Mã định danh,Họ tên,Ngày sinh,Môn\n31303401,3112345678,Nguyễn Văn An,14/03/2017,\n";
    fs::write(folder.path().join("ds.csv"), list).unwrap();
    let unclear = import(&folder, &["ds.csv"]);
    let named = unclear.stderr.contains("(--kind pupils, --kind staff)");
    assert_eq!((unclear.code, named), (Some(2), true), "{}", unclear.stderr);
    let told = import(&folder, &["ds.csv", "--kind", "pupils"]);
    assert_eq!(told.code, Some(0), "{}", told.stderr);
}
