//! A connection in the middle of a write or a read, on whichever database it belongs to, and the macros that keep
//! each query's text and binds written once.

use sqlx::{PgConnection, SqliteConnection};

use super::{error::StoreError, kept::Lease, postgres::Leased};

/// What a closure of [`super::Store::write`] or [`super::Store::read`] works on.
#[derive(Debug)]
pub struct Tx {
    held: Held,
    /// The first statement that failed. PostgreSQL answers COMMIT with ROLLBACK after one, and sqlx says Ok: so a
    /// closure that swallowed an error must not be taken for a success.
    pub(super) failed: Option<StoreError>,
}

#[derive(Debug)]
pub(super) enum Held {
    LiteWriter(SqliteConnection),
    LiteReader(Lease<SqliteConnection>),
    Pg(Leased),
}

/// The two databases, for `on_db!` and for the few places where they really differ.
#[derive(Debug)]
pub enum Conn<'a> {
    /// SQLite.
    Lite(&'a mut SqliteConnection),
    /// PostgreSQL.
    Pg(&'a mut PgConnection),
}

impl Tx {
    pub(super) const fn new(held: Held) -> Self {
        Self { held, failed: None }
    }

    pub(super) fn into_held(self) -> Held {
        self.held
    }

    /// The connection.
    pub fn conn(&mut self) -> Conn<'_> {
        match &mut self.held {
            Held::LiteWriter(c) => Conn::Lite(c),
            Held::LiteReader(c) => Conn::Lite(c),
            Held::Pg(c) => Conn::Pg(c),
        }
    }

    /// Remembers a failed statement, and gives it to the closure to pass on.
    pub fn noted<T>(&mut self, result: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        result.map_err(|error| {
            let error = StoreError::from(error);
            self.failed.get_or_insert_with(|| error.clone());
            error
        })
    }
}

/// Runs one query body on whichever database `$tx` belongs to; the body is compiled once for each.
///
/// `on_db!(tx, c => query.fetch_one(&mut *c))` gives what is fetched; `on_db!(tx, query)` executes and gives the number
/// of rows that changed.
#[macro_export]
macro_rules! on_db {
    ($tx:expr, $query:expr) => {{
        let tx: &mut $crate::store::Tx = $tx;
        let result = match tx.conn() {
            $crate::store::Conn::Lite(c) => $query.execute(c).await.map(|done| done.rows_affected()),
            $crate::store::Conn::Pg(c) => $query.execute(c).await.map(|done| done.rows_affected()),
        };
        tx.noted(result)
    }};
    ($tx:expr, $c:ident => $query:expr) => {{
        let tx: &mut $crate::store::Tx = $tx;
        let result = match tx.conn() {
            $crate::store::Conn::Lite($c) => $query.await,
            $crate::store::Conn::Pg($c) => $query.await,
        };
        tx.noted(result)
    }};
}

/// Names each statement and lists it in `ALL`, for the test that prepares every statement on both databases.
#[macro_export]
macro_rules! statements {
    ($($name:ident = $sql:expr;)*) => {
        $(const $name: &str = $sql;)*
        /// Every statement of this file, by name.
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $sql)),*];
    };
}

/// What each database is told in its own way, because one cannot do it in one way there and back as the other can: on
/// PostgreSQL a statement, on SQLite a script with a savepoint of its own.
#[derive(Clone, Copy, Debug)]
pub struct Twin {
    /// Statements with `; ` between them.
    pub sqlite: &'static str,
    /// One statement.
    pub postgres: &'static str,
}

impl Twin {
    /// What the database of `tx` is told.
    pub(super) fn on(self, tx: &mut Tx) -> &'static str {
        match tx.conn() {
            Conn::Lite(_) => self.sqlite,
            Conn::Pg(_) => self.postgres,
        }
    }
}

/// As `statements!`, of [`Twin`]s.
#[macro_export]
macro_rules! twins {
    ($($name:ident = $twin:expr;)*) => {
        $(const $name: $crate::store::Twin = $twin;)*
        /// Every twin of this file, by name.
        pub(super) const TWINS: &[(&str, $crate::store::Twin)] = &[$((stringify!($name), $name)),*];
    };
}

/// A struct that is read from a row of either database, each field from the column of its name.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $ty:ty,)* }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $ty,)* }
        impl<'r, R: sqlx::Row> sqlx::FromRow<'r, R> for $name
        where
            &'static str: sqlx::ColumnIndex<R>,
            $($ty: sqlx::Decode<'r, R::Database> + sqlx::Type<R::Database>,)*
        {
            fn from_row(row: &'r R) -> Result<Self, sqlx::Error> {
                Ok(Self { $($field: row.try_get(stringify!($field))?,)* })
            }
        }
    };
}
