//! What can go wrong with the database.

use std::sync::Arc;

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
        self.database().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
    }

    /// PostgreSQL: a serialisation failure or a deadlock, which another try may pass.
    pub(super) fn is_worth_another_try(&self) -> bool {
        matches!(self.code().as_deref(), Some("40001" | "40P01"))
    }

    /// SQLite: another process holds the write lock (`SQLITE_BUSY` in any of its extended forms).
    pub(super) fn is_busy(&self) -> bool {
        self.primary_code() == Some(5)
    }

    /// SQLite: reading or writing the file failed, so that what is on disk is not known any more.
    pub(super) fn is_broken_disk(&self) -> bool {
        self.primary_code() == Some(10)
    }

    fn primary_code(&self) -> Option<i32> {
        Some(self.code()?.parse::<i32>().ok()? & 0xff)
    }

    fn code(&self) -> Option<String> {
        Some(self.database()?.code()?.into_owned())
    }

    fn database(&self) -> Option<&dyn sqlx::error::DatabaseError> {
        match self {
            Self::Statement(e) | Self::Commit(e) => e.as_database_error(),
            _ => None,
        }
    }
}
