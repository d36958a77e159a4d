//! SQLite's reading connections: taken and given back without a word to the database. sqlx's own pool asks it at every
//! return whether it is still there, which costs as much as the read.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::StoreError;

/// So many connections at most, opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    options: SqliteConnectOptions,
    idle: Mutex<Vec<SqliteConnection>>,
    free: Arc<Semaphore>,
}

/// A connection for one read; it goes back when it is dropped.
#[derive(Debug)]
pub(super) struct Reader {
    /// Always there until the drop.
    connection: Option<SqliteConnection>,
    home: Arc<Readers>,
    _permit: OwnedSemaphorePermit,
}

impl Readers {
    pub(super) fn new(options: SqliteConnectOptions, most: usize) -> Arc<Self> {
        Arc::new(Self { options, idle: Mutex::default(), free: Arc::new(Semaphore::new(most)) })
    }

    pub(super) async fn take(self: &Arc<Self>) -> Result<Reader, StoreError> {
        let permit = self.free.clone().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        Ok(Reader { connection: Some(connection), home: self.clone(), _permit: permit })
    }
}

impl Reader {
    pub(super) fn connection(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("a reader holds its connection until it is dropped")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.home.idle.lock().unwrap_or_else(PoisonError::into_inner).extend(self.connection.take());
    }
}
