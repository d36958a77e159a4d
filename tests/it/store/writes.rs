//! A write is durable when it answers, stands or falls alone, and is done whoever waits for it (STORE.md's traps).

use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, future::join_all};
use phuong::{
    on_db,
    protocol::error::Refusal,
    store::{Store, StoreError, Tx},
};
use tokio::sync::Barrier;

use super::{insert, numbers, put, with_numbers};
use crate::support::database::Database;

both! {
    async fn a_write_that_fails_falls_alone(database: Database) {
        let store = with_numbers(&database).await;
        let write = |n: i64| store.write(n, async |tx: &mut Tx, n: &i64| {
            insert(tx, *n).await?;
            match n % 4 {
                0 => Ok(*n),
                1 => insert(tx, *n).await.map(|()| *n),
                2 => Err(StoreError::Refused(Refusal::Fault)),
                _ => panic!("as planned"),
            }
        });
        // All at once, so that on SQLite they share commits.
        let outcomes = join_all((0..200).map(write)).await;
        for (n, outcome) in (0..).zip(outcomes) {
            match (n % 4, outcome) {
                (0, Ok(answer)) => assert_eq!(answer, n),
                (1, Err(error)) => assert!(error.is_unique_violation(), "{error}"),
                (2, Err(StoreError::Refused(Refusal::Fault))) | (3, Err(StoreError::Panicked)) => {}
                (_, other) => panic!("{n}: {other:?}"),
            }
        }
        assert_eq!(numbers(&store).await, (0..200).filter(|n| n % 4 == 0).collect::<Vec<i64>>());
    }
}

both! {
    async fn a_swallowed_failure_of_a_statement_fails_the_write(database: Database) {
        let store = with_numbers(&database).await;
        let swallowed = store.write((), async |tx: &mut Tx, (): &()| {
            insert(tx, 1).await?;
            let _ = insert(tx, 1).await;
            Ok(())
        });
        assert!(swallowed.await.unwrap_err().is_unique_violation());
        assert_eq!(numbers(&store).await, [0_i64; 0]);
    }
}

both! {
    async fn a_write_is_done_although_its_caller_went_away(database: Database) {
        let store = with_numbers(&database).await;
        for n in 0..50 {
            // Polled once, which hands it over, and dropped.
            let answer = put(&store, n).now_or_never();
            assert!(answer.is_none());
        }
        store.close().await;
        let again = database.open(2).await;
        assert_eq!(numbers(&again).await, (0..50).collect::<Vec<i64>>());
    }
}

both! {
    async fn closing_finishes_what_was_taken_on_and_takes_on_nothing_more(database: Database) {
        let store = with_numbers(&database).await;
        let writes: Vec<_> = (0..300_i64)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move {
                    let bulk = n % 3 == 0;
                    let write = async |tx: &mut Tx, n: &i64| insert(tx, *n).await;
                    let outcome = if bulk { store.write_bulk(n, write).await } else { store.write(n, write).await };
                    outcome.is_ok().then_some(n)
                })
            })
            .collect();
        tokio::task::yield_now().await;
        store.close().await;
        let mut acknowledged: Vec<i64> = join_all(writes).await.into_iter().filter_map(Result::unwrap).collect();
        acknowledged.sort_unstable();
        let late = put(&store, 1_000).await;
        assert!(late.unwrap_err().is_outage());
        let again = database.open(2).await;
        let kept = numbers(&again).await;
        assert!(acknowledged.iter().all(|n| kept.contains(n)), "acknowledged {acknowledged:?}, kept {kept:?}");
    }
}

both! {
    async fn bulk_work_waits_behind_the_rest_and_is_done(database: Database) {
        let store = with_numbers(&database).await;
        let (bulk, small) = tokio::join!(
            store.write_bulk((), async |tx: &mut Tx, (): &()| {
                for n in 0..500 {
                    insert(tx, n).await?;
                }
                Ok(())
            }),
            join_all((500..600).map(|n| put(&store, n))),
        );
        assert!(bulk.is_ok() && small.iter().all(Result::is_ok));
        assert_eq!(numbers(&store).await.len(), 600);
    }
}

/// Fails as PostgreSQL does when two transactions cannot both be right; SQLite's one writer never does.
async fn conflict(tx: &mut Tx) -> Result<(), StoreError> {
    let raise = "DO $$ BEGIN RAISE EXCEPTION 'as planned' USING ERRCODE = '40001'; END $$";
    on_db!(tx, sqlx::query(raise)).map(drop)
}

only! {
    Postgres,
    async fn a_conflict_is_tried_again_even_under_other_words_and_not_for_ever(database: Database) {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        static ENDLESS: AtomicU32 = AtomicU32::new(0);
        let store = with_numbers(&database).await;
        let passing = store.write((), async |tx: &mut Tx, (): &()| {
            insert(tx, 1).await?;
            if RUNS.fetch_add(1, Ordering::Relaxed) < 2 {
                return conflict(tx).await.map_err(|_| StoreError::Refused(Refusal::CodeInvalid));
            }
            Ok(())
        });
        passing.await.unwrap();
        assert_eq!((RUNS.load(Ordering::Relaxed), numbers(&store).await), (3, vec![1]));
        let lasting = store.write((), async |tx: &mut Tx, (): &()| {
            ENDLESS.fetch_add(1, Ordering::Relaxed);
            conflict(tx).await
        });
        assert!(lasting.await.unwrap_err().is_outage(), "whoever asks is told to come back");
        assert_eq!(ENDLESS.load(Ordering::Relaxed), 4);
    }
}

/// Two writes that lock the same two rows in opposite order, neither before the other has its first.
async fn crosswise(store: &Store, first: i64, second: i64) -> Result<(), StoreError> {
    store
        .write((first, second), async |tx: &mut Tx, (first, second): &(i64, i64)| {
            on_db!(tx, sqlx::query("UPDATE numbers SET n = n WHERE n = $1").bind(*first))?;
            if CROSSING.fetch_add(1, Ordering::Relaxed) < 2 {
                BOTH_THERE.wait().await;
            }
            on_db!(tx, sqlx::query("UPDATE numbers SET n = n WHERE n = $1").bind(*second)).map(drop)
        })
        .await
}

/// How often one of the two has its first row.
static CROSSING: AtomicU32 = AtomicU32::new(0);
static BOTH_THERE: LazyLock<Barrier> = LazyLock::new(|| Barrier::new(2));

only! {
    Postgres,
    async fn a_deadlock_is_no_failure(database: Database) {
        let store = with_numbers(&database).await;
        for n in [1_i64, 2] {
            put(&store, n).await.unwrap();
        }
        let (there, back) = tokio::join!(crosswise(&store, 1, 2), crosswise(&store, 2, 1));
        there.and(back).unwrap();
        assert_eq!(CROSSING.load(Ordering::Relaxed), 3, "one of them was sent away by the database, and came again");
    }
}

only! {
    Sqlite,
    async fn a_failed_batch_is_run_again_one_by_one(database: Database) {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let store = with_numbers(&database).await;
        // The second write, when it runs first, fails and takes the whole transaction with it, as SQLite does by itself
        // when the disk is full.
        let (first, second) = tokio::join!(
            put(&store, 1),
            store.write(2_i64, async |tx: &mut Tx, n: &i64| {
                if RUNS.fetch_add(1, Ordering::Relaxed) == 0 {
                    on_db!(tx, sqlx::query("ROLLBACK"))?;
                    return Err(StoreError::Abandoned("as planned"));
                }
                insert(tx, *n).await
            }),
        );
        first.and(second).unwrap();
        assert_eq!(numbers(&store).await, [1, 2]);
    }
}

only! {
    Sqlite,
    async fn a_write_waits_for_another_process_that_writes(database: Database) {
        let store = with_numbers(&database).await;
        let mut other = <sqlx::SqliteConnection as sqlx::Connection>::connect(database.url()).await.unwrap();
        sqlx::raw_sql("BEGIN IMMEDIATE; INSERT INTO numbers VALUES (7)").execute(&mut other).await.unwrap();
        let mut write = Box::pin(put(&store, 8));
        let early = tokio::time::timeout(Duration::from_millis(100), &mut write).await;
        assert!(early.is_err(), "another process holds the lock");
        sqlx::raw_sql("COMMIT").execute(&mut other).await.unwrap();
        write.await.unwrap();
        assert_eq!(numbers(&store).await, [7, 8]);
    }
}
