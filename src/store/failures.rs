//! Requests that ended with an error page or a fault of ours, by the support code that was shown: the last ones, and no more
//! than a set number.

use super::{StoreError, Tx};
use crate::base::{
    clock::Moment,
    id::{AccountId, FailureId},
};

row! {
    /// A request that failed.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FailureRow {
        /// Its row.
        pub id: FailureId,
        /// The support code.
        pub code: String,
        /// When it was answered.
        pub at: Moment,
        /// GET, POST.
        pub method: String,
        /// The path, without its query (R50).
        pub path: String,
        /// The HTTP status.
        pub status: i64,
        /// How long it took, in microseconds.
        pub micros: i64,
        /// The code of the answer: `invalid_request`.
        pub error: String,
        /// What the log says was wrong.
        pub cause: String,
        /// Who was signed in.
        pub account_id: Option<AccountId>,
        /// From where it came.
        pub address: Option<String>,
    }
}

statements! {
    OF_CODE = "SELECT id, code, at, method, path, status, micros, error, cause, account_id, address FROM failures
               WHERE code = $1 ORDER BY id DESC LIMIT 1";
    PURGE = "DELETE FROM failures WHERE at < $1";
    CROWD = "DELETE FROM failures WHERE (status >= 500) = $2 AND id <=
                 (SELECT id FROM failures WHERE (status >= 500) = $2 ORDER BY id DESC LIMIT 1 OFFSET $1)";
}

/// Notes failures, many in a statement.
pub async fn add_all(tx: &mut Tx, failures: &[FailureRow]) -> Result<(), StoreError> {
    insert_many!(
        tx,
        failures,
        "INSERT INTO failures (id, code, at, method, path, status, micros, error, cause, account_id, address) ",
        " ON CONFLICT DO NOTHING",
        |b, row| b
            .push_bind(row.id)
            .push_bind(row.code.as_str())
            .push_bind(row.at)
            .push_bind(row.method.as_str())
            .push_bind(row.path.as_str())
            .push_bind(row.status)
            .push_bind(row.micros)
            .push_bind(row.error.as_str())
            .push_bind(row.cause.as_str())
            .push_bind(row.account_id)
            .push_bind(row.address.as_deref())
    );
    Ok(())
}

/// The last failure with a code.
pub async fn of_code(tx: &mut Tx, code: &str) -> Result<Option<FailureRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(OF_CODE).bind(code).fetch_optional(&mut *c))
}

/// Deletes those before a moment, and the oldest of more than `most`: of faults of ours, and of what was refused, so that
/// nobody who is refused again and again pushes out the faults.
pub async fn purge(tx: &mut Tx, before: Moment, most: i64) -> Result<u64, StoreError> {
    let mut gone = on_db!(tx, sqlx::query(PURGE).bind(before))?;
    for faults in [true, false] {
        gone += on_db!(tx, sqlx::query(CROWD).bind(most).bind(faults))?;
    }
    Ok(gone)
}
