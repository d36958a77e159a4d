//! The console's pages of what happens to pupils through the years.

use jiff::civil::date;

use super::{HOSTILE, NAME, Rendered, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{
        AskProblem, ClassFate, Frame, Heads, PupilMark, Rollover, RolloverClass, RolloverClassPage,
        RolloverClassProblem, RolloverLine, RolloverNow, RolloverProblem, RolloverPupil, RolloverState, Rollovers,
        School, Tally, Transfer, TransferDone, TransferLine, TransferList, TransferNew, TransferProblem, TransferState,
        Transfers, Years,
    },
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    [transfer_lists(l), transfers(l), asked(l), rollovers(l), rollover_classes(l)].into_iter().flatten().collect()
}

fn line(state: TransferState) -> TransferLine {
    let declined = state == TransferState::Declined;
    TransferLine {
        id: "0197/<".into(),
        name: (state != TransferState::Withdrawn).then(|| NAME.into()),
        sector_id: "3112345678".into(),
        from: "Trường Tiểu học Mẫu".into(),
        to: if declined { HOSTILE.into() } else { "Trường Tiểu học Kim Đồng".into() },
        state,
        reason: declined.then(|| HOSTILE.into()),
        asked: monday(),
        decided: (state != TransferState::Waiting).then(monday),
    }
}

fn transfer_lists(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let page = |list, rows, done| Transfers {
        f: signed_in(l),
        list,
        waiting: (12, 1_204),
        rows,
        next: None,
        asks: true,
        done,
    };
    let [leaving, coming, left, came] = TransferList::ALL;
    let some: Vec<_> = TransferState::ALL.map(line).into();
    let more = Transfers { next: Some(leaving.after("x")), ..page(leaving, vec![line(TransferState::Waiting)], None) };
    vec![
        show("transfers", &f, &more),
        show("transfers-asked", &f, &page(coming, some.clone(), Some(TransferDone::Asked))),
        show("transfers-claimed", &f, &page(came, some, Some(TransferDone::Came))),
        show("transfers-none", &f, &page(leaving, Vec::new(), None)),
        show("transfers-none-coming", &f, &page(coming, Vec::new(), None)),
        show("transfers-none-decided", &f, &Transfers { asks: false, ..page(left, Vec::new(), None) }),
    ]
}

fn transfers(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let bad = Frame { failed: true, ..f.clone() };
    let page = |f: &Frame, state, problem| Transfer {
        f: f.clone(),
        csrf: "c".into(),
        line: line(state),
        pupil: (state == TransferState::Waiting).then(|| "/console/people/0197".into()),
        decides: state == TransferState::Waiting,
        withdraws: problem == Some(TransferProblem::SchoolClosed),
        problem,
    };
    vec![
        show("transfer", &f, &page(&f, TransferState::Waiting, None)),
        show("transfer-declined", &f, &page(&f, TransferState::Declined, None)),
        show("transfer-withdrawn", &f, &page(&f, TransferState::Withdrawn, None)),
        show("transfer-no-reason", &bad, &page(&bad, TransferState::Waiting, Some(TransferProblem::NoReason))),
        show("transfer-closed", &bad, &page(&bad, TransferState::Waiting, Some(TransferProblem::SchoolClosed))),
    ]
}

fn asked(l: Locale) -> Vec<Rendered> {
    let page = |f: Frame, school: Option<&str>, problems| TransferNew {
        f,
        csrf: "c".into(),
        school: school.map(str::to_owned),
        sector_id: "31".into(),
        born: HOSTILE.into(),
        problems,
    };
    let f = signed_in(l);
    let bad = Frame { failed: true, ..f.clone() };
    let several = vec![AskProblem::School, AskProblem::SectorId, AskProblem::Born];
    vec![
        show("transfer-new", &f, &page(f.clone(), None, Vec::new())),
        show("transfer-new-wrong", &bad, &page(bad.clone(), Some(HOSTILE), several)),
        show("transfer-new-missing", &bad, &page(bad.clone(), None, vec![AskProblem::Missing])),
        show("transfer-new-slow", &bad, &page(bad.clone(), None, vec![AskProblem::Slow(monday())])),
        show("transfer-new-here", &bad, &page(bad.clone(), None, vec![AskProblem::Here])),
    ]
}

fn school() -> School {
    School { code: "31303405".into(), name: "Trường Tiểu học Mẫu".into() }
}

fn years() -> Years {
    Years { from: "2026-2027".into(), to: "2027-2028".into() }
}

fn class(code: &str, fate: ClassFate, [all, repeat, leave, other]: [u64; 4]) -> RolloverClass {
    let pupils = Heads { all, repeat, leave, other };
    RolloverClass { id: format!("{code}/<"), code: code.into(), fate, pupils: Some(pupils) }
}

fn rollovers(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let bad = Frame { failed: true, ..f.clone() };
    let line = |state| RolloverLine {
        school: school(),
        years: years(),
        state,
        on: (state == RolloverState::Scheduled).then(|| date(2027, 8, 1)),
    };
    let list = |typed: &str, schools, rows| Rollovers {
        f: signed_in(l),
        school: typed.into(),
        schools,
        rows,
        next: (typed == HOSTILE).then(|| "/console/rollover?after=x".into()),
    };
    let page = |f: &Frame, state, problem| Rollover {
        f: f.clone(),
        csrf: "c".into(),
        school: school(),
        years: years(),
        state,
        on: "01/08/2027".into(),
        day: (state == Some(RolloverState::Scheduled)).then(|| date(2027, 8, 1)),
        undo_until: (state == Some(RolloverState::Done)).then(monday),
        classes: vec![
            class("3A", ClassFate::GoesOn("4A".into()), [31, 1, 2, 3]),
            class("5A", ClassFate::Completes, [28, 0, 0, 0]),
            class(HOSTILE, ClassFate::Stays, [20, 0, 0, 0]),
        ],
        kept: vec![("/console/people/0197".into(), NAME.into())],
        unnamed: 2,
        problem,
    };
    let all: Vec<_> = RolloverState::ALL.map(line).into();
    let mut shown = vec![
        show("rollovers", &f, &list(HOSTILE, Vec::new(), all)),
        show("rollovers-schools", &f, &list("truong", vec![school(); 22], Vec::new())),
        show("rollover-none", &f, &page(&f, None, None)),
        show("rollover-no-classes", &bad, &page(&bad, None, Some(RolloverProblem::NoClasses))),
        show("rollover-past-day", &bad, &page(&bad, Some(RolloverState::Draft), Some(RolloverProblem::Past))),
        show("rollover-bad-day", &bad, &page(&bad, Some(RolloverState::Draft), Some(RolloverProblem::Day))),
    ];
    let mut late = Rollover { undo_until: None, ..page(&f, Some(RolloverState::Done), None) };
    late.classes.iter_mut().for_each(|class| class.pupils = None);
    shown.push(show("rollover-over", &f, &late));
    let counted = page(&f, Some(RolloverState::Draft), None);
    let tally = Tally::of(&counted.classes).unwrap_or_default();
    assert_eq!((tally.all, tally.up, tally.repeat, tally.leave, tally.stay), (79, 28, 1, 30, 20));
    let now =
        RolloverNow { f: f.clone(), csrf: "c".into(), school: school(), years: years(), on: HOSTILE.into(), tally };
    shown.push(show("rollover-now", &f, &now));
    let lapsed = Rollover { day: Some(date(2027, 8, 1)), ..page(&f, Some(RolloverState::Draft), None) };
    shown.push(show("rollover-lapsed", &f, &lapsed));
    shown.extend(RolloverState::ALL.map(|state| show("rollover", &f, &page(&f, Some(state), None))));
    shown
}

fn rollover_classes(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let bad = Frame { failed: true, ..f.clone() };
    let pupil = |chosen: Option<PupilMark>| RolloverPupil {
        id: format!("0197-{}", PupilMark::text(chosen.as_ref()).len()),
        name: NAME.into(),
        sector_id: "3112345678".into(),
        mark: chosen.clone(),
        chosen,
        nowhere: false,
    };
    let marks = [PupilMark::Repeats, PupilMark::Leaves, PupilMark::Joins("4B".into()), PupilMark::Joins("4Z".into())];
    let page = |f: &Frame, fate: ClassFate, open, problem| RolloverClassPage {
        f: f.clone(),
        csrf: "c".into(),
        school: school(),
        class: class("3A", fate.clone(), [4, 1, 1, 1]),
        open,
        others: vec!["4B".into(), HOSTILE.into()],
        fate,
        pupils: [None].into_iter().chain(marks.clone().map(Some)).map(pupil).collect(),
        saved: false,
        problem,
        gone: false,
    };
    let wrong = |fate, problem| page(&bad, fate, true, Some(problem));
    let empty = RolloverClassPage { pupils: Vec::new(), ..page(&f, ClassFate::Stays, false, None) };
    let saved = RolloverClassPage { saved: true, ..page(&f, ClassFate::GoesOn("4A".into()), true, None) };
    let mut lost = RolloverClassPage { gone: true, ..page(&bad, ClassFate::Stays, true, None) };
    lost.pupils[3].nowhere = true;
    lost.pupils[4].nowhere = true;
    vec![
        show("rollover-class", &f, &page(&f, ClassFate::GoesOn("4A".into()), true, None)),
        show("rollover-class-saved", &f, &saved),
        show("rollover-class-done", &f, &page(&f, ClassFate::Completes, false, None)),
        show("rollover-class-empty", &f, &empty),
        show("rollover-class-bad-name", &bad, &wrong(ClassFate::GoesOn(String::new()), RolloverClassProblem::Name)),
        show("rollover-class-awaited", &bad, &wrong(ClassFate::GoesOn("4A".into()), RolloverClassProblem::Awaited)),
        show("rollover-class-no-class", &bad, &lost),
    ]
}
