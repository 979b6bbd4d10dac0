//! Header field names (RFC 3261 20, compact forms 7.3.3) and the small values that have no file of their own.

use super::parse::Malformed;
use super::parse::lex::{self, Elements, Parameters};

/// A header field name that the endpoint reads or writes; any other stays as text beside [`Name::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the variants are the registered names")]
pub enum Name {
    Accept,
    AcceptEncoding,
    AcceptLanguage,
    Allow,
    AllowEvents,
    Authorization,
    CallId,
    Contact,
    ContentDisposition,
    ContentEncoding,
    ContentLength,
    ContentType,
    CSeq,
    Date,
    Diversion,
    Event,
    Expires,
    FlowTimer,
    From,
    HistoryInfo,
    Identity,
    InfoPackage,
    MaxForwards,
    MinExpires,
    MinSe,
    PAssertedIdentity,
    PEarlyMedia,
    PPreferredIdentity,
    Path,
    Privacy,
    ProxyAuthenticate,
    ProxyAuthorization,
    ProxyRequire,
    RAck,
    RSeq,
    Reason,
    RecordRoute,
    RecvInfo,
    ReferTo,
    ReferredBy,
    RemotePartyId,
    Replaces,
    Require,
    ResourcePriority,
    RetryAfter,
    Route,
    Server,
    ServiceRoute,
    SessionExpires,
    SubscriptionState,
    Supported,
    Timestamp,
    To,
    Unsupported,
    UserAgent,
    Via,
    Warning,
    WwwAuthenticate,
    Other,
}

impl Name {
    /// Reads a name in its long or compact form; case does not matter.
    pub fn parse(text: &[u8]) -> Name {
        if let [letter] = text {
            let compact = letter.to_ascii_lowercase();
            return NAMES.iter().find(|row| row.2 == compact).map_or(Name::Other, |row| row.0);
        }
        NAMES.iter().find(|row| row.1.as_bytes().eq_ignore_ascii_case(text)).map_or(Name::Other, |row| row.0)
    }

    /// The long form.
    pub fn text(self) -> &'static str {
        NAMES.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }
}

/// Name, long form, compact form (0: none). The most frequent stand first.
const NAMES: [(Name, &str, u8); 58] = [
    (Name::Via, "Via", b'v'),
    (Name::From, "From", b'f'),
    (Name::To, "To", b't'),
    (Name::CallId, "Call-ID", b'i'),
    (Name::CSeq, "CSeq", 0),
    (Name::MaxForwards, "Max-Forwards", 0),
    (Name::Contact, "Contact", b'm'),
    (Name::ContentType, "Content-Type", b'c'),
    (Name::ContentLength, "Content-Length", b'l'),
    (Name::Route, "Route", 0),
    (Name::RecordRoute, "Record-Route", 0),
    (Name::AllowEvents, "Allow-Events", b'u'),
    (Name::Path, "Path", 0),
    (Name::ServiceRoute, "Service-Route", 0),
    (Name::Allow, "Allow", 0),
    (Name::Supported, "Supported", b'k'),
    (Name::UserAgent, "User-Agent", 0),
    (Name::Server, "Server", 0),
    (Name::Reason, "Reason", 0),
    (Name::Require, "Require", 0),
    (Name::ProxyRequire, "Proxy-Require", 0),
    (Name::Accept, "Accept", 0),
    (Name::AcceptEncoding, "Accept-Encoding", 0),
    (Name::AcceptLanguage, "Accept-Language", 0),
    (Name::ContentDisposition, "Content-Disposition", 0),
    (Name::ContentEncoding, "Content-Encoding", b'e'),
    (Name::PAssertedIdentity, "P-Asserted-Identity", 0),
    (Name::Identity, "Identity", b'y'),
    (Name::Date, "Date", 0),
    (Name::Diversion, "Diversion", 0),
    (Name::Event, "Event", b'o'),
    (Name::HistoryInfo, "History-Info", 0),
    (Name::InfoPackage, "Info-Package", 0),
    (Name::MinSe, "Min-SE", 0),
    (Name::PEarlyMedia, "P-Early-Media", 0),
    (Name::PPreferredIdentity, "P-Preferred-Identity", 0),
    (Name::Privacy, "Privacy", 0),
    (Name::RAck, "RAck", 0),
    (Name::RSeq, "RSeq", 0),
    (Name::ResourcePriority, "Resource-Priority", 0),
    (Name::RecvInfo, "Recv-Info", 0),
    (Name::ReferTo, "Refer-To", b'r'),
    (Name::ReferredBy, "Referred-By", b'b'),
    (Name::RemotePartyId, "Remote-Party-ID", 0),
    (Name::Replaces, "Replaces", 0),
    (Name::SubscriptionState, "Subscription-State", 0),
    (Name::RetryAfter, "Retry-After", 0),
    (Name::SessionExpires, "Session-Expires", b'x'),
    (Name::Timestamp, "Timestamp", 0),
    (Name::Unsupported, "Unsupported", 0),
    (Name::Warning, "Warning", 0),
    (Name::Authorization, "Authorization", 0),
    (Name::ProxyAuthorization, "Proxy-Authorization", 0),
    (Name::WwwAuthenticate, "WWW-Authenticate", 0),
    (Name::ProxyAuthenticate, "Proxy-Authenticate", 0),
    (Name::Expires, "Expires", 0),
    (Name::MinExpires, "Min-Expires", 0),
    (Name::FlowTimer, "Flow-Timer", 0),
];

/// CSeq: number and method (RFC 3261 20.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CSeq<'a> {
    pub number: u32,
    pub method: &'a [u8],
}

impl<'a> CSeq<'a> {
    pub(crate) fn parse(value: &'a [u8]) -> Result<CSeq<'a>, Malformed> {
        let digits = value.iter().take_while(|octet| octet.is_ascii_digit()).count();
        let number = lex::number(&value[..digits]).ok_or(Malformed::new("CSeq number", 0))?;
        let method = lex::trim(&value[digits..]);
        if method.len() == value.len() - digits || !lex::is_token(method) {
            return Err(Malformed::new("CSeq method", digits));
        }
        Ok(CSeq { number, method })
    }
}

/// The Q.850 cause among the values of one Reason header (RFC 3326).
pub(crate) fn q850_cause(value: &[u8]) -> Option<u8> {
    Elements::of(value).map_while(Result::ok).find_map(|reason| {
        let end = reason.iter().position(|&octet| octet == b';').unwrap_or(reason.len());
        let is_q850 = lex::trim(&reason[..end]).eq_ignore_ascii_case(b"Q.850");
        let cause = lex::number(Parameters(&reason[end..]).value("cause")?)?;
        u8::try_from(cause).ok().filter(|cause| is_q850 && *cause <= HIGHEST_CAUSE)
    })
}

/// Causes have seven bits, Q.850 2.2.5.
const HIGHEST_CAUSE: u8 = 127;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_long_and_compact_form() {
        assert_eq!(Name::parse(b"vIa"), Name::Via);
        assert_eq!(Name::parse(b"V"), Name::Via);
        assert_eq!(Name::parse(b"q"), Name::Other);
        assert_eq!(Name::parse(b""), Name::Other);
        for row in NAMES {
            assert_eq!(Name::parse(row.1.as_bytes()), row.0);
        }
    }

    #[test]
    fn cseq_is_a_number_of_32_bits_and_a_method() {
        assert_eq!(CSeq::parse(b"0009   INVITE"), Ok(CSeq { number: 9, method: b"INVITE" }));
        assert_eq!(CSeq::parse(b"4294967295 BYE").map(|cseq| cseq.number), Ok(u32::MAX));
        for wrong in [&b"4294967296 BYE"[..], b"1INVITE", b"-1 BYE", b"1", b"1 ", b"BYE", b"1 B Y"] {
            assert!(CSeq::parse(wrong).is_err(), "{}", wrong.escape_ascii());
        }
    }

    #[test]
    fn the_q850_cause_is_found_beside_other_reasons() {
        assert_eq!(q850_cause(b"Q.850 ;cause=16 ;text=\"Terminated, normally\""), Some(16));
        assert_eq!(q850_cause(b"SIP;cause=200;text=\"a,b\", q.850;cause=34"), Some(34));
        assert_eq!(q850_cause(b"SIP;cause=600"), None);
        assert_eq!(q850_cause(b"Q.850;cause=128"), None);
        assert_eq!(q850_cause(b"Q.850"), None);
    }
}
