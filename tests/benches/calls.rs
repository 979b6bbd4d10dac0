//! Whole calls through the whole gateway in virtual time: phone, SIP, ISUP, MTP, spans, far exchange, audio both ways.
#![forbid(unsafe_code)]

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use tests::{Plan, World};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// Calls that are placed at once, talk, hang up, and leave nothing: how many of them a second of real time holds.
#[divan::bench(args = [1, 30], sample_count = 5, sample_size = 1)]
fn calls_of_two_seconds(bencher: Bencher<'_, '_>, calls: usize) {
    let mut world = World::in_service();
    bencher.counter(ItemsCount::new(calls)).bench_local(|| {
        (0..calls).for_each(|_| _ = world.phone.call("600", Plan::talk(2_000)));
        world.settle();
    });
}

/// A second in which nobody calls.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn idle_second(bencher: Bencher<'_, '_>) {
    let mut world = World::in_service();
    bencher.bench_local(|| world.run(1_000));
}
