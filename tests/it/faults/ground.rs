//! Where a fault happens: a database with the sample sector, and servers on it that are processes of their own.

use std::{
    fmt,
    fs::{self, OpenOptions},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use axum::http::HeaderMap;
use phuong::{demo::sector::Sample, services::audit::chain::Check};
use serde_json::Value;
use tempfile::TempDir;

use crate::{
    cli::program::{self, Run, Running},
    support::{
        callers::{Browser, CALLBACK, RelyingParty, VERIFIER},
        database::{Backend, Database},
        tour::{KEK, Tour},
    },
};

pub(super) use crate::support::within::within;

/// No answer takes longer, whatever happens: beyond it a test fails.
const LONGEST: Duration = Duration::from_secs(30);

pub(super) struct Ground {
    pub(super) database: Database,
    pub(super) folder: TempDir,
    pub(super) app: RelyingParty,
    people: Vec<Sample>,
    /// Settings of the servers and commands, beside the database and the key.
    pub(super) settings: Vec<(&'static str, String)>,
}

impl Ground {
    pub(super) async fn on(backend: Backend) -> Option<Self> {
        Some(Self::with(Database::on(backend).await?).await)
    }

    /// Fills a migrated database, and leaves it closed.
    pub(super) async fn with(database: Database) -> Self {
        let mut tour = Tour::beside(&database).await;
        tour.fill().await;
        let app = RelyingParty::new(&tour, "app").await;
        tour.sv.store.close().await;
        let folder = tempfile::tempdir().unwrap();
        Self { database, folder, app, people: tour.people, settings: Vec::new() }
    }

    /// A node in this process on the same database: to prepare, and to look.
    pub(super) async fn tour(&self) -> Tour {
        let mut tour = Tour::beside(&self.database).await;
        tour.people.clone_from(&self.people);
        tour
    }

    /// Codes of one person for the app, good for a minute.
    pub(super) async fn codes(&self, tour: &Tour, number: usize) -> Vec<String> {
        let mut browser = Browser::default();
        let mut codes = Vec::new();
        for _ in 0..number {
            codes.push(self.app.code(tour, &mut browser, "&scope=openid%20offline_access").await);
        }
        codes
    }

    /// Refresh tokens, each of a grant of its own.
    pub(super) async fn refresh_tokens(&self, tour: &Tour, number: usize) -> Vec<String> {
        let mut tokens = Vec::new();
        for code in self.codes(tour, number).await {
            tokens.push(text(&self.app.redeem(tour, &code).await.json(), "refresh_token"));
        }
        tokens
    }

    /// Starts a server.
    pub(super) fn serve(&self) -> Node {
        self.serve_with(|command| command)
    }

    /// Starts a server whose command the test changes.
    pub(super) fn serve_with(&self, change: impl Fn(Command) -> Command) -> Node {
        let running = Running::start_with(self.folder.path(), |mut command| {
            command.envs(self.environment());
            let mut command = change(command);
            command.stderr(OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap());
            command
        });
        Node { http: client(), running }
    }

    /// Runs a command to its end, beside whatever runs.
    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        run(self.folder.path(), &self.environment(), arguments)
    }

    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let own = [("PHUONG_DATABASE_URL", self.database.url().to_owned()), ("PHUONG_KEYS_KEK", KEK.to_owned())];
        own.into_iter().chain(self.settings.iter().cloned()).collect()
    }

    /// What the servers have logged so far.
    pub(super) fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> std::path::PathBuf {
        self.folder.path().join("server.log")
    }

    /// The end of every test here: nothing panicked, and the chain of the audit trail holds.
    pub(super) async fn holds(&self) {
        let log = self.log();
        assert!(!log.contains("panic"), "{log}");
        let tour = self.tour().await;
        while tour.sv.seal_audit().await.unwrap() > 0 {}
        tour.sv.verify_audit(Check::default(), |_| ()).await.unwrap().unwrap_or_else(|broken| panic!("{broken}"));
    }
}

/// Runs a command to its end.
pub(super) fn run(folder: &Path, environment: &[(&'static str, String)], arguments: &[&str]) -> Run {
    let environment: Vec<(&str, &str)> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    program::run(folder, arguments, &environment)
}

/// A server, and a way to ask it.
pub(super) struct Node {
    pub(super) running: Running,
    http: reqwest::Client,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
    pub(super) took: Duration,
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {:?}: {}", self.status, self.took, self.text.chars().take(200).collect::<String>())
    }
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    /// Whether it says "come back later", as it must: with the time.
    pub(super) fn is_busy(&self) -> bool {
        assert!(self.status != 503 || self.headers.contains_key("retry-after"), "503 without Retry-After: {self:?}");
        self.status == 503
    }
}

/// A connection ended without an answer.
#[derive(Debug)]
pub(super) struct Lost;

impl Node {
    pub(super) fn caller(&self) -> Caller {
        Caller { base: format!("http://{}", self.running.at), http: self.http.clone() }
    }
}

/// Asks a server; may be given to tasks.
#[derive(Clone)]
pub(super) struct Caller {
    base: String,
    http: reqwest::Client,
}

impl Caller {
    pub(super) async fn get(&self, path: &str, bearer: Option<&str>) -> Result<Reply, Lost> {
        let request = self.http.get(format!("{}{path}", self.base));
        self.send(match bearer {
            Some(token) => request.bearer_auth(token),
            None => request,
        })
        .await
    }

    pub(super) async fn post(&self, path: &str, app: &RelyingParty, form: &[(&str, &str)]) -> Result<Reply, Lost> {
        let request = self.http.post(format!("{}{path}", self.base));
        self.send(request.basic_auth(&app.id, Some(&app.secret)).form(form)).await
    }

    /// A form that says itself whose it is.
    pub(super) async fn post_as_anybody(&self, path: &str, form: &[(&str, &str)]) -> Result<Reply, Lost> {
        self.send(self.http.post(format!("{}{path}", self.base)).form(form)).await
    }

    /// A form of a page's, by the browser with this cookie.
    pub(super) async fn submit(&self, path: &str, cookie: &str, form: &[(&str, &str)]) -> Result<Reply, Lost> {
        self.send(self.http.post(format!("{}{path}", self.base)).header("cookie", cookie).form(form)).await
    }

    pub(super) async fn refresh(&self, app: &RelyingParty, token: &str) -> Result<Reply, Lost> {
        self.post("/token", app, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
    }

    pub(super) async fn redeem(&self, app: &RelyingParty, code: &str) -> Result<Reply, Lost> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.post("/token", app, &form).await
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Reply, Lost> {
        let began = Instant::now();
        let response = request.send().await.map_err(|error| {
            assert!(!error.is_timeout(), "no answer within {LONGEST:?}");
            Lost
        })?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.map_err(|_| Lost)?;
        Ok(Reply { status, headers, text, took: began.elapsed() })
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests' own requests, to servers of the tests")]
fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(LONGEST).build().unwrap()
}

/// A text of an answer.
pub(super) fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}")).to_owned()
}
