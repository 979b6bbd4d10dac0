//! A bearer timeslot: 64 kbit/s of octets in blocks, opened once and kept.
//!
//! A block is delivered when it is full; writing takes whole blocks. After an ELAST the caller drains [`BearerChannel::next_event`].
//! Left out: waiting. The TDM thread reads on the timer's tick until EAGAIN.

use crate::abi::{BufferInfo, BufferPolicy, Flush, Params};
use crate::{ChannelError, Device, Errno, Event, Kernel, Law, Node, Request, SignalType, Step};

/// An open bearer channel.
pub struct BearerChannel {
    device: Box<dyn Device>,
    channel: u32,
}

impl BearerChannel {
    /// Opens `channel` as audio of `law`, with `buffers` blocks of `block` octets each way, sent as soon as the first is written.
    /// A channel that was configured as anything but clear is refused at [`Step::AudioMode`] with EINVAL.
    pub fn open(kernel: &dyn Kernel, channel: u32, law: Law, block: usize, buffers: u32) -> Result<Self, ChannelError> {
        let node = Node::Channel(channel);
        let at = |step| ChannelError::at(node, step);
        let device = kernel.open(node).map_err(at(Step::Open))?;
        let mut params = Params::default();
        device.ioctl(Request::GetParams(&mut params)).map_err(at(Step::Params))?;
        if params.sigtype != SignalType::CLEAR {
            return Err(at(Step::AudioMode)(Errno::EINVAL));
        }
        device.ioctl(Request::AudioMode(true)).map_err(at(Step::AudioMode))?;
        device.ioctl(Request::SetLaw(law)).map_err(at(Step::Law))?;
        device.ioctl(Request::SetBufferInfo(&buffer_info(block, buffers))).map_err(at(Step::Buffers))?;
        // They outlive the opener who asked for them.
        device.ioctl(Request::BufferEvents(false)).map_err(at(Step::BufferEvents))?;
        device.ioctl(Request::Flush(Flush::ALL)).map_err(at(Step::Flush))?;
        Ok(BearerChannel { device, channel })
    }

    /// The channel's number.
    pub fn channel(&self) -> u32 {
        self.channel
    }

    /// Reads one block; `buffer` must be as long as the block, or its rest is lost.
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        self.device.read(buffer)
    }

    /// Writes one block; gives the octets taken.
    pub fn write(&self, octets: &[u8]) -> Result<usize, Errno> {
        self.device.write(octets)
    }

    /// Drops everything buffered both ways: how a circuit is seized.
    pub fn flush(&self) -> Result<(), Errno> {
        self.device.ioctl(Request::Flush(Flush(Flush::READ.0 | Flush::WRITE.0)))
    }

    /// Takes the oldest event.
    pub fn next_event(&self) -> Result<Option<Event>, Errno> {
        take_event(&*self.device)
    }

    /// Asks for [`Event::ReadOverrun`] and [`Event::WriteUnderrun`], which make reads and writes answer ELAST.
    pub fn report_overruns(&self, on: bool) -> Result<(), ChannelError> {
        let at = ChannelError::at(Node::Channel(self.channel), Step::BufferEvents);
        self.device.ioctl(Request::BufferEvents(on)).map_err(at)
    }

    /// Changes between audio of `law` and unrestricted digital information. Slow: before the seizure, never in the TDM loop.
    pub fn set_audio(&self, law: Option<Law>) -> Result<(), ChannelError> {
        let at = |step| ChannelError::at(Node::Channel(self.channel), step);
        self.device.ioctl(Request::AudioMode(law.is_some())).map_err(at(Step::AudioMode))?;
        law.map_or(Ok(()), |law| self.device.ioctl(Request::SetLaw(law)).map_err(at(Step::Law)))
    }
}

/// Buffers that begin to leave at once.
pub(crate) fn buffer_info(block: usize, buffers: u32) -> BufferInfo {
    BufferInfo {
        txbufpolicy: BufferPolicy::IMMEDIATE,
        rxbufpolicy: BufferPolicy::IMMEDIATE,
        // What is beyond an i32 is beyond the driver's bounds too: it answers EINVAL.
        numbufs: i32::try_from(buffers).unwrap_or(i32::MAX),
        bufsize: i32::try_from(block).unwrap_or(i32::MAX),
        ..BufferInfo::default()
    }
}

/// GETEVENT, with 0 read as "none".
pub(crate) fn take_event(device: &dyn Device) -> Result<Option<Event>, Errno> {
    let mut number = 0;
    device.ioctl(Request::GetEvent(&mut number))?;
    Ok(Event::from_number(number))
}
