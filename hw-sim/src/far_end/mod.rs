//! The scripted far exchange: a small SS7 exchange that lives at the other end of a span.
//!
//! It sees nothing but octets: per millisecond 8 received and 8 transmitted in each timeslot
//! ([`FarEnd`](crate::wire::FarEnd)). From them it aligns a signalling link (Q.703), tests it (Q.707),
//! resets its circuits (Q.764) and plays call scripts on them. Its only time is the count of chunks.
//!
//! It shares no machine with crate `isup`, only the coding of messages ([`isup::codec`]): a far end made
//! of the gateway's own machines would share their misreadings.
//!
//! | file | duty |
//! |---|---|
//! | `spec`, `network` | what an exchange is told of itself; what differs from country to country |
//! | `exchange` | the whole exchange on one span or several, one chunk at a time |
//! | `terminal`, `line`, `unit`, `mtp2`, `correction`, `monitor` | Q.703: the signalling timeslot, units, link state, error correction, error rate |
//! | `mtp3`, `label`, `management`, `sharing`, `link_test` | Q.704 and Q.707: one linkset, its load sharing, changeover, changeback, inhibition, link tests |
//! | `circuits`, `circuit`, `call` | Q.764: the table of circuits, one circuit, the call on it |
//! | `message` | the ISUP messages this exchange says, and what it understands of those it hears |
//! | `script`, `numbers` | call scripts as data; which called number plays which |
//! | `bearer`, `tone`, `prbs`, `checker` | what the circuits carry and how it is checked |
//! | `pri` | the far exchange of a primary rate interface, by the same numbers, scripts and orders |
//! | `handle`, `order`, `status` | the operator's side: orders, outcomes, status, log |
//!
//! Left out, because the gateway never provokes it: more than one linkset, processor outage of its own, congestion of its own receiver.

mod bearer;
mod call;
mod checker;
mod circuit;
mod circuits;
mod correction;
mod exchange;
mod handle;
mod label;
mod line;
mod link_test;
mod management;
mod message;
mod monitor;
mod mtp2;
mod mtp3;
mod network;
mod numbers;
mod order;
mod prbs;
mod pri;
mod script;
mod sharing;
mod spec;
mod status;
mod terminal;
mod tone;
mod unit;

#[cfg(test)]
mod fuzz_tests;
#[cfg(test)]
mod trace_tests;

pub use exchange::{Exchange, Port};
pub use handle::{HEARD_MAX, Handle, LOG_ENTRIES_MAX, LinkRequest, ORDERS_PENDING_MAX, OUTCOMES_KEPT_MAX};
pub use network::Network;
pub use numbers::{NUMBERS, UNKNOWN_NUMBER};
pub use order::{CallOrder, CallOutcome, OrderId, ReleasedBy, TIMELINE_ENTRIES_MAX};
pub use prbs::Prbs15;
pub use pri::{PriExchange, PriExchangeSpec};
pub use script::{Expected, Say, Script, Source, Step};
pub use spec::{CircuitSpec, ExchangeSpec, LinkSpec};
pub use status::{CallCounts, CallStates, CircuitCounts, Direction, Entry, ExchangeStatus, LinkStatus};
