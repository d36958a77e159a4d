//! `docs/STANDARDS.md` keeps up: whatever discovery announces has a row there with a test, whatever a row names exists.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::source::{Source, after_group, root, sources};
use crate::support::{
    database::Backend,
    tour::{Offering, Tour},
};

/// The columns of the table about the metadata; every other table has a clause where this has member and values.
const ANNOUNCED: [&str; 4] = ["announced", "values", "module", "test"];
const CLAUSES: [&str; 3] = ["clause", "module", "test"];

#[test]
fn every_row_names_modules_and_tests_that_exist() {
    let all: Vec<Source> = ["src", "tests"].into_iter().flat_map(sources).collect();
    let tests: BTreeSet<&str> = all.iter().flat_map(tests_of).collect();
    let mut wrong = Vec::new();
    for row in rows(&page()) {
        let [.., modules, named] = row.cells.as_slice() else { unreachable!("a row has three cells or four") };
        if modules.is_empty() || named.is_empty() {
            wrong.push(format!("line {}: no module or no test", row.line));
        }
        let unknown = modules.iter().filter(|module| !exists(&all, module));
        wrong.extend(unknown.map(|module| format!("line {}: no module {module}", row.line)));
        let unknown = named.iter().filter(|test| !tests.contains(test.as_str()));
        wrong.extend(unknown.map(|test| format!("line {}: no test {test}", row.line)));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[tokio::test]
async fn nothing_is_announced_without_a_test_and_no_row_announces_more() {
    let (tour, Offering(more)) =
        (Tour::on(Backend::Sqlite).await.unwrap(), Offering::on(Backend::Sqlite).await.unwrap());
    // What is announced only where somebody wants it, too.
    let mut announced = BTreeSet::from_iter(members(&more.get("/.well-known/openid-configuration", None).await.json()));
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"] {
        announced.extend(members(&tour.get(path, None).await.json()));
    }
    let told: BTreeSet<_> = rows(&page()).iter().flat_map(promises).collect();
    let missing: Vec<_> = announced.difference(&told).collect();
    assert!(missing.is_empty(), "announced, and without a row in docs/STANDARDS.md: {missing:#?}");
    let stale: Vec<_> = told.difference(&announced).collect();
    assert!(stale.is_empty(), "in docs/STANDARDS.md, and not announced: {stale:#?}");
}

/// Each member with each of its values; an address counts as none.
fn members(document: &Value) -> Vec<(String, String)> {
    let values = |value: &Value| match value {
        Value::Array(list) => list.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
        Value::Bool(_) => vec![value.to_string()],
        Value::String(_) | Value::Object(_) => vec![String::new()],
        other => panic!("a kind of value that nobody reads yet: {other}"),
    };
    let members = document.as_object().unwrap().iter();
    members.flat_map(|(name, value)| values(value).into_iter().map(|one| (name.clone(), one))).collect()
}

/// What a row says that the metadata says.
fn promises(row: &Row) -> Vec<(String, String)> {
    let [names, values, _, _] = row.cells.as_slice() else { return Vec::new() };
    let values = if values.is_empty() { vec![String::new()] } else { values.clone() };
    names.iter().flat_map(|name| values.iter().map(|value| (name.clone(), value.clone()))).collect()
}

/// A row of a table: what stands in backquotes in each cell.
struct Row {
    line: usize,
    cells: Vec<Vec<String>>,
}

fn page() -> String {
    fs::read_to_string(root().join("docs/STANDARDS.md")).unwrap()
}

fn rows(page: &str) -> Vec<Row> {
    let (mut found, mut columns) = (Vec::new(), 0);
    for (number, line) in page.lines().enumerate() {
        let Some(inner) = line.strip_prefix('|') else {
            columns = 0;
            continue;
        };
        let cells: Vec<&str> = inner.trim_end_matches('|').split('|').map(str::trim).collect();
        if columns == 0 {
            assert!(cells == ANNOUNCED || cells == CLAUSES, "line {}: columns {cells:?}", number + 1);
            columns = cells.len();
        } else if !cells[0].starts_with("---") {
            assert_eq!(cells.len(), columns, "line {}", number + 1);
            let quoted = |cell: &&str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
            found.push(Row { line: number + 1, cells: cells.iter().map(quoted).collect() });
        }
    }
    assert!(!found.is_empty());
    found
}

/// Whether a path names a module of ours, or what a module declares.
fn exists(all: &[Source], path: &str) -> bool {
    let file = |path: &str| {
        let stem = format!("src/{}", path.replace("::", "/"));
        all.iter().find(|source| source.path == format!("{stem}.rs") || source.path == format!("{stem}/mod.rs"))
    };
    let declares = |source: &Source, name: &str| {
        let before =
            |at: usize| ["fn", "struct", "enum", "const", "static", "type"].contains(&source.words[at].text.as_str());
        (1..source.words.len()).any(|at| source.words[at].text == name && before(at - 1))
    };
    file(path).is_some() || path.rsplit_once("::").is_some_and(|(of, name)| file(of).is_some_and(|s| declares(s, name)))
}

/// The names of a file's tests: functions that an attribute calls one, or that stand in `both!`.
fn tests_of(source: &Source) -> Vec<&str> {
    let is_test = |mut at: usize| {
        at -= usize::from(at > 0 && source.says(at - 1, &["async"]));
        let mut attributes = Vec::new();
        let before = |at: usize| {
            source.says(at.checked_sub(1)?, &["]"]).then_some(())?;
            let open = (0..at).rev().find(|open| source.says(*open, &["#", "["]))?;
            (after_group(&source.words, open + 1) == at).then_some(open)
        };
        while let Some(open) = before(at) {
            attributes.extend(source.words[open..at].iter().map(|word| word.text.as_str()));
            at = open;
        }
        attributes.contains(&"test") || (at >= 3 && source.says(at - 3, &["both", "!", "{"]))
    };
    let functions = (1..source.words.len()).filter(|at| source.says(*at, &["fn"]) && is_test(*at));
    functions.map(|at| source.words[at + 1].text.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_is_what_the_compiler_takes_for_one() {
        let text = "#[test] fn a() {} #[tokio::test] #[expect(b)] async fn c() {} both! { async fn d(t: Tour) {} } \
                    fn e() {} x! { fn g() {} } async fn h() {}";
        assert_eq!(tests_of(&Source::new("tests/it/a.rs", text)), ["a", "c", "d"]);
    }

    #[test]
    fn rows_are_read_with_their_cells() {
        let page = "# x\n\n| announced | values | module | test |\n|---|---|---|---|\n| `a`, `b` | `c` | m | `d` |\n\
                    \n| clause | module | test |\n|---|---|---|\n| RFC `e` | `f::g` | `h` |\n";
        let rows = rows(page);
        assert_eq!(promises(&rows[0]), [("a".into(), "c".into()), ("b".into(), "c".into())]);
        assert_eq!((rows[1].line, rows[1].cells[1].as_slice()), (9, ["f::g".to_owned()].as_slice()));
        assert!(promises(&rows[1]).is_empty());
    }
}
