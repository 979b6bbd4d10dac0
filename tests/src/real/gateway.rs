//! A running `spangate run` of the test's own.

use super::{PATIENCE, Place, binary, end, ended, http, until};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// What a gateway shall be like; the embedded default in all that is not said.
#[derive(Debug)]
pub struct Setup {
    /// Where it is.
    pub place: Place,
    /// Where SIP is heard, over UDP and TCP.
    pub sip: SocketAddr,
    /// Further keys of `[sip]`, and its sections.
    pub sip_keys: String,
    /// The network that the peer's calls come from; whoever is elsewhere is a stranger.
    pub peers_from: String,
    /// Further listeners.
    pub listeners: Vec<String>,
    /// Further keys of the peer.
    pub peer_keys: String,
    /// Parameters of the URI of the callee, as `;transport=tcp`.
    pub callee_parameters: String,
    /// The numbers that SIP may call on the trunk, a pattern of the dial plan.
    pub from_sip: String,
    /// The address of RTP.
    pub media: IpAddr,
    /// Where admin HTTP is heard.
    pub admin: SocketAddr,
    /// Where calls from the PSTN go.
    pub callee: SocketAddr,
    /// How long calls may go on after SIGTERM.
    pub drain_seconds: u32,
}

impl Setup {
    /// In a new place, on free ports.
    pub fn new() -> Setup {
        let place = Place::new();
        Setup {
            sip: place.free_port(),
            sip_keys: String::new(),
            peers_from: "127.0.0.0/8".to_owned(),
            listeners: Vec::new(),
            peer_keys: String::new(),
            callee_parameters: String::new(),
            from_sip: ".".to_owned(),
            media: place.ip(),
            admin: place.free_port(),
            callee: place.free_port(),
            drain_seconds: 5,
            place,
        }
    }

    /// Writes the configuration file.
    pub fn write(&self) {
        let Setup {
            place,
            sip,
            sip_keys,
            peers_from,
            listeners,
            peer_keys,
            callee_parameters,
            from_sip,
            media,
            admin,
            callee,
            drain_seconds,
        } = self;
        let listeners: String = listeners.iter().map(|listener| format!(", {listener:?}")).collect();
        let folder = place.folder().display();
        let text = format!(
            r#"driver = "sim"
[sip]
listen = ["udp:{sip}", "tcp:{sip}"{listeners}]
drain_seconds = {drain_seconds}
{sip_keys}
[[sip.peer]]
name = "peer"
address = "sip:{callee}{callee_parameters}"
accept_from = ["{peers_from}"]
{peer_keys}
[rtp]
address = "{media}"
[admin]
listen = "{admin}"
[journal]
directory = "{folder}"
[capture]
file = "{folder}/capture.pcapng"
[[sim.far_exchange]]
span = "e1"
[[span]]
name = "e1"
[ss7]
point_code = "1-1-1"
network = "national"
[[ss7.link]]
name = "link"
span = "e1"
timeslot = 16
adjacent = "1-1-2"
[[trunk]]
name = "trunk"
destination = "1-1-2"
spans = [{{ span = "e1", cic_base = 0 }}]
[[route]]
from = "sip"
called = "{from_sip}"
to = "trunk"
[[route]]
from = "trunk"
called = "."
to = "peer"
"#
        );
        fs::write(place.file(CONFIGURATION), text).expect("the folder is ours");
    }

    /// Starts it and waits until it is ready.
    pub fn start(self) -> Gateway {
        self.write();
        let (child, output) = self.launch();
        let mut gateway = Gateway { setup: self, child, output };
        gateway.await_ready();
        gateway
    }

    /// Starts it on its file as it stands and waits for its end, which must come by itself.
    pub fn run_to_end(&self) -> Output {
        let file = self.place.file(CONFIGURATION);
        Command::new(binary()).arg("run").arg("--config").arg(file).output().expect("it can be run")
    }

    fn launch(&self) -> (Child, mpsc::Receiver<String>) {
        let log = File::options().create(true).append(true).open(self.place.file(LOG)).expect("the folder is ours");
        let mut command = Command::new(binary());
        command.arg("run").arg("--config").arg(self.place.file(CONFIGURATION));
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("it can be run");
        let stdout = BufReader::new(child.stdout.take().expect("it was piped"));
        let (tell, output) = mpsc::channel();
        // Ends with the child, whose end closes the pipe.
        thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|line| tell.send(line)));
        (child, output)
    }
}

impl Default for Setup {
    fn default() -> Self {
        Setup::new()
    }
}

/// A running gateway; it is killed when dropped.
#[derive(Debug)]
pub struct Gateway {
    setup: Setup,
    child: Child,
    output: mpsc::Receiver<String>,
}

impl Gateway {
    /// One with everything as [`Setup::new`] has it.
    pub fn start() -> Gateway {
        Setup::new().start()
    }

    fn await_ready(&mut self) {
        let line = self.output.recv_timeout(PATIENCE);
        let line = line.unwrap_or_else(|error| panic!("it is not ready: {error}\n{}", self.log()));
        assert!(line.starts_with("ready"), "the first line is {line:?}");
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.setup.place
    }

    /// Where SIP is heard.
    pub fn sip(&self) -> SocketAddr {
        self.setup.sip
    }

    /// Where admin HTTP is heard.
    pub fn admin(&self) -> SocketAddr {
        self.setup.admin
    }

    /// Where it sends calls from the PSTN.
    pub fn callee(&self) -> SocketAddr {
        self.setup.callee
    }

    /// `GET /status`.
    pub fn status(&self) -> Value {
        let body = self.get("/status");
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("the status is no JSON: {error}\n{body}"))
    }

    /// `GET` of a path that is there.
    pub fn get(&self, path: &str) -> String {
        let (code, head, body) = until(path, || http::ask(self.admin(), "GET", path));
        assert_eq!(code, 200, "{head}\n{body}");
        body
    }

    /// An operator's command, to its end.
    pub fn operate(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(binary());
        command.args(arguments).args(["--admin", &self.admin().to_string()]).output().expect("it can be run")
    }

    /// Waits until no call is left and every circuit is idle again.
    pub fn settle(&self) {
        until("every circuit idle", || {
            let status = self.status();
            (status["calls"]["active"] == 0 && circuits(&status, "idle") == 30).then_some(())
        });
    }

    /// The closing records of the journal, once there are that many: not one more, and none of a call twice.
    pub fn records(&self, count: usize) -> Vec<Value> {
        let records = until(&format!("{count} closing records"), || {
            let records = self.records_now();
            (records.len() >= count).then_some(records)
        });
        assert_eq!(records.len(), count, "{records:#?}");
        let ids: BTreeSet<&str> = records.iter().filter_map(|record| record["id"].as_str()).collect();
        assert_eq!(ids.len(), count, "a call has two records: {records:#?}");
        records
    }

    /// The closing records that the journal has now.
    pub fn records_now(&self) -> Vec<Value> {
        self.journal().into_iter().filter(|record| record["record"] == "closed").collect()
    }

    /// Every whole line of the journal.
    pub fn journal(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.place().file("journal.jsonl")).expect("a running gateway has a journal");
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        whole.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no record: {line}"))).collect()
    }

    /// What it has said on standard error.
    pub fn log(&self) -> String {
        fs::read_to_string(self.place().file(LOG)).unwrap_or_default()
    }

    /// `spangate sim call` with these arguments, to its end.
    pub fn sim_call(&self, arguments: &[&str]) -> Output {
        self.sim_call_begun(arguments).wait_with_output().expect("it can be waited for")
    }

    /// `spangate sim call` with these arguments.
    pub fn sim_call_begun(&self, arguments: &[&str]) -> Child {
        let mut command = Command::new(binary());
        command.args(["sim", "call", "--trunk", "trunk", "--admin", &self.admin().to_string()]).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it can be run")
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill is there").success());
    }

    /// Waits for its own end.
    pub fn ended(&mut self) -> ExitStatus {
        let status = ended(&mut self.child, END);
        status.unwrap_or_else(|| panic!("it did not end in {} s:\n{}", END.as_secs(), self.log()))
    }

    /// SIGKILL: no chance to say anything.
    pub fn kill(&mut self) {
        end(&mut self.child);
    }

    /// Starts it again, on the same file and journal, after it has ended.
    pub fn start_again(&mut self) {
        (self.child, self.output) = self.setup.launch();
        self.await_ready();
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        end(&mut self.child);
        if thread::panicking() {
            eprintln!("the gateway's folder is {}; its log:\n{}", self.place().folder().display(), self.log());
        }
    }
}

/// How many circuits of the only trunk are in that state.
pub fn circuits(status: &Value, state: &str) -> u64 {
    status["trunks"][0]["circuits"][state].as_u64().unwrap_or_else(|| panic!("no circuits {state} in {status:#}"))
}

const CONFIGURATION: &str = "spangate.toml";
const LOG: &str = "log";
/// Longer than draining and whatever release may take after it.
const END: Duration = Duration::from_secs(60);
