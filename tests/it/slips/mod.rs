//! Activation slips and badges: what is on the paper, whose they are, and who may print them.

mod badge_sheet;
mod badges;
mod class;
mod command;
mod console;
pub(crate) mod paper;
mod printing;
mod sheet;
