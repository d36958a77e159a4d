//! Background work.

use super::{HOSTILE, Rendered, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{JobCount, JobDone, JobLine, Jobs, TaskLine, Upkeep},
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let page =
        |imports, rollovers, sector, done| Jobs { f: signed_in(l), csrf: "c".into(), imports, rollovers, sector, done };
    let task = |works: bool, result: Option<&str>| TaskLine {
        address: "/console/imports/0197".into(),
        name: if works { "hoc-sinh.xlsx".into() } else { HOSTILE.into() },
        place: works.then(|| "Trường Tiểu học Mẫu".into()),
        state: if works { "import-writing" } else { "import-done" },
        works,
        rows: works.then_some((500, 1_200)),
        turn: works.then(|| ("/console/imports/0197/pause".into(), "import-pause")),
        result: result.map(str::to_owned),
    };
    let job = |kind, failed: bool| JobLine {
        id: "0197/<".into(),
        kind,
        app: failed.then(|| HOSTILE.into()),
        failed,
        tries: if failed { 8 } else { 1 },
        next: (!failed).then(monday),
        error: failed.then(|| HOSTILE.into()),
    };
    let count = |kind, failed: bool| JobCount { kind, failed, count: 1_204, next: (!failed).then(monday) };
    let upkeep = Upkeep {
        counts: vec![count("job-backchannel", false), count("job-backchannel", true), count("job-other", false)],
        jobs: vec![job("job-backchannel", true), job("job-closing", false), job("job-lesson", false)],
        next: Some("/console/jobs?after=x".into()),
        sealing: true,
        sealed: 48_210,
        checked: Some(monday()),
        kept_days: 1_826,
        keys: 3,
        exchange: Some(monday()),
    };
    let quiet = Upkeep {
        counts: Vec::new(),
        jobs: Vec::new(),
        next: None,
        sealing: false,
        checked: None,
        keys: 1,
        exchange: None,
        ..upkeep.clone()
    };
    let tasks = vec![task(true, None), task(false, Some("/console/imports/0197/result"))];
    let mut shown = vec![
        show("jobs", &f, &page(tasks.clone(), vec![task(false, None)], Some(upkeep), None)),
        show("jobs-quiet", &f, &page(Vec::new(), Vec::new(), Some(quiet), None)),
        show("jobs-of-a-school", &f, &page(tasks, Vec::new(), None, None)),
    ];
    shown.extend(JobDone::ALL.map(|done| show("jobs-done", &f, &page(Vec::new(), Vec::new(), None, Some(done)))));
    shown
}
