//! A disk without room: writes are refused at once and say "later", everything else goes on, and it heals by itself.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use super::ground::{Caller, Ground, Node, text, within};
use crate::support::database::Backend;

/// How soon a write that finds no room is refused.
const REFUSED: Duration = Duration::from_secs(1);
/// How soon writes work once there is room.
const HEALED: Duration = Duration::from_secs(10);
/// How many writes it takes at most until there is no room.
const MOST_WRITES: usize = 400;

/// A quota that is used up, as the operating system tells of one: any file may grow to so many bytes and no further.
#[tokio::test]
async fn a_used_up_quota_stops_writes_only_and_heals() {
    let ground = Ground::on(Backend::Sqlite).await.unwrap();
    let tokens = prepared(&ground).await;
    // Beyond the limit a process is ended by SIGXFSZ, unless it ignores it and gets the error instead.
    let node = ground.serve_with(|command| ignoring("XFSZ", &command));
    let limit = |bytes: &str| {
        let arguments = ["--pid", &node.running.id().to_string(), &format!("--fsize={bytes}:unlimited")];
        assert!(Command::new("prlimit").args(arguments).status().unwrap().success());
    };
    let file = PathBuf::from(ground.database.url().strip_prefix("sqlite:").unwrap());
    let longest =
        [file.clone(), with_ending(&file, "-wal")].map(|file| fs::metadata(file).map_or(0, |file| file.len()));
    let room = longest.iter().max().unwrap() + 256 * 1024;
    fills_up_and_heals(&ground, &node, tokens, || limit(&room.to_string()), || limit("unlimited")).await;
}

/// A file system that is really full, where this machine lets us make one.
#[tokio::test]
async fn a_full_disk_stops_writes_only_and_heals() {
    let mut ground = Ground::on(Backend::Sqlite).await.unwrap();
    let tokens = prepared(&ground).await;
    let file = PathBuf::from(ground.database.url().strip_prefix("sqlite:").unwrap());
    let disk = ground.folder.path().join("disk");
    fs::create_dir(&disk).unwrap();
    if !may_mount(&disk) {
        let notice =
            "\nSKIPPED: a file system that is full (this machine lets nobody mount one); a used-up quota is tested\n";
        std::io::stderr().write_all(notice.as_bytes()).unwrap();
        return;
    }
    // The server has a small file system of its own, which ends with it, and the database on it.
    let mounted = format!(
        "mount -t tmpfs -o size=24m none '{disk}' && cp '{file}' '{disk}/phuong.db' && exec \"$@\"",
        disk = disk.display(),
        file = file.display()
    );
    ground.settings.push(("PHUONG_DATABASE_URL", format!("sqlite:{}", disk.join("phuong.db").display())));
    let node = ground.serve_with(|command| through(&["unshare", "-rm", "sh", "-c", &mounted, "sh"], &command));
    let filler = PathBuf::from(format!("/proc/{}/root{}/filler", node.running.id(), disk.display()));
    let fill = || {
        let mut filler = fs::File::create(&filler).unwrap();
        while filler.write_all(&[0; 8 * 1024]).is_ok() {}
        // A little room, so that the disk fills up in the middle of a write.
        let length = filler.metadata().unwrap().len();
        filler.set_len(length.saturating_sub(128 * 1024)).unwrap();
    };
    fills_up_and_heals(&ground, &node, tokens, fill, || fs::remove_file(&filler).unwrap()).await;
}

/// Refresh tokens, and the database closed again: one file.
async fn prepared(ground: &Ground) -> Vec<String> {
    let tour = ground.tour().await;
    let tokens = ground.refresh_tokens(&tour, 8).await;
    tour.sv.store.close().await;
    tokens
}

async fn fills_up_and_heals(ground: &Ground, node: &Node, mut tokens: Vec<String>, fill: impl Fn(), heal: impl Fn()) {
    let (caller, app) = (node.caller(), &ground.app);
    let reply = caller.refresh(app, &tokens[0]).await.unwrap().json();
    let access = text(&reply, "access_token");
    tokens[0] = text(&reply, "refresh_token");
    fill();
    let mut writes = 0;
    let full = loop {
        let slot = writes % tokens.len();
        let reply = caller.refresh(app, &tokens[slot]).await.unwrap();
        if reply.is_busy() {
            break slot;
        }
        assert_eq!(reply.status, 200, "{reply:?}");
        tokens[slot] = text(&reply.json(), "refresh_token");
        writes += 1;
        assert!(writes < MOST_WRITES, "there is always room");
    };
    for _ in 0..20 {
        let reply = caller.refresh(app, &tokens[full]).await.unwrap();
        assert!(reply.is_busy() && reply.took < REFUSED, "{reply:?}");
        assert_eq!(reply.json()["error"], "temporarily_unavailable");
    }
    goes_on(&caller, &access).await;
    heal();
    // Every token is still good: what was refused was not done.
    for token in &tokens {
        let good = async || caller.refresh(app, token).await.unwrap().status == 200;
        within(HEALED, "writes work again", good).await;
    }
    let log = ground.log();
    assert!(!log.contains("panic") && log.contains("not available"), "{log}");
}

/// What needs no room.
async fn goes_on(caller: &Caller, access: &str) {
    for (path, bearer) in [("/jwks", None), ("/userinfo", Some(access)), ("/health/ready", None), ("/sign-in", None)] {
        let reply = caller.get(path, bearer).await.unwrap();
        assert_eq!(reply.status, 200, "{path}: {reply:?}");
    }
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The same command, run by another.
fn through(by: &[&str], command: &Command) -> Command {
    let mut outer = Command::new(by[0]);
    outer.args(&by[1..]).arg(command.get_program()).args(command.get_args());
    outer.env_clear().env("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");
    outer.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    if let Some(folder) = command.get_current_dir() {
        outer.current_dir(folder);
    }
    outer.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::null());
    outer
}

/// The same command, which ignores a signal.
fn ignoring(signal: &str, command: &Command) -> Command {
    through(&["sh", "-c", &format!("trap '' {signal}; exec \"$@\""), "sh"], command)
}

fn may_mount(at: &Path) -> bool {
    let mount = format!("mount -t tmpfs -o size=1m none '{}'", at.display());
    Command::new("unshare").args(["-rm", "sh", "-c", &mount]).output().is_ok_and(|tried| tried.status.success())
}
