//! Imports that are killed, told to stop, or run by two at once: the end is as if nothing had happened (R49).

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use phuong::{
    sample::{self, Plan},
    store::Store,
};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    ground::{Ground, run, within},
    overload,
};
use crate::{
    cli::program::{self, Run},
    roster::content::{content, rows},
    support::{
        database::{Backend, Database},
        tour::KEK,
    },
};

/// How long a unit may take on a busy machine.
const A_UNIT: Duration = Duration::from_mins(1);
/// How long somebody may wait who signs in while a unit is written.
const SIGNED_IN: Duration = Duration::from_secs(5);

/// An empty database, and a messy sector of some thousand rows to be imported into it.
struct Bureau {
    database: Database,
    folder: TempDir,
    /// The command: all files, to be committed.
    import: Vec<String>,
}

impl Bureau {
    async fn on(backend: Backend) -> Option<Self> {
        Some(Self::with(Database::on(backend).await?))
    }

    fn with(database: Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = sector(folder.path());
        let import =
            ["import", "--commit", "--json", "--lang", "en"].map(str::to_owned).into_iter().chain(files).collect();
        Self { database, folder, import }
    }

    fn environment(&self) -> [(&'static str, String); 2] {
        [("PHUONG_DATABASE_URL", self.database.url().to_owned()), ("PHUONG_KEYS_KEK", KEK.to_owned())]
    }

    /// The import with flags besides, from its beginning to its end.
    fn run(&self, flags: &[&str]) -> Run {
        let import: Vec<&str> = self.import.iter().map(String::as_str).chain(flags.iter().copied()).collect();
        run(self.folder.path(), &self.environment(), &import)
    }

    /// The import as a process that the test may end.
    fn start(&self, flags: &[&str]) -> Importing {
        Importing(self.command().args(&self.import).args(flags).spawn().unwrap())
    }

    fn command(&self) -> Command {
        let mut command = program::command(self.folder.path(), &[], &[]);
        command.envs(self.environment()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts the import and waits until at least so many units are committed: it is in the middle then.
    async fn reach(&self, units: usize) -> Importing {
        self.reach_with(&[], async |store| self::units(store).await.is_some_and(|done| done >= units)).await
    }

    /// Starts the import with flags besides, and waits until something is there.
    async fn reach_with(&self, flags: &[&str], there: impl AsyncFn(&Store) -> bool) -> Importing {
        let mut importing = self.start(flags);
        let store = self.database.open(1).await;
        within(A_UNIT, "what the test waits for", async || there(&store).await).await;
        assert!(importing.0.try_wait().unwrap().is_none(), "it ended before it could be killed");
        // Whoever comes next recovers the file alone.
        store.close().await;
        importing
    }

    /// What is known of the sector, however many runs it took.
    async fn facts(&self) -> Vec<String> {
        let store = self.database.open(1).await;
        let facts = content(&store).await;
        store.close().await;
        facts
    }

    /// Everything that an import writes, without ids and times.
    async fn content(&self) -> Vec<String> {
        let store = self.database.open(2).await;
        let mut all = content(&store).await;
        let lines = [
            // What is told of people, schools and requests names the run, and those of two databases are two.
            "SELECT 'audit ' || actor || ' ' || action || ' ' || CASE WHEN detail LIKE '%\"import\":%' THEN '' ELSE detail END
             FROM audit_events WHERE action NOT LIKE 'key%'",
            "SELECT 'run ' || state || ' ' || kind || ' ' || file_name || ' ' || options || ' ' || counts FROM import_batches",
            "SELECT 'unit ' || outcome FROM import_units",
        ];
        for sql in lines {
            all.extend(rows(&store, sql).await.unwrap());
        }
        store.close().await;
        all.sort();
        all
    }
}

/// Writes the sector, and names its files: workbooks repeat what CSV files say of schools and staff.
fn sector(folder: &Path) -> Vec<String> {
    let plan = Plan { schools: 4, staff: 250, pupils: 1_700, messy: true, ..Plan::default() };
    let written = sample::write(folder, &plan, &mut |_| {}).unwrap();
    let names = written.files.into_iter().map(|file| file.name);
    names.filter(|name| !name.starts_with("hoc-sinh-") && !name.starts_with("phan-cong-")).collect()
}

/// How many units the run has committed; `None` before it has begun.
async fn units(store: &Store) -> Option<usize> {
    const UNITS: &str = "SELECT CAST(count(u.number) AS TEXT) FROM import_batches b
                         LEFT JOIN import_units u ON u.batch_id = b.id GROUP BY b.id";
    rows(store, UNITS).await.unwrap().first().map(|count| count.parse().unwrap())
}

/// An import under way; ends with the test.
struct Importing(Child);

impl Importing {
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }

    fn interrupt(&self) {
        let sent = Command::new("kill").args(["-INT", &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    fn end(mut self) -> Run {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        self.0.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        self.0.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        Run { code: self.0.wait().unwrap().code(), stdout, stderr }
    }
}

impl Drop for Importing {
    fn drop(&mut self) {
        // It has ended already, unless a test failed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What an import that nobody disturbs comes to: its report, its exit code, what is in the database then.
async fn undisturbed(bureau: &Bureau) -> (Value, Option<i32>, Vec<String>) {
    let twin = Bureau::with(Database::on(bureau.database.backend()).await.unwrap());
    let run = twin.run(&[]);
    (told_of(run.json()), run.code, twin.content().await)
}

/// A report but for the run's number: of two databases the runs are two.
fn told_of(mut report: Value) -> Value {
    let run = report.as_object_mut().and_then(|fields| fields.remove("run"));
    assert!(run.is_some_and(|run| run.is_string()), "{report}");
    report
}

/// The same lines; what differs is named, since the whole is long.
fn assert_same(found: &[String], expected: &[String]) {
    let beyond = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|line| those.binary_search(line).is_err()).take(5).cloned().collect()
    };
    assert_eq!(beyond(found, expected), [""; 0], "too much");
    assert_eq!(beyond(expected, found), [""; 0], "missing");
    assert_eq!(found.len(), expected.len(), "something is there twice");
}

both! {
    async fn r49_an_import_killed_after_any_unit_ends_as_one_that_nobody_killed(bureau: Bureau) {
        let (report, code, content) = undisturbed(&bureau).await;
        assert_eq!(code, Some(5), "some rows of a messy sector are refused");
        for committed in [0, 1, 4, 8] {
            bureau.reach(committed).await.kill();
        }
        // Killed once more with its report half told: the workbook is not written yet.
        let mut told = bureau.start(&["--report", "report.xlsx"]);
        let mut line = String::new();
        BufReader::new(told.0.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        told.kill();
        assert_eq!(told_of(serde_json::from_str(&line).unwrap()), report);
        let last = bureau.run(&["--report", "report.xlsx"]);
        assert_eq!((told_of(last.json()), last.code), (report, code), "{}", last.stderr);
        assert_same(&bureau.content().await, &content);
        assert!(bureau.folder.path().join("report.xlsx").exists());
        let again = bureau.run(&[]).json();
        assert_eq!([&again["created"], &again["updated"], &again["ended"]], [0, 0, 0], "{again}");
    }
}

both! {
    async fn slips_of_an_import_that_was_killed_are_all_printed_by_the_next_run(bureau: Bureau) {
        const PRINTED: &str = "SELECT CAST(count(*) AS TEXT) FROM audit_events WHERE action = 'slips.printed'";
        let slips = ["--slips", "phieu.pdf"];
        let twin = Bureau::with(Database::on(bureau.database.backend()).await.unwrap());
        let alone = twin.run(&slips).json();
        let files = alone["slips"]["files"].as_array().unwrap().len();
        assert!(alone["slips"]["slips"].as_u64().is_some_and(|slips| slips > 1_200), "{alone}");
        bureau.reach(4).await.kill();
        // Once more when some schools' codes are issued, and nobody has them on paper.
        bureau.reach_with(&slips, async |store| rows(store, PRINTED).await.unwrap() != ["0"]).await.kill();
        let last = bureau.run(&slips);
        assert_eq!(told_of(last.json()), told_of(alone), "{}", last.stderr);
        assert!(fs::read(bureau.folder.path().join("phieu.pdf")).unwrap().starts_with(b"%PDF"));
        // Nothing half made is left beside it.
        let left = fs::read_dir(bureau.folder.path()).unwrap().flatten().map(|file| file.file_name());
        let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("phieu")).collect();
        assert_eq!(left.len(), files, "{left:?}");
    }
}

both! {
    async fn an_import_told_to_stop_ends_after_its_unit_and_goes_on_when_it_is_run_again(bureau: Bureau) {
        let (report, code, content) = undisturbed(&bureau).await;
        let importing = bureau.reach(1).await;
        importing.interrupt();
        let stopped = importing.end();
        assert_eq!(stopped.code, Some(130), "{}", stopped.stderr);
        let told = stopped.json();
        assert!(told["error"].as_str().unwrap().starts_with("stopped after "), "{told}");
        let again: Vec<&str> = told["next"].as_str().unwrap().split(' ').collect();
        assert_eq!((again[..2].to_vec(), again.last()), (vec!["phuong", "import"], Some(&"--commit")));
        let last = run(bureau.folder.path(), &bureau.environment(), &[&again[1..], &["--json", "--lang", "en"]].concat());
        assert_eq!((told_of(last.json()), last.code), (report, code));
        assert_same(&bureau.content().await, &content);
    }
}

both! {
    async fn a_dry_run_that_is_killed_has_written_nothing(bureau: Bureau) {
        // Whoever is first makes the keys.
        assert_eq!(run(bureau.folder.path(), &bureau.environment(), &["keys", "list"]).code, Some(0));
        let before = bureau.content().await;
        let files: Vec<&str> = bureau.import.iter().filter(|word| word.contains('.')).map(String::as_str).collect();
        let mut dry = Importing(bureau.command().arg("import").args(files).args(["--lang", "en"]).spawn().unwrap());
        let lines = BufReader::new(dry.0.stderr.take().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.starts_with("Comparing: ")), "it compared nothing");
        dry.kill();
        assert_eq!(bureau.content().await, before);
    }
}

both! {
    async fn of_two_who_start_the_same_import_one_comes_to_its_end_and_the_other_is_told_or_finds_it_done(bureau: Bureau) {
        let twin = Bureau::with(Database::on(bureau.database.backend()).await.unwrap());
        let (alone, expected) = (twin.run(&[]), twin.facts().await);
        let both = [bureau.start(&[]), bureau.start(&[])].map(Importing::end);
        let (told, done): (Vec<&Run>, Vec<&Run>) = both.iter().partition(|run| run.code == Some(75));
        for run in &told {
            assert_eq!(run.json()["error"], "the same import is being run by somebody else");
        }
        assert!(done.iter().all(|run| run.code == alone.code) && told.len() < 2, "{both:?}");
        // One has seen all of it, whoever wrote which unit; if the other began after its end, nothing was new to that one.
        assert!(done.iter().any(|run| told_of(run.json()) == told_of(alone.json())), "{both:?}");
        assert_same(&bureau.facts().await, &expected);
    }
}

both! {
    async fn people_go_on_signing_in_beside_an_import(ground: Ground) {
        let tour = ground.tour().await;
        let names = overload::people(&tour).await;
        tour.sv.store.close().await;
        let files = sector(ground.folder.path());
        let node = ground.serve();
        let mut command = program::command(ground.folder.path(), &["import", "--commit", "--json"], &[]);
        // Into a file: nobody reads what it says before it has ended.
        let said = ground.folder.path().join("import.json");
        command.args(files).envs(ground.environment()).stdout(File::create(&said).unwrap()).stderr(Stdio::inherit());
        let mut importing = Importing(command.spawn().unwrap());
        let mut signed_in = 0;
        for name in names.iter().cycle() {
            if importing.0.try_wait().unwrap().is_some() {
                break;
            }
            let began = Instant::now();
            let reply = overload::sign_in(&node.caller(), name).await;
            assert_eq!(reply.status, 303, "{reply:?}");
            assert!(began.elapsed() < SIGNED_IN, "signed in after {:?}", began.elapsed());
            signed_in += 1;
        }
        assert!(matches!(importing.0.wait().unwrap().code(), Some(0 | 5)));
        let report: Value = serde_json::from_slice(&fs::read(&said).unwrap()).unwrap();
        assert_eq!(report["committed"], true);
        assert!(signed_in >= 10, "{signed_in} sign-ins beside the import");
        ground.holds().await;
    }
}
