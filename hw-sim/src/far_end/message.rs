//! The ISUP messages that this exchange says, and what it understands of those it hears, Q.763.
//!
//! The contents of parameters are written and read here octet by octet; from the codec comes only the shape of
//! messages. So a parameter that the gateway misreads is not misread alike at both ends.

use isup::codec::{Message, MessageType, ParameterCode};

use super::network::Network;
use super::order::CallOrder;
use super::script::{Expected, Say};

/// IAM for an order, Q.763 table 32: no satellite, no continuity check, ISUP preferred, 3.1 kHz audio.
pub(super) fn initial_address(order: &CallOrder) -> Message {
    let mut message = Message::new(MessageType::IAM);
    message.set_octets(ParameterCode::NATURE_OF_CONNECTION_INDICATORS, &[if order.check { CHECK_HERE } else { 0 }]);
    message.set_octets(ParameterCode::FORWARD_CALL_INDICATORS, &FORWARD_CALL);
    message.set_octets(ParameterCode::CALLING_PARTYS_CATEGORY, &[ORDINARY_SUBSCRIBER]);
    message.set_octets(ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT, &[AUDIO_3_1_KHZ]);
    let (called, is_whole) = order.first_piece();
    message.set_octets(ParameterCode::CALLED_PARTY_NUMBER, &number(called, CALLED_PLAN, is_whole));
    if !order.calling.is_empty() && !order.tells_when_asked {
        message.set_octets(ParameterCode::CALLING_PARTY_NUMBER, &number(&order.calling, CALLING_PLAN, false));
    }
    message
}

/// INF, Q.763 table 28: the answer to an INR for the calling number, which is there (bits BA: 3) or not available (1).
pub(super) fn information(order: &CallOrder) -> Message {
    let mut message = Message::new(MessageType::INF);
    let is_known = !order.calling.is_empty();
    message.set_octets(ParameterCode::INFORMATION_INDICATORS, &[if is_known { 3 } else { 1 }, 0]);
    if is_known {
        message.set_octets(ParameterCode::CALLING_PARTY_NUMBER, &number(&order.calling, CALLING_PLAN, false));
    }
    message
}

/// CVR, ANSI: the circuit is there and digital, or it fails the test.
pub(super) fn validation_response(successful: bool) -> Message {
    let mut message = Message::new(MessageType::CVR);
    message.set_octets(ParameterCode::CIRCUIT_VALIDATION_RESPONSE_INDICATOR, &[u8::from(successful)]);
    message.set_octets(ParameterCode::CIRCUIT_GROUP_CHARACTERISTIC_INDICATOR, &[2]);
    message
}

/// A message as the network has it. ANSI's has user service information in place of the transmission medium requirement, and no
/// CON: ACM and ANM say the same. ITU-T's has no circuit validation, and no answer to a test of it.
pub(super) fn told(network: Network, mut message: Message) -> Vec<Message> {
    match message.kind {
        MessageType::IAM if network.is_ansi() => {
            message.remove(ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT);
            message.set_octets(ParameterCode::USER_SERVICE_INFORMATION, &AUDIO_CIRCUIT);
            vec![message]
        }
        MessageType::CVR if !network.is_ansi() => Vec::new(),
        MessageType::CON if network.is_ansi() => vec![backward(Say::SubscriberFree), backward(Say::Answer)],
        _ => vec![message],
    }
}

/// Whether an IAM announces a continuity check, on its own circuit or on one before it.
pub(super) fn announced_check(message: &Message) -> Check {
    let octets = message.octets(ParameterCode::NATURE_OF_CONNECTION_INDICATORS);
    match octets.and_then(<[u8]>::first).map_or(0, |octet| octet & CHECK_MASK) {
        CHECK_HERE => Check::Here,
        CHECK_BEFORE => Check::Before,
        _ => Check::None,
    }
}

/// What an IAM announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Check {
    None,
    Here,
    Before,
}

/// COT: how a check went.
pub(super) fn continuity(successful: bool) -> Message {
    let mut message = Message::new(MessageType::COT);
    message.set_octets(ParameterCode::CONTINUITY_INDICATORS, &[u8::from(successful)]);
    message
}

/// What a COT says.
pub(super) fn was_successful(message: &Message) -> bool {
    message.octets(ParameterCode::CONTINUITY_INDICATORS).and_then(<[u8]>::first).is_some_and(|octet| octet & 1 == 1)
}

/// SAM, Q.763 table 36: more digits of the called number.
pub(super) fn subsequent_address(digits: &str, is_last: bool) -> Message {
    let mut message = Message::new(MessageType::SAM);
    let [nature, _plan, signals @ ..] = &number(digits, CALLED_PLAN, is_last)[..] else { return message };
    // The first octet has the odd/even indicator alone (3.51).
    let contents = [&[nature & 0x80], signals].concat();
    message.set_octets(ParameterCode::SUBSEQUENT_NUMBER, &contents);
    message
}

/// The acronym of a message; a REL with its cause, and with the congestion level that it tells.
pub(super) fn label(message: &Message) -> String {
    let level = message.octets(ParameterCode::AUTOMATIC_CONGESTION_LEVEL).and_then(<[u8]>::first);
    match (message.kind, cause(message)) {
        (MessageType::REL, Some(cause)) => match level {
            Some(level) => format!("REL {cause} ACL {level}"),
            None => format!("REL {cause}"),
        },
        (kind, _) => kind.to_string(),
    }
}

/// The backward message of a script's step.
pub(super) fn backward(say: Say) -> Message {
    let (kind, parameters): (_, &[(ParameterCode, &[u8])]) = match say {
        Say::SubscriberFree => (MessageType::ACM, &[(ParameterCode::BACKWARD_CALL_INDICATORS, &SUBSCRIBER_FREE)]),
        Say::InBandInformation => (
            MessageType::ACM,
            &[
                (ParameterCode::BACKWARD_CALL_INDICATORS, &NO_INDICATION),
                (ParameterCode::OPTIONAL_BACKWARD_CALL_INDICATORS, &[IN_BAND_INFORMATION]),
            ],
        ),
        Say::Alerting => (MessageType::CPG, &[(ParameterCode::EVENT_INFORMATION, &[ALERTING])]),
        Say::Answer => (MessageType::ANM, &[]),
        Say::Connect => (MessageType::CON, &[(ParameterCode::BACKWARD_CALL_INDICATORS, &SUBSCRIBER_FREE)]),
    };
    parameters.iter().fold(Message::new(kind), |mut message, (code, octets)| {
        message.set_octets(*code, octets);
        message
    })
}

/// REL with a cause of Q.850, ITU coding, location "public network serving the remote user".
pub(super) fn release(cause: u8) -> Message {
    let mut message = Message::new(MessageType::REL);
    message.set_octets(ParameterCode::CAUSE_INDICATORS, &[EXTENSION | REMOTE_PUBLIC_NETWORK, EXTENSION | cause]);
    message
}

/// GRS for `range` circuits beyond the one it is sent on, Q.763 3.43: range alone.
pub(super) fn group_reset(range: u8) -> Message {
    let mut message = Message::new(MessageType::GRS);
    message.set_octets(ParameterCode::RANGE_AND_STATUS, &[range]);
    message
}

/// GRA: a status bit of one says that its circuit is blocked here.
pub(super) fn group_reset_acknowledgement(range: u8, blocked: impl Iterator<Item = bool>) -> Message {
    let mut message = Message::new(MessageType::GRA);
    message.set_octets(ParameterCode::RANGE_AND_STATUS, &range_and_bits(range, blocked));
    message
}

/// CQR with its circuit state indicator: an octet for each circuit. Bits DC: 0 transient, 1 incoming busy, 2 outgoing busy, 3 idle; B: blocked by
/// the other end, A: by this one.
pub(super) fn group_query_response(range: u8, states: &[u8]) -> Message {
    let mut message = Message::new(MessageType::CQR);
    message.set_octets(ParameterCode::RANGE_AND_STATUS, &[range]);
    message.set_octets(ParameterCode::CIRCUIT_STATE_INDICATOR, states);
    message
}

/// The state of a circuit that this exchange does not have.
pub(super) const UNEQUIPPED: u8 = 3;

/// CGBA or CGUA to a CGB or CGU: the same type indicator, range and status.
pub(super) fn group_blocking_acknowledgement(
    kind: MessageType,
    order: &Message,
    range: u8,
    status: &[bool],
) -> Message {
    let mut message = Message::new(kind);
    let indicator = order.octets(ParameterCode::CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE).and_then(<[u8]>::first);
    message.set_octets(ParameterCode::CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE, &[indicator.copied().unwrap_or(0)]);
    message.set_octets(ParameterCode::RANGE_AND_STATUS, &range_and_bits(range, status.iter().copied()));
    message
}

/// What a backward message means to a waiting script.
pub(super) fn heard(message: &Message) -> Option<Expected> {
    match message.kind {
        MessageType::ANM | MessageType::CON => Some(Expected::Answer),
        MessageType::ACM | MessageType::CPG => {
            Some(if rings(message) { Expected::Ringing } else { Expected::Backward })
        }
        _ => None,
    }
}

/// Called party's status "subscriber free" (Q.763 3.5, bits DC) or event "alerting" (3.21).
fn rings(message: &Message) -> bool {
    let free = |octets: &[u8]| octets.first().is_some_and(|octet| octet >> 2 & 3 == 1);
    let alerting = |octets: &[u8]| octets.first().is_some_and(|octet| octet & 0x7f == ALERTING);
    message.octets(ParameterCode::BACKWARD_CALL_INDICATORS).is_some_and(free)
        || message.octets(ParameterCode::EVENT_INFORMATION).is_some_and(alerting)
}

/// Digits of the called party number, ST left off, and whether it was there; nature of address and plan do not matter here.
pub(super) fn called_digits(message: &Message) -> Option<(String, bool)> {
    let [nature, _plan, signals @ ..] = message.octets(ParameterCode::CALLED_PARTY_NUMBER)? else { return None };
    address_signals(*nature, signals)
}

/// The same of a subsequent number.
pub(super) fn subsequent_digits(message: &Message) -> Option<(String, bool)> {
    let [indicator, signals @ ..] = message.octets(ParameterCode::SUBSEQUENT_NUMBER)? else { return None };
    address_signals(*indicator, signals)
}

fn address_signals(odd: u8, signals: &[u8]) -> Option<(String, bool)> {
    let count = (signals.len() * 2).checked_sub(usize::from(odd >> 7))?;
    let codes = || signals.iter().flat_map(|octet| [octet & 0xf, octet >> 4]).take(count);
    let digits = codes().take_while(|code| *code != ST).map(|code| char::from(DIGITS[usize::from(code)])).collect();
    Some((digits, codes().any(|code| code == ST)))
}

/// Cause value of a REL; the octet after the recommendation when there is one (Q.850 2.1).
pub(super) fn cause(message: &Message) -> Option<u8> {
    let octets = message.octets(ParameterCode::CAUSE_INDICATORS)?;
    let at = if octets.first()? & EXTENSION == 0 { 2 } else { 1 };
    octets.get(at).map(|octet| octet & !EXTENSION)
}

/// Range of a group message, and its status bits if it has them all.
pub(super) fn range_and_status(message: &Message) -> Option<(u8, Vec<bool>)> {
    let (range, status) = message.octets(ParameterCode::RANGE_AND_STATUS)?.split_first()?;
    let bits = (0..=usize::from(*range)).map_while(|at| status.get(at / 8).map(|octet| octet >> (at % 8) & 1 == 1));
    Some((*range, bits.collect()))
}

/// Address signals behind nature of address and plan, Q.763 3.9 and 3.10. Characters that are no digits are left out.
fn number(digits: &str, plan: u8, stop: bool) -> Vec<u8> {
    let nature = if digits.starts_with('+') { INTERNATIONAL } else { NATIONAL };
    let mut codes: Vec<u8> = digits.chars().filter_map(code).take(DIGITS_MAX).collect();
    if stop {
        codes.push(ST);
    }
    let odd = (codes.len() % 2) as u8;
    let mut octets = vec![odd << 7 | nature, plan];
    octets.extend(codes.chunks(2).map(|pair| pair[0] | pair.get(1).map_or(0, |second| second << 4)));
    octets
}

fn code(digit: char) -> Option<u8> {
    DIGITS.iter().position(|known| char::from(*known) == digit.to_ascii_uppercase()).map(|at| at as u8)
}

/// Q.763 3.43: the range, then one bit for each of its circuits, the first one lowest.
fn range_and_bits(range: u8, bits: impl Iterator<Item = bool>) -> Vec<u8> {
    let mut octets = vec![range];
    octets.resize(usize::from(range) / 8 + 2, 0);
    for (at, bit) in bits.enumerate().take(usize::from(range) + 1) {
        octets[1 + at / 8] |= u8::from(bit) << (at % 8);
    }
    octets
}

/// Address signals by code; the spare ones (A, D, E) print too.
const DIGITS: &[u8; 15] = b"0123456789ABCDE";
/// Longest number sent; far beyond E.164's 15 digits.
const DIGITS_MAX: usize = 32;
/// Code 11 of DIGITS is B, 12 is C; 15 ends a number.
const ST: u8 = 15;
/// Q.763 3.35, bits DC.
const CHECK_MASK: u8 = 0x0c;
const CHECK_HERE: u8 = 0x04;
const CHECK_BEFORE: u8 = 0x08;
const NATIONAL: u8 = 3;
const INTERNATIONAL: u8 = 4;
/// ISDN numbering plan (E.164).
const CALLED_PLAN: u8 = 0x10;
/// The same; presentation allowed, network provided.
const CALLING_PLAN: u8 = 0x13;
/// ISUP all the way but not required all the way, originating access ISDN (Q.763 3.23).
const FORWARD_CALL: [u8; 2] = [0x60, 0x01];
const ORDINARY_SUBSCRIBER: u8 = 0x0a;
/// Bearer capability of Q.931 4.5.5: 3.1 kHz audio, a circuit of 64 kbit/s, µ-law.
const AUDIO_CIRCUIT: [u8; 3] = [0x90, 0x90, 0xa2];
const AUDIO_3_1_KHZ: u8 = 3;
/// Charge, subscriber free, ordinary subscriber; ISUP all the way, ISDN access (Q.763 3.5).
const SUBSCRIBER_FREE: [u8; 2] = [0x16, 0x14];
/// Charge, no indication of the called party's status.
const NO_INDICATION: [u8; 2] = [0x12, 0x14];
/// Q.763 3.37, bit A.
const IN_BAND_INFORMATION: u8 = 1;
/// Q.763 3.21.
const ALERTING: u8 = 1;
const EXTENSION: u8 = 0x80;
/// Q.850 location 4.
const REMOTE_PUBLIC_NETWORK: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    /// IAM of a libss7 end to 307654321# from 301234567, from its type octet on; ours differs in no octet.
    const IAM_OF_LIBSS7: [u8; 26] = [
        0x01, 0x00, 0x60, 0x01, 0x0a, 0x03, 0x02, 0x09, 0x07, 0x03, 0x10, 0x03, 0x67, 0x45, 0x23, 0xf1, 0x0a, 0x07,
        0x83, 0x13, 0x03, 0x21, 0x43, 0x65, 0x07, 0x00,
    ];

    #[test]
    fn an_initial_address_message_is_octet_for_octet_that_of_a_foreign_exchange() {
        let order = CallOrder::conversation("307654321", "301234567", 0);
        let mut octets = Vec::new();
        initial_address(&order).encode(&mut octets).expect("complete");
        assert_eq!(octets, IAM_OF_LIBSS7);
        let message = Message::decode(&IAM_OF_LIBSS7).expect("a foreign IAM");
        assert_eq!(called_digits(&message), Some(("307654321".to_owned(), true)));
    }

    /// The shape is that of Q.763 table 36: one mandatory part of variable length, a pointer to it, and no optional part used.
    #[test]
    fn a_subsequent_address_message_has_the_digits_and_their_end() {
        for (digits, is_last, octets) in [
            ("12", true, &[0x02, 0x02, 0x00, 0x03, 0x80, 0x21, 0x0f][..]),
            ("123", true, &[0x02, 0x02, 0x00, 0x03, 0x00, 0x21, 0xf3]),
            ("1", false, &[0x02, 0x02, 0x00, 0x02, 0x80, 0x01]),
        ] {
            let message = subsequent_address(digits, is_last);
            let mut encoded = Vec::new();
            message.encode(&mut encoded).expect("complete");
            assert_eq!(encoded, octets);
            assert_eq!(subsequent_digits(&message), Some((digits.to_owned(), is_last)));
        }
    }

    /// The same messages from a libss7 end: ACM without indication, CPG alerting, ANM, REL 17.
    #[test]
    fn foreign_backward_messages_are_understood() {
        let hear = |octets: &[u8]| heard(&Message::decode(octets).expect("a foreign message"));
        assert_eq!(hear(&[0x06, 0x40, 0x14, 0x00]), Some(Expected::Backward));
        assert_eq!(hear(&[0x06, 0x16, 0x14, 0x00]), Some(Expected::Ringing));
        assert_eq!(hear(&[0x2c, 0x01, 0x00]), Some(Expected::Ringing));
        assert_eq!(hear(&[0x09, 0x00]), Some(Expected::Answer));
        assert_eq!(hear(&[0x0d, 0x01, 0x00]), None);
        let release = Message::decode(&[0x0c, 0x02, 0x00, 0x02, 0x81, 0x91]).expect("a foreign REL");
        assert_eq!(cause(&release), Some(17));
    }

    #[test]
    fn a_cause_after_a_recommendation_octet_is_found() {
        let mut message = Message::new(MessageType::REL);
        message.set_octets(ParameterCode::CAUSE_INDICATORS, &[0x04, 0x80, 0x92]);
        assert_eq!(cause(&message), Some(18));
    }

    /// GRS on 15 circuits and its GRA as two libss7 ends exchange them.
    #[test]
    fn group_reset_is_coded_as_foreign_exchanges_do() {
        let mut octets = Vec::new();
        group_reset(14).encode(&mut octets).expect("complete");
        assert_eq!(octets, [0x17, 0x01, 0x01, 0x0e]);
        octets.clear();
        group_reset_acknowledgement(14, std::iter::repeat(false)).encode(&mut octets).expect("complete");
        assert_eq!(octets, [0x29, 0x01, 0x03, 0x0e, 0x00, 0x00]);
        let marked = group_reset_acknowledgement(14, (0..15).map(|at| at == 9));
        assert_eq!(range_and_status(&marked), Some((14, (0..15).map(|at| at == 9).collect())));
    }

    #[test]
    fn in_band_information_stands_in_the_optional_part() {
        let mut octets = Vec::new();
        backward(Say::InBandInformation).encode(&mut octets).expect("complete");
        assert_eq!(octets, [0x06, 0x12, 0x14, 0x01, 0x29, 0x01, 0x01, 0x00]);
    }
}
