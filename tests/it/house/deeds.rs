//! Every deed of the audit trail is told in people's words.

use std::collections::BTreeSet;

use phuong::views::deeds::{DEEDS, words_of};

use super::source::sources;

/// What looks like a deed and is the name of a file.
const FILES: &[&str] = &["html", "xlsx", "csv", "jsonl", "css", "js"];

#[test]
fn every_deed_has_words() {
    let kinds: BTreeSet<&str> = DEEDS.iter().filter_map(|(name, _)| name.split('.').next()).collect();
    let mut silent = BTreeSet::new();
    let rooms = ["services", "oauth", "login", "people", "roster", "slips", "admin"];
    for source in rooms.iter().flat_map(|room| sources(&format!("src/{room}"))) {
        for word in source.words.iter().filter(|word| !word.in_test) {
            let Some((kind, deed)) = word.text.trim_matches('"').split_once('.') else { continue };
            let named = word.text.starts_with('"') && kinds.contains(kind) && !FILES.contains(&deed);
            let plain = deed.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            if named && plain && words_of(&format!("{kind}.{deed}")).is_none() {
                silent.insert(format!("{}: {kind}.{deed}", source.path));
            }
        }
    }
    assert!(silent.is_empty(), "src/views/deeds.rs lacks {silent:#?}");
}
