//! The console's first page: of a sector, of a school, of nobody yet.

use jiff::civil::date;

use super::{HOSTILE, NAME, Rendered, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{
        ConsoleHome, Counted, Counts, Icon, ImportRow, ImportState, RolloverSoon, RolloverState, School,
        SchoolProgress, Todo, WaitingClass,
    },
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let nothing = ConsoleHome {
        f: signed_in(l),
        name: NAME.into(),
        place: "Thành phố Hải Phòng".into(),
        counts: Counts::default(),
        counted: Counted::Now,
        todos: Vec::new(),
        school: None,
        lowest: Vec::new(),
        last: None,
        rollover: None,
        prints: false,
        imports: true,
    };
    let todos = [
        (Icon::Transfer, "todo-leaving"),
        (Icon::Alert, "todo-review"),
        (Icon::Clock, "todo-running"),
        (Icon::Clock, "todo-coming"),
        (Icon::Shield, "todo-unadministered"),
        (Icon::Dotted, "todo-temporary"),
        (Icon::Pause, "todo-suspended"),
    ];
    let school = |code: &str| School { code: code.into(), name: HOSTILE.into() };
    let import = ImportRow {
        id: "0197/<".into(),
        file: HOSTILE.into(),
        more: 0,
        who: NAME.into(),
        school: String::new(),
        state: ImportState::Review,
        when: monday(),
    };
    let sector = ConsoleHome {
        counts: Counts { schools: 812, pupils: 500_120, staff: 22_998, states: [57, 121_650, 401_233, 231, 18_000, 0] },
        counted: Counted::At(monday()),
        todos: (1..).zip(todos).map(|(count, (icon, key))| Todo { icon, key, count, to: "/console".into() }).collect(),
        lowest: vec![SchoolProgress { school: school("31303405"), waiting: 812, percent: 3 }],
        last: Some(import),
        prints: true,
        ..nothing.clone()
    };
    let class = |code: &str, waiting| WaitingClass { code: code.into(), pupils: 35, waiting };
    let of_school = |classes, state| ConsoleHome {
        place: "Trường Tiểu học Mẫu".into(),
        counts: Counts { schools: 1, pupils: 640, staff: 41, states: [0, 12, 668, 1, 0, 0] },
        counted: Counted::Now,
        todos: Vec::new(),
        school: Some((school("31303405"), classes)),
        lowest: Vec::new(),
        rollover: Some(RolloverSoon { state, on: state.map(|_| date(2027, 8, 1)) }),
        ..sector.clone()
    };
    vec![
        show("console", &f, &sector),
        show("console-school", &f, &of_school(vec![class("3A", 9), class("5B", 3)], Some(RolloverState::Scheduled))),
        show("console-school-activated", &f, &of_school(Vec::new(), None)),
        show("console-counting", &f, &ConsoleHome { counted: Counted::NotYet, ..nothing.clone() }),
        show("console-empty", &f, &nothing),
    ]
}
