//! Runs the program itself, without the variables of whoever runs the tests.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// Standard output as the one JSON value that `--json` promises.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e} in {:?}", self.stdout))
    }
}

/// The program, to be run in a folder.
pub(crate) fn command(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phuong"));
    command.env_clear().envs(environment.iter().copied()).current_dir(folder).args(arguments);
    command
}

/// Runs a command to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    let output = command(folder, arguments, environment).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A server that runs; killed when a test fails before it stops.
pub(crate) struct Running {
    child: Child,
    /// Address and port.
    pub(crate) at: String,
    /// The line that said it was ready.
    pub(crate) ready: String,
}

impl Running {
    /// Starts a server on a free port and waits until it says that it is ready.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_with(folder, |command| command)
    }

    /// The same, with an environment, a log or limits of the test's own.
    pub(crate) fn start_with(folder: &Path, change: impl Fn(Command) -> Command) -> Self {
        // Free now; hardly anybody asks for it in the moment until the server does.
        for _ in 0..3 {
            let at = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
            let mut command = command(folder, &["serve", "--listen", &at], &[]);
            command.stdout(Stdio::piped()).stderr(Stdio::null());
            let mut child = change(command).spawn().unwrap();
            let mut ready = String::new();
            BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut ready).unwrap();
            let running = Self { child, at, ready };
            if !running.ready.is_empty() {
                return running;
            }
        }
        panic!("the server does not start; `phuong serve` in {} says why", folder.display());
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends SIGTERM.
    pub(crate) fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// SIGKILL: as if the power went, but for the operating system's caches.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn code(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, unless a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
