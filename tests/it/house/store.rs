//! The store's traps that no type shuts (`docs/explanation/store.md`).

use std::fs;

use super::source::{Source, after_group, files, root, sources};

/// What must not be waited for, or decided anew, inside a write: everybody else's would wait, or its second run differ.
const NOT_INSIDE: &[&str] = &[
    "hasher",
    "fetch",
    "post_form",
    "document",
    "reqwest",
    "sleep",
    "timeout",
    "clock",
    "entropy",
    "random",
    "spawn",
    "File",
    "fs",
    "write_bulk",
];

#[test]
fn a_write_waits_for_nothing_but_its_database_and_decides_nothing_anew() {
    let found: Vec<String> = sources("src").iter().flat_map(intrusions).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Later statements of a script are silently skipped when only one row is fetched.
#[test]
fn a_statement_is_one_statement() {
    let scripts: Vec<_> = phuong::store::statements().filter(|(_, _, sql)| sql.contains(';')).collect();
    assert!(scripts.is_empty(), "{scripts:#?}");
}

/// A deferred constraint fails at COMMIT, and with it every write that shares it.
#[test]
fn no_constraint_is_deferred() {
    for path in files("migrations") {
        let sql = fs::read_to_string(root().join(&path)).unwrap().to_uppercase();
        assert!(!sql.contains("DEFERRABLE") && !sql.contains("DEFERRED"), "{path}");
    }
}

/// A write that panics falls alone only if panics unwind.
#[test]
fn panics_unwind() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    for (name, profile) in manifest["profile"].as_table().unwrap() {
        assert!(profile.get("panic").is_none(), "profile.{name}");
    }
}

/// Words inside the closures that work on the database, wherever they are given to it, that have no business there.
fn intrusions(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for at in (0..source.words.len()).filter(|at| source.says(*at, &["async", "|", "tx"])) {
        let inside =
            (at..end_of_closure(source, at)).filter(|at| NOT_INSIDE.contains(&source.words[*at].text.as_str()));
        found.extend(inside.map(|at| format!("{}: {} inside a write", source.place(at), source.words[at].text)));
    }
    found
}

/// Behind the closure's parameters, and its block or the rest of the expression.
fn end_of_closure(source: &Source, at: usize) -> usize {
    let text = |at: usize| source.words.get(at).map_or("", |word| word.text.as_str());
    let mut at = (at + 2..source.words.len()).find(|at| text(*at) == "|").map_or(source.words.len(), |bar| bar + 1);
    if text(at) == "{" {
        return after_group(&source.words, at);
    }
    while !matches!(text(at), "" | "," | ";" | ")" | "}") {
        at = if matches!(text(at), "(" | "{" | "[") { after_group(&source.words, at) } else { at + 1 };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_intrusion_is_found_inside_the_closure_only() {
        let text = "fn a() { store.write((sv.clock.now(), 1), async |tx: &mut Tx, i| { sv.hasher.hash(i).await }) }";
        assert_eq!(intrusions(&Source::new("src/a.rs", text)), ["src/a.rs:1: hasher inside a write"]);
        let text = "fn a() { let f = async |tx: &mut Tx, (): &()| go(tx, clock).await; fs::read(f) }";
        assert_eq!(intrusions(&Source::new("src/a.rs", text)), ["src/a.rs:1: clock inside a write"]);
        assert!(intrusions(&Source::new("src/a.rs", "fn a() { file.write(&bytes) }")).is_empty());
    }
}
