//! The signalling link: the ISUP messages that tshark prints are those that the far exchange says it sent and received.

use super::reading::{assert_well_formed, tshark};
use config::Model;
use config::model::{Capture, Driver};
use hw_sim::far_end::{Direction, Handle};
use serde_json::Value;
use spangate::io::gateway::Gateway;
use spangate::io::journal::file as journal;
use spangate::lab::embedded::Embedded;
use spangate::lab::phone::{Intent, Phone};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tests::real::{Place, binary, until};

#[test]
fn the_demo_holds_and_tshark_agrees_with_its_capture() {
    let place = Place::new();
    let mut demo = Command::new(binary());
    let output = demo.args(["demo", "--json", "--out"]).arg(place.folder()).output().expect("it can be run");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let told: Value = serde_json::from_slice(&output.stdout).expect("--json tells JSON");
    assert_eq!((&told["held"], &told["drained"]), (&true.into(), &true.into()), "{told:#}");
    assert_eq!(
        (&told["circuits"]["trunk"]["idle"], &told["circuits"]["pri"]["idle"]),
        (&30.into(), &30.into()),
        "{told:#}"
    );
    let capture = Path::new(told["capture"].as_str().expect("a path"));
    assert_eq!(capture, place.file("demo.pcapng"));
    assert!(Path::new(told["journal"].as_str().expect("a path")).is_file());
    let calls = told["calls"].as_array().expect("a list");
    for (call, outcome) in [
        ("SIP → ISUP  600", "200"),
        ("SIP → ISUP  603", "486"),
        ("SIP → ISUP  604", "487"),
        ("ISUP → SIP  700", "answer"),
        ("SIP → PRI  9600", "200"),
        ("SIP → PRI  9603", "486"),
        ("SIP → PRI  9604", "487"),
        ("PRI → SIP  701", "answer"),
        ("ISUP → PRI  9600", "answer"),
    ] {
        let is_meant = |one: &&Value| one["call"].as_str().is_some_and(|title| title.starts_with(call));
        let call = calls.iter().find(is_meant).unwrap_or_else(|| panic!("{call}: {told:#}"));
        assert_eq!(call["held"], true, "{call:#}");
        assert!(call["outcome"].as_str().is_some_and(|text| text.contains(outcome)), "{call:#}");
        assert!(!call["messages"].as_array().expect("a list").is_empty(), "{call:#}");
        assert_eq!(call["audio"].is_null(), ["486", "487"].contains(&outcome), "{call:#}");
        if let Some(compared) = call["audio"]["octets_compared"].as_u64() {
            // Between two timeslots there is no jitter buffer, and no delay but the line's.
            let buffered = call["audio"]["delay"]["jitter_buffer_us"].as_u64() > Some(0);
            let is_patched = call["call"].as_str().is_some_and(|title| title.starts_with("ISUP → PRI"));
            assert!(compared > 15_000 && buffered != is_patched, "{call:#}");
        }
    }

    assert_well_formed(capture, &PROTOCOLS);
    let ours = isup(capture);
    let (reset, calls) = ours.iter().partition::<Vec<_>, _>(|message| ["GRS", "GRA"].contains(&&*message.kind));
    assert_eq!(reset.len(), 8, "two ranges of circuits reset by either side: {reset:?}");
    for (called, sent, steps) in [
        ("600", true, "IAM> ACM< ANM< REL 16> RLC<"),
        ("603", true, "IAM> REL 17< RLC>"),
        ("604", true, "IAM> ACM< REL 16> RLC<"),
        ("700", false, "IAM< ACM> ANM> REL 16< RLC>"),
        ("9600", false, "IAM< ACM> CPG> ANM> REL 16< RLC>"),
    ] {
        let iam = ours.iter().find(|message| message.called.as_deref() == Some(called));
        let iam = iam.unwrap_or_else(|| panic!("no IAM to {called}: {ours:?}"));
        assert_eq!(iam.sent, sent, "{called}");
        assert_eq!(story(&calls, iam), steps, "{called}");
    }
}

#[test]
fn tshark_prints_the_isup_messages_that_the_far_exchange_tells() {
    let place = Place::new();
    let capture = place.file("capture.pcapng");
    let mut model = Model::embedded();
    let anywhere = SocketAddr::new(place.ip(), 0);
    for listener in &mut model.sip.listeners {
        (listener.address, listener.advertised) = (anywhere, anywhere);
    }
    model.admin.listen = anywhere;
    (model.rtp.address, model.rtp.advertised) = (place.ip(), place.ip());
    model.journal.directory = Some(place.folder().to_owned());
    model.capture = Some(Capture { file: capture.clone() });
    let Driver::Sim(sim) = model.driver.clone() else { panic!("the embedded default is simulated") };
    let embedded = Embedded::start(&model, &sim).expect("a simulated E1");
    let mut gateway = Gateway::start(model, embedded.surroundings()).expect("a gateway");
    assert!(gateway.ready());
    let sip = gateway.addresses().sip[0].1;
    let phone = Phone::new(place.ip(), sip).expect("a telephone");
    for (called, intent, status) in [
        ("600", Intent::Talk(SHORT), 200),
        ("603", Intent::Talk(SHORT), 486),
        ("605", Intent::Talk(SHORT), 404),
        ("699", Intent::Talk(SHORT), 404),
        ("604", Intent::GiveUp(SHORT), 487),
        ("606", Intent::Talk(SHORT), 200),
        ("607", Intent::Talk(Duration::from_secs(20)), 200),
    ] {
        assert_eq!(phone.call(called, intent).expect(called).status, status, "{called}");
    }
    let (_, far) = embedded.exchanges().behind("trunk").expect("the exchange behind the trunk");
    until("idle circuits", || (far.status().circuits.idle == 30).then_some(()));
    gateway.shut_down();
    assert!(gateway.join().is_clean());

    assert_well_formed(&capture, &PROTOCOLS);
    let ours = isup(&capture);
    let theirs = told_by(far);
    assert_eq!(lines(&ours, true), lines(&theirs, true), "sent by the gateway");
    assert_eq!(lines(&ours, false), lines(&theirs, false), "received by the gateway");
    let causes = ours.iter().filter(|message| message.kind == "REL").filter_map(|message| message.cause);
    assert_eq!(causes.collect::<Vec<_>>(), [16, 17, 1, 3, 16, 16, 16]);
    assert!(journal::path_in(place.folder()).is_file());
}

/// An ISUP message as one who saw it tells it.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    /// By the gateway.
    sent: bool,
    cic: u16,
    kind: String,
    cause: Option<u8>,
    called: Option<String>,
}

/// Each message as a line, of one direction, in order: between the directions no two observers have one order.
fn lines(messages: &[Told], sent: bool) -> Vec<String> {
    let own = messages.iter().filter(|message| message.sent == sent);
    own.map(|message| format!("{} {} {:?}", message.cic, message.kind, message.cause)).collect()
}

/// What happened on the circuit of an IAM from that to RLC: `>` is sent by the gateway, `<` received.
fn story(messages: &[&Told], iam: &Told) -> String {
    let from = messages.iter().skip_while(|message| **message != iam).filter(|message| message.cic == iam.cic);
    let mut is_over = false;
    let own = from.take_while(|message| !std::mem::replace(&mut is_over, message.kind == "RLC"));
    let steps = own.map(|Told { sent, kind, cause, .. }| {
        let cause = cause.map_or(String::new(), |cause| format!(" {cause}"));
        format!("{kind}{cause}{}", if *sent { '>' } else { '<' })
    });
    steps.collect::<Vec<_>>().join(" ")
}

fn told_by(far: &Handle) -> Vec<Told> {
    let told = far.log().into_iter().filter_map(|entry| {
        let sent = match entry.direction {
            Direction::Received | Direction::Unexpected => true,
            Direction::Sent => false,
            Direction::Here => return None,
        };
        // `REL 16`: the message, and its cause.
        let (kind, cause) = entry.message.split_once(' ').unwrap_or((&entry.message, ""));
        Some(Told { sent, cic: entry.cic?, kind: kind.into(), cause: cause.parse().ok(), called: None })
    });
    told.collect()
}

/// The ISUP messages as tshark understands them.
fn isup(capture: &Path) -> Vec<Told> {
    let fields = ["frame.interface_name", "isup.cic", "_ws.col.Info", "isup.cause_indicator", "isup.called"];
    let rows = tshark(capture, "isup", &fields);
    let told = rows.into_iter().map(|row| Told {
        sent: row[0].ends_with(" sent"),
        cic: row[1].parse().unwrap_or_else(|_| panic!("no CIC in {row:?}")),
        kind: row[2].split(' ').next().unwrap_or_default().to_owned(),
        cause: row[3].parse().ok(),
        called: (!row[4].is_empty()).then(|| row[4].trim_end_matches('F').to_owned()),
    });
    told.collect()
}

/// What is in a capture, and of each so many frames at least.
const PROTOCOLS: [(&str, usize); 5] = [("sip", 10), ("rtp", 100), ("mtp2", 20), ("mtp3mg", 4), ("isup", 10)];
/// How long those who talk do.
const SHORT: Duration = Duration::from_millis(800);
