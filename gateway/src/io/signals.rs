//! SIGTERM and SIGINT: the first asks the gateway to drain, the second to end at once.

use super::reactor::Request;
use std::io;
use std::thread;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

/// Passes signals on to a gateway for as long as the process lives.
pub fn watch(gateway: mpsc::Sender<Request>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _inside = runtime.enter();
        [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?]
    };
    thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(async {
            while either(&mut signals).await.is_some() && gateway.send(Request::Shutdown).await.is_ok() {
                tracing::info!("told to stop: calls are drained; a second signal ends at once");
            }
        });
    })?;
    Ok(())
}

async fn either([terminate, interrupt]: &mut [Signal; 2]) -> Option<()> {
    tokio::select! {
        told = terminate.recv() => told,
        told = interrupt.recv() => told,
    }
}
