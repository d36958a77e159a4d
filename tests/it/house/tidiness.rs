//! Nothing unfinished, nothing silenced without a reason, nothing that only one machine has.

use std::fs;

use super::source::{Source, after_group, files, root, sources};

/// Words that must not stand in the code at all, and what they are.
const UNFINISHED: &[&[&str]] = &[&["todo", "!"], &["unimplemented", "!"], &["dbg", "!"], &["#", "[", "ignore"]];
const PRINTS: &[&[&str]] = &[&["println", "!"], &["print", "!"], &["eprintln", "!"], &["eprint", "!"]];
const GIVES_UP: &[&[&str]] = &[&[".", "unwrap", "("], &[".", "unwrap_err", "("]];

#[test]
fn nothing_is_unfinished_or_ignored() {
    expect_none(["src", "tests"].into_iter().flat_map(sources).flat_map(|s| occurrences(&s, UNFINISHED, |_, _| true)));
}

#[test]
fn a_lint_is_silenced_only_with_a_reason() {
    expect_none(["src", "tests"].into_iter().flat_map(sources).flat_map(|s| unreasoned(&s)));
}

#[test]
fn only_tests_unwrap() {
    let outside = |s: &Source, at: usize| !s.words[at].in_test;
    expect_none(sources("src").into_iter().flat_map(|s| occurrences(&s, GIVES_UP, outside)));
}

#[test]
fn only_the_command_line_prints() {
    let elsewhere =
        |s: &Source, at: usize| !s.words[at].in_test && !s.path.starts_with("src/cli/") && s.path != "src/main.rs";
    expect_none(sources("src").into_iter().flat_map(|s| occurrences(&s, PRINTS, elsewhere)));
}

#[test]
fn nothing_names_a_folder_of_one_machine() {
    // In two pieces, since this file is read too.
    let folders = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
    let committed = ["src", "tests", "migrations", "docs", "keys", ".ci", "benches/src"].into_iter().flat_map(files);
    let top = ["README.md", "Cargo.toml", "clippy.toml", "rustfmt.toml"].map(str::to_owned);
    let mut found = Vec::new();
    for path in committed.chain(top) {
        // Pictures and fonts are no text, and not every file of the top exists yet.
        let Ok(text) = fs::read_to_string(root().join(&path)) else { continue };
        for (number, line) in text.lines().enumerate() {
            if folders.iter().any(|folder| line.contains(folder)) {
                found.push(format!("{path}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    expect_none(found);
}

fn occurrences(source: &Source, wanted: &[&[&str]], counts: impl Fn(&Source, usize) -> bool) -> Vec<String> {
    let here = |at: &usize| counts(source, *at) && wanted.iter().any(|w| source.says(*at, w));
    let what = |at: usize| format!("{}: {}{}", source.place(at), source.words[at].text, source.words[at + 1].text);
    (0..source.words.len()).filter(here).map(what).collect()
}

/// `allow` and `expect` attributes without a `reason`.
fn unreasoned(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for at in 0..source.words.len() {
        let open = at + 1 + usize::from(source.says(at + 1, &["!"]));
        let silences = ["allow", "expect"].iter().any(|lint| source.says(open, &["[", lint, "("]));
        if source.says(at, &["#"]) && silences {
            let attribute = &source.words[open..after_group(&source.words, open)];
            if !attribute.iter().any(|word| word.text == "reason") {
                found.push(format!("{}: {} without a reason", source.place(at), attribute[1].text));
            }
        }
    }
    found
}

fn expect_none(found: impl IntoIterator<Item = String>) {
    let found: Vec<String> = found.into_iter().collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sin_is_found() {
        let source =
            Source::new("src/a.rs", "#[allow(dead_code)] fn a() { to!(); todo!(); b.unwrap() }\n#[ignore] fn c() {}");
        assert_eq!(occurrences(&source, UNFINISHED, |_, _| true).len(), 2);
        assert_eq!(occurrences(&source, GIVES_UP, |_, _| true), ["src/a.rs:1: .unwrap"]);
        assert_eq!(unreasoned(&source), ["src/a.rs:1: allow without a reason"]);
    }

    #[test]
    fn what_is_allowed_is_not_found() {
        let text = "#[expect(a, reason = \"b\")] fn a() { b.unwrap_or(1); c.expect(\"d\") } // todo!()";
        let source = Source::new("src/a.rs", text);
        assert!(occurrences(&source, UNFINISHED, |_, _| true).is_empty());
        assert!(occurrences(&source, GIVES_UP, |_, _| true).is_empty());
        assert!(unreasoned(&source).is_empty());
    }
}
