//! Codes on paper, and a teacher's class.

use super::{HOSTILE, NAME, Rendered, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{AccountState, Class, OwnClass, Pupil, PupilCode, School, SlipClass, SlipSchool, Slips, Spared},
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    [printing(l), classes(l)].into_iter().flatten().collect()
}

fn printing(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let school = |code: &str, name: &str| School { code: code.into(), name: name.into() };
    let class = |code: &str, waiting| SlipClass { id: "0197/<".into(), code: code.into(), pupils: 35, waiting };
    let spared = |why| Spared { name: NAME.into(), sector_id: "3112345678".into(), why };
    let chosen = SlipSchool {
        code: "31303405".into(),
        name: "Trường Tiểu học Mẫu".into(),
        waiting: 412,
        classes: vec![class("1A", 35), class("3A", 0), class(HOSTILE, 2)],
        spared: vec![spared("slips-oneself"), spared("slips-upward")],
    };
    let page = |typed: Option<&str>, schools: Vec<School>, school| Slips {
        f: signed_in(l),
        csrf: "c".into(),
        form: "o".into(),
        typed: typed.map(str::to_owned),
        schools,
        school,
        newcomers: None,
        nobody: false,
    };
    let one = school("31303405", "Trường Tiểu học Mẫu");
    vec![
        show("slips", &f, &page(None, vec![one.clone()], Some(chosen.clone()))),
        show(
            "slips-newcomers",
            &f,
            &Slips { newcomers: Some((HOSTILE.into(), 57)), ..page(None, vec![one.clone()], Some(chosen.clone())) },
        ),
        show("slips-nobody", &f, &Slips { nobody: true, ..page(Some("31303405"), vec![one.clone()], Some(chosen)) }),
        show("slips-to-choose", &f, &page(Some(""), Vec::new(), None)),
        show("slips-no-school", &f, &page(Some(HOSTILE), Vec::new(), None)),
        show("slips-schools", &f, &page(Some("An"), vec![one; 22], None)),
    ]
}

fn classes(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let pupil = |state: AccountState| Pupil {
        person: "0197/<".into(),
        name: if state == AccountState::Dormant { HOSTILE.into() } else { NAME.into() },
        sector_id: "3112345678".into(),
        state,
        may_have_code: matches!(state, AccountState::Pending | AccountState::Active),
        badge: state == AccountState::Active,
    };
    let class = |code: &str, current| OwnClass {
        id: "0197/<".into(),
        code: code.into(),
        school: "Trường Tiểu học Mẫu".into(),
        current,
    };
    let page = |homeroom, pupils| Class {
        f: signed_in(l),
        csrf: "c".into(),
        form: "o".into(),
        id: "0197/<".into(),
        code: "3A".into(),
        place: "Trường Tiểu học Mẫu · 2026-2027".into(),
        classes: if homeroom { vec![class("3A", true)] } else { vec![class("3A", true), class(HOSTILE, false)] },
        homeroom,
        pupils,
        done: homeroom.then_some("slips-nobody"),
    };
    let code = PupilCode {
        f: signed_in(l),
        back: "/class?id=0197".into(),
        name: NAME.into(),
        place: "3A · Trường Tiểu học Mẫu".into(),
        sector_id: "3112345678".into(),
        code: "BCFG-HJKL-MNPQR".into(),
        expires: monday(),
        site: "https://id.haiphong.edu.vn".into(),
    };
    vec![
        show("class", &f, &page(true, AccountState::ALL.map(pupil).to_vec())),
        show("class-of-a-subject", &f, &page(false, AccountState::ALL.map(pupil).to_vec())),
        show(
            "class-voided",
            &f,
            &Class { done: Some("class-badge-voided"), ..page(true, vec![pupil(AccountState::Active)]) },
        ),
        show("class-empty", &f, &page(true, Vec::new())),
        show("class-code", &f, &code),
    ]
}
