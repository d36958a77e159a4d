//! A node at work on an import: it takes the files out of the database, looks at them or writes them, and leaves what came
//! of it. Killed, it leaves a lease that ends, and the next node goes on after the last unit that was written (R49).

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tempfile::TempDir;
use tokio::fs::File;

use super::{
    FILE, RESULT,
    findings::{ColumnsFound, Findings, Said},
    folder::{brought, path, put_down},
    review::{self, State, Task},
};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, BatchId, ImportId},
        letters,
    },
    model::{school_code::SchoolCode, school_year::SchoolYear},
    roster::{
        self, Ask, Closing, ImportError, Importer, Isolation, Kind, OpenError, Options, Progress, Reading, Report,
        Stage, Steps, Watch, WorkbookError,
    },
    services::{
        Services,
        authority::{ImportPeople, NoPermit, Permit, Reach, Standing},
    },
    store::{
        StoreError, Tx,
        import_tasks::{self, FileRow, Piece, TaskRow},
    },
};

/// How long a node holds an import after it was last heard of.
const LEASE: Duration = Duration::from_secs(30);
/// How often it says how far it is.
const BEAT: Duration = Duration::from_millis(500);
/// How long an import rests that something came in the way of.
const PAUSE: Duration = Duration::from_secs(15);
/// Bytes of a piece of the workbook that goes back.
const PIECE: usize = 256 << 10;

/// Works at one import, if one waits; whether there was one. Told to stop, or when somebody stops the import, it lets go between
/// two units.
pub async fn work(sv: &Services, stop: &Arc<AtomicBool>) -> Result<bool, StoreError> {
    let now = sv.clock.now();
    let lease = async |tx: &mut Tx, (now, until): &(Moment, Moment)| import_tasks::lease(tx, *now, *until).await;
    let Some(id) = sv.store.write((now, now + LEASE), lease).await? else { return Ok(false) };
    let held = Held { sv, id, at: Arc::default() };
    let halt = Arc::new(AtomicBool::new(stop.load(Ordering::Relaxed)));
    let mut working = Box::pin(turn(&held, Arc::clone(&halt)));
    let done = loop {
        tokio::select! {
            done = &mut working => break done,
            () = tokio::time::sleep(BEAT) => {
                if !held.beat().await? || stop.load(Ordering::Relaxed) || !held.may_go_on().await? {
                    halt.store(true, Ordering::Relaxed);
                }
            }
        }
    };
    if let Err(error) = done {
        held.rest(&error).await?;
    }
    Ok(true)
}

/// What keeps a node from the end of an import, for now.
#[derive(Debug, thiserror::Error)]
pub(super) enum Rest {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error("a file could not be put down: {0}")]
    Io(#[from] std::io::Error),
    #[error(transparent)]
    Workbook(#[from] WorkbookError),
}

impl Rest {
    /// Whether it passes by itself, however often it has come.
    fn passes(&self) -> bool {
        match self {
            Self::Store(error) | Self::Import(ImportError::Store(error)) => error.is_outage(),
            Self::Import(ImportError::Busy | ImportError::RunsAlready) => true,
            _ => false,
        }
    }
}

/// An import that this node holds.
struct Held<'s> {
    sv: &'s Services,
    id: ImportId,
    /// How far it is.
    at: Arc<Mutex<Option<Progress>>>,
}

impl Held<'_> {
    /// At what it is, how many rows are done, and of how many.
    fn at(&self) -> (Stage, (i64, i64)) {
        let at = *self.at.lock().unwrap_or_else(PoisonError::into_inner);
        let Progress { stage, done, of } = at.unwrap_or(Progress { stage: Stage::Survey, done: 0, of: 0 });
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        (stage, (number(done), number(of)))
    }

    /// Says how far it is; whether it is still to be worked at.
    async fn beat(&self) -> Result<bool, StoreError> {
        let ((stage, rows), now) = (self.at(), self.sv.clock.now());
        let input = ((self.id, name(stage)), rows, (now, now + LEASE));
        let tell = async |tx: &mut Tx, (task, rows, until): &_| import_tasks::progress(tx, *task, *rows, *until).await;
        self.sv.store.write_unasked(input, tell).await
    }

    /// Whether whoever asked for it may still have it done: rights can end while half a million rows are written.
    async fn may_go_on(&self) -> Result<bool, StoreError> {
        match self.row().await? {
            Some(row) => Ok(asker(self.sv, &row).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Whether a run has begun to write it.
    async fn has_begun(&self) -> Result<bool, StoreError> {
        Ok(self.row().await?.is_some_and(|row| row.batch_id.is_some()))
    }

    async fn row(&self) -> Result<Option<TaskRow>, StoreError> {
        let find = async |tx: &mut Tx, id: &ImportId| import_tasks::find(tx, *id).await;
        self.sv.store.read(self.id, find).await
    }

    async fn let_go(&self, pause: Duration) -> Result<(), StoreError> {
        let input = (self.id, self.sv.clock.now() + pause);
        let rest = async |tx: &mut Tx, (id, from): &(ImportId, Moment)| import_tasks::let_go(tx, *id, *from).await;
        self.sv.store.write(input, rest).await
    }

    /// After an outage it goes on by itself. What keeps failing is tried again after longer and longer pauses, then rests until
    /// somebody has it tried once more, who is told the code under which the log tells why.
    async fn rest(&self, error: &Rest) -> Result<(), StoreError> {
        if error.passes() {
            tracing::warn!(%error, import = %self.id, "an import rests for a moment");
            return self.let_go(PAUSE).await;
        }
        let support: String = (0..8).map(|_| letters::random(&self.sv.entropy)).collect();
        tracing::error!(%error, import = %self.id, %support, "an import failed");
        let input = (self.id, support, self.sv.clock.now());
        let fail = async |tx: &mut Tx, (id, support, now): &(ImportId, String, Moment)| {
            let tries = import_tasks::tried(tx, *id).await?;
            let pause = PAUSE * 2_u32.saturating_pow(u32::try_from(tries).unwrap_or_default());
            import_tasks::fail(tx, (*id, support), (*now + pause, *now)).await
        };
        self.sv.store.write(input, fail).await
    }

    async fn end(&self, (from, to): (State, State), findings: &Findings) -> Result<(), StoreError> {
        self.end_with((from, to), findings, (None, None)).await
    }

    /// With a run that is closed in the same write: once its report is kept, the same files are a new import.
    async fn end_with(
        &self,
        (from, to): (State, State),
        findings: &Findings,
        (batch, closing): (Option<BatchId>, Option<Closing>),
    ) -> Result<(), StoreError> {
        let findings = serde_json::to_string(findings).unwrap_or_default();
        let input = (self.id, from, to, (findings, self.at().1, batch, closing), self.sv.clock.now());
        self.sv
            .store
            .write(input, async |tx: &mut Tx, (id, from, to, (findings, rows, batch, closing), now)| {
                let way = (*id, from.as_str(), to.as_str());
                let ended = import_tasks::ended(tx, way, (findings, *rows, *batch), *now).await?;
                match closing.as_ref().filter(|_| ended) {
                    Some(closing) => closing.write(tx).await,
                    None => Ok(()),
                }
            })
            .await
    }

    /// Stops it for what the findings tell; whoever may do so goes on with it, or takes back what it wrote.
    async fn stop(&self, state: State, findings: &Findings) -> Result<(), StoreError> {
        let findings = serde_json::to_string(findings).unwrap_or_default();
        let input = (self.id, state, findings, self.sv.clock.now());
        let stop = async |tx: &mut Tx, (id, state, findings, now): &(ImportId, State, String, Moment)| {
            import_tasks::stop(tx, (*id, state.as_str()), findings, *now).await
        };
        self.sv.store.write(input, stop).await.map(drop)
    }
}

async fn turn(held: &Held<'_>, stop: Arc<AtomicBool>) -> Result<(), Rest> {
    let sv = held.sv;
    let read = async |tx: &mut Tx, id: &ImportId| {
        let Some(row) = import_tasks::find(tx, *id).await? else { return Ok(None) };
        Ok(Some((row, import_tasks::files(tx, *id).await?)))
    };
    let Some((row, files)) = sv.store.read(held.id, read).await? else { return Ok(()) };
    let by = asker(sv, &row).await?;
    let task = review::task(sv, &row, false)?;
    let Some(by) = by else {
        let failed = Findings::failed(no_more(), Vec::new());
        match (task.state, task.batch) {
            // What was written stays written.
            (State::Undoing, _) => held.end((State::Undoing, State::Done), &task.findings).await?,
            (State::Writing, Some(_)) => held.stop(State::Writing, &failed).await?,
            (state, _) => held.end((state, State::Review), &failed).await?,
        }
        return Ok(());
    };
    if task.state == State::Undoing {
        return take_back(held, task, &by, &stop).await;
    }
    let folder = put_down(sv, &task, &files).await?;
    let paths: Vec<PathBuf> = brought(&files).map(|file| path(&folder, file)).collect();
    let ask = ask(sv, &task, (by, review::school(&row)?), paths);
    let columns = look(&ask).await;
    let at = Arc::clone(&held.at);
    let mut told = move |progress| *at.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    let watch = Watch { told: &mut told, stop: Arc::clone(&stop) };
    let report = match roster::import(sv, &ask, watch).await {
        Ok(report) => Arc::new(report),
        Err(ImportError::File { path, error }) => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let failed = Findings::unread(&name, &error, columns);
            // A reader that was killed half way: what was written can be gone on with, or taken back.
            if task.state == State::Writing && held.has_begun().await? {
                held.stop(State::Writing, &failed).await?;
            } else {
                held.end((task.state, State::Review), &failed).await?;
            }
            return Ok(());
        }
        // Told to stop, as a server is that is replaced, or not allowed any more: whichever node is next asks for whom.
        Err(ImportError::Stopped { .. } | ImportError::Denied(_)) => return Ok(held.let_go(Duration::ZERO).await?),
        Err(error) => return Err(error.into()),
    };
    give_back(held, &task, &ask, &report, &folder).await?;
    let to = if report.committed { State::Done } else { State::Review };
    let closing = Closing::of(sv, &report);
    held.end_with((task.state, to), &Findings::of(&report, columns), (report.batch(), closing)).await?;
    roster::tidy(sv, &report).await;
    Ok(())
}

/// On whose behalf it is done, with what they may do now: rights can end while an import waits.
async fn asker(sv: &Services, row: &TaskRow) -> Result<Option<Importer>, StoreError> {
    let read = async |tx: &mut Tx, account: &AccountId| import_tasks::asker(tx, *account).await;
    match sv.store.read(row.account_id, read).await?.filter(|asker| asker.state == "active") {
        Some(asker) => leave(sv, row, Standing::of_account(sv, row.account_id, asker.person_id).await?).await,
        None => Ok(None),
    }
}

async fn leave(sv: &Services, row: &TaskRow, standing: Standing) -> Result<Option<Importer>, StoreError> {
    let of: Result<Permit<ImportPeople, Reach>, NoPermit> = review::leave(sv, &standing, row.org_id).await;
    match of {
        Ok(leave) => {
            let whole = standing.everywhere::<ImportPeople>().ok().filter(|leave| *leave.place() == Reach::Sector);
            Ok(Some(Importer::Signed(whole.unwrap_or(leave))))
        }
        Err(NoPermit::Denied(_)) => Ok(None),
        Err(NoPermit::Store(error)) => Err(error),
    }
}

fn no_more() -> Said {
    Said {
        vi: "người yêu cầu không còn quyền nhập ở đây, nên chưa ghi gì thêm".to_owned(),
        en: "whoever asked for this may not import here any more; nothing more was written".to_owned(),
    }
}

/// Takes an import back, until it is told to stop; each step remembers how far it is.
async fn take_back(held: &Held<'_>, task: Task, by: &Importer, stop: &AtomicBool) -> Result<(), Rest> {
    let (sv, mut findings) = (held.sv, task.findings);
    let Some(batch) = task.batch else { return Ok(held.end((State::Undoing, State::Done), &findings).await?) };
    let undone = match roster::undo(sv, by, batch, |_| !stop.load(Ordering::Relaxed)).await {
        Ok(undone) if !undone.more => undone,
        Ok(_) | Err(NoPermit::Denied(_)) => return Ok(held.let_go(Duration::ZERO).await?),
        Err(NoPermit::Store(error)) => return Err(error.into()),
    };
    (findings.back, findings.stay) = (undone.back, undone.kept);
    Ok(held.end((State::Undoing, State::Undone), &findings).await?)
}

fn ask(sv: &Services, task: &Task, (by, school): (Importer, Option<SchoolCode>), files: Vec<PathBuf>) -> Ask {
    // A parser's fault must not end everybody's sign-in.
    let reading = Reading { isolation: Isolation::AllWorkbooks, program: sv.settings.reader.clone() };
    // Of several files it is said of those that do not tell it: pupils beside their teachers stay what they are.
    let (kind, alone) = (task.asked.kind.as_deref().and_then(Kind::named), files.len() == 1);
    Ask {
        reading,
        files,
        kind: kind.filter(|_| alone),
        otherwise: kind,
        school,
        year: task.asked.year.as_deref().and_then(|year| year.parse::<SchoolYear>().ok()),
        commit: task.state == State::Writing,
        confirm_ended: task.asked.confirmed,
        amended: Arc::new(task.asked.amended.clone()),
        by,
        task: Some(task.id),
        // In a server somebody may sign in at any moment.
        steps: Steps::Small,
        ..Ask::default()
    }
}

/// The columns of each file, as far as they can be found.
async fn look(ask: &Ask) -> Vec<ColumnsFound> {
    let options = options(ask);
    let paths = ask.files.clone();
    let peek = move || {
        let peeked = |path: &PathBuf| -> Result<Option<roster::Peeked>, OpenError> { roster::peek(path, &options) };
        // What is wrong with a file is told by the look that follows.
        paths.iter().filter_map(|path| peeked(path).ok().flatten().map(ColumnsFound::from)).collect()
    };
    tokio::task::spawn_blocking(peek).await.unwrap_or_default()
}

fn options(ask: &Ask) -> Options {
    Options {
        kind: ask.kind,
        otherwise: ask.otherwise,
        school: ask.school.clone(),
        amended: Arc::clone(&ask.amended),
        reading: ask.reading.clone(),
        ..Options::default()
    }
}

/// Writes the workbook that goes back, and keeps it with the task.
async fn give_back(
    held: &Held<'_>,
    task: &Task,
    ask: &Ask,
    report: &Arc<Report>,
    folder: &TempDir,
) -> Result<(), Rest> {
    let sv = held.sv;
    let to = folder.path().join("ket-qua.xlsx");
    let (report, options, language, at) = (Arc::clone(report), options(ask), task.asked.language(), to.clone());
    let written = tokio::task::spawn_blocking(move || roster::write_workbook(&report, &options, language, &at));
    written.await.map_err(|_| StoreError::Panicked)??;
    let forget = async |tx: &mut Tx, id: &ImportId| import_tasks::drop_result(tx, *id).await;
    sv.store.write_bulk(task.id, forget).await?;
    let bytes = keep(sv, task.id, &to).await?;
    let name = if task.asked.english { "result.xlsx" } else { "ket-qua.xlsx" };
    let row = FileRow { number: RESULT, name: name.to_owned(), bytes };
    let add = async |tx: &mut Tx, (id, row): &(ImportId, FileRow)| import_tasks::add_file(tx, *id, row).await;
    Ok(sv.store.write_bulk((task.id, row), add).await?)
}

async fn keep(sv: &Services, task: ImportId, from: &Path) -> Result<i64, Rest> {
    use tokio::io::AsyncReadExt;
    let mut from = File::open(from).await?;
    let (mut bytes, mut number) = (0, 0);
    loop {
        let mut piece = Vec::with_capacity(PIECE);
        (&mut from).take(PIECE as u64).read_to_end(&mut piece).await?;
        if piece.is_empty() {
            return Ok(bytes);
        }
        bytes += i64::try_from(piece.len()).unwrap_or(0);
        let piece = Piece { task, file: RESULT, number, content: sv.keys.fields.seal(FILE, &piece) };
        number += 1;
        let add = async |tx: &mut Tx, piece: &Piece| import_tasks::add_piece(tx, piece).await;
        sv.store.write_bulk(piece, add).await?;
    }
}

const fn name(stage: Stage) -> &'static str {
    match stage {
        Stage::Survey => "survey",
        Stage::Plan => "plan",
        Stage::Write => "write",
    }
}
