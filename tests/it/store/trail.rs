//! The audit trail is looked through along an index, whatever is asked, on both databases: it may hold ten million events.

use phuong::store::twins;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

use crate::support::database::{Backend, Database};

/// Each way with what its plan must name.
const WAYS: [(&str, &str, &str); 7] = [
    ("WALK", "PRIMARY KEY", "audit_events_pkey"),
    ("SUBJECT", "audit_events_subject", "audit_events_subject"),
    ("ACTOR", "audit_events_actor", "audit_events_actor"),
    ("ACTION", "audit_events_action", "audit_events_action"),
    ("FAILED", "audit_events_failed", "audit_events_failed"),
    ("PEOPLE", "audit_events_subject", "audit_events_subject"),
    ("ORGS", "audit_events_org", "audit_events_org"),
];

both! {
    async fn every_question_goes_along_an_index(database: Database) {
        let mut wrong = Vec::new();
        for (way, lite, pg) in WAYS {
            for name in [way.to_owned(), format!("{way}_ON")] {
                let found = twins().find(|(file, twin, _)| *file == "trail" && *twin == name);
                let (.., twin) = found.unwrap_or_else(|| panic!("no {name}"));
                let (plan, index) = match database.backend() {
                    Backend::Sqlite => (on_sqlite(&database, twin.sqlite).await, lite),
                    Backend::Postgres => (on_postgres(&database, twin.postgres).await, pg),
                };
                if !plan.contains(index) || plan.contains("SCAN e") || plan.contains("Seq Scan on audit_events") {
                    wrong.push(format!("{name}: {plan}"));
                }
            }
        }
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n\n"));
    }
}

async fn on_sqlite(database: &Database, sql: &str) -> String {
    let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
    let plan =
        sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(&mut connection).await.unwrap();
    plan.iter().map(|step| step.get::<String, _>("detail")).collect::<Vec<_>>().join("\n")
}

/// A trail long enough that an index is worth it: nearly all of it sign-ins.
const EVENTS: &str = "INSERT INTO audit_events (id, at, actor, action, subject, detail, mac)
    SELECT id, n, CASE WHEN n % 100 < 2 THEN 'system' ELSE subject END,
           CASE n % 100 WHEN 0 THEN 'sign_in.failed' WHEN 1 THEN 'role.given' ELSE 'session.began' END, subject, '{}', ''
    FROM (SELECT gen_random_uuid() AS id, 'account:' || gen_random_uuid() AS subject, n FROM generate_series(1, 20000) n) made";

/// The plan that holds for any values.
async fn on_postgres(database: &Database, sql: &str) -> String {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let there: i64 = sqlx::query_scalar("SELECT count(*) FROM audit_events").fetch_one(&mut connection).await.unwrap();
    if there == 0 {
        sqlx::raw_sql(EVENTS).execute(&mut connection).await.unwrap();
        sqlx::raw_sql("ANALYZE audit_events").execute(&mut connection).await.unwrap();
    }
    let setting = "SET enable_seqscan = off; SET enable_bitmapscan = off; SET plan_cache_mode = force_generic_plan";
    sqlx::raw_sql(setting).execute(&mut connection).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(format!("PREPARE question AS {sql}"))).execute(&mut connection).await.unwrap();
    let nothing = vec!["NULL"; 14].join(", ");
    let explain = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN EXECUTE question({nothing})")));
    let plan = explain.fetch_all(&mut connection).await.unwrap();
    plan.iter().map(|line| line.get::<String, _>(0)).collect::<Vec<_>>().join("\n")
}
