//! The book keeps up with the code: every dependency has its line, every link leads somewhere, every page is reachable.

use std::{collections::BTreeSet, fs, path::Path};

use super::source::{files, root};

#[test]
fn every_dependency_has_one_line_that_says_why_it_is_here() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let wanted: BTreeSet<String> = ["dependencies", "dev-dependencies"]
        .iter()
        .flat_map(|section| manifest[*section].as_table().unwrap().keys().cloned())
        .collect();
    let page = fs::read_to_string(root().join("docs/reference/dependencies.md")).unwrap();
    let lines: Vec<String> =
        page.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned())).collect();
    let told: BTreeSet<String> = lines.iter().cloned().collect();
    assert_eq!(told.len(), lines.len(), "a dependency has two lines");
    let differ: Vec<_> = wanted.symmetric_difference(&told).collect();
    assert!(differ.is_empty(), "only in one of Cargo.toml and docs/reference/dependencies.md: {differ:?}");
}

#[test]
fn every_link_leads_to_a_file() {
    let broken: Vec<String> = pages()
        .into_iter()
        .flat_map(|page| links(&page).into_iter().map(move |link| (page.clone(), link)))
        .filter(|(page, link)| !beside(page, link).exists())
        .map(|(page, link)| format!("{page}: {link}"))
        .collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let contents = "docs/README.md";
    let listed: BTreeSet<_> =
        links(contents).iter().filter_map(|link| fs::canonicalize(beside(contents, link)).ok()).collect();
    let lost: Vec<_> = pages()
        .into_iter()
        .filter(|page| page.starts_with("docs/") && page != contents)
        .filter(|page| !listed.contains(&fs::canonicalize(root().join(page)).unwrap()))
        .collect();
    assert!(lost.is_empty(), "{contents} does not lead to {lost:?}");
}

fn pages() -> Vec<String> {
    let book = files("docs").into_iter().filter(|path| Path::new(path).extension().is_some_and(|kind| kind == "md"));
    ["README.md", "keys/README.md"].map(str::to_owned).into_iter().chain(book).collect()
}

/// Where the links of a page lead, those to the outside left out.
fn links(page: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    targets.filter(|link| !link.is_empty() && !link.contains("://")).map(str::to_owned).collect()
}

fn beside(page: &str, link: &str) -> std::path::PathBuf {
    root().join(Path::new(page).parent().unwrap_or(Path::new(""))).join(link)
}
