//! Many rows a statement, so that half a million people take minutes: inserted, looked up, changed.

use std::iter;

/// How many rows one statement carries at most: below SQLite's limit of 32,766 values for the widest table.
const ROWS: usize = 512;
/// So few go in one statement, however many there are.
const FEW: usize = 32;

/// Rows, as many in a group as one statement carries. There are few sizes of groups: of each an SQLite connection prepares the
/// statement once and keeps it. One of hundreds of rows costs milliseconds to prepare, and as much memory as its rows.
pub(super) fn groups<T>(mut rows: &[T]) -> impl Iterator<Item = &[T]> {
    iter::from_fn(move || {
        let many = rows.len();
        let size = if many <= FEW { many } else { ROWS.min(1 << many.ilog2()) };
        let (group, rest) = rows.split_at(size);
        rows = rest;
        (!group.is_empty()).then_some(group)
    })
}

/// Whether a connection keeps statements of many rows. PostgreSQL plans a kept one once for all times, soon after the first
/// rows are there, and reads whole tables when there are more.
pub(super) trait Keeps {
    /// Whether it does.
    const MANY: bool;
}

impl Keeps for sqlx::SqliteConnection {
    const MANY: bool = true;
}

impl Keeps for sqlx::PgConnection {
    const MANY: bool = false;
}

/// Whether it keeps one of so many rows.
pub(super) const fn is_kept<C: Keeps>(_: &C, rows: usize) -> bool {
    C::MANY || rows <= FEW
}

/// Runs a statement that ends with rows of values, a group ([`groups`]) at a time; `$push` binds one row's values in order.
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
        for chunk in $crate::store::bulk::groups(&$rows[..]) {
            changed += on_db!($tx, c => async {
                let mut query = sqlx::QueryBuilder::new($into);
                query.push_values(chunk, |mut $b, $row| { $push; });
                query.push($after).build().persistent($crate::store::bulk::is_kept(&*c, chunk.len())).execute(&mut *c).await.map(|done| done.rows_affected())
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
        for chunk in $crate::store::bulk::groups(&$rows[..]) {
            found.append(&mut on_db!($tx, c => async {
                let mut query = sqlx::QueryBuilder::new($before);
                query.push_values(chunk, |mut $b, $row| { $push; });
                query.push($after).build_query_as().persistent($crate::store::bulk::is_kept(&*c, chunk.len())).fetch_all(&mut *c).await
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_go_in_groups_of_few_sizes_and_none_is_left_out() {
        let sizes = |many: usize| groups(&vec![(); many]).map(<[()]>::len).collect::<Vec<_>>();
        assert_eq!(sizes(0), [0; 0]);
        assert_eq!(sizes(31), [31]);
        assert_eq!(sizes(33), [32, 1]);
        assert_eq!(sizes(500), [256, 128, 64, 32, 20]);
        assert_eq!(sizes(1_300), [512, 512, 256, 20]);
        let rows: Vec<usize> = (0..1_777).collect();
        assert_eq!(groups(&rows).flatten().copied().collect::<Vec<_>>(), rows);
    }
}
