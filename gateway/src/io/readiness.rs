//! Descriptors that wake the reactor.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// A descriptor that is watched as long as this lives.
#[derive(Debug)]
pub struct Watch {
    task: AbortHandle,
    /// It became ready since it was last asked.
    ready: Arc<AtomicBool>,
}

impl Watch {
    /// Tells `woken` whenever `descriptor` becomes readable, or has something urgent (a driver's events, POLLPRI); to
    /// be called inside a tokio runtime.
    pub fn new(descriptor: BorrowedFd<'_>, woken: &Arc<Notify>) -> io::Result<Self> {
        let interest = Interest::READABLE | Interest::PRIORITY;
        // Deprecated for types that do not keep their promise of a living descriptor, in favour of an unsafe function;
        // an OwnedFd keeps it by itself.
        #[expect(deprecated)]
        let descriptor = AsyncFd::with_interest(descriptor.try_clone_to_owned()?, interest)?;
        let woken = Arc::clone(woken);
        // What came before the first look.
        let ready = Arc::new(AtomicBool::new(true));
        let told = Arc::clone(&ready);
        let task = tokio::spawn(async move {
            // Readiness is an edge: it is taken away before the source is read dry, so that what comes meanwhile is a
            // new one.
            while let Ok(mut guard) = descriptor.ready(interest).await {
                guard.clear_ready();
                told.store(true, Ordering::Release);
                woken.notify_one();
            }
        });
        Ok(Self { task: task.abort_handle(), ready })
    }

    /// Whether the descriptor became ready since this was asked before; whoever hears so reads the source dry.
    pub fn take(&self) -> bool {
        self.ready.swap(false, Ordering::AcqRel)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}
