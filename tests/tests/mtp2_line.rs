//! Signal units on the octets of a timeslot against the framer of the simulated spans, which shares no code with ours
//! and was compared with the real driver's: what either sends the other reads.

use hw_sim::hdlc::{Deframer, Framer};
use isup::mtp2::delimitation::{Assembler, Delimiter, Received};
use isup::mtp2::unit::UNIT_OCTETS_MAX;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

const SEED: [u8; 32] = [21; 32];
/// With the check bits.
const FRAME_OCTETS_MAX: usize = UNIT_OCTETS_MAX + 2;

fn units() -> Vec<Vec<u8>> {
    let mut random = ChaCha20Rng::from_seed(SEED);
    let mut unit = |length: usize| {
        let mut unit = vec![0xff; length];
        if length.is_multiple_of(3) {
            random.fill_bytes(&mut unit);
        }
        unit
    };
    (3..=UNIT_OCTETS_MAX).map(&mut unit).collect()
}

#[test]
fn what_we_send_another_deframer_reads() {
    let units = units();
    let mut next = units.iter();
    let mut line = vec![0; 60_000];
    Assembler::new().transmit(&mut line, |unit| unit.extend(next.next().into_iter().flatten()));
    let mut read = Vec::new();
    Deframer::new(FRAME_OCTETS_MAX).octets(&line, |frame| read.push(frame.map(<[u8]>::to_vec)));
    assert!(read == units.into_iter().map(Ok).collect::<Vec<_>>(), "seed {SEED:?}");
}

#[test]
fn what_another_framer_sends_we_read() {
    let units = units();
    let mut framer = Framer::new(FRAME_OCTETS_MAX);
    let mut line = Vec::new();
    for unit in &units {
        while !framer.has_room() {
            let mut octets = [0; 16];
            framer.octets(&mut octets);
            line.extend(octets);
        }
        assert!(framer.push_frame(unit));
    }
    // Two frames with their stuffing.
    let mut rest = [0; 3 * FRAME_OCTETS_MAX];
    framer.octets(&mut rest);
    line.extend(rest);
    let mut read = Vec::new();
    Delimiter::new().receive(&line, &mut read);
    assert!(read == units.into_iter().map(Received::Unit).collect::<Vec<_>>(), "seed {SEED:?}");
}
