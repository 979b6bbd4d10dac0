//! `spangate run` on the first span.

use spangate::ops::client::Client;
use spangate::ops::maintenance::{CircuitAction, CircuitsOrder, CircuitsReport};
use spangate::ops::status::Status;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::setup::Setup;
use super::{HERE, measured};

/// A running gateway; when dropped it is told to stop, for one that is killed leaves a guard on its link.
pub struct Gateway {
    child: Child,
}

impl Gateway {
    /// Starts it and waits until it is ready.
    pub fn start(setup: &Setup) -> Gateway {
        let _none_yet = fs::remove_dir_all(FOLDER);
        fs::create_dir_all(FOLDER).expect("memory for a folder");
        fs::write(CONFIGURATION, setup.configuration(FOLDER)).expect("memory for a file");
        let mut gateway = Gateway { child: launch() };
        gateway.await_ready();
        gateway
    }

    /// What a gateway says that cannot start so.
    pub fn refused(setup: &Setup) -> String {
        fs::create_dir_all(FOLDER).expect("memory for a folder");
        fs::write(CONFIGURATION, setup.configuration(FOLDER)).expect("memory for a file");
        let output = Command::new(BINARY).args(["run", "--config", CONFIGURATION]).output().expect("it can be run");
        assert!(!output.status.success(), "it started");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn await_ready(&mut self) {
        let began = Instant::now();
        let output = self.child.stdout.take().expect("piped");
        let (tell, told) = mpsc::channel();
        // Ends with the child, whose end closes the pipe.
        thread::spawn(move || tell.send(BufReader::new(output).lines().next().and_then(Result::ok)));
        let line = told.recv_timeout(PATIENCE).ok().flatten().unwrap_or_default();
        assert!(line.starts_with("ready"), "the first line is {line:?}; {}", log());
        measured(&format!("start to ready, link aligned and tested: {} ms", began.elapsed().as_millis()));
    }

    /// Where SIP is heard.
    pub fn sip(&self) -> SocketAddr {
        SocketAddr::new(HERE, 5060)
    }

    /// Waits until every circuit is idle; a reset may have to be repeated until then (T22).
    pub fn settle(&self) {
        self.until("all circuits idle", |status| {
            let circuits = &status.trunks[0].circuits;
            circuits.idle > 0 && circuits.idle == circuits.total()
        });
    }

    /// Resets a circuit of its trunk: RSC, or RESTART.
    pub fn reset(&self, number: u16) -> CircuitsReport {
        let order = CircuitsOrder::one("trunk", number, CircuitAction::Reset);
        Client::new(admin()).circuits(&order).expect("it takes the order")
    }

    /// Its status.
    pub fn status(&self) -> Status {
        Client::new(admin()).status().expect("it tells its status")
    }

    /// Waits until its status is so.
    pub fn until(&self, what: &str, is_so: impl Fn(&Status) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so(&self.status()) {
            assert!(Instant::now() < deadline, "waited {} s in vain for {what}", PATIENCE.as_secs());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Processor time that it has used.
    pub fn processor_ms(&self) -> u64 {
        let text = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("it runs");
        // After the name in parentheses, the 12th and 13th fields are user and system time in ticks of 10 ms.
        let fields = text.rsplit(')').next().unwrap_or_default().split_whitespace();
        fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
    }

    /// SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it is ours");
    }

    /// Starts it again on the same file and journal.
    pub fn start_again(&mut self) {
        self.child = launch();
        self.await_ready();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("{}\n{}", status(), log());
        }
        let _told = Command::new("kill").arg(self.child.id().to_string()).status();
        let deadline = Instant::now() + PATIENCE;
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
        // An error is a child that has ended, as it should have.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

fn launch() -> Child {
    let log = File::options().create(true).append(true).open(LOG).expect("memory for a file");
    let mut command = Command::new(BINARY);
    command.args(["run", "--config", CONFIGURATION]).stdout(Stdio::piped()).stderr(log);
    command.spawn().expect("the image has it")
}

/// What gateways have said since the last [`Gateway::start`].
pub fn log() -> String {
    fs::read_to_string(LOG).unwrap_or_default()
}

fn admin() -> SocketAddr {
    SocketAddr::new(HERE, 9060)
}

fn status() -> String {
    Client::new(admin()).status().map_or_else(|error| error.to_string(), |status| format!("{status:#?}"))
}

const BINARY: &str = "/t/spangate";
/// What it writes, and what a test keeps beside it: made anew at each start.
pub const FOLDER: &str = "/tmp/gateway";
const CONFIGURATION: &str = "/tmp/gateway/spangate.toml";
const LOG: &str = "/tmp/gateway/log";
const PATIENCE: Duration = Duration::from_secs(30);
