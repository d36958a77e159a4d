//! `phuong demo`: a provider, a sample sector and three relying apps, at once.

use std::{net::Ipv4Addr, os::unix::fs::DirBuilderExt, path::PathBuf, sync::Arc};

use serde_json::json;
use tokio::net::TcpListener;

use super::{Context, Exit, Failure};
use crate::{
    app::{self, Server, StartError},
    base::{clock::Clock, entropy::Entropy, secret::Token},
    config::{Config, Sources},
    demo::{
        apps::{self, App},
        sector::{self, Sector},
    },
    sample::demo_sector,
    services::keys::Kek,
    telemetry,
};

/// Flags of `phuong demo`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The provider's port; the apps take the three after it.
    #[arg(long, default_value_t = 8080, value_parser = clap::value_parser!(u16).range(1..=65532))]
    port: u16,
    /// How many people the sample sector has.
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(300..=20_000))]
    people: u32,
    /// Keep the database there, with a phuong.toml for the other commands.
    #[arg(long)]
    dir: Option<PathBuf>,
}

pub(super) async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    let throw_away = tempdir(args.dir.as_ref())?;
    let folder = throw_away.path().to_owned();
    let config = configure(&folder, args.port, context.verbose)?;
    telemetry::start(&config.log);
    if config_exists(&folder) {
        let vi = format!("{} đã có một bản demo; hãy chọn --dir khác", folder.display());
        let en = format!("{} holds a demo already; name another --dir", folder.display());
        return Err(Failure::said(Exit::Usage, vi, en));
    }
    // Ports are taken first: a demo that cannot come up should say so at once.
    let mut listeners = Vec::new();
    for app in App::ALL {
        listeners.push((app, app::listen((Ipv4Addr::LOCALHOST, port_of(args.port, app)).into()).await?));
    }
    let entropy = Entropy::system();
    Kek::read_or_create(&config.keys.dir, &entropy).map_err(StartError::from)?;
    app::open_store(&config).await?.migrate().await.map_err(StartError::from)?;
    super::write_new(&folder.join("phuong.toml"), &file(&config))?;
    let services = app::serving(&config, Clock::system(), entropy.clone()).await?;
    let server = Server::bind(&config, services).await?;
    let mut progress = context.out.progress("Tạo ngành mẫu", "Making a sample sector", u64::from(args.people));
    let address = |app| base(args.port, app);
    let sector =
        sector::set_up(&server.services(), &demo_sector(1, args.people), address, |people| progress.reach(people))
            .await;
    drop(progress);
    let sector = sector.map_err(|e| Failure::new(Exit::Unexpected, e.to_string()))?;
    serve(context, &config, Demo { server, sector, listeners, port: args.port, entropy }).await
}

struct Demo {
    server: Server,
    sector: Sector,
    listeners: Vec<(App, TcpListener)>,
    port: u16,
    entropy: Entropy,
}

async fn serve(context: &Context, config: &Config, demo: Demo) -> Result<(), Failure> {
    let Demo { server, sector, listeners, port, entropy } = demo;
    let stop = app::asked_to_stop();
    announce(context, &config.server.issuer, port, &sector);
    let directory = Arc::new(sector.directory);
    let unexpected = |error: &dyn std::fmt::Display| Failure::new(Exit::Unexpected, error.to_string());
    let http = apps::http_client().map_err(|e| unexpected(&e))?;
    let mut running = Vec::new();
    for (app, listener) in listeners {
        let secret = sector.clients.iter().find(|client| client.app == app).map(|client| client.secret.clone().into());
        let config = apps::AppConfig {
            app,
            issuer: config.server.issuer.clone(),
            client_id: app.client_id().to_owned(),
            client_secret: secret,
            base_url: base(port, app).parse().map_err(|e| unexpected(&e))?,
            directory: directory.clone(),
            clock: Clock::system(),
            entropy: entropy.clone(),
            http: http.clone(),
        };
        running.push(apps::start(config, listener).map_err(|e| unexpected(&e))?);
    }
    server.run(stop).await?;
    for app in running {
        app.stop().await;
    }
    Ok(())
}

fn announce(context: &Context, issuer: &str, port: u16, sector: &Sector) {
    let apps: Vec<_> = App::ALL
        .iter()
        .map(|app| json!({ "name": app.name(), "url": base(port, *app), "client_id": app.client_id() }))
        .collect();
    let whole =
        json!({ "issuer": issuer, "admin_url": format!("{issuer}/console"), "apps": apps, "people": sector.people });
    let addresses = App::ALL.iter().map(|app| format!("{:<22} {}", app.name(), base(port, *app)));
    let people = sector.people.iter();
    let people = people.map(|p| format!("{:<13} {}  {:<26} {}", p.role, p.sector_id, p.password, p.name));
    let ready = [String::new(), format!("ready {issuer}")];
    let lines: Vec<String> = addresses.chain([String::new()]).chain(people).chain(ready).collect();
    let text = lines.join("\n");
    context.out.result(&whole, &text);
}

fn port_of(port: u16, app: App) -> u16 {
    port + 1 + app as u16
}

fn base(port: u16, app: App) -> String {
    format!("http://localhost:{}", port_of(port, app))
}

fn file(config: &Config) -> String {
    Config::file(&[
        ("server.listen", &config.server.listen.to_string()),
        ("server.issuer", &config.server.issuer),
        ("database.url", "sqlite:phuong.db"),
        ("sector.name", &config.sector.name),
        ("sector.realm", &config.sector.realm),
        ("fetch.allow_hosts", "localhost"),
    ])
}

fn config_exists(folder: &std::path::Path) -> bool {
    folder.join("phuong.toml").exists()
}

fn configure(folder: &std::path::Path, port: u16, verbose: bool) -> Result<Config, Failure> {
    let flags = [
        ("server.listen", format!("127.0.0.1:{port}")),
        ("server.issuer", format!("http://localhost:{port}")),
        ("fetch.allow_hosts", "localhost".to_owned()),
        ("sector.name", "Ngành Giáo dục Mẫu".to_owned()),
        ("sector.realm", "mau.edu.vn".to_owned()),
        ("log.level", if verbose { "info" } else { "warn" }.to_owned()),
    ];
    let sources = Sources {
        file: folder.join("phuong.toml"),
        file_required: false,
        environment: Vec::new(),
        flags: flags.map(|(key, value)| (key.to_owned(), value)).to_vec(),
    };
    Ok(Config::read(&sources)?)
}

/// The folder of the demo: the one that was named, or one that goes away with the demo.
enum Folder {
    Kept(PathBuf),
    ThrownAway(PathBuf),
}

impl Folder {
    fn path(&self) -> &std::path::Path {
        let (Self::Kept(path) | Self::ThrownAway(path)) = self;
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Self::ThrownAway(path) = self {
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

fn tempdir(kept: Option<&PathBuf>) -> std::io::Result<Folder> {
    if let Some(dir) = kept {
        std::fs::create_dir_all(dir)?;
        return Ok(Folder::Kept(dir.clone()));
    }
    let name = Token::random(&Entropy::system());
    let path = std::env::temp_dir().join(format!("phuong-demo-{}", &name.expose()[..12]));
    std::fs::DirBuilder::new().mode(0o700).create(&path)?;
    Ok(Folder::ThrownAway(path))
}
