//! A synthetic sector of any size, the same for the same seed: schools, staff, pupils, classes, teaching assignments,
//! and the files in which an administrator would bring them.
//!
//! Everybody is a function of the seed and their number, so a sector is walked through, never held in memory.
//! Refuses real data, the clock and the network; nobody in it exists.

mod book;
mod demo;
mod desk;
mod extra;
mod fate;
mod files;
mod folder;
mod legacy_fonts;
mod lie;
mod lot;
mod mess;
mod names;
mod notes;
mod numbers;
mod people;
mod places;
mod plan;
mod populate;
mod rows;
mod school;
mod scuff;
mod sector;
mod sheet;
mod teaching;
mod wear;

pub use demo::{Cast, Demo, DemoSchool, demo_sector};
pub use files::{Progress, Written, WrittenFile, write};
pub use folder::{WriteError, former};
pub use mess::{Hostilities, Hostility};
pub use names::{Name, Sex};
pub use people::{Member, Person, Position, Pupil, PupilStatus, StaffStatus};
pub use plan::Plan;
pub use school::{Class, Grade, Level, School, SchoolKind};
pub use sector::Sector;
pub use teaching::{Assignment, Function};
