//! The RTP half of one call leg: a timeslot on one side, a socket pair on the other.
//!
//! Promised: no allocation after [`Session::new`]; its clock is the frames that pass on the span.

use crate::receive::Receiver;
use crate::ring::Upward;
use crate::rtp::{self, CLOCK_HZ, INACTIVE_S, MAX_PACKET_OCTETS, PacketHeader, Reporter};
use crate::transmit::{Packet, Transmitter};
use crate::{
    BLOCK_OCTETS, Change, Counters, Delay, Port, SessionConfig, SessionError, Socket, Source, Statistics, config,
};
use std::net::SocketAddr;

/// Datagrams taken from one port of a session in one step; the rest wait in the socket.
pub const MAX_DATAGRAMS: usize = 64;

/// Room for a datagram: a packet of ours, with every contributing source, and more extension than anyone sends.
pub(crate) const DATAGRAM_OCTETS: usize = 3 * MAX_PACKET_OCTETS;

/// A session and the socket pair it speaks through.
#[derive(Debug)]
pub struct Leg<S> {
    /// The socket pair.
    pub socket: S,
    /// The session.
    pub session: Session,
}

/// The RTP half of one call leg.
#[derive(Debug)]
pub struct Session {
    config: SessionConfig,
    transmitter: Transmitter,
    receiver: Receiver,
    reporter: Reporter,
    /// Ticks of 1/8000 s since the session was built, and one second more, so that no report bears the time zero.
    clock: u64,
    heard_at: u64,
    told_inactive: bool,
    tone_position: u64,
    /// Underruns of the span when the session joined.
    underruns_before: Option<u64>,
    statistics: Statistics,
}

impl Session {
    /// Builds a session with all the memory it will ever use.
    pub fn new(config: SessionConfig) -> Result<Self, SessionError> {
        config.check()?;
        let packet_octets =
            config::packet_octets(config.packet_ms).ok_or(SessionError::PacketTime(config.packet_ms))?;
        let header = PacketHeader {
            marker: true,
            payload_type: config.payload_type,
            sequence: config.first_sequence,
            timestamp: config.first_timestamp,
            ssrc: config.ssrc,
        };
        let depth = u32::from(config.playout_ms) * crate::FRAMES_PER_MS;
        let event = config.telephone_event;
        let mut receiver = Receiver::new(config.payload_type, event, config.rtp_law, config.tdm_law, depth);
        receiver.remote = config.remote.map(|remote| remote.ip().to_canonical());
        receiver.second = config.second.map(|(number, law)| (number, law.to(config.tdm_law)));
        receiver.set_receive(config.receive);
        Ok(Self {
            transmitter: Transmitter::new(header, config.tdm_law, config.rtp_law, packet_octets),
            receiver,
            reporter: Reporter::new(config.ssrc, CLOCK_HZ),
            clock: CLOCK_HZ,
            heard_at: CLOCK_HZ,
            told_inactive: false,
            tone_position: 0,
            underruns_before: None,
            statistics: Statistics::default(),
            config,
        })
    }

    /// What it was built from, and what has changed since.
    pub fn config(&self) -> &SessionConfig {
        &self.config
    }

    /// What became of every octet so far.
    pub fn statistics(&self) -> Statistics {
        let counts = self.receiver.buffer.counts();
        let mut statistics = Statistics {
            packets_duplicate: counts.packets_duplicate,
            packets_late: counts.packets_late,
            late_octets: counts.late_octets,
            overrun_octets: counts.overrun_octets,
            restarts: counts.restarts,
            restart_octets: counts.restart_octets,
            skipped_octets: counts.skipped_octets,
            slips: counts.slips,
            slip_dropped_octets: counts.slip_dropped_octets,
            slip_repeated_octets: counts.slip_repeated_octets,
            skew_octets: counts.skew_octets,
            reports_sent: self.reporter.sent,
            ..self.statistics
        };
        if let Some(source) = &self.receiver.source {
            statistics.packets_lost = source.lost();
            statistics.packets_reordered = source.reordered();
            statistics.jitter = source.jitter();
        }
        let packet_us = octets_us(self.transmitter.packet_octets as u32);
        statistics.delay.packet_us = packet_us.saturating_sub(statistics.delay.block_us);
        statistics.delay.jitter_buffer_us = octets_us(self.receiver.buffer.mean_wait());
        statistics
    }

    /// The parts of the delay that the group knows.
    pub(crate) fn seat(&mut self, group: Delay) {
        self.statistics.delay = group;
    }

    fn take_rtp(&mut self, from: SocketAddr, datagram: &[u8]) -> bool {
        let ours = self.receiver.take(from, datagram, self.clock, &mut self.statistics);
        if ours {
            (self.heard_at, self.told_inactive) = (self.clock, false);
        }
        ours
    }

    fn take_rtcp(&mut self, datagram: &[u8]) {
        let Some(heard) = rtp::report::read(datagram, self.config.ssrc) else {
            self.statistics.reports_malformed += 1;
            return;
        };
        self.statistics.reports_received += 1;
        if let (Some((ssrc, ntp)), Some(source)) = (heard.sender, &mut self.receiver.source)
            && source.ssrc == ssrc
        {
            source.note_report(ntp, self.clock);
        }
        if let Some(block) = heard.about_us {
            self.statistics.remote_packets_lost = Some(block.cumulative_lost);
            self.statistics.round_trip_us =
                rtp::reporter::round_trip_us(&block, self.clock).or(self.statistics.round_trip_us);
        }
        self.statistics.bye_received |= heard.bye.is_some();
    }

    /// Fills the timeslot's next block.
    fn play(&mut self, out: &mut [u8; BLOCK_OCTETS]) {
        let received = self.receiver.play(out, &mut self.statistics);
        match self.config.source {
            Source::Network => return,
            Source::Tone(tone) => {
                tone.write(self.tone_position, self.config.tdm_law, out);
                self.tone_position += BLOCK_OCTETS as u64;
            }
            Source::Silence => out.fill(self.config.tdm_law.silence()),
        }
        self.statistics.withheld_octets += received;
    }

    /// Whether nothing has been heard for too long; said once in a silence, and the stream is then over.
    fn has_fallen_silent(&mut self) -> bool {
        let silent = self.clock - self.heard_at >= u64::from(INACTIVE_S) * CLOCK_HZ;
        let tell = silent && !self.told_inactive && self.receiver.receives();
        if tell {
            self.told_inactive = true;
            self.receiver.buffer.restart();
        }
        tell
    }

    fn report(&mut self) -> rtp::report::ReportWriter {
        let sent = self.statistics.packets_sent > 0 && self.config.send;
        let sender = sent.then(|| rtp::report::SenderInformation {
            ntp: rtp::reporter::ntp(self.clock),
            timestamp: self.transmitter.timestamp(),
            packets: self.statistics.packets_sent as u32,
            octets: self.statistics.octets_sent as u32,
        });
        let block = self.receiver.source.as_mut().map(|source| source.report(self.clock));
        self.reporter.report(self.clock, sender, block, &self.config.cname)
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Remote { rtp, rtcp } => {
                (self.config.remote, self.config.remote_rtcp) = (rtp, rtcp);
                self.receiver.remote = rtp.map(|remote| remote.ip().to_canonical());
            }
            Change::Payload { payload_type, law, packet_ms, telephone_event } => {
                // A packet time that we do not send leaves the one we have.
                if let Some(octets) = config::packet_octets(packet_ms) {
                    self.config.packet_ms = packet_ms;
                    self.transmitter.packet_octets = octets;
                }
                let payload_type = payload_type & 0x7f;
                self.config.payload_type = payload_type;
                self.config.rtp_law = law;
                self.config.telephone_event = telephone_event;
                self.transmitter.header.payload_type = payload_type;
                self.transmitter.table = self.config.tdm_law.to(law);
                self.receiver.payload_type = payload_type;
                self.receiver.telephone_event = telephone_event;
                self.receiver.table = law.to(self.config.tdm_law);
                (self.config.second, self.receiver.second) = (None, None);
            }
            Change::Second { payload_type, law } => {
                self.config.second = Some((payload_type, law));
                self.receiver.second = Some((payload_type, law.to(self.config.tdm_law)));
            }
            Change::Direction { send, receive } => {
                (self.config.send, self.config.receive) = (send, receive);
                self.heard_at = self.clock;
                self.receiver.set_receive(receive);
            }
            Change::Source(source) => {
                self.config.source = source;
                self.tone_position = 0;
            }
        }
    }
}

impl<S: Socket> Leg<S> {
    /// Takes what has arrived, at most [`MAX_DATAGRAMS`] a port.
    pub(crate) fn drain(&mut self, buffer: &mut [u8], counters: &Counters) {
        for _ in 0..MAX_DATAGRAMS {
            let Some((length, from)) = self.socket.receive(Port::Rtp, buffer) else { break };
            let ours = self.session.take_rtp(from, &buffer[..length.min(buffer.len())]);
            counters.packets_received.add(u64::from(ours));
        }
        for _ in 0..MAX_DATAGRAMS {
            let Some((length, _)) = self.socket.receive(Port::Rtcp, buffer) else { break };
            self.session.take_rtcp(&buffer[..length.min(buffer.len())]);
        }
    }

    /// One block in, one block out.
    pub(crate) fn exchange(
        &mut self,
        received: &Upward,
        timeslot: usize,
        out: &mut [u8; BLOCK_OCTETS],
        counters: &Counters,
    ) {
        let Self { socket, session } = self;
        let block = &received.block;
        let octets = block.is_valid(timeslot).then_some(&block.octets[timeslot]);
        let to = session.config.remote.filter(|_| session.config.send);
        let taken = session.transmitter.take(block.frame, octets, to.is_some());
        let jump = taken.jump;
        session.statistics.gap_octets += taken.gap;
        if let (Some(packet), Some(to)) = (taken.packet, to) {
            send(socket, to, packet, &mut session.statistics, counters);
        }
        session.clock += jump + BLOCK_OCTETS as u64;
        // No stream waits longer than the buffer is deep, whatever the frame number says.
        session.receiver.buffer.skip(jump.min(u64::from(u32::MAX)) as u32);
        session.count_underruns(received.underruns);
        let before = (session.statistics.concealed_octets, session.receiver.buffer.counts().slips);
        session.play(out);
        counters.concealed_octets.add(session.statistics.concealed_octets - before.0);
        counters.slips.add(session.receiver.buffer.counts().slips - before.1);
    }

    /// Lets time pass, and reports if it is time to; `true` once when the far end has fallen silent.
    pub(crate) fn tend(&mut self, passed: u64) -> bool {
        self.session.clock += passed;
        if self.session.reporter.is_due(self.session.clock) {
            self.send_report(false);
        }
        self.session.has_fallen_silent()
    }

    /// Changes the session; what was being filled is sent as it was.
    pub(crate) fn update(&mut self, change: Change, counters: &Counters) {
        self.flush(counters);
        self.session.apply(change);
    }

    /// Sends what was being filled, and BYE if the far end has seen us at all (RFC 3550 section 6.3.7).
    pub(crate) fn leave(&mut self, counters: &Counters) {
        self.flush(counters);
        if self.session.statistics.packets_sent > 0 || self.session.reporter.sent > 0 {
            self.send_report(true);
        }
    }

    fn flush(&mut self, counters: &Counters) {
        let Self { socket, session } = self;
        let to = session.config.remote.filter(|_| session.config.send);
        if let (Some(packet), Some(to)) = (session.transmitter.flush(), to) {
            send(socket, to, packet, &mut session.statistics, counters);
        }
    }

    fn send_report(&mut self, bye: bool) {
        let mut report = self.session.report();
        if bye {
            report.bye(self.session.config.ssrc);
        }
        if let Some(to) = self.session.config.remote_rtcp
            && self.socket.send(Port::Rtcp, to, report.octets())
        {
            self.session.reporter.sent += 1;
        }
    }
}

impl Session {
    fn count_underruns(&mut self, underruns: u64) {
        let before = *self.underruns_before.get_or_insert(underruns);
        self.statistics.underrun_blocks = underruns - before;
        self.statistics.underrun_octets = self.statistics.underrun_blocks * BLOCK_OCTETS as u64;
    }
}

fn send<S: Socket>(
    socket: &mut S,
    to: SocketAddr,
    packet: Packet<'_>,
    statistics: &mut Statistics,
    counters: &Counters,
) {
    if socket.send(Port::Rtp, to, packet.datagram) {
        statistics.packets_sent += 1;
        statistics.octets_sent += packet.payload_octets as u64;
        counters.packets_sent.add(1);
    } else {
        statistics.packets_unsent += 1;
        statistics.octets_unsent += packet.payload_octets as u64;
    }
}

fn octets_us(octets: u32) -> u32 {
    octets * 125
}
