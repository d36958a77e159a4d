//! A room uses only rooms of lower layers, and some foreign crates only in the rooms that own them.
//!
//! The table is ARCHITECTURE.md's. Test code may look anywhere.

use std::collections::BTreeSet;

use super::source::{Source, files, sources};

/// Lowest first.
const LAYERS: &[&[&str]] = &[
    &["base", "config"],
    &["protocol", "model", "i18n", "views"],
    &["store"],
    &["services"],
    &["oauth", "login", "people", "roster", "slips", "admin", "sample"],
    &["http", "worker", "telemetry", "app", "demo", "cli"],
    // The crate's own two files: the map and the way in.
    &["lib", "main"],
];

/// Edges inside a layer; `*` is every room of it.
const BESIDE: &[(&str, &[&str])] = &[
    ("config", &["base"]),
    ("model", &["protocol"]),
    ("views", &["model", "i18n"]),
    ("oauth", &["login", "people"]),
    // Who somebody is, is asked when a password is judged and on "is this you?".
    ("login", &["people"]),
    ("roster", &["people"]),
    // Codes are sign-in's; whom they are for is the store's to tell.
    ("slips", &["login"]),
    ("admin", &["*"]),
    ("app", &["http", "worker", "telemetry"]),
    ("demo", &["app", "http", "worker", "telemetry"]),
    ("cli", &["*"]),
];

/// Foreign crates that only some rooms may name.
const OWNED: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("axum", &["http", "demo", "app"]),
    ("axum_extra", &["http", "demo", "app"]),
    ("hyper", &["http"]),
    ("hyper_util", &["http"]),
    ("openidconnect", &["demo"]),
    ("krilla", &["slips"]),
    ("rustybuzz", &["slips"]),
    ("qrcode", &["slips"]),
    ("rand", &["base", "sample"]),
    ("rand_chacha", &["base", "sample"]),
];

/// The one file that reads the machine's clock, and what would read it.
const CLOCK: &str = "src/base/clock.rs";
const READS_THE_CLOCK: &[&[&str]] =
    &[&["SystemTime"], &["Timestamp", "::", "now"], &["Zoned", "::", "now"], &["UNIX_EPOCH"], &["now_v7"], &["now_v1"]];

#[test]
fn every_room_uses_only_lower_layers_and_what_stands_beside_it_by_permission() {
    let wrong: Vec<String> = sources("src").iter().flat_map(wrong_edges).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn only_the_clock_reads_the_time() {
    let wrong: Vec<String> = sources("src").iter().flat_map(clock_readings).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_page_runs_a_transaction() {
    let wrong: Vec<String> = sources("src").iter().flat_map(transactions).collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_room_has_a_layer() {
    let rooms: BTreeSet<String> = files("src").iter().map(|path| room_of(path)).collect();
    let homeless: Vec<_> = rooms.iter().filter(|room| layer_of(room).is_none()).collect();
    assert!(homeless.is_empty(), "no layer for {homeless:?}");
}

fn wrong_edges(source: &Source) -> Vec<String> {
    let from = room_of(&source.path);
    let mut wrong = Vec::new();
    for path in paths(source) {
        let forbidden = match resolve(source, &path) {
            Target::Room(to) if layer_of(&to).is_some() && !may_use(&from, &to) => {
                format!("`{from}` may not use `{to}`")
            }
            Target::Crate(name) if !may_name(&from, &name) => format!("`{from}` may not name the crate `{name}`"),
            _ => continue,
        };
        wrong.push(format!("{}: {forbidden} ({})", source.place(path.at), path.segments.join("::")));
    }
    wrong
}

/// Pages ask use cases, and know rows only as what these answer.
fn transactions(source: &Source) -> Vec<String> {
    let runs = |path: &Written| path.segments.ends_with(&["store".to_owned(), "Tx".to_owned()]);
    let found = paths(source).into_iter().filter(|path| room_of(&source.path) == "http" && runs(path));
    found.map(|path| format!("{}: a page runs a transaction", source.place(path.at))).collect()
}

fn clock_readings(source: &Source) -> Vec<String> {
    if source.path == CLOCK {
        return Vec::new();
    }
    let reads = |at: &usize| !source.words[*at].in_test && READS_THE_CLOCK.iter().any(|r| source.says(*at, r));
    (0..source.words.len()).filter(reads).map(|at| format!("{}: reads the clock", source.place(at))).collect()
}

fn may_use(from: &str, to: &str) -> bool {
    let beside = BESIDE.iter().find(|(room, _)| *room == from).map_or(&[] as &[&str], |(_, rooms)| rooms);
    match layer_of(from).cmp(&layer_of(to)) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => from == to || beside.contains(&to) || beside.contains(&"*"),
        std::cmp::Ordering::Less => false,
    }
}

fn may_name(from: &str, name: &str) -> bool {
    OWNED.iter().find(|(owned, _)| *owned == name).is_none_or(|(_, rooms)| rooms.contains(&from))
}

fn layer_of(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

/// `src/store/tx.rs` and `src/store.rs` belong to `store`.
fn room_of(path: &str) -> String {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs").to_owned()
}

/// A path as it is written, and the word at which it begins.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    segments: Vec<String>,
    at: usize,
}

enum Target {
    Room(String),
    Crate(String),
    /// Something of the room itself.
    Here,
}

/// What a path leads to, seen from where it is written.
fn resolve(source: &Source, path: &Written) -> Target {
    let mut segments = path.segments.iter().map(String::as_str).peekable();
    let mut module: Vec<&str> = source.path.trim_start_matches("src/").trim_end_matches(".rs").split('/').collect();
    if matches!(module.last(), Some(&"mod" | &"lib" | &"main")) {
        module.pop();
    }
    module.extend(source.words[path.at].inside.iter().map(String::as_str));
    match segments.next() {
        // The binary names the library by the package's name.
        Some("crate" | "phuong") => module.clear(),
        Some("self") => {}
        Some("super") => {
            module.pop();
            while segments.next_if_eq(&"super").is_some() {
                module.pop();
            }
        }
        Some(name) => return Target::Crate(name.to_owned()),
        None => return Target::Here,
    }
    module.extend(segments);
    module.first().map_or(Target::Here, |room| Target::Room((*room).to_owned()))
}

/// Every path outside test code: each leaf of each `use` tree, and those written where they are needed.
fn paths(source: &Source) -> Vec<Written> {
    let words = &source.words;
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let starts = words[at].is_identifier()
            && !(at > 0 && matches!(words[at - 1].text.as_str(), "::" | ".") && !is_global(source, at));
        if words[at].in_test {
            at += 1;
        } else if words[at].text == "use" && !source.says(at + 1, &["<"]) {
            at = tree(source, at + 1, &[], &mut found);
        } else if starts && source.says(at + 1, &["::"]) {
            let begun = at;
            let mut segments = vec![words[at].text.clone()];
            while source.says(at + 1, &["::"]) && words.get(at + 2).is_some_and(super::source::Word::is_identifier) {
                at += 2;
                segments.push(words[at].text.clone());
            }
            found.push(Written { segments, at: begun });
            at += 1;
        } else {
            at += 1;
        }
    }
    found
}

/// Whether the `::` before a word begins a path (`::sqlx::query`).
fn is_global(source: &Source, at: usize) -> bool {
    at >= 1
        && source.words[at - 1].text == "::"
        && (at == 1 || !(source.words[at - 2].is_identifier() || source.words[at - 2].text == ">"))
}

/// Reads a `use` tree that begins at `at`; answers the word after it.
fn tree(source: &Source, mut at: usize, before: &[String], found: &mut Vec<Written>) -> usize {
    let words = &source.words;
    let (begun, mut segments) = (at, before.to_vec());
    while let Some(word) = words.get(at) {
        match word.text.as_str() {
            "::" => {}
            "{" => {
                at += 1;
                while words.get(at).is_some_and(|w| w.text != "}") {
                    at = tree(source, at, &segments, found);
                    at += usize::from(source.says(at, &[","]));
                }
                return at + 1;
            }
            "as" => at += 1,
            // `a::{self}` is `a`; a leading `self` is where we are.
            "self" if !segments.is_empty() => {}
            _ if word.is_identifier() || word.text == "*" => segments.push(word.text.clone()),
            _ => break,
        }
        at += 1;
    }
    found.push(Written { segments, at: begun });
    // Whatever else stands here, the reading goes on.
    at.max(begun + usize::from(at == begun))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(path: &str, text: &str) -> Vec<String> {
        wrong_edges(&Source::new(path, text))
    }

    #[test]
    fn a_lower_layer_may_be_used_and_a_higher_one_may_not() {
        assert_eq!(
            wrong("src/oauth/token.rs", "use crate::{base::id, store::Store}; use super::login;"),
            [] as [&str; 0]
        );
        let found = wrong("src/store/tx.rs", "\nuse crate::oauth::token;");
        assert_eq!(found, ["src/store/tx.rs:2: `store` may not use `oauth` (crate::oauth::token)"]);
    }

    #[test]
    fn an_edge_is_found_however_it_is_written() {
        for text in [
            "use crate::{base::{id, clock as c}, http::{self, render}};",
            "pub(crate) use crate::http;",
            "use super::super::http::Page;",
            "fn a() -> crate::http::Page { todo }",
            "mod inner { use super::super::super::http::Page; }",
            "fn a<T: Into<crate::http::Page>>() {}",
            "const A: &[B] = &[crate::http::X];",
            "fn a() { ::phuong::http::b() }",
        ] {
            assert!(!wrong("src/services/audit.rs", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_transaction_in_a_page_is_found() {
        let found = |path: &str, text: &str| transactions(&Source::new(path, text)).len();
        assert_eq!(found("src/http/a.rs", "use crate::{login::x, store::{StoreError, Tx}};"), 1);
        assert_eq!(found("src/login/a.rs", "use crate::store::Tx;"), 0);
    }

    #[test]
    fn comments_strings_and_tests_are_no_edges() {
        for text in [
            "// use crate::http;\n/* crate::http::Page */",
            "const A: &str = \"crate::http::Page\";",
            "#[cfg(test)] mod tests { use crate::http::Page; fn a() { sqlx::query() } }",
            "use self::http::Page; mod http; fn a() { http::b(); c.http::<u8>() }",
        ] {
            assert_eq!(wrong("src/services/audit.rs", text), [] as [&str; 0], "{text}");
        }
    }

    #[test]
    fn a_foreign_crate_stays_with_its_owner() {
        assert_eq!(wrong("src/people/find.rs", "use sqlx::Row;").len(), 1);
        assert_eq!(wrong("src/people/find.rs", "fn a() { sqlx::query(B) } fn b() { ::axum::serve() }").len(), 2);
        assert_eq!(wrong("src/store/find.rs", "use sqlx::{Row, query};"), [] as [&str; 0]);
        assert_eq!(wrong("src/http/mod.rs", "use axum::Router;"), [] as [&str; 0]);
        assert_eq!(wrong("src/http/mod.rs", "use openidconnect::Nonce;").len(), 1);
    }

    #[test]
    fn neighbours_need_a_permission() {
        assert_eq!(wrong("src/model/client.rs", "use crate::protocol::scope;"), [] as [&str; 0]);
        assert_eq!(wrong("src/protocol/scope.rs", "use crate::model::client;").len(), 1);
        assert_eq!(wrong("src/admin/people.rs", "use crate::roster::plan;"), [] as [&str; 0]);
        assert_eq!(wrong("src/login/flow.rs", "use crate::oauth::code;").len(), 1);
    }

    #[test]
    fn a_second_reader_of_the_clock_is_found() {
        let read = |path: &str, text: &str| clock_readings(&Source::new(path, text)).len();
        assert_eq!(read("src/login/flow.rs", "let a = std::time::SystemTime::now();"), 1);
        assert_eq!(read("src/login/flow.rs", "let a = jiff::Timestamp::now();"), 1);
        assert_eq!(read("src/login/flow.rs", "let a = clock.now(); let b = Instant::now();"), 0);
        assert_eq!(read(CLOCK, "SystemTime::now()"), 0);
    }
}
