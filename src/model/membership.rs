//! What begins and what ends at each event of a life at school: the decisions, for one person or for a whole import.
//!
//! A [`Standing`] holds a person's affiliations and enrolments as they were read. Its methods decide; what came of them
//! is [`Standing::changes`], which the store applies. It refuses what cannot be (a pupil of two schools) and does
//! nothing where all is as it should be, so that a file may be read twice.
//!
//! What is decided takes effect at once: a day that lies ahead counts as today. Plans for a day are jobs that decide
//! on that day.

mod cannot;
#[cfg(test)]
mod tests;

use std::cmp::Reverse;

use jiff::civil::Date;

use super::{
    affiliation::{Affiliation, EndReason, Enrolment, Function, Post, Seat, State},
    role::Role,
};
use crate::base::id::{AffiliationId, ClassId, EnrolmentId, OrgId};

pub use cannot::Cannot;

/// One person's affiliations and enrolments. Those that ended long ago may be left out: nothing is decided by them.
#[derive(Clone, Debug)]
pub struct Standing {
    today: Date,
    affiliations: Vec<Tracked<Affiliation>>,
    enrolments: Vec<Tracked<Enrolment>>,
}

/// A row as it is, and as it was read; a new one was not.
#[derive(Clone, Debug)]
struct Tracked<T> {
    now: T,
    was: Option<T>,
}

/// What the store is to do, in an order that breaks no rule on the way: the old role ends after the new one has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The affiliation is not the main one any more.
    Demote(AffiliationId),
    /// An affiliation begins.
    Begin(Affiliation),
    /// An affiliation ends.
    End {
        /// Which.
        id: AffiliationId,
        /// The first day on which it holds no more.
        on: Date,
        /// Why.
        why: EndReason,
    },
    /// An affiliation holds again: its end is taken back.
    Reopen(AffiliationId),
    /// The affiliation is the main one now.
    Promote(AffiliationId),
    /// A place in a class is left.
    Leave {
        /// Which.
        id: EnrolmentId,
        /// The first day no more.
        on: Date,
    },
    /// A place in a class is taken.
    Enrol(Enrolment),
    /// The class list has another number for the pupil.
    Renumber {
        /// Which place.
        id: EnrolmentId,
        /// The number.
        to: u16,
    },
}

/// Where a person is, seen from their account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// At some school, office or centre.
    Somewhere,
    /// Nowhere; released to a school that has yet to claim them.
    Awaited,
    /// Nowhere; a level is done, and the next may claim them.
    Completed,
    /// Nowhere.
    Nowhere,
}

impl Standing {
    /// What was read, and today in Việt Nam.
    pub fn new(today: Date, affiliations: Vec<Affiliation>, enrolments: Vec<Enrolment>) -> Self {
        Self { today, affiliations: tracked(affiliations), enrolments: tracked(enrolments) }
    }

    /// Somebody who was nowhere yet.
    pub const fn newcomer(today: Date) -> Self {
        Self { today, affiliations: Vec::new(), enrolments: Vec::new() }
    }

    /// All affiliations that were read or begun.
    pub fn all(&self) -> impl Iterator<Item = &Affiliation> {
        self.affiliations.iter().map(|tracked| &tracked.now)
    }

    /// The active affiliations.
    pub fn active(&self) -> impl Iterator<Item = &Affiliation> {
        self.all().filter(|affiliation| is_active(affiliation))
    }

    /// The active affiliation of a role at an org.
    pub fn at(&self, org: OrgId, role: Role) -> Option<&Affiliation> {
        self.active().find(|affiliation| affiliation.post.org == org && affiliation.post.role == role)
    }

    /// The main affiliation: there is one as long as there is any.
    pub fn primary(&self) -> Option<&Affiliation> {
        self.active().find(|affiliation| affiliation.primary)
    }

    /// The school of which the person is a pupil.
    pub fn schooling(&self) -> Option<&Affiliation> {
        self.active().find(|affiliation| affiliation.post.is_schooling())
    }

    /// The current places in classes, of one affiliation.
    pub fn seats(&self, affiliation: AffiliationId) -> impl Iterator<Item = &Enrolment> {
        let all = self.enrolments.iter().map(|tracked| &tracked.now);
        all.filter(move |enrolment| enrolment.affiliation == affiliation && enrolment.to.is_none())
    }

    /// A place in a class, taken or left.
    pub fn place(&self, id: EnrolmentId) -> Option<&Enrolment> {
        self.enrolments.iter().map(|tracked| &tracked.now).find(|enrolment| enrolment.id == id)
    }

    /// Where the person is: what their account follows.
    pub fn presence(&self) -> Presence {
        self.presence_by(|_| true)
    }

    /// Where a pupil is for whoever waits until this school lets them go: continuing education beside it, since before they
    /// left, keeps nobody; nor does it to be a guardian.
    pub fn presence_after(&self, school: OrgId) -> Presence {
        let here = |role: &&Affiliation| role.post.org == school && role.post.role == Role::Student;
        let left = self.all().filter(here).filter_map(|role| role.state.end()).map(|(on, _)| on).max();
        let beside = |role: &Affiliation| role.post.exempt && !here(&role) && left.is_some_and(|left| role.from < left);
        self.presence_by(|role| role.post.role != Role::Guardian && !beside(role))
    }

    fn presence_by(&self, counts: impl Fn(&Affiliation) -> bool) -> Presence {
        if self.active().any(&counts) {
            return Presence::Somewhere;
        }
        let counted = self.all().filter(|role| counts(role));
        let ended = counted.filter_map(|role| role.state.end().map(|(on, why)| (on, role, why)));
        // Of what ended on one day, school or work counts before an evening course; then what was recorded last; and of
        // what one import recorded at once, the school that has yet to claim the person.
        let weight = |why| (why == EndReason::Transferred, why == EndReason::Completed);
        match ended.max_by_key(|(on, role, why)| (*on, Reverse(precedence(role)), made(role.id), weight(*why))) {
            Some((.., EndReason::Transferred)) => Presence::Awaited,
            Some((.., EndReason::Completed)) => Presence::Completed,
            _ => Presence::Nowhere,
        }
    }

    /// A role begins, as `fresh` unless it is there already; which one it is. A pupil who takes up work is a pupil no
    /// more: that ends on the same day.
    pub fn begin(&mut self, post: Post, on: Date, fresh: AffiliationId) -> Result<AffiliationId, Cannot> {
        self.fits(post, None)?;
        Ok(self.begin_fitting(post, on, fresh))
    }

    /// A role ends and another one begins on the same day: at another school, or at the same one.
    pub fn transfer(
        &mut self,
        old: AffiliationId,
        post: Post,
        on: Date,
        fresh: AffiliationId,
    ) -> Result<AffiliationId, Cannot> {
        let before = *self.find(old)?;
        self.fits(post, Some(old))?;
        let new = self.begin_fitting(post, on, fresh);
        if new != old {
            let why = if before.post.role == post.role { EndReason::Transferred } else { EndReason::RoleChanged };
            for tracked in self.affiliations.iter_mut().filter(|tracked| before.primary && is_active(&tracked.now)) {
                tracked.now.primary = tracked.now.id == new;
            }
            // A pupil who takes up work has ceased to be one before it began.
            if self.find(old).is_ok() {
                self.close(old, why, on);
            }
            self.settle_primary();
        }
        Ok(new)
    }

    /// A role ends, and with it the places in classes that hang from it.
    pub fn end(&mut self, id: AffiliationId, why: EndReason, on: Date) -> Result<(), Cannot> {
        self.find(id)?;
        self.close(id, why, on);
        self.settle_primary();
        Ok(())
    }

    /// Whether a role could begin beside all that there is.
    pub fn may_hold(&self, post: Post) -> Result<(), Cannot> {
        self.fits(post, None)
    }

    /// One of all roles is made the main one, where none is, or where what were two people's have come together.
    pub fn settle(&mut self) {
        self.settle_primary();
    }

    /// The end of a role is taken back, if it ended on that day and nothing has come since.
    pub fn reopen(&mut self, id: AffiliationId, ended: Date) -> Result<(), Cannot> {
        let last = self.all().find(|role| role.id == id).copied().ok_or(Cannot::NoSuchRole)?;
        let still = matches!(last.state, State::Ended { on, .. } if on == ended);
        let since = |other: &Affiliation| {
            other.id != id && (other.from >= ended || other.post == last.post && is_active(other))
        };
        if !still || self.all().any(since) {
            return Err(Cannot::NoSuchRole);
        }
        self.fits(last.post, None)?;
        for tracked in self.affiliations.iter_mut().filter(|tracked| tracked.now.id == id) {
            tracked.now.state = State::Active;
        }
        self.settle_primary();
        Ok(())
    }

    /// A role becomes the main one.
    pub fn make_primary(&mut self, id: AffiliationId) -> Result<(), Cannot> {
        let chosen = precedence(self.find(id)?);
        if self.active().any(|other| precedence(other) < chosen) {
            return Err(Cannot::NotFirst);
        }
        for tracked in &mut self.affiliations {
            tracked.now.primary = tracked.now.id == id;
        }
        Ok(())
    }

    /// A place in a class is taken, as `fresh` unless it is taken already. A pupil has one place: the former is left.
    pub fn enrol(&mut self, role: AffiliationId, seat: Seat, on: Date, fresh: EnrolmentId) -> Result<(), Cannot> {
        let affiliation = self.find(role)?;
        if !seat.function.suits(affiliation.post.role) {
            return Err(Cannot::Unsuitable);
        }
        let from = self.effective(on).max(affiliation.from);
        let mut taken = false;
        for enrolment in self.current_seats(role) {
            if enrolment.seat.class == seat.class && enrolment.seat.function == seat.function {
                enrolment.seat.list_number = seat.list_number.or(enrolment.seat.list_number);
                taken = true;
            } else if seat.function == Function::Pupil {
                enrolment.to = Some(from.max(enrolment.from));
            }
        }
        if !taken {
            let now = Enrolment { id: fresh, affiliation: role, seat, from, to: None };
            self.enrolments.push(Tracked { now, was: None });
        }
        Ok(())
    }

    /// A place in a class is left.
    pub fn leave(&mut self, role: AffiliationId, class: ClassId, function: &Function, on: Date) -> Result<(), Cannot> {
        let on = self.effective(on);
        let mut seats = self.current_seats(role);
        let seat = seats.find(|enrolment| enrolment.seat.class == class && enrolment.seat.function == *function);
        let seat = seat.ok_or(Cannot::NoSuchSeat)?;
        seat.to = Some(on.max(seat.from));
        Ok(())
    }

    /// What the store is to do so that what was read becomes what was decided.
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        let known = || self.affiliations.iter().filter_map(|tracked| Some((tracked.was?, tracked.now)));
        changes.extend(known().filter(|(was, now)| was.primary && !now.primary).map(|(was, _)| Change::Demote(was.id)));
        let begun = self.affiliations.iter().filter(|tracked| tracked.was.is_none());
        changes.extend(begun.map(|tracked| Change::Begin(tracked.now)));
        changes.extend(known().filter(|(was, now)| was.state != now.state).map(|(_, now)| match now.state {
            State::Ended { on, why } => Change::End { id: now.id, on, why },
            State::Active => Change::Reopen(now.id),
        }));
        changes
            .extend(known().filter(|(was, now)| !was.primary && now.primary).map(|(_, now)| Change::Promote(now.id)));
        self.changed_seats(&mut changes);
        changes
    }

    fn changed_seats(&self, changes: &mut Vec<Change>) {
        for Tracked { now, was } in &self.enrolments {
            if let (Some(Enrolment { to: None, .. }), Some(on)) = (was, now.to) {
                changes.push(Change::Leave { id: now.id, on });
            }
        }
        for Tracked { now, was } in &self.enrolments {
            match (was, now.seat.list_number) {
                (None, _) => changes.push(Change::Enrol(now.clone())),
                (Some(was), Some(to)) if was.seat.list_number != Some(to) => {
                    changes.push(Change::Renumber { id: now.id, to });
                }
                _ => {}
            }
        }
    }

    /// Whether a post can be held beside all that is, or all but `leaving`.
    fn fits(&self, post: Post, leaving: Option<AffiliationId>) -> Result<(), Cannot> {
        let there = |other: &Affiliation| (other.post.org, other.post.role) == (post.org, post.role);
        let mut others = self.active().filter(|other| Some(other.id) != leaving && !there(other));
        match others.find(|other| post.is_schooling() && (other.post.is_schooling() || other.post.is_employment())) {
            Some(other) if other.post.is_schooling() => Err(Cannot::PupilElsewhere(other.post.org)),
            Some(other) => Err(Cannot::Employed(other.post.org)),
            None => Ok(()),
        }
    }

    fn begin_fitting(&mut self, post: Post, mut on: Date, fresh: AffiliationId) -> AffiliationId {
        if let Some(there) = self.at(post.org, post.role) {
            return there.id;
        }
        // Before the staff role: nobody is a pupil and an employee for a moment, with a pupil's badge in hand.
        if let Some(&Affiliation { id, from, .. }) = self.schooling().filter(|_| post.is_employment()) {
            on = on.max(from);
            self.close(id, EndReason::Employed, on);
        }
        // On no day anybody was a pupil of two schools, nor twice of one, however early a list says that they came.
        let left = self.all().filter(|role| role.post == post || post.is_schooling() && role.post.is_schooling());
        on = left.filter_map(|role| role.state.end()).fold(on, |on, (left, _)| on.max(left));
        let now = Affiliation { id: fresh, post, primary: false, from: self.effective(on), state: State::Active };
        self.affiliations.push(Tracked { now, was: None });
        self.settle_primary();
        fresh
    }

    fn close(&mut self, id: AffiliationId, why: EndReason, on: Date) {
        let on = self.effective(on);
        for tracked in self.affiliations.iter_mut().filter(|tracked| tracked.now.id == id) {
            let on = on.max(tracked.now.from);
            tracked.now = Affiliation { primary: false, state: State::Ended { on, why }, ..tracked.now };
        }
        for enrolment in self.current_seats(id) {
            enrolment.to = Some(on.max(enrolment.from));
        }
    }

    /// Exactly one active affiliation is the main one: the one that is, unless another takes precedence; else the
    /// oldest.
    fn settle_primary(&mut self) {
        let main = self.active().min_by_key(|a| (precedence(a), !a.primary, a.from, a.id)).map(|a| a.id);
        for tracked in &mut self.affiliations {
            tracked.now.primary = Some(tracked.now.id) == main;
        }
    }

    fn find(&self, id: AffiliationId) -> Result<&Affiliation, Cannot> {
        self.active().find(|affiliation| affiliation.id == id).ok_or(Cannot::NoSuchRole)
    }

    fn current_seats(&mut self, role: AffiliationId) -> impl Iterator<Item = &mut Enrolment> {
        let all = self.enrolments.iter_mut().map(|tracked| &mut tracked.now);
        all.filter(move |enrolment| enrolment.affiliation == role && enrolment.to.is_none())
    }

    fn effective(&self, on: Date) -> Date {
        on.min(self.today)
    }
}

fn tracked<T: Clone>(rows: Vec<T>) -> Vec<Tracked<T>> {
    rows.into_iter().map(|row| Tracked { was: Some(row.clone()), now: row }).collect()
}

fn is_active(affiliation: &Affiliation) -> bool {
    affiliation.state == State::Active
}

/// The millisecond in which a row was made (RFC 9562 §5.7); what follows in its id is chance.
const fn made(id: AffiliationId) -> u128 {
    id.uuid().as_u128() >> 80
}

/// The lower comes first: school and work, then continuing education, then being somebody's guardian.
const fn precedence(affiliation: &Affiliation) -> u8 {
    match affiliation.post {
        Post { role: Role::Guardian, .. } => 2,
        Post { exempt: true, .. } => 1,
        _ => 0,
    }
}
