//! A tick as the two threads live it, over simulated spans in virtual time: every bearer of every span in a call.
//!
//! The hardware moves outside the measurement; inside is what the threads do in those 5 ms. No allocation may be shown.
#![forbid(unsafe_code)]

#[path = "../tests/media_rig/mod.rs"]
mod media_rig;

use dahdi_sys::Law as DriverLaw;
use divan::{AllocProfiler, Bencher};
use hw_sim::{Chunk, FarEnd, Line, Machine, SimKernel, SpanSpec};
use media::{Command, Law, Leg, Link, Session, Timeslot, Worker};
use media_rig::{LoopSocket, PEER, session_config};
use spangate::rt::{self, Buffering, Scheduling, Tdm};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// Sends back what it receives.
struct Loop;

impl FarEnd for Loop {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        *transmit = *received;
    }
}

struct Group {
    kernel: SimKernel,
    tdm: Tdm,
    worker: Worker<LoopSocket>,
    _link: Link<LoopSocket>,
    _control: rt::TdmLink,
}

impl Group {
    /// Every bearer in a call, and the playout begun.
    fn new(spans: u8) -> Self {
        let (kernel, spec) = hardware(spans);
        let (tdm, mut worker, mut link, control) = rt::open(&kernel, &spec).expect("the bearers are free");
        for span in 0..spans {
            for timeslot in 1..=BEARERS {
                let session = Session::new(session_config(PEER)).expect("a valid session");
                let leg = Box::new(Leg { socket: LoopSocket::new(), session });
                link.command(Command::Join { at: Timeslot { span, timeslot }, generation: 1, leg }).expect("room");
            }
            worker.step();
        }
        let mut group = Self { kernel, tdm, worker, _link: link, _control: control };
        for _ in 0..100 {
            group.kernel.advance(5);
            group.tdm.tick(1);
            group.worker.step();
        }
        group
    }
}

fn hardware(spans: u8) -> (SimKernel, rt::Spec) {
    let first = |span: u8| 1 + u32::from(span) * u32::from(BEARERS);
    let e1 = |span| SpanSpec::clear("E1", Line::E1, DriverLaw::A_LAW, first(span), &[]);
    let mut machine = Machine::new((0..spans).map(e1).collect());
    (0..spans).for_each(|span| machine.attach(span.into(), Box::new(Loop)));
    let bearers = |span| (1..=BEARERS).zip(first(span)..).collect();
    let spans = (0..spans).map(|span| rt::SpanSpec { law: Law::A, bearers: bearers(span) }).collect();
    let spec = rt::Spec {
        spans,
        buffering: Buffering::default(),
        guard_blocks: rt::GUARD_BLOCKS,
        scheduling: Scheduling::default(),
    };
    (SimKernel::new(machine), spec)
}

/// The TDM thread: read, exchange and write every bearer.
#[divan::bench(args = [1, 16], sample_count = 500, sample_size = 1)]
fn tdm_tick(bencher: Bencher<'_, '_>, spans: u8) {
    let Group { kernel, mut tdm, mut worker, .. } = Group::new(spans);
    let hardware_and_worker = || {
        worker.step();
        kernel.advance(5);
    };
    bencher.with_inputs(hardware_and_worker).bench_local_values(|()| tdm.tick(1));
}

/// The RTP worker: every session and its packets, the sockets being memory.
#[divan::bench(args = [1, 16], sample_count = 500, sample_size = 1)]
fn worker_step(bencher: Bencher<'_, '_>, spans: u8) {
    let Group { kernel, mut tdm, mut worker, .. } = Group::new(spans);
    let hardware_and_tdm = || {
        kernel.advance(5);
        tdm.tick(1);
    };
    bencher.with_inputs(hardware_and_tdm).bench_local_values(|()| worker.step());
}

/// Both, one after the other.
#[divan::bench(args = [1, 16], sample_count = 500, sample_size = 1)]
fn whole_tick(bencher: Bencher<'_, '_>, spans: u8) {
    let Group { kernel, mut tdm, mut worker, .. } = Group::new(spans);
    bencher.with_inputs(|| kernel.advance(5)).bench_local_values(|()| {
        tdm.tick(1);
        worker.step()
    });
}

/// Timeslots 1 to 31.
const BEARERS: u8 = 31;
