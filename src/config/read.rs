//! Reading settings from their three sources, and judging them.

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use toml::Value;
use url::Url;

use super::{Config, Database, Fetch, Keys, Log, Login, Oauth, Sector, Server};

/// Every key there is.
pub(super) const KEYS: [&str; 27] = [
    "server.listen",
    "server.issuer",
    "server.trusted_proxies",
    "server.shutdown_seconds",
    "database.url",
    "database.max_connections",
    "keys.dir",
    "keys.kek",
    "keys.rsa_bits",
    "sector.name",
    "sector.realm",
    "login.portable_hash",
    "login.memory_kib",
    "login.passes",
    "login.lanes",
    "login.queue_seconds",
    "login.password_min",
    "login.shared_session_minutes",
    "login.shared_idle_minutes",
    "login.own_session_days",
    "login.activation_days",
    "oauth.code_seconds",
    "oauth.refresh_days",
    "fetch.allow_hosts",
    "fetch.allow_networks",
    "log.format",
    "log.level",
];

/// Where settings come from; later ones win.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The file; one that does not exist has no settings.
    pub file: PathBuf,
    /// Whether it must exist: it was named.
    pub file_required: bool,
    /// Names and values of the environment.
    pub environment: Vec<(String, String)>,
    /// Keys and values from flags.
    pub flags: Vec<(String, String)>,
}

/// One mistake in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// File and key, or variable, or flag.
    pub whence: String,
    /// What is wrong and what it should be.
    pub what: String,
}

/// Every mistake that was found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Mistakes(pub Vec<Mistake>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, Mistake { whence, what }) in self.0.iter().enumerate() {
            write!(f, "{}{whence}: {what}", if n == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

/// The raw settings, each with where it came from, and the mistakes so far.
struct Reader {
    values: BTreeMap<String, (Value, String)>,
    mistakes: Vec<Mistake>,
    folder: PathBuf,
}

impl Config {
    /// Reads and checks the settings.
    pub fn read(sources: &Sources) -> Result<Self, Mistakes> {
        let folder = sources.file.parent().map(PathBuf::from).unwrap_or_default();
        let mut reader = Reader { values: BTreeMap::new(), mistakes: Vec::new(), folder };
        reader.file(sources);
        reader.environment(&sources.environment);
        for (key, value) in &sources.flags {
            reader.put(key, Value::String(value.clone()), format!("--{}", key.replace(['.', '_'], "-")));
        }
        let config = reader.config();
        if reader.mistakes.is_empty() { Ok(config) } else { Err(Mistakes(reader.mistakes)) }
    }
}

impl Reader {
    fn file(&mut self, sources: &Sources) {
        let name = sources.file.display().to_string();
        let text = match fs::read_to_string(&sources.file) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !sources.file_required => return,
            Err(e) => return self.wrong(&name, format!("cannot be read: {e}; `phuong init` writes one")),
        };
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(e) => return self.wrong(&name, e.to_string().trim_end().to_owned()),
        };
        for (section, keys) in table {
            match keys {
                Value::Table(keys) => {
                    for (key, value) in keys {
                        self.put(&format!("{section}.{key}"), value, format!("{name}, {section}.{key}"));
                    }
                }
                _ => self.wrong(&format!("{name}, {section}"), "must stand in a [section]".to_owned()),
            }
        }
    }

    fn environment(&mut self, variables: &[(String, String)]) {
        for (variable, value) in variables {
            let Some(name) = variable.strip_prefix("PHUONG_") else { continue };
            if name.starts_with("TEST_") {
                continue;
            }
            let key_of = |name: &str| {
                let (section, key) = name.split_once('_')?;
                let key = format!("{}.{}", section.to_lowercase(), key.to_lowercase());
                KEYS.contains(&key.as_str()).then_some(key)
            };
            if let Some(key) = key_of(name) {
                self.put(&key, Value::String(value.clone()), variable.clone());
            } else if let Some(key) = name.strip_suffix("_FILE").and_then(key_of) {
                match fs::read_to_string(value) {
                    Ok(text) => self.put(&key, Value::String(text.trim().to_owned()), variable.clone()),
                    Err(e) => self.wrong(variable, format!("the file cannot be read: {e}")),
                }
            } else {
                self.wrong(variable, "no such setting".to_owned());
            }
        }
    }

    fn put(&mut self, key: &str, value: Value, whence: String) {
        if KEYS.contains(&key) {
            self.values.insert(key.to_owned(), (value, whence));
        } else {
            let near = KEYS.iter().min_by_key(|known| distance(known, key)).filter(|known| distance(known, key) <= 4);
            let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            self.wrong(&whence, format!("no such setting{hint}"));
        }
    }

    fn wrong(&mut self, whence: &str, what: String) {
        self.mistakes.push(Mistake { whence: whence.to_owned(), what });
    }

    /// A setting, or its default; `judge` says what is wrong with it.
    fn take<T>(&mut self, key: &str, default: T, judge: impl Fn(&str) -> Result<T, String>) -> T {
        let Some((value, whence)) = self.values.remove(key) else { return default };
        let text = match value {
            Value::String(text) => text,
            Value::Array(_) | Value::Table(_) => {
                self.wrong(&whence, "must be a single value".to_owned());
                return default;
            }
            other => other.to_string(),
        };
        judge(&text).unwrap_or_else(|what| {
            self.wrong(&whence, what);
            default
        })
    }

    fn parsed<T: FromStr>(&mut self, key: &str, default: T, wanted: &str) -> T {
        self.take(key, default, |text| text.trim().parse().map_err(|_| format!("must be {wanted}")))
    }

    fn number(&mut self, key: &str, default: u64, from: u64, to: u64) -> u64 {
        self.take(key, default, |text| match text.trim().parse() {
            Ok(n) if (from..=to).contains(&n) => Ok(n),
            _ => Err(format!("must be a whole number from {from} to {to}")),
        })
    }

    /// A TOML list, or text separated by commas.
    fn list<T: FromStr>(&mut self, key: &str, wanted: &str) -> Vec<T> {
        let Some((value, whence)) = self.values.remove(key) else { return Vec::new() };
        let texts: Vec<String> = match value {
            Value::Array(items) => {
                items.into_iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
            }
            Value::String(text) => {
                text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
            }
            other => vec![other.to_string()],
        };
        let mut list = Vec::new();
        for text in texts {
            match text.parse() {
                Ok(item) => list.push(item),
                Err(_) => self.wrong(&whence, format!("{text:?} must be {wanted}")),
            }
        }
        list
    }

    fn config(&mut self) -> Config {
        let minutes = |n: u64| Duration::from_secs(n * 60);
        let days = |n: u64| Duration::from_secs(n * 24 * 3600);
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let folder = self.folder.clone();
        let text = |text: &str| Ok(text.trim().to_owned());
        Config {
            server: Server {
                listen: self.parsed(
                    "server.listen",
                    ([127, 0, 0, 1], 8080).into(),
                    "an address and a port: 127.0.0.1:8080",
                ),
                issuer: self.take("server.issuer", "http://localhost:8080".to_owned(), issuer),
                trusted_proxies: self.list("server.trusted_proxies", "a network: 10.0.0.0/8"),
                shutdown: Duration::from_secs(self.number("server.shutdown_seconds", 25, 1, 300)),
            },
            database: Database {
                url: self.take("database.url", beside(&folder, "phuong.db"), |text| database(text, &folder)),
                max_connections: small(self.number("database.max_connections", 16, 2, 500)),
            },
            keys: Keys {
                dir: self.take("keys.dir", folder.join("keys"), |text| Ok(folder.join(text))),
                kek: self.take("keys.kek", None, |text| Ok(Some(text.to_owned()))),
                rsa_bits: self.take("keys.rsa_bits", 2048, |text| match text {
                    "2048" => Ok(2048),
                    "3072" => Ok(3072),
                    _ => Err("must be 2048 or 3072".to_owned()),
                }),
            },
            sector: Sector {
                name: self.take("sector.name", "Ngành Giáo dục".to_owned(), text),
                realm: self.take("sector.realm", "localhost".to_owned(), text),
            },
            login: Login {
                portable_hash: self.parsed("login.portable_hash", false, "true or false"),
                cost: (
                    small(self.number("login.memory_kib", 19_456, 8_192, 262_144)),
                    small(self.number("login.passes", 2, 1, 16)),
                    small(self.number("login.lanes", 1, 1, 16)),
                ),
                queue_seconds: small(self.number("login.queue_seconds", 2, 1, 30)),
                password_min: usize::try_from(self.number("login.password_min", 8, 8, 64)).unwrap_or(8),
                shared_session: minutes(self.number("login.shared_session_minutes", 600, 5, 1440)),
                shared_idle: minutes(self.number("login.shared_idle_minutes", 120, 5, 1440)),
                own_session: days(self.number("login.own_session_days", 90, 1, 400)),
                activation: days(self.number("login.activation_days", 60, 1, 366)),
            },
            oauth: Oauth {
                code: Duration::from_secs(self.number("oauth.code_seconds", 60, 1, 60)),
                refresh: days(self.number("oauth.refresh_days", 30, 1, 366)),
            },
            fetch: Fetch {
                allow_hosts: self.list("fetch.allow_hosts", "a host name"),
                allow_networks: self.list("fetch.allow_networks", "a network: 10.0.0.0/8"),
            },
            log: Log {
                json: self.take("log.format", false, |text| match text {
                    "text" => Ok(false),
                    "json" => Ok(true),
                    _ => Err("must be text or json".to_owned()),
                }),
                level: self.take("log.level", "info".to_owned(), text),
            },
        }
    }
}

/// R22: everything we say about ourselves derives from it, so it must be exactly what browsers and apps use.
fn issuer(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|_| "must be an address: https://id.example.edu.vn".to_owned())?;
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    if url.scheme() != "https" && !(url.scheme() == "http" && loopback) {
        return Err("must begin with https:// (http:// only for localhost)".to_owned());
    }
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.path() == "/";
    if !plain || text.ends_with('/') || url.as_str().trim_end_matches('/') != text {
        return Err("must be scheme and host alone, in lower case, without a path or a slash at the end".to_owned());
    }
    Ok(text.to_owned())
}

fn database(text: &str, folder: &Path) -> Result<String, String> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return Ok(text.to_owned());
    }
    match text.strip_prefix("sqlite:").map(|rest| rest.strip_prefix("//").unwrap_or(rest)) {
        Some(file) if !file.is_empty() => Ok(beside(folder, file)),
        _ => Err("must be sqlite:FILE or postgres://…".to_owned()),
    }
}

/// An SQLite file, relative to the configuration's folder.
fn beside(folder: &Path, file: &str) -> String {
    format!("sqlite:{}", folder.join(file).display())
}

/// How many letters must be changed, added or taken away to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(file: &str, environment: &[(&str, &str)], flags: &[(&str, &str)]) -> Result<Config, Mistakes> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("phuong.toml");
        fs::write(&path, file).unwrap();
        let owned = |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Config::read(&Sources { file: path, file_required: true, environment: owned(environment), flags: owned(flags) })
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_file() {
        let file =
            "[server]\nlisten = \"127.0.0.1:1\"\n[oauth]\ncode_seconds = 30\n[fetch]\nallow_hosts = [\"a\", \"b\"]";
        let config =
            read(file, &[("PHUONG_SERVER_LISTEN", "127.0.0.1:2")], &[("server.listen", "127.0.0.1:3")]).unwrap();
        assert_eq!(config.server.listen.port(), 3);
        assert_eq!(config.oauth.code.as_secs(), 30);
        assert_eq!(config.fetch.allow_hosts, ["a", "b"]);
    }

    #[test]
    fn every_mistake_is_reported_at_once_with_where_it_came_from() {
        let file = "[server]\nisuer = \"x\"\nlisten = \"nowhere\"\n[oauth]\ncode_seconds = 61";
        let mistakes =
            read(file, &[("PHUONG_SERVER_ISSUER", "http://id.example/"), ("PHUONG_NO_SUCH", "1")], &[]).unwrap_err().0;
        assert_eq!(mistakes.len(), 5, "{mistakes:?}");
        let found = |part: &str| mistakes.iter().any(|m| format!("{}: {}", m.whence, m.what).contains(part));
        assert!(found("did you mean server.issuer?"));
        assert!(found("PHUONG_SERVER_ISSUER: must begin with https"));
        assert!(found("oauth.code_seconds: must be a whole number from 1 to 60"));
    }

    #[test]
    fn r22_an_issuer_with_a_path_a_slash_or_capitals_is_refused() {
        for bad in [
            "https://id.example/",
            "https://id.example/x",
            "https://ID.example",
            "https://id.example:443",
            "http://id.example",
        ] {
            assert!(issuer(bad).is_err(), "{bad}");
        }
        assert!(issuer("https://id.example").is_ok() && issuer("http://localhost:8080").is_ok());
    }

    #[test]
    fn r50_a_secret_read_from_a_file_does_not_print() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        fs::write(&path, "postgres://user:hunter2@db/phuong\n").unwrap();
        let config = read("", &[("PHUONG_DATABASE_URL_FILE", path.to_str().unwrap())], &[]).unwrap();
        assert_eq!(config.database.url, "postgres://user:hunter2@db/phuong");
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn the_reference_lists_every_key() {
        let book = include_str!("../../docs/reference/configuration.md");
        for key in KEYS {
            assert!(book.contains(&format!("`{key}`")), "{key} is missing from docs/reference/configuration.md");
        }
    }
}
