//! What carries TDMoE frames: a network interface, or UDP datagrams that are Ethernet frames each.
//!
//! The second is what QEMU's `-netdev dgram` and `-netdev socket,udp=` speak, so that a program on the host is on the Ethernet of a guest without
//! privileges. The first needs CAP_NET_RAW. [`Carrier::serve`] answers frames until it is told to stop; it has no thread of its own.
//!
//! clippy.toml bans sockets in this crate; this module and the thread of [`realtime`](super) are the exceptions, each said where it stands.

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, bind, recv, send, setsockopt, socket, sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike};

use crate::tdmoe::frame::{ETHERTYPE, FRAME_OCTETS_MAX};
use crate::tdmoe::{MacAddress, Peer};

/// How long a silent carrier takes to see that it shall stop, at most.
pub const STOP_MAX: Duration = Duration::from_millis(100);

/// Carries Ethernet frames.
pub struct Carrier(Way);

enum Way {
    #[expect(clippy::disallowed_types, reason = "the one UDP socket of the simulator")]
    Udp(std::net::UdpSocket),
    Raw(OwnedFd),
}

impl Carrier {
    /// Each datagram between `local` and `remote` is a frame; port 0 of `local` is any that is free.
    #[expect(clippy::disallowed_types, reason = "the one UDP socket of the simulator")]
    pub fn udp(local: SocketAddr, remote: SocketAddr) -> io::Result<Carrier> {
        let socket = std::net::UdpSocket::bind(local)?;
        socket.connect(remote)?;
        socket.set_read_timeout(Some(STOP_MAX))?;
        Ok(Carrier(Way::Udp(socket)))
    }

    /// The interface of this name, and its address. Everybody's frames arrive; those of other ethertypes are passed over.
    pub fn raw(interface: &str) -> io::Result<(Carrier, MacAddress)> {
        let no_such = || io::Error::new(io::ErrorKind::NotFound, format!("there is no interface {interface}"));
        let mut found = getifaddrs()?.filter(|address| address.interface_name == interface);
        let link = found.find_map(|address| address.address?.as_link_addr().copied()).ok_or_else(no_such)?;
        let fd = socket(AddressFamily::Packet, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::EthAll)?;
        bind(fd.as_raw_fd(), &link)?;
        setsockopt(&fd, sockopt::ReceiveTimeout, &TimeVal::milliseconds(STOP_MAX.as_millis() as i64))?;
        Ok((Carrier(Way::Raw(fd)), MacAddress(link.addr().ok_or_else(no_such)?)))
    }

    /// Where datagrams come in; `None` for an interface.
    pub fn local(&self) -> Option<SocketAddr> {
        match &self.0 {
            Way::Udp(socket) => socket.local_addr().ok(),
            Way::Raw(_) => None,
        }
    }

    /// Gives the peer what comes in and sends what it says, until `stop` is set. Fails when the interface or socket does; a remote that
    /// does not listen yet is waited for.
    pub fn serve(&self, peer: &mut Peer, stop: &AtomicBool) -> io::Result<()> {
        let mut buffer = [0; BUFFER_OCTETS];
        let mut octets = Vec::with_capacity(FRAME_OCTETS_MAX);
        while !stop.load(Ordering::Acquire) {
            let Some(length) = waited(self.receive(&mut buffer))? else { continue };
            // Other protocols share the Ethernet; what else is wrong with a frame the peer counts.
            if buffer[..length].get(12..14) != Some(&ETHERTYPE.to_be_bytes())
                || peer.handle_frame(&buffer[..length]).is_err()
            {
                continue;
            }
            while let Some(frame) = peer.poll_output() {
                octets.clear();
                frame.encode(&mut octets);
                // A frame for which there is no room is a frame lost, as on any Ethernet.
                waited(self.send(&octets))?;
            }
        }
        Ok(())
    }

    /// Sends one frame as it is.
    pub fn send(&self, octets: &[u8]) -> io::Result<usize> {
        match &self.0 {
            Way::Udp(socket) => socket.send(octets),
            Way::Raw(fd) => Ok(send(fd.as_raw_fd(), octets, MsgFlags::empty())?),
        }
    }

    /// Waits at most [`STOP_MAX`] for one frame; what does not fit is lost.
    pub fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match &self.0 {
            Way::Udp(socket) => socket.recv(buffer),
            Way::Raw(fd) => Ok(recv(fd.as_raw_fd(), buffer, MsgFlags::empty())?),
        }
    }
}

/// Nothing for now is no error: a time-out, a signal, a full queue, a remote that is not there yet.
fn waited<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) => match error.raw_os_error().map(Errno::from_raw) {
            Some(Errno::EAGAIN | Errno::EINTR | Errno::ENOBUFS | Errno::ECONNREFUSED) => Ok(None),
            _ => Err(error),
        },
    }
}

/// Longer than any frame of an Ethernet without jumbo frames.
const BUFFER_OCTETS: usize = 2048;
