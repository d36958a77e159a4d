//! The plan: rows of a roster and what is known of whom they are about become a reviewable diff.
//!
//! Pure. It decides by the model's rules (`model::membership`), one unit of some hundred rows at a time; it reads nothing
//! and writes nothing, so that a dry run and a commit come to the same. It refuses to guess who somebody is, to take a
//! pupil from a school that has not released them, and to end anything because a file does not mention it.

mod assignment;
mod changes;
mod class;
mod difference;
mod directory;
mod draft;
mod imprint;
mod keyring;
mod known;
mod matching;
mod outcome;
mod overlay;
mod pupil;
mod reach;
mod recall;
mod school;
mod seen;
mod staff;
mod trouble;
mod unit;
mod world;

pub(super) use changes::{Changes, Moved};
pub(crate) use difference::Changed;
pub use difference::Difference;
pub(super) use directory::Directory;
pub(super) use imprint::imprint;
pub(super) use keyring::{Keyring, Prepared};
pub(super) use known::{Loaded, Stand};
pub(super) use outcome::UnitOutcome;
pub use outcome::{Outcome, Tally};
pub(super) use overlay::{Mentions, Overlay};
pub(super) use pupil::releases;
pub(super) use reach::Pairs;
pub(super) use recall::recall;
pub(super) use seen::Seen;
pub(super) use unit::{Planned, plan};
pub(super) use world::World;

/// To be raised when the same rows come to something else, or units are cut otherwise: then a run that was killed begins
/// anew, and rows that were taken before are compared again.
pub(super) const RULES: u32 = 10;
/// What memberships and contacts are recorded to come from.
pub(super) const SOURCE: &str = "import";
