//! Judges the gathered settings: every one is looked at before anything is refused.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use secrecy::SecretString;

use super::{
    Config, Database, Dynamic, Fetch, Files, Keys, Log, Login, Mistakes, Mtls, Oauth, Sector, Server, Sources, form,
    form::Form,
    mistake::{Place, Wrong},
    sources::{Gathered, Raw},
    table::Setting,
};

impl Config {
    /// Reads and checks the settings.
    pub fn read(sources: &Sources) -> Result<Self, Mistakes> {
        let folder = sources.file.parent().map(PathBuf::from).unwrap_or_default();
        let mut reader = Reader { gathered: Gathered::from(sources), folder };
        match reader.config() {
            Some(config) if reader.gathered.mistakes.is_empty() => Ok(config),
            _ => Err(Mistakes(reader.gathered.mistakes)),
        }
    }
}

struct Reader {
    gathered: Gathered,
    folder: PathBuf,
}

/// Each method answers `None` after it has noted the mistake. Every section reads all of its settings before it lets
/// the first `None` through, so that all mistakes are found at once.
impl Reader {
    fn config(&mut self) -> Option<Config> {
        let (server, database, keys, sector) = (self.server(), self.database(), self.keys(), self.sector());
        let (login, oauth, fetch, log) = (self.login(), self.oauth(), self.fetch(), self.log());
        Some(Config {
            server: server?,
            database: database?,
            keys: keys?,
            sector: sector?,
            login: login?,
            oauth: oauth?,
            fetch: fetch?,
            log: log?,
        })
    }

    fn server(&mut self) -> Option<Server> {
        let listen = self.one("server.listen", form::address);
        let issuer = self.one("server.issuer", form::issuer);
        let trusted_proxies = self.list("server.trusted_proxies", form::network);
        let tls = self.tls(issuer.as_deref());
        let mtls = self.mtls(issuer.as_deref(), tls.as_ref());
        let shutdown = self.seconds("server.shutdown_seconds");
        Some(Server {
            listen: listen?,
            issuer: issuer?,
            trusted_proxies: trusted_proxies?,
            tls,
            mtls,
            shutdown: shutdown?,
        })
    }

    /// Both files or none, and an address that says so.
    fn tls(&mut self, issuer: Option<&str>) -> Option<Files> {
        match (self.file("server.tls_cert"), self.file("server.tls_key")) {
            (None, None) => {}
            (Some(_), Some(_)) if issuer.is_some_and(|issuer| issuer.starts_with("http:")) => {
                self.needs("server.tls_cert", "a server.issuer that begins with https://");
            }
            (Some(cert), Some(key)) => return Some(Files { cert, key }),
            (Some(_), None) => self.needs("server.tls_cert", "server.tls_key"),
            (None, Some(_)) => self.needs("server.tls_key", "server.tls_cert"),
        }
        None
    }

    fn mtls(&mut self, issuer: Option<&str>, tls: Option<&Files>) -> Option<Mtls> {
        let listen = self.optional("server.mtls_listen", form::address);
        let address = self.optional("server.mtls_address", form::issuer);
        let ca = self.file("server.mtls_ca");
        let Some(listen) = listen else {
            for (key, set) in [("server.mtls_address", address.is_some()), ("server.mtls_ca", ca.is_some())] {
                if set {
                    self.needs(key, "server.mtls_listen");
                }
            }
            return None;
        };
        if tls.is_none() {
            self.needs("server.mtls_listen", "server.tls_cert");
        }
        let derived = || {
            let mut url = url::Url::parse(issuer?).ok()?;
            url.set_port(Some(listen.port())).ok()?;
            Some(url.origin().ascii_serialization())
        };
        Some(Mtls { listen, address: address.or_else(derived)?, ca })
    }

    fn database(&mut self) -> Option<Database> {
        let folder = self.folder.clone();
        let url = self.one("database.url", |text| database(text, &folder));
        let max_connections = self.small("database.max_connections");
        Some(Database { url: url?, max_connections: max_connections? })
    }

    fn keys(&mut self) -> Option<Keys> {
        let folder = self.folder.clone();
        let dir = self.one("keys.dir", |text| (!text.is_empty()).then(|| folder.join(text)));
        let kek = self.one("keys.kek", |text| if text.is_empty() { Some(None) } else { form::key(text).map(Some) });
        let rsa_bits = self.word("keys.rsa_bits").and_then(|bits| bits.parse().ok());
        Some(Keys { dir: dir?, kek: kek?, rsa_bits: rsa_bits? })
    }

    fn sector(&mut self) -> Option<Sector> {
        let name = self.one("sector.name", form::line);
        let realm = self.one("sector.realm", form::realm);
        let graduates_kept = self.days("sector.graduates_kept_days");
        let audit_kept = self.days("sector.audit_kept_days");
        Some(Sector { name: name?, realm: realm?, graduates_kept: graduates_kept?, audit_kept: audit_kept? })
    }

    fn login(&mut self) -> Option<Login> {
        let portable_hash = self.one("login.portable_hash", form::truth);
        let cost = (self.small("login.memory_kib"), self.small("login.passes"), self.small("login.lanes"));
        let queue_seconds = self.small("login.queue_seconds");
        let password_min = self.small("login.password_min");
        let shared_session = self.minutes("login.shared_session_minutes");
        let shared_idle = self.minutes("login.shared_idle_minutes");
        let own_session = self.days("login.own_session_days");
        let activation = self.days("login.activation_days");
        Some(Login {
            portable_hash: portable_hash?,
            cost: (cost.0?, cost.1?, cost.2?),
            queue_seconds: queue_seconds?,
            password_min: usize::try_from(password_min?).ok()?,
            shared_session: shared_session?,
            shared_idle: shared_idle?,
            own_session: own_session?,
            activation: activation?,
        })
    }

    fn oauth(&mut self) -> Option<Oauth> {
        let (code, pushed) = (self.seconds("oauth.code_seconds"), self.seconds("oauth.pushed_seconds"));
        let refresh = self.days("oauth.refresh_days");
        let legacy_response_types = self.one("oauth.legacy_response_types", form::truth);
        let sensitive = self.minutes("oauth.sensitive_minutes");
        let dpop_nonce = self.one("oauth.dpop_nonce", form::truth);
        let dynamic = self.dynamic();
        Some(Oauth {
            code: code?,
            pushed: pushed?,
            refresh: refresh?,
            sensitive: Some(sensitive?).filter(|time| !time.is_zero()),
            dpop_nonce: dpop_nonce?,
            legacy_response_types: legacy_response_types?,
            dynamic: dynamic?,
        })
    }

    fn dynamic(&mut self) -> Option<Dynamic> {
        let registration = self.word("oauth.dynamic.registration");
        let scopes = self.list("oauth.dynamic.scopes", form::scope);
        let require_pkce = self.one("oauth.dynamic.require_pkce", form::truth);
        let token_endpoint_audience = self.one("oauth.dynamic.token_endpoint_audience", form::truth);
        let most = self.small("oauth.dynamic.most");
        let hourly = self.small("oauth.dynamic.hourly");
        let unused = self.days("oauth.dynamic.unused_days");
        Some(Dynamic {
            registration: registration?,
            scopes: scopes?,
            require_pkce: require_pkce?,
            token_endpoint_audience: token_endpoint_audience?,
            most: most?,
            hourly: hourly?,
            unused: unused?,
        })
    }

    fn fetch(&mut self) -> Option<Fetch> {
        let allow_hosts = self.list("fetch.allow_hosts", form::host);
        let allow_networks = self.list("fetch.allow_networks", form::network);
        let extra_ca = self.file("fetch.extra_ca");
        Some(Fetch { allow_hosts: allow_hosts?, allow_networks: allow_networks?, extra_ca })
    }

    fn log(&mut self) -> Option<Log> {
        let (json, level) = (self.word("log.format"), self.one("log.level", form::filter));
        Some(Log { json: json? == "json", level: level? })
    }

    /// A single value, set or by default.
    fn one<T>(&mut self, key: &'static str, judge: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (form, raw, place) = self.take(key)?;
        let text = match &raw {
            Raw::One(text) => Some(text.trim()),
            Raw::Many(_) | Raw::Shapeless => None,
        };
        let judged = text.and_then(judge);
        if judged.is_none() {
            self.must_be(key, form, text, place);
        }
        judged
    }

    /// A single value, if one is set.
    fn optional<T>(&mut self, key: &'static str, judge: impl Fn(&str) -> Option<T>) -> Option<T> {
        let unset = match self.gathered.values.get(key) {
            None => true,
            Some((Raw::One(text), _)) => text.trim().is_empty(),
            Some(_) => false,
        };
        if unset { None } else { self.one(key, judge) }
    }

    /// A file, relative to the folder, if one is named.
    fn file(&mut self, key: &'static str) -> Option<PathBuf> {
        let named = self.one(key, |text| Some(text.to_owned()))?;
        (!named.is_empty()).then(|| self.folder.join(named))
    }

    /// A list, set or by default; every item that is wrong is reported.
    fn list<T>(&mut self, key: &'static str, judge: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
        let (form, raw, place) = self.take(key)?;
        let Some(texts) = raw.items() else {
            self.must_be(key, form, None, place);
            return None;
        };
        let judged: Vec<Option<T>> = texts.iter().map(|text| judge(text)).collect();
        for (text, _) in texts.iter().zip(&judged).filter(|(_, item)| item.is_none()) {
            self.must_be(key, form, Some(text), place.clone());
        }
        judged.into_iter().collect()
    }

    fn whole(&mut self, key: &'static str) -> Option<u64> {
        let bounds = match Setting::named(key)?.form {
            Form::Whole { from, to } => from..=to,
            _ => 0..=u64::MAX,
        };
        self.one(key, |text| text.parse().ok().filter(|number| bounds.contains(number)))
    }

    fn small(&mut self, key: &'static str) -> Option<u32> {
        self.whole(key).and_then(|number| u32::try_from(number).ok())
    }

    fn seconds(&mut self, key: &'static str) -> Option<Duration> {
        self.whole(key).map(Duration::from_secs)
    }

    fn minutes(&mut self, key: &'static str) -> Option<Duration> {
        self.whole(key).map(Duration::from_mins)
    }

    fn days(&mut self, key: &'static str) -> Option<Duration> {
        self.whole(key).map(|days| Duration::from_hours(days * 24))
    }

    fn word(&mut self, key: &'static str) -> Option<&'static str> {
        let words = match Setting::named(key)?.form {
            Form::OneOf(words) => words,
            _ => &[],
        };
        self.one(key, |text| words.iter().copied().find(|word| *word == text))
    }

    fn take(&mut self, key: &'static str) -> Option<(Form, Raw, Place)> {
        let setting = Setting::named(key)?;
        let default = || (Raw::One(setting.default.to_owned()), Place::Default);
        let (raw, place) = self.gathered.values.remove(key).unwrap_or_else(default);
        Some((setting.form, raw, place))
    }

    fn needs(&mut self, key: &str, what: &'static str) {
        self.gathered.wrong(Place::Default, Some(key), Wrong::Needs(what));
    }

    fn must_be(&mut self, key: &str, form: Form, text: Option<&str>, place: Place) {
        let shown = text.filter(|_| form.may_be_shown()).map(|text| text.chars().take(100).collect());
        self.gathered.wrong(place, Some(key), Wrong::MustBe(form, shown));
    }
}

/// An SQLite file becomes one relative to the configuration's folder; what stands there for a database in memory, or
/// carries options, would not outlive the program or not be what the store sets up.
fn database(text: &str, folder: &Path) -> Option<SecretString> {
    if text.starts_with("postgres://") || text.starts_with("postgresql://") {
        return url::Url::parse(text).ok().map(|_| SecretString::from(text));
    }
    let file = text.strip_prefix("sqlite:")?;
    let file = file.strip_prefix("//").unwrap_or(file);
    let plain = !file.is_empty() && !file.starts_with(':') && !file.contains(['?', '#']);
    plain.then(|| SecretString::from(format!("sqlite:{}", folder.join(file).display())))
}
