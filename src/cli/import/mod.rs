//! `phuong import`: a sector's files into the database, beside a running server. A dry run unless `--commit`.

mod command;
mod slips;
mod text;
mod undo;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::{Value, json};

use super::{
    Context, Exit, Failure,
    output::Output,
    progress::Progress as Bar,
    slips::{Press, Pressed},
    usage::Form,
};
use crate::{
    app,
    base::{clock::Clock, entropy::Entropy},
    i18n::Locale,
    model::{school_code::SchoolCode, school_year::SchoolYear},
    roster::{
        self, Ask, FileError, ImportError, Issue, Kind, Language, OpenError, Progress, Report, Severity, Stage, Watch,
    },
};

/// Flags of `phuong import`.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Args {
    /// CSV, XLSX, XLS or ODS files, in any order.
    #[arg(required_unless_present = "undo", value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the files are about, where their columns do not tell.
    #[arg(long, value_parser = ["schools", "staff", "pupils", "assignments", "oneroster"])]
    kind: Option<String>,
    /// The one school the files are about; rows need not name it.
    #[arg(long, value_name = "CODE", value_parser = school)]
    school: Option<SchoolCode>,
    /// Write; otherwise only what would happen is told.
    #[arg(long)]
    commit: bool,
    /// The school year of the classes [default: the current one].
    #[arg(long, value_name = "2026-2027", value_parser = year)]
    year: Option<SchoolYear>,
    /// Write the files back with what came of each row.
    #[arg(long, value_name = "OUT.xlsx")]
    report: Option<PathBuf>,
    /// Print activation slips for those who were created; more than 2,400 go on in OUT-2.pdf.
    #[arg(long, value_name = "OUT.pdf")]
    slips: Option<PathBuf>,
    /// How many people may leave: the number that the dry run told.
    #[arg(long, value_name = "N")]
    confirm_ended: Option<u32>,
    /// Take back what a run did, within 24 hours: everybody whom nobody has touched since is again what they were.
    #[arg(long, value_name = "RUN", conflicts_with_all = ["files", "kind", "school", "year", "report", "slips", "confirm_ended"])]
    undo: Option<String>,
}

fn school(text: &str) -> Result<SchoolCode, Form> {
    SchoolCode::read(text).map_err(|_| Form {
        vi: "mã trường gồm 2 đến 20 chữ không dấu, chữ số, dấu chấm và gạch",
        en: "a school code has 2 to 20 letters, digits, dots, underscores and hyphens",
    })
}

fn year(text: &str) -> Result<SchoolYear, Form> {
    text.parse().map_err(|_| Form {
        vi: "năm học viết như 2026-2027, hai năm liền nhau",
        en: "a school year is written like 2026-2027, two years in a row",
    })
}

pub(super) async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let config = context.config(&[])?;
    let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
    let stop = stop_when_asked();
    if let Some(run) = &args.undo {
        return undo::run(context, &sv, (run, args.commit), &stop).await;
    }
    let press = press(context, &args)?;
    let mut shown = Shown { out: context.out, stage: None, bar: None };
    let mut told = |progress| shown.show(progress);
    let watch = Watch { told: &mut told, stop };
    let report = roster::import(&sv, &ask(&args), watch).await;
    drop(shown);
    let report = Arc::new(report.map_err(|error| failure(&args, error))?);
    let printed = match press.filter(|_| report.committed) {
        Some(press) => Some(slips::print(context, &sv, &report.created, press).await),
        None => None,
    };
    let told = printed.as_ref().and_then(|printed| printed.as_ref().ok());
    context.out.result(&value(context.out.locale, &report, told), &text::of(context.out.locale, &report, told));
    printed.transpose().map_err(|failure| failure.then(command::line(&args)).told())?;
    if let Some(path) = args.report.clone() {
        write_back(&args, report.clone(), context.out.locale, path).await?;
    }
    // The report is out: from here on the same command is a new import.
    roster::close(&sv, &report).await.map_err(|error| failure(&args, error.into()))?;
    verdict(&args, &report)
}

/// Where slips go; nowhere in a dry run, which issues nothing.
fn press(context: &Context, args: &Args) -> Result<Option<Press>, Failure> {
    match &args.slips {
        Some(_) if !args.commit => {
            let vi = "Chạy thử không in phiếu: thêm --commit để ghi và in.";
            context.out.aside(vi, "A dry run prints no slips: add --commit to write and print.");
            Ok(None)
        }
        path => path.as_deref().map(Press::to).transpose(),
    }
}

/// The files with what came of each row.
async fn write_back(args: &Args, report: Arc<Report>, locale: Locale, path: PathBuf) -> Result<(), Failure> {
    let options = roster::Options { school: args.school.clone(), ..roster::Options::default() };
    let at = path.display().to_string();
    let written =
        tokio::task::spawn_blocking(move || roster::write_workbook(&report, &options, language(locale), &path));
    let problem = match written.await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    let (vi, en) = (format!("không ghi được {at}: {problem}"), format!("{at} cannot be written: {problem}"));
    Err(Failure::said(Exit::Unexpected, vi, en).then(command::line(args)).told())
}

fn ask(args: &Args) -> Ask {
    Ask {
        files: args.files.clone(),
        kind: args.kind.as_deref().and_then(Kind::named),
        school: args.school.clone(),
        year: args.year,
        commit: args.commit,
        confirm_ended: args.confirm_ended.map(i64::from),
        ..Ask::default()
    }
}

/// Told by Ctrl-C or SIGTERM to stop after the unit at hand; told again, the program ends at once.
fn stop_when_asked() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    tokio::spawn(async move {
        app::asked_to_stop().await;
        told.store(true, Ordering::Relaxed);
        app::asked_to_stop().await;
        std::process::exit(i32::from(Exit::Interrupted as u8));
    });
    stop
}

/// One bar for each stage.
struct Shown {
    out: Output,
    stage: Option<Stage>,
    bar: Option<Bar>,
}

impl Shown {
    fn show(&mut self, progress: Progress) {
        if self.stage != Some(progress.stage) {
            self.stage = Some(progress.stage);
            // One after the other: two bars would write over each other.
            self.bar = None;
            let (vi, en) = match progress.stage {
                Stage::Survey => ("Đọc tệp", "Reading the files"),
                Stage::Plan => ("Đối chiếu", "Comparing"),
                Stage::Write => ("Nhập", "Importing"),
            };
            self.bar = Some(self.out.progress(vi, en, progress.of));
        }
        if let Some(bar) = &mut self.bar {
            bar.reach(progress.done);
        }
    }
}

/// What the run's outcome means for whoever called.
fn verdict(args: &Args, report: &Report) -> Result<(), Failure> {
    if let Some(brake) = report.brake.as_ref().filter(|brake| ask(args).confirm_ended != Some(brake.ended)) {
        let n = brake.ended;
        let vi = format!(
            "đợt nhập này cho {n} người thôi học, thôi việc, chuyển trường hoặc đổi vai trò; chưa ghi gì. Hãy xem lại, rồi xác nhận đúng con số"
        );
        let en = format!(
            "this import lets {n} people leave, move or change their role; nothing was written. Look at it, then confirm the very number"
        );
        let next = Args { commit: true, confirm_ended: u32::try_from(n).ok(), ..args.clone() };
        return Err(Failure::said(Exit::ConfirmationNeeded, vi, en).then(command::line(&next)).told());
    }
    let refused: usize =
        report.files.iter().flat_map(|file| &file.outcomes).filter(|(_, o)| *o == roster::Outcome::Refused).count();
    if refused > 0 {
        let vi =
            format!("{refused} dòng không nhập được; hãy sửa rồi nhập lại cả tệp, các dòng khác không bị ảnh hưởng");
        let en = format!(
            "{refused} row(s) were refused; correct them and import the file again, it does no harm to the others"
        );
        return Err(Failure::said(Exit::RowsRejected, vi, en).told());
    }
    Ok(())
}

/// How the command says what a file does not tell.
fn flags(error: &FileError) -> String {
    match error {
        FileError::Open(OpenError::KindUnclear { .. }) => " (--kind pupils, --kind staff)".to_owned(),
        FileError::Open(OpenError::OtherYear { said, .. }) => format!(" (--year {said})"),
        _ => String::new(),
    }
}

fn failure(args: &Args, error: ImportError) -> Failure {
    let again = command::line(args);
    let en = error.to_string();
    match error {
        ImportError::File { path, error } => {
            let (vi, en) = (error.message(Language::Vi), error.message(Language::En));
            let (at, flags) = (path.display(), flags(&error));
            Failure::said(Exit::Usage, format!("{at}: {vi}{flags}"), format!("{at}: {en}{flags}")).named(error.code())
        }
        ImportError::NoFile => Failure::said(Exit::Usage, "thiếu tên tệp", en),
        ImportError::NoSuchSchool(code) => {
            Failure::said(Exit::Usage, format!("không có trường nào mang mã {code}; hãy nhập tệp trường trước"), en)
        }
        ImportError::Stopped { done, of } if args.commit => {
            let vi =
                format!("đã dừng sau {done}/{of} dòng; những gì đã ghi được giữ nguyên, chạy lại lệnh này để làm tiếp");
            let en = format!("stopped after {done} of {of} rows; what was written stays, the same command goes on");
            Failure::said(Exit::Interrupted, vi, en).then(again)
        }
        ImportError::Stopped { .. } => {
            Failure::said(Exit::Interrupted, "đã dừng; chưa ghi gì", "stopped; nothing was written").then(again)
        }
        ImportError::RunsAlready => Failure::said(Exit::Later, "một lệnh khác đang nhập cùng các tệp này", en),
        ImportError::Busy => {
            Failure::said(Exit::Later, "người khác đang liên tục sửa cùng những người này", en).then(again)
        }
        ImportError::Denied(denied) => denied.into(),
        ImportError::Store(error) => {
            Failure::said(Exit::Later, format!("cơ sở dữ liệu báo lỗi: {error}"), en).then(again)
        }
    }
}

/// Rows of which the report for programs tells what they change; a report in a workbook tells it of all.
const CHANGES: usize = 10_000;

/// The report for programs, as CONTRACT.md has it; `notices`, `warnings` and `changes` besides, and `slips` where they were asked
/// for.
fn value(locale: Locale, report: &Report, slips: Option<&Pressed>) -> Value {
    let language = language(locale);
    let issue = |issue: &Issue| {
        json!({
            "file": &*issue.file, "sheet": &*issue.sheet, "row": issue.row, "column": &*issue.column,
            "value": issue.value, "code": issue.code(), "message": issue.message(language),
        })
    };
    let mut value = serde_json::to_value(report.tally).unwrap_or_default();
    let mut warnings: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for warning in report.of(Severity::Warning) {
        *warnings.entry(warning.code()).or_default() += 1;
    }
    if let Value::Object(fields) = &mut value {
        fields.insert("errors".into(), report.of(Severity::Error).map(issue).collect());
        fields.insert("notices".into(), report.of(Severity::Held).map(issue).collect());
        fields.insert("warnings".into(), json!(warnings));
        let changes = report.files.iter().flat_map(|file| file.differences.iter().map(move |of| (file, of)));
        let changed: usize = report.files.iter().map(|file| file.differences.iter().len()).sum();
        let told = changes.take(CHANGES).map(|(file, (row, what))| {
            let what: Vec<Value> =
                what.iter().map(|one| json!({ "column": one.field.title(), "from": one.from, "to": one.to })).collect();
            json!({ "file": &*file.name, "sheet": &*file.sheet, "row": row, "changes": what })
        });
        fields.insert("changes".into(), told.collect());
        fields.insert("changes_left_out".into(), json!(changed.saturating_sub(CHANGES)));
        fields.insert("committed".into(), json!(report.committed));
        fields.insert("run".into(), json!(report.batch()));
        fields.extend(slips.map(|slips| ("slips".into(), slips.value())));
    }
    value
}

fn language(locale: Locale) -> Language {
    match locale {
        Locale::Vi => Language::Vi,
        Locale::En => Language::En,
    }
}
