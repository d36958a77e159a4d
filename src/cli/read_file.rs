//! `phuong read-file`: what this program runs of itself to read a workbook apart. Nobody else has a use for it.

use std::process::ExitCode;

use super::Exit;
use crate::roster::{Limits, become_bounded, read_stdin};

/// Flags of `phuong read-file`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The limits, as JSON.
    #[arg(long)]
    limits: String,
    /// The process is bounded already.
    #[arg(long)]
    bounded: bool,
}

pub(super) fn run(args: &Args) -> ExitCode {
    let Ok(limits) = serde_json::from_str::<Limits>(&args.limits) else { return Exit::Usage.into() };
    if !args.bounded {
        let error = become_bounded(&limits, &["read-file", "--limits", &args.limits, "--bounded"]);
        eprintln!("phuong read-file: {error}");
        return Exit::Unexpected.into();
    }
    match read_stdin(&limits) {
        Ok(()) => Exit::Done.into(),
        Err(error) => {
            eprintln!("phuong read-file: {error}");
            Exit::Unexpected.into()
        }
    }
}
