//! Carries an import out: survey of the files, then unit by unit what the store knows, the plan, one write.
//!
//! A unit is atomic and idempotent (R49): it records itself in the transaction of its changes. A run that is killed goes on
//! after its last unit, with the same outcome and the same report. A dry run goes the same way and writes nothing.

mod ask;
mod batch;
mod brake;
mod error;
mod feed;
mod importer;
mod journal;
mod load;
mod newcomers;
mod pairs;
mod report;
mod run;
mod survey;
mod told;
mod trail;
mod undo;
mod undoable;
mod workbook;
mod write;

pub use ask::{Ask, Progress, Stage, Steps, Watch};
pub use batch::{Closing, close, tidy};
pub use brake::Brake;
pub use error::ImportError;
pub use importer::Importer;
pub use newcomers::created;
pub use report::{FileReport, Report, SAMPLES, Sample};
pub use run::import;
pub use survey::FileError;
pub use told::Differences;
pub use undo::{Undone, kept, undo, would_undo};
pub use undoable::{NotUndone, UNDO_FOR, begin_undo, may_undo, undoable};
pub use workbook::{WorkbookError, write_workbook};
