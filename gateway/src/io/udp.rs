//! SIP listeners over UDP, RFC 3261 clause 18.
//!
//! A datagram is taken whole (64 KiB), and at most [`DATAGRAMS_PER_TURN`] in one turn of the reactor, one from each
//! listener in rotation, so that a flood on one starves neither the others nor signalling: what does not fit into the
//! kernel's buffer of [`RECEIVE_BUFFER_OCTETS`] is lost there, as UDP may. Sending never waits either: a datagram
//! that the kernel refuses is lost and counted, and SIP's own retransmission is the remedy.

use nix::sys::socket::{setsockopt, sockopt};
use std::io;
use std::net::SocketAddr;
use std::task::{Context, Poll};
use tokio::net::UdpSocket;

/// The bound listeners, in the order of the configuration.
#[derive(Debug)]
pub struct Listeners {
    sockets: Vec<UdpSocket>,
    addresses: Vec<SocketAddr>,
    /// Who is asked first next time.
    turn: usize,
    buffer: Box<[u8]>,
    unsent: u64,
}

/// An address that could not be bound.
#[derive(Debug, thiserror::Error)]
#[error("SIP cannot listen on udp:{address}: {source}")]
pub struct BindError {
    /// The configured address.
    pub address: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

impl Listeners {
    /// Binds every address; to be called inside a tokio runtime.
    pub fn bind(addresses: impl IntoIterator<Item = SocketAddr>) -> Result<Self, BindError> {
        let bound: Result<Vec<_>, _> = addresses
            .into_iter()
            .map(|address| bind_one(address).map_err(|source| BindError { address, source }))
            .collect();
        let (sockets, addresses) = bound?.into_iter().unzip();
        Ok(Self { sockets, addresses, turn: 0, buffer: vec![0; DATAGRAM_OCTETS_MAX].into(), unsent: 0 })
    }

    /// Where they listen, with the ports that the system chose for port 0.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Takes what has arrived, at most [`DATAGRAMS_PER_TURN`]; true if that was not all.
    pub fn receive(&mut self, mut take: impl FnMut(usize, SocketAddr, &[u8])) -> bool {
        let mut quiet = 0;
        for _ in 0..DATAGRAMS_PER_TURN {
            // An error here is an earlier datagram's ICMP answer: nobody waits for it, and the next read goes on.
            match self.sockets[self.turn].try_recv_from(&mut self.buffer) {
                Ok((length, remote)) => {
                    take(self.turn, remote, &self.buffer[..length]);
                    quiet = 0;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => quiet += 1,
                Err(_) => quiet = 0,
            }
            self.turn = (self.turn + 1) % self.sockets.len();
            if quiet == self.sockets.len() {
                return false;
            }
        }
        true
    }

    /// Sends a datagram from a listener.
    pub fn send(&mut self, listener: usize, remote: SocketAddr, octets: &[u8]) {
        if self.sockets[listener].try_send_to(octets, remote).is_err() {
            self.unsent += 1;
        }
    }

    /// Datagrams that the kernel refused.
    pub fn unsent(&self) -> u64 {
        self.unsent
    }

    /// Ready when a datagram waits on any listener.
    pub fn poll_ready(&self, context: &mut Context<'_>) -> Poll<()> {
        let ready = self.sockets.iter().filter(|socket| socket.poll_recv_ready(context).is_ready()).count();
        if ready > 0 { Poll::Ready(()) } else { Poll::Pending }
    }
}

fn bind_one(address: SocketAddr) -> io::Result<(UdpSocket, SocketAddr)> {
    let socket = std::net::UdpSocket::bind(address)?;
    socket.set_nonblocking(true)?;
    // The kernel caps it at net.core.rmem_max; a smaller buffer is still a working one.
    let _capped = setsockopt(&socket, sockopt::RcvBuf, &RECEIVE_BUFFER_OCTETS);
    let bound = socket.local_addr()?;
    Ok((UdpSocket::from_std(socket)?, bound))
}

/// Datagrams taken in one turn of the reactor: about a millisecond's work, a unit's time on a signalling link.
pub const DATAGRAMS_PER_TURN: usize = 32;
/// What a listener's kernel buffer is asked to hold: a second of a busy gateway.
pub const RECEIVE_BUFFER_OCTETS: usize = 4 * 1024 * 1024;
/// The longest datagram that UDP carries.
const DATAGRAM_OCTETS_MAX: usize = 65_535;

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;

    fn in_runtime(body: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(body);
    }

    fn loopback() -> SocketAddr {
        "127.0.0.1:0".parse().unwrap()
    }

    #[test]
    fn a_flood_is_taken_in_turns_and_every_listener_has_its_own() {
        in_runtime(async {
            let mut listeners = Listeners::bind([loopback(), loopback()]).unwrap();
            let sender = std::net::UdpSocket::bind(loopback()).unwrap();
            for _ in 0..2 * DATAGRAMS_PER_TURN {
                sender.send_to(b"noise", listeners.addresses()[0]).unwrap();
            }
            sender.send_to(b"OPTIONS", listeners.addresses()[1]).unwrap();
            poll_fn(|context| listeners.poll_ready(context)).await;
            let mut first_turn = Vec::new();
            // Both sockets' readiness arrives with the first poll of the driver, or with the next.
            while first_turn.is_empty() || !first_turn.contains(&1) {
                tokio::task::yield_now().await;
                let before = first_turn.len();
                listeners.receive(|listener, _, _| first_turn.push(listener));
                assert!(first_turn.len() - before <= DATAGRAMS_PER_TURN);
            }
        });
    }

    #[test]
    fn a_taken_address_is_named_in_the_error() {
        in_runtime(async {
            let holder = std::net::UdpSocket::bind(loopback()).unwrap();
            let address = holder.local_addr().unwrap();
            let error = Listeners::bind([address]).unwrap_err();
            assert!(error.to_string().contains(&address.to_string()), "{error}");
        });
    }

    #[test]
    fn a_datagram_nobody_takes_is_no_obstacle_to_the_next() {
        in_runtime(async {
            let mut listeners = Listeners::bind([loopback()]).unwrap();
            let gone = std::net::UdpSocket::bind(loopback()).unwrap().local_addr().unwrap();
            listeners.send(0, gone, b"to nobody");
            let peer = std::net::UdpSocket::bind(loopback()).unwrap();
            peer.send_to(b"from somebody", listeners.addresses()[0]).unwrap();
            let mut heard = Vec::new();
            while heard.is_empty() {
                poll_fn(|context| listeners.poll_ready(context)).await;
                listeners.receive(|_, _, octets| heard = octets.to_vec());
            }
            assert_eq!(heard, b"from somebody");
        });
    }
}
