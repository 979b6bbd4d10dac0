//! The Q.931 messages that this exchange says, and what it understands of those it hears.
//!
//! The contents of elements are written and read here octet by octet; from the codec comes only the shape of messages.
//! So an element that the gateway misreads is not misread alike at both ends.

use dahdi_sys::Law;
use isup::q931::codec::{CallReference, ElementCode, Message, MessageType};

use super::super::order::CallOrder;

/// SETUP for an order, en bloc, for this channel and no other.
pub(super) fn setup(reference: CallReference, timeslot: u8, law: Law, is_network: bool, order: &CallOrder) -> Message {
    let layer_1 = if law == Law::A_LAW { G711_A_LAW } else { G711_MU_LAW };
    let mut message = Message::new(reference, MessageType::SETUP);
    let (called, is_whole) = order.first_piece();
    if is_whole {
        message.add_octets(ElementCode::SENDING_COMPLETE, &[]);
    }
    message.add_octets(ElementCode::BEARER_CAPABILITY, &[AUDIO_3_1_KHZ, CIRCUIT_64_KBIT, layer_1]);
    message.add_octets(ElementCode::CHANNEL_IDENTIFICATION, &channel(timeslot));
    if !order.calling.is_empty() {
        let screening = if is_network { NETWORK_PROVIDED } else { USER_PROVIDED };
        let octets = [&[TELEPHONY_PLAN, LAST | screening], order.calling.as_bytes()].concat();
        message.add_octets(ElementCode::CALLING_PARTY_NUMBER, &octets);
    }
    let called = [&[LAST | TELEPHONY_PLAN], called.as_bytes()].concat();
    message.add_octets(ElementCode::CALLED_PARTY_NUMBER, &called);
    message
}

/// INFORMATION: more digits of the called number.
pub(super) fn information(reference: CallReference, digits: &str, is_last: bool) -> Message {
    let mut message = Message::new(reference, MessageType::INFORMATION);
    if is_last {
        message.add_octets(ElementCode::SENDING_COMPLETE, &[]);
    }
    message.add_octets(ElementCode::CALLED_PARTY_NUMBER, &[&[LAST | TELEPHONY_PLAN], digits.as_bytes()].concat());
    message
}

/// A message that names its channel.
pub(super) fn on_channel(reference: CallReference, kind: MessageType, timeslot: u8) -> Message {
    let mut message = Message::new(reference, kind);
    message.add_octets(ElementCode::CHANNEL_IDENTIFICATION, &channel(timeslot));
    message
}

/// A message with a cause of Q.850.
pub(super) fn with_cause(reference: CallReference, kind: MessageType, cause: u8) -> Message {
    let mut message = Message::new(reference, kind);
    message.add_octets(ElementCode::CAUSE, &[LAST | PRIVATE_NETWORK_REMOTE, LAST | cause]);
    message
}

/// The same with progress indicator "in-band information is available".
pub(super) fn in_band(mut message: Message) -> Message {
    message.add_octets(ElementCode::PROGRESS_INDICATOR, &[LAST | PRIVATE_NETWORK_REMOTE, LAST | IN_BAND]);
    message
}

/// STATUS with the present state and why it is told.
pub(super) fn status(reference: CallReference, cause: u8, state: u8) -> Message {
    let mut message = with_cause(reference, MessageType::STATUS, cause);
    message.add_octets(ElementCode::CALL_STATE, &[state]);
    message
}

/// RESTART of one channel, or of the whole interface.
pub(super) fn restart(timeslot: Option<u8>) -> Message {
    let global = CallReference::primary(0, isup::q931::codec::Flag::FromOrigin);
    let mut message = Message::new(global, MessageType::RESTART);
    if let Some(timeslot) = timeslot {
        message.add_octets(ElementCode::CHANNEL_IDENTIFICATION, &channel(timeslot));
    }
    let indicator = if timeslot.is_some() { INDICATED_CHANNELS } else { SINGLE_INTERFACE };
    message.add_octets(ElementCode::RESTART_INDICATOR, &[LAST | indicator]);
    message
}

/// What answers RESTART and SERVICE: another type, the call reference the other way, the same elements.
pub(super) fn acknowledgement(request: &Message, kind: MessageType) -> Message {
    let mut message = Message::new(request.call_reference.reversed(), kind);
    for (code, octets) in request.elements() {
        message.add_octets(code, octets);
    }
    message
}

/// The channels that a message names; `None` when it names none. A map's lowest bit is timeslot 0 on E1, 1 on T1.
pub(super) fn channels(message: &Message) -> Option<Vec<u8>> {
    match message.octets(ElementCode::CHANNEL_IDENTIFICATION)? {
        [head, kind, numbers @ ..] if head & INDICATED == INDICATED_CHANNEL && kind & MAP == 0 => {
            Some(numbers.iter().map(|number| number & !LAST).collect())
        }
        [head, _, map @ ..] if head & INDICATED == INDICATED_CHANNEL => {
            let first = u8::from(map.len() < E1_MAP_OCTETS);
            let slots = (0..TIMESLOTS_MAX).filter(|slot| {
                let octet = map.iter().rev().nth(usize::from(slot / 8));
                octet.is_some_and(|octet| octet >> (slot % 8) & 1 == 1)
            });
            Some(slots.map(|slot| slot + first).collect())
        }
        _ => None,
    }
}

/// Whether no other channel will do.
pub(super) fn is_exclusive(message: &Message) -> bool {
    let octets = message.octets(ElementCode::CHANNEL_IDENTIFICATION);
    octets.and_then(<[u8]>::first).is_some_and(|head| head & EXCLUSIVE != 0)
}

/// Digits of the called party number, or of the keypad where there is none.
pub(super) fn called_digits(message: &Message) -> String {
    let number = message.octets(ElementCode::CALLED_PARTY_NUMBER).and_then(|octets| octets.get(1..));
    let digits = number.or_else(|| message.octets(ElementCode::KEYPAD_FACILITY));
    digits.unwrap_or_default().iter().copied().map(char::from).collect()
}

/// Cause value of the first cause.
pub(super) fn cause(message: &Message) -> Option<u8> {
    let octets = message.octets(ElementCode::CAUSE)?;
    let at = octets.iter().position(|octet| octet & LAST != 0)? + 1;
    octets.get(at).map(|octet| octet & !LAST)
}

/// The state that a STATUS tells.
pub(super) fn call_state(message: &Message) -> Option<u8> {
    message.octets(ElementCode::CALL_STATE)?.first().map(|octet| octet & 0x3f)
}

/// Whether a SERVICE puts its channels into service.
pub(super) fn is_in_service(message: &Message) -> bool {
    let octets = message.octets(ElementCode::CHANGE_STATUS).unwrap_or_default();
    octets.first().is_some_and(|octet| octet & 7 == 0)
}

/// The name of a message; one that clears, with its cause.
pub(super) fn label(message: &Message) -> String {
    match (message.kind, cause(message)) {
        (MessageType::DISCONNECT | MessageType::RELEASE | MessageType::RELEASE_COMPLETE, Some(cause)) => {
            format!("{} {cause}", message.kind)
        }
        (kind, _) => kind.to_string(),
    }
}

/// Primary rate, one channel as indicated and no other, a B-channel by its number.
fn channel(timeslot: u8) -> [u8; 3] {
    [0xa9, 0x83, LAST | timeslot]
}

const LAST: u8 = 0x80;
/// Channel identification, Q.931 4.5.13.
const EXCLUSIVE: u8 = 0x08;
const INDICATED: u8 = 0x03;
const INDICATED_CHANNEL: u8 = 0x01;
const MAP: u8 = 0x10;
const E1_MAP_OCTETS: usize = 4;
const TIMESLOTS_MAX: u8 = 32;
/// Bearer capability, Q.931 4.5.5.
const AUDIO_3_1_KHZ: u8 = 0x90;
const CIRCUIT_64_KBIT: u8 = 0x90;
const G711_MU_LAW: u8 = 0xa2;
const G711_A_LAW: u8 = 0xa3;
/// Unknown type of number, E.164.
const TELEPHONY_PLAN: u8 = 0x01;
const USER_PROVIDED: u8 = 0;
const NETWORK_PROVIDED: u8 = 3;
/// Location of Q.850: private network serving the remote user.
const PRIVATE_NETWORK_REMOTE: u8 = 5;
/// Progress description 8.
const IN_BAND: u8 = 8;
/// Restart indicator, Q.931 4.5.25.
const INDICATED_CHANNELS: u8 = 0;
const SINGLE_INTERFACE: u8 = 6;
