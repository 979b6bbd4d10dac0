//! Signalling timeslots: signal units between the control plane and the driver.
//!
//! Received units are read until the driver has no more, whatever else waits, from timeslots that have become ready: with sixteen links a
//! turn asks the one that has a unit, and not fifteen in vain. Units to send are pulled: as long as
//! the driver takes them, the control plane is asked for the next. A unit that the driver refuses is kept, the only
//! one, and offered again [`OFFER_AGAIN_AFTER`] later, because a simulated driver has no POLLOUT and a real one is
//! full for as long. So a unit in the control plane's hands can still be overtaken by a newer status, which is what
//! Q.703 wants. It knows nothing of what a unit says. On a clear channel units are found and made here, bit by bit, and every
//! octet of the line is ours to fill.

use super::guard::Guard;
use super::place::Place;
use super::readiness::Watch;
use crate::control::input::SignallingLine;
use dahdi_sys::signalling::{LINE_OCTETS, SignallingChannel, SignallingMode};
use dahdi_sys::{ChannelError, Errno, Event, Kernel, Step};
use isup::mtp2::LineError;
use isup::mtp2::delimitation::{Assembler, Delimiter, Received};
use std::io;
use std::path::{Path, PathBuf};
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
    /// DAHDI's span of this number is being taken away, or is gone.
    Removed(u32),
}

/// A signalling timeslot that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum LinesError {
    /// The driver refused it.
    #[error("no signalling on {place}: {source}")]
    Channel {
        /// Where.
        place: Place,
        /// At which step.
        source: ChannelError,
    },
    /// The system cannot watch it.
    #[error("signalling on {place} cannot be waited for: {source}")]
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
    woken: Arc<Notify>,
    /// Where guards are asked to let go, if links have some.
    guarded: Option<PathBuf>,
}

/// One of them.
struct Line {
    name: SignallingLine,
    place: Place,
    /// As the driver treats it, once opened.
    mode: SignallingMode,
    /// None while its span is gone.
    open: Option<Open>,
    /// Of a clear channel.
    bits: Option<Bits>,
    /// The unit, or the octets of the line, that is being offered, if `refused`.
    unit: Vec<u8>,
    refused: bool,
}

/// Units from and to the octets of a line.
#[derive(Default)]
struct Bits {
    delimiter: Delimiter,
    assembler: Assembler,
    received: Vec<Received>,
}

/// An open timeslot.
struct Open {
    channel: SignallingChannel,
    /// Of a link, if links are guarded.
    guard: Option<Guard>,
    /// None in virtual time, where nobody waits.
    watch: Option<Watch>,
    /// Something was left in it: units beyond those of a turn, or an event that a write met.
    is_left: bool,
}

impl Lines {
    /// Opens every link's timeslot; `woken` is told when one has something. To be called inside a tokio runtime.
    pub fn open(kernel: &dyn Kernel, links: &[LineSpec], woken: &Arc<Notify>) -> Result<Self, LinesError> {
        let lines = links.iter().map(|spec| Line::open(kernel, spec, woken)).collect::<Result<_, _>>()?;
        Ok(Self { lines, buffer: vec![0; READ_OCTETS].into(), woken: Arc::clone(woken), guarded: None })
    }

    /// From now on each link has a guard that speaks for it when this process cannot; `directory` is where a later process
    /// asks it to let go.
    pub fn guard(&mut self, directory: &Path) {
        self.guarded = Some(directory.to_owned());
        self.beat();
    }

    /// Tells the guards that this process lives, and starts those that are missing.
    pub fn beat(&mut self) {
        let Some(directory) = &self.guarded else { return };
        // On a clear channel silence is no signal unit, and the far end hears soon enough that we are gone.
        let is_guarded = |line: &&mut Line| matches!(line.name, SignallingLine::Link(_)) && line.bits.is_none();
        let links = self.lines.iter_mut().filter(is_guarded);
        for line in links {
            let Some(open) = &mut line.open else { continue };
            if !open.guard.as_mut().is_some_and(Guard::beat) {
                open.guard = None;
                open.guard = open.channel.readiness().and_then(|channel| {
                    let started = Guard::start(directory, &line.place, channel);
                    started
                        .inspect_err(|error| tracing::warn!(place = %line.place, %error, "no guard for this link"))
                        .ok()
                });
            }
        }
    }

    /// Closes the timeslots of DAHDI's span `number`, which is gone; to level 2 they are lines without signal.
    pub fn close(&mut self, number: u32) {
        for line in self.lines.iter_mut().filter(|line| line.place.number == number) {
            line.open = None;
            line.bits = line.bits.take().map(|_| Bits::default());
        }
    }

    /// Opens the timeslots of DAHDI's span `number` again, as they were treated before.
    pub fn open_again(&mut self, kernel: &dyn Kernel, number: u32) -> Result<(), LinesError> {
        let Self { lines, woken, .. } = self;
        let closed = lines.iter_mut().filter(|line| line.place.number == number && line.open.is_none());
        for line in closed {
            let channel = SignallingChannel::open(kernel, line.place.channel, line.mode);
            let channel = channel.map_err(|source| LinesError::Channel { place: line.place.clone(), source })?;
            line.open = Some(Open::new(channel, &line.place, woken)?);
        }
        Ok(())
    }

    /// How the driver treats a link: not as MTP2 where that was asked for and is not known.
    pub fn mode(&self, name: SignallingLine) -> Option<SignallingMode> {
        self.lines.iter().find(|line| line.name == name).map(|line| line.mode)
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
        let LineSpec { line, place, mode } = spec.clone();
        let channel = open_channel(kernel, place.channel, mode);
        let channel = channel.map_err(|source| LinesError::Channel { place: place.clone(), source })?;
        let mode = channel.mode();
        let open = Some(Open::new(channel, &place, woken)?);
        let bits = (mode == SignallingMode::Clear).then(Bits::default);
        Ok(Self { name: line, place, mode, open, bits, unit: Vec::new(), refused: false })
    }

    fn receive(&mut self, buffer: &mut [u8], take: &mut impl FnMut(SignallingLine, Heard<'_>)) -> bool {
        if !self.open.as_mut().is_some_and(Open::has_something) {
            return false;
        }
        for _ in 0..UNITS_PER_TURN {
            let Some(open) = &self.open else { return false };
            match open.channel.read_frame(buffer) {
                Ok(length) => match &mut self.bits {
                    None => take(self.name, Heard::Unit(&buffer[..length])),
                    Some(bits) => bits.receive(&buffer[..length], |heard| take(self.name, heard)),
                },
                Err(Errno::EAGAIN) => return false,
                Err(Errno::ELAST) => self.take_events(take),
                // The card or its driver is gone: to level 2 that is a line without signal.
                Err(_) => {
                    take(self.name, Heard::Error(LineError::SignalLost));
                    take(self.name, Heard::Removed(self.place.number));
                    self.leave();
                    return false;
                }
            }
        }
        self.leave();
        true
    }

    /// It has something that no readiness tells again.
    fn leave(&mut self) {
        if let Some(open) = &mut self.open {
            open.is_left = true;
        }
    }

    fn take_events(&mut self, take: &mut impl FnMut(SignallingLine, Heard<'_>)) {
        while let Some(Ok(Some(event))) = self.open.as_ref().map(|open| open.channel.next_event()) {
            match event {
                Event::BadFcs => take(self.name, Heard::Error(LineError::Check)),
                Event::Abort => take(self.name, Heard::Error(LineError::Abort)),
                Event::Overrun => take(self.name, Heard::Error(LineError::Overrun)),
                Event::Alarm => {
                    take(self.name, Heard::Error(LineError::SignalLost));
                    take(self.name, Heard::Alarms);
                }
                Event::NoAlarm => take(self.name, Heard::Alarms),
                Event::Removed => {
                    take(self.name, Heard::Error(LineError::SignalLost));
                    take(self.name, Heard::Removed(self.place.number));
                }
                // The rest is of analogue and CAS channels.
                _ => {}
            }
        }
    }

    fn transmit(&mut self, pull: &mut impl FnMut(SignallingLine, &mut Vec<u8>) -> bool) {
        for _ in 0..UNITS_PER_TURN {
            if self.open.is_none() {
                self.refused = false;
                return;
            }
            if !self.refused {
                match &mut self.bits {
                    None if !pull(self.name, &mut self.unit) => return,
                    None => {}
                    Some(bits) => bits.transmit(&mut self.unit, |unit| pull(self.name, unit)),
                }
            }
            let Some(open) = &self.open else { return };
            let written = open.channel.write_frame(&self.unit);
            self.refused = matches!(written, Err(Errno::EAGAIN | Errno::ELAST));
            // An event that waits; the next turn reads it, and then the unit is taken.
            if written == Err(Errno::ELAST) {
                self.leave();
            }
            if self.refused {
                return;
            }
        }
    }
}

impl Bits {
    /// Tells the units that end in these octets, and the errors that the monitors count.
    fn receive(&mut self, octets: &[u8], mut tell: impl FnMut(Heard<'_>)) {
        self.delimiter.receive(octets, &mut self.received);
        for received in self.received.drain(..) {
            match received {
                Received::Unit(unit) => tell(Heard::Unit(&unit)),
                Received::Error => tell(Heard::Error(LineError::Check)),
            }
        }
    }

    /// Makes the next octets of the line.
    fn transmit(&mut self, line: &mut Vec<u8>, mut pull: impl FnMut(&mut Vec<u8>) -> bool) {
        line.resize(LINE_OCTETS, 0);
        self.assembler.transmit(line, |unit| {
            if !pull(unit) {
                unit.clear();
            }
        });
    }
}

impl Open {
    fn new(channel: SignallingChannel, place: &Place, woken: &Arc<Notify>) -> Result<Self, LinesError> {
        let watch = channel.readiness().map(|readiness| Watch::new(readiness, woken)).transpose();
        let watch = watch.map_err(|source| LinesError::Readiness { place: place.clone(), source })?;
        Ok(Self { channel, guard: None, watch, is_left: false })
    }

    /// Whether it may have something to read.
    fn has_something(&mut self) -> bool {
        let is_ready = self.watch.as_ref().is_none_or(Watch::take);
        std::mem::take(&mut self.is_left) || is_ready
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
