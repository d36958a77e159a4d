//! Why an import comes to no report.

use std::path::PathBuf;

use super::survey::FileError;
use crate::{model::school_code::SchoolCode, services::authority::Denied, store::StoreError};

/// Why an import came to no report.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file cannot be read.
    #[error("{}: {error}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: FileError,
    },
    /// It is to be for a school that nobody knows.
    #[error("no school has the code {0}")]
    NoSuchSchool(SchoolCode),
    /// Nothing to import.
    #[error("no file was named")]
    NoFile,
    /// It was told to stop; what was committed stays, and the same command goes on.
    #[error("interrupted after {done} of {of} rows")]
    Stopped {
        /// Rows that are done.
        done: u64,
        /// Of how many.
        of: u64,
    },
    /// Another process runs the same import.
    #[error("the same import is being run by somebody else")]
    RunsAlready,
    /// Others change the same people all the time.
    #[error("others change the same people at this moment")]
    Busy,
    /// It was allowed when it began; what was committed stays.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<(PathBuf, FileError)> for ImportError {
    fn from((path, error): (PathBuf, FileError)) -> Self {
        Self::File { path, error }
    }
}
