//! SIPp as the caller: its own scenario, at a rate.

use crate::process::{OTHERS, pinned};
use std::net::SocketAddr;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Calls to be placed.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub to: SocketAddr,
    /// Calls a second.
    pub rate: u32,
    pub calls: u32,
    /// How long each call lasts.
    pub hold: Duration,
}

/// What came of them.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    pub succeeded: bool,
}

impl Load {
    /// Places the calls and waits for their end.
    pub fn place(self) -> Outcome {
        let (mut command, hold_ms) = (Command::new("sipp"), self.hold.as_millis());
        command.args(["-sn", "uac", "-s", "600", "-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin"]);
        command.args(["-r", &self.rate.to_string(), "-m", &self.calls.to_string(), "-l", "5000"]);
        command.args(["-d", &hold_ms.to_string(), "-recv_timeout", "60000", &self.to.to_string()]);
        let mut command = pinned(OTHERS, &command);
        command.env("TERM", "dumb").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let status = command.status().expect("sipp (Debian's sip-tester) is installed");
        Outcome { succeeded: status.success() }
    }
}
