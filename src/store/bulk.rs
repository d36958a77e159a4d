//! Many rows a statement, so that half a million people take minutes.

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
