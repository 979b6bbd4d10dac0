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
    /// As one end of a primary rate interface, towards `tests/peers/pri-exchange`.
    Pri(Pri),
}

/// What primary rate interfaces differ in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pri {
    /// Which end the gateway is.
    pub side: Side,
    /// Both spans.
    pub line: Line,
    /// How long it keeps calls without a D-channel; Q.931's longest is the default.
    pub t309_s: u32,
}

/// An end of an interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    User,
    Network,
}

/// A kind of span, and what is spoken on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// EuroISDN.
    E1,
    /// National ISDN 2; A-law, for the octets of the tests are not to be changed.
    T1,
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

    /// On the first span, as one end of a primary rate interface; nobody is there to be called.
    pub fn pri(pri: Pri) -> Setup {
        let span = match pri.line {
            Line::E1 => "first_channel = 1",
            Line::T1 => "first_channel = 1\nline = \"t1\"\nlaw = \"alaw\"",
        };
        Setup { span: span.into(), signalling: Signalling::Pri(pri), ..Setup::first_span() }
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
        let (timeslot, mode, point_code, adjacent) = match self {
            Signalling::Pri(pri) => return pri.configuration(),
            Signalling::Isup { timeslot, mode, point_code, adjacent } => (timeslot, mode, point_code, adjacent),
        };
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

impl Pri {
    /// The user's end on an E1.
    pub const USER: Pri = Pri { side: Side::User, line: Line::E1, t309_s: 90 };
    /// The network's end on an E1.
    pub const NETWORK: Pri = Pri { side: Side::Network, ..Pri::USER };
    /// The user's end on a T1.
    pub const T1: Pri = Pri { line: Line::T1, ..Pri::USER };

    /// A call from the trunk whose number begins with 9 goes back to it without that; the configuration's own route, which takes
    /// every other, follows.
    fn configuration(self) -> String {
        let Pri { side, line, t309_s } = self;
        let side = side.name();
        let spoken = match line {
            Line::E1 => "overlap = true",
            Line::T1 => "switch = \"ni2\"",
        };
        format!(
            r#"[[trunk]]
name = "trunk"
kind = "pri"
side = "{side}"
{spoken}
spans = [{{ span = "near" }}]
[trunk.q931_timers]
t309_s = {t309_s}
[[route]]
from = "trunk"
called = "9XXX"
to = "trunk"
strip = 1"#
        )
    }
}

impl Side {
    /// As a configuration and `tests/peers/pri-exchange` write it.
    pub fn name(self) -> &'static str {
        match self {
            Side::User => "user",
            Side::Network => "network",
        }
    }

    /// The end that the exchange is.
    pub fn other(self) -> Side {
        match self {
            Side::User => Side::Network,
            Side::Network => Side::User,
        }
    }
}

/// How the driver treats the link's channels, "hdlc" or "mtp2": what `dahdi_cfg` was told.
pub fn link_mode() -> String {
    std::env::var("LINK_MODE").expect("tests/dahdi-vm/guest/checks sets it")
}
