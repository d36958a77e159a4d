//! Imports in the browser: files are taken in, looked at, corrected without being touched, and written by whichever node is
//! free.
//!
//! A task's files lie in the database, sealed and in pieces, so that any node can work at it and another goes on when that one
//! dies. What a look and a write come to is decided where the command line decides it too, in `apply`; here is who may, what
//! was asked for, and what is shown.

mod asked;
mod course;
mod download;
mod findings;
mod folder;
mod intake;
mod review;
mod whom;
mod work;

pub use asked::Asked;
pub use course::{Course, steer};
pub use download::{Download, download};
pub use findings::{Cause, ColumnsFound, FileFound, Findings, Flawed, Remedy, SOMEBODY_ELSE, Said};
pub use folder::sweep;
pub use intake::{LARGEST, Upload, UploadError};
pub use review::{Listed, NotTurned, State, Task, amend, commit, discard, list, rename, see, undo};
pub use whom::{Namesake, created, kept, namesakes};
pub use work::work;

/// What the files are sealed for.
const FILE: &str = "import file";
/// The number of the workbook that goes back.
const RESULT: i64 = -1;
