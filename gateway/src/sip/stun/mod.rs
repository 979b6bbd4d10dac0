//! STUN Binding messages (RFC 5389), in the limited use that RFC 5626 section 8 makes of them on UDP ports of SIP.
//!
//! Promises: whatever comes is a request, an answer or nothing, without a panic and without a line in the log; an answer of ours has
//! the one attribute that is asked for, and at most [`ADDED_OCTETS_MAX`] octets more than its request. Leaves out what keep-alives do
//! without: authentication, FINGERPRINT, SOFTWARE, and clients of RFC 3489, whose messages have no magic cookie. RFC 5389's text was not
//! at hand: its numbers are those of `stun-types`, which reads and writes headers and attributes here. Its reader of whole messages is
//! not used, because it writes a warning for each that is broken, and anybody can send those.

pub(crate) mod keeper;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use stun_types::attribute::{
    Attribute, AttributeExt, AttributeStaticType, AttributeType, ErrorCode, MessageIntegrity, Nonce, RawAttribute,
    Realm, UnknownAttributes, Username, XorMappedAddress,
};
use stun_types::message::{
    BINDING, MAGIC_COOKIE, Message, MessageClass, MessageHeader, MessageType, MessageWrite, MessageWriteExt,
    MessageWriteVec, TransactionId,
};

/// What a STUN message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// Somebody asks by which address it is seen.
    Request {
        /// To be told in the answer.
        transaction: TransactionId,
        /// Attributes that must be understood, and are not.
        unknown: Vec<AttributeType>,
    },
    /// By which address we are seen.
    Mapped(TransactionId, SocketAddr),
    /// An error, or an answer without an address.
    Failed(TransactionId),
}

/// Tells STUN from SIP, whose messages never begin with an octet of 0 or 1 (RFC 5626 section 8).
pub(crate) fn is_stun(octets: &[u8]) -> bool {
    matches!(octets, [0 | 1, _, _, _, cookie @ ..] if cookie.starts_with(&MAGIC_COOKIE.to_be_bytes()))
}

/// Reads a datagram; `None`: it is no whole Binding message, or has more than [`ATTRIBUTES_MAX`] attributes.
pub(crate) fn parse(octets: &[u8]) -> Option<Heard> {
    let header = MessageHeader::from_bytes(octets).ok()?;
    let attributes = attributes(octets.get(MessageHeader::LENGTH..)?, header.data_length().into())?;
    let (kind, transaction) = (header.get_type(), header.transaction_id());
    if kind.method() != BINDING {
        return None;
    }
    match kind.class() {
        MessageClass::Request => {
            let types = attributes.iter().map(RawAttribute::get_type);
            let unknown = types.filter(|kind| kind.comprehension_required() && !KNOWN.contains(kind)).collect();
            Some(Heard::Request { transaction, unknown })
        }
        MessageClass::Success => {
            let mapped = attributes.iter().find_map(|attribute| XorMappedAddress::try_from(attribute).ok());
            Some(match mapped {
                Some(mapped) => Heard::Mapped(transaction, mapped.addr(transaction)),
                None => Heard::Failed(transaction),
            })
        }
        MessageClass::Error => Some(Heard::Failed(transaction)),
        MessageClass::Indication => None,
    }
}

/// A Binding request.
pub(crate) fn request(transaction: TransactionId) -> Vec<u8> {
    begin(MessageClass::Request, transaction).finish()
}

/// The answer to a Binding request: where it came from.
pub(crate) fn answer(transaction: TransactionId, from: SocketAddr) -> Vec<u8> {
    let mut message = begin(MessageClass::Success, transaction);
    message.add_attribute(&XorMappedAddress::new(from, transaction)).expect(ROOM);
    message.finish()
}

/// The answer to a request with attributes that must be understood and are not.
pub(crate) fn refuse(transaction: TransactionId, unknown: &[AttributeType]) -> Vec<u8> {
    let mut message = begin(MessageClass::Error, transaction);
    let error = ErrorCode::builder(ErrorCode::UNKNOWN_ATTRIBUTE).reason("").build().expect("420 is an error");
    message.add_attribute(&error).expect(ROOM);
    message.add_attribute(&UnknownAttributes::new(unknown)).expect(ROOM);
    message.finish()
}

fn begin(class: MessageClass, transaction: TransactionId) -> MessageWriteVec {
    Message::builder(MessageType::from_class_method(class, BINDING), transaction, MessageWriteVec::new())
}

/// All attributes of a message whose header tells that many octets of them, no more and no less.
fn attributes(mut octets: &[u8], length: usize) -> Option<Vec<RawAttribute<'_>>> {
    let mut attributes = Vec::new();
    if octets.len() != length {
        return None;
    }
    while !octets.is_empty() {
        let attribute = RawAttribute::from_bytes(octets).ok().filter(|_| attributes.len() < ATTRIBUTES_MAX)?;
        octets = octets.get(attribute.padded_len()..)?;
        attributes.push(attribute);
    }
    Some(attributes)
}

const ROOM: &str = "a message that begins takes each attribute once";
/// Attributes of a message: those that a request of a telephone may have, and some.
pub(crate) const ATTRIBUTES_MAX: usize = 16;
/// An answer has no more octets than these beside those of its request.
#[cfg(test)]
pub(crate) const ADDED_OCTETS_MAX: usize = 24;
/// What must be understood and is, though nothing is done with it: nobody authenticates a keep-alive.
const KNOWN: [AttributeType; 8] = [
    AttributeType::new(0x0001),
    Username::TYPE,
    MessageIntegrity::TYPE,
    ErrorCode::TYPE,
    UnknownAttributes::TYPE,
    Realm::TYPE,
    Nonce::TYPE,
    XorMappedAddress::TYPE,
];
