//! Opening a database: which one, with which guarantees.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::sync::mpsc;

use super::{Backend, Store, readers::Readers, writer};

/// How many writes may wait before callers wait to be queued.
const QUEUE: usize = 1024;

/// Where the database is and how many connections it may have.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `sqlite:FILE` or `postgres://…`. Holds a password perhaps: never log it.
    pub url: String,
    /// PostgreSQL: connections of this process; SQLite: readers.
    pub max_connections: u32,
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address has no form that we know.
    #[error("the database address must begin with sqlite: or postgres://")]
    Address,
    /// The database itself refused.
    #[error("the database cannot be opened: {0}")]
    Database(#[from] sqlx::Error),
}

impl Store {
    /// Opens the database, and creates the file of an SQLite one that does not exist. Must run inside a tokio runtime,
    /// where SQLite's writer lives until the last clone of the store is dropped.
    pub async fn open(settings: &Settings) -> Result<Self, OpenError> {
        if let Some(file) = sqlite_file(&settings.url) {
            Self::open_sqlite(&file, settings.max_connections.clamp(1, 4) as usize).await
        } else if settings.url.starts_with("postgres://") || settings.url.starts_with("postgresql://") {
            Self::open_postgres(settings).await
        } else {
            Err(OpenError::Address)
        }
    }

    async fn open_sqlite(file: &Path, readers: usize) -> Result<Self, OpenError> {
        let common = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .statement_cache_capacity(512)
            .disable_statement_logging();
        // A short wait inside SQLite; the writer goes on trying with a deadline of its own.
        let writer = common.clone().busy_timeout(Duration::from_millis(2)).pragma("cache_size", "-16000");
        let writer = writer.pragma("wal_autocheckpoint", "4000").connect().await?;
        let reader = common
            .busy_timeout(Duration::from_secs(10))
            .read_only(true)
            .create_if_missing(false)
            .pragma("query_only", "ON")
            .pragma("cache_size", "-4000");
        let readers = Readers::new(reader, readers);
        let (urgent, urgent_waiting) = mpsc::channel(QUEUE);
        let (bulk, bulk_waiting) = mpsc::channel(1);
        tokio::spawn(writer::run(writer, urgent_waiting, bulk_waiting));
        Ok(Self::new(Backend::Lite { urgent, bulk, readers, file: file.to_owned() }))
    }

    async fn open_postgres(settings: &Settings) -> Result<Self, OpenError> {
        let options = PgConnectOptions::from_str(&settings.url)?
            .application_name("phuong")
            .statement_cache_capacity(512)
            .options([("timezone", "UTC"), ("lock_timeout", "10s")])
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(settings.max_connections.max(2))
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(5))
            .connect_with(options)
            .await?;
        Ok(Self::new(Backend::Pg(pool)))
    }
}

/// The file of `sqlite:FILE` or `sqlite://FILE`.
fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(rest.strip_prefix("//").unwrap_or(rest)))
}
