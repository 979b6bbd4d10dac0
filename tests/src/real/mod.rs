//! The release binary on real sockets, and the foreign programs that call through it.
//!
//! Every test starts a gateway of its own, on a loopback address that no other test has, with its journal and capture
//! in a folder of its own. Whatever is started is ended by its own id, also when the test fails; the folder stays then,
//! to be looked at. Nothing here waits without a bound. It leaves out building the binary, which `tests/run` does first.

mod gateway;
mod http;
pub mod kamailio;
mod place;
pub mod siege;
mod sipp;
pub mod voice;
pub mod wave;

pub use gateway::{Gateway, Setup, circuits};
pub use place::Place;
pub use sipp::{Played, Playing, Scenario};

use std::path::PathBuf;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// The binary beside the test's own: `target/release/spangate`.
pub fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("a running test has a file");
    let target = own.ancestors().nth(3).expect("tests lie in target/PROFILE/deps");
    let binary = target.join("release/spangate");
    assert!(binary.is_file(), "{} is not there: cargo build --release -p spangate", binary.display());
    binary
}

/// Looks until there is something to see.
///
/// # Panics
/// With `what` when nothing is seen within [`PATIENCE`].
pub fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, look).unwrap_or_else(|| panic!("waited {} s in vain: {what}", PATIENCE.as_secs()))
}

/// Looks until there is something to see or the time is over.
pub fn within<T>(bound: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + bound;
    loop {
        match look() {
            None if Instant::now() < deadline => thread::sleep(BETWEEN_LOOKS),
            seen => return seen,
        }
    }
}

/// Waits for a child's own end; one that does not end in time is killed, and `None`.
pub fn ended(child: &mut Child, bound: Duration) -> Option<ExitStatus> {
    let status = within(bound, || child.try_wait().expect("a child of ours can be waited for"));
    if status.is_none() {
        end(child);
    }
    status
}

/// Ends a child, if it still runs.
fn end(child: &mut Child) {
    // An error of kill is a child that has ended already; wait then takes its status.
    let _ended = child.kill();
    let _status = child.wait();
}

/// Longer than any stall of a shared machine, shorter than the patience of a reader.
pub const PATIENCE: Duration = Duration::from_secs(40);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
