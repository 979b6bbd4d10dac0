//! SIP listeners over UDP, RFC 3261 clause 18.
//!
//! A datagram is taken whole (64 KiB), and at most [`DATAGRAMS_PER_TURN`] in one turn of the reactor, one from each
//! listener in rotation, so that a flood on one starves neither the others nor signalling: what does not fit into the
//! kernel's buffer of [`RECEIVE_BUFFER_OCTETS`] is lost there, as UDP may. Sending never waits either: a datagram
//! that the kernel refuses is lost and counted, and SIP's own retransmission is the remedy. ICMP errors come with the
//! address that a datagram was for (RFC 3261 18.4).

use crate::rt::mark;
use config::model::Transport;
use nix::errno::Errno;
use nix::sys::socket::{ControlMessageOwned, MsgFlags, SockaddrStorage, cmsg_space, recvmsg, setsockopt, sockopt};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::io::{self, IoSliceMut};
use std::net::SocketAddr;
use std::os::fd::AsRawFd;
use std::task::Poll;
use tokio::io::Interest;
use tokio::net::UdpSocket;

/// The bound listeners, each with its index among all that are configured.
#[derive(Debug)]
pub struct Listeners {
    sockets: Vec<(usize, UdpSocket)>,
    addresses: Vec<(usize, SocketAddr)>,
    /// Who is asked first next time.
    turn: usize,
    buffer: Box<[u8]>,
    unsent: u64,
    unreachable: VecDeque<(usize, SocketAddr)>,
}

/// An address that could not be bound.
#[derive(Debug, thiserror::Error)]
#[error("SIP cannot listen on {}:{address}: {source}", transport.name())]
pub struct BindError {
    /// The configured transport.
    pub transport: Transport,
    /// The configured address.
    pub address: SocketAddr,
    /// What the system said.
    pub source: io::Error,
}

impl Listeners {
    /// Binds every address; to be called inside a tokio runtime. Datagrams are marked with `dscp`.
    pub fn bind(addresses: impl IntoIterator<Item = (usize, SocketAddr)>, dscp: u8) -> Result<Self, BindError> {
        let (mut sockets, mut bound) = (Vec::new(), Vec::new());
        for (index, address) in addresses {
            let (socket, at) =
                bind_one(address, dscp).map_err(|source| BindError { transport: Transport::Udp, address, source })?;
            sockets.push((index, socket));
            bound.push((index, at));
        }
        let (buffer, unreachable) = (vec![0; DATAGRAM_OCTETS_MAX].into(), VecDeque::new());
        Ok(Self { sockets, addresses: bound, turn: 0, buffer, unsent: 0, unreachable })
    }

    /// Where they listen, with the ports that the system chose for port 0.
    pub fn addresses(&self) -> &[(usize, SocketAddr)] {
        &self.addresses
    }

    /// Takes what has arrived, at most [`DATAGRAMS_PER_TURN`]; true if that was not all.
    pub fn receive(&mut self, mut take: impl FnMut(usize, SocketAddr, &[u8])) -> bool {
        if self.sockets.is_empty() {
            return false;
        }
        for (listener, socket) in &self.sockets {
            take_errors(*listener, socket, &mut self.unreachable);
        }
        let mut quiet = 0;
        for _ in 0..DATAGRAMS_PER_TURN {
            let (listener, socket) = &self.sockets[self.turn];
            match socket.try_recv_from(&mut self.buffer) {
                Ok((length, remote)) => {
                    take(*listener, remote, &self.buffer[..length]);
                    quiet = 0;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => quiet += 1,
                // An earlier datagram's ICMP answer, which its queue tells more of.
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
        let Some((_, socket)) = self.sockets.iter().find(|(index, _)| *index == listener) else { return };
        // The first error may be what became of an earlier datagram.
        let sent = socket.try_send_to(octets, remote).or_else(|error| {
            if error.kind() == io::ErrorKind::WouldBlock {
                return Err(error);
            }
            socket.try_send_to(octets, remote)
        });
        match sent {
            Ok(_) => {}
            Err(error) => {
                self.unsent += 1;
                if is_unreachable(error.raw_os_error().map_or(Errno::UnknownErrno, Errno::from_raw)) {
                    note(&mut self.unreachable, (listener, remote));
                }
            }
        }
    }

    /// A listener and an address that its datagrams do not reach, each told once for each time it shows.
    pub fn unreachable(&mut self) -> Option<(usize, SocketAddr)> {
        self.unreachable.pop_front()
    }

    /// Datagrams that the kernel refused.
    pub fn unsent(&self) -> u64 {
        self.unsent
    }

    /// Waits until a datagram or an error waits on any listener.
    pub async fn ready(&self) {
        let interest = Interest::READABLE | Interest::ERROR;
        let mut waits: Vec<_> = self.sockets.iter().map(|(_, socket)| Box::pin(socket.ready(interest))).collect();
        poll_fn(|context| {
            let ready = waits.iter_mut().any(|wait| wait.as_mut().poll(context).is_ready());
            if ready { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}

fn bind_one(address: SocketAddr, dscp: u8) -> io::Result<(UdpSocket, SocketAddr)> {
    let socket = std::net::UdpSocket::bind(address)?;
    socket.set_nonblocking(true)?;
    // The kernel caps it at net.core.rmem_max; a smaller buffer is still a working one.
    let _capped = setsockopt(&socket, sockopt::RcvBuf, &RECEIVE_BUFFER_OCTETS);
    mark(&socket, address.is_ipv4(), dscp)?;
    match address {
        SocketAddr::V4(_) => setsockopt(&socket, sockopt::Ipv4RecvErr, &true)?,
        SocketAddr::V6(_) => setsockopt(&socket, sockopt::Ipv6RecvErr, &true)?,
    }
    let bound = socket.local_addr()?;
    Ok((UdpSocket::from_std(socket)?, bound))
}

/// Empties a socket's queue of errors: of which address each is, the kernel says there alone.
fn take_errors(listener: usize, socket: &UdpSocket, unreachable: &mut VecDeque<(usize, SocketAddr)>) {
    for _ in 0..ERRORS_PER_TURN {
        let mut octets = [0; 0];
        let mut buffers = [IoSliceMut::new(&mut octets)];
        let mut control = vec![0; cmsg_space::<[u8; ERROR_OCTETS_MAX]>()];
        let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
        let taken = socket.try_io(Interest::ERROR, || {
            Ok(recvmsg::<SockaddrStorage>(socket.as_raw_fd(), &mut buffers, Some(&mut control), flags)?)
        });
        let Ok(message) = taken else { return };
        let mut errors = message.cmsgs().into_iter().flatten();
        let is_unreachable = errors.any(|control| match control {
            ControlMessageOwned::Ipv4RecvErr(error, _) | ControlMessageOwned::Ipv6RecvErr(error, _) => {
                i32::try_from(error.ee_errno).is_ok_and(|number| is_unreachable(Errno::from_raw(number)))
            }
            _ => false,
        });
        if let Some(remote) = message.address.as_ref().filter(|_| is_unreachable).and_then(address_of) {
            note(unreachable, (listener, remote));
        }
    }
}

/// Host, network, port or protocol unreachable, or a parameter problem.
fn is_unreachable(error: Errno) -> bool {
    use Errno as E;
    matches!(error, E::ECONNREFUSED | E::EHOSTUNREACH | E::ENETUNREACH | E::ENOPROTOOPT | E::EPROTO)
}

fn address_of(address: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = address.as_sockaddr_in().map(|address| SocketAddr::V4((*address).into()));
    v4.or_else(|| address.as_sockaddr_in6().map(|address| SocketAddr::V6((*address).into())))
}

fn note(unreachable: &mut VecDeque<(usize, SocketAddr)>, what: (usize, SocketAddr)) {
    if unreachable.len() < ERRORS_PER_TURN && !unreachable.contains(&what) {
        unreachable.push_back(what);
    }
}

/// Errors that are taken from a socket at once, and kept until the reactor takes them.
const ERRORS_PER_TURN: usize = 64;
/// A kernel's description of an error with the address of its sender.
const ERROR_OCTETS_MAX: usize = 64;
/// Datagrams taken in one turn of the reactor: about a millisecond's work, a unit's time on a signalling link.
pub const DATAGRAMS_PER_TURN: usize = 32;
/// What a listener's kernel buffer is asked to hold: a second of a busy gateway.
pub const RECEIVE_BUFFER_OCTETS: usize = 4 * 1024 * 1024;
/// The longest datagram that UDP carries.
const DATAGRAM_OCTETS_MAX: usize = 65_535;

#[cfg(test)]
mod tests {
    use super::*;
    use nix::sys::socket::getsockopt;

    fn in_runtime(body: impl Future<Output = ()>) {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(body);
    }

    fn bind<const N: usize>(addresses: [SocketAddr; N]) -> Listeners {
        Listeners::bind(addresses.into_iter().enumerate(), 24).unwrap()
    }

    #[test]
    fn what_a_listener_sends_carries_the_code_point() {
        in_runtime(async {
            let [four, six] = ["127.0.0.1:0", "[::1]:0"].map(|loopback| bind([loopback.parse().unwrap()]));
            assert_eq!(getsockopt(&four.sockets[0].1, sockopt::Ipv4Tos), Ok(24 << 2));
            assert_eq!(getsockopt(&six.sockets[0].1, sockopt::Ipv6TClass), Ok(24 << 2));
        });
    }

    #[test]
    fn a_closed_port_is_told_with_its_address_and_the_sockets_of_others_go_on() {
        for loopback in ["127.0.0.1:0", "[::1]:0"] {
            in_runtime(async {
                let mut listeners = bind([loopback.parse().unwrap()]);
                let gone = std::net::UdpSocket::bind(loopback).unwrap().local_addr().unwrap();
                // The runtime has to see once that there is room.
                listeners.sockets[0].1.writable().await.unwrap();
                listeners.send(0, gone, b"to nobody");
                let told = loop {
                    listeners.ready().await;
                    listeners.receive(|_, _, _| unreachable!("nobody sends"));
                    if let Some(told) = listeners.unreachable() {
                        break told;
                    }
                };
                assert_eq!(told, (0, gone));
            });
        }
    }

    fn loopback() -> SocketAddr {
        "127.0.0.1:0".parse().unwrap()
    }

    #[test]
    fn a_flood_is_taken_in_turns_and_every_listener_has_its_own() {
        in_runtime(async {
            let mut listeners = bind([loopback(), loopback()]);
            let sender = std::net::UdpSocket::bind(loopback()).unwrap();
            for _ in 0..2 * DATAGRAMS_PER_TURN {
                sender.send_to(b"noise", listeners.addresses()[0].1).unwrap();
            }
            sender.send_to(b"OPTIONS", listeners.addresses()[1].1).unwrap();
            listeners.ready().await;
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
            let error = Listeners::bind([(0, address)], 0).unwrap_err();
            assert!(error.to_string().contains(&address.to_string()), "{error}");
        });
    }

    #[test]
    fn a_datagram_nobody_takes_is_no_obstacle_to_the_next() {
        in_runtime(async {
            let mut listeners = bind([loopback()]);
            let gone = std::net::UdpSocket::bind(loopback()).unwrap().local_addr().unwrap();
            listeners.send(0, gone, b"to nobody");
            let peer = std::net::UdpSocket::bind(loopback()).unwrap();
            peer.send_to(b"from somebody", listeners.addresses()[0].1).unwrap();
            let mut heard = Vec::new();
            while heard.is_empty() {
                listeners.ready().await;
                listeners.receive(|_, _, octets| heard = octets.to_vec());
            }
            assert_eq!(heard, b"from somebody");
        });
    }
}
