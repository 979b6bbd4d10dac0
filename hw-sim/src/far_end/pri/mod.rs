//! The far exchange of a primary rate interface: the other end of a D-channel, as network or as user.
//!
//! Like its sister for SS7 it sees octets alone, takes the same orders by the same [`Handle`](super::Handle) and plays the
//! same scripts for the same numbers; its circuits are named by their timeslots. From crate `isup` it has the shape of
//! messages ([`isup::q931::codec`]) and nothing else: the data link and the calls are its own.
//!
//! | file | duty |
//! |---|---|
//! | `exchange` | the whole exchange, one chunk at a time |
//! | `line`, `lapd` | Q.921: the D-channel's timeslot and the data link on it |
//! | `calls`, `leg`, `channel` | Q.931: all calls, one call, one B-channel |
//! | `message` | the messages this exchange says, and what it understands of those it hears |
//!
//! Left out, because the gateway never provokes it or needs it: switch types (it speaks Q.931 as ETSI does), NFAS,
//! supplementary services, segmentation, SERVICE of its own (it answers the gateway's).

mod calls;
mod channel;
mod exchange;
mod lapd;
mod leg;
mod line;
mod message;
#[cfg(test)]
mod tests;

pub use exchange::{PriExchange, PriExchangeSpec};
