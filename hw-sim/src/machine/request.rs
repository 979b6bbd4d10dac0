//! Requests of the machine: what the control device answers, and a channel's device about its surroundings.

use dahdi_sys::abi::{Gains, Params, Text};
use dahdi_sys::{Errno, Event, Request};

use super::{Handle, Machine};
use crate::span::Span;

impl Machine {
    pub(crate) fn ioctl(&mut self, handle: Handle, mut request: Request<'_>) -> Result<(), Errno> {
        match handle {
            Handle::Timer(index) => {
                // A handle lives as long as its device, and closing is the device's last act.
                self.timers[index].as_mut().ok_or(Errno::ENODEV)?.ioctl(&mut request)
            }
            Handle::Channel { span, index, life } => {
                let Ok(channel) = self.spans[span].living(index, life) else { return gone(request) };
                let answer = channel.ioctl(&mut request);
                answer.unwrap_or_else(|| self.channel_request(span, index, request))
            }
            Handle::Ctl => self.control_request(request),
        }
    }

    /// What a channel's device answers about its surroundings.
    fn channel_request(&mut self, span: usize, index: usize, request: Request<'_>) -> Result<(), Errno> {
        match request {
            Request::GetParams(params) => {
                *params = self.params(span, index);
                Ok(())
            }
            Request::SpanStatus(info) => {
                let asked = if { info.spanno } == 0 { span } else { self.span_numbered(info.spanno, Errno::EINVAL)? };
                *info = self.spans[asked].info(self.number(asked), self.present(), self.source_number());
                Ok(())
            }
            Request::GetGains(gains) if gains.chan != 0 => self.gains(gains),
            Request::SetGains(gains) if gains.chan != 0 => self.set_gains(gains),
            _ => Err(Errno::ENOTTY),
        }
    }

    /// What `/dev/dahdi/ctl` answers, each missing span or channel with the driver's own errno.
    fn control_request(&mut self, request: Request<'_>) -> Result<(), Errno> {
        match request {
            Request::GetParams(params) => {
                let (span, index) = self.find_signed(params.channo)?;
                *params = self.params(span, index);
            }
            Request::SetParams(params) => {
                let (span, index) = self.find_signed(params.channo)?;
                self.spans[span].channel_mut(index).set_timing(params);
            }
            Request::SpanStatus(info) => {
                let span = self.span_numbered(info.spanno, Errno::EINVAL)?;
                *info = self.spans[span].info(self.number(span), self.present(), self.source_number());
            }
            Request::Maintenance(maintenance) => {
                let span = self.span_numbered(maintenance.spanno, Errno::EINVAL)?;
                self.spans[span].maintain(maintenance.command)?;
            }
            Request::SpanConfig(config) => {
                let span = self.span_numbered(config.span, Errno::ENXIO)?;
                self.spans[span].configure(config)?;
            }
            Request::ChannelConfig(config) => {
                let (span, index) = self.find_signed(config.chan)?;
                self.spans[span].channel_mut(index).configure_as(config)?;
            }
            Request::GetGains(gains) => self.gains(gains)?,
            Request::SetGains(gains) => self.set_gains(gains)?,
            Request::DynamicCreate(span) => self.create(span)?,
            Request::DynamicDestroy(span) => self.destroy(span)?,
            Request::GetVersion(version) => version.version = Text::new(VERSION),
            Request::AttachEchoCanceller(attach) => {
                self.find_signed(attach.chan)?;
                if !attach.echocan.octets().is_empty() {
                    return Err(Errno::EINVAL);
                }
            }
            Request::StartUp(number) => {
                let span = self.span_numbered(number, Errno::ENXIO)?;
                self.spans[span].start();
            }
            Request::ShutDown(number) => {
                let span = self.span_numbered(number, Errno::ENXIO)?;
                self.spans[span].shut_down();
            }
            _ => return Err(Errno::ENOTTY),
        }
        Ok(())
    }

    fn gains(&mut self, gains: &mut Gains) -> Result<(), Errno> {
        let (span, index) = self.find_signed(gains.chan)?;
        self.spans[span].channel_mut(index).gains(gains)
    }

    fn set_gains(&mut self, gains: &mut Gains) -> Result<(), Errno> {
        let (span, index) = self.find_signed(gains.chan)?;
        self.spans[span].channel_mut(index).set_gains(gains)
    }

    /// How many spans are there.
    fn present(&self) -> usize {
        self.spans.iter().filter(|span| span.is_present()).count()
    }

    fn params(&self, span: usize, index: usize) -> Params {
        let position = index as u8 + 1;
        self.spans[span].channel(index).params(self.number(span) as i32, position, self.spans[span].alarms())
    }

    pub(super) fn find(&self, number: u32) -> Result<(usize, usize), Errno> {
        let place = |(span, index): (usize, &Span)| index.find(number).map(|index| (span, index));
        self.spans.iter().enumerate().find_map(place).ok_or(Errno::EINVAL)
    }

    fn find_signed(&self, number: i32) -> Result<(usize, usize), Errno> {
        self.find(u32::try_from(number).map_err(|_| Errno::EINVAL)?)
    }

    fn span_numbered(&self, number: i32, missing: Errno) -> Result<usize, Errno> {
        let number = u32::try_from(number).map_err(|_| missing)?;
        let is_asked = |span: &usize| self.number(*span) == number && self.spans[*span].is_present();
        (0..self.spans.len()).find(is_asked).ok_or(missing)
    }

    /// The number of the span that the card takes its clock from.
    fn source_number(&self) -> Option<u32> {
        self.clock_source().map(|span| self.number(span))
    }

    pub(crate) fn timing_slips(&self, number: u32) -> Option<u64> {
        let span = self.span_numbered(i32::try_from(number).ok()?, Errno::EINVAL).ok()?;
        Some(self.spans[span].counters.slips)
    }

    pub(super) fn number(&self, span: usize) -> u32 {
        self.spans[span].number().unwrap_or(span as u32 + 1)
    }
}

/// What the device of a channel answers whose span is gone: the event says so, and the errno too.
fn gone(request: Request<'_>) -> Result<(), Errno> {
    if let Request::GetEvent(event) = request {
        *event = Event::Removed.number();
    }
    Err(Errno::ENODEV)
}

/// What GETVERSION says.
const VERSION: &str = "spangate simulator";
