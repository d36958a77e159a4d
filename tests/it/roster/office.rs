//! An office that imports: an empty database, a folder for files, and a clock that stands still.

use std::{
    fmt::Write as _,
    fs,
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use jiff::civil::Date;
use phuong::{
    base::{clock::Clock, entropy::Entropy},
    roster::{self, Ask, Difference, Finding, ImportError, Issue, Problem, Report, Severity, Steps, Watch},
    services::{Services, Settings},
    store::Store,
};
use tempfile::TempDir;

use super::content;
use crate::support::{
    database::{Backend, Database},
    tour::{ISSUER, START, services},
};

pub(super) const SCHOOLS: &str = "Mã trường|Tên trường|Cấp học|Xã/Phường|Trạng thái\n";
pub(super) const STAFF: &str = "Mã trường|Mã định danh Bộ GD&ĐT|Số định danh cá nhân|Họ tên|Ngày sinh|Giới tính|\
                                Trạng thái CB|Nhóm chức vụ|Email|Điện thoại\n";
pub(crate) const PUPILS: &str = "Mã trường|Mã lớp|Mã định danh Bộ GD&ĐT|Số định danh cá nhân|Họ và tên|Ngày sinh|Giới tính|\
                                 Trạng thái HS|Ngày nhập trạng thái|Mã tạm\n";
pub(crate) const ASSIGNMENTS: &str = "Mã trường|Lớp|Mã định danh giáo viên|Chức năng|Môn\n";

pub(super) struct Office {
    pub(super) sv: Arc<Services>,
    pub(super) clock: Clock,
    folder: TempDir,
    /// Dropped last: it drops the database.
    database: Database,
}

impl Office {
    /// With two primary schools, a lower secondary one, and one of continuing education.
    pub(super) async fn on(backend: Backend) -> Option<Self> {
        let office = Self::empty(backend).await?;
        office.file(
            "truong.csv",
            SCHOOLS,
            "31303401|Trường Tiểu học Một|TH|Phường Hồng Bàng|Đang hoạt động\n\
             31303402|Trường Tiểu học Hai|TH|Phường Lê Chân|Đang hoạt động\n\
             31303501|Trường THCS Ba|THCS|Phường Hồng Bàng|Đang hoạt động\n\
             31303901|Trung tâm GDTX|GDTX||Đang hoạt động\n",
        );
        office.commit(&["truong.csv"]).await;
        Some(office)
    }

    /// With nothing at all.
    pub(super) async fn empty(backend: Backend) -> Option<Self> {
        let database = Database::on(backend).await?;
        let clock = Clock::by_hand(START);
        let sv = Arc::new(services(&database, &clock, Entropy::system(), Settings::of(ISSUER), None).await);
        Some(Self { sv, clock, folder: tempfile::tempdir().unwrap(), database })
    }

    /// Waits for a day, unless it has come.
    pub(super) fn waits_until(&self, day: Date) {
        let days = self.clock.now().day().until(day).unwrap().get_days();
        self.clock.advance(Duration::from_hours(24 * u64::try_from(days).unwrap_or(0)));
    }

    pub(super) const fn backend(&self) -> Backend {
        self.database.backend()
    }

    pub(super) fn store(&self) -> &Store {
        &self.sv.store
    }

    /// Writes a file.
    pub(super) fn file(&self, name: &str, header: &str, rows: &str) {
        fs::write(self.path(name), format!("{header}{rows}")).unwrap();
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// In small steps: else whether there are units to stop between would depend on what else is written at the moment.
    pub(super) fn ask(&self, names: &[&str]) -> Ask {
        let files = names.iter().map(|name| self.path(name)).collect();
        Ask { files, steps: Steps::Small, ..Ask::default() }
    }

    /// Runs an import to its end and closes it.
    pub(super) async fn run(&self, ask: &Ask) -> Result<Report, ImportError> {
        let report = self.begin(ask, usize::MAX).await?;
        roster::close(&self.sv, &report).await.unwrap();
        Ok(report)
    }

    /// Runs an import that is told to stop after some units, and does not close it.
    pub(super) async fn begin(&self, ask: &Ask, units: usize) -> Result<Report, ImportError> {
        let stop = Arc::new(AtomicBool::new(false));
        let (mut left, told_to_stop) = (units, stop.clone());
        let mut told = move |progress: roster::Progress| {
            if progress.stage == roster::Stage::Write {
                left = left.saturating_sub(1);
                told_to_stop.store(left == 0, std::sync::atomic::Ordering::Relaxed);
            }
        };
        roster::import(&self.sv, ask, Watch { told: &mut told, stop }).await
    }

    pub(super) async fn commit(&self, names: &[&str]) -> Report {
        self.run(&Ask { commit: true, ..self.ask(names) }).await.unwrap()
    }

    pub(super) async fn dry(&self, names: &[&str]) -> Report {
        self.run(&self.ask(names)).await.unwrap()
    }

    /// Imports pupils.
    pub(super) async fn pupils(&self, rows: &str) -> Report {
        self.file("hoc-sinh.csv", PUPILS, rows);
        self.agree(&["hoc-sinh.csv"]).await
    }

    /// Imports staff.
    pub(super) async fn staff(&self, rows: &str) -> Report {
        self.file("can-bo.csv", STAFF, rows);
        self.agree(&["can-bo.csv"]).await
    }

    /// Imports assignments.
    pub(super) async fn assignments(&self, rows: &str) -> Report {
        self.file("phan-cong.csv", ASSIGNMENTS, rows);
        self.agree(&["phan-cong.csv"]).await
    }

    /// What a dry run tells must come true, and the dry run itself change nothing.
    pub(super) async fn agree(&self, names: &[&str]) -> Report {
        let before = self.content().await;
        let dry = self.dry(names).await;
        assert_eq!(self.content().await, before, "a dry run wrote something");
        let done = self.commit(names).await;
        assert_eq!(told(&dry), told(&done));
        done
    }

    pub(super) async fn content(&self) -> Vec<String> {
        content::content(self.store()).await
    }

    pub(super) async fn facts(&self, what: &str) -> Vec<String> {
        content::facts(self.store(), what).await
    }

    /// The facts of one kind that tell of somebody.
    pub(super) async fn of(&self, what: &str, who: &str) -> Vec<String> {
        let mut facts = self.facts(what).await;
        facts.retain(|fact| fact.split(' ').next() == Some(who));
        facts.iter().map(|fact| fact[who.len() + 1..].to_owned()).collect()
    }
}

/// A report, for comparing: counts, what came of each row of each file, what was found, what changes.
pub(super) type Told = (roster::Tally, Vec<Vec<(u32, roster::Outcome)>>, Vec<Issue>, Vec<(u32, Vec<Difference>)>);

pub(super) fn told(report: &Report) -> Told {
    let outcomes = report.files.iter().map(|file| file.outcomes.clone()).collect();
    let changes = report.files.iter().flat_map(|file| file.differences.iter()).collect();
    // Whoever a run itself creates has another id in each.
    let issues = report.issues.iter().cloned().map(|mut issue| {
        if let Problem::Found(Finding::MaybeKnown(namesakes)) = &mut issue.problem {
            namesakes.people.clear();
        }
        issue
    });
    (report.tally, outcomes, issues.collect(), changes)
}

/// The codes of everything of a severity.
pub(super) fn codes(report: &Report, severity: Severity) -> Vec<&'static str> {
    report.of(severity).map(Issue::code).collect()
}

/// How many people were created, updated, unchanged, ended.
pub(super) fn counts(report: &Report) -> [i64; 4] {
    let tally = &report.tally;
    [tally.created, tally.updated, tally.unchanged, tally.ended]
}

/// So many pupils of a school.
pub(super) fn many(count: u32, status: &str) -> String {
    (0..count).fold(String::new(), |mut text, n| {
        let (class, day) = (1 + n % 5, 1 + n % 28);
        writeln!(
            text,
            "31303401|{class}A|31{n:08}||Nguyễn Thị An {}|{day:02}/03/2017|Nữ|{status}|05/09/2026|",
            letters(n)
        )
        .unwrap();
        text
    })
}

fn letters(n: u32) -> String {
    n.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}
