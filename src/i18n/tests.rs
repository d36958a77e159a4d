//! Every text in both languages, with the same values in it, asked for somewhere, and asked for as it is written.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use super::*;
use crate::base::clock::Moment;

/// The texts of a language: each key and the values it has places for.
fn texts(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    let mut last = None;
    for line in source(locale).lines() {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            let key = line.split_once(" =").unwrap_or_else(|| panic!("neither text nor comment: {line}")).0.to_owned();
            assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{key} stands twice");
            last = Some(key);
        }
        let Some(key) = &last else { continue };
        let names = line.split('$').skip(1).map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap());
        found.get_mut(key).unwrap().extend(names.map(str::to_owned));
    }
    found
}

/// Everything that may ask for a text: templates and modules.
fn askers() -> String {
    let mut all = String::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "html" || e == "rs") && !path.ends_with("i18n/tests.rs") {
                all.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    all
}

#[test]
fn both_languages_have_the_same_texts_with_the_same_values_in_them() {
    let (vi, en) = (texts(Locale::Vi), texts(Locale::En));
    for key in vi.keys().chain(en.keys()) {
        assert_eq!(vi.get(key), en.get(key), "{key}");
        assert!(Locale::ALL.iter().all(|locale| locale.texts().has(key)), "{key} does not parse");
    }
}

#[test]
fn every_text_that_is_asked_for_exists_and_none_is_left_over() {
    let (all, texts) = (askers(), texts(Locale::Vi));
    for key in texts.keys() {
        assert!(all.contains(&format!("\"{key}\"")), "{key} is used nowhere");
    }
    let asked = |call: &str| -> Vec<(String, Option<String>)> {
        let after = |at: usize| all[at + call.len()..].split('"').map(str::to_owned);
        let words = all.match_indices(call).map(|(at, _)| after(at));
        words.map(|mut words| (words.next().unwrap(), words.nth(1))).collect()
    };
    let none = BTreeSet::new();
    for (key, _) in asked("t.say(\"") {
        assert_eq!(texts.get(&key), Some(&none), "{key} is said without its values, or there is no such text");
    }
    for (key, name) in asked("t.with(\"") {
        assert_eq!(texts.get(&key), Some(&BTreeSet::from([name.unwrap()])), "{key}");
    }
    for (key, _) in asked("t.counted(\"") {
        let values = texts.get(&key).unwrap_or_else(|| panic!("no text {key}"));
        assert!(values.iter().all(|name| name == "n" || name == "count"), "{key}: {values:?}");
    }
}

#[test]
fn the_language_liked_most_among_those_we_speak_is_taken() {
    assert_eq!(Locale::of("fr-FR, en;q=0.8, vi;q=0.5"), Some(Locale::En));
    assert_eq!(Locale::of("en;q=0.3, vi-VN;q=0.9"), Some(Locale::Vi));
    assert_eq!(Locale::of("vi-VN en"), Some(Locale::Vi));
    assert_eq!(Locale::of("en;q=0, fr"), None);
    assert_eq!(Locale::of("vi"), Some(Locale::Vi));
    assert_eq!(Locale::of(""), None);
}

#[test]
fn numbers_and_dates_are_written_as_people_read_them() {
    let (vi, en) = (Locale::Vi.texts(), Locale::En.texts());
    assert_eq!(
        (vi.number(523_000), en.number(1_000_000), vi.number(7)),
        ("523.000".into(), "1,000,000".into(), "7".into())
    );
    // 17:05 on the fourth in UTC is past midnight in Việt Nam.
    let moment = Moment::from_seconds(1_788_541_500);
    assert_eq!((vi.moment(&moment), en.moment(&moment)), ("00:05 05/09/2026".into(), "00:05 5 Sep 2026".into()));
}

#[test]
fn a_text_about_one_thing_differs_from_one_about_many_in_english() {
    let en = Locale::En.texts();
    assert_eq!(en.counted("people-found", 1), "1 person on this page");
    assert_eq!(en.counted("people-found", 50), "50 people on this page");
}
