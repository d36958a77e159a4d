//! Whoever is nowhere, and what is done to one person for good: removing them, another sector ID.

use jiff::civil::date;

use super::{HOSTILE, NAME, Rendered, failed, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{AccountState, Dormant, DormantFate, DormantLine, Frame, Purge, Renumber, RenumberProblem},
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    let (f, bad) = (signed_in(l), Frame { signed_in: true, ..failed(l) });
    let line = |name: &str, fate| DormantLine {
        id: "0197/<".into(),
        name: name.into(),
        sector_id: "3112345678".into(),
        state: AccountState::Dormant,
        last: "Trường THPT Mẫu".into(),
        left: (name == NAME).then(|| date(2026, 6, 1)),
        fate,
    };
    let rows = vec![
        line(NAME, DormantFate::Purged(monday())),
        line(HOSTILE, DormantFate::Rests(monday())),
        line(NAME, DormantFate::Nothing),
    ];
    let list = |all, rows| Dormant { f: f.clone(), all, rows, next: None, exports: true, purged: false };
    let purge = |f: &Frame, problem| Purge {
        f: f.clone(),
        csrf: "c".into(),
        id: "0197/<".into(),
        name: HOSTILE.into(),
        sector_id: "3112345678".into(),
        problem,
    };
    let renumber = |f: &Frame, problem| Renumber {
        f: f.clone(),
        csrf: "c".into(),
        id: "0197/<".into(),
        name: HOSTILE.into(),
        sector_id: "3112345678".into(),
        typed: HOSTILE.into(),
        reason: HOSTILE.into(),
        problem,
    };
    let no_id = renumber(&bad, Some(RenumberProblem::SectorId));
    vec![
        show("renumber", &f, &renumber(&f, None)),
        show("renumber-bad-id", &bad, &no_id),
        show("renumber-no-reason", &bad, &Renumber { problem: Some(RenumberProblem::Reason), ..no_id.clone() }),
        show("dormant", &f, &Dormant { next: Some("/console/dormant?after=x".into()), ..list(false, rows.clone()) }),
        show("dormant-all", &f, &Dormant { purged: true, exports: false, ..list(true, rows) }),
        show("dormant-none", &f, &list(false, Vec::new())),
        show("dormant-none-at-all", &f, &list(true, Vec::new())),
        show("purge", &f, &purge(&f, None)),
        show("purge-unconfirmed", &bad, &purge(&bad, Some("purge-unconfirmed"))),
    ]
}
