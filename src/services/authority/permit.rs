//! Leave to do something, and asking again within the write that does it.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    marker::PhantomData,
    net::IpAddr,
};

use jiff::civil::Date;
use serde_json::Value;

use super::{
    FRESH, Reach, Right, Sector,
    action::{Action, Delegate, What},
    decide::{self, Bond, Denied, Holder, OverPerson, Suspension},
    named,
    role::AdminRole,
};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, OrgId, PersonId},
    },
    model::account::AccountState,
    services::{
        Services,
        audit::{Actor, Scribe},
    },
    store::{
        Day, StoreError, Tx, accounts,
        audit::Event,
        delegations::{self, Asking, HolderRow},
        memberships,
        scope::{Scope, Within},
    },
};

/// Leave to do `A` at a place, for whoever is named in it.
#[derive(Clone, Debug)]
pub struct Permit<A, P> {
    /// `None`: the command line.
    by: Option<Asker>,
    place: P,
    action: PhantomData<A>,
}

/// A person within reach, and the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The person.
    pub person: PersonId,
    /// The account.
    pub account: AccountId,
}

/// Somebody signed in, as they are asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asker {
    pub(super) account: AccountId,
    pub(super) person: PersonId,
    pub(super) auth_time: Moment,
    /// From where they ask.
    pub(super) address: Option<IpAddr>,
}

impl Asker {
    /// Whether they signed in within the last five minutes (R44).
    pub(super) fn is_fresh(&self, now: Moment) -> bool {
        now.since(self.auth_time) <= FRESH
    }
}

impl<A, P> Permit<A, P> {
    pub(super) const fn new(by: Option<Asker>, place: P) -> Self {
        Self { by, place, action: PhantomData }
    }

    /// `None` for the command line.
    pub(super) const fn asker(&self) -> Option<Asker> {
        self.by
    }

    /// Where, or to whom.
    pub const fn place(&self) -> &P {
        &self.place
    }

    /// By whom.
    pub fn by(&self) -> Actor {
        self.by.map_or(Actor::CommandLine, |asker| Actor::Account(asker.account))
    }

    /// By whom, if they have an account.
    pub fn account(&self) -> Option<AccountId> {
        self.by.map(|asker| asker.account)
    }

    /// Notes down in the audit trail what they do now.
    pub fn scribe(&self, sv: &Services) -> Scribe {
        let address = self.by.and_then(|asker| asker.address);
        sv.scribe(&self.by()).from_address(address.map(|address| address.to_string()))
    }

    /// The line of the audit trail that tells of it. `detail` must hold no secret (R50).
    pub fn event(&self, sv: &Services, action: &'static str, subject: String, detail: &Value) -> Event {
        self.scribe(sv).event(action, subject, detail)
    }
}

impl<A: Action> Permit<A, Subject> {
    /// Asks again, in the write that does it: what somebody is, and who may do what, can have changed since the permit was
    /// given (invariant 7). Until the write ends nobody else decides about the person. Over which org the right is held
    /// that allows it, by teaching the school of the class; `None`: over the whole sector, or none is needed.
    pub async fn again(&self, tx: &mut Tx, now: Moment) -> Result<Result<Option<OrgId>, Denied>, StoreError> {
        memberships::hold(tx, &[self.place.person]).await?;
        let Some(asker) = self.by else { return Ok(Ok(None)) };
        let (facts, rights) = facts(tx, asker, self.place.person, now).await?;
        let over = match (rights.into_iter().find(|(role, _)| role.may(A::WHAT)), facts.bond) {
            (Some((_, org)), _) => org,
            (None, Bond::OwnPupil(school)) => Some(school),
            (None, _) => None,
        };
        Ok(decide::over_person(A::WHAT, &facts).map(|()| over))
    }
}

impl Permit<Delegate, Right> {
    /// Asks again, in the write that gives or takes the role: the asker's own can have been taken meanwhile. Over which org
    /// the right is held that allows it; `None`: over the whole sector, or none is needed.
    pub async fn again(&self, tx: &mut Tx, now: Moment) -> Result<Result<Option<OrgId>, Denied>, StoreError> {
        let Some(asker) = self.by else { return Ok(Ok(None)) };
        let asking = Asking { account: asker.account, today: Day(now.day()) };
        let held = delegations::rights_over_org(tx, asking, self.place.org).await?;
        let rights: Vec<_> = held.iter().filter_map(|(role, org)| Some((AdminRole::named(role)?, *org))).collect();
        let roles: Vec<AdminRole> = rights.iter().map(|(role, _)| *role).collect();
        let widest = rights.into_iter().find(|(role, _)| role.may(What::Delegate) && role.covers(self.place.role));
        let judged = decide::delegation(self.place.role, &roles, asker.is_fresh(now));
        Ok(judged.map(|()| widest.and_then(|(_, org)| org)))
    }
}

impl<A: Action> Permit<A, Sector> {
    /// Asks again, in the write that does it: the right over the whole sector can have been taken meanwhile.
    pub async fn again(&self, tx: &mut Tx, now: Moment) -> Result<Result<(), Denied>, StoreError> {
        let Some(asker) = self.by else { return Ok(Ok(())) };
        let held = delegations::held(tx, asker.account, Day(now.day())).await?;
        let whole: Vec<String> = held.into_iter().filter(|row| row.whole).map(|row| row.role).collect();
        Ok(decide::over_org(A::WHAT, &named(&whole), asker.is_fresh(now)))
    }
}

impl<A: Action> Permit<A, Reach> {
    /// Where to look, by rights that allow this deed: somebody may hold others elsewhere (R38).
    pub fn within(&self, today: Date) -> Within {
        let (whole, account, org) = match self.place {
            Reach::Sector => (true, None, None),
            Reach::Of(account) => (false, Some(account), None),
            Reach::Under(org) => (false, None, Some(org)),
        };
        let scope = Scope { whole, account, org, today: Day(today) };
        Within { scope, roles: AdminRole::names_of_those_who_may(A::WHAT) }
    }

    /// Asks again, in the write that does it, whether it may still be done wherever it was allowed.
    pub async fn again(&self, tx: &mut Tx, now: Moment) -> Result<Result<(), Denied>, StoreError> {
        let Some(asker) = self.by else { return Ok(Ok(())) };
        let whole = match self.place {
            Reach::Under(org) => return self.again_at(tx, org, now).await,
            Reach::Sector => true,
            Reach::Of(_) => false,
        };
        let held = delegations::held(tx, asker.account, Day(now.day())).await?;
        let roles: Vec<String> = held.into_iter().filter(|row| row.whole || !whole).map(|row| row.role).collect();
        Ok(decide::over_org(A::WHAT, &named(&roles), asker.is_fresh(now)))
    }

    /// Asks again, in the write that does it, whether it may be done at this org: what lies there is known only now, and
    /// who may do what can have changed since.
    pub async fn again_at(&self, tx: &mut Tx, org: OrgId, now: Moment) -> Result<Result<(), Denied>, StoreError> {
        let Some(asker) = self.by else { return Ok(Ok(())) };
        let asking = Asking { account: asker.account, today: Day(now.day()) };
        let roles = named(&delegations::over_org(tx, asking, org).await?);
        Ok(decide::over_org(A::WHAT, &roles, asker.is_fresh(now)))
    }

    /// Of these people, those to whom the asker does nothing: themselves, and whoever holds a right that they lack
    /// (invariant 7). For what is done to many at once.
    pub async fn beyond(&self, tx: &mut Tx, people: &[PersonId], now: Moment) -> Result<HashSet<PersonId>, StoreError> {
        let Some(asker) = self.by else { return Ok(HashSet::new()) };
        let asking = Asking { account: asker.account, today: Day(now.day()) };
        let mut mine: HashMap<OrgId, Vec<AdminRole>> = HashMap::new();
        let mut beyond = HashSet::from([asker.person]);
        for HolderRow { person_id, role, org_id } in delegations::of_people(tx, people).await? {
            if let Entry::Vacant(place) = mine.entry(org_id) {
                place.insert(named(&delegations::over_org(tx, asking, org_id).await?));
            }
            if !decide::covered(known(&role), &mine[&org_id]) {
                beyond.insert(person_id);
            }
        }
        Ok(beyond)
    }
}

/// A role that this program does not know outranks everybody.
fn known(role: &str) -> AdminRole {
    AdminRole::named(role).unwrap_or(AdminRole::SectorAdmin)
}

/// Whether somebody may do at an org, now that it is done in their absence, what they asked for before: with an account that is
/// open, and nothing dangerous.
pub async fn may_still<A: Action>(
    tx: &mut Tx,
    account: AccountId,
    org: OrgId,
    now: Moment,
) -> Result<bool, StoreError> {
    let open = accounts::holder(tx, account).await?.is_some_and(|holder| holder.state == AccountState::Active);
    let roles = named(&delegations::over_org(tx, Asking { account, today: Day(now.day()) }, org).await?);
    Ok(open && decide::over_org(A::WHAT, &roles, false).is_ok())
}

/// What decides whether somebody may do something to a person; and their roles over the person, each with the org it is
/// held over, the widest first.
pub(super) async fn facts(
    tx: &mut Tx,
    asker: Asker,
    person: PersonId,
    now: Moment,
) -> Result<(OverPerson, Vec<(AdminRole, Option<OrgId>)>), StoreError> {
    let asking = Asking { account: asker.account, today: Day(now.day()) };
    let found = delegations::over_person(tx, asking, asker.person, person).await?;
    let rights: Vec<_> = found.rights.iter().filter_map(|(role, org)| Some((AdminRole::named(role)?, *org))).collect();
    let facts = OverPerson {
        roles: rights.iter().map(|(role, _)| *role).collect(),
        bond: match found.own_pupil {
            _ if asker.person == person => Bond::Oneself,
            Some(school) => Bond::OwnPupil(school),
            None => Bond::Nobody,
        },
        theirs: found.theirs.iter().map(|(theirs, mine)| (known(theirs), named(mine))).collect(),
        suspension: found.suspension.map(|(over, mine)| Suspension {
            by: if over.is_none() { Holder::Sector } else { Holder::Elsewhere },
            mine: named(&mine),
        }),
        fresh: asker.is_fresh(now),
    };
    Ok((facts, rights))
}
