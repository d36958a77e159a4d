//! Activation slips: what is on the paper, whose codes they are, and who may print them.

mod class;
mod command;
mod console;
pub(crate) mod paper;
mod printing;
mod sheet;
