//! Many rows a statement, so that half a million people take minutes: inserted, looked up, changed.

/// How many rows one statement carries: below SQLite's limit of 32,766 values for the widest table.
pub(super) const ROWS: usize = 500;

/// Runs a statement that ends with rows of values, [`ROWS`] rows at a time; `$push` binds one row's values in order.
///
/// `insert_many!(tx, rows, "INSERT … ", |b, row| …)` inserts; with a text after, the rows stand in the middle:
/// `insert_many!(tx, rows, "UPDATE … FROM (", ") AS v WHERE …", |b, row| …)`, where they are `v.column1`, …. Gives the
/// number of rows that changed.
///
/// A guard beside the key must fit no index: SQLite would rather walk through that index, and look each row up among the
/// values (`e.valid_to IS NULL` is written as `coalesce(e.valid_to, '') = ''`). A house test reads the plans.
macro_rules! insert_many {
    ($tx:expr, $rows:expr, $into:expr, |$b:ident, $row:ident| $push:expr) => {
        insert_many!($tx, $rows, $into, "", |$b, $row| $push)
    };
    ($tx:expr, $rows:expr, $into:expr, $after:expr, |$b:ident, $row:ident| $push:expr) => {{
        let mut changed = 0;
        for chunk in $rows.chunks($crate::store::bulk::ROWS) {
            changed += on_db!($tx, c => async {
                let mut query = sqlx::QueryBuilder::new($into);
                query.push_values(chunk, |mut $b, $row| { $push; });
                query.push($after).build().execute(&mut *c).await.map(|done| done.rows_affected())
            })?;
        }
        changed
    }};
}

/// As `insert_many`, for a statement that selects: `select_many!(tx, keys, "SELECT … WHERE x IN (", ")", |b, key| …)`. Gives
/// all rows found.
macro_rules! select_many {
    ($tx:expr, $rows:expr, $before:expr, $after:expr, |$b:ident, $row:ident| $push:expr) => {{
        let mut found = Vec::new();
        for chunk in $rows.chunks($crate::store::bulk::ROWS) {
            found.append(&mut on_db!($tx, c => async {
                let mut query = sqlx::QueryBuilder::new($before);
                query.push_values(chunk, |mut $b, $row| { $push; });
                query.push($after).build_query_as().fetch_all(&mut *c).await
            })?);
        }
        found
    }};
}

/// Goes on after `IN (` with these ids, and closes the list. Of none it is a list of nothing that there is, since
/// PostgreSQL takes no empty one.
pub(super) fn list<'q, DB, T>(query: &'q mut sqlx::QueryBuilder<DB>, ids: &[T]) -> &'q mut sqlx::QueryBuilder<DB>
where
    DB: sqlx::Database,
    T: Clone + for<'a> sqlx::Encode<'a, DB> + sqlx::Type<DB> + 'q,
{
    if ids.is_empty() {
        return query.push("NULL)");
    }
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.clone());
    }
    query.push(")")
}
