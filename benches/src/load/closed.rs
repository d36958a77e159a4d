//! The closed loop: so many virtual users, each asking again as soon as it was answered.

use std::{
    cell::Cell,
    collections::BTreeMap,
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use hdrhistogram::Histogram;
use serde::Serialize;
use tokio::task::JoinSet;

use super::{
    browser::{Browser, encode},
    flow,
    wire::{self, Wire},
};
use crate::world::{
    process::Processes,
    provider::{Alg, Provider, User},
};

/// What one operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// GET the metadata.
    Discovery,
    /// GET the keys.
    Jwks,
    /// A service asks for a token of its own.
    ClientCredentials(Alg),
    /// An app asks about a token of a person, drawn at random.
    Introspection,
    /// An app asks about the person of such a token.
    Userinfo,
    /// Each virtual user walks its own chain of rotating refresh tokens.
    Refresh(Alg),
    /// A browser with a session: authorize, code, tokens.
    CodeFlow(Alg),
    /// A fresh browser: sign-in page, password, code, tokens.
    SignIn,
}

/// Virtual users, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    pub users: usize,
    pub warm_up: Duration,
    pub time: Duration,
}

/// What a measurement found.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    pub per_second: f64,
    /// Of the measured processes, for one operation.
    pub cpu_us: f64,
    /// The same by the names of threads.
    pub by_thread_us: BTreeMap<String, f64>,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub anonymous_mib: f64,
    pub errors: u64,
}

/// Access tokens and signed-in browsers, made before anything is measured.
pub struct Stock {
    pub tokens: Vec<String>,
}

impl Stock {
    /// Signs people in for tokens that can be asked about.
    pub async fn of(provider: &Provider, tokens: usize) -> Result<Self> {
        let app = provider.app(provider.usual)?;
        let mut stock = Self { tokens: Vec::with_capacity(tokens) };
        // The last people: those who sign in while others are measured would end the sessions of these.
        for user in provider.users.iter().rev().take(tokens.div_ceil(8)) {
            let mut browser = Browser::new(provider.port);
            stock.tokens.push(flow::sign_in(provider, &mut browser, app, user).await?.0.access);
            for _ in 0..7 {
                let code = flow::authorize(provider, &mut browser, app, None).await?;
                stock.tokens.push(flow::exchange(provider, &mut browser, app, &code).await?.access);
            }
        }
        Ok(stock)
    }
}

/// Runs a scenario against a provider.
pub async fn provider(provider: &Rc<Provider>, stock: &Rc<Stock>, scenario: Scenario, pace: Pace) -> Result<Measured> {
    let mut users = Vec::new();
    for n in 0..pace.users {
        users.push(Virtual::new(provider.clone(), stock, scenario, n).await.with_context(|| format!("{scenario:?}"))?);
    }
    measure(&provider.processes, users, pace).await.with_context(|| format!("{scenario:?} of {}", provider.name))
}

/// Runs one fixed request against a server that is no provider.
pub async fn raw(port: u16, processes: &Processes, requests: Rc<Vec<Vec<u8>>>, pace: Pace) -> Result<Measured> {
    let mut users = Vec::new();
    for _ in 0..pace.users {
        let work = Work::Ask { wire: Wire::open(port).await?, requests: requests.clone(), marker: b"{" };
        users.push(Virtual { provider: None, work });
    }
    measure(processes, users, pace).await
}

async fn measure(processes: &Processes, users: Vec<Virtual>, pace: Pace) -> Result<Measured> {
    /// What all virtual users see: nobody counts before the warm-up is over, nor after the end.
    #[derive(Clone, Copy, PartialEq)]
    enum Phase {
        Warming,
        Counting,
        Over,
    }
    let phase = Rc::new(Cell::new(Phase::Warming));
    let mut running = JoinSet::new();
    for mut user in users {
        let phase = phase.clone();
        running.spawn_local(async move {
            let (mut times, mut errors, mut in_a_row, mut example) = (histogram(), 0_u64, 0, None);
            while phase.get() != Phase::Over {
                let began = Instant::now();
                let outcome = user.act().await;
                let counts = phase.get() == Phase::Counting;
                match outcome {
                    Ok(()) => {
                        in_a_row = 0;
                        if counts {
                            times.saturating_record(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
                        }
                    }
                    Err(error) => {
                        errors += u64::from(counts);
                        in_a_row += 1;
                        example.get_or_insert(format!("{error:#}"));
                        if in_a_row > 20 {
                            break;
                        }
                    }
                }
            }
            (times, errors, example)
        });
    }
    tokio::time::sleep(pace.warm_up).await;
    phase.set(Phase::Counting);
    let (began, cpu_before, threads_before) = (Instant::now(), processes.cpu(), processes.cpu_by_thread());
    tokio::time::sleep(pace.time).await;
    phase.set(Phase::Over);
    let (took, cpu) = (began.elapsed().as_secs_f64(), processes.cpu() - cpu_before);
    let threads = processes.cpu_by_thread();
    let anonymous_mib = processes.anonymous_mib();
    let (mut times, mut errors, mut example) = (histogram(), 0, None);
    while let Some(done) = running.join_next().await {
        let (own, failed, why) = done?;
        times.add(own)?;
        errors += failed;
        example = example.or(why);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of a bench are small")]
    let (count, ms) = (times.len() as f64, |quantile| times.value_at_quantile(quantile) as f64 / 1000.0);
    ensure!(count > 0.0, "nothing succeeded: {}", example.unwrap_or_default());
    if let Some(example) = example {
        eprintln!("  {errors} errors, for example: {example}");
    }
    let since = |name: &String, now: f64| now - threads_before.get(name).copied().unwrap_or_default();
    let by_thread = threads.iter().map(|(name, now)| (name.clone(), since(name, *now) * 1e6 / count));
    Ok(Measured {
        per_second: count / took,
        cpu_us: cpu * 1e6 / count,
        by_thread_us: by_thread.filter(|(_, each)| *each > 0.0).collect(),
        p50_ms: ms(0.5),
        p99_ms: ms(0.99),
        anonymous_mib,
        errors,
    })
}

/// Latencies in microseconds, up to two minutes.
pub fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 120_000_000, 3).expect("bounds that fit each other")
}

/// A virtual user in the middle of its scenario.
struct Virtual {
    provider: Option<Rc<Provider>>,
    work: Work,
}

enum Work {
    /// Sends one of these at random; a good answer contains the marker.
    Ask {
        wire: Wire,
        requests: Rc<Vec<Vec<u8>>>,
        marker: &'static [u8],
    },
    Refresh {
        browser: Browser,
        alg: Alg,
        token: String,
    },
    CodeFlow {
        browser: Browser,
        alg: Alg,
    },
    SignIn {
        browser: Browser,
        next: usize,
    },
}

impl Virtual {
    async fn new(provider: Rc<Provider>, stock: &Stock, scenario: Scenario, n: usize) -> Result<Self> {
        let ask = |requests: Vec<Vec<u8>>, marker: &'static [u8]| (Rc::new(requests), marker);
        let (port, paths) = (provider.port, &provider.paths);
        let (requests, marker) = match scenario {
            Scenario::Discovery => ask(vec![wire::get(port, &paths.discovery, &[])], b"\"issuer\""),
            Scenario::Jwks => ask(vec![wire::get(port, &paths.jwks, &[])], b"\"keys\""),
            Scenario::ClientCredentials(alg) => {
                let app = provider.service(alg)?;
                let headers = [("authorization", flow::basic(app))];
                let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
                ask(vec![wire::post(port, &paths.token, &headers, "grant_type=client_credentials")], b"access_token")
            }
            Scenario::Introspection => {
                let basic = flow::basic(provider.app(provider.usual)?);
                let about = |token: &String| {
                    let form = encode(&[("token".to_owned(), token.clone())]);
                    wire::post(port, &paths.introspect, &[("authorization", &basic)], &form)
                };
                ask(stock.tokens.iter().map(about).collect(), b"\"active\":true")
            }
            Scenario::Userinfo => {
                let about =
                    |token: &String| wire::get(port, &paths.userinfo, &[("authorization", &format!("Bearer {token}"))]);
                ask(stock.tokens.iter().map(about).collect(), b"\"sub\"")
            }
            Scenario::Refresh(_) | Scenario::CodeFlow(_) | Scenario::SignIn => {
                let work = Work::of_a_person(&provider, scenario, n).await?;
                return Ok(Self { provider: Some(provider), work });
            }
        };
        let work = Work::Ask { wire: Wire::open(port).await?, requests, marker };
        Ok(Self { provider: Some(provider), work })
    }

    async fn act(&mut self) -> Result<()> {
        match (&mut self.work, &self.provider) {
            (Work::Ask { wire, requests, marker }, _) => {
                let answer = wire.ask(&requests[fastrand::usize(..requests.len())]).await?;
                let good = answer.status == 200 && answer.body.windows(marker.len()).any(|part| part == *marker);
                ensure!(good, "HTTP {}: {}", answer.status, String::from_utf8_lossy(answer.body));
            }
            (Work::Refresh { browser, alg, token }, Some(provider)) => {
                let tokens = flow::refresh(provider, browser, provider.app(*alg)?, token).await?;
                *token = tokens.refresh.context("no successor")?;
            }
            (Work::CodeFlow { browser, alg }, Some(provider)) => {
                let app = provider.app(*alg)?;
                let code = flow::authorize(provider, browser, app, None).await?;
                flow::exchange(provider, browser, app, &code).await?;
            }
            (Work::SignIn { browser, next }, Some(provider)) => {
                browser.forget();
                let user = nth(provider, *next);
                *next += STRIDE;
                flow::sign_in(provider, browser, provider.app(provider.usual)?, user).await?;
            }
            (_, None) => bail!("no provider"),
        }
        Ok(())
    }
}

/// Somebody of those who sign in while things are measured.
fn nth(provider: &Provider, n: usize) -> &User {
    &provider.users[n % (provider.users.len() * 4 / 5)]
}

/// Virtual users begin at different people and step so far, so that no two are the same person at one time.
const STRIDE: usize = 61;

impl Work {
    async fn of_a_person(provider: &Provider, scenario: Scenario, n: usize) -> Result<Self> {
        let user = nth(provider, n * STRIDE);
        let mut browser = Browser::new(provider.port);
        Ok(match scenario {
            Scenario::Refresh(alg) => {
                let (tokens, _) = flow::sign_in(provider, &mut browser, provider.app(alg)?, user).await?;
                Self::Refresh { browser, alg, token: tokens.refresh.context("no refresh token")? }
            }
            Scenario::CodeFlow(alg) => {
                flow::sign_in(provider, &mut browser, provider.app(alg)?, user).await?;
                Self::CodeFlow { browser, alg }
            }
            _ => Self::SignIn { browser, next: n * (STRIDE / 2) },
        })
    }
}
