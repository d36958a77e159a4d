//! How far long work has come, on stderr: a bar where somebody watches, else a line every five seconds.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

const BETWEEN_LINES: Duration = Duration::from_secs(5);

/// Shows how far work has come. Ends when it is dropped.
pub(super) struct Progress(Shown);

enum Shown {
    Nothing,
    Bar(ProgressBar),
    Lines { what: String, total: u64, done: u64, last: Option<(Instant, u64)> },
}

impl Progress {
    pub(super) const fn silent() -> Self {
        Self(Shown::Nothing)
    }

    pub(super) fn bar(what: &str, total: u64) -> Self {
        // No colour in it, so there is nothing for NO_COLOR to take away.
        let form = if total == 0 { "{msg} {human_pos}" } else { "{msg} {wide_bar} {human_pos}/{human_len} {eta}" };
        let style = ProgressStyle::with_template(form);
        let bar = ProgressBar::new(total).with_message(what.to_owned());
        Self(Shown::Bar(match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }))
    }

    pub(super) fn lines(what: &str, total: u64) -> Self {
        Self(Shown::Lines { what: what.to_owned(), total, done: 0, last: None })
    }

    /// So many steps are done.
    pub(super) fn reach(&mut self, done: u64) {
        match &mut self.0 {
            Shown::Nothing => {}
            Shown::Bar(bar) => bar.set_position(done),
            Shown::Lines { what, total, done: reached, last } => {
                *reached = done;
                if last.is_none_or(|(at, _)| at.elapsed() >= BETWEEN_LINES) {
                    *last = Some((Instant::now(), done));
                    line(what, done, *total);
                }
            }
        }
    }
}

fn line(what: &str, done: u64, total: u64) {
    let of = if total == 0 { String::new() } else { format!("/{total}") };
    let _ = writeln!(std::io::stderr().lock(), "{what}: {done}{of}");
}

impl Drop for Progress {
    fn drop(&mut self) {
        match &self.0 {
            Shown::Bar(bar) => bar.finish_and_clear(),
            // How far it came is said last.
            Shown::Lines { what, total, done, last: Some((_, told)) } if told != done => line(what, *done, *total),
            Shown::Lines { .. } | Shown::Nothing => {}
        }
    }
}
