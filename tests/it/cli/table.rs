//! Every command and flag, as scripts call them: exit codes, one JSON value with `--json`, both languages, global flags on
//! either side. Each mode runs the whole table, in order, on a provider of its own that began as the same.

use std::{collections::BTreeSet, fs, path::Path};

use super::program::{Run, run};

/// A provider with a school, and sector IDs of a pupil and a teacher.
pub(super) struct Ground {
    pub(super) folder: tempfile::TempDir,
    pub(super) pupil: String,
    pub(super) teacher: String,
    /// The import that brought them.
    run: String,
}

pub(super) fn ground() -> Ground {
    let folder = tempfile::tempdir().unwrap();
    let done = |arguments: &[&str]| {
        let run = run(folder.path(), arguments, &[]);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.stderr);
        run
    };
    done(&["init"]);
    fs::write(folder.path().join("truong.csv"), "Mã trường,Tên trường,Cấp học\n31303405,Trường Tiểu học Mẫu,TH\n")
        .unwrap();
    fs::write(
        folder.path().join("hoc-sinh.csv"),
        "Mã trường,Mã lớp,Khối,Mã định danh Bộ GD&ĐT,Họ và tên,Ngày sinh,Giới tính,Trạng thái HS\n\
         31303405,3A,Khối 3,3112345678,Nguyễn Thị Bảo Ngọc,14/03/2018,Nữ,Đang học\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("can-bo.csv"),
        "Mã trường,Mã định danh Bộ GD&ĐT,Họ tên,Ngày sinh,Giới tính,Trạng thái CB,Nhóm chức vụ\n\
         31303405,3100456789,Trần Đức Huy,02/09/1985,Nam,Đang làm việc,Giáo viên\n",
    )
    .unwrap();
    let files = ["truong.csv", "hoc-sinh.csv", "can-bo.csv"];
    let imported = done(&[&["import"], &files[..], &["--commit", "--year", "2026-2027", "--json"]].concat());
    let run = imported.json()["run"].as_str().unwrap().to_owned();
    Ground { folder, pupil: "3112345678".to_owned(), teacher: "3100456789".to_owned(), run }
}

/// A command line (`PUPIL` and `TEACHER` stand for sector IDs, `RUN` for the import that brought them) and its exit code.
type Row = (&'static str, i32);

/// In order: each finds what those before it left.
const TABLE: &[Row] = &[
    ("", 2),
    ("nonsense", 2),
    ("migrate", 0),
    ("migrate --force", 2),
    ("--config missing.toml migrate", 3),
    ("migrate --config missing.toml", 3),
    ("--config phuong.toml migrate", 0),
    ("migrate --config phuong.toml --config phuong.toml", 2),
    ("migrate --lang fr", 2),
    ("init", 2),
    ("init --dir new --issuer https://id.example.edu.vn --database sqlite:other.db", 0),
    ("init --dir wrong --issuer http://id.example.edu.vn", 3),
    ("init --dir wrong --database mysql://x", 3),
    ("init --link", 0),
    ("sample", 2),
    ("sample --out mau --schools 1 --staff 4 --pupils 10 --seed 7 --messy", 0),
    ("sample --out mau --schools 0", 2),
    ("demo --port 0", 2),
    ("demo --people 1", 2),
    ("demo --dir .", 2),
    ("serve --listen nonsense", 3),
    ("serve --port 1", 2),
    ("import", 2),
    ("import missing.csv", 2),
    ("import truong.csv", 0),
    ("import hoc-sinh.csv --kind nonsense", 2),
    ("import hoc-sinh.csv --kind pupils --school 31303405 --year 2026-2027 --report ra.xlsx --confirm-ended 0", 0),
    ("import hoc-sinh.csv --school 99999999", 2),
    ("import hoc-sinh.csv --year 2026", 2),
    ("import --undo", 2),
    ("import --undo nonsense", 2),
    ("import --undo 01920000-0000-7000-8000-000000000000", 2),
    ("import truong.csv --undo RUN", 2),
    ("import --undo RUN", 0),
    ("slips", 2),
    ("slips --school 99999999 --out none.pdf", 2),
    ("slips --school 31303405 --class 9Z --out none.pdf", 2),
    ("slips --school 31303405 --class 3A --everybody --out slips.pdf", 0),
    ("slips --school 31303405 --import 0197b5a0-0000-7000-8000-000000000000 --out x.pdf", 2),
    ("badges --school 31303405 --import 0197b5a0-0000-7000-8000-000000000000 --out x.pdf", 2),
    ("badges", 2),
    ("badges --school 99999999 --out none.pdf", 2),
    ("badges --school 31303405 --class 9Z --out none.pdf", 2),
    ("badges --school 31303405 --only 3100000000 --out none.pdf", 2),
    ("badges --school 31303405 --class 3A --only PUPIL --out badges.pdf", 0),
    ("badges --void PUPIL", 0),
    ("badges --void PUPIL", 2),
    ("badges --void PUPIL --school 31303405", 2),
    ("rollover", 2),
    ("rollover show --year 2027-2028", 2),
    ("rollover schedule --year 2027-2028", 2),
    ("rollover draft --year 2027", 2),
    ("rollover draft --year 2027-2028 --school 99999999", 2),
    ("rollover draft --year 2027-2028", 0),
    ("rollover draft --year 2027-2028 --school 31303405", 0),
    ("rollover show --year 2027-2028", 0),
    ("rollover show --year 2027-2028 --school 31303405", 0),
    ("rollover undo --year 2027-2028", 2),
    ("rollover schedule --year 2027-2028 --on nonsense", 2),
    ("rollover schedule --year 2027-2028 --on 2999-08-01", 0),
    ("rollover schedule --year 2027-2028 --school 31303405", 0),
    ("rollover schedule --year 2027-2028", 2),
    ("rollover draft --year 2027-2028", 2),
    ("rollover undo --year 2027-2028", 0),
    ("keys", 2),
    ("keys list", 0),
    ("keys rotate", 6),
    ("keys rotate --yes", 0),
    ("keys rotate --emergency", 0),
    ("client", 2),
    ("client list", 0),
    ("client add --name x", 2),
    ("client add --kind web --redirect-uri https://a.example/cb", 2),
    ("client add --name A --kind web", 2),
    ("client add --name A --kind nonsense", 2),
    ("client add --name A --kind web --redirect-uri http://a.example/cb", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/*", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/#x", 2),
    ("client add --name A --kind web --redirect-uri https://u@a.example/", 2),
    ("client add --name A --kind web --redirect-uri a.example", 2),
    ("client add --name A --kind spa --redirect-uri https://a.example/cb --auth-method client_secret_basic", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --auth-method private_key_jwt", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --jwks-uri nonsense", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --auth-method tls_client_auth", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --certificate nonsense", 2),
    (
        "client add --name A --kind web --redirect-uri https://a.example/cb --certificate san_dns=a.example --auth-method none",
        2,
    ),
    ("client add --name T --kind service --certificate san_dns=t.example --bound-tokens certificate", 0),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --resource nonsense", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --access-token nonsense", 2),
    ("client add --name C --kind service --resource https://c.example/api --calls t --access-token opaque", 0),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --bound-tokens nonsense", 2),
    (
        "client add --name J --kind web --redirect-uri https://a.example/cb --auth-method client_secret_post --jwks-uri https://a.example/jwks",
        0,
    ),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --subject public --sector s", 2),
    (
        "client add --name A --kind web --redirect-uri https://a.example/cb --frontchannel-logout-uri https://b.example/out",
        2,
    ),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --frontchannel-logout-session-required", 2),
    (
        "client add --name F --kind web --redirect-uri https://f.example/cb --frontchannel-logout-uri https://f.example/out \
         --frontchannel-logout-session-required --initiate-login-uri https://f.example/login",
        0,
    ),
    (
        "client add --name A --kind web --redirect-uri https://a.example/cb --initiate-login-uri http://a.example/login",
        2,
    ),
    ("client add --name A --kind spa --redirect-uri https://a.example/cb --pkce danger-none", 2),
    ("client add --name Plain --kind web --redirect-uri https://plain.example/cb --pkce danger-none", 0),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --subject nonsense", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --id-token-alg none", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --scope nonsense", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --role king", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --profile fapi2", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --profile nonsense", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --response-type nonsense", 2),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --require-signed-requests", 2),
    (
        "client add --name B --kind web --redirect-uri https://b.example/cb --profile fapi2 \
         --jwks-uri https://b.example/jwks --require-signed-requests --require-pushed-requests",
        0,
    ),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --client-id a/b", 2),
    ("client add --name S --kind service --redirect-uri https://a.example/cb", 2),
    ("client add --name Board --kind board", 2),
    ("client add --name Board --kind web --redirect-uri https://p.example/cb --at-school X", 2),
    ("client add --name Board --kind board --at-school X", 0),
    ("client add --name S --kind service", 0),
    ("client add --name S --kind service", 2),
    (
        "client add --name W --kind web --redirect-uri https://w.example/cb --redirect-uri https://w.example/cb2 \
         --post-logout-redirect-uri https://w.example/ --backchannel-logout-uri https://w.example/out --scope openid \
         --auth-method client_secret_post --id-token-alg RS256 --subject pairwise --sector s --profile standard \
         --role teacher --role staff --school 31303405 --client-id w",
        0,
    ),
    ("client add --name K --kind web --redirect-uri https://k.example/cb --jwks-uri https://k.example/jwks", 0),
    ("client add --name P --kind spa --redirect-uri https://p.example/cb --subject public --id-token-alg EdDSA", 0),
    ("client add --name N --kind native --redirect-uri com.example.n:/cb --school 99999999", 0),
    ("client token", 0),
    ("client token --uses 3 --days 1", 0),
    ("client token --uses 0", 2),
    ("client token --days 9999", 2),
    ("client show w", 0),
    ("client show nobody", 2),
    (
        "client add --name U --kind web --redirect-uri https://u.example/cb --userinfo-alg EdDSA --introspection-alg RS256",
        0,
    ),
    ("client add --name A --kind web --redirect-uri https://a.example/cb --userinfo-alg HS256", 2),
    ("client change", 2),
    ("client change w", 2),
    ("client change nobody --scope openid", 2),
    ("client change w --scope nonsense", 2),
    ("client change w --scope openid --resource https://w.example/api --calls c --access-token opaque", 0),
    ("client change w --resource https://c.example/api", 2),
    ("client change w --resource nonsense", 2),
    ("client change w --resource https://w.example/api --no-resources", 2),
    ("client change w --calls c --no-calls", 2),
    ("client change w --access-token nonsense", 2),
    ("client change w --no-resources --no-calls", 0),
    ("client grant w --role school_admin --org 31303405", 0),
    ("client grant w --role school_admin --org 31303405 --remove", 0),
    ("client grant w --role school_admin", 2),
    ("client grant w --role king", 2),
    ("client grant p --role help_desk", 2),
    ("client grant nobody --role help_desk", 2),
    ("client rotate-secret w", 0),
    ("client rotate-secret w --keep-hours 1", 0),
    ("client rotate-secret w --keep-hours 9999", 2),
    ("client rotate-secret p", 2),
    ("client rotate-secret nobody", 2),
    ("client disable w", 0),
    ("client disable w --undo", 0),
    ("client disable nobody", 2),
    ("client remove s", 0),
    ("client remove s", 2),
    ("user", 2),
    ("user find", 0),
    ("user find ngoc bao", 0),
    ("user find --school 31303405 --state pending --limit 200", 0),
    ("user find --school 99999999", 2),
    ("user find --state asleep", 2),
    ("user find --limit 0", 2),
    ("user find --limit 201", 2),
    ("user find 678", 2),
    ("user show", 2),
    ("user show PUPIL", 0),
    ("user show 3100000000", 2),
    ("user code PUPIL", 0),
    ("user code 3100000000", 2),
    ("user suspend PUPIL", 2),
    ("user suspend PUPIL --reason ", 2),
    ("user suspend PUPIL --reason x", 2),
    ("user resume PUPIL", 2),
    ("user resume 3100000000", 2),
    ("user sessions PUPIL", 0),
    ("user sessions PUPIL --end", 0),
    ("user sessions 3100000000", 2),
    ("user describe PUPIL --claims nowhere.json --language vi", 1),
    ("user describe PUPIL", 2),
    ("user correct PUPIL", 2),
    ("user correct PUPIL --born 14/3/1018", 2),
    ("user correct PUPIL --name 12 --sex x", 2),
    ("user correct 3100000000 --sex nam", 2),
    ("user correct PUPIL --email an --phone 113", 2),
    ("user correct PUPIL --email ngan@truong.example --phone 0912000002", 0),
    ("user correct PUPIL --name Ngân --born 2018-03-15 --sex nữ", 0),
    ("user renumber PUPIL 3199000077", 2),
    ("user renumber PUPIL 31 --reason x", 2),
    ("user renumber PUPIL PUPIL --reason x", 0),
    ("user renumber 3100000000 3199000077 --reason x", 2),
    ("user grant TEACHER", 2),
    ("user grant TEACHER --role king", 2),
    ("user grant TEACHER --role school_admin --org 99999999", 2),
    ("user grant TEACHER --role school_admin --org 31303405", 0),
    ("user grant TEACHER --role school_admin --org 31303405 --remove", 0),
    ("user grant TEACHER --role school_admin", 2),
    ("user grant TEACHER --role school_admin --remove", 0),
    ("user grant PUPIL --role school_admin --org 31303405", 2),
    ("user grant TEACHER --role sector_admin --org 31303405", 2),
    ("user grant TEACHER --role sector_admin", 0),
    ("init --link", 2),
    ("audit", 2),
    ("audit verify", 0),
    ("audit verify --after 1", 0),
    ("audit verify --noted nonsense", 2),
    ("audit export", 2),
    ("audit export --out nhat-ky.csv --after 1", 0),
    ("audit export --out nhat-ky.csv", 2),
    ("export people --out x.csv", 2),
    ("export people --out x.csv --kind pupils --school 31303405", 0),
    ("export person --id 0 --out y.zip", 2),
    // Of other issues: not there at all, rather than half there.
    ("backup create", 2),
    ("doctor", 2),
];

fn words(line: &str, ground: &Ground) -> Vec<String> {
    let named = line.replace("PUPIL", &ground.pupil).replace("TEACHER", &ground.teacher).replace("RUN", &ground.run);
    // What ends in a blank has an empty last argument.
    let words = named.split_whitespace().map(str::to_owned);
    words.chain(named.ends_with(' ').then(String::new)).collect()
}

fn ask(ground: &Ground, before: &[&str], line: &str, after: &[&str]) -> Run {
    let line = words(line, ground);
    let line: Vec<&str> = line.iter().map(String::as_str).collect();
    run(ground.folder.path(), &[before, &line, after].concat(), &[])
}

fn json_mode(before: &[&str], after: &[&str]) {
    let ground = ground();
    for (line, code) in TABLE {
        let run = ask(&ground, before, line, after);
        assert_eq!(run.code, Some(*code), "{line}: {} {}", run.stdout, run.stderr);
        assert_eq!(run.stdout.lines().count(), 1, "{line}: {}", run.stdout);
        let value = run.json();
        if *code == 0 {
            assert!(value["exit"].is_null(), "{line}: {value}");
        } else {
            assert_eq!(value["exit"].as_i64(), Some((*code).into()), "{line}: {value}");
            assert!(value["error"].as_str().is_some_and(|text| !text.is_empty()), "{line}: {value}");
            assert!(value.get("next").is_some(), "{line}: {value}");
        }
    }
}

#[test]
fn with_json_every_command_prints_one_value_and_its_exit_code() {
    std::thread::scope(|scope| {
        scope.spawn(|| json_mode(&[], &["--json", "-v"]));
        json_mode(&["--json", "--verbose"], &[]);
    });
}

#[test]
fn failures_are_told_on_standard_error_in_the_language_that_was_asked_for() {
    let (vi, en) = (ground(), ground());
    for (line, code) in TABLE {
        // A sentence that is the same in both languages was forgotten in one.
        let told = ask(&vi, &["--lang", "vi"], line, &[]);
        let said = ask(&en, &[], line, &["--lang", "en"]);
        if line.contains("--lang") {
            continue;
        }
        assert_eq!((told.code, said.code), (Some(*code), Some(*code)), "{line}: {} {}", told.stderr, said.stderr);
        if *code == 0 {
            continue;
        }
        assert_eq!((told.stdout.as_str(), said.stdout.as_str()), ("", ""), "{line}");
        let what = |run: &Run, mark: &str| {
            let text = run.stderr.clone();
            text.strip_prefix(mark).unwrap_or_else(|| panic!("{line}: {text}")).to_owned()
        };
        assert_ne!(what(&told, "Lỗi: "), what(&said, "Error: "), "{line}");
        let foreign = told.stderr.contains(" is ") || told.stderr.contains(" must ") || told.stderr.contains(" the ");
        assert!(!foreign, "{line}: {}", told.stderr);
    }
}

/// The flags of each command that the book's page names, but those of commands with suites of their own.
#[test]
fn the_table_has_every_flag_of_the_book() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/command-line.md");
    let page = fs::read_to_string(page).unwrap();
    let flags = |text: &str| -> BTreeSet<String> {
        let at = text.match_indices("--").map(|(at, _)| &text[at..]);
        at.map(|rest| rest.split(|c: char| !(c == '-' || c.is_ascii_lowercase())).next().unwrap().to_owned()).collect()
    };
    let mut commands = 0;
    for row in page.lines().filter_map(|line| line.strip_prefix("| `phuong ")) {
        let command = row.split([' ', '`']).next().unwrap();
        let ours = TABLE.iter().map(|(line, _)| *line).filter(|line| line.split(' ').any(|word| word == command));
        let tried: BTreeSet<String> = ours.flat_map(flags).collect();
        let missing: Vec<_> = flags(row).into_iter().filter(|flag| !tried.contains(flag)).collect();
        assert!(missing.is_empty() || command == "import", "phuong {command}: the table lacks {missing:?}");
        commands += 1;
    }
    assert!(commands >= 10, "the page is not read any more");
}
