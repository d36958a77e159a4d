//! The product's database from the outside, for what a bench prepares: people whose passwords it knows.

use std::path::PathBuf;

use anyhow::Result;
use argon2_rust::{Algorithm, Argon2, Params, Version};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use rusqlite::{Connection, ToSql, types::ToSqlOutput};
use sqlx::{Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

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

    /// A small sector of the bench's own: one school, and teachers who each have a password that the bench knows.
    pub async fn fill(&self, people: usize) -> Result<Vec<User>> {
        let user = |n: usize| User { name: format!("31{n:08}"), password: format!("bench-{n}-hoa-phuong") };
        let users: Vec<User> = (0..people).map(user).collect();
        let school = id();
        let mut statements = vec![(SCHOOL, vec![Value::Id(school)])];
        for (user, phc) in users.iter().zip(hashes(&users)?) {
            let (person, account) = (Value::Id(id()), Value::Id(id()));
            let name = Value::Text(format!("Nguyễn Thị {}", user.name));
            statements.push((PERSON, vec![person.clone(), name, Value::Bytes(user.name.clone().into_bytes())]));
            statements.push((ACCOUNT, vec![account.clone(), person.clone()]));
            statements.push((NAME, vec![Value::Text(user.name.clone()), account.clone()]));
            statements.push((PASSWORD, vec![account, Value::Text(phc)]));
            statements.push((PLACE, vec![Value::Id(id()), person, Value::Id(school)]));
        }
        self.run(&statements).await?;
        Ok(users)
    }

    /// Runs statements in one transaction; each text is good for both databases.
    async fn run(&self, statements: &[(&'static str, Vec<Value>)]) -> Result<()> {
        match self {
            Self::Sqlite(file) => {
                let mut database = Connection::open(file)?;
                let change = database.transaction()?;
                for (sql, values) in statements {
                    change.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values))?;
                }
                change.commit()?;
            }
            Self::Postgres(url) => {
                let mut database = PgConnection::connect(url).await?;
                database.execute("BEGIN").await?;
                for (sql, values) in statements {
                    let mut query = sqlx::query(*sql);
                    for value in values {
                        query = match value {
                            Value::Id(id) => query.bind(*id),
                            Value::Text(text) => query.bind(text),
                            Value::Bytes(bytes) => query.bind(bytes),
                        };
                    }
                    query.execute(&mut database).await?;
                }
                database.execute("COMMIT").await?;
            }
        }
        Ok(())
    }

    /// Sets the state of the account that signs in by this name.
    pub async fn set_state(&self, name: &str, state: &str) -> Result<()> {
        self.run(&[(SET_STATE, vec![Value::Text(state.to_owned()), Value::Text(name.to_owned())])]).await
    }
}

/// What is bound, as both databases take it.
#[derive(Clone, Debug)]
enum Value {
    Id(Uuid),
    Text(String),
    Bytes(Vec<u8>),
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Id(id) => id.as_bytes().as_slice().to_sql(),
            Self::Text(text) => text.to_sql(),
            Self::Bytes(bytes) => bytes.to_sql(),
        }
    }
}

fn id() -> Uuid {
    Uuid::from_u128(fastrand::u128(..))
}

const SCHOOL: &str =
    "INSERT INTO orgs (id, kind, code, name, search_key, levels, status, networks, created_at, updated_at)
                      VALUES ($1, 'school', '31300001', 'Trường Mẫu', 'truong mau', 'TH', 'active', '[]', 0, 0)";
const PERSON: &str = "INSERT INTO persons (id, full_name, family_name, middle_name, given_name, search_key, sort_key, created_at, updated_at)
                      VALUES ($1, $2, 'Nguyễn', 'Thị', 'Mẫu', 'nguyen thi mau', $3, 0, 0)";
const ACCOUNT: &str = "INSERT INTO accounts (id, person_id, state, activation_issue, created_at, updated_at)
                       VALUES ($1, $2, 'active', 0, 0, 0)";
const NAME: &str = "INSERT INTO sign_in_names (name, account_id, kind, created_at) VALUES ($1, $2, 'sector_id', 0)";
const PASSWORD: &str = "INSERT INTO passwords (account_id, phc, must_change, set_at) VALUES ($1, $2, FALSE, 0)";
const PLACE: &str = "INSERT INTO affiliations (id, person_id, org_id, role, status, is_primary, exempt, valid_from, source, created_at, updated_at)
                     VALUES ($1, $2, $3, 'teacher', 'active', TRUE, FALSE, '2026-09-05', 'bench', 0, 0)";
const SET_STATE: &str =
    "UPDATE accounts SET state = $1 WHERE id = (SELECT account_id FROM sign_in_names WHERE name = $2)";

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
