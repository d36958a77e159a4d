//! The same rows as an import made, into the same tables with the same indexes, by nothing but the database.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::Path,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use rusqlite::{Connection, types::Value};

use crate::world::postgres::Cluster;

/// Rows in a transaction.
const TOGETHER: usize = 10_000;

/// How many rows, and how long they took.
#[derive(Clone, Copy, Debug)]
pub struct Bulk {
    pub rows: usize,
    pub took: Duration,
}

/// Copies every table of one SQLite database into an empty one of the same schema; only the inserts are timed.
pub fn sqlite(from: &Path, to: &Path) -> Result<Bulk> {
    let source = Connection::open(from)?;
    let mut target = Connection::open(to)?;
    // Tables refer to each other; the import's order is its own business.
    target.execute_batch("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -16000;")?;
    let mut bulk = Bulk { rows: 0, took: Duration::ZERO };
    for table in tables(&source)? {
        let width = source.prepare(&format!("SELECT * FROM {table}"))?.column_count();
        let marks: Vec<String> = (1..=width).map(|n| format!("?{n}")).collect();
        let insert = format!("INSERT INTO {table} VALUES ({})", marks.join(", "));
        target.execute(&format!("DELETE FROM {table}"), [])?;
        let mut select = source.prepare(&format!("SELECT * FROM {table}"))?;
        let mut rows = select.query([])?;
        loop {
            let mut some: Vec<Vec<Value>> = Vec::with_capacity(TOGETHER);
            while some.len() < TOGETHER
                && let Some(row) = rows.next()?
            {
                some.push((0..width).map(|at| row.get(at)).collect::<Result<_, _>>()?);
            }
            if some.is_empty() {
                break;
            }
            let began = Instant::now();
            let change = target.transaction()?;
            {
                let mut statement = change.prepare_cached(&insert)?;
                for row in &some {
                    statement.execute(rusqlite::params_from_iter(row))?;
                }
            }
            change.commit()?;
            bulk.took += began.elapsed();
            bulk.rows += some.len();
        }
    }
    Ok(bulk)
}

/// The tables of people and their places, as far as there are rows. The audit trail lets nobody empty it, and holds a few
/// events of an import.
fn tables(source: &Connection) -> Result<Vec<String>> {
    let mut statement = source.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx%'
         AND name NOT LIKE 'audit%'",
    )?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<BTreeSet<String>, _>>()?.into_iter().collect())
}

/// The same on PostgreSQL: its own dump of the data, read back with COPY, indexes in place.
pub fn postgres(cluster: &Cluster, from: &str, to: &str, folder: &Path) -> Result<Duration> {
    let dump = folder.join("data.sql");
    let mut command = cluster.client("pg_dump");
    command
        .args(["--data-only", "--exclude-table=_sqlx_migrations", "--exclude-table=audit*", "-d", from])
        .stdout(File::create(&dump)?);
    ensure!(command.status()?.success(), "pg_dump fails");
    let empty = "DO $$ BEGIN EXECUTE (SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') FROM pg_tables \
                 WHERE schemaname = 'public' AND tablename <> '_sqlx_migrations' AND tablename NOT LIKE 'audit%'); END $$";
    let mut command = cluster.client("psql");
    command.args(["-q", "-d", to, "-c", empty]);
    ensure!(command.status()?.success(), "the target cannot be emptied");
    let began = Instant::now();
    let mut command = cluster.client("psql");
    command.args(["-q", "-v", "ON_ERROR_STOP=1", "-d", to]).stdin(File::open(&dump)?).stdout(Stdio::null());
    ensure!(command.status()?.success(), "the rows cannot be read back");
    let took = began.elapsed();
    fs::remove_file(&dump).context("the dump")?;
    Ok(took)
}
