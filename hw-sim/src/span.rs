//! One span: its channels, its end of the wire, and what is wrong with it.
//!
//! `presence` is how it goes away and returns, `maintenance` what MAINT does to it, `clock` when it slips.

mod clock;
mod maintenance;
mod presence;

use dahdi_sys::abi::{LineConfig, MaintenanceCommand, SpanInfo, Text, line_config};
use dahdi_sys::{Alarms, Errno, Law, SignalType};

pub use clock::DRIFT_PPM_MAX;
use clock::LineClock;
use presence::Presence;
pub use presence::REMOVAL_NOTICE_MS;

use crate::alarm::LineAlarm;
use crate::channel::{Channel, Loss};
use crate::fault::{FaultPlan, Faults, Strike};
use crate::spec::{Line, Pacing, SpanSpec};
use crate::wire::{CHUNK_OCTETS, Chunk, IDLE_CHUNK, TIMESLOTS};

/// What happened on a span since it was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Milliseconds that passed.
    pub chunks: u64,
    /// Octets received on open channels with no free buffer: their reader was late.
    pub overrun_octets: u64,
    /// Idle octets sent on open channels whose owner writes: it was late.
    pub underrun_octets: u64,
    /// Frames repeated or left out between the wire and the channels.
    pub slips: u64,
    /// Octets whose bits were changed.
    pub corrupted_octets: u64,
    /// Octets replaced on muted timeslots.
    pub muted_octets: u64,
    /// Milliseconds that the host missed.
    pub lost_ticks: u64,
    /// Milliseconds without signal.
    pub cut_ms: u64,
    /// Bipolar violations received.
    pub bipolar_violations: u32,
    /// CRC errors received.
    pub crc_errors: u32,
    /// CRC errors that the far end saw in what we sent.
    pub far_end_blocks: u32,
    /// Frame alignment signals received in error.
    pub frame_alignment_errors: u32,
}

#[derive(Debug)]
pub(crate) struct Span {
    spec: SpanSpec,
    /// The channel on timeslot `index + 1`.
    channels: Vec<Channel>,
    running: bool,
    presence: Presence,
    /// Counts how often the span went away.
    pub life: u32,
    line_config: LineConfig,
    maintenance: MaintenanceCommand,
    error_to_send: Option<MaintenanceCommand>,
    pub clock: LineClock,
    alarm: LineAlarm,
    pub counters: Counters,
    pub cut: bool,
    /// A bit for each timeslot that receives idle octets instead of what was sent.
    pub muted: u32,
    /// Octets still to be corrupted on each timeslot.
    pub corrupt: [u32; TIMESLOTS],
    pub slip: bool,
    faults: Option<Faults>,
    strike: Strike,
    /// The frame that a slip put between wire and channels, until the next slip leaves one out.
    elastic: Option<[u8; TIMESLOTS]>,
    pub sent: Chunk,
    received: Chunk,
}

impl Span {
    pub fn new(spec: SpanSpec) -> Self {
        let channel = |timeslot: u8| {
            let number = spec.first_channel + u32::from(timeslot) - 1;
            Channel::new(number, spec.signal_types[usize::from(timeslot)], spec.law, spec.knows_mtp2)
        };
        Span {
            channels: (1..=spec.line.channels()).map(channel).collect(),
            running: spec.running,
            presence: Presence::Present,
            life: 0,
            line_config: LineConfig::default(),
            maintenance: MaintenanceCommand::NONE,
            error_to_send: None,
            clock: LineClock::new(spec.line_ppm),
            alarm: LineAlarm::new(false),
            counters: Counters::default(),
            cut: false,
            muted: 0,
            corrupt: [0; TIMESLOTS],
            slip: false,
            faults: None,
            strike: Strike::default(),
            elastic: None,
            sent: IDLE_CHUNK,
            received: IDLE_CHUNK,
            spec,
        }
    }

    /// A cable is plugged in before the span is looked at: no alarm was ever there.
    pub fn plug(&mut self) {
        self.alarm = LineAlarm::new(true);
    }

    pub fn set_faults(&mut self, plan: FaultPlan) {
        self.faults = Some(Faults::new(plan));
    }

    pub fn patience_ms(&self) -> Option<u32> {
        match self.spec.pacing {
            Pacing::Strict => None,
            Pacing::Patient { ms_max } => Some(ms_max),
        }
    }

    /// Whether its transmitter is on: an unstarted or cut span sends no signal.
    pub fn has_signal(&self) -> bool {
        self.running && !self.cut && !self.strike.cut
    }

    pub fn alarms(&self) -> Alarms {
        match self.maintenance {
            _ if self.presence != Presence::Present => Alarms::NOT_OPEN,
            MaintenanceCommand::LOCAL_LOOP => self.alarm.alarms() | Alarms::LOOPBACK,
            _ => self.alarm.alarms(),
        }
    }

    /// First half of a millisecond: what goes on the wire.
    pub fn transmit(&mut self) {
        self.strike = self.faults.as_mut().map_or(Strike::default(), Faults::next);
        for (index, channel) in self.channels.iter_mut().enumerate() {
            let loss = channel.transmit(&mut self.sent[index + 1]);
            count(&mut self.counters, loss);
        }
        if matches!(self.maintenance, MaintenanceCommand::NETWORK_LINE_LOOP | MaintenanceCommand::NETWORK_PAYLOAD_LOOP)
        {
            self.sent = self.received;
        }
        if !self.running || self.strike.lost_tick {
            self.sent = IDLE_CHUNK;
        }
    }

    /// Second half: what came from the wire, `None` when no signal did.
    pub fn receive(&mut self, wire: Option<&Chunk>) {
        self.counters.chunks += 1;
        let looped = self.maintenance == MaintenanceCommand::LOCAL_LOOP;
        let simulated = self.maintenance == MaintenanceCommand::ALARM_SIMULATION;
        let wire = wire.filter(|_| !self.cut && !self.strike.cut && !simulated);
        self.counters.cut_ms += u64::from(wire.is_none());
        self.received = if looped { self.sent } else { *wire.unwrap_or(&IDLE_CHUNK) };
        if self.alarm.tick(wire.is_some() || looped) {
            let alarms = self.alarms();
            self.channels.iter_mut().for_each(|channel| channel.alarm(alarms));
        }
        self.damage();
        if self.strike.lost_tick {
            self.counters.lost_ticks += 1;
        } else if self.running {
            self.deliver();
        }
    }

    fn deliver(&mut self) {
        let in_alarm = !self.alarms().is_empty();
        for (index, channel) in self.channels.iter_mut().enumerate() {
            let loss = channel.receive(&self.received[index + 1], in_alarm);
            count(&mut self.counters, loss);
        }
    }

    fn damage(&mut self) {
        if std::mem::take(&mut self.slip) || self.strike.slip {
            self.slip_frame();
        } else if let Some(held) = &mut self.elastic {
            delay_by_a_frame(&mut self.received, held);
        }
        if let Some(error) = self.strike.bit_error {
            error.apply(&mut self.received);
            self.counters.corrupted_octets += 1;
        }
        for timeslot in 1..TIMESLOTS {
            self.damage_timeslot(timeslot);
        }
    }

    fn damage_timeslot(&mut self, timeslot: usize) {
        let octets = &mut self.received[timeslot];
        let wrong = (self.corrupt[timeslot] as usize).min(CHUNK_OCTETS);
        for octet in &mut octets[..wrong] {
            *octet ^= CORRUPTION;
        }
        self.corrupt[timeslot] -= wrong as u32;
        self.counters.corrupted_octets += wrong as u64;
        if self.muted >> timeslot & 1 == 1 {
            octets.fill(0xff);
            self.counters.muted_octets += CHUNK_OCTETS as u64;
        }
    }

    /// A controlled slip (G.823): the first repeats a frame, the next leaves one out, and so on in turn.
    fn slip_frame(&mut self) {
        self.counters.slips += 1;
        // A held frame is dropped and the chunk stays as it came: that frame is the one left out.
        if self.elastic.take().is_none() {
            let mut held = self.received.map(|octets| octets[0]);
            delay_by_a_frame(&mut self.received, &mut held);
            self.elastic = Some(held);
        }
    }

    pub fn channel(&self, index: usize) -> &Channel {
        &self.channels[index]
    }

    pub fn channel_mut(&mut self, index: usize) -> &mut Channel {
        &mut self.channels[index]
    }

    /// The place of a channel number in this span.
    pub fn find(&self, number: u32) -> Option<usize> {
        let here = |channel: &Channel| channel.number == number;
        if self.is_present() { self.channels.iter().position(here) } else { None }
    }

    /// STARTUP.
    pub fn start(&mut self) {
        self.running = true;
    }

    /// SHUTDOWN leaves no channel configured.
    pub fn shut_down(&mut self) {
        self.running = false;
        self.channels.iter_mut().for_each(|channel| channel.configure(SignalType::NONE, Law::DEFAULT));
    }

    /// SPANCONFIG, with framing and coding that the line can have.
    pub fn configure(&mut self, config: &LineConfig) -> Result<(), Errno> {
        let asked = config.lineconfig & CODING_BITS;
        if asked & self.compatible() != asked {
            return Err(Errno::EINVAL);
        }
        self.line_config = *config;
        Ok(())
    }

    /// The number that it was given, if not that of its place.
    pub fn number(&self) -> Option<u32> {
        self.spec.number
    }

    /// SPANSTAT.
    pub fn info(&self, number: u32, spans: usize, source: Option<u32>) -> SpanInfo {
        let configured = self.channels.iter().filter(|channel| channel.signal() != SignalType::NONE).count();
        SpanInfo {
            spanno: number as i32,
            name: Text::new(&self.spec.name),
            desc: Text::new("spangate simulated span"),
            alarms: self.alarms().0 as i32,
            bpvcount: self.counters.bipolar_violations as i32,
            crc4count: self.counters.crc_errors as i32,
            ebitcount: self.counters.far_end_blocks as i32,
            fascount: self.counters.frame_alignment_errors as i32,
            irqmisses: i32::try_from(self.counters.lost_ticks).unwrap_or(i32::MAX),
            syncsrc: source.map_or(0, |source| source as i32),
            numchans: configured as i32,
            totalchans: self.channels.len() as i32,
            totalspans: spans as i32,
            lbo: self.line_config.lbo,
            lineconfig: self.line_config.lineconfig,
            linecompat: self.compatible(),
            lboname: Text::new("0 db (CSU)/0-133 feet (DSX-1)"),
            manufacturer: Text::new("spangate"),
            devicetype: Text::new("simulated"),
            location: Text::new("memory"),
            spantype: Text::new(match self.spec.line {
                _ if self.spec.address.is_some() => "DYNAM",
                Line::E1 => "E1",
                Line::T1 => "T1",
            }),
            ..SpanInfo::default()
        }
    }

    fn compatible(&self) -> i32 {
        use line_config::{AMI, B8ZS, CCS, CRC4, D4, ESF, HDB3};
        match self.spec.line {
            _ if self.spec.address.is_some() => AMI | B8ZS | D4 | ESF | CCS | HDB3 | CRC4,
            Line::E1 => AMI | CCS | HDB3 | CRC4,
            Line::T1 => AMI | B8ZS | D4 | ESF,
        }
    }

    /// Whether a patient clock had better wait before the next millisecond.
    pub fn is_late(&self, tick_pending: bool) -> bool {
        self.patience_ms().is_some() && self.channels.iter().any(|channel| channel.would_lose(tick_pending))
    }

    pub fn give_up(&mut self, tick_pending: bool) {
        self.channels.iter_mut().for_each(|channel| channel.give_up(tick_pending));
    }
}

fn count(counters: &mut Counters, loss: Loss) {
    counters.overrun_octets += loss.overrun;
    counters.underrun_octets += loss.underrun;
}

/// Puts the held frame before the chunk and holds its last one.
fn delay_by_a_frame(chunk: &mut Chunk, held: &mut [u8; TIMESLOTS]) {
    for (octets, held) in chunk.iter_mut().zip(held) {
        octets.rotate_right(1);
        std::mem::swap(&mut octets[0], held);
    }
}

/// Bits that a corrupted octet differs in.
const CORRUPTION: u8 = 0x10;
/// The bits of `lineconfig` that name framing and coding.
const CODING_BITS: i32 = 0x1ff0;
