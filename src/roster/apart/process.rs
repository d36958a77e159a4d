//! What the process that reads apart does first, and what it does then.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    os::{fd::AsFd, unix::process::CommandExt},
    process::Command,
};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::reader::answer;
use crate::roster::limits::Limits;

/// Where this program is, as it runs: also when another version was put into its place meanwhile.
pub(super) const THIS_PROGRAM: &str = "/proc/self/exe";

/// Bounds this process and begins it anew, so that nothing it allocated before is out of the bounds. Comes back only to say
/// why it could not.
pub fn become_bounded(limits: &Limits, arguments: &[&str]) -> io::Error {
    let bounds = [
        (Resource::Data, limits.memory_bytes),
        (Resource::Cpu, limits.cpu_seconds),
        // It writes to its pipe only, and leaves no image of somebody's file behind.
        (Resource::Fsize, 0),
        (Resource::Core, 0),
    ];
    for (resource, most) in bounds {
        let most = getrlimit(resource).maximum.map_or(most, |already| already.min(most));
        if let Err(error) = setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) }) {
            return error.into();
        }
    }
    Command::new(THIS_PROGRAM).args(arguments).exec()
}

/// Reads the workbook that is this process's input, and writes what it holds to its output.
pub fn read_stdin(limits: &Limits) -> io::Result<()> {
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    answer(file, limits, &mut out)?;
    out.flush()
}
