//! The console's pages of what happens to pupils through the years.

use super::{HOSTILE, NAME, Rendered, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{
        AskProblem, Frame, Transfer, TransferDone, TransferLine, TransferList, TransferNew, TransferProblem,
        TransferState, Transfers,
    },
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    [transfer_lists(l), transfers(l), asked(l)].into_iter().flatten().collect()
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
