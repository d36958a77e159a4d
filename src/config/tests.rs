//! Settings from all three sources.

use std::fs;

use secrecy::ExposeSecret;

use super::{Config, Mistakes, Sources};

fn read(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, Mistakes> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("phuong.toml");
    fs::write(&path, file).unwrap();
    let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Config::read(&Sources { file: path, file_required: true, environment: owned(environment), flags: owned(flags) })
}

fn mistakes(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> String {
    read(file, environment, flags).unwrap_err().to_string()
}

#[test]
fn without_any_settings_the_defaults_hold() {
    let config = read("", &[], &[]).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.oauth.code.as_secs(), 60);
    assert!(config.keys.kek.is_none() && config.fetch.allow_hosts.is_empty() && !config.log.json);
}

#[test]
fn a_section_may_have_sections() {
    for file in ["[oauth]\ndynamic.most = 7", "[oauth.dynamic]\nmost = 7", "[oauth]\ndynamic = { most = 7 }"] {
        assert_eq!(read(file, &[], &[]).unwrap().oauth.dynamic.most, 7, "{file}");
    }
    assert_eq!(read("", &[("PHUONG_OAUTH_DYNAMIC_MOST", "7")], &[]).unwrap().oauth.dynamic.most, 7);
    assert!(mistakes("[oauth.dynamic]\nmot = 7", &[], &[]).contains("oauth.dynamic.most"));
    assert!(mistakes("[oauth]\ndynamic.most.x = 7", &[], &[]).contains("oauth.dynamic.most"));
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = "[server]\nlisten = \"127.0.0.1:1\"\n[oauth]\ncode_seconds = 30\n[fetch]\nallow_hosts = [\"a\", \"b\"]";
    let environment = [("PHUONG_SERVER_LISTEN", "127.0.0.1:2"), ("PHUONG_FETCH_ALLOW_NETWORKS", "10.1.2.3/8, ::1/128")];
    let config = read(file, &environment, &[("server.listen", "127.0.0.1:3")]).unwrap();
    assert_eq!(config.server.listen.port(), 3);
    assert_eq!(config.oauth.code.as_secs(), 30);
    assert_eq!(config.fetch.allow_hosts, ["a", "b"]);
    assert_eq!(config.fetch.allow_networks[0].to_string(), "10.0.0.0/8");
}

#[test]
fn every_mistake_is_reported_at_once_with_where_it_came_from() {
    let file = "loose = 1\n[server]\nisuer = \"x\"\nlisten = \"nowhere\"\ntrusted_proxies = [\"10.0.0.0/8\", \"x\"]\n\
                [oauth]\ncode_seconds = 61\n[keys]\ndir = [\"a\"]";
    let environment = [
        ("PHUONG_SERVER_ISSUER", "http://id.example/"),
        ("PHUONG_LOG_LEVL", "1"),
        ("PHUONG_KEYS_KEK_FILE", "/nowhere/"),
    ];
    let found = mistakes(file, &environment, &[("log.level", "loud"), ("log.format", "xml")]);
    for part in [
        "phuong.toml:1: loose: must stand in a [section]",
        "phuong.toml:3: server.isuer: there is no such setting; did you mean server.issuer?",
        "phuong.toml:4: server.listen: must be an IP address",
        "phuong.toml:5: server.trusted_proxies: must be a list of networks, as `10.0.0.0/8`, not \"x\"",
        "phuong.toml:7: oauth.code_seconds: must be a whole number from 1 to 60, not \"61\"",
        "phuong.toml:9: keys.dir: must be a folder",
        "PHUONG_SERVER_ISSUER: server.issuer: must be `https://`",
        "PHUONG_LOG_LEVL: there is no such setting; did you mean PHUONG_LOG_LEVEL?",
        "PHUONG_KEYS_KEK_FILE: keys.kek: cannot be read",
        "command line: log.level: must be `error`",
        "command line: log.format: must be `text` or `json`",
    ] {
        assert!(found.contains(part), "no {part:?} in\n{found}");
    }
    assert_eq!(found.lines().count(), 11, "{found}");
}

#[test]
fn mistakes_are_told_in_vietnamese_too() {
    let told = read("[oauth]\ncode_seconds = 61", &[], &[]).unwrap_err().in_vietnamese();
    assert!(told.ends_with("phuong.toml:2: oauth.code_seconds: phải là số nguyên từ 1 đến 60, không phải \"61\""));
}

#[test]
fn a_variable_and_its_file_cannot_both_be_set() {
    let both = [("PHUONG_DATABASE_URL", "sqlite:a.db"), ("PHUONG_DATABASE_URL_FILE", "/dev/null")];
    assert!(mistakes("", &both, &[]).contains("PHUONG_DATABASE_URL sets it too"));
}

#[test]
fn paths_are_relative_to_the_files_folder() {
    let config = read("[database]\nurl = \"sqlite:data/phuong.db\"", &[], &[]).unwrap();
    assert!(config.database.url.expose_secret().ends_with("/data/phuong.db"));
    assert!(config.keys.dir.is_absolute() && config.keys.dir.ends_with("keys"));
    for bad in ["sqlite::memory:", "sqlite:a.db?mode=ro", "sqlite:", "mysql://x", "postgres://["] {
        assert!(mistakes("", &[("PHUONG_DATABASE_URL", bad)], &[]).contains("database.url: must be"), "{bad}");
    }
}

#[test]
fn tls_needs_both_files_and_an_address_that_says_so() {
    let read = |cert: &str, key: &str, issuer: &str| {
        read(
            "",
            &[("PHUONG_SERVER_TLS_CERT", cert), ("PHUONG_SERVER_TLS_KEY", key), ("PHUONG_SERVER_ISSUER", issuer)],
            &[],
        )
    };
    let files = read("tls/cert.pem", "tls/key.pem", "https://id.example").unwrap().server.tls.unwrap();
    assert!(files.cert.is_absolute() && files.key.ends_with("tls/key.pem"));
    assert_eq!(read("", "", "https://id.example").unwrap().server.tls, None);
    for (cert, key, issuer, said) in [
        ("a.pem", "", "https://id.example", "server.tls_cert: needs server.tls_key"),
        ("", "a.pem", "https://id.example", "server.tls_key: needs server.tls_cert"),
        ("a.pem", "b.pem", "http://localhost:8080", "server.tls_cert: needs a server.issuer that begins with https://"),
    ] {
        let found = read(cert, key, issuer).unwrap_err().to_string();
        assert!(found.contains(said), "{found}");
    }
}

#[test]
fn a_second_listener_needs_tls_and_has_the_issuers_host_unless_told_otherwise() {
    let read = |more: &str| {
        read(&format!("[server]\nissuer = \"https://id.example\"\ntls_cert = \"c\"\ntls_key = \"k\"\n{more}"), &[], &[])
    };
    let mtls = read("mtls_listen = \"0.0.0.0:8443\"\nmtls_ca = \"ca.pem\"").unwrap().server.mtls.unwrap();
    assert_eq!((mtls.listen.port(), mtls.address.as_str()), (8443, "https://id.example:8443"));
    assert!(mtls.ca.unwrap().is_absolute());
    let named =
        read("mtls_listen = \"0.0.0.0:8443\"\nmtls_address = \"https://apps.example\"").unwrap().server.mtls.unwrap();
    assert_eq!((named.address.as_str(), named.ca), ("https://apps.example", None));
    assert!(read("").unwrap().server.mtls.is_none());
    for (more, said) in [
        ("mtls_ca = \"ca.pem\"", "server.mtls_ca: needs server.mtls_listen"),
        ("mtls_listen = \"8443\"", "server.mtls_listen: must be an IP address"),
    ] {
        let found = read(more).unwrap_err().to_string();
        assert!(found.contains(said), "{found}");
    }
    assert!(
        mistakes("[server]\nmtls_listen = \"0.0.0.0:8443\"", &[], &[])
            .contains("server.mtls_listen: needs server.tls_cert")
    );
}

#[test]
fn a_new_file_reads_back_as_what_was_given_and_else_the_defaults() {
    let text = Config::file(&[
        ("server.issuer", "https://id.example"),
        ("sector.name", "Sở \"Mẫu\" \\ Hải Phòng"),
        ("fetch.allow_hosts", "localhost"),
    ]);
    let config = read(&text, &[], &[]).unwrap();
    assert_eq!(config.server.issuer, "https://id.example");
    assert_eq!(config.sector.name, "Sở \"Mẫu\" \\ Hải Phòng");
    assert_eq!(config.fetch.allow_hosts, ["localhost"]);
    // With every comment taken away it still reads: the defaults it shows are right.
    let shown = text.lines().map(|line| line.strip_prefix("# ").filter(|l| l.contains(" = ")).unwrap_or(line));
    assert!(read(&shown.collect::<Vec<_>>().join("\n"), &[], &[]).is_ok());
}

#[test]
fn r50_secrets_print_neither_as_settings_nor_in_mistakes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("url");
    fs::write(&path, "postgres://user:hunter2@db/phuong\n").unwrap();
    let kek = "hunter2+".repeat(5) + "huk=";
    let environment = [("PHUONG_DATABASE_URL_FILE", path.to_str().unwrap()), ("PHUONG_KEYS_KEK", &kek)];
    let config = read("", &environment, &[]).unwrap();
    assert_eq!(config.database.url.expose_secret(), "postgres://user:hunter2@db/phuong");
    assert!(!format!("{config:?}").contains("hunter2"));
    assert_eq!(config.keys.kek.unwrap().expose_secret(), kek);
    let short = mistakes("", &[("PHUONG_KEYS_KEK", "hunter2+")], &[]);
    assert!(short.contains("PHUONG_KEYS_KEK: keys.kek: must be 32 bytes in base64") && !short.contains("hunter2"));
    // A wrong address, and a line that the parser stumbles over.
    assert!(!mistakes("", &[("PHUONG_DATABASE_URL", "mysql://user:hunter2@db")], &[]).contains("hunter2"));
    assert!(!mistakes("[database]\nurl = postgres://user:hunter2@db", &[], &[]).contains("hunter2"));
    assert!(!mistakes("[database]\nurl = \"postgres://user:hunter2@db", &[], &[]).contains("hunter2"));
}
