//! The pages of imports.

use jiff::civil::date;

use super::{HOSTILE, NAME, Rendered, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{
        Frame, Import, ImportBrake, ImportCause, ImportCell, ImportColumns, ImportInput, ImportLot, ImportNamesake,
        ImportPlace, ImportRow, ImportSample, ImportSeverity, ImportState, ImportedFile, ImportedRows, Imports, School,
    },
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    [lists(l), ones(l)].into_iter().flatten().collect()
}

fn lists(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let school = || School { code: "31303405".into(), name: "Trường Tiểu học Mẫu".into() };
    let row = |(at, state)| ImportRow {
        id: format!("{at}"),
        file: if at == 0 { HOSTILE.into() } else { "Học sinh khối 3.xlsx".into() },
        more: at,
        who: NAME.into(),
        school: if at == 1 { String::new() } else { "Trường Tiểu học Mẫu".into() },
        state,
        when: monday(),
    };
    let rows: Vec<ImportRow> = (0..).zip(ImportState::ALL).map(row).collect();
    let page = |f: &Frame, place, problem, rows: &[ImportRow]| Imports {
        f: f.clone(),
        csrf: "c".into(),
        place,
        school: if rows.is_empty() { HOSTILE.into() } else { String::new() },
        years: vec!["2026-2027".into(), "2027-2028".into()],
        problem,
        largest: 96,
        rows: rows.to_vec(),
        next: (!rows.is_empty()).then(|| "/console/imports?after=x".into()),
    };
    let bad = Frame { failed: true, ..f.clone() };
    let problems = [
        "import-no-file",
        "import-too-large",
        "import-too-many-files",
        "import-too-many-open",
        "import-broken",
        "import-no-school",
    ];
    let mut shown: Vec<Rendered> = problems
        .into_iter()
        .map(|problem| show("imports-problem", &bad, &page(&bad, ImportPlace::Several, Some(problem), &[])))
        .collect();
    shown.push(show("imports", &f, &page(&f, ImportPlace::Sector, None, &rows)));
    shown.push(show("imports-one-school", &f, &page(&f, ImportPlace::One(school()), None, &[])));
    shown
}

/// Those whom a row may be about.
fn namesakes() -> Vec<ImportNamesake> {
    let one = |born, place: &str| ImportNamesake {
        name: HOSTILE.into(),
        born,
        place: place.into(),
        code: "TAM-BCFGHJKLMN".into(),
    };
    vec![one(Some(date(2017, 3, 14)), "3A · Trường Tiểu học Mẫu"), one(None, "")]
}

/// One that waits to be looked over, with everything on it that there can be.
fn full(f: Frame) -> Import {
    let cell = |row, at: Option<usize>| ImportCell {
        row,
        file: if row == 37 { "khối 3.xlsx «3A»".into() } else { String::new() },
        what: "«31/02/2016» không tồn tại".into(),
        field: at.map(|at| (at, ImportInput::Text(HOSTILE.to_owned()))),
    };
    let whom = |at, people| ImportCell { field: Some((at, ImportInput::Whom(people))), ..cell(41, None) };
    let cause = |severity, count, cells| ImportCause {
        severity,
        column: "Ngày sinh".into(),
        repair: "Hãy kiểm tra ngày và tháng.".into(),
        count,
        more: count - 1,
        cells,
    };
    let changes = vec![
        ("Ngày sinh", "05/03/2014".into(), "05/03/2015".into()),
        ("Mã lớp", String::new(), HOSTILE.into()),
        ("Chức năng", "Chủ nhiệm 3A".into(), String::new()),
    ];
    let sample = |why: &str| ImportSample {
        row: 9,
        name: NAME.into(),
        id: "3112345678".into(),
        class: "3A".into(),
        changes: if why.is_empty() { changes.clone() } else { Vec::new() },
        why: why.into(),
    };
    let kinds = ["import-kind-schools", "import-kind-staff", "import-kind-pupils", "import-kind-assignments"];
    let counts = [
        "import-created",
        "import-updated",
        "import-unchanged",
        "import-refused",
        "import-ended",
        "import-transfers",
        "import-undecided",
        "import-orgs",
        "import-classes",
    ];
    let list =
        |key, hint, count: usize, why| ImportedRows { key, hint, more: count > 1, rows: vec![sample(why); count] };
    Import {
        f,
        csrf: "c".into(),
        id: "0197".into(),
        version: "1".into(),
        school: "31303405".into(),
        state: ImportState::Review,
        rows: (0, 0),
        stage: "import-stage-survey",
        problem: None,
        notice: None,
        files: kinds
            .into_iter()
            .map(|kind| ImportedFile {
                name: "khối 3.xlsx «3A»".into(),
                kind,
                rows: 1_204,
                ignored: "Dân tộc · Ghi chú".into(),
                unread: "Danh mục".into(),
            })
            .collect(),
        counts: counts.into_iter().zip([412, 57, 903, 6, 1, 2, 3, 1, 12]).collect(),
        brake: Some(ImportBrake { ended: 57, schools: vec![("31303405".into(), 57, 412)] }),
        causes: vec![
            cause(ImportSeverity::Error, 3, vec![cell(37, Some(0)), cell(38, None)]),
            cause(ImportSeverity::Held, 3, vec![cell(40, Some(1)), whom(2, namesakes()), whom(3, Vec::new())]),
            cause(ImportSeverity::Warning, 1, vec![cell(41, Some(4))]),
        ],
        samples: vec![
            list("import-ended", Some("import-ended-why"), 1, ""),
            list("import-transfers", None, 1, "em đang học ở trường 31303402. Hãy chờ trường đó cho chuyển."),
            list("import-updated", None, 21, ""),
            list("import-absent", None, 1, ""),
            list("import-repeated", None, 1, ""),
        ],
        columns: vec![ImportColumns {
            file: "khối 3.xlsx «3A»".into(),
            columns: vec![
                ("t0".into(), "Họ và tên".into(), "name", format!("{NAME} · {HOSTILE}")),
                ("t1".into(), "Dân tộc".into(), "", "Kinh".into()),
            ],
        }],
        fields: vec![("name", "Họ và tên"), ("class", "Mã lớp")],
        lot: ImportLot { written: 469, undecided: 3, transfers: 2, refused: 6 },
        somebody_else: "mới",
        unclear: false,
        kind: "staff".into(),
        kinds: kinds.into_iter().map(|key| (&key["import-kind-".len()..], key)).collect(),
        result: true,
        failure: String::new(),
        undo_until: None,
        back: None,
    }
}

fn ones(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let bad = Frame { failed: true, ..f.clone() };
    let bare = |state, stage, rows| Import {
        state,
        stage,
        rows,
        files: Vec::new(),
        counts: Vec::new(),
        brake: None,
        causes: Vec::new(),
        samples: Vec::new(),
        columns: Vec::new(),
        result: false,
        ..full(f.clone())
    };
    let done = |state| Import { state, ..full(f.clone()) };
    let lot = ImportLot { written: 1, ..ImportLot::default() };
    let good = Import { brake: None, causes: Vec::new(), lot, ..full(f.clone()) };
    let problem = Import {
        state: ImportState::Refused,
        problem: Some(HOSTILE.into()),
        unclear: true,
        kind: String::new(),
        ..full(bad.clone())
    };
    let idle = Import { lot: ImportLot { undecided: 3, ..ImportLot::default() }, brake: None, ..full(f.clone()) };
    let nothing = Import { causes: Vec::new(), ..idle.clone() };
    let held_back = Import { notice: Some(("import-held-back", false)), ..full(f.clone()) };
    let changed = Import { notice: Some(("import-changed", true)), ..full(bad.clone()) };
    let unconfirmed = Import { notice: Some(("import-unconfirmed", true)), ..full(bad.clone()) };
    vec![
        show("import", &f, &full(f.clone())),
        show("import-good", &f, &good),
        show("import-undecided", &f, &idle),
        show("import-nothing", &f, &nothing),
        show("import-held-back", &f, &held_back),
        show("import-done", &f, &Import { state: ImportState::Done, ..full(f.clone()) }),
        show("import-undoable", &f, &Import { undo_until: Some(monday()), ..done(ImportState::Done) }),
        show("import-undone", &f, &Import { back: Some((57, vec![HOSTILE.into()], 2)), ..done(ImportState::Undone) }),
        show("import-undoing", &f, &bare(ImportState::Undoing, "import-stage-write", (0, 0))),
        show(
            "import-resting",
            &f,
            &Import { failure: "BCFGHJKL".into(), ..bare(ImportState::Resting, "import-stage-plan", (0, 0)) },
        ),
        show("import-paused", &f, &bare(ImportState::Paused, "import-stage-write", (500, 1_200))),
        show("import-survey", &f, &bare(ImportState::Checking, "import-stage-survey", (3_000, 0))),
        show("import-plan", &f, &bare(ImportState::Checking, "import-stage-plan", (1_000, 3_000))),
        show("import-write", &f, &bare(ImportState::Writing, "import-stage-write", (3_000, 3_000))),
        show("import-problem", &bad, &problem),
        show("import-changed", &bad, &changed),
        show("import-unconfirmed", &bad, &unconfirmed),
    ]
}
