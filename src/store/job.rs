//! A closure on its way to the database: what `write` and `read` accept, and the box in which it travels to the writer.

use std::panic::AssertUnwindSafe;

use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::oneshot;

use super::{Changes, error::StoreError, tx::Tx};

/// Says of an async closure what `AsyncFn` alone cannot: that its future may move between threads.
pub trait TxFn<'t, I: 't, T>: Fn(&'t mut Tx, &'t I) -> Self::Fut {
    /// What the closure returns.
    type Fut: Future<Output = Result<T, StoreError>> + Send + 't;
}

impl<'t, I: 't, T, F, U> TxFn<'t, I, T> for F
where
    F: Fn(&'t mut Tx, &'t I) -> U,
    U: Future<Output = Result<T, StoreError>> + Send + 't,
{
    type Fut = U;
}

/// Runs a closure once: a panic or a swallowed statement error is a failure.
pub(super) async fn attempt<I, T, F>(f: &F, tx: &mut Tx, input: &I) -> Result<T, StoreError>
where
    F: for<'t> TxFn<'t, I, T>,
{
    tx.failed = None;
    let outcome = AssertUnwindSafe(async { f(&mut *tx, input).await }).catch_unwind().await;
    match outcome {
        Err(_) => Err(StoreError::Panicked),
        Ok(Err(error)) => Err(error),
        Ok(Ok(value)) => tx.failed.take().map_or(Ok(value), Err),
    }
}

/// A write waiting for the writer. It may run more than once: alone again when the batch it shared failed.
pub(super) trait Job: Send {
    /// Runs it inside the open savepoint; false when its changes must be rolled back.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    /// Whether it is one statement, or a script with a savepoint of its own, that does no harm when it runs twice.
    fn is_one(&self) -> bool;
    /// Answers the caller, once the outcome of the commit is known.
    fn finish(self: Box<Self>, commit: Result<(), StoreError>);
}

struct Call<I, T, F> {
    input: I,
    f: F,
    out: Result<T, StoreError>,
    changes: Option<Changes>,
    one: bool,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

/// A job and the place where its answer will come.
pub(super) fn call<I, T, F>(
    changes: Option<Changes>,
    one: bool,
    input: I,
    f: F,
) -> (Box<dyn Job>, oneshot::Receiver<Result<T, StoreError>>)
where
    I: Send + Sync + 'static,
    T: Send + 'static,
    F: for<'t> TxFn<'t, I, T> + Send + Sync + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Call { input, f, out: Err(StoreError::Closed), changes, one, reply }), answer)
}

impl<I, T, F> Job for Call<I, T, F>
where
    I: Send + Sync,
    T: Send,
    F: for<'t> TxFn<'t, I, T> + Send + Sync,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        Box::pin(async move {
            self.out = attempt(&self.f, tx, &self.input).await;
            self.out.is_ok()
        })
    }

    fn is_one(&self) -> bool {
        self.one
    }

    fn finish(self: Box<Self>, commit: Result<(), StoreError>) {
        drop(self.changes);
        // A caller that went away does not undo its write.
        let _ = self.reply.send(self.out.and_then(|value| commit.map(|()| value)));
    }
}
