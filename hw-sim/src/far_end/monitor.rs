//! Error rate monitors, Q.703 clause 10: SUERM for a link in service, AERM for one that is proved.
//!
//! Octet counting mode (Q.703 4.1.4) is part of it: a line that has lost its units counts one error for every 16 octets.

/// Counts errored units and octets out of alignment.
#[derive(Debug, Default)]
pub(super) struct Monitor {
    suerm: u32,
    units: u32,
    aerm: u32,
    octet_counting: Option<u32>,
    errored: u64,
}

impl Monitor {
    /// A unit arrived whole.
    pub(super) fn unit_received(&mut self) {
        self.octet_counting = None;
        self.note_unit();
    }

    /// A unit arrived spoilt. `aborted`: its end was not found (seven ones, or too long), so octets count from now on.
    pub(super) fn unit_errored(&mut self, aborted: bool) {
        if aborted {
            self.alignment_lost();
        }
        self.errored += 1;
        self.error();
    }

    /// Delimitation is lost (Q.703 4.1.4): octets count until a unit arrives whole.
    pub(super) fn alignment_lost(&mut self) {
        self.octet_counting.get_or_insert(0);
    }

    /// So many octets passed on the line.
    pub(super) fn octets_passed(&mut self, count: u32) {
        let Some(octets) = &mut self.octet_counting else { return };
        *octets += count;
        if *octets >= OCTETS_PER_ERROR {
            *octets -= OCTETS_PER_ERROR;
            self.error();
        }
    }

    /// SUERM: the link in service has failed.
    pub(super) fn service_failed(&self) -> bool {
        self.suerm >= SUERM_THRESHOLD
    }

    /// AERM: this proving period has failed.
    pub(super) fn proving_failed(&self, emergency: bool) -> bool {
        self.aerm >= if emergency { AERM_EMERGENCY } else { AERM_NORMAL }
    }

    /// A proving period begins.
    pub(super) fn start_proving(&mut self) {
        self.aerm = 0;
    }

    /// SUERM starts: own proving is over.
    pub(super) fn start_service(&mut self) {
        self.suerm = 0;
        self.units = 0;
    }

    /// Errored units since the start of the exchange.
    pub(super) fn errored(&self) -> u64 {
        self.errored
    }

    fn error(&mut self) {
        self.aerm = self.aerm.saturating_add(1);
        self.suerm = self.suerm.saturating_add(1);
        self.note_unit();
    }

    fn note_unit(&mut self) {
        self.units += 1;
        if self.units == UNITS_PER_DECREMENT {
            self.units = 0;
            self.suerm = self.suerm.saturating_sub(1);
        }
    }
}

/// Q.703 10.2: T = 64, D = 256, N = 16 at 64 kbit/s.
const SUERM_THRESHOLD: u32 = 64;
const UNITS_PER_DECREMENT: u32 = 256;
const OCTETS_PER_ERROR: u32 = 16;
/// Q.703 10.3: Tin = 4, Tie = 1.
const AERM_NORMAL: u32 = 4;
const AERM_EMERGENCY: u32 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_fails_at_64_errors_and_256_good_units_forgive_one() {
        let mut monitor = Monitor::default();
        (0..63).for_each(|_| monitor.unit_errored(false));
        assert!(!monitor.service_failed());
        (0..256 - 63).for_each(|_| monitor.unit_received());
        monitor.unit_errored(false);
        assert!(!monitor.service_failed());
        monitor.unit_errored(false);
        assert!(monitor.service_failed());
    }

    /// 64 errors of 16 octets at 8 octets a millisecond.
    #[test]
    fn a_line_without_units_fails_after_128_ms() {
        let mut monitor = Monitor::default();
        monitor.unit_errored(true);
        let ms = (1..).find(|_| {
            monitor.octets_passed(8);
            monitor.service_failed()
        });
        assert_eq!(ms, Some(126));
    }

    #[test]
    fn emergency_proving_fails_at_the_first_error_and_normal_at_the_fourth() {
        let mut monitor = Monitor::default();
        monitor.unit_errored(false);
        assert!(monitor.proving_failed(true) && !monitor.proving_failed(false));
        (0..3).for_each(|_| monitor.unit_errored(false));
        assert!(monitor.proving_failed(false));
        monitor.start_proving();
        assert!(!monitor.proving_failed(true));
    }
}
