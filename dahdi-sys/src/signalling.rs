//! A signalling timeslot: HDLC frames of a D-channel or of MTP2.
//!
//! The driver checks and makes the frame check sequence (FCS), but hands its two octets to the reader and wants two to overwrite
//! from the writer; both are hidden here. In MTP2 mode the driver repeats the last signal unit when there is nothing newer
//! and hides received units equal to the one before. A clear channel gives and takes the octets of the line, whatever stands in them.

use std::os::fd::BorrowedFd;

use crate::abi::{Flush, Params};
use crate::channel::{buffer_info, take_event};
use crate::{ChannelError, Device, Errno, Event, Kernel, Node, Request, SignalType, Step};

/// Octets of the frame check sequence.
const FCS_OCTETS: usize = 2;
/// The longest frame without its FCS, in octets; Q.703 and Q.921 stay under 300. The driver gives up a received frame that fills its
/// buffer to the last octet.
pub const FRAME_OCTETS_MAX: usize = BUFFER_OCTETS - FCS_OCTETS - 1;
/// Length of a driver buffer, and the least that a reader must offer.
pub const BUFFER_OCTETS: usize = 512;
/// Buffers each way; a power of two, by which the driver's test for equal units finds the one before.
const BUFFERS: u32 = 32;

/// Octets of a clear channel that are read or written at a time: 5 ms.
pub const LINE_OCTETS: usize = 40;
/// Buffers of a clear channel each way: 40 ms, so that a late writer leaves no gap on the line.
const LINE_BUFFERS: u32 = 8;

/// How the driver treats a signalling timeslot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignallingMode {
    /// MTP2 (`mtp2=`): the last unit is repeated, equal ones are hidden.
    Mtp2,
    /// HDLC with FCS (`dchan=`): every frame is sent once, flags fill the line.
    HdlcFcs,
    /// None (`bchan=`): what is read and written are the octets of the line, [`LINE_OCTETS`] at a time.
    Clear,
}

/// An open signalling channel.
pub struct SignallingChannel {
    device: Box<dyn Device>,
    channel: u32,
    mode: SignallingMode,
}

impl SignallingChannel {
    /// Opens `channel`, which must be configured for `mode`; a clear one is switched to HDLC with FCS if that is asked for.
    /// Another configuration is refused at [`Step::HdlcMode`] with EINVAL.
    pub fn open(kernel: &dyn Kernel, channel: u32, mode: SignallingMode) -> Result<Self, ChannelError> {
        let node = Node::Channel(channel);
        let at = |step| ChannelError::at(node, step);
        let device = kernel.open(node).map_err(at(Step::Open))?;
        let mut params = Params::default();
        device.ioctl(Request::GetParams(&mut params)).map_err(at(Step::Params))?;
        match (mode, params.sigtype) {
            (SignallingMode::Mtp2, SignalType::MTP2) => {}
            (SignallingMode::HdlcFcs, SignalType::HDLC_FCS | SignalType::HARD_HDLC) => {}
            (SignallingMode::HdlcFcs, SignalType::CLEAR) => {
                device.ioctl(Request::HdlcFcsMode(true)).map_err(at(Step::HdlcMode))?;
            }
            (SignallingMode::Clear, SignalType::CLEAR) => {}
            _ => return Err(at(Step::HdlcMode)(Errno::EINVAL)),
        }
        let buffers = match mode {
            SignallingMode::Mtp2 | SignallingMode::HdlcFcs => buffer_info(BUFFER_OCTETS, BUFFERS),
            SignallingMode::Clear => buffer_info(LINE_OCTETS, LINE_BUFFERS),
        };
        device.ioctl(Request::SetBufferInfo(&buffers)).map_err(at(Step::Buffers))?;
        // They outlive the opener who asked for them.
        device.ioctl(Request::BufferEvents(false)).map_err(at(Step::BufferEvents))?;
        device.ioctl(Request::Flush(Flush::ALL)).map_err(at(Step::Flush))?;
        Ok(SignallingChannel { device, channel, mode })
    }

    /// A channel that another process opened by [`SignallingChannel::open`] and handed on, as it is.
    pub fn adopt(device: Box<dyn Device>, mode: SignallingMode) -> Result<Self, Errno> {
        let mut channel = 0;
        device.ioctl(Request::ChannelNumber(&mut channel))?;
        Ok(SignallingChannel { device, channel: u32::try_from(channel).map_err(|_| Errno::EINVAL)?, mode })
    }

    /// The channel's number.
    pub fn channel(&self) -> u32 {
        self.channel
    }

    /// How the driver treats it.
    pub fn mode(&self) -> SignallingMode {
        self.mode
    }

    /// Reads one frame and gives its length without FCS; of a clear channel, octets of the line. `buffer` must hold [`BUFFER_OCTETS`] (else EINVAL): the
    /// driver discards what does not fit, and its FCS arrives at the end of `buffer`'s used part.
    pub fn read_frame(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        if buffer.len() < BUFFER_OCTETS {
            return Err(Errno::EINVAL);
        }
        Ok(self.device.read(buffer)?.saturating_sub(self.hidden_octets()))
    }

    /// Queues one frame of 1 to [`FRAME_OCTETS_MAX`] octets (else EINVAL), without FCS; on a clear channel, up to [`LINE_OCTETS`]
    /// of the line. EAGAIN: offer it again later.
    pub fn write_frame(&self, frame: &[u8]) -> Result<(), Errno> {
        if frame.is_empty() || frame.len() > FRAME_OCTETS_MAX {
            return Err(Errno::EINVAL);
        }
        let mut octets = [0; BUFFER_OCTETS];
        octets[..frame.len()].copy_from_slice(frame);
        let length = frame.len() + self.hidden_octets();
        match self.device.write(&octets[..length])? {
            written if written == length => Ok(()),
            // The block is 512 octets, so a shorter write is not the driver's to make.
            _ => Err(Errno::EIO),
        }
    }

    fn hidden_octets(&self) -> usize {
        match self.mode {
            SignallingMode::Mtp2 | SignallingMode::HdlcFcs => FCS_OCTETS,
            SignallingMode::Clear => 0,
        }
    }

    /// Takes the oldest event; to be called until `None` whenever a read or a write answers ELAST.
    pub fn next_event(&self) -> Result<Option<Event>, Errno> {
        take_event(&*self.device)
    }

    /// What to poll for frames and events; `None` in virtual time.
    pub fn readiness(&self) -> Option<BorrowedFd<'_>> {
        self.device.readiness()
    }
}
