//! Migrations are twins by number and name. That the schemas they make are equal, `store/schema.rs` asks the databases.

use super::source::files;

#[test]
fn both_databases_have_the_same_migrations() {
    let (sqlite, postgres) = (names("migrations/sqlite/"), names("migrations/postgres/"));
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, postgres);
}

/// What is written side by side may come in another order than its numbers.
#[test]
fn migrations_are_numbered_each_with_its_own() {
    let mut before = String::new();
    for name in names("migrations/sqlite/") {
        let (number, rest) = name.split_once('_').unwrap_or_else(|| panic!("{name} has no number"));
        assert!(number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit()), "{name}");
        assert!(before.as_str() < number, "{name} has the number of another");
        number.clone_into(&mut before);
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
