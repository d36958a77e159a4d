//! What was measured against what must hold: one table, and the same as JSON.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Good {
    High,
    Low,
}

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The goal's number, or the requirement's.
    pub goal: &'static str,
    pub what: String,
    /// `SQLite`, `PostgreSQL`, or nothing where no database takes part.
    pub on: &'static str,
    pub value: f64,
    /// What follows the number: `× node`, `ms`.
    pub unit: &'static str,
    pub good: Good,
    /// What must hold; `None` for numbers that are only told.
    pub must: Option<f64>,
    /// What is aimed at.
    pub aim: Option<f64>,
    /// The numbers behind a ratio, for people.
    pub behind: String,
}

impl Line {
    /// A line whose number is good when it is high.
    pub fn high(goal: &'static str, what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        let (on, behind) = ("", String::new());
        Self { goal, what: what.into(), on, value, unit, good: Good::High, must: None, aim: None, behind }
    }

    /// A line whose number is good when it is low.
    pub fn low(goal: &'static str, what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { good: Good::Low, ..Self::high(goal, what, value, unit) }
    }

    pub const fn on(mut self, database: &'static str) -> Self {
        self.on = database;
        self
    }

    pub const fn must(mut self, bound: f64) -> Self {
        self.must = Some(bound);
        self
    }

    pub const fn aim(mut self, bound: f64) -> Self {
        self.aim = Some(bound);
        self
    }

    pub fn behind(mut self, numbers: impl Into<String>) -> Self {
        self.behind = numbers.into();
        self
    }

    fn within(&self, bound: f64) -> bool {
        match self.good {
            Good::High => self.value >= bound,
            Good::Low => self.value <= bound,
        }
    }

    /// Whether what must hold holds.
    pub fn met(&self) -> bool {
        self.must.is_none_or(|bound| self.within(bound))
    }

    fn verdict(&self) -> &'static str {
        match (self.must, self.aim) {
            (_, Some(aim)) if self.within(aim) => "aim reached",
            (Some(must), _) if !self.within(must) => "NOT MET",
            (Some(_), _) => "met",
            (None, Some(_)) => "aim missed",
            (None, None) => "",
        }
    }
}

/// Everything a run found.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub machine: String,
    pub lines: Vec<Line>,
    /// Every single measurement, as it was taken.
    pub raw: Vec<Value>,
}

impl Report {
    pub fn add(&mut self, line: Line) {
        eprintln!("  {}", row(&line));
        self.lines.push(line);
    }

    /// Keeps a measurement.
    pub fn keep(&mut self, what: &str, provider: &str, round: usize, measured: &impl Serialize) {
        let measured = serde_json::to_value(measured).unwrap_or_default();
        self.raw.push(serde_json::json!({ "what": what, "of": provider, "round": round, "measured": measured }));
    }

    /// The table as Markdown.
    pub fn table(&self) -> String {
        let mut text = format!("{}\n\n", self.machine);
        text +=
            "| goal | what | on | measured | must | aim | verdict | behind it |\n|---|---|---|---|---|---|---|---|\n";
        for line in &self.lines {
            let _ = writeln!(text, "{}", row(line));
        }
        text
    }

    pub fn missed(&self) -> usize {
        self.lines.iter().filter(|line| !line.met()).count()
    }

    /// Keeps the JSON and the table in a folder.
    pub fn save(&self, folder: &Path, name: &str) -> Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join(format!("{name}.json")), serde_json::to_string_pretty(self)?)?;
        Ok(fs::write(folder.join(format!("{name}.md")), self.table())?)
    }
}

fn row(line: &Line) -> String {
    let bound = |bound: Option<f64>| {
        let sign = if line.good == Good::High { "≥" } else { "≤" };
        bound.map_or(String::new(), |bound| format!("{sign} {}", number(bound)))
    };
    format!(
        "| {} | {} | {} | {} {} | {} | {} | {} | {} |",
        line.goal,
        line.what,
        line.on,
        number(line.value),
        line.unit,
        bound(line.must),
        bound(line.aim),
        line.verdict(),
        line.behind
    )
}

/// Three significant digits.
pub fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The middle one; of an even number the lower.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_met_from_its_own_side() {
        let high = Line::high("G", "x", 1.0, "").must(1.0).aim(2.0);
        assert_eq!((high.met(), high.verdict()), (true, "met"));
        let low = Line::low("G", "x", 9.0, "ms").must(5.0);
        assert_eq!((low.met(), low.verdict()), (false, "NOT MET"));
        assert_eq!(Line::low("G", "x", 1.0, "ms").must(5.0).aim(2.0).verdict(), "aim reached");
    }

    #[test]
    fn a_median_leaves_out_what_is_no_number() {
        assert_eq!(median([3.0, f64::NAN, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert!(median([]).is_nan());
    }
}
