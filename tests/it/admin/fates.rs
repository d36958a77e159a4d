//! What can happen to people through the years, by chance.

use phuong::model::affiliation::EndReason;
use proptest::prelude::*;

/// How many people it happens to.
pub(super) const PEOPLE: usize = 6;

/// Something that happens, with small numbers for people and schools.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    Enrolled(usize, usize),
    Employed(usize, usize),
    /// Takes up continuing education beside all else, or gives it up.
    Attends(usize, bool),
    /// Teaches a class where they work: as its homeroom teacher, or a subject.
    Teaches(usize, usize, bool),
    MainIs(usize, usize),
    Ended(usize, EndReason),
    Asked(usize, usize),
    Decided(bool),
    Withdrawn,
    /// Their school lets them go.
    Released(usize, EndReason),
    /// Leaves when the school's year ends, or repeats it.
    Marked(usize, usize, bool),
    /// The school's step into the next year has a day.
    Planned(usize),
    RolledOver(usize),
    TakenBack(usize),
    Merged(usize, usize),
    Identified(usize, u8),
    /// A school's list comes that names one of them, and nobody else.
    Listed(usize, usize, &'static str),
    /// The last list is taken back.
    Unlisted,
    /// Gets a badge.
    Badged(usize),
    Suspended(usize),
    Resumed(usize),
    Purged(usize),
    Days(u64),
}

/// So many things that happen, and some more.
pub(super) fn fates(most: usize) -> impl Strategy<Value = Vec<Fate>> {
    let (who, place) = (0..PEOPLE, 0..2_usize);
    let why = prop::sample::select(vec![EndReason::Left, EndReason::Transferred, EndReason::Completed]);
    let fate = prop_oneof![
        4 => (who.clone(), place.clone()).prop_map(|(who, at)| Fate::Enrolled(who, at)),
        1 => (who.clone(), place.clone()).prop_map(|(who, at)| Fate::Employed(who, at)),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, begins)| Fate::Attends(who, begins)),
        2 => (who.clone(), place.clone(), any::<bool>()).prop_map(|(who, at, own)| Fate::Teaches(who, at, own)),
        1 => (who.clone(), place.clone()).prop_map(|(who, at)| Fate::MainIs(who, at)),
        1 => (who.clone(), why.clone()).prop_map(|(who, why)| Fate::Released(who, why)),
        2 => (who.clone(), why).prop_map(|(who, why)| Fate::Ended(who, why)),
        3 => (who.clone(), place.clone()).prop_map(|(who, at)| Fate::Asked(who, at)),
        3 => any::<bool>().prop_map(Fate::Decided),
        1 => Just(Fate::Withdrawn),
        2 => (who.clone(), place.clone(), any::<bool>()).prop_map(|(who, at, leaves)| Fate::Marked(who, at, leaves)),
        1 => place.clone().prop_map(Fate::Planned),
        2 => place.clone().prop_map(Fate::RolledOver),
        2 => place.clone().prop_map(Fate::TakenBack),
        1 => (who.clone(), who.clone()).prop_map(|(kept, gone)| Fate::Merged(kept, gone)),
        2 => (who.clone(), 0..9_u8).prop_map(|(who, n)| Fate::Identified(who, n)),
        2 => (who.clone(), place.clone(), prop::sample::select(vec!["Đang học", "Chuyển đi", "Thôi học"]))
            .prop_map(|(who, at, status)| Fate::Listed(who, at, status)),
        2 => Just(Fate::Unlisted),
        2 => who.clone().prop_map(Fate::Badged),
        1 => who.clone().prop_map(Fate::Suspended),
        1 => who.clone().prop_map(Fate::Resumed),
        1 => who.prop_map(Fate::Purged),
        2 => prop_oneof![4 => 1..40_u64, 1 => Just(366_u64)].prop_map(Fate::Days),
    ];
    prop::collection::vec(fate, most..most + 10)
}
