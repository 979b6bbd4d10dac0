//! The gateway of a soak: some trunks, each with an exchange of its own, on spans with a link or a D-channel each.

use crate::ops::cli::Signalling;
use config::Model;
use std::fmt::{self, Write};

/// Trunks in one run: enough that a trouble on one leaves traffic on the others.
pub const TRUNKS: usize = 4;
/// The spans of each ISUP trunk. The first trunk has a linkset of two links, so that calls go on when one of them fails.
pub const SPANS_OF: [&[usize]; TRUNKS] = [&[0, 1], &[2], &[3], &[4]];
/// The trunk with two links.
pub const PAIRED: usize = 0;

/// A PRI trunk, on the span of its own number.
pub struct Interface {
    side: &'static str,
    switch: &'static str,
    line: &'static str,
    /// Digits come and go one after the other.
    pub overlap: bool,
}

/// The PRI trunks: both sides, both lines, with overlap and without.
pub const INTERFACES: [Interface; TRUNKS] = [
    Interface { side: "user", switch: "euroisdn", line: "e1", overlap: true },
    Interface { side: "network", switch: "euroisdn", line: "e1", overlap: true },
    Interface { side: "user", switch: "ni2", line: "t1", overlap: false },
    Interface { side: "network", switch: "qsig", line: "e1", overlap: false },
];

impl Interface {
    /// The D-channel's timeslot.
    pub fn d_channel(&self) -> u8 {
        if self.line == "t1" { 24 } else { 16 }
    }
}

/// The configuration. The number that reaches trunk n begins with the digit n; the hunting orders differ, so that both
/// ends seize alike on some trunks and apart on others.
pub fn model(protocol: Signalling) -> Model {
    let (mut text, add): (_, fn(&mut String, usize) -> fmt::Result) = match protocol {
        Signalling::Isup => (format!("{HEAD}{SS7}"), add_trunk),
        Signalling::Pri => (HEAD.to_owned(), add_interface),
    };
    for trunk in 0..TRUNKS {
        add(&mut text, trunk).expect("a string takes what is written to it");
    }
    config::parse("soak", &text).unwrap_or_else(|report| panic!("the soak's own configuration: {report}"))
}

/// A trunk with its spans, a link on each of them, and the exchange at their other end.
fn add_trunk(text: &mut String, trunk: usize) -> fmt::Result {
    let spans = SPANS_OF[trunk];
    let list = |each: &dyn Fn(usize, usize) -> String| {
        let members: Vec<String> = spans.iter().enumerate().map(|(at, span)| each(at, *span)).collect();
        members.join(", ")
    };
    writeln!(text, "[[sim.far_exchange]]\nspans = [{}]", list(&|_, span| format!("\"e{span}\"")))?;
    for (at, span) in spans.iter().enumerate() {
        write!(
            text,
            "[[span]]\nname = \"e{span}\"\n\
             [[ss7.link]]\nname = \"link-{span}\"\nspan = \"e{span}\"\ntimeslot = 16\nslc = {at}\nadjacent = \"1-2-{trunk}\"\n",
        )?;
    }
    let hunt = ["least-recently-used", "ascending", "odd-first", "cyclic"][trunk % 4];
    write!(
        text,
        "[[trunk]]\nname = \"trunk-{trunk}\"\ndestination = \"1-2-{trunk}\"\nhunt = \"{hunt}\"\nspans = [{}]\n\
         [[route]]\nfrom = \"sip\"\ncalled = \"{trunk}.\"\nto = \"trunk-{trunk}\"\nstrip = 1\n\
         [[route]]\nfrom = \"trunk-{trunk}\"\ncalled = \".\"\nto = \"peer\"\n",
        list(&|at, span| format!("{{ span = \"e{span}\", cic_base = {} }}", 32 * at)),
    )
}

/// A PRI trunk with its span, and the exchange at the other end. Digits that come one by one are complete with the third.
fn add_interface(text: &mut String, trunk: usize) -> fmt::Result {
    let Interface { side, switch, line, overlap } = &INTERFACES[trunk];
    let hunt = ["least-recently-used", "ascending", "odd-first", "cyclic"][trunk % 4];
    let called = if *overlap { "1XX" } else { "." };
    write!(
        text,
        "[[sim.far_exchange]]\nspan = \"e{trunk}\"\n\
         [[span]]\nname = \"e{trunk}\"\nline = \"{line}\"\n\
         [[trunk]]\nname = \"trunk-{trunk}\"\nkind = \"pri\"\nside = \"{side}\"\nswitch = \"{switch}\"\n\
         overlap = {overlap}\nhunt = \"{hunt}\"\nspans = [{{ span = \"e{trunk}\" }}]\n\
         [[route]]\nfrom = \"sip\"\ncalled = \"{trunk}.\"\nto = \"trunk-{trunk}\"\nstrip = 1\n\
         [[route]]\nfrom = \"trunk-{trunk}\"\ncalled = \"{called}\"\nto = \"peer\"\n",
    )
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
"#;

const SS7: &str = r#"[ss7]
point_code = "1-1-1"
network = "national"
"#;
