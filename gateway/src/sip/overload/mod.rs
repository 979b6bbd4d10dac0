//! Overload control, RFC 7339: neighbours tell each other in Via how much to leave out.
//!
//! ```text
//!   client                                     server
//!     │  Via: …;oc;oc-algo="loss"                 │
//!     ├──────────────────────────────────────────▶│  Load: how full its tables are, how late its timers
//!     │  Via: …;oc=20;oc-algo="loss";oc-validity=500;oc-seq=…
//!     │◀──────────────────────────────────────────┤
//!   Throttles: 20 of 100 requests go elsewhere, or nowhere
//! ```
//!
//! Both roles are here: what we tell is `load`, what we are told is `throttle`. Of the algorithms there is `loss` (section 7), which is
//! the one that everybody has. Left out: counting for each client whether it obeys.

pub(crate) mod load;
pub(crate) mod throttle;

use super::parse::lex::{number, trim};
use super::via::Via;
use std::time::Duration;

/// What a server asks of a client for the time being: the Via parameters of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Feedback {
    /// Percent of the requests that would go: `oc`.
    pub loss: u8,
    /// For so long; zero is none at all: `oc-validity`.
    pub validity: Duration,
    /// The newer is the larger: `oc-seq`.
    pub sequence: Sequence,
}

/// `oc-seq`: seconds and their fraction in hundred-thousandths, whatever they count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sequence {
    pub whole: u64,
    pub fraction: u32,
}

impl Feedback {
    /// What the topmost Via of a response tells; `None`: its sender does not control overload, or not by `loss`.
    pub(crate) fn of_response(via: &Via<'_>) -> Option<Feedback> {
        let loss = number(via.parameters.value("oc")?)?;
        let is_loss = via.parameters.value("oc-algo").is_none_or(names_loss);
        let validity_ms = match via.parameters.value("oc-validity") {
            Some(validity) => number(validity)?,
            None => VALIDITY_MS,
        };
        // Without a number it is as new as can be told.
        let sequence = via.parameters.value("oc-seq").map_or(Some(Sequence::default()), Sequence::parse)?;
        let validity = Duration::from_millis(u64::from(validity_ms)).min(VALIDITY_MAX);
        let loss = u8::try_from(loss).ok().filter(|loss| *loss <= 100)?;
        is_loss.then_some(Feedback { loss, validity, sequence })
    }

    /// As parameters of a Via.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let Feedback { loss, validity, sequence: Sequence { whole, fraction } } = self;
        let text =
            format!(";oc={loss};oc-algo=\"loss\";oc-validity={};oc-seq={whole}.{fraction:05}", validity.as_millis());
        out.extend_from_slice(text.as_bytes());
    }
}

impl Sequence {
    fn parse(text: &[u8]) -> Option<Sequence> {
        let dot = text.iter().position(|&octet| octet == b'.').unwrap_or(text.len());
        let digits = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<u64>().ok();
        let whole = digits(&text[..dot]).filter(|_| dot <= WHOLE_DIGITS_MAX)?;
        let mut fraction = text.get(dot + 1..).unwrap_or_default().to_vec();
        if fraction.len() > FRACTION_DIGITS {
            return None;
        }
        fraction.resize(FRACTION_DIGITS, b'0');
        Some(Sequence { whole, fraction: u32::try_from(digits(&fraction)?).ok()? })
    }
}

/// A client that obeys: `oc` without a value, and `loss` among its algorithms.
pub(crate) fn is_offered(via: &Via<'_>) -> bool {
    via.parameters.get("oc") == Some(None) && via.parameters.value("oc-algo").is_some_and(names_loss)
}

fn names_loss(algorithms: &[u8]) -> bool {
    let list = algorithms.strip_prefix(b"\"").and_then(|list| list.strip_suffix(b"\"")).unwrap_or(algorithms);
    list.split(|&octet| octet == b',').any(|name| trim(name).eq_ignore_ascii_case(b"loss"))
}

/// What we say in the Via of every request.
pub(crate) const OFFER: &str = "oc;oc-algo=\"loss\"";
/// Where a server says nothing (4.3).
const VALIDITY_MS: u32 = 500;
/// No server is obeyed for longer by one word of it.
const VALIDITY_MAX: Duration = Duration::from_secs(60);
const WHOLE_DIGITS_MAX: usize = 12;
const FRACTION_DIGITS: usize = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parameters: &str) -> Option<Feedback> {
        let value = format!("SIP/2.0/UDP h;branch=z9hG4bK1;{parameters}");
        Feedback::of_response(&Via::parse_first(value.as_bytes()).expect("a Via"))
    }

    #[test]
    fn what_a_server_tells_is_read_whole_or_not_at_all() {
        let sequence = Sequence { whole: 1_282_321_615, fraction: 78_200 };
        let told = Feedback { loss: 20, validity: Duration::from_millis(1_000), sequence };
        assert_eq!(read("oc=20;oc-algo=\"loss\";oc-validity=1000;oc-seq=1282321615.782"), Some(told));
        let brief = Feedback { validity: Duration::from_millis(500), sequence: Sequence::default(), ..told };
        assert_eq!(read("oc=20"), Some(brief));
        for refused in [
            "oc;oc-algo=\"loss\"",
            "oc=101;oc-algo=\"loss\"",
            "oc=1;oc-algo=\"rate\"",
            "oc=x",
            "oc=1;oc-seq=1.123456",
            "oc=1;oc-seq=1234567890123.1",
            "oc=1;oc-validity=soon",
            "rport",
        ] {
            assert_eq!(read(refused), None, "{refused}");
        }
        assert_eq!(read("oc=1;oc-validity=4000000000").map(|it| it.validity), Some(VALIDITY_MAX));
    }

    #[test]
    fn what_is_written_is_read_again() {
        let sequence = Sequence { whole: 7, fraction: 42 };
        let told = Feedback { loss: 100, validity: Duration::from_millis(500), sequence };
        let mut text = Vec::new();
        told.write(&mut text);
        assert_eq!(read(std::str::from_utf8(&text[1..]).expect("ASCII")), Some(told));
    }

    #[test]
    fn loss_is_found_among_the_algorithms_of_a_client() {
        let offers = |parameters: &str| {
            let value = format!("SIP/2.0/UDP h;branch=z9hG4bK1;{parameters}");
            is_offered(&Via::parse_first(value.as_bytes()).expect("a Via"))
        };
        assert!(offers("oc;oc-algo=\"loss,A\"") && offers("oc;oc-algo=\"A, loss\"") && offers(OFFER));
        assert!(
            !offers("oc") && !offers("oc;oc-algo=\"rate\"") && !offers("oc=3;oc-algo=\"loss\"") && !offers("x=loss")
        );
    }
}
