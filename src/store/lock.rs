//! One server per SQLite file. Command-line tools may work beside it; a second server may not.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::PathBuf,
    sync::atomic::Ordering,
};

use super::{Backend, Lite, Store, open::beside};

/// Held by a running server for as long as it lives; the operating system lets go of it when the process ends.
#[derive(Debug)]
pub struct ServerLock(#[expect(dead_code, reason = "held, not read")] Option<File>);

/// Why a server may not start on this database.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another server has it.
    #[error("another server is running on {0}; stop it first, or use PostgreSQL for several")]
    Taken(PathBuf),
    /// The lock file cannot be made.
    #[error("the lock file {0} cannot be opened: {1}")]
    File(PathBuf, std::io::Error),
}

impl Store {
    /// Claims the database for this server. On PostgreSQL, where servers may be many, always granted.
    pub fn claim_for_server(&self) -> Result<ServerLock, LockError> {
        let Backend::Lite(Lite { file, serves, .. }) = &self.backend else { return Ok(ServerLock(None)) };
        let path = beside(file, ".server");
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let lock = lock.map_err(|e| LockError::File(path.clone(), e))?;
        match lock.try_lock() {
            Ok(()) => {
                serves.store(true, Ordering::Relaxed);
                Ok(ServerLock(Some(lock)))
            }
            Err(TryLockError::WouldBlock) => Err(LockError::Taken(file.clone())),
            Err(TryLockError::Error(e)) => Err(LockError::File(path, e)),
        }
    }
}
