//! The endpoints under load: the product on both databases, the peer, and the limits of the machine, round by round, so
//! that whatever else the machine does hits all alike.

use std::{collections::BTreeMap, path::Path, rc::Rc};

use anyhow::Result;

use super::{Effort, Subject};
use crate::{
    load::{
        closed::{self, Measured, Scenario},
        wire,
    },
    raw::{commits, server, signature},
    report::{Line, Report, median, number},
    world::{process::Processes, provider::Alg},
};

/// Virtual users of most scenarios.
const USERS: usize = 16;
/// Of those that show what a shared commit is worth.
const MANY: usize = 256;

/// What is measured of the product in every round, with how many users.
const PRODUCT: &[(Scenario, usize)] = &[
    (Scenario::Discovery, USERS),
    (Scenario::Jwks, USERS),
    (Scenario::ClientCredentials(Alg::EdDsa), USERS),
    (Scenario::ClientCredentials(Alg::Rs256), USERS),
    (Scenario::Introspection, USERS),
    (Scenario::Userinfo, USERS),
    (Scenario::Refresh(Alg::Es256), USERS),
    (Scenario::Refresh(Alg::EdDsa), MANY),
    (Scenario::CodeFlow(Alg::Es256), USERS),
    (Scenario::CodeFlow(Alg::Es256), MANY),
    (Scenario::CodeFlow(Alg::Rs256), MANY),
];

/// What is measured of the peer, whose tokens have one form.
const PEER: &[(Scenario, usize)] = &[
    (Scenario::Discovery, USERS),
    (Scenario::Jwks, USERS),
    (Scenario::ClientCredentials(Alg::Rs256), USERS),
    (Scenario::Introspection, USERS),
    (Scenario::Userinfo, USERS),
    (Scenario::Refresh(Alg::Rs256), USERS),
    (Scenario::Refresh(Alg::Rs256), MANY),
    (Scenario::CodeFlow(Alg::Rs256), USERS),
    (Scenario::CodeFlow(Alg::Rs256), MANY),
];

/// The limits' server: where it listens and what it costs.
pub struct Limits {
    pub port: u16,
    pub processes: Processes,
    /// With its database's process.
    pub with_postgres: Processes,
}

/// The medians of all rounds.
type Medians = BTreeMap<(String, &'static str), Measured>;

/// Measures round by round, then judges.
pub async fn run(
    effort: &Effort,
    peer: &Subject,
    ours: &[Subject],
    limits: &Limits,
    work: &Path,
    report: &mut Report,
) -> Result<()> {
    let mut found: BTreeMap<(String, &'static str), Vec<Measured>> = BTreeMap::new();
    let mut alone: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for round in 0..effort.rounds {
        eprintln!("round {} of {}", round + 1, effort.rounds);
        of_the_machine(effort, work, &mut alone).await?;
        for (name, measured) in of_the_web(effort, limits).await? {
            report.keep(&name, "limit", round, &measured);
            found.entry((name, "limit")).or_default().push(measured);
        }
        let everybody = ours.iter().map(|subject| (subject, PRODUCT)).chain([(peer, PEER)]);
        let mut turns: Vec<_> =
            everybody.flat_map(|(subject, all)| all.iter().map(move |one| (subject, one))).collect();
        // By scenario, the order of the providers turned round every other time.
        turns.sort_by_key(|(_, (scenario, users))| place(*scenario, *users));
        if round % 2 == 1 {
            turns.reverse();
        }
        for (subject, (scenario, users)) in turns {
            let (name, on) = (name(*scenario, *users), subject.on);
            let measured = closed::provider(&subject.provider, &subject.stock, *scenario, effort.pace(*users)).await?;
            eprintln!("  {name:<28} {on:<10} {:>9.0}/s {:>8.0} µs", measured.per_second, measured.cpu_us);
            report.keep(&name, on, round, &measured);
            found.entry((name, on)).or_default().push(measured);
        }
    }
    let medians: Medians = found.into_iter().map(|(key, all)| (key, middle(&all))).collect();
    let alone = alone.into_iter().map(|(name, all)| (name, median(all))).collect();
    for subject in ours {
        Judge { medians: &medians, alone: &alone, on: subject.on, report }.all();
    }
    Ok(())
}

fn place(scenario: Scenario, users: usize) -> usize {
    let same = |a: Scenario, b: Scenario| std::mem::discriminant(&a) == std::mem::discriminant(&b);
    PRODUCT.iter().position(|(other, many)| same(*other, scenario) && *many == users).unwrap_or_default()
}

fn name(scenario: Scenario, users: usize) -> String {
    match scenario {
        Scenario::Discovery => "discovery".to_owned(),
        Scenario::Jwks => "jwks".to_owned(),
        Scenario::ClientCredentials(alg) => format!("client_credentials {alg}"),
        Scenario::Introspection => "introspection".to_owned(),
        Scenario::Userinfo => "userinfo".to_owned(),
        Scenario::Refresh(_) => format!("refresh at {users}"),
        Scenario::CodeFlow(alg) => format!("code flow {alg} at {users}"),
        Scenario::SignIn => format!("sign-in at {users}"),
    }
}

/// What takes no web server: signatures, commits.
async fn of_the_machine(effort: &Effort, work: &Path, found: &mut BTreeMap<String, Vec<f64>>) -> Result<()> {
    let mut keep = |name: &str, value: f64| found.entry(name.to_owned()).or_default().push(value);
    for alg in Alg::ALL {
        keep(&format!("{alg} signature, µs"), signature::cost_us(alg, effort.time / 4)?);
    }
    for tasks in [USERS, MANY] {
        keep(&format!("commits/s at {tasks}"), commits::per_second(work, tasks, effort.time).await?);
    }
    Ok(())
}

async fn of_the_web(effort: &Effort, limits: &Limits) -> Result<Vec<(String, Measured)>> {
    let pace = effort.pace(USERS);
    let get = |path: &str| wire::get(limits.port, path, &[]);
    let rows = (0..256).map(|_| fastrand::i64(0..server::ROWS));
    let ids: Vec<i64> = rows.collect();
    let look_up = |database: &str| Rc::new(ids.iter().map(|id| get(&server::look_up(database, *id))).collect());
    let hello = closed::raw(limits.port, &limits.processes, Rc::new(vec![get("/hello")]), pace).await?;
    let sqlite = closed::raw(limits.port, &limits.processes, look_up("sqlite"), pace).await?;
    let postgres = closed::raw(limits.port, &limits.with_postgres, look_up("postgres"), pace).await?;
    Ok(vec![("hello".into(), hello), ("SQLite look-up".into(), sqlite), ("PostgreSQL look-up".into(), postgres)])
}

fn middle(all: &[Measured]) -> Measured {
    let of = |field: fn(&Measured) -> f64| median(all.iter().map(field));
    Measured {
        per_second: of(|m| m.per_second),
        cpu_us: of(|m| m.cpu_us),
        by_thread_us: BTreeMap::new(),
        p50_ms: of(|m| m.p50_ms),
        p99_ms: of(|m| m.p99_ms),
        anonymous_mib: of(|m| m.anonymous_mib),
        errors: all.iter().map(|m| m.errors).sum(),
    }
}

/// The lines of one database.
struct Judge<'a> {
    medians: &'a Medians,
    alone: &'a BTreeMap<String, f64>,
    on: &'static str,
    report: &'a mut Report,
}

impl Judge<'_> {
    fn all(&mut self) {
        self.rate("G3", "client_credentials EdDSA", "client_credentials RS256", 1.0, Some(4.0));
        let (eddsa, rs256) = (self.ours("client_credentials EdDSA"), self.ours("client_credentials RS256"));
        self.add(Line::low("G3", "CPU of client_credentials EdDSA", eddsa.cpu_us, "µs").aim(30.0));
        let signatures = rs256.cpu_us / self.alone["RS256 signature, µs"];
        self.add(Line::low("G3", "CPU of client_credentials RS256", signatures, "× one raw signature").aim(1.2));

        let (limit, part) = if self.on == "SQLite" { ("SQLite look-up", 0.6) } else { ("PostgreSQL look-up", 0.8) };
        for endpoint in ["introspection", "userinfo"] {
            self.rate("G4", endpoint, endpoint, 1.0, Some(5.0));
            self.against_limit("G4", endpoint, limit, "× axum + look-up, by CPU", part);
        }
        for (users, aim) in [(USERS, None), (MANY, Some(3.0))] {
            let refresh = format!("refresh at {users}");
            self.rate("G5", &refresh, &refresh, 1.0, aim);
            let commits = self.ours(&refresh).per_second / self.alone[&format!("commits/s at {users}")];
            self.add(Line::high("G5", refresh, commits, "× raw group commits/s").aim(0.6));
        }
        let peer = format!("code flow RS256 at {USERS}");
        self.rate("G6", &format!("code flow ES256 at {USERS}"), &peer, 1.0, None);
        let peer = format!("code flow RS256 at {MANY}");
        self.rate("G6", &format!("code flow ES256 at {MANY}"), &peer, 1.0, Some(4.0));
        self.rate("G6", &peer, &peer, 1.0, Some(2.0));
        for endpoint in ["discovery", "jwks"] {
            self.rate("G7", endpoint, endpoint, 1.0, None);
            self.against_limit("G7", endpoint, "hello", "× axum hello-JSON, by CPU", 0.85);
        }
    }

    fn add(&mut self, line: Line) {
        self.report.add(line.on(self.on));
    }

    fn ours(&self, name: &str) -> Measured {
        self.of(name, self.on)
    }

    fn of(&self, name: &str, whose: &'static str) -> Measured {
        self.medians[&(name.to_owned(), whose)].clone()
    }

    /// Our rate over the peer's.
    fn rate(&mut self, goal: &'static str, name: &str, theirs: &str, must: f64, aim: Option<f64>) {
        let (ours, peer) = (self.ours(name), self.of(theirs, "memory"));
        let line = Line::high(goal, name, ours.per_second / peer.per_second, "× node").must(must);
        let behind = format!(
            "{} against {}/s; {} against {} µs CPU",
            number(ours.per_second),
            number(peer.per_second),
            number(ours.cpu_us),
            number(peer.cpu_us)
        );
        self.add(Line { aim, ..line.behind(behind) });
    }

    /// The limit's CPU time over ours: of rates, the load on the same cores would hide the difference.
    fn against_limit(&mut self, goal: &'static str, name: &str, limit: &str, unit: &'static str, aim: f64) {
        let (ours, raw) = (self.ours(name), self.of(limit, "limit"));
        let behind = format!("{} against {} µs", number(raw.cpu_us), number(ours.cpu_us));
        self.add(Line::high(goal, name, raw.cpu_us / ours.cpu_us, unit).aim(aim).behind(behind));
    }
}
