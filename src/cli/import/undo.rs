//! `phuong import --undo RUN`: takes back what a run did to people. Says what it would come to unless `--commit`.

use std::sync::{Arc, atomic::AtomicBool, atomic::Ordering};

use serde_json::json;

use crate::{
    base::id::BatchId,
    cli::{Context, Exit, Failure},
    i18n::Locale,
    roster::{self, Importer, NotUndone, Undone},
    services::{Services, authority::Standing},
    store::journal::{KeptRow, RunRow},
};

/// How many of those who stay are named.
const NAMED: u32 = 1_000;

/// Takes a run back, or says what that would come to.
pub(super) async fn run(
    context: &Context,
    sv: &Services,
    (batch, commit): (&str, bool),
    stop: &Arc<AtomicBool>,
) -> Result<(), Failure> {
    let run = match batch.parse::<BatchId>() {
        Ok(batch) => roster::may_undo(sv, batch).await,
        Err(_) => Err(NotUndone::NoSuchRun),
    };
    let run = match run {
        Ok(run) => run,
        Err(no) => return Err(not_undone(sv, no).await?),
    };
    let again = format!("phuong import --undo {} --commit", run.id);
    let of = u64::try_from(run.people).unwrap_or_default();
    let (undone, kept) = if commit {
        roster::begin_undo(sv, &run).await?;
        let undone = take_back(context, sv, (run.id, of), (stop, &again)).await?;
        let within = Standing::danger_command_line().everywhere()?;
        (undone, roster::kept(sv, &within, run.id, (None, NAMED)).await?)
    } else {
        let mut shown = context.out.progress("Đối chiếu", "Comparing", of);
        let (undone, mut kept) = roster::would_undo(sv, run.id, |done| shown.reach(done)).await?;
        kept.truncate(NAMED as usize);
        (undone, kept)
    };
    tell(context, (run.id, commit), undone, &kept);
    match commit {
        false => context
            .out
            .aside("Chưa đổi gì. Thêm --commit để hoàn tác.", "Nothing was changed. Add --commit to take it back."),
        true if undone.kept > 0 => {
            let n = undone.kept;
            let vi = format!(
                "{n} người giữ nguyên vì đã kích hoạt, được thay đổi sau đợt nhập, hoặc số định danh cũ nay là của \
                 người khác; hãy xem lại từng người"
            );
            let en = format!(
                "{n} people stay, for they activated, were changed after the import, or somebody else has the number \
                 that was theirs; look at each of them"
            );
            return Err(Failure::said(Exit::RowsRejected, vi, en).told());
        }
        true => {}
    }
    Ok(())
}

async fn take_back(
    context: &Context,
    sv: &Services,
    (batch, of): (BatchId, u64),
    (stop, again): (&AtomicBool, &str),
) -> Result<Undone, Failure> {
    let mut shown = context.out.progress("Hoàn tác", "Taking it back", of);
    let mut before = None;
    let goes_on = |Undone { back, kept, .. }| {
        let done = back + kept;
        shown.reach(done.saturating_sub(*before.get_or_insert(done)));
        !stop.load(Ordering::Relaxed)
    };
    let undone = roster::undo(sv, &Importer::CommandLine, batch, goes_on).await;
    let undone = undone.map_err(|error| Failure::from(error).then(again))?;
    if !undone.more {
        return Ok(undone);
    }
    let done = undone.back + undone.kept;
    let vi = format!("đã dừng sau {done} người; chạy lại lệnh này để làm tiếp");
    let en = format!("stopped after {done} people; the same command goes on");
    Err(Failure::said(Exit::Interrupted, vi, en).then(again))
}

fn tell(context: &Context, (batch, committed): (BatchId, bool), undone: Undone, kept: &[KeptRow]) {
    let Undone { back, kept: count, .. } = undone;
    let left_out = count.saturating_sub(kept.len() as u64);
    let people: Vec<_> = kept.iter().map(|one| json!({ "name": one.name, "sector_id": one.sector_id })).collect();
    let value = json!({
        "run": batch, "committed": committed, "back": back, "kept": count, "people": people, "people_left_out": left_out,
    });
    let vi = context.out.locale == Locale::Vi;
    let text = match (vi, committed) {
        (true, true) => format!("Đã đưa {back} người về như trước đợt nhập."),
        (true, false) => format!("Sẽ đưa {back} người về như trước đợt nhập."),
        (false, true) => format!("{back} people are again what they were before the import."),
        (false, false) => format!("{back} people would again be what they were before the import."),
    };
    let mut lines = Vec::new();
    if count > 0 {
        lines.push(if vi { format!("Giữ nguyên {count} người:") } else { format!("{count} people stay:") });
    }
    lines.extend(kept.iter().map(|one| format!("  {} ({})", one.name, one.sector_id)));
    if left_out > 0 {
        lines.push(if vi { format!("  và {left_out} người khác") } else { format!("  and {left_out} more") });
    }
    let text = [&[text], &lines[..]].concat().join("\n");
    context.out.result(&value, &text);
}

/// Why a run is not taken back, and which could be.
async fn not_undone(sv: &Services, no: NotUndone) -> Result<Failure, Failure> {
    let en = no.to_string();
    let vi = match no {
        NotUndone::Store(error) => return Ok(error.into()),
        NotUndone::OfTheBrowser => {
            let vi = "đợt nhập này làm trong trình duyệt; hãy hoàn tác ở trang của nó";
            return Ok(Failure::said(Exit::Usage, vi, en));
        }
        NotUndone::TooLate => {
            return Ok(Failure::said(
                Exit::Usage,
                "đợt nhập đã kết thúc hơn 24 giờ trước, không hoàn tác được nữa",
                en,
            ));
        }
        NotUndone::NoSuchRun => "không có đợt nhập nào mang số này đã ghi xong",
    };
    let runs = roster::undoable(sv).await?;
    let of = |vi_text: bool| -> String {
        let line = |run: &RunRow| format!("\n  {} · {}", run.id, run.file_name);
        match (runs.is_empty(), vi_text) {
            (true, true) => "; hiện không có đợt nhập nào hoàn tác được".to_owned(),
            (true, false) => "; there is none that could be taken back now".to_owned(),
            (false, true) => format!("; có thể hoàn tác:{}", runs.iter().map(line).collect::<String>()),
            (false, false) => format!("; these can be taken back:{}", runs.iter().map(line).collect::<String>()),
        }
    };
    let failure = Failure::said(Exit::Usage, format!("{vi}{}", of(true)), format!("{en}{}", of(false)));
    Ok(match runs.first() {
        Some(run) => failure.then(format!("phuong import --undo {}", run.id)),
        None => failure,
    })
}
