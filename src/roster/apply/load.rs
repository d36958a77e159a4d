//! Asks the store, for a unit of rows at once, whom they may be about and what is known of those.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;

use super::{
    super::{
        plan::{Loaded, Prepared, World, imprint},
        row::{Function, Row},
    },
    importer::Importer,
    pairs,
};
use crate::{
    base::{
        clock::Moment,
        id::{ClassId, OrgId, PersonId},
    },
    model::status::{Effect, SchoolStatus},
    services::limits::RowKey,
    store::{
        Day, Store, StoreError, Tx, administrators, directory,
        matching::{self, Keyed},
        memberships,
    },
};

/// What is asked: of each row what it is found by, and of the unit what it touches.
#[derive(Debug)]
struct Question {
    today: Date,
    people: Vec<Seeker>,
    contacts: bool,
    homerooms: Vec<ClassId>,
    closing: Vec<OrgId>,
    /// Whether somebody leaves.
    leaving: bool,
    asker: Asker,
}

/// Who asks, and when.
#[derive(Debug)]
pub(super) struct Asker {
    pub(super) by: Importer,
    /// Where their wrong claims are counted.
    pub(super) claims: Option<RowKey>,
    pub(super) now: Moment,
}

/// A row about a person.
#[derive(Debug)]
struct Seeker {
    /// The row's number.
    row: u32,
    keys: Vec<Keyed>,
    /// The Microsoft account's.
    upn: Option<Keyed>,
    /// The mark of the row.
    imprint: Option<i64>,
    /// The identifier that the person would get, and the name to sign in with.
    given: Option<(Keyed, String)>,
    alike: Option<(Day, String)>,
}

/// What the store knows.
pub(super) async fn load(store: &Store, world: &World, rows: &[Prepared], asker: Asker) -> Result<Loaded, StoreError> {
    let mut question = Question {
        today: world.today,
        people: Vec::new(),
        contacts: false,
        homerooms: Vec::new(),
        closing: Vec::new(),
        leaving: false,
        asker,
    };
    for row in rows {
        question.add(world, row);
    }
    store.read(question, async |tx: &mut Tx, question: &Question| answer(tx, question).await).await
}

/// Whose the identifiers of rows are, or were, that a run took before it was killed.
pub(super) async fn holders(store: &Store, rows: &[Prepared]) -> Result<HashMap<Keyed, PersonId>, StoreError> {
    let keys: Vec<Keyed> = rows.iter().flat_map(|row| row.keys.all()).collect();
    let mut held = store.read(keys, async |tx: &mut Tx, keys: &Vec<Keyed>| matching::ever_held(tx, keys).await).await?;
    // Who has it now counts before who had it.
    held.sort_by_key(|row| !row.superseded);
    Ok(held.into_iter().filter_map(|row| Some((row.keyed.try_into().ok()?, row.person_id))).collect())
}

impl Question {
    fn add(&mut self, world: &World, it: &Prepared) {
        let directory = &world.directory;
        let who = match &it.record.outcome {
            Ok(Row::Staff(row)) => {
                self.contacts = true;
                self.leaving |= matches!(row.status.effect(), Effect::Ended(_));
                Some(&row.who)
            }
            Ok(Row::Pupil(row)) => {
                self.leaving |= matches!(row.status.effect(), Effect::Ended(_));
                Some(&row.who)
            }
            Ok(Row::Assignment(row)) => {
                let school = directory.school(&row.school).filter(|_| row.function == Function::Homeroom);
                let class = school.and_then(|school| directory.class(school.id, &row.class));
                self.homerooms.extend(class.map(|class| class.id));
                None
            }
            Ok(Row::School(row)) => {
                let closing = directory.school(&row.code).filter(|_| row.status == SchoolStatus::Closed);
                self.closing.extend(closing.map(|school| school.id));
                return;
            }
            Err(_) => return,
        };
        let sector = who.and_then(|who| Some((it.keys.sector?, who.sector_id.as_ref()?.sign_in_name())));
        let derived = it.keys.derived.as_ref().map(|(id, keyed)| (*keyed, id.sign_in_name()));
        let born = who.and_then(|who| who.born).zip(it.keys.name.as_ref());
        self.people.push(Seeker {
            row: it.record.row,
            keys: it.keys.all().collect(),
            upn: it.keys.upn,
            imprint: imprint(it, world.year),
            given: sector.or(derived),
            alike: born.map(|(born, name)| (Day(born), name.as_str().to_owned())),
        });
    }
}

async fn answer(tx: &mut Tx, question: &Question) -> Result<Loaded, StoreError> {
    let settled = settled(tx, &question.people).await?;
    let asked: Vec<&Seeker> = question.people.iter().filter(|seeker| !settled.contains_key(&seeker.row)).collect();
    let keys: Vec<Keyed> = asked.iter().flat_map(|seeker| &seeker.keys).copied().collect();
    let mut loaded = Loaded { identifiers: matching::holders(tx, &keys).await?, settled, ..Loaded::default() };
    let held: HashSet<&[u8]> = loaded.identifiers.iter().map(|row| row.keyed.as_slice()).collect();
    let is_held = |keyed: &Keyed| held.contains(keyed.as_slice());
    let new = asked.iter().filter(|seeker| seeker.given.as_ref().is_some_and(|(keyed, _)| !is_held(keyed)));
    let (new_keys, names): (Vec<Keyed>, Vec<String>) = new.filter_map(|seeker| seeker.given.clone()).unzip();
    let unknown = asked.iter().filter(|seeker| !seeker.keys.iter().any(is_held));
    let alike: Vec<(Day, String)> = unknown.filter_map(|seeker| seeker.alike.clone()).collect();
    let upns: Vec<Keyed> = asked.iter().filter_map(|seeker| seeker.upn).collect();
    let had = matching::ever_held(tx, &upns).await?.into_iter().filter(|row| !row.superseded);
    loaded.upns = had.filter_map(|row| Some((row.keyed.try_into().ok()?, row.person_id))).collect();
    loaded.taken = matching::taken_names(tx, &names).await?.into_iter().collect();
    loaded.buried = matching::buried(tx, &new_keys).await?.into_iter().collect();
    let mut people: HashSet<PersonId> = loaded.identifiers.iter().map(|row| row.person_id).collect();
    let mut others = matching::namesakes(tx, &alike).await?;
    for (class, person) in matching::homerooms(tx, &question.homerooms).await? {
        loaded.homerooms.entry(class).or_default().push(person);
        others.push(person);
    }
    let others: Vec<PersonId> = others.into_iter().filter(|person| people.insert(*person)).collect();
    loaded.identifiers.extend(matching::identifiers(tx, &others).await?);
    // In order, so that the store reads its pages in order.
    let mut people: Vec<PersonId> = people.into_iter().collect();
    people.sort_unstable();
    loaded.people = matching::people(tx, &people).await?;
    loaded.standings = memberships::standings(tx, &people, question.today).await?;
    if question.contacts {
        loaded.contacts = matching::contacts(tx, &people).await?;
    }
    loaded.members = members(tx, &question.closing).await?;
    let Asker { by, claims, now } = &question.asker;
    if by.is_bounded() {
        loaded.beyond = by.beyond(tx, &people, *now).await?;
        loaded.pairs = pairs::left(tx, claims.as_ref(), *now).await?;
    } else if question.leaving {
        loaded.sector_admins = administrators::of_the_sector(tx).await?.into_iter().collect();
    }
    Ok(loaded)
}

/// The rows whose person is as they say already.
async fn settled(tx: &mut Tx, people: &[Seeker]) -> Result<HashMap<u32, PersonId>, StoreError> {
    let first = |seeker: &Seeker| Some((*seeker.keys.first()?, seeker.imprint?));
    let keys: Vec<Keyed> = people.iter().filter_map(first).map(|(keyed, _)| keyed).collect();
    let found = imprints(tx, &keys).await?;
    let person = |seeker: &Seeker| {
        let person = found.get(&first(seeker)?)?;
        Some((seeker.row, *person))
    };
    Ok(people.iter().filter_map(person).collect())
}

/// Who holds any of these identifiers, by it and by the mark of the row that they are as of.
async fn imprints(tx: &mut Tx, keys: &[Keyed]) -> Result<HashMap<(Keyed, i64), PersonId>, StoreError> {
    let found = matching::imprints(tx, keys).await?;
    let known = |row: matching::ImprintRow| Some(((row.keyed.try_into().ok()?, row.imprint), row.person_id));
    Ok(found.into_iter().filter_map(known).collect())
}

/// How many of these rows say something else of their person than the last one that was taken.
pub(super) async fn unsettled(store: &Store, rows: &[(Keyed, Option<i64>)]) -> Result<i64, StoreError> {
    let keys: Vec<Keyed> = rows.iter().map(|(keyed, _)| *keyed).collect();
    let found = store.read(keys, async |tx: &mut Tx, keys: &Vec<Keyed>| imprints(tx, keys).await).await?;
    let is_settled =
        |(keyed, imprint): &&(Keyed, Option<i64>)| imprint.is_some_and(|mark| found.contains_key(&(*keyed, mark)));
    let settled = rows.iter().filter(is_settled).count();
    Ok(i64::try_from(rows.len() - settled).unwrap_or(i64::MAX))
}

/// Schools are closed one at a time, once in many years.
async fn members(tx: &mut Tx, closing: &[OrgId]) -> Result<HashMap<OrgId, i64>, StoreError> {
    let mut members = HashMap::new();
    for org in closing {
        members.insert(*org, directory::members(tx, *org).await?);
    }
    Ok(members)
}
