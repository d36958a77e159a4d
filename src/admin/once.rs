//! A request of the administration API that is sent twice is done once: its answer is kept under the key that the caller
//! gave it, for a day.
//!
//! The key is taken before the deed and the answer kept after it. A server that dies in between leaves the key taken for a
//! minute, longer than any request takes; whoever asks again after that has the deed asked for again, and every deed may
//! be. But a list brought again would be a second import, and what files are is known only at their end: their key is looked
//! up first, and taken and answered in the write that makes an import of them. It refuses to keep what is told once: codes
//! and secrets.

use std::time::Duration;

use crate::{
    base::{clock::Moment, digest::Digest},
    services::Services,
    store::{
        StoreError, Tx,
        answers::{self, AnswerRow, NewAnswer},
    },
};

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_hours(24);
/// How long a request may be under way.
const UNDER_WAY: Duration = Duration::from_mins(1);
/// What answers are sealed for.
const PURPOSE: &str = "api answer";

/// What was found under a key.
#[derive(Debug)]
pub enum Begun {
    /// Nothing: it is this request's now.
    First,
    /// The answer that was given.
    Before(Vec<u8>),
    /// The same request, and no answer yet.
    UnderWay,
    /// Another request.
    Other,
}

/// Takes a key for a request. `keyed`: the digest of the caller and the key.
pub async fn begin(sv: &Services, keyed: Digest, request: Digest) -> Result<Begun, StoreError> {
    let now = sv.clock.now();
    let new = NewAnswer { keyed, request, answer: None, until: now + UNDER_WAY };
    let begin = async |tx: &mut Tx, (new, now): &(NewAnswer, Moment)| {
        if answers::claim(tx, new, *now).await? {
            return Ok(None);
        }
        answers::find(tx, new.keyed, *now).await
    };
    let Some(found) = sv.store.write_aside((new, now), begin).await? else { return Ok(Begun::First) };
    Ok(judge(sv, found, request))
}

/// What is kept under a key, whichever request it was used for.
pub async fn find(sv: &Services, keyed: Digest) -> Result<Option<AnswerRow>, StoreError> {
    let find = async |tx: &mut Tx, (keyed, now): &(Digest, Moment)| answers::find(tx, *keyed, *now).await;
    sv.store.read((keyed, sv.clock.now()), find).await
}

/// What that is to this request.
pub fn judge(sv: &Services, found: AnswerRow, request: Digest) -> Begun {
    match found.answer {
        _ if found.request != request => Begun::Other,
        None => Begun::UnderWay,
        Some(sealed) => {
            sv.keys.fields.open(PURPOSE, &sealed).map_or(Begun::Other, |plain| Begun::Before(plain.to_vec()))
        }
    }
}

/// An answer to be kept in the write that does what it tells.
pub fn sealed(sv: &Services, (keyed, request): (Digest, Digest), answer: &[u8]) -> NewAnswer {
    NewAnswer { keyed, request, answer: Some(sv.keys.fields.seal(PURPOSE, answer)), until: sv.clock.now() + KEPT }
}

/// Keeps an answer.
pub async fn keep(sv: &Services, keyed: Digest, answer: &[u8]) -> Result<(), StoreError> {
    let turn = (keyed, sv.keys.fields.seal(PURPOSE, answer), sv.clock.now() + KEPT);
    let keep = async |tx: &mut Tx, (keyed, answer, until): &(Digest, Vec<u8>, Moment)| {
        answers::keep(tx, *keyed, answer, *until).await
    };
    sv.store.write_aside(turn, keep).await
}

/// Gives a key back: nothing was done, or what was told is told once.
pub async fn forget(sv: &Services, keyed: Digest) -> Result<(), StoreError> {
    sv.store.write_aside(keyed, async |tx: &mut Tx, keyed: &Digest| answers::forget(tx, *keyed).await).await
}
