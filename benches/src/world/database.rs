//! The product's database from the outside, for what a bench prepares: passwords that it knows.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use argon2_rust::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use rusqlite::{Connection, params};
use sqlx::{Connection as _, Executor as _, PgConnection};

use super::provider::User;

/// Which database a server runs on.
#[derive(Clone, Debug)]
pub enum Database {
    Sqlite(PathBuf),
    Postgres(String),
}

impl Database {
    /// As `database.url` wants it.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite:{}", file.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// Activates the accounts of some people and gives each a password of its own, at the default cost.
    pub async fn give_passwords(&self, people: usize) -> Result<Vec<User>> {
        let names = self.names(people).await?;
        let users: Vec<User> = names
            .into_iter()
            .enumerate()
            .map(|(n, name)| User { name, password: format!("bench-{n}-hoa-phuong") })
            .collect();
        let hashes = hashes(&users)?;
        let rows: Vec<(&User, String)> = users.iter().zip(hashes).collect();
        match self {
            Self::Sqlite(file) => {
                let mut database = Connection::open(file)?;
                let change = database.transaction()?;
                for (user, phc) in &rows {
                    change.execute(GIVE, params![user.name, phc])?;
                    change.execute(ACTIVATE, params![user.name])?;
                }
                change.commit()?;
            }
            Self::Postgres(url) => {
                let mut database = PgConnection::connect(url).await?;
                database.execute("BEGIN").await?;
                for (user, phc) in &rows {
                    sqlx::query(GIVE).bind(&user.name).bind(phc).execute(&mut database).await?;
                    sqlx::query(ACTIVATE).bind(&user.name).execute(&mut database).await?;
                }
                database.execute("COMMIT").await?;
            }
        }
        Ok(users)
    }

    /// Sets the state of the account that signs in by this name.
    pub async fn set_state(&self, name: &str, state: &str) -> Result<()> {
        const SET: &str = "UPDATE accounts SET state = $2
                           WHERE id = (SELECT account_id FROM sign_in_names WHERE name = $1)";
        match self {
            Self::Sqlite(file) => Connection::open(file)?.execute(SET, params![name, state]).map(drop)?,
            Self::Postgres(url) => {
                let mut database = PgConnection::connect(url).await?;
                sqlx::query(SET).bind(name).bind(state).execute(&mut database).await?;
            }
        }
        Ok(())
    }

    /// Names that people sign in with, the same for the same sector.
    async fn names(&self, most: usize) -> Result<Vec<String>> {
        const NAMES: &str = "SELECT name FROM sign_in_names ORDER BY name LIMIT $1";
        let most = i64::try_from(most)?;
        match self {
            Self::Sqlite(file) => {
                let database = Connection::open(file)?;
                let mut statement = database.prepare(NAMES)?;
                let names = statement.query_map(params![most], |row| row.get(0))?;
                names.collect::<Result<_, _>>().context("the sign-in names")
            }
            Self::Postgres(url) => {
                let mut database = PgConnection::connect(url).await?;
                Ok(sqlx::query_scalar(NAMES).bind(most).fetch_all(&mut database).await?)
            }
        }
    }
}

const GIVE: &str = "INSERT INTO passwords (account_id, phc, must_change, set_at)
                    SELECT account_id, $2, FALSE, 0 FROM sign_in_names WHERE name = $1
                    ON CONFLICT (account_id) DO UPDATE SET phc = excluded.phc";
const ACTIVATE: &str = "UPDATE accounts SET state = 'active'
                        WHERE id = (SELECT account_id FROM sign_in_names WHERE name = $1)";

/// One hash for each, on all cores.
fn hashes(users: &[User]) -> Result<Vec<String>> {
    let workers = std::thread::available_parallelism()?.get();
    let share = users.len().div_ceil(workers).max(1);
    std::thread::scope(|scope| {
        let threads: Vec<_> = users.chunks(share).map(|some| scope.spawn(|| some.iter().map(phc).collect())).collect();
        let mut all = Vec::with_capacity(users.len());
        for thread in threads {
            let some: Result<Vec<String>> = thread.join().map_err(|_| anyhow::anyhow!("a hashing thread panicked"))?;
            all.extend(some?);
        }
        Ok(all)
    })
}

fn phc(user: &User) -> Result<String> {
    let salt: [u8; 16] = std::array::from_fn(|_| fastrand::u8(..));
    let mut tag = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::OWASP)
        .hash_into(user.password.as_bytes(), &salt, &mut tag)
        .map_err(|e| anyhow::anyhow!("{e:?}"))?;
    let text = |bytes: &[u8]| STANDARD_NO_PAD.encode(bytes);
    Ok(format!("$argon2id$v=19$m=19456,t=2,p=1${}${}", text(&salt), text(&tag)))
}
