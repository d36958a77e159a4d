//! Ending access: sessions, the grants that hang from them, and telling every app (Back-Channel Logout 1.0).
//!
//! The notice to each app is a job written with the change; it is tried at once, and again later if it fails.

mod lost;
mod notice;

use futures_util::future::join_all;

pub use lost::Apps;
pub use notice::{KIND, Notice, Told};

use super::Services;
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ClientKey, JobId, PersonId, SessionId},
    },
    store::{
        StoreError, Tx, grants,
        jobs::{self, NewJob},
        sessions,
    },
};

/// A session to be ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// The session.
    pub session: SessionId,
    /// Whose.
    pub person: PersonId,
}

struct Turn {
    ended: Ended,
    now: Moment,
    notices: Vec<(ClientKey, NewJob)>,
}

impl Services {
    /// Ends a session and what hangs from it, and tells its apps at once, all in parallel.
    pub async fn end_session(&self, ended: Ended) -> Result<Vec<Told>, StoreError> {
        let jobs = self.end_quietly(ended).await?;
        Ok(join_all(jobs.iter().map(|(id, notice)| self.tell(*id, notice, 0))).await)
    }

    /// Ends every session of an account but one, and every grant of the ended.
    pub async fn end_sessions(&self, account: AccountId, but: Option<SessionId>) -> Result<Vec<Told>, StoreError> {
        let now = self.clock.now();
        let sessions = self
            .store
            .read((account, now), async |tx: &mut Tx, (account, now)| sessions::of_account(tx, *account, *now).await)
            .await?;
        let mut told = Vec::new();
        for session in sessions.iter().filter(|session| Some(session.id) != but) {
            told.extend(self.end_session(Ended { session: session.id, person: session.person_id }).await?);
        }
        Ok(told)
    }

    /// Ends a session; the jobs that are to tell its apps.
    async fn end_quietly(&self, ended: Ended) -> Result<Vec<(JobId, Notice)>, StoreError> {
        let now = self.clock.now();
        let listening = self.clients.all().into_iter().filter(|client| client.backchannel_logout_uri.is_some());
        let notices = listening
            .map(|client| {
                let notice = Notice { client: client.key, person: ended.person, session: ended.session };
                (client.key, notice.job(&self.ids, now + notice::HEAD_START, now))
            })
            .collect();
        let added = self
            .store
            .write(Turn { ended, now, notices }, async |tx: &mut Tx, turn: &Turn| {
                if !sessions::end(tx, turn.ended.session, turn.now).await? {
                    return Ok(Vec::new());
                }
                let clients = grants::clients_of_session(tx, turn.ended.session).await?;
                grants::end_of_session(tx, turn.ended.session, turn.now).await?;
                let mut added = Vec::new();
                for (client, job) in turn.notices.iter().filter(|(client, _)| clients.contains(client)) {
                    jobs::add(tx, job).await?;
                    added.push((job.id, *client));
                }
                Ok(added)
            })
            .await?;
        let notice = |client| Notice { client, person: ended.person, session: ended.session };
        Ok(added.into_iter().map(|(id, client)| (id, notice(client))).collect())
    }
}
