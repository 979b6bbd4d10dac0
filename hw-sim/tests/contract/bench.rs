//! The bench on which facts are put to a driver: two crossed E1 spans of channels 1 to 31 and 32 to 62.

use dahdi_sys::abi::{BufferInfo, BufferPolicy, Flush};
use dahdi_sys::{Device, Errno, Kernel, Node, Request};

pub struct Bench<'a> {
    pub kernel: &'a dyn Kernel,
    /// Lets milliseconds pass: virtual ones, or sleeps.
    pub advance: &'a dyn Fn(u32),
    /// Begins to take a span away under whoever has it open.
    pub unplug: &'a dyn Fn(u32),
    /// Gives it back.
    pub plug: &'a dyn Fn(u32),
}

pub const CLEAR: u32 = 1;
pub const CLEAR_FAR: u32 = 32;
pub const UNCONFIGURED: u32 = 15;
pub const HDLC: u32 = 16;
pub const HDLC_FAR: u32 = 47;
pub const MTP2: u32 = 31;
pub const MTP2_FAR: u32 = 62;
pub const ABSENT: u32 = 900;

impl Bench<'_> {
    pub fn open(&self, channel: u32) -> Box<dyn Device> {
        self.kernel.open(Node::Channel(channel)).unwrap_or_else(|errno| panic!("channel {channel}: {errno}"))
    }

    pub fn open_error(&self, node: Node) -> Errno {
        self.kernel.open(node).err().unwrap_or_else(|| panic!("{node} could be opened"))
    }

    pub fn ctl(&self) -> Box<dyn Device> {
        self.kernel.open(Node::Ctl).expect("the control device is always there")
    }

    /// A channel with `count` buffers of `size`, empty, after a pause in which the line has settled.
    pub fn open_with(&self, channel: u32, count: i32, size: i32) -> Box<dyn Device> {
        let device = self.open(channel);
        set_buffers(&*device, count, size, BufferPolicy::IMMEDIATE).expect("buffers within bounds");
        (self.advance)(10);
        device.ioctl(Request::Flush(Flush::ALL)).expect("flush");
        device
    }
}

pub fn set_buffers(device: &dyn Device, count: i32, size: i32, policy: BufferPolicy) -> Result<(), Errno> {
    let info = BufferInfo { txbufpolicy: policy, numbufs: count, bufsize: size, ..BufferInfo::default() };
    device.ioctl(Request::SetBufferInfo(&info))
}

pub fn buffers(device: &dyn Device) -> BufferInfo {
    let mut info = BufferInfo::default();
    device.ioctl(Request::GetBufferInfo(&mut info)).expect("GET_BUFINFO");
    info
}

pub fn event(device: &dyn Device) -> i32 {
    let mut number = -1;
    device.ioctl(Request::GetEvent(&mut number)).expect("GETEVENT");
    number
}

/// Everything that can be read now, block after block.
pub fn read_all(device: &dyn Device) -> Vec<Vec<u8>> {
    let mut blocks = Vec::new();
    let mut buffer = [0; 8192];
    while let Ok(length) = device.read(&mut buffer) {
        blocks.push(buffer[..length].to_vec());
    }
    blocks
}

pub fn read_octets(device: &dyn Device) -> Vec<u8> {
    read_all(device).concat()
}

/// Octets that do not repeat within 250.
pub fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8 ^ (index / 251) as u8).collect()
}

/// Whether `pattern` stands in `octets` somewhere.
pub fn contains(octets: &[u8], pattern: &[u8]) -> bool {
    octets.windows(pattern.len()).any(|window| window == pattern)
}
