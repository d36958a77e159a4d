//! What can go wrong with the database.

use std::sync::Arc;

use sqlx::{error::DatabaseError, sqlite::SqliteError};

use crate::protocol::error::Refusal;

/// A failure of the store. Cheap to clone, since one failed commit answers every write that shared it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// A statement failed.
    #[error("the database refused a statement: {0}")]
    Statement(Arc<sqlx::Error>),
    /// The commit failed: nothing was changed.
    #[error("the database could not commit: {0}")]
    Commit(Arc<sqlx::Error>),
    /// The closure panicked; its changes were rolled back.
    #[error("a write panicked")]
    Panicked,
    /// The database did not answer in time; whether a write landed is not known.
    #[error("the database does not answer")]
    Unanswered,
    /// The store is shutting down.
    #[error("the store is closed")]
    Closed,
    /// A stored value does not have the form that was written: table, column and row say where.
    #[error("corrupt row in {table}.{column}: {row}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What identifies the row.
        row: String,
    },
    /// The closure itself gave up; its changes were rolled back.
    #[error("{0}")]
    Abandoned(&'static str),
    /// The closure itself said no; its changes were rolled back, so that who may not do something burns nothing.
    #[error("{0}")]
    Refused(Refusal),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Statement(Arc::new(error))
    }
}

impl StoreError {
    /// Whether a unique rule was broken, on either database.
    pub fn is_unique_violation(&self) -> bool {
        self.database().is_some_and(DatabaseError::is_unique_violation)
    }

    /// Whether the database is out of reach, full or overwhelmed: nothing is wrong with what was asked for, and some
    /// time later the same may work.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unanswered | Self::Closed => true,
            Self::Statement(error) | Self::Commit(error) => match &**error {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => true,
                sqlx::Error::Database(error) => match sqlite_code(&**error) {
                    Some(code) => matches!(code & 0xff, BUSY | LOCKED | READONLY | IOERR | FULL | CANTOPEN),
                    None => error.code().is_some_and(|code| is_outage_of_postgres(&code)),
                },
                _ => false,
            },
            Self::Panicked | Self::Corrupt { .. } | Self::Abandoned(_) | Self::Refused(_) => false,
        }
    }

    /// PostgreSQL: a serialisation failure or a deadlock, which another try may pass.
    pub(super) fn is_worth_another_try(&self) -> bool {
        self.database().and_then(DatabaseError::code).is_some_and(|code| matches!(&*code, "40001" | "40P01"))
    }

    /// PostgreSQL: the connection is gone, and with it the transaction.
    pub(super) fn is_lost_connection(&self) -> bool {
        match self {
            Self::Statement(error) => match &**error {
                sqlx::Error::Io(_) => true,
                // The database was told to stop, or crashed.
                sqlx::Error::Database(error) => error.code().is_some_and(|code| matches!(&*code, "57P01" | "57P02")),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a connection may still be in the middle of something after this.
    pub(super) fn leaves_doubt(&self) -> bool {
        self.is_outage() || matches!(self, Self::Panicked)
    }

    /// The same error, of the commit.
    pub(super) fn of_commit(self) -> Self {
        match self {
            Self::Statement(cause) => Self::Commit(cause),
            other => other,
        }
    }

    /// SQLite: another process holds the write lock (`SQLITE_BUSY` in any of its extended forms).
    pub(super) fn is_busy(&self) -> bool {
        self.sqlite().is_some_and(|code| code & 0xff == BUSY)
    }

    /// SQLite: the disk took a write and lost it, or gives other bytes than it took, so that what is on it is not known
    /// any more; or the thread that held the file is gone. A disk that is full or a quota that is used up loses nothing:
    /// those writes fail, and later ones may not.
    pub(super) fn is_beyond_repair(&self) -> bool {
        let crashed = matches!(self, Self::Statement(e) | Self::Commit(e) if matches!(**e, sqlx::Error::WorkerCrashed));
        crashed || self.sqlite().is_some_and(|code| code & 0xff == IOERR && !OUT_OF_ROOM.contains(&code))
    }

    fn sqlite(&self) -> Option<i32> {
        self.database().and_then(sqlite_code)
    }

    fn database(&self) -> Option<&dyn DatabaseError> {
        match self {
            Self::Statement(e) | Self::Commit(e) => e.as_database_error(),
            _ => None,
        }
    }
}

/// SQLite's primary result codes; the extended ones have them in their lowest byte.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;

/// `SQLITE_IOERR_WRITE`, `_TRUNCATE`, `_SHMOPEN`, `_SHMSIZE` and `_SHMMAP`: what room that is not there brings, beside
/// `SQLITE_FULL`. A write-ahead log whose end could not be written still holds every commit before it.
const OUT_OF_ROOM: [i32; 5] = [778, 1546, 4618, 4874, 5386];

/// The extended result code of an error of SQLite's; `None` for one of PostgreSQL's, whose codes may be digits too.
fn sqlite_code(error: &dyn DatabaseError) -> Option<i32> {
    error.try_downcast_ref::<SqliteError>()?.code()?.parse().ok()
}

/// Lost connections, no room, shutting down or starting, canceled for its length, a standby that does not write; and
/// conflicts and locks that no further try passed.
fn is_outage_of_postgres(code: &str) -> bool {
    ["08", "53", "57"].iter().any(|class| code.starts_with(class))
        || matches!(code, "25006" | "40001" | "40P01" | "55P03")
}
