//! `spangate run` on the first span.

use spangate::ops::client::Client;
use spangate::ops::status::Status;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use super::{HERE, measured};

/// What gateways differ in.
pub struct Setup {
    /// Where calls of the exchange go.
    pub callee: SocketAddr,
    /// The channel of timeslot 1.
    pub first_channel: u32,
    /// Its own point code.
    pub point_code: &'static str,
    /// The point code of the exchange.
    pub adjacent: &'static str,
    /// Whether it configures its span itself, its link for MTP2 whatever the driver knows.
    pub configures: bool,
}

impl Setup {
    /// On the first span, with `tests/peers/ss7-exchange` at the other end and nobody to be called.
    pub const FIRST_SPAN: Setup = Setup {
        callee: SocketAddr::new(HERE, 9),
        first_channel: 1,
        point_code: "1-1-1",
        adjacent: "1-1-2",
        configures: false,
    };
}

/// A running gateway; it is killed when dropped.
pub struct Gateway {
    child: Child,
}

impl Gateway {
    /// Starts it and waits until it is ready.
    pub fn start(setup: &Setup) -> Gateway {
        let _none_yet = fs::remove_dir_all(FOLDER);
        fs::create_dir_all(FOLDER).expect("memory for a folder");
        fs::write(CONFIGURATION, configuration(setup)).expect("memory for a file");
        let mut gateway = Gateway { child: launch() };
        gateway.await_ready();
        gateway
    }

    /// What a gateway says that cannot start so.
    pub fn refused(setup: &Setup) -> String {
        fs::create_dir_all(FOLDER).expect("memory for a folder");
        fs::write(CONFIGURATION, configuration(setup)).expect("memory for a file");
        let _said_before = fs::remove_file(LOG);
        let mut gateway = Gateway { child: launch() };
        let deadline = Instant::now() + PATIENCE;
        while gateway.child.try_wait().expect("it is ours").is_none() {
            assert!(Instant::now() < deadline, "it started");
            thread::sleep(Duration::from_millis(20));
        }
        gateway.log()
    }

    fn await_ready(&mut self) {
        let began = Instant::now();
        let output = self.child.stdout.take().expect("piped");
        let (tell, told) = mpsc::channel();
        // Ends with the child, whose end closes the pipe.
        thread::spawn(move || tell.send(BufReader::new(output).lines().next().and_then(Result::ok)));
        let line = told.recv_timeout(PATIENCE).ok().flatten().unwrap_or_default();
        assert!(line.starts_with("ready"), "the first line is {line:?}; {}", status());
        measured(&format!("start to ready, link aligned and tested: {} ms", began.elapsed().as_millis()));
    }

    /// Where SIP is heard.
    pub fn sip(&self) -> SocketAddr {
        SocketAddr::new(HERE, 5060)
    }

    /// Waits until every circuit is idle; a reset may have to be repeated until then (T22).
    pub fn settle(&self) {
        self.until("all circuits idle", |status| status.trunks[0].circuits.idle == 30);
    }

    /// Waits until its status is so.
    pub fn until(&self, what: &str, is_so: impl Fn(&Status) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !is_so(&Client::new(admin()).status().expect("it tells its status")) {
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

    /// What it has logged.
    pub fn log(&self) -> String {
        fs::read_to_string(LOG).expect("it has a log")
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
            println!("{}\n{}", status(), self.log());
        }
        // An error is a child that has ended already.
        let _ended = self.child.kill();
        let _status = self.child.wait();
        release_link();
    }
}

fn launch() -> Child {
    let log = File::options().create(true).append(true).open(LOG).expect("memory for a file");
    let mut command = Command::new(BINARY);
    command.args(["run", "--config", CONFIGURATION]).stdout(Stdio::piped()).stderr(log);
    command.spawn().expect("the image has it")
}

/// What a gateway that was killed leaves behind: the guard of its link, which lets go when it is asked.
fn release_link() {
    if let Ok(mut guard) = UnixStream::connect(GUARD) {
        // It says nothing, and ends.
        let _end = guard.read(&mut [0]);
    }
}

/// How the driver treats the link's channels, "hdlc" or "mtp2": what `dahdi_cfg` was told.
pub fn link_mode() -> String {
    std::env::var("LINK_MODE").expect("tests/dahdi-vm/guest/checks sets it")
}

fn admin() -> SocketAddr {
    SocketAddr::new(HERE, 9060)
}

fn status() -> String {
    Client::new(admin()).status().map_or_else(|error| error.to_string(), |status| format!("{status:#?}"))
}

fn configuration(setup: &Setup) -> String {
    let Setup { callee, first_channel, point_code, adjacent, configures } = setup;
    let (by, mode) = if *configures { ("spangate", "mtp2".into()) } else { ("dahdi_cfg", link_mode()) };
    format!(
        r#"driver = "dahdi"
[sip]
listen = ["udp:127.0.0.1:5060"]
[[sip.peer]]
name = "peer"
address = "sip:{callee}"
accept_from = ["127.0.0.0/8"]
[rtp]
address = "127.0.0.1"
[log]
level = "warn"
[journal]
directory = "{FOLDER}"
[[span]]
name = "near"
first_channel = {first_channel}
configured_by = "{by}"
[ss7]
point_code = "{point_code}"
network = "national"
[[ss7.link]]
name = "link"
span = "near"
timeslot = 16
mode = "{mode}"
adjacent = "{adjacent}"
[[trunk]]
name = "trunk"
destination = "{adjacent}"
spans = [{{ span = "near", cic_base = 0 }}]
[[route]]
from = "sip"
called = "."
to = "trunk"
[[route]]
from = "trunk"
called = "."
to = "peer"
"#
    )
}

const BINARY: &str = "/t/spangate";
/// What it writes, and what a test keeps beside it: made anew at each start.
pub const FOLDER: &str = "/tmp/gateway";
const CONFIGURATION: &str = "/tmp/gateway/spangate.toml";
const LOG: &str = "/tmp/gateway/log";
const GUARD: &str = "/tmp/gateway/guard-16.socket";
const PATIENCE: Duration = Duration::from_secs(30);
