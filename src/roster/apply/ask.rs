//! What is asked of an import, and who watches it.

use std::{
    path::PathBuf,
    sync::{Arc, atomic::AtomicBool},
};

use super::{
    super::{amended::Amended, apart::Reading, field::Kind, limits::Limits},
    importer::Importer,
};
use crate::{
    base::id::ImportId,
    model::{school_code::SchoolCode, school_year::SchoolYear},
};

/// What is to be imported.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The files, in any order.
    pub files: Vec<PathBuf>,
    /// Their kind; told by their columns when not given.
    pub kind: Option<Kind>,
    /// The kind of those whose columns do not tell it.
    pub otherwise: Option<Kind>,
    /// The one school that they are about.
    pub school: Option<SchoolCode>,
    /// The school year of the classes; the current one when not given.
    pub year: Option<SchoolYear>,
    /// Whether to write.
    pub commit: bool,
    /// How much at a time.
    pub steps: Steps,
    /// How many people it is known to end.
    pub confirm_ended: Option<i64>,
    /// How large files may be.
    pub limits: Limits,
    /// What somebody changed about the files after a look.
    pub amended: Arc<Amended>,
    /// On whose behalf.
    pub by: Importer,
    /// The import in the browser that it is.
    pub task: Option<ImportId>,
    /// Which process reads them.
    pub reading: Reading,
}

/// How much is written at once, and lost when a run is killed: it is done again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Steps {
    /// Some thousand rows while nobody signs in.
    #[default]
    Large,
    /// Some hundred.
    Small,
}

/// Who watches a run, and may stop it.
pub struct Watch<'w> {
    /// Hears how far it has come.
    pub told: &'w mut (dyn FnMut(Progress) + Send),
    /// Says that it is to stop; it does so between two units.
    pub stop: Arc<AtomicBool>,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Doing what.
    pub stage: Stage,
    /// Rows that are done.
    pub done: u64,
    /// Of how many; 0 while nobody knows.
    pub of: u64,
}

/// What a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It looks at the files.
    Survey,
    /// It finds out what there is to do.
    Plan,
    /// It writes.
    Write,
}
