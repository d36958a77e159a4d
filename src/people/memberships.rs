//! What happens to one person at a school or office: the events of a life, decided by a [`Standing`].

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{PeopleError, following::Following};
use crate::{
    base::{
        clock::Moment,
        id::{AffiliationId, ClassId, EnrolmentId, OrgId, PersonId},
    },
    model::{
        affiliation::{EndReason, Function, Post, Seat},
        class_year::{ClassYear, Step},
        level::Levels,
        membership::{Cannot, Standing},
        role::Role,
    },
    services::{
        Services,
        audit::{self, Actor, Scribe},
    },
    store::{StoreError, Tx, accounts, memberships, orgs},
};

/// Where what is recorded by hand comes from.
const SOURCE: &str = "by hand";

/// Something that happens to what a person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Enrolled, employed, or back: whoever returns is the same person.
    Begins(Role, OrgId),
    /// Left, retired, done.
    Ends(Role, OrgId, EndReason),
    /// Goes on at another school.
    Transfers {
        /// As what.
        role: Role,
        /// From there.
        from: OrgId,
        /// To here.
        to: OrgId,
    },
    /// Goes on at the same school as something else.
    Becomes {
        /// Where.
        org: OrgId,
        /// What they were.
        from: Role,
        /// What they are.
        to: Role,
    },
    /// A role becomes the main one.
    MainIs(Role, OrgId),
    /// Takes a place in a class.
    Enters(Seat),
    /// Leaves a place in a class.
    Leaves(ClassId, Function),
    /// *Lên lớp*: with the class to the next grade.
    Promoted(ClassId),
    /// *Lưu ban*: the same grade again.
    Repeats(ClassId),
}

/// Records what happened to somebody, all of it or nothing; false when nothing of it was new.
pub async fn record(
    sv: &Services,
    actor: &Actor,
    person: PersonId,
    events: Vec<Event>,
    on: Date,
) -> Result<bool, PeopleError> {
    let events = events.into_iter().map(|event| (event, Fresh { role: sv.ids.next(), place: sv.ids.next() })).collect();
    let turn =
        Turn { person, events, on, now: sv.clock.now(), scribe: sv.scribe(actor), following: Following::of(sv, actor) };
    // A refusal comes before anything is written: what it commits is nothing.
    sv.store.write(turn, async |tx: &mut Tx, turn: &Turn| turn.run(tx).await).await?
}

struct Turn {
    person: PersonId,
    events: Vec<(Event, Fresh)>,
    on: Date,
    now: Moment,
    scribe: Scribe,
    following: Following,
}

/// Rows for what one event may begin.
#[derive(Clone, Copy)]
struct Fresh {
    role: AffiliationId,
    place: EnrolmentId,
}

impl Turn {
    async fn run(&self, tx: &mut Tx) -> Result<Result<bool, PeopleError>, StoreError> {
        memberships::hold(tx, &[self.person]).await?;
        let Some(account) = accounts::of_person(tx, self.person).await? else {
            return Ok(Err(PeopleError::NoSuchPerson));
        };
        let mut standing = memberships::standing(tx, self.person, self.now.day()).await?;
        for (event, fresh) in &self.events {
            match self.happen(tx, &mut standing, event, *fresh).await {
                Ok(()) => {}
                Err(PeopleError::Store(error)) => return Err(error),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        let changes: Vec<_> = standing.changes().into_iter().map(|change| (self.person, change)).collect();
        if changes.is_empty() {
            return Ok(Ok(false));
        }
        memberships::apply(tx, &changes, SOURCE, self.now).await?;
        for (event, _) in &self.events {
            let (action, detail) = told(event);
            self.scribe.note(tx, action, audit::account(account), &detail).await?;
        }
        self.following.settle(tx, &[(self.person, standing.presence())]).await?;
        Ok(Ok(true))
    }

    async fn happen(
        &self,
        tx: &mut Tx,
        standing: &mut Standing,
        event: &Event,
        fresh: Fresh,
    ) -> Result<(), PeopleError> {
        match event {
            Event::Begins(role, org) => {
                standing.begin(post(tx, *role, *org).await?, self.on, fresh.role)?;
            }
            Event::Ends(role, org, why) => standing.end(held(standing, *org, *role)?, *why, self.on)?,
            Event::Transfers { role, from, to } => {
                let old = held(standing, *from, *role)?;
                standing.transfer(old, post(tx, *role, *to).await?, self.on, fresh.role)?;
            }
            Event::Becomes { org, from, to } => {
                let old = held(standing, *org, *from)?;
                standing.transfer(old, post(tx, *to, *org).await?, self.on, fresh.role)?;
            }
            Event::MainIs(role, org) => standing.make_primary(held(standing, *org, *role)?)?,
            Event::Enters(seat) => {
                let class = class(tx, seat.class).await?;
                standing.enrol(suited(standing, &class, &seat.function)?, seat.clone(), self.on, fresh.place)?;
            }
            Event::Leaves(id, function) => {
                let class = class(tx, *id).await?;
                standing.leave(suited(standing, &class, function)?, *id, function, self.on)?;
            }
            Event::Promoted(to) => self.step(tx, standing, *to, Step::Promotion, fresh).await?,
            Event::Repeats(to) => self.step(tx, standing, *to, Step::Repetition, fresh).await?,
        }
        Ok(())
    }

    /// From the class the pupil is in to one of the next school year.
    async fn step(
        &self,
        tx: &mut Tx,
        standing: &mut Standing,
        to: ClassId,
        step: Step,
        fresh: Fresh,
    ) -> Result<(), PeopleError> {
        let to = class(tx, to).await?;
        let role = suited(standing, &to, &Function::Pupil)?;
        let from = standing.seats(role).next().map(|place| place.seat.class).ok_or(Cannot::NoSuchSeat)?;
        if to.step_from(&class(tx, from).await?) != Some(step) {
            return Err(match step {
                Step::Promotion => PeopleError::NoPromotion,
                Step::Repetition => PeopleError::NoRepetition,
            });
        }
        Ok(standing.enrol(role, Seat::pupil(to.id), self.on, fresh.place)?)
    }
}

/// A role at an org that is open for it.
async fn post(tx: &mut Tx, role: Role, org: OrgId) -> Result<Post, PeopleError> {
    let row = orgs::find(tx, org).await?.ok_or(PeopleError::NoSuchOrg)?;
    if row.status != "active" {
        return Err(PeopleError::OrgClosed);
    }
    match role {
        Role::Student | Role::Guardian if !matches!(row.kind.as_str(), "school" | "campus") => {
            Err(PeopleError::NotASchool)
        }
        Role::Student => Ok(Post::pupil(org, Levels::read(&row.levels).unwrap_or_default())),
        _ => Ok(Post::of(role, org)),
    }
}

async fn class(tx: &mut Tx, id: ClassId) -> Result<ClassYear, PeopleError> {
    orgs::class(tx, id).await?.ok_or(PeopleError::NoSuchClass)
}

fn held(standing: &Standing, org: OrgId, role: Role) -> Result<AffiliationId, Cannot> {
    standing.at(org, role).map(|affiliation| affiliation.id).ok_or(Cannot::NoSuchRole)
}

/// The role at a class's school that goes with a place in it.
fn suited(standing: &Standing, class: &ClassYear, function: &Function) -> Result<AffiliationId, Cannot> {
    let roles = [Role::Student, Role::Teacher, Role::Principal, Role::Staff];
    let mut held =
        roles.into_iter().filter(|role| function.suits(*role)).filter_map(|role| standing.at(class.org, role));
    held.next().map(|affiliation| affiliation.id).ok_or(Cannot::NoSuchRole)
}

/// What the audit trail calls an event, and what it tells of it.
fn told(event: &Event) -> (&'static str, Value) {
    match event {
        Event::Begins(role, org) => ("membership.began", json!({ "role": role.as_str(), "org": org })),
        Event::Ends(role, org, why) => {
            ("membership.ended", json!({ "role": role.as_str(), "org": org, "reason": why.as_str() }))
        }
        Event::Transfers { role, from, to } => {
            ("membership.transferred", json!({ "role": role.as_str(), "from": from, "to": to }))
        }
        Event::Becomes { org, from, to } => {
            ("membership.role_changed", json!({ "org": org, "from": from.as_str(), "to": to.as_str() }))
        }
        Event::MainIs(role, org) => ("membership.made_main", json!({ "role": role.as_str(), "org": org })),
        Event::Enters(Seat { class, function, .. }) => {
            ("class.entered", json!({ "class": class, "function": function.as_str(), "subject": function.subject() }))
        }
        Event::Leaves(class, function) => {
            ("class.left", json!({ "class": class, "function": function.as_str(), "subject": function.subject() }))
        }
        Event::Promoted(class) => ("class.promoted", json!({ "class": class })),
        Event::Repeats(class) => ("class.repeated", json!({ "class": class })),
    }
}
