//! Opening a school, and closing one.

use super::{HOSTILE, Rendered, failed, show, signed_in};
use crate::{
    i18n::Locale,
    views::{FoundingProblem, Frame, School, SchoolClose, SchoolLevel, SchoolNew},
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    let (f, bad) = (signed_in(l), Frame { signed_in: true, ..failed(l) });
    let level = |name, key, chosen| SchoolLevel { name, key, chosen };
    let form = SchoolNew {
        f: f.clone(),
        csrf: "c".into(),
        code: String::new(),
        name: String::new(),
        commune: String::new(),
        levels: [
            level("level-mn", "level-preschool", false),
            level("level-th", "level-primary", true),
            level("level-thcs", "level-lower-secondary", true),
            level("level-thpt", "level-upper-secondary", false),
            level("level-gdtx", "level-continuing", false),
        ],
        problems: Vec::new(),
    };
    let typed = SchoolNew {
        f: bad.clone(),
        code: HOSTILE.into(),
        name: HOSTILE.into(),
        commune: HOSTILE.into(),
        ..form.clone()
    };
    let close = SchoolClose {
        f: f.clone(),
        csrf: "c".into(),
        school: School { code: "31303405".into(), name: HOSTILE.into() },
        pupils: 0,
        staff: 0,
        problem: None,
    };
    let unconfirmed = SchoolClose { f: bad.clone(), problem: Some("school-close-unconfirmed"), ..close.clone() };
    let people =
        SchoolClose { f: bad.clone(), problem: Some("school-close-people"), pupils: 412, staff: 1, ..close.clone() };
    let mut shown = vec![
        show("school-new", &f, &form),
        show("school-new-wrong", &bad, &SchoolNew { problems: FoundingProblem::ALL.to_vec(), ..typed.clone() }),
        show("school-close", &f, &close),
        show("school-close-unconfirmed", &bad, &unconfirmed),
        show("school-close-first", &f, &SchoolClose { f: f.clone(), problem: None, ..people.clone() }),
        show("school-close-people", &bad, &people),
    ];
    shown.extend(
        FoundingProblem::ALL
            .map(|problem| show("school-new-problem", &bad, &SchoolNew { problems: vec![problem], ..typed.clone() })),
    );
    shown
}
