//! Many rows a statement, so that half a million people take minutes: inserted, looked up, changed.
//!
//! Each database takes them its own way. SQLite is given rows of values; of a few sizes, each prepared once, since one of
//! hundreds of rows costs milliseconds to prepare. PostgreSQL is given an array for each column: so the statement is short
//! and the same for any number of rows.

use std::iter;

use sqlx::{
    Database, Encode, PgConnection, Postgres, QueryBuilder, Sqlite, SqliteConnection, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo},
    query_builder::Separated,
};
use uuid::Uuid;

/// How many rows one statement carries at most: below SQLite's limit of 32,766 values for the widest table. More are no faster,
/// and what it keeps of a statement grows with them.
pub(super) const ROWS: usize = 256;
/// So few go in one statement, however many there are.
const FEW: usize = 32;
/// As many as one statement carries to PostgreSQL, in a megabyte or two.
const POSTGRES_ROWS: usize = 8_192;

/// How a connection takes many rows.
pub(super) trait Bulk {
    /// What gathers them.
    type Rows: Gather;
    /// Whether it keeps statements that look for rows. PostgreSQL would keep a plan that it made while tables were empty.
    const KEEPS: bool;

    /// How many of so many rows the next statement carries.
    fn some(many: usize) -> usize;

    /// Begins to gather rows for a statement that begins so.
    fn gather(&self, before: &str) -> Self::Rows;
}

/// Gathers rows: `row` begins another, whose values are bound in order.
pub(super) trait Gather {
    /// Which database they are for.
    type Of: Database;

    /// The statement, which ends so.
    fn finish(self, after: &str) -> Result<QueryBuilder<Self::Of>, sqlx::Error>;
}

impl Bulk for SqliteConnection {
    type Rows = Values;
    const KEEPS: bool = true;

    fn some(many: usize) -> usize {
        if many <= FEW { many } else { ROWS.min(1 << many.ilog2()) }
    }

    fn gather(&self, before: &str) -> Values {
        Values { query: QueryBuilder::new(before), next: "VALUES (" }
    }
}

impl Bulk for PgConnection {
    type Rows = Arrays;
    const KEEPS: bool = false;

    fn some(many: usize) -> usize {
        many.min(POSTGRES_ROWS)
    }

    fn gather(&self, before: &str) -> Arrays {
        Arrays { before: before.to_owned(), columns: Vec::new(), failed: None }
    }
}

/// Rows, as many at a time as one statement carries.
pub(super) fn groups<'r, C: Bulk, T>(_: &C, mut rows: &'r [T]) -> impl Iterator<Item = &'r [T]> + use<'r, C, T> {
    iter::from_fn(move || {
        let (group, rest) = rows.split_at(C::some(rows.len()));
        rows = rest;
        (!group.is_empty()).then_some(group)
    })
}

/// Rows of values.
pub(super) struct Values {
    query: QueryBuilder<Sqlite>,
    next: &'static str,
}

impl Gather for Values {
    type Of = Sqlite;

    fn finish(mut self, after: &str) -> Result<QueryBuilder<Sqlite>, sqlx::Error> {
        self.query.push(")").push(after);
        Ok(self.query)
    }
}

impl Values {
    /// Another row.
    pub(super) fn row(&mut self) -> Separated<'_, Sqlite, &'static str> {
        self.query.push(self.next);
        self.next = "), (";
        self.query.separated(", ")
    }
}

/// An array for each column.
#[derive(Debug)]
pub(super) struct Arrays {
    before: String,
    columns: Vec<Column>,
    failed: Option<BoxDynError>,
}

impl Gather for Arrays {
    type Of = Postgres;

    fn finish(self, after: &str) -> Result<QueryBuilder<Postgres>, sqlx::Error> {
        if let Some(error) = self.failed {
            return Err(sqlx::Error::Encode(error));
        }
        let mut query = QueryBuilder::new(self.before);
        let names: Vec<String> = (1..=self.columns.len()).map(|n| format!("column{n}")).collect();
        let mut arrays = query.push("SELECT * FROM unnest(").separated(", ");
        for column in self.columns {
            arrays.push_bind(column);
        }
        query.push(format!(") AS v({})", names.join(", "))).push(after);
        Ok(query)
    }
}

/// A row of them.
pub(super) struct ArraysRow<'a> {
    arrays: &'a mut Arrays,
    column: usize,
}

impl Arrays {
    /// Another row.
    pub(super) const fn row(&mut self) -> ArraysRow<'_> {
        ArraysRow { arrays: self, column: 0 }
    }
}

impl ArraysRow<'_> {
    /// Binds the next value.
    pub(super) fn push_bind<'v, T>(&mut self, value: T) -> &mut Self
    where
        T: Encode<'v, Postgres> + Type<Postgres>,
    {
        let Arrays { columns, failed, .. } = &mut *self.arrays;
        if columns.len() == self.column {
            columns.push(Column::of(&T::type_info()));
        }
        if let Err(error) = columns[self.column].push(value) {
            failed.get_or_insert(error);
        }
        self.column += 1;
        self
    }
}

/// The values of one column, as PostgreSQL reads an array.
#[derive(Debug)]
struct Column {
    /// The type of its values, and that of the array; none of a type that no column has yet.
    types: Option<(PgTypeInfo, PgTypeInfo)>,
    rows: i32,
    elements: PgArgumentBuffer,
}

impl Column {
    fn of(element: &PgTypeInfo) -> Self {
        let known = [array::<Uuid>(), array::<String>(), array::<Vec<u8>>(), array::<i64>(), array::<bool>()];
        let types = known.into_iter().find(|(known, _)| known == element);
        Self { types, rows: 0, elements: PgArgumentBuffer::default() }
    }

    fn push<'v, T: Encode<'v, Postgres>>(&mut self, value: T) -> Result<(), BoxDynError> {
        let begins = self.elements.len();
        self.elements.extend([0; 4]);
        let length = match value.encode(&mut self.elements)? {
            IsNull::No => i32::try_from(self.elements.len() - begins - 4)?,
            IsNull::Yes => -1,
        };
        self.elements[begins..begins + 4].copy_from_slice(&length.to_be_bytes());
        self.rows += 1;
        Ok(())
    }
}

impl Type<Postgres> for Column {
    fn type_info() -> PgTypeInfo {
        String::array_type_info()
    }
}

impl Encode<'_, Postgres> for Column {
    /// Dimensions, whether there are nulls (or may be), the type of elements, how many, the number of the first; then each.
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        let element = self.types.as_ref().and_then(|(element, _)| element.oid());
        let element = element.ok_or("store::bulk makes no arrays of this type yet")?.0;
        for word in [1, 1, element.cast_signed(), self.rows, 1] {
            buffer.extend(word.to_be_bytes());
        }
        buffer.extend(&self.elements[..]);
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        self.types.as_ref().map(|(_, array)| array.clone())
    }
}

/// A type, and that of its arrays.
fn array<T: Type<Postgres> + PgHasArrayType>() -> (PgTypeInfo, PgTypeInfo) {
    (T::type_info(), T::array_type_info())
}

/// Runs a statement that ends with rows of values, many rows at a time; `$push` binds one row's values in order.
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
    ($tx:expr, $rows:expr, $into:expr, $after:expr, |$b:ident, $row:ident| $push:expr) => {
        on_db!($tx, c => async {
            let mut changed = 0;
            for some in $crate::store::bulk::groups(&*c, &$rows[..]) {
                let mut query = many_rows!(c, some, $into, $after, |$b, $row| $push);
                let query = query.build().persistent($crate::store::bulk::keeps(&*c, $after));
                changed += query.execute(&mut *c).await?.rows_affected();
            }
            Ok::<u64, sqlx::Error>(changed)
        })?
    };
}

/// As `insert_many`, for a statement that selects: `select_many!(tx, keys, "SELECT … WHERE x IN (", ")", |b, key| …)`. Gives
/// all rows found.
macro_rules! select_many {
    ($tx:expr, $rows:expr, $before:expr, $after:expr, |$b:ident, $row:ident| $push:expr) => {
        on_db!($tx, c => async {
            let mut found = Vec::new();
            for some in $crate::store::bulk::groups(&*c, &$rows[..]) {
                let mut query = many_rows!(c, some, $before, $after, |$b, $row| $push);
                let query = query.build_query_as().persistent($crate::store::bulk::keeps(&*c, $after));
                found.append(&mut query.fetch_all(&mut *c).await?);
            }
            Ok::<_, sqlx::Error>(found)
        })?
    };
}

/// The statement of some rows.
macro_rules! many_rows {
    ($c:ident, $rows:expr, $before:expr, $after:expr, |$b:ident, $row:ident| $push:expr) => {{
        let mut rows = $crate::store::bulk::Bulk::gather(&*$c, $before);
        for $row in $rows {
            let mut $b = rows.row();
            $push;
        }
        $crate::store::bulk::Gather::finish(rows, $after)?
    }};
}

/// Whether this connection keeps a statement that ends so: one that ends with the rows looks for none.
pub(super) const fn keeps<C: Bulk>(_: &C, after: &str) -> bool {
    C::KEEPS || after.is_empty()
}

/// Goes on after `IN (` with these ids, and closes the list. Of none it is a list of nothing that there is, since
/// PostgreSQL takes no empty one.
pub(super) fn list<'q, DB, T>(query: &'q mut QueryBuilder<DB>, ids: &[T]) -> &'q mut QueryBuilder<DB>
where
    DB: Database,
    T: Clone + for<'a> Encode<'a, DB> + Type<DB> + 'q,
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

    fn sizes<C: Bulk>(many: usize) -> Vec<usize> {
        let mut left = many;
        iter::from_fn(|| {
            let some = C::some(left);
            left -= some;
            (some > 0).then_some(some)
        })
        .collect()
    }

    #[test]
    fn many_rows_go_in_groups_of_few_sizes_to_sqlite_and_none_is_left_out() {
        assert_eq!(sizes::<SqliteConnection>(0), [0; 0]);
        assert_eq!(sizes::<SqliteConnection>(31), [31]);
        assert_eq!(sizes::<SqliteConnection>(33), [32, 1]);
        assert_eq!(sizes::<SqliteConnection>(500), [256, 128, 64, 32, 20]);
        assert_eq!(sizes::<SqliteConnection>(1_300), [256, 256, 256, 256, 256, 20]);
    }

    #[test]
    fn an_array_is_as_postgresql_reads_it() {
        let mut arrays = Arrays { before: "INSERT INTO t (a, b) ".to_owned(), columns: Vec::new(), failed: None };
        for (a, b) in [(7_i64, Some("x")), (8, None)] {
            arrays.row().push_bind(a).push_bind(b);
        }
        let mut read = PgArgumentBuffer::default();
        assert!(matches!(arrays.columns[1].encode_by_ref(&mut read), Ok(IsNull::No)));
        let text = <String as Type<Postgres>>::type_info().oid().unwrap().0.to_be_bytes();
        let begins = [&[0, 0, 0, 1, 0, 0, 0, 1][..], &text, &[0, 0, 0, 2, 0, 0, 0, 1]].concat();
        assert_eq!(read[..], [&begins[..], &[0, 0, 0, 1, b'x', 255, 255, 255, 255]].concat());
        assert_eq!(arrays.columns[0].produces(), Some(i64::array_type_info()));
        let sql = arrays.finish(" ON CONFLICT DO NOTHING").unwrap().sql().as_str().to_owned();
        assert_eq!(
            sql,
            "INSERT INTO t (a, b) SELECT * FROM unnest($1, $2) AS v(column1, column2) ON CONFLICT DO NOTHING"
        );
    }
}
