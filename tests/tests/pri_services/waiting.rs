//! Message waiting: over connections without a channel in private networks, and without a call in public ones.

use isup::q931::codec::{CallReference, ElementCode, Flag, MessageType};
use isup::q931::rose::Component;
use tests::peer::Peer;
use tests::script::{Script, components};
use tests::{World, plan};

use super::world;

/// mwiActivate of ECMA-242 for 0304444, as libpri writes it.
const ACTIVATE: &str = "9faa06800100820100 8b0100 a114 02010b 020150 300c 800730333034343434 0a0101";
/// mWIIndicate of EN 300 745-1, likewise: two messages.
const INDICATE: &str = "91a112 020102 06060400856901 03 3005 a303 020102";
/// The same without messages.
const NONE: &str = "91a112 020102 06060400856901 03 3005 a303 020100";
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

/// 0304444 is a peer's that wants to know, 0305555 one's that does not.
#[test]
fn a_peer_that_wants_to_know_is_told_of_messages_for_the_number_that_is_its() {
    let peers = "\n[[sip.peer]]\nname = \"desk\"\naddress = \"sip:127.0.0.1:5080\"\nmessage_waiting = true\n\
        [[sip.peer]]\nname = \"deaf\"\naddress = \"sip:127.0.0.1:5081\"\n";
    let trunk = plan::pri_far_exchange("a", "user", "e1", "switch = \"euroisdn\"");
    let routes = [
        ("a", "0304444", "desk"),
        ("a", "0305555", "deaf"),
        ("a", ".", "trunk"),
        ("sip", ".", "a"),
        ("trunk", ".", "a"),
    ];
    let mut world = World::with(plan::embedded_with(&(trunk + peers), &routes), 7);
    world.wait_until("ready", World::is_ready);
    let (far, mut desk, mut deaf) = (Script::behind(&mut world, "a"), Peer::new(5080), Peer::new(5081));
    let indicate = |world: &mut World, component: &str, number: &str| {
        let called = (ElementCode::CALLED_PARTY_NUMBER, number);
        far.say(CallReference::DUMMY, MessageType::FACILITY, &[(ElementCode::FACILITY, component), called]);
        world.run(100);
    };
    indicate(&mut world, INDICATE, "a130333035353535");
    indicate(&mut world, INDICATE, "a130333034343434");
    let notify = desk.hears(&mut world, "NOTIFY sip:0304444@127.0.0.1:5080 ");
    desk.answers(&mut world, &notify, 200, "OK");
    assert!(notify.contains("\r\nEvent: message-summary\r\n"), "{notify}");
    assert!(notify.ends_with("\r\n\r\nMessages-Waiting: yes\r\nVoice-Message: 2/0\r\n"), "{notify}");
    indicate(&mut world, NONE, "a130333034343434");
    let notify = desk.hears(&mut world, "NOTIFY ");
    desk.answers(&mut world, &notify, 200, "OK");
    assert!(notify.ends_with("\r\n\r\nMessages-Waiting: no\r\nVoice-Message: 0/0\r\n"), "{notify}");
    assert!(deaf.requests(&mut world).is_empty());
    assert_eq!(world.status().trunks[1].mailboxes_told, 3);
}
