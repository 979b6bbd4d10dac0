//! What gateways differ in, and the file that says it.

use super::HERE;
use std::net::SocketAddr;

/// A configuration.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Where calls of the exchange go.
    pub callee: SocketAddr,
    /// What stands in its `[[span]]`, but for the name.
    pub span: String,
    /// How it speaks with the exchange.
    pub signalling: Signalling,
}

/// The signalling of its one trunk.
#[derive(Clone, Debug)]
pub enum Signalling {
    /// Over a link.
    Isup {
        /// The link's timeslot.
        timeslot: u8,
        /// The link's mode.
        mode: String,
        /// Its own point code.
        point_code: &'static str,
        /// The point code of the exchange.
        adjacent: &'static str,
    },
    /// As the user's end of a primary rate interface.
    Pri,
}

impl Setup {
    /// On the first span as `dahdi_cfg` has left it, with `tests/peers/ss7-exchange` at the other end and nobody to be called.
    pub fn first_span() -> Setup {
        Setup {
            callee: SocketAddr::new(HERE, 9),
            span: "first_channel = 1".into(),
            signalling: Signalling::isup(16, &link_mode()),
        }
    }

    /// The same on a span that is its own to configure, with a link that is MTP2 wherever the driver knows it.
    pub fn own_span() -> Setup {
        let span = "configured_by = \"spangate\"\nclock = 0\ncoding = \"hdb3\"\ncrc4 = true".into();
        Setup { span, signalling: Signalling::isup(16, "mtp2"), ..Setup::first_span() }
    }

    /// With somebody to be called.
    pub fn calling(self, callee: SocketAddr) -> Setup {
        Setup { callee, ..self }
    }

    /// Its file.
    pub fn configuration(&self, folder: &str) -> String {
        let Setup { callee, span, signalling } = self;
        let signalling = signalling.configuration();
        format!(
            r#"driver = "dahdi"
[sip]
listen = ["udp:127.0.0.1:5060"]
drain_seconds = 1
[[sip.peer]]
name = "peer"
address = "sip:{callee}"
accept_from = ["127.0.0.0/8"]
[rtp]
address = "127.0.0.1"
[log]
level = "warn"
[journal]
directory = "{folder}"
[[span]]
name = "near"
{span}
{signalling}
[[route]]
from = "sip"
called = "."
to = "trunk"
[[route]]
from = "trunk"
called = "."
to = "peer"
"#
        )
    }
}

impl Signalling {
    /// Towards `tests/peers/ss7-exchange`.
    pub fn isup(timeslot: u8, mode: &str) -> Signalling {
        Signalling::Isup { timeslot, mode: mode.into(), point_code: "1-1-1", adjacent: "1-1-2" }
    }

    fn configuration(&self) -> String {
        let Signalling::Isup { timeslot, mode, point_code, adjacent } = self else { return PRI.into() };
        format!(
            r#"[ss7]
point_code = "{point_code}"
network = "national"
[[ss7.link]]
name = "link"
span = "near"
timeslot = {timeslot}
mode = "{mode}"
adjacent = "{adjacent}"
[[trunk]]
name = "trunk"
destination = "{adjacent}"
spans = [{{ span = "near", cic_base = 0 }}]"#
        )
    }
}

/// Timeslot 16 is the D-channel unless told otherwise.
const PRI: &str = r#"[[trunk]]
name = "trunk"
kind = "pri"
side = "user"
spans = [{ span = "near" }]"#;

/// How the driver treats the link's channels, "hdlc" or "mtp2": what `dahdi_cfg` was told.
pub fn link_mode() -> String {
    std::env::var("LINK_MODE").expect("tests/dahdi-vm/guest/checks sets it")
}
