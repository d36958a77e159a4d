//! A headless Chromium, driven over the DevTools protocol.
//!
//! [`Chromium::start`] starts one of its own with an empty profile and ends it; [`Chromium::page`] opens a page for one
//! person: no two pages share cookies. A [`Page`] waits for events with a deadline, never for time to pass.
//! What goes wrong panics, with the page's address: this is for tests only.

mod connection;
mod page;
mod record;

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use tempfile::TempDir;
use tokio::sync::oneshot;

use self::connection::Connection;
pub(crate) use self::{page::Page, record::Traffic};
use super::skip::skip;

/// How long anything may take before the test fails: generous, for a busy machine.
const DEADLINE: Duration = Duration::from_secs(30);

/// A running browser; it ends when this is dropped.
pub(crate) struct Chromium {
    connection: Arc<Connection>,
    process: Process,
}

impl Chromium {
    /// Starts the browser that `PHUONG_TEST_CHROMIUM` names; `None`, having said so, when it names none.
    pub(crate) async fn start() -> Option<Self> {
        let Some(program) = env::var_os("PHUONG_TEST_CHROMIUM") else {
            skip("everything in the browser", "PHUONG_TEST_CHROMIUM");
            return None;
        };
        let (process, address) = Process::start(&PathBuf::from(program));
        let address = tokio::time::timeout(DEADLINE, address)
            .await
            .expect("Chromium says in time where it listens")
            .expect("Chromium starts (what it said is on stderr)");
        Some(Self { connection: Arc::new(Connection::open(&address).await), process })
    }

    /// An empty page in a browser context of its own: no cookies, no history, nobody signed in.
    pub(crate) async fn page(&self) -> Page {
        Page::open(Arc::clone(&self.connection)).await
    }

    /// The process that runs, for the test that it ends.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.child.id()
    }
}

/// The browser's process, and the profile that only it uses.
struct Process {
    child: Child,
    profile: Option<TempDir>,
}

impl Process {
    /// Answers at once; the address to connect to comes when the browser listens, and not at all if it ends before.
    fn start(program: &std::path::Path) -> (Self, oneshot::Receiver<String>) {
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new(program)
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|e| panic!("{} cannot be started: {e}", program.display()));
        let said = BufReader::new(child.stderr.take().expect("stderr was asked for"));
        let (tell, address) = oneshot::channel();
        // Reads to the end, or Chromium would stop when the pipe is full.
        std::thread::spawn(move || {
            let (mut tell, mut before) = (Some(tell), Vec::new());
            for line in said.lines().map_while(Result::ok) {
                if let Some(address) = line.strip_prefix("DevTools listening on ") {
                    if let Some(tell) = tell.take() {
                        // Nobody waits any more when the test has given up.
                        let _ = tell.send(address.to_owned());
                    }
                } else if tell.is_some() {
                    before.push(line);
                }
            }
            if tell.is_some() {
                eprintln!("Chromium ended before it listened:\n{}", before.join("\n"));
            }
        });
        (Self { child, profile: Some(profile) }, address)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its helper processes end when they notice that it is gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
        // They may still be writing into the profile: what is left goes with the test run's temporary folder.
        if let Some(profile) = self.profile.take() {
            let _ = profile.close();
        }
    }
}

const FLAGS: &[&str] = &[
    "--headless",
    "--hide-scrollbars",
    // It only ever opens our own pages; its sandbox refuses to run as root.
    "--no-sandbox",
    "--remote-debugging-port=0",
    "--accept-lang=vi-VN",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-extensions",
    "--disable-breakpad",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
    "--mute-audio",
    // Nothing leaves this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
];
