//! Log lines to standard error, from a bounded queue: whoever logs never waits for a terminal or a pipe.
//!
//! A line longer than [`LINE_OCTETS_MAX`] is cut; a line that finds [`LINES_MAX`] others waiting is lost, and the
//! number of lost lines is told as soon as there is room. Left out: files and rotation, which belong to the service
//! manager that reads standard error.

use std::io::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use config::model::Level;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

/// The longest line; the rest is cut.
pub const LINE_OCTETS_MAX: usize = 4096;

/// Lines that wait for standard error at most.
pub const LINES_MAX: usize = 1024;

/// Keeps logging alive; dropping it writes what is left.
#[derive(Debug)]
pub struct Log {
    lines: Lines,
    thread: Option<JoinHandle<()>>,
}

/// Begins to log. A second call changes nothing: the first subscriber stays.
///
/// # Errors
/// The system refused the thread.
pub fn start(level: Level) -> io::Result<Log> {
    let log = Log::to(io::stderr())?;
    let subscriber = tracing_subscriber::fmt().with_max_level(filter(level)).with_target(false).with_ansi(false);
    // Refused only when there is a subscriber already, as in tests.
    let _ = tracing::subscriber::set_global_default(subscriber.with_writer(log.lines.clone()).finish());
    Ok(log)
}

impl Log {
    #[expect(clippy::disallowed_methods, reason = "a terminal that stands still may stop this thread, and no other")]
    fn to(mut output: impl Write + Send + 'static) -> io::Result<Self> {
        let (sender, receiver) = sync_channel(LINES_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        let lines = Lines { sender: Arc::new(Mutex::new(Some(sender))), lost: Arc::clone(&lost) };
        let body = move || write_all(&receiver, &mut output, &lost);
        let thread = std::thread::Builder::new().name("log".into()).spawn(body)?;
        Ok(Self { lines, thread: Some(thread) })
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.lines.end();
        if let Some(thread) = self.thread.take() {
            // It ended by itself or by a panic of the output: there is nothing left to do in either case.
            let _ = thread.join();
        }
    }
}

fn write_all(lines: &Receiver<Vec<u8>>, output: &mut impl Write, lost: &AtomicU64) {
    // A failing standard error leaves nobody to tell.
    while let Ok(line) = lines.recv() {
        let _ = output.write_all(&line);
        match lost.swap(0, Relaxed) {
            0 => {}
            count => _ = writeln!(output, "{count} log lines were lost: standard error is too slow"),
        }
    }
    let _ = output.flush();
}

fn filter(level: Level) -> LevelFilter {
    match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
        Level::Trace => LevelFilter::TRACE,
    }
}

/// The end of the queue that lines are put into.
#[derive(Clone, Debug)]
struct Lines {
    sender: Arc<Mutex<Option<SyncSender<Vec<u8>>>>>,
    lost: Arc<AtomicU64>,
}

impl Lines {
    fn put(&self, line: Vec<u8>) {
        let sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Err(TrySendError::Full(_) | TrySendError::Disconnected(_))) =
            sender.as_ref().map(|to| to.try_send(line))
        {
            self.lost.fetch_add(1, Relaxed);
        }
    }

    fn end(&self) {
        self.sender.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { lines: self.clone(), octets: Vec::new() }
    }
}

/// One line on its way into the queue.
struct Line {
    lines: Lines,
    octets: Vec<u8>,
}

impl Write for Line {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        let room = LINE_OCTETS_MAX.saturating_sub(self.octets.len());
        self.octets.extend_from_slice(&octets[..octets.len().min(room)]);
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let mut line = std::mem::take(&mut self.octets);
        if line.is_empty() {
            return;
        }
        if line.len() == LINE_OCTETS_MAX && !line.ends_with(b"\n") {
            line.extend_from_slice(b" ...\n");
        }
        self.lines.put(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An output that stands still until its gate opens.
    struct Gate {
        open: Receiver<()>,
        written: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Gate {
        fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
            // A closed channel is an open gate.
            let _ = self.open.recv();
            self.written.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(octets);
            Ok(octets.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn gated() -> (Log, SyncSender<()>, Arc<Mutex<Vec<u8>>>) {
        let (gate, open) = sync_channel(0);
        let written = Arc::default();
        let log = Log::to(Gate { open, written: Arc::clone(&written) }).expect("a thread");
        (log, gate, written)
    }

    fn text(written: &Mutex<Vec<u8>>) -> String {
        String::from_utf8(written.lock().unwrap_or_else(PoisonError::into_inner).clone()).expect("UTF-8")
    }

    #[test]
    fn whoever_logs_to_an_output_that_stands_still_loses_lines_and_never_waits() {
        let (log, gate, written) = gated();
        for number in 0..LINES_MAX + 10 {
            writeln!(log.lines.make_writer(), "line {number}").expect("memory");
        }
        drop(gate);
        drop(log);
        let text = text(&written);
        let kept = text.lines().filter(|line| line.starts_with("line ")).count();
        // The thread may have taken one line out of the queue before the gate stopped it.
        assert!((LINES_MAX..=LINES_MAX + 1).contains(&kept), "{kept} kept");
        let lost = LINES_MAX + 10 - kept;
        assert!(text.contains(&format!("{lost} log lines were lost")), "{lost} lost");
    }

    #[test]
    fn an_endless_line_is_cut_at_the_bound() {
        let (log, gate, written) = gated();
        let mut line = log.lines.make_writer();
        for _ in 0..LINE_OCTETS_MAX {
            line.write_all(b"0123456789").expect("memory");
        }
        drop(line);
        drop((gate, log));
        assert_eq!(text(&written).len(), LINE_OCTETS_MAX + " ...\n".len());
    }
}
