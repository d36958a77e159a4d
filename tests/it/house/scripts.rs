//! The scripts are readable by bash, and the README's two commands are the ones that work.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use super::source::root;

#[test]
fn the_scripts_parse_and_can_be_run() {
    for script in ["tests/run", "tests/lint", ".ci/run", "tests/conformance/set-up"] {
        let file = root().join(script);
        let checked = Command::new("bash").arg("-n").arg(&file).output().unwrap();
        assert!(checked.status.success(), "{script}: {}", String::from_utf8_lossy(&checked.stderr));
        assert_ne!(fs::metadata(&file).unwrap().permissions().mode() & 0o111, 0, "{script} cannot be run");
    }
}

#[test]
fn the_readme_names_the_two_commands() {
    let Ok(readme) = fs::read_to_string(root().join("README.md")) else { return };
    for command in ["cargo run --release -- demo", "./tests/run"] {
        assert!(readme.lines().any(|line| line.contains(command)), "README.md does not say `{command}`");
    }
}
