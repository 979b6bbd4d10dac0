//! IP and UDP headers for datagrams that sockets gave without them: RFC 791, RFC 8200 and RFC 768, checksums included.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The longest UDP payload below IPv4; no longer one reaches a socket.
const PAYLOAD_OCTETS_MAX: usize = 65_535 - 20 - UDP_HEADER_OCTETS;
const UDP_HEADER_OCTETS: usize = 8;
const UDP: u8 = 17;
const HOPS: u8 = 64;

/// A whole IP packet. Addresses of two versions are both written as IPv6 (RFC 4291 clause 2.5.5.2).
pub(super) fn datagram(source: SocketAddr, destination: SocketAddr, payload: &[u8]) -> Vec<u8> {
    let payload = &payload[..payload.len().min(PAYLOAD_OCTETS_MAX)];
    let length = u16::try_from(UDP_HEADER_OCTETS + payload.len()).expect("cut to what 16 bits hold");
    let ports = [source.port().to_be_bytes(), destination.port().to_be_bytes()].concat();
    let mut udp = [&ports[..], &length.to_be_bytes(), &[0, 0], payload].concat();
    let (addresses, header) = match (source.ip().to_canonical(), destination.ip().to_canonical()) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            let addresses = [source.octets(), destination.octets()].concat();
            let header = ipv4_header(&addresses, length);
            (addresses, header)
        }
        (source, destination) => {
            let addresses = [six(source).octets(), six(destination).octets()].concat();
            let header = ipv6_header(&addresses, length);
            (addresses, header)
        }
    };
    let pseudo_header = [&addresses[..], &[0, UDP], &length.to_be_bytes()].concat();
    // A computed 0 is sent as all ones: 0 would say that there is no checksum.
    let checksum = match checksum(&[&pseudo_header, &udp]) {
        0 => 0xFFFF,
        checksum => checksum,
    };
    udp[6..8].copy_from_slice(&checksum.to_be_bytes());
    [header, udp].concat()
}

fn ipv4_header(addresses: &[u8], udp_length: u16) -> Vec<u8> {
    let total = (udp_length + 20).to_be_bytes();
    let mut header = [&[0x45, 0][..], &total, &[0, 0], &[0x40, 0], &[HOPS, UDP], &[0, 0], addresses].concat();
    let checksum = checksum(&[&header]);
    header[10..12].copy_from_slice(&checksum.to_be_bytes());
    header
}

fn ipv6_header(addresses: &[u8], udp_length: u16) -> Vec<u8> {
    [&[0x60, 0, 0, 0][..], &udp_length.to_be_bytes(), &[UDP, HOPS], addresses].concat()
}

fn six(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
}

/// The Internet checksum (RFC 1071) of parts that all but the last have an even number of octets.
fn checksum(parts: &[&[u8]]) -> u16 {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let sum = words.map(|word| u64::from(word[0]) << 8 | u64::from(*word.get(1).unwrap_or(&0))).sum::<u64>();
    let mut folded = sum;
    while folded > 0xFFFF {
        folded = (folded & 0xFFFF) + (folded >> 16);
    }
    !u16::try_from(folded).expect("folded to 16 bits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_rfc_1071_clause_3() {
        assert_eq!(checksum(&[&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]]), !0xddf2);
        assert_eq!(checksum(&[&[0x00, 0x01], &[0xf2, 0x03, 0xf4, 0xf5], &[0xf6, 0xf7]]), !0xddf2);
        assert_eq!(checksum(&[&[0xff]]), !0xff00);
    }

    #[test]
    fn a_datagram_between_two_ipv4_hosts_has_both_checksums() {
        let packet = datagram(
            "192.0.2.1:5060".parse().expect("an address"),
            "192.0.2.2:5070".parse().expect("an address"),
            b"hello",
        );
        assert_eq!(packet.len(), 20 + 8 + 5);
        assert_eq!((packet[0], packet[9], &packet[12..20]), (0x45, 17, &[192, 0, 2, 1, 192, 0, 2, 2][..]));
        assert_eq!(checksum(&[&packet[..20]]), 0);
        let pseudo_header = [&packet[12..20], &[0, 17, 0, 13]].concat();
        assert_eq!(checksum(&[&pseudo_header, &packet[20..]]), 0);
    }

    #[test]
    fn a_datagram_with_an_ipv6_end_is_ipv6_and_mapped_ends_are_ipv4() {
        let six = "[2001:db8::1]:5060".parse().expect("an address");
        let four = "192.0.2.1:5060".parse().expect("an address");
        let packet = datagram(four, six, b"x");
        assert_eq!((packet[0], packet[6], packet.len()), (0x60, 17, 40 + 9));
        assert_eq!(&packet[8..24], &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 1]);
        let mapped = "[::ffff:192.0.2.9]:5060".parse().expect("an address");
        assert_eq!(datagram(four, mapped, b"x")[0], 0x45);
    }

    #[test]
    fn a_payload_longer_than_ip_carries_is_cut_to_it() {
        let end = "192.0.2.1:5060".parse().expect("an address");
        assert_eq!(datagram(end, end, &vec![0; 70_000]).len(), 65_535);
    }
}
