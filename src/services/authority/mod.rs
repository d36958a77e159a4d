//! Who may do what, where. A use case of administration takes a [`Permit`], and only this room makes one: a check that
//! was forgotten does not compile.
//!
//! Facts are read here and judged in `decide`, which does no I/O. What lies outside somebody's reach looks as if it did
//! not exist (R38): an org's subtree follows the edges that hold today, and lists, searches and counts keep to it in SQL.

mod action;
mod decide;
mod group;
mod permit;
mod role;

use std::{collections::HashSet, net::IpAddr, time::Duration};

pub use action::{
    Action, AskTransfer, CloseSchool, Correct, DecideTransfer, Delegate, EndSessions, ExportAudit, ExportPeople,
    FindPeople, FoundSchool, Identify, ImportPeople, IssueCode, ManageClients, ManageJobs, ManageKeys, ManageSchools,
    MergePeople, PlanRollover, PrintSlips, PurgePerson, ReadAudit, Renumber, Resume, SeeClass, SeePerson, SeeRoles,
    Suspend, What,
};
pub use decide::{Denied, Holder};
pub use group::{Ground, Group};
use permit::Asker;
pub use permit::{Permit, Subject, may_still};
pub use role::AdminRole;

use super::Services;
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, OrgId, PersonId},
    },
    store::{
        Day, StoreError, Tx,
        delegations::{self, Asking, HeldRow},
        memberships,
        sessions::SessionRow,
    },
};

/// How old a sign-in may be for a dangerous deed (R44).
pub const FRESH: Duration = Duration::from_mins(5);

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
    Signed { asker: Asker, held: Vec<HeldRow> },
}

impl Standing {
    /// Whoever may run commands on the server may do everything here.
    pub const fn danger_command_line() -> Self {
        Self(Kind::CommandLine)
    }

    /// What somebody signed in administers; it may be nothing.
    pub async fn of(sv: &Services, session: &SessionRow) -> Result<Self, StoreError> {
        Self::signed(sv, session.account_id, session.person_id, session.auth_time).await
    }

    /// What somebody who proved at that moment who they are administers; it may be nothing.
    pub async fn signed(
        sv: &Services,
        account: AccountId,
        person: PersonId,
        auth_time: Moment,
    ) -> Result<Self, StoreError> {
        let question = (account, Day(sv.clock.now().day()));
        let held =
            async |tx: &mut Tx, (account, today): &(AccountId, Day)| delegations::held(tx, *account, *today).await;
        let held = sv.store.read(question, held).await?;
        Ok(Self(Kind::Signed { asker: Asker { account, person, auth_time, address: None }, held }))
    }

    /// The same, who asks from this address: the audit trail tells it.
    #[must_use]
    pub fn from_address(self, address: Option<IpAddr>) -> Self {
        match self.0 {
            Kind::CommandLine => self,
            Kind::Signed { asker, held } => Self(Kind::Signed { asker: Asker { address, ..asker }, held }),
        }
    }

    /// What whoever has this account administers, for what they asked for before and is done now. Nothing dangerous: they
    /// are not here to sign in.
    pub async fn of_account(sv: &Services, account: AccountId, person: PersonId) -> Result<Self, StoreError> {
        Self::signed(sv, account, person, Moment::from_micros(0)).await
    }

    /// The rights themselves, for showing them; none for the command line.
    pub fn held(&self) -> &[HeldRow] {
        match &self.0 {
            Kind::CommandLine => &[],
            Kind::Signed { held, .. } => held,
        }
    }

    /// Leave to do something within everything they administer. Never what is dangerous (R44), for which a sign-in must be
    /// fresh: that is asked for where it is to be done.
    pub fn everywhere<A: Action>(&self) -> Result<Permit<A, Reach>, Denied> {
        let reach = self.reach::<A>()?;
        if A::WHAT.is_dangerous() && self.asker().is_some() { Err(Denied::Stale) } else { Ok(self.permit(reach)) }
    }

    /// Leave to do something within everything they administer, which they may do in all of it: what is dangerous too, by a
    /// fresh sign-in (R44).
    pub fn throughout<A: Action>(&self, sv: &Services) -> Result<Permit<A, Reach>, Denied> {
        let reach = self.reach::<A>()?;
        let over = |org| self.held().iter().filter(move |row| row.org_id == org);
        let may = |org| over(org).filter_map(role).any(|role| role.may(A::WHAT));
        if matches!(reach, Reach::Of(_)) && !self.held().iter().all(|row| may(row.org_id)) {
            return Err(Denied::Role);
        }
        if A::WHAT.is_dangerous() && !self.is_fresh(sv) { Err(Denied::Stale) } else { Ok(self.permit(reach)) }
    }

    /// The same where their rights are of several kinds: where the first of them goes so far.
    pub async fn within<A: Action>(&self, sv: &Services) -> Result<Permit<A, Reach>, NoPermit> {
        match self.throughout(sv) {
            Err(Denied::Role) => {}
            leave => return Ok(leave?),
        }
        for held in self.held() {
            match self.under(sv, held.org_id).await {
                Err(NoPermit::Denied(Denied::Role)) => {}
                leave => return leave,
            }
        }
        Err(Denied::Role.into())
    }

    /// Whether they may do something anywhere, but for the freshness of their sign-in: for offering it.
    pub fn somewhere<A: Action>(&self) -> Result<(), Denied> {
        self.reach::<A>().map(drop)
    }

    /// Leave to do something at one org of theirs and below.
    pub async fn under<A: Action>(&self, sv: &Services, org: OrgId) -> Result<Permit<A, Reach>, NoPermit> {
        if let Some(roles) = self.roles_over(sv, org).await? {
            decide::over_org(A::WHAT, &roles, self.is_fresh(sv))?;
        }
        Ok(self.permit(Reach::Under(org)))
    }

    fn reach<A: Action>(&self) -> Result<Reach, Denied> {
        let Kind::Signed { asker, held } = &self.0 else { return Ok(Reach::Sector) };
        let roles: Vec<AdminRole> = held.iter().filter_map(role).collect();
        decide::over_org(A::WHAT, &roles, true)?;
        let whole = held.iter().filter(|row| row.whole).filter_map(role).any(|role| role.may(A::WHAT));
        Ok(if whole { Reach::Sector } else { Reach::Of(asker.account) })
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

    /// Which of these deeds they may do to a person now, but for the freshness of their sign-in, and why not the others: for
    /// offering them.
    pub async fn deeds_over(
        &self,
        sv: &Services,
        person: PersonId,
        deeds: &[What],
    ) -> Result<Vec<(What, Result<(), Denied>)>, NoPermit> {
        let (_, facts) = self.facts(sv, person).await?;
        let judged = |what: &What| {
            let denied = facts.as_ref().and_then(|facts| decide::over_person(*what, facts).err());
            (*what, denied.filter(|denied| *denied != Denied::Stale).map_or(Ok(()), Err))
        };
        Ok(deeds.iter().map(judged).collect())
    }

    /// Which of these people they may see: judged by where people are, which is few places.
    pub async fn sees(&self, sv: &Services, people: Vec<PersonId>) -> Result<HashSet<PersonId>, NoPermit> {
        if self.reach::<SeePerson>() == Ok(Reach::Sector) {
            return Ok(people.into_iter().collect());
        }
        let read = async |tx: &mut Tx, people: &Vec<PersonId>| memberships::places(tx, people).await;
        let places = sv.store.read(people, read).await?;
        let mut within = HashSet::new();
        for org in places.iter().map(|(_, org)| *org).collect::<HashSet<OrgId>>() {
            match self.under::<SeePerson>(sv, org).await {
                Ok(_) => drop(within.insert(org)),
                Err(NoPermit::Denied(_)) => {}
                Err(no) => return Err(no),
            }
        }
        Ok(places.into_iter().filter(|(_, org)| within.contains(org)).map(|(person, _)| person).collect())
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
        let Kind::Signed { asker, .. } = &self.0 else { return Ok(None) };
        let question = (Asking { account: asker.account, today: Day(sv.clock.now().day()) }, org);
        let names = sv
            .store
            .read(question, async |tx: &mut Tx, (asking, org)| delegations::over_org(tx, *asking, *org).await)
            .await?;
        Ok(Some(named(&names)))
    }

    fn permit<A, P>(&self, place: P) -> Permit<A, P> {
        Permit::new(self.asker(), place)
    }

    /// `None` for the command line.
    const fn asker(&self) -> Option<Asker> {
        match self.0 {
            Kind::CommandLine => None,
            Kind::Signed { asker, .. } => Some(asker),
        }
    }

    fn is_fresh(&self, sv: &Services) -> bool {
        self.asker().is_none_or(|asker| asker.is_fresh(sv.clock.now()))
    }

    /// Who it is, and what decides; no facts for the command line, which needs none.
    async fn facts(&self, sv: &Services, person: PersonId) -> Result<(Subject, Option<decide::OverPerson>), NoPermit> {
        let found = sv
            .store
            .read((self.asker(), person, sv.clock.now()), async |tx: &mut Tx, (asker, person, now)| {
                let Some(account) = delegations::account_of(tx, *person).await? else { return Ok(None) };
                let Some(asker) = asker else { return Ok(Some((account, None))) };
                Ok(Some((account, Some(permit::facts(tx, *asker, *person, *now).await?.0))))
            })
            .await?;
        let Some((account, facts)) = found else { return Err(Denied::Missing.into()) };
        Ok((Subject { person, account }, facts))
    }
}

fn role(row: &HeldRow) -> Option<AdminRole> {
    AdminRole::named(&row.role)
}

fn named(names: &[String]) -> Vec<AdminRole> {
    names.iter().filter_map(|name| AdminRole::named(name)).collect()
}
