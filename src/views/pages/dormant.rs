//! Whoever is at no school any more, and removing one of them for good.

use askama::Template;
use jiff::civil::Date;

use super::person::AccountState;
use crate::{
    base::clock::Moment,
    views::{Frame, Icon},
};

/// The list.
#[derive(Template, Clone, Debug)]
#[template(path = "console/dormant.html")]
pub struct Dormant {
    /// What surrounds it.
    pub f: Frame,
    /// Whether all are shown, or those only to whom something happens by itself.
    pub all: bool,
    /// Who.
    pub rows: Vec<DormantLine>,
    /// The address of the next page; `None` on the last.
    pub next: Option<String>,
    /// Whether the list may be taken away.
    pub exports: bool,
    /// Whether somebody was just removed.
    pub purged: bool,
}

impl Dormant {
    /// The address of the list.
    pub const fn address(all: bool) -> &'static str {
        if all { "/console/dormant?list=all" } else { "/console/dormant" }
    }

    /// Where it is taken away.
    pub const fn export(&self) -> &'static str {
        if self.all { "/console/dormant/export?list=all" } else { "/console/dormant/export" }
    }
}

/// Somebody who is nowhere.
#[derive(Clone, Debug)]
pub struct DormantLine {
    /// Whose page.
    pub id: String,
    /// The name.
    pub name: String,
    /// The sector ID.
    pub sector_id: String,
    /// The account.
    pub state: AccountState,
    /// Where they were last.
    pub last: String,
    /// Their last day there.
    pub left: Option<Date>,
    /// What becomes of them by itself.
    pub fate: DormantFate,
}

/// What becomes of somebody by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DormantFate {
    /// They are removed.
    Purged(Moment),
    /// They are no longer kept for the next level.
    Rests(Moment),
    /// Nothing.
    Nothing,
}

/// Before somebody is removed for good.
#[derive(Template, Clone, Debug)]
#[template(path = "console/purge.html")]
pub struct Purge {
    /// What surrounds it.
    pub f: Frame,
    /// Proof that the form is ours.
    pub csrf: String,
    /// Whose page.
    pub id: String,
    /// The name.
    pub name: String,
    /// The sector ID.
    pub sector_id: String,
    /// Why it was not done: the key of its text.
    pub problem: Option<&'static str>,
}
