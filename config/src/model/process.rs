//! What `[admin]`, `[log]`, `[journal]`, `[capture]` and `[media]` mean: the process itself.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// `[admin]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admin {
    /// A loopback address: nobody is asked for a password here.
    pub listen: SocketAddr,
}

/// `[log]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// The least severe level that is written.
    pub level: Level,
}

/// Severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something is lost.
    Error,
    /// Something may be lost.
    Warn,
    /// What an operator sees.
    Info,
    /// What a developer sees.
    Debug,
    /// Everything.
    Trace,
}

/// `[journal]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// Where; `None` is the user's state directory, see [`Journal::directory`].
    pub directory: Option<PathBuf>,
    /// The longest time between a record and its `fdatasync`.
    pub sync: Duration,
}

/// `[capture]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The pcapng file, made anew at start.
    pub file: PathBuf,
}

/// `[media]`: what the media threads ask of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// SCHED_FIFO priority of the TDM threads, 1 to 99; `None` stays with the ordinary scheduler.
    pub tdm_priority: Option<u8>,
    /// The same for the RTP workers.
    pub worker_priority: Option<u8>,
    /// What the driver delivers and takes at once, of each bearer: 5, 10 or 20.
    pub buffer_ms: u8,
    /// How many of these it holds each way, 4 to 32: the lateness that the TDM thread may have.
    pub buffers: u8,
    /// The processors that media threads may use; empty is any.
    pub processors: Vec<u16>,
    /// Whether memory is locked against paging.
    pub lock_memory: bool,
}

impl Journal {
    /// Where records go: as configured, else `spangate` in the user's state directory by the XDG base directory
    /// rules, else `/var/lib/spangate`. `environment` answers for a variable's value.
    pub fn directory(&self, environment: impl Fn(&str) -> Option<OsString>) -> PathBuf {
        let absolute = |name| environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let state = || absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
        let own = self.directory.clone().or_else(|| Some(state()?.join("spangate")));
        own.unwrap_or_else(|| PathBuf::from("/var/lib/spangate"))
    }
}
