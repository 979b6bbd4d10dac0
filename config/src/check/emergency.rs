//! `[emergency]`: numbers that nothing holds up, and what the services of RFC 5031 are dialled as.

use super::{Check, Taken};
use crate::model::{Emergency, EmergencyService};
use crate::raw;
use crate::wrong::At;

impl Check {
    pub(super) fn emergency(&mut self, section: Option<At<raw::Emergency>>) -> Option<Emergency> {
        let Some(At { place, value: raw }) = section else { return Some(Emergency::default()) };
        let numbers = self.required(&place, "numbers", raw.numbers, "a list of patterns, as [\"112\"]");
        let numbers = numbers.and_then(|numbers| self.patterns(&numbers.value));
        let mut taken = Taken::new();
        let list = raw.service.into_iter().flat_map(|list| list.value);
        let services: Vec<_> = list.map(|service| self.emergency_service(service, &mut taken)).collect();
        Some(Emergency { numbers: numbers?, services: services.into_iter().collect::<Option<_>>()? })
    }

    fn emergency_service(
        &mut self,
        service: At<raw::EmergencyService>,
        taken: &mut Taken<String>,
    ) -> Option<EmergencyService> {
        let At { place, value: raw } = service;
        let name = self.required(&place, "service", raw.service, "\"sos\", or a service below it, as \"sos.fire\"");
        let number = self.required(&place, "number", raw.number, "what it is dialled as, as \"112\"");
        let name = name.and_then(|name| {
            let text = name.value.to_ascii_lowercase();
            let is_label =
                |label: &str| !label.is_empty() && label.chars().all(|it| it.is_ascii_alphanumeric() || it == '-');
            if text.split('.').next() != Some(SOS) || !text.split('.').all(is_label) {
                self.wrong(&name.place, "\"sos\", or a service below it, as \"sos.fire\"", "write it in that form");
                return None;
            }
            if let Some(first) = taken.take(text.clone(), &place.key) {
                let remedy = format!("{first} has this service: remove one of the two");
                self.wrong(&name.place, "each service once", remedy);
            }
            Some(text)
        });
        let number = number.and_then(|number| {
            let is_dialled = |digits: &str| !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
            if !is_dialled(number.value.strip_prefix('+').unwrap_or(&number.value)) {
                self.wrong(&number.place, "digits, with a leading + for an international number", "write digits only");
                return None;
            }
            Some(number.value)
        });
        Some(EmergencyService { service: name?, number: number? })
    }
}

/// The service that all others stand below.
const SOS: &str = "sos";
