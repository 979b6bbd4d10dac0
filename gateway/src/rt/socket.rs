//! The two UDP sockets of one leg: RTP on an even port, RTCP on the next (RFC 3550 section 11).

use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, UdpSocket};

use media::{Port, Socket};

/// Errors of earlier sends (an ICMP unreachable, say) that one call passes over.
const MAX_STALE_ERRORS: usize = 4;

/// A bound pair of sockets that never block.
#[derive(Debug)]
pub struct UdpPair {
    rtp: UdpSocket,
    rtcp: UdpSocket,
}

impl UdpPair {
    /// Binds `port`, which is even, and the one above.
    pub fn bind(address: IpAddr, port: u16) -> io::Result<Self> {
        let above = port.checked_add(1).filter(|_| port.is_multiple_of(2)).ok_or(ErrorKind::InvalidInput)?;
        let [rtp, rtcp] = [bind(address, port)?, bind(address, above)?];
        Ok(Self { rtp, rtcp })
    }

    /// Marks RTP and RTCP with a differentiated services code point.
    pub fn mark(&self, dscp: u8) -> io::Result<()> {
        let is_ipv4 = self.local_address()?.is_ipv4();
        super::mark(&self.rtp, is_ipv4, dscp)?;
        super::mark(&self.rtcp, is_ipv4, dscp)
    }

    /// The address of the RTP socket.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        self.rtp.local_addr()
    }

    fn port(&self, port: Port) -> &UdpSocket {
        match port {
            Port::Rtp => &self.rtp,
            Port::Rtcp => &self.rtcp,
        }
    }
}

fn bind(address: IpAddr, port: u16) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((address, port))?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

impl Socket for UdpPair {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        (0..MAX_STALE_ERRORS)
            .map(|_| self.port(port).recv_from(buffer))
            .find(|received| !is_stale(received))
            .and_then(Result::ok)
    }

    fn send(&mut self, port: Port, to: SocketAddr, packet: &[u8]) -> bool {
        (0..MAX_STALE_ERRORS)
            .map(|_| self.port(port).send_to(packet, to))
            .find(|sent| !is_stale(sent))
            .is_some_and(|sent| sent.is_ok_and(|length| length == packet.len()))
    }
}

/// An error that an earlier datagram left behind; asking again gets on.
fn is_stale<T>(result: &io::Result<T>) -> bool {
    matches!(
        result.as_ref().map_err(io::Error::kind),
        Err(ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionReset
            | ErrorKind::Interrupted
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::socket::{getsockopt, sockopt};

    #[test]
    fn both_sockets_carry_the_code_point() {
        let pair = pair();
        pair.mark(46).expect("any code point may be had");
        for socket in [&pair.rtp, &pair.rtcp] {
            assert_eq!(getsockopt(socket, sockopt::Ipv4Tos), Ok(46 << 2));
        }
    }
    use std::net::Ipv4Addr;

    /// Two pairs on ports that were free a moment ago.
    fn pair() -> UdpPair {
        (0..100)
            .find_map(|_| {
                let free = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).ok()?.local_addr().ok()?.port();
                UdpPair::bind(Ipv4Addr::LOCALHOST.into(), free & !1).ok()
            })
            .expect("two free ports in a row among a hundred tries")
    }

    #[test]
    fn datagrams_pass_between_pairs_and_nothing_waits() {
        let (mut a, mut b) = (pair(), pair());
        let mut buffer = [0; 64];
        assert_eq!(b.receive(Port::Rtp, &mut buffer), None);
        let to = b.local_address().expect("bound");
        assert!(a.send(Port::Rtp, to, &[1, 2, 3]));
        let from = a.local_address().expect("bound");
        assert_eq!(b.receive(Port::Rtp, &mut buffer), Some((3, from)));
        assert_eq!(b.receive(Port::Rtcp, &mut buffer), None);
    }

    #[test]
    fn a_peer_that_is_gone_neither_blocks_nor_ends_the_sending() {
        let mut a = pair();
        let gone = pair().local_address().expect("bound");
        let mut buffer = [0; 64];
        for _ in 0..10 {
            assert!(a.send(Port::Rtp, gone, &[0; 172]));
            assert_eq!(a.receive(Port::Rtp, &mut buffer), None);
        }
    }

    #[test]
    fn the_port_of_rtp_is_even() {
        let refused = UdpPair::bind(Ipv4Addr::LOCALHOST.into(), 16_385).expect_err("odd");
        assert_eq!(refused.kind(), ErrorKind::InvalidInput);
    }
}
