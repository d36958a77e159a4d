//! What an app remembers: sessions, sign-ins and sign-outs that were begun, logout tokens that were used.
//!
//! Everything has an end, and everything a stranger can fill has a limit.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use openidconnect::Nonce;

use super::{claims::Claims, provider::IdToken};
use crate::base::{
    clock::{Clock, Moment},
    digest::Digest,
    secret::Token,
};

/// A school day.
const SESSION: Duration = Duration::from_hours(8);
/// Long enough to find one's password; the provider's own limits are shorter.
const BEGUN: Duration = Duration::from_mins(30);
/// What is begun by strangers.
const MOST_BEGUN: usize = 10_000;

/// A signed-in browser.
#[derive(Debug)]
pub(super) struct Session {
    /// What the app was told.
    pub(super) claims: Claims,
    /// Proof of the session, for signing out at the provider.
    pub(super) id_token: IdToken,
    /// What this app's forms carry, so that no other site can send them.
    pub(super) form_key: Token,
}

/// A sign-in that was begun.
#[derive(Debug)]
pub(super) struct Begun {
    /// The browser it belongs to.
    pub(super) visitor: Digest,
    /// Expected in the ID token.
    pub(super) nonce: Nonce,
    /// The PKCE verifier.
    pub(super) verifier: String,
}

/// Whose sessions end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// All of this person's…
    pub(super) sub: Option<String>,
    /// …or those of this session at the provider; both, when both are told.
    pub(super) sid: Option<String>,
}

/// The app's memory.
#[derive(Debug)]
pub(super) struct Memory {
    clock: Clock,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    sessions: Kept<Digest, Arc<Session>>,
    begun: Kept<Digest, Begun>,
    leaving: Kept<Digest, ()>,
    used: Kept<String, ()>,
}

impl Memory {
    /// An empty one.
    pub(super) fn new(clock: Clock) -> Self {
        Self { clock, held: Mutex::default() }
    }

    /// The session of this cookie.
    pub(super) fn session(&self, token: &Token) -> Option<Arc<Session>> {
        self.held().sessions.find(&token.digest(), self.clock.now()).cloned()
    }

    /// Opens a session.
    pub(super) fn open(&self, token: &Token, session: Session) {
        let now = self.clock.now();
        self.held().sessions.keep(token.digest(), Arc::new(session), now, now + SESSION);
    }

    /// Ends the session of this cookie.
    pub(super) fn close(&self, token: &Token) -> Option<Arc<Session>> {
        self.held().sessions.take(&token.digest(), self.clock.now())
    }

    /// Ends all sessions that are meant; says how many.
    pub(super) fn close_all(&self, ending: &Ending) -> usize {
        let meant = |asked: &Option<String>, session: &Session, claim| {
            asked.as_deref().is_none_or(|asked| session.claims.text(claim) == Some(asked))
        };
        self.held()
            .sessions
            .drop_where(|session| meant(&ending.sub, session, "sub") && meant(&ending.sid, session, "sid"))
    }

    /// Remembers a sign-in under its `state`.
    pub(super) fn begin(&self, state: &Token, begun: Begun) {
        let now = self.clock.now();
        self.held().begun.keep(state.digest(), begun, now, now + BEGUN);
    }

    /// The sign-in of this `state`, once.
    pub(super) fn resume(&self, state: &Token) -> Option<Begun> {
        self.held().begun.take(&state.digest(), self.clock.now())
    }

    /// Remembers that the provider was asked to sign out.
    pub(super) fn leave(&self, state: &Token) {
        let now = self.clock.now();
        self.held().leaving.keep(state.digest(), (), now, now + BEGUN);
    }

    /// Whether the provider answers a sign-out that this app asked for.
    pub(super) fn left(&self, state: &Token) -> bool {
        self.held().leaving.take(&state.digest(), self.clock.now()).is_some()
    }

    /// Marks a `jti` as used until its token would be refused anyway; says whether it was new.
    pub(super) fn first_use(&self, jti: &str, until: Moment) -> bool {
        let now = self.clock.now();
        let mut held = self.held();
        let new = held.used.find(jti, now).is_none();
        if new {
            held.used.keep(jti.to_owned(), (), now, until);
        }
        new
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Values that are forgotten after a while, the earliest first when there are too many.
#[derive(Debug)]
struct Kept<K, V>(HashMap<K, (V, Moment)>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Eq + Clone, V> Kept<K, V> {
    fn keep(&mut self, key: K, value: V, now: Moment, until: Moment) {
        if self.0.len() >= MOST_BEGUN {
            self.0.retain(|_, (_, until)| *until > now);
        }
        if self.0.len() >= MOST_BEGUN
            && let Some(first) = self.0.iter().min_by_key(|(_, (_, until))| *until).map(|(key, _)| key.clone())
        {
            self.0.remove(&first);
        }
        self.0.insert(key, (value, until));
    }

    fn find<Q: ?Sized + Hash + Eq>(&self, key: &Q, now: Moment) -> Option<&V>
    where
        K: std::borrow::Borrow<Q>,
    {
        self.0.get(key).filter(|(_, until)| *until > now).map(|(value, _)| value)
    }

    fn take(&mut self, key: &K, now: Moment) -> Option<V> {
        self.0.remove(key).filter(|(_, until)| *until > now).map(|(value, _)| value)
    }

    fn drop_where(&mut self, goes: impl Fn(&V) -> bool) -> usize {
        let before = self.0.len();
        self.0.retain(|_, (value, _)| !goes(value));
        before - self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::entropy::Entropy;

    #[test]
    fn a_sign_in_is_resumed_once_and_not_after_half_an_hour() {
        let (clock, entropy) = (Clock::by_hand(Moment::from_seconds(1_800_000_000)), Entropy::danger_seeded(1));
        let memory = Memory::new(clock.clone());
        let state = Token::random(&entropy);
        let begin = || {
            let nonce = Nonce::new("n".into());
            memory.begin(&state, Begun { visitor: state.digest(), nonce, verifier: String::new() });
        };
        begin();
        assert!(memory.resume(&state).is_some());
        assert!(memory.resume(&state).is_none());
        begin();
        clock.advance(BEGUN);
        assert!(memory.resume(&state).is_none());
    }

    #[test]
    fn strangers_cannot_fill_the_memory() {
        let clock = Clock::by_hand(Moment::from_seconds(0));
        let mut kept = Kept::<usize, ()>::default();
        for n in 0..MOST_BEGUN + 5 {
            clock.advance(Duration::from_secs(1));
            kept.keep(n, (), clock.now(), clock.now() + Duration::from_hours(24));
        }
        assert_eq!(kept.0.len(), MOST_BEGUN);
        assert!(!kept.0.contains_key(&4) && kept.0.contains_key(&5));
    }
}
