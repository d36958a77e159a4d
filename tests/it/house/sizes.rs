//! No file grows past what a reader can hold; one that does usually hides two rooms.

use std::fs;

use super::source::{root, rust_files, sources};

const MOST_LINES: usize = 400;

#[test]
fn no_file_is_longer_than_400_lines() {
    let long: Vec<String> = ["src", "tests"]
        .into_iter()
        .flat_map(sources)
        .filter(|source| source.lines > MOST_LINES)
        .map(|source| format!("{}: {} lines", source.path, source.lines))
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

#[test]
fn every_file_opens_with_what_it_owns() {
    let silent: Vec<String> = ["src", "tests"]
        .into_iter()
        .flat_map(rust_files)
        .filter(|path| !fs::read_to_string(root().join(path)).unwrap().starts_with("//!"))
        .collect();
    assert!(silent.is_empty(), "no `//!` at the top of {silent:?}");
}
