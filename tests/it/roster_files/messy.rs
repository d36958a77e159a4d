//! The readers say of a messy sector just what its messy.json counts: no more, no less.

use std::collections::BTreeMap;

use phuong::{
    roster::{Issue, Record},
    sample::{self, Hostility, Plan},
};

use super::read;

/// What hostilities are reported as, where a reader can see them in one row. The others are no fault at all, or the
/// plan's to find.
const REPORTED: [(&[Hostility], &[&str]); 10] = [
    (&[Hostility::ImpossibleDate], &["date_no_such_day", "date_no_such_month"]),
    (&[Hostility::MissingName], &["required"]),
    (&[Hostility::UnknownStatus], &["pupil_status_unknown", "staff_status_unknown"]),
    (&[Hostility::SwappedIdentifiers], &["citizen_number_looks_like_sector_id"]),
    (&[Hostility::SwappedIdentifiers], &["sector_id_looks_like_citizen_number"]),
    (&[Hostility::LegacyName, Hostility::LegacyNameVni], &["legacy_text"]),
    (&[Hostility::UnusualSectorId], &["sector_id_unusual"]),
    (&[Hostility::NoSectorId], &["sector_id_missing"]),
    (&[Hostility::CitizenOtherSex], &["citizen_number_other_sex"]),
    (&[Hostility::WrongEmail], &["email_unusable"]),
];

/// How often each problem was reported.
fn reported(records: &[Record]) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    let errors = records.iter().filter_map(|record| record.outcome.as_ref().err()).flatten();
    for code in errors.chain(records.iter().flat_map(|record| &record.warnings)).map(Issue::code) {
        *counts.entry(code).or_default() += 1;
    }
    counts
}

#[test]
fn every_hostility_is_read_or_reported_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan { schools: 6, staff: 260, pupils: 3_000, messy: true, ..Plan::default() };
    let written = sample::write(folder.path(), &plan, &mut |_| {}).unwrap();
    for file in &written.files {
        let (source, records) = read(&folder.path().join(&file.name));
        assert_eq!(records.len() as u64, file.rows, "{}: ghosts are no rows", file.name);
        assert_eq!(source.header.unknown.len() as u64, file.hostilities[&Hostility::ExtraColumns], "{}", file.name);
        let mut said = reported(&records);
        let of = |what: &Hostility| file.hostilities.get(what).copied().unwrap_or_default();
        for (hostilities, codes) in REPORTED {
            let count: u64 = codes.iter().filter_map(|code| said.remove(code)).sum();
            assert_eq!(count, hostilities.iter().map(of).sum::<u64>(), "{}: {codes:?}", file.name);
        }
        // Telephones lose zeros too, which get them back without a word.
        let restored = said.remove("leading_zeros_restored").unwrap_or_default();
        assert!(restored <= of(&Hostility::ZerosStripped), "{}: {restored}", file.name);
        assert!(said.is_empty(), "{}: {said:?}", file.name);
    }
}

#[test]
fn a_clean_sector_is_read_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let plan = Plan { schools: 6, staff: 260, pupils: 3_000, ..Plan::default() };
    let written = sample::write(folder.path(), &plan, &mut |_| {}).unwrap();
    for file in &written.files {
        let (source, records) = read(&folder.path().join(&file.name));
        assert_eq!(records.len() as u64, file.rows);
        assert_eq!(reported(&records), BTreeMap::new(), "{}", file.name);
        assert!(source.header.unknown.is_empty() && source.header.duplicates.is_empty());
    }
}
