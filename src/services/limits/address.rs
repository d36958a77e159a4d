//! Addresses as attempts are counted by them.

use std::{
    net::{IpAddr, Ipv6Addr},
    time::Duration,
};

use super::crowd::Rule;

const SPAN: Duration = Duration::from_mins(10);
/// The longest pause between attempts of a crowd: a school whose range nobody registered must not come to a stand.
const PAUSE: Duration = Duration::from_secs(5);
/// Different failing accounts that are ordinary for an address that no school registered.
const ORDINARY: u32 = 20;

/// What shares an allowance: one IPv4 address, or the /64 of an IPv6 address (one household or one school has at
/// least that).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AddressBlock([u8; 16]);

impl AddressBlock {
    /// The block of an address, which must come from a trusted proxy or the connection itself (R54).
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(v4) => Self(v4.to_ipv6_mapped().octets()),
            IpAddr::V6(v6) => Self(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64).octets()),
        }
    }

    pub(super) const fn bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// How many people are expected behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Neighbourhood {
    /// No school registered it.
    Anywhere,
    /// In a range that a school registered.
    School {
        /// Pupils of the school.
        enrolment: u32,
    },
}

impl Neighbourhood {
    /// A quarter of a school may fail at once, never fewer than anywhere. Beyond that, attempts are slowed to the pace
    /// of the allowance itself, and to one in five seconds at the slowest.
    pub(super) fn rule(self) -> Rule {
        let most = match self {
            Self::Anywhere => ORDINARY,
            Self::School { enrolment } => (enrolment / 4).max(ORDINARY),
        };
        Rule { most, span: SPAN, pause: (SPAN / most).min(PAUSE) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> AddressBlock {
        AddressBlock::of(text.parse().unwrap())
    }

    #[test]
    fn an_ipv4_address_stands_alone_and_a_slash_64_stands_together() {
        assert_ne!(block("203.0.113.7"), block("203.0.113.8"));
        assert_eq!(block("203.0.113.7"), block("::ffff:203.0.113.7"));
        assert_eq!(block("2001:db8:1:2::1"), block("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert_ne!(block("2001:db8:1:2::1"), block("2001:db8:1:3::1"));
    }

    #[test]
    fn a_small_school_has_no_less_than_anybody() {
        assert_eq!(Neighbourhood::School { enrolment: 12 }.rule(), Neighbourhood::Anywhere.rule());
        assert_eq!(Neighbourhood::School { enrolment: 1_500 }.rule().most, 375);
    }
}
