//! An import that is taken back, and killed on the way: the end is as if the import had never been (R49).

use std::{
    fmt::Write as _,
    fs,
    process::{Command, Stdio},
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::ground::within;
use crate::{
    cli::program::{self, Run},
    roster::content::{content, rows},
    support::{
        database::{Backend, Database},
        tour::KEK,
    },
};

/// How long a step may take on a busy machine.
const A_STEP: Duration = Duration::from_mins(1);
const HEADER: &str = "Mã trường|Mã lớp|Mã định danh Bộ GD&ĐT|Họ và tên|Ngày sinh|Giới tính|Trạng thái HS\n";

/// A school of twelve hundred pupils.
pub(super) struct School {
    pub(super) database: Database,
    pub(super) folder: TempDir,
}

impl School {
    pub(super) async fn on(backend: Backend) -> Option<Self> {
        let school = Self { database: Database::on(backend).await?, folder: tempfile::tempdir().unwrap() };
        let truong = "Mã trường|Tên trường|Cấp học\n31303401|Trường Tiểu học Một|TH\n";
        fs::write(school.folder.path().join("truong.csv"), truong).unwrap();
        school.list("cu.csv", 0..1_200, |n| format!("{}A", 1 + n % 5));
        let made = school.run(&["import", "truong.csv", "cu.csv", "--commit", "--json"]);
        assert_eq!(made.code, Some(0), "{}", made.stderr);
        Some(school)
    }

    pub(super) fn list(&self, name: &str, numbers: std::ops::Range<u32>, class: impl Fn(u32) -> String) {
        let rows = numbers.fold(HEADER.to_owned(), |mut text, n| {
            let letters: String = n.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
            writeln!(text, "31303401|{}|31{n:08}|Nguyễn Thị {letters}|14/03/2017|Nữ|Đang học", class(n)).unwrap();
            text
        });
        fs::write(self.folder.path().join(name), rows).unwrap();
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program::command(self.folder.path(), arguments, &[]);
        command.env("PHUONG_DATABASE_URL", self.database.url()).env("PHUONG_KEYS_KEK", KEK);
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        let out = self.command(arguments).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Run { code: out.status.code(), stdout: text(out.stdout), stderr: text(out.stderr) }
    }

    pub(super) async fn facts(&self) -> Vec<String> {
        let store = self.database.open(1).await;
        let mut facts = content(&store).await;
        facts.sort();
        store.close().await;
        facts
    }

    /// Starts to take a run back, and kills that once so many people are looked at.
    async fn kill_after(&self, run: &str, people: i64) {
        let mut undo = self.command(&["import", "--undo", run, "--commit"]);
        let mut undo = undo.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let store = self.database.open(1).await;
        let done = async || {
            let sql = "SELECT CAST(coalesce(max(undone), 0) AS TEXT) FROM import_batches";
            rows(&store, sql).await.unwrap()[0].parse::<i64>().unwrap() >= people
        };
        within(A_STEP, "a step", done).await;
        undo.kill().unwrap();
        undo.wait().unwrap();
        store.close().await;
    }
}

both! {
    async fn r49_an_import_that_is_taken_back_is_gone_however_often_that_was_killed(school: School) {
        let before = school.facts().await;
        // Everybody goes to the next class, and some are new.
        school.list("moi.csv", 0..1_400, |n| format!("{}A", 1 + (n + 1) % 5));
        let made = school.run(&["import", "moi.csv", "--commit", "--json"]).json();
        assert_eq!((&made["updated"], &made["created"]), (&json!(1_200), &json!(200)));
        let run = made["run"].as_str().unwrap();
        assert_ne!(school.facts().await, before);
        let look = school.run(&["import", "--undo", run, "--json"]);
        let told = |back: u32, committed: bool| json!({
            "run": run, "committed": committed, "back": back, "kept": 0, "people": [], "people_left_out": 0,
        });
        assert_eq!((look.code, look.json()), (Some(0), told(1_400, false)), "{}", look.stderr);
        for people in [1, 400, 900] {
            school.kill_after(run, people).await;
        }
        let last = school.run(&["import", "--undo", run, "--commit", "--json"]);
        assert_eq!((last.code, last.json()), (Some(0), told(1_400, true)), "{}", last.stderr);
        assert_eq!(school.facts().await, before);
        let again = school.run(&["import", "--undo", run, "--commit", "--json"]);
        assert_eq!((again.code, again.json()), (Some(0), told(1_400, true)), "what was done is told again");
        let asked: Vec<Value> = audit(&school).await;
        assert_eq!(asked.len(), 1, "asked once, whatever was killed");
    }
}

/// What the audit trail says of taking imports back.
async fn audit(school: &School) -> Vec<Value> {
    let store = school.database.open(1).await;
    let events = rows(&store, "SELECT detail FROM audit_events WHERE action = 'import.undone'").await.unwrap();
    store.close().await;
    events.iter().map(|detail| serde_json::from_str(detail).unwrap()).collect()
}
