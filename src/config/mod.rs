//! Settings: file, then environment (`PHUONG_SECTION_KEY`), then flags; every mistake reported at once, with where it
//! came from. `docs/reference/configuration.md` lists every key.

mod read;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;

pub use read::{Mistake, Mistakes, Sources};

/// Every setting, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[database]`
    pub database: Database,
    /// `[keys]`
    pub keys: Keys,
    /// `[sector]`
    pub sector: Sector,
    /// `[login]`
    pub login: Login,
    /// `[oauth]`
    pub oauth: Oauth,
    /// `[fetch]`
    pub fetch: Fetch,
    /// `[log]`
    pub log: Log,
}

/// Where the server listens and what it is called.
#[derive(Clone, Debug)]
pub struct Server {
    /// `server.listen`: address and port.
    pub listen: SocketAddr,
    /// `server.issuer`: the address by which everybody knows it; https but for loopback, without a slash at the end.
    pub issuer: String,
    /// `server.trusted_proxies`: networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// `server.shutdown_seconds`: how long requests in flight are waited for.
    pub shutdown: Duration,
}

/// Where the database is.
#[derive(Clone)]
pub struct Database {
    /// `database.url`: `sqlite:FILE` or `postgres://…`.
    pub url: String,
    /// `database.max_connections`.
    pub max_connections: u32,
}

impl std::fmt::Debug for Database {
    /// The address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = self.url.split(':').next().unwrap_or("");
        write!(f, "Database({kind}:…, {} connections)", self.max_connections)
    }
}

/// Where the key-encryption key is.
#[derive(Clone)]
pub struct Keys {
    /// `keys.dir`: the folder, 0700.
    pub dir: PathBuf,
    /// `keys.kek`: the key itself, from the environment (`PHUONG_KEYS_KEK`, `PHUONG_KEYS_KEK_FILE`).
    pub kek: Option<String>,
    /// `keys.rsa_bits`: 2048 or 3072.
    pub rsa_bits: u32,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({}, RSA {})", self.dir.display(), self.rsa_bits)
    }
}

/// What the sector is called.
#[derive(Clone, Debug)]
pub struct Sector {
    /// `sector.name`: on pages.
    pub name: String,
    /// `sector.realm`: the scope of eduPerson's scoped affiliations.
    pub realm: String,
}

/// How people sign in.
#[derive(Clone, Debug)]
pub struct Login {
    /// `login.portable_hash`: use the portable Argon2 kernel only.
    pub portable_hash: bool,
    /// `login.memory_kib`, `login.passes`, `login.lanes`: the cost of new hashes.
    pub cost: (u32, u32, u32),
    /// `login.queue_seconds`: how much hashing may wait.
    pub queue_seconds: u32,
    /// `login.password_min`: the shortest password.
    pub password_min: usize,
    /// `login.shared_session_minutes`
    pub shared_session: Duration,
    /// `login.shared_idle_minutes`
    pub shared_idle: Duration,
    /// `login.own_session_days`
    pub own_session: Duration,
    /// `login.activation_days`
    pub activation: Duration,
}

/// How tokens are issued.
#[derive(Clone, Debug)]
pub struct Oauth {
    /// `oauth.code_seconds`: 1 to 60.
    pub code: Duration,
    /// `oauth.refresh_days`
    pub refresh: Duration,
}

/// Where requests may go out to, beyond public https.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// `fetch.allow_hosts`
    pub allow_hosts: Vec<String>,
    /// `fetch.allow_networks`
    pub allow_networks: Vec<IpNet>,
}

/// What is logged how.
#[derive(Clone, Debug)]
pub struct Log {
    /// `log.format`: `text` or `json`.
    pub json: bool,
    /// `log.level`: `error`, `warn`, `info`, `debug`, or a filter of `tracing`.
    pub level: String,
}

impl Config {
    /// The text of a new configuration file.
    pub fn file(issuer: &str, listen: SocketAddr, database: &str) -> String {
        let text = |value: &str| toml::Value::String(value.to_owned()).to_string();
        format!(
            "# Phượng. Every key, its unit and its default: docs/reference/configuration.md\n\n\
             [server]\nlisten = {}\nissuer = {}\n\n[database]\nurl = {}\n\n[keys]\ndir = \"keys\"\n\n\
             [sector]\nname = \"Ngành Giáo dục\"\nrealm = \"example.edu.vn\"\n",
            text(&listen.to_string()),
            text(issuer),
            text(database)
        )
    }
}
