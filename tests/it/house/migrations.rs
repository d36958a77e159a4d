//! Migrations are twins by number and name. That the schemas they make are equal, `store/schema.rs` asks the databases.

use super::source::files;

#[test]
fn both_databases_have_the_same_migrations() {
    let (sqlite, postgres) = (names("migrations/sqlite/"), names("migrations/postgres/"));
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, postgres);
}

#[test]
fn migrations_are_numbered_without_gaps() {
    for (number, name) in (1..).zip(names("migrations/sqlite/")) {
        let expected = format!("{number:04}_");
        let rest = name.strip_prefix(&expected).unwrap_or_else(|| panic!("{name} should begin with {expected}"));
        let plain = rest.strip_suffix(".sql").is_some_and(|n| n.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
        assert!(plain, "{name} should be named NNNN_what_it_brings.sql");
    }
}

fn names(folder: &str) -> Vec<String> {
    let mut names: Vec<String> =
        files(folder).iter().filter_map(|path| path.strip_prefix(folder)).map(str::to_owned).collect();
    names.sort();
    names
}
