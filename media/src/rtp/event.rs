//! Telephone events, RFC 4733 section 2.3.
//!
//! Promised: any octets are taken without panic; reserved bits are passed over, as the section asks.

/// The payload of an event packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TelephoneEvent {
    /// Which event: 0 to 15 are digits (section 3.2).
    pub code: u8,
    /// The event is over.
    pub is_end: bool,
    /// Power of the tone in dBm0 without its sign, 0 to 63.
    pub volume: u8,
    /// How long it has lasted, in units of the timestamp.
    pub duration: u16,
}

/// Octets of an event.
pub const EVENT_OCTETS: usize = 4;

impl TelephoneEvent {
    /// Reads the first event of a payload; `None`: it is too short for one.
    pub fn read(payload: &[u8]) -> Option<TelephoneEvent> {
        let [code, flags, high, low] = *payload.first_chunk::<EVENT_OCTETS>()?;
        let duration = u16::from_be_bytes([high, low]);
        Some(TelephoneEvent { code, is_end: flags & END != 0, volume: flags & VOLUME, duration })
    }

    /// Its octets.
    pub fn write(self) -> [u8; EVENT_OCTETS] {
        let [high, low] = self.duration.to_be_bytes();
        [self.code, if self.is_end { END } else { 0 } | self.volume & VOLUME, high, low]
    }
}

const END: u8 = 0x80;
const VOLUME: u8 = 0x3f;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_four_octets() {
        // The end of digit 5 at -10 dBm0 after 100 ms.
        let event = TelephoneEvent { code: 5, is_end: true, volume: 10, duration: 800 };
        assert_eq!(event.write(), [5, 0x8a, 0x03, 0x20]);
        assert_eq!(TelephoneEvent::read(&[5, 0x8a, 0x03, 0x20, 9]), Some(event));
        assert_eq!(TelephoneEvent::read(&[5, 0xca, 0x03, 0x20]), Some(event), "the reserved bit says nothing");
    }

    #[test]
    fn what_is_shorter_is_none() {
        (0..EVENT_OCTETS).for_each(|length| assert_eq!(TelephoneEvent::read(&[0; EVENT_OCTETS][..length]), None));
    }

    #[test]
    fn every_event_reads_as_it_was_written() {
        for octets in (0..=u32::MAX).step_by(65_521).map(u32::to_be_bytes) {
            let event = TelephoneEvent::read(&octets).expect("four octets");
            assert_eq!(TelephoneEvent::read(&event.write()), Some(event));
        }
    }
}
