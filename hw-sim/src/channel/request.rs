//! The ioctls of an open channel.

use dahdi_sys::abi::{
    BLOCK_OCTETS_MAX, BLOCK_OCTETS_MIN, BUFFER_SPACE_MAX, BufferInfo, BufferPolicy, ChannelConfig, Flush, Gains,
    NUM_BUFS_DEFAULT, NUM_BUFS_MAX, Params,
};
use dahdi_sys::{Alarms, Errno, Event, Law, Request, SignalType};

use super::mode::Mode;
use super::{Buffers, Channel, Service};

impl Channel {
    /// Answers a request on the channel's own device. `None`: it is not the channel's to answer.
    pub fn ioctl(&mut self, request: &mut Request<'_>) -> Option<Result<(), Errno>> {
        Some(match request {
            Request::GetBlockSize(size) => {
                **size = self.block_octets() as i32;
                Ok(())
            }
            Request::SetBlockSize(size) => self.set_block_size(*size),
            Request::Flush(flush) => self.flush(*flush),
            Request::SetParams(params) => {
                self.set_timing(params);
                Ok(())
            }
            Request::GetEvent(event) => self.get_event(event),
            Request::GetBufferInfo(info) => self.get_buffer_info(info),
            Request::SetBufferInfo(info) => self.set_buffer_info(info),
            Request::AudioMode(on) => self.set_audio_mode(*on),
            Request::EchoCancel(_) if !self.mode.is_audio() => Err(Errno::EINVAL),
            Request::EchoCancel(_) => Ok(()),
            Request::EchoCancelParams(_) if !self.mode.is_audio() => Err(Errno::EINVAL),
            Request::EchoCancelParams(_) => Ok(()),
            Request::GetGains(gains) if gains.chan == 0 => self.gains(gains),
            Request::SetGains(gains) if gains.chan == 0 => self.set_gains(gains),
            Request::ChannelNumber(number) => {
                **number = self.number as i32;
                Ok(())
            }
            Request::HdlcRawMode(on) => self.set_hdlc_mode(*on, false),
            Request::HdlcFcsMode(on) => self.set_hdlc_mode(*on, true),
            Request::SetLaw(law) => self.set_law(*law),
            Request::BufferEvents(on) => {
                self.report = *on;
                Ok(())
            }
            _ => return None,
        })
    }

    /// GET_PARAMS, on this channel's device or on the control device.
    pub fn params(&self, span: i32, position: u8, alarms: Alarms) -> Params {
        Params {
            channo: self.number as i32,
            spanno: span,
            chanpos: position.into(),
            sigtype: self.signal,
            sigcap: self.capabilities,
            rxbits: -1,
            txbits: -1,
            rxhooksig: -1,
            txhooksig: -1,
            curlaw: if self.law == Law::A_LAW { Law::A_LAW } else { Law::MU_LAW },
            chan_alarms: alarms.0,
            ..self.timing
        }
    }

    /// CHANCONFIG of what the channel can be; anything else is EINVAL.
    pub fn configure_as(&mut self, config: &ChannelConfig) -> Result<(), Errno> {
        if config.sigtype.0 & !self.capabilities != 0 {
            return Err(Errno::EINVAL);
        }
        self.configure(config.sigtype, config.deflaw);
        Ok(())
    }

    /// SET_PARAMS takes the timing parameters and nothing else.
    pub fn set_timing(&mut self, params: &Params) {
        self.timing = Params {
            prewinktime: params.prewinktime,
            preflashtime: params.preflashtime,
            winktime: params.winktime,
            flashtime: params.flashtime,
            starttime: params.starttime,
            rxwinktime: params.rxwinktime,
            rxflashtime: params.rxflashtime,
            debouncetime: params.debouncetime,
            pulsebreaktime: params.pulsebreaktime,
            pulsemaketime: params.pulsemaketime,
            pulseaftertime: params.pulseaftertime,
            ..self.timing
        };
    }

    /// GETGAINS, of audio alone.
    pub fn gains(&mut self, gains: &mut Gains) -> Result<(), Errno> {
        if !self.mode.is_audio() {
            return Err(Errno::EINVAL);
        }
        *gains = self.gains.as_deref().copied().unwrap_or_else(|| Gains::unity(0));
        gains.chan = self.number as i32;
        Ok(())
    }

    /// SETGAINS, of audio alone; the driver fills in the channel.
    pub fn set_gains(&mut self, gains: &mut Gains) -> Result<(), Errno> {
        if !self.mode.is_audio() {
            return Err(Errno::EINVAL);
        }
        gains.chan = self.number as i32;
        self.gains = Some(Box::new(*gains));
        Ok(())
    }

    fn get_event(&mut self, number: &mut i32) -> Result<(), Errno> {
        *number = self.buffers()?.events.take().map_or(0, Event::number);
        Ok(())
    }

    fn get_buffer_info(&mut self, info: &mut BufferInfo) -> Result<(), Errno> {
        let buffers = self.buffers()?;
        *info = BufferInfo {
            txbufpolicy: buffers.policy,
            rxbufpolicy: BufferPolicy::IMMEDIATE,
            numbufs: buffers.receive.count() as i32,
            bufsize: buffers.block_octets as i32,
            // The driver never learnt to count these.
            readbufs: -1,
            writebufs: -1,
        };
        Ok(())
    }

    fn set_buffer_info(&mut self, info: &BufferInfo) -> Result<(), Errno> {
        if i64::from(info.bufsize) * i64::from(info.numbufs) > i64::from(BUFFER_SPACE_MAX) {
            return Err(Errno::EINVAL);
        }
        let policy = BufferPolicy(info.txbufpolicy.0 & 3);
        self.reallocate(info.bufsize, info.numbufs, policy)
    }

    fn set_block_size(&mut self, size: i32) -> Result<(), Errno> {
        let buffers = self.buffers()?;
        let (count, policy) = (buffers.receive.count() as i32, buffers.policy);
        self.reallocate(size, count, policy)
    }

    /// New, empty buffers. The size must be within bounds; the driver bends the count to its own instead of refusing it.
    fn reallocate(&mut self, size: i32, count: i32, policy: BufferPolicy) -> Result<(), Errno> {
        if !(BLOCK_OCTETS_MIN..=BLOCK_OCTETS_MAX).contains(&size) {
            return Err(Errno::EINVAL);
        }
        let count = count.clamp(NUM_BUFS_DEFAULT, NUM_BUFS_MAX);
        let buffers = self.buffers()?;
        let old = std::mem::replace(buffers, Buffers::new(size as usize, count as usize, policy));
        buffers.events = old.events;
        (buffers.overrun, buffers.underrun) = (old.overrun, old.underrun);
        self.mode.forget_collected(size as usize);
        Ok(())
    }

    fn flush(&mut self, flush: Flush) -> Result<(), Errno> {
        let block_octets = self.block_octets();
        let buffers = self.buffers()?;
        if flush.contains(Flush::READ) {
            buffers.receive.clear();
            buffers.service.reads = false;
        }
        if flush.contains(Flush::WRITE) {
            buffers.transmit.clear();
            buffers.sent = 0;
            buffers.service = Service { reads: buffers.service.reads, ..Service::default() };
        }
        if flush.contains(Flush::EVENT) {
            buffers.events.clear();
        }
        if flush.contains(Flush::READ) {
            self.mode.forget_collected(block_octets);
        }
        Ok(())
    }

    /// The driver does not ask whether the channel is audio.
    fn set_law(&mut self, law: Law) -> Result<(), Errno> {
        self.law = match law {
            Law::DEFAULT => self.default_law,
            Law::MU_LAW | Law::A_LAW => law,
            _ => return Err(Errno::EINVAL),
        };
        Ok(())
    }

    /// A channel that carries octets already keeps the block it is collecting.
    fn set_audio_mode(&mut self, on: bool) -> Result<(), Errno> {
        if !on {
            self.gains = None;
        }
        match &mut self.mode {
            Mode::Octets { audio, .. } if self.signal == SignalType::CLEAR => {
                *audio = on;
                Ok(())
            }
            _ => self.set_mode(|_| Mode::octets(on)),
        }
    }

    fn set_hdlc_mode(&mut self, on: bool, fcs: bool) -> Result<(), Errno> {
        self.set_mode(|block_octets| if on { Mode::hdlc(fcs, false, block_octets) } else { Mode::octets(false) })
    }

    /// Only channels configured as clear change their mode.
    fn set_mode(&mut self, mode: impl FnOnce(usize) -> Mode) -> Result<(), Errno> {
        if self.signal != SignalType::CLEAR {
            return Err(Errno::EINVAL);
        }
        self.mode = mode(self.block_octets());
        self.buffers()?.service = Service::default();
        Ok(())
    }
}

/// What CHANCONFIG takes: the signal types of a digital card.
pub(super) fn capabilities(knows_mtp2: bool) -> i32 {
    let all = SignalType::CLEAR.0 | SignalType::HDLC_RAW.0 | SignalType::HDLC_FCS.0;
    if knows_mtp2 { all | SignalType::MTP2.0 } else { all }
}
