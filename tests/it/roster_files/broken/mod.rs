//! Files as they are when something is wrong with them, one by one: what each is, and what must be said of it.
//!
//! The tables are `text`, `cells`, `headers` and `workbooks`; `bytes` makes what they hold. What only shows against a database is in
//! `tests/it/roster/broken.rs`.

mod bytes;
mod cells;
mod headers;
mod text;
mod workbooks;

use std::{collections::HashSet, io::Write, ops::ControlFlow};

use phuong::roster::{FileError, Isolation, Issue, Language, Options, Reading, open};
use tempfile::NamedTempFile;

use super::options;

/// A file, and what must be said of it.
struct Case {
    /// What it is.
    name: &'static str,
    bytes: Vec<u8>,
    says: Says,
}

/// What is said.
enum Says {
    /// Nothing: so many rows are read as they are meant.
    Nothing(usize),
    /// It is refused: the code, and words of the message in either language.
    Refused(&'static str, &'static str, &'static str),
    /// Of so many rows: row, column and code of all that is said, and words of the first message in either language.
    Rows(usize, Vec<(u32, &'static str, &'static str)>, &'static str, &'static str),
}

/// What was said: the rows and what is wrong with them, or why there are none.
fn said(bytes: &[u8], options: &Options) -> Result<(usize, Vec<Issue>), FileError> {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let mut source = open(file.path(), options)?;
    let (mut rows, mut issues) = (0, Vec::new());
    source.for_each(|record| {
        rows += 1;
        issues.extend(record.outcome.err().unwrap_or_default());
        issues.extend(record.warnings);
        ControlFlow::Continue(())
    })?;
    Ok((rows, issues))
}

fn wrong_with(case: &Case, options: &Options) -> Option<String> {
    let heard = said(&case.bytes, options);
    let tells = |message: &dyn Fn(Language) -> String, vi: &str, en: &str| {
        message(Language::Vi).contains(vi) && message(Language::En).contains(en)
    };
    let right = match (&case.says, &heard) {
        (Says::Nothing(rows), Ok((read, issues))) => rows == read && issues.is_empty(),
        (Says::Refused(code, vi, en), Err(error)) => {
            error.code() == *code && tells(&|language| error.message(language), vi, en)
        }
        (Says::Rows(rows, places, vi, en), Ok((read, issues))) => {
            let at: Vec<_> = issues.iter().map(|issue| (issue.row, &*issue.column, issue.code())).collect();
            rows == read && at == *places && tells(&|language| issues[0].message(language), vi, en)
        }
        _ => false,
    };
    let told = match &heard {
        Ok((rows, issues)) => {
            let all: Vec<_> = issues.iter().map(|i| format!("{i:?} {}", i.message(Language::Vi))).collect();
            format!("{rows} rows, {all:#?}")
        }
        Err(error) => format!("{}: {} / {}", error.code(), error.message(Language::Vi), error.message(Language::En)),
    };
    (!right).then(|| format!("{}: {told}", case.name))
}

fn cases() -> Vec<Case> {
    [text::cases(), cells::cases(), headers::cases(), workbooks::cases()].into_iter().flatten().collect()
}

#[test]
fn what_is_wrong_with_each_broken_file_is_said_in_both_languages() {
    let cases = cases();
    let names: HashSet<&str> = cases.iter().map(|case| case.name).collect();
    assert!(names.len() == cases.len() && cases.len() >= 60, "{} cases, {} names", cases.len(), names.len());
    let wrong: Vec<String> = cases.iter().filter_map(|case| wrong_with(case, &options())).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn the_same_is_said_when_workbooks_are_read_apart() {
    let isolation = Isolation::AllWorkbooks;
    let apart = Options { reading: Reading { isolation, ..options().reading }, ..options() };
    let wrong: Vec<String> = workbooks::cases().iter().filter_map(|case| wrong_with(case, &apart)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
