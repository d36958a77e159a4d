//! The schema: twin files by number and name, embedded in the binary, run once each in order.

use std::{borrow::Cow, time::Duration};

use rust_embed::RustEmbed;
use sqlx::{
    AssertSqlSafe, SqlSafeStr,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
};

use super::{Backend, Conn, OpenError, Store, StoreError, Tx};

#[derive(RustEmbed)]
#[folder = "migrations/"]
#[include = "*.sql"]
struct Files;

/// How the database's schema stands to this program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationState {
    /// They fit.
    Current,
    /// `phuong migrate` has so many steps to do.
    Behind(usize),
    /// A newer program has migrated it: this one must not write to it.
    Ahead,
}

impl Store {
    /// Brings the schema up to date; safe to run again, and on PostgreSQL by several nodes at once. An SQLite database
    /// that lacks steps must have no server.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        let outcome = match &self.backend {
            Backend::Lite(lite) => {
                if self.migration_state().await? == MigrationState::Current {
                    return Ok(());
                }
                let _alone = self.claim_for_server()?;
                let options =
                    sqlx::sqlite::SqliteConnectOptions::new().filename(&lite.file).busy_timeout(Duration::from_mins(1));
                let mut connection = sqlx::ConnectOptions::connect(&options).await?;
                let outcome = migrator("sqlite").run(&mut connection).await;
                sqlx::Connection::close(connection).await?;
                outcome
            }
            Backend::Pg(pg) => migrator("postgres").run(pg.pool()).await,
        };
        outcome.map_err(|e| match e {
            MigrateError::Execute(e) => OpenError::Database(e),
            other => OpenError::Database(sqlx::Error::Migrate(Box::new(other))),
        })
    }

    /// How the schema stands to this program's.
    pub async fn migration_state(&self) -> Result<MigrationState, StoreError> {
        let ours: Vec<i64> = migrator("sqlite").iter().map(|m| m.version).collect();
        self.read(ours, async |tx: &mut Tx, ours: &Vec<i64>| {
            let lite = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '_sqlx_migrations'";
            let pg = "SELECT count(*) FROM pg_tables WHERE tablename = '_sqlx_migrations'";
            let exists: Vec<(i64,)> = match tx.conn() {
                Conn::Lite(c) => sqlx::query_as(lite).fetch_all(c).await?,
                Conn::Pg(c) => sqlx::query_as(pg).fetch_all(c).await?,
            };
            if exists.first().is_none_or(|(n,)| *n == 0) {
                return Ok(MigrationState::Behind(ours.len()));
            }
            let done: Vec<(i64,)> =
                on_db!(tx, c => sqlx::query_as("SELECT version FROM _sqlx_migrations ORDER BY version").fetch_all(&mut *c))?;
            Ok(if done.iter().any(|(version,)| !ours.contains(version)) {
                MigrationState::Ahead
            } else {
                match ours.len() - done.len() {
                    0 => MigrationState::Current,
                    missing => MigrationState::Behind(missing),
                }
            })
        })
        .await
    }
}

fn migrator(database: &str) -> Migrator {
    let mut names: Vec<_> = Files::iter().filter(|name| name.starts_with(database)).collect();
    names.sort();
    let migrations = names.iter().filter_map(|name| {
        let (version, description) =
            name.strip_prefix(database)?.strip_prefix('/')?.strip_suffix(".sql")?.split_once('_')?;
        let sql = String::from_utf8(Files::get(name)?.data.into_owned()).ok()?;
        Some(Migration::new(
            version.parse().ok()?,
            Cow::Owned(description.replace('_', " ")),
            MigrationType::Simple,
            AssertSqlSafe(sql).into_sql_str(),
            false,
        ))
    });
    Migrator::with_migrations(migrations.collect())
}
