//! The end of a lesson: a board's session ends by itself, and whoever made the board is told then.

use super::{Ended, Ending, FirstTry};
use crate::{
    base::{
        clock::Moment,
        id::{Ids, JobId},
    },
    services::Services,
    store::{
        StoreError, Tx,
        jobs::{self, JobRow, NewJob},
    },
};

/// The job that ends a board's session.
pub const KIND: &str = "lesson_end";

/// The job that ends a session when its lesson is over.
pub fn lesson(ids: &Ids, ended: Ended, until: Moment, now: Moment) -> NewJob {
    let payload = serde_json::to_string(&ended).unwrap_or_default();
    NewJob { id: ids.next(), kind: KIND, payload, run_at: until, now }
}

impl Services {
    /// Does a leased job of this kind. One that had ended before ends no more.
    pub async fn do_lesson_job(&self, job: &JobRow) -> Result<(), StoreError> {
        let ended: Ended = match serde_json::from_str(&job.payload) {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(%error, job = %job.id, "the end of a lesson cannot be read");
                let turn = (job.id, error.to_string());
                let give_up = async |tx: &mut Tx, (job, error): &(JobId, String)| jobs::give_up(tx, *job, error).await;
                return self.store.write(turn, give_up).await;
            }
        };
        let turn = (self.ending(ended, FirstTry::Worker), job.id);
        let end = async |tx: &mut Tx, (ending, job): &(Ending, JobId)| {
            ending.run(tx).await?;
            jobs::done(tx, *job).await
        };
        self.store.write(turn, end).await
    }
}
