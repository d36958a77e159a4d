//! `phuong slips` and `phuong import --slips`.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path};

use serde_json::json;
use tempfile::TempDir;

use super::paper::{Read, read_all};
use crate::cli::program::{Run, run};

const SCHOOLS: &str = "Mã trường,Tên trường,Cấp học,Xã/Phường,Trạng thái\n31303401,Trường Tiểu học Một,TH,Hồng Bàng,Đang hoạt động\n31303402,Trường Tiểu học Hai,TH,Hồng Bàng,Đang hoạt động\n";
const HEADER: &str = "Mã trường,Mã lớp,Mã định danh Bộ GD&ĐT,Họ và tên,Ngày sinh,Giới tính,Trạng thái HS\n";

fn office() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(phuong(&folder, &["init", "--issuer", "https://sso.example.vn"]).code, Some(0));
    fs::write(folder.path().join("truong.csv"), SCHOOLS).unwrap();
    assert_eq!(phuong(&folder, &["import", "truong.csv", "--commit"]).code, Some(0));
    folder
}

fn phuong(folder: &TempDir, arguments: &[&str]) -> Run {
    run(folder.path(), arguments, &[])
}

/// Pupils of two schools and two classes, in no order.
fn pupils(folder: &TempDir, file: &str, from: u32, count: u32) {
    let names = ["Nguyễn Văn Đức", "Trần Thị Ánh", "Lê Hồng Ân", "Vũ Thị Dung", "Phạm Duy Anh"];
    let row = |n: u32| {
        let (school, class) = (31_303_402 - n % 2, ["10", "2"][(n / 2 % 2) as usize]);
        format!("{school},1A{class},31{n:08},{},{:02}/03/2017,Nam,Đang học\n", names[(n % 5) as usize], 1 + n % 28)
    };
    let rows: String = (from..from + count).map(row).collect();
    fs::write(folder.path().join(file), format!("{HEADER}{rows}")).unwrap();
}

fn slips(path: &Path) -> Vec<Read> {
    assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600, "for its owner only");
    read_all(&fs::read(path).unwrap())
}

#[test]
fn an_import_prints_slips_for_whom_it_created_and_for_nobody_else() {
    let folder = office();
    let out = folder.path().join("phieu.pdf");
    pupils(&folder, "hs.csv", 0, 30);
    let dry = phuong(&folder, &["import", "hs.csv", "--slips", "phieu.pdf"]);
    assert_eq!(dry.code, Some(0), "{}", dry.stderr);
    assert!(dry.stderr.contains("--commit") && !out.exists(), "a dry run prints nothing, and says so: {}", dry.stderr);
    let done = phuong(&folder, &["import", "hs.csv", "--commit", "--slips", "phieu.pdf", "--json"]);
    assert_eq!(done.code, Some(0), "{}", done.stderr);
    assert_eq!(done.json()["slips"], json!({ "slips": 30, "sheets": 2, "files": ["phieu.pdf"] }));
    let first = slips(&out);
    let places: Vec<&str> = first.chunk_by(|a, b| a.place == b.place).map(|class| class[0].place.as_str()).collect();
    let expected = [("1A2", "Hai"), ("1A10", "Hai"), ("1A2", "Một"), ("1A10", "Một")];
    assert_eq!(places, expected.map(|(class, school)| format!("Lớp {class} · Trường Tiểu học {school}")));
    // More pupils in the same file: only the new ones are newcomers.
    pupils(&folder, "hs.csv", 0, 33);
    let more = phuong(&folder, &["import", "hs.csv", "--commit", "--slips", "phieu.pdf"]);
    assert!(more.stdout.contains("3 phiếu trên 1 tờ A4") && more.stdout.contains("→ phieu.pdf"), "{}", more.stdout);
    let ids: Vec<String> = slips(&out).into_iter().map(|slip| slip.sector_id).collect();
    assert_eq!(ids.len(), 3);
    assert!(first.iter().all(|slip| !ids.contains(&slip.sector_id)));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("unfinished")), "{left:?}");
}

#[test]
fn slips_and_badges_are_printed_for_whom_a_run_created() {
    let folder = office();
    pupils(&folder, "cu.csv", 0, 20);
    assert_eq!(phuong(&folder, &["import", "cu.csv", "--commit"]).code, Some(0));
    pupils(&folder, "moi.csv", 0, 26);
    let run = phuong(&folder, &["import", "moi.csv", "--commit", "--json"]).json()["run"].as_str().unwrap().to_owned();
    let school = ["--school", "31303401", "--import", &run, "--json"];
    let slips = phuong(&folder, &[&["slips", "--out", "phieu.pdf"], &school[..]].concat());
    assert_eq!(slips.json(), json!({ "slips": 3, "sheets": 1, "files": ["phieu.pdf"] }), "{}", slips.stderr);
    let badges = phuong(&folder, &[&["badges", "--out", "the.pdf"], &school[..]].concat());
    assert_eq!(badges.json()["badges"], 3, "{}", badges.stderr);
    for command in ["slips", "badges"] {
        let ask =
            [command, "--school", "31303401", "--import", "0197b5a0-0000-7000-8000-000000000000", "--out", "x.pdf"];
        let unknown = phuong(&folder, &ask);
        assert_eq!((unknown.code, unknown.stderr.contains("không có đợt này")), (Some(2), true), "{}", unknown.stderr);
        assert!(!folder.path().join("x.pdf").exists());
    }
}

#[test]
fn slips_that_cannot_be_written_down_are_issued_by_the_same_command_later() {
    let folder = office();
    pupils(&folder, "hs.csv", 0, 5);
    let nowhere = phuong(&folder, &["import", "hs.csv", "--commit", "--slips", "thieu/phieu.pdf"]);
    assert_eq!(nowhere.code, Some(1), "{}", nowhere.stdout);
    assert!(
        nowhere.stderr.contains("thieu/phieu.pdf") && nowhere.stdout.is_empty(),
        "before anything is written: {}",
        nowhere.stderr
    );
    let done = phuong(&folder, &["import", "hs.csv", "--commit", "--slips", "phieu.pdf", "--json"]).json();
    assert_eq!((&done["created"], &done["slips"]["slips"]), (&json!(5), &json!(5)));
}

#[test]
fn slips_of_a_class_or_a_school_are_printed_again_at_any_time() {
    let folder = office();
    pupils(&folder, "hs.csv", 0, 20);
    assert_eq!(phuong(&folder, &["import", "hs.csv", "--commit", "--slips", "a.pdf"]).code, Some(0));
    let class = phuong(&folder, &["slips", "--school", "31303401", "--class", "1a10", "--out", "b.pdf", "--json"]);
    assert_eq!(class.json(), json!({ "slips": 5, "sheets": 1, "files": ["b.pdf"] }), "{}", class.stderr);
    let (all, again) = (slips(&folder.path().join("a.pdf")), slips(&folder.path().join("b.pdf")));
    for slip in &again {
        assert_eq!(slip.place, "Lớp 1A10 · Trường Tiểu học Một");
        let before = all.iter().find(|before| before.sector_id == slip.sector_id).unwrap();
        assert_ne!(before.code, slip.code, "the former code ended");
    }
    let school = phuong(&folder, &["slips", "--school", "31303401", "--out", "c.pdf"]);
    assert!(school.stdout.contains("10 phiếu trên 1 tờ A4"), "{} {}", school.stdout, school.stderr);
    for (arguments, said) in [
        (&["--school", "99999999"][..], "không có đơn vị mã 99999999"),
        (&["--school", "31303401", "--class", "5B"], "có: 1A2, 1A10"),
    ] {
        let refused = phuong(&folder, &[&["slips", "--out", "d.pdf"], arguments].concat());
        assert_eq!((refused.code, refused.stderr.contains(said)), (Some(2), true), "{}", refused.stderr);
        assert!(!folder.path().join("d.pdf").exists());
    }
}
