//! Schools, and one of them.

use super::{HOSTILE, NAME, Rendered, failed, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{
        AccountState, Frame, NetworkProblem, School, SchoolAdministrator, SchoolLine, SchoolPage, SchoolSearch,
        Schools, WaitingClass,
    },
};

fn line(name: &str, administrators: u64, percent: Option<u64>) -> SchoolLine {
    SchoolLine {
        school: School { code: "31303405".into(), name: name.into() },
        levels: "TH, THCS".into(),
        commune: "Phường Hồng Bàng".into(),
        closed: percent.is_none(),
        administrators,
        pupils: 640,
        staff: 41,
        percent,
        imported: percent.map(|_| monday()),
    }
}

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    let (f, bad) = (signed_in(l), Frame { signed_in: true, ..failed(l) });
    let list = |rows, search| Schools {
        f: f.clone(),
        search,
        rows,
        next: Some("/console/schools?after=x".into()),
        exports: true,
        opens: true,
    };
    let rows = vec![line("Trường Tiểu học Mẫu", 2, Some(84)), line(HOSTILE, 0, Some(0)), line(HOSTILE, 1, None)];
    let narrowed = SchoolSearch { text: HOSTILE.into(), closed: true, unadministered: true, below: Some(50) };
    let none = Schools { next: None, exports: false, opens: false, ..list(Vec::new(), narrowed.clone()) };
    let page = SchoolPage {
        f: f.clone(),
        csrf: "c".into(),
        line: line("Trường Tiểu học Mẫu", 1, Some(84)),
        administrators: Some(
            ["right-sector-admin", "right-auditor", "right-school-admin", "right-help-desk"]
                .map(|role| SchoolAdministrator {
                    id: (role != "right-auditor").then(|| "0197/<".into()),
                    name: NAME.into(),
                    role,
                    state: (role != "right-auditor").then_some(AccountState::Active),
                })
                .into(),
        ),
        classes: vec![WaitingClass { code: HOSTILE.into(), pupils: 35, waiting: 3 }],
        networks: "203.0.113.0/28\n2001:db8:1::/48".into(),
        manages: true,
        closes: true,
        done: Some("networks-saved"),
        problems: Vec::new(),
    };
    let bare = SchoolPage {
        line: line(HOSTILE, 0, None),
        administrators: Some(Vec::new()),
        classes: Vec::new(),
        networks: String::new(),
        manages: false,
        closes: false,
        done: None,
        ..page.clone()
    };
    let seen = SchoolPage { networks: "203.0.113.0/28".into(), ..bare.clone() };
    let problems = [
        NetworkProblem::Unreadable(HOSTILE.into()),
        NetworkProblem::TooLarge("10.0.0.0/8".into()),
        NetworkProblem::TooMany,
        NetworkProblem::Taken { text: "203.0.113.0/28".into(), school: HOSTILE.into() },
    ];
    let typed = SchoolPage { f: bad.clone(), networks: HOSTILE.into(), done: None, ..page.clone() };
    let wrong = SchoolPage { problems: problems.into(), ..typed };
    let mut shown = vec![
        show("schools", &f, &list(rows, SchoolSearch::default())),
        show("schools-none-match", &f, &none),
        show("schools-none", &f, &Schools { search: SchoolSearch::default(), ..none.clone() }),
        show("school", &f, &page),
        show("school-bare", &f, &bare),
        show("school-read-only", &f, &seen),
    ];
    shown.push(show("school-networks-wrong", &bad, &wrong));
    shown
}
