//! The audit trail: lists, one event, and what a support code leads to.

use super::{HOSTILE, NAME, Rendered, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{Audit, ChainState, Event, EventLine, Failure, FailureTrace, Frame, Party, QueryProblem},
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    [lists(l), events(l), failures(l)].into_iter().flatten().collect()
}

fn line(action: &str, who: Party, whom: Party) -> EventLine {
    EventLine {
        id: "0197/<".into(),
        at: monday(),
        who,
        deed: crate::views::deeds::words_of(action),
        action: action.into(),
        whom,
        failed: action == "sign_in.failed",
        address: (action == "role.given").then(|| "2001:db8::1".into()),
    }
}

fn person(name: &str) -> Party {
    Party::Person(name.into(), (name == NAME).then(|| "/console/people/0197".into()))
}

fn lists(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let rows = vec![
        line("role.given", person(NAME), person(HOSTILE)),
        line("session.began", person(NAME), Party::Same),
        line("sign_in.failed", Party::System, person(NAME)),
        line("import.finished", Party::CommandLine, Party::Thing("audit-thing-import")),
        line("test.never", Party::System, Party::Other(HOSTILE.into())),
    ];
    let sound = ChainState {
        last: 1_234_567,
        first: 1,
        checked: Some((1_234_500, monday())),
        whole: Some(monday()),
        broken: None,
    };
    let page = |f: &Frame, rows, chain| Audit {
        f: f.clone(),
        csrf: "c".into(),
        line: "action:role.given outcome:failed".into(),
        asked: vec![("action", "role.given".into()), ("outcome", "failed".into()), ("from", "2026-09-05".into())],
        by_form: false,
        problems: Vec::new(),
        rows,
        newer: Some("/console/audit?after=x".into()),
        older: Some("/console/audit?before=x".into()),
        chain,
        exports: true,
    };
    let bad = Frame { failed: true, ..f.clone() };
    let purged = ChainState { first: 1_001, checked: None, whole: None, ..sound.clone() };
    let broken = |why| ChainState { broken: Some((4, why)), ..sound.clone() };
    let empty = Audit { line: String::new(), asked: Vec::new(), exports: false, ..page(&f, Vec::new(), None) };
    let mut shown = vec![
        show("audit", &f, &page(&f, rows.clone(), Some(sound.clone()))),
        show(
            "audit-of-a-school",
            &f,
            &Audit { newer: None, older: None, exports: false, ..page(&f, rows.clone(), None) },
        ),
        show("audit-purged", &f, &page(&f, rows, Some(purged))),
        show("audit-none", &f, &page(&f, Vec::new(), None)),
        show("audit-none", &f, &Audit { asked: vec![("person", HOSTILE.into())], ..page(&f, Vec::new(), None) }),
        show("audit-empty", &f, &empty),
    ];
    let problems = [
        ("", "audit-strange"),
        ("from", "audit-bad-day"),
        ("to", "audit-bad-day"),
        ("outcome", "audit-bad-outcome"),
        ("action", "audit-bad-action"),
        ("actor", "audit-no-actor"),
        ("person", "audit-no-person"),
        ("school", "audit-no-school"),
    ];
    let problems = problems.map(|(field, key)| QueryProblem { field, key, words: HOSTILE.into() });
    for by_form in [false, true] {
        let problems = problems.to_vec();
        let strange = Audit { problems, by_form, line: HOSTILE.into(), ..page(&bad, Vec::new(), None) };
        shown.push(show("audit-strange", &bad, &strange));
    }
    let several = QueryProblem { field: "school", key: "audit-schools", words: HOSTILE.into() };
    let several = Audit { problems: vec![several], ..page(&bad, Vec::new(), None) };
    shown.push(show("audit-problem", &bad, &several));
    for why in ["audit-why-changed", "audit-why-removed", "audit-why-exchanged", "audit-why-other"] {
        shown.push(show("audit-broken", &f, &page(&f, Vec::new(), Some(broken(why)))));
    }
    shown
}

fn events(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let page = |line| Event {
        f: signed_in(l),
        line,
        over: Some("Trường Tiểu học Mẫu".into()),
        detail: vec![("role".into(), "help_desk".into()), (HOSTILE.into(), HOSTILE.into())],
        sealed: Some((1_234, "0123456789abcdef".repeat(4))),
        proof: "0123456789abcdef".repeat(4),
        about: Some("/console/audit?q=person%3A3112345678".into()),
    };
    let loose = Event {
        over: None,
        detail: Vec::new(),
        sealed: None,
        about: None,
        ..page(line("test.never", Party::System, Party::Same))
    };
    vec![
        show("event", &f, &page(line("role.given", person(NAME), person(HOSTILE)))),
        show("event-unsealed", &f, &loose),
    ]
}

fn failures(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let page = |code: &str, found| Failure { f: signed_in(l), code: code.into(), found };
    let found = FailureTrace {
        at: monday(),
        method: "POST".into(),
        path: "/console/people/0197/code".into(),
        status: 500,
        millis: 1_204,
        error: "server_error".into(),
        cause: HOSTILE.into(),
        who: Some(person(NAME)),
        address: Some("198.51.100.7".into()),
        trail: Some("/console/audit?q=person%3A3112345678".into()),
    };
    let told = FailureTrace { cause: "op-error-not-found".into(), ..found.clone() };
    let told = show("failure-told", &f, &page("BCFGHJKL", Some(told)));
    assert!(told.html.contains(&*f.t.say("op-error-not-found")) && !told.html.contains("op-error"), "{}", told.html);
    let bare = FailureTrace { cause: String::new(), who: None, address: None, trail: None, ..found.clone() };
    vec![
        told,
        show("failure", &f, &page("", None)),
        show("failure-none", &f, &page(HOSTILE, None)),
        show("failure-found", &f, &page("BCFGHJKL", Some(found))),
        show("failure-bare", &f, &page("BCFGHJKL", Some(bare))),
    ]
}
