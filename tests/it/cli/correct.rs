//! `phuong user correct` and `renumber`: what they change, what they say, and what they refuse.

use serde_json::json;

use super::{program::run, table::ground};

#[test]
fn a_birth_date_is_corrected_and_what_is_wrong_is_named() {
    let ground = ground();
    let phuong = |arguments: &[&str]| run(ground.folder.path(), arguments, &[]);
    let pupil = ground.pupil.as_str();
    let before = phuong(&["user", "show", pupil, "--json"]).json();
    let done = phuong(&["user", "correct", pupil, "--born", "15/3/2018", "--json"]);
    assert_eq!((done.code, done.json()), (Some(0), json!({ "sector_id": pupil, "changed": true })), "{}", done.stderr);
    let after = phuong(&["user", "show", pupil, "--json"]).json();
    assert_eq!((&before["birth_date"], &after["birth_date"]), (&json!("2018-03-14"), &json!("2018-03-15")));
    assert_eq!((&after["name"], &after["sex"]), (&before["name"], &json!("female")));
    let again = phuong(&["user", "correct", pupil, "--born", "2018-03-15", "--sex", "nữ"]);
    assert_eq!((again.code, again.stdout.trim()), (Some(0), format!("= {pupil}").as_str()));

    let wrong = phuong(&["user", "correct", pupil, "--name", " ", "--born", "31/2/2018", "--sex", "x"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(2), ""));
    for told in ["--name: họ và tên cần", "--born: không có ngày này", "--sex: hãy ghi nam hoặc nữ"] {
        assert!(wrong.stderr.contains(told), "{}", wrong.stderr);
    }
    assert_eq!(phuong(&["user", "show", pupil, "--json"]).json(), after, "nothing was done");
    let found = phuong(&["user", "correct", pupil, "--name", "Nguyễn Thị Bảo Ngân"]);
    assert_eq!(found.code, Some(0), "{}", found.stderr);
    assert_eq!(phuong(&["user", "find", "ngan", "--json"]).json().as_array().unwrap().len(), 1);
    assert_eq!(phuong(&["user", "find", "ngoc", "--json"]).json(), json!([]));
}

#[test]
fn how_somebody_is_reached_is_set_changed_and_taken_away() {
    let ground = ground();
    let phuong = |arguments: &[&str]| run(ground.folder.path(), arguments, &[]);
    let pupil = ground.pupil.as_str();
    let shown = || {
        let told = phuong(&["user", "show", pupil, "--json"]).json();
        (told["email"].clone(), told["phone"].clone())
    };
    assert_eq!(shown(), (json!(null), json!(null)));
    let done = phuong(&["user", "correct", pupil, "--email", " Ngoc@truong.example ", "--phone", "+84 912 000 002"]);
    assert_eq!((done.code, done.stdout.trim()), (Some(0), format!("✓ {pupil}").as_str()), "{}", done.stderr);
    assert_eq!(shown(), (json!("Ngoc@truong.example"), json!("0912000002")));
    let again =
        phuong(&["user", "correct", pupil, "--email", "Ngoc@truong.example", "--phone", "912.000.002", "--json"]);
    assert_eq!(again.json(), json!({ "sector_id": pupil, "changed": false }), "{}", again.stderr);

    let wrong = phuong(&["user", "correct", pupil, "--email", "ngoc@truong", "--phone", "113", "--name", "Ngân"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (Some(2), ""));
    for told in ["--email: đây không phải địa chỉ", "--phone: số điện thoại gồm"] {
        assert!(wrong.stderr.contains(told), "{}", wrong.stderr);
    }
    assert_eq!(shown(), (json!("Ngoc@truong.example"), json!("0912000002")), "nothing was done");

    assert_eq!(phuong(&["user", "correct", pupil, "--email", "b.ngoc@truong.example"]).code, Some(0));
    assert_eq!(shown(), (json!("b.ngoc@truong.example"), json!("0912000002")));
    assert_eq!(phuong(&["user", "correct", pupil, "--email", "", "--phone", ""]).code, Some(0));
    assert_eq!(shown(), (json!(null), json!(null)));
    assert_eq!(phuong(&["user", "correct", pupil, "--email", ""]).stdout.trim(), format!("= {pupil}"));
}

#[test]
fn a_mistaken_sector_id_is_replaced_by_the_right_one() {
    let ground = ground();
    let phuong = |arguments: &[&str]| run(ground.folder.path(), arguments, &[]);
    let pupil = ground.pupil.as_str();
    let taken = phuong(&["user", "renumber", pupil, ground.teacher.as_str(), "--reason", "x"]);
    assert!(taken.code == Some(2) && taken.stderr.contains("đã thuộc về người khác"), "{}", taken.stderr);
    let unreasoned = phuong(&["user", "renumber", pupil, "3199000077", "--reason", ""]);
    assert!(unreasoned.code == Some(2) && unreasoned.stderr.contains("cần lý do"), "{}", unreasoned.stderr);
    let done = phuong(&["user", "renumber", pupil, "3199000077", "--reason", "gõ nhầm"]);
    assert_eq!(
        (done.code, done.stdout.trim()),
        (Some(0), format!("✓ {pupil} → 3199000077").as_str()),
        "{}",
        done.stderr
    );
    assert_eq!(phuong(&["user", "show", "3199000077", "--json"]).json()["sign_in_names"], json!(["3199000077"]));
    assert_eq!(phuong(&["user", "show", pupil]).code, Some(2), "nobody's any more");
}
