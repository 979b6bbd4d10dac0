//! Signalling timeslots whose other end is in another process: a driver as the gateway sees it, but the units of its links are datagrams.
//!
//! A read or a write of a link's channel is one system call on a socket, as it is one on a real device. Everything else is
//! the simulated driver's.

use crate::plan::{self, LINKS, Places, Side};
use dahdi_sys::{Device, Errno, Kernel, Node, Request};
use hw_sim::SimKernel;
use std::fs;
use std::io::ErrorKind;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// One side's end of a link.
pub fn connect(folder: &Path, side: Side, link: usize) -> UnixDatagram {
    let places = Places(folder);
    let own = places.socket(side, link);
    // Of a run before.
    let _absent = fs::remove_file(&own);
    let socket = UnixDatagram::bind(own).expect("the folder is ours");
    socket.set_nonblocking(true).expect("a socket of ours");
    let other = places.socket(side.other(), link);
    let deadline = Instant::now() + PATIENCE;
    while socket.connect(&other).is_err() {
        assert!(Instant::now() < deadline, "nobody at {}", other.display());
        thread::sleep(Duration::from_millis(5));
    }
    socket
}

/// A simulated driver whose links are sockets.
pub struct Kernels {
    driver: SimKernel,
    links: Mutex<Vec<Option<UnixDatagram>>>,
}

impl Kernels {
    pub fn new(driver: SimKernel, folder: &Path) -> Kernels {
        let links = (0..LINKS).map(|link| Some(connect(folder, Side::Gateway, link))).collect();
        Kernels { driver, links: Mutex::new(links) }
    }
}

impl Kernel for Kernels {
    fn open(&self, node: Node) -> Result<Box<dyn Device>, Errno> {
        let device = self.driver.open(node)?;
        let link = (0..LINKS).find(|link| node == Node::Channel(plan::channel(*link)));
        let Some(link) = link else { return Ok(device) };
        let socket = self.links.lock().expect("no holder panics")[link].take().ok_or(Errno::EBUSY)?;
        Ok(Box::new(Timeslot { device, socket }))
    }

    fn timing_slips(&self, number: u32) -> Option<u64> {
        self.driver.timing_slips(number)
    }
}

struct Timeslot {
    device: Box<dyn Device>,
    socket: UnixDatagram,
}

impl Device for Timeslot {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        self.device.ioctl(request)
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        self.socket.recv(buffer).map_err(|error| match error.kind() {
            ErrorKind::WouldBlock => Errno::EAGAIN,
            _ => Errno::EIO,
        })
    }

    /// What the other side cannot take yet waits, as it would for the line.
    fn write(&self, octets: &[u8]) -> Result<usize, Errno> {
        self.socket.send(octets).map_err(|_| Errno::EAGAIN)
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        Some(self.socket.as_fd())
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
