//! `phuong export`: what it writes, what it says, and how it ends.

use std::fs;

use serde_json::json;
use tempfile::TempDir;

use super::program::{Run, run};

fn office() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["init"], &[]).code, Some(0));
    fs::write(
        folder.path().join("truong.csv"),
        "Mã trường,Tên trường,Cấp học\n31303401,Trường Tiểu học Một,TH\n31303402,Trường Tiểu học Hai,TH\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("hoc-sinh.csv"),
        "Mã trường,Mã lớp,Mã định danh Bộ GD&ĐT,Họ và tên,Ngày sinh\n\
         31303401,3A,3112345601,Nguyễn Thị An,14/03/2017\n31303402,3A,3112345602,Lê Văn Bình,15/03/2017\n",
    )
    .unwrap();
    assert_eq!(run(folder.path(), &["import", "truong.csv", "hoc-sinh.csv", "--commit"], &[]).code, Some(0));
    folder
}

fn export(folder: &TempDir, arguments: &[&str]) -> Run {
    run(folder.path(), &[&["export"], arguments].concat(), &[])
}

#[test]
fn what_is_exported_is_told_and_can_be_imported() {
    let folder = office();
    let done = export(&folder, &["people", "--out", "moi-nguoi.xlsx", "--json"]);
    assert_eq!((done.code, done.json()), (Some(0), json!({ "people": 2, "rows": 2, "out": "moi-nguoi.xlsx" })));
    for (kind, count) in [("pupils", 2), ("staff", 0)] {
        let out = format!("{kind}.csv");
        let done = export(&folder, &["people", "--out", &out, "--kind", kind, "--json"]);
        assert_eq!(done.json(), json!({ "people": count, "rows": count, "out": out }), "what the file holds");
    }
    let again = run(folder.path(), &["import", "moi-nguoi.xlsx", "--json"], &[]);
    assert_eq!((again.code, &again.json()["unchanged"]), (Some(0), &json!(2)), "{}", again.stdout);
    let done = export(&folder, &["oneroster", "--out", "or.zip", "--school", "31303402"]);
    assert_eq!((done.code, done.stdout.as_str()), (Some(0), "✓ or.zip (1 người)\n"), "{}", done.stderr);
    let again = run(folder.path(), &["import", "or.zip", "--kind", "oneroster", "--json"], &[]);
    assert_eq!((again.code, &again.json()["unchanged"]), (Some(0), &json!(1)), "{}", again.stdout);
    // Of several tables in one file each change names its own.
    let pupils = fs::read_to_string(folder.path().join("hoc-sinh.csv")).unwrap().replace("Bình", "Bính");
    fs::write(folder.path().join("hoc-sinh.csv"), pupils).unwrap();
    assert_eq!(run(folder.path(), &["import", "hoc-sinh.csv", "--commit"], &[]).code, Some(0));
    let told = run(folder.path(), &["import", "or.zip"], &[]).stdout;
    assert!(told.contains("or.zip «users.csv (student)»: Dòng 2: Họ và tên: Lê Văn Bính → Lê Văn Bình"), "{told}");
    assert_eq!(export(&folder, &["sds", "--out", "sds"]).code, Some(0));
    assert_eq!(fs::read_dir(folder.path().join("sds")).unwrap().count(), 6);
}

#[test]
fn what_cannot_be_exported_is_said_and_leaves_nothing_behind() {
    let folder = office();
    fs::write(folder.path().join("co-san.xlsx"), "mine").unwrap();
    for (arguments, says) in [
        (&["people", "--out", "co-san.xlsx"][..], "đã có co-san.xlsx"),
        (&["people", "--out", "a.csv"], "--kind pupils"),
        (&["people", "--out", "a.xlsx", "--kind", "staff"], "bỏ --kind"),
        (&["people", "--out", "a.pdf"], ".xlsx hoặc .csv"),
        (&["oneroster", "--out", "a.zip", "--school", "99999999"], "mã 99999999"),
    ] {
        let refused = export(&folder, arguments);
        assert_eq!(refused.code, Some(2), "{arguments:?}");
        assert!(refused.stderr.contains(says), "{}", refused.stderr);
    }
    let nowhere = export(&folder, &["sds", "--out", "khong/co/sds"]);
    assert_eq!(nowhere.code, Some(1));
    assert!(nowhere.stderr.contains("không ghi được khong/co/sds"), "{}", nowhere.stderr);
    let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|f| f.unwrap().file_name()).collect();
    left.retain(|name| {
        !["keys", "phuong.toml", "truong.csv", "hoc-sinh.csv", "co-san.xlsx"].iter().any(|known| name == known)
    });
    left.retain(|name| !name.to_string_lossy().starts_with("phuong.db"));
    assert!(left.is_empty(), "{left:?}");
    assert_eq!(fs::read_to_string(folder.path().join("co-san.xlsx")).unwrap(), "mine");
}
