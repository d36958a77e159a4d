//! Many rows a statement, so that half a million people take minutes: inserted, looked up, changed.
//!
//! The three macros send the rows as `VALUES`, which both databases know; none of them ever runs a statement per row.

/// How many rows one statement carries: below SQLite's limit of 32,766 values for the widest table.
pub(super) const ROWS: usize = 500;

/// Inserts rows, `ROWS` a statement; `$push` binds one row's values in the columns' order.
macro_rules! insert_many {
    ($tx:expr, $rows:expr, $into:literal, |$b:ident, $row:ident| $push:expr) => {
        for chunk in $rows.chunks($crate::store::bulk::ROWS) {
            on_db!($tx, c => async {
                let mut query = sqlx::QueryBuilder::new($into);
                query.push_values(chunk, |mut $b, $row| { $push; });
                query.build().execute(&mut *c).await.map(drop)
            })?;
        }
    };
}

/// Selects what belongs to given rows: `$before` opens a common table expression (`WITH given (id) AS (`), `$after`
/// closes it and goes on with the statement. Gives all rows found.
macro_rules! select_many {
    ($tx:expr, $rows:expr, $before:literal, |$b:ident, $row:ident| $push:expr, $after:literal) => {{
        let mut found = Vec::new();
        for chunk in $rows.chunks($crate::store::bulk::ROWS) {
            found.append(&mut on_db!($tx, c => async {
                let mut query = sqlx::QueryBuilder::new($before);
                query.push_values(chunk, |mut $b, $row| { $push; });
                query.push($after);
                query.build_query_as().fetch_all(&mut *c).await
            })?);
        }
        found
    }};
}

/// Changes what belongs to given rows, written as for `select_many`. Gives the number of rows that changed.
macro_rules! change_many {
    ($tx:expr, $rows:expr, $before:literal, |$b:ident, $row:ident| $push:expr, $after:literal) => {{
        let mut changed = 0_u64;
        for chunk in $rows.chunks($crate::store::bulk::ROWS) {
            changed += on_db!($tx, c => async {
                let mut query = sqlx::QueryBuilder::new($before);
                query.push_values(chunk, |mut $b, $row| { $push; });
                query.push($after);
                query.build().execute(&mut *c).await.map(|done| done.rows_affected())
            })?;
        }
        changed
    }};
}
