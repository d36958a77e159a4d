//! A PostgreSQL of a test's own, to be restarted and frozen; it ends with the test.

use std::{
    env, fs,
    net::TcpListener,
    os::unix::fs::chown,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

use crate::support::skip::skip;

pub(super) struct Cluster {
    programs: PathBuf,
    /// Whom it runs as: PostgreSQL refuses to run as root.
    user: Option<&'static str>,
    folder: TempDir,
    port: u16,
}

impl Cluster {
    /// Starts one; `None`, having said so, where PostgreSQL is not tested.
    pub(super) fn start() -> Option<Self> {
        let Some(programs) = programs().filter(|_| env::var("PHUONG_TEST_POSTGRES").is_ok()) else {
            skip("a PostgreSQL that restarts and freezes", "PHUONG_TEST_POSTGRES");
            return None;
        };
        let user = (number(&["-u"]) == Some(0))
            .then(|| if number(&["-u", "postgres"]).is_some() { "postgres" } else { "nobody" });
        let folder = tempfile::tempdir().unwrap();
        if let Some(user) = user {
            chown(folder.path(), number(&["-u", user]), number(&["-g", user])).unwrap();
        }
        // Free now; hardly anybody asks for it in the moment until the cluster does.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Self { programs, user, folder, port };
        let made = ["-U", "phuong", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
        cluster.must("initdb", &made);
        cluster.start_or("start");
        Some(cluster)
    }

    pub(super) fn url(&self) -> String {
        format!("postgres://phuong@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends it as a crash would, and starts it again.
    pub(super) fn restart(&self) {
        self.start_or("restart");
    }

    /// Stops all of its processes in their tracks: connections stay open, and nobody answers.
    pub(super) fn freeze(&self) -> Frozen {
        let file = fs::read_to_string(self.folder.path().join("data/postmaster.pid")).unwrap();
        let first: u32 = file.lines().next().unwrap().parse().unwrap();
        // The parent before its children, so that none is born meanwhile.
        let mut frozen = Frozen(vec![first]);
        frozen.signal("-STOP");
        frozen.0.extend(children(first));
        frozen.signal("-STOP");
        frozen
    }

    fn start_or(&self, what: &str) {
        let folder = self.folder.path().display();
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=100 -c fsync=off",
            self.port
        );
        self.must("pg_ctl", &[what, "-w", "-s", "-m", "immediate", "-l", &format!("{folder}/log"), "-o", &options]);
    }

    fn must(&self, program: &str, arguments: &[&str]) {
        let output = self.run(program, arguments);
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        assert!(output.status.success(), "{program}: {}\n{log}", String::from_utf8_lossy(&output.stderr));
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let program = self.programs.join(program);
        let mut command = match self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.args(arguments).arg("-D").arg(self.folder.path().join("data"));
        command.current_dir(self.folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).output().unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.run("pg_ctl", &["stop", "-w", "-s", "-m", "immediate"]);
    }
}

/// Processes that go on when this is dropped.
pub(super) struct Frozen(Vec<u32>);

impl Frozen {
    fn signal(&self, signal: &str) {
        // One that has ended meanwhile is none of our concern.
        let _ = Command::new("kill").arg(signal).args(self.0.iter().map(u32::to_string)).status();
    }
}

impl Drop for Frozen {
    fn drop(&mut self) {
        self.signal("-CONT");
    }
}

/// Where the newest of the installed versions is.
fn programs() -> Option<PathBuf> {
    let of_debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(|entry| {
        let folder = entry.ok()?.path();
        let version: u32 = folder.file_name()?.to_str()?.parse().ok()?;
        Some((version, folder.join("bin")))
    });
    let newest = of_debian.filter(|(_, folder)| folder.join("initdb").exists()).max().map(|(_, folder)| folder);
    let path = env::var_os("PATH").unwrap_or_default();
    newest.or_else(|| env::split_paths(&path).find(|folder| folder.join("initdb").exists()))
}

/// What `id` answers.
fn number(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// The processes whose parent this is (`/proc/PID/stat`: number, name in brackets, state, parent).
fn children(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let is_child = |process: &u32| {
        let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        after_name.split_whitespace().nth(1).and_then(|field| field.parse().ok()) == Some(parent)
    };
    processes.filter(is_child).collect()
}
