//! The console's navigation: one line for each place, and to whom it is offered. Whoever goes there uninvited is judged there.

use crate::{
    http::visitor::Visitor,
    services::authority::{Action, FindPeople, ImportPeople, PlanRollover, PrintSlips, ReadAudit, SeeRoles, Standing},
    views::{
        Current, Icon,
        Part::{self, Home, Lists, Management, People, Year},
        Place, Sections,
    },
};

type May = fn(&Standing) -> bool;

/// Part, address, name, icon, and who finds it useful. In the order of the page.
const PLACES: &[(Part, &str, &str, Icon, May)] = &[
    (Home, "/console", "console-home", Icon::Gauge, everybody),
    (People, "/console/people", "people-title", Icon::People, may::<FindPeople>),
    (People, "/console/slips", "slips-title", Icon::Printer, may::<PrintSlips>),
    (People, "/console/dormant", "dormant-title", Icon::Moon, of_the_sector::<FindPeople>),
    (Lists, "/console/imports", "import-title", Icon::Upload, may::<ImportPeople>),
    (Lists, "/console/jobs", "jobs-title", Icon::Clock, may::<ImportPeople>),
    (Year, "/console/transfers", "transfers-title", Icon::Transfer, may::<FindPeople>),
    (Year, "/console/rollover", "rollovers-title", Icon::Calendar, may::<PlanRollover>),
    (Management, "/console/schools", "schools-title", Icon::School, may::<FindPeople>),
    (Management, "/console/roles", "roles-title", Icon::Shield, may::<SeeRoles>),
    (Management, "/console/audit", "audit-title", Icon::Book, may::<ReadAudit>),
];

/// What the one who stands so is offered on this page.
pub(super) fn offered(visitor: &Visitor, standing: &Standing) -> Sections {
    let offered = PLACES.iter().filter(|(.., may)| may(standing));
    let place = |&(part, address, name, icon, _): &_| Place { part, address, name, icon, current: Current::No };
    Sections::of(offered.map(place), visitor.uri.path())
}

/// Whoever administers anything.
const fn everybody(_: &Standing) -> bool {
    true
}

/// Whoever may do this over the whole sector.
fn of_the_sector<A: Action>(standing: &Standing) -> bool {
    may::<A>(standing) && standing.held().iter().any(|held| held.whole)
}

/// Whoever may do this somewhere.
fn may<A: Action>(standing: &Standing) -> bool {
    standing.somewhere::<A>().is_ok()
}
