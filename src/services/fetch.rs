//! The one way out: requests to addresses that apps registered, guarded so that nobody makes us knock on doors inside
//! (R23).

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use ipnet::IpNet;
use reqwest::{
    Certificate, Client, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use url::Host;

/// The longest answer that is read.
const LONGEST: usize = 100 * 1024;

/// Where requests may go beyond public https addresses: none by default.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    /// Host names, also over plain http: apps on the school's own premises, the demo's.
    pub hosts: Vec<String>,
    /// Networks of private addresses.
    pub networks: Vec<IpNet>,
    /// Authorities that are trusted beside those of the operating system.
    pub authorities: Vec<Certificate>,
}

/// The authorities in a file's PEM; nothing when it holds none.
pub fn authorities(pem: &[u8]) -> Option<Vec<Certificate>> {
    Certificate::from_pem_bundle(pem).ok().filter(|all| !all.is_empty())
}

/// Makes outbound requests: no redirects, no proxy, three seconds, 100 KB.
#[derive(Clone, Debug)]
pub struct Fetch {
    client: Client,
    allowed: Arc<Allowed>,
}

/// Why a request was not made, or failed.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// Not https, and not among the allowed.
    #[error("requests to this address are not allowed")]
    Forbidden,
    /// It failed. The address is left out: an app may have put a secret into it (R50).
    #[error("the request failed: {0}")]
    Failed(reqwest::Error),
    /// It was answered with another status than 2xx.
    #[error("answered with status {0}")]
    Status(u16),
    /// The answer is too long.
    #[error("the answer is longer than 100 KB")]
    TooLong,
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        Self::Failed(error.without_url())
    }
}

impl Fetch {
    /// A way out.
    #[expect(clippy::disallowed_methods, reason = "the one maker of outbound clients")]
    pub fn new(allowed: Allowed) -> Result<Self, FetchError> {
        let allowed = Arc::new(allowed);
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(3))
            .tls_certs_merge(allowed.authorities.clone())
            .dns_resolver(Arc::new(Guarded(allowed.clone())))
            .user_agent(concat!("phuong/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, allowed })
    }

    /// Posts a form; only whether it was answered with 2xx matters.
    pub async fn post_form(&self, to: &Url, fields: &[(&str, &str)]) -> Result<(), FetchError> {
        self.check(to)?;
        let answer = self.client.post(to.clone()).form(fields).send().await?;
        if answer.status().is_success() { Ok(()) } else { Err(FetchError::Status(answer.status().as_u16())) }
    }

    /// Reads a document.
    pub async fn document(&self, from: &Url) -> Result<Vec<u8>, FetchError> {
        self.check(from)?;
        let mut answer = self.client.get(from.clone()).send().await?;
        if !answer.status().is_success() {
            return Err(FetchError::Status(answer.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Err(FetchError::TooLong);
            }
        }
        Ok(body)
    }

    /// What can be told from the address itself. `reqwest` does not ask the resolver about literal addresses, so they
    /// are judged here; names are judged again when they resolve.
    fn check(&self, url: &Url) -> Result<(), FetchError> {
        let named = url.host_str().is_some_and(|host| self.allowed.hosts.iter().any(|allowed| allowed == host));
        let address = match url.host() {
            Some(Host::Ipv4(ip)) => Some(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => Some(IpAddr::V6(ip)),
            Some(Host::Domain(_)) => None,
            None => return Err(FetchError::Forbidden),
        };
        let within = address.is_some_and(|ip| self.allowed.networks.iter().any(|network| network.contains(&ip)));
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && (named || within));
        let reachable = address.is_none_or(|ip| named || within || is_public(ip));
        if scheme && reachable { Ok(()) } else { Err(FetchError::Forbidden) }
    }
}

/// Resolves names, and forgets every address that is neither public nor allowed: a name that pointed elsewhere when it
/// was registered does not help.
#[derive(Debug)]
struct Guarded(Arc<Allowed>);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let named = allowed.hosts.iter().any(|host| host == name.as_str());
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<SocketAddr> = found
                .filter(|at| named || is_public(at.ip()) || allowed.networks.iter().any(|n| n.contains(&at.ip())))
                .collect();
            if kept.is_empty() {
                return Err("the name leads to no address that may be reached".into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is on the public internet (RFC 6890 and its successors list what is not).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_broadcast()
                || ip.is_documentation()
                || ip.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (b == 18 || b == 19))
                || (a == 192 && b == 0))
        }
        // ::ffff:a.b.c.d and ::a.b.c.d are judged as what they carry.
        IpAddr::V6(ip) => ip.to_ipv4().map_or_else(|| is_public_v6(ip), |v4| is_public(IpAddr::V4(v4))),
    }
}

/// 2000::/3 is what is public; 6to4, Teredo and their like carry addresses of the other kind.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    (0x2000..0x4000).contains(&first) && first != 0x2002 && !(first == 0x2001 && second < 0x200)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r23_only_public_https_is_reached_unless_allowed() {
        let fetch = Fetch::new(Allowed::default()).unwrap();
        for url in [
            "http://app.example/x",
            "https://127.0.0.1/x",
            "https://2130706433/x",
            "https://0x7f.1/x",
            "https://[::1]/x",
            "https://[::ffff:10.0.0.1]/x",
            "https://10.1.2.3/x",
            "https://169.254.169.254/latest",
            "https://100.64.0.1/x",
            "https://192.168.1.1/x",
            "https://[fd00::1]/x",
            "https://[fe80::1]/x",
            "https://[2002:7f00:1::]/x",
            "https://0.0.0.0/x",
            "ftp://app.example/x",
        ] {
            assert!(fetch.check(&url.parse().unwrap()).is_err(), "{url}");
        }
        for url in ["https://app.example/x", "https://1.1.1.1/x", "https://[2606:4700::1111]/x"] {
            assert!(fetch.check(&url.parse().unwrap()).is_ok(), "{url}");
        }
        let allowed = Allowed {
            hosts: vec!["localhost".into()],
            networks: vec!["10.0.0.0/8".parse().unwrap()],
            ..Allowed::default()
        };
        let fetch = Fetch::new(allowed).unwrap();
        for url in ["http://localhost:8081/x", "http://10.1.2.3/x"] {
            assert!(fetch.check(&url.parse().unwrap()).is_ok(), "{url}");
        }
    }

    #[tokio::test]
    async fn r50_a_failure_is_told_without_the_address() {
        let fetch = Fetch::new(Allowed { hosts: vec!["localhost".into()], ..Allowed::default() }).unwrap();
        let error = fetch.document(&"http://localhost:1/x?token=hunter2".parse().unwrap()).await.unwrap_err();
        assert!(matches!(error, FetchError::Failed(_)));
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }

    #[tokio::test]
    async fn r23_a_name_that_leads_inside_is_not_followed() {
        let fetch = Fetch::new(Allowed::default()).unwrap();
        assert!(fetch.document(&"https://localhost:1/x".parse().unwrap()).await.is_err());
        assert!(Guarded(Arc::default()).resolve("localhost".parse().unwrap()).await.is_err());
    }
}
