//! The peer: node-oidc-provider with everything in memory and nothing durable, its password hashes in native code.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::{
    phuong::wait_for_discovery,
    process::{Process, Processes, free_port, run},
    provider::{Alg, App, Paths, Provider, User},
};

/// Its program and the packages it needs.
pub struct Node {
    folder: PathBuf,
    port: u16,
}

impl Node {
    /// Copies the peer to a folder and fetches its packages from the registry, as its lock file says.
    pub fn install(source: &Path, folder: &Path, people: usize) -> Result<Self> {
        fs::create_dir_all(folder)?;
        for file in ["package.json", "package-lock.json", "server.mjs", "hashes.mjs"] {
            fs::copy(source.join(file), folder.join(file)).with_context(|| file.to_owned())?;
        }
        run(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))?;
        run(Command::new("node").args(["hashes.mjs", &people.to_string()]).current_dir(folder))?;
        Ok(Self { folder: folder.to_owned(), port: free_port()? })
    }

    /// Starts it.
    pub async fn serve(&self) -> Result<(Process, Provider)> {
        let mut command = Command::new("node");
        command.arg("server.mjs").current_dir(&self.folder);
        command.env("NODE_ENV", "production").env("PORT", self.port.to_string());
        let mut process = Process::start("node-oidc-provider", command, &self.folder.join("server.log"))?;
        wait_for_discovery(&mut process, self.port).await?;
        let app = |id: &str, scope: &str| App {
            id: id.to_owned(),
            secret: format!("{id}-secret-{id}-secret-{id}-secret"),
            scope: scope.to_owned(),
        };
        let people = fs::read_to_string(self.folder.join("users.csv"))?;
        let users = people.lines().filter_map(|line| line.split_once(','));
        let provider = Provider {
            name: "node",
            issuer: format!("http://localhost:{}", self.port),
            port: self.port,
            paths: Paths::read(self.port).await?,
            web: BTreeMap::from([(Alg::Rs256, app("web", "openid profile email"))]),
            service: BTreeMap::from([(Alg::Rs256, app("svc", ""))]),
            usual: Alg::Rs256,
            users: users
                .map(|(name, password)| User { name: name.to_owned(), password: password.to_owned() })
                .collect(),
            processes: Processes::of([process.id()]),
        };
        Ok((process, provider))
    }
}
