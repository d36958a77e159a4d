//! Settings: file, then environment (`PHUONG_SECTION_KEY`), then flags; every mistake reported at once, with where it
//! came from. `table` is the one list of them; `docs/reference/configuration.md` shows it.
//!
//! A new setting is a line there, a field here and a line in `read`. Refuses to hold a setting that nothing reads.

mod form;
mod mistake;
mod read;
mod sources;
mod table;
#[cfg(test)]
mod tests;

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use secrecy::SecretString;

pub use mistake::{Mistake, Mistakes};
pub use sources::Sources;

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
    /// `server.tls_cert`, `server.tls_key`: what TLS is served with; `None`: a proxy does that.
    pub tls: Option<Files>,
    /// `server.mtls_listen` and what belongs to it: where clients show certificates.
    pub mtls: Option<Mtls>,
    /// `server.shutdown_seconds`: how long requests in flight are waited for.
    pub shutdown: Duration,
}

/// A second listener, which asks for certificates (RFC 8705).
#[derive(Clone, Debug)]
pub struct Mtls {
    /// `server.mtls_listen`: address and port.
    pub listen: SocketAddr,
    /// `server.mtls_address`: by which apps know it; by default the issuer's host with its port.
    pub address: String,
    /// `server.mtls_ca`: who vouches for certificates, in PEM; without any, only those count that clients sign themselves.
    pub ca: Option<PathBuf>,
}

/// The files of a certificate, in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    /// The certificate, and those between it and its authority.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// Where the database is.
#[derive(Clone, Debug)]
pub struct Database {
    /// `database.url`: `sqlite:FILE` or `postgres://…`, which may hold a password.
    pub url: SecretString,
    /// `database.max_connections`.
    pub max_connections: u32,
}

/// Where the key-encryption key is.
#[derive(Clone, Debug)]
pub struct Keys {
    /// `keys.dir`: the folder, 0700.
    pub dir: PathBuf,
    /// `keys.kek`: the key itself, from the environment (`PHUONG_KEYS_KEK`, `PHUONG_KEYS_KEK_FILE`).
    pub kek: Option<SecretString>,
    /// `keys.rsa_bits`: 2048 or 3072.
    pub rsa_bits: u32,
}

/// What the sector is called.
#[derive(Clone, Debug)]
pub struct Sector {
    /// `sector.name`: on pages.
    pub name: String,
    /// `sector.realm`: the scope of eduPerson's scoped affiliations.
    pub realm: String,
    /// `sector.graduates_kept_days`: how long a graduate's dormant account is kept.
    pub graduates_kept: Duration,
    /// `sector.audit_kept_days`: how long events of the audit trail are kept.
    pub audit_kept: Duration,
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
    /// `oauth.pushed_seconds`
    pub pushed: Duration,
    /// `oauth.refresh_days`
    pub refresh: Duration,
    /// `oauth.sensitive_minutes`; `None` for 0.
    pub sensitive: Option<Duration>,
    /// `oauth.dpop_nonce`
    pub dpop_nonce: bool,
    /// `oauth.legacy_response_types`
    pub legacy_response_types: bool,
    /// `oauth.dynamic.…`
    pub dynamic: Dynamic,
}

/// Apps that register themselves.
#[derive(Clone, Debug)]
pub struct Dynamic {
    /// `oauth.dynamic.registration`: `off`, `token` or `open`.
    pub registration: &'static str,
    /// `oauth.dynamic.scopes`
    pub scopes: Vec<String>,
    /// `oauth.dynamic.require_pkce`
    pub require_pkce: bool,
    /// `oauth.dynamic.token_endpoint_audience`
    pub token_endpoint_audience: bool,
    /// `oauth.dynamic.most`
    pub most: u32,
    /// `oauth.dynamic.hourly`
    pub hourly: u32,
    /// `oauth.dynamic.unused_days`
    pub unused: Duration,
}

/// Where requests may go out to, beyond public https.
#[derive(Clone, Debug)]
pub struct Fetch {
    /// `fetch.allow_hosts`
    pub allow_hosts: Vec<String>,
    /// `fetch.allow_networks`
    pub allow_networks: Vec<IpNet>,
    /// `fetch.extra_ca`: authorities that are trusted beside the system's, in PEM.
    pub extra_ca: Option<PathBuf>,
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
    /// The text of a new configuration file: `given` keys (`server.issuer`) with their values, every other setting as a
    /// comment that shows its default.
    pub fn file(given: &[(&str, &str)]) -> String {
        table::file(given)
    }
}
