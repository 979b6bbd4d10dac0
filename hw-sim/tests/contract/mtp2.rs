//! Facts of MTP2 channels: the driver repeats the last signal unit and hides equal ones.

use dahdi_sys::{Device, SignallingChannel, SignallingMode};

use super::bench::*;

fn pair(bench: &Bench<'_>) -> (SignallingChannel, SignallingChannel) {
    let open = |channel| SignallingChannel::open(bench.kernel, channel, SignallingMode::Mtp2).unwrap();
    let pair = (open(MTP2), open(MTP2_FAR));
    (bench.advance)(10);
    pair
}

fn units(channel: &SignallingChannel) -> Vec<Vec<u8>> {
    let mut units = Vec::new();
    let mut buffer = [0; 512];
    while let Ok(length) = channel.read_frame(&mut buffer) {
        units.push(buffer[..length].to_vec());
    }
    units
}

const LSSU: [u8; 4] = [0x7f, 0x7f, 1, 0];
const FISU: [u8; 3] = [0xff, 0xff, 0];
const MSU: [u8; 7] = [0x80, 0xff, 4, 0x85, 1, 2, 3];

pub fn the_last_unit_is_repeated_and_delivered_once(bench: &Bench<'_>) {
    let (near, far) = pair(bench);
    near.write_frame(&LSSU).unwrap();
    (bench.advance)(500);
    assert_eq!(units(&far), [LSSU]);
    drop(far);
    // A reader who comes later sees the unit too: it is still on the line.
    let far = SignallingChannel::open(bench.kernel, MTP2_FAR, SignallingMode::Mtp2).unwrap();
    (bench.advance)(20);
    assert_eq!(units(&far), [LSSU]);
}

pub fn a_new_unit_replaces_the_repeated_one(bench: &Bench<'_>) {
    let (near, far) = pair(bench);
    for unit in [&LSSU[..], &FISU, &MSU] {
        near.write_frame(unit).unwrap();
        (bench.advance)(100);
        assert_eq!(units(&far), [unit]);
    }
}

pub fn equal_units_in_a_row_are_delivered_once(bench: &Bench<'_>) {
    let (near, far) = pair(bench);
    for unit in [&FISU[..], &FISU, &MSU, &MSU, &MSU, &FISU] {
        near.write_frame(unit).unwrap();
    }
    (bench.advance)(100);
    assert_eq!(units(&far), [&FISU[..], &MSU, &FISU]);
}

pub fn a_unit_is_delivered_again_after_another(bench: &Bench<'_>) {
    let (near, far) = pair(bench);
    for _ in 0..40 {
        near.write_frame(&MSU).unwrap();
        near.write_frame(&FISU).unwrap();
        (bench.advance)(20);
        assert_eq!(units(&far), [&MSU[..], &FISU]);
    }
}

pub fn the_repetition_ends_with_closing(bench: &Bench<'_>) {
    let (near, far) = pair(bench);
    near.write_frame(&FISU).unwrap();
    (bench.advance)(20);
    drop(near);
    (bench.advance)(20);
    drop(far);
    let far: Box<dyn Device> = bench.open_with(MTP2_FAR, 32, 512);
    (bench.advance)(100);
    assert_eq!(read_all(&*far), [[0u8; 0]; 0], "flags are no units");
}
