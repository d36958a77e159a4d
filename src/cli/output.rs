//! How commands answer: results on stdout, everything else on stderr; with `--json` exactly one value on stdout.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use serde::Serialize;
use serde_json::json;

use super::{failure::Failure, progress::Progress};
use crate::i18n::Locale;

/// Where answers go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Output {
    pub(super) json: bool,
    pub(super) locale: Locale,
}

impl Output {
    /// The result: JSON on one line, or text for people.
    pub(super) fn result<T: Serialize>(self, json: &T, text: &str) {
        let line = if self.json { serde_json::to_string(json).unwrap_or_default() } else { text.trim_end().to_owned() };
        // Nobody may be reading any more: that is no reason to fail.
        let _ = writeln!(std::io::stdout().lock(), "{line}");
    }

    /// A word on what is going on.
    pub(super) fn note(self, vi: &str, en: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{}", self.choose(vi, en));
    }

    /// A word to whoever watches; nothing with `--json`.
    pub(super) fn aside(self, vi: &str, en: &str) {
        if !self.json {
            self.note(vi, en);
        }
    }

    /// Begins to show how far long work of `total` steps (0: nobody knows) has come; nothing with
    /// `--json`.
    pub(super) fn progress(self, vi: &str, en: &str, total: u64) -> Progress {
        match (self.json, std::io::stderr().is_terminal()) {
            (true, _) => Progress::silent(),
            (false, true) => Progress::bar(self.choose(vi, en), total),
            (false, false) => Progress::lines(self.choose(vi, en), total),
        }
    }

    /// A failure: what, why, the next command.
    pub(super) fn failed(self, failure: &Failure) -> ExitCode {
        let what = failure.what(self.locale);
        if self.json && !failure.told {
            let mut body = json!({ "error": what, "exit": failure.exit as u8, "next": failure.next });
            if let Some(code) = failure.code {
                body["code"] = code.into();
            }
            let _ = writeln!(std::io::stdout().lock(), "{body}");
        }
        let mut stderr = std::io::stderr().lock();
        let _ = writeln!(stderr, "{}: {what}", self.choose("Lỗi", "Error"));
        if let Some(next) = &failure.next {
            let _ = writeln!(stderr, "→ {next}");
        }
        failure.exit.into()
    }

    pub(super) fn choose<'t>(self, vi: &'t str, en: &'t str) -> &'t str {
        match self.locale {
            Locale::Vi => vi,
            Locale::En => en,
        }
    }
}
