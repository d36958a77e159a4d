//! The decisions themselves, from facts alone: nothing here reads or writes.

use super::{action::What, role::AdminRole};
use crate::base::id::OrgId;

/// Why somebody may not do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// There is no such thing, or it lies outside their reach: the two look alike (R38).
    #[error("there is nothing of that name within reach")]
    Missing,
    /// They see it, but their role does not go so far.
    #[error("the role does not allow this")]
    Role,
    /// Nobody does this to themselves.
    #[error("nobody does this to their own account")]
    Oneself,
    /// The other holds rights that they lack.
    #[error("the person holds rights that the asker lacks")]
    Upward,
    /// The account was suspended by a right over more than the asker's, or over something else.
    #[error("{0}")]
    Suspended(Holder),
    /// The sign-in is older than five minutes (R44).
    #[error("this needs a fresh sign-in")]
    Stale,
}

/// By whose right somebody is suspended, as whoever cannot lift it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Holder {
    /// Somebody of the whole sector.
    #[error("suspended by the sector; ask the sector's administrators to resume the account")]
    Sector,
    /// Somebody of an office or a school where the asker has no right.
    #[error("suspended by another school or office; ask it, or the sector's administrators, to resume the account")]
    Elsewhere,
}

/// That somebody is suspended.
#[derive(Clone, Debug)]
pub(super) struct Suspension {
    /// By whose right.
    pub(super) by: Holder,
    /// The asker's roles over the org that this right was held over.
    pub(super) mine: Vec<AdminRole>,
}

/// What is known when somebody asks to do something to a person.
#[derive(Clone, Debug, Default)]
pub(super) struct OverPerson {
    /// The asker's roles over an org where the person is active, or over the whole sector.
    pub(super) roles: Vec<AdminRole>,
    /// What the person is to the asker.
    pub(super) bond: Bond,
    /// The person's own administrative rights: each with the asker's roles over the same org.
    pub(super) theirs: Vec<(AdminRole, Vec<AdminRole>)>,
    /// Of a suspended account.
    pub(super) suspension: Option<Suspension>,
    /// Whether the asker signed in within the last five minutes.
    pub(super) fresh: bool,
}

/// What somebody is to the asker, whatever their roles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Bond {
    /// Nothing in particular.
    #[default]
    Nobody,
    /// The asker.
    Oneself,
    /// A pupil, and nothing but a pupil, of a class of this school that the asker teaches now.
    OwnPupil(OrgId),
}

type Check = fn(What, &OverPerson) -> Option<Denied>;

/// In this order, so that who sees nothing learns nothing.
const CHECKS: [Check; 6] = [
    it_lies_within_reach,
    the_role_goes_so_far,
    nobody_does_it_to_themselves,
    never_upward,
    no_suspension_from_above_is_lifted,
    fresh,
];

/// Whether something may be done to a person.
pub(super) fn over_person(what: What, facts: &OverPerson) -> Result<(), Denied> {
    CHECKS.iter().find_map(|check| check(what, facts)).map_or(Ok(()), Err)
}

/// A teacher reaches the pupils of their classes, to give them a code, and for nothing else.
const fn by_teaching(what: What, facts: &OverPerson) -> bool {
    matches!(what, What::IssueCode) && matches!(facts.bond, Bond::OwnPupil(_))
}

fn it_lies_within_reach(what: What, facts: &OverPerson) -> Option<Denied> {
    (facts.roles.is_empty() && !by_teaching(what, facts)).then_some(Denied::Missing)
}

fn the_role_goes_so_far(what: What, facts: &OverPerson) -> Option<Denied> {
    let allowed = by_teaching(what, facts) || facts.roles.iter().any(|role| role.may(what));
    (!allowed).then_some(Denied::Role)
}

fn nobody_does_it_to_themselves(what: What, facts: &OverPerson) -> Option<Denied> {
    (what.is_done_to_somebody() && facts.bond == Bond::Oneself).then_some(Denied::Oneself)
}

/// Whoever takes over an account has its rights: so only where the asker has them already (invariant 7).
fn never_upward(what: What, facts: &OverPerson) -> Option<Denied> {
    let lacks = |(theirs, mine): &(AdminRole, Vec<AdminRole>)| !covered(*theirs, mine);
    (what.is_done_to_somebody() && facts.theirs.iter().any(lacks)).then_some(Denied::Upward)
}

/// A suspension is lifted only by whoever could have made it: with a right over what it was made over (invariant 7, R39).
fn no_suspension_from_above_is_lifted(what: What, facts: &OverPerson) -> Option<Denied> {
    let suspension = facts.suspension.as_ref().filter(|_| what == What::Resume)?;
    let lifts = suspension.mine.iter().any(|role| role.may(What::Resume));
    (!lifts).then_some(Denied::Suspended(suspension.by))
}

fn fresh(what: What, facts: &OverPerson) -> Option<Denied> {
    (what.is_dangerous() && !facts.fresh).then_some(Denied::Stale)
}

/// Whether these roles may do all that a role may.
pub(super) fn covered(role: AdminRole, by: &[AdminRole]) -> bool {
    by.iter().any(|mine| mine.covers(role))
}

/// Whether something may be done at an org, or with the whole sector: `roles` are the asker's there.
pub(super) fn over_org(what: What, roles: &[AdminRole], fresh: bool) -> Result<(), Denied> {
    if roles.is_empty() {
        return Err(Denied::Missing);
    }
    if !roles.iter().any(|role| role.may(what)) {
        return Err(Denied::Role);
    }
    if what.is_dangerous() && !fresh { Err(Denied::Stale) } else { Ok(()) }
}

/// What is known when somebody asks to do something to all of a class or a school.
#[derive(Clone, Debug, Default)]
pub(super) struct OverGroup {
    /// The asker's roles over the school.
    pub(super) roles: Vec<AdminRole>,
    /// Of a class: what the asker teaches there now.
    pub(super) teaches: Teaches,
    /// Whether the asker signed in within the last five minutes.
    pub(super) fresh: bool,
}

/// What somebody is to a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Teaches {
    /// No teacher of it.
    #[default]
    Nothing,
    /// A teacher of a subject.
    Subject,
    /// The homeroom teacher (*giáo viên chủ nhiệm*).
    Homeroom,
}

/// Whether something may be done to a group at once; to each of its people it may be done still has to be judged. A
/// homeroom teacher gives the own class its codes as readily as one pupil (P11): a sign-in of this minute is asked of
/// those who can print a whole school's.
pub(super) fn over_group(what: What, facts: &OverGroup) -> Result<(), Denied> {
    match (what, facts.teaches) {
        (What::SeeClass, Teaches::Subject | Teaches::Homeroom) | (What::PrintSlips, Teaches::Homeroom) => return Ok(()),
        _ => {}
    }
    over_org(what, &facts.roles, facts.fresh)
}

/// Whether a role may be given or taken at an org: nobody gives what they lack (R39).
pub(super) fn delegation(role: AdminRole, roles: &[AdminRole], fresh: bool) -> Result<(), Denied> {
    over_org(What::Delegate, roles, fresh)?;
    let able: Vec<AdminRole> = roles.iter().copied().filter(|mine| mine.may(What::Delegate)).collect();
    if covered(role, &able) { Ok(()) } else { Err(Denied::Role) }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, option, prelude::*, sample::select};

    use super::*;

    /// A pupil of some school, whichever.
    fn own_pupil() -> Bond {
        Bond::OwnPupil(uuid::Uuid::nil().into())
    }

    fn roles() -> impl Strategy<Value = Vec<AdminRole>> {
        vec(select(AdminRole::ALL.to_vec()), 0..3)
    }

    fn deeds() -> impl Strategy<Value = What> {
        select(What::ALL.to_vec())
    }

    prop_compose! {
        fn facts()(
            roles in roles(), fresh: bool,
            bond in select(vec![Bond::Nobody, Bond::Oneself, own_pupil()]),
            theirs in vec((select(AdminRole::ALL.to_vec()), roles()), 0..3),
            held in option::of((select(vec![Holder::Sector, Holder::Elsewhere]), roles())),
        ) -> OverPerson {
            let suspension = held.map(|(by, mine)| Suspension { by, mine });
            OverPerson { roles, bond, theirs, suspension, fresh }
        }
    }

    proptest! {
        #[test]
        fn r38_without_a_role_there_everything_is_missing_but_a_pupils_code(what in deeds(), facts in facts()) {
            let facts = OverPerson { roles: Vec::new(), ..facts };
            let pupils_code = what == What::IssueCode && facts.bond == own_pupil();
            prop_assert_eq!(over_person(what, &facts) == Err(Denied::Missing), !pupils_code);
        }

        #[test]
        fn invariant_7_nobody_acts_upward_or_on_themselves(what in deeds(), facts in facts()) {
            if what.is_done_to_somebody() && over_person(what, &facts).is_ok() {
                prop_assert_ne!(facts.bond, Bond::Oneself);
                for (theirs, mine) in &facts.theirs {
                    prop_assert!(What::ALL.into_iter().all(|w| !theirs.may(w) || mine.iter().any(|role| role.may(w))));
                }
            }
        }

        #[test]
        fn invariant_7_nobody_lifts_a_suspension_that_they_could_not_have_made(what in deeds(), facts in facts()) {
            let made_below = facts.suspension.iter().all(|held| held.mine.iter().any(|role| role.may(What::Suspend)));
            let free = OverPerson { suspension: None, ..facts.clone() };
            let stands = what == What::Resume && !made_below && over_person(what, &free).is_ok();
            prop_assert_eq!(matches!(over_person(what, &facts), Err(Denied::Suspended(_))), stands);
        }

        #[test]
        fn r44_a_dangerous_deed_needs_a_fresh_sign_in(what in deeds(), facts in facts(), roles in roles()) {
            let stale = OverPerson { fresh: false, ..facts };
            prop_assert!(!what.is_dangerous() || over_person(what, &stale).is_err());
            prop_assert!(!what.is_dangerous() || over_org(what, &roles, false).is_err());
        }

        #[test]
        fn r39_nobody_gives_what_they_lack(role in select(AdminRole::ALL.to_vec()), mine in roles()) {
            if delegation(role, &mine, true).is_ok() {
                prop_assert!(What::ALL.into_iter().all(|w| !role.may(w) || mine.iter().any(|held| held.may(w))));
            }
        }

        #[test]
        fn more_roles_never_take_anything_away(what in deeds(), facts in facts(), more in select(AdminRole::ALL.to_vec())) {
            let mut richer = facts.clone();
            richer.roles.push(more);
            prop_assert!(over_person(what, &facts).is_err() || over_person(what, &richer).is_ok());
        }
    }

    #[test]
    fn who_teaches_a_class_sees_it_and_its_homeroom_teacher_prints_for_it() {
        for what in What::ALL {
            for (teaches, may) in [
                (Teaches::Nothing, false),
                (Teaches::Subject, what == What::SeeClass),
                (Teaches::Homeroom, matches!(what, What::SeeClass | What::PrintSlips)),
            ] {
                let expected = if may { Ok(()) } else { Err(Denied::Missing) };
                assert_eq!(over_group(what, &OverGroup { teaches, ..OverGroup::default() }), expected, "{what:?}");
            }
        }
        let help = OverGroup { roles: vec![AdminRole::HelpDesk], fresh: true, ..OverGroup::default() };
        assert_eq!(over_group(What::PrintSlips, &help), Err(Denied::Role));
        let admin = |fresh| OverGroup { roles: vec![AdminRole::SchoolAdmin], fresh, ..OverGroup::default() };
        assert_eq!(over_group(What::PrintSlips, &admin(true)), Ok(()));
        assert_eq!(over_group(What::PrintSlips, &admin(false)), Err(Denied::Stale));
    }

    #[test]
    fn a_teacher_gives_a_code_to_a_pupil_and_to_no_colleague() {
        let pupil = OverPerson { bond: own_pupil(), ..OverPerson::default() };
        assert_eq!(over_person(What::IssueCode, &pupil), Ok(()));
        assert_eq!(over_person(What::SeePerson, &pupil), Err(Denied::Missing));
        assert_eq!(over_person(What::Suspend, &pupil), Err(Denied::Missing));
        assert_eq!(over_person(What::IssueCode, &OverPerson::default()), Err(Denied::Missing));
    }

    #[test]
    fn a_school_admin_cannot_reach_the_sector_admin_who_works_at_the_school() {
        let head = OverPerson {
            roles: vec![AdminRole::SchoolAdmin],
            theirs: vec![(AdminRole::SectorAdmin, Vec::new())],
            ..OverPerson::default()
        };
        assert_eq!(over_person(What::SeePerson, &head), Ok(()));
        assert_eq!(over_person(What::IssueCode, &head), Err(Denied::Upward));
        assert_eq!(over_person(What::Suspend, &head), Err(Denied::Upward));
    }
}
