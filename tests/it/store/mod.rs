//! The store against real databases.

mod memberships;
mod opening;
mod outages;
mod purging;
mod schema;
mod statements;
mod trail;
mod writes;

use phuong::{
    on_db,
    store::{Store, StoreError, Tx},
};

use crate::support::database::Database;

/// A store with a table of the tests' own, of numbers that are there at most once.
async fn with_numbers(database: &Database) -> Store {
    const CREATE: &str = "CREATE TABLE numbers (n BIGINT PRIMARY KEY)";
    let store = database.open(8).await;
    store.write((), async |tx: &mut Tx, (): &()| on_db!(tx, sqlx::query(CREATE)).map(drop)).await.unwrap();
    store
}

async fn insert(tx: &mut Tx, n: i64) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query("INSERT INTO numbers (n) VALUES ($1)").bind(n)).map(drop)
}

/// In a write of its own.
async fn put(store: &Store, n: i64) -> Result<(), StoreError> {
    store.write(n, async |tx: &mut Tx, n: &i64| insert(tx, *n).await).await
}

async fn numbers(store: &Store) -> Vec<i64> {
    const ALL: &str = "SELECT n FROM numbers ORDER BY n";
    let rows: Result<Vec<(i64,)>, _> =
        store.read((), async |tx: &mut Tx, (): &()| on_db!(tx, c => sqlx::query_as(ALL).fetch_all(&mut *c))).await;
    rows.unwrap().into_iter().map(|(n,)| n).collect()
}
