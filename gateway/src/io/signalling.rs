//! Signalling timeslots: signal units between the control plane and the driver.
//!
//! Received units are read until the driver has no more, whatever else waits. Units to send are pulled: as long as
//! the driver takes them, the control plane is asked for the next. A unit that the driver refuses is kept, the only
//! one, and offered again [`OFFER_AGAIN_AFTER`] later, because a simulated driver has no POLLOUT and a real one is
//! full for as long. So a unit in the control plane's hands can still be overtaken by a newer status, which is what
//! Q.703 wants. It knows nothing of what a unit says.

use super::place::Place;
use super::readiness::Watch;
use crate::control::input::SignallingLine;
use dahdi_sys::signalling::{SignallingChannel, SignallingMode};
use dahdi_sys::{ChannelError, Errno, Event, Kernel, Step};
use isup::mtp2::LineError;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Where a signalling link or D-channel is to be found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct LineSpec {
    /// Which it is.
    pub line: SignallingLine,
    /// Its timeslot.
    pub place: Place,
    /// How the driver shall treat it; where it does not know MTP2, it is asked for HDLC.
    pub mode: SignallingMode,
}

/// What a signalling timeslot has to tell.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Heard<'a> {
    /// A signal unit without its frame check sequence.
    Unit(&'a [u8]),
    /// Something else than a unit came.
    Error(LineError),
    /// The alarms of the span may have changed.
    Alarms,
}

/// A signalling timeslot that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum LinesError {
    /// The driver refused it.
    #[error("the signalling link on {place} cannot be opened: {source}")]
    Channel {
        /// Where.
        place: Place,
        /// At which step.
        source: ChannelError,
    },
    /// The system cannot watch it.
    #[error("the signalling link on {place} cannot be waited for: {source}")]
    Readiness {
        /// Where.
        place: Place,
        /// What the system said.
        source: io::Error,
    },
}

/// All signalling timeslots.
pub struct Lines {
    lines: Vec<Line>,
    buffer: Box<[u8]>,
}

/// One of them.
struct Line {
    name: SignallingLine,
    channel: SignallingChannel,
    /// None in virtual time, where nobody waits.
    _watch: Option<Watch>,
    /// The unit that is being offered, if `refused`.
    unit: Vec<u8>,
    refused: bool,
}

impl Lines {
    /// Opens every link's timeslot; `woken` is told when one has something. To be called inside a tokio runtime.
    pub fn open(kernel: &dyn Kernel, links: &[LineSpec], woken: &Arc<Notify>) -> Result<Self, LinesError> {
        let lines = links.iter().map(|spec| Line::open(kernel, spec, woken)).collect::<Result<_, _>>()?;
        Ok(Self { lines, buffer: vec![0; READ_OCTETS].into() })
    }

    /// How the driver treats a link: not as MTP2 where that was asked for and is not known.
    pub fn mode(&self, name: SignallingLine) -> Option<SignallingMode> {
        self.lines.iter().find(|line| line.name == name).map(|line| line.channel.mode())
    }

    /// Takes what has arrived: of each link at most [`UNITS_PER_TURN`]; true if that was not all.
    pub fn receive(&mut self, mut take: impl FnMut(SignallingLine, Heard<'_>)) -> bool {
        let Self { lines, buffer, .. } = self;
        let more = lines.iter_mut().filter_map(|line| line.receive(buffer, &mut take).then_some(())).count();
        more > 0
    }

    /// Sends what there is to say and the driver takes. `pull` puts a link's next unit into the vector, or says false.
    pub fn transmit(&mut self, mut pull: impl FnMut(SignallingLine, &mut Vec<u8>) -> bool) {
        self.lines.iter_mut().for_each(|line| line.transmit(&mut pull));
    }

    /// When a refused unit should be offered again, if there is one.
    pub fn offer_again(&self) -> Option<Duration> {
        self.lines.iter().any(|line| line.refused).then_some(OFFER_AGAIN_AFTER)
    }
}

impl Line {
    fn open(kernel: &dyn Kernel, spec: &LineSpec, woken: &Arc<Notify>) -> Result<Self, LinesError> {
        let LineSpec { line, place, mode } = spec;
        let channel = open_channel(kernel, place.channel, *mode);
        let channel = channel.map_err(|source| LinesError::Channel { place: place.clone(), source })?;
        let watch = channel.readiness().map(|readiness| Watch::new(readiness, woken)).transpose();
        let watch = watch.map_err(|source| LinesError::Readiness { place: place.clone(), source })?;
        Ok(Self { name: *line, channel, _watch: watch, unit: Vec::new(), refused: false })
    }

    fn receive(&mut self, buffer: &mut [u8], take: &mut impl FnMut(SignallingLine, Heard<'_>)) -> bool {
        for _ in 0..UNITS_PER_TURN {
            match self.channel.read_frame(buffer) {
                Ok(length) => take(self.name, Heard::Unit(&buffer[..length])),
                Err(Errno::EAGAIN) => return false,
                Err(Errno::ELAST) => self.take_events(take),
                // The card or its driver is gone: to level 2 that is a line without signal.
                Err(_) => {
                    take(self.name, Heard::Error(LineError::SignalLost));
                    return false;
                }
            }
        }
        true
    }

    fn take_events(&mut self, take: &mut impl FnMut(SignallingLine, Heard<'_>)) {
        while let Ok(Some(event)) = self.channel.next_event() {
            match event {
                Event::BadFcs => take(self.name, Heard::Error(LineError::Check)),
                Event::Abort => take(self.name, Heard::Error(LineError::Abort)),
                Event::Overrun => take(self.name, Heard::Error(LineError::Overrun)),
                Event::Alarm => {
                    take(self.name, Heard::Error(LineError::SignalLost));
                    take(self.name, Heard::Alarms);
                }
                Event::NoAlarm | Event::Removed => take(self.name, Heard::Alarms),
                // The rest is of analogue and CAS channels.
                _ => {}
            }
        }
    }

    fn transmit(&mut self, pull: &mut impl FnMut(SignallingLine, &mut Vec<u8>) -> bool) {
        for _ in 0..UNITS_PER_TURN {
            if !self.refused && !pull(self.name, &mut self.unit) {
                return;
            }
            // ELAST is an event that waits; the next turn reads it, and then the unit is taken.
            self.refused = matches!(self.channel.write_frame(&self.unit), Err(Errno::EAGAIN | Errno::ELAST));
            if self.refused {
                return;
            }
        }
    }
}

/// Asks for HDLC where MTP2 is refused: stock drivers of dynamic spans and of some cards do not know it.
fn open_channel(kernel: &dyn Kernel, channel: u32, mode: SignallingMode) -> Result<SignallingChannel, ChannelError> {
    SignallingChannel::open(kernel, channel, mode).or_else(|refused| match (mode, refused.step, refused.errno) {
        (SignallingMode::Mtp2, Step::HdlcMode, Errno::EINVAL) => {
            SignallingChannel::open(kernel, channel, SignallingMode::HdlcFcs).map_err(|_| refused)
        }
        _ => Err(refused),
    })
}

/// How soon a refused unit is offered again: the line takes about as long for a fill-in signal unit of five octets,
/// its flag and some of the units before it.
pub const OFFER_AGAIN_AFTER: Duration = Duration::from_millis(4);
/// Units taken from, and given to, a link in one turn of the reactor: as many as the driver's buffers hold.
pub const UNITS_PER_TURN: usize = 32;
/// A whole driver buffer, with its frame check sequence.
const READ_OCTETS: usize = 512;

#[cfg(test)]
mod tests;
