//! Where a request comes from (R54). Believes nobody but the proxies that the configuration names.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The peer, or, when that is a trusted proxy, the last address in `X-Forwarded-For` that is not one.
///
/// Each proxy appends whom it heard, so what stands left of an untrusted address is that address's own tale.
pub(super) fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let trusts = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    // A socket that serves both families shows IPv4 peers as ::ffff:a.b.c.d.
    let mut nearest = peer.to_canonical();
    let lists = headers.get_all("x-forwarded-for");
    for list in lists.iter().rev() {
        // What a proxy of ours did not write cannot be believed, nor anything before it.
        let Ok(list) = list.to_str() else { return nearest };
        for hop in list.rsplit(',') {
            if !trusts(&nearest) {
                return nearest;
            }
            let Some(ip) = parse(hop.trim()) else { return nearest };
            nearest = ip;
        }
    }
    nearest
}

/// Some proxies add the port.
fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let ip = bare.parse().or_else(|_| hop.parse::<SocketAddr>().map(|at| at.ip())).ok()?;
    Some(IpAddr::to_canonical(&ip))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(peer: &str, forwarded: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for list in forwarded {
            headers.append("x-forwarded-for", axum::http::HeaderValue::from_bytes(list).unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        client_address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn r54_a_forwarded_address_counts_only_from_a_trusted_proxy() {
        assert_eq!(address("203.0.113.9", &[b"198.51.100.1"]), "203.0.113.9");
        assert_eq!(address("10.0.0.1", &[b"198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn r54_what_the_client_wrote_itself_is_not_believed() {
        assert_eq!(address("10.0.0.1", &[b"1.2.3.4, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &[b"1.2.3.4", b"198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("10.0.0.1", &[b"198.51.100.1, nonsense"]), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &[b"198.51.100.1", b"\xff"]), "10.0.0.1");
    }

    #[test]
    fn r54_an_address_has_one_spelling() {
        assert_eq!(address("::ffff:10.0.0.1", &[b"::ffff:198.51.100.1"]), "198.51.100.1");
        assert_eq!(address("fd00::1", &[b"198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(address("fd00::1", &[b"[2001:db8::1]:4711"]), "2001:db8::1");
        assert_eq!(address("fd00::1", &[b"[2001:db8::2]"]), "2001:db8::2");
    }

    #[test]
    fn behind_trusted_proxies_alone_the_farthest_of_them_asked() {
        assert_eq!(address("10.0.0.1", &[b"10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }
}
