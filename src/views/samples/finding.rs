//! Lists of people, and a deed to many of them.

use super::{HOSTILE, NAME, Rendered, failed, show, signed_in};
use crate::{
    i18n::Locale,
    views::{
        AccountState, Bulk, BulkDeed, BulkStage, ClassChoice, Frame, People, PeopleSearch, PersonKind, PersonRow,
        School, Ways,
    },
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    [lists(l), bulk(l)].into_iter().flatten().collect()
}

fn lists(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let names = ["Lê Văn An", NAME, "Đỗ Ỷ Ỗ", "Trần Đức Huy", "Vũ Thị Ánh", HOSTILE];
    let row = |(at, state): (usize, AccountState)| PersonRow {
        id: format!("{at}/<"),
        name: names[at].into(),
        sector_id: format!("311234567{at}"),
        role: if at == 4 { None } else { Some("role-student") },
        school: "Trường Tiểu học Mẫu".into(),
        class: if at == 3 { String::new() } else { "3A".into() },
        state,
    };
    let school = |code: &str, name: &str| School { code: code.into(), name: name.into() };
    let schools = [school("31303405", "Trường Tiểu học Mẫu"), school("31303406", "Trường THCS Ngô Quyền")];
    let rows = AccountState::ALL.into_iter().enumerate().map(row).collect();
    let page = |query: &str, rows, next| People {
        f: signed_in(l),
        search: PeopleSearch {
            query: query.into(),
            school: if query.is_empty() { String::new() } else { "31303406".into() },
            state: (query == HOSTILE).then_some(AccountState::Pending),
            kind: (query == HOSTILE).then_some(PersonKind::Guardian),
            lacks_id: query == HOSTILE,
            ..PeopleSearch::default()
        },
        several: true,
        schools: if query.is_empty() { Vec::new() } else { schools[1..].to_vec() },
        classes: Vec::new(),
        rows,
        next,
        too_short: false,
        released: false,
        deeds: BulkDeed::ALL.to_vec(),
        ways: Ways { exports: true, enrols: true },
    };
    let next = Some("/console/people?q=nguyen&after=x".to_owned());
    let found = page("nguyen ngoc", rows, next);
    let classes = vec![
        ("khoi-3".into(), ClassChoice::Grade(3)),
        ("3A".into(), ClassChoice::Class("3A".into())),
        ("x".into(), ClassChoice::Class(HOSTILE.into())),
    ];
    let search = PeopleSearch { class: "3A".into(), ..PeopleSearch::default() };
    let one = People { several: false, classes, search, ..found.clone() };
    let typed = |text: &str| PeopleSearch { school: text.into(), ..PeopleSearch::default() };
    vec![
        show("people", &f, &found),
        show(
            "people-read-only",
            &f,
            &People { deeds: Vec::new(), ways: Ways { exports: false, enrols: false }, ..found },
        ),
        show("people-released", &f, &People { released: true, ..page("", Vec::new(), None) }),
        show("people-none-match", &f, &page(HOSTILE, Vec::new(), None)),
        show("people-none", &f, &page("", Vec::new(), None)),
        show("people-too-short", &f, &People { too_short: true, ..page("12", Vec::new(), None) }),
        show("people-no-school", &f, &People { search: typed(HOSTILE), ..page("", Vec::new(), None) }),
        show("people-schools", &f, &People { schools: [&schools[..]; 11].concat(), ..page("An", Vec::new(), None) }),
        show("people-one-school", &f, &one),
    ]
}

fn bulk(l: Locale) -> Vec<Rendered> {
    let (f, bad) = (signed_in(l), Frame { signed_in: true, ..failed(l) });
    let page = |f: &Frame, deed, stage| Bulk {
        f: f.clone(),
        csrf: "c".into(),
        form: "f".into(),
        deed,
        search: PeopleSearch { query: HOSTILE.into(), ..PeopleSearch::default() },
        stage,
    };
    let confirm = |ticked: Option<&str>, problem| BulkStage::Confirm {
        count: 35,
        names: vec![NAME.into(), HOSTILE.into()],
        ticked: ticked.map(str::to_owned),
        problem,
    };
    let refused =
        ["bulk-oneself", "slips-upward", "person-held-by-sector", "bulk-gone", "op-error-role", "person-nothing"];
    let refused = refused.map(|why| (NAME.to_owned(), "3112345678".to_owned(), why)).to_vec();
    let mut shown: Vec<Rendered> =
        BulkDeed::ALL.map(|deed| show("bulk", &f, &page(&f, deed, confirm(Some("0197"), None)))).into();
    shown.extend([
        show("bulk-all", &f, &page(&f, BulkDeed::Resume, confirm(None, None))),
        show("bulk-problem", &bad, &page(&bad, BulkDeed::Suspend, confirm(None, Some("person-no-reason")))),
        show("bulk-changed", &bad, &page(&bad, BulkDeed::EndSessions, confirm(None, Some("bulk-changed")))),
        show("bulk-nobody", &f, &page(&f, BulkDeed::Suspend, BulkStage::Nobody)),
        show("bulk-no-school", &f, &page(&f, BulkDeed::Print, BulkStage::NoSchool)),
        show("bulk-too-many", &f, &page(&f, BulkDeed::Suspend, BulkStage::TooMany(3_000))),
        show("bulk-done", &f, &page(&f, BulkDeed::Suspend, BulkStage::Done { count: 35, refused: Vec::new() })),
        show("bulk-refused", &f, &page(&f, BulkDeed::Suspend, BulkStage::Done { count: 29, refused })),
    ]);
    shown
}
