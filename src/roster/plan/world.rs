//! What a run knows beside the rows at hand: the day, the year, the sector's schools, what was met before.

use std::{collections::HashSet, sync::Arc};

use jiff::civil::Date;

use super::{directory::Directory, keyring::Keyring, overlay::Overlay, seen::Seen};
use crate::{
    base::id::Ids,
    model::{school_code::SchoolCode, school_year::SchoolYear},
    services::keys::Sealer,
};

/// The run's surroundings.
#[derive(Debug)]
pub struct World {
    /// The day the run began: all it decides goes by it.
    pub today: Date,
    /// The school year of the classes.
    pub year: SchoolYear,
    /// The one school that the import is for.
    pub only: Option<SchoolCode>,
    /// Schools, communes, classes.
    pub directory: Directory,
    /// What was met before.
    pub seen: Seen,
    /// Pupils whom a row of this run releases, by mark of person and school.
    pub released: HashSet<u64>,
    /// In a dry run: what would be in the store by now.
    pub overlay: Option<Overlay>,
    /// The files' names, in order.
    pub files: Vec<Arc<str>>,
    /// Makes identifiers.
    pub ids: Ids,
    /// Hashes what people are found by.
    pub keyring: Keyring,
    /// Seals personal identifiers.
    pub fields: Arc<Sealer>,
}

impl World {
    /// The day from which a role or a place holds, when the file does not tell: the year's first, or today before it.
    pub fn since(&self) -> Date {
        self.year.begins().min(self.today)
    }
}
