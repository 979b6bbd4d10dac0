//! The keys that `[[sip.peer]]` and `[[sip.user]]` have in common.

use std::time::Duration;

use super::Check;
use crate::model::{DiversionField, Limits, Srtp, SrtpKeys, Terms};
use crate::raw;
use crate::wrong::At;

/// What holds where a table does not say: a neighbour is taken for a network, and whoever registers for a telephone.
pub(super) struct Defaults {
    trusted: bool,
    diversion: DiversionField,
}

pub(super) const OF_PEERS: Defaults = Defaults { trusted: true, diversion: DiversionField::Diversion };
pub(super) const OF_USERS: Defaults = Defaults { trusted: false, diversion: DiversionField::None };

impl Check {
    pub(super) fn terms(&mut self, raw: raw::Terms, defaults: &Defaults) -> Option<Terms> {
        let limits = Limits {
            calls_max: self.count(raw.calls_max),
            calls_per_second: self.count(raw.calls_per_second),
            talk_per_day: self.count(raw.minutes_per_day).map(|minutes| Duration::from_secs(60 * u64::from(minutes))),
            barred: raw.barred.and_then(|list| self.patterns(&list.value)).unwrap_or_default(),
        };
        let srtp = raw.srtp.map_or(Some(Srtp::Off), |word| self.choice(&word, SRTP));
        let srtp_keys = raw.srtp_keys.map_or(Some(SrtpKeys::Sdes), |word| self.choice(&word, SRTP_KEYS));
        let signatures = self.signatures(raw.sign, raw.verify);
        let trusted = raw.trusted.map_or(defaults.trusted, |key| key.value);
        let diversion = raw.diversion.map_or(Some(defaults.diversion), |key| self.choice(&key, DIVERSION));
        let transfer = raw.transfer.map_or(Some(false), |key| self.choice(&key, TRANSFER));
        let redirect = raw.redirect.map_or(Some(false), |key| self.choice(&key, REDIRECT));
        Some(Terms {
            trusted,
            diversion: diversion?,
            transfer: transfer?,
            redirect: redirect?,
            limits,
            srtp: srtp?,
            srtp_keys: srtp_keys?,
            signatures: signatures?,
        })
    }

    /// A limit; what is wrong with one is noted, and then there is no model.
    fn count(&mut self, number: Option<At<i64>>) -> Option<u32> {
        let number = self.within(&number?, 1..=LIMIT_MAX, "")?;
        Some(u32::try_from(number).expect("within 1 to 1,000,000"))
    }
}

const DIVERSION: &[(&str, DiversionField)] = &[
    ("diversion", DiversionField::Diversion),
    ("history-info", DiversionField::HistoryInfo),
    ("both", DiversionField::Both),
    ("none", DiversionField::None),
];
const TRANSFER: &[(&str, bool)] = &[("refuse", false), ("accept", true)];
const REDIRECT: &[(&str, bool)] = &[("refuse", false), ("follow", true)];
const SRTP: &[(&str, Srtp)] = &[("off", Srtp::Off), ("optional", Srtp::Optional), ("required", Srtp::Required)];
const SRTP_KEYS: &[(&str, SrtpKeys)] = &[("sdes", SrtpKeys::Sdes), ("dtls", SrtpKeys::Dtls)];
/// More calls, or minutes, than one gateway sees in a day are no limit.
const LIMIT_MAX: i64 = 1_000_000;
