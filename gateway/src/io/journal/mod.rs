//! The journal: records that outlive the process, in the order in which they were given.
//!
//! [`Journal::append`] returns once `write(2)` has taken the record, so that what follows it in the control plane's
//! output happens after it, and a killed process has lost nothing that it acted upon. `fdatasync` runs beside, grouped,
//! so that a failing machine loses at most the configured time.
//!
//! **Signalling never waits for a disk.** `write(2)` itself may hang (throttled dirty pages, a network file system
//! gone), and no flag of a regular file prevents that. So a thread of its own writes, and `append` waits for it at most
//! [`WRITE_WAIT`]; once it waited in vain, or a write failed, records are spooled in memory, at most
//! [`SPOOL_RECORDS_MAX`], without any wait, until the disk has caught up. [`Health`] says so, and counts what did not
//! fit. While records are spooled their order holds, but not that they are written before what follows: the alarm is
//! for that. Left out: rotation; the file is only appended to, so that logrotate's `copytruncate` fits.

pub mod file;

use std::io;
use std::sync::mpsc::{self, Receiver, SyncSender, TrySendError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What a journal is written to: a file, or a test's idea of a disk.
pub trait Disk: Send {
    /// Appends some or all of `octets`, as `write(2)`.
    fn write(&mut self, octets: &[u8]) -> io::Result<usize>;
    /// What makes it durable, from another thread while this one writes.
    fn syncer(&self) -> io::Result<Syncer>;
}

/// Makes everything written so far durable, as `fdatasync(2)`.
pub type Syncer = Box<dyn FnMut() -> io::Result<()> + Send>;

/// The journal's end in the reactor.
#[derive(Debug)]
pub struct Journal {
    records: SyncSender<String>,
    shared: Arc<Shared>,
    given: u64,
    spooling: bool,
}

/// Whether the disk takes what it is given.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Health {
    /// Why the disk does not keep the records, in words; none if it does.
    pub trouble: Option<String>,
    /// Records in memory that the disk has not taken yet.
    pub spooled: u64,
    /// Records lost because [`SPOOL_RECORDS_MAX`] others waited already.
    pub lost: u64,
}

impl Journal {
    /// Begins to write to `disk`; a record is durable `sync` after it was given, if the disk is as quick as half of it.
    pub fn start(disk: Box<dyn Disk>, sync: Duration) -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let (records, spool) = mpsc::sync_channel(SPOOL_RECORDS_MAX);
        let (written, to_sync) = mpsc::sync_channel(1);
        let syncer = disk.syncer()?;
        let progress = Arc::clone(&shared);
        spawn("journal-sync", move || sync_loop(&to_sync, syncer, sync / 2, &progress))?;
        let progress = Arc::clone(&shared);
        spawn("journal", move || write_loop(disk, &spool, &written, &progress))?;
        Ok(Self { records, shared, given: 0, spooling: false })
    }

    /// Takes a record, one line without its newline.
    pub fn append(&mut self, line: String) {
        match self.records.try_send(line) {
            Ok(()) => self.given += 1,
            Err(TrySendError::Full(_)) => self.shared.lock().lost += 1,
            Err(TrySendError::Disconnected(_)) => {
                let mut progress = self.shared.lock();
                progress.lost += 1;
                progress.trouble.get_or_insert_with(|| "the thread that writes it has ended".to_owned());
            }
        }
        self.wait_for_the_disk();
    }

    /// The state of the disk; the trouble ends when everything spooled was written.
    pub fn health(&mut self) -> Health {
        let progress = self.shared.lock();
        let spooled = self.given - progress.taken;
        if spooled == 0 && progress.trouble.is_none() {
            self.spooling = false;
        }
        let slow = || self.spooling.then(|| format!("a write took longer than {} ms", WRITE_WAIT.as_millis()));
        let trouble = progress.trouble.clone().or_else(|| progress.sync_trouble.clone()).or_else(slow);
        Health { trouble, spooled, lost: progress.lost }
    }

    /// Writes and syncs what is left, for at most [`CLOSE_WAIT`]; tells how many records never reached the disk.
    pub fn close(self) -> u64 {
        let Self { records, shared, given, .. } = self;
        drop(records);
        let progress = shared.wait(CLOSE_WAIT, |progress| progress.ended);
        given - progress.taken + progress.lost
    }

    fn wait_for_the_disk(&mut self) {
        if !self.spooling {
            let given = self.given;
            let progress =
                self.shared.wait(WRITE_WAIT, |progress| progress.taken == given || progress.trouble.is_some());
            self.spooling = progress.taken < given;
        }
    }
}

/// What the threads and the reactor tell each other.
#[derive(Debug, Default)]
struct Shared {
    progress: Mutex<Progress>,
    changed: Condvar,
    /// Told once, when `all_written`.
    end: Condvar,
}

#[derive(Debug, Default)]
struct Progress {
    /// Records that the disk has taken.
    taken: u64,
    lost: u64,
    trouble: Option<String>,
    sync_trouble: Option<String>,
    /// The thread that writes has ended.
    all_written: bool,
    /// Everything was written and synced, and no record can come any more.
    ended: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        // Every change is one assignment: a panic elsewhere leaves the progress whole.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    /// Nothing will be written any more.
    fn tell_the_end(&self) {
        self.lock().all_written = true;
        self.end.notify_all();
    }

    /// Waits until nothing will be written any more, but no longer than `patience`.
    fn wait_for_the_end(&self, patience: Duration) {
        // A poisoned lock is an end of waiting too.
        let _over = self.end.wait_timeout_while(self.lock(), patience, |progress| !progress.all_written);
    }

    /// Waits until `enough`, but no longer than `patience`.
    fn wait(&self, patience: Duration, enough: impl Fn(&Progress) -> bool) -> MutexGuard<'_, Progress> {
        let waiting = self.changed.wait_timeout_while(self.lock(), patience, |progress| !enough(progress));
        waiting.unwrap_or_else(PoisonError::into_inner).0
    }
}

fn spawn(name: &str, body: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.into()).spawn(body)
}

fn write_loop(mut disk: Box<dyn Disk>, spool: &Receiver<String>, written: &SyncSender<()>, shared: &Shared) {
    while let Ok(mut line) = spool.recv() {
        line.push('\n');
        write_whole(&mut *disk, line.as_bytes(), shared);
        // Full means that a sync is due anyway, and has not begun.
        let _already_due = written.try_send(());
        shared.change(|progress| {
            progress.taken += 1;
            progress.trouble = None;
        });
    }
    shared.tell_the_end();
}

/// Offers a line until the disk has taken all of it; while it does not, the trouble is told.
fn write_whole(disk: &mut dyn Disk, mut octets: &[u8], shared: &Shared) {
    while !octets.is_empty() {
        let trouble = match disk.write(octets) {
            Ok(0) => "the disk takes no octets".to_owned(),
            Ok(count) => {
                octets = &octets[count..];
                continue;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => error.to_string(),
        };
        shared.change(|progress| progress.trouble = Some(trouble));
        thread::sleep(RETRY_AFTER);
    }
}

/// Syncs `gather` after the first write since the last time, and once more at the end. Between these it sleeps, however many writes there are.
fn sync_loop(written: &Receiver<()>, mut syncer: Syncer, gather: Duration, shared: &Shared) {
    let mut open = true;
    while open {
        open = written.recv().is_ok();
        if open {
            shared.wait_for_the_end(gather);
            // Whatever was written meanwhile is synced with it.
            let _with_it = written.try_recv();
        }
        let trouble = syncer().err().map(|error| format!("it was written but not synced: {error}"));
        shared.change(|progress| progress.sync_trouble = trouble);
    }
    shared.change(|progress| progress.ended = true);
}

/// How long the control plane waits for `write(2)`; MTP2 repeats a lost unit after longer.
pub const WRITE_WAIT: Duration = Duration::from_millis(20);
/// Records held in memory while the disk does not take them: some megabytes, and hours of a full E1.
pub const SPOOL_RECORDS_MAX: usize = 16_384;
/// How long a stopping gateway waits for its disk.
pub const CLOSE_WAIT: Duration = Duration::from_secs(2);
/// How soon a refused write is tried again.
const RETRY_AFTER: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests;
