//! Legs against a worker that never runs, so that only what control is told shows.

use super::*;
use media::{GroupSpec, Law, Port, Source, SpanMedia};

/// A pair of sockets that nobody can reach.
#[derive(Debug)]
struct Nowhere;

impl Socket for Nowhere {
    fn receive(&mut self, _: Port, _: &mut [u8]) -> Option<(usize, SocketAddr)> {
        None
    }

    fn send(&mut self, _: Port, _: SocketAddr, _: &[u8]) -> bool {
        true
    }
}

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
const AT: Timeslot = Timeslot { span: 0, timeslot: 1 };

fn link() -> Link<Secure<Nowhere>> {
    let spec =
        GroupSpec { spans: vec![SpanMedia { law: Law::A }], guard_blocks: 2, buffer_blocks: 1, driver_blocks: 2 };
    let (_bearer, _worker, link) = media::group(&spec);
    link
}

fn legs(bind: fn(SocketAddr) -> io::Result<Nowhere>) -> (Legs<Nowhere>, Link<Secure<Nowhere>>) {
    (Legs::new(HERE, PortRange { first: 4000, last: 4005 }, Box::new(bind)), link())
}

fn open((legs, link): &mut (Legs<Nowhere>, Link<Secure<Nowhere>>), call: u64) -> Result<u16, MediaError> {
    let request = MediaRequest::Open { at: AT, session: Box::new(session()), security: Box::new(Security::Clear) };
    match legs.perform(now(), link, CallId(call), request) {
        Some(Input::MediaOpened { result: Ok(MediaPath::Rtp(address)), .. }) => Ok(address.port()),
        Some(Input::MediaOpened { result: Err(why), .. }) => Err(why),
        other => panic!("opening is answered at once, and not by {other:?}"),
    }
}

fn now() -> Instant {
    Instant::now()
}

fn session() -> SessionConfig {
    SessionConfig {
        payload_type: 8,
        rtp_law: Law::A,
        second: None,
        tdm_law: Law::A,
        packet_ms: 20,
        playout_ms: 40,
        remote: None,
        remote_rtcp: None,
        send: true,
        receive: true,
        ssrc: 1,
        first_sequence: 1,
        first_timestamp: 1,
        cname: "here".into(),
        telephone_event: None,
        source: Source::Network,
    }
}

#[test]
fn ports_are_taken_in_rotation_even_if_those_before_are_free_again() {
    let mut legs = legs(|_| Ok(Nowhere));
    let ports: Vec<_> = (0..4).map(|call| open(&mut legs, call)).collect();
    assert_eq!(ports, [Ok(4000), Ok(4002), Ok(4004), Ok(4000)]);
}

#[test]
fn a_port_in_use_is_passed_over_and_when_all_are_the_call_is_told() {
    let busy =
        |address: SocketAddr| if address.port() == 4002 { Ok(Nowhere) } else { Err(io::ErrorKind::AddrInUse.into()) };
    let mut legs = legs(busy);
    assert_eq!(open(&mut legs, 1), Ok(4002));
    let mut none = self::legs(|_| Err(io::ErrorKind::AddrInUse.into()));
    assert_eq!(open(&mut none, 1), Err(MediaError::NoPort));
    assert_eq!(none.0.open_legs(), 0);
}

#[test]
fn closing_a_leg_that_never_opened_is_answered_at_once() {
    let (mut legs, mut link) = legs(|_| Ok(Nowhere));
    let answer = legs.perform(now(), &mut link, CallId(9), MediaRequest::Close);
    assert!(matches!(answer, Some(Input::Media { call: CallId(9), event: MediaEvent::Closed(_) })));
}

#[test]
fn changes_beyond_what_may_wait_are_counted_and_a_close_still_fits() {
    let mut legs = legs(|_| Ok(Nowhere));
    open(&mut legs, 1).unwrap();
    for _ in 0..3 * COMMANDS_WAITING_MAX {
        let change = MediaRequest::Change(media::Change::Source(Source::Silence));
        legs.0.perform(now(), &mut legs.1, CallId(1), change);
    }
    assert_eq!(legs.0.waiting.len(), COMMANDS_WAITING_MAX);
    assert!(legs.0.refused() > 0);
    assert!(legs.0.perform(now(), &mut legs.1, CallId(1), MediaRequest::Close).is_none());
    assert!(matches!(legs.0.waiting.back(), Some(Command::Leave { .. })));
}
