//! The product: made from its own commands, started and stopped as an operator would.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::{
    database::Database,
    process::{Process, Processes, free_port, run},
    provider::{Alg, App, Paths, Provider},
};
use crate::load::{flow::REDIRECT_URI, wire};

/// What the apps of a bench ask for: what a gradebook asks for.
const SCOPE: &str = "openid profile edu";
const SERVICE_SCOPE: &str = "roster";

/// An installation: a folder, a configuration, a database.
pub struct Phuong {
    program: PathBuf,
    folder: PathBuf,
    database: Database,
    name: &'static str,
    port: u16,
}

/// What a command did and cost.
#[derive(Clone, Copy, Debug)]
pub struct Imported {
    pub took: Duration,
    /// Anonymous memory at its highest.
    pub peak_mib: f64,
}

impl Phuong {
    /// `phuong init` in a folder of its own.
    pub fn init(program: &Path, folder: &Path, name: &'static str, database: Database) -> Result<Self> {
        let port = free_port()?;
        let phuong = Self { program: program.to_owned(), folder: folder.to_owned(), database, name, port };
        let mut init = Command::new(&phuong.program);
        init.arg("init").arg("--dir").arg(folder).args(["--issuer", &phuong.issuer()]);
        run(init.args(["--database", &phuong.database.url()]))?;
        Ok(phuong)
    }

    pub fn issuer(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    /// `phuong import --commit` of these files.
    pub fn import(&self, files: &[PathBuf]) -> Result<Imported> {
        let files = files.iter().filter_map(|file| file.to_str());
        self.measured(&["--json", "import", "--commit"].into_iter().chain(files).collect::<Vec<_>>(), "import")
    }

    /// `phuong import` of these files, which writes nothing.
    pub fn look(&self, files: &[PathBuf]) -> Result<Imported> {
        let files = files.iter().filter_map(|file| file.to_str());
        self.measured(&["--json", "import"].into_iter().chain(files).collect::<Vec<_>>(), "import")
    }

    /// A command, run to its end.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        run(&mut self.command(arguments))
    }

    /// A command, started.
    pub fn start(&self, arguments: &[&str], name: &str) -> Result<Process> {
        Process::start(name, self.command(arguments), &self.folder.join(format!("{name}.log")))
    }

    /// The end of what a started command said.
    pub fn told(&self, name: &str) -> String {
        tail(&self.folder.join(format!("{name}.log")))
    }

    /// A command, run to its end: how long that took, and the memory at its highest.
    pub fn measured(&self, arguments: &[&str], name: &str) -> Result<Imported> {
        let began = Instant::now();
        let mut process = self.start(arguments, name)?;
        let watched = Processes::of([process.id()]);
        let mut peak_mib = 0_f64;
        while !process.ended()? {
            peak_mib = peak_mib.max(watched.anonymous_mib());
            std::thread::sleep(Duration::from_millis(20));
        }
        let took = began.elapsed();
        anyhow::ensure!(process.succeeded(), "{name}: {}", self.told(name));
        Ok(Imported { took, peak_mib })
    }

    /// Registers an app for people and one of its own for each algorithm.
    pub fn register(&self) -> Result<(BTreeMap<Alg, App>, BTreeMap<Alg, App>)> {
        let (mut web, mut service) = (BTreeMap::new(), BTreeMap::new());
        for alg in Alg::ALL {
            let lower = alg.name().to_lowercase();
            let redirect = ["--redirect-uri", REDIRECT_URI];
            web.insert(alg, self.add(&format!("web-{lower}"), alg, "web", SCOPE, &redirect)?);
            service.insert(alg, self.add(&format!("service-{lower}"), alg, "service", SERVICE_SCOPE, &[])?);
        }
        Ok((web, service))
    }

    fn add(&self, id: &str, alg: Alg, kind: &str, scope: &str, more: &[&str]) -> Result<App> {
        let mut add = self.command(&["--json", "client", "add", "--name", id, "--client-id", id, "--kind", kind]);
        add.args(["--scope", scope, "--id-token-alg", alg.name()]).args(more);
        let answer: Value = serde_json::from_str(&run(&mut add)?)?;
        let secret = answer["client_secret"].as_str().context("no secret")?.to_owned();
        Ok(App { id: id.to_owned(), secret, scope: scope.to_owned() })
    }

    /// `phuong serve`, until it answers discovery; how long that took.
    pub async fn serve(&self) -> Result<(Process, Duration)> {
        let began = Instant::now();
        let listen = format!("127.0.0.1:{}", self.port);
        let log = self.folder.join("server.log");
        let mut process = Process::start(self.name, self.command(&["serve", "--listen", &listen]), &log)?;
        wait_for_discovery(&mut process, self.port).await.with_context(|| tail(&log))?;
        Ok((process, began.elapsed()))
    }

    /// The running server as a provider.
    pub async fn provider(&self, process: &Process, database: Option<u32>, people: usize) -> Result<Provider> {
        let users = self.database.fill(people).await?;
        let (web, service) = self.register()?;
        // Every node notices new apps within a second.
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        Ok(Provider {
            name: self.name,
            issuer: self.issuer(),
            port: self.port,
            paths: Paths::read(self.port).await?,
            web,
            service,
            usual: Alg::Es256,
            users,
            processes: Processes::of([process.id()].into_iter().chain(database)),
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(self.folder.join("phuong.toml")).args(arguments);
        command
    }
}

/// Asks again and again until a provider answers its discovery document.
pub async fn wait_for_discovery(process: &mut Process, port: u16) -> Result<()> {
    let request = wire::get(port, Paths::DISCOVERY, &[]);
    let began = Instant::now();
    loop {
        if let Ok(mut wire) = wire::Wire::open(port).await
            && wire.ask(&request).await.is_ok_and(|answer| answer.status == 200)
        {
            return Ok(());
        }
        process.check()?;
        if began.elapsed() > Duration::from_secs(60) {
            bail!("no discovery document after a minute");
        }
        tokio::time::sleep(Duration::from_micros(500)).await;
    }
}

fn tail(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines().rev().take(5).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
}
