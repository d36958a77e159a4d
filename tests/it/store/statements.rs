//! Every statement is accepted by both databases: names of tables and columns, syntax, and functions exist in each.

use sqlx::{Connection as _, Executor as _, PgConnection, SqlSafeStr as _, SqliteConnection};

use crate::support::database::{Backend, Database};

/// Every statement that SQLite is told, those of a script one by one. PostgreSQL's twins leave the types of their values to
/// who binds them; `oauth::` and `login::` run them.
fn on_sqlite() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let scripts =
        phuong::store::twins().flat_map(|(file, name, twin)| twin.sqlite.split("; ").map(move |sql| (file, name, sql)));
    phuong::store::statements().chain(scripts)
}

both! {
    async fn every_statement_can_be_prepared(database: Database) {
        let mut refused = Vec::new();
        match database.backend() {
            Backend::Sqlite => {
                let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
                for (file, name, sql) in on_sqlite() {
                    if let Err(e) = connection.prepare(sql.into_sql_str()).await {
                        refused.push(format!("store/{file}.rs {name}: {e}"));
                    }
                }
            }
            Backend::Postgres => {
                let mut connection = PgConnection::connect(database.url()).await.unwrap();
                for (file, name, sql) in phuong::store::statements() {
                    if let Err(e) = connection.prepare(sql.into_sql_str()).await {
                        refused.push(format!("store/{file}.rs {name}: {e}"));
                    }
                }
            }
        }
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    }
}

/// Tables that grow with people, their sign-ins and what is done to them.
const LARGE: &[&str] = &[
    "persons",
    "accounts",
    "affiliations",
    "enrolments",
    "identifiers",
    "sign_in_names",
    "passwords",
    "contacts",
    "sessions",
    "grants",
    "codes",
    "refresh_tokens",
    "consents",
    "audit_events",
    "attempt_budgets",
    "spent",
];

/// Which may walk all the same: an app that is taken away is taken away whole, the sector's people are counted, an index
/// that holds only what is not sealed yet is short, and who asks whether there is anybody stops at the first.
const MAY_WALK: &[(&str, &str)] = &[
    ("clients", "END_GRANTS"),
    ("headcounts", "EVERYWHERE"),
    ("headcounts", "FEW"),
    ("finding", "TEMPORARY"),
    ("finding", "BY_TEMPORARY"),
    ("finding", "ADULTS"),
    ("finding", "BY_ADULTS"),
    ("audit", "LOOSE"),
    ("directory", "ANYBODY"),
];

/// Nearly every session is in time, nearly every row of anything is newer than some moment: an index on a moment finds
/// them all, one by one, at every sign-in. It is for those that delete what is old.
#[tokio::test]
async fn no_statement_walks_through_a_large_table() {
    let database = Database::on(Backend::Sqlite).await.expect("SQLite needs no server");
    let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
    let mut found = Vec::new();
    for (file, name, sql) in on_sqlite() {
        let plan =
            sqlx::query_as::<_, (i64, i64, i64, String)>(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
        for (.., step) in plan.fetch_all(&mut connection).await.unwrap() {
            let scanned =
                step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next()).map(|name| table(sql, name));
            let walks = scanned.is_some_and(|table| LARGE.contains(&table));
            let by_moment = ["sessions_expiry", "grants_expiry", "codes_expiry", "refresh_tokens_expiry", "_old "];
            let old = by_moment.iter().any(|index| step.contains(index)) && !name.contains("PURGE");
            let may = MAY_WALK.contains(&(file, name)) || file == "clients" && name.starts_with("REMOVE");
            if (walks || old) && !may {
                found.push(format!("store/{file}.rs {name}: {step}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The table behind a name in a statement.
fn table<'a>(sql: &'a str, name: &'a str) -> &'a str {
    let words: Vec<&str> =
        sql.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let named = words.windows(2).find(|pair| pair[1] == name && LARGE.contains(&pair[0]));
    named.map_or(name, |pair| pair[0])
}
