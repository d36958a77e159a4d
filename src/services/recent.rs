//! What was read a moment ago, for the few questions that are asked again and again: is this token good, what does it
//! release.
//!
//! An answer is good for [`MOMENT`], so that what another node or a command changed is seen within a second, and only
//! until this process itself writes anything that could change it ([`Store::changes`]): whoever revokes a token and asks
//! about it hears the truth. Nothing here outlives the process, and nothing is decided here.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use moka::sync::Cache;

use crate::{
    base::{clock::Moment, digest::Digest},
    store::Store,
};

/// For so long an answer is taken as it was read.
const MOMENT: Duration = Duration::from_millis(800);
/// For so long it is remembered at all, in the machine's own time.
const KEPT: Duration = Duration::from_mins(1);

/// Answers by the digest of what was asked about.
pub struct Recent<T> {
    store: Store,
    answers: Cache<Digest, Arc<Answer<T>>>,
    /// How often everything was forgotten: an answer that was on its way meanwhile is forgotten too.
    forgotten: AtomicU64,
}

struct Answer<T> {
    what: Arc<T>,
    asked: Asked,
}

/// When a question was asked: to be taken before the answer is read, so that a change in between is not missed.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    at: Moment,
    changes: u64,
    forgotten: u64,
}

/// What is remembered of a question.
#[derive(Debug)]
pub enum Memory<T> {
    /// Good now.
    Fresh(Arc<T>),
    /// It was so; what never changes about it still holds.
    Stale(Arc<T>),
    /// Not asked lately.
    Nothing,
}

impl<T> fmt::Debug for Recent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recent").finish_non_exhaustive()
    }
}

impl<T: Send + Sync + 'static> Recent<T> {
    /// Remembers `most` answers.
    pub fn new(store: Store, most: u64) -> Self {
        let answers = Cache::builder().max_capacity(most).time_to_live(KEPT).build();
        Self { store, answers, forgotten: AtomicU64::new(0) }
    }

    /// Begins a question.
    pub fn ask(&self, now: Moment) -> Asked {
        Asked { at: now, changes: self.store.changes(), forgotten: self.forgotten.load(Ordering::Acquire) }
    }

    /// What is remembered of it.
    pub fn recall(&self, key: &Digest, asked: Asked) -> Memory<T> {
        match self.answers.get(key) {
            Some(known) if known.asked.forgotten == asked.forgotten => {
                let since = known.asked;
                let fresh = since.changes == asked.changes && asked.at >= since.at && asked.at.since(since.at) < MOMENT;
                if fresh { Memory::Fresh(known.what.clone()) } else { Memory::Stale(known.what.clone()) }
            }
            _ => Memory::Nothing,
        }
    }

    /// Remembers the answer to a question.
    pub fn keep(&self, key: Digest, asked: Asked, what: T) -> Arc<T> {
        let what = Arc::new(what);
        self.answers.insert(key, Arc::new(Answer { what: what.clone(), asked }));
        what
    }

    /// Forgets everything, also what never changes.
    pub fn forget_all(&self) {
        self.forgotten.fetch_add(1, Ordering::Release);
        self.answers.invalidate_all();
    }
}
