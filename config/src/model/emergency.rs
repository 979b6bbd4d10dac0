//! What `[emergency]` means: which calls everything else gives way to.

use super::Pattern;

/// `[emergency]`; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Emergency {
    /// Numbers that nothing holds up, as they are dialled.
    pub numbers: Vec<Pattern>,
    /// What services are dialled as.
    pub services: Vec<EmergencyService>,
}

/// `[[emergency.service]]`: a service of RFC 5031 and its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyService {
    /// `sos`, or a service below it, in lower case.
    pub service: String,
    /// Digits, with a leading `+` where the number is international.
    pub number: String,
}

impl Emergency {
    /// Whether this is the number of an emergency service.
    pub fn has(&self, called: &str) -> bool {
        self.numbers.iter().any(|pattern| pattern.matches(called))
            || self.services.iter().any(|service| service.number == called)
    }

    /// What a service, in lower case, is dialled as: its own number, or that of the nearest service that it stands below.
    pub fn number_of(&self, mut service: &str) -> Option<&str> {
        loop {
            if let Some(known) = self.services.iter().find(|known| known.service == service) {
                return Some(&known.number);
            }
            service = service.rsplit_once('.')?.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_without_a_number_of_its_own_has_that_of_the_one_above() {
        let service = |service: &str, number: &str| EmergencyService { service: service.into(), number: number.into() };
        let services = vec![service("sos", "112"), service("sos.police", "110")];
        let emergency = Emergency { numbers: Vec::new(), services };
        let numbers = ["sos", "sos.police", "sos.police.traffic", "sos.fire"].map(|it| emergency.number_of(it));
        assert_eq!(numbers, [Some("112"), Some("110"), Some("110"), Some("112")]);
        assert_eq!(emergency.number_of("counseling"), None);
        assert!(emergency.has("110") && !emergency.has("111"));
    }
}
