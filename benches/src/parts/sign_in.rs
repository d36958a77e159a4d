//! Signing in with a password: the product on both databases, the peer, and the hash alone, in turns of a second or
//! less, so that a moment in which the machine is slower hits all of them.

use anyhow::Result;

use super::{Effort, Subject};
use crate::{
    load::closed::{self, Measured, Scenario},
    raw::hash,
    report::{Line, Report, median, number},
};

const USERS: usize = 16;
/// Turns in a round.
const TURNS: usize = 3;
/// How the product names its hashing threads.
const HASHING: &str = "hash";

/// Measures turn by turn, then judges.
pub async fn run(effort: &Effort, peer: &Subject, ours: &[Subject], report: &mut Report) -> Result<()> {
    let everybody: Vec<&Subject> = ours.iter().chain([peer]).collect();
    let mut found: Vec<Vec<Measured>> = vec![Vec::new(); everybody.len()];
    let mut alone = Vec::new();
    for turn in 0..effort.rounds * TURNS {
        for (subject, found) in everybody.iter().zip(&mut found) {
            alone.push(hash::fast(effort.time / 3)?);
            let pace = effort.pace(USERS);
            let measured = closed::provider(&subject.provider, &subject.stock, Scenario::SignIn, pace).await?;
            report.keep("sign-in", subject.on, turn, &measured);
            found.push(measured);
        }
    }
    let portable = hash::portable(effort.time)?;
    let hash_us = median(alone.iter().map(|hash| hash.cpu_us));
    let hashes_per_second = median(alone.iter().map(|hash| hash.per_second));
    let of = |all: &[Measured], field: fn(&Measured) -> f64| median(all.iter().map(field));
    let theirs = found.pop().unwrap_or_default();
    let (their_rate, their_cpu) = (of(&theirs, |m| m.per_second), of(&theirs, |m| m.cpu_us));
    for (subject, all) in ours.iter().zip(&found) {
        let (rate, cpu) = (of(all, |m| m.per_second), of(all, |m| m.cpu_us));
        let mut add = |line: Line| report.add(line.on(subject.on));
        let behind = format!("{} of {} µs", number(hash_us), number(cpu));
        let share = Line::high("G1", "raw hash in a sign-in's CPU", hash_us / cpu, "");
        add(share.must(0.85).aim(0.93).behind(behind));
        let hashing = of(all, |m| m.by_thread_us.get(HASHING).copied().unwrap_or_default());
        let behind = format!("{} of {} µs", number(hashing), number(cpu));
        add(Line::high("G1", "hashing threads in a sign-in's CPU", hashing / cpu, "").behind(behind));
        let behind =
            format!("{} against {}/s; {} against {} µs CPU", number(rate), number(their_rate), number(cpu), number(their_cpu));
        add(Line::high("G2", "sign-in", rate / their_rate, "× node").must(1.2).aim(1.8).behind(behind));
        let behind = format!("{} against {}/s", number(rate), number(hashes_per_second));
        let of_all = rate / hashes_per_second;
        add(Line::high("G2", "sign-ins", of_all, "× raw hashes/s of all cores").aim(0.85).behind(behind));
    }
    let kernel = portable.cpu_us / hash_us;
    report.add(Line::high("G1", "fast password kernel", kernel, "× portable").must(1.3).aim(2.2));
    Ok(())
}
