//! The way of what is traced from where it passes to the capture file.
//!
//! SIP and signal units pass in the reactor and go into a channel; RTP passes in the worker, which may not allocate
//! or wait, and goes through a ring for each leg, see [`tap`]. A thread of its own reads both and writes. All of it
//! is bounded, keys of SRTP in SIP are overwritten, and what finds no room is lost and counted: a slow disk costs the capture, never the calls. If the
//! file fails, the capture ends there, and the log says why.

pub mod tap;

use crate::control::input::SignallingLine;
use crate::ops::capture::Capture;
use crate::ops::trace::{Direction, Entry, Origin, Packet, Signalling, Slot};
use crate::sip::sdp::crypto::Redactor;
use rtrb::Consumer;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};
use tap::Taps;

/// The reactor's end of the trace; it may be off.
#[derive(Debug)]
pub struct Trace {
    sink: Option<Sink>,
    /// Where the SIP listeners are: one end of every SIP datagram.
    listeners: Vec<SocketAddr>,
    /// Connections whose last octets were not the end of a line.
    cut: BTreeMap<SocketAddr, Redactor>,
    /// The signalling timeslots, in the order of their interfaces in the file.
    lines: Vec<SignallingLine>,
}

#[derive(Debug)]
struct Sink {
    began: Instant,
    entries: SyncSender<Entry>,
    taps: Taps,
    lost: Arc<AtomicU64>,
    thread: JoinHandle<u64>,
}

impl Trace {
    /// A trace that goes nowhere.
    pub fn off() -> Self {
        Self { sink: None, listeners: Vec::new(), cut: BTreeMap::new(), lines: Vec::new() }
    }

    /// Begins a capture in `file`, made anew, with an interface for each signalling timeslot, by its name.
    pub fn start(file: &Path, lines: &[(SignallingLine, &str)], listeners: &[SocketAddr]) -> io::Result<Self> {
        let (began, origin) = (Instant::now(), Origin(SystemTime::now()));
        let named = lines.iter().map(|(line, name)| match line {
            SignallingLine::Link(_) => (*name, Signalling::Mtp2),
            SignallingLine::DChannel(_) => (*name, Signalling::Lapd),
        });
        let capture = Capture::new(File::create(file)?, origin, &named.collect::<Vec<_>>())?;
        let (entries, to_write) = mpsc::sync_channel(ENTRIES_MAX);
        let (taps, new_taps) = mpsc::sync_channel(TAPS_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        let thread = thread::Builder::new()
            .name("capture".into())
            .spawn(move || Writer { began, capture: Some(capture), taps: Vec::new() }.run(&to_write, &new_taps))?;
        let taps = Taps::new(began, taps, Arc::clone(&lost));
        let lines = lines.iter().map(|(line, _)| *line).collect();
        let sink = Some(Sink { began, entries, taps, lost, thread });
        Ok(Self { sink, listeners: listeners.to_vec(), cut: BTreeMap::new(), lines })
    }

    /// Where legs are tapped; none if the trace is off.
    pub fn taps(&self) -> Option<Taps> {
        self.sink.as_ref().map(|sink| sink.taps.clone())
    }

    /// A SIP datagram came.
    pub fn datagram_received(&mut self, listener: usize, remote: SocketAddr, octets: &[u8]) {
        self.datagram(remote, self.address(listener), octets, &mut Redactor::default());
    }

    /// A SIP datagram goes.
    pub fn datagram_sent(&mut self, listener: usize, remote: SocketAddr, octets: &[u8]) {
        self.datagram(self.address(listener), remote, octets, &mut Redactor::default());
    }

    /// Some octets came over a SIP connection, cut anywhere: maybe within a key.
    pub fn octets_received(&mut self, listener: usize, remote: SocketAddr, octets: &[u8]) {
        let mut redactor = self.cut.remove(&remote).unwrap_or_default();
        self.datagram(remote, self.address(listener), octets, &mut redactor);
        if redactor != Redactor::default() {
            self.cut.insert(remote, redactor);
        }
        if self.cut.len() > CUT_MAX {
            self.cut.pop_first();
        }
    }

    /// A signal unit came.
    pub fn unit_received(&mut self, line: SignallingLine, octets: &[u8]) {
        self.unit(line, Direction::Received, octets);
    }

    /// A signal unit goes.
    pub fn unit_sent(&mut self, line: SignallingLine, octets: &[u8]) {
        self.unit(line, Direction::Sent, octets);
    }

    /// Entries that found no room so far, of the reactor and of all legs.
    pub fn lost(&self) -> u64 {
        self.sink.as_ref().map_or(0, |sink| sink.lost.load(Ordering::Relaxed))
    }

    /// Writes what is left and tells how many entries are missing in the file. Every tap must be gone, or its last
    /// packets are.
    pub fn finish(self) -> u64 {
        let Some(Sink { entries, taps, lost, thread, .. }) = self.sink else { return 0 };
        drop((entries, taps));
        // A writer that panicked has written nothing since: everything after is missing, one is the least of it.
        lost.load(Ordering::Relaxed) + thread.join().unwrap_or(1)
    }

    fn address(&self, listener: usize) -> Option<SocketAddr> {
        self.listeners.get(listener).copied()
    }

    fn datagram(
        &self,
        source: impl Into<Option<SocketAddr>>,
        destination: impl Into<Option<SocketAddr>>,
        octets: &[u8],
        redactor: &mut Redactor,
    ) {
        if let (Some(sink), Some(source), Some(destination)) = (&self.sink, source.into(), destination.into()) {
            let mut octets = octets.to_vec();
            redactor.pass(&mut octets);
            sink.put(Packet::Datagram { source, destination, octets });
        }
    }

    fn unit(&self, line: SignallingLine, direction: Direction, octets: &[u8]) {
        let link = self.lines.iter().position(|one| *one == line);
        if let (Some(sink), Some(link)) = (&self.sink, link) {
            sink.put(Packet::Unit { link, direction, octets: octets.to_vec() });
        }
    }
}

impl Sink {
    fn put(&self, packet: Packet) {
        if self.entries.try_send(Entry { at: self.began.elapsed(), packet }).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The thread that writes.
struct Writer<W: Write> {
    began: Instant,
    /// None once the file has failed.
    capture: Option<Capture<W>>,
    taps: Vec<Consumer<Slot>>,
}

impl<W: Write> Writer<W> {
    /// Writes until both channels are closed; tells how many entries came too late for their place in the file.
    fn run(mut self, entries: &Receiver<Entry>, new_taps: &Receiver<Consumer<Slot>>) -> u64 {
        loop {
            let entry = entries.recv_timeout(DRAIN_EVERY);
            self.taps.extend(new_taps.try_iter());
            self.drain_taps();
            match entry {
                Ok(entry) => {
                    self.add(entry);
                    entries.try_iter().take(ENTRIES_MAX).for_each(|entry| self.add(entry));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let now = self.began.elapsed();
            self.file_does(|capture| capture.advance(now));
        }
        self.taps.extend(new_taps.try_iter());
        self.drain_taps();
        let late = self.capture.as_ref().map_or(0, Capture::late);
        if let Some(Err(error)) = self.capture.take().map(Capture::close) {
            tracing::error!(%error, "the capture could not be finished");
        }
        late
    }

    fn drain_taps(&mut self) {
        let mut taps = std::mem::take(&mut self.taps);
        for tap in &mut taps {
            while let Ok(slot) = tap.pop() {
                self.add(slot.into());
            }
        }
        taps.retain(|tap| !tap.is_abandoned() || !tap.is_empty());
        self.taps = taps;
    }

    fn add(&mut self, entry: Entry) {
        self.file_does(|capture| capture.add(entry));
    }

    fn file_does(&mut self, what: impl FnOnce(&mut Capture<W>) -> io::Result<()>) {
        if let Some(Err(error)) = self.capture.as_mut().map(what) {
            tracing::error!(%error, "the capture ends here: its file does not take more");
            self.capture = None;
        }
    }
}

/// Entries that wait for the writer: a tenth of a second of a flood.
pub const ENTRIES_MAX: usize = 16_384;
/// Connections that may be in the middle of a line: more than there can be.
pub const CUT_MAX: usize = 4096;
/// Legs opened between two looks of the writer.
pub const TAPS_MAX: usize = 1024;
/// How often the writer looks at the rings of the legs; a ring lasts ten times as long.
const DRAIN_EVERY: Duration = Duration::from_millis(20);

#[cfg(test)]
mod tests;
