//! The command line of an import, as somebody would type it: for telling the next one.

use super::Args;

/// The command with these flags.
pub(super) fn line(args: &Args) -> String {
    let mut words = vec!["phuong import".to_owned()];
    words.extend(args.files.iter().map(|file| quoted(&file.to_string_lossy())));
    let mut flag = |name: &str, value: Option<String>| words.extend(value.map(|value| format!("--{name} {value}")));
    flag("kind", args.kind.clone());
    flag("school", args.school.as_ref().map(ToString::to_string));
    flag("year", args.year.map(|year| year.to_string()));
    flag("report", args.report.as_ref().map(|path| quoted(&path.to_string_lossy())));
    flag("slips", args.slips.as_ref().map(|path| quoted(&path.to_string_lossy())));
    flag("confirm-ended", args.confirm_ended.map(|n| n.to_string()));
    if args.commit {
        words.push("--commit".to_owned());
    }
    words.join(" ")
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '-' | '_' | '+' | ':' | '=' | ',');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_can_be_typed_again() {
        let args = Args {
            files: vec!["hoc-sinh.csv".into(), "Danh sách 3A.xlsx".into(), "it's.csv".into()],
            kind: Some("pupils".into()),
            school: None,
            commit: true,
            year: "2026-2027".parse().ok(),
            report: None,
            slips: Some("phiếu.pdf".into()),
            confirm_ended: Some(57),
            undo: None,
        };
        let told = r"phuong import hoc-sinh.csv 'Danh sách 3A.xlsx' 'it'\''s.csv' --kind pupils --year 2026-2027 --slips phiếu.pdf --confirm-ended 57 --commit";
        assert_eq!(line(&args), told);
    }
}
