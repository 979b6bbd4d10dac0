//! Signal units, Q.703 clause 2: FISU, LSSU and MSU from the backward sequence number to before the check octets.

/// The first two octets: sequence numbers and indicator bits, Q.703 2.3.5 and 2.3.6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) bsn: u8,
    pub(super) bib: bool,
    pub(super) fsn: u8,
    pub(super) fib: bool,
}

/// The rest of a unit, by its length indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit<'a> {
    /// FISU, length indicator 0.
    FillIn,
    /// LSSU, length indicator 1 or 2.
    Status(Status),
    /// MSU: service information octet and signalling information field.
    Message(&'a [u8]),
}

/// Status field of an LSSU, Q.703 11.1.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    /// SIO.
    OutOfAlignment,
    /// SIN.
    NormalAlignment,
    /// SIE.
    EmergencyAlignment,
    /// SIOS.
    OutOfService,
    /// SIPO.
    ProcessorOutage,
    /// SIB.
    Busy,
}

impl Header {
    fn octets(self) -> [u8; 2] {
        [self.bsn | u8::from(self.bib) << 7, self.fsn | u8::from(self.fib) << 7]
    }
}

impl Status {
    fn from_octet(octet: u8) -> Option<Self> {
        // The three low bits; the others are spare (Q.703 11.1.3).
        STATUSES.get(usize::from(octet & 7)).copied()
    }

    fn octet(self) -> u8 {
        match self {
            Status::OutOfAlignment => 0,
            Status::NormalAlignment => 1,
            Status::EmergencyAlignment => 2,
            Status::OutOfService => 3,
            Status::ProcessorOutage => 4,
            Status::Busy => 5,
        }
    }
}

/// Takes a unit apart. `None`: its length is not what its length indicator says (Q.703 4.1.4), or its status field is spare.
pub(super) fn decode(octets: &[u8]) -> Option<(Header, Unit<'_>)> {
    let [backward, forward, length, rest @ ..] = octets else { return None };
    let header = Header { bsn: backward & 0x7f, bib: backward >> 7 == 1, fsn: forward & 0x7f, fib: forward >> 7 == 1 };
    let length = usize::from(length & LENGTH_INDICATOR_MAX);
    let fits = rest.len() == length || length == LENGTH_INDICATOR_MAX.into() && rest.len() > length;
    if !fits || rest.len() > MESSAGE_OCTETS_MAX {
        return None;
    }
    let unit = match length {
        0 => Unit::FillIn,
        1 | 2 => Unit::Status(Status::from_octet(rest[0])?),
        _ => Unit::Message(rest),
    };
    Some((header, unit))
}

/// Puts a unit together in `octets`, which is emptied first. A message is at most [`MESSAGE_OCTETS_MAX`] long.
pub(super) fn encode(header: Header, unit: Unit<'_>, octets: &mut Vec<u8>) {
    octets.clear();
    octets.extend(header.octets());
    match unit {
        Unit::FillIn => octets.push(0),
        Unit::Status(status) => octets.extend([1, status.octet()]),
        Unit::Message(message) => {
            octets.push(message.len().min(LENGTH_INDICATOR_MAX.into()) as u8);
            octets.extend(message);
        }
    }
}

/// Service information octet and the longest signalling information field (272 octets), Q.703 2.3.8.
pub(super) const MESSAGE_OCTETS_MAX: usize = 273;
/// The longest unit: two octets of numbers, length indicator, message.
pub(super) const UNIT_OCTETS_MAX: usize = 3 + MESSAGE_OCTETS_MAX;
/// 63 stands for "63 or more", Q.703 2.3.3.
const LENGTH_INDICATOR_MAX: u8 = 63;
const STATUSES: [Status; 6] = [
    Status::OutOfAlignment,
    Status::NormalAlignment,
    Status::EmergencyAlignment,
    Status::OutOfService,
    Status::ProcessorOutage,
    Status::Busy,
];

#[cfg(test)]
mod tests {
    use super::*;

    const START: Header = Header { bsn: 127, bib: true, fsn: 127, fib: true };

    #[track_caller]
    fn round_trip(octets: &[u8], header: Header, unit: Unit<'_>) {
        assert_eq!(decode(octets), Some((header, unit)));
        let mut encoded = Vec::new();
        encode(header, unit, &mut encoded);
        assert_eq!(encoded, octets);
    }

    /// Q.703 clause 2 figures; the same octets as two libss7 ends send while they align.
    #[test]
    fn fill_in_status_and_message_units_are_told_by_the_length_indicator() {
        round_trip(&[0xff, 0xff, 0], START, Unit::FillIn);
        round_trip(&[0xff, 0xff, 1, 0], START, Unit::Status(Status::OutOfAlignment));
        round_trip(&[0xff, 0xff, 1, 2], START, Unit::Status(Status::EmergencyAlignment));
        let header = Header { bsn: 1, bib: true, fsn: 2, fib: true };
        let message = [0x80, 0x02, 0x60, 0x00, 0x04, 0x17];
        round_trip(&[0x81, 0x82, 6, 0x80, 0x02, 0x60, 0x00, 0x04, 0x17], header, Unit::Message(&message));
    }

    #[test]
    fn a_length_indicator_of_63_stands_for_all_longer_messages() {
        let message = [0x85; MESSAGE_OCTETS_MAX];
        let mut octets = Vec::new();
        encode(START, Unit::Message(&message), &mut octets);
        assert_eq!((octets[2], octets.len()), (63, UNIT_OCTETS_MAX));
        assert_eq!(decode(&octets), Some((START, Unit::Message(&message))));
    }

    #[test]
    fn units_whose_length_disagrees_are_errors() {
        for octets in [&[][..], &[0xff, 0xff], &[0xff, 0xff, 0, 0], &[0xff, 0xff, 1], &[0xff, 0xff, 1, 6], &[0; 277]] {
            assert_eq!(decode(octets), None);
        }
    }

    #[test]
    fn no_octets_make_the_decoder_fail_otherwise() {
        for length in 0..300 {
            for first in 0..=255u8 {
                let octets: Vec<u8> =
                    (0..length).map(|at: u32| first.wrapping_mul(31).wrapping_add(at as u8)).collect();
                decode(&octets);
            }
        }
    }
}
