//! The far end of the measured timeslot: a channel of the other span, in the shortest blocks that the driver has.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use dahdi_sys::{BearerChannel, Kernel, Law, TimerDevice};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::marks::{Delays, Marks, octets};

/// A mark fills a block.
pub const MARK: usize = 16;

/// Says `own` marks and hears those of the telephone until `stop`.
pub fn run(kernel: &dyn Kernel, channel: u32, own: &Marks, heard: (&Marks, &Delays), stop: &AtomicBool) {
    let bearer = BearerChannel::open(kernel, channel, Law::A_LAW, MARK, BUFFERS).expect("the far channel is free");
    let timer = TimerDevice::open(kernel, MARK as u32).expect("the timer is there");
    let readiness = timer.readiness().expect("real time");
    let silence = [SILENCE; MARK];
    (0..PRIMED).for_each(|_| {
        let _first = bearer.write(&silence);
    });
    let (mut block, mut number, mut last) = (silence, 0, SILENCE);
    while !stop.load(Ordering::Relaxed) {
        let mut ready = [PollFd::new(readiness, PollFlags::POLLIN | PollFlags::POLLPRI)];
        // A timeout is a look at `stop`.
        let _ticked = poll(&mut ready, PollTimeout::from(100u16));
        let _expired = timer.acknowledge();
        while bearer.read(&mut block) == Ok(MARK) {
            let now = Instant::now();
            last = hear(&block, last, now, heard);
            // It leaves when the block before it has left, of which nothing has yet.
            let mark = own.say(number, now + octets(MARK) * (PRIMED - 1));
            number += u64::from(bearer.write(&[mark; MARK]).is_ok());
        }
    }
}

/// Looks for the beginning of a mark; gives the last octet.
fn hear(block: &[u8; MARK], last: u8, now: Instant, (marks, delays): (&Marks, &Delays)) -> u8 {
    let before = std::iter::once(&last).chain(block);
    if let Some(begin) = before.zip(block).position(|(before, octet)| before != octet) {
        let on_the_line = now - octets(MARK - begin);
        marks.delay(block[begin], 0, on_the_line).into_iter().for_each(|delay| delays.add(delay));
    }
    block[MARK - 1]
}

/// An idle timeslot in A-law.
const SILENCE: u8 = 0xd5;
const BUFFERS: u32 = 8;
/// Blocks that wait in the driver, this program being late at times.
const PRIMED: u32 = 3;
