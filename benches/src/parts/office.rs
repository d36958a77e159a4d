//! What administrators do with a whole sector once it is there: the same lists again, searches, the step into the next
//! year while people sign in, and slips for a school.

use std::{
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;

use super::{Effort, sector};
use crate::{
    load::{
        browser::{Browser, escape},
        closed::histogram,
        flow,
        surge::surge,
    },
    report::{Line, Report, number},
    world::{phuong::Phuong, provider::Provider},
};

/// A school year's step may take so long for so many pupils, in seconds.
const ROLLOVER: (f64, f64) = (60.0, 500_000.0);
/// People who know their passwords.
const PEOPLE: usize = 64;
/// Who sign in each second while something else is going on: a calm morning, far from what the machine can do.
const ARRIVING: f64 = 20.0;

/// The files that were imported, again.
pub fn again(phuong: &Phuong, files: &[PathBuf], first: Duration, on: &'static str, report: &mut Report) -> Result<()> {
    let again = phuong.import(files)?;
    let (first, took) = (first.as_secs_f64(), again.took.as_secs_f64());
    let behind = format!("{} against {} s", number(took), number(first));
    let line = Line::high("#4", "the same files imported again", first / took, "× faster").on(on).must(5.0);
    report.add(line.behind(behind));
    report.add(Line::low("#4", "memory of importing them again", again.peak_mib, "MiB").on(on).must(300.0));
    Ok(())
}

/// Searches, and the step into the next year, on a server that people sign in to.
pub async fn year(
    effort: &Effort,
    phuong: &Phuong,
    pupils: &Path,
    size: (u32, u32, u32),
    on: &'static str,
    report: &mut Report,
) -> Result<()> {
    let (process, _) = phuong.serve().await?;
    let provider = Rc::new(phuong.provider(&process, None, PEOPLE).await?);
    let user = &provider.users[0];
    phuong.run(&["user", "grant", &user.name, "--role", "sector_admin"])?;
    search(&provider, pupils, on, report).await?;

    // Two steps: the work by itself, and the next year's amid sign-ins, for which it stands back.
    let (most, of) = ROLLOVER;
    let what = format!("rollover of {} schools and {} pupils", size.0, size.2);
    phuong.run(&["rollover", "draft", "--year", "2027-2028"])?;
    let began = Instant::now();
    phuong.run(&["rollover", "schedule", "--year", "2027-2028"])?;
    let alone = began.elapsed().as_secs_f64();
    let line = Line::low("#4", what, alone, "s").on(on).must((most * f64::from(size.2) / of).max(1.0));
    report.add(line);

    phuong.run(&["rollover", "draft", "--year", "2028-2029"])?;
    let time = (effort.time * 4).max(Duration::from_secs(4));
    let calm = surge(&provider, ARRIVING, time).await?;
    let began = Instant::now();
    let mut work = phuong.start(&["rollover", "schedule", "--year", "2028-2029"], "rollover")?;
    let (mut entered, mut took) = (histogram(), None);
    while took.is_none() {
        let amid = surge(&provider, ARRIVING, Duration::from_secs(2));
        let watched = async {
            while took.is_none() {
                took = work.ended()?.then(|| began.elapsed());
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            std::future::pending::<Result<()>>().await
        };
        tokio::select! {
            amid = amid => entered.add(amid?.entered)?,
            failed = watched => failed?,
        }
    }
    anyhow::ensure!(work.succeeded(), "the rollover failed: {}", phuong.told("rollover"));
    let (p99, took) = (p99_ms(&entered), took.context("it ended")?.as_secs_f64());
    let line = Line::low("#4", "p99 of sign-ins amid a rollover", p99 / calm.p99_ms, "× calm").on(on).must(2.0);
    let behind = format!("{} against {} ms; the rollover took {} s", number(p99), number(calm.p99_ms), number(took));
    report.add(line.behind(behind));
    Ok(())
}

/// Looking for people by name: the page of the console, from the request to its last byte.
async fn search(provider: &Provider, pupils: &Path, on: &'static str, report: &mut Report) -> Result<()> {
    let mut browser = Browser::new(provider.port);
    flow::sign_in(provider, &mut browser, provider.app(provider.usual)?, &provider.users[0]).await?;
    let names = names(pupils)?;
    let rare = some(names.iter().filter(|name| RARE.iter().any(|family| name.starts_with(family))));
    let common: Vec<String> = ["nguyen thi", "van anh", "tran", "an", "nguyen van minh"].map(str::to_owned).into();
    for (what, words, must) in
        [("a rare name", rare, 5.0), ("a whole name", some(&names), 50.0), ("very common words", common, 50.0)]
    {
        let mut taken = histogram();
        for round in 0..3 {
            for words in &words {
                let began = Instant::now();
                let page = browser.get(&format!("/console/people?q={}", escape(words))).await?;
                anyhow::ensure!(page.status == 200, "{}", page.brief());
                if round > 0 {
                    taken.saturating_record(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
                }
            }
        }
        report.add(Line::low("G13", format!("p99 of a search for {what}"), p99_ms(&taken), "ms").on(on).must(must));
    }
    Ok(())
}

/// Of microseconds.
fn p99_ms(taken: &Histogram<u64>) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "microseconds of a bench are few")]
    let us = taken.value_at_quantile(0.99) as f64;
    us / 1000.0
}

/// Families of one in a thousand.
const RARE: [&str; 4] = ["Quách ", "Khúc ", "Nghiêm ", "Huỳnh "];

/// Some of many, from all over them.
fn some<'n>(names: impl IntoIterator<Item = &'n String>) -> Vec<String> {
    let names: Vec<&String> = names.into_iter().collect();
    names.iter().step_by((names.len() / 200).max(1)).map(|name| (*name).clone()).collect()
}

/// The pupils' names.
fn names(pupils: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(pupils)?;
    let mut lines = text.trim_start_matches('\u{FEFF}').lines();
    let header = lines.next().context("an empty list")?;
    let column = header.split(',').position(|title| title == "Họ và tên").context("no column of names")?;
    Ok(lines.filter_map(|line| line.split(',').nth(column)).map(str::to_owned).collect())
}

/// Slips for everybody at a school of 1,500 pupils.
pub fn slips(phuong: &Phuong, code: &str, folder: &Path, report: &mut Report) -> Result<()> {
    let out = folder.join("slips.pdf");
    let out = out.to_str().context("a path in Unicode")?;
    let printed = phuong.measured(&["--json", "slips", "--school", code, "--out", out], "slips")?;
    let line = Line::low("#4", "slips for a school of 1,500 pupils", printed.took.as_secs_f64(), "s").on("SQLite");
    report.add(line.must(3.0));
    report.add(Line::low("#4", "memory of printing them", printed.peak_mib, "MiB").on("SQLite").must(300.0));
    Ok(())
}

/// What a dry run of the sector's files takes, beside the commit.
pub fn dry(phuong: &Phuong, files: &[PathBuf], on: &'static str, report: &mut Report) -> Result<Duration> {
    let dry = phuong.look(files)?;
    let behind = format!("{} MiB", number(dry.peak_mib));
    let what = "dry run of the sector's files";
    report.add(Line::low("#4", what, dry.took.as_secs_f64(), "s").on(on).must(sector::IMPORT).behind(behind));
    Ok(dry.took)
}
