//! `phuong sample`: a synthetic sector as the files an administrator would bring.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde_json::json;

use super::{Context, Exit, Failure};
use crate::sample::{self, Plan, WriteError, Written};

/// Flags of `phuong sample`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder for the files; made when it does not exist.
    #[arg(long)]
    out: PathBuf,
    /// How many schools.
    #[arg(long, default_value_t = Plan::default().schools, value_parser = upto(1, Plan::MOST_SCHOOLS))]
    schools: u32,
    /// How many staff, in all schools together; 23,000 for 800 schools.
    #[arg(long, value_parser = upto(0, Plan::MOST_STAFF))]
    staff: Option<u32>,
    /// How many pupils, in all schools together; 500,000 for 800 schools.
    #[arg(long, value_parser = upto(0, Plan::MOST_PUPILS))]
    pupils: Option<u32>,
    /// The same seed gives the same files.
    #[arg(long, default_value_t = Plan::default().seed)]
    seed: u64,
    /// Put in every hostility that real files have; messy.json counts them.
    #[arg(long)]
    messy: bool,
}

fn upto(least: u32, most: u32) -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(i64::from(least)..=i64::from(most))
}

pub(super) fn run(context: &Context, args: &Args) -> Result<(), Failure> {
    let usual = Plan::of_schools(args.schools);
    let staff = args.staff.unwrap_or(usual.staff);
    let pupils = args.pupils.unwrap_or(usual.pupils);
    let plan = Plan { staff, pupils, seed: args.seed, messy: args.messy, ..usual }.within_limits();
    if plan.staff > staff {
        let vi = format!("Mỗi trường có ít nhất hai cán bộ: sẽ tạo {}.", plan.staff);
        let en = format!("Every school has at least two staff: there will be {}.", plan.staff);
        context.out.note(&vi, &en);
    }
    let former = sample::former(&args.out);
    if !former.is_empty() {
        let (count, list) = (former.len(), former.join(", "));
        let vi = format!("Thay {count} tệp của lần tạo mẫu trước: {list}");
        let en = format!("Replacing {count} files of a former sample: {list}");
        context.out.note(&vi, &en);
    }
    let mut shown = None;
    let written = sample::write(&args.out, &plan, &mut |progress| {
        let bar = shown.get_or_insert_with(|| context.out.progress("Ghi tệp mẫu", "Writing files", progress.of));
        bar.reach(progress.rows);
    });
    drop(shown);
    let written = written.map_err(Failure::from)?;
    context.out.result(&answer(&args.out, &plan, &written), &lines(&args.out, &written, context));
    Ok(())
}

fn answer(out: &Path, plan: &Plan, written: &Written) -> serde_json::Value {
    let counts = |hostilities: sample::Hostilities| -> serde_json::Map<_, _> {
        hostilities.into_iter().map(|(what, count)| (what.key().to_owned(), json!(count))).collect()
    };
    let files: Vec<_> = written.files.iter().map(|file| json!({ "name": file.name, "rows": file.rows })).collect();
    json!({
        "folder": out.display().to_string(),
        "schools": plan.schools,
        "staff": plan.staff,
        "pupils": plan.pupils,
        "seed": plan.seed,
        "school_year": plan.school_year(),
        "rows": written.rows(),
        "files": files,
        "hostilities": counts(written.hostilities()),
    })
}

fn lines(out: &Path, written: &Written, context: &Context) -> String {
    let mut lines: Vec<String> =
        written.files.iter().map(|file| format!("{:<26} {:>9}", file.name, file.rows)).collect();
    let next = format!("phuong import {}", out.join("truong.csv").display());
    let vi = format!("\nBước tiếp theo, theo thứ tự trong README.txt: {next}");
    let en = format!("\nNext, in the order of README.txt: {next}");
    lines.push(context.out.choose(&vi, &en).to_owned());
    lines.join("\n")
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        let en = error.to_string();
        match error {
            WriteError::Occupied { folder, names } => {
                let (folder, names) = (folder.display(), names.join(", "));
                let vi = format!(
                    "trong {folder} đã có tệp không do phuong sample tạo ra: {names}; không tệp nào bị ghi đè. Hãy chọn thư mục khác"
                );
                let en = format!("{en}; nothing was overwritten. Choose another folder");
                Self::said(Exit::Usage, vi, en).then("phuong sample --out mau")
            }
            WriteError::Io { path, source } => {
                let at = path.display();
                let (exit, vi, en) = match source.kind() {
                    ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (
                        Exit::Later,
                        format!("hết chỗ trên đĩa khi ghi {at}; hãy giải phóng đĩa rồi chạy lại lệnh này"),
                        format!("the disk is full at {at}; make room and run the same command again"),
                    ),
                    ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => (
                        Exit::Usage,
                        format!("không được phép ghi {at}; hãy chọn thư mục mà bạn ghi được"),
                        format!("{at} may not be written; choose a folder that you may write to"),
                    ),
                    ErrorKind::NotADirectory | ErrorKind::AlreadyExists | ErrorKind::IsADirectory => (
                        Exit::Usage,
                        format!("{at} không phải là thư mục để ghi; hãy chọn thư mục khác"),
                        format!("{at} is no folder to write to; choose another"),
                    ),
                    _ => (Exit::Unexpected, format!("không ghi được {at}: {source}"), en),
                };
                Self::said(exit, vi, en)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn a_full_disk_says_what_to_do_and_that_the_command_can_be_repeated() {
        let full = WriteError::Io { path: "mau/hoc-sinh.csv".into(), source: io::Error::from(ErrorKind::StorageFull) };
        let failure = Failure::from(full);
        assert_eq!(failure.exit, Exit::Later);
        assert!(failure.what(Locale::Vi).contains("hết chỗ trên đĩa khi ghi mau/hoc-sinh.csv"));
        assert!(failure.what(Locale::En).contains("run the same command again"));
    }
}
