//! OpenSSL at the other end of a handshake: what it exports are the keys that we have.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::generate_simple_self_signed;
use spangate::dtls::{Association, Digest, Failure, Fingerprint, Identity, Role};
use spangate::srtp::{Keys, Suite};
use tests::real::{PATIENCE, Place, until};

/// OpenSSL's names of our profiles.
const PROFILES: [(&str, Suite); 3] = [
    ("SRTP_AEAD_AES_256_GCM", Suite::AeadAes256Gcm),
    ("SRTP_AEAD_AES_128_GCM", Suite::AeadAes128Gcm),
    ("SRTP_AES128_CM_SHA1_80", Suite::AesCm128HmacSha1_80),
];

/// It ends with the test.
struct Openssl {
    child: Child,
    log: PathBuf,
}

impl Openssl {
    fn run(place: &Place, arguments: &[&str]) -> Openssl {
        let log = place.file("openssl.log");
        let file = File::create(&log).expect("the folder is ours");
        let mut command = Command::new("openssl");
        // It says goodbye when its input ends, which is when it is dropped here.
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(file.try_clone().expect("a file can be shared"))
            .stderr(file);
        Openssl { child: command.spawn().expect("openssl is installed"), log }
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// What it exported, in hexadecimal.
    fn material(&self) -> String {
        let line =
            || self.said().lines().find_map(|line| line.trim().strip_prefix("Keying material: ").map(str::to_owned));
        until("openssl has exported", line)
    }
}

impl Drop for Openssl {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _ended = self.child.wait();
        if std::thread::panicking() {
            eprintln!("openssl said:\n{}", self.said());
        }
    }
}

/// A certificate of OpenSSL's, and its files.
fn certificate(place: &Place) -> (Fingerprint, [String; 2]) {
    let own = generate_simple_self_signed(["openssl".to_owned()]).expect("a good name");
    let [certificate, key] = [place.file("peer.pem"), place.file("peer.key")];
    fs::write(&certificate, own.cert.pem()).expect("the folder is ours");
    fs::write(&key, own.signing_key.serialize_pem()).expect("the folder is ours");
    let text = |path: &Path| path.to_str().expect("a path of ours").to_owned();
    (Fingerprint::of(Digest::Sha256, own.cert.der()), [text(&certificate), text(&key)])
}

/// Lets an association and what is at the other end of a socket talk, until there is an outcome.
fn talk(mut own: Association, socket: &UdpSocket, mut far: Option<SocketAddr>) -> Result<Keys, Failure> {
    socket.set_read_timeout(Some(Duration::from_millis(50))).expect("not zero");
    let begun = Instant::now();
    let mut outcome = None;
    let mut buffer = [0; 2000];
    while begun.elapsed() < PATIENCE {
        own.handle_timeout(Instant::now());
        while let (Some(to), Some(datagram)) = (far, own.poll_transmit()) {
            socket.send_to(&datagram, to).expect("loopback is there");
        }
        // The last flight goes out before the end.
        if let Some(outcome) = outcome {
            return outcome;
        }
        if let Ok((length, from)) = socket.recv_from(&mut buffer) {
            far = Some(from);
            own.handle_datagram(Instant::now(), &buffer[..length]);
        }
        outcome = own.poll_outcome();
    }
    panic!("no outcome in time");
}

/// The four parts in the order of RFC 5764 section 4.2, in hexadecimal.
fn joined(keys: &Keys, role: Role) -> String {
    let suite = keys.ours.suite();
    let (client, server) = match role {
        Role::Active => (&keys.ours, &keys.theirs.key),
        Role::Passive => (&keys.theirs.key, &keys.ours),
    };
    let halves = [client, server].map(|key| key.octets().split_at(suite.key_octets()));
    let octets = [halves[0].0, halves[1].0, halves[0].1, halves[1].1].concat();
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}

#[test]
fn openssl_exports_the_keys_that_we_have_in_either_role() {
    let identity = Identity::draw().expect("the system has random numbers");
    for (profile, suite) in PROFILES {
        for role in [Role::Active, Role::Passive] {
            let place = Place::new();
            let (fingerprint, [certificate, key]) = certificate(&place);
            let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has free ports");
            let length = (2 * (suite.key_octets() + suite.salt_octets())).to_string();
            let common = ["-dtls1_2", "-use_srtp", profile, "-keymatexport", "EXTRACTOR-dtls_srtp"];
            let common = [&common[..], &["-keymatexportlen", &length, "-cert", &certificate, "-key", &key]].concat();
            let (openssl, far) = match role {
                Role::Active => {
                    let at = super::telephone::address();
                    let local = at.to_string();
                    let arguments = [&["s_server", "-accept", &local, "-Verify", "1"], &common[..]].concat();
                    let server = Openssl::run(&place, &arguments);
                    until("openssl listens", || server.said().contains("ACCEPT").then_some(()));
                    (server, Some(at))
                }
                Role::Passive => {
                    let at = socket.local_addr().expect("it is bound").to_string();
                    (Openssl::run(&place, &[&["s_client", "-connect", &at], &common[..]].concat()), None)
                }
            };
            let own = Association::new(Instant::now(), &identity, role, vec![fingerprint]);
            let keys = talk(own, &socket, far).unwrap_or_else(|why| panic!("{profile} {role:?}: {why}"));
            assert_eq!(keys.ours.suite(), suite);
            assert_eq!(openssl.material(), joined(&keys, role), "{profile} {role:?}");
        }
    }
}
