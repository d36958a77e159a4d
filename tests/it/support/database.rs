//! A fresh, migrated database for each test, which goes away with it.
//!
//! Migrations run once: SQLite tests copy a template file, PostgreSQL tests a template database. Both are named after
//! the migrations' text, so a template is used again until the schema changes.

use std::{
    env,
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use phuong::store::{Settings, Store};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use url::Url;

use super::skip::skip;

/// The two databases that everything must work on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// A migrated database of its own. Keep it as long as a store that is open on it.
pub(crate) struct Database {
    backend: Backend,
    url: String,
    kept: Kept,
}

/// What ends when the test does.
enum Kept {
    Folder(#[expect(dead_code, reason = "held only to be dropped")] TempDir),
    Copy(Copy),
    Elsewhere,
}

impl Database {
    /// A fresh one; `None`, having said so, when there is no PostgreSQL to make it on.
    pub(crate) async fn on(backend: Backend) -> Option<Self> {
        match backend {
            Backend::Sqlite => Some(Self::sqlite().await),
            Backend::Postgres => {
                let Ok(server) = env::var("PHUONG_TEST_POSTGRES") else {
                    skip("everything on PostgreSQL", "PHUONG_TEST_POSTGRES");
                    return None;
                };
                Some(Self::postgres(&server).await)
            }
        }
    }

    /// An empty database of somebody else's, migrated; it stays when this goes.
    pub(crate) async fn at(url: &str) -> Self {
        open(url, 2).await.migrate().await.unwrap();
        Self { backend: Backend::Postgres, url: url.to_owned(), kept: Kept::Elsewhere }
    }

    pub(crate) const fn backend(&self) -> Backend {
        self.backend
    }

    /// Its address, as the configuration's `database.url` has it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// A store on it, with `connections` connections.
    pub(crate) async fn open(&self, connections: u32) -> Store {
        open(&self.url, connections).await
    }

    /// PostgreSQL: an empty database that goes away with this one.
    pub(crate) async fn empty_sibling(&self) -> Option<String> {
        let Kept::Copy(copy) = &self.kept else { return None };
        let name = format!("{}_empty", copy.name);
        command(&copy.server, format!("CREATE DATABASE {name} TEMPLATE template0")).await.unwrap();
        Some(on_server(&copy.server, &name))
    }

    async fn sqlite() -> Self {
        static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(sqlite_template).await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("phuong.db");
        fs::copy(template, &file).unwrap();
        Self { backend: Backend::Sqlite, url: format!("sqlite:{}", file.display()), kept: Kept::Folder(folder) }
    }

    async fn postgres(server: &str) -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        static SERIAL: AtomicU32 = AtomicU32::new(0);
        let template = TEMPLATE.get_or_init(|| postgres_template(server)).await;
        let name = format!("phuong_test_{}_{}", process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
        command(server, format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
        let url = on_server(server, &name);
        Self { backend: Backend::Postgres, url, kept: Kept::Copy(Copy { server: server.to_owned(), name }) }
    }
}

/// One test's database on the server.
struct Copy {
    server: String,
    name: String,
}

impl Drop for Copy {
    fn drop(&mut self) {
        // A thread with a runtime of its own: the test's is busy with this drop, or ending.
        let names = [self.name.clone(), format!("{}_empty", self.name)];
        let server = std::mem::take(&mut self.server);
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                for name in names {
                    command(&server, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
                }
                Ok::<(), sqlx::Error>(())
            })
        })
        .join();
        if !matches!(dropped, Ok(Ok(()))) {
            eprintln!("the test database {} stays behind: {dropped:?}", self.name);
        }
    }
}

async fn open(url: &str, connections: u32) -> Store {
    Store::open(&Settings { url: url.to_owned(), max_connections: connections }).await.unwrap()
}

/// Made under another name and moved into place, so that several test processes may do it at once.
async fn sqlite_template() -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = place.join(format!("template-{:016x}.db", schema_fingerprint()));
    if !template.exists() {
        fs::create_dir_all(place).unwrap();
        let folder = tempfile::tempdir_in(place).unwrap();
        let (migrated, single) = (folder.path().join("migrated.db"), folder.path().join("single.db"));
        open(&format!("sqlite:{}", migrated.display()), 1).await.migrate().await.unwrap();
        // The store keeps a write-ahead log beside its file; this makes one file of the two.
        let mut connection = SqliteConnection::connect(&format!("sqlite:{}", migrated.display())).await.unwrap();
        sqlx::query("VACUUM INTO $1").bind(single.to_str().unwrap()).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        File::open(&single).unwrap().sync_all().unwrap();
        fs::rename(&single, &template).unwrap();
    }
    template
}

/// Made under another name and renamed, one process at a time.
async fn postgres_template(server: &str) -> String {
    const MAKING_A_TEMPLATE: i64 = 0x7068_756f_6e67;
    let name = format!("phuong_template_{:016x}", schema_fingerprint());
    let mut connection = PgConnection::connect(server).await.unwrap();
    sqlx::query("SELECT pg_advisory_lock($1)").bind(MAKING_A_TEMPLATE).execute(&mut connection).await.unwrap();
    let there: (bool,) = sqlx::query_as("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)")
        .bind(&name)
        .fetch_one(&mut connection)
        .await
        .unwrap();
    if !there.0 {
        let unfinished = format!("{name}_unfinished");
        command(server, format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await.unwrap();
        command(server, format!("CREATE DATABASE {unfinished} TEMPLATE template0")).await.unwrap();
        open(&on_server(server, &unfinished), 2).await.migrate().await.unwrap();
        command(server, format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await.unwrap();
    }
    connection.close().await.unwrap();
    name
}

async fn command(server: &str, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(server).await?;
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await?;
    connection.close().await
}

fn on_server(server: &str, database: &str) -> String {
    let mut url: Url = server.parse().unwrap();
    url.set_path(database);
    url.into()
}

/// Changes with any migration's text.
fn schema_fingerprint() -> u64 {
    let mut hasher = DefaultHasher::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for database in ["sqlite", "postgres"] {
        let mut files: Vec<_> = fs::read_dir(root.join(database)).unwrap().map(|f| f.unwrap().path()).collect();
        files.sort();
        for file in files {
            (file.file_name(), fs::read(&file).unwrap()).hash(&mut hasher);
        }
    }
    hasher.finish()
}
