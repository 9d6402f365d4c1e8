//! Which addresses a call may go to: those of the open internet, and the networks an operator allows. Pure.
//!
//! It must never resolve a name: a name is judged by the addresses it was resolved to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::IpNet;

/// Networks of IPv4 that are nobody's on the open internet (IANA's special-purpose registry, RFC 6890).
const CLOSED_V4: [(Ipv4Addr, u8); 17] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared by carriers, and where some clouds keep their metadata.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Azure's wire server, which is the one metadata service with a public address.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    // Link-local, with the metadata services of most clouds.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, what is reserved, and broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// Of IPv6 only these are handed out on the open internet; all else (loopback, unique local, link-local, multicast,
/// mapped and NAT64 addresses) lies outside.
const OPEN_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What is special within them.
const CLOSED_V6: [(Ipv6Addr, u8); 5] = [
    // Protocol assignments: Teredo, which holds an IPv4 address, benchmarks, ORCHID.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4, which holds an IPv4 address.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address belongs to a machine on the open internet, as far as its number tells.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED_V4.iter().any(|(network, bits)| is_in_v4(address, *network, *bits)),
        IpAddr::V6(address) => {
            let (open, bits) = OPEN_V6;
            is_in_v6(address, open, bits) && !CLOSED_V6.iter().any(|(network, bits)| is_in_v6(address, *network, *bits))
        }
    }
}

fn is_in_v4(address: Ipv4Addr, network: Ipv4Addr, bits: u8) -> bool {
    let shift = 32 - u32::from(bits);
    address.to_bits() >> shift == network.to_bits() >> shift
}

fn is_in_v6(address: Ipv6Addr, network: Ipv6Addr, bits: u8) -> bool {
    let shift = 128 - u32::from(bits);
    address.to_bits() >> shift == network.to_bits() >> shift
}

/// Networks that an operator names, such as `10.0.0.0/8, 192.168.7.9, fd00::/8`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

/// A text that names no network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no network such as 10.0.0.0/8")]
pub struct NotANetwork(String);

impl Networks {
    /// Whether one of them holds the address. An IPv4 address written as IPv6 is the same address.
    pub fn hold(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Networks {
    type Err = NotANetwork;

    fn from_str(text: &str) -> Result<Self, NotANetwork> {
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let network = |part: &str| {
            let read = part.parse::<IpNet>().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
            read.map_err(|_| NotANetwork(part.to_owned()))
        };
        Ok(Self(parts.map(network).collect::<Result<_, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(address: &str) -> bool {
        is_public(address.parse().expect("an address"))
    }

    #[test]
    fn addresses_of_the_open_internet_are_public() {
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "168.63.129.17",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "191.255.255.255",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255",
            "2000::",
            "2001:200::1",
            "2001:da8::1",
            "2400:3200::1",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "3ffe:ffff::",
        ] {
            assert!(judged(address), "{address}");
        }
    }

    #[test]
    fn every_other_address_is_not() {
        for address in [
            // This network, private, shared, loopback, link-local with metadata.
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.100.100.200",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.0.0",
            "169.254.169.254",
            "169.254.170.2",
            "169.254.255.255",
            "172.16.0.0",
            "172.31.255.255",
            "192.168.0.0",
            "192.168.255.255",
            "168.63.129.16",
            // Protocols, documentation, benchmarks, 6to4 relays.
            "192.0.0.0",
            "192.0.0.192",
            "192.0.0.255",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.255",
            // Multicast, reserved, broadcast.
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.0",
            "255.255.255.255",
            // Unspecified, loopback, compatible, mapped, translated, NAT64, discard.
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "1fff:ffff::",
            // Teredo, benchmarks, ORCHID, documentation, 6to4, segment routing.
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:1ff:ffff::",
            "2001:db8::1",
            "2002::1",
            "2002:7f00:1::1",
            "2002:a9fe:a9fe::",
            "2620:4f:8000::1",
            "3fff::1",
            "3fff:fff::",
            "4000::",
            "5f00::1",
            // Unique local with AWS' metadata, link-local, site-local, multicast.
            "fc00::1",
            "fd00::1",
            "fd00:ec2::254",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "ffff::",
        ] {
            assert!(!judged(address), "{address}");
        }
    }

    /// Every /16 of IPv4, by the standard library where it has an opinion.
    #[test]
    fn the_standard_library_agrees() {
        for high in 0..=u16::MAX {
            let address = Ipv4Addr::from_bits(u32::from(high) << 16 | 0x0102);
            let closed = address.is_private() || address.is_loopback() || address.is_link_local() || address.is_multicast();
            if closed || address.is_broadcast() || address.is_unspecified() {
                assert!(!is_public(address.into()), "{address}");
            }
            let mapped = IpAddr::from(address.to_ipv6_mapped());
            assert!(!is_public(mapped), "{mapped}");
        }
    }

    #[test]
    fn an_operator_names_networks() {
        let networks: Networks = "10.0.0.0/8, 192.168.7.9,fd00::/8".parse().expect("networks");
        let holds = |address: &str| networks.hold(address.parse().expect("an address"));
        assert!(holds("10.1.2.3") && holds("192.168.7.9") && holds("fd12::1") && holds("::ffff:10.1.2.3"));
        assert!(!holds("11.0.0.1") && !holds("192.168.7.8") && !holds("fe80::1"));
        assert_eq!("".parse(), Ok(Networks::default()));
        for wrong in ["10.0.0.0/33", "office.example.org", "10.0.0/8"] {
            assert_eq!(wrong.parse::<Networks>(), Err(NotANetwork(wrong.to_owned())));
        }
    }
}
