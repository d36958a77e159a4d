//! Ending access: sessions, the grants that hang from them, and telling every app (Back-Channel Logout 1.0).
//!
//! Whatever ends access does so in the write that is its reason: prepare an [`Ending`] or [`EndingOfAccount`], run it in
//! the write's closure, and [`Services::tell_all`] afterwards. The notice to each app is a job written with the change;
//! it is tried at once, and again later if it fails.

use std::time::Duration;

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::{Services, fetch::FetchError};
use crate::{
    base::{
        clock::Moment,
        id::{AccountId, ClientKey, JobId, PersonId, SessionId},
    },
    protocol::jwt::{LogoutToken, assemble},
    store::{
        StoreError, Tx, grants,
        jobs::{self, JobRow, NewJob},
        sessions,
    },
};

/// The job that tells one app.
pub const KIND: &str = "backchannel_logout";
/// After how many tries an app is given up: the last comes about a day after the first.
const MOST_TRIES: i64 = 9;
/// A logout token is good for so many seconds.
const TOKEN_SECONDS: i64 = 120;
/// The first try is made by whoever ended the session; the worker waits so long before it takes over.
const HEAD_START: Duration = Duration::from_secs(15);

/// What the job needs to tell an app.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// Which app.
    pub client: ClientKey,
    /// Who.
    pub person: PersonId,
    /// Which session.
    pub session: SessionId,
}

/// How an app took it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The app's name.
    pub app: String,
    /// Whether it confirmed; if not it will be tried again.
    pub confirmed: bool,
}

/// A session to be ended.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// The session.
    pub session: SessionId,
    /// Whose.
    pub person: PersonId,
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
#[derive(Debug)]
pub struct Ending {
    ended: Ended,
    now: Moment,
    /// One for each app that wants to hear of it; those that the session never signed in to are left out in the write.
    notices: Vec<(ClientKey, NewJob)>,
}

/// What it takes to end an account's sessions, all or all but one.
#[derive(Debug)]
pub struct EndingOfAccount {
    account: AccountId,
    but: Option<SessionId>,
    now: Moment,
    known: Vec<Ending>,
}

/// A notice that is due: a job in the database.
#[derive(Clone, Debug)]
pub struct Due {
    job: JobId,
    notice: Notice,
}

impl Ending {
    /// Ends the session and what hangs from it; the notices due, none when it had ended.
    pub async fn run(&self, tx: &mut Tx) -> Result<Vec<Due>, StoreError> {
        let session = self.ended.session;
        if !sessions::end(tx, session, self.now).await? {
            return Ok(Vec::new());
        }
        let clients = grants::clients_of_session(tx, session).await?;
        grants::end_of_session(tx, session, self.now).await?;
        let mut due = Vec::new();
        for (client, job) in self.notices.iter().filter(|(client, _)| clients.contains(client)) {
            jobs::add(tx, job).await?;
            due.push(Due { job: job.id, notice: Notice { client: *client, person: self.ended.person, session } });
        }
        Ok(due)
    }
}

impl EndingOfAccount {
    /// Ends the sessions and what hangs from them; the notices due.
    pub async fn run(&self, tx: &mut Tx) -> Result<Vec<Due>, StoreError> {
        let mut due = Vec::new();
        for ending in &self.known {
            due.extend(ending.run(tx).await?);
        }
        // One that began a moment ago ends as well; it has hardly signed in to anything that would have to be told.
        for late in sessions::of_account(tx, self.account, self.now).await? {
            if Some(late.id) != self.but {
                sessions::end(tx, late.id, self.now).await?;
                grants::end_of_session(tx, late.id, self.now).await?;
            }
        }
        Ok(due)
    }
}

impl Services {
    /// Ends a session and what hangs from it, and tells its apps at once, all in parallel.
    pub async fn end_session(&self, ended: Ended) -> Result<Vec<Told>, StoreError> {
        let ending = self.ending(ended, FirstTry::Caller);
        let due = self.store.write(ending, async |tx: &mut Tx, ending: &Ending| ending.run(tx).await).await?;
        Ok(self.tell_all(&due).await)
    }

    /// Prepares the end of a session, for a write of the caller's.
    pub fn ending(&self, ended: Ended, first: FirstTry) -> Ending {
        let now = self.clock.now();
        let run_at = if first == FirstTry::Caller { now + HEAD_START } else { now };
        let listening = self.clients.all().into_iter().filter(|client| client.backchannel_logout_uri.is_some());
        let notices = listening
            .map(|client| {
                let notice = Notice { client: client.key, person: ended.person, session: ended.session };
                let payload = serde_json::to_string(&notice).unwrap_or_default();
                (client.key, NewJob { id: self.ids.next(), kind: KIND, payload, run_at, now })
            })
            .collect();
        Ending { ended, now, notices }
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
        let ended = sessions.iter().filter(|session| Some(session.id) != but);
        let ended = ended.map(|session| Ended { session: session.id, person: session.person_id });
        Ok(EndingOfAccount { account, but, now, known: ended.map(|e| self.ending(e, FirstTry::Caller)).collect() })
    }

    /// Tells every app that is due, all in parallel; the worker goes on with those that did not confirm.
    pub async fn tell_all(&self, due: &[Due]) -> Vec<Told> {
        join_all(due.iter().map(|due| self.tell(due.job, &due.notice, 0))).await
    }

    /// Does a leased job of this kind.
    pub async fn do_logout_job(&self, job: &JobRow) {
        if let Ok(notice) = serde_json::from_str(&job.payload) {
            self.tell(job.id, &notice, job.attempts).await;
        }
    }

    async fn tell(&self, job: JobId, notice: &Notice, tried: i64) -> Told {
        let client = self.clients.by_key(notice.client);
        let app = client.as_ref().map(|client| client.name.clone()).unwrap_or_default();
        let outcome = match client.as_ref().and_then(|client| Some((client, client.backchannel_logout_uri.as_ref()?))) {
            None => Ok(()),
            Some((client, uri)) => {
                let now = self.clock.now().seconds();
                let token = LogoutToken {
                    iss: self.settings.issuer.clone(),
                    sub: self.subjects.person(&client.subject, notice.person),
                    aud: client.client_id.0.clone(),
                    iat: now,
                    exp: now + TOKEN_SECONDS,
                    jti: self.ids.next::<JobId>().to_string(),
                    sid: self.subjects.session(&client.subject, notice.session),
                    events: LogoutToken::event(),
                };
                let signer = self.ring.signer(client.id_token_alg);
                let token = assemble(&token, signer.alg(), signer.kid(), |input| signer.sign(input));
                self.fetch.post_form(uri, &[("logout_token", &token)]).await
            }
        };
        let confirmed = outcome.is_ok();
        if let Err(error) = self.settle(job, tried, outcome).await {
            tracing::error!(%error, "a logout notice could not be settled; it will be sent again");
        }
        Told { app, confirmed }
    }

    async fn settle(&self, job: JobId, tried: i64, outcome: Result<(), FetchError>) -> Result<(), StoreError> {
        let Err(error) = outcome else {
            return self.store.write(job, async |tx: &mut Tx, job: &JobId| jobs::done(tx, *job).await).await;
        };
        tracing::warn!(%error, "an app could not be told of a sign-out");
        // 15 s, 1 min, 4 min, 17 min, 1 h, …
        let pause = HEAD_START * 4_u32.saturating_pow(u32::try_from(tried).unwrap_or(0).min(6));
        let turn = (job, self.clock.now() + pause, tried + 1 >= MOST_TRIES, error.to_string());
        self.store
            .write(turn, async |tx: &mut Tx, (job, at, last, error)| {
                if *last { jobs::give_up(tx, *job, error).await } else { jobs::again(tx, *job, *at, error).await }
            })
            .await
    }
}
