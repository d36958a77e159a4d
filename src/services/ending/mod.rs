//! Ending access: sessions, the grants that hang from them, and telling every app (Back-Channel Logout 1.0).
//!
//! Whatever ends access does so in the write that is its reason: prepare an [`Ending`] or [`EndingOfAccount`], run it in
//! the write's closure, and [`Services::tell_all`] afterwards. The notice to each app is a job written with the change;
//! it is tried at once, and again later if it fails. What ends because of what somebody is no more is [`Apps::end_lost`].

mod lesson;
mod lost;
mod notice;

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

pub use lesson::{KIND as LESSON_KIND, lesson};
pub use lost::Apps;
pub use notice::{KIND, Notice, Told};

use super::{
    Services,
    audit::{self, Actor},
};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ClientKey, GrantId, Ids, JobId, PersonId, SessionId},
    },
    store::{
        StoreError, Tx, accounts,
        audit::{self as trail, Event},
        devices, grants, jobs, rescue,
        sessions::{self, SessionRow},
    },
};

/// How long whoever signs out waits for their apps: most answer at once, and what may still be open is said.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// A session to be ended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// The session.
    pub session: SessionId,
    /// Whose.
    pub person: PersonId,
    /// Of which account.
    pub account: AccountId,
}

impl From<&SessionRow> for Ended {
    fn from(row: &SessionRow) -> Self {
        Self { session: row.id, person: row.person_id, account: row.account_id }
    }
}

/// Who makes the first try at telling the apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstTry {
    /// Whoever ends the session, by [`Services::tell_all`]; the worker waits a while before it takes over.
    Caller,
    /// The worker, within a second: an app that does not answer keeps nobody waiting.
    Worker,
}

/// What it takes to end a session, prepared outside the write that ends it.
#[derive(Clone, Debug)]
pub struct Ending {
    ended: Ended,
    now: Moment,
    /// The apps that want to hear of it; those that the session never signed in to are left out in the write.
    listening: Vec<ClientKey>,
    /// Not before which moment the worker tells them.
    run_at: Moment,
    ids: Ids,
    /// For the audit trail, when the end is not part of something else that is told there.
    event: Option<Event>,
}

/// What it takes to end an account's sessions, all or all but one.
#[derive(Debug)]
pub struct EndingOfAccount {
    account: AccountId,
    but: Option<SessionId>,
    now: Moment,
    known: Vec<Ending>,
}

/// A notice that is due: a job in the database, or none for an app that wants no notices, which people are told of.
#[derive(Clone, Debug)]
pub struct Due {
    job: Option<JobId>,
    notice: Notice,
}

impl Ending {
    /// Ends the session, the boards that were let in from it, and what hangs from them; the notices due, none when it
    /// had ended.
    pub async fn run(&self, tx: &mut Tx) -> Result<Vec<Due>, StoreError> {
        if !sessions::end(tx, self.ended.session, self.now).await? {
            return Ok(Vec::new());
        }
        if let Some(event) = &self.event {
            trail::add(tx, event).await?;
        }
        let mut due = self.end_grants(tx, self.ended.session).await?;
        for board in devices::opened_by(tx, self.ended.session).await? {
            sessions::end(tx, board, self.now).await?;
            due.extend(self.end_grants(tx, board).await?);
        }
        Ok(due)
    }

    /// Ends the oldest of the account's other sessions, if they are too many with this one, which is in use (R52).
    pub async fn make_room(&self, tx: &mut Tx) -> Result<(), StoreError> {
        let live = sessions::of_account(tx, self.ended.account, self.now).await?;
        for old in live.iter().filter(|row| row.id != self.ended.session).skip(sessions::MOST - 1) {
            Self { ended: Ended::from(old), ..self.clone() }.run(tx).await?;
        }
        Ok(())
    }

    async fn end_grants(&self, tx: &mut Tx, session: SessionId) -> Result<Vec<Due>, StoreError> {
        let clients = grants::clients_of_session(tx, session).await?;
        grants::end_of_session(tx, session, self.now).await?;
        let mut due = Vec::new();
        for client in clients {
            let notice = Notice { client, person: self.ended.person, session };
            let job = self.listening.contains(&client).then(|| notice.job(&self.ids, self.run_at, self.now));
            if let Some(job) = &job {
                jobs::add(tx, job).await?;
            }
            due.push(Due { job: job.map(|job| job.id), notice });
        }
        Ok(due)
    }
}

/// Ends a grant that was given back, or of which something was presented twice; with it the session of a board, from which
/// nothing else hangs.
pub async fn end_grant(tx: &mut Tx, grant: GrantId, now: Moment) -> Result<(), StoreError> {
    grants::end(tx, grant, now).await?;
    devices::end_session(tx, grant, now).await
}

impl EndingOfAccount {
    /// Ends the sessions, whatever apps were given by them, also what was to outlive them, and the six digits that would
    /// lead to a new password: whoever had the account may hold any of these. The notices due.
    pub async fn run(&self, tx: &mut Tx) -> Result<Vec<Due>, StoreError> {
        // Whoever lets a board in at this moment has done so, or finds the session ended.
        accounts::hold(tx, self.account).await?;
        let mut due = Vec::new();
        for ending in &self.known {
            due.extend(ending.run(tx).await?);
        }
        // One that began a moment ago ends as well; it has hardly signed in to anything that would have to be told.
        for late in sessions::of_account(tx, self.account, self.now).await? {
            if Some(late.id) != self.but {
                sessions::end(tx, late.id, self.now).await?;
            }
        }
        match self.but {
            None => grants::end_of_account(tx, self.account, self.now).await?,
            Some(here) => grants::end_elsewhere(tx, self.account, here, self.now).await?,
        };
        rescue::void(tx, self.account, self.now).await?;
        Ok(due)
    }
}

impl Services {
    /// Ends a session at its owner's wish and what hangs from it, and tells its apps at once, all in parallel. Nobody
    /// waits for a slow app: there is an answer within [`PATIENCE`], and whoever has not confirmed by then may do so later.
    pub async fn end_session(self: &Arc<Self>, ended: Ended) -> Result<Vec<Told>, StoreError> {
        let (actor, subject) = (Actor::Account(ended.account), audit::account(ended.account));
        let event = self.event(&actor, "session.ended", subject, &serde_json::json!({}));
        let ending = Ending { event: Some(event), ..self.ending(ended, FirstTry::Caller) };
        let due = self.store.write(ending, async |tx: &mut Tx, ending: &Ending| ending.run(tx).await).await?;
        Ok(join_all(due.into_iter().map(|due| self.tell_soon(due))).await)
    }

    /// Tells one app, which goes on by itself when it takes longer than somebody waits.
    async fn tell_soon(self: &Arc<Self>, due: Due) -> Told {
        let (sv, notice) = (self.clone(), due.notice.clone());
        let telling = tokio::spawn(async move { sv.tell_one(&due).await });
        match timeout(PATIENCE, telling).await {
            Ok(Ok(told)) => told,
            Ok(Err(_)) | Err(_) => self.told(&notice, false),
        }
    }

    async fn tell_one(&self, due: &Due) -> Told {
        match due.job {
            Some(job) => self.tell(job, &due.notice, 0).await,
            None => self.told(&due.notice, false),
        }
    }

    /// Ends a session for somebody who waits for something else: the worker tells its apps.
    pub async fn end_session_in_passing(&self, ended: Ended) -> Result<(), StoreError> {
        let ending = self.ending(ended, FirstTry::Worker);
        self.store.write(ending, async |tx: &mut Tx, ending: &Ending| ending.run(tx).await.map(drop)).await
    }

    /// Prepares the end of a session, for a write of the caller's.
    pub fn ending(&self, ended: Ended, first: FirstTry) -> Ending {
        let now = self.clock.now();
        let run_at = if first == FirstTry::Caller { now + notice::HEAD_START } else { now };
        let listening = self.clients.all().into_iter().filter(|client| client.backchannel_logout_uri.is_some());
        let listening = listening.map(|client| client.key).collect();
        Ending { ended, now, listening, run_at, ids: self.ids.clone(), event: None }
    }

    /// Prepares the end of every session of an account but one, for the write that is the reason.
    pub async fn ending_of_account(
        &self,
        account: AccountId,
        but: Option<SessionId>,
    ) -> Result<EndingOfAccount, StoreError> {
        let now = self.clock.now();
        let sessions = self
            .store
            .read((account, now), async |tx: &mut Tx, (account, now)| sessions::of_account(tx, *account, *now).await)
            .await?;
        let ended = sessions.iter().filter(|session| Some(session.id) != but).map(Ended::from);
        Ok(EndingOfAccount { account, but, now, known: ended.map(|e| self.ending(e, FirstTry::Caller)).collect() })
    }

    /// Tells every app that is due, all in parallel; the worker goes on with those that did not confirm.
    pub async fn tell_all(&self, due: &[Due]) -> Vec<Told> {
        join_all(due.iter().map(|due| self.tell_one(due))).await
    }
}
