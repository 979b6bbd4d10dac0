//! Causes and statuses: Q.850 cause values against SIP status codes, RFC 3398 sections 7.2.4.1 and 8.2.6.1.
//!
//! Leaves out Q.1912.5, whose text was not at hand: its table becomes a second value beside these two.

use isup::cause::{Cause, Location};

/// A status code and its usual reason phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u16);

/// The SIP status that tells the caller why the PSTN refused, RFC 3398 section 7.2.4.1.
///
/// A cause that the RFC does not list becomes 500. Cause 16 has no status in the RFC (it "usually results in BYE or CANCEL");
/// when it nevertheless ends an unanswered call, 480 says that the callee could not be had now.
pub fn status_of(cause: Cause, location: Location) -> Status {
    let user = location == Location::USER;
    let row = CAUSE_TO_STATUS.iter().find(|(listed, ..)| *listed == cause.0);
    match row {
        Some((_, _, at_user, _)) if user => Status(*at_user),
        Some((_, status, ..)) => Status(*status),
        None => Status(500),
    }
}

/// The cause that tells the PSTN why SIP refused, RFC 3398 section 8.2.6.1. A status that the RFC does not list becomes 31; 488 and 606
/// whose Warning speaks of a bearer that is not to be had become 65.
pub fn cause_of(status: u16, warning: Option<u16>) -> Cause {
    if matches!(status, 488 | 606) && warning.is_some_and(|code| BEARER_WARNINGS.contains(&code)) {
        return Cause(65);
    }
    let row = STATUS_TO_CAUSE.iter().find(|(listed, ..)| *listed == status);
    Cause(row.map_or(31, |(_, cause, _)| *cause))
}

/// Where a cause made from a SIP status is said to arise, RFC 3398 section 8.2.6.1: 6xx at the user, all else in the network.
pub fn location_of(status: u16) -> Location {
    if status >= 600 { Location::USER } else { Location::BEYOND_INTERWORKING }
}

/// Cause, status, status where the cause's location is the user, source.
type CauseRow = (u8, u16, u16, &'static str);

const CAUSE_TO_STATUS: &[CauseRow] = &[
    (1, 404, 404, "RFC 3398 7.2.4.1"),
    (2, 404, 404, "RFC 3398 7.2.4.1"),
    (3, 404, 404, "RFC 3398 7.2.4.1"),
    (16, 480, 480, "our choice: the RFC gives none"),
    (17, 486, 486, "RFC 3398 7.2.4.1"),
    (18, 408, 408, "RFC 3398 7.2.4.1"),
    (19, 480, 480, "RFC 3398 7.2.4.1"),
    (20, 480, 480, "RFC 3398 7.2.4.1"),
    (21, 403, 603, "RFC 3398 7.2.4.1, note (+)"),
    (22, 410, 410, "RFC 3398 7.2.4.1, without diagnostic"),
    (23, 410, 410, "RFC 3398 7.2.4.1"),
    (26, 404, 404, "RFC 3398 7.2.4.1"),
    (27, 502, 502, "RFC 3398 7.2.4.1"),
    (28, 484, 484, "RFC 3398 7.2.4.1"),
    (29, 501, 501, "RFC 3398 7.2.4.1"),
    (31, 480, 480, "RFC 3398 7.2.4.1"),
    (34, 503, 503, "RFC 3398 7.2.4.1"),
    (38, 503, 503, "RFC 3398 7.2.4.1"),
    (41, 503, 503, "RFC 3398 7.2.4.1"),
    (42, 503, 503, "RFC 3398 7.2.4.1"),
    (47, 503, 503, "RFC 3398 7.2.4.1"),
    (55, 403, 403, "RFC 3398 7.2.4.1"),
    (57, 403, 403, "RFC 3398 7.2.4.1"),
    (58, 503, 503, "RFC 3398 7.2.4.1"),
    (65, 488, 488, "RFC 3398 7.2.4.1"),
    (70, 488, 488, "RFC 3398 7.2.4.1"),
    (79, 501, 501, "RFC 3398 7.2.4.1"),
    (87, 403, 403, "RFC 3398 7.2.4.1"),
    (88, 503, 503, "RFC 3398 7.2.4.1"),
    (102, 504, 504, "RFC 3398 7.2.4.1"),
    (111, 500, 500, "RFC 3398 7.2.4.1"),
    (127, 500, 500, "RFC 3398 7.2.4.1"),
];

/// Status, cause, source.
type StatusRow = (u16, u8, &'static str);

const STATUS_TO_CAUSE: &[StatusRow] = &[
    (400, 41, "RFC 3398 8.2.6.1"),
    (401, 21, "RFC 3398 8.2.6.1"),
    (402, 21, "RFC 3398 8.2.6.1"),
    (403, 21, "RFC 3398 8.2.6.1"),
    (404, 1, "RFC 3398 8.2.6.1"),
    (405, 63, "RFC 3398 8.2.6.1"),
    (406, 79, "RFC 3398 8.2.6.1"),
    (407, 21, "RFC 3398 8.2.6.1"),
    (408, 102, "RFC 3398 8.2.6.1"),
    (410, 22, "RFC 3398 8.2.6.1"),
    (413, 127, "RFC 3398 8.2.6.1"),
    (414, 127, "RFC 3398 8.2.6.1"),
    (415, 79, "RFC 3398 8.2.6.1"),
    (416, 127, "RFC 3398 8.2.6.1"),
    (420, 127, "RFC 3398 8.2.6.1"),
    (421, 127, "RFC 3398 8.2.6.1"),
    (423, 127, "RFC 3398 8.2.6.1"),
    (480, 18, "RFC 3398 8.2.6.1"),
    (481, 41, "RFC 3398 8.2.6.1"),
    (482, 25, "RFC 3398 8.2.6.1"),
    (483, 25, "RFC 3398 8.2.6.1"),
    (484, 28, "RFC 3398 8.2.6.1"),
    (485, 1, "RFC 3398 8.2.6.1"),
    (486, 17, "RFC 3398 8.2.6.1"),
    (488, 31, "RFC 3398 8.2.6.1: by Warning header, 31 by default"),
    (500, 41, "RFC 3398 8.2.6.1"),
    (501, 79, "RFC 3398 8.2.6.1"),
    (502, 38, "RFC 3398 8.2.6.1"),
    (503, 41, "RFC 3398 8.2.6.1"),
    (504, 102, "RFC 3398 8.2.6.1"),
    (505, 127, "RFC 3398 8.2.6.1, printed there as a second 504"),
    (513, 127, "RFC 3398 8.2.6.1"),
    (600, 17, "RFC 3398 8.2.6.1"),
    (603, 21, "RFC 3398 8.2.6.1"),
    (604, 1, "RFC 3398 8.2.6.1"),
    (606, 31, "RFC 3398 8.2.6.1: by Warning header, 31 by default"),
];

/// Media type not available, incompatible media format, insufficient bandwidth (RFC 3261 20.43).
const BEARER_WARNINGS: [u16; 3] = [304, 305, 370];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_no_row_lists_becomes_500() {
        assert_eq!(status_of(Cause(97), Location::PUBLIC_LOCAL), Status(500));
    }

    #[test]
    fn call_rejected_by_the_user_is_603_and_by_the_network_403() {
        assert_eq!(status_of(Cause(21), Location::USER), Status(603));
        assert_eq!(status_of(Cause(21), Location::TRANSIT), Status(403));
    }

    #[test]
    fn a_status_that_no_row_lists_becomes_31() {
        assert_eq!(cause_of(499, None), Cause(31));
        assert_eq!(cause_of(486, Some(305)), Cause(17));
    }

    #[test]
    fn a_refusal_of_what_the_audio_is_made_of_is_a_bearer_that_is_not_implemented() {
        assert_eq!(cause_of(488, Some(305)), Cause(65));
        assert_eq!(cause_of(606, Some(304)), Cause(65));
        assert_eq!(cause_of(488, Some(399)), Cause(31));
        assert_eq!(cause_of(488, None), Cause(31));
    }

    #[test]
    fn rows_stand_in_order_and_once() {
        assert!(CAUSE_TO_STATUS.windows(2).all(|pair| pair[0].0 < pair[1].0));
        assert!(STATUS_TO_CAUSE.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
