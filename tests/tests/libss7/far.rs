//! Their end: the program of `peers/libss7`, its line and its operator.

use super::near::{FAR, OWN};
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tests::real::ended;

/// A running exchange of libss7.
pub struct Far {
    child: Child,
    operator: UnixStream,
    text: Vec<u8>,
    lines: VecDeque<String>,
}

impl Far {
    /// Starts one of this network, `itu` or `ansi`, with one link or two; what comes back is our end of each line, by
    /// signalling link code.
    pub fn start(network: &str, links: usize) -> (Far, Vec<UnixDatagram>) {
        let (lines, mut their_lines): (Vec<_>, Vec<_>) =
            (0..links).map(|_| UnixDatagram::pair().expect("a socket pair")).unzip();
        let (operator, their_operator) = UnixStream::pair().expect("a socket pair");
        operator.set_nonblocking(true).expect("a socket can be non-blocking");
        let mut command = Command::new(binary());
        command.args([&FAR.0.to_string(), &OWN.0.to_string(), network, &links.to_string()]);
        if links > 1 {
            command.stderr(Stdio::from(OwnedFd::from(their_lines.remove(1))));
        }
        command.stdin(Stdio::from(OwnedFd::from(their_lines.remove(0))));
        command.stdout(Stdio::from(OwnedFd::from(their_operator)));
        let child = command.spawn().expect("the fixture can be run");
        (Far { child, operator, text: Vec::new(), lines: VecDeque::new() }, lines)
    }

    /// Asks something of its operator.
    pub fn order(&mut self, order: &str) {
        let mut text = order.to_owned();
        text.push('\n');
        self.operator.write_all(text.as_bytes()).expect("it listens");
    }

    /// The next line that it told.
    pub fn told(&mut self) -> Option<String> {
        let mut octets = [0; 4096];
        match self.operator.read(&mut octets) {
            Ok(0) => panic!("libss7's exchange ended by itself"),
            Ok(count) => self.text.extend(&octets[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => panic!("libss7's exchange is gone: {error}"),
        }
        while let Some(end) = self.text.iter().position(|octet| *octet == b'\n') {
            let line: Vec<u8> = self.text.drain(..=end).collect();
            self.lines.push_back(String::from_utf8_lossy(&line[..end]).trim_end().to_owned());
        }
        self.lines.pop_front()
    }
}

impl Drop for Far {
    fn drop(&mut self) {
        // It ends when its operator goes; an error here is a program that has gone already.
        let _gone = self.operator.shutdown(Shutdown::Both);
        ended(&mut self.child, Duration::from_secs(5));
    }
}

/// `target/peers/libss7-exchange`, which `tests/run libss7` builds.
fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("a running test has a file");
    let target = own.ancestors().nth(3).expect("tests lie in target/PROFILE/deps");
    let binary = target.join("peers/libss7-exchange");
    assert!(binary.is_file(), "{} is not there: tests/run libss7", binary.display());
    binary
}
