//! The networks from which a school signs in: what may stand for one, read from what an administrator types.

use std::net::IpAddr;

use ipnet::IpNet;

/// How many a school has at most.
pub const MOST: usize = 32;
/// No school has more than so much of the internet: the leading bits that a network fixes at least.
const SHORTEST: (u8, u8) = (16, 32);

/// Why a text is no list of networks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNetworks {
    /// A line that is neither an address nor a network.
    #[error("{0} is neither an address nor a network such as 203.0.113.0/28")]
    Unreadable(String),
    /// A network that holds more than any school has.
    #[error("{0} is too large for a school")]
    TooLarge(IpNet),
    /// Too many.
    #[error("more than {MOST} networks")]
    TooMany,
}

/// Reads networks, one on each line or behind a comma; an address stands for itself. What lies within another of them is
/// left out. Else all that is wrong.
pub fn read(text: &str) -> Result<Vec<IpNet>, Vec<BadNetworks>> {
    let parts = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';').filter(|part| !part.is_empty());
    let (mut all, mut bad) = (Vec::new(), Vec::new());
    for part in parts {
        match one(part) {
            Ok(network) => all.push(network),
            Err(no) => bad.push(no),
        }
    }
    let all = IpNet::aggregate(&all);
    if all.len() > MOST {
        bad.push(BadNetworks::TooMany);
    }
    if bad.is_empty() { Ok(all) } else { Err(bad) }
}

fn one(part: &str) -> Result<IpNet, BadNetworks> {
    let unreadable = |_: std::net::AddrParseError| BadNetworks::Unreadable(part.chars().take(50).collect());
    let address = |_: ipnet::AddrParseError| part.parse::<IpAddr>().map(IpNet::from);
    let network: IpNet = part.parse().or_else(address).map_err(unreadable)?;
    let network = network.trunc();
    let shortest = if network.addr().is_ipv4() { SHORTEST.0 } else { SHORTEST.1 };
    if network.prefix_len() < shortest { Err(BadNetworks::TooLarge(network)) } else { Ok(network) }
}

/// Whether two networks have an address in common.
pub fn overlap(one: &IpNet, other: &IpNet) -> bool {
    one.contains(other) || other.contains(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        read(text).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn networks_are_read_from_lines_and_what_lies_within_another_is_left_out() {
        assert_eq!(texts(" 203.0.113.7/28,\n203.0.113.9; 2001:db8:1::/48 "), ["203.0.113.0/28", "2001:db8:1::/48"]);
        assert_eq!(texts("10.20.0.0/16"), ["10.20.0.0/16"]);
        assert!(texts(" \n").is_empty());
    }

    #[test]
    fn what_no_school_has_is_refused() {
        for all_or_much in ["0.0.0.0/0", "::/0", "10.0.0.0/8", "203.0.0.0/15", "2001:db8::/31"] {
            assert!(matches!(&read(all_or_much).unwrap_err()[..], [BadNetworks::TooLarge(_)]), "{all_or_much}");
        }
        for nonsense in ["x", "203.0.113.0/33", "203.0.113", "-", "203.0.113.0/"] {
            assert!(matches!(&read(nonsense).unwrap_err()[..], [BadNetworks::Unreadable(_)]), "{nonsense}");
        }
        let many: Vec<String> = (0..=MOST).map(|n| format!("203.0.{}.0/32", n * 2)).collect();
        assert_eq!(read(&many.join(" ")), Err(vec![BadNetworks::TooMany]));
        let all = read("300.1.1.1\n203.0.113.0/28\n10.0.0.0/8\nabc").unwrap_err();
        assert!(matches!(&all[..], [BadNetworks::Unreadable(_), BadNetworks::TooLarge(_), BadNetworks::Unreadable(_)]));
    }

    #[test]
    fn networks_overlap_when_one_holds_the_other() {
        let [a, b, c] = ["203.0.113.0/24", "203.0.113.64/26", "203.0.112.0/24"].map(|text| text.parse().unwrap());
        assert!(overlap(&a, &b) && overlap(&b, &a) && overlap(&a, &a) && !overlap(&a, &c));
    }
}
