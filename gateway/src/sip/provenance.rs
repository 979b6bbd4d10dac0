//! Who calls, and by which parties the call came: P-Asserted-Identity and P-Preferred-Identity (RFC 3325), [`Privacy`],
//! Remote-Party-ID (a draft that never became an RFC and is sent to this day), Diversion (RFC 5806 4) and History-Info
//! (RFC 7044 5).
//!
//! Everything here is the word of whoever sent it; whether that is believed is the user's to decide. A value that cannot be
//! read is left out: it is advice, and no reason to refuse a call. What the values mean is not looked at.

use super::header::Name;
use super::message::{Message, Writer};
use super::name_addr::NameAddr;
use super::privacy::Privacy;

/// What an INVITE says besides From and To of its parties; what is empty is not said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// P-Asserted-Identity: a SIP address, a TEL number, or both.
    pub asserted: Vec<NameAddr>,
    /// P-Preferred-Identity: which of its identities the caller would have asserted.
    pub preferred: Vec<NameAddr>,
    /// Remote-Party-ID, of whichever parties.
    pub remote_party: Vec<NameAddr>,
    /// What of it is to be kept from others.
    pub privacy: Privacy,
    /// Diversion, the last one first.
    pub diversion: Vec<NameAddr>,
    /// History-Info, the first target first.
    pub history: Vec<NameAddr>,
}

impl Provenance {
    /// What a request says.
    pub(crate) fn of(request: &Message) -> Provenance {
        let addresses = |name| request.elements(name).filter_map(|text| NameAddr::parse(text).ok()).take(VALUES_MAX);
        Provenance {
            asserted: addresses(Name::PAssertedIdentity).collect(),
            preferred: addresses(Name::PPreferredIdentity).collect(),
            remote_party: addresses(Name::RemotePartyId).collect(),
            privacy: Privacy::of(request),
            diversion: addresses(Name::Diversion).collect(),
            history: addresses(Name::HistoryInfo).collect(),
        }
    }

    /// The request that says it.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        let fields = [
            (Name::PAssertedIdentity, &self.asserted),
            (Name::PPreferredIdentity, &self.preferred),
            (Name::RemotePartyId, &self.remote_party),
            (Name::Diversion, &self.diversion),
            (Name::HistoryInfo, &self.history),
        ];
        let writer = fields.into_iter().fold(writer, |writer, (name, values)| {
            values.iter().fold(writer, |writer, value| writer.field(name, &value.to_octets()))
        });
        self.privacy.write(writer)
    }
}

/// Values of one field that are looked at. ISUP counts five redirections at most.
pub(crate) const VALUES_MAX: usize = 20;

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An INVITE that says this.
    pub(in crate::sip) fn request(fields: &str) -> Message {
        let text = format!("INVITE sip:a@b SIP/2.0\r\n{fields}\r\n");
        Message::parse(text.as_bytes()).unwrap_or_else(|refused| panic!("{refused:?}"))
    }

    #[test]
    fn the_values_of_all_fields_are_read_in_order_and_written_alike() {
        let said = Provenance::of(&request(
            "P-Asserted-Identity: \"Cullen Jennings\" <sip:fluffy@cisco.com>, <tel:+14085264000>\r\n\
             p-preferred-identity: <tel:+14085264001>\r\nPrivacy: ID; critical\r\n\
             Remote-Party-ID: <sip:111@192.0.2.14>;party=calling;screen=no;privacy=off\r\n\
             Diversion: <sip:+19195551002@gw>;reason=user-busy;counter=1\r\nDiversion: <sip:+19195551001@gw>;counter=1\r\n\
             History-Info: <sip:UserA@ims.example.com?Reason=SIP%3Bcause%3D302>;index=1.1, <sip:45432@192.168.0.3>;index=1.3\r\n",
        ));
        assert_eq!((said.asserted.len(), said.preferred.len(), said.remote_party.len()), (2, 1, 1));
        assert!(said.privacy.withholds_identity());
        assert_eq!(said.diversion[0].parameters().value("reason"), Some(&b"user-busy"[..]));
        assert_eq!(said.history[0].uri.headers(), b"Reason=SIP%3Bcause%3D302");
        let written = said.write(Writer::request("INVITE", b"sip:a@b")).finish(None);
        assert_eq!(Provenance::of(&Message::parse(&written).unwrap_or_else(|refused| panic!("{refused:?}"))), said);
    }

    #[test]
    fn a_value_that_cannot_be_read_is_left_out_and_more_than_the_bound_are_not_looked_at() {
        let said = Provenance::of(&request("P-Asserted-Identity: <sip:a@b, x\r\nDiversion: nobody\r\n"));
        assert_eq!(said, Provenance::default());
        let many = "Diversion: <sip:1@b>\r\n".repeat(VALUES_MAX + 1);
        assert_eq!(Provenance::of(&request(&many)).diversion.len(), VALUES_MAX);
    }
}
