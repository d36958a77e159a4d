//! `phuong init`: a configuration file, keys, and an up-to-date database.

use std::{fs, path::PathBuf};

use serde_json::json;

use super::{Context, Exit, Failure};
use crate::{
    admin::administrators,
    app::{self, StartError},
    base::{clock::Clock, entropy::Entropy},
    config::{Config, Sources},
    services::{Services, keys::Kek},
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
    /// The configuration exists: print a new link for the first administrator.
    #[arg(long)]
    link: bool,
}

pub(super) async fn run(context: &Context, args: Args) -> Result<(), Failure> {
    if args.link {
        return new_link(context).await;
    }
    fs::create_dir_all(&args.dir)?;
    let file = args.dir.join("phuong.toml");
    if file.exists() {
        let vi = format!("đã có {}; hãy chọn --dir khác", file.display());
        let en = format!("{} exists; name another --dir", file.display());
        return Err(Failure::said(Exit::Usage, vi, en).then("phuong init --link"));
    }
    let text = Config::file(&[
        ("server.listen", &listen(&args.issuer)),
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
    let sv = app::services(&config, Clock::system(), entropy).await?;
    let link = link(&sv).await?;
    let (path, keys) = (file.display().to_string(), config.keys.dir.display().to_string());
    let first = link.as_deref().map(|link| format!("\n→ {link}")).unwrap_or_default();
    context.out.result(
        &json!({ "config": path, "keys": keys, "first_administrator": link }),
        &format!("✓ {path}\n✓ {keys}\n→ phuong --config {path} serve{first}"),
    );
    Ok(())
}

/// Where to listen. An issuer on http is this machine, with nothing before it: it is reached where its address says.
fn listen(issuer: &str) -> String {
    let here = url::Url::parse(issuer).ok().filter(|url| url.scheme() == "http");
    let port = here.as_ref().and_then(url::Url::port_or_known_default).unwrap_or(8080);
    let host = here.as_ref().and_then(url::Url::host_str).filter(|host| *host == "[::1]").unwrap_or("127.0.0.1");
    format!("{host}:{port}")
}

/// The address of a new link for the first administrator; `None` when there is, or ever was, an administrator.
async fn link(sv: &Services) -> Result<Option<String>, Failure> {
    let token = administrators::open_way(sv).await?;
    Ok(token.map(|token| administrators::address(sv, &token)))
}

async fn new_link(context: &Context) -> Result<(), Failure> {
    let config = context.config(&[])?;
    let sv = app::services(&config, Clock::system(), Entropy::system()).await?;
    let Some(link) = link(&sv).await? else {
        let vi = "ngành đã có người quản trị; liên kết này đã đóng vĩnh viễn";
        let en = "the sector has had an administrator: this way is closed for ever";
        return Err(Failure::said(Exit::Usage, vi, en).then("phuong user grant"));
    };
    context.out.result(&json!({ "first_administrator": link }), &link);
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_server_without_a_proxy_listens_where_its_address_says() {
        for (issuer, listen) in [
            ("http://localhost:7801", "127.0.0.1:7801"),
            ("http://localhost", "127.0.0.1:80"),
            ("http://[::1]:9000", "[::1]:9000"),
            ("https://id.example.edu.vn", "127.0.0.1:8080"),
            ("https://id.example.edu.vn:8443", "127.0.0.1:8080"),
            ("what", "127.0.0.1:8080"),
        ] {
            assert_eq!(super::listen(issuer), listen, "{issuer}");
        }
    }
}
