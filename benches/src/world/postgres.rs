//! A private PostgreSQL cluster on loopback, as durable as one that somebody relies on.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::process::{free_port, run};

/// A running cluster; dropping it stops it.
pub struct Cluster {
    programs: PathBuf,
    data: PathBuf,
    port: u16,
    password: String,
}

impl Cluster {
    /// Makes and starts one in this folder. Everything that makes a commit durable stays on.
    pub fn start(folder: &Path) -> Result<Self> {
        let programs = programs().context("no PostgreSQL server programs (initdb) are installed")?;
        let (data, log, secret) = (folder.join("data"), folder.join("log"), folder.join("password"));
        let password: String = (0..24).map(|_| fastrand::alphanumeric()).collect();
        fs::create_dir_all(folder)?;
        fs::write(&secret, &password)?;
        own(folder)?;
        run(as_owner(&programs.join("initdb"))
            .arg("-D")
            .arg(&data)
            .args(["-U", "phuong", "--auth-local=peer", "--auth-host=scram-sha-256"])
            .args(["--encoding=UTF8", "--locale=C.UTF-8"])
            .arg(format!("--pwfile={}", secret.display())))?;
        let port = free_port()?;
        let options = format!(
            "-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c max_connections=100 \
             -c shared_buffers=512MB -c max_wal_size=4GB",
            folder.display()
        );
        let mut start = as_owner(&programs.join("pg_ctl"));
        start.args(["start", "-w", "-s", "-D"]).arg(&data).arg("-l").arg(&log).arg("-o").arg(options);
        // Its output is the server's log; a pipe would be held open for as long as the server runs.
        let status = start.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::null()).status()?;
        anyhow::ensure!(
            status.success(),
            "PostgreSQL does not start: {}",
            fs::read_to_string(&log).unwrap_or_default()
        );
        Ok(Self { programs, data, port, password })
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://phuong:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Makes an empty database.
    pub fn create(&self, database: &str) -> Result<()> {
        run(self.client("psql").args(["-d", "postgres", "-q", "-c", &format!("CREATE DATABASE {database}")])).map(drop)
    }

    /// A client program, told where the cluster is.
    pub fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.env("PGHOST", "127.0.0.1").env("PGPORT", self.port.to_string());
        command.env("PGUSER", "phuong").env("PGPASSWORD", &self.password);
        command
    }

    /// The process all others descend from.
    pub fn id(&self) -> Result<u32> {
        let file = fs::read_to_string(self.data.join("postmaster.pid"))?;
        Ok(file.lines().next().context("no process id")?.trim().parse()?)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = as_owner(&self.programs.join("pg_ctl"))
            .args(["stop", "-w", "-s", "-m", "immediate", "-D"])
            .arg(&self.data)
            .status();
    }
}

/// The newest version's.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .max();
    let beside = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
    };
    newest.map(|(_, folder)| folder).filter(|folder| folder.join("initdb").exists()).or_else(beside)
}

/// PostgreSQL refuses to run as root.
fn as_owner(program: &Path) -> Command {
    if !rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program).current_dir("/");
    command
}

fn own(folder: &Path) -> Result<()> {
    if rustix::process::geteuid().is_root() {
        run(Command::new("chown").args(["-R", "postgres"]).arg(folder))?;
    }
    Ok(())
}
