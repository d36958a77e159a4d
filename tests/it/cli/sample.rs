//! `phuong sample`.

use std::fs;

use super::program::run;

const SMALL: [&str; 9] = ["sample", "--out", "mau", "--schools", "2", "--staff", "40", "--pupils", "200"];

#[test]
fn a_sample_is_told_as_one_json_value_and_can_be_made_again_in_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), &[&SMALL[..], &["--messy", "--json"]].concat(), &[]);
    assert_eq!((made.code, made.stderr.as_str()), (Some(0), ""));
    let told = made.json();
    assert_eq!((&told["schools"], &told["staff"], &told["pupils"]), (&2.into(), &40.into(), &200.into()));
    assert_eq!(told["files"][0]["name"], "truong.csv");
    let counted: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path().join("mau/messy.json")).unwrap()).unwrap();
    assert_eq!(told["hostilities"], counted["total"]);

    let again = run(folder.path(), &[&SMALL[..], &["--lang", "en"]].concat(), &[]);
    assert_eq!(again.code, Some(0));
    assert!(again.stderr.starts_with("Replacing "), "{}", again.stderr);
    assert!(again.stderr.contains("Writing files: "), "{}", again.stderr);
    assert!(again.stdout.contains("hoc-sinh.csv") && again.stdout.contains("phuong import mau/truong.csv"));
    assert!(!folder.path().join("mau/messy.json").exists(), "what the former sample alone had is gone");
}

#[test]
fn files_of_somebodys_own_are_named_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("mau")).unwrap();
    fs::write(folder.path().join("mau/hoc-sinh.csv"), "own").unwrap();
    let refused = run(folder.path(), &SMALL, &[]);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(2), ""));
    assert!(refused.stderr.contains("hoc-sinh.csv") && refused.stderr.contains("Hãy chọn thư mục khác"));
    assert_eq!(fs::read(folder.path().join("mau/hoc-sinh.csv")).unwrap(), b"own");
}

#[test]
fn what_is_no_folder_and_what_is_no_sector_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mau"), "a file").unwrap();
    let refused = run(folder.path(), &[&SMALL[..], &["--json"]].concat(), &[]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.json()["error"].as_str().unwrap().contains("mau không phải là thư mục"));
    let refused = run(folder.path(), &["sample", "--out", "x", "--schools", "0"], &[]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("--schools"), "{}", refused.stderr);
    let few = ["sample", "--out", "x", "--schools", "2", "--staff", "1", "--pupils", "10", "--lang", "en"];
    let raised = run(folder.path(), &few, &[]);
    assert_eq!(raised.code, Some(0));
    assert!(raised.stderr.contains("there will be 4"), "{}", raised.stderr);
}
