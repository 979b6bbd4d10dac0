//! What leaves the control plane: effects for `io` to carry out, in order.

use std::net::SocketAddr;
use std::sync::Arc;

use media::tone::Tone;
use media::{Change, Content, Equipment, SessionConfig, Timeslot};

use super::input::RequestId;
use crate::call::CallId;
use crate::dtls::{Far, Identity};
use crate::ops::cdr;
use crate::ops::maintenance::{CircuitsReport, LinkReport};
use crate::ops::status::Status;
use crate::sip::{ConnectionId, Question, ResolveId, StreamRequest};
use crate::srtp::Keys;

/// One effect. Signal units are not among them: a link's line pulls them, see [`Control::poll_unit`](super::Control::poll_unit).
#[derive(Debug)]
#[expect(missing_docs, reason = "each variant says in its sentence what its fields are")]
pub enum Output {
    /// Send a SIP datagram from the listener of this index.
    Datagram { listener: usize, remote: SocketAddr, octets: Vec<u8> },
    /// Open, write to or close a SIP connection.
    Stream { connection: ConnectionId, request: StreamRequest },
    /// Ask the DNS; answered whatever is found.
    Resolve { id: ResolveId, question: Question },
    /// Something for the media path.
    Media { call: CallId, request: MediaRequest },
    /// Put the equipment of a continuity check before a timeslot, or take it away.
    Check { at: Timeslot, equipment: Option<Equipment> },
    /// A record that must outlive the process: written before what follows.
    Journal(cdr::Record),
    /// The reply to an operator's request.
    Reply { id: RequestId, reply: Box<Reply> },
    /// Every configured signalling link is in service: calls can be carried. Said once.
    Ready,
    /// The drain is over and the links have said SIOS: the process may end.
    Stopped,
}

/// What the call asks of the media path. A path is named by its call: there is one a call.
#[derive(Debug)]
#[expect(missing_docs, reason = "each variant says in its sentence what its fields are")]
pub enum MediaRequest {
    /// Bind an RTP and RTCP port pair, join the session to the timeslot, encrypted so, and answer with `MediaOpened`.
    Open { at: Timeslot, session: Box<SessionConfig>, security: Box<Security> },
    /// Join two timeslots without RTP, and answer with `MediaOpened`. All spans of a configuration are one media group with one
    /// clock, so that any two of their timeslots can be joined.
    Patch { a: Timeslot, b: Timeslot, content: Content },
    /// Move a running RTP leg to another timeslot of the same law, and answer with `MediaOpened`.
    Move { to: Timeslot },
    /// Encrypt a running RTP leg so, from the next packet on.
    Secure(Box<Security>),
    /// Let a tone be heard at one end of a patch, or what comes from the other end again.
    Play { at: Timeslot, tone: Option<Tone> },
    /// Change a running RTP leg.
    Change(Change),
    /// Take the path down; answered by `MediaEvent::Closed`. Closing a path that never opened is answered too.
    Close,
}

/// How an RTP leg is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all.
    Clear,
    /// By these keys.
    Keys(Keys),
    /// By keys of a handshake, whose outcome is told by `MediaEvent::Secured` or `NotSecured`. What the leg had agreed on with the
    /// same far end stays.
    Handshake {
        /// Who we are.
        identity: Arc<Identity>,
        /// Who the far end is; until that is known its first words wait.
        far: Option<Far>,
    },
}

/// What an operator's request came to.
#[derive(Debug)]
pub enum Reply {
    /// The state as a document.
    Status(Box<Status>),
    /// What an order for circuits came to.
    Circuits(Box<CircuitsReport>),
    /// What an order for a link came to.
    Link(Box<LinkReport>),
    /// What was named does not exist; the sentence names what does.
    Unknown(String),
    /// It cannot be done now, with the reason in a sentence.
    Refused(String),
}
