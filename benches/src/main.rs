//! Measures Phượng against the limits of this machine and against node-oidc-provider, as ratios within one run.
//!
//! `benches/run` builds and calls it; `docs/explanation/performance.md` says what the lines mean. It starts everything it
//! needs, loads nothing but loopback, and ends only what it started.

mod load;
mod parts;
mod raw;
mod report;
mod world;

use std::{
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::Parser as _;

use load::closed::Stock;
use parts::{Effort, Places, Subject, guessing, loads, sector, sign_in, storm};
use report::Report;
use world::{
    database::Database,
    node::Node,
    phuong::{Phuong, wait_for_discovery},
    postgres::Cluster,
    process::{Process, Processes, free_port},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// People who sign in while things are measured.
const PEOPLE: usize = 1_600;
/// Access tokens that are asked about.
const TOKENS: usize = 256;

/// Measures Phượng against the machine's limits and against a peer.
#[derive(Debug, clap::Parser)]
#[command(name = "benches/run")]
struct Arguments {
    /// Two minutes instead of half an hour: one round, and a small sector to import.
    #[arg(long)]
    quick: bool,
    /// How many rounds of the loads, of which the median counts.
    #[arg(long)]
    rounds: Option<usize>,
    /// Only these parts, separated by commas: sign-in, loads, storm, guessing, sector.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// How many schools the sector has, with 29 who work there and 625 pupils each.
    #[arg(long)]
    schools: Option<u32>,
    /// The program under test.
    #[arg(long, default_value = "target/release/phuong")]
    program: PathBuf,
    /// Where the JSON and the table are kept.
    #[arg(long, default_value = "benches/results")]
    results: PathBuf,
    /// The name of what is kept.
    #[arg(long, default_value = "last")]
    name: String,
    /// The limits' server itself: a port, a file, and a PostgreSQL database.
    #[arg(long, hide = true, num_args = 3)]
    limits: Option<Vec<String>>,
}

impl Arguments {
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }

    fn effort(&self) -> Effort {
        let ms = Duration::from_millis;
        let rounds = |usual| self.rounds.unwrap_or(usual);
        let sector = |usual| self.schools.map_or(usual, |schools| (schools, 29 * schools, 625 * schools));
        if self.quick {
            Effort {
                rounds: rounds(1),
                warm_up: ms(300),
                time: ms(1_000),
                sector: sector((8, 300, 6_000)),
                guesses: 200,
            }
        } else {
            Effort {
                rounds: rounds(5),
                warm_up: ms(700),
                time: ms(3_000),
                sector: sector((800, 23_000, 500_000)),
                guesses: 2_000,
            }
        }
    }
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(limits) = &arguments.limits {
        let [port, sqlite, postgres] = limits.as_slice() else { anyhow::bail!("three values") };
        let server = raw::server::serve(port.parse()?, sqlite.into(), Some(postgres.clone()));
        return tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(server);
    }
    // The load has one thread: the rest of the machine belongs to the servers.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(tokio::task::LocalSet::new().run_until(measure(arguments)))
}

async fn measure(arguments: Arguments) -> Result<()> {
    let effort = arguments.effort();
    // PostgreSQL's folder is in it, and its owner must be able to walk there.
    let work = tempfile::Builder::new().prefix("phuong-bench-").tempdir()?;
    std::fs::set_permissions(work.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711))?;
    let places = Places { program: std::path::absolute(&arguments.program)?, work: work.path().to_owned() };
    let cluster = Cluster::start(&places.work.join("postgres"))?;
    let mut report = Report { machine: machine(), ..Report::default() };
    eprintln!("{}", report.machine);
    if ["sign-in", "loads", "storm", "guessing"].iter().any(|part| arguments.wants(part)) {
        under_load(&arguments, &effort, &places, &cluster, &mut report).await?;
    }
    if arguments.wants("sector") {
        sector::one_school(&places, &mut report)?;
        sector::on_sqlite(&effort, &places, &mut report).await?;
        sector::on_postgres(&effort, &places, &cluster, &mut report).await?;
    }
    report.save(&arguments.results, &arguments.name)?;
    println!("{}", report.table());
    let (lines, missed) = (report.lines.len(), report.missed());
    println!("{lines} lines, {missed} of them not met; kept in {}", arguments.results.display());
    Ok(())
}

/// The parts that need running servers.
async fn under_load(
    arguments: &Arguments,
    effort: &Effort,
    places: &Places,
    cluster: &Cluster,
    report: &mut Report,
) -> Result<()> {
    cluster.create("phuong")?;
    let databases = [
        ("SQLite", Database::Sqlite(places.work.join("on-sqlite/phuong.db")), None),
        ("PostgreSQL", Database::Postgres(cluster.url("phuong")), Some(cluster.id()?)),
    ];
    let mut running = Vec::new();
    let mut ours = Vec::new();
    for (on, database, server) in databases {
        let folder = places.work.join(format!("on-{}", on.to_lowercase()));
        let phuong = Phuong::init(&places.program, &folder, "phuong", database.clone())?;
        let (process, _) = phuong.serve().await?;
        let provider = phuong.provider(&process, server, PEOPLE).await?;
        ours.push(subject(provider, on).await?);
        running.push((process, database));
    }
    if arguments.wants("sign-in") || arguments.wants("loads") {
        let node = Node::install(Path::new("benches/node"), &places.work.join("node"), PEOPLE)?;
        let (_node, peer) = node.serve().await?;
        let peer = subject(peer, "memory").await?;
        if arguments.wants("sign-in") {
            sign_in::run(effort, &peer, &ours, report).await?;
        }
        if arguments.wants("loads") {
            let (_limits, limits) = limits(places, cluster).await?;
            loads::run(effort, &peer, &ours, &limits, &places.work, report).await?;
        }
    }
    for (subject, (_, database)) in ours.iter().zip(&running) {
        if arguments.wants("storm") {
            storm::isolation(effort, subject, report).await?;
            storm::surges(effort, subject, report).await?;
        }
        if arguments.wants("guessing") {
            guessing::run(&subject.provider, database, subject.on, effort.guesses, report).await?;
        }
    }
    Ok(())
}

/// Checks a provider and makes what its scenarios need.
async fn subject(provider: world::provider::Provider, on: &'static str) -> Result<Subject> {
    load::verify::provider(&provider).await.with_context(|| format!("{} on {on}", provider.name))?;
    let stock = Stock::of(&provider, TOKENS).await?;
    Ok(Subject { provider: Rc::new(provider), stock: Rc::new(stock), on })
}

/// Starts ourselves again as the server of the limits.
async fn limits(places: &Places, cluster: &Cluster) -> Result<(Process, loads::Limits)> {
    cluster.create("limits")?;
    let port = free_port()?;
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command.arg("--limits").arg(port.to_string()).arg(places.work.join("limits.db")).arg(cluster.url("limits"));
    let mut process = Process::start("the limits' server", command, &places.work.join("limits.log"))?;
    wait_for_discovery(&mut process, port).await?;
    let processes = Processes::of([process.id()]);
    let with_postgres = Processes::of([process.id(), cluster.id()?]);
    Ok((process, loads::Limits { port, processes, with_postgres }))
}

/// What the numbers were taken on.
fn machine() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':')).map_or("", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{cores} ×{model}, load and servers on the same cores")
}
