//! Who may do what, where. A use case of administration takes a [`Permit`], and only this room makes one: a check that
//! was forgotten does not compile.
//!
//! Facts are read here and judged in `decide`, which does no I/O. What lies outside somebody's reach looks as if it did
//! not exist (R38): an org's subtree follows the edges that hold today, and lists, searches and counts keep to it in SQL.

mod action;
mod decide;
mod role;

use std::{marker::PhantomData, time::Duration};

use serde_json::Value;

pub use action::{
    Action, Delegate, EndSessions, ExportAudit, FindPeople, IssueCode, ManageClients, ManageKeys, ReadAudit, Resume,
    SeePerson, Suspend, What,
};
pub use decide::Denied;
pub use role::AdminRole;

use super::{Services, audit::Actor};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, OrgId, PersonId},
    },
    store::{
        Day, StoreError, Tx,
        audit::Event,
        delegations::{self, Asking, HeldRow},
        sessions::SessionRow,
    },
};

/// How old a sign-in may be for a dangerous deed (R44).
pub const FRESH: Duration = Duration::from_mins(5);

/// Leave to do `A` at a place, for whoever is named in it.
#[derive(Clone, Debug)]
pub struct Permit<A, P> {
    by: Actor,
    place: P,
    action: PhantomData<A>,
}

impl<A: Action, P> Permit<A, P> {
    /// Where, or to whom.
    pub const fn place(&self) -> &P {
        &self.place
    }

    /// By whom.
    pub const fn by(&self) -> &Actor {
        &self.by
    }

    /// The line of the audit trail that tells of it. `detail` must hold no secret (R50).
    pub fn event(&self, sv: &Services, action: &'static str, subject: String, detail: &Value) -> Event {
        sv.event(&self.by, action, subject, detail)
    }
}

/// Where somebody may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everywhere, also at people who are at no school.
    Sector,
    /// Where this account administers something.
    Of(AccountId),
    /// At one org of theirs and below.
    Under(OrgId),
}

/// A person within reach, and the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The person.
    pub person: PersonId,
    /// The account.
    pub account: AccountId,
}

/// A role over an org.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Right {
    /// Which role.
    pub role: AdminRole,
    /// Over which org and what lies below it.
    pub org: OrgId,
}

/// What belongs to the whole sector: apps, keys, the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sector;

/// Why no permit was given.
#[derive(Debug, thiserror::Error)]
pub enum NoPermit {
    /// By the rules.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody who administers something, as they are now.
#[derive(Clone, Debug)]
pub struct Standing(Kind);

#[derive(Clone, Debug)]
enum Kind {
    CommandLine,
    Signed { account: AccountId, person: PersonId, auth_time: Moment, held: Vec<HeldRow> },
}

impl Standing {
    /// Whoever may run commands on the server may do everything here.
    pub const fn danger_command_line() -> Self {
        Self(Kind::CommandLine)
    }

    /// What somebody signed in administers; it may be nothing.
    pub async fn of(sv: &Services, session: &SessionRow) -> Result<Self, StoreError> {
        let question = (session.account_id, Day(sv.clock.now().day()));
        let held = sv
            .store
            .read(question, async |tx: &mut Tx, (account, today)| delegations::held(tx, *account, *today).await)
            .await?;
        Ok(Self(Kind::Signed {
            account: session.account_id,
            person: session.person_id,
            auth_time: session.auth_time,
            held,
        }))
    }

    /// The rights themselves, for showing them; none for the command line.
    pub fn held(&self) -> &[HeldRow] {
        match &self.0 {
            Kind::CommandLine => &[],
            Kind::Signed { held, .. } => held,
        }
    }

    /// Leave to do something within everything they administer.
    pub fn everywhere<A: Action>(&self) -> Result<Permit<A, Reach>, Denied> {
        Ok(self.permit(self.reach::<A>()?))
    }

    /// Leave to do something at one org of theirs and below.
    pub async fn under<A: Action>(&self, sv: &Services, org: OrgId) -> Result<Permit<A, Reach>, NoPermit> {
        if let Some(roles) = self.roles_over(sv, org).await? {
            decide::over_org(A::WHAT, &roles, self.is_fresh(sv))?;
        }
        Ok(self.permit(Reach::Under(org)))
    }

    fn reach<A: Action>(&self) -> Result<Reach, Denied> {
        let Kind::Signed { account, held, .. } = &self.0 else { return Ok(Reach::Sector) };
        let roles: Vec<AdminRole> = held.iter().filter_map(role).collect();
        decide::over_org(A::WHAT, &roles, true)?;
        let whole = held.iter().filter(|row| row.whole).filter_map(role).any(|role| role.may(A::WHAT));
        Ok(if whole { Reach::Sector } else { Reach::Of(*account) })
    }

    /// Leave to do something with what belongs to the whole sector.
    pub fn with_the_sector<A: Action>(&self, sv: &Services) -> Result<Permit<A, Sector>, Denied> {
        if let Kind::Signed { held, .. } = &self.0 {
            let roles: Vec<AdminRole> = held.iter().filter(|row| row.whole).filter_map(role).collect();
            decide::over_org(A::WHAT, &roles, self.is_fresh(sv))?;
        }
        Ok(self.permit(Sector))
    }

    /// Leave to do something to a person.
    pub async fn over<A: Action>(&self, sv: &Services, person: PersonId) -> Result<Permit<A, Subject>, NoPermit> {
        let (subject, facts) = self.facts(sv, person).await?;
        if let Some(facts) = facts {
            decide::over_person(A::WHAT, &facts)?;
        }
        Ok(self.permit(subject))
    }

    /// Which of these deeds they may do to a person now, but for the freshness of their sign-in: for offering them.
    pub async fn deeds_over(&self, sv: &Services, person: PersonId, deeds: &[What]) -> Result<Vec<What>, NoPermit> {
        let (_, facts) = self.facts(sv, person).await?;
        let may = |what: &What| match &facts {
            None => true,
            Some(facts) => !matches!(decide::over_person(*what, facts), Err(denied) if denied != Denied::Stale),
        };
        Ok(deeds.iter().copied().filter(may).collect())
    }

    /// Leave to give or take a role over an org.
    pub async fn delegating(&self, sv: &Services, right: Right) -> Result<Permit<Delegate, Right>, NoPermit> {
        if let Some(roles) = self.roles_over(sv, right.org).await? {
            decide::delegation(right.role, &roles, self.is_fresh(sv))?;
        }
        Ok(self.permit(right))
    }

    /// The roles that count at an org; `None` for the command line, which needs none.
    async fn roles_over(&self, sv: &Services, org: OrgId) -> Result<Option<Vec<AdminRole>>, StoreError> {
        let Kind::Signed { account, .. } = &self.0 else { return Ok(None) };
        let question = (Asking { account: *account, today: Day(sv.clock.now().day()) }, org);
        let names = sv
            .store
            .read(question, async |tx: &mut Tx, (asking, org)| delegations::over_org(tx, *asking, *org).await)
            .await?;
        Ok(Some(named(&names)))
    }

    fn permit<A, P>(&self, place: P) -> Permit<A, P> {
        let by = match &self.0 {
            Kind::CommandLine => Actor::CommandLine,
            Kind::Signed { account, .. } => Actor::Account(*account),
        };
        Permit { by, place, action: PhantomData }
    }

    fn is_fresh(&self, sv: &Services) -> bool {
        match &self.0 {
            Kind::CommandLine => true,
            Kind::Signed { auth_time, .. } => sv.clock.now().since(*auth_time) <= FRESH,
        }
    }

    /// Who it is, and what decides; no facts for the command line, which needs none.
    async fn facts(&self, sv: &Services, person: PersonId) -> Result<(Subject, Option<decide::OverPerson>), NoPermit> {
        let (account, me) = match &self.0 {
            Kind::CommandLine => (None, None),
            Kind::Signed { account, person, .. } => (Some(*account), Some(*person)),
        };
        let asking = account.map(|account| Asking { account, today: Day(sv.clock.now().day()) });
        let found = sv
            .store
            .read((asking, me, person), async |tx: &mut Tx, (asking, me, person)| {
                let Some(account) = delegations::account_of(tx, *person).await? else { return Ok(None) };
                let (Some(asking), Some(me)) = (asking, me) else { return Ok(Some((account, None))) };
                Ok(Some((account, Some(delegations::over_person(tx, *asking, *me, *person).await?))))
            })
            .await?;
        let Some((account, facts)) = found else { return Err(Denied::Missing.into()) };
        let judged = facts.map(|facts| decide::OverPerson {
            roles: named(&facts.roles),
            bond: match (me == Some(person), facts.own_pupil) {
                (true, _) => decide::Bond::Oneself,
                (false, true) => decide::Bond::OwnPupil,
                (false, false) => decide::Bond::Nobody,
            },
            theirs: facts
                .theirs
                .iter()
                // A role that this program does not know outranks everybody.
                .map(|(theirs, mine)| (AdminRole::named(theirs).unwrap_or(AdminRole::SectorAdmin), named(mine)))
                .collect(),
            fresh: self.is_fresh(sv),
        });
        Ok((Subject { person, account }, judged))
    }
}

fn role(row: &HeldRow) -> Option<AdminRole> {
    AdminRole::named(&row.role)
}

fn named(names: &[String]) -> Vec<AdminRole> {
    names.iter().filter_map(|name| AdminRole::named(name)).collect()
}
