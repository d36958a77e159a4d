//! `phuong audit`: whether the audit trail is sound, and a copy of it for somebody else; beside a running server.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use serde_json::{Value, json};

use super::{Context, Exit, Failure, usage};
use crate::{
    admin::audit::{self, Form, NotExported, value},
    app,
    base::{clock::Clock, entropy::Entropy},
    services::{
        Services,
        audit::chain::{Broken, Check, Place, Why},
        authority::Standing,
    },
};

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Find the first place where the trail was changed, cut, added to or exchanged.
    Verify {
        /// Begin after this event and trust what is before it: when a break is known already.
        #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
        after: i64,
        /// Where the chain ended once, noted elsewhere, as an earlier check printed it.
        #[arg(long, value_name = "PLACE", value_parser = place)]
        noted: Option<Place>,
    },
    /// Write every event to a file.
    Export {
        /// A .csv or .jsonl file; one that exists is not written over.
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        /// Only the events after this one.
        #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
        after: i64,
    },
}

fn place(text: &str) -> Result<Place, usage::Form> {
    text.parse().map_err(|_| usage::Form {
        vi: "hãy ghi đúng như lần kiểm tra trước đã in ra",
        en: "give it as an earlier check printed it",
    })
}

pub(super) async fn run(context: &Context, action: Action) -> Result<(), Failure> {
    // What can be told to be wrong without the database is told first.
    let form = match &action {
        Action::Export { out, .. } => Some(form_of(out)?),
        Action::Verify { .. } => None,
    };
    let config = context.config(&[])?;
    let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
    let who = Standing::danger_command_line();
    let total = u64::try_from(audit::length(&sv).await?).unwrap_or_default();
    match (action, form) {
        (Action::Export { out, after }, Some(form)) => export(context, (&sv, &who), (&out, form, after), total).await,
        (Action::Verify { after, noted }, _) => verify(context, (&sv, &who), Check { after, noted }, total).await,
        (Action::Export { .. }, None) => Ok(()),
    }
}

async fn verify(context: &Context, (sv, who): (&Services, &Standing), check: Check, total: u64) -> Result<(), Failure> {
    // Before what was purged by policy nothing can be compared.
    let begins = audit::standing(sv).await?.first - 1;
    let after = check.after.max(begins);
    if let Some(noted) = check.noted.filter(|noted| noted.seq <= check.after || noted.seq < begins) {
        let seq = noted.seq;
        let vi = format!("--noted là sự kiện {seq}, không nằm sau sự kiện {after} là nơi bắt đầu kiểm tra");
        let en = format!("--noted is event {seq}, not after event {after}, where the check begins");
        return Err(Failure::said(Exit::Usage, vi, en));
    }
    let mut progress = context.out.progress("Kiểm tra nhật ký", "Checking the audit trail", total);
    let leave = who.with_the_sector(sv)?;
    let walked = audit::verify(sv, &leave, check, |seq| progress.reach(seq.unsigned_abs())).await;
    drop(progress);
    let broken = match walked? {
        Ok(end) => {
            let (seq, place) = (end.seq, end.to_string());
            let text = context.out.choose("sự kiện nguyên vẹn; cuối chuỗi", "events are sound; the chain ends at");
            context.out.result(
                &json!({ "events": seq, "from": after + 1, "head": place, "broken": null }),
                &format!("✓ {} {text} {place}{}", seq - after, purged(context, after)),
            );
            return Ok(());
        }
        Err(broken) => broken,
    };
    let failure = failure(&broken);
    let value = json!({
        "events": broken.seq - 1, "head": null, "broken": told(&broken),
        "error": failure.what(context.out.locale), "exit": failure.exit as u8, "next": failure.next,
    });
    if context.out.json {
        context.out.result(&value, "");
    }
    Err(failure.told())
}

/// From which event on the trail was looked at, where that is not the first.
fn purged(context: &Context, after: i64) -> String {
    match after {
        0 => String::new(),
        after => format!("\n{} {}", context.out.choose("kiểm tra từ sự kiện", "checked from event"), after + 1),
    }
}

fn told(broken: &Broken) -> Value {
    json!({ "event": broken.seq, "why": broken.why.name(), "stands_there": broken.event.as_deref().map(value) })
}

/// What is wrong, where, and what to do about it.
fn failure(broken: &Broken) -> Failure {
    let seq = broken.seq;
    let why = match broken.why {
        Why::Changed => "sự kiện đã bị sửa, hoặc không do chương trình này ghi".to_owned(),
        Why::Exchanged => {
            "sự kiện không nối tiếp những sự kiện trước: có sự kiện bị xoá, bị tráo hay bị đặt lại".to_owned()
        }
        Why::Removed { next } => format!("sự kiện đã bị xoá, cùng mọi sự kiện trước sự kiện {next}"),
        Why::CutOff { last } => format!("sự kiện đã bị xoá, cùng mọi sự kiện sau nó đến sự kiện {last}"),
        Why::Head => "bản ghi về cuối chuỗi đã bị xoá hoặc sửa".to_owned(),
        Why::Base => "bản ghi về phần đã xoá vì quá hạn đã bị sửa".to_owned(),
        Why::Noted => "chuỗi không phải là chuỗi đã ghi lại: ai đó đã đặt lại một bản cũ của cơ sở dữ liệu".to_owned(),
        Why::Unreadable => "dòng không đọc được".to_owned(),
    };
    let there =
        broken.event.as_deref().map(|row| format!("\n  {} {} {} {}", row.at, row.actor, row.action, row.subject));
    let there = there.unwrap_or_default();
    let vi = format!(
        "nhật ký hỏng ở sự kiện {seq}: {why}{there}\nHãy giữ nguyên cơ sở dữ liệu, đối chiếu với bản sao lưu và bản \
         xuất gần nhất, và đổi mật khẩu của cơ sở dữ liệu: ai đó đã dùng nó."
    );
    let en = format!(
        "{broken}{there}\nKeep the database as it is, compare it with the last backup and the last export, and change the \
         database's password: somebody has used it."
    );
    let failure = Failure::said(Exit::Unexpected, vi, en);
    match broken.why.rest_after(seq) {
        Some(after) => failure.then(format!("phuong audit verify --after {after}")),
        None => failure,
    }
}

/// The form that a file's name asks for.
fn form_of(path: &Path) -> Result<Form, Failure> {
    let named = path.extension().and_then(OsStr::to_str).and_then(Form::named).filter(|form| *form != Form::Xlsx);
    let Some(form) = named else {
        let vi = format!("--out {}: tên tệp phải kết thúc bằng .csv hoặc .jsonl", path.display());
        let en = format!("--out {}: the file's name must end in .csv or .jsonl", path.display());
        return Err(Failure::said(Exit::Usage, vi, en));
    };
    if path.exists() {
        let vi = format!("đã có {}; hãy chọn tên khác", path.display());
        return Err(Failure::said(Exit::Usage, vi, format!("{} exists; name another file", path.display())));
    }
    Ok(form)
}

async fn export(
    context: &Context,
    (sv, who): (&Services, &Standing),
    (out, form, after): (&Path, Form, i64),
    total: u64,
) -> Result<(), Failure> {
    // Whole or not at all: it gets its name at the end.
    let part = out.with_added_extension("part");
    let _ = fs::remove_file(&part);
    let cannot = |error: &dyn std::fmt::Display| {
        let at = out.display();
        let vi = format!("không ghi được {at}: {error}");
        Failure::said(Exit::Unexpected, vi, format!("{at} cannot be written: {error}"))
    };
    let mut file = BufWriter::new(super::new_file(&part).map_err(|e| cannot(&e))?);
    file.write_all(&form.head()).map_err(|e| cannot(&e))?;
    let mut line = Vec::new();
    let mut progress = context.out.progress("Xuất nhật ký", "Exporting the audit trail", total);
    let leave = who.with_the_sector(sv)?;
    let exported = audit::export(sv, &leave, after, |event| {
        progress.reach(event.seq.unwrap_or_default().unsigned_abs());
        line.clear();
        form.write(&mut line, event);
        file.write_all(&line)
    })
    .await;
    drop(progress);
    let finished = match exported {
        Ok(events) => end(file).and_then(|()| fs::rename(&part, out)).map(|()| events).map_err(NotExported::Io),
        Err(error) => Err(error),
    };
    match finished {
        Ok(events) => {
            let path = out.display().to_string();
            context.out.result(&json!({ "events": events, "out": path }), &format!("✓ {path} ({events})"));
            Ok(())
        }
        Err(error) => {
            let _ = fs::remove_file(&part);
            Err(match error {
                NotExported::Store(error) => error.into(),
                NotExported::Io(error) => cannot(&error),
            })
        }
    }
}

fn end(file: BufWriter<File>) -> std::io::Result<()> {
    file.into_inner()?.sync_all()
}
