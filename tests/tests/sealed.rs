//! The sealed allocator: after start, neither media thread's work touches the heap.
//!
//! The work of both threads, a tick of the TDM half and a step of the worker, runs in virtual time over a busy life of 31
//! bearers, inside a seal. While a thread is sealed, every allocation, reallocation and release on it is counted. What
//! is outside the seal is what other threads do in life: the hardware, control, and the network.
#![allow(unsafe_code)] // An allocator is unsafe by its trait; this one passes everything on.

mod media_rig;

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::Ipv4Addr;

use media::dtmf::{Digit, Press, Relay};
use media::{BearerCommand, Change, Command, Content, Event, Law, Leg, Session, SessionConfig, Source};
use media_rig::{LoopSocket, PEER, Rig, at, machine, session_config, spec};
use spangate::rt::{self, Protection, Secure, UdpPair};
use spangate::srtp::{Keys, MasterKey, Suite, Theirs};

struct Sealable;

thread_local! {
    static SEALED: Cell<bool> = const { Cell::new(false) };
    static BROKEN: Cell<u64> = const { Cell::new(0) };
}

#[global_allocator]
static ALLOCATOR: Sealable = Sealable;

impl Sealable {
    fn note(&self) {
        if SEALED.get() {
            BROKEN.set(BROKEN.get() + 1);
        }
    }
}

// SAFETY: every call is passed on to the system's allocator unchanged; noting it touches only two plain cells of the thread.
unsafe impl GlobalAlloc for Sealable {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.note();
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        self.note();
        // SAFETY: as above; `pointer` came from `System`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        self.note();
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Runs `work` sealed; fails if it touched the heap.
fn sealed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    BROKEN.set(0);
    SEALED.set(true);
    let result = work();
    SEALED.set(false);
    assert_eq!(BROKEN.get(), 0, "{what} touched the heap");
    result
}

/// 5 ms, and the work of both threads, sealed.
fn tick(rig: &mut Rig, ms: u32) {
    rig.kernel.advance(ms);
    sealed("a tick of the TDM half", || rig.tdm.tick(u64::from(ms / 5)));
    sealed("a step of the worker", || rig.worker.step());
}

#[test]
fn the_seal_notices_a_box() {
    sealed("nothing", || ());
    let broken = std::panic::catch_unwind(|| sealed("a box", || drop(std::hint::black_box(Box::new(1)))));
    assert!(broken.is_err());
}

#[test]
fn a_busy_life_of_thirty_one_bearers_never_touches_the_heap() {
    let mut rig = Rig::new();
    for timeslot in 1..32u8 {
        let mut config = session_config(PEER);
        // Every third converts its law, every fifth sends longer packets.
        if timeslot % 3 == 0 {
            (config.payload_type, config.rtp_law) = (0, Law::Mu);
        }
        config.packet_ms = if timeslot % 5 == 0 { 60 } else { 20 };
        config.relay = if timeslot % 2 == 0 { Relay::Events } else { Relay::Told };
        join(&mut rig, timeslot, 1, config);
    }
    for block in 0..2400u32 {
        disturb(&mut rig, block);
        tick(&mut rig, if block % 100 == 99 { 60 } else { 5 });
        if block % 500 == 0 {
            sealed("an idle step", || rig.worker.step_without_clock(20));
            sealed("a tick that did not come", || rig.tdm.no_clock());
        }
        // Control drops what comes back.
        while rig.link.event().is_some() {}
        while rig.control.notices.pop().is_ok() {}
    }
    let statistics = rig.leave(1, 1);
    assert!(statistics.concealed_octets > 0 && statistics.gap_octets > 0, "{statistics:?}");
    assert!(statistics.reports_sent > 0 && statistics.packets_received > 500, "{statistics:?}");
    let counters = rig.link.counters();
    assert!(counters.stale_commands.get() > 0 && counters.slips.get() + counters.gap_frames.get() > 0);
    assert!(rig.tdm.counters().events.get() > 0 && rig.tdm.counters().late_ticks.get() > 0);
}

/// What control and the world do between ticks.
fn disturb(rig: &mut Rig, block: u32) {
    let generation = 2 + block;
    match block % 50 {
        5 => join(rig, 7, generation, session_config(PEER)),
        10 => tell(rig, Command::Leave { at: at(7), generation: generation - 5 }),
        15 => tell(rig, Command::Leave { at: at(9), generation: 77 }),
        20 => update(rig, Change::Source(Source::Tone(media::tone::Tone::RINGING))),
        22 => update(rig, Change::Dial(Press { digit: Digit::of_event(5).expect("a digit"), duration_ms: 80 })),
        25 => update(rig, Change::Source(Source::Network)),
        30 => update(rig, Change::Direction { send: block % 100 == 30, receive: true }),
        35 => update(
            rig,
            Change::Payload { payload_type: 8, law: Law::A, packet_ms: 30, telephone_event: None, relay: Relay::Told },
        ),
        40 => bearer(rig, BearerCommand::Patch { a: at(20), b: at(21), content: Content::Speech }),
        45 => bearer(rig, BearerCommand::Unpatch { a: at(20), b: at(21) }),
        _ => {}
    }
    match block {
        1000 => rig.kernel.control(0).cut(),
        1100 => rig.kernel.control(0).restore(),
        _ => {}
    }
}

fn join(rig: &mut Rig, timeslot: u8, generation: u32, config: SessionConfig) {
    let leg = Box::new(Leg { socket: LoopSocket::new(), session: Session::new(config).expect("a valid session") });
    tell(rig, Command::Join { at: at(timeslot), generation, leg });
}

fn update(rig: &mut Rig, change: Change) {
    tell(rig, Command::Update { at: at(3), generation: 1, change });
}

fn tell(rig: &mut Rig, command: Command<LoopSocket>) {
    rig.link.command(command).expect("room");
}

fn bearer(rig: &mut Rig, command: BearerCommand) {
    rig.link.bearer(command).expect("room");
}

#[test]
fn real_sockets_never_touch_the_heap_either() {
    real_sockets(None);
}

#[test]
fn encrypted_ones_do_not_by_any_suite() {
    for suite in Suite::ALL {
        real_sockets(Some(suite));
    }
}

fn real_sockets(suite: Option<Suite>) {
    let (machine, _line) = machine(0);
    let kernel = hw_sim::SimKernel::new(machine);
    let (mut tdm, mut worker, mut link, _control) =
        rt::open::<Secure<UdpPair>>(&kernel, &spec(1..=31)).expect("bearers open");
    let mut keyrings = Vec::new();
    for timeslot in 1..32u8 {
        let socket = udp_pair();
        // Each leg calls itself.
        let session = Session::new(session_config(socket.local_address().expect("bound"))).expect("a valid session");
        let (socket, keyring) = Secure::new(socket, keys(suite, timeslot), Default::default());
        keyrings.push(keyring);
        let leg = Box::new(Leg { socket, session });
        link.command(Command::Join { at: at(timeslot), generation: 1, leg }).expect("room");
    }
    for block in 0..200u8 {
        if block == 100 {
            // Their keys change, as a re-INVITE has it.
            (32..).zip(&mut keyrings).for_each(|(octet, keyring)| keyring.turn(keys(suite, octet)));
        }
        kernel.advance(5);
        sealed("a tick of the TDM half", || tdm.tick(1));
        sealed("a step of the worker", || worker.step());
    }
    link.command(Command::Leave { at: at(1), generation: 1 }).expect("room");
    worker.step();
    let Some(Event::Left { leg, .. }) = link.event() else { panic!("the leg comes back") };
    let statistics = leg.session.statistics();
    assert!(statistics.packets_received > 40, "{statistics:?}");
}

/// Keys of a leg that hears itself.
fn keys(suite: Option<Suite>, octet: u8) -> Protection {
    let Some(suite) = suite else { return Protection::Clear };
    let octets = vec![octet; suite.key_octets() + suite.salt_octets()];
    let key = MasterKey::new(suite, &octets).expect("of its length");
    Protection::Keys(Keys { ours: key.clone(), theirs: Theirs { key, lifetime: None, mki: None } })
}

/// A pair on ports that were free a moment ago.
fn udp_pair() -> UdpPair {
    (0..100)
        .find_map(|_| {
            let free = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).ok()?.local_addr().ok()?.port();
            UdpPair::bind(Ipv4Addr::LOCALHOST.into(), free & !1).ok()
        })
        .expect("two free ports in a row among a hundred tries")
}
