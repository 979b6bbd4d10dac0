//! RTP and RTCP, RFC 3550, and telephone events, RFC 4733: packets and reports in fixed buffers.

mod event;
mod packet;
mod reception;
pub(crate) mod report;
pub(crate) mod reporter;

pub use event::{EVENT_OCTETS, TelephoneEvent};
pub use packet::{Audio, Malformed, PacketHeader, depacketise, packetise};
pub(crate) use reception::Reception;
pub use report::{
    BYE, Heard, MAX_REPORT_OCTETS, RECEIVER_REPORT, ReportBlock, SENDER_REPORT, SOURCE_DESCRIPTION, read as read_report,
};
pub(crate) use reporter::Reporter;

/// Longest audio payload accepted: 60 ms of G.711.
pub const MAX_PAYLOAD_OCTETS: usize = 480;

/// Longest RTP packet sent: the fixed header and the longest payload.
pub const MAX_PACKET_OCTETS: usize = 12 + MAX_PAYLOAD_OCTETS;

/// Silence of the far end after which a receiving leg is reported inactive.
pub const INACTIVE_S: u32 = 10;

/// Ticks of the RTP clock of G.711 in a second.
pub(crate) const CLOCK_HZ: u64 = 8000;
