//! Many rows a statement, so that half a million people take minutes.

/// How many rows one statement carries: below SQLite's limit of 32,766 values for the widest table.
pub(super) const ROWS: usize = 500;

/// Runs a statement that ends with rows of values, [`ROWS`] rows at a time; `$push` binds one row's values in order.
///
/// `insert_many!(tx, rows, "INSERT … ", |b, row| …)` inserts; with a text after, the rows stand in the middle:
/// `insert_many!(tx, rows, "UPDATE … FROM (", ") AS v WHERE …", |b, row| …)`, where they are `v.column1`, ….
macro_rules! insert_many {
    ($tx:expr, $rows:expr, $into:literal, |$b:ident, $row:ident| $push:expr) => {
        insert_many!($tx, $rows, $into, "", |$b, $row| $push)
    };
    ($tx:expr, $rows:expr, $into:literal, $after:literal, |$b:ident, $row:ident| $push:expr) => {
        for chunk in $rows.chunks($crate::store::bulk::ROWS) {
            on_db!($tx, c => async {
                let mut query = sqlx::QueryBuilder::new($into);
                query.push_values(chunk, |mut $b, $row| { $push; });
                query.push($after).build().execute(&mut *c).await.map(drop)
            })?;
        }
    };
}

/// Goes on after `IN (` with these ids, and closes the list.
pub(super) fn list<'q, DB, T>(query: &'q mut sqlx::QueryBuilder<DB>, ids: &[T]) -> &'q mut sqlx::QueryBuilder<DB>
where
    DB: sqlx::Database,
    T: Clone + for<'a> sqlx::Encode<'a, DB> + sqlx::Type<DB> + 'q,
{
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.clone());
    }
    query.push(")")
}
