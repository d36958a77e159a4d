//! What the administration API answered to requests that carry a key, so that one who asks again is answered the same.

use super::{StoreError, Tx};
use crate::base::{clock::Moment, digest::Digest};

row! {
    /// What was answered.
    #[derive(Clone, Debug)]
    pub struct AnswerRow {
        /// Digest of the request.
        pub request: Digest,
        /// The answer, sealed; `None` while the request is under way.
        pub answer: Option<Vec<u8>>,
    }
}

/// A key for a request, with the answer where it is known already.
#[derive(Clone, Debug)]
pub struct NewAnswer {
    /// Digest of the caller and the key.
    pub keyed: Digest,
    /// Digest of the request.
    pub request: Digest,
    /// The answer, sealed; `None`: the request begins.
    pub answer: Option<Vec<u8>>,
    /// Until when it is kept.
    pub until: Moment,
}

statements! {
    CLAIM = "INSERT INTO api_answers (keyed, request, answer, expires_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    FREE = "DELETE FROM api_answers WHERE keyed = $1 AND expires_at <= $2";
    FIND = "SELECT request, answer FROM api_answers WHERE keyed = $1 AND expires_at > $2";
    KEEP = "UPDATE api_answers SET answer = $2, expires_at = $3 WHERE keyed = $1";
    FORGET = "DELETE FROM api_answers WHERE keyed = $1";
    PURGE = "DELETE FROM api_answers WHERE keyed IN
             (SELECT keyed FROM api_answers WHERE expires_at < $1 ORDER BY expires_at LIMIT 500)";
}

/// Takes a key; false when somebody has it.
pub async fn claim(tx: &mut Tx, new: &NewAnswer, now: Moment) -> Result<bool, StoreError> {
    let NewAnswer { keyed, request, answer, until } = new;
    on_db!(tx, sqlx::query(FREE).bind(*keyed).bind(now))?;
    Ok(on_db!(tx, sqlx::query(CLAIM).bind(*keyed).bind(*request).bind(answer.as_deref()).bind(*until))? == 1)
}

/// What a key was used for.
pub async fn find(tx: &mut Tx, keyed: Digest, now: Moment) -> Result<Option<AnswerRow>, StoreError> {
    on_db!(tx, c => sqlx::query_as(FIND).bind(keyed).bind(now).fetch_optional(&mut *c))
}

/// Keeps an answer.
pub async fn keep(tx: &mut Tx, keyed: Digest, answer: &[u8], until: Moment) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(KEEP).bind(keyed).bind(answer).bind(until)).map(drop)
}

/// Gives a key back.
pub async fn forget(tx: &mut Tx, keyed: Digest) -> Result<(), StoreError> {
    on_db!(tx, sqlx::query(FORGET).bind(keyed)).map(drop)
}

/// Forgets some of those whose time is over; how many.
pub async fn purge(tx: &mut Tx, before: Moment) -> Result<u64, StoreError> {
    on_db!(tx, sqlx::query(PURGE).bind(before))
}
