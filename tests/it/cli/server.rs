//! The server from its first word to its last.

use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

use super::program::{Running, run};

/// A folder with a configuration, keys and a migrated database.
fn ready_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = run(folder.path(), &["init"], &[]);
    assert_eq!(made.code, Some(0), "{}", made.stderr);
    folder
}

fn connect(server: &Running) -> TcpStream {
    let stream = TcpStream::connect(&server.at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

fn ask(server: &Running, path: &str) -> String {
    let mut stream = connect(server);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn serve(folder: &Path) -> Running {
    let server = Running::start(folder);
    assert_eq!(server.ready, "ready http://localhost:8080\n");
    server
}

#[test]
fn it_says_when_it_is_ready_answers_its_probes_and_stops_when_asked() {
    let folder = ready_folder();
    let server = serve(folder.path());
    assert!(ask(&server, "/health/live").starts_with("HTTP/1.1 200"));
    assert!(ask(&server, "/health/ready").starts_with("HTTP/1.1 200"));
    let missing = ask(&server, "/nothing/here?code=x");
    assert!(missing.starts_with("HTTP/1.1 404") && missing.contains("id=\"op-error\""), "{missing}");
    assert!(ask(&server, "/token").starts_with("HTTP/1.1 405"));
    server.terminate();
    assert_eq!(server.code(), Some(0));
}

#[test]
fn a_request_in_flight_is_answered_before_the_end() {
    let folder = ready_folder();
    let server = serve(folder.path());
    let mut stream = connect(&server);
    let form = "grant_type=client_credentials&client_id=nobody&client_secret=x";
    let head = format!(
        "POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        form.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The server asks for the body: the request is in a handler now.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on[..], b"HTTP/1.1 100 Continue\r\n\r\n");
    server.terminate();
    let at = server.at.clone();
    while TcpStream::connect(&at).is_ok() {
        std::thread::yield_now();
    }
    stream.write_all(form.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("invalid_client"), "{answer}");
    assert_eq!(server.code(), Some(0));
}

#[test]
fn a_second_server_on_the_same_file_is_told_to_come_back_while_tools_work_beside_the_first() {
    let folder = ready_folder();
    let server = serve(folder.path());
    let second = run(folder.path(), &["serve", "--listen", "127.0.0.1:0", "--json"], &[]);
    assert_eq!((second.code, second.json()["exit"].as_i64()), (Some(75), Some(75)));
    let keys = run(folder.path(), &["keys", "list", "--json"], &[]);
    assert_eq!(keys.code, Some(0), "{}", keys.stderr);
    assert!(!keys.json().as_array().unwrap().is_empty());
    server.terminate();
    assert_eq!(server.code(), Some(0));
}

#[test]
fn r50_nobody_else_on_the_machine_reads_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let folder = ready_folder();
    let server = serve(folder.path());
    let mode = |name: &str| std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    for name in ["phuong.db", "phuong.db-wal", "phuong.db-shm", "phuong.toml", "keys/kek"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    assert_eq!(mode("keys"), 0o700);
    server.terminate();
    assert_eq!(server.code(), Some(0));
}
