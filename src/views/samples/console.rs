//! The console's pages.

use jiff::civil::{Date, date};

use super::{HOSTILE, NAME, Rendered, failed, frame, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{
        AccountState, Act, ActProblem, ActivityLine, AdminRole, AffiliationLine, BadgeLine, ClassFunction, ClassLine,
        CodeIssued, Correction, CorrectionProblem, Deed, Done, FirstAdministrator, FirstProblem, Frame, Held,
        IdentifierKind, IdentifierLine, Masked, Merge, MergeProblem, MergeSide, Person,
    },
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    [persons(l), corrections(l), merges(l), firsts(l)].into_iter().flatten().collect()
}

fn person(f: Frame, state: AccountState, acts: &[Act]) -> Person {
    let citizen = IdentifierLine { kind: IdentifierKind::Citizen, value: Masked::of("031317004321") };
    let affiliation = |role, primary, to: Option<Date>| AffiliationLine {
        role,
        place: "Trường Tiểu học Mẫu".into(),
        primary,
        from: date(2026, 9, 5),
        to,
    };
    let class = |code: &str, year: &str, function| ClassLine { code: code.into(), year: year.into(), function };
    let kinds = [IdentifierKind::Temporary, IdentifierKind::Passport, IdentifierKind::Upn, IdentifierKind::Vneid];
    let others = kinds.map(|kind| IdentifierLine { kind, value: Masked::of("TAM-0001") });
    Person {
        f,
        csrf: "c".into(),
        id: "0197".into(),
        name: NAME.into(),
        born: Some(date(2017, 3, 14)),
        sex: Some("sex-female"),
        sector_id: "3112345678".into(),
        identifiers: [citizen].into_iter().chain(others).collect(),
        affiliations: vec![
            affiliation("role-student", true, None),
            affiliation("role-student", false, Some(date(2027, 6, 1))),
        ],
        classes: vec![
            class("3A", "2026-2027", ClassFunction::Pupil),
            class("2A", "2025-2026", ClassFunction::Homeroom),
            class("1A", "2024-2025", ClassFunction::Subject),
        ],
        state,
        reason: (state == AccountState::Suspended).then(|| HOSTILE.to_owned()),
        roles: Vec::new(),
        sessions: 2,
        badge: Some(BadgeLine { printed: monday(), until: monday(), suspended: state == AccountState::Suspended }),
        activity: Some(vec![ActivityLine { deed: Deed::CodeIssued, when: monday(), agent: None }]),
        form: "f".into(),
        acts: acts.to_vec(),
        held: None,
        done: None,
        problem: None,
    }
}

fn corrections(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let bad = Frame { failed: true, ..f.clone() };
    let form = Correction {
        f: f.clone(),
        csrf: "c".into(),
        id: "0197/<".into(),
        whom: NAME.into(),
        was: monday().micros(),
        name: NAME.into(),
        born: "14/03/2017".into(),
        sex: "female".into(),
        sexless: false,
        email: "ngoc.ntb@thd.hp.edu.vn".into(),
        phone: "0912000002".into(),
        problems: Vec::new(),
    };
    let none = String::new;
    let bare = Correction { born: none(), sex: none(), sexless: true, email: none(), phone: none(), ..form.clone() };
    let typed = Correction {
        f: bad.clone(),
        name: HOSTILE.into(),
        born: HOSTILE.into(),
        sex: "male".into(),
        email: HOSTILE.into(),
        phone: HOSTILE.into(),
        ..bare.clone()
    };
    let wrong = |problem| Correction { problems: vec![problem], ..typed.clone() };
    let mut shown = vec![show("correct", &f, &form), show("correct-bare", &f, &bare)];
    shown.extend(CorrectionProblem::all().map(|problem| show("correct-problem", &bad, &wrong(problem))));
    shown
}

fn merges(l: Locale) -> Vec<Rendered> {
    let side = |state| {
        let shown = person(signed_in(l), state, &[]);
        MergeSide {
            id: "0197/<".into(),
            name: HOSTILE.into(),
            sector_id: shown.sector_id,
            born: shown.born,
            state,
            affiliations: shown.affiliations,
            classes: shown.classes,
        }
    };
    let f = signed_in(l);
    let bad = Frame { failed: true, ..f.clone() };
    let page = |f: &Frame, gone, problem| Merge {
        f: f.clone(),
        csrf: "c".into(),
        kept: side(AccountState::Active),
        gone,
        typed: HOSTILE.into(),
        problem,
    };
    let bare = MergeSide { born: None, affiliations: Vec::new(), classes: Vec::new(), ..side(AccountState::Dormant) };
    let mut shown = vec![
        show("merge", &f, &page(&f, None, None)),
        show("merge-both", &f, &page(&f, Some(side(AccountState::Pending)), None)),
        show("merge-bare", &f, &page(&f, Some(bare), None)),
    ];
    shown.extend(MergeProblem::ALL.map(|problem| show("merge-problem", &bad, &page(&bad, None, Some(problem)))));
    shown
}

fn persons(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let active = person(
        f.clone(),
        AccountState::Active,
        &[
            Act::IssueCode,
            Act::EndSessions,
            Act::Suspend,
            Act::Correct,
            Act::Merge,
            Act::Identify,
            Act::Renumber,
            Act::Release,
            Act::Data,
            Act::Delegate,
        ],
    );
    let suspended =
        Person { done: Some(Done::Suspended), ..person(f.clone(), AccountState::Suspended, &[Act::Resume]) };
    let out = Person { done: Some(Done::SignedOut), sessions: 0, ..active.clone() };
    let nothing = Person { done: Some(Done::Nothing), activity: Some(Vec::new()), ..active.clone() };
    let resumed = Person { done: Some(Done::Resumed), ..active.clone() };
    let dormant = Person { done: Some(Done::Dormant), activity: None, ..person(f.clone(), AccountState::Dormant, &[]) };
    let idle =
        Person { sessions: 0, ..person(f.clone(), AccountState::Dormant, &[Act::EndSessions, Act::Data, Act::Purge]) };
    let held = |by| Person { held: Some(by), ..person(f.clone(), AccountState::Suspended, &[]) };
    let bad = Frame { failed: true, ..f.clone() };
    let unreasoned = Person { f: bad.clone(), problem: Some(ActProblem::NoReason), ..active.clone() };
    let bare = Person {
        name: HOSTILE.into(),
        born: None,
        sex: None,
        identifiers: Vec::new(),
        affiliations: Vec::new(),
        classes: Vec::new(),
        ..person(f.clone(), AccountState::Dormant, &[])
    };
    let code = CodeIssued {
        f: f.clone(),
        back: "/console/people/0197".into(),
        name: NAME.into(),
        place: "Lớp 3A · Trường Tiểu học Mẫu".into(),
        sector_id: "3112345678".into(),
        code: "BCFG-HJKL-MNPQ".into(),
        expires: monday(),
        site: "https://dang-nhap.haiphong.example".into(),
    };
    vec![
        show("person", &f, &active),
        show("person-suspended", &f, &suspended),
        show("person-resumed", &f, &resumed),
        show("person-resumed-dormant", &f, &dormant),
        show("person-held-by-sector", &f, &held(Held::Sector)),
        show("person-held-elsewhere", &f, &held(Held::Elsewhere)),
        show("person-signed-out", &f, &out),
        show("person-nothing", &f, &nothing),
        show("person-no-reason", &bad, &unreasoned),
        show("person-idle", &f, &idle),
        show("person-released", &f, &Person { done: Some(Done::Released), ..active.clone() }),
        show("person-identified", &f, &Person { done: Some(Done::Identified), ..active.clone() }),
        show("person-bad-id", &bad, &Person { problem: Some(ActProblem::SectorId), ..unreasoned.clone() }),
        show("person-has-sector-id", &bad, &Person { problem: Some(ActProblem::HasSectorId), ..unreasoned.clone() }),
        show("person-badge-voided", &f, &Person { done: Some(Done::BadgeVoided), badge: None, ..active.clone() }),
        show("person-corrected", &f, &Person { done: Some(Done::Corrected), sex: Some("sex-male"), ..active.clone() }),
        show("person-unchanged", &f, &Person { done: Some(Done::Unchanged), ..active.clone() }),
        show("person-merged", &f, &Person { done: Some(Done::Merged), ..active.clone() }),
        show("person-bare", &f, &bare),
        show(
            "person-with-roles",
            &f,
            &Person { roles: vec![super::roles::row(AdminRole::SchoolAdmin)], ..idle.clone() },
        ),
        show("code-issued", &f, &code),
    ]
}

fn firsts(l: Locale) -> Vec<Rendered> {
    let page = |f: Frame, problems: Vec<FirstProblem>| FirstAdministrator {
        f,
        csrf: "c".into(),
        token: "t".into(),
        sector_id: "31".into(),
        name: String::new(),
        problems,
    };
    let all = vec![FirstProblem::Taken, FirstProblem::Name, FirstProblem::Password("password-too-short")];
    vec![
        show("first", &frame(l), &page(frame(l), Vec::new())),
        show("first-bad-id", &failed(l), &page(failed(l), vec![FirstProblem::SectorId])),
        show("first-refused", &failed(l), &page(failed(l), all)),
    ]
}
