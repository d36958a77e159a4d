//! What is written many rows at a time finds each by its key: no walk through a table that grows with the sector.

use sqlx::{Connection as _, SqliteConnection};

use super::source::sources;
use crate::support::database::{Backend, Database};

/// Small ones: where schools belong, and the requests that wait for a school's answer.
const SMALL: [&str; 2] = ["org_edges", "transfers"];

/// The statements of `insert_many!` that change rows: the text before the rows, and the one after.
fn changes() -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    for source in sources("src/store") {
        let literals = source.words.iter().filter(|word| word.text.starts_with('"'));
        let literals: Vec<String> = literals.map(|word| joined(&word.text)).collect();
        let is_change = |text: &str| text.starts_with("UPDATE ") && text.ends_with("FROM (");
        for (at, before) in literals.iter().enumerate().filter(|(_, text)| is_change(text)) {
            let after = literals[at..].iter().find(|text| text.starts_with(") AS v"));
            found.push((source.path.clone(), before.clone(), after.cloned().unwrap_or_default()));
        }
    }
    found
}

/// A literal's text, its continued lines in one.
fn joined(literal: &str) -> String {
    let text = literal.trim_matches('"').replace("\\\n", "");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn columns(text: &str) -> usize {
    (1..20).rev().find(|n| text.contains(&format!("column{n}"))).unwrap_or(1)
}

#[tokio::test]
async fn bulk_changes_find_each_row_by_its_key() {
    let database = Database::on(Backend::Sqlite).await.expect("SQLite needs no server");
    let mut connection = SqliteConnection::connect(database.url()).await.unwrap();
    let (changes, mut walks) = (changes(), Vec::new());
    assert!(changes.len() >= 12, "{changes:#?}");
    for (path, before, after) in changes {
        let row = format!("({})", vec!["'x'"; columns(&format!("{before} {after}"))].join(", "));
        let sql = format!("EXPLAIN QUERY PLAN {before}VALUES {}{after}", vec![row.as_str(); 300].join(", "));
        let plan = sqlx::query_as::<_, (i64, i64, i64, String)>(sqlx::AssertSqlSafe(sql));
        let steps = plan.fetch_all(&mut connection).await.unwrap_or_else(|e| panic!("{path}: {before}: {e}"));
        let table = before.split(' ').nth(1).unwrap_or_default();
        let alias = before.strip_prefix(&format!("UPDATE {table} AS ")).and_then(|rest| rest.split(' ').next());
        let walked = format!("SCAN {} ", alias.unwrap_or(table));
        if !SMALL.contains(&table) && steps.iter().any(|(.., step)| format!("{step} ").starts_with(&walked)) {
            walks.push(format!("{path}: {before}…{after}"));
        }
    }
    assert!(walks.is_empty(), "{}", walks.join("\n"));
}
