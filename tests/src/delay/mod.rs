//! What a span group costs in real time, threads, driver and sockets included: one-way delay, system calls, processor time, losses.
//!
//! `cargo bench -p tests --bench delay` measures on two simulated spans, each the other's far end; `tests/dahdi-vm/run` on the
//! same two spans of the real driver.
//!
//! Thirty legs are in a call. One is measured: a program at the far end of its timeslot and one at the far end of its RTP say
//! marks and know when they did. The others' packets return to them. Delay is that of an octet that waits longest, the first
//! one of a packet: towards the network until the packet is received, towards the timeslot until the octet is on the line. What
//! the far end of the timeslot adds itself is taken off as far as it is known, to a block of 2 ms.
//! Nothing is asserted, but that marks were heard at all.

mod counted;
mod far_end;
mod marks;
mod report;
mod telephone;

use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use counted::{Calls, CountedKernel, CountedSocket};
use dahdi_sys::Kernel;
use marks::{Delays, Marks};
use media::{Command, Law, Leg, Session, SessionConfig, Source, Timeslot};
use report::Snapshot;
use spangate::rt::{self, Buffering, Group, Scheduling, UdpPair};

/// For each length of a buffer: brings a group up on channels 1 to 31, lets it run and prints what it did meanwhile. Channels 32 to
/// 62 are the far end.
///
/// # Panics
/// When the driver refuses a channel, or nothing is heard.
pub fn measure(hardware: &str, kernel: &Arc<dyn Kernel>) {
    report::head(hardware);
    // The lateness that the driver bears stays the same, as far as its least number of buffers allows.
    for (blocks, buffers) in [(1, 8), (2, 4), (4, 4)] {
        measure_with(Buffering { blocks, buffers }, kernel);
    }
}

fn measure_with(buffering: Buffering, kernel: &Arc<dyn Kernel>) {
    let calls = Arc::new(Calls::default());
    let counted = CountedKernel::new(kernel.clone(), calls.clone());
    let mut group: Group<CountedSocket> = Group::start(&counted, &spec(buffering)).expect("the bearers are free");
    group.warnings().iter().for_each(|warning| println!("{warning}"));
    let ear = UdpSocket::bind((HERE, 0)).expect("a free port");
    let measured = pair();
    let gateway = measured.local_address().expect("it is bound");
    join(&mut group, 1, measured, ear.local_addr().expect("it is bound"), &calls);
    for timeslot in (2..=31).filter(|timeslot| *timeslot != SIGNALLING) {
        let own = pair();
        let itself = own.local_address().expect("it is bound");
        join(&mut group, timeslot, own, itself, &calls);
    }
    let [line, network] = [Marks::new(far_end::MARK), Marks::new(telephone::MARK)];
    let [to_network, to_timeslot] = [Delays::default(), Delays::default()];
    let stop = AtomicBool::new(false);
    thread::scope(|threads| {
        threads.spawn(|| far_end::run(&**kernel, FAR_CHANNEL, &line, (&network, &to_timeslot), &stop));
        threads.spawn(|| telephone::run(&ear, gateway, &network, (&line, &to_network), &stop));
        thread::sleep(SETTLING);
        let before = Snapshot::take(&group, &calls);
        [&to_network, &to_timeslot].into_iter().for_each(Delays::clear);
        thread::sleep(MEASURED);
        let during = Snapshot::take(&group, &calls).since(&before);
        let delays = [to_network.sorted(), to_timeslot.sorted()];
        stop.store(true, Ordering::Relaxed);
        report::line(buffering, &during, &delays, BEARERS, MEASURED);
    });
}

fn join(group: &mut Group<CountedSocket>, timeslot: u8, own: UdpPair, remote: SocketAddr, calls: &Arc<Calls>) {
    let session = Session::new(session(remote)).expect("a valid session");
    let leg = Box::new(Leg { socket: CountedSocket::new(own, calls.clone()), session });
    let at = Timeslot { span: 0, timeslot };
    group.link.command(Command::Join { at, generation: 1, leg }).expect("room for every timeslot");
}

fn spec(buffering: Buffering) -> rt::Spec {
    let bearers = (1..=31).filter(|timeslot| *timeslot != SIGNALLING).map(|timeslot| (timeslot, timeslot.into()));
    let spans = vec![rt::SpanSpec { law: Law::A, bearers: bearers.collect() }];
    // As a gateway without a configuration of its own has it, without being refused where a test may not.
    rt::Spec { spans, buffering, guard_blocks: rt::GUARD_BLOCKS, scheduling: Scheduling::default() }
}

fn session(remote: SocketAddr) -> SessionConfig {
    SessionConfig {
        payload_type: 8,
        rtp_law: Law::A,
        second: None,
        tdm_law: Law::A,
        packet_ms: 20,
        playout_ms: PLAYOUT_MS,
        remote: Some(remote),
        remote_rtcp: None,
        send: true,
        receive: true,
        ssrc: 0x5eed,
        first_sequence: 0,
        first_timestamp: 0,
        cname: "spangate@localhost".into(),
        telephone_event: None,
        source: Source::Network,
    }
}

/// Two free ports, the lower one even.
fn pair() -> UdpPair {
    (0..100)
        .find_map(|_| {
            let free = UdpSocket::bind((HERE, 0)).ok()?.local_addr().ok()?.port();
            UdpPair::bind(HERE, free & !1).ok()
        })
        .expect("two free ports in a row among a hundred tries")
}

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Not a bearer on the driver, as the machine's spans are configured.
const SIGNALLING: u8 = 16;
const BEARERS: u32 = 30;
/// Timeslot 1 of the second span.
const FAR_CHANNEL: u32 = 32;
/// The least that holds a packet of 20 ms and a whole one more: the delay above it is the gateway's own.
const PLAYOUT_MS: u16 = 40;
const SETTLING: Duration = Duration::from_secs(2);
const MEASURED: Duration = Duration::from_secs(6);
