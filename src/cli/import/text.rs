//! The report for people: the counts, then what was found, grouped by cause, with a few examples of each.

use std::{collections::HashMap, fmt::Write};

use super::language;
use crate::{
    cli::slips::Pressed,
    i18n::Locale,
    roster::{FileReport, Issue, Kind, Language, Outcome, Report, Severity},
};

/// Examples of one cause.
const EXAMPLES: usize = 3;

/// The whole report.
pub(super) fn of(locale: Locale, report: &Report, slips: Option<&Pressed>) -> String {
    let language = language(locale);
    let say = |vi: &'static str, en: &'static str| if language == Language::Vi { vi } else { en };
    let mut text = String::new();
    for file in &report.files {
        line(&mut text, &about(language, file));
    }
    line(&mut text, "");
    line(&mut text, &counts(language, report));
    changes(&mut text, language, report);
    let severities = [
        (Severity::Error, say("Lỗi", "Errors")),
        (Severity::Held, say("Cần quyết định", "To be decided")),
        (Severity::Warning, say("Lưu ý", "To be looked at")),
    ];
    for (severity, title) in severities {
        let groups = groups(report.of(severity));
        if !groups.is_empty() {
            line(&mut text, "");
            line(&mut text, &format!("{title}:"));
            for group in &groups {
                causes(&mut text, language, group, &report.files);
            }
        }
    }
    line(&mut text, "");
    let end = match (report.committed, &report.brake) {
        (true, _) if !report.tally.writes() => say(
            "Không có gì phải ghi: không dòng nào tạo hay đổi gì.",
            "Nothing to write: no row creates or changes anything.",
        )
        .to_owned(),
        (true, _) => {
            let written = say(
                "Đã ghi vào cơ sở dữ liệu. Hoàn tác trong 24 giờ:",
                "Written to the database. To take it back within 24 hours:",
            );
            let run = report.batch().map(|run| run.to_string()).unwrap_or_default();
            format!("{written} phuong import --undo {run}")
        }
        (false, Some(brake)) => {
            let schools: Vec<String> =
                brake.schools.iter().map(|(code, ended, of)| format!("{code}: {ended}/{of}")).collect();
            let title =
                say("Chưa ghi gì: quá nhiều người rời trường cùng lúc", "Nothing was written: too many leave at once");
            format!("{title} ({}).", schools.join(", "))
        }
        (false, None) => say(
            "Chạy thử: chưa ghi gì. Thêm --commit để ghi.",
            "A dry run: nothing was written. Add --commit to write.",
        )
        .to_owned(),
    };
    line(&mut text, &end);
    if let Some(slips) = slips {
        line(&mut text, &slips.text(locale));
    }
    text
}

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

fn about(language: Language, file: &FileReport) -> String {
    let (kind, rows, header, ignored) = match language {
        Language::Vi => (kind_vi(file.kind), "dòng", "tiêu đề ở dòng", "bỏ qua cột"),
        Language::En => (file.kind.as_str(), "rows", "header in row", "ignored columns"),
    };
    let sheet = if file.sheet.is_empty() { String::new() } else { format!(" «{}»", file.sheet) };
    let mut told = format!("{}{sheet}: {kind}, {} {rows}, {header} {}", file.name, file.outcomes.len(), file.header);
    if !file.ignored.is_empty() {
        let shown: Vec<&str> = file.ignored.iter().take(8).map(String::as_str).collect();
        let more = file.ignored.len() - shown.len();
        let more = if more > 0 { format!(", … (+{more})") } else { String::new() };
        let _ = write!(told, "; {ignored}: {}{more}", shown.join(", "));
    }
    if !file.unread.is_empty() {
        let unread = match language {
            Language::Vi => "trang không đọc vì có cột khác",
            Language::En => "sheets not read, for their columns are others",
        };
        let _ = write!(told, "; {unread}: «{}»", file.unread.join("», «"));
    }
    told
}

const fn kind_vi(kind: Kind) -> &'static str {
    match kind {
        Kind::Schools => "trường",
        Kind::Staff => "cán bộ",
        Kind::Pupils => "học sinh",
        Kind::Assignments => "phân công",
    }
}

fn counts(language: Language, report: &Report) -> String {
    let tally = &report.tally;
    let outcomes = report.files.iter().flat_map(|file| &file.outcomes);
    let of = |wanted: Outcome| outcomes.clone().filter(|(_, outcome)| *outcome == wanted).count();
    let (refused, repeated, absent) = (of(Outcome::Refused), of(Outcome::Repeated), of(Outcome::Absent));
    let passed_over = of(Outcome::PassedOver);
    let words: [&str; 12] = match language {
        Language::Vi => [
            "Tạo",
            "Cập nhật",
            "Không đổi",
            "Rời trường",
            "Chuyển trường",
            "Cần xem lại",
            "Lỗi",
            "Lặp lại",
            "Đã rời từ trước",
            "Ghi chú, bỏ qua",
            "Đơn vị mới",
            "Lớp mới",
        ],
        Language::En => [
            "Created",
            "Updated",
            "Unchanged",
            "Ended",
            "Transfers",
            "Review",
            "Errors",
            "Repeated",
            "Gone before",
            "Notes, passed over",
            "New orgs",
            "New classes",
        ],
    };
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let numbers = [
        tally.created,
        tally.updated,
        tally.unchanged,
        tally.ended,
        tally.transfers,
        tally.review,
        count(refused),
        count(repeated),
        count(absent),
        count(passed_over),
        tally.orgs_created,
        tally.classes_created,
    ];
    let always = 4;
    let told = words.iter().zip(numbers).enumerate().filter(|(place, (_, n))| *place < always || *n > 0);
    told.map(|(_, (word, n))| format!("{word} {n}")).collect::<Vec<_>>().join(" · ")
}

/// Rows of which is told what they change.
const CHANGED: usize = 10;

/// What the first rows change, from what to what.
fn changes(text: &mut String, language: Language, report: &Report) {
    let several = report.files.len() > 1;
    let rows = || report.files.iter().flat_map(|file| file.differences.iter().map(move |row| (file, row)));
    let count = rows().count();
    if count == 0 {
        return;
    }
    let (title, row) = match language {
        Language::Vi => ("Thay đổi", "Dòng"),
        Language::En => ("What changes", "Row"),
    };
    line(text, "");
    line(text, &format!("{title}:"));
    for (file, (number, what)) in rows().take(CHANGED) {
        let file = if several { format!("{}: ", named(&file.name, &file.sheet, &report.files)) } else { String::new() };
        let what: Vec<String> = what.iter().map(|one| one.told(language)).collect();
        line(text, &format!("  {file}{row} {number}: {}", what.join("; ")));
    }
    if count > CHANGED {
        let more = count - CHANGED;
        line(
            text,
            &match language {
                Language::Vi => format!("  và {more} dòng khác; --report ghi đủ mọi dòng"),
                Language::En => format!("  and {more} more; --report tells them all"),
            },
        );
    }
}

/// A file, and its sheet where several are read of it.
fn named(name: &str, sheet: &str, files: &[FileReport]) -> String {
    let many = files.iter().filter(|file| &*file.name == name).count() > 1;
    if many { format!("{name} «{sheet}»") } else { name.to_owned() }
}

/// Issues by cause, the most frequent first.
fn groups<'i>(issues: impl Iterator<Item = &'i Issue>) -> Vec<Vec<&'i Issue>> {
    let mut by_code: HashMap<&str, Vec<&Issue>> = HashMap::new();
    for issue in issues {
        by_code.entry(issue.code()).or_default().push(issue);
    }
    let mut groups: Vec<_> = by_code.into_values().collect();
    groups.sort_by_key(|group| (std::cmp::Reverse(group.len()), group.first().map(|issue| issue.code())));
    groups
}

fn causes(text: &mut String, language: Language, group: &[&Issue], files: &[FileReport]) {
    let code = group.first().map_or("", |issue| issue.code());
    line(text, &format!("  {code} × {}", group.len()));
    for issue in group.iter().take(EXAMPLES) {
        let file = named(&issue.file, &issue.sheet, files);
        line(text, &format!("    {file}: {}", issue.message(language)));
    }
    if group.len() > EXAMPLES {
        let more = group.len() - EXAMPLES;
        line(
            text,
            &match language {
                Language::Vi => format!("    và {more} dòng khác"),
                Language::En => format!("    and {more} more"),
            },
        );
    }
}
