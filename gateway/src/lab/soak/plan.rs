//! The gateway of a soak: some spans, each with a link, a trunk and an exchange of its own.

use config::Model;
use std::fmt::Write;

/// Spans in one run: enough that a trouble on one leaves traffic on the others.
pub const SPANS: usize = 4;

/// The configuration. The number that reaches span n begins with the digit n; the hunting orders differ, so that both
/// ends seize alike on some trunks and apart on others.
pub fn model() -> Model {
    let mut text = String::from(HEAD);
    for span in 0..SPANS {
        let hunt = ["least-recently-used", "ascending", "odd-first", "cyclic"][span % 4];
        write!(
            text,
            "[[sim.far_exchange]]\nspan = \"e{span}\"\n\
             [[span]]\nname = \"e{span}\"\n\
             [[ss7.link]]\nname = \"link-{span}\"\nspan = \"e{span}\"\ntimeslot = 16\nadjacent = \"1-2-{span}\"\n\
             [[trunk]]\nname = \"trunk-{span}\"\ndestination = \"1-2-{span}\"\nhunt = \"{hunt}\"\n\
             spans = [{{ span = \"e{span}\", cic_base = 0 }}]\n\
             [[route]]\nfrom = \"sip\"\ncalled = \"{span}.\"\nto = \"trunk-{span}\"\nstrip = 1\n\
             [[route]]\nfrom = \"trunk-{span}\"\ncalled = \".\"\nto = \"peer\"\n",
        )
        .expect("a string takes what is written to it");
    }
    config::parse("soak", &text).unwrap_or_else(|report| panic!("the soak's own configuration: {report}"))
}

const HEAD: &str = r#"
driver = "sim"
[sip]
listen = ["udp:127.0.0.1:5060"]
[[sip.peer]]
name = "peer"
address = "sip:127.0.0.1:5070"
[rtp]
address = "127.0.0.1"
[sim]
pacing = "strict"
[ss7]
point_code = "1-1-1"
network = "national"
"#;
