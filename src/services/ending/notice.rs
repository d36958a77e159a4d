//! Telling an app that somebody signed out, or may use it no more: one job per app and session.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    base::{
        clock::Moment,
        id::{ClientKey, Ids, JobId, PersonId, SessionId},
    },
    protocol::jwt::{LogoutToken, assemble},
    services::{
        Services,
        fetch::FetchError,
        jobs::{FIRST_PAUSE, pause},
    },
    store::{
        StoreError, Tx,
        jobs::{self, JobRow, NewJob},
    },
};

/// The job that tells one app.
pub const KIND: &str = "backchannel_logout";
/// After how many tries an app is given up: the last comes about a day after the first.
const MOST_TRIES: i64 = 8;
/// A logout token is good for so many seconds.
const TOKEN_SECONDS: i64 = 120;
/// The first try is made by whoever ended the session; the worker waits so long before it takes over.
pub(super) const HEAD_START: Duration = FIRST_PAUSE;

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
    /// The app.
    pub client: ClientKey,
    /// Its name.
    pub app: String,
    /// Whether it confirmed. If not, it will be tried again, or it has no address at which it could be told.
    pub confirmed: bool,
}

impl Notice {
    /// The job that tells it, not before `run_at`.
    pub(super) fn job(&self, ids: &Ids, run_at: Moment, now: Moment) -> NewJob {
        let payload = serde_json::to_string(self).unwrap_or_default();
        NewJob { id: ids.next(), kind: KIND, payload, run_at, now }
    }
}

impl Services {
    /// Does a leased job of this kind.
    pub async fn do_logout_job(&self, job: &JobRow) {
        match serde_json::from_str(&job.payload) {
            Ok(notice) => drop(self.tell(job.id, &notice, job.attempts).await),
            // It would be leased again and again, in the place of one that can be read.
            Err(error) => {
                let turn = (job.id, error.to_string());
                let give_up = async |tx: &mut Tx, (job, error): &(JobId, String)| jobs::give_up(tx, *job, error).await;
                let given_up = self.store.write(turn, give_up).await;
                tracing::error!(%error, job = %job.id, ?given_up, "a logout notice cannot be read");
            }
        }
    }

    pub(super) async fn tell(&self, job: JobId, notice: &Notice, tried: i64) -> Told {
        let client = self.clients.by_key(notice.client);
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
        self.told(notice, confirmed)
    }

    pub(super) fn told(&self, notice: &Notice, confirmed: bool) -> Told {
        let client = self.clients.by_key(notice.client);
        let app = client.map(|client| client.name.clone()).unwrap_or_default();
        Told { client: notice.client, app, confirmed }
    }

    async fn settle(&self, job: JobId, tried: i64, outcome: Result<(), FetchError>) -> Result<(), StoreError> {
        let Err(error) = outcome else {
            return self.store.write(job, async |tx: &mut Tx, job: &JobId| jobs::done(tx, *job).await).await;
        };
        tracing::warn!(%error, "an app could not be told of a sign-out");
        let turn = (job, self.clock.now() + pause(tried), tried + 1 >= MOST_TRIES, error.to_string());
        self.store
            .write(turn, async |tx: &mut Tx, (job, at, last, error)| {
                if *last { jobs::give_up(tx, *job, error).await } else { jobs::again(tx, *job, *at, error).await }
            })
            .await
    }
}
