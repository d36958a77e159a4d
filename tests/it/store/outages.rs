//! Which failures of the database mean "come back later", and how connections that it gave up are replaced unnoticed.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use phuong::{
    on_db,
    store::{StoreError, Tx},
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use super::{insert, numbers, put, with_numbers};
use crate::support::database::Database;

async fn raise(tx: &mut Tx, code: &str) -> Result<(), StoreError> {
    let sql = format!("DO $$ BEGIN RAISE EXCEPTION 'as planned' USING ERRCODE = '{code}'; END $$");
    on_db!(tx, sqlx::query(AssertSqlSafe(sql))).map(drop)
}

only! {
    Sqlite,
    async fn what_a_reader_may_not_do_is_an_outage_and_a_wrong_statement_is_not(database: Database) {
        let store = with_numbers(&database).await;
        // The only outage that can be had without a fault; `faults` has the rest.
        let refused = store.read((), async |tx: &mut Tx, (): &()| insert(tx, 1).await).await.unwrap_err();
        assert!(refused.is_outage(), "{refused}");
        let wrong = store.read((), async |tx: &mut Tx, (): &()| on_db!(tx, sqlx::query("SELECT nothing")).map(drop));
        assert!(!wrong.await.unwrap_err().is_outage());
    }
}

only! {
    Postgres,
    async fn an_outage_is_told_from_a_mistake(database: Database) {
        let store = with_numbers(&database).await;
        // Room, too many connections, shutdown, a standby, canceled, a lock, lost; a unique rule, a wrong byte.
        let codes = ["53100", "53300", "57P01", "57P03", "25006", "57014", "55P03", "08006", "23505", "22021"];
        for code in codes {
            let outcome = store.write(code, async |tx: &mut Tx, code: &&str| raise(tx, code).await).await;
            assert_eq!(outcome.unwrap_err().is_outage(), !code.starts_with('2') || code == "25006", "{code}");
        }
        assert_eq!(numbers(&store).await, [0_i64; 0], "and the connections are still good");
    }
}

only! {
    Postgres,
    async fn connections_that_the_database_ended_are_replaced_unnoticed(database: Database) {
        let store = with_numbers(&database).await;
        let mut other = PgConnection::connect(database.url()).await.unwrap();
        for n in 0..5_i32 {
            // Several connections in the pool, all of them dead.
            let busy = (0..4).map(|_| store.read((), async |tx: &mut Tx, (): &()| {
                on_db!(tx, sqlx::query("SELECT pg_sleep(0.01)")).map(drop)
            }));
            futures_util::future::join_all(busy).await;
            let end = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
            sqlx::query(end).execute(&mut other).await.unwrap();
            // The first to meet them is a write, then a read.
            if n % 2 == 0 {
                put(&store, n.into()).await.unwrap();
            }
            assert_eq!(numbers(&store).await.last(), Some(&i64::from(n - n % 2)));
        }
    }
}

only! {
    Postgres,
    async fn a_database_that_does_not_answer_in_time_is_an_outage(database: Database) {
        let store = with_numbers(&database).await.with_patience(Duration::from_millis(300));
        let asleep = async |tx: &mut Tx, (): &()| {
            insert(tx, 1).await?;
            on_db!(tx, sqlx::query("SELECT pg_sleep(30)")).map(drop)
        };
        let sleep = async |tx: &mut Tx, (): &()| on_db!(tx, sqlx::query("SELECT pg_sleep(30)")).map(drop);
        assert!(matches!(store.write((), asleep).await, Err(StoreError::Unanswered)));
        assert!(matches!(store.read((), sleep).await, Err(StoreError::Unanswered)));
        // Nothing of it stays, and nobody gets the connection that still waits for an answer.
        let patient = store.with_patience(Duration::from_secs(30));
        assert_eq!(numbers(&patient).await, [0_i64; 0]);
        put(&patient, 2).await.unwrap();
    }
}

only! {
    Postgres,
    async fn r10_what_is_done_once_is_not_done_again_when_its_answer_is_lost(database: Database) {
        static RUNS: AtomicU32 = AtomicU32::new(0);
        let store = with_numbers(&database).await;
        let once = store.write_once((), async |tx: &mut Tx, (): &()| {
            let run = RUNS.fetch_add(1, Ordering::Relaxed);
            insert(tx, run.into()).await?;
            on_db!(tx, sqlx::query("SELECT pg_terminate_backend(pg_backend_pid())")).map(drop)
        });
        assert!(matches!(once.await, Err(StoreError::Commit(_))), "whether it is done is not known");
        assert_eq!((RUNS.load(Ordering::Relaxed), numbers(&store).await), (1, vec![0]), "and it was");
    }
}
