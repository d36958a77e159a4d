//! What a run knows beside the rows at hand: the day, the year, the sector's schools, what was met before.

use std::{collections::HashMap, sync::Arc};

use jiff::civil::Date;

use super::{directory::Directory, known::Readers, overlay::Overlay, seen::Seen};
use crate::{
    base::id::Ids,
    model::{school_code::SchoolCode, school_year::SchoolYear},
    services::keys::Sealer,
};

/// The run's surroundings.
#[derive(Debug)]
pub(crate) struct World {
    /// The day the run began: all it decides goes by it.
    pub(crate) today: Date,
    /// The school year of the classes.
    pub(crate) year: SchoolYear,
    /// The one school that the import is for.
    pub(crate) only: Option<SchoolCode>,
    /// Whether it is by somebody who administers that school and no other: then nobody who is elsewhere is claimed (R39).
    pub(crate) bounded: bool,
    /// Schools, communes, classes.
    pub(crate) directory: Directory,
    /// What was met before.
    pub(crate) seen: Seen,
    /// The pupils whom a row of this run releases, by mark of person and school, and the latest day that one says.
    pub(crate) released: HashMap<u64, Date>,
    /// In a dry run: what would be in the store by now.
    pub(crate) overlay: Option<Overlay>,
    /// The files' names, in order.
    pub(crate) files: Vec<Arc<str>>,
    /// Makes identifiers.
    pub(crate) ids: Ids,
    /// Seals personal identifiers.
    pub(crate) fields: Arc<Sealer>,
}

impl World {
    /// Who reads the report: of an import for one school, those who administer it, whoever brought it.
    pub(crate) fn readers(&self) -> Readers {
        match &self.only {
            None if !self.bounded => Readers::Sector,
            only => Readers::School(only.as_ref().and_then(|code| Some(self.directory.school(code)?.id))),
        }
    }

    /// The day from which a role or a place holds, when the file does not tell: the year's first, or today before it.
    pub(crate) fn since(&self) -> Date {
        self.year.begins().min(self.today)
    }
}
