//! One unit of rows on its way through the plan.

use std::collections::{HashMap, HashSet};

use super::{
    super::{
        field::Field,
        finding::{Finding, Spot},
        issue::{Problem, Severity},
        row::{Identity, Row},
    },
    assignment,
    changes::{Changes, Moved},
    difference::{Changed, Difference},
    directory::School,
    draft::guessed,
    keyring::{Prepared, mark},
    known::{Known, Loaded},
    matching::{Candidates, Match, decide},
    outcome::{Noted, Outcome, Tally, UnitOutcome},
    pupil,
    reach::Pairs,
    school,
    seen::Met,
    staff,
    trouble::Trouble,
    world::World,
};
use crate::{
    base::{
        clock::Moment,
        id::{ClassId, OrgId, PersonId},
    },
    model::{
        membership::{Change, Standing},
        person::is_unborn,
        school_code::SchoolCode,
    },
    store::{
        Day, StoreError,
        matching::Keyed,
        people::NewPerson,
        person_changes::{Correction, Touch},
    },
};

/// A unit in the making.
pub(super) struct Unit<'w> {
    pub(super) world: &'w mut World,
    pub(super) people: HashMap<PersonId, Known>,
    pub(super) holders: HashMap<Keyed, PersonId>,
    pub(super) touched: Vec<PersonId>,
    pub(super) taken: HashSet<String>,
    pub(super) buried: HashSet<Vec<u8>>,
    pub(super) homerooms: HashMap<ClassId, Vec<PersonId>>,
    pub(super) members: HashMap<OrgId, i64>,
    pub(super) beyond: HashSet<PersonId>,
    pub(super) sector_admins: HashSet<PersonId>,
    pub(super) pairs: Pairs,
    settled: HashMap<u32, PersonId>,
    pub(super) changes: Changes,
    pub(super) tally: Tally,
    pub(super) ended_at: HashMap<OrgId, i64>,
    /// What the row at hand changes, so far.
    pub(super) said: Vec<Difference>,
    /// Whether what was known before of the row's person is not for the readers of the report.
    pub(super) veiled: bool,
    changed: Vec<Changed>,
    file: u16,
    noted: Vec<Noted>,
    namesakes: HashMap<u64, Vec<PersonId>>,
}

/// A unit as it was planned.
#[derive(Debug)]
pub(crate) struct Planned {
    /// What it is to write.
    pub(crate) changes: Changes,
    /// What came of its rows.
    pub(crate) outcome: UnitOutcome,
    /// How many people's roles it ends at each school, whatever row it is that ends them.
    pub(crate) ended_at: HashMap<OrgId, i64>,
    /// Marks of the pairs of identifier and day of birth in it that were wrong.
    pub(crate) wrong: Vec<u64>,
}

/// Plans a unit: rows of one file, and what the store knows of whom they may be about.
pub(crate) fn plan(world: &mut World, file: u16, rows: &[Prepared], loaded: Loaded) -> Result<Planned, StoreError> {
    let mut unit = Unit::new(world, file, rows, loaded)?;
    let outcomes = rows.iter().map(|row| unit.row(row)).collect();
    unit.tally.rows = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    unit.finish();
    let Unit { changes, tally, noted, changed, ended_at, pairs, .. } = unit;
    let outcome = UnitOutcome { rows: outcomes, tally, noted, changed };
    Ok(Planned { changes, outcome, ended_at, wrong: pairs.wrong })
}

impl<'w> Unit<'w> {
    fn new(world: &'w mut World, file: u16, rows: &[Prepared], mut loaded: Loaded) -> Result<Self, StoreError> {
        let mut holders = HashMap::new();
        for identifier in &loaded.identifiers {
            if let Ok(keyed) = Keyed::try_from(identifier.keyed.as_slice()) {
                holders.insert(keyed, identifier.person_id);
            }
        }
        for row in rows {
            let settled = loaded.settled.get(&row.record.row);
            holders.extend(settled.and_then(|person| Some((row.keys.all().next()?, *person))));
        }
        holders.extend(std::mem::take(&mut loaded.upns));
        let loaded_people = loaded.people(world.today)?;
        let mut unit = Self {
            people: loaded_people.into_iter().map(|known| (known.id, known)).collect(),
            holders,
            touched: Vec::new(),
            taken: loaded.taken,
            buried: loaded.buried,
            homerooms: loaded.homerooms,
            members: loaded.members,
            beyond: loaded.beyond,
            sector_admins: loaded.sector_admins,
            pairs: loaded.pairs,
            settled: loaded.settled,
            changes: Changes::default(),
            tally: Tally::default(),
            ended_at: HashMap::new(),
            said: Vec::new(),
            veiled: false,
            changed: Vec::new(),
            file,
            noted: Vec::new(),
            namesakes: HashMap::new(),
            world,
        };
        unit.lay_over(rows);
        for known in unit.people.values() {
            list(&mut unit.namesakes, known);
        }
        Ok(unit)
    }

    /// Somebody whom later rows may be about.
    pub(super) fn introduce(&mut self, known: Known) {
        list(&mut self.namesakes, &known);
        self.touched.push(known.id);
        self.people.insert(known.id, known);
    }

    /// In a dry run: people as the units before would have left them.
    fn lay_over(&mut self, rows: &[Prepared]) {
        let Some(overlay) = &mut self.world.overlay else { return };
        overlay.turn_to(rows);
        for known in self.people.values_mut() {
            if let Some(newer) = overlay.person(known.id) {
                *known = newer.clone();
            }
        }
        let mut found: Vec<PersonId> = self.homerooms.values().flatten().copied().collect();
        for row in rows {
            // Whose a Microsoft account is in the store may have got another since.
            found.extend(row.keys.upn.and_then(|keyed| self.holders.get(&keyed).copied()));
            for keyed in row.keys.named() {
                if let Some(id) = overlay.holder(&keyed) {
                    self.holders.insert(keyed, id);
                    found.push(id);
                }
            }
            let born = who(row).and_then(|who| who.born);
            found.extend(born.zip(row.keys.name.as_ref()).and_then(|(born, name)| overlay.namesake(born, name)));
        }
        for id in found {
            if let Some(known) = overlay.person(id) {
                self.people.entry(id).or_insert_with(|| known.clone());
            }
        }
    }

    fn row(&mut self, it: &Prepared) -> Outcome {
        self.said.clear();
        self.veiled = false;
        let planned = match &it.record.outcome {
            Err(told) if told.iter().all(|told| told.severity() == Severity::Warning) => return Outcome::PassedOver,
            Err(_) => return Outcome::Refused,
            Ok(Row::School(row)) => school::plan(self, row, it),
            Ok(Row::Staff(row)) => staff::plan(self, row, it),
            Ok(Row::Pupil(row)) => pupil::plan(self, row, it),
            Ok(Row::Assignment(row)) => assignment::plan(self, row, it),
        };
        let outcome = planned.unwrap_or_else(|trouble| {
            let problem = Problem::Found(trouble.finding.clone());
            let outcome = match problem.severity() {
                Severity::Held if matches!(trouble.finding, Finding::PupilElsewhere(_)) => Outcome::Transfer,
                Severity::Held => Outcome::Review,
                Severity::Error | Severity::Warning => Outcome::Refused,
            };
            self.note(it, trouble);
            outcome
        });
        if matches!(outcome, Outcome::Updated | Outcome::Ended) && !self.said.is_empty() {
            self.changed.push(Changed { row: it.record.row, what: std::mem::take(&mut self.said) });
        }
        match (outcome.is_taken(), it.keys.counted(|keyed| self.holders.get(keyed).copied())) {
            (true, Some(person)) => self.world.seen.count(person, outcome, &mut self.tally),
            (true, None) => {}
            (false, _) => {
                if let Some(count) = self.tally.of(outcome) {
                    *count += 1;
                }
            }
        }
        outcome
    }

    /// Notes something about a row.
    pub(super) fn note(&mut self, it: &Prepared, trouble: Trouble) {
        let Trouble { field, value, finding } = trouble;
        self.noted.push(Noted { row: it.record.row, field, value, finding });
    }

    /// Whether a row under this mark was taken before; one that said something else is in this one's way.
    pub(super) fn repeats(
        &mut self,
        it: &Prepared,
        mark: u64,
        otherwise: impl FnOnce(Spot) -> Trouble,
    ) -> Result<bool, Trouble> {
        let Some(met) = self.world.seen.met(mark) else { return Ok(false) };
        let spot = self.spot(met);
        if met.gist != it.keys.gist {
            return Err(otherwise(spot));
        }
        self.note(it, Trouble::new(Field::Ordinal, "", Finding::RowRepeated(spot)));
        Ok(true)
    }

    /// Where a row was met.
    pub(super) fn spot(&self, met: Met) -> Spot {
        let file = self.world.files.get(usize::from(met.file)).map(ToString::to_string).unwrap_or_default();
        Spot { file, row: met.row }
    }

    /// Remembers a row under a mark.
    pub(super) fn remember(&mut self, it: &Prepared, mark: u64) {
        let met = Met { file: self.file, row: it.record.row, gist: it.keys.gist };
        self.world.seen.note(mark, met);
    }

    /// Whether a row says of its person what the last one said that was taken of them, and nothing changed them since, nor
    /// does anything in this run.
    pub(super) fn is_settled(&self, it: &Prepared) -> bool {
        self.settled.get(&it.record.row).is_some_and(|person| !self.people.contains_key(person))
    }

    /// The school of a row.
    pub(super) fn school(&self, code: &SchoolCode) -> Result<School, Trouble> {
        let trouble = |finding| Trouble::new(Field::SchoolCode, code.as_str(), finding);
        if let Some(only) = self.world.only.as_ref().filter(|only| *only != code) {
            return Err(trouble(Finding::SchoolNotAsked(only.to_string())));
        }
        self.world.directory.school(code).cloned().ok_or_else(|| trouble(Finding::SchoolUnknown))
    }

    /// The school of a row whose person is to be there.
    pub(super) fn open_school(&self, code: &SchoolCode) -> Result<School, Trouble> {
        let school = self.school(code)?;
        if school.open {
            Ok(school)
        } else {
            Err(Trouble::new(Field::SchoolCode, code.as_str(), Finding::SchoolClosed))
        }
    }

    /// Whom a row is about; `None` for somebody nobody knows.
    pub(super) fn find(&mut self, who: &Identity, it: &Prepared) -> Result<Option<PersonId>, Trouble> {
        if let Some(born) = who.born.filter(|born| is_unborn(*born, self.world.today)) {
            return Err(Trouble::on(Field::BirthDate, born, Finding::Unborn));
        }
        self.may_be_told(who, it)?;
        let readers = self.world.readers();
        let holder = |keyed: Option<Keyed>| self.people.get(self.holders.get(&keyed?)?);
        let derived = it.keys.derived.as_ref().map(|(_, keyed)| *keyed);
        let alike = who.born.zip(it.keys.name.as_ref()).map(|(born, name)| mark((born, name)));
        let alike = alike.and_then(|alike| self.namesakes.get(&alike)).into_iter().flatten();
        let candidates = Candidates {
            sector: holder(it.keys.sector),
            citizen: holder(it.keys.citizen),
            derived: holder(derived),
            decided: holder(it.keys.decided),
            namesakes: alike.filter_map(|id| self.people.get(id)).collect(),
            readers,
        };
        match decide(who, &it.keys, guessed(it), &candidates) {
            Ok(Match::Known(known)) => {
                let (id, told) = (known.id, known.is_told_to(readers));
                self.veiled = !told;
                Ok(Some(id))
            }
            Ok(Match::Newcomer) => Ok(None),
            Err((field, finding)) => Err(Trouble::new(field, who.said(field), finding)),
        }
    }

    /// Everything that was decided of people becomes changes.
    fn finish(&mut self) {
        self.touched.sort_unstable();
        self.touched.dedup();
        let mut keys: HashMap<PersonId, HashSet<Keyed>> = HashMap::new();
        if self.world.overlay.is_some() {
            for (keyed, id) in &self.holders {
                keys.entry(*id).or_default().insert(*keyed);
            }
        }
        for id in std::mem::take(&mut self.touched) {
            if let Some(known) = self.people.remove(&id) {
                self.settle(&known);
                self.lay_down(known, &keys.remove(&id).unwrap_or_default());
            }
        }
    }

    fn settle(&mut self, known: &Known) {
        let memberships = known.standing.changes();
        for school in left(known, &memberships) {
            *self.ended_at.entry(school).or_default() += 1;
        }
        if let Some(was) = known.was {
            if known.corrected {
                self.changes.corrected.push(Correction { to: record(known), was });
            } else if known.changed || !memberships.is_empty() {
                self.changes.touched.push(Touch { person: known.id, was, imprint: known.imprint });
            } else if known.imprint != known.imprinted {
                self.changes.imprinted.push(Touch { person: known.id, was, imprint: known.imprint });
            }
            if !memberships.is_empty() {
                let presence = known.standing.presence();
                self.changes.moved.push(Moved { person: known.id, stood: known.stood.clone(), presence });
            }
        } else {
            self.changes.people.push(record(known));
        }
        self.changes.memberships.extend(memberships.into_iter().map(|change| (known.id, change)));
    }

    /// In a dry run: the person as they would be now, for the units that follow.
    fn lay_down(&mut self, mut known: Known, keys: &HashSet<Keyed>) {
        let Some(overlay) = &mut self.world.overlay else { return };
        let roles: Vec<_> = known.standing.all().copied().collect();
        let seats = roles.iter().flat_map(|role| known.standing.seats(role.id)).cloned().collect();
        known.standing = Standing::new(self.world.today, roles, seats);
        (known.corrected, known.changed) = (false, false);
        known.was.get_or_insert(Moment::from_micros(0));
        overlay.put(known, keys);
    }
}

/// The schools at which a role of somebody ends: by their own row, by another school's, or because they take up work.
fn left(known: &Known, memberships: &[Change]) -> HashSet<OrgId> {
    let ended = |change: &Change| match change {
        Change::End { id, .. } => known.standing.all().find(|role| role.id == *id).map(|role| role.post.org),
        _ => None,
    };
    memberships.iter().filter_map(ended).collect()
}

fn list(namesakes: &mut HashMap<u64, Vec<PersonId>>, known: &Known) {
    if let Some(born) = known.born {
        namesakes.entry(mark((born, known.name.search_key()))).or_default().push(known.id);
    }
}

fn record(known: &Known) -> NewPerson {
    let sex = known.sex.map(crate::model::sex::Sex::as_str);
    let mut record = NewPerson::new(known.id, known.name.clone(), known.born.map(Day), sex);
    record.imprint = known.imprint;
    record
}

fn who(it: &Prepared) -> Option<&Identity> {
    match &it.record.outcome {
        Ok(Row::Staff(row)) => Some(&row.who),
        Ok(Row::Pupil(row)) => Some(&row.who),
        _ => None,
    }
}
