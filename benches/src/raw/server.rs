//! A web server that does as little as can be: constant JSON, and one look-up by key on either database. A process of
//! its own, so that its CPU time can be told apart.

use std::{cell::RefCell, path::PathBuf, sync::Arc};

use anyhow::Result;
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderName, StatusCode, header},
    routing::get,
};
use rusqlite::{Connection, OpenFlags};
use serde::Deserialize;
use sqlx::{PgPool, postgres::PgPoolOptions};

/// Rows of the table that is looked into.
pub const ROWS: i64 = 100_000;
/// How wide a row is: about a grant's width.
const DOCUMENT: &str = r#"{"scope":"openid profile edu","acr":"1","amr":"pwd","auth_time":1800000000,"active":true}"#;

thread_local! {
    /// Each worker reads through a connection of its own, without any hop.
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

struct Databases {
    sqlite: PathBuf,
    postgres: Option<PgPool>,
}

#[derive(Deserialize)]
struct Key {
    id: i64,
}

/// Makes the tables and serves until the process is ended.
pub async fn serve(port: u16, sqlite: PathBuf, postgres: Option<String>) -> Result<()> {
    fill_sqlite(&sqlite)?;
    let postgres = match postgres {
        Some(url) => Some(fill_postgres(&url).await?),
        None => None,
    };
    let router = Router::new()
        .route("/hello", get(async || ([(header::CONTENT_TYPE, "application/json")], "{\"hello\":\"world\"}")))
        .route("/sqlite", get(look_up_in_sqlite))
        .route("/postgres", get(look_up_in_postgres))
        // What a bench waits for.
        .route(crate::world::provider::Paths::DISCOVERY, get(async || "{}"))
        .with_state(Arc::new(Databases { sqlite, postgres }));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, router).await?)
}

/// The path that looks a row up.
pub fn look_up(database: &str, id: i64) -> String {
    format!("/{database}?id={id}")
}

fn fill_sqlite(file: &PathBuf) -> Result<()> {
    let mut database = Connection::open(file)?;
    database.execute_batch(
        "PRAGMA journal_mode = WAL; CREATE TABLE facts (id INTEGER PRIMARY KEY, document TEXT NOT NULL) STRICT;",
    )?;
    let change = database.transaction()?;
    {
        let mut insert = change.prepare("INSERT INTO facts VALUES ($1, $2)")?;
        for id in 0..ROWS {
            insert.execute(rusqlite::params![id, DOCUMENT])?;
        }
    }
    Ok(change.commit()?)
}

async fn fill_postgres(url: &str) -> Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(16).test_before_acquire(false).connect(url).await?;
    sqlx::query("CREATE TABLE facts (id BIGINT PRIMARY KEY, document TEXT NOT NULL)").execute(&pool).await?;
    sqlx::query("INSERT INTO facts SELECT n, $1 FROM generate_series(0, $2 - 1) n")
        .bind(DOCUMENT)
        .bind(ROWS)
        .execute(&pool)
        .await?;
    sqlx::query("ANALYZE facts").execute(&pool).await?;
    Ok(pool)
}

/// The document, or why there is none: a limit that is not looked up is no limit.
type Found = Result<([(HeaderName, &'static str); 1], String), (StatusCode, String)>;

async fn look_up_in_sqlite(State(databases): State<Arc<Databases>>, Query(key): Query<Key>) -> Found {
    answer(READER.with_borrow_mut(|kept| -> rusqlite::Result<String> {
        let reader = match kept {
            Some(reader) => reader,
            None => kept.insert(Connection::open_with_flags(&databases.sqlite, OpenFlags::SQLITE_OPEN_READ_ONLY)?),
        };
        let mut statement = reader.prepare_cached("SELECT document FROM facts WHERE id = $1")?;
        statement.query_row([key.id], |row| row.get(0))
    }))
}

async fn look_up_in_postgres(State(databases): State<Arc<Databases>>, Query(key): Query<Key>) -> Found {
    let Some(pool) = &databases.postgres else { return Err((StatusCode::NOT_FOUND, "no PostgreSQL".to_owned())) };
    answer(sqlx::query_scalar("SELECT document FROM facts WHERE id = $1").bind(key.id).fetch_one(pool).await)
}

fn answer(found: Result<String, impl std::fmt::Display>) -> Found {
    match found {
        Ok(document) => Ok(([(header::CONTENT_TYPE, "application/json")], document)),
        Err(error) => Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())),
    }
}
