//! `phuong import --undo`: what it takes back, what stays, and what it says.

use std::fs;

use serde_json::json;

use super::program::run;

const SCHOOL: &str = "Mã trường,Tên trường,Cấp học\n31303401,Trường Tiểu học Một,TH\n";
const HEADER: &str = "Mã trường,Mã lớp,Mã định danh Bộ GD&ĐT,Họ và tên,Ngày sinh,Giới tính,Trạng thái HS\n";

#[test]
fn a_run_is_taken_back_but_for_whom_another_touched_since() {
    let folder = tempfile::tempdir().unwrap();
    let phuong = |arguments: &[&str]| run(folder.path(), arguments, &[]);
    assert_eq!(phuong(&["init"]).code, Some(0));
    fs::write(folder.path().join("truong.csv"), SCHOOL).unwrap();
    let pupil = |n: u32, name: &str| format!("31303401,3A,311234560{n},{name},14/03/2017,Nữ,Đang học\n");
    let list = |rows: &[String]| fs::write(folder.path().join("hs.csv"), format!("{HEADER}{}", rows.concat())).unwrap();
    list(&[pupil(1, "Nguyễn Thị An"), pupil(2, "Lê Thị Bình"), pupil(3, "Vũ Thị Cúc")]);
    let nothing = phuong(&["import", "--undo", "nonsense"]);
    assert_eq!(nothing.code, Some(2));
    assert!(nothing.stderr.contains("hiện không có đợt nhập nào hoàn tác được"), "{}", nothing.stderr);
    let made = phuong(&["import", "truong.csv", "hs.csv", "--commit"]);
    let told = made.stdout.lines().last().unwrap();
    let run = told.rsplit(' ').next().unwrap();
    assert_eq!(told, format!("Đã ghi vào cơ sở dữ liệu. Hoàn tác trong 24 giờ: phuong import --undo {run}"));
    list(&[pupil(2, "Lê Thị Bình Minh")]);
    assert_eq!(phuong(&["import", "hs.csv", "--commit"]).code, Some(0));

    let look = phuong(&["import", "--undo", run]);
    assert_eq!(look.code, Some(0));
    let expected = "Sẽ đưa 2 người về như trước đợt nhập.\nGiữ nguyên 1 người:\n  Lê Thị Bình Minh (3112345602)\n";
    assert_eq!(look.stdout, expected, "{}", look.stderr);
    assert!(look.stderr.contains("Thêm --commit để hoàn tác"), "{}", look.stderr);
    assert_eq!(phuong(&["user", "show", "3112345601"]).code, Some(0), "a look changes nothing");

    let done = phuong(&["import", "--undo", run, "--commit", "--lang", "en"]);
    assert_eq!(done.code, Some(5), "some stay: {}", done.stderr);
    let expected =
        "2 people are again what they were before the import.\n1 people stay:\n  Lê Thị Bình Minh (3112345602)\n";
    assert_eq!(done.stdout, expected);
    assert_eq!(phuong(&["user", "show", "3112345601"]).code, Some(2), "gone");
    assert_eq!(phuong(&["user", "show", "3112345602"]).code, Some(0), "kept");
    let again = phuong(&["import", "--undo", run, "--commit", "--json"]);
    assert_eq!((again.code, &again.json()["back"], &again.json()["kept"]), (Some(5), &json!(2), &json!(1)));
    let other = phuong(&["import", "--undo", "01920000-0000-7000-8000-000000000000", "--lang", "en"]);
    assert_eq!(other.code, Some(2));
    assert!(other.stderr.contains("hs.csv") && !other.stderr.contains(run), "what can be taken back: {}", other.stderr);
}
