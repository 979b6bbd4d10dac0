use super::sources::HANDSHAKES_PER_ADDRESS_MAX;
use super::*;
use config::model::Tls as Settings;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::path::{Path, PathBuf};
use tls::Look;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

type Authority = CertifiedIssuer<'static, KeyPair>;

/// A folder with an authority, and certificates of it for the loopback address.
struct Folder {
    path: PathBuf,
    authority: Authority,
}

impl Folder {
    fn new(test: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("spangate-tls-{}-{test}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let authority = authority();
        std::fs::write(path.join("authority.pem"), authority.pem()).unwrap();
        let folder = Folder { path, authority };
        folder.issue("127.0.0.1");
        folder
    }

    /// Writes a certificate for that name, and its key.
    fn issue(&self, name: &str) {
        let key = KeyPair::generate().unwrap();
        let parameters = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = parameters.signed_by(&key, &self.authority).unwrap();
        std::fs::write(self.path.join("certificate.pem"), certificate.pem()).unwrap();
        std::fs::write(self.path.join("key.pem"), key.serialize_pem()).unwrap();
    }

    fn settings(&self, require_client_certificate: bool) -> Settings {
        let file = |name: &str| self.path.join(name);
        Settings {
            certificate: file("certificate.pem"),
            key: file("key.pem"),
            authorities: Some(file("authority.pem")),
            require_client_certificate,
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _gone = std::fs::remove_dir_all(&self.path);
    }
}

fn authority() -> Authority {
    let mut parameters = CertificateParams::new(Vec::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

fn in_runtime(body: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(body);
}

fn listener(transport: Transport) -> Listener {
    let address = "127.0.0.1:0".parse().unwrap();
    Listener { transport, address, advertised: address }
}

fn bind(transport: Transport, tls: Option<Settings>) -> Streams {
    let tls = tls.map(|settings| Tls::load(settings).unwrap());
    Streams::bind(&Handle::current(), &[listener(Transport::Udp), listener(transport)], tls, 24).unwrap()
}

fn address(streams: &Streams) -> SocketAddr {
    streams.addresses().next().unwrap().1
}

async fn next(streams: &mut Streams) -> (ConnectionId, StreamEvent) {
    let told = streams.next().await.unwrap();
    (told.connection, told.event)
}

/// One calls another: what it says arrives, what is answered arrives, and both see the end.
async fn converse(caller: &mut Streams, callee: &mut Streams, domain: &str) {
    let ours = ConnectionId::Opened(1);
    caller.perform(ours, StreamRequest::Open { listener: 1, remote: address(callee), domain: domain.into() });
    assert_eq!(next(caller).await, (ours, StreamEvent::Opened));
    let (theirs, accepted) = next(callee).await;
    assert!(matches!(accepted, StreamEvent::Accepted { listener: 1, .. }), "{accepted:?}");
    assert!(caller.perform(ours, StreamRequest::Write(b"OPTIONS".to_vec())).is_some());
    assert_eq!(next(callee).await, (theirs, StreamEvent::Octets(b"OPTIONS".to_vec())));
    callee.perform(theirs, StreamRequest::Write(b"200".to_vec()));
    callee.perform(theirs, StreamRequest::Close);
    assert_eq!(next(caller).await, (ours, StreamEvent::Octets(b"200".to_vec())));
    assert_eq!(next(caller).await, (ours, StreamEvent::Closed));
}

#[test]
fn two_gateways_converse_over_tcp() {
    in_runtime(async {
        converse(&mut bind(Transport::Tcp, None), &mut bind(Transport::Tcp, None), "127.0.0.1").await;
    });
}

#[test]
fn two_gateways_converse_over_tls_and_each_shows_its_certificate() {
    let folder = Folder::new("mutual");
    in_runtime(async {
        let mut caller = bind(Transport::Tls, Some(folder.settings(true)));
        let mut callee = bind(Transport::Tls, Some(folder.settings(true)));
        converse(&mut caller, &mut callee, "127.0.0.1").await;
    });
}

#[test]
fn a_server_that_is_not_the_domain_is_not_spoken_to() {
    let folder = Folder::new("domain");
    in_runtime(async {
        let (mut caller, callee) =
            (bind(Transport::Tls, Some(folder.settings(false))), bind(Transport::Tls, Some(folder.settings(false))));
        let open = StreamRequest::Open { listener: 1, remote: address(&callee), domain: "sip.example.com".into() };
        caller.perform(ConnectionId::Opened(1), open);
        assert_eq!(next(&mut caller).await, (ConnectionId::Opened(1), StreamEvent::Closed));
    });
}

#[test]
fn a_client_whose_authority_is_unknown_is_refused_where_certificates_are_demanded() {
    let (ours, theirs) = (Folder::new("ours"), Folder::new("theirs"));
    // The stranger believes our authority, and shows a certificate of its own.
    std::fs::write(theirs.path.join("authority.pem"), ours.authority.pem()).unwrap();
    in_runtime(async {
        let mut caller = bind(Transport::Tls, Some(theirs.settings(false)));
        let callee = bind(Transport::Tls, Some(ours.settings(true)));
        let open = StreamRequest::Open { listener: 1, remote: address(&callee), domain: "127.0.0.1".into() };
        caller.perform(ConnectionId::Opened(1), open);
        // With TLS 1.3 the client is done before the server has judged it.
        while next(&mut caller).await.1 != StreamEvent::Closed {}
    });
}

#[test]
fn nobody_listens_and_the_connection_is_closed() {
    in_runtime(async {
        let mut streams = bind(Transport::Tcp, None);
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let open = StreamRequest::Open { listener: 1, remote: gone, domain: "".into() };
        streams.perform(ConnectionId::Opened(7), open);
        assert_eq!(next(&mut streams).await, (ConnectionId::Opened(7), StreamEvent::Closed));
    });
}

#[test]
fn a_peer_that_does_not_read_is_given_up_at_the_bound() {
    in_runtime(async {
        let mut streams = bind(Transport::Tcp, None);
        let _deaf = TcpStream::connect(address(&streams)).await.unwrap();
        let (connection, _) = next(&mut streams).await;
        let message = vec![b'a'; 65_535];
        let taken = (0..10 * MESSAGES_MAX)
            .take_while(|_| streams.perform(connection, StreamRequest::Write(message.clone())).is_some())
            .count();
        assert!(taken <= MESSAGES_MAX, "{taken} messages wait");
        assert_eq!(next(&mut streams).await, (connection, StreamEvent::Closed));
    });
}

#[test]
fn what_is_no_tls_is_never_told_of() {
    let folder = Folder::new("plain");
    in_runtime(async {
        let mut streams = bind(Transport::Tls, Some(folder.settings(false)));
        let mut plain = TcpStream::connect(address(&streams)).await.unwrap();
        plain.write_all(b"OPTIONS sip:a@b SIP/2.0\r\n\r\n").await.unwrap();
        // An alert, and the end.
        let mut answer = Vec::new();
        plain.read_to_end(&mut answer).await.unwrap();
        assert!(streams.try_next().is_none());
    });
}

#[test]
fn changed_certificates_are_used_and_broken_ones_are_not() {
    let folder = Folder::new("reload");
    let tls = Tls::load(folder.settings(false)).unwrap();
    assert!(matches!(tls.look(), Look::Same));
    change(&folder.path.join("certificate.pem"), || folder.issue("localhost"));
    assert!(matches!(tls.look(), Look::Renewed));
    assert!(matches!(tls.look(), Look::Same));
    std::fs::write(folder.path.join("key.pem"), "no key").unwrap();
    let refused = tls.look();
    assert!(matches!(&refused, Look::Refused(error) if error.to_string().contains("key.pem")), "{refused:?}");
    assert!(matches!(tls.look(), Look::Same), "told once");
}

/// A file system's clock may be coarse: a second version of the same length must not have the first one's time.
fn change(path: &Path, write: impl FnOnce()) {
    let before = std::fs::metadata(path).unwrap().modified().unwrap();
    write();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_modified(before + Duration::from_secs(1)).unwrap();
}

#[test]
fn a_missing_file_is_named() {
    let folder = Folder::new("missing");
    std::fs::remove_file(folder.path.join("certificate.pem")).unwrap();
    let error = Tls::load(folder.settings(false)).unwrap_err().to_string();
    assert!(error.contains("certificate.pem"), "{error}");
}

#[test]
fn a_handshake_that_does_not_end_is_given_up_at_its_deadline() {
    let folder = Folder::new("half-open");
    in_runtime(async {
        let mut streams = bind(Transport::Tls, Some(folder.settings(false)));
        let mut silent = TcpStream::connect(address(&streams)).await.unwrap();
        // Time passes as soon as everybody waits for it.
        tokio::time::pause();
        let begun = tokio::time::Instant::now();
        assert_eq!(silent.read(&mut [0; 1]).await.unwrap_or(0), 0, "it is closed");
        assert!(begun.elapsed() >= HANDSHAKE_MAX);
        assert!(streams.try_next().is_none());
    });
}

#[test]
fn more_silent_peers_than_may_shake_hands_wait_for_the_first_to_be_given_up() {
    let folder = Folder::new("crowd");
    in_runtime(async {
        let streams = bind(Transport::Tls, Some(folder.settings(false)));
        let begun = tokio::time::Instant::now();
        let mut crowd = Vec::new();
        for number in 0..=HANDSHAKES_MAX {
            let host =
                std::net::Ipv4Addr::new(127, 9, 9, u8::try_from(number / HANDSHAKES_PER_ADDRESS_MAX + 1).unwrap());
            let socket = tokio::net::TcpSocket::new_v4().unwrap();
            socket.bind((host, 0).into()).unwrap();
            crowd.push(socket.connect(address(&streams)).await.unwrap());
        }
        while streams.shared.handshakes.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        tokio::time::pause();
        let mut last = crowd.pop().unwrap();
        assert_eq!(last.read(&mut [0; 1]).await.unwrap_or(0), 0, "it is closed");
        assert!(begun.elapsed() >= 2 * HANDSHAKE_MAX, "it waited for its turn");
    });
}
