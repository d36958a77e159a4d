//! What the value of a setting must look like, in words for people and as a check.

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::STANDARD};
use ipnet::IpNet;
use secrecy::SecretString;
use url::{Host, Url};
use zeroize::Zeroizing;

/// What a value must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// An IP address and a port.
    Address,
    /// The provider's own address (R22).
    Issuer,
    /// A database's address.
    Database,
    /// A folder, relative to that of the file.
    Folder,
    /// A file in PEM, relative to the folder of that of the settings; or none.
    Pem,
    /// Something that is never shown.
    Secret,
    /// One line of text.
    Line,
    /// A domain in lower case.
    Realm,
    /// Any number of networks.
    Networks,
    /// Any number of hosts.
    Hosts,
    /// Any number of scopes.
    Scopes,
    /// A whole number within bounds.
    Whole {
        /// The smallest.
        from: u64,
        /// The largest.
        to: u64,
    },
    /// True or false.
    Truth,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// What is logged.
    Filter,
}

impl Form {
    /// What it must be, in English.
    pub(super) fn in_english(self) -> String {
        match self {
            Self::Address => "an IP address and a port, as `127.0.0.1:8080`".to_owned(),
            Self::Issuer => {
                "`https://` (`http://` for localhost only) and a host in lower case, no path, no slash at the end"
                    .to_owned()
            }
            Self::Database => "`sqlite:FILE` or `postgres://user:password@host/database`".to_owned(),
            Self::Folder => "a folder, relative to that of the file".to_owned(),
            Self::Pem => "a PEM file, relative to the folder of this file".to_owned(),
            Self::Secret => "32 bytes in base64, from `PHUONG_KEYS_KEK` or `PHUONG_KEYS_KEK_FILE`".to_owned(),
            Self::Line => "text on one line".to_owned(),
            Self::Realm => "a domain in lower case, as `example.edu.vn`".to_owned(),
            Self::Networks => "a list of networks, as `10.0.0.0/8`".to_owned(),
            Self::Hosts => "a list of host names in lower case, without a port".to_owned(),
            Self::Scopes => "a list of scopes".to_owned(),
            Self::Whole { from, to } => format!("a whole number from {from} to {to}"),
            Self::Truth => "`true` or `false`".to_owned(),
            Self::OneOf(words) => format!("`{}`", words.join("` or `")),
            Self::Filter => {
                "`error`, `warn`, `info`, `debug`, `trace` or `off`, also by module: `info,sqlx=warn`".to_owned()
            }
        }
    }

    /// The same in Vietnamese.
    pub(super) fn in_vietnamese(self) -> String {
        match self {
            Self::Address => "địa chỉ IP và cổng, như `127.0.0.1:8080`".to_owned(),
            Self::Issuer => {
                "`https://` (`http://` chỉ cho localhost) và tên máy chủ viết thường, không đường dẫn, không gạch chéo cuối"
                    .to_owned()
            }
            Self::Database => "`sqlite:TỆP` hoặc `postgres://người-dùng:mật-khẩu@máy-chủ/cơ-sở-dữ-liệu`".to_owned(),
            Self::Folder => "thư mục, tính từ thư mục của tệp cấu hình".to_owned(),
            Self::Pem => "tệp PEM, tính từ thư mục của tệp cấu hình".to_owned(),
            Self::Secret => "32 byte dạng base64, lấy từ `PHUONG_KEYS_KEK` hoặc `PHUONG_KEYS_KEK_FILE`".to_owned(),
            Self::Line => "chữ trên một dòng".to_owned(),
            Self::Realm => "tên miền viết thường, như `example.edu.vn`".to_owned(),
            Self::Networks => "danh sách mạng, như `10.0.0.0/8`".to_owned(),
            Self::Hosts => "danh sách tên máy chủ viết thường, không có cổng".to_owned(),
            Self::Scopes => "danh sách scope".to_owned(),
            Self::Whole { from, to } => format!("số nguyên từ {from} đến {to}"),
            Self::Truth => "`true` hoặc `false`".to_owned(),
            Self::OneOf(words) => format!("`{}`", words.join("` hoặc `")),
            Self::Filter => {
                "`error`, `warn`, `info`, `debug`, `trace` hoặc `off`, cũng theo mô-đun: `info,sqlx=warn`".to_owned()
            }
        }
    }

    /// Whether a wrong value may be shown back.
    pub(super) const fn may_be_shown(self) -> bool {
        !matches!(self, Self::Secret | Self::Database)
    }

    /// Whether it is a list.
    pub(super) const fn is_list(self) -> bool {
        matches!(self, Self::Networks | Self::Hosts | Self::Scopes)
    }

    /// A value as a TOML file has it.
    pub(super) fn in_toml(self, value: &str) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        match self {
            Self::Whole { .. } | Self::Truth => value.to_owned(),
            list if list.is_list() => format!("[{}]", items(value).map(quoted).collect::<Vec<_>>().join(", ")),
            _ => quoted(value),
        }
    }
}

/// The items of a list that stands in one text, separated by commas.
pub(super) fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

pub(super) fn address(text: &str) -> Option<SocketAddr> {
    text.parse().ok()
}

pub(super) fn network(text: &str) -> Option<IpNet> {
    text.parse::<IpNet>().ok().map(|network| network.trunc())
}

/// 32 bytes in base64.
pub(super) fn key(text: &str) -> Option<SecretString> {
    let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
    (bytes.len() == 32).then(|| SecretString::from(text))
}

pub(super) fn truth(text: &str) -> Option<bool> {
    text.parse().ok()
}

pub(super) fn line(text: &str) -> Option<String> {
    let fits = !text.is_empty() && text.chars().count() <= 100 && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

pub(super) fn realm(text: &str) -> Option<String> {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    (text.len() <= 253 && text.split('.').all(label)).then(|| text.to_owned())
}

/// A host as `Url::host_str` writes it, which is what outbound requests compare it with.
pub(super) fn host(text: &str) -> Option<String> {
    let host = Host::parse(text).ok()?;
    (host.to_string() == text).then(|| text.to_owned())
}

/// Whether it exists is judged where scopes are known.
pub(super) fn scope(text: &str) -> Option<String> {
    text.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_')).then(|| text.to_owned())
}

/// R22: everything we say about ourselves derives from it, so it must be exactly what browsers and apps use.
pub(super) fn issuer(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let loopback = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let safe = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    // An origin writes itself without path, query, fragment, user and default port.
    (safe && url.origin().ascii_serialization() == text).then(|| text.to_owned())
}

/// A filter every part of which is a level, or a module and a level: `loud` alone would be taken for a module.
pub(super) fn filter(text: &str) -> Option<String> {
    const LEVELS: [&str; 6] = ["error", "warn", "info", "debug", "trace", "off"];
    let known = |part: &str| LEVELS.contains(&part.rsplit_once('=').map_or(part, |(_, level)| level));
    let whole = items(text).all(known) && items(text).next().is_some();
    (whole && text.parse::<tracing_subscriber::EnvFilter>().is_ok()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r22_the_issuer_is_an_origin_and_nothing_more() {
        for bad in [
            "https://id.example/",
            "https://id.example/x",
            "https://id.example?x",
            "https://id.example#x",
            "https://user@id.example",
            "https://ID.example",
            "https://id.example:443",
            "http://id.example",
            "http://localhost.example",
            "ftp://localhost",
            "id.example",
            "",
        ] {
            assert_eq!(issuer(bad), None, "{bad}");
        }
        for good in ["https://id.example", "https://id.example:8443", "http://localhost:8080", "http://[::1]:8080"] {
            assert!(issuer(good).is_some(), "{good}");
        }
    }

    #[test]
    fn a_filter_names_levels_that_exist() {
        assert!(filter("info").is_some() && filter("info,sqlx=warn,phuong::http=debug").is_some());
        assert!(filter("loud").is_none() && filter("sqlx=loud").is_none() && filter("").is_none());
    }

    #[test]
    fn hosts_and_realms_are_written_as_they_will_be_compared() {
        assert!(host("lms.truong.local").is_some() && host("10.1.2.3").is_some() && host("[::1]").is_some());
        for bad in ["LMS.local", "lms.local:8080", "http://lms", "a/b", ""] {
            assert!(host(bad).is_none(), "{bad}");
        }
        assert!(realm("hp.edu.vn").is_some() && realm("localhost").is_some());
        assert!(realm("HP.edu.vn").is_none() && realm("a..b").is_none() && realm("a b").is_none());
    }
}
