//! The telephone's ear and mouth: one RTP stream (RFC 3550 clause 5.1) of 20 ms A-law packets.
//!
//! A voice is a thread that sends a packet at every absolute deadline, never moved by how late the last one was, and
//! listens in between. [`Voice::Pattern`] sends PRBS-15 and checks what returns; [`Voice::Echo`] returns each payload
//! to where the other side asked for it. A voice that wakes late sends what it owes at once: its stream has no holes,
//! and how late it was is told. It leaves out RTCP, and any clock recovery: it follows its own.

use super::super::pattern::{Check, PERIOD, Prbs15, Verdict};
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What a voice says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Voice {
    /// PRBS-15, and what returns is compared with it.
    Pattern,
    /// Every payload goes back as it came.
    Echo,
}

/// What a voice heard, and how well it kept time.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// Packets sent and received.
    pub packets_sent: u64,
    /// Packets received in order.
    pub packets_received: u64,
    /// Packets that never came, or came after a later one.
    pub packets_lost: u64,
    /// The comparison of a [`Voice::Pattern`].
    pub verdict: Verdict,
    /// From sending an octet to hearing it again, in milliseconds, when the stream was first recognised.
    pub round_trip_ms: Option<f64>,
    /// The longest that a packet was sent after its deadline, in milliseconds.
    pub latest_ms: f64,
}

/// A running voice; it ends with [`Stream::finish`].
#[derive(Debug)]
pub struct Stream {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Heard>,
}

impl Stream {
    /// Starts to speak on `socket` towards `remote`.
    pub fn start(socket: UdpSocket, remote: SocketAddr, voice: Voice) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut speaker = Speaker::new(socket, remote, voice);
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().name("phone-rtp".into()).spawn(move || speaker.run(&stopped))?;
        Ok(Self { stop, thread })
    }

    /// Ends the voice and tells what it heard.
    pub fn finish(self) -> Heard {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap_or_default()
    }
}

struct Speaker {
    socket: UdpSocket,
    remote: SocketAddr,
    voice: Voice,
    sequence: Prbs15,
    check: Check,
    started: Instant,
    sent: u64,
    expected: Option<u16>,
    heard: Heard,
}

impl Speaker {
    fn new(socket: UdpSocket, remote: SocketAddr, voice: Voice) -> Self {
        Self {
            socket,
            remote,
            voice,
            sequence: Prbs15::new(),
            check: Check::new(),
            started: Instant::now(),
            sent: 0,
            expected: None,
            heard: Heard::default(),
        }
    }

    fn run(&mut self, stop: &AtomicBool) -> Heard {
        let mut packet = [0; PACKET_OCTETS_MAX];
        while !stop.load(Ordering::Relaxed) {
            if self.voice == Voice::Pattern {
                self.send_what_is_due();
            }
            let wait = self.deadline().saturating_duration_since(Instant::now());
            match self.receive(wait, &mut packet) {
                Some(length) => self.hear(&packet[..length]),
                None => continue,
            }
        }
        self.heard.verdict = self.check.verdict();
        self.heard
    }

    /// When the next packet is due. An echo has no deadlines: it only looks whether it should stop.
    fn deadline(&self) -> Instant {
        match self.voice {
            Voice::Pattern => self.started + PACKET_TIME * self.sent as u32,
            Voice::Echo => Instant::now() + PACKET_TIME,
        }
    }

    fn send_what_is_due(&mut self) {
        while let Some(late) = Instant::now().checked_duration_since(self.deadline()) {
            self.heard.latest_ms = self.heard.latest_ms.max(late.as_secs_f64() * 1e3);
            let first = self.sent * PACKET_OCTETS as u64;
            let payload: Vec<u8> = (first..first + PACKET_OCTETS as u64).map(|p| self.sequence.octet(p)).collect();
            self.send(&payload);
        }
    }

    fn send(&mut self, payload: &[u8]) {
        let timestamp = (self.sent * PACKET_OCTETS as u64) as u32;
        let packet = rtp_packet(self.sent as u16, timestamp, payload);
        // A refused packet is lost like any other; what matters is seen at the other end.
        if self.socket.send_to(&packet, self.remote).is_ok() {
            self.heard.packets_sent += 1;
        }
        self.sent += 1;
    }

    /// Waits for a packet at most `wait`.
    fn receive(&self, wait: Duration, packet: &mut [u8]) -> Option<usize> {
        let wait = wait.clamp(Duration::from_micros(100), PACKET_TIME);
        self.socket.set_read_timeout(Some(wait)).ok()?;
        match self.socket.recv_from(packet) {
            Ok((length, from)) => (from.ip() == self.remote.ip()).then_some(length),
            // The other side's socket is gone already (ICMP): nothing comes, as if it were silent.
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => None,
            Err(_) => None,
        }
    }

    fn hear(&mut self, packet: &[u8]) {
        let Some((sequence, payload)) = rtp_payload(packet) else { return };
        let missing = self.expected.map_or(0, |expected| sequence.wrapping_sub(expected));
        if missing >= 1 << 15 {
            self.heard.packets_lost += 1;
            return;
        }
        self.expected = Some(sequence.wrapping_add(1));
        self.heard.packets_received += 1;
        match self.voice {
            Voice::Echo => self.send(payload),
            Voice::Pattern => {
                self.heard.packets_lost += u64::from(missing);
                self.check.skip(u64::from(missing) * payload.len() as u64);
                self.check.take(payload);
                self.note_round_trip(payload.len());
            }
        }
    }

    /// The first octet of the packet just judged left in a packet whose deadline is known.
    fn note_round_trip(&mut self, payload_octets: usize) {
        if self.heard.round_trip_ms.is_some() {
            return;
        }
        let Some(next) = self.check.position() else { return };
        let sent = self.sent * PACKET_OCTETS as u64;
        // Less than one period of the sequence ago, which is four seconds.
        let ago = (sent + PERIOD as u64 - next) % PERIOD as u64 + payload_octets as u64;
        let packet = sent.saturating_sub(ago) / PACKET_OCTETS as u64;
        let left = self.started + PACKET_TIME * packet as u32;
        self.heard.round_trip_ms = Some(Instant::now().saturating_duration_since(left).as_secs_f64() * 1e3);
    }
}

/// One packet in time and in octets.
const PACKET_TIME: Duration = Duration::from_millis(20);
const PACKET_OCTETS: usize = 160;
/// The longest packet heard whole: 60 ms and all the header extensions that fit in the rest.
const PACKET_OCTETS_MAX: usize = 2048;
/// Version 2, and payload type 8 (PCMA) of RFC 3551.
const VERSION_2: u8 = 0x80;
const PCMA: u8 = 8;
/// The telephone's synchronisation source; it has one stream per socket.
const SSRC: [u8; 4] = *b"PHON";

fn rtp_packet(sequence: u16, timestamp: u32, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![VERSION_2, PCMA];
    packet.extend(sequence.to_be_bytes());
    packet.extend(timestamp.to_be_bytes());
    packet.extend(SSRC);
    packet.extend(payload);
    packet
}

/// Sequence number and payload of a PCMA packet without padding or extension, which is what the gateway sends.
fn rtp_payload(packet: &[u8]) -> Option<(u16, &[u8])> {
    let header = packet.get(..12)?;
    let plain = header[0] == VERSION_2 && header[1] & 0x7f == PCMA;
    plain.then(|| (u16::from_be_bytes([header[2], header[3]]), &packet[12..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_is_laid_out_as_figure_1_of_rfc_3550_and_read_back() {
        let packet = rtp_packet(0x0102, 0x0304_0506, &[0xaa, 0xbb]);
        assert_eq!(packet, [0x80, 8, 1, 2, 3, 4, 5, 6, b'P', b'H', b'O', b'N', 0xaa, 0xbb]);
        assert_eq!(rtp_payload(&packet), Some((0x0102, [0xaa, 0xbb].as_slice())));
        assert_eq!(rtp_payload(&packet[..11]), None);
    }

    #[test]
    fn a_voice_and_an_echo_on_two_sockets_hear_no_difference() {
        let socket = || UdpSocket::bind("127.0.0.1:0").expect("a loopback socket");
        let (near, far) = (socket(), socket());
        let (near_address, far_address) = (near.local_addr().unwrap(), far.local_addr().unwrap());
        let echo = Stream::start(far, near_address, Voice::Echo).unwrap();
        let voice = Stream::start(near, far_address, Voice::Pattern).unwrap();
        // The one thing tested here is a thread that keeps real time.
        thread::park_timeout(Duration::from_millis(250));
        let (heard, returned) = (voice.finish(), echo.finish());
        assert!(heard.verdict.compared >= 160, "{heard:?}");
        assert_eq!(heard.verdict.differences, heard.verdict.missing, "{heard:?}");
        assert!(returned.packets_sent >= heard.packets_received);
        assert!(heard.round_trip_ms.is_some_and(|ms| ms > 0.0 && ms < 2_000.0), "{heard:?}");
    }
}
