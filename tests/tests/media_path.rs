//! The media path on simulated hardware: in virtual time octet by octet, and with its threads in real time.
#![forbid(unsafe_code)]

mod media_rig;

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use dahdi_sys::{Kernel, Node, Request};
use hw_sim::{Clock, SimKernel};
use media::{Command, Event, Leg, Session};
use media_rig::{Rig, at, machine, session_config, spec};
use spangate::rt::{self, Group, Notice, UdpPair};

#[test]
fn every_octet_of_thirty_one_bearers_returns_and_the_delay_is_the_sum_of_its_parts() {
    for blocks in [1, 2, 4] {
        the_delay_is_the_sum_of_its_parts(rt::Buffering { blocks, ..rt::Buffering::default() });
    }
}

fn the_delay_is_the_sum_of_its_parts(buffering: rt::Buffering) {
    let mut rig = Rig::with(rt::Spec { buffering, ..spec(1..=31) });
    (1..32).for_each(|timeslot| rig.join(timeslot, 1));
    rig.run_ms(3000);
    for timeslot in 1..32u8 {
        let statistics = rig.leave(timeslot, 1);
        assert_eq!(statistics.explained_octets(), 0, "timeslot {timeslot}: {statistics:?}");
        let delay = rig.line.delay(timeslot, 8000).expect("audio came back");
        assert_eq!(rig.line.differences(timeslot, delay, 8000), 0, "timeslot {timeslot}");
        let parts = statistics.delay.towards_network_us() + statistics.delay.towards_timeslot_us();
        assert_eq!(delay as u32 * 125, parts, "timeslot {timeslot}, {buffering:?}: {:?}", statistics.delay);
    }
    let counters = rig.tdm.counters();
    let losses = [&counters.lost_blocks, &counters.passed_blocks, &counters.refused_writes, &counters.partial_blocks];
    assert_eq!(losses.map(|count| count.get()), [0; 4]);
    assert_eq!((counters.read_overruns.get(), counters.write_underruns.get()), (0, 0));
}

#[test]
fn a_tdm_thread_that_is_late_by_less_than_what_is_primed_costs_no_octet() {
    let mut rig = Rig::new();
    rig.join(1, 1);
    rig.run_ms(1000);
    for n in 0..400 {
        // 4 ms late now and then; now and then a whole tick is missed.
        match n % 10 {
            3 => {
                rig.tick_after(9, 2);
                rig.kernel.advance(1);
            }
            7 => rig.tick_after(10, 2),
            _ => rig.tick(),
        }
    }
    let delay = rig.line.delay(1, 6000).expect("audio came back");
    let statistics = rig.leave(1, 1);
    assert_eq!(rig.line.differences(1, delay, 6000), 0, "{statistics:?}");
    assert_eq!(rig.tdm.counters().passed_blocks.get(), 0);
}

#[test]
fn a_tdm_thread_later_than_the_driver_can_bear_loses_what_is_counted_and_the_delay_stays() {
    let mut rig = Rig::new();
    rig.join(1, 1);
    rig.run_ms(2000);
    let before = rig.line.delay(1, 8000).expect("audio came back");
    rig.tick_after(100, 20);
    rig.run_ms(3000);
    let counters = rig.tdm.counters();
    assert_eq!(counters.lost_blocks.get(), 20 - u64::from(rt::Buffering::default().buffers));
    assert!(counters.read_overruns.get() > 0 && counters.write_underruns.get() > 0);
    let after = rig.line.delay(1, rig.line.len() - 8000).expect("audio comes back again");
    assert_eq!(before, after);
    let statistics = rig.leave(1, 1);
    let differences = rig.line.differences(1, before, 8000) as u64;
    assert!(differences > 0 && differences <= statistics.explained_octets(), "{differences} of {statistics:?}");
}

#[test]
fn an_alarm_of_the_span_reaches_control_and_audio_goes_on_after_it() {
    let mut rig = Rig::new();
    rig.join(5, 1);
    rig.run_ms(1000);
    rig.kernel.control(0).cut();
    rig.run_ms(4000);
    rig.kernel.control(0).restore();
    rig.run_ms(25_000);
    let notices: Vec<_> = std::iter::from_fn(|| rig.control.notices.pop().ok()).collect();
    let on = |event| notices.contains(&Notice::Event { at: at(5), event });
    assert!(on(dahdi_sys::Event::Alarm) && on(dahdi_sys::Event::NoAlarm), "{notices:?}");
    let last = rig.line.len() - 4000;
    let delay = rig.line.delay(5, last).expect("audio came back");
    assert_eq!(rig.line.differences(5, delay, last), 0);
}

#[test]
fn a_bearer_that_brings_nothing_holds_up_nobody_and_joins_when_it_comes_to_life() {
    // Timeslot 31 of the group stands on a span that is not started.
    let mut rig = Rig::with(spec((1..=30).chain([32])));
    rig.join(1, 1);
    rig.run_ms(2000);
    assert_eq!(rig.tdm.counters().partial_blocks.get(), 1);
    let delay = rig.line.delay(1, 8000).expect("audio came back");
    rig.kernel.open(Node::Ctl).and_then(|ctl| ctl.ioctl(Request::StartUp(2))).expect("the span starts");
    rig.run_ms(2000);
    assert_eq!(rig.line.differences(1, delay, 8000), 0);
    assert!(rig.tdm.counters().partial_blocks.get() <= 2);
}

#[test]
fn a_group_without_a_clock_says_so_once_and_says_when_it_has_one_again() {
    let mut rig = Rig::new();
    (0..3).for_each(|_| rig.tdm.no_clock());
    rig.tick();
    let notices: Vec<_> = std::iter::from_fn(|| rig.control.notices.pop().ok()).collect();
    assert_eq!(notices, [Notice::NoClock, Notice::Clock]);
    assert_eq!(rig.tdm.counters().no_clock.get(), 1);
}

/// Real time: the machine is patient, so that a busy host costs time and no octets; what it cost is counted.
#[test]
fn both_threads_return_what_a_peer_on_a_real_socket_echoes_and_every_difference_is_counted() {
    let (machine, line) = machine(2000);
    let kernel = SimKernel::new(machine);
    let clock = Clock::start(&kernel).expect("a thread");
    let mut group: Group<UdpPair> = Group::start(&kernel, &spec(1..=31)).expect("the group starts");
    let echo = Echo::start();
    let session = Session::new(session_config(echo.address)).expect("a valid session");
    let leg = Box::new(Leg { socket: udp_pair(), session });
    group.link.command(Command::Join { at: at(1), generation: 1, leg }).expect("room");
    let deadline = Instant::now() + Duration::from_secs(30);
    while line.len() < 16_000 && Instant::now() < deadline {
        std::thread::yield_now();
    }
    group.link.command(Command::Leave { at: at(1), generation: 1 }).expect("room");
    let statistics = loop {
        assert!(Instant::now() < deadline, "the leg comes back");
        match group.link.event() {
            Some(Event::Left { leg, .. }) => break leg.session.statistics(),
            Some(other) => panic!("{other:?}"),
            None => std::thread::yield_now(),
        }
    };
    let octets = line.len();
    let (bearers, media) = (group.counters(), group.link.counters());
    let lateness = kernel.lateness();
    drop(group);
    drop(clock);
    assert!(statistics.packets_received > 50, "{statistics:?}");
    let delay = (6000..octets - 2000).find_map(|from| line.delay(1, from)).expect("audio came back");
    let first = 6000;
    // After the leg has left there is silence: count up to its last packets only.
    let differences = (first..octets - 2400).filter(|n| !line.is_from(1, *n, delay)).count() as u64;
    assert!(
        differences <= statistics.explained_octets(),
        "{differences}, delay {delay}: {statistics:?} {bearers:?} {media:?} {lateness:?}"
    );
}

/// A peer that returns every datagram.
struct Echo {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Echo {
    fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        socket.set_read_timeout(Some(Duration::from_millis(50))).expect("a timeout");
        let address = socket.local_addr().expect("bound");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = std::thread::spawn(move || {
            let mut buffer = [0; 2048];
            while !stopped.load(Ordering::Relaxed) {
                if let Ok((length, from)) = socket.recv_from(&mut buffer) {
                    let _ = socket.send_to(&buffer[..length], from);
                }
            }
        });
        Self { address, stop, thread: Some(thread) }
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().expect("dropped once").join().expect("the echo does not panic");
    }
}

/// A pair on ports that were free a moment ago.
fn udp_pair() -> UdpPair {
    (0..100)
        .find_map(|_| {
            let free = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).ok()?.local_addr().ok()?.port();
            UdpPair::bind(Ipv4Addr::LOCALHOST.into(), free & !1).ok()
        })
        .expect("two free ports in a row among a hundred tries")
}
