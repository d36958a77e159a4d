//! What a storm of sign-ins does to everybody else, and to itself: isolation and surge.

use std::{rc::Rc, time::Duration};

use anyhow::Result;

use super::{Effort, Subject};
use crate::{
    load::{
        closed::{self, Pace, Scenario},
        surge::surge,
    },
    report::{Line, Report, number},
};

/// Apps that go on asking while people sign in: few, as they would be.
const ASKING: usize = 4;
/// More people at once than the machine has cores many times over.
const SIGNING_IN: usize = 48;

/// Isolation: introspection with nobody else there, and amid a storm of sign-ins.
pub async fn isolation(effort: &Effort, subject: &Subject, report: &mut Report) -> Result<()> {
    let (provider, stock) = (&subject.provider, &subject.stock);
    let asking = Pace { time: effort.time * 2, ..effort.pace(ASKING) };
    let calm = closed::provider(provider, stock, Scenario::Introspection, asking).await?;
    // The storm begins before the asking and ends after it.
    let storm = Pace { users: SIGNING_IN, warm_up: effort.warm_up, time: asking.time + effort.warm_up * 2 };
    let stormy = closed::provider(provider, stock, Scenario::Introspection, asking);
    let sign_ins = closed::provider(provider, stock, Scenario::SignIn, storm);
    let (stormy, sign_ins) = tokio::join!(stormy, sign_ins);
    let (stormy, sign_ins) = (stormy?, sign_ins?);
    for (what, measured) in [("calm", &calm), ("storm", &stormy), ("storm's sign-ins", &sign_ins)] {
        report.keep(what, subject.on, 0, measured);
    }
    let behind = format!("{} against {} ms", number(stormy.p99_ms), number(calm.p99_ms));
    let p99 = stormy.p99_ms / calm.p99_ms;
    report.add(Line::low("G8", "introspection's p99 in a storm", p99, "× calm").on(subject.on).aim(2.0).behind(behind));
    let behind = format!("{} against {}/s", number(stormy.per_second), number(calm.per_second));
    let rate = stormy.per_second / calm.per_second;
    report.add(Line::high("G8", "introspection in a storm", rate, "× calm").on(subject.on).aim(0.8).behind(behind));
    Ok(())
}

/// Surge: nearly as many as can get in, and three times as many.
pub async fn surges(effort: &Effort, subject: &Subject, report: &mut Report) -> Result<()> {
    let provider: &Rc<_> = &subject.provider;
    let peak = closed::provider(provider, &subject.stock, Scenario::SignIn, effort.pace(SIGNING_IN)).await?.per_second;
    let time = (effort.time * 3).clamp(Duration::from_secs(4), Duration::from_secs(12));
    let ordinary = surge(provider, peak * 0.9, time).await?;
    let flood = surge(provider, peak * 3.0, time).await?;
    report.keep("surge at 0.9", subject.on, 0, &ordinary);
    report.keep("surge at 3", subject.on, 0, &flood);
    let at = subject.on;
    report.add(Line::low("G9", "p99 of sign-ins at 0.9 × capacity", ordinary.p99_ms, "ms").on(at).aim(1000.0));
    let behind = format!("{} of {}/s; {} sent away", number(flood.goodput), number(peak), flood.refused);
    let goodput = flood.goodput / peak;
    report.add(Line::high("G9", "goodput at 3 × capacity", goodput, "× peak").on(at).aim(0.8).behind(behind));
    let refusal = flood.refusal_p99_ms;
    report.add(Line::low("G9", "p99 until one is told to come back", refusal, "ms").on(at).aim(1000.0));
    Ok(())
}
