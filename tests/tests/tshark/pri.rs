//! The D-channel: the Q.931 messages that tshark prints are those that the far exchange says it sent and received.

use super::reading::{assert_well_formed, tshark};
use config::Model;
use config::model::{Capture, Driver};
use hw_sim::far_end::{CallOrder, Direction, Handle};
use isup::q931::codec::{MessageFamily, MessageType};
use spangate::io::gateway::Gateway;
use spangate::lab::embedded::Embedded;
use spangate::lab::phone::{Intent, Phone};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tests::real::{Place, until};

/// A primary rate interface alone, on sockets of this place.
fn model(place: &Place, side: &str, switch: &str, line: &str) -> Model {
    let text = format!(
        r#"
driver = "sim"
[sip]
listen = ["udp:127.0.0.1:5060"]
[[sip.peer]]
name = "peer"
address = "sip:127.0.0.1:5070"
accept_from = ["127.0.0.0/8"]
[rtp]
address = "127.0.0.1"
[[sim.far_exchange]]
span = "p"
[[span]]
name = "p"
line = "{line}"
[[trunk]]
name = "pri"
kind = "pri"
side = "{side}"
switch = "{switch}"
spans = [{{ span = "p" }}]
[[route]]
from = "sip"
called = "."
to = "pri"
"#
    );
    let mut model = config::parse("a PRI", &text).unwrap_or_else(|report| panic!("{report}"));
    let anywhere = SocketAddr::new(place.ip(), 0);
    for listener in &mut model.sip.listeners {
        (listener.address, listener.advertised) = (anywhere, anywhere);
    }
    model.admin.listen = anywhere;
    (model.rtp.address, model.rtp.advertised) = (place.ip(), place.ip());
    model.journal.directory = Some(place.folder().to_owned());
    model.capture = Some(Capture { file: place.file("capture.pcapng") });
    model
}

#[test]
fn tshark_prints_the_q931_messages_that_the_far_exchange_tells() {
    for (side, switch, line) in [("user", "euroisdn", "e1"), ("network", "qsig", "e1"), ("user", "ni2", "t1")] {
        let place = Place::new();
        let model = model(&place, side, switch, line);
        let Driver::Sim(sim) = model.driver.clone() else { panic!("it is simulated") };
        let embedded = Embedded::start(&model, &sim).expect("a simulated span");
        let mut gateway = Gateway::start(model, embedded.surroundings()).expect("a gateway");
        assert!(gateway.ready());
        let phone = Phone::new(place.ip(), gateway.addresses().sip[0].1).expect("a telephone");
        for (called, intent, status) in [
            ("600", Intent::Talk(SHORT), 200),
            ("603", Intent::Talk(SHORT), 486),
            ("605", Intent::Talk(SHORT), 404),
            ("604", Intent::GiveUp(SHORT), 487),
            ("606", Intent::Talk(SHORT), 200),
            ("607", Intent::Talk(Duration::from_secs(20)), 200),
        ] {
            assert_eq!(phone.call(called, intent).expect(called).status, status, "{called}");
        }
        let (_, far) = embedded.exchanges().behind("pri").expect("the exchange behind the trunk");
        // No route leads its own call anywhere: it is refused.
        let order = far.place(CallOrder::conversation("100", "200", 0));
        let outcome = until("its own call to be over", || far.outcome(order));
        assert!(!outcome.answered, "{outcome:?}");
        until("idle channels", || (far.status().circuits.busy + far.status().circuits.releasing == 0).then_some(()));
        gateway.shut_down();
        assert!(gateway.join().is_clean());

        let capture = place.file("capture.pcapng");
        assert_well_formed(&capture, &[("sip", 10), ("rtp", 50), ("lapd", 40), ("q931", 30)]);
        let (theirs, ours) = (told_by(far), q931(&capture));
        for sent in [true, false] {
            let of = |told: &[(bool, String)]| -> Vec<String> {
                told.iter().filter(|(by_us, _)| *by_us == sent).map(|(_, message)| message.clone()).collect()
            };
            assert!(of(&ours).len() > 10, "{ours:?}");
            assert_eq!(of(&ours), of(&theirs), "{side} {switch}, sent by the gateway: {sent}");
        }
    }
}

/// The messages as tshark understands them: whether the gateway sent them, and what they are, with the cause of those that clear.
fn q931(capture: &Path) -> Vec<(bool, String)> {
    let rows = tshark(capture, "q931", &["frame.interface_name", "q931.message_type", "q931.cause_value"]);
    let told = rows.into_iter().map(|row| {
        let code = row[1].trim_start_matches("0x");
        let code = u8::from_str_radix(code, 16).unwrap_or_else(|_| panic!("no message type in {row:?}"));
        (row[0].ends_with(" sent"), label(code, row[2].parse().ok()))
    });
    told.collect()
}

fn label(code: u8, cause: Option<u8>) -> String {
    let kind = MessageType { family: MessageFamily::CallControl, code };
    match cause {
        Some(cause) => format!("{kind} {cause}"),
        None => kind.to_string(),
    }
}

/// The same as the far exchange has them.
fn told_by(far: &Handle) -> Vec<(bool, String)> {
    let told = far.log().into_iter().filter_map(|entry| match entry.direction {
        Direction::Received | Direction::Unexpected => Some((true, entry.message)),
        Direction::Sent => Some((false, entry.message)),
        Direction::Here => None,
    });
    told.collect()
}

/// How long those who talk do.
const SHORT: Duration = Duration::from_millis(800);
