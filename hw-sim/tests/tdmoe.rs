//! TDMoE from end to end: exchanges and simulated spans that meet over frames, in virtual time and over real sockets.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};

use dahdi_sys::{BearerChannel, Kernel, Law, SignallingMode};
use hw_sim::far_end::{CallOrder, Exchange, ExchangeSpec, Handle};
use hw_sim::realtime::carrier::Carrier;
use hw_sim::tdmoe::{Flags, Frame, MacAddress, Peer, SimulatedSpan};
use hw_sim::wire::{Chunk, FarEnd, IDLE_CHUNK};
use hw_sim::{Line, Machine, SpanSpec};

const NEAR: MacAddress = MacAddress([2, 0, 0, 0, 0, 1]);
const FAR: MacAddress = MacAddress([2, 0, 0, 0, 0, 2]);

/// The driver's end: it sends each millisecond, whatever comes.
struct Driver {
    far_end: Box<dyn FarEnd>,
    to_send: Chunk,
    counter: u16,
}

impl Driver {
    fn new(far_end: impl FarEnd + 'static) -> Self {
        Driver { far_end: Box::new(far_end), to_send: IDLE_CHUNK, counter: 0 }
    }

    fn frame(&mut self) -> Vec<u8> {
        let frame = Frame {
            destination: FAR,
            source: NEAR,
            subaddress: 0,
            flags: Flags::default(),
            counter: self.counter,
            channels: 31,
            signalling: Some([0; 31]),
            chunk: self.to_send,
        };
        self.counter = self.counter.wrapping_add(1);
        let mut octets = Vec::new();
        frame.encode(&mut octets);
        octets
    }

    fn receive(&mut self, octets: &[u8]) {
        let frame = Frame::decode(octets).unwrap();
        assert_eq!((frame.destination, frame.source), (NEAR, FAR));
        self.to_send = IDLE_CHUNK;
        self.far_end.chunk(&frame.chunk, &mut self.to_send);
    }

    fn runs_with(&mut self, peer: &mut Peer, milliseconds: u32) {
        let mut octets = Vec::new();
        for _ in 0..milliseconds {
            peer.handle_frame(&self.frame()).unwrap();
            let answer = peer.poll_output().expect("an answer to each");
            octets.clear();
            answer.encode(&mut octets);
            self.receive(&octets);
        }
    }
}

fn exchanges() -> [(Exchange, Handle); 2] {
    [Exchange::new(ExchangeSpec::e1(4097, 8194)), Exchange::new(ExchangeSpec::e1(8194, 4097))]
}

#[test]
fn two_exchanges_call_each_other_over_frames() {
    let [(near, handle), (far, _)] = exchanges();
    let (mut driver, mut peer) = (Driver::new(near), Peer::new(FAR, 0, Box::new(far)));
    driver.runs_with(&mut peer, 10_000);
    let order = handle.place(CallOrder::verified("600", "", 1_000));
    driver.runs_with(&mut peer, 10_000);
    let outcome = handle.outcome(order).expect("the call has ended");
    assert_eq!((outcome.answered, outcome.differences, outcome.lost_sync), (true, 0, 0));
    assert!(outcome.octets_checked > 7_900, "{outcome:?}");
    assert_eq!(peer.counters().frames, 20_000);
}

/// Sends one octet all the time and keeps what it receives on timeslot 1.
struct Constant(u8, std::sync::mpsc::Sender<u8>);

impl FarEnd for Constant {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        *transmit = [[self.0; 8]; 32];
        // The test may have ended.
        let _ = self.1.send(received[1][0]);
    }
}

#[test]
fn a_simulated_span_is_the_peer_of_a_driver() {
    let signalling = [(16, SignallingMode::Mtp2)];
    let machine = Machine::new(vec![SpanSpec::clear("peer", Line::E1, Law::A_LAW, 1, &signalling)]);
    let span = SimulatedSpan::new(machine, 0);
    let kernel = span.kernel();
    let (received, receives) = std::sync::mpsc::channel();
    let mut driver = Driver::new(Constant(0x42, received));
    let mut peer = Peer::new(FAR, 0, Box::new(span));
    let bearer = BearerChannel::open(&kernel, 1, Law::A_LAW, 40, 4).unwrap();
    driver.runs_with(&mut peer, 11);
    let mut block = [0; 40];
    while bearer.read(&mut block).is_ok() {}
    assert_eq!(block, [0x42; 40]);
    bearer.write(&[0x24; 40]).unwrap();
    driver.runs_with(&mut peer, 10);
    assert_eq!(receives.try_iter().filter(|octet| *octet == 0x24).count(), 5, "40 octets are 5 ms");
    assert!(kernel.open(dahdi_sys::Node::Ctl).is_ok());
}

#[test]
fn a_carrier_over_udp_answers_until_it_is_stopped() {
    let loopback = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    // Each must know the other first: the guest's side is bound here and connected by its first frame.
    #[expect(clippy::disallowed_types, reason = "the other end of the carrier")]
    let guest = std::net::UdpSocket::bind(loopback).unwrap();
    let carrier = Carrier::udp(loopback, guest.local_addr().unwrap()).unwrap();
    guest.connect(carrier.local().expect("it is a socket")).unwrap();
    exchanges_meet(&carrier, |octets| guest.send(octets), |buffer| guest.recv(buffer));
}

#[test]
fn a_carrier_over_an_interface_answers_until_it_is_stopped() {
    if let Err(why) = cable_of_our_own() {
        return println!("skipped: TDMoE over an interface: {why}");
    }
    let ((carrier, _), (guest, _)) = (Carrier::raw("far").unwrap(), Carrier::raw("near").unwrap());
    // The kernel's own neighbour discovery is on this cable too.
    let receive = |buffer: &mut [u8]| loop {
        match guest.receive(buffer) {
            Ok(length) if Frame::decode(&buffer[..length]).is_ok_and(|frame| frame.destination == NEAR) => {
                return Ok(length);
            }
            Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return Err(error),
            _ => {}
        }
    };
    exchanges_meet(&carrier, |octets| guest.send(octets), receive);
}

/// A network of this thread alone, with a cable between interfaces `near` and `far`.
fn cable_of_our_own() -> Result<(), String> {
    nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNET)
        .map_err(|errno| format!("no network of its own: {errno}"))?;
    for arguments in ["link add near type veth peer name far", "link set near up", "link set far up"] {
        let done = std::process::Command::new("ip").args(arguments.split(' ')).status();
        if !done.is_ok_and(|status| status.success()) {
            return Err(format!("ip {arguments} cannot be done here"));
        }
    }
    Ok(())
}

/// An exchange behind the carrier and one with the guest test their link over a few hundred frames, one after the other.
fn exchanges_meet(
    carrier: &Carrier,
    send: impl Fn(&[u8]) -> std::io::Result<usize>,
    receive: impl Fn(&mut [u8]) -> std::io::Result<usize>,
) {
    let [(near, _), (far, _)] = exchanges();
    let (mut driver, mut peer, stop) = (Driver::new(near), Peer::new(FAR, 0, Box::new(far)), AtomicBool::new(false));
    #[expect(clippy::disallowed_methods, reason = "the carrier waits on its socket")]
    std::thread::scope(|scope| {
        let serving = scope.spawn(|| carrier.serve(&mut peer, &stop));
        let mut buffer = [0; 2048];
        let mut answered = || -> std::io::Result<()> {
            for _ in 0..300 {
                send(&driver.frame())?;
                let length = receive(&mut buffer)?;
                driver.receive(&buffer[..length]);
            }
            Ok(())
        };
        let result = answered();
        stop.store(true, Ordering::Release);
        serving.join().expect("it does not panic").expect("its socket stands");
        result.expect("every frame is answered");
    });
    let counters = peer.counters();
    assert_eq!((counters.frames, counters.missing, counters.restarts, counters.malformed), (300, 0, 0, 0));
}
