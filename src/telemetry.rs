//! Logs on stderr, as text or JSON, without secrets (R50).
//!
//! What a request carries (query, headers, body) is never logged; our own types print their secrets as dots; crates that
//! handle raw bytes are kept from logging them whatever the configured level; a panic is logged by its place, never by
//! its words; and whatever a value holds, an event stays one line that moves no cursor and turns no text around.

use std::{
    fmt::Write as _,
    io::{self, Write},
    panic::PanicHookInfo,
};

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter,
    filter::filter_fn,
    fmt,
    fmt::{MakeWriter, writer::BoxMakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::config::Log;

/// At their finest these log what goes over the wire or into a statement.
const NEVER_FINER_THAN_INFO: [&str; 8] = ["hyper", "hyper_util", "h2", "reqwest", "rustls", "sqlx", "tower", "axum"];

/// Begins logging, panics included; the first call in a process counts.
pub fn start(log: &Log) {
    // A second start is a test's or the demo's: the first one's logging goes on.
    if subscriber(log, BoxMakeWriter::new(io::stderr)).try_init().is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

fn subscriber(log: &Log, to: BoxMakeWriter) -> Box<dyn Subscriber + Send + Sync> {
    // Without colour: an escape sequence in the log is then always somebody else's, and encoded.
    let builder = fmt()
        .with_env_filter(EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(OneLine { to, json: log.json })
        .with_target(false)
        .with_ansi(false);
    let wire = filter_fn(may_be_logged);
    if log.json { Box::new(builder.json().finish().with(wire)) } else { Box::new(builder.finish().with(wire)) }
}

/// Asked beside the configured filter, since a more specific directive of that would win over one of ours.
fn may_be_logged(event: &Metadata<'_>) -> bool {
    let room = event.target().split("::").next().unwrap_or("");
    *event.level() <= Level::INFO || !NEVER_FINER_THAN_INFO.contains(&room)
}

/// The payload of a panic may hold what a value held; its place is enough to find it.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(place, "a panic");
}

/// Keeps every event on one line of characters that show.
struct OneLine {
    to: BoxMakeWriter,
    json: bool,
}

impl<'a> MakeWriter<'a> for OneLine {
    type Writer = Line<<BoxMakeWriter as MakeWriter<'a>>::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Line { to: self.to.make_writer(), json: self.json }
    }
}

/// Writes one event, which the formatter hands over whole.
struct Line<W> {
    to: W,
    json: bool,
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        if line.chars().any(is_hidden) {
            self.to.write_all(encoded(line, self.json).as_bytes())?;
        } else {
            self.to.write_all(event)?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn encoded(line: &str, json: bool) -> String {
    let mut shown = String::with_capacity(line.len() + 16);
    for c in line.chars() {
        match c {
            // All of these lie below U+10000, so that JSON needs one escape for each.
            c if is_hidden(c) && json => drop(write!(shown, "\\u{:04x}", u32::from(c))),
            c if is_hidden(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown.push('\n');
    shown
}

/// Whether a character breaks lines, moves the cursor, or changes the direction of what stands beside it.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// What was logged while a test held it.
#[cfg(test)]
pub(crate) mod capture {
    use std::sync::{Arc, LazyLock, Mutex};

    use tracing::Dispatch;

    use super::*;

    /// While there is only one subscriber in the process, a thread without it may mark an event as wanted by nobody, for
    /// all threads. These two want everything and stay.
    static WITNESSES: LazyLock<[Dispatch; 2]> =
        LazyLock::new(|| [(); 2].map(|()| Dispatch::new(tracing_subscriber::registry())));

    /// To be called before events that another thread may hold are logged for the first time.
    pub(crate) fn ready() {
        LazyLock::force(&WITNESSES);
    }

    /// Holds the log of this thread.
    #[derive(Clone, Default)]
    pub(crate) struct Captured(Arc<Mutex<Vec<u8>>>);

    impl Captured {
        /// Begins to hold what this thread logs, until the guard goes.
        pub(crate) fn begin(level: &str, json: bool) -> (Self, tracing::subscriber::DefaultGuard) {
            ready();
            let captured = Self::default();
            let to = captured.clone();
            let log = Log { json, level: level.to_owned() };
            let subscriber = subscriber(&log, BoxMakeWriter::new(move || to.clone()));
            (captured, tracing::subscriber::set_default(subscriber))
        }

        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{capture::Captured, *};

    const HOSTILE: &str = "a\r\nERROR forged\u{1b}[2J\u{9b}31m\u{202e}b\u{2066}c\u{2028}d\0";

    #[test]
    fn r50_a_logged_value_cannot_break_its_line_in_text() {
        let (log, _guard) = Captured::begin("info", false);
        tracing::info!(debug = ?HOSTILE, text = HOSTILE, shown = %HOSTILE, "{HOSTILE}");
        let text = log.text();
        assert_eq!(text.lines().count(), 1, "{text:?}");
        assert!(text.ends_with('\n') && !text.trim_end_matches('\n').chars().any(is_hidden), "{text:?}");
    }

    #[test]
    fn r50_a_logged_value_cannot_break_its_line_in_json_and_is_still_what_it_was() {
        let (log, _guard) = Captured::begin("info", true);
        tracing::info!(shown = %HOSTILE, "x");
        let text = log.text();
        assert!(!text.trim_end_matches('\n').chars().any(is_hidden), "{text:?}");
        let event: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(event["fields"]["shown"], HOSTILE);
    }

    #[test]
    fn r50_what_goes_over_the_wire_is_not_logged_at_any_level() {
        let (log, _guard) = Captured::begin("trace,hyper=trace,hyper::proto=trace", false);
        tracing::trace!(target: "hyper::proto::h1::io", "authorization: Bearer hunter2");
        tracing::debug!(target: "sqlx::query", "hunter2");
        tracing::trace!("ours");
        assert!(log.text().contains("ours") && !log.text().contains("hunter2"), "{}", log.text());
    }

    #[test]
    fn r50_a_panic_is_logged_by_its_place_and_not_by_its_words() {
        let (log, _guard) = Captured::begin("error", false);
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(log_panic));
        let outcome = std::panic::catch_unwind(|| panic!("the password is hunter2"));
        std::panic::set_hook(before);
        assert!(outcome.is_err());
        assert!(log.text().contains("src/telemetry.rs:") && !log.text().contains("hunter2"), "{}", log.text());
    }
}
