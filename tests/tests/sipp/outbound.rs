//! Flows of ours (RFC 5626) at Kamailio, its `outbound`, `path` and `registrar` modules: one by each of two edges.

use serde_json::Value;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;
use tests::real::kamailio::Process;
use tests::real::{Gateway, Place, Scenario, Setup, until, within};

/// Two edges and their registrar, which is asked by a socket of its own.
struct Domain {
    edges: [SocketAddr; 2],
    registrar: SocketAddr,
    control: String,
    _process: Process,
}

impl Domain {
    fn start(place: &Place) -> Domain {
        let [first, second, registrar] = [(); 3].map(|()| place.free_port());
        let control = place.file("control").display().to_string();
        let text = include_str!("../../fixtures/kamailio_outbound.cfg")
            .replace("{silence_s}", &SILENCE_S.to_string())
            .replace("{flow_timer_s}", &FLOW_TIMER_S.to_string())
            .replace("{first}", &first.to_string())
            .replace("{second}", &second.to_string())
            .replace("{registrar}", &registrar.to_string())
            .replace("{registrar_port}", &registrar.port().to_string())
            .replace("{control}", &control);
        let process = Process::start(place, "outbound", &text, registrar);
        Domain { edges: [first, second], registrar, control, _process: process }
    }

    /// The values of a field of what is bound there.
    fn bound(&self, field: &str) -> Vec<String> {
        let mut command = Command::new("kamcmd");
        let output = command.args(["-s", &format!("unix:{}", self.control), "ul.dump"]).output();
        let text = String::from_utf8(output.expect("kamcmd is of kamailio's package").stdout).expect("it writes text");
        let mut values: Vec<_> =
            text.lines().filter_map(|line| line.trim().strip_prefix(field)).map(str::to_owned).collect();
        values.sort();
        values
    }
}

fn flows(gateway: &Gateway) -> Vec<Value> {
    gateway.status()["registrations"].as_array().expect("a list").clone()
}

fn all_registered(flows: &[Value]) -> bool {
    flows.iter().all(|flow| flow["state"] == "registered" && flow["failures"] == 0)
}

#[test]
fn two_flows_of_ours_are_bound_at_kamailio_kept_alive_and_called_by() {
    let setup = Setup::new();
    let domain = Domain::start(&setup.place);
    let [first, second] = domain.edges;
    let sip_keys = format!(
        "[[sip.registration]]\nregistrar = \"sip:{};transport=tcp\"\naor = \"498912345\"\ncontact_user = \"600\"\nexpires_s = 600\n\
         outbound = [\"sip:{first};transport=tcp\", \"sip:{second};transport=tcp\"]\n\
         username = \"498912345\"\npassword = \"battery\"",
        domain.registrar
    );
    let gateway = Setup { sip_keys, ..setup }.start();
    until("both flows are registered", || all_registered(&flows(&gateway)).then_some(()));
    assert_eq!(domain.bound("Reg-Id: "), ["1", "2"]);
    let instances = domain.bound("Instance: ");
    assert!(instances[0].starts_with("<urn:uuid:") && instances[0] == instances[1], "{instances:?}");

    // One call, by the connection that the edge's token of the Path names.
    let caller = Scenario::new("proxied_call").with("media", 6000).option("-d", 300).option("-s", "498912345");
    let place = gateway.place();
    let played = caller.option("-t", "t1").play(place.folder(), domain.registrar, place.free_port()).succeeded();
    let paths = domain.bound("Path: <sip:");
    let mut tokens = paths.iter().map(|path| path.split('@').next().expect("split gives one"));
    assert!(
        tokens.any(|token| played.messages.contains(&format!("Record-Route: <sip:{token}@"))),
        "{}",
        played.messages
    );
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["called"], "600");

    // Kamailio would have closed the connections without pings, and the flows would have been begun anew.
    let old =
        || flows(&gateway).iter().all(|flow| flow["expires_in_s"].as_u64() < Some(600 - 2 * SILENCE_S)).then_some(());
    within(Duration::from_secs(3 * SILENCE_S), old).expect("time passes");
    assert!(all_registered(&flows(&gateway)), "{:#?}", flows(&gateway));
}

/// After this time without an octet Kamailio closes a connection.
const SILENCE_S: u64 = 15;
/// The shortest that the gateway obeys.
const FLOW_TIMER_S: u64 = 10;
