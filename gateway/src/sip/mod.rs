//! The SIP user agent: RFC 3261 with RFC 6026, RFC 3262, RFC 3264, RFC 3311, RFC 3581 and RFC 4028, over octets
//! and without I/O. Its transports are UDP, TCP, TLS and WebSocket, and it finds servers as RFC 3263 says.
//!
//! Read in this order: [`parse`] and the nouns ([`uri`], `via`, [`name_addr`], [`header`], [`message`], [`body`],
//! [`sdp`]), [`transport`] and [`locate`] (sections 18 and RFC 3263), `transaction` (the four machines of section 17),
//! `dialog`, `session` (the INVITE usage), [`endpoint`] (the face). [`vocabulary`] has the commands and events.
//!
//! Time is an argument, randomness comes from one seed, and every table has a bound.

pub mod body;
pub mod counters;
mod dialog;
pub mod digest;
mod emergency;
pub mod endpoint;
mod failure;
mod gating;
pub mod header;
mod keypress;
pub mod locate;
pub mod message;
pub mod method;
pub mod name_addr;
pub mod octets;
mod output;
mod overload;
pub mod parse;
mod privacy;
mod provenance;
pub mod quality;
pub mod registrar;
pub mod registration;
mod replaces;
mod reply;
mod route;
pub mod sdp;
mod session;
pub mod signature;
mod status;
mod stun;
mod subscription;
mod summary;
#[cfg(test)]
mod tests;
pub mod timer;
mod transaction;
pub mod transport;
pub mod uri;
mod via;
pub mod vocabulary;
mod warning;

pub use body::Part;
pub use counters::Counters;
pub use digest::Secret;
pub use digest::answer::Account;
pub use emergency::emergency_service;
pub use endpoint::{Access, DialogView, Endpoint, EndpointConfig, Limits, Listener, Occupancy, Standing, Transactions};
pub use gating::EarlyMedia;
pub use keypress::Keypress;
pub use locate::{Naptr, Question, Records, Srv};
pub use message::Message;
pub use name_addr::NameAddr;
pub use octets::Octets;
pub use privacy::Privacy;
pub use provenance::Provenance;
pub use quality::Quality;
pub use registrar::{Binding, Instance, Registrant};
pub use registration::{ContactOf, OurFlow, RegistrationConfig, RegistrationPhase, RegistrationView};
pub use replaces::Replaces;
pub use sdp::{Agreement, Capabilities, Codec, Description, Direction, Disagreement, Encryption, Means, OurKeys};
pub use signature::{Signature, Signatures};
pub use summary::Summary;
pub use timer::Timers;
pub use transport::{ConnectionId, StreamEvent, StreamRequest, Transport};
pub use uri::{Scheme, TelephoneNumber, Uri};
pub use vocabulary::{
    Command, Event, Failure, Incoming, Invitation, Output, Place, Referral, ResolveId, SessionId, Standalone, What,
};
