//! A run in the database: begun, gone on with after it was killed, and closed once its report is told.

use serde_json::json;

use super::{
    super::plan::UnitOutcome, ask::Ask, error::ImportError, importer::Importer, report::Report, survey::Survey,
};
use crate::{
    base::{
        clock::Moment,
        digest::Digest,
        id::{BatchId, ImportId},
    },
    model::school_year::SchoolYear,
    services::{Services, authority::Denied},
    store::{
        Day, StoreError, Tx, audit,
        audit::Event,
        import_tasks,
        imports::{self, NewBatch, UnitRow},
        orgs,
    },
};

/// Units that are read again at a time.
const PAGE: i64 = 16;

/// A run under way.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) id: BatchId,
    /// When it began: the day that all its decisions go by.
    pub(super) started_at: Moment,
    /// The next unit to be done, or to be read again.
    next: i64,
    read: std::vec::IntoIter<UnitRow>,
    /// Whether there are units left that were done before.
    behind: bool,
}

/// The run of these files that was not finished.
pub(super) async fn running(sv: &Services, fingerprint: Digest) -> Result<Option<Batch>, StoreError> {
    let found = sv.store.read(fingerprint, async |tx: &mut Tx, print: &Digest| imports::running(tx, *print).await);
    Ok(found.await?.map(|row| Batch::new(row.id, row.started_at, true)))
}

/// Begins a run, unless somebody else began it a moment ago.
pub(super) async fn begin(sv: &Services, ask: &Ask, survey: &Survey, begun: Begun) -> Result<Batch, ImportError> {
    let now = sv.clock.now();
    let id: BatchId = sv.ids.next();
    let kinds: Vec<&str> = survey.files.iter().map(|file| file.kind.as_str()).collect();
    let names = survey.names();
    // The trail keeps no names of files: schools call them after pupils.
    let detail = json!({
        "files": names.len(), "kinds": kinds, "rows": survey.rows(), "confirmed": ask.confirm_ended,
    });
    let event = sv.event(&ask.by.actor(), "import.started", subject(id), &detail);
    let batch = NewBatch {
        id,
        fingerprint: begun.fingerprint,
        kind: kinds.join(","),
        file_name: names.join(", "),
        options: begun.options,
        now,
    };
    let turn = (ask.by.clone(), batch, event, begun.year, ask.task);
    match sv.store.write(turn, async |tx: &mut Tx, turn| record(tx, turn).await).await {
        Ok(Ok(())) => Ok(Batch::new(id, now, false)),
        Ok(Err(denied)) => Err(denied.into()),
        Err(error) if error.is_unique_violation() => Err(ImportError::RunsAlready),
        Err(error) => Err(error.into()),
    }
}

/// What a run is known by.
#[derive(Debug)]
pub(super) struct Begun {
    pub(super) fingerprint: Digest,
    /// What it was asked to do.
    pub(super) options: String,
    pub(super) year: SchoolYear,
}

type Record = (Importer, NewBatch, Event, SchoolYear, Option<ImportId>);

async fn record(tx: &mut Tx, (by, batch, event, year, task): &Record) -> Result<Result<(), Denied>, StoreError> {
    if let Err(denied) = by.again(tx, batch.now).await? {
        return Ok(Err(denied));
    }
    imports::begin(tx, batch).await?;
    if let Some(task) = task {
        import_tasks::began(tx, *task, batch.id).await?;
    }
    let (opens, closes) = year.lessons();
    orgs::add_year(tx, &year.to_string(), Day(opens), Day(closes)).await?;
    audit::add(tx, event).await.map(Ok)
}

/// After so many new people the tables are not what they were.
const MANY: i64 = 1_000;

/// The end of a run whose report is told: run again, the same files are a new run.
#[derive(Debug)]
pub struct Closing {
    batch: BatchId,
    counts: String,
    event: Event,
    now: Moment,
}

impl Closing {
    /// Of a run that wrote.
    pub fn of(sv: &Services, report: &Report) -> Option<Self> {
        let (batch, by) = report.batch.as_ref()?;
        let counts = serde_json::to_value(report.tally).unwrap_or_default();
        let event = sv.event(&by.actor(), "import.finished", subject(*batch), &counts);
        Some(Self { batch: *batch, counts: counts.to_string(), event, now: sv.clock.now() })
    }

    /// In the write that tells its report.
    pub async fn write(&self, tx: &mut Tx) -> Result<(), StoreError> {
        if imports::finish(tx, self.batch, &self.counts, self.now).await? {
            audit::add(tx, &self.event).await?;
        }
        Ok(())
    }
}

/// Closes a run whose report was told.
pub async fn close(sv: &Services, report: &Report) -> Result<(), StoreError> {
    let Some(closing) = Closing::of(sv, report) else { return Ok(()) };
    sv.store.write(closing, async |tx: &mut Tx, closing: &Closing| closing.write(tx).await).await?;
    tidy(sv, report).await;
    Ok(())
}

/// What may wait until a run is closed. Its units go, some in each write: what this does not come to is left to the upkeep.
/// After so many new people the database looks at its tables anew.
pub async fn tidy(sv: &Services, report: &Report) {
    if report.committed
        && let Err(error) = forget_units(sv).await
    {
        tracing::warn!(%error, "what is known of an import's units stays for a while");
    }
    if report.tally.created >= MANY
        && let Err(error) = sv.store.write_bulk((), async |tx: &mut Tx, (): &()| imports::look_anew(tx).await).await
    {
        tracing::warn!(%error, "the database goes on with what it knew of its tables before the import");
    }
}

async fn forget_units(sv: &Services) -> Result<(), StoreError> {
    while sv.store.write_bulk((), async |tx: &mut Tx, (): &()| imports::purge_units(tx).await).await? > 0 {}
    Ok(())
}

pub(super) fn subject(batch: BatchId) -> String {
    format!("import:{batch}")
}

impl Batch {
    fn new(id: BatchId, started_at: Moment, resumed: bool) -> Self {
        Self { id, started_at, next: 0, read: Vec::new().into_iter(), behind: resumed }
    }

    /// The number of the next unit, and what came of it, row by row, if it was done before the run was killed.
    pub(super) async fn next(&mut self, sv: &Services) -> Result<(i64, Option<UnitOutcome>), ImportError> {
        let number = self.next;
        self.next += 1;
        if self.behind && self.read.len() == 0 {
            let page = (self.id, number);
            let units =
                async |tx: &mut Tx, (batch, first): &(BatchId, i64)| imports::units(tx, *batch, *first, PAGE).await;
            self.read = sv.store.read(page, units).await?.into_iter();
        }
        let Some(row) = self.read.next() else {
            self.behind = false;
            return Ok((number, None));
        };
        let outcome = serde_json::from_str(&row.outcome).ok().filter(|_| row.number == number);
        Ok((number, Some(outcome.ok_or_else(|| corrupt(number))?)))
    }
}

/// What is recorded of a unit is not what was read.
pub(super) fn corrupt(number: i64) -> StoreError {
    StoreError::Corrupt { table: "import_units", column: "outcome", row: number.to_string() }
}

/// Whether a unit is still to be written; else somebody else runs the same import at this moment.
pub(super) async fn awaits(sv: &Services, batch: BatchId, number: i64) -> Result<bool, StoreError> {
    let ask = async |tx: &mut Tx, (batch, number): &(BatchId, i64)| imports::awaits(tx, *batch, *number).await;
    sv.store.read((batch, number), ask).await
}
