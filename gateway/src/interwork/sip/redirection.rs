//! 3xx to an INVITE of ours: where the called peer would have the call go, RFC 3261 8.1.3.4 and 21.3.
//!
//! Of a Contact its telephone number counts and nothing else: where that number is, the dial plan says, so that no peer can
//! send a call to an address that the configuration does not know.

use super::party;
use crate::interwork::hub::{Calling, Reason, Setup, diverted};
use crate::sip::NameAddr;

/// The setup of the call that goes there; `None`: the Contact has no number, or the one that was just called.
pub fn redirected(setup: &Setup, contact: &NameAddr) -> Option<Setup> {
    let called = party::number(&contact.uri).filter(|called| *called != setup.called)?;
    let by = Calling { number: setup.called.clone(), display: None, restricted: false, asserted: false };
    Some(diverted(setup, called, Some(by), Reason::Unknown, 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interwork::hub::Diversion;

    fn contact(text: &str) -> NameAddr {
        NameAddr::parse(text.as_bytes()).expect("an address")
    }

    #[test]
    fn a_number_is_called_elsewhere_and_tells_who_sent_the_call_there() {
        let setup = Setup::unknown("100".into());
        let on = redirected(&setup, &contact("<sip:+4989200@203.0.113.9;transport=tcp>")).expect("a number");
        assert_eq!((on.called.as_str(), on.is_complete), ("+4989200", true));
        let Diversion { by, original, times, .. } = on.diversion.clone().expect("it is noted");
        let numbers = [by, original].map(|party| party.map(|party| party.number));
        assert_eq!((numbers, times), ([Some("100".into()), Some("100".into())], 1));
        let further = redirected(&on, &contact("<tel:+4989300>")).and_then(|setup| setup.diversion).expect("noted too");
        assert_eq!(further.original.map(|party| party.number).as_deref(), Some("100"));
        assert_eq!((further.by.map(|party| party.number).as_deref(), further.times), (Some("+4989200"), 2));
    }

    #[test]
    fn what_is_no_number_and_what_was_just_called_is_passed_over() {
        let setup = Setup::unknown("100".into());
        for text in ["<sip:alice@192.0.2.1>", "<mailto:100@example.com>", "<sip:100@203.0.113.9>", "<sip:192.0.2.1>"] {
            assert_eq!(redirected(&setup, &contact(text)), None, "{text}");
        }
    }
}
