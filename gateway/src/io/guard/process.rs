//! The guard itself: sleeps on the gateway's heartbeats, and speaks for it when they end.

use dahdi_sys::signalling::{SignallingChannel, SignallingMode};
use dahdi_sys::{Errno, LinuxKernel};
use isup::mtp2::unit::{Contents, Header, SEQUENCE_MASK, Status, UNIT_OCTETS_MAX, Unit};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

/// The gateway lives.
pub const BEAT: u8 = b'.';
/// The gateway closes the link itself.
pub const QUIT: u8 = b'q';
/// Silence after which a gateway that still has its pipe open is taken for hung: five of its heartbeats.
pub const MISSED_AFTER: Duration = Duration::from_secs(5);
/// How often SIOS is said. In the driver's MTP2 mode once would do; in HDLC mode each unit is sent once.
const SIOS_EVERY_MS: u16 = 20;

/// Why a guard ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The gateway closes the link itself.
    Dismissed,
    /// A new gateway asks for the timeslot.
    Released,
}

/// The process: standard input is the heartbeat, standard output the open channel; `release` is where it is asked to let go. It does
/// not return: whoever asked hears the listener close, and by then the channel must be closed, which is so when all
/// descriptors close at once, the lowest first.
pub fn run(release: &Path) -> io::Result<Infallible> {
    // What a guard that was killed has left; whoever holds the channel is us.
    match std::fs::remove_file(release) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(release)?;
    let device = LinuxKernel::adopt(io::stdout().as_fd().try_clone_to_owned()?);
    // Units are written alike in both modes.
    let line = SignallingChannel::adopt(device, SignallingMode::Mtp2).map_err(io::Error::other)?;
    let _why = watch(io::stdin().as_fd(), &line, &listener);
    let _gone = std::fs::remove_file(release);
    std::process::exit(0)
}

/// Whether the gateway speaks for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gateway {
    /// Last heard then.
    Lives(Instant),
    /// Its pipe is open, but nothing came for too long.
    Hangs,
    /// Its pipe is closed.
    IsDead,
}

/// Watches until it is dismissed or released.
pub fn watch(heartbeat: BorrowedFd<'_>, line: &SignallingChannel, release: &UnixListener) -> Ended {
    let mut gateway = Gateway::Lives(Instant::now());
    loop {
        // A closed pipe would be ready for ever.
        let beats = if gateway == Gateway::IsDead { PollFlags::empty() } else { PollFlags::POLLIN };
        let mut waiting = [PollFd::new(release.as_fd(), PollFlags::POLLIN), PollFd::new(heartbeat, beats)];
        // An interrupted poll is taken up again.
        let polled = poll(&mut waiting, gateway.patience()).unwrap_or(0);
        let is_ready = |place: usize| polled > 0 && waiting[place].any() == Some(true);
        let (asked, heard) = (is_ready(0), is_ready(1) && gateway != Gateway::IsDead);
        if asked {
            return Ended::Released;
        }
        if heard {
            let mut words = [0; 64];
            match nix::unistd::read(heartbeat, &mut words) {
                Ok(0) => gateway = Gateway::IsDead,
                Ok(count) if words[..count].contains(&QUIT) => return Ended::Dismissed,
                Ok(_) => gateway = Gateway::Lives(Instant::now()),
                Err(_) => {}
            }
        }
        gateway = gateway.at(Instant::now());
        if !matches!(gateway, Gateway::Lives(_)) {
            say_out_of_service(line);
        }
    }
}

impl Gateway {
    fn patience(self) -> PollTimeout {
        match self {
            Gateway::Lives(last) => {
                let left = MISSED_AFTER.saturating_sub(last.elapsed()) + Duration::from_millis(1);
                PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX)
            }
            Gateway::Hangs | Gateway::IsDead => PollTimeout::from(SIOS_EVERY_MS),
        }
    }

    fn at(self, now: Instant) -> Self {
        match self {
            Gateway::Lives(last) if now.saturating_duration_since(last) >= MISSED_AFTER => Gateway::Hangs,
            unchanged => unchanged,
        }
    }
}

/// SIOS, with the sequence numbers of a link that begins (Q.703 clause 5 begins with all ones).
fn say_out_of_service(line: &SignallingChannel) {
    let header = Header { bsn: SEQUENCE_MASK, bib: true, fsn: SEQUENCE_MASK, fib: true };
    let unit = Unit { header, contents: Contents::Status(Status::OUT_OF_SERVICE) };
    let mut octets = Vec::with_capacity(UNIT_OCTETS_MAX);
    unit.encode(&mut octets);
    // An event that waits must be taken before the driver takes a unit; full buffers hold SIOS already.
    if line.write_frame(&octets) == Err(Errno::ELAST) {
        while let Ok(Some(_)) = line.next_event() {}
        let _again_later = line.write_frame(&octets);
    }
}

#[cfg(test)]
mod tests;
