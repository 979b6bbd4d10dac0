//! Signatures for the caller of a request: the header fields Identity and Date of RFC 8224 4, as text.
//!
//! What they say is not looked at here.

use super::header::Name;
use super::message::{Message, Writer};
use super::octets::Octets;

/// What others have signed of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signatures {
    /// The values of Identity, at most [`IDENTITIES_MAX`].
    pub identities: Vec<Octets>,
    /// Date, which a compact signature covers.
    pub date: Option<Octets>,
}

/// What a request of ours is signed by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The value of Identity.
    pub identity: Octets,
    /// Date, the moment of the signature.
    pub date: Octets,
}

impl Signatures {
    pub(crate) fn of(request: &Message) -> Signatures {
        Signatures {
            identities: request.elements(Name::Identity).take(IDENTITIES_MAX).map(Octets::from).collect(),
            date: request.value(Name::Date).map(Octets::from),
        }
    }
}

impl Signature {
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer.field(Name::Date, &self.date).field(Name::Identity, &self.identity)
    }
}

/// A call has one, and one more for each kind of PASSporT and for each time that it was diverted; more are not looked at.
pub const IDENTITIES_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::super::provenance::tests::request;
    use super::*;

    #[test]
    fn values_are_found_in_both_forms_of_the_name_and_side_by_side() {
        let fields =
            "Identity: a.b.c;info=<https://x,y>;ppt=shaken, d.e.f;info=<u>\r\ny: ..g;info=<u>\r\nDate: now\r\n";
        let signatures = Signatures::of(&request(fields));
        let values: Vec<_> = signatures.identities.iter().map(ToString::to_string).collect();
        assert_eq!(values, ["a.b.c;info=<https://x,y>;ppt=shaken", "d.e.f;info=<u>", "..g;info=<u>"]);
        assert_eq!(signatures.date, Some("now".into()));
        assert_eq!(Signatures::of(&request("")), Signatures::default());
    }

    #[test]
    fn more_values_than_the_bound_are_not_looked_at() {
        let fields = "Identity: a;info=<u>\r\n".repeat(IDENTITIES_MAX + 1);
        assert_eq!(Signatures::of(&request(&fields)).identities.len(), IDENTITIES_MAX);
    }
}
