//! The pages of those who sign in.

use super::{HOSTILE, NAME, Rendered, failed, frame, monday, show, signed_in};
use crate::{
    i18n::Locale,
    views::{
        Account, Activate, ActivateStage, ActivityLine, Again, App, AppLeft, AppLine, Board, BoardProblem, BoardStage,
        Choose, ChooseAmong, CodeProblem, Consent, ContextChoice, Deed, Disowned, Error, FormPost, Frame, Logout,
        NotMe, Password, Portal, Recover, Remembered, SessionLine, SignIn, SignInProblem, SignedOut, Text, Tile,
        WayBack, Whom,
    },
};

pub(super) fn all(l: Locale) -> Vec<Rendered> {
    [sign_in(l), choosing(l), leaving(l), own(l), activation(l), boards(l)].into_iter().flatten().collect()
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

fn sign_in_page(f: Frame, problem: Option<SignInProblem>) -> SignIn {
    let app = App {
        name: "Sổ điểm điện tử".to_owned(),
        logo: Some("https://so-diem.example/logo.png".to_owned()),
        policy: Some("https://so-diem.example/privacy".to_owned()),
        terms: Some("https://so-diem.example/terms".to_owned()),
    };
    let username = if problem.is_some() { "311234567".to_owned() } else { String::new() };
    SignIn { f, app: Some(app), flow: "f".into(), csrf: "c".into(), username, own_device: false, problem, again: None }
}

fn sign_in(l: Locale) -> Vec<Rendered> {
    let plain = SignIn { app: None, ..sign_in_page(frame(l), None) };
    let again = |why| SignIn { again: Some(why), username: "3112345678".into(), ..sign_in_page(frame(l), None) };
    let hostile = SignIn { username: HOSTILE.into(), ..sign_in_page(failed(l), Some(SignInProblem::Wrong)) };
    let mut pages = vec![
        show("sign-in", &plain.f, &plain),
        show("sign-in-to-app", &frame(l), &sign_in_page(frame(l), None)),
        show("sign-in-again", &frame(l), &again(Again::Password)),
        show("sign-in-somebody-else", &frame(l), &again(Again::SomebodyElse)),
        show("sign-in-again-deed", &frame(l), &SignIn { app: None, ..again(Again::Deed) }),
        show("sign-in-again-file", &frame(l), &SignIn { app: None, ..again(Again::File) }),
        show("sign-in-hostile", &hostile.f, &hostile),
    ];
    let problems = [
        ("sign-in-missing", SignInProblem::Missing),
        ("sign-in-wrong", SignInProblem::Wrong),
        ("sign-in-short", SignInProblem::ShortId(9)),
        ("sign-in-mangled", SignInProblem::Mangled),
        ("sign-in-slow", SignInProblem::Slow(30)),
        ("sign-in-closed", SignInProblem::Closed),
        ("sign-in-busy", SignInProblem::Busy),
        ("sign-in-expired", SignInProblem::Expired),
    ];
    pages.extend(problems.map(|(name, problem)| show(name, &failed(l), &sign_in_page(failed(l), Some(problem)))));
    pages
}

fn choosing(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let app = || "Sổ điểm điện tử".to_owned();
    let choose = Choose { f: f.clone(), app: Some(app()), flow: "f".into(), csrf: "c".into(), name: NAME.into() };
    let remembered =
        |name: &str, live| Remembered { handle: "h".into(), name: name.into(), place: "Lớp 3A".into(), live };
    let accounts = ["Nguyễn Thị Bảo Ngọc", "Trần Đức Huy", "Lê Ỷ Ỗ", "Đỗ An", "Vũ Bình", "Không hiện"];
    let accounts = accounts.iter().enumerate().map(|(at, name)| remembered(name, at == 0)).collect();
    let among = ChooseAmong { f: f.clone(), app: Some(app()), flow: "f".into(), csrf: "c".into(), accounts };
    let values = owned(&[("Họ và tên", NAME), ("Trường", "Trường Tiểu học Mẫu"), ("Lớp", "3A"), ("Ghi chú", HOSTILE)]);
    let consent = Consent { f: f.clone(), app: app(), flow: "f".into(), csrf: "c".into(), values };
    vec![show("choose", &f, &choose), show("choose-among", &f, &among), show("consent", &f, &consent)]
}

fn leaving(l: Locale) -> Vec<Rendered> {
    let (f, on) = (frame(l), signed_in(l));
    let out = |last, landing, goes_on| SignedOut {
        f: frame(l),
        board: false,
        apps: vec![("Sổ điểm điện tử".to_owned(), AppLeft::Confirmed), ("HP-eoffice".to_owned(), last)],
        frames: if last == AppLeft::InBrowser { vec!["https://eoffice.example/out?sid=x".into()] } else { Vec::new() },
        landing,
        goes_on,
    };
    let logout = |board| Logout { f: on.clone(), csrf: "c".into(), request: "r".into(), board };
    let error = |back| Error {
        f: failed(l),
        code: "invalid_request".into(),
        text: "op-error-redirect",
        support: "BCFGHJKL".into(),
        back,
        again: "/portal".into(),
    };
    let back = Some("https://so-diem.example/".to_owned());
    let app = WayBack { app: "Sổ điểm điện tử".to_owned(), address: "https://so-diem.example/".to_owned() };
    let form =
        FormPost { f: f.clone(), action: "https://so-diem.example/cb".into(), fields: owned(&[("code", HOSTILE)]) };
    let text = Text { f: f.clone(), heading: "policy-title", body: "policy-text", link: Some("/privacy".into()) };
    vec![
        show("logout", &on, &logout(None)),
        show("logout-board", &on, &logout(Some("Bảng phòng 12".into()))),
        show("signed-out", &f, &out(AppLeft::Confirmed, None, false)),
        show(
            "signed-out-board",
            &f,
            &SignedOut { board: true, apps: Vec::new(), ..out(AppLeft::Confirmed, None, false) },
        ),
        show("signed-out-in-browser", &f, &out(AppLeft::InBrowser, back.clone(), true)),
        show("signed-out-incomplete", &f, &out(AppLeft::Open, back.clone(), false)),
        show("error", &failed(l), &error(None)),
        show("error-with-way-back", &failed(l), &error(Some(app))),
        show("form-post", &f, &form),
        show("text", &f, &text),
    ]
}

fn own(l: Locale) -> Vec<Rendered> {
    let f = signed_in(l);
    let tile = |id: &str, name: &str| Tile { client_id: id.into(), name: name.into(), address: "/x".into() };
    let tiles = vec![
        tile("so-diem", "Sổ điểm điện tử"),
        tile("lms", "Lớp học trực tuyến"),
        tile("eoffice", "HP-eoffice"),
        tile("thu-vien", "Ặ thư viện số của trường"),
        tile("teams", "Microsoft Teams"),
    ];
    let contexts = owned(&[("role-teacher", "Trường Tiểu học Mẫu"), ("role-guardian", "Trường THCS Ngô Quyền")]);
    let choice = |role, place: &str, current| ContextChoice { id: "i".into(), role, place: place.into(), current };
    let choices =
        [choice("role-teacher", "Trường Tiểu học Mẫu", true), choice("role-guardian", "Trường THCS Ngô Quyền", false)];
    let portal = |tiles, query: &str| Portal {
        f: signed_in(l),
        csrf: "c".into(),
        name: NAME.into(),
        contexts: choices.to_vec(),
        tiles,
        query: query.into(),
        administers: query.is_empty(),
        teaches: query.is_empty(),
    };
    let forced = Password { forced: true, ..password(f.clone(), None, false) };
    let wrong = Password {
        current_wrong: true,
        ..password(Frame { failed: true, ..f.clone() }, Some("password-accents"), true)
    };
    let failing = Frame { failed: true, ..f.clone() };
    let slow = Password { slow: Some(30), ..password(failing.clone(), None, false) };
    let mut pages = vec![
        show("portal", &f, &portal(tiles, "")),
        show("portal-empty", &f, &portal(Vec::new(), "")),
        show("portal-no-match", &f, &portal(Vec::new(), HOSTILE)),
        show("account", &f, &account(f.clone(), contexts.clone())),
        show("password", &f, &password(f.clone(), None, false)),
        show("password-forced", &f, &forced),
        show("password-refused", &wrong.f, &wrong),
        show("password-slow", &slow.f, &slow),
    ];
    let bare = Account {
        activity: Vec::new(),
        apps: Vec::new(),
        saved: true,
        pupil: true,
        ..account(f.clone(), vec![("role-student".into(), "Trường Tiểu học Mẫu".into())])
    };
    let pupil = Account { pupil: true, ..account(f.clone(), contexts.clone()) };
    let one = Portal { contexts: choices[..1].to_vec(), ..portal(Vec::new(), "") };
    pages.extend([
        show("account-saved", &f, &bare),
        show("account-of-a-pupil", &f, &pupil),
        show("portal-one-role", &f, &one),
        show("not-me", &f, &NotMe { f: f.clone(), csrf: "c".into() }),
        show("disowned", &frame(l), &Disowned { f: frame(l) }),
    ]);
    pages
}

fn password(f: Frame, problem: Option<&'static str>, current_wrong: bool) -> Password {
    let once = "o".into();
    Password { f, csrf: "c".into(), once, flow: "f".into(), forced: false, problem, current_wrong, slow: None }
}

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36";
const ANDROID: &str = "Mozilla/5.0 (Linux; Android 14) Chrome/142.0 Mobile Safari/537.36";

fn account(f: Frame, contexts: Vec<(String, String)>) -> Account {
    let session = |id: &str, agent: &str, current, own| SessionLine {
        id: id.into(),
        agent: agent.into(),
        since: monday(),
        current,
        own,
        board: None,
    };
    let board = SessionLine { board: Some(HOSTILE.into()), ..session("4", "", false, false) };
    let line = |deed, agent: Option<&str>| ActivityLine { deed, when: monday(), agent: agent.map(str::to_owned) };
    let told = |id: &str, asks_consent| AppLine {
        client_id: id.into(),
        name: "Sổ điểm điện tử".into(),
        values: owned(&[("Họ và tên", NAME), ("Lớp", "3A")]),
        asks_consent,
    };
    Account {
        f,
        name: NAME.into(),
        sector_id: "3112345678".into(),
        contexts,
        sessions: vec![
            session("1", WINDOWS, true, false),
            session("2", ANDROID, false, true),
            session("3", "?", false, false),
            board,
        ],
        activity: vec![
            line(Deed::SignedIn, Some(WINDOWS)),
            line(Deed::Failed, Some(ANDROID)),
            line(Deed::PasswordChanged, None),
            line(Deed::Disowned, None),
            line(Deed::CodeIssued, None),
            line(Deed::SignedOut, Some(ANDROID)),
            line(Deed::Suspended, None),
            line(Deed::Resumed, None),
            line(Deed::SignedOutEverywhere, None),
            line(Deed::RoleGiven, None),
            line(Deed::RoleTaken, None),
            line(Deed::Activated, None),
        ],
        apps: vec![told("a", false), told("b", true)],
        pupil: false,
        csrf: "c".into(),
        saved: false,
    }
}

fn activation(l: Locale) -> Vec<Rendered> {
    let at =
        |name, f: Frame, stage| show(name, &f, &Activate { f: f.clone(), csrf: "c".into(), flow: "f".into(), stage });
    let code = |problem| ActivateStage::Code { username: "3112345678".into(), code: "BCFG <".into(), problem };
    let confirm =
        |whom| ActivateStage::Confirm { ticket: "t".into(), name: NAME.into(), place: "Lớp 3A".into(), whom };
    let choose = |problem| ActivateStage::Password { ticket: "t".into(), username: "3112345678".into(), problem };
    let done = |before| ActivateStage::Done { name: NAME.into(), before, next: "/sign-in".into() };
    let refused = ["password-too-short", "password-personal", "password-accents"]
        .map(|problem| at("activate-password-refused", failed(l), choose(Some(problem))));
    let problems = [
        CodeProblem::Missing,
        CodeProblem::Wrong,
        CodeProblem::ShortId(9),
        CodeProblem::Mangled,
        CodeProblem::Letter('<'),
        CodeProblem::Length(12),
        CodeProblem::Mistyped,
        CodeProblem::Expired,
        CodeProblem::Slow(30),
    ];
    let mut pages = vec![
        at("activate", frame(l), code(None)),
        at("activate-confirm", frame(l), confirm(Whom::Pupil)),
        at("activate-confirm-staff", frame(l), confirm(Whom::Staff)),
        at("activate-confirm-anybody", frame(l), confirm(Whom::Anybody)),
        at("activate-password", frame(l), choose(None)),
        at("activate-done", frame(l), done(false)),
        at("activate-done-before", frame(l), done(true)),
        show("recover", &frame(l), &Recover { f: frame(l), have_code: "/activate".into(), back: "/sign-in".into() }),
    ];
    pages.extend(problems.map(|problem| at("activate-problem", failed(l), code(Some(problem)))));
    pages.extend(refused);
    pages
}

fn boards(l: Locale) -> Vec<Rendered> {
    let board = |f: Frame, stage| Board { f, csrf: "c".into(), stage };
    let code = |problem| BoardStage::Code { code: HOSTILE.into(), problem: Some(problem) };
    let answer = |at_home, values| BoardStage::Answer {
        code: "BCFG-HJKL".into(),
        name: "Bảng phòng 12".into(),
        school: Some("Trường Tiểu học Mẫu".into()),
        at_home,
        person: NAME.into(),
        values,
    };
    let (f, wrong) = (signed_in(l), Frame { failed: true, ..signed_in(l) });
    let fresh = BoardStage::Code { code: String::new(), problem: None };
    let values = owned(&[("Họ và tên", NAME), ("Ghi chú", HOSTILE)]);
    let mut pages = vec![
        show("board", &f, &board(f.clone(), fresh)),
        show("board-answer", &f, &board(f.clone(), answer(true, Vec::new()))),
        show("board-answer-elsewhere", &f, &board(f.clone(), answer(false, values))),
        show("board-open", &f, &board(f.clone(), BoardStage::Open { until: monday() })),
        show("board-closed", &f, &board(f.clone(), BoardStage::Closed)),
    ];
    let problems = [
        ("board-missing", BoardProblem::Missing),
        ("board-mangled", BoardProblem::Mangled),
        ("board-letter", BoardProblem::Letter('1')),
        ("board-length", BoardProblem::Length(7)),
        ("board-unknown", BoardProblem::Unknown),
        ("board-over", BoardProblem::Over),
        ("board-not-for-you", BoardProblem::NotForYou),
        ("board-slow", BoardProblem::Slow(30)),
    ];
    pages.extend(problems.map(|(name, problem)| show(name, &wrong, &board(wrong.clone(), code(problem)))));
    pages
}
