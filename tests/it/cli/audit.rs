//! `phuong audit`.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use serde_json::Value;
use sqlx::{Connection as _, SqliteConnection};

use super::program::{Run, run};

/// A provider whose audit trail has three events.
fn with_events() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["init"], &[]).code, Some(0));
    for name in ["mot", "hai", "ba"] {
        let add = ["client", "add", "--name", name, "--client-id", name, "--kind", "service"];
        assert_eq!(run(folder.path(), &add, &[]).code, Some(0));
    }
    folder
}

fn audit(folder: &Path, arguments: &[&str]) -> Run {
    run(folder, &[&["audit"], arguments].concat(), &[])
}

/// As somebody who has the file.
async fn tamper(folder: &Path, sql: &'static str) {
    let file = format!("sqlite:{}", folder.join("phuong.db").display());
    let mut connection = SqliteConnection::connect(&file).await.unwrap();
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn r51_a_sound_trail_is_told_and_a_broken_one_where_and_what_to_do() {
    let folder = with_events();
    let sound = audit(folder.path(), &["verify", "--json"]);
    assert_eq!((sound.code, sound.stderr.as_str()), (Some(0), ""));
    let sound = sound.json();
    assert_eq!((&sound["events"], &sound["broken"]), (&3.into(), &Value::Null));
    let noted = sound["head"].as_str().unwrap();
    let text = audit(folder.path(), &["verify"]);
    assert!(text.stdout.contains(noted) && text.stdout.starts_with("✓ 3 sự kiện"), "{}", text.stdout);
    assert_eq!(audit(folder.path(), &["verify", "--noted", noted]).code, Some(0));
    for wrong in [&["--noted", "3"][..], &["--noted", noted, "--after", "3"], &["--after", "-1"], &["--after", "x"]] {
        let refused = audit(folder.path(), &[&["verify", "--json"], wrong].concat());
        assert_eq!((refused.code, refused.json()["exit"].as_i64()), (Some(2), Some(2)), "{wrong:?}");
    }

    tamper(folder.path(), "DROP TRIGGER audit_events_kept; UPDATE audit_events SET actor = 'system' WHERE seq = 2")
        .await;
    let broken = audit(folder.path(), &["verify", "--json", "--lang", "en"]);
    assert_eq!(broken.code, Some(1));
    let told = broken.json();
    assert_eq!((&told["exit"], &told["next"]), (&1.into(), &"phuong audit verify --after 2".into()));
    assert_eq!((&told["broken"]["event"], &told["broken"]["why"]), (&2.into(), &"changed".into()));
    assert_eq!(told["broken"]["stands_there"]["subject"], "client:hai");
    assert!(told["error"].as_str().unwrap().contains("compare it with the last backup"));
    let vi = audit(folder.path(), &["verify"]);
    assert_eq!((vi.code, vi.stdout.as_str()), (Some(1), ""));
    for part in ["Lỗi: nhật ký hỏng ở sự kiện 2", "client:hai", "bản sao lưu", "→ phuong audit verify --after 2"]
    {
        assert!(vi.stderr.contains(part), "no {part} in {}", vi.stderr);
    }
    assert_eq!(audit(folder.path(), &["verify", "--after", "2"]).code, Some(0), "the rest is sound");
}

#[test]
fn an_export_holds_every_event_is_its_owners_alone_and_replaces_nothing() {
    let folder = with_events();
    let lines = audit(folder.path(), &["export", "--out", "a.jsonl", "--json"]);
    assert_eq!((lines.code, lines.json()), (Some(0), serde_json::json!({ "events": 4, "out": "a.jsonl" })));
    let text = fs::read_to_string(folder.path().join("a.jsonl")).unwrap();
    let events: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.iter().map(|event| event["seq"].as_i64().unwrap()).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!((&events[3]["action"], &events[3]["actor"]), (&"audit.exported".into(), &"command line".into()));

    let csv = audit(folder.path(), &["export", "--out", "b.csv", "--after", "2"]);
    assert_eq!(csv.code, Some(0), "{}", csv.stderr);
    let text = fs::read_to_string(folder.path().join("b.csv")).unwrap();
    assert_eq!(text.lines().count(), 1 + 3, "{text}");
    assert!(text.starts_with("seq,id,at,actor,action,") && text.contains("client:ba"), "{text}");

    for name in ["a.jsonl", "b.csv"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name}");
        assert_eq!(audit(folder.path(), &["export", "--out", name]).code, Some(2), "{name} exists");
    }
    for wrong in ["c", "c.xlsx", "b.csv/c"] {
        let refused = audit(folder.path(), &["export", "--out", wrong, "--json"]);
        assert_eq!((refused.code, refused.json()["exit"].as_i64()), (Some(2), Some(2)), "{wrong}");
    }
    assert_eq!(audit(folder.path(), &["export", "--out", "none/c.csv"]).code, Some(1));
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().ends_with(".part")), "{left:?}");
}
