//! R31: whether the time of an answer tells that a sector ID exists. Each guess comes from an address of its own with a
//! password of its own, so that no throttle but the ordinary one is in force.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{
    load::{
        browser::{Browser, escape},
        html,
        wire::{self, Wire},
    },
    report::{Line, Report, median, number},
    world::{database::Database, provider::Provider},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Known,
    Unknown,
    Disabled,
}

/// Guesses so many times of each kind, in an order of chance.
pub async fn run(
    provider: &Provider,
    database: &Database,
    on: &'static str,
    times: usize,
    report: &mut Report,
) -> Result<()> {
    let disabled = provider.users.first().context("no users")?;
    database.set_state(&disabled.name, "suspended").await?;
    let mut page = Browser::new(provider.port);
    let form = html::forms(&page.get("/sign-in").await?.text()).into_iter().find(|form| form.has("password"));
    let form = form.context("no sign-in form")?;
    let fixed: Vec<String> =
        form.fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    let (cookies, fixed) = (page.cookie_header(), fixed.join("&"));
    let mut wire = Wire::open(provider.port).await?;
    let mut order: Vec<Kind> = [Kind::Known, Kind::Unknown, Kind::Disabled].repeat(times);
    fastrand::shuffle(&mut order);
    let mut took: Vec<(Kind, f64)> = Vec::with_capacity(order.len());
    for (n, kind) in order.into_iter().enumerate() {
        let name = match kind {
            Kind::Known => provider.users[1 + n % (provider.users.len() - 1)].name.clone(),
            Kind::Unknown => format!("99{n:08}"),
            Kind::Disabled => disabled.name.clone(),
        };
        let body = format!("{fixed}&username={}&password=guess-{n}-{}", escape(&name), fastrand::u64(..));
        let from = format!("198.{}.{}.{}", 18 + n / 65_536, n / 256 % 256, n % 256);
        let request = wire::post(provider.port, "/sign-in", &[("cookie", &cookies), ("x-forwarded-for", &from)], &body);
        let began = Instant::now();
        let answer = wire.ask(&request).await?;
        let time = began.elapsed();
        match answer.status {
            422 => took.push((kind, millis(time))),
            // The account's own budget is spent: that is another throttle state, and no guess.
            429 => {}
            other => bail!("HTTP {other} to a wrong password"),
        }
    }
    database.set_state(&disabled.name, "active").await?;
    let of = |kind| median(took.iter().filter(|(other, _)| *other == kind).map(|(_, ms)| *ms));
    let medians = [of(Kind::Known), of(Kind::Unknown), of(Kind::Disabled)];
    ensure!(medians.iter().all(|ms| ms.is_finite()), "no guess of some kind was answered");
    let spread = medians.iter().copied().fold(f64::MIN, f64::max) - medians.iter().copied().fold(f64::MAX, f64::min);
    let behind =
        format!("known {}, unknown {}, disabled {} ms", number(medians[0]), number(medians[1]), number(medians[2]));
    let what = "medians of wrong passwords for known, unknown and disabled IDs differ by";
    report.add(Line::low("R31", what, spread, "ms").on(on).must(5.0).behind(behind));
    Ok(())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
