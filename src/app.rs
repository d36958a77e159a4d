//! Assembles services, routes and workers from the configuration, and serves until it is told to stop.

use std::{
    fs,
    future::Future,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use axum::Router;
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinError, JoinSet},
    time::timeout,
};

use crate::{
    base::{clock::Clock, entropy::Entropy, secret::ExposeSecret},
    config::Config,
    http::{self, Asks, Door, Tls, TlsError},
    protocol::{
        discovery::{Certificates, Offer},
        registration::dynamic::{Admits, Registrar},
        scope::KNOWN,
    },
    services::{
        Parts, Services, Settings,
        authorities::Authorities,
        fetch::{self, Fetch, FetchError},
        hasher::{Cost, HasherSettings},
        keys::{Kek, KekError, KeyError},
    },
    store::{self, LockError, MigrationState, OpenError, ServerLock, Store, StoreError},
    worker,
};

/// How long a request waits for the database.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long background work and the database have at the end, after the last request.
const CLOSING: Duration = Duration::from_secs(4);

/// Why the program cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be opened or migrated.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// There is none: perhaps the command was run in another folder.
    #[error("there is no database at {}: name the configuration with --config, or begin with `phuong init`", .0.display())]
    Nowhere(PathBuf),
    /// The database fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another server has it.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The key-encryption key.
    #[error(transparent)]
    Kek(#[from] KekError),
    /// The keys in the database.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The way out.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// A scope that does not exist.
    #[error("oauth.dynamic.scopes names {0}, which does not exist; there are: {known}", known = KNOWN.join(" "))]
    Scope(String),
    /// The file of authorities.
    #[error("{setting}: {path}: {why}", setting = .0, path = .1.display(), why = .2)]
    Authorities(&'static str, PathBuf, String),
    /// The server's own certificate.
    #[error("server.tls_cert, server.tls_key: {0}")]
    Tls(#[from] TlsError),
    /// The schema is older than the program.
    #[error("the database lacks {0} migration(s): run `phuong migrate`")]
    Behind(usize),
    /// The schema is newer than the program.
    #[error("a newer phuong has migrated this database: run that one")]
    Ahead,
    /// The address is taken.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, std::io::Error),
}

/// The database of a configuration.
pub async fn open_store(config: &Config) -> Result<Store, StartError> {
    let settings = store::Settings {
        url: config.database.url.expose_secret().to_owned(),
        max_connections: config.database.max_connections,
    };
    Ok(Store::open(&settings).await?)
}

/// As [`open_store`], of a database that there is.
async fn existing_store(config: &Config) -> Result<Store, StartError> {
    let file = store::sqlite_file(config.database.url.expose_secret());
    match file.filter(|file| matches!(file.try_exists(), Ok(false))) {
        Some(file) => Err(StartError::Nowhere(file)),
        None => open_store(config).await,
    }
}

/// The services of a configuration, on a database whose schema fits: for a command, which may take its time.
pub async fn services(config: &Config, clock: Clock, entropy: Entropy) -> Result<Services, StartError> {
    services_on(existing_store(config).await?, config, clock, entropy).await
}

/// As [`services`], for a server: whoever asks is told within seconds that the database does not answer.
pub async fn serving(config: &Config, clock: Clock, entropy: Entropy) -> Result<Services, StartError> {
    let store = existing_store(config).await?.with_patience(PATIENCE);
    services_on(store, config, clock, entropy).await
}

async fn services_on(store: Store, config: &Config, clock: Clock, entropy: Entropy) -> Result<Services, StartError> {
    match store.migration_state().await? {
        MigrationState::Current => {}
        MigrationState::Behind(steps) => return Err(StartError::Behind(steps)),
        MigrationState::Ahead => return Err(StartError::Ahead),
    }
    let kek = match &config.keys.kek {
        Some(text) => Kek::from_text(text.expose_secret(), "keys.kek")?,
        None => Kek::read(&config.keys.dir)?,
    };
    let allowed = fetch::Allowed {
        hosts: config.fetch.allow_hosts.clone(),
        networks: config.fetch.allow_networks.clone(),
        authorities: pem("fetch.extra_ca", config.fetch.extra_ca.as_deref(), fetch::authorities)?.unwrap_or_default(),
    };
    let (memory_kib, passes, lanes) = config.login.cost;
    let cost = Cost { memory_kib, passes, lanes };
    let mtls = config.server.mtls.as_ref();
    let parts = Parts {
        clock,
        entropy,
        store,
        kek,
        rsa_bits: config.keys.rsa_bits,
        hashing: HasherSettings {
            portable: config.login.portable_hash,
            cost,
            ceiling: Cost::CEILING.or_more(cost),
            queue_seconds: config.login.queue_seconds,
            ..HasherSettings::default()
        },
        fetch: Fetch::new(allowed)?,
        authorities: pem("server.mtls_ca", mtls.and_then(|mtls| mtls.ca.as_deref()), Authorities::read)?,
        settings: settings(config)?,
    };
    Ok(Services::open(parts).await?)
}

/// The authorities that a setting's file holds, if one is named.
fn pem<T>(
    setting: &'static str,
    path: Option<&Path>,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Result<Option<T>, StartError> {
    let Some(path) = path else { return Ok(None) };
    let useless = |why: String| StartError::Authorities(setting, path.to_owned(), why);
    let text = fs::read(path).map_err(|error| useless(error.to_string()))?;
    read(&text).map(Some).ok_or_else(|| useless("holds no certificate in PEM".to_owned()))
}

fn settings(config: &Config) -> Result<Settings, StartError> {
    Ok(Settings {
        issuer: config.server.issuer.clone(),
        realm: config.sector.realm.clone(),
        sector_name: config.sector.name.clone(),
        code: config.oauth.code,
        pushed: config.oauth.pushed,
        refresh: config.oauth.refresh,
        sensitive: config.oauth.sensitive,
        dpop_nonce: config.oauth.dpop_nonce,
        shared_session: config.login.shared_session,
        shared_idle: config.login.shared_idle,
        own_session: config.login.own_session,
        activation: config.login.activation,
        graduates_kept: config.sector.graduates_kept,
        audit_kept: config.sector.audit_kept,
        shortest_password: config.login.password_min,
        reader: None,
        offer: Offer {
            legacy_response_types: config.oauth.legacy_response_types,
            certificates: config
                .server
                .mtls
                .as_ref()
                .map(|mtls| Certificates { address: mtls.address.clone(), vouched: mtls.ca.is_some() }),
            registration: config.oauth.dynamic.registration != "off",
        },
        registrar: registrar(config)?,
    })
}

/// What apps that register themselves are held to.
fn registrar(config: &Config) -> Result<Registrar, StartError> {
    let dynamic = &config.oauth.dynamic;
    if let Some(unknown) = dynamic.scopes.iter().find(|scope| !KNOWN.contains(&scope.as_str())) {
        return Err(StartError::Scope(unknown.clone()));
    }
    Ok(Registrar {
        admits: match dynamic.registration {
            "open" => Admits::Everybody,
            "token" => Admits::Invited,
            _ => Admits::Nobody,
        },
        require_pkce: dynamic.require_pkce,
        token_endpoint_audience: dynamic.token_endpoint_audience,
        // Known names have the characters of scopes.
        scopes: dynamic.scopes.join(" ").parse().unwrap_or_default(),
        most: dynamic.most,
        hourly: dynamic.hourly,
        unused: dynamic.unused,
    })
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    services: Arc<Services>,
    /// The first for everybody, a second one for programs that show certificates.
    doors: Vec<(Door, Router)>,
    shutdown: Duration,
    _lock: ServerLock,
}

impl Server {
    /// Claims the database, takes the port, and has everything ready to serve.
    pub async fn bind(config: &Config, services: Services) -> Result<Self, StartError> {
        let lock = services.store.claim_for_server()?;
        let services = Arc::new(services);
        let router = http::router(services.clone(), config.server.trusted_proxies.clone());
        let mut doors = Vec::new();
        if let Some(mtls) = &config.server.mtls {
            doors.push((door(mtls.listen, config, Asks::Certificates).await?, http::for_programs(router.clone())));
        }
        doors.push((door(config.server.listen, config, Asks::Nothing).await?, router));
        Ok(Self { services, doors, shutdown: config.server.shutdown, _lock: lock })
    }

    /// What it serves with.
    pub fn services(&self) -> Arc<Services> {
        self.services.clone()
    }

    /// Serves until `stop` completes; then lets requests in flight finish, for as long as is configured, and leaves the
    /// database with everything in it that was taken on.
    pub async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let (told, telling) = watch::channel(false);
        let workers = tokio::spawn(worker::run(self.services.clone(), telling.clone()));
        let mut serving = JoinSet::new();
        for (door, router) in self.doors {
            if let Some(tls) = door.tls.clone() {
                tokio::spawn(tls.watch(telling.clone()));
            }
            let mut heard = telling.clone();
            let told_to_stop = async move {
                let _ = heard.wait_for(|stop| *stop).await;
            };
            serving.spawn(http::serve(door, router, told_to_stop));
        }
        stop.await;
        let _ = told.send(true);
        let all = async {
            while let Some(served) = serving.join_next().await {
                served?;
            }
            Ok::<_, JoinError>(())
        };
        let outcome = match timeout(self.shutdown, all).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(joined)) => Err(std::io::Error::other(joined)),
            Err(_) => {
                tracing::warn!("some requests did not finish in time");
                Ok(())
            }
        };
        let closing = async {
            let _ = workers.await;
            self.services.store.close().await;
        };
        if timeout(CLOSING, closing).await.is_err() {
            tracing::warn!("the database did not let go in time");
        }
        outcome
    }
}

/// A port, with the configured certificate if there is one.
async fn door(at: SocketAddr, config: &Config, asks: Asks) -> Result<Door, StartError> {
    let tls = config.server.tls.clone().map(|files| Tls::open(files, asks)).transpose()?.map(Arc::new);
    Ok(Door { listener: listen(at).await?, tls, patience: http::PATIENCE })
}

/// Takes a port.
pub async fn listen(at: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(at).await.map_err(|e| StartError::Listen(at, e))
}

/// Completes when the operating system asks the program to end (SIGTERM, Ctrl-C). It listens from the call on, so call it
/// before saying that the program is ready.
pub fn asked_to_stop() -> impl Future<Output = ()> {
    use tokio::signal::unix::{Signal, SignalKind, signal};
    async fn told(signal: std::io::Result<Signal>) {
        // Without a handler the signal ends the process at once, which is what was asked for.
        let Ok(mut signal) = signal else { return std::future::pending().await };
        signal.recv().await;
    }
    let (terminate, interrupt) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()));
    async move {
        tokio::select! {
            () = told(terminate) => {}
            () = told(interrupt) => {}
        }
    }
}
