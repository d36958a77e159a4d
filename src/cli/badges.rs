//! `phuong badges`: badges of a school, a class or some people, as a PDF for its owner only; or one of them voided.

use std::{collections::HashSet, path::PathBuf};

use serde_json::json;
use uuid::Uuid;

use super::{
    Context, Exit, Failure,
    slips::{begin_file, created, group, run_number, write_file},
    user,
};
use crate::{
    app,
    base::{clock::Clock, entropy::Entropy},
    services::{Services, authority::Standing},
    slips::{self, BADGES_PER_SHEET, NotPrinted},
};

/// Flags of `phuong badges`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The school's code.
    #[arg(long, value_name = "CODE", required_unless_present = "void")]
    school: Option<String>,
    /// Only the pupils of this class.
    #[arg(long, value_name = "3A")]
    class: Option<String>,
    /// Only these people, by sector ID.
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// Only those whom this import created, by the number of its run; for a day after it.
    #[arg(long, value_name = "RUN", value_parser = run_number)]
    import: Option<Uuid>,
    /// The PDF.
    #[arg(long, value_name = "OUT.pdf", required_unless_present = "void")]
    out: Option<PathBuf>,
    /// Makes the badge of this person worthless, by sector ID.
    #[arg(long, value_name = "ID", conflicts_with_all = ["school", "class", "only", "import", "out"])]
    void: Option<String>,
}

pub(super) async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let config = context.config(&[])?;
    let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
    let who = Standing::danger_command_line();
    match (&args.void, &args.school, &args.out) {
        (Some(id), ..) => void(context, &sv, &who, id).await,
        (None, Some(school), Some(out)) => print(context, &sv, &who, (school, &args, out)).await,
        // The command line itself asks for one or the other.
        _ => Ok(()),
    }
}

async fn print(
    context: &Context,
    sv: &Services,
    who: &Standing,
    (school, args, out): (&str, &Args, &PathBuf),
) -> Result<(), Failure> {
    let leave = group(sv, who, school, args.class.as_deref()).await?;
    let mut only = match args.import {
        Some(run) => Some(created(sv, run).await?),
        None => None,
    };
    if !args.only.is_empty() {
        let mut named = HashSet::new();
        for id in &args.only {
            named.insert(user::person(sv, id).await?);
        }
        only = Some(only.map_or_else(|| named.clone(), |created| &created & &named));
    }
    // The file first: no badge ends one that is in use, and cannot be printed.
    begin_file(out)?;
    let issued = slips::issue_badges(sv, &leave, only.map(Vec::from_iter)).await?;
    let (count, left_out) = (issued.badges.len(), issued.left_out.len());
    if count > 0 {
        let pdf = slips::draw_badges(sv, issued.badges.clone(), context.out.locale).await?;
        write_file(out, pdf).await?;
    } else {
        context.out.note("Không có ai để in thẻ.", "There is nobody to print a badge for.");
    }
    if issued.is_overtaken(sv).await? {
        return Err(NotPrinted::Overtaken.into());
    }
    let sheets = count.div_ceil(BADGES_PER_SHEET);
    let files: Vec<String> = (count > 0).then(|| out.display().to_string()).into_iter().collect();
    let (vi, en) = (
        format!("{count} thẻ trên {sheets} tờ A4; thẻ in trước cho những người này không dùng được nữa"),
        format!("{count} badges on {sheets} sheets of A4; those that these people had are worth nothing now"),
    );
    let value = json!({ "badges": count, "sheets": sheets, "files": files, "left_out": left_out });
    context.out.result(&value, &[&[context.out.choose(&vi, &en).to_owned()], &files[..]].concat().join("\n→ "));
    Ok(())
}

async fn void(context: &Context, sv: &Services, who: &Standing, id: &str) -> Result<(), Failure> {
    let leave = who.over(sv, user::person(sv, id).await?).await?;
    if !slips::void_badge(sv, &leave).await?? {
        let (vi, en) = (format!("{id} không có thẻ nào đang dùng"), format!("{id} has no badge"));
        return Err(Failure::said(Exit::Usage, vi, en));
    }
    context
        .out
        .result(&json!({ "voided": id }), context.out.choose("Thẻ đã bị huỷ.", "The badge is worth nothing now."));
    Ok(())
}
