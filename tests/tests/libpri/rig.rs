//! Both ends in real time, and a layer 3 that knows RESTART alone: enough to have information go both ways.

use super::far::Far;
use isup::lapd::{Command, ErrorCode, Link, LinkConfig, Output, Side, Timers};
use isup::q931::switch::SwitchType;
use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::thread;
use std::time::{Duration, Instant};

/// Both ends of the line.
pub struct Rig {
    /// Which end we are.
    pub side: Side,
    pub link: Link,
    line: UnixDatagram,
    far: Far,
    /// The line is cut: frames of both ends are lost.
    pub is_cut: bool,
    /// How many of our next I frames, and of theirs, are lost.
    pub lose: (u32, u32),
    /// Frames that arrived, from the address field on.
    pub heard: Vec<Vec<u8>>,
    /// Lines that their end told.
    pub lines: Vec<String>,
    /// Channels whose RESTART they acknowledged, in their order.
    pub acknowledged: Vec<u8>,
    /// DL-ESTABLISH and DL-RELEASE that our layer 3 was told.
    pub established: u32,
    pub released: u32,
    pub errors: Vec<ErrorCode>,
}

impl Rig {
    /// Both ends, just started; their timers are the standard's but for T203.
    pub fn cold(side: Side, ours: Timers, their_t203: Duration) -> Rig {
        let (far, line) = Far::start(side.other(), SwitchType::EuroIsdnE1, Timers::DEFAULT.t200, their_t203);
        let mut link = Link::new(LinkConfig { timers: ours, ..LinkConfig::primary_rate(side) });
        link.handle_command(Instant::now(), Command::Establish);
        Rig {
            side,
            link,
            line,
            far,
            is_cut: false,
            lose: (0, 0),
            heard: Vec::new(),
            lines: Vec::new(),
            acknowledged: Vec::new(),
            established: 0,
            released: 0,
            errors: Vec::new(),
        }
    }

    /// Both ends up, and what was on the way has arrived.
    pub fn ready(side: Side, ours: Timers, their_t203: Duration) -> Rig {
        let mut rig = Rig::cold(side, ours, their_t203);
        rig.until("both ends up", |rig| rig.established > 0 && rig.lines == ["up"]);
        rig.idle(SETTLING);
        rig.heard.clear();
        rig.lines.clear();
        (rig.established, rig.released) = (0, 0);
        rig.errors.clear();
        rig
    }

    /// Asks something of our link.
    pub fn request(&mut self, command: Command) {
        self.link.handle_command(Instant::now(), command);
    }

    /// Our layer 3 sends RESTART for a channel.
    pub fn restart(&mut self, channel: u8) {
        self.request(Command::Data([&RESTART[..], &[channel | LAST], &INDICATED_CHANNELS].concat()));
    }

    /// Asks something of their operator.
    pub fn order(&mut self, order: &str) {
        self.far.order(order);
    }

    /// Both ends go on until `look` is content.
    ///
    /// # Panics
    /// When it is not content within [`PATIENCE`].
    pub fn until(&mut self, what: &str, mut look: impl FnMut(&Rig) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !look(self) {
            assert!(
                Instant::now() < deadline,
                "waited {} s in vain: {what}; {:?}, told {:?}, errors {:?}, {:?}",
                PATIENCE.as_secs(),
                self.link.state(),
                self.lines,
                self.errors,
                self.link.counters(),
            );
            self.step(Instant::now());
            thread::sleep(STEP);
        }
    }

    /// Lets time pass.
    pub fn idle(&mut self, time: Duration) {
        let end = Instant::now() + time;
        self.until("the time to pass", |_| Instant::now() >= end);
    }

    /// Fails unless both ends took the link as up all the time.
    pub fn assert_undisturbed(&self) {
        assert_eq!((self.established, self.released), (0, 0), "{:?}", self.errors);
        assert_eq!(self.errors, []);
        let complaints: Vec<_> = self.lines.iter().filter(|line| !line.starts_with("restart")).collect();
        assert!(complaints.is_empty(), "{complaints:?}");
    }

    fn step(&mut self, now: Instant) {
        self.lines.extend(self.far.told());
        let mut octets = [0; FRAME_OCTETS_MAX];
        loop {
            match self.line.recv(&mut octets) {
                Ok(_) if self.is_cut => {}
                Ok(_) if is_lost(&octets, &mut self.lose.1) => {}
                Ok(count) => {
                    let frame = &octets[..count.saturating_sub(CHECK_SEQUENCE.len())];
                    self.heard.push(frame.to_vec());
                    self.link.handle_frame(now, frame);
                    self.drain(now);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("their end of the line is gone: {error}"),
            }
        }
        self.link.handle_timeout(now);
        self.drain(now);
    }

    fn drain(&mut self, now: Instant) {
        while let Some(output) = self.link.poll_output() {
            match output {
                Output::Frame(_) if self.is_cut => {}
                Output::Frame(frame) if is_lost(&frame, &mut self.lose.0) => {}
                Output::Frame(frame) => {
                    self.line.send(&[&frame[..], &CHECK_SEQUENCE].concat()).expect("the line has room");
                }
                Output::Established(_) => self.established += 1,
                Output::Released(_) => {
                    self.released += 1;
                    self.link.handle_command(now, Command::Establish);
                }
                Output::Data(message) => self.layer_3(now, &message),
                Output::UnitData(octets) => panic!("libpri has no unit data to send: {octets:02x?}"),
                Output::Error(code) => self.errors.push(code),
            }
        }
    }

    /// Answers RESTART by the same message as its acknowledgement; notes an acknowledgement of ours.
    fn layer_3(&mut self, now: Instant, message: &[u8]) {
        match message {
            [0x08, 0x02, 0x00, 0x00, 0x46, elements @ ..] => {
                let answer = [&[0x08, 0x02, 0x80, 0x00, 0x4e], elements].concat();
                self.link.handle_command(now, Command::Data(answer));
            }
            [0x08, 0x02, 0x80, 0x00, 0x4e, 0x18, 0x03, 0xa9, 0x83, channel, ..] => {
                self.acknowledged.push(channel & !LAST);
            }
            other => panic!("not a message of this conversation: {other:02x?}"),
        }
    }
}

/// Whether the line loses this frame: an I frame, and one of those to be lost.
fn is_lost(frame: &[u8], to_lose: &mut u32) -> bool {
    let is_lost = *to_lose > 0 && frame.get(2).is_some_and(|control| control & 1 == 0);
    *to_lose -= u32::from(is_lost);
    is_lost
}

/// RESTART with the global call reference, up to the channel number of its channel identification.
const RESTART: [u8; 9] = [0x08, 0x02, 0x00, 0x00, 0x46, 0x18, 0x03, 0xa9, 0x83];
/// The restart indicator that goes with it.
const INDICATED_CHANNELS: [u8; 3] = [0x79, 0x01, 0x80];
/// The extension bit of a last octet.
const LAST: u8 = 0x80;
/// libpri reads and writes frames with room for the check sequence, which no one looks at here.
const CHECK_SEQUENCE: [u8; 2] = [0; 2];
/// Longer than any frame with an information field of N201 octets.
const FRAME_OCTETS_MAX: usize = 512;
/// How often both ends are looked at.
const STEP: Duration = Duration::from_millis(1);
/// How long anything may take on a machine that stalls.
const PATIENCE: Duration = Duration::from_secs(60);
/// What crossing establishments have left on the line has arrived by then.
const SETTLING: Duration = Duration::from_millis(200);
