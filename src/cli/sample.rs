//! `phuong sample`: a synthetic sector as the files an administrator would bring.

use std::path::PathBuf;

use serde_json::json;

use super::{Context, Failure};
use crate::sample::{self, Plan};

/// Flags of `phuong sample`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder for the files; made when it does not exist.
    #[arg(long)]
    out: PathBuf,
    /// How many schools.
    #[arg(long, default_value_t = Plan::default().schools)]
    schools: u32,
    /// How many staff, in all schools together.
    #[arg(long, default_value_t = Plan::default().staff)]
    staff: u32,
    /// How many pupils, in all schools together.
    #[arg(long, default_value_t = Plan::default().pupils)]
    pupils: u32,
    /// The same seed gives the same files.
    #[arg(long, default_value_t = Plan::default().seed)]
    seed: u64,
    /// Put in every hostility that real files have; messy.json counts them.
    #[arg(long)]
    messy: bool,
}

pub(super) fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let Args { out, schools, staff, pupils, seed, messy } = args;
    let plan = Plan { schools, staff, pupils, seed, messy, ..Plan::default() }.within_limits();
    std::fs::create_dir_all(&out)?;
    let mut current = String::new();
    let written = sample::write(&out, &plan, &mut |progress| {
        if progress.file != current {
            progress.file.clone_into(&mut current);
            context.out.note(&current, &current);
        }
    })?;
    let files: Vec<_> = written.files.iter().map(|file| json!({ "name": file.name, "rows": file.rows })).collect();
    let lines: Vec<String> = written.files.iter().map(|file| format!("{:<26} {:>8}", file.name, file.rows)).collect();
    let folder = out.display().to_string();
    context.out.result(&json!({ "folder": folder, "rows": written.rows(), "files": files }), &lines.join("\n"));
    Ok(())
}
