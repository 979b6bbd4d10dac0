//! A driver and sockets that count what they are asked: each request is one system call.

use std::net::SocketAddr;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use dahdi_sys::{Device, Errno, Kernel, Node, Request};
use media::{Port, Socket};
use spangate::rt::UdpPair;

/// System calls so far.
#[derive(Debug, Default)]
pub struct Calls {
    driver: AtomicU64,
    sockets: AtomicU64,
}

impl Calls {
    /// On the driver's devices, and on sockets.
    pub fn count(&self) -> [u64; 2] {
        [&self.driver, &self.sockets].map(|count| count.load(Ordering::Relaxed))
    }
}

pub struct CountedKernel {
    kernel: Arc<dyn Kernel>,
    calls: Arc<Calls>,
}

impl CountedKernel {
    pub fn new(kernel: Arc<dyn Kernel>, calls: Arc<Calls>) -> Self {
        Self { kernel, calls }
    }
}

impl Kernel for CountedKernel {
    fn open(&self, node: Node) -> Result<Box<dyn Device>, Errno> {
        Ok(Box::new(CountedDevice { device: self.kernel.open(node)?, calls: self.calls.clone() }))
    }

    fn timing_slips(&self, number: u32) -> Option<u64> {
        self.kernel.timing_slips(number)
    }
}

struct CountedDevice {
    device: Box<dyn Device>,
    calls: Arc<Calls>,
}

impl CountedDevice {
    fn counted(&self) -> &dyn Device {
        self.calls.driver.fetch_add(1, Ordering::Relaxed);
        &*self.device
    }
}

impl Device for CountedDevice {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        self.counted().ioctl(request)
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        self.counted().read(buffer)
    }

    fn write(&self, octets: &[u8]) -> Result<usize, Errno> {
        self.counted().write(octets)
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        self.device.readiness()
    }
}

#[derive(Debug)]
pub struct CountedSocket {
    pair: UdpPair,
    calls: Arc<Calls>,
}

impl CountedSocket {
    pub fn new(pair: UdpPair, calls: Arc<Calls>) -> Self {
        Self { pair, calls }
    }

    fn counted(&mut self) -> &mut UdpPair {
        self.calls.sockets.fetch_add(1, Ordering::Relaxed);
        &mut self.pair
    }
}

impl Socket for CountedSocket {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        self.counted().receive(port, buffer)
    }

    fn send(&mut self, port: Port, to: SocketAddr, packet: &[u8]) -> bool {
        self.counted().send(port, to, packet)
    }
}
