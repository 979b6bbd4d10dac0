//! ISDN user part formats and codes, Q.763.
//!
//! A [`Message`] is a [`MessageType`] with its parameters in order; which of them stand in the
//! fixed, variable and optional part is said by one [`table`]. Each parameter with a layout has a
//! typed view in [`parameter`]. Decoding is exact: what was read is written back octet for octet,
//! unknown messages, parameters and code points included.
//!
//! ```
//! use isup::cause::{Cause, Location};
//! use isup::codec::{CauseIndicators, Message, MessageType};
//!
//! let release = Message::new(MessageType::REL).with(CauseIndicators::new(Location::USER, Cause::USER_BUSY));
//! let mut octets = Vec::new();
//! release.encode(&mut octets).expect("a REL with its cause is complete");
//! assert_eq!(octets, [0x0c, 0x02, 0x00, 0x02, 0x80, 0x91]);
//! assert_eq!(Message::decode(&octets), Ok(release));
//! ```

mod cic;
mod code;
mod digits;
mod display;
mod error;
mod message;
pub mod parameter;
mod reader;
pub mod table;
mod writer;

pub use cic::Cic;
pub use code::{MessageType, ParameterCode};
pub use digits::{DIGITS_MAX, Digits, DigitsError, ST};
pub use error::{DecodeError, EncodeError, Fault};
pub use message::{
    MESSAGE_OCTETS_MAX, Message, decode_with_cic, decode_with_cic_as, encode_with_cic, encode_with_cic_as,
};
pub use parameter::*;
