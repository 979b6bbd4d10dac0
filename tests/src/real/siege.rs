//! Hostile traffic of every kind at once, from addresses that are no peer's, while the gateway has calls to carry.
//!
//! Each kind is a thread that does what it does as fast as it can, or holds as many connections as it may, until it is told to stop; then it
//! tells how much that was. Nothing here knows whether it did any harm: that is for who looks at the calls.

use super::Gateway;
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How hard each kind tries.
#[derive(Clone, Copy, Debug)]
pub struct Strength {
    /// Datagrams of each kind that are sent before a pause.
    pub burst: u64,
    /// The pause.
    pub pause: Duration,
    /// Connections that are held open.
    pub connections: usize,
}

/// The attackers; they stop when told, or dropped.
#[derive(Debug)]
pub struct Siege {
    stop: Arc<AtomicBool>,
    attackers: Vec<(&'static str, JoinHandle<u64>)>,
}

impl Siege {
    /// Begins all of it: SIP over UDP and TCP at the gateway, and TLS at `tls`.
    pub fn begin(gateway: &Gateway, tls: Option<SocketAddr>, strength: Strength) -> Siege {
        let mut siege = Siege { stop: Arc::new(AtomicBool::new(false)), attackers: Vec::new() };
        let sip = gateway.sip();
        siege.send("requests of one scanner", sip, strength, 1, request);
        siege.send("requests of 200 sources", sip, strength, 200, request);
        siege.send("responses and ACKs to nothing", sip, strength, 20, stray);
        siege.send("datagrams that are no SIP", sip, strength, 20, nonsense);
        siege.hold("slow-loris connections over TCP", sip, strength, trickle);
        siege.hold("heads without end over TCP", sip, strength, endless_head);
        siege.hold("bodies of 900 MB over TCP", sip, strength, endless_body);
        if let Some(tls) = tls {
            siege.hold("silent connections over TLS", tls, strength, |_, _| Ok(()));
        }
        siege
    }

    /// Ends it: how many datagrams, or connections, there were of each kind.
    pub fn end(mut self) -> Vec<(&'static str, u64)> {
        self.stop.store(true, Ordering::Relaxed);
        let attackers = self.attackers.drain(..);
        attackers.map(|(what, attacker)| (what, attacker.join().expect("an attacker does not panic"))).collect()
    }

    fn send(
        &mut self,
        what: &'static str,
        to: SocketAddr,
        strength: Strength,
        sources: u8,
        write: fn(u64, SocketAddr) -> Vec<u8>,
    ) {
        let (stop, kind) = (Arc::clone(&self.stop), self.kind());
        let attacker = move || {
            let bind = |host| UdpSocket::bind((Ipv4Addr::new(127, 250, kind, host), 0)).expect("127/8 can be bound");
            let sockets: Vec<_> = (1..=sources).map(bind).collect();
            let mut sent = 0;
            while !stop.load(Ordering::Relaxed) {
                for number in sent..sent + strength.burst {
                    let socket = &sockets[(number % u64::from(sources)) as usize];
                    let own = socket.local_addr().expect("it is bound");
                    // Loopback may refuse for want of room.
                    let _full = socket.send_to(&write(number, own), to);
                }
                sent += strength.burst;
                thread::sleep(strength.pause);
            }
            sent
        };
        self.attackers.push((what, thread::spawn(attacker)));
    }

    fn hold(
        &mut self,
        what: &'static str,
        to: SocketAddr,
        strength: Strength,
        speak: fn(&mut TcpStream, u64) -> std::io::Result<()>,
    ) {
        let stop = Arc::clone(&self.stop);
        let attacker = move || {
            let mut held: Vec<(TcpStream, u64)> = Vec::new();
            let mut begun = 0;
            while !stop.load(Ordering::Relaxed) {
                // Some at a time: loopback answers at once, a full gateway does not.
                for _ in 0..(strength.connections - held.len()).min(20) {
                    let Ok(stream) = TcpStream::connect_timeout(&to, CONNECT_MAX) else { break };
                    stream.set_nonblocking(true).expect("a socket of ours");
                    held.push((stream, 0));
                    begun += 1;
                }
                held.retain_mut(|(stream, spoken)| {
                    *spoken += 1;
                    goes_on(speak(stream, *spoken)) && is_open(stream)
                });
                thread::sleep(BETWEEN_WORDS);
            }
            begun
        };
        self.attackers.push((what, thread::spawn(attacker)));
    }

    fn kind(&self) -> u8 {
        u8::try_from(self.attackers.len()).expect("there are eight kinds")
    }
}

impl Drop for Siege {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// Requests of every method, each with a branch and a Call-ID of its own.
fn request(number: u64, own: SocketAddr) -> Vec<u8> {
    let methods = ["INVITE", "REGISTER", "INVITE", "OPTIONS", "BYE", "CANCEL", "MESSAGE"];
    let method = methods[(number % 7) as usize];
    format!(
        "{method} sip:900123456@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{number};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:100@{own}>;tag={number}\r\nTo: <sip:900123456@127.0.0.1>\r\n\
         Call-ID: {number}@{own}\r\nCSeq: 1 {method}\r\nContact: <sip:100@{own}>\r\nUser-Agent: friendly-scanner\r\n\
         Content-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

fn stray(number: u64, own: SocketAddr) -> Vec<u8> {
    let first = if number.is_multiple_of(2) { "SIP/2.0 200 OK" } else { "ACK sip:600@127.0.0.1 SIP/2.0" };
    format!(
        "{first}\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK{number:016x}.0\r\nFrom: <sip:100@{own}>;tag={number}\r\n\
         To: <sip:600@127.0.0.1>;tag={number:016x}\r\nCall-ID: {number}@{own}\r\nCSeq: 1 {}\r\nContent-Length: 0\r\n\r\n",
        if number.is_multiple_of(2) { "INVITE" } else { "ACK" }
    )
    .into_bytes()
}

fn nonsense(number: u64, _own: SocketAddr) -> Vec<u8> {
    match number % 3 {
        0 => vec![0xff; 1_200],
        1 => b"INVITE sip:600@127.0.0.1 SIP/2.0\r\nVia".to_vec(),
        _ => number.to_be_bytes().repeat(8),
    }
}

/// An octet at a time.
fn trickle(stream: &mut TcpStream, spoken: u64) -> std::io::Result<()> {
    let text = request(spoken, SocketAddr::from(([127, 0, 0, 1], 5060)));
    let at = usize::try_from(spoken - 1).expect("a few words") % text.len();
    stream.write_all(&text[at..=at])
}

fn endless_head(stream: &mut TcpStream, spoken: u64) -> std::io::Result<()> {
    match spoken {
        1 => stream.write_all(b"INVITE sip:600@127.0.0.1 SIP/2.0\r\nX: "),
        _ => stream.write_all(&[b'x'; 4_096]),
    }
}

fn endless_body(stream: &mut TcpStream, spoken: u64) -> std::io::Result<()> {
    match spoken {
        1 => stream.write_all(b"INVITE sip:600@127.0.0.1 SIP/2.0\r\nContent-Length: 900000000\r\n\r\n"),
        _ => stream.write_all(&[b'x'; 4_096]),
    }
}

fn goes_on(spoken: std::io::Result<()>) -> bool {
    spoken.is_ok()
}

/// It has not been closed by the other end; what it says is not listened to.
fn is_open(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 1_024]) {
        Ok(length) => length > 0,
        Err(error) => error.kind() == ErrorKind::WouldBlock,
    }
}

const CONNECT_MAX: Duration = Duration::from_millis(200);
const BETWEEN_WORDS: Duration = Duration::from_millis(100);
