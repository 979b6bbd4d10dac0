//! A running linphonec with a configuration of its own; what it shall do is written to its standard input.

use spangate::lab::pattern::Verdict;
use std::fs::{self, File};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tests::real::{Gateway, PATIENCE, ended, until, wave};

/// A linphonec that runs; it is ended when dropped.
pub struct Linphone {
    folder: PathBuf,
    child: Child,
}

impl Linphone {
    /// One at the place of a gateway, whose certificate it trusts and with which it encrypts; without one it does neither.
    pub fn start(gateway: &Gateway, certificate: Option<&str>) -> Linphone {
        Linphone::run(gateway, certificate, "")
    }

    /// One that is [`USER`], registers there, and answers whoever calls.
    pub fn registered(gateway: &Gateway, certificate: Option<&str>, registrar: &str) -> Linphone {
        let (host, (user, password)) = (gateway.sip().ip(), USER);
        let account = format!(
            "[proxy_0]\nreg_proxy=<{registrar}>\nreg_identity=<sip:{user}@{host}>\nreg_expires=600\nreg_sendregister=1\n\
             [auth_info_0]\nusername={user}\npasswd={password}\nrealm=spangate\n"
        );
        let telephone = Linphone::run(gateway, certificate, &account);
        until("linphone is registered", || (gateway.status()["sip"]["registered"] == 1).then_some(()));
        telephone
    }

    fn run(gateway: &Gateway, certificate: Option<&str>, account: &str) -> Linphone {
        let folder = gateway.place().file("linphone");
        // Its database lies there, and it makes no folder for it.
        fs::create_dir_all(folder.join(".local/share/linphone")).expect("the folder is ours");
        let certificate = certificate.map(|name| gateway.place().file(name));
        let keys = certificate.map(|certificate| {
            format!("root_ca={}\nmedia_encryption=srtp\nmedia_encryption_mandatory=1\n", certificate.display())
        });
        let (port, tls, media) = (gateway.callee().port(), port(gateway), port(gateway));
        let text = format!(
            "[sip]\nuse_ipv6=0\nipv6_migration_done=1\nsip_port={port}\nsip_tcp_port={port}\nsip_tls_port={tls}\n\
             contact=sip:100@127.0.0.1\nverify_server_certs=1\nverify_server_cn=1\n{}\
             [rtp]\nbind_address=127.0.0.1\naudio_rtp_port={media}\n[sound]\nechocancellation=0\n\
             [audio_codec_0]\nmime=PCMA\nrate=8000\nchannels=1\nenabled=1\n{account}",
            keys.unwrap_or_default()
        );
        fs::write(folder.join("linphonerc"), text).expect("the folder is ours");
        fs::write(folder.join("said.wav"), wave::recording(SAID_OCTETS)).expect("the folder is ours");
        let said = File::create(folder.join("said")).expect("the folder is ours");
        let mut command = Command::new("linphonec");
        command.arg("-a").arg("-c").arg(folder.join("linphonerc")).args(["-d", "6", "-l"]).arg(folder.join("log"));
        command.env("HOME", &folder).stdin(Stdio::piped()).stderr(Stdio::null()).stdout(said);
        let child = command.spawn().expect("linphonec (Debian's linphone-cli) is installed");
        let mut telephone = Linphone { folder, child };
        until("linphone's network", || {
            telephone.log().contains("SIP network reachability state is now [UP]").then_some(())
        });
        telephone.does("soundcard use files");
        telephone.does(&format!("record {}", telephone.file("heard.wav")));
        telephone
    }

    /// Calls, and waits for the answer.
    pub fn call(&mut self, uri: &str) {
        self.does(&format!("call {uri}"));
        self.talks();
    }

    /// Waits until a call is answered.
    pub fn talks(&self) {
        until("linphone's call is answered", || self.said().contains("connected.").then_some(()));
    }

    /// Plays its file, and waits until it has heard as much again.
    pub fn plays_and_hears(&mut self) {
        let heard =
            |telephone: &Linphone| fs::metadata(telephone.folder.join("heard.wav")).map_or(0, |file| file.len());
        let enough = heard(self) + 2 * SAID_OCTETS + MARGIN_OCTETS;
        self.does(&format!("play {}", self.file("said.wav")));
        until("linphone has heard itself", || (heard(self) > enough).then_some(()));
    }

    /// Ends the call.
    pub fn hang_up(&mut self) {
        self.does("terminate");
        until("linphone has hung up", || self.said().contains("ended").then_some(()));
    }

    /// Ends it, and compares what it heard with the pattern.
    pub fn heard(mut self) -> Verdict {
        self.end();
        wave::compared(&fs::read(self.folder.join("heard.wav")).expect("it was recording"))
    }

    fn does(&mut self, what: &str) {
        let input = self.child.stdin.as_mut().expect("it was piped");
        writeln!(input, "{what}").expect("linphonec reads what it shall do");
    }

    fn file(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn said(&self) -> String {
        fs::read_to_string(self.folder.join("said")).unwrap_or_default()
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn end(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            self.does("quit");
            ended(&mut self.child, PATIENCE);
        }
    }
}

impl Drop for Linphone {
    fn drop(&mut self) {
        self.end();
        if std::thread::panicking() {
            eprintln!("linphone said:\n{}", self.said());
        }
    }
}

/// On any address: linphone's sockets are bound to all.
fn port(gateway: &Gateway) -> u16 {
    gateway.place().free_port().port()
}

/// Who it is where it registers: name and password.
pub const USER: (&str, &str) = ("alice", "wonderland");
/// Four seconds.
const SAID_OCTETS: u64 = 32_000;
/// What comes before the first octet of its own, and what is under way.
const MARGIN_OCTETS: u64 = 16_000;
