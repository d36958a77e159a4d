//! A messy sector in the database: every hostility that its messy.json counts is repaired, warned of or refused as the book
//! says (docs/reference/sample.md), and nothing else is.

use std::collections::{BTreeMap, BTreeSet};

use phuong::{
    roster::{Issue, Outcome, Report, Severity},
    sample::{self, Hostility, Plan, Written},
};

use super::office::{Office, counts};
use crate::support::database::Backend;

/// What keeps a row out, and how it is told.
const REFUSED: [(Hostility, &[&str]); 6] = [
    (Hostility::DuplicateSectorId, &["duplicate_person"]),
    (Hostility::ImpossibleDate, &["date_no_such_day", "date_no_such_month"]),
    (Hostility::MissingName, &["required"]),
    (Hostility::SwappedIdentifiers, &["citizen_number_looks_like_sector_id"]),
    (Hostility::UnknownStatus, &["pupil_status_unknown", "staff_status_unknown"]),
    (Hostility::UnknownTeacher, &["teacher_unknown"]),
];
/// What a row is taken with, and how it is told.
const WARNED: [(&[Hostility], &str); 4] = [
    (&[Hostility::LegacyName, Hostility::LegacyNameVni], "legacy_text"),
    (&[Hostility::UnusualSectorId], "sector_id_unusual"),
    (&[Hostility::CitizenOtherSex], "citizen_number_other_sex"),
    (&[Hostility::WrongEmail], "email_unusable"),
];

/// What exports have of schools in lists of people, and pupils' telephones.
const UNREAD: [&str; 3] = ["UBND Xã", "Tên trường", "Điện thoại"];

/// One sector twice: as it is, and as its files are in practice.
struct Sector {
    clean: Office,
    messy: Office,
    plan: Plan,
}

impl Sector {
    async fn on(backend: Backend) -> Option<Self> {
        let (clean, messy) = (Office::empty(backend).await?, Office::empty(backend).await?);
        Some(Self {
            clean,
            messy,
            plan: Plan { schools: 4, staff: 260, pupils: 1_600, messy: true, ..Plan::default() },
        })
    }
}

/// How often each hostility is in files.
fn of(written: &Written, is: impl Fn(&str) -> bool, what: Hostility) -> usize {
    let files = written.files.iter().filter(|file| is(&file.name));
    usize::try_from(files.filter_map(|file| file.hostilities.get(&what)).sum::<u64>()).unwrap()
}

/// How often each problem of a severity was told.
fn told(report: &Report, severity: Severity) -> BTreeMap<&'static str, usize> {
    report.of(severity).map(Issue::code).fold(BTreeMap::new(), |mut counts, code| {
        *counts.entry(code).or_default() += 1;
        counts
    })
}

/// The report says of these files just what is counted in them.
fn agrees(report: &Report, written: &Written, is: impl Fn(&str) -> bool + Copy) {
    let of = |what| of(written, is, what);
    let (mut errors, mut warnings) = (told(report, Severity::Error), told(report, Severity::Warning));
    for (what, codes) in REFUSED {
        let refused: usize = codes.iter().filter_map(|code| errors.remove(code)).sum();
        assert!(refused == of(what) && refused > 0, "{what:?}: {refused}, not {}", of(what));
    }
    // Both of the two are told.
    let other = errors.remove("sector_id_looks_like_citizen_number").unwrap_or_default();
    assert_eq!(other, of(Hostility::SwappedIdentifiers));
    for (what, code) in WARNED {
        let warned = warnings.remove(code).unwrap_or_default();
        assert!(warned == what.iter().copied().map(of).sum::<usize>() && warned > 0, "{what:?}: {warned}");
    }
    // Whoever is known already has an ID, if only a temporary one; of who is refused nobody knows.
    let unnumbered = warnings.remove("sector_id_missing").unwrap_or_default();
    assert!(unnumbered <= of(Hostility::NoSectorId) && (unnumbered > 0 || report.tally.created == 0), "{unnumbered}");
    // Telephones lose zeros too, and get them back without a word.
    assert!(warnings.remove("leading_zeros_restored").is_some_and(|told| told <= of(Hostility::ZerosStripped)));
    assert!(errors.is_empty() && told(report, Severity::Held).is_empty(), "{errors:?}");
    warnings.remove("row_repeated");
    assert!(warnings.is_empty(), "{warnings:?}");
    let ignored = report.files.iter().flat_map(|file| &file.ignored).filter(|title| !UNREAD.contains(&title.as_str()));
    assert_eq!(ignored.count(), of(Hostility::ExtraColumns));
}

fn is_csv(name: &str) -> bool {
    name.strip_suffix(".csv").is_some()
}

/// Facts by the sector ID of whom they tell of; `TAM` for those who have none.
fn by_person(facts: Vec<String>) -> BTreeMap<String, BTreeSet<String>> {
    facts.into_iter().fold(BTreeMap::new(), |mut people, fact| {
        let (who, what) = fact.split_once(' ').unwrap();
        // Which vowel has the tone does not matter to whoever looks for somebody: the search key says the same.
        let what = what.split_once(") ").map_or(what, |(_, what)| what);
        people.entry(who.to_owned()).or_default().insert(what.to_owned());
        people
    })
}

both! {
    async fn every_hostility_of_a_messy_sector_is_repaired_or_told_and_nothing_else_is(sector: Sector) {
        let Sector { clean, messy, plan } = sector;
        let written = sample::write(&messy.path("."), &plan, &mut |_| {}).unwrap();
        let all: Vec<&str> = written.files.iter().map(|file| file.name.as_str()).collect();
        let csv: Vec<&str> = all.iter().copied().filter(|name| is_csv(name)).collect();
        let report = messy.agree(&csv).await;
        agrees(&report, &written, is_csv);

        // Whoever was not refused is in the database just as if the files had been clean.
        sample::write(&clean.path("."), &Plan { messy: false, ..plan }, &mut |_| {}).unwrap();
        let undisturbed = clean.commit(&csv).await;
        assert_eq!(undisturbed.issues, []);
        let of = |what| of(&written, is_csv, what);
        let (unusual, waiting) = (of(Hostility::UnusualSectorId), of(Hostility::NoSectorId));
        let lost: usize = REFUSED[..5].iter().map(|(what, _)| of(*what)).sum();
        assert_eq!(report.tally.created, undisturbed.tally.created - i64::try_from(lost).unwrap());
        for what in ["person", "affiliation", "account"] {
            let expected = by_person(clean.facts(what).await);
            let mut found = by_person(messy.facts(what).await);
            assert_eq!(found.remove("TAM").is_some(), waiting > 0);
            let before = found.len();
            found.retain(|who, _| !who.starts_with("HP-"));
            assert_eq!((before - found.len(), expected.len() - found.len()), (unusual, lost + unusual + waiting), "{what}");
            for (who, facts) in &found {
                assert_eq!((who, Some(facts)), (who, expected.get(who)), "{what}");
            }
        }
        for what in ["org", "edge", "class"] {
            assert_eq!(messy.facts(what).await, clean.facts(what).await);
        }
        let expected = by_person(clean.facts("seat").await);
        for (who, seats) in by_person(messy.facts("seat").await) {
            assert!(who == "TAM" || who.starts_with("HP-") || seats.is_subset(&expected[&who]), "{who}: {seats:?}");
        }

        // The same files again, and the workbooks that repeat them.
        let content = messy.content().await;
        let again = messy.agree(&csv).await;
        assert_eq!(counts(&again), [0, 0, report.tally.created, 0]);
        assert_eq!((again.tally.orgs_created, again.tally.classes_created), (0, 0));
        agrees(&again, &written, is_csv);
        let repeated = messy.agree(&all).await;
        assert_eq!(counts(&repeated), [0, 0, report.tally.created, 0]);
        agrees(&repeated, &written, |_| true);
        for file in repeated.files.iter().filter(|file| !is_csv(&file.name)) {
            assert!(file.outcomes.iter().all(|(_, came)| matches!(came, Outcome::Repeated | Outcome::Refused)), "{}", file.name);
        }
        assert_eq!(messy.content().await, content);
    }
}
