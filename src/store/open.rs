//! Opening a database: which one, with which guarantees.

use std::{
    fs, io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions, SqliteConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep},
};

use super::{Backend, Lite, LockError, Store, StoreError, kept::Kept, postgres::Postgres, traffic::Traffic, writer};

/// How many writes may wait before callers wait to be queued.
const QUEUE: usize = 1024;
/// How many rows SQLite's thread reads ahead of whoever takes them: where the two wait for each other, each row is two
/// changes of thread.
const READ_AHEAD: usize = 1024;
/// How long a connection is waited for.
const ACQUIRE: Duration = Duration::from_secs(5);
/// How long PostgreSQL is waited for, unless the store is told to have less patience.
const PATIENCE: Duration = Duration::from_mins(5);
/// How long opening an SQLite database waits while another process recovers or closes it.
const OPENING: Duration = Duration::from_secs(10);

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
    /// No thread for it.
    #[error("no thread could be started for the database: {0}")]
    Thread(#[from] io::Error),
    /// It could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its schema cannot be changed under a server.
    #[error(transparent)]
    Lock(#[from] LockError),
}

impl Store {
    /// Opens the database, and creates the file of an SQLite one that does not exist. Must run inside a tokio runtime,
    /// where SQLite's writer lives until the last clone of the store is dropped.
    pub async fn open(settings: &Settings) -> Result<Self, OpenError> {
        if let Some(file) = sqlite_file(&settings.url) {
            Self::open_sqlite(&file, settings.max_connections.clamp(1, 4)).await
        } else if settings.url.starts_with("postgres://") || settings.url.starts_with("postgresql://") {
            Self::open_postgres(settings).await
        } else {
            Err(OpenError::Address)
        }
    }

    async fn open_sqlite(file: &Path, readers: u32) -> Result<Self, OpenError> {
        keep_private(file)?;
        let common = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .statement_cache_capacity(512)
            .row_buffer_size(READ_AHEAD)
            .disable_statement_logging();
        let options =
            common.clone().busy_timeout(OPENING).pragma("cache_size", "-16000").pragma("wal_autocheckpoint", "4000");
        let writer = open_writer(&options).await?;
        let reader = common
            .busy_timeout(OPENING)
            .read_only(true)
            .create_if_missing(false)
            .pragma("query_only", "ON")
            .pragma("cache_size", "-4000");
        let readers = Kept::new(readers);
        let (urgent, urgent_waiting) = mpsc::channel(QUEUE);
        let (bulk, bulk_waiting) = mpsc::channel(1);
        let (stop, stopping) = watch::channel(false);
        let (turn, traffic) = (writer::Turn::new(), Traffic::default());
        let serves = turn.serves.clone();
        writer::run_bulk(options, bulk_waiting, (turn.clone(), traffic.clone()), stopping.clone())?;
        tokio::spawn(writer::run(writer, urgent_waiting, turn, stopping));
        // One file, one name: what leads to it by another (a link) must meet the same lock.
        let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
        let lite = Lite { urgent, bulk, readers, reader: Arc::new(reader), file, serves, stop: Arc::new(stop) };
        Ok(Self::new(Backend::Lite(lite), traffic))
    }

    async fn open_postgres(settings: &Settings) -> Result<Self, OpenError> {
        let options = PgConnectOptions::from_str(&settings.url)?
            .application_name("phuong")
            .statement_cache_capacity(512)
            // A node that is stopped in the middle of a transaction does not keep its locks for ever.
            .options([("timezone", "UTC"), ("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")])
            .disable_statement_logging();
        let most = settings.max_connections.max(2);
        let pool = PgPoolOptions::new()
            .max_connections(most)
            .test_before_acquire(false)
            .acquire_timeout(ACQUIRE)
            .connect_with(options)
            .await?;
        Ok(Self::new(Backend::Pg(Postgres::new(pool, most, PATIENCE)), Traffic::default()))
    }
}

/// A connection that writes: it waits for the lock for a moment inside SQLite, and its writer goes on trying with a deadline
/// of its own.
pub(super) async fn open_writer(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    let mut writer = patiently(options).await?;
    sqlx::query("PRAGMA busy_timeout = 2").execute(&mut writer).await?;
    Ok(writer)
}

/// Connects. Where two processes begin the write-ahead log of one file, SQLite tells the later one at once that it is locked,
/// however long that one would wait: here it waits.
async fn patiently(options: &SqliteConnectOptions) -> Result<SqliteConnection, StoreError> {
    let since = Instant::now();
    loop {
        match options.connect().await.map_err(StoreError::from) {
            Err(error) if error.is_busy() && since.elapsed() < OPENING => sleep(Duration::from_millis(5)).await,
            connected => return connected,
        }
    }
}

/// Makes a new database readable by its owner alone, whatever the umask: it holds children's names and birth dates. SQLite
/// gives the files beside it the same mode.
fn keep_private(file: &Path) -> Result<(), sqlx::Error> {
    match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

/// A file beside the database's.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The file of `sqlite:FILE` or `sqlite://FILE`.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite:")?;
    Some(PathBuf::from(rest.strip_prefix("//").unwrap_or(rest)))
}
