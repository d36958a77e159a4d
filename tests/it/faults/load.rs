//! A mixed load on the token endpoints, and what was promised under it.
//!
//! "Acknowledged" means that a 2xx came back. What was acknowledged must hold whatever happens next; a request without
//! an answer may have happened or not, and is sent again.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use super::ground::{Caller, Ground, Lost, Reply, text};
use crate::support::{callers::RelyingParty, tour::Tour};

/// How many do each thing at the same time.
const CHAINS: usize = 12;
const REDEEMERS: usize = 6;
const REVOKERS: usize = 6;
/// How many codes and tokens each of the latter two has to go through.
const EACH: usize = 5;

/// What the load has been promised, and what it does not know.
#[derive(Default)]
pub(super) struct Promises {
    /// The newest refresh token of each chain.
    newest: Vec<String>,
    /// Refresh tokens that came of redeemed codes.
    redeemed: Vec<String>,
    /// Codes that were sent and not answered.
    perhaps_redeemed: Vec<String>,
    /// Refresh tokens that were revoked.
    revoked: Vec<String>,
}

/// What a load works with, prepared before the server runs.
pub(super) struct Load {
    chains: Vec<String>,
    codes: Vec<Vec<String>>,
    doomed: Vec<Vec<String>>,
}

impl Load {
    pub(super) async fn prepare(ground: &Ground, tour: &Tour) -> Self {
        let mut tokens = ground.refresh_tokens(tour, CHAINS + REVOKERS * EACH).await;
        let doomed = tokens.split_off(CHAINS);
        let codes = ground.codes(tour, REDEEMERS * EACH).await;
        let in_lists = |all: Vec<String>| all.chunks(EACH).map(<[String]>::to_vec).collect();
        Self { chains: tokens, codes: in_lists(codes), doomed: in_lists(doomed) }
    }

    /// Starts everything at once; it goes on until connections are lost. `acknowledged` counts what was promised.
    pub(super) fn start(self, caller: &Caller, app: &RelyingParty, acknowledged: &Arc<AtomicUsize>) -> Running {
        let worker = Worker { caller: caller.clone(), app: app.clone(), acknowledged: acknowledged.clone() };
        let mut running = Running(Vec::new());
        running.0.extend(self.chains.into_iter().map(|token| tokio::spawn(worker.clone().rotate(token))));
        running.0.extend(self.codes.into_iter().map(|codes| tokio::spawn(worker.clone().redeem(codes))));
        running.0.extend(self.doomed.into_iter().map(|tokens| tokio::spawn(worker.clone().revoke(tokens))));
        running
    }
}

pub(super) struct Running(Vec<tokio::task::JoinHandle<Promises>>);

impl Running {
    /// What was promised until the connections were lost.
    pub(super) async fn promises(self) -> Promises {
        let mut all = Promises::default();
        for one in self.0 {
            let one = one.await.unwrap();
            all.newest.extend(one.newest);
            all.redeemed.extend(one.redeemed);
            all.perhaps_redeemed.extend(one.perhaps_redeemed);
            all.revoked.extend(one.revoked);
        }
        all
    }
}

#[derive(Clone)]
struct Worker {
    caller: Caller,
    app: RelyingParty,
    acknowledged: Arc<AtomicUsize>,
}

impl Worker {
    async fn rotate(self, mut token: String) -> Promises {
        while let Ok(reply) = self.caller.refresh(&self.app, &token).await {
            if self.acknowledges(&reply) {
                token = text(&reply.json(), "refresh_token");
            }
        }
        Promises { newest: vec![token], ..Promises::default() }
    }

    async fn redeem(self, codes: Vec<String>) -> Promises {
        let mut promises = Promises::default();
        for code in codes {
            match self.caller.redeem(&self.app, &code).await {
                Ok(reply) if self.acknowledges(&reply) => {
                    promises.redeemed.push(text(&reply.json(), "refresh_token"));
                }
                // A 503 promises nothing either.
                Ok(_) | Err(Lost) => promises.perhaps_redeemed.push(code),
            }
        }
        promises
    }

    async fn revoke(self, tokens: Vec<String>) -> Promises {
        let mut promises = Promises::default();
        for token in tokens {
            match self.caller.post("/revoke", &self.app, &[("token", &token)]).await {
                Ok(reply) if self.acknowledges(&reply) => promises.revoked.push(token),
                Ok(_) | Err(Lost) => {}
            }
        }
        promises
    }

    fn acknowledges(&self, reply: &Reply) -> bool {
        if reply.is_busy() {
            return false;
        }
        assert_eq!(reply.status, 200, "{reply:?}");
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        true
    }
}

impl Promises {
    /// Asks a server whether everything that was promised holds.
    pub(super) async fn hold(&self, caller: &Caller, app: &RelyingParty) {
        // First the chains, while a lost reply may still be asked for again: the newest token gives a next one, and if
        // its own reply was lost, the one that was lost.
        for token in self.newest.iter().chain(&self.redeemed) {
            let reply = caller.refresh(app, token).await.unwrap();
            assert_eq!(reply.status, 200, "an acknowledged refresh token is lost: {reply:?}");
            let next = text(&reply.json(), "refresh_token");
            let reply = caller.refresh(app, &next).await.unwrap();
            assert_eq!(reply.status, 200, "its successor is not good: {reply:?}");
        }
        for code in &self.perhaps_redeemed {
            let reply = caller.redeem(app, code).await.unwrap();
            assert!(matches!(reply.status, 200 | 400), "{reply:?}");
        }
        for token in &self.revoked {
            let reply = caller.refresh(app, token).await.unwrap();
            assert_eq!(reply.status, 400, "an acknowledged revocation is lost: {reply:?}");
        }
    }
}
