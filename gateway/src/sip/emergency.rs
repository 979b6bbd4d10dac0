//! Requests that all others give way to: calls to `urn:service:sos` (RFC 5031) and those that a neighbour marks by
//! Resource-Priority (RFC 4412) with the namespace `esnet` (RFC 7135).
//!
//! Both ends of a hop ask this where there is too much: who sheds, and who was asked to send less.

use super::header::Name;
use super::message::Message;
use super::method::Method;
use super::parse::lex::trim;
use super::uri::Uri;

/// An INVITE whose caller or network says that it is about an emergency.
pub(crate) fn is_emergency(request: &Message) -> bool {
    let is_marked = || request.elements(Name::ResourcePriority).any(is_esnet);
    request.method() == Some(Method::Invite) && (is_sos(request.raw_request_uri()) || is_marked())
}

/// The service that a URN names, `sos` or below it (`sos.police`), in lower case; `None`: it names something else.
pub fn emergency_service(uri: &Uri) -> Option<String> {
    let service = std::str::from_utf8(strip(uri.octets(), URN)?).ok()?.to_ascii_lowercase();
    is_sos(uri.octets()).then_some(service)
}

fn is_sos(uri: &[u8]) -> bool {
    strip(uri, URN).and_then(|service| strip(service, SOS)).is_some_and(|rest| matches!(rest, [] | [b'.', _, ..]))
}

/// `esnet.N`; what N is makes no difference here.
fn is_esnet(value: &[u8]) -> bool {
    strip(trim(value), ESNET).is_some_and(|priority| !priority.is_empty())
}

fn strip<'a>(text: &'a [u8], front: &[u8]) -> Option<&'a [u8]> {
    let (begin, rest) = text.split_at_checked(front.len())?;
    begin.eq_ignore_ascii_case(front).then_some(rest)
}

const URN: &[u8] = b"urn:service:";
const SOS: &[u8] = b"sos";
const ESNET: &[u8] = b"esnet.";

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(uri: &str, field: &str) -> bool {
        let text = format!("INVITE {uri} SIP/2.0\r\nCSeq: 1 INVITE\r\n{field}Content-Length: 0\r\n\r\n");
        is_emergency(&Message::parse(text.as_bytes()).expect("a message"))
    }

    #[test]
    fn sos_and_its_services_are_emergencies_and_other_services_are_not() {
        for uri in ["urn:service:sos", "URN:Service:SOS", "urn:service:sos.police", "urn:service:sos.animal-control"] {
            assert!(asks(uri, ""), "{uri}");
        }
        for uri in
            ["urn:service:counseling", "urn:service:sosa", "urn:service:sos.", "sip:sos@192.0.2.1", "urn:service:"]
        {
            assert!(!asks(uri, ""), "{uri}");
        }
        let service = |text: &[u8]| emergency_service(&Uri::parse(text).expect("a URI"));
        assert_eq!(service(b"urn:service:Sos.Police").as_deref(), Some("sos.police"));
        assert_eq!(service(b"urn:service:counseling.children"), None);
    }

    #[test]
    fn a_neighbour_marks_by_the_namespace_esnet() {
        for value in ["esnet.0", "ESNET.4", "dsn.flash, esnet.1"] {
            assert!(asks("sip:112@192.0.2.1", &format!("Resource-Priority: {value}\r\n")), "{value}");
        }
        for value in ["dsn.flash", "esnet", "esnet.", "esnetx.1"] {
            assert!(!asks("sip:112@192.0.2.1", &format!("Resource-Priority: {value}\r\n")), "{value}");
        }
    }
}
