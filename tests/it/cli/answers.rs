//! Exit codes and streams.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};

use super::{program::run, table::ground};

#[test]
fn results_go_to_standard_output_and_failures_to_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let version = run(folder.path(), &["--version"], &[]);
    assert_eq!((version.code, version.stderr.as_str()), (Some(0), ""));
    assert!(version.stdout.starts_with("phuong "));
    let nonsense = run(folder.path(), &["nonsense"], &[]);
    assert_eq!((nonsense.code, nonsense.stdout.as_str()), (Some(2), ""));
    assert!(nonsense.stderr.contains("không có lệnh nonsense"), "{}", nonsense.stderr);
}

#[test]
fn help_speaks_both_languages_and_flags_stand_before_or_after_the_command() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &["--help"], &[]).stdout.contains("Chạy máy chủ"));
    for arguments in [["--lang", "en", "serve", "--help"], ["serve", "--lang", "en", "--help"]] {
        assert!(run(folder.path(), &arguments, &[]).stdout.contains("Run the server"));
    }
}

#[test]
fn a_wrong_command_line_is_one_json_value_when_json_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let refused = run(folder.path(), &["keys", "rotate", "--bogus", "--json", "--lang=en"], &[]);
    assert_eq!(refused.code, Some(2));
    assert_eq!(refused.json()["exit"], 2);
    assert!(refused.json()["error"].as_str().unwrap().contains("--bogus"));
}

#[test]
fn every_mistake_of_the_configuration_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("phuong.toml"), "[server]\nisuer = \"x\"\n\n[oauth]\ncode_seconds = 90\n").unwrap();
    let environment = [("PHUONG_DATABASE_URL", "mysql://user:hunter2@db")];
    let refused = run(folder.path(), &["serve", "--lang", "en"], &environment);
    assert_eq!((refused.code, refused.stdout.as_str()), (Some(3), ""));
    for part in
        ["phuong.toml:2: server.isuer", "phuong.toml:5: oauth.code_seconds", "PHUONG_DATABASE_URL: database.url"]
    {
        assert!(refused.stderr.contains(part), "no {part} in {}", refused.stderr);
    }
    assert!(!refused.stderr.contains("hunter2"));
    let named = run(folder.path(), &["--config", "missing.toml", "--json", "serve"], &[]);
    assert_eq!((named.code, named.json()["exit"].as_i64()), (Some(3), Some(3)));
}

#[test]
fn a_folder_without_a_database_is_said_to_be_one_and_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    for command in [&["serve"][..], &["user", "find", "An"], &["keys", "list"]] {
        let refused = run(folder.path(), command, &[]);
        assert_eq!(refused.code, Some(3), "{}", refused.stderr);
        assert!(refused.stderr.contains("phuong.db") && refused.stderr.contains("--config"), "{}", refused.stderr);
    }
    assert_eq!(run(folder.path(), &["serve", "--json"], &[]).json()["next"], "phuong init");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_old_schema_names_the_command_that_leads_on() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("phuong.db"), "").unwrap();
    let refused = run(folder.path(), &["serve", "--json"], &[]);
    assert_eq!(refused.code, Some(3));
    assert_eq!(refused.json()["next"], "phuong migrate");
}

#[test]
fn r50_what_init_writes_is_its_owners_alone_and_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), &["init", "--json"], &[]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    assert!(made.json()["config"].is_string());
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode("phuong.toml"), mode("keys"), mode("keys/kek")), (0o600, 0o700, 0o600));
    assert_eq!(run(folder.path(), &["init"], &[]).code, Some(2));
}

#[test]
fn people_are_found_shown_suspended_and_given_roles_by_commands_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), &["init", "--json"], &[]);
    let link = made.json()["first_administrator"].as_str().unwrap().to_owned();
    assert!(link.starts_with("http://localhost:8080/console/first?token="), "{link}");
    let renewed = run(folder.path(), &["init", "--link", "--json"], &[]).json();
    assert_ne!(renewed["first_administrator"].as_str().unwrap(), link, "each ends the one before");
    assert_eq!(run(folder.path(), &["user", "find", "nguyen", "--json"], &[]).json(), serde_json::json!([]));
    for wrong in [
        &["user", "show", "3112345678"][..],
        &["user", "code", "3112345678"],
        &["user", "suspend", "3112345678", "--reason", "x"],
        &["user", "grant", "3112345678", "--role", "root"],
        &["user", "find", "678"],
        &["user", "find", "--state", "asleep"],
        &["user", "find", "--school", "00000000"],
    ] {
        let refused = run(folder.path(), &[wrong, &["--json"]].concat(), &[]);
        assert_eq!((refused.code, refused.json()["exit"].as_i64()), (Some(2), Some(2)), "{wrong:?} {}", refused.stdout);
        let vi = run(folder.path(), wrong, &[]);
        assert!(vi.stderr.starts_with("Lỗi: "), "{}", vi.stderr);
    }
}

#[test]
fn a_role_ends_the_code_that_waits_and_says_so_when_one_did() {
    let ground = ground();
    let phuong = |arguments: &[&str]| run(ground.folder.path(), arguments, &[]);
    let grant = |role| {
        let given = phuong(&["user", "grant", &ground.teacher, "--role", role, "--org", "31303405", "--lang", "en"]);
        assert_eq!(given.code, Some(0), "{}", given.stderr);
        given.stderr
    };
    assert!(!grant("help_desk").contains("user code"), "an import tells nobody a code");
    assert_eq!(phuong(&["user", "code", &ground.teacher]).code, Some(0));
    assert!(grant("school_admin").contains(&format!("a new one: phuong user code {}", ground.teacher)));
}

#[test]
fn a_commune_has_no_code_and_goes_by_its_name() {
    let ground = ground();
    let phuong = |arguments: &[&str]| run(ground.folder.path(), arguments, &[]);
    let school = "Mã trường,Tên trường,Cấp học,Xã/Phường\n31303401,Trường Tiểu học Một,TH,Phường Hồng Bàng\n";
    fs::write(ground.folder.path().join("xa.csv"), school).unwrap();
    assert_eq!(phuong(&["import", "xa.csv", "--commit"]).code, Some(0));
    let grant = |org| phuong(&["user", "grant", &ground.teacher, "--role", "school_admin", "--org", org, "--json"]);
    assert_eq!(grant("phường hồng bàng").json()["changed"], true);
    assert_eq!(phuong(&["user", "find", "--school", "Phường Hồng Bàng", "--json"]).json(), serde_json::json!([]));
    let none = grant("Phường Không Có");
    assert!(none.code == Some(2) && none.stdout.contains("xã, phường nào tên như thế"), "{}", none.stdout);
}

#[test]
fn r39_a_role_is_for_those_who_work_there_and_over_the_sector_only_when_it_is_the_sectors() {
    let ground = ground();
    let grant = |id: &str, more: &[&str]| {
        run(ground.folder.path(), &[&["user", "grant", id, "--role", "school_admin"], more].concat(), &[])
    };
    let pupil = grant(&ground.pupil, &["--org", "31303405"]);
    assert!(pupil.code == Some(2) && pupil.stderr.contains("là học sinh"), "{}", pupil.stderr);
    let everywhere = grant(&ground.teacher, &[]);
    assert!(everywhere.code == Some(2) && everywhere.stderr.contains("--org"), "{}", everywhere.stderr);
    assert_eq!(grant(&ground.teacher, &["--org", "31303405"]).code, Some(0));
    assert_eq!(grant(&ground.teacher, &["--remove", "--json"]).json()["changed"], false, "it was never held so");
}

#[test]
fn a_wrong_value_is_told_with_what_is_taken_and_the_help_of_its_own_command() {
    let folder = tempfile::tempdir().unwrap();
    let year = run(folder.path(), &["import", "a.csv", "--year", "2026"], &[]);
    assert_eq!(year.code, Some(2));
    assert!(year.stderr.contains("2026-2027") && year.stderr.ends_with("→ phuong import --help\n"), "{}", year.stderr);
    let kind = run(folder.path(), &["import", "a.csv", "--kind", "foo", "--json", "--lang", "en"], &[]).json();
    assert!(kind["error"].as_str().unwrap().contains("schools, staff, pupils"), "{kind}");
    assert_eq!(kind["next"], "phuong import --help");
    for command in ["slips", "badges"] {
        let help = run(folder.path(), &[command, "--help"], &[]).stdout;
        assert!(help.contains("đợt nhập này đã tạo") && !help.contains("chỉ chạy thử"), "{help}");
    }
}

#[test]
fn what_an_app_was_registered_with_is_shown_and_what_is_changed_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let client = |words: &str| {
        let arguments: Vec<&str> = words.split(' ').collect();
        run(folder.path(), &[&["client"], &arguments[..], &["--json"]].concat(), &[])
    };
    assert_eq!(run(folder.path(), &["init"], &[]).code, Some(0));
    let added = client(
        "add --name Marks --kind web --redirect-uri https://m.example/cb --certificate san_dns=m.example --bound-tokens \
         certificate --jwks-uri https://m.example/jwks --userinfo-alg EdDSA --introspection-alg RS256 --calls lms",
    );
    assert!(added.code == Some(0) && added.stderr.contains("lms"), "nobody is called so yet: {}", added.stderr);
    let expected = json!({
        "auth_method": "tls_client_auth", "certificate": "san_dns=m.example", "bound_tokens": "certificate",
        "jwks_uri": "https://m.example/jwks", "id_token_alg": "ES256", "userinfo_alg": "EdDSA", "introspection_alg": "RS256",
        "profile": "standard", "resources": [], "calls": ["lms"], "access_token": "jwt", "scope": "openid profile",
    });
    let same = |shown: &Value, expected: &Value| {
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&shown[name], value, "{name}");
        }
    };
    same(&client("show marks").json(), &expected);

    let changed = client("change marks --scope openid --resource https://m.example/api --access-token opaque");
    assert_eq!(changed.code, Some(0), "{}", changed.stderr);
    let expected = json!({
        "resources": ["https://m.example/api"], "calls": ["lms"], "access_token": "opaque", "scope": "openid",
        "userinfo_alg": "EdDSA", "auth_method": "tls_client_auth",
    });
    same(&client("show marks").json(), &expected);
    let none = client("change marks --no-resources --no-calls").json();
    assert_eq!((&none["resources"], &none["calls"], &none["scope"]), (&json!([]), &json!([]), &json!("openid")));
    for (words, told) in [("change marks", "--scope"), ("change marks --calls lms --no-calls", "--no-calls")] {
        let refused = client(words);
        let error = refused.json()["error"].as_str().unwrap().to_owned();
        assert!(refused.code == Some(2) && error.contains(told), "{error}");
    }
}
