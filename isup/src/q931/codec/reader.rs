//! From octets to a message, Q.931 4.2 to 4.5.1.

use super::call_reference::CallReference;
use super::code::{MessageFamily, MessageType};
use super::error::{DecodeError, Fault};
use super::message::Message;

/// Reads a whole message; its elements cannot fail, what is no element is its rest.
pub(super) fn read(octets: &[u8]) -> Result<Message, DecodeError> {
    let truncated = DecodeError::at(octets.len(), Fault::Truncated);
    let (discriminator, after) = octets.split_first().ok_or(truncated)?;
    let family = match discriminator {
        0x08 => MessageFamily::CallControl,
        0x03 => MessageFamily::Maintenance,
        0x43 => MessageFamily::NationalMaintenance,
        other => return Err(DecodeError::at(0, Fault::ProtocolDiscriminator(*other))),
    };
    let (call_reference, after) = CallReference::read(after, 1)?;
    let (kind, elements) = message_type(family, after).ok_or(truncated)?;
    let mut message = Message::new(call_reference, kind);
    read_elements(elements, &mut message);
    Ok(message)
}

/// The type, which is in the second octet if the first is the escape of call control.
fn message_type(family: MessageFamily, octets: &[u8]) -> Option<(MessageType, &[u8])> {
    match (family, octets) {
        (MessageFamily::CallControl, [0, code, elements @ ..]) => {
            Some((MessageType { family: MessageFamily::NationalEscape, code: *code }, elements))
        }
        (MessageFamily::CallControl, [0]) | (_, []) => None,
        (_, [code, elements @ ..]) => Some((MessageType { family, code: *code }, elements)),
    }
}

/// Adds the elements; what is no element, and the piece of another message in a SEGMENT, is the rest.
pub(super) fn read_elements(mut octets: &[u8], message: &mut Message) {
    message.reserve(octets.len());
    while let [first, after @ ..] = octets {
        octets = match *first {
            // Type 2: the whole octet names the element.
            0xa0..=0xaf => {
                message.push_entry(*first, &[]);
                after
            }
            // Type 1: the lower four bits are its value.
            0x80.. => {
                message.push_entry(first & 0xf0, &[first & 0x0f]);
                after
            }
            _ => {
                let whole =
                    after.split_first().and_then(|(length, after)| after.split_at_checked(usize::from(*length)));
                let Some((contents, after)) = whole else { return message.set_rest(octets) };
                message.push_entry(*first, contents);
                if message.is_segment() {
                    return message.set_rest(after);
                }
                after
            }
        }
    }
}
