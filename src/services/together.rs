//! Many writes of one kind in one statement each: what the hottest writes (a code redeemed, a refresh token rotated) wait
//! for is mostly the way to the database and back, which many can go together.
//!
//! While batches are on their way the next one gathers, so nobody waits for company. How many may be on their way at once
//! is the store's to say ([`Store::lanes`]). A batch does only what is plain: for
//! everything else, and when the batch as a whole fails, the answer is nothing, and the caller's own write decides. Of
//! inputs that concern the same row the closure does one and leaves the others alone.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::store::{Store, StoreError};

/// So many at most go together.
const MOST: usize = 256;

type Waiting<I, T> = (I, oneshot::Sender<Result<Option<T>, StoreError>>);

/// A queue of writes of one kind.
#[derive(Debug)]
pub struct Together<I, T> {
    store: Store,
    queue: mpsc::Sender<Waiting<I, T>>,
}

impl<I, T> Together<I, T>
where
    I: Send + Sync + 'static,
    T: Send + 'static,
{
    /// Begins; `write` answers for each input in order, with nothing for those it leaves alone. It must end nothing and
    /// change nothing about a person: it goes through [`Store::write_aside`], or [`Store::write_one`] or
    /// [`Store::write_once`] where it may. Must run
    /// inside a tokio runtime.
    pub fn new<W, A>(store: Store, write: W) -> Self
    where
        W: Fn(Store, Vec<I>) -> A + Send + 'static,
        A: Future<Output = Result<Vec<Option<T>>, StoreError>> + Send + 'static,
    {
        let writer = store.clone();
        let (queue, mut waiting) = mpsc::channel::<Waiting<I, T>>(MOST);
        let lanes = Arc::new(Semaphore::new(store.lanes()));
        tokio::spawn(async move {
            let mut batch = Vec::new();
            // Nobody closes the lanes.
            while let Ok(lane) = lanes.clone().acquire_owned().await
                && waiting.recv_many(&mut batch, MOST).await > 0
            {
                let (inputs, replies): (Vec<I>, Vec<_>) = batch.drain(..).unzip();
                let writing = write(writer.clone(), inputs);
                tokio::spawn(async move {
                    answer(replies, writing.await);
                    drop(lane);
                });
            }
        });
        Self { store, queue }
    }

    /// Writes one input with whatever waits beside it; nothing when it was left alone. The write completes even when the
    /// caller goes away. Who joins late waits for the batch before as well, yet no longer than the store has patience.
    pub async fn write(&self, input: I) -> Result<Option<T>, StoreError> {
        let answer = async {
            let (reply, answer) = oneshot::channel();
            self.queue.send((input, reply)).await.map_err(|_| StoreError::Closed)?;
            answer.await.map_err(|_| StoreError::Closed)?
        };
        self.store.in_time(answer).await
    }
}

fn answer<T>(
    replies: Vec<oneshot::Sender<Result<Option<T>, StoreError>>>,
    outcome: Result<Vec<Option<T>>, StoreError>,
) {
    let (mut turns, otherwise) = match outcome {
        Ok(turns) => (turns.into_iter(), Ok(())),
        // Whether it was committed is not known: another try could spend what is spent already.
        Err(error @ (StoreError::Commit(_) | StoreError::Unanswered | StoreError::Closed)) => {
            (Vec::new().into_iter(), Err(error))
        }
        Err(_) => (Vec::new().into_iter(), Ok(())),
    };
    for reply in replies {
        let turn = otherwise.clone().map(|()| turns.next().flatten());
        // A caller that went away does not undo its write.
        let _ = reply.send(turn);
    }
}
