//! A guard on a line of memory, a pipe for the heartbeat and a socket of the test's own.

use super::*;
use dahdi_sys::{Device, Request};
use std::os::unix::net::UnixStream;
use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};

/// A channel that shows what is written to it; the first write finds an event waiting.
struct Shown {
    units: Sender<Vec<u8>>,
    events: std::sync::Mutex<Vec<i32>>,
}

impl Device for Shown {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        match request {
            Request::ChannelNumber(number) => *number = 16,
            Request::GetEvent(event) => *event = self.events.lock().unwrap().pop().unwrap_or(0),
            _ => {}
        }
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> Result<usize, Errno> {
        Err(Errno::EAGAIN)
    }

    fn write(&self, octets: &[u8]) -> Result<usize, Errno> {
        if !self.events.lock().unwrap().is_empty() {
            return Err(Errno::ELAST);
        }
        // The test may have seen enough.
        let _enough = self.units.send(octets.to_vec());
        Ok(octets.len())
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

struct Bench {
    beats: Option<io::PipeWriter>,
    units: std::sync::mpsc::Receiver<Vec<u8>>,
    release: std::path::PathBuf,
    guard: JoinHandle<Ended>,
}

impl Bench {
    fn new(name: &str) -> Self {
        let release = std::env::temp_dir().join(format!("spangate-guard-{name}-{}.socket", std::process::id()));
        let _absent = std::fs::remove_file(&release);
        let listener = UnixListener::bind(&release).unwrap();
        let (beats_read, beats) = io::pipe().unwrap();
        let (units, shown) = channel();
        let device = Shown { units, events: vec![4].into() };
        let guard = thread::spawn(move || {
            let line = SignallingChannel::adopt(Box::new(device), SignallingMode::Mtp2).unwrap();
            watch(beats_read.as_fd(), &line, &listener)
        });
        Self { beats: Some(beats), units: shown, release, guard }
    }

    fn say(&mut self, word: u8) {
        io::Write::write_all(self.beats.as_mut().unwrap(), &[word]).unwrap();
    }

    fn end(self) -> (Ended, Vec<Vec<u8>>) {
        let ended = self.guard.join().unwrap();
        std::fs::remove_file(&self.release).unwrap();
        (ended, self.units.try_iter().collect())
    }
}

/// SIOS with its frame check sequence, which the driver overwrites.
const SIOS: [u8; 6] = [0xff, 0xff, 1, 3, 0, 0];

#[test]
fn a_gateway_that_dies_leaves_sios_on_the_line_until_the_next_one_asks_for_it() {
    let mut bench = Bench::new("death");
    bench.say(BEAT);
    drop(bench.beats.take());
    for _ in 0..3 {
        assert_eq!(bench.units.recv().unwrap(), SIOS);
    }
    let asker = UnixStream::connect(&bench.release).unwrap();
    let (ended, _) = bench.end();
    assert_eq!(ended, Ended::Released);
    drop(asker);
}

#[test]
fn a_gateway_that_closes_the_link_itself_leaves_nothing_on_the_line() {
    let mut bench = Bench::new("order");
    bench.say(BEAT);
    bench.say(QUIT);
    assert_eq!(bench.end(), (Ended::Dismissed, Vec::new()));
}

#[test]
fn silence_is_a_hung_gateway_only_when_five_heartbeats_are_missing() {
    let heard = Instant::now();
    let lives = Gateway::Lives(heard);
    assert_eq!(lives.at(heard + Duration::from_millis(4_999)), lives);
    assert_eq!(lives.at(heard + MISSED_AFTER), Gateway::Hangs);
    assert_eq!(Gateway::IsDead.at(heard + MISSED_AFTER), Gateway::IsDead);
}
