//! The figures of a measurement, as lines of a table.

use std::fs;
use std::time::Duration;

use media::BLOCK_OCTETS;
use spangate::rt::{Buffering, Group};

use super::counted::{Calls, CountedSocket};

/// Counters at one moment, or what they have grown by.
pub struct Snapshot {
    ticks: u64,
    late_ticks: u64,
    no_clock: u64,
    /// Octets of a timeslot that were lost on the way in, or whose time on the way out had passed.
    slipped_octets: u64,
    driver_calls: u64,
    socket_calls: u64,
    /// Of the two threads.
    processor_ms: u64,
}

impl Snapshot {
    pub fn take(group: &Group<CountedSocket>, calls: &Calls) -> Self {
        let counters = group.counters();
        let [driver_calls, socket_calls] = calls.count();
        Self {
            ticks: counters.ticks.get(),
            late_ticks: counters.late_ticks.get(),
            no_clock: counters.no_clock.get(),
            slipped_octets: (counters.lost_blocks.get() + counters.passed_blocks.get()) * BLOCK_OCTETS as u64,
            driver_calls,
            socket_calls,
            processor_ms: processor_ms(),
        }
    }

    pub fn since(self, before: &Self) -> Self {
        Self {
            ticks: self.ticks - before.ticks,
            late_ticks: self.late_ticks - before.late_ticks,
            no_clock: self.no_clock - before.no_clock,
            slipped_octets: self.slipped_octets - before.slipped_octets,
            driver_calls: self.driver_calls - before.driver_calls,
            socket_calls: self.socket_calls - before.socket_calls,
            processor_ms: self.processor_ms - before.processor_ms,
        }
    }
}

pub fn head(hardware: &str) {
    println!("{hardware}; delays p50 / p99 / max in ms, losses over the whole measurement");
    println!(
        "{:>6} {:>21} {:>21} {:>20} {:>16} {:>6} {:>6} {:>8}",
        "buffer", "TDM → RTP", "RTP → TDM", "calls/s per channel", "CPU of 100 ch.", "ticks", "late", "slipped"
    );
}

/// One line: the calls are those on the driver, on sockets, and to wait and wake.
pub fn line(
    buffering: Buffering,
    during: &Snapshot,
    [to_network, to_timeslot]: &[Vec<Duration>; 2],
    channels: u32,
    time: Duration,
) {
    let channel_seconds = f64::from(channels) * time.as_secs_f64();
    let per_channel = |calls: u64| calls as f64 / channel_seconds;
    let waits = per_channel(during.ticks * CALLS_PER_TICK);
    let calls = [per_channel(during.driver_calls), per_channel(during.socket_calls), waits];
    let calls = calls.map(|calls| format!("{calls:.0}")).join(" + ");
    let processor = during.processor_ms as f64 / 10.0 / time.as_secs_f64() * 100.0 / f64::from(channels);
    println!(
        "{:>6} {:>21} {:>21} {calls:>20} {:>16} {:>6} {:>6} {:>8}",
        buffering.octets(),
        percentiles(to_network),
        percentiles(to_timeslot),
        format!("{processor:.1} %"),
        during.ticks,
        during.late_ticks + during.no_clock,
        during.slipped_octets,
    );
}

fn percentiles(sorted: &[Duration]) -> String {
    let Some(last) = sorted.len().checked_sub(1) else { panic!("no mark was heard") };
    [last / 2, last * 99 / 100, last].map(|place| format!("{:.1}", sorted[place].as_secs_f64() * 1e3)).join(" / ")
}

/// Processor time of the threads whose name begins with the gateway's.
fn processor_ms() -> u64 {
    let threads = fs::read_dir("/proc/self/task").expect("Linux tells its threads").flatten();
    let stat = threads.filter_map(|thread| fs::read_to_string(thread.path().join("stat")).ok());
    stat.filter(|stat| stat.contains("(spangate-"))
        .flat_map(|stat| {
            // After the name in parentheses, the 12th and 13th fields are user and system time in ticks of 10 ms.
            let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
            fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).collect::<Vec<_>>()
        })
        .sum::<u64>()
        * 10
}

/// Each of the two threads polls; the first raises an eventfd, the second clears it.
const CALLS_PER_TICK: u64 = 4;
