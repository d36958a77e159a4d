//! Connections that are kept: taken and given back without a word to the database. sqlx's own pools ask it at every
//! return whether it is still there, which costs as much as a read.

use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::StoreError;

/// So many connections at most, opened when they are first needed; the one that was used last is taken first.
#[derive(Debug)]
pub(super) struct Kept<C> {
    idle: Mutex<Vec<C>>,
    free: Arc<Semaphore>,
    most: u32,
}

/// A connection for one read or write; it goes back when it is dropped.
#[derive(Debug)]
pub(super) struct Lease<C> {
    /// Always there until the drop.
    connection: Option<C>,
    home: Arc<Kept<C>>,
    spoilt: bool,
    _permit: OwnedSemaphorePermit,
}

impl<C> Kept<C> {
    pub(super) fn new(most: u32) -> Arc<Self> {
        Arc::new(Self { idle: Mutex::default(), free: Arc::new(Semaphore::new(most as usize)), most })
    }

    /// Waits for room, and opens a connection when none is idle.
    pub(super) async fn take<E>(
        self: &Arc<Self>,
        open: impl AsyncFnOnce() -> Result<C, E>,
    ) -> Result<Lease<C>, StoreError>
    where
        StoreError: From<E>,
    {
        let permit = self.free.clone().acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open().await?,
        };
        Ok(Lease { connection: Some(connection), home: self.clone(), spoilt: false, _permit: permit })
    }

    /// Waits for every connection to come back, and lets nobody take one any more; what is to be closed.
    pub(super) async fn close(&self) -> Vec<C> {
        let all = self.free.acquire_many(self.most).await;
        self.free.close();
        drop(all);
        std::mem::take(&mut *self.idle())
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<C>> {
        // No statement under the lock leaves the list half changed.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C> Lease<C> {
    /// It is not to be used again.
    pub(super) const fn spoil(&mut self) {
        self.spoilt = true;
    }
}

impl<C> Drop for Lease<C> {
    fn drop(&mut self) {
        let connection = self.connection.take();
        if !self.spoilt {
            self.home.idle().extend(connection);
        }
    }
}

impl<C> Deref for Lease<C> {
    type Target = C;
    fn deref(&self) -> &C {
        self.connection.as_ref().expect("a lease holds its connection until it is dropped")
    }
}

impl<C> DerefMut for Lease<C> {
    fn deref_mut(&mut self) -> &mut C {
        self.connection.as_mut().expect("a lease holds its connection until it is dropped")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn take(kept: &Arc<Kept<u32>>, new: u32) -> Lease<u32> {
        kept.take(async || Ok::<_, StoreError>(new)).await.unwrap()
    }

    #[tokio::test]
    async fn a_connection_comes_back_and_a_spoilt_one_does_not() {
        let kept = Kept::new(2);
        drop(take(&kept, 1).await);
        let mut again = take(&kept, 2).await;
        assert_eq!(*again, 1);
        again.spoil();
        drop(again);
        assert_eq!(*take(&kept, 3).await, 3);
    }

    #[tokio::test]
    async fn whoever_closes_waits_for_what_is_out_and_then_nobody_takes_any() {
        let kept = Kept::new(2);
        let out = take(&kept, 1).await;
        let closing = tokio::spawn({
            let kept = kept.clone();
            async move { kept.close().await }
        });
        tokio::task::yield_now().await;
        assert!(!closing.is_finished());
        drop(out);
        assert_eq!(closing.await.unwrap(), [1]);
        assert!(kept.take(async || Ok::<_, StoreError>(2)).await.is_err());
    }
}
