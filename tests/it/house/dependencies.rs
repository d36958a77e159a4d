//! One cryptographic library in the tree, no second TLS, and the one crate that is pinned stays pinned.

use std::{fs, process::Command};

use super::source::root;

/// What must not be compiled in, and why.
const FORBIDDEN: &[(&str, &str)] = &[
    ("ring", "aws-lc-rs is the one cryptographic library"),
    ("openssl-sys", "needs the system's OpenSSL"),
    ("openssl", "needs the system's OpenSSL"),
    ("native-tls", "rustls is the one TLS library"),
];

#[test]
fn only_one_cryptographic_library_is_compiled_in() {
    // The tree that is built, which is smaller than Cargo.lock: that lists what optional features would bring, too.
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--edges", "normal,build,dev", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains(&"aws-lc-rs"), "the tree was not read");
    for (name, why) in FORBIDDEN {
        assert!(!names.contains(name), "{name} is compiled in, but {why}: cargo tree -i {name}");
    }
}

#[test]
fn the_fast_password_kernel_is_the_version_that_was_examined() {
    const EXAMINED: &str = "1.1.0";
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let wanted = manifest["dependencies"]["argon2-rust"]["version"].as_str();
    assert_eq!(wanted, Some(format!("={EXAMINED}").as_str()), "Cargo.toml pins argon2-rust");
    let locked: Vec<_> = packages().into_iter().filter(|p| p.0 == "argon2-rust").map(|p| p.1).collect();
    assert_eq!(locked, [EXAMINED], "Cargo.lock has it");
}

#[test]
fn every_crate_comes_from_the_public_registry() {
    for (name, _, source) in packages() {
        let ours = name == "phuong" && source.is_none();
        let public = source.as_deref() == Some("registry+https://github.com/rust-lang/crates.io-index");
        assert!(ours || public, "{name} comes from {source:?}");
    }
}

/// Name, version and origin of every package in Cargo.lock.
fn packages() -> Vec<(String, String, Option<String>)> {
    let lock: toml::Table = fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    let text = |package: &toml::Value, key: &str| package.get(key).and_then(|v| v.as_str()).map(str::to_owned);
    let package = |p: &toml::Value| (text(p, "name").unwrap(), text(p, "version").unwrap(), text(p, "source"));
    lock["package"].as_array().unwrap().iter().map(package).collect()
}
