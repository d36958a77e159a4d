//! The book's examples for developers, as they stand there: each command is run, and prints what the page says.

use std::{fs, path::Path, process::Command};

use super::program::{Run, run};
use crate::support::{demo::Demo, skip::skip};

/// What stands for anything in what a page says is printed.
const ANYTHING: char = '…';
/// Printed after each block.
const MARK: &str = "\n== the next block ==\n";
/// A running server knows a new app within a second; a page's reader needs longer than that to go on.
const UNTIL_KNOWN: &str = "for _ in $(seq 1000); do
    curl -s 'http://localhost:8080/authorize?client_id=library' | grep -q invalid_client || break; done\n";

#[test]
fn every_command_of_connect_an_app_prints_what_the_page_says() {
    let tools = Command::new("bash").args(["-c", "type -P curl openssl"]).output();
    if !tools.is_ok_and(|tools| tools.status.success()) {
        return skip("every command of the book", "a PATH with bash, curl and openssl");
    }
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/how-to/connect-an-app.md")).unwrap();
    let (commands, told) = (blocks(&page, "sh"), blocks(&page, "text"));
    assert_eq!(commands.len(), told.len(), "each block of commands is followed by what it prints");

    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::whole();
    let (id, password, _) = demo.person("teacher");
    let own = |line: &str| match line.split_once(' ') {
        Some((first, _)) if first.starts_with("ID=") => format!("ID={id} PASSWORD={password}\n"),
        _ => format!("{line}\n"),
    };
    let blocks =
        commands.iter().map(|block| format!("{}printf '{MARK}'\n", block.lines().map(own).collect::<String>()));
    let script: Vec<String> = blocks.collect();
    let script = format!("set -u\n{}{UNTIL_KNOWN}{}", script[0], script[1..].concat());
    let script = script.replace("http://localhost:8080", demo.issuer());
    let script = script.replace("demo/phuong.toml", demo.folder().join("phuong.toml").to_str().unwrap());

    let program = Path::new(env!("CARGO_BIN_EXE_phuong")).parent().unwrap().display().to_string();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap());
    let run = Command::new("bash").args(["-c", &script]).env("PATH", path).current_dir(folder.path()).output().unwrap();
    let printed = String::from_utf8(run.stdout).unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}\n{printed}");
    let port = demo.issuer().rsplit_once(':').unwrap().1;
    let printed = [":", "%3A"].into_iter().fold(printed, |text, colon| {
        text.replace(&format!("localhost{colon}{port}"), &format!("localhost{colon}8080"))
    });
    for ((commands, told), printed) in commands.iter().zip(&told).zip(printed.split(MARK)) {
        assert!(fits(told, printed), "{commands}\nprints\n{printed}\nand not\n{told}\n{said}");
    }
}

/// The commands of a page of which each stands alone on an indented line.
fn indented(page: &str, command: &str) -> Vec<String> {
    page.lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.starts_with(command))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_command_of_nhap_du_lieu_does_what_the_page_says() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/how-to/nhap-du-lieu.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sector = "sample --out . --schools 3 --staff 60 --pupils 600 --seed 3 --messy";
    for before in [sector, "init"] {
        let made = run(folder.path(), &before.split(' ').collect::<Vec<_>>(), &[]);
        assert_eq!(made.code, Some(0), "{}", made.stderr);
    }
    let commands = indented(&page, "phuong import ");
    let runs: Vec<_> =
        commands.iter().map(|line| run(folder.path(), &line.split(' ').skip(1).collect::<Vec<_>>(), &[])).collect();
    assert!(
        runs.iter().all(|run| run.code == Some(5)),
        "the sample has wrong rows: {:?}",
        runs.iter().map(|run| run.code).collect::<Vec<_>>()
    );
    let counts = |run: &Run| run.stdout.lines().find(|line| line.starts_with("Tạo ")).unwrap().to_owned();
    let told = |line: &String| assert!(runs[0].stdout.contains(line.as_str()), "not\n{line}\nbut\n{}", runs[0].stdout);
    indented(&page, "Tạo ").iter().chain(&indented(&page, "Chạy thử")).for_each(told);
    assert_eq!(counts(&runs[1]), counts(&runs[0]), "a commit does what the dry run said");
    assert!(runs[1].stdout.contains("Đã ghi vào cơ sở dữ liệu."));
    assert_eq!(counts(&runs[3]), counts(&runs[2]), "a report that is imported itself is read like the file it is of");
    assert!(runs[2].stdout.contains("Chạy thử: chưa ghi gì.") && counts(&runs[2]).contains("Tạo 0 · Cập nhật 0 "));
}

/// The fenced blocks of a page in one language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let fenced = page.split(&fence).skip(1);
    fenced.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// Whether what was printed is what was told, line by line.
fn fits(told: &str, printed: &str) -> bool {
    let lines = |text: &str| text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    let (told, printed) = (lines(told), lines(printed));
    told.len() == printed.len() && told.iter().zip(&printed).all(|(told, printed)| line_fits(told, printed))
}

fn line_fits(told: &str, printed: &str) -> bool {
    let mut pieces = told.split(ANYTHING);
    let Some(mut rest) = printed.strip_prefix(pieces.next().unwrap_or_default()) else { return false };
    let Some(last) = pieces.next_back() else { return rest.is_empty() };
    for piece in pieces {
        let Some((_, after)) = rest.split_once(piece) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[test]
fn a_line_fits_when_only_what_varies_differs() {
    assert!(line_fits("a…b", "axyzb") && line_fits("a", "a") && line_fits("…", "") && line_fits("a…b…c", "a1b2c"));
    assert!(!line_fits("a…b", "axyz") && !line_fits("a", "ab") && !line_fits("a…b…c", "a1c"));
}
