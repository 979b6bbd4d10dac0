//! `/dev/dahdi` behind the seam: the only unsafe code of the workspace, one `ioctl` call.
//!
//! Opening, reading and writing are the standard library's, always non-blocking. (nix would do, but its `Errno` folds DAHDI's own
//! ELAST, 500, into "unknown".)

use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::ptr;

use nix::libc;

use crate::abi::number;
use crate::{Device, Errno, Kernel, Node, Request};

/// The driver of this host.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinuxKernel;

impl Kernel for LinuxKernel {
    fn open(&self, node: Node) -> Result<Box<dyn Device>, Errno> {
        let path = match node {
            Node::Ctl => "/dev/dahdi/ctl",
            Node::Timer => "/dev/dahdi/timer",
            Node::Channel(_) => "/dev/dahdi/channel",
        };
        let file =
            OpenOptions::new().read(true).write(true).custom_flags(libc::O_NONBLOCK).open(path).map_err(errno)?;
        let device = LinuxDevice { file };
        if let Node::Channel(channel) = node {
            let mut channel = i32::try_from(channel).map_err(|_| Errno::EINVAL)?;
            device.call(number::SPECIFY, ptr::from_mut(&mut channel).cast())?;
        }
        Ok(Box::new(device))
    }

    /// The line that the drivers of some cards (wct4xxp, wcte13xp, wcte43x) add to `/proc/dahdi/N`.
    fn timing_slips(&self, number: u32) -> Option<u64> {
        let text = std::fs::read_to_string(format!("/proc/dahdi/{number}")).ok()?;
        text.lines().find_map(|line| line.trim().strip_prefix("Timing slips:")?.trim().parse().ok())
    }
}

impl LinuxKernel {
    /// A device that another process opened and handed on.
    pub fn adopt(descriptor: OwnedFd) -> Box<dyn Device> {
        Box::new(LinuxDevice { file: File::from(descriptor) })
    }
}

struct LinuxDevice {
    file: File,
}

impl Device for LinuxDevice {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        let mut word = 0;
        let (number, argument) = pair(request, &mut word);
        self.call(number, argument)
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        (&self.file).read(buffer).map_err(errno)
    }

    fn write(&self, octets: &[u8]) -> Result<usize, Errno> {
        (&self.file).write(octets).map_err(errno)
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        Some(self.file.as_fd())
    }
}

impl LinuxDevice {
    #[allow(unsafe_code)]
    fn call(&self, number: u32, argument: *mut c_void) -> Result<(), Errno> {
        // SAFETY: the descriptor is open as long as `self` lives. `argument` is null where the driver takes none (`_IO`); else it
        // points at a live value of the very type from which `abi::number` computed the size inside `number`, or at one that begins with
        // it and holds all that the driver reads by its counts (ECHOCANCEL_PARAMS). The caller borrows it across this call: exclusively
        // where the driver writes (`_IOR`, `_IOWR`, and of `_IOW` the two that it copies back: CHANCONFIG and SETGAINS), at least
        // shared where it only reads. Every such type is `repr(C)` or an `i32` and any bits are valid in it. The driver keeps no
        // pointer after it returns.
        let result = unsafe { libc::ioctl(self.file.as_raw_fd(), number.into(), argument) };
        if result < 0 { Err(errno(io::Error::last_os_error())) } else { Ok(()) }
    }
}

/// The ioctl number and argument of each request; `word` is where an integer passed by value stands while the driver reads it.
fn pair(request: Request<'_>, word: &mut i32) -> (u32, *mut c_void) {
    fn filled<T>(target: &mut T) -> *mut c_void {
        ptr::from_mut(target).cast()
    }
    fn given<T>(source: &T) -> *mut c_void {
        ptr::from_ref(source).cast_mut().cast()
    }
    let mut integer = |value: i32| {
        *word = value;
        filled(&mut *word)
    };
    match request {
        Request::GetBlockSize(size) => (number::GET_BLOCKSIZE, filled(size)),
        Request::SetBlockSize(size) => (number::SET_BLOCKSIZE, integer(size)),
        Request::Flush(flush) => (number::FLUSH, integer(flush.0)),
        Request::GetParams(params) => (number::GET_PARAMS, filled(params)),
        Request::SetParams(params) => (number::SET_PARAMS, given(params)),
        Request::GetEvent(event) => (number::GETEVENT, filled(event)),
        Request::SpanStatus(info) => (number::SPANSTAT, filled(info)),
        Request::Maintenance(info) => (number::MAINT, given(info)),
        Request::GetGains(gains) => (number::GETGAINS, filled(gains)),
        Request::SetGains(gains) => (number::SETGAINS, filled(gains)),
        Request::SpanConfig(config) => (number::SPANCONFIG, given(config)),
        Request::ChannelConfig(config) => (number::CHANCONFIG, filled(config)),
        Request::GetBufferInfo(info) => (number::GET_BUFINFO, filled(info)),
        Request::SetBufferInfo(info) => (number::SET_BUFINFO, given(info)),
        Request::AudioMode(on) => (number::AUDIOMODE, integer(on.into())),
        Request::EchoCancel(taps) => (number::ECHOCANCEL, integer(taps)),
        Request::EchoCancelParams(settings) => (number::ECHOCANCEL_PARAMS, given(settings)),
        Request::ChannelNumber(channel) => (number::CHANNO, filled(channel)),
        Request::HdlcRawMode(on) => (number::HDLCRAWMODE, integer(on.into())),
        Request::HdlcFcsMode(on) => (number::HDLCFCSMODE, integer(on.into())),
        Request::SetLaw(law) => (number::SETLAW, integer(law.0)),
        Request::TimerConfig(samples) => (number::TIMERCONFIG, integer(samples)),
        Request::TimerAcknowledge(count) => (number::TIMERACK, integer(count)),
        Request::TimerPing => (number::TIMERPING, ptr::null_mut()),
        Request::TimerPong => (number::TIMERPONG, ptr::null_mut()),
        Request::GetVersion(version) => (number::GETVERSION, filled(version)),
        Request::AttachEchoCanceller(attach) => (number::ATTACH_ECHOCAN, given(attach)),
        Request::DynamicCreate(span) => (number::DYNAMIC_CREATE, filled(span)),
        Request::DynamicDestroy(span) => (number::DYNAMIC_DESTROY, given(span)),
        Request::StartUp(span) => (number::STARTUP, integer(span)),
        Request::ShutDown(span) => (number::SHUTDOWN, integer(span)),
        Request::BufferEvents(on) => (number::BUFFER_EVENTS, integer(on.into())),
    }
}

fn errno(error: io::Error) -> Errno {
    // Only an error that std made itself lacks a number, and it makes none in these calls.
    error.raw_os_error().map_or(Errno::EIO, Errno)
}
