//! The one list of settings: from it come the checks, the defaults, the comments of a new file and the reference page.

use std::fmt::Write as _;

use super::form::Form;

/// One setting.
#[derive(Debug)]
pub(super) struct Setting {
    /// Section, dot, key.
    pub(super) key: &'static str,
    /// What it must look like.
    pub(super) form: Form,
    /// Its value when nobody sets it, as one would write it in a variable; empty for none.
    pub(super) default: &'static str,
    /// What it does; its unit is in its name or here.
    pub(super) what: &'static str,
}

impl Setting {
    /// The setting of that name.
    pub(super) fn named(key: &str) -> Option<&'static Self> {
        TABLE.iter().find(|setting| setting.key == key)
    }

    /// The setting whose name is nearest to a mistyped one, if one is near.
    pub(super) fn near(key: &str) -> Option<&'static Self> {
        let near = TABLE.iter().map(|setting| (distance(setting.key, key), setting)).min_by_key(|(far, _)| *far);
        near.filter(|(far, _)| *far <= 4).map(|(_, setting)| setting)
    }

    /// Its environment variable.
    pub(super) fn variable(&self) -> String {
        format!("PHUONG_{}", self.key.replace('.', "_").to_uppercase())
    }

    /// Its section and its name there.
    pub(super) fn parts(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }
}

const fn setting(key: &'static str, form: Form, default: &'static str, what: &'static str) -> Setting {
    Setting { key, form, default, what }
}

const fn whole(from: u64, to: u64) -> Form {
    Form::Whole { from, to }
}

/// Every setting, in the order of the reference page.
pub(super) const TABLE: &[Setting] = &[
    setting("server.listen", Form::Address, "127.0.0.1:8080", "where the server listens"),
    setting(
        "server.issuer",
        Form::Issuer,
        "http://localhost:8080",
        "the address by which browsers and apps know this provider; never change it once apps use it",
    ),
    setting(
        "server.trusted_proxies",
        Form::Networks,
        "",
        "networks whose `X-Forwarded-For` is believed; from anybody else it is ignored",
    ),
    setting(
        "server.tls_cert",
        Form::Pem,
        "",
        "certificate with which the server speaks TLS itself, followed by those up to its authority; read again when it changes",
    ),
    setting("server.tls_key", Form::Pem, "", "private key of that certificate"),
    setting(
        "server.mtls_listen",
        Form::Address,
        "",
        "second listener, for apps that show certificates (RFC 8705): browsers are never asked for one; needs `server.tls_cert`",
    ),
    setting(
        "server.mtls_address",
        Form::Issuer,
        "",
        "its address, as apps know it; by default the issuer's host with its port",
    ),
    setting(
        "server.mtls_ca",
        Form::Pem,
        "",
        "authorities that vouch for certificates of apps; without any, only those count whose keys are registered",
    ),
    setting("server.shutdown_seconds", whole(1, 300), "25", "how long requests in flight are waited for at the end"),
    setting("database.url", Form::Database, "sqlite:phuong.db", "the database; an address with a password is a secret"),
    setting("database.max_connections", whole(2, 500), "16", "PostgreSQL connections of this process"),
    setting("keys.dir", Form::Folder, "keys", "folder (0700) of the key-encryption key (0600)"),
    setting("keys.kek", Form::Secret, "", "the key-encryption key itself instead of the folder: a secret"),
    setting("keys.rsa_bits", Form::OneOf(&["2048", "3072"]), "2048", "size of new RSA keys"),
    setting("sector.name", Form::Line, "Ngành Giáo dục", "what pages call the sector"),
    setting("sector.realm", Form::Realm, "localhost", "scope of `eduperson_scoped_affiliation`"),
    setting(
        "sector.graduates_kept_days",
        whole(30, 3_650),
        "365",
        "how long the dormant account of somebody who finished school is kept before it is purged",
    ),
    setting(
        "sector.audit_kept_days",
        whole(365, 36_500),
        "1826",
        "how long events of the audit trail are kept before the oldest are purged",
    ),
    setting("login.portable_hash", Form::Truth, "false", "use the portable Argon2 kernel only"),
    setting("login.memory_kib", whole(8_192, 262_144), "19456", "Argon2id memory of new hashes, KiB"),
    setting("login.passes", whole(1, 16), "2", "Argon2id passes of new hashes"),
    setting("login.lanes", whole(1, 16), "1", "Argon2id lanes of new hashes"),
    setting("login.queue_seconds", whole(1, 30), "2", "how much hashing may wait before people are asked to come back"),
    setting(
        "login.password_min",
        whole(8, 64),
        "8",
        "shortest password, in characters; whoever has a shorter one chooses another at the next sign-in",
    ),
    setting("login.shared_session_minutes", whole(5, 1_440), "600", "how long a session on a shared device lives"),
    setting("login.shared_idle_minutes", whole(5, 1_440), "120", "after how long unused it has ended"),
    setting("login.own_session_days", whole(1, 400), "90", "how long a session on one's own device lives"),
    setting("login.activation_days", whole(1, 366), "60", "how long a printed activation code is good for"),
    setting("oauth.code_seconds", whole(1, 60), "60", "how long an authorization code is good for"),
    setting("oauth.pushed_seconds", whole(5, 600), "60", "how long a pushed request may wait for its person"),
    setting("oauth.refresh_days", whole(1, 366), "30", "how long a refresh token's family lives"),
    setting(
        "oauth.sensitive_minutes",
        whole(0, 1_440),
        "0",
        "how long after a sign-in apps are told birth dates and citizen numbers; later they must ask for another sign-in; 0: as long as the token is good",
    ),
    setting(
        "oauth.dpop_nonce",
        Form::Truth,
        "false",
        "whether DPoP proofs must hold a nonce of this server, so that none can be made in advance",
    ),
    setting(
        "oauth.legacy_response_types",
        Form::Truth,
        "false",
        "offer the implicit and hybrid response types, to clients that are registered for them",
    ),
    setting(
        "oauth.dynamic.registration",
        Form::OneOf(&["off", "token", "open"]),
        "off",
        "whether apps may register themselves: nobody, whoever has a token of `phuong client token`, or everybody",
    ),
    setting(
        "oauth.dynamic.scopes",
        Form::Scopes,
        "openid,profile,offline_access",
        "what apps that registered themselves may ask for; naming a scope that needs approval approves it for all of them",
    ),
    setting(
        "oauth.dynamic.require_pkce",
        Form::Truth,
        "true",
        "whether those of them that keep a secret must use PKCE too; the others always must",
    ),
    setting(
        "oauth.dynamic.token_endpoint_audience",
        Form::Truth,
        "false",
        "whether their assertions may name the token endpoint instead of the issuer, as older libraries do",
    ),
    setting("oauth.dynamic.most", whole(1, 5_000), "200", "how many of them there may be; all are held in memory"),
    setting(
        "oauth.dynamic.hourly",
        whole(1, 10_000),
        "20",
        "how many registrations and changes of them, and wrong tokens, one address may send within an hour",
    ),
    setting(
        "oauth.dynamic.unused_days",
        whole(1, 366),
        "30",
        "after how many days without a sign-in one of them is forgotten",
    ),
    setting(
        "fetch.allow_hosts",
        Form::Hosts,
        "",
        "hosts that may be reached although they are not public, also over http",
    ),
    setting("fetch.allow_networks", Form::Networks, "", "private networks that may be reached"),
    setting("fetch.extra_ca", Form::Pem, "", "authorities that are trusted for outgoing requests beside the system's"),
    setting("log.format", Form::OneOf(&["text", "json"]), "text", "how logs are written on stderr"),
    setting("log.level", Form::Filter, "info", "how much is logged"),
];

/// A new configuration file: `given` settings as they are, every other one as a comment that shows its default.
pub(super) fn file(given: &[(&str, &str)]) -> String {
    let mut text = String::from(
        "# Phượng. A line that begins with # shows a default; take the # away to change it.\n\
         # Environment variables (PHUONG_SERVER_LISTEN) win over this file, flags over both.\n",
    );
    let mut open = "";
    for setting in TABLE.iter().filter(|setting| setting.form != Form::Secret) {
        let (section, name) = setting.parts();
        if section != open {
            let _ = write!(text, "\n[{section}]\n");
            open = section;
        }
        let value = given.iter().find(|(key, _)| *key == setting.key).map(|(_, value)| *value);
        let written = setting.form.in_toml(value.unwrap_or(setting.default));
        let off = if value.is_some() { "" } else { "# " };
        let _ = writeln!(text, "# {}: {}\n{off}{name} = {written}", setting.what, setting.form.in_english());
    }
    text
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

    /// The table of the reference page, in Markdown.
    fn reference() -> String {
        let mut page = String::from("| key | default | form | meaning |\n|---|---|---|---|\n");
        for Setting { key, form, default, what } in TABLE {
            let default = if default.is_empty() { "none".to_owned() } else { format!("`{default}`") };
            let _ = writeln!(page, "| `{key}` | {default} | {} | {what} |", form.in_english());
        }
        page
    }

    #[test]
    fn the_reference_page_shows_this_table() {
        let page = include_str!("../../docs/reference/configuration.md");
        assert!(page.contains(&reference()), "docs/reference/configuration.md should have\n\n{}", reference());
    }

    #[test]
    fn a_mistyped_name_finds_the_one_that_was_meant() {
        assert_eq!(Setting::near("server.isuer").map(|s| s.key), Some("server.issuer"));
        assert_eq!(Setting::near("serer.lisen").map(|s| s.key), Some("server.listen"));
        assert!(Setting::near("nothing.like_it_at_all").is_none());
    }

    #[test]
    fn every_name_is_listed_once_and_sections_stand_together() {
        let mut sections: Vec<&str> = TABLE.iter().map(|setting| setting.parts().0).collect();
        sections.dedup();
        let mut keys: Vec<&str> = TABLE.iter().map(|setting| setting.key).collect();
        let (whole, of) = (sections.len(), keys.len());
        sections.sort_unstable();
        sections.dedup();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!((sections.len(), keys.len()), (whole, of));
    }
}
