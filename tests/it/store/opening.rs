//! Opening, migrating, claiming and closing a database beside others that do the same.

use std::{fs, os::unix::fs::symlink, path::Path, time::Duration};

use futures_util::future::join_all;
use phuong::store::{LockError, MigrationState, OpenError, Settings, Store, StoreError, Tx};

use sqlx::{Connection as _, SqliteConnection};
use tokio::time::timeout;

use super::{numbers, put, with_numbers};
use crate::support::database::{Backend, Database};

async fn open(file: &Path) -> Store {
    let url = format!("sqlite:{}", file.display());
    Store::open(&Settings { url, max_connections: 2 }).await.unwrap()
}

fn file_of(database: &Database) -> &Path {
    Path::new(database.url().strip_prefix("sqlite:").unwrap())
}

#[tokio::test]
async fn only_one_server_has_an_sqlite_file_whatever_name_leads_to_it() {
    let database = Database::on(Backend::Sqlite).await.unwrap();
    let file = file_of(&database);
    let link = file.with_file_name("link.db");
    symlink(file, &link).unwrap();
    let (first, second, linked) = (open(file).await, open(file).await, open(&link).await);
    let held = first.claim_for_server().unwrap();
    for other in [&second, &linked] {
        assert!(matches!(other.claim_for_server(), Err(LockError::Taken(_))));
    }
    // Tools work beside it.
    assert_eq!(second.migration_state().await.unwrap(), MigrationState::Current);
    second.migrate().await.unwrap();
    drop(held);
    linked.claim_for_server().unwrap();
}

#[tokio::test]
async fn an_sqlite_schema_is_not_changed_under_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("new.db")).await;
    let serving = store.claim_for_server().unwrap();
    assert!(matches!(store.migrate().await, Err(OpenError::Lock(LockError::Taken(_)))));
    drop(serving);
    store.migrate().await.unwrap();
}

both! {
    async fn many_open_and_migrate_a_database_at_once(database: Database) {
        let (folder, fresh) = (tempfile::tempdir().unwrap(), database.empty_sibling().await);
        let url = fresh.unwrap_or_else(|| format!("sqlite:{}", folder.path().join("fresh.db").display()));
        let at_once = (0..6).map(|_| {
            let settings = Settings { url: url.clone(), max_connections: 2 };
            async move {
                let store = Store::open(&settings).await.unwrap();
                (store.migrate().await, store)
            }
        });
        let mut done = 0;
        for outcome in join_all(at_once).await {
            match outcome {
                (Ok(()), _) => done += 1,
                (Err(OpenError::Lock(LockError::Taken(_))), _) if database.backend() == Backend::Sqlite => {}
                (Err(error), _) => panic!("{error}"),
            }
        }
        assert!(done >= 1);
        let store = Store::open(&Settings { url, max_connections: 2 }).await.unwrap();
        assert_eq!(store.migration_state().await.unwrap(), MigrationState::Current);
    }
}

/// A backup, and a database that was just made, have no write-ahead log yet: of two who come first, one begins it, and SQLite
/// itself would not let the other wait.
#[tokio::test]
async fn whoever_opens_a_database_while_another_begins_its_log_waits() {
    let database = Database::on(Backend::Sqlite).await.unwrap();
    let mut other = SqliteConnection::connect(database.url()).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let file = file_of(&database).to_owned();
    let mut opening = tokio::spawn(async move { open(&file).await });
    let early = timeout(Duration::from_millis(300), &mut opening).await;
    assert!(early.is_err(), "it did not wait: {:?}", early.map(|opened| opened.is_ok()));
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    opening.await.unwrap().close().await;
}

#[tokio::test]
async fn a_closed_sqlite_database_is_one_file_that_holds_everything() {
    let database = Database::on(Backend::Sqlite).await.unwrap();
    let store = with_numbers(&database).await;
    for n in 0..100 {
        put(&store, n).await.unwrap();
    }
    assert_eq!(numbers(&store).await.len(), 100);
    store.close().await;
    let copy = file_of(&database).with_file_name("copy.db");
    assert!(!file_of(&database).with_file_name("phuong.db-wal").exists());
    fs::copy(file_of(&database), &copy).unwrap();
    assert_eq!(numbers(&open(&copy).await).await.len(), 100);
    let closed = store.read((), async |_: &mut Tx, (): &()| Ok(())).await;
    assert!(matches!(closed, Err(StoreError::Closed)));
}
