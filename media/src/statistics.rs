//! What became of every octet of a session.

use crate::Delay;

/// Counts of one session since it joined. "Sent" is towards the network, "received" from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// RTP packets sent.
    pub packets_sent: u64,
    /// Payload octets sent.
    pub octets_sent: u64,
    /// Packets that the socket did not take.
    pub packets_unsent: u64,
    /// Payload octets in them.
    pub octets_unsent: u64,
    /// Octets of the timeslot that never came: gaps in the span's frame numbers, or a timeslot that was not valid.
    pub gap_octets: u64,

    /// RTP packets received and meant for us: audio and events.
    pub packets_received: u64,
    /// Audio payload octets in them.
    pub octets_received: u64,
    /// Datagrams that are not RTP, or whose audio payload is empty or longer than [`crate::rtp::MAX_PAYLOAD_OCTETS`].
    pub packets_malformed: u64,
    /// Packets from another address, or with a payload type that was not negotiated.
    pub packets_foreign: u64,
    /// Packets dropped because we do not receive now.
    pub packets_ignored: u64,
    /// RFC 4733 event packets.
    pub packets_event: u64,
    /// Those of them that tell of no digit.
    pub events_unknown: u64,
    /// Packets lost by sequence number: expected less received (RFC 3550 A.3), negative with duplicates.
    pub packets_lost: i64,
    /// Packets that came after one with a higher sequence number.
    pub packets_reordered: u64,
    /// Packets all of whose octets were there already.
    pub packets_duplicate: u64,
    /// Packets some or all of whose octets came after their time.
    pub packets_late: u64,
    /// Interarrival jitter (RFC 3550 A.8) in timestamp units; arrivals are known to the block.
    pub jitter: u32,

    /// Octets of the timeslot that played before the first octet received was due: silence.
    pub startup_octets: u64,
    /// Octets played by concealment, whether theirs came late or never.
    pub concealed_octets: u64,
    /// Octets that came after their time and were discarded.
    pub late_octets: u64,
    /// Octets discarded because they came further ahead than the playout buffer reaches.
    pub overrun_octets: u64,
    /// Octets in the playout buffer discarded because the stream began anew.
    pub restart_octets: u64,
    /// Times the stream began anew: another SSRC, or timestamps elsewhere.
    pub restarts: u64,
    /// Octets passed over because the span's frames jumped.
    pub skipped_octets: u64,
    /// Corrections of skew, at most one packet each.
    pub slips: u64,
    /// Octets dropped by them.
    pub slip_dropped_octets: u64,
    /// Octets repeated by them.
    pub slip_repeated_octets: u64,
    /// Octets received in order but not played, because the timeslot had another source.
    pub withheld_octets: u64,
    /// Digits that became tones of the timeslot, or wait to.
    pub digits_played: u64,
    /// Digits refused because [`crate::dtmf::DIGITS_MAX`] waited.
    pub digits_refused: u64,
    /// Octets of tones of digits, and of the pauses between them, in the place of what was received.
    pub digit_octets: u64,
    /// Digits heard on the timeslot.
    pub digits_heard: u64,
    /// Octets of the timeslot that were not sent as they came, because a digit was told in their place.
    pub muted_octets: u64,
    /// Digits of which control was not told, because the one before had not been taken.
    pub presses_lost: u64,
    /// Mean drift of arrivals against the span's clock over the last window, in octets; positive: the far end is faster.
    pub skew_octets: i32,

    /// Blocks of the span that went out as silence because none was ready.
    pub underrun_blocks: u64,
    /// Octets of this timeslot in them.
    pub underrun_octets: u64,

    /// RTCP packets sent.
    pub reports_sent: u64,
    /// RTCP packets received and understood.
    pub reports_received: u64,
    /// Datagrams at the RTCP port that are not RTCP.
    pub reports_malformed: u64,
    /// The far end said BYE.
    pub bye_received: bool,
    /// Round-trip time by RTCP, in microseconds, once known.
    pub round_trip_us: Option<u32>,
    /// Packets that the far end says it lost, once it said so.
    pub remote_packets_lost: Option<i32>,

    /// The delay from here to there and back, by its parts.
    pub delay: Delay,
}

impl Statistics {
    pub(crate) fn count_digit(&mut self, is_taken: bool) {
        self.digits_played += u64::from(is_taken);
        self.digits_refused += u64::from(!is_taken);
    }

    /// Octets concealed that never came at all.
    pub fn lost_octets(&self) -> u64 {
        self.concealed_octets.saturating_sub(self.late_octets)
    }

    /// The most octets towards the timeslot that may differ from what the far end sent, after start-up.
    pub fn explained_towards_timeslot(&self) -> u64 {
        self.concealed_octets
            + self.overrun_octets
            + self.restart_octets
            + self.skipped_octets
            + self.slip_dropped_octets
            + self.slip_repeated_octets
            + self.withheld_octets
            + self.digit_octets
            + self.underrun_octets
    }

    /// The most octets towards the network that may differ from what the timeslot received.
    pub fn explained_towards_network(&self) -> u64 {
        self.gap_octets + self.octets_unsent + self.muted_octets
    }

    /// The most octets that may differ after a round trip: every difference equals one of these, or is a fault.
    pub fn explained_octets(&self) -> u64 {
        self.explained_towards_timeslot() + self.explained_towards_network()
    }
}
