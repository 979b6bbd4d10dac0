//! The runtime beside the reactor, on a thread of its own: TLS, TCP and name look-ups, whose work must not hold up
//! signalling.

use std::io;
use std::thread::{self, JoinHandle};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// The runtime. It ends, with all that runs on it, when this is dropped.
#[derive(Debug)]
pub struct Aside {
    handle: Handle,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Aside {
    /// Starts the thread.
    pub fn start() -> io::Result<Aside> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let handle = runtime.handle().clone();
        let (end, ended) = oneshot::channel();
        let thread = thread::Builder::new().name("sip-aside".into()).spawn(move || {
            // An error is the other end dropped without a word, which says the same.
            let _told_or_dropped = runtime.block_on(ended);
            runtime.shutdown_background();
        })?;
        Ok(Aside { handle, end: Some(end), thread: Some(thread) })
    }

    /// Where its tasks are spawned.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        drop(self.end.take());
        // A thread that panicked has said so.
        let _panicked = self.thread.take().map(JoinHandle::join);
    }
}
