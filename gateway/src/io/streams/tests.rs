use super::sources::HANDSHAKES_PER_ADDRESS_MAX;
use super::*;
use config::model::Tls as Settings;
use nix::sys::socket::{getsockopt, sockopt};
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

/// TLS and WebSocket run over these sockets.
#[test]
fn connections_that_begin_and_that_come_carry_the_code_point() {
    for loopback in ["127.0.0.1:0", "[::1]:0"] {
        in_runtime(async {
            let streams = bind(Transport::Tcp, None);
            let local: SocketAddr = loopback.parse().unwrap();
            let (listener, address) = streams.bind_one(local).unwrap();
            let begun = connection::connect(local, address, 24).await.unwrap();
            let (came, _) = listener.accept().await.unwrap();
            for stream in [begun, came] {
                let marked = match local {
                    SocketAddr::V4(_) => getsockopt(&stream, sockopt::Ipv4Tos),
                    SocketAddr::V6(_) => getsockopt(&stream, sockopt::Ipv6TClass),
                };
                assert_eq!(marked, Ok(24 << 2), "{loopback}");
            }
        });
    }
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

/// The request of RFC 6455 1.2, with these subprotocols.
fn upgrade(protocols: &str) -> String {
    format!(
        "GET / HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{protocols}Sec-WebSocket-Version: 13\r\n\r\n"
    )
}

/// What a peer of a WebSocket hears up to the end of the handshake.
async fn upgraded(peer: &mut (impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin), protocols: &str) -> String {
    peer.write_all(upgrade(protocols).as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    while !heard.ends_with(b"\r\n\r\n") {
        heard.push(peer.read_u8().await.unwrap());
    }
    String::from_utf8(heard).unwrap()
}

/// A frame of a client: masked by zeros, which change nothing. Short ones, with up to 125 octets.
fn frame(opcode: u8, text: &[u8]) -> Vec<u8> {
    [&[0x80 | opcode, 0x80 | text.len() as u8, 0, 0, 0, 0], text].concat()
}

#[test]
fn a_websocket_carries_one_message_in_each_of_its_own_and_answers_pings() {
    in_runtime(async {
        let mut streams = bind(Transport::Ws, None);
        let mut browser = TcpStream::connect(address(&streams)).await.unwrap();
        let agreed = upgraded(&mut browser, "Sec-WebSocket-Protocol: chat, sip\r\n").await;
        assert!(agreed.starts_with("HTTP/1.1 101 "), "{agreed}");
        assert!(agreed.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "the answer that RFC 6455 computes: {agreed}");
        assert!(agreed.to_lowercase().contains("sec-websocket-protocol: sip\r\n"), "{agreed}");
        let (connection, accepted) = next(&mut streams).await;
        assert!(matches!(accepted, StreamEvent::Accepted { listener: 1, .. }), "{accepted:?}");
        // As text in two fragments, as octets, a ping.
        browser.write_all(&[&[0x01, 0x83, 0, 0, 0, 0], &b"OPT"[..]].concat()).await.unwrap();
        browser.write_all(&frame(0x0, b"IONS")).await.unwrap();
        browser.write_all(&frame(0x2, b"\xff")).await.unwrap();
        browser.write_all(&frame(0x9, b"?")).await.unwrap();
        assert_eq!(next(&mut streams).await, (connection, StreamEvent::Message(b"OPTIONS".to_vec())));
        assert_eq!(next(&mut streams).await, (connection, StreamEvent::Message(b"\xff".to_vec())));
        assert_eq!(next(&mut streams).await, (connection, StreamEvent::Alive));
        let mut heard = [0; 3];
        browser.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard, [0x8A, 1, b'?'], "a pong");
        for (octets, opcode) in [(b"200".to_vec(), 0x81), (b"\xff\xfe\xfd".to_vec(), 0x82)] {
            assert!(streams.perform(connection, StreamRequest::Write(octets.clone())).is_some());
            let mut heard = [0; 5];
            browser.read_exact(&mut heard).await.unwrap();
            assert_eq!(heard[..], [&[opcode, 3], &octets[..]].concat());
        }
        streams.perform(connection, StreamRequest::Close);
        let mut rest = Vec::new();
        browser.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest.first(), Some(&0x88), "a close");
    });
}

#[test]
fn a_websocket_without_sip_is_refused_and_never_told_of() {
    in_runtime(async {
        let mut streams = bind(Transport::Ws, None);
        for protocols in ["", "Sec-WebSocket-Protocol: sippy\r\n"] {
            let mut browser = TcpStream::connect(address(&streams)).await.unwrap();
            let refused = upgraded(&mut browser, protocols).await;
            assert!(refused.starts_with("HTTP/1.1 400 "), "{refused}");
        }
        let mut telephone = TcpStream::connect(address(&streams)).await.unwrap();
        telephone.write_all(b"OPTIONS sip:a@b SIP/2.0\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        let _reset = telephone.read_to_end(&mut answer).await;
        assert!(streams.try_next().is_none());
    });
}

#[test]
fn a_websocket_message_beyond_the_bound_ends_it() {
    in_runtime(async {
        let mut streams = bind(Transport::Ws, None);
        let mut browser = TcpStream::connect(address(&streams)).await.unwrap();
        upgraded(&mut browser, "Sec-WebSocket-Protocol: sip\r\n").await;
        let (connection, _) = next(&mut streams).await;
        // A frame that says it has 65,536 octets; none of them need come.
        browser.write_all(&[0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await.unwrap();
        assert_eq!(next(&mut streams).await, (connection, StreamEvent::Closed));
    });
}

#[test]
fn a_websocket_peer_that_answers_no_ping_is_given_up() {
    in_runtime(async {
        let mut streams = bind(Transport::Ws, None);
        let mut browser = TcpStream::connect(address(&streams)).await.unwrap();
        upgraded(&mut browser, "Sec-WebSocket-Protocol: sip\r\n").await;
        let (connection, _) = next(&mut streams).await;
        // Time passes as soon as everybody waits for it.
        tokio::time::pause();
        let begun = tokio::time::Instant::now();
        assert_eq!(next(&mut streams).await, (connection, StreamEvent::Closed));
        // It had begun to wait a little before.
        assert!(begun.elapsed() >= web::PING_EVERY);
        let mut heard = [0; 2];
        browser.read_exact(&mut heard).await.unwrap();
        assert_eq!(heard, [0x89, 0], "it was asked");
    });
}

#[test]
fn a_websocket_over_tls_has_both_handshakes() {
    let folder = Folder::new("wss");
    in_runtime(async {
        let mut streams = bind(Transport::Wss, Some(folder.settings(false)));
        let client = Tls::load(folder.settings(false)).unwrap();
        let stream = TcpStream::connect(address(&streams)).await.unwrap();
        let mut browser = client.connect("127.0.0.1", stream).await.unwrap();
        upgraded(&mut browser, "Sec-WebSocket-Protocol: sip\r\n").await;
        let (connection, _) = next(&mut streams).await;
        browser.write_all(&frame(0x1, b"OPTIONS")).await.unwrap();
        assert_eq!(next(&mut streams).await, (connection, StreamEvent::Message(b"OPTIONS".to_vec())));
        // A second one that stays silent after its TLS handshake is given up by the same deadline.
        let stream = TcpStream::connect(address(&streams)).await.unwrap();
        let mut silent = client.connect("127.0.0.1", stream).await.unwrap();
        tokio::time::pause();
        assert_eq!(silent.read(&mut [0; 1]).await.unwrap_or(0), 0, "it is closed");
        assert!(streams.try_next().is_none());
    });
}

#[test]
fn nobody_is_connected_to_by_websocket() {
    in_runtime(async {
        let mut streams = bind(Transport::Ws, None);
        let open = StreamRequest::Open { listener: 1, remote: address(&streams), domain: "".into() };
        streams.perform(ConnectionId::Opened(7), open);
        assert_eq!(next(&mut streams).await, (ConnectionId::Opened(7), StreamEvent::Closed));
    });
}
