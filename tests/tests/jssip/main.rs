//! JsSIP, the SIP of browsers, registers at the release binary over WebSocket, is called by it and calls, on real sockets.
//!
//! Its media stands in for a browser's with plain RTP: what is proven here is the signalling, and that the audio goes where it says.

use rcgen::generate_simple_self_signed;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use tests::real::{Gateway, PATIENCE, Setup, ended, until};

/// Users alice, who is called by 200, and bob; WebSocket at the second listener, over TLS at the third.
fn gateway() -> (Gateway, [String; 2], PathBuf) {
    let setup = Setup::new();
    let ip = setup.place.ip();
    let own = generate_simple_self_signed(vec![ip.to_string()]).expect("an address may stand in a certificate");
    let (certificate, key) = (setup.place.file("own.pem"), setup.place.file("own.key"));
    fs::write(&certificate, own.cert.pem()).expect("the folder is ours");
    fs::write(&key, own.signing_key.serialize_pem()).expect("the folder is ours");
    let sip_keys = format!(
        "[[route]]\nfrom = \"trunk\"\ncalled = \"200\"\nto = \"user:alice\"\n\
         [sip.tls]\ncertificate = {certificate:?}\nkey = {key:?}\n\
         [[sip.user]]\nname = \"alice\"\npassword = \"wonderland\"\n[[sip.user]]\nname = \"bob\"\npassword = \"builder\""
    );
    let (plain, secure) = (tcp_port(&setup), tcp_port(&setup));
    let listeners = vec![format!("ws:{plain}"), format!("wss:{secure}")];
    let urls = [format!("ws://{plain}"), format!("wss://{secure}")];
    (Setup { sip_keys, listeners, ..setup }.start(), urls, certificate)
}

/// Free when it was looked at, as the ports of UDP are.
fn tcp_port(setup: &Setup) -> std::net::SocketAddr {
    let socket = std::net::TcpListener::bind((setup.place.ip(), 0)).expect("every address of 127/8 can be bound");
    socket.local_addr().expect("it is bound")
}

/// A running browser; it is ended when dropped.
struct Browser {
    child: Child,
    output: BufReader<ChildStdout>,
}

impl Browser {
    fn start(
        gateway: &Gateway,
        url: &str,
        (user, password): (&str, &str),
        number: &[&str],
        authority: &Path,
    ) -> Browser {
        let script = script();
        let uri = format!("sip:{user}@{}", gateway.place().ip());
        let log = fs::File::create(gateway.place().file(&format!("jssip-{user}"))).expect("the folder is ours");
        let mut command = Command::new("node");
        // Such a certificate is its own authority.
        command.env("NODE_EXTRA_CA_CERTS", authority).arg(script).args([url, &uri, password]).args(number);
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("node is installed");
        let output = BufReader::new(child.stdout.take().expect("it was piped"));
        Browser { child, output }
    }

    /// The next thing that it says.
    fn says(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("its words are UTF-8");
        line.trim_end().to_owned()
    }

    /// It has had a call that was answered.
    fn succeeded(mut self) {
        let status = ended(&mut self.child, PATIENCE).expect("it ends after its call");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // One that has ended cannot be killed.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// Beside the libraries that `tests/run` fetched.
fn script() -> PathBuf {
    let own = std::env::current_exe().expect("a running test has a file");
    let target = own.ancestors().nth(3).expect("tests lie in target/PROFILE/deps");
    target.join("peers/jssip/browser.js")
}

#[test]
fn a_browser_registers_over_websocket_is_called_and_every_octet_comes_back() {
    let (gateway, urls, certificate) = gateway();
    for url in &urls {
        let mut browser = Browser::start(&gateway, url, ("alice", "wonderland"), &[], &certificate);
        assert_eq!(browser.says(), "registered");
        assert_eq!(gateway.status()["sip"]["registered"], 1);
        let output = gateway.sim_call(&["--called", "200", "--hold", "2", "--verify"]);
        assert!(output.status.success(), "{output:?}");
        assert_eq!([browser.says(), browser.says()], ["confirmed", "ended: Terminated"]);
        browser.succeeded();
        until("it is registered no longer", || (gateway.status()["sip"]["registered"] == 0).then_some(()));
    }
    gateway.settle();
    assert!(gateway.records(2).iter().all(|record| record["disposition"] == "answered"));
}

#[test]
fn a_browser_calls_over_websocket_and_hangs_up() {
    let (gateway, urls, certificate) = gateway();
    for url in &urls {
        let mut browser = Browser::start(&gateway, url, ("bob", "builder"), &["600"], &certificate);
        let said = [browser.says(), browser.says(), browser.says()];
        assert_eq!(said, ["registered", "confirmed", "ended: Terminated"]);
        browser.succeeded();
    }
    gateway.settle();
    assert!(gateway.records(2).iter().all(|record| record["disposition"] == "answered"));
}

#[test]
fn a_browser_that_goes_without_a_word_is_not_called_any_more() {
    let (gateway, urls, certificate) = gateway();
    let mut browser = Browser::start(&gateway, &urls[0], ("alice", "wonderland"), &[], &certificate);
    assert_eq!(browser.says(), "registered");
    browser.child.kill().expect("it runs");
    until("it is registered no longer", || (gateway.status()["sip"]["registered"] == 0).then_some(()));
    let output = gateway.sim_call(&["--called", "200"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("cause 20"), "subscriber absent: {output:?}");
}

#[test]
fn a_browser_with_another_password_is_not_registered() {
    let (gateway, urls, certificate) = gateway();
    let mut browser = Browser::start(&gateway, &urls[0], ("alice", "looking-glass"), &[], &certificate);
    assert_eq!(browser.says(), "not registered: Rejected");
    assert_eq!(gateway.status()["sip"]["registered"], 0);
}
