//! Logs on stderr, as text or JSON, without secrets: what a request carries is never logged, and our own types print
//! their secrets as dots (R50).

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, fmt};

use crate::config::Log;

/// Begins logging; the first call in a process counts.
pub fn start(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let builder = fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).with_ansi(colour);
    // A second start is a test's or the demo's: the first one's logging goes on.
    let _ = if log.json { builder.json().try_init() } else { builder.try_init() };
}
