//! Leave to do something to all of a class or a school at once: to a group, and then to each of its people.

use super::{
    NoPermit, Standing,
    action::{Action, IssueCode, PrintSlips, What},
    decide::{self, Denied, OverGroup, Teaches},
    named,
    permit::{self, Asker, Permit},
    role::AdminRole,
};
use crate::{
    base::{
        clock::Moment,
        id::{ClassId, OrgId, PersonId},
    },
    services::Services,
    store::{
        Day, StoreError, Tx,
        delegations::{self, Asking},
    },
};

/// People who are addressed together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// The pupils of a class.
    Class(ClassId),
    /// Who is at a school or one of its campuses.
    School(OrgId),
}

/// Why a group may be dealt with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Over which org the right is held, by teaching the class's school; `None`: over the whole sector, or none is needed.
    pub over: Option<OrgId>,
    /// By no right, but as the homeroom teacher.
    pub by_teaching: bool,
}

impl Standing {
    /// Leave to do something to a group.
    pub async fn with_group<A: Action>(&self, sv: &Services, group: Group) -> Result<Permit<A, Group>, NoPermit> {
        let question = (self.asker(), group, sv.clock.now());
        let ground = sv
            .store
            .read(question, async |tx: &mut Tx, (asker, group, now)| ground(tx, A::WHAT, *asker, *group, *now).await)
            .await?;
        ground?;
        Ok(self.permit(group))
    }
}

impl Permit<PrintSlips, Group> {
    /// Asks again, in the write that does it: what somebody may do can have changed since the permit was given.
    pub async fn again(&self, tx: &mut Tx, now: Moment) -> Result<Result<Ground, Denied>, StoreError> {
        ground(tx, What::PrintSlips, self.asker(), *self.place(), now).await
    }

    /// Why somebody of the group is left out: whoever may not give a code to this person alone, prints none either
    /// (invariant 7).
    pub async fn spares(&self, tx: &mut Tx, person: PersonId, now: Moment) -> Result<Option<Denied>, StoreError> {
        const _: () = assert!(!What::IssueCode.is_dangerous(), "its freshness was judged for the group");
        let Some(asker) = self.asker() else { return Ok(None) };
        let (facts, _) = permit::facts(tx, asker, person, now).await?;
        Ok(decide::over_person(<IssueCode as Action>::WHAT, &facts).err())
    }
}

async fn ground(
    tx: &mut Tx,
    what: What,
    asker: Option<Asker>,
    group: Group,
    now: Moment,
) -> Result<Result<Ground, Denied>, StoreError> {
    let school = match group {
        Group::School(org) => Some(org),
        Group::Class(class) => delegations::org_of_class(tx, class).await?,
    };
    let Some(school) = school else { return Ok(Err(Denied::Missing)) };
    let Some(asker) = asker else { return Ok(Ok(Ground { over: None, by_teaching: false })) };
    let asking = Asking { account: asker.account, today: Day(now.day()) };
    let rights = delegations::rights_over_org(tx, asking, school).await?;
    let teaches = match group {
        Group::School(_) => Teaches::Nothing,
        Group::Class(class) => match delegations::teaches(tx, class, asker.person).await? {
            Some(true) => Teaches::Homeroom,
            Some(false) => Teaches::Subject,
            None => Teaches::Nothing,
        },
    };
    let roles: Vec<AdminRole> = named(&rights.iter().map(|(role, _)| role.clone()).collect::<Vec<_>>());
    let facts = OverGroup { roles, teaches, fresh: asker.is_fresh(now) };
    let by_right =
        rights.iter().find(|(role, _)| AdminRole::named(role).is_some_and(|role| role.may(what))).map(|(_, org)| *org);
    let ground = Ground { over: by_right.unwrap_or(Some(school)), by_teaching: by_right.is_none() };
    Ok(decide::over_group(what, &facts).map(|()| ground))
}
