//! The configuration: sixteen E1 with a link each, 480 circuits, one exchange.

use config::Model;
use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Signalling links, one a span.
pub const LINKS: usize = 16;
/// Calls that there are circuits for.
pub const CIRCUITS: usize = LINKS * 30;

/// Where the gateway hears SIP, and where its own file for the link to the exchange is.
pub struct Places<'a>(pub &'a Path);

impl Places<'_> {
    /// The configuration of one side.
    pub fn configuration(&self, side: Side) -> PathBuf {
        self.0.join(side.name()).with_extension("toml")
    }

    /// The socket on which a side has the units of a link.
    pub fn socket(&self, side: Side, link: usize) -> PathBuf {
        self.0.join(format!("{}-{link}", side.name()))
    }
}

/// The two processes with spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The gateway. Its spans are cabled to each other, its links are sockets.
    Gateway,
    /// The exchange, with spans of its own on which it answers.
    Exchange,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Side::Gateway => "gateway",
            Side::Exchange => "exchange",
        }
    }

    /// The other one.
    pub fn other(self) -> Side {
        match self {
            Side::Gateway => Side::Exchange,
            Side::Exchange => Side::Gateway,
        }
    }
}

/// DAHDI's number of a link's timeslot: the sixteenth of 31.
pub fn channel(link: usize) -> u32 {
    u32::try_from(link * 31 + 16).expect("a few hundred")
}

/// Reads what [`text`] wrote.
pub fn model(folder: &Path, side: Side) -> Model {
    let file = Places(folder).configuration(side);
    config::load(&file).unwrap_or_else(|report| panic!("{report}"))
}

/// The configuration of a side.
pub fn text(folder: &Path, side: Side, sip: SocketAddr, admin: SocketAddr) -> String {
    let (folder, loopback) = (folder.display(), Ipv4Addr::LOCALHOST);
    let mut text = format!(
        "driver = \"sim\"\n[log]\nlevel = \"warn\"\n[sip]\nlisten = [\"udp:{sip}\"]\n\
         [[sip.peer]]\nname = \"peer\"\naddress = \"sip:{loopback}:9\"\naccept_from = [\"127.0.0.0/8\"]\n\
         [rtp]\naddress = \"{loopback}\"\n[admin]\nlisten = \"{admin}\"\n[journal]\ndirectory = \"{folder}\"\n\
         [ss7]\npoint_code = \"1-1-1\"\nnetwork = \"national\"\n"
    );
    let spans = (0..LINKS).map(|span| format!("\"s{span}\"")).collect::<Vec<_>>().join(", ");
    match side {
        Side::Gateway => (0..LINKS).step_by(2).for_each(|span| {
            writeln!(text, "[[sim.cable]]\nspans = [\"s{span}\", \"s{}\"]", span + 1).expect("a string takes all");
        }),
        Side::Exchange => writeln!(text, "[[sim.far_exchange]]\nspans = [{spans}]").expect("a string takes all"),
    }
    let mut circuits = Vec::new();
    for link in 0..LINKS {
        write!(
            text,
            "[[span]]\nname = \"s{link}\"\n[[ss7.link]]\nname = \"l{link}\"\nspan = \"s{link}\"\ntimeslot = 16\nslc = {link}\n\
             adjacent = \"1-1-2\"\n"
        )
        .expect("a string takes all");
        circuits.push(format!("{{ span = \"s{link}\", cic_base = {} }}", 32 * link));
    }
    let circuits = circuits.join(", ");
    write!(
        text,
        "[[trunk]]\nname = \"trunk\"\ndestination = \"1-1-2\"\nspans = [{circuits}]\n\
         [[route]]\nfrom = \"sip\"\ncalled = \".\"\nto = \"trunk\"\n[[route]]\nfrom = \"trunk\"\ncalled = \".\"\nto = \"peer\"\n"
    )
    .expect("a string takes all");
    text
}
