//! The open loop: people arrive when they arrive, whether the server keeps up or not.

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::Result;
use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::task::JoinSet;

use super::{browser::Browser, closed::histogram, flow};
use crate::world::provider::Provider;

/// How a surge went.
#[derive(Clone, Debug, Serialize)]
pub struct Surge {
    /// People per second who wanted in.
    pub arriving: f64,
    /// People per second who got in.
    pub goodput: f64,
    /// Of those who got in, from the moment they wanted in.
    pub p99_ms: f64,
    /// The same in microseconds, each of them.
    #[serde(skip)]
    pub entered: Histogram<u64>,
    /// Of those who were sent away, until they knew.
    pub refusal_p99_ms: f64,
    pub refused: u64,
    /// Failed otherwise than by being told to come back.
    pub broken: u64,
}

/// `rate` people a second arrive for `time`, each with a browser of their own. One who is told to come back goes away.
pub async fn surge(provider: &Rc<Provider>, rate: f64, time: Duration) -> Result<Surge> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "thousands of people at most")]
    let people = (rate * time.as_secs_f64()) as usize;
    let began = Instant::now();
    let mut running = JoinSet::new();
    for n in 0..people {
        #[expect(clippy::cast_precision_loss, reason = "thousands of people at most")]
        let wants_in = Duration::from_secs_f64((n as f64 + fastrand::f64()) / rate);
        let provider = provider.clone();
        running.spawn_local(async move {
            tokio::time::sleep_until((began + wants_in).into()).await;
            let user = &provider.users[n % provider.users.len()];
            let mut browser = Browser::new(provider.port);
            let outcome = async {
                let app = provider.app(provider.usual)?;
                flow::sign_in(&provider, &mut browser, app, user).await
            };
            (outcome.await.map(drop), began.elapsed().saturating_sub(wants_in))
        });
    }
    let (mut entered, mut refused, mut broken, mut example) = (histogram(), histogram(), 0, None);
    while let Some(done) = running.join_next().await {
        let (outcome, took) = done?;
        let us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        match outcome {
            Ok(()) => entered.saturating_record(us),
            Err(error) if format!("{error:#}").contains("HTTP 503") => refused.saturating_record(us),
            Err(error) => {
                broken += 1;
                example.get_or_insert(format!("{error:#}"));
            }
        }
    }
    if let Some(example) = example {
        eprintln!("  {broken} broken sign-ins, for example: {example}");
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    Ok(Surge {
        arriving: rate,
        goodput: entered.len() as f64 / began.elapsed().as_secs_f64(),
        p99_ms: entered.value_at_quantile(0.99) as f64 / 1000.0,
        refusal_p99_ms: refused.value_at_quantile(0.99) as f64 / 1000.0,
        refused: refused.len(),
        broken,
        entered,
    })
}
