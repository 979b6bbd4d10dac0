//! Their end: the program of `peers/libpri`, its line and its operator.

use isup::lapd::Side;
use isup::q931::switch::SwitchType;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tests::real::ended;

/// A running end of libpri.
pub struct Far {
    child: Child,
    operator: UnixStream,
    text: Vec<u8>,
    lines: VecDeque<String>,
}

impl Far {
    /// Starts one; what comes back is our end of the line.
    pub fn start(side: Side, switch: SwitchType, t200: Duration, t203: Duration) -> (Far, UnixDatagram) {
        let (line, their_line) = line();
        (Far::run(side, switch, t200, t203, their_line, None), line)
    }

    /// Starts one with a second D-channel, the first one's backup; what comes back is our ends of the lines.
    pub fn start_nfas(side: Side, switch: SwitchType, t200: Duration, t203: Duration) -> (Far, [UnixDatagram; 2]) {
        let ((first, their_first), (backup, their_backup)) = (line(), line());
        (Far::run(side, switch, t200, t203, their_first, Some(their_backup)), [first, backup])
    }

    fn run(
        side: Side,
        switch: SwitchType,
        t200: Duration,
        t203: Duration,
        line: UnixDatagram,
        backup: Option<UnixDatagram>,
    ) -> Far {
        let (operator, their_operator) = UnixStream::pair().expect("a socket pair");
        operator.set_nonblocking(true).expect("a socket can be non-blocking");
        let side = match side {
            Side::Network => "network",
            Side::User => "user",
        };
        let has_backup = backup.is_some();
        let mut command = Command::new(binary());
        if let Some(backup) = backup {
            command.stderr(Stdio::from(OwnedFd::from(backup)));
        }
        let child = command
            .args([
                side.to_owned(),
                switch.profile().name.to_owned(),
                t200.as_millis().to_string(),
                t203.as_millis().to_string(),
            ])
            .args(has_backup.then_some("nfas"))
            .stdin(Stdio::from(OwnedFd::from(line)))
            .stdout(Stdio::from(OwnedFd::from(their_operator)))
            .spawn()
            .expect("the fixture can be run");
        Far { child, operator, text: Vec::new(), lines: VecDeque::new() }
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
            Ok(0) => panic!("libpri's end ended by itself"),
            Ok(count) => self.text.extend(&octets[..count]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => panic!("libpri's end is gone: {error}"),
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

/// Both ends of a line; ours does not block.
fn line() -> (UnixDatagram, UnixDatagram) {
    let (line, their_line) = UnixDatagram::pair().expect("a socket pair");
    line.set_nonblocking(true).expect("a socket can be non-blocking");
    (line, their_line)
}

/// `target/peers/libpri-exchange`, which `tests/run libpri` builds.
fn binary() -> PathBuf {
    let own = std::env::current_exe().expect("a running test has a file");
    let target = own.ancestors().nth(3).expect("tests lie in target/PROFILE/deps");
    let binary = target.join("peers/libpri-exchange");
    assert!(binary.is_file(), "{} is not there: tests/run libpri", binary.display());
    binary
}
