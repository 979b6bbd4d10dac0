//! A running baresip with a configuration of its own.
//!
//! Its RTP sockets are bound to no address, so that on loopback its packets come from 127.0.0.1: there it is.

use spangate::lab::pattern::Verdict;
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tests::real::{Gateway, PATIENCE, ended, until, wave};

/// What it says.
pub enum Audio {
    /// PRBS-15, four seconds, and then it hangs up.
    Recording,
    /// What it hears.
    Echo,
}

/// A baresip that is being made ready, or runs; it is ended when dropped.
pub struct Baresip {
    folder: PathBuf,
    local: SocketAddr,
    audio: Audio,
    encryption: Option<&'static str>,
    transport: &'static str,
    /// The authority that vouches for the gateway, over TLS.
    authority: Option<PathBuf>,
    /// A certificate of its own with its key, to be called by TLS.
    own: Option<PathBuf>,
    /// Who it is, and what it does about that.
    account: Option<String>,
    child: Option<Child>,
}

/// An address where one may hear SIP; the port above, where TLS is, must be free too.
pub fn address() -> SocketAddr {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
    socket.local_addr().expect("it is bound")
}

impl Baresip {
    /// One at the place of a gateway, where that sends its calls.
    pub fn new(gateway: &Gateway, audio: Audio) -> Baresip {
        let folder = gateway.place().file("baresip");
        fs::create_dir_all(&folder).expect("the folder is ours");
        Baresip {
            folder,
            local: gateway.callee(),
            audio,
            encryption: None,
            transport: "udp",
            authority: None,
            own: None,
            account: None,
            child: None,
        }
    }

    /// It hears SIP there, where the gateway sends its calls to another of its ports.
    pub fn hearing_at(mut self, local: SocketAddr) -> Baresip {
        self.local = local;
        self
    }

    /// It encrypts, by baresip's name of the way.
    pub fn encrypting(mut self, how: &'static str) -> Baresip {
        self.encryption = Some(how);
        self
    }

    /// It speaks UDP or TCP.
    pub fn over(mut self, transport: &'static str) -> Baresip {
        self.transport = transport;
        self
    }

    /// It speaks TLS, and trusts that certificate.
    pub fn over_tls(mut self, authority: &Path) -> Baresip {
        self.authority = Some(authority.to_owned());
        self.over("tls")
    }

    /// It shows that certificate, with its key in the same file, to whoever calls by TLS.
    pub fn showing(mut self, own: &Path) -> Baresip {
        self.own = Some(own.to_owned());
        self
    }

    /// It is that user there; `parameters` are those of baresip's accounts, without which it does not register.
    pub fn of_user(mut self, user: &str, password: &str, registrar: SocketAddr, parameters: &str) -> Baresip {
        self.account = Some(format!("<sip:{user}@{registrar}>;auth_user={user};auth_pass={password};{parameters}"));
        self
    }

    /// Calls a number, and hangs up at the end of its recording.
    pub fn call(self, gateway: SocketAddr, number: &str) -> Baresip {
        self.run(&["-e", &format!("/dial sip:{number}@{gateway}")])
    }

    /// Waits for calls and answers them.
    pub fn answering(self) -> Baresip {
        let telephone = self.run(&[]);
        until("baresip is ready", || telephone.log().contains("baresip is ready").then_some(()));
        telephone
    }

    /// What it has said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Ends it, and compares what it heard with the pattern.
    pub fn heard(mut self) -> Verdict {
        self.end();
        let files = fs::read_dir(&self.folder).expect("the folder is ours").flatten().map(|entry| entry.path());
        let file = files.into_iter().find(|file| file.to_string_lossy().ends_with("-dec.wav"));
        let file = file.unwrap_or_else(|| panic!("it heard nothing:\n{}", self.log()));
        wave::compared(&fs::read(file).expect("the folder is ours"))
    }

    fn run(mut self, arguments: &[&str]) -> Baresip {
        self.configure();
        let log = File::create(self.folder.join("log")).expect("the folder is ours");
        let mut command = Command::new("baresip");
        command.arg("-f").arg(&self.folder).args(["-v", "-t", END_S]).args(arguments).stdin(Stdio::null());
        let child = command.stdout(log.try_clone().expect("a file can be shared")).stderr(log).spawn();
        self.child = Some(child.expect("baresip (Debian's baresip-core) is installed"));
        self
    }

    fn configure(&self) {
        let write = |name: &str, text: &str| fs::write(self.folder.join(name), text).expect("the folder is ours");
        let (folder, local) = (self.folder.display(), self.local);
        let audio = match self.audio {
            Audio::Recording => format!("aufile,{folder}/said.wav"),
            Audio::Echo => "aubridge,one".into(),
        };
        fs::write(self.folder.join("said.wav"), wave::recording(SAID_OCTETS)).expect("the folder is ours");
        let file = |key, path: &Option<PathBuf>| path.as_ref().map(|path| format!("{key} {}\n", path.display()));
        let tls =
            [file("sip_cafile", &self.authority), file("sip_certificate", &self.own)].map(Option::unwrap_or_default);
        write(
            "config",
            &format!(
                "poll_method epoll\nsip_listen {local}\nnet_interface {}\n{}\
                 audio_source {audio}\naudio_player aubridge,one\naudio_alert aubridge,alert\n\
                 ausrc_srate 8000\nauplay_srate 8000\nausrc_channels 1\nauplay_channels 1\n\
                 rtp_ports 20000-60000\nsnd_path {folder}\nmodule_path /usr/lib/baresip/modules\n\
                 module g711.so\nmodule srtp.so\nmodule dtls_srtp.so\nmodule aufile.so\nmodule aubridge.so\nmodule sndfile.so\n\
                 module uuid.so\nmodule_app account.so\nmodule_app menu.so\n",
                local.ip(),
                tls.concat(),
            ),
        );
        let encryption = self.encryption.map(|how| format!(";mediaenc={how}")).unwrap_or_default();
        let transport = self.transport;
        let alone = || format!("<sip:100@{local};transport={transport}>;regint=0");
        let account = self.account.clone().unwrap_or_else(alone);
        write("accounts", &format!("{account}{encryption};audio_codecs=PCMA/8000/1;answermode=auto\n"));
        write("contacts", "");
    }

    /// By SIGTERM, after which it closes its files.
    fn end(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        let _gone = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
        ended(&mut child, PATIENCE);
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        self.end();
        if std::thread::panicking() {
            eprintln!("baresip said:\n{}", self.log());
        }
    }
}

const SAID_OCTETS: u64 = 32_000;
/// When it ends by itself, whatever becomes of the test.
const END_S: &str = "120";
