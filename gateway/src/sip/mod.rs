//! The SIP user agent: RFC 3261 with RFC 6026, RFC 3264 and RFC 3581, over octets and without I/O.
//!
//! Read in this order: [`parse`] and the nouns ([`uri`], `via`, [`name_addr`], `header`, `message`, [`body`], [`sdp`]),
//! `transaction` (the four machines of section 17), `dialog`, `session` (the INVITE usage), [`endpoint`] (the face).
//! [`vocabulary`] has the commands and events.

pub mod body;
pub mod endpoint;
pub mod name_addr;
pub mod octets;
pub mod parse;
pub mod sdp;
pub mod timer;
pub mod uri;
pub mod vocabulary;

pub use body::Part;
pub use endpoint::{Endpoint, EndpointConfig, Limits, Listener, Transport};
pub use name_addr::NameAddr;
pub use octets::Octets;
pub use sdp::{Agreement, Capabilities, Codec, Description, Direction};
pub use timer::Timers;
pub use uri::{Scheme, TelephoneNumber, Uri};
pub use vocabulary::{Command, Event, Failure, Incoming, Output, ResolveId, SessionId};
