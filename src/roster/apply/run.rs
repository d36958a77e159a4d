//! One import from its first look at the files to its report.

use std::{
    collections::HashMap,
    ops::ControlFlow,
    sync::{Arc, atomic::Ordering},
};

use serde_json::json;
use tokio::sync::mpsc;

use super::{
    super::{
        field::Kind,
        plan::{self, Changes, Directory, Keyring, Overlay, Planned, Prepared, Seen, UnitOutcome, World},
        source::Options,
    },
    ask::{Ask, Progress, Stage, Steps, Watch},
    batch::{self, Batch, Begun},
    brake,
    error::ImportError,
    feed::{self, ROWS, feed},
    importer::Importer,
    load::{Asker, holders, load},
    pairs,
    report::Report,
    survey::{Survey, survey},
    write::{UnitWrite, write},
};
use crate::{
    base::{
        clock::Moment,
        id::{BatchId, OrgId, PersonId},
    },
    model::school_year::SchoolYear,
    people::following::Following,
    services::{Services, authority::Denied},
    store::{StoreError, Tx, directory, imports::NewUnit},
};

/// Rows of a unit while nobody signs in: the more a write brings, the fewer pages of the database are written twice. Whoever
/// signs in next waits for it, once.
const LARGE: usize = 10 * ROWS;
/// So many rows that change nothing wait for one that does, to be recorded with it.
const WAITING: i64 = 16_000;
/// How often a unit is planned again when others change the same people.
const TRIES: u32 = 5;

/// Imports files, or finds out what importing them would do. The report must be told, then [`super::close`]d.
pub async fn import(sv: &Services, ask: &Ask, mut watch: Watch<'_>) -> Result<Report, ImportError> {
    if ask.files.is_empty() {
        return Err(ImportError::NoFile);
    }
    // Whoever administers one school imports for one: without it rows of every school would be taken.
    if ask.by.is_bounded() && ask.school.is_none() {
        return Err(Denied::Missing.into());
    }
    let year = year(sv, ask);
    let mut survey = look(sv, ask, &mut watch).await?;
    survey.refuse_other_years(year)?;
    let options = told(ask, year);
    let begun = Begun { fingerprint: survey.fingerprint(&options), options, year };
    let run = Run { sv, ask, year, survey: &survey };
    if !ask.commit {
        return run.pass(&mut watch, None).await;
    }
    let running = batch::running(sv, begun.fingerprint).await?;
    if running.is_none() {
        let directory = read_directory(sv, year).await?;
        if brake::may_be_needed(&sv.store, &directory, &survey).await? {
            let report = run.pass(&mut watch, None).await?;
            if report.brake.as_ref().is_some_and(|brake| ask.confirm_ended != Some(brake.ended)) {
                return Ok(report);
            }
        }
    }
    let batch = match running {
        Some(batch) => batch,
        None => batch::begin(sv, ask, &survey, begun).await?,
    };
    // Only a dry run goes by it: a written one finds in the store whom it wrote.
    survey.mentions = Arc::default();
    Run { sv, ask, year, survey: &survey }.pass(&mut watch, Some(batch)).await
}

/// What decides, beside the files themselves, what comes of them: in this form it tells one run from another.
fn told(ask: &Ask, year: SchoolYear) -> String {
    let mut options = json!({ "year": year.to_string(), "school": ask.school.as_ref().map(ToString::to_string) });
    if !ask.amended.is_empty() {
        options["amended"] = json!(*ask.amended);
    }
    match (ask.task, &ask.by) {
        // A run of its own, whoever goes on with it.
        (Some(task), _) => options["task"] = json!(task),
        (None, Importer::CommandLine) => {}
        (None, by) => options["by"] = json!(by.actor().to_string()),
    }
    options.to_string()
}

/// The year of the classes.
fn year(sv: &Services, ask: &Ask) -> SchoolYear {
    ask.year.unwrap_or_else(|| SchoolYear::of(sv.clock.now().day()))
}

/// The first look, on a thread of its own.
async fn look(sv: &Services, ask: &Ask, watch: &mut Watch<'_>) -> Result<Survey, ImportError> {
    let (tell, mut telling) = mpsc::unbounded_channel();
    let (paths, options, keyring) = (ask.files.clone(), options(ask), keyring(sv));
    let year = year(sv, ask);
    let stop = Arc::clone(&watch.stop);
    let looking = tokio::task::spawn_blocking(move || {
        survey(&paths, (&options, year), &keyring, |rows| {
            let _ = tell.send(rows);
            if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    });
    while let Some(done) = telling.recv().await {
        (watch.told)(Progress { stage: Stage::Survey, done, of: 0 });
    }
    let survey = looking.await.map_err(|_| StoreError::Panicked)??;
    if watch.stop.load(Ordering::Relaxed) {
        Err(ImportError::Stopped { done: 0, of: survey.rows() })
    } else {
        Ok(survey)
    }
}

fn options(ask: &Ask) -> Options {
    Options {
        kind: ask.kind,
        otherwise: ask.otherwise,
        school: ask.school.clone(),
        limits: ask.limits.clone(),
        amended: Arc::clone(&ask.amended),
        reading: ask.reading.clone(),
        ..Options::default()
    }
}

fn keyring(sv: &Services) -> Keyring {
    Keyring::new(sv.keys.identifiers.clone())
}

async fn read_directory(sv: &Services, year: SchoolYear) -> Result<Directory, StoreError> {
    let read = async |tx: &mut Tx, (): &()| Ok((directory::orgs(tx).await?, directory::classes(tx).await?));
    let (orgs, classes) = sv.store.read((), read).await?;
    Ok(Directory::new(orgs, classes, year))
}

/// A run whose files were looked at.
struct Run<'r> {
    sv: &'r Services,
    ask: &'r Ask,
    year: SchoolYear,
    survey: &'r Survey,
}

/// One way through all rows: dry, or writing.
struct Pass<'r> {
    run: &'r Run<'r>,
    world: World,
    report: Report,
    batch: Option<BatchId>,
    /// Whether units were met that somebody else wrote, perhaps after the directory was read.
    recalled: bool,
    /// In a dry run: how many people's roles end, by school.
    ended_at: HashMap<OrgId, i64>,
    /// Units that changed nothing and are not recorded yet: after a kill they would be looked at once more.
    waiting: Vec<NewUnit>,
}

impl Run<'_> {
    async fn pass(&self, watch: &mut Watch<'_>, mut batch: Option<Batch>) -> Result<Report, ImportError> {
        let sv = self.sv;
        let started_at = batch.as_ref().map_or_else(|| sv.clock.now(), |batch| batch.started_at);
        let world = self.world(started_at, batch.is_none()).await?;
        let known = self.ask.school.as_ref().filter(|code| world.directory.school(code).is_none());
        if let Some(unknown) = known.filter(|_| self.survey.files.iter().all(|file| file.kind != Kind::Schools)) {
            return Err(ImportError::NoSuchSchool(unknown.clone()));
        }
        let stage = if batch.is_some() { Stage::Write } else { Stage::Plan };
        let mut pass = Pass {
            run: self,
            world,
            report: Report::new(self.survey),
            batch: batch.as_ref().map(|batch| batch.id),
            recalled: false,
            ended_at: HashMap::new(),
            waiting: Vec::new(),
        };
        let mut units = feed(self.survey.files.clone(), options(self.ask), keyring(sv));
        let (mut done, of) = (0, self.survey.rows());
        loop {
            let turn = self.turn(&mut batch).await?;
            let Some(unit) = units.unit(turn.rows).await else { break };
            if watch.stop.load(Ordering::Relaxed) {
                return Err(ImportError::Stopped { done, of });
            }
            let unit = unit.map_err(|(file, error)| (self.survey.files[file].path.clone(), error))?;
            done += unit.rows.len() as u64;
            pass.unit(turn, unit).await?;
            (watch.told)(Progress { stage, done, of });
        }
        pass.finish().await
    }

    async fn turn(&self, batch: &mut Option<Batch>) -> Result<Turn, ImportError> {
        let (number, done) = match batch {
            None => (0, None),
            Some(batch) => batch.next(self.sv).await?,
        };
        let large = self.ask.steps == Steps::Large && (batch.is_none() || self.sv.store.is_calm());
        let free = if large { LARGE } else { ROWS };
        Ok(Turn { number, rows: done.as_ref().map_or(free, |done| done.rows.len()), done })
    }

    async fn world(&self, started_at: Moment, dry: bool) -> Result<World, StoreError> {
        let sv = self.sv;
        Ok(World {
            today: started_at.day(),
            year: self.year,
            only: self.ask.school.clone(),
            bounded: self.ask.by.is_bounded(),
            directory: read_directory(sv, self.year).await?,
            seen: Seen::default(),
            // Rows of other schools count for nothing then, what they release neither.
            released: if self.ask.school.is_none() { self.survey.released.clone() } else { HashMap::new() },
            overlay: dry.then(|| Overlay::new(Arc::clone(&self.survey.mentions))),
            files: self.survey.names(),
            ids: sv.ids.clone(),
            fields: Arc::clone(&sv.keys.fields),
        })
    }
}

/// What is to be done with the next rows.
struct Turn {
    /// The unit's number.
    number: i64,
    /// How many there are to be.
    rows: usize,
    /// What came of them, when they were done before.
    done: Option<UnitOutcome>,
}

impl Pass<'_> {
    async fn unit(&mut self, turn: Turn, unit: feed::Batch) -> Result<(), ImportError> {
        let (sv, number) = (self.run.sv, turn.number);
        if let Some(outcome) = turn.done {
            if outcome.rows.len() != unit.rows.len() {
                return Err(batch::corrupt(number).into());
            }
            let holders = holders(&sv.store, &unit.rows).await?;
            for (row, outcome) in unit.rows.iter().zip(&outcome.rows) {
                plan::recall(&mut self.world.seen, unit.file, (row, *outcome), &holders);
                let created = row.person(&holders).filter(|_| *outcome == plan::Outcome::Created);
                self.report.created.extend(created);
            }
            self.report.add(unit.file, unit.rows, outcome);
            self.recalled = true;
            return Ok(());
        }
        if std::mem::take(&mut self.recalled) {
            // Schools and classes of those units count from here on, also if another process has just written them.
            self.world.directory = read_directory(sv, self.run.year).await?;
        }
        for _ in 0..TRIES {
            if let Some(outcome) = self.attempt(unit.file, &unit.rows, number).await? {
                self.world.seen.keep();
                self.report.add(unit.file, unit.rows, outcome);
                return Ok(());
            }
            // Others changed something of this unit after it was read: what they did is read, and decided on, anew.
            self.world.seen.forget();
            self.world.directory = read_directory(sv, self.run.year).await?;
        }
        Err(ImportError::Busy)
    }

    /// Plans a unit and writes it; `None` when others came first.
    async fn attempt(&mut self, file: u16, rows: &[Prepared], number: i64) -> Result<Option<UnitOutcome>, ImportError> {
        let (sv, by, now) = (self.run.sv, &self.run.ask.by, self.run.sv.clock.now());
        let claims = by.claims(sv);
        let loaded = load(&sv.store, &self.world, rows, Asker { by: by.clone(), claims, now }).await?;
        let Planned { changes, outcome, ended_at, wrong } = plan::plan(&mut self.world, file, rows, loaded)?;
        pairs::count(&sv.store, claims, wrong, now).await?;
        let Some(batch) = self.batch else {
            for (school, ended) in ended_at {
                *self.ended_at.entry(school).or_default() += ended;
            }
            return Ok(Some(outcome));
        };
        let record = NewUnit {
            number,
            rows: i64::try_from(rows.len()).unwrap_or(i64::MAX),
            outcome: serde_json::to_string(&outcome).unwrap_or_default(),
        };
        if changes.is_empty() && self.waiting.iter().map(|unit| unit.rows).sum::<i64>() < WAITING {
            self.waiting.push(record);
            return Ok(Some(outcome));
        }
        let records = self.waiting.iter().cloned().chain([record]).collect();
        Ok(self.write(batch, records, changes).await?.then_some(outcome))
    }

    /// Writes a unit, with those that wait; false when others came first.
    async fn write(&mut self, batch: BatchId, records: Vec<NewUnit>, changes: Changes) -> Result<bool, ImportError> {
        let (sv, by) = (self.run.sv, &self.run.ask.by);
        let created: Vec<PersonId> = changes.people.iter().map(|person| person.id).collect();
        let first = records.first().map_or(0, |record| record.number);
        // Before the moment of the unit, so that nothing that it does seems to have been done after it.
        let following = Following::of(sv, &by.actor());
        // A school finds in its trail what was done by its own right.
        let own = self.run.ask.school.as_ref().filter(|_| self.world.bounded);
        let own = own.and_then(|code| self.world.directory.school(code)).map(|school| school.id);
        let scribe = sv.scribe(&by.actor()).by_right_over(own);
        let (by, now) = (by.clone(), sv.clock.now());
        match write(&sv.store, UnitWrite { by, batch, records, changes, following, scribe, now }).await {
            Ok(Ok(())) => {
                self.waiting.clear();
                self.report.created.extend(created);
                Ok(true)
            }
            Ok(Err(denied)) => Err(denied.into()),
            Err(error) if error.is_unique_violation() || matches!(error, StoreError::Abandoned(_)) => {
                if batch::awaits(sv, batch, first).await? { Ok(false) } else { Err(ImportError::RunsAlready) }
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn finish(mut self) -> Result<Report, ImportError> {
        if let Some(batch) = self.batch.filter(|_| !self.waiting.is_empty()) {
            let records = self.waiting.clone();
            if !self.write(batch, records, Changes::default()).await? {
                return Err(ImportError::RunsAlready);
            }
        }
        if let Some(batch) = self.batch {
            self.report.committed = true;
            self.report.batch = Some((batch, self.run.ask.by.clone()));
        } else {
            let (store, directory) = (&self.run.sv.store, &self.world.directory);
            self.report.brake = brake::brake(store, directory, &self.ended_at).await?;
        }
        Ok(self.report)
    }
}
