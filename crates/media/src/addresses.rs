//! The addresses under which this machine is offered to clients, and which of them a datagram came to.
//!
//! It only reads the interfaces; it asks nobody outside.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use nix::ifaddrs::getifaddrs;
use nix::net::if_::InterfaceFlags;

/// Most addresses offered to a client: each costs it a round of checks.
pub(crate) const ADDRESSES_MAX: usize = 8;

/// The addresses of all interfaces that are up, best first: others before loopback, IPv4 before IPv6.
pub(crate) fn of_interfaces() -> Vec<IpAddr> {
    let Ok(interfaces) = getifaddrs() else {
        return vec![IpAddr::V4(std::net::Ipv4Addr::LOCALHOST)];
    };
    let found = interfaces.filter(|interface| interface.flags.contains(InterfaceFlags::IFF_UP)).filter_map(|interface| {
        let address = interface.address?;
        if let Some(v4) = address.as_sockaddr_in() {
            return Some(IpAddr::V4(v4.ip()));
        }
        address.as_sockaddr_in6().map(|v6| IpAddr::V6(v6.ip()))
    });
    best_first(found.collect())
}

/// Sorts, removes what nobody can reach by a bare address, and cuts to [`ADDRESSES_MAX`].
fn best_first(mut addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    addresses.retain(|address| match address {
        IpAddr::V4(v4) => !v4.is_link_local() && !v4.is_unspecified(),
        IpAddr::V6(v6) => !is_link_local(*v6) && !v6.is_loopback() && !v6.is_unspecified(),
    });
    addresses.sort_by_key(|address| (address.is_loopback(), address.is_ipv6()));
    addresses.dedup();
    addresses.truncate(ADDRESSES_MAX);
    addresses
}

fn is_link_local(address: Ipv6Addr) -> bool {
    address.segments()[0] & 0xffc0 == 0xfe80
}

/// What clients are offered, and what the kernel calls it: they differ behind a NAT.
#[derive(Clone, Debug)]
pub(crate) struct LocalAddresses {
    offered: Vec<IpAddr>,
    interfaces: Vec<IpAddr>,
    port: u16,
}

impl LocalAddresses {
    /// Offers these addresses on a machine with those interfaces.
    pub(crate) fn new(offered: Vec<IpAddr>, interfaces: Vec<IpAddr>, port: u16) -> LocalAddresses {
        LocalAddresses { offered, interfaces, port }
    }

    /// The offered address that a datagram came to.
    pub(crate) fn offered_for(&self, local: Option<IpAddr>, source: SocketAddr) -> SocketAddr {
        let known = local.filter(|local| self.offered.contains(local));
        let of_family = || self.offered.iter().copied().find(|ip| ip.is_ipv4() == source.is_ipv4());
        let ip = known.or_else(of_family).unwrap_or(source.ip());
        SocketAddr::new(ip, self.port)
    }

    /// The address to send from; nothing when only the kernel knows which one stands behind the offered one.
    pub(crate) fn sends_from(&self, offered: IpAddr) -> Option<IpAddr> {
        self.interfaces.contains(&offered).then_some(offered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_card_comes_first_and_loopback_last() {
        let addresses =
            ["127.0.0.1", "::1", "fe80::1", "2001:db8::5", "192.168.1.5", "169.254.1.1"].map(|text| text.parse().expect("an address"));
        let sorted: Vec<String> = best_first(addresses.to_vec()).iter().map(ToString::to_string).collect();
        assert_eq!(sorted, ["192.168.1.5", "2001:db8::5", "127.0.0.1"]);
    }

    #[test]
    fn loopback_is_always_found() {
        assert!(of_interfaces().iter().any(IpAddr::is_loopback));
    }

    #[test]
    fn a_private_address_behind_nat_stands_for_the_offered_one() {
        let (public, private) = (ip("203.0.113.5"), ip("10.0.0.5"));
        let local = LocalAddresses::new(vec![public], vec![private], 7882);
        let source = "198.51.100.1:4000".parse().expect("an address");
        assert_eq!(local.offered_for(Some(private), source).to_string(), "203.0.113.5:7882");
        assert_eq!(local.sends_from(public), None);
    }

    #[test]
    fn an_offered_address_stands_for_itself() {
        let both = vec![ip("192.168.1.5"), ip("127.0.0.1")];
        let local = LocalAddresses::new(both.clone(), both, 7882);
        let source = "127.0.0.1:4000".parse().expect("an address");
        let loopback = Some(ip("127.0.0.1"));
        assert_eq!(local.offered_for(loopback, source).to_string(), "127.0.0.1:7882");
        assert_eq!(local.sends_from(ip("127.0.0.1")), loopback);
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }
}
