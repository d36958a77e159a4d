//! Runs the program itself, without the variables of whoever runs the tests.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

/// What a run left behind.
pub(super) struct Run {
    pub(super) code: Option<i32>,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Run {
    /// Standard output as the one JSON value that `--json` promises.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| panic!("{e} in {:?}", self.stdout))
    }
}

fn command(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phuong"));
    command.env_clear().envs(environment.iter().copied()).current_dir(folder).args(arguments);
    command
}

/// Runs a command to its end.
pub(super) fn run(folder: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Run {
    let output = command(folder, arguments, environment).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Run { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A server that runs; killed when a test fails before it stops.
pub(super) struct Running {
    child: Child,
    /// Address and port.
    pub(super) at: String,
    /// The line that said it was ready.
    pub(super) ready: String,
}

impl Running {
    /// Starts a server on a free port and waits until it says that it is ready.
    pub(super) fn start(folder: &Path) -> Self {
        // Free now; nobody else asks for it in the moment until the server does.
        let at = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let mut command = command(folder, &["serve", "--listen", &at], &[]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut ready = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut ready).unwrap();
        Self { child, at, ready }
    }

    /// Sends SIGTERM.
    pub(super) fn terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits for its end.
    pub(super) fn code(mut self) -> Option<i32> {
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
