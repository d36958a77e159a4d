//! Enrolling one newcomer.

use super::{HOSTILE, NAME, Rendered, failed, show, signed_in};
use crate::{
    i18n::Locale,
    views::{Enrolment, EnrolmentProblem, Frame, ImportPlace, School},
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    let (f, bad) = (signed_in(l), Frame { signed_in: true, ..failed(l) });
    let empty = Enrolment {
        f: f.clone(),
        csrf: "c".into(),
        place: ImportPlace::One(School { code: "31303405".into(), name: "Trường Tiểu học Mẫu".into() }),
        school: String::new(),
        staff: false,
        name: String::new(),
        born: String::new(),
        sex: String::new(),
        class: String::new(),
        classes: vec!["3A".into(), HOSTILE.into()],
        position: String::new(),
        sector_id: String::new(),
        problems: Vec::new(),
    };
    let typed = Enrolment {
        f: bad.clone(),
        place: ImportPlace::Several,
        school: HOSTILE.into(),
        name: HOSTILE.into(),
        born: HOSTILE.into(),
        sex: "male".into(),
        class: HOSTILE.into(),
        classes: Vec::new(),
        sector_id: HOSTILE.into(),
        ..empty.clone()
    };
    let staff = Enrolment {
        f: f.clone(),
        place: ImportPlace::Sector,
        staff: true,
        name: NAME.into(),
        position: "principal".into(),
        classes: Vec::new(),
        ..empty.clone()
    };
    let wrong = |problems| Enrolment { problems, ..typed.clone() };
    let mut shown = vec![
        show("enrol", &f, &empty),
        show("enrol-staff", &f, &staff),
        show("enrol-wrong", &bad, &wrong(EnrolmentProblem::all().collect())),
    ];
    shown.extend(EnrolmentProblem::all().map(|problem| show("enrol-problem", &bad, &wrong(vec![problem]))));
    shown
}
