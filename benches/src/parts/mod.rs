//! The parts of a run, each of which measures something and adds its lines to the report.

pub mod guessing;
pub mod loads;
pub mod office;
pub mod sector;
pub mod sign_in;
pub mod storm;

use std::{path::PathBuf, rc::Rc, time::Duration};

use crate::{
    load::closed::{Pace, Stock},
    world::provider::Provider,
};

/// How thorough a run is.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    pub rounds: usize,
    pub warm_up: Duration,
    pub time: Duration,
    /// Schools, staff and pupils of the whole sector.
    pub sector: (u32, u32, u32),
    /// Guesses of each kind.
    pub guesses: usize,
}

impl Effort {
    pub const fn pace(&self, users: usize) -> Pace {
        Pace { users, warm_up: self.warm_up, time: self.time }
    }
}

/// A provider, what was made with it beforehand, and the name of what it stands on.
pub struct Subject {
    pub provider: Rc<Provider>,
    pub stock: Rc<Stock>,
    /// `SQLite` or `PostgreSQL`; the peer keeps everything in memory.
    pub on: &'static str,
}

/// The programs and folders of a run.
pub struct Places {
    /// The program under test, as it is released.
    pub program: PathBuf,
    /// Goes away with the run.
    pub work: PathBuf,
}
