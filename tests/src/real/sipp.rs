//! SIPp as a caller or an answerer, with scenarios of ours from `fixtures/sipp`.
//!
//! A scenario is a text with `{name}` where a test puts a value. SIPp itself judges: a message that is not the expected
//! one, or a header that does not match, fails the call and its exit code. Whatever it may wait for has a bound.
//! It plays against a [`Gateway`] of the test's own, or against whatever hears SIP at an address.

use super::{Gateway, end, ended, until};
use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// A scenario to be played.
#[derive(Debug)]
pub struct Scenario {
    name: String,
    text: String,
    arguments: Vec<String>,
}

impl Scenario {
    /// The scenario of that name, for one call.
    pub fn new(name: &str) -> Scenario {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/sipp").join(name).with_extension("xml");
        let text = fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        Scenario::from_text(name, &text)
    }

    /// A scenario that a test has at hand, where the folder of scenarios is not; for one call.
    pub fn from_text(name: &str, text: &str) -> Scenario {
        Scenario { name: name.into(), text: text.into(), arguments: Vec::new() }.option("-m", 1)
    }

    /// Puts a value where `{name}` stands.
    pub fn with(mut self, name: &str, value: impl ToString) -> Scenario {
        let place = format!("{{{name}}}");
        assert!(self.text.contains(&place), "{} has no {place}", self.name);
        self.text = self.text.replace(&place, &value.to_string());
        self
    }

    /// That many calls, all at once as far as may be.
    pub fn calls(self, count: u32) -> Scenario {
        self.option("-m", count).option("-l", count).option("-r", count)
    }

    /// An option of SIPp's; a later one takes precedence.
    pub fn option(mut self, option: &str, value: impl ToString) -> Scenario {
        self.arguments.extend([option.into(), value.to_string()]);
        self
    }

    /// A switch of SIPp's.
    pub fn switch(mut self, switch: &str) -> Scenario {
        self.arguments.push(switch.into());
        self
    }

    /// Calls that number through the gateway, in the background.
    pub fn call_from(self, gateway: &Gateway, called: &str) -> Playing {
        let place = gateway.place();
        self.option("-s", called).play(place.folder(), gateway.sip(), place.free_port())
    }

    /// Calls that number through the gateway; every call must go as the scenario says.
    pub fn call(self, gateway: &Gateway, called: &str) -> Played {
        self.call_from(gateway, called).succeeded()
    }

    /// Answers where the gateway sends its calls to, in the background.
    pub fn answer(self, gateway: &Gateway) -> Playing {
        self.play(gateway.place().folder(), gateway.sip(), gateway.callee()).listening(gateway.callee())
    }

    /// Plays on `local` towards `remote`, in the background; scenario and protocols go to `folder`.
    pub fn play(self, folder: &Path, remote: SocketAddr, local: SocketAddr) -> Playing {
        let number = PLAYED.fetch_add(1, Ordering::Relaxed);
        let file = |kind: &str| folder.join(format!("{number}-{}.{kind}", self.name));
        let (scenario, files) = (file("xml"), Files { messages: file("messages"), errors: file("errors") });
        let unset = self.text.find('{').map(|at| self.text[at..].lines().next().unwrap_or_default());
        assert_eq!(unset, None, "{} has a place without a value", self.name);
        fs::write(&scenario, &self.text).expect("the folder is ours");
        let screen = File::create(file("screen")).expect("the folder is ours");
        let ip = local.ip().to_string();
        let mut command = Command::new("sipp");
        command.arg("-sf").arg(&scenario).arg(remote.to_string());
        command.args(["-i", &ip, "-bind_local", "-mi", &ip, "-ci", &ip, "-p", &local.port().to_string()]);
        command.args(["-nostdin", "-timeout", GLOBAL_S, "-timeout_error", "-recv_timeout", RECEIVE_MS]);
        command.args(["-trace_msg", "-trace_err", "-message_file"]).arg(&files.messages);
        command.arg("-error_file").arg(&files.errors).args(&self.arguments);
        command.current_dir(folder).env("TERM", "dumb").stdin(Stdio::null());
        command.stdout(screen.try_clone().expect("a file can be shared")).stderr(screen);
        let child = command.spawn().expect("sipp (Debian's sip-tester) is installed");
        Playing { child, name: self.name, files }
    }
}

#[derive(Debug)]
struct Files {
    messages: PathBuf,
    errors: PathBuf,
}

/// A scenario that is being played; it is ended when dropped.
#[derive(Debug)]
pub struct Playing {
    child: Child,
    name: String,
    files: Files,
}

/// A scenario that has been played.
#[derive(Debug)]
pub struct Played {
    /// Every message that SIPp sent and received.
    pub messages: String,
}

impl Playing {
    /// Waits until it can be called there: whoever is called before is not there, says the system.
    pub fn listening(self, at: SocketAddr) -> Playing {
        until("SIPp at its port", || is_bound(at.port()).then_some(()));
        self
    }

    /// Every message that SIPp has sent and received so far.
    pub fn messages(&self) -> String {
        fs::read_to_string(&self.files.messages).unwrap_or_default()
    }

    /// Waits for its end: every call must have gone as the scenario says.
    pub fn succeeded(mut self) -> Played {
        let status = ended(&mut self.child, END);
        let errors = fs::read_to_string(&self.files.errors).unwrap_or_default();
        let messages = self.messages();
        let tail = || messages.char_indices().nth_back(6000).map_or(&messages[..], |(at, _)| &messages[at..]);
        let well = status.is_some_and(|status| status.success());
        assert!(well, "SIPp's {} ended with {status:?}:\n{errors}\n{}", self.name, tail());
        Played { messages }
    }
}

/// Whether anybody on this machine has a socket at that port.
fn is_bound(port: u16) -> bool {
    let local = format!(":{port:04X}");
    ["udp", "udp6", "tcp", "tcp6"].into_iter().any(|table| {
        let table = fs::read_to_string(format!("/proc/net/{table}")).unwrap_or_default();
        table
            .lines()
            .skip(1)
            .any(|line| line.split_whitespace().nth(1).is_some_and(|address| address.ends_with(&local)))
    })
}

impl Drop for Playing {
    fn drop(&mut self) {
        end(&mut self.child);
        if thread::panicking() {
            eprintln!("SIPp's {} said:\n{}", self.name, fs::read_to_string(&self.files.errors).unwrap_or_default());
        }
    }
}

static PLAYED: AtomicU32 = AtomicU32::new(0);
/// How long SIPp waits for one message, in milliseconds.
const RECEIVE_MS: &str = "40000";
/// How long SIPp plays at all, in seconds.
const GLOBAL_S: &str = "200";
/// A little longer than that.
const END: Duration = Duration::from_secs(210);
