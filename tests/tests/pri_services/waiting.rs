//! Message waiting: over connections without a channel in private networks, and without a call in public ones.

use isup::q931::codec::{CallReference, ElementCode, Flag, MessageType};
use isup::q931::rose::Component;
use tests::script::{Script, components};

use super::world;

/// mwiActivate of ECMA-242 for 0304444, as libpri writes it.
const ACTIVATE: &str = "9faa06800100820100 8b0100 a114 02010b 020150 300c 800730333034343434 0a0101";
/// mWIIndicate of EN 300 745-1, likewise: two messages.
const INDICATE: &str = "91a112 020102 06060400856901 03 3005 a303 020102";
/// mWIActivate of EN 300 745-1: a user's number and the basic service.
const ASK: &str = "91a119 020103 06060400856901 01 300c 800730333034343434 0a0101";

#[test]
fn a_message_centre_of_a_private_network_is_acknowledged_on_its_connection_and_counted() {
    for side in ["user", "network"] {
        let mut world = world(side, "qsig");
        let mut far = Script::behind(&mut world, "a");
        let reference = CallReference::primary(77, Flag::FromOrigin);
        let setup = [
            (ElementCode::BEARER_CAPABILITY, "a880"),
            (ElementCode::CHANNEL_IDENTIFICATION, "ac"),
            (ElementCode::FACILITY, ACTIVATE),
            (ElementCode::CALLED_PARTY_NUMBER, "8030333034343434"),
        ];
        far.say(reference, MessageType::SETUP, &setup);
        let answers = components(&far.hears(&mut world, MessageType::CONNECT));
        assert!(matches!(&answers[..], [Component::ReturnResult(result)] if result.id.0 == 11), "{answers:?}");
        assert_eq!(world.status().trunks[1].mailboxes_told, 1);
        far.say(reference, MessageType::DISCONNECT, &[(ElementCode::CAUSE, "8090")]);
        far.hears(&mut world, MessageType::RELEASE);
        far.say(reference, MessageType::RELEASE_COMPLETE, &[]);
        world.settle();
        assert_eq!(world.call_references(), 0);
    }
}

#[test]
fn a_public_network_indicates_messages_without_a_call_and_a_message_centre_is_answered() {
    let mut world = world("user", "euroisdn");
    let mut far = Script::behind(&mut world, "a");
    let called = (ElementCode::CALLED_PARTY_NUMBER, "a130333034343434");
    far.say(CallReference::DUMMY, MessageType::FACILITY, &[(ElementCode::FACILITY, INDICATE), called]);
    far.say(CallReference::DUMMY, MessageType::FACILITY, &[(ElementCode::FACILITY, ASK)]);
    let answers = components(&far.hears(&mut world, MessageType::FACILITY));
    assert!(matches!(&answers[..], [Component::ReturnResult(result)] if result.id.0 == 3), "{answers:?}");
    assert_eq!(far.count(MessageType::FACILITY), 0, "an indication wants no answer");
    let status = world.status();
    assert_eq!(status.trunks[1].mailboxes_told, 2);
    assert!(status.to_string().contains("MESSAGES WAITING"), "{status}");
}
