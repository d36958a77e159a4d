//! `phuong init`: a configuration file, keys, and an up-to-date database.

use std::{fs, path::PathBuf};

use serde_json::json;

use super::{Context, Exit, Failure};
use crate::{
    app::{self, StartError},
    base::{clock::Clock, entropy::Entropy},
    config::{Config, Sources},
    services::keys::Kek,
};

/// Flags of `phuong init`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The folder; made when it does not exist.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    /// The address by which browsers and apps will know this provider.
    #[arg(long, default_value = "http://localhost:8080")]
    issuer: String,
    /// sqlite:FILE or postgres://…
    #[arg(long, default_value = "sqlite:phuong.db")]
    database: String,
}

pub(super) async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    fs::create_dir_all(&args.dir)?;
    let file = args.dir.join("phuong.toml");
    if file.exists() {
        let vi = format!("đã có {}; hãy chọn --dir khác", file.display());
        let en = format!("{} exists; name another --dir", file.display());
        return Err(Failure::said(Exit::Usage, vi, en));
    }
    let text = Config::file(&[
        ("server.listen", "127.0.0.1:8080"),
        ("server.issuer", &args.issuer),
        ("database.url", &args.database),
        ("keys.dir", "keys"),
        ("sector.name", "Ngành Giáo dục"),
        ("sector.realm", "example.edu.vn"),
    ]);
    // Judged before it is written: a file that the next command refuses helps nobody.
    let flags = [("server.issuer", args.issuer.clone()), ("database.url", args.database.clone())];
    let sources = Sources {
        file: file.clone(),
        file_required: false,
        environment: context.sources.environment.clone(),
        flags: flags.map(|(key, value)| (key.to_owned(), value)).to_vec(),
    };
    let config = Config::read(&sources)?;
    let entropy = Entropy::system();
    if config.keys.kek.is_none() {
        Kek::read_or_create(&config.keys.dir, &entropy).map_err(StartError::from)?;
    }
    let store = app::open_store(&config).await?;
    store.migrate().await.map_err(StartError::from)?;
    drop(store);
    super::write_new(&file, &text)?;
    app::services(&config, Clock::system(), entropy).await?;
    let path = file.display().to_string();
    context.out.result(
        &json!({ "config": path, "keys": config.keys.dir.display().to_string() }),
        &format!("✓ {path}\n✓ {}\n→ phuong --config {path} serve", config.keys.dir.display()),
    );
    Ok(())
}
