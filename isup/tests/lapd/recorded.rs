//! A recorded D-channel between two ends of another implementation: its octets, and each end replayed by ours.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use isup::lapd::frame::{Control, Frame};
use isup::lapd::{Command, Link, LinkConfig, Output, Side, State};

/// A text of the shared folder, or `None` with a line that says what is skipped.
pub fn shared(what: &str, file: &str) -> Option<String> {
    let folder = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let text = std::fs::read_to_string(folder.join(file)).ok();
    if text.is_none() {
        println!("skipped: {what}: shared folder absent");
    }
    text
}

pub fn from_hex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// One line: when, who sent it, what.
struct Line {
    at: Duration,
    sender: Side,
    octets: Vec<u8>,
}

fn recording(what: &str) -> Vec<Line> {
    let text = shared(what, "spec/traces/libpri_euroisdn_e1.hex").unwrap_or_default();
    let frames = text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    frames
        .map(|line| {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let ms: f64 = columns[1].parse().expect("milliseconds");
            let sender = if columns[2] == "NT>TE" { Side::Network } else { Side::User };
            Line { at: Duration::from_secs_f64(ms / 1_000.0), sender, octets: from_hex(columns[3]) }
        })
        .collect()
}

#[test]
fn every_recorded_frame_decodes_and_encodes_to_the_same_octets() {
    for Line { octets, .. } in recording("recorded LAPD frames") {
        let frame = Frame::decode(&octets, 260).unwrap_or_else(|error| panic!("{octets:02x?}: {error}"));
        assert_eq!(frame.encode(), octets);
    }
}

/// The recorded ends looked at their timers late, and asked each other before either had read the other's question.
const T203: Duration = Duration::from_millis(10_007);

/// One end of the recording, played by our link. Layer 3 says what the recording says: at once as an answer to
/// information, where the recorded frame acknowledges it, else at the recorded time.
struct Replay {
    side: Side,
    link: Link,
    /// What this end has yet to send.
    recorded: VecDeque<Vec<u8>>,
    received: usize,
}

impl Replay {
    fn drain(&mut self, now: std::time::Instant) {
        while let Some(output) = self.link.poll_output() {
            match output {
                Output::Frame(octets) => assert_eq!(Some(octets), self.recorded.pop_front(), "{:?}", self.side),
                Output::Data(_) => {
                    self.received += 1;
                    self.answer(now);
                }
                Output::Established(_) => {}
                other => panic!("{:?}: {other:?}", self.side),
            }
        }
    }

    fn answer(&mut self, now: std::time::Instant) {
        let Some(next) = self.recorded.front() else { return };
        let frame = Frame::decode(next, 260).expect("decoded by the test above");
        if let Control::Information { receive, .. } = frame.control
            && receive == isup::lapd::frame::Sequence::new(self.received)
        {
            let field = frame.information.to_vec();
            self.link.handle_command(now, Command::Data(field));
        }
    }

    /// Plays this end through the recording.
    fn play(side: Side) {
        let lines = recording("replay of the recorded link");
        if lines.is_empty() {
            return;
        }
        let mut config = LinkConfig::primary_rate(side);
        config.timers.t203 = T203;
        let recorded = lines.iter().filter(|line| line.sender == side).map(|line| line.octets.clone()).collect();
        let mut replay = Self { side, link: Link::new(config), recorded, received: 0 };
        let start = crate::chart::epoch();
        replay.link.handle_command(start, Command::Establish);
        replay.drain(start);
        for line in lines {
            let now = start + line.at;
            while let Some(deadline) = replay.link.poll_timeout().filter(|deadline| *deadline <= now) {
                replay.link.handle_timeout(deadline);
                replay.drain(deadline);
            }
            if line.sender != side {
                replay.link.handle_frame(now, &line.octets);
            } else if replay.recorded.front() == Some(&line.octets) {
                replay.answer(now);
            }
            replay.drain(now);
        }
        assert_eq!(replay.recorded, VecDeque::<Vec<u8>>::new(), "{side:?} has not said this");
        assert_eq!(replay.link.state(), State::MultipleFrameEstablished);
        let counters = replay.link.counters();
        assert_eq!((counters.information_retransmitted, counters.rejects_sent), (0, 0));
    }
}

#[test]
fn the_recorded_network_side_is_replayed_octet_for_octet() {
    Replay::play(Side::Network);
}

#[test]
fn the_recorded_user_side_is_replayed_octet_for_octet() {
    Replay::play(Side::User);
}
