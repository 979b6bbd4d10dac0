//! A guard for each signalling link: dead looks dead.
//!
//! An open MTP2 channel repeats its last unit for ever, and a closed one sends flags, which no error monitor of the far end
//! counts: either way a gateway that is killed looks alive to level 2. So a small process of the same program
//! inherits the link's descriptor. It sleeps while the gateway's heartbeats come down a pipe; when the pipe closes, or nothing
//! has come for [`MISSED_AFTER`](process::MISSED_AFTER), it sends SIOS and keeps it up ([`process`]). It ends without a word when
//! the gateway says that it closes the link itself, and when a gateway that starts anew asks for the timeslot: a
//! channel has one opener, and the guard is its keeper until then ([`release`]).
//!
//! The descriptor is the process's standard output and the heartbeat its standard input, so that nothing else is inherited and
//! no descriptor is ever named by number.

pub mod process;

use super::place::Place;
use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::io::{self, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The gateway's hold on the guard of one link. Dropping it ends the guard without SIOS: the link has been closed in order.
#[derive(Debug)]
pub struct Guard {
    child: Child,
}

impl Guard {
    /// Starts a guard over the open channel `line`.
    pub fn start(directory: &Path, place: &Place, line: BorrowedFd<'_>) -> io::Result<Self> {
        let mut child = Command::new(PROGRAM)
            .arg("guard")
            .arg("--release")
            .arg(socket(directory, place))
            .stdin(Stdio::piped())
            .stdout(line.try_clone_to_owned()?)
            // Out of the terminal's group: what interrupts the gateway is not meant for it.
            .process_group(0)
            .spawn()?;
        if let Some(pipe) = &child.stdin
            && let Err(error) = fcntl(pipe.as_fd(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK))
        {
            let _gone = child.kill();
            return Err(error.into());
        }
        Ok(Self { child })
    }

    /// The gateway lives. `false`: the guard does not.
    pub fn beat(&mut self) -> bool {
        // A pipe that is full has a reader who was stopped; there is nothing to tell it.
        self.say(process::BEAT);
        matches!(self.child.try_wait(), Ok(None))
    }

    fn say(&mut self, word: u8) {
        if let Some(pipe) = &mut self.child.stdin {
            let _unheard = pipe.write(&[word]);
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.say(process::QUIT);
        drop(self.child.stdin.take());
        // It ends at once, having nothing else to do; one that was stopped is killed.
        let ended = (0..ENDS_WITHIN_MS).any(|_| {
            let ended = !matches!(self.child.try_wait(), Ok(None));
            if !ended {
                let _interrupted = poll(&mut [], PollTimeout::from(1u8));
            }
            ended
        });
        if !ended {
            let _gone = self.child.kill();
            let _reaped = self.child.wait();
        }
    }
}

/// Asks the guard that a gateway before this one has left at a timeslot to let go of it, and waits until it has.
pub fn release(directory: &Path, place: &Place) {
    // Nobody is there: the usual case.
    let Ok(connection) = UnixStream::connect(socket(directory, place)) else { return };
    tracing::info!(%place, "the guard of the gateway before this one lets go of the link");
    let mut closed = [PollFd::new(connection.as_fd(), PollFlags::POLLIN)];
    let _interrupted = poll(&mut closed, PollTimeout::from(LETS_GO_WITHIN_MS));
}

/// Where the guard of a timeslot is asked to let go.
fn socket(directory: &Path, place: &Place) -> PathBuf {
    directory.join(format!("guard-{}.socket", place.channel))
}

/// This very program, even if its file has been replaced.
const PROGRAM: &str = "/proc/self/exe";
const ENDS_WITHIN_MS: u32 = 200;
const LETS_GO_WITHIN_MS: u16 = 1_000;
