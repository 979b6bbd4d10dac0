//! Signal unit octets: known ones, recorded ones, and mutated ones.

use isup::mtp2::unit::{Contents, Header, Status, UNIT_OCTETS_MAX, Unit, UnitError};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

fn encoded(unit: Unit<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    unit.encode(&mut out);
    out
}

#[test]
fn units_stand_on_the_line_as_q703_draws_them() {
    let header = Header { bsn: 127, bib: true, fsn: 3, fib: false };
    let message = [0x85, 0x01, 0x90, 0x00, 0x18];
    let cases: [(&[u8], Contents<'_>); 4] = [
        (&[0xff, 0x03, 0], Contents::Fill),
        (&[0xff, 0x03, 1, 3], Contents::Status(Status::OUT_OF_SERVICE)),
        (&[0xff, 0x03, 1, 7], Contents::Status(Status(7))),
        (&[0xff, 0x03, 5, 0x85, 0x01, 0x90, 0x00, 0x18], Contents::Message(&message)),
    ];
    for (octets, contents) in cases {
        let unit = Unit { header, contents };
        assert_eq!(Unit::decode(octets), Ok(unit));
        assert_eq!(encoded(unit), octets);
    }
}

#[test]
fn the_length_indicator_stops_counting_at_63() {
    let header = Header { bsn: 0, bib: false, fsn: 1, fib: false };
    for length in [3, 62, 63, 64, 273] {
        let message = vec![0x85; length];
        let octets = encoded(Unit { header, contents: Contents::Message(&message) });
        assert_eq!(usize::from(octets[2]), length.min(63));
        assert_eq!(Unit::decode(&octets).map(|unit| unit.contents), Ok(Contents::Message(&message[..])));
    }
}

#[test]
fn an_error_says_what_is_wrong() {
    assert_eq!(Unit::decode(&[0xff, 0xff]), Err(UnitError::Short(2)));
    assert_eq!(Unit::decode(&[0xff; UNIT_OCTETS_MAX + 1]), Err(UnitError::Long(UNIT_OCTETS_MAX + 1)));
    assert_eq!(Unit::decode(&[0xff, 0xff, 4, 1, 2, 3]), Err(UnitError::Length { indicated: 4, present: 3 }));
    assert_eq!(Unit::decode(&[0xff, 0xff, 63, 1, 2, 3]), Err(UnitError::Length { indicated: 63, present: 3 }));
}

#[test]
fn whatever_octets_come_a_unit_is_read_or_refused_and_what_is_read_is_written_back() {
    let seed = [7; 32];
    let mut random = ChaCha20Rng::from_seed(seed);
    for round in 0..20_000 {
        let mut octets = vec![0; random.next_u32() as usize % 300];
        random.fill_bytes(&mut octets);
        if octets.len() >= 3 && random.next_u32() % 2 == 0 {
            octets[2] = (octets.len() - 3).min(63) as u8;
        }
        let Ok(unit) = Unit::decode(&octets) else { continue };
        let again = encoded(unit);
        assert_eq!(Unit::decode(&again), Ok(unit), "seed {seed:?}, round {round}: {octets:02x?}");
        if let Contents::Fill | Contents::Message(_) = unit.contents {
            assert_eq!(again[..2], octets[..2]);
            assert_eq!(again[3..], octets[3..]);
        }
    }
}
