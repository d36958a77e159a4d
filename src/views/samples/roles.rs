//! Administrative roles: the list, one of them, and the form that gives one.

use super::{HOSTILE, NAME, Rendered, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{AccountState, AdminRole, Frame, Role, RoleDone, RoleNew, RoleProblem, RoleReview, RoleRow, Roles, School},
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    [lists(l), ones(l), given(l)].into_iter().flatten().collect()
}

pub(super) fn row(role: AdminRole) -> RoleRow {
    RoleRow {
        id: "0197/<".into(),
        name: if role == AdminRole::HelpDesk { HOSTILE.into() } else { NAME.into() },
        sector_id: "3112345678".into(),
        state: Some(AccountState::Active),
        role,
        place: "Trường Tiểu học Mẫu".into(),
    }
}

fn school(code: &str) -> School {
    School { code: code.into(), name: "Trường Tiểu học Mẫu".into() }
}

fn lists(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let page = |place: Option<&str>, places, rows, done| Roles {
        f: signed_in(l),
        role: None,
        place: place.map(str::to_owned),
        places,
        rows,
        next: None,
        gives: true,
        done,
    };
    let elsewhere = RoleRow { sector_id: String::new(), state: None, ..row(AdminRole::Auditor) };
    let all: Vec<RoleRow> = AdminRole::ALL.map(row).into_iter().chain([elsewhere]).collect();
    let more = Roles { next: Some("/console/roles?after=x".into()), ..page(Some(""), Vec::new(), all.clone(), None) };
    let one_school = Roles { gives: false, ..page(None, Vec::new(), all.clone(), None) };
    let chosen =
        Roles { role: Some(AdminRole::Auditor), ..page(Some("31303405"), vec![school("31303405")], all, None) };
    let mut shown = vec![
        show("roles", &f, &more),
        show("roles-one-school", &f, &one_school),
        show("roles-chosen", &f, &chosen),
        show("roles-none", &f, &Roles { rows: Vec::new(), ..chosen.clone() }),
        show("roles-place-none", &f, &page(Some(HOSTILE), Vec::new(), Vec::new(), None)),
        show("roles-places", &f, &page(Some("mau"), vec![school("31303405"), school("")], Vec::new(), None)),
    ];
    shown.extend(RoleDone::ALL.map(|done| show("roles-done", &f, &page(Some(""), Vec::new(), Vec::new(), Some(done)))));
    shown
}

fn ones(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let bad = Frame { failed: true, ..f.clone() };
    let page = |f: &Frame, kept, problem| Role {
        f: f.clone(),
        csrf: "c".into(),
        row: row(AdminRole::SchoolAdmin),
        given: monday(),
        by: None,
        person: Some("/console/people/0197".into()),
        kept,
        problem,
    };
    let elsewhere = RoleRow { sector_id: String::new(), state: None, ..row(AdminRole::SchoolAdmin) };
    let kept = page(&f, Some("role-kept-elsewhere"), None);
    let named = Role { by: Some(HOSTILE.into()), row: elsewhere, person: None, ..kept };
    vec![
        show("role", &f, &page(&f, None, None)),
        show("role-elsewhere", &f, &named),
        show("role-oneself", &f, &page(&f, Some("role-kept-oneself"), None)),
        show("role-upward", &f, &page(&f, Some("role-kept-upward"), None)),
        show("role-last", &bad, &page(&bad, None, Some("role-last"))),
    ]
}

fn given(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let bad = Frame { failed: true, ..f.clone() };
    let page = |f: &Frame, problems| RoleNew {
        f: f.clone(),
        csrf: "c".into(),
        sector_id: HOSTILE.into(),
        role: Some(AdminRole::HelpDesk),
        place: Some(String::new()),
        whole: false,
        roles: AdminRole::ALL.into(),
        problems,
        places: Vec::new(),
        review: None,
    };
    let review =
        |whole| Some(RoleReview { name: NAME.into(), role: AdminRole::Auditor, place: school("31303405"), whole });
    let mut shown = vec![
        show("role-new", &f, &page(&f, Vec::new())),
        show("role-new-sector", &f, &RoleNew { whole: true, review: review(true), ..page(&f, Vec::new()) }),
        show("role-new-review", &f, &RoleNew { place: None, review: review(false), ..page(&f, Vec::new()) }),
        show("role-new-places", &f, &RoleNew { places: vec![school("3"), school("")], ..page(&f, Vec::new()) }),
    ];
    shown.extend(RoleProblem::ALL.map(|problem| show("role-new-problem", &bad, &page(&bad, vec![problem]))));
    shown
}
