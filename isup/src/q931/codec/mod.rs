//! DSS1 messages and information elements, Q.931 clauses 3 and 4.
//!
//! A [`Message`] is a [`MessageType`] for a [`CallReference`] with its information elements in
//! order. Decoding is exact: what was read is written back octet for octet, shifts, repeated and
//! unknown elements and a torn last one included. Each element with a layout has a typed view in
//! [`element`]; which elements a message must and may have is said by a [`table`], and [`Table::check`]
//! says what Q.931 5.8 finds wrong. What components within a facility element mean is
//! [`super::rose`]'s and [`super::service`]'s.
//!
//! ```
//! use isup::cause::{Cause, Location};
//! use isup::q931::codec::{CallReference, CauseIndicators, Flag, Message, MessageType};
//!
//! let call = CallReference::primary(1, Flag::FromOrigin);
//! let disconnect = Message::new(call, MessageType::DISCONNECT)
//!     .with(CauseIndicators::new(Location::PRIVATE_LOCAL, Cause::NORMAL_CLEARING));
//! let mut octets = Vec::new();
//! disconnect.encode(&mut octets).expect("a cause fits into a message");
//! assert_eq!(octets, [0x08, 0x02, 0x00, 0x01, 0x45, 0x08, 0x02, 0x81, 0x90]);
//! assert_eq!(Message::decode(&octets), Ok(disconnect));
//! ```

mod call_reference;
mod check;
mod code;
mod display;
pub mod element;
mod error;
mod message;
mod reader;
mod segmentation;
pub mod table;

pub use call_reference::{CallReference, Flag};
pub use check::Finding;
pub use code::{ElementCode, MessageFamily, MessageType};
pub use element::*;
pub use error::{DecodeError, EncodeError, Fault};
pub use message::{MESSAGE_OCTETS_MAX, Message};
pub use segmentation::{Reassembled, Reassembly, SEGMENTS_MAX, SegmentError, segments};
pub use table::{Direction, Table};
