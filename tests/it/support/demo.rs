//! The demo as its user starts it: the binary itself, on free ports, ended with the test.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Demo {
    child: Child,
    folder: TempDir,
    pub(crate) info: Value,
}

impl Demo {
    /// A small one.
    pub(crate) fn start() -> Self {
        Self::of("300")
    }

    /// As large as it is by itself.
    pub(crate) fn whole() -> Self {
        Self::of("2000")
    }

    /// Starts it and waits for its one line of JSON.
    fn of(people: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_phuong"))
            .args(["demo", "--json", "--people", people, "--port", &free_ports().to_string(), "--dir"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let info: Value = serde_json::from_str(&line).unwrap();
        assert!(info["issuer"].is_string(), "{info}");
        Self { child, folder, info }
    }

    /// Where its configuration is, for commands beside it.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn issuer(&self) -> &str {
        self.info["issuer"].as_str().unwrap()
    }

    /// The address of an app, in the order gradebook, LMS, e-office.
    pub(crate) fn app(&self, n: usize) -> &str {
        self.info["apps"][n]["url"].as_str().unwrap()
    }

    /// The school of the sample person of a role.
    pub(crate) fn school(&self, role: &str) -> &str {
        let person = self.info["people"].as_array().unwrap().iter().find(|person| person["role"] == role).unwrap();
        person["school_code"].as_str().unwrap()
    }

    /// Sector ID, password and name of the sample person of a role.
    pub(crate) fn person(&self, role: &str) -> (&str, &str, &str) {
        let person = self.info["people"].as_array().unwrap().iter().find(|person| person["role"] == role).unwrap();
        let text = |name: &str| person[name].as_str().unwrap();
        (text("sector_id"), text("password"), text("name"))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // SIGTERM, so that it ends as it should.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// Four ports in a row that nobody has; each call looks further on, so that tests at the same time do not meet.
fn free_ports() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let from = 21_000 + (std::process::id() % 4_000) as u16 * 4 + NEXT.fetch_add(4, Ordering::Relaxed);
        if (from..from + 4).all(|port| TcpListener::bind(("127.0.0.1", port)).is_ok()) {
            return from;
        }
    }
}
