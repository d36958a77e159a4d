//! How commands answer: results on stdout, failures on stderr with an exit code that scripts can rely on.

use std::{io::Write, process::ExitCode};

use serde::Serialize;

use crate::{app::StartError, i18n::Locale};

/// Exit codes; they do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Something nobody expected.
    Unexpected = 1,
    /// The command line or what it names is wrong.
    Usage = 2,
    /// The configuration is wrong.
    Configuration = 3,
    /// Confirmation is needed.
    ConfirmationNeeded = 6,
    /// Try again later.
    Later = 75,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub(super) struct Failure {
    exit: Exit,
    message: String,
}

impl Failure {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        let exit = match &error {
            StartError::Kek(_) | StartError::Behind(_) | StartError::Ahead | StartError::Key(_) => Exit::Configuration,
            StartError::Lock(_) | StartError::Open(_) | StartError::Store(_) => Exit::Later,
            StartError::Listen(..) | StartError::Fetch(_) => Exit::Unexpected,
        };
        Self::new(exit, error.to_string())
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::new(Exit::Unexpected, error.to_string())
    }
}

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
        let text = if self.locale == Locale::Vi { vi } else { en };
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    /// A failure.
    pub(super) fn failed(self, failure: &Failure) -> ExitCode {
        if self.json {
            let body = serde_json::json!({ "error": failure.message, "exit": failure.exit as u8 });
            let _ = writeln!(std::io::stdout().lock(), "{body}");
        }
        let prefix = if self.locale == Locale::Vi { "Lỗi" } else { "Error" };
        let _ = writeln!(std::io::stderr().lock(), "{prefix}: {}", failure.message);
        failure.exit.into()
    }
}
