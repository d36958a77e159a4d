//! Processes that a bench starts, and only those it ends; what they cost, from `/proc`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group};

/// A process in a group of its own; dropping it ends the group and waits for it.
pub struct Process {
    child: Child,
    name: String,
}

impl Process {
    /// Starts a command whose output goes to a file.
    pub fn start(name: &str, mut command: Command, log: &Path) -> Result<Self> {
        use std::os::unix::process::CommandExt as _;
        let log = fs::File::create(log)?;
        command.process_group(0).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("{name} cannot be started"))?;
        Ok(Self { child, name: name.to_owned() })
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Fails when the process has ended by itself.
    pub fn check(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("{} ended: {status}", self.name),
            None => Ok(()),
        }
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Whether it ended well.
    pub fn succeeded(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(Some(status)) if status.success())
    }

    /// Ends it politely, and by force after ten seconds.
    pub fn stop(&mut self) {
        let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) else { return };
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        let _ = kill_process_group(group, Signal::TERM);
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(10) {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = kill_process_group(group, Signal::KILL);
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A set of processes with all their descendants.
#[derive(Clone, Debug, Default)]
pub struct Processes(Vec<u32>);

impl Processes {
    pub fn of(roots: impl IntoIterator<Item = u32>) -> Self {
        Self(roots.into_iter().collect())
    }

    /// CPU seconds used so far, in user and kernel mode. Of a process that ended meanwhile, its parent tells.
    pub fn cpu(&self) -> f64 {
        seconds(self.all().iter().filter_map(|pid| cpu_ticks(*pid)).sum())
    }

    /// The same by the names of threads, without the numbers at their ends: who spends it.
    pub fn cpu_by_thread(&self) -> BTreeMap<String, f64> {
        let mut found = BTreeMap::new();
        for pid in self.all() {
            let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
            for folder in threads.map(|entry| entry.path()) {
                let name = fs::read_to_string(folder.join("comm")).unwrap_or_default();
                let name = name.trim_end().trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
                *found.entry(name.to_owned()).or_default() += seconds(own_ticks(&folder).unwrap_or_default());
            }
        }
        found
    }

    /// Anonymous memory in MiB: what cannot be dropped and read again. Shared pages count for each their part.
    pub fn anonymous_mib(&self) -> f64 {
        let kib: f64 = self.all().iter().filter_map(|pid| rollup(*pid, "Pss_Anon:")).sum();
        kib / 1024.0
    }

    fn all(&self) -> BTreeSet<u32> {
        let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let known = fs::read_dir("/proc").into_iter().flatten().flatten();
        for pid in known.filter_map(|entry| entry.file_name().to_str()?.parse().ok()) {
            if let Some(parent) = stat(&of(pid)).and_then(|fields| fields.get(1)?.parse().ok()) {
                children.entry(parent).or_default().push(pid);
            }
        }
        let mut found = BTreeSet::new();
        let mut left = self.0.clone();
        while let Some(pid) = left.pop() {
            if found.insert(pid) {
                left.extend(children.get(&pid).into_iter().flatten());
            }
        }
        found
    }
}

/// The fields of a process's or a thread's `stat` after the name, which may hold anything.
fn stat(folder: &Path) -> Option<Vec<String>> {
    let text = fs::read_to_string(folder.join("stat")).ok()?;
    Some(text.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}

fn of(pid: u32) -> PathBuf {
    Path::new("/proc").join(pid.to_string())
}

#[expect(clippy::cast_precision_loss, reason = "ticks of a bench are few, a hundred per second")]
fn seconds(ticks: u64) -> f64 {
    ticks as f64 / rustix::param::clock_ticks_per_second() as f64
}

/// utime and stime.
fn own_ticks(folder: &Path) -> Option<u64> {
    stat(folder)?.get(11..13)?.iter().map(|field| field.parse::<u64>().ok()).sum()
}

/// utime, stime, and those of ended children.
fn cpu_ticks(pid: u32) -> Option<u64> {
    stat(&of(pid))?.get(11..15)?.iter().map(|field| field.parse::<u64>().ok()).sum()
}

fn rollup(pid: u32, line: &str) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    text.lines().find_map(|each| each.strip_prefix(line)?.split_whitespace().next()?.parse().ok())
}

/// Runs a command to its end; what it printed, or what it complained of.
pub fn run(command: &mut Command) -> Result<String> {
    let done = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        let last: Vec<&str> = said.lines().rev().take(6).collect();
        bail!("{command:?}: {}: {}", done.status, last.into_iter().rev().collect::<Vec<_>>().join(" / "));
    }
    Ok(String::from_utf8(done.stdout)?)
}

/// A loopback port on which nobody listens, below the range from which connections get theirs.
pub fn free_port() -> Result<u16> {
    for _ in 0..200 {
        let port = fastrand::u16(20_000..32_000);
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return Ok(port);
        }
    }
    bail!("no free port")
}
