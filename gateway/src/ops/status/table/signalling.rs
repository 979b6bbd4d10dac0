//! Rows of the PSTN side: spans, links, D-channels, trunks.

use super::layout::Columns;
use crate::ops::status::{DChannel, Link, Span, Trunk};

pub const SPANS: Columns = &[("SPAN", 20), ("LINE", 4), ("CLOCK", 12), ("SLIPS", 8), ("MISSED", 8), ("ALARMS", 22)];

pub const LINKS: Columns =
    &[("LINK", 14), ("SPAN", 14), ("TS", 2), ("TO", 8), ("SENT", 8), ("RECEIVED", 8), ("STATE", 18)];

pub const D_CHANNELS: Columns =
    &[("D-CHANNEL OF", 14), ("SPAN", 14), ("TS", 2), ("ROLE", 7), ("SENT", 8), ("RECEIVED", 8), ("STATE", 18)];

/// Only D-channels that have had some; the letters are those of Q.921.
pub const ERRORS: Columns = &[("D-CHANNEL OF", 14), ("SPAN", 14), ("TS", 2), ("DATA LINK ERRORS", 47)];

pub const TRUNKS: Columns = &[
    ("TRUNK", 15),
    ("TO", 9),
    ("IDLE", 5),
    ("BUSY", 5),
    ("RELEASING", 9),
    ("RESETTING", 9),
    ("BLOCKED", 7),
    ("OUT", 5),
];

/// Only links to which something has happened.
pub const FIGURES: Columns = &[
    ("LINK", 14),
    ("ERRORED", 8),
    ("AGAIN", 8),
    ("FAILED", 6),
    ("NOT ALIGNED", 11),
    ("CHANGEOVERS", 11),
    ("CONGESTED", 9),
];

/// Only links over which messages have come that went no further.
pub const DISCARDED: Columns = &[
    ("LINK", 14),
    ("MALFORMED", 9),
    ("NETWORK", 8),
    ("ELSEWHERE", 9),
    ("USER PART", 9),
    ("TESTS", 8),
    ("MANAGEMENT", 10),
];

/// Only D-channels to which something has happened.
pub const D_CHANNEL_FIGURES: Columns = &[
    ("D-CHANNEL OF", 14),
    ("SPAN", 14),
    ("TS", 2),
    ("AGAIN", 8),
    ("REJECTED", 8),
    ("INVALID", 8),
    ("NOT SENT", 8),
    ("TIMES UP", 8),
];

/// Only trunks over which something has come.
pub const IRREGULAR: Columns = &[
    ("TRUNK", 15),
    ("UNEXPECTED", 10),
    ("UNREASONABLE", 12),
    ("UNKNOWN", 8),
    ("PARAMETERS", 10),
    ("DISCARDED", 9),
    ("CFN OUT/IN", 10),
];

/// Only trunks of whose circuits the far end says that it does not have them.
pub const UNEQUIPPED: Columns = &[("NOT EQUIPPED THERE", 18), ("CIRCUITS", 8)];

/// What PRI trunks were told of users' messages, not how many wait.
pub const MAILBOXES: Columns = &[("MESSAGES WAITING", 17), ("TOLD", 8)];

pub fn span(span: &Span) -> Vec<String> {
    let alarms = if span.alarms.is_empty() { "none".to_owned() } else { span.alarms.join(" ") };
    let slips = span.slips.map_or_else(|| "-".to_owned(), |slips| slips.to_string());
    vec![span.name.clone(), span.line.clone(), span.clock.clone(), slips, span.interrupts_missed.to_string(), alarms]
}

pub fn link(link: &Link) -> Vec<String> {
    let counts = [link.messages_sent.to_string(), link.messages_received.to_string()];
    let [sent, received] = counts;
    let timeslot = link.timeslot.to_string();
    vec![link.name.clone(), link.span.clone(), timeslot, link.adjacent.clone(), sent, received, link.state.clone()]
}

pub fn d_channel(channel: &DChannel) -> Vec<String> {
    let [sent, received] = [channel.frames_sent, channel.frames_received].map(|count| count.to_string());
    let (timeslot, role) = (channel.timeslot.to_string(), channel.role.clone());
    vec![channel.trunk.clone(), channel.span.clone(), timeslot, role, sent, received, channel.state.clone()]
}

pub fn errors(channel: &DChannel) -> Vec<String> {
    let counts: Vec<_> = channel.errors.iter().map(|(letter, count)| format!("{letter} {count}")).collect();
    vec![channel.trunk.clone(), channel.span.clone(), channel.timeslot.to_string(), counts.join(", ")]
}

pub fn trunk(trunk: &Trunk) -> Vec<String> {
    let of = &trunk.circuits;
    let counts = [of.idle, of.busy, of.releasing, of.resetting, of.blocked, of.unavailable];
    let names = [trunk.name.clone(), trunk.destination.clone()];
    names.into_iter().chain(counts.map(|count| count.to_string())).collect()
}

pub fn discarded(link: &Link) -> Vec<String> {
    let of = &link.discarded;
    let counts = [of.malformed, of.network, of.destination, of.service, of.test, of.management];
    [link.name.clone()].into_iter().chain(counts.map(|count| count.to_string())).collect()
}

pub fn has_figures(link: &Link) -> bool {
    let counts = [link.units_errored, link.messages_retransmitted, link.failures, link.alignments_failed];
    counts.iter().sum::<u64>() + link.changeovers + link.congestions > 0
}

pub fn figures(link: &Link) -> Vec<String> {
    let counts = [
        link.units_errored,
        link.messages_retransmitted,
        link.failures,
        link.alignments_failed,
        link.changeovers,
        link.congestions,
    ];
    [link.name.clone()].into_iter().chain(counts.map(|count| count.to_string())).collect()
}

pub fn d_channel_has_figures(channel: &DChannel) -> bool {
    let counts = [channel.frames_retransmitted, channel.rejects, channel.frames_invalid, channel.frames_lost];
    counts.iter().sum::<u64>() > 0 || channel.establishments > 1
}

pub fn d_channel_figures(channel: &DChannel) -> Vec<String> {
    let counts = [
        channel.frames_retransmitted,
        channel.rejects,
        channel.frames_invalid,
        channel.frames_lost,
        channel.establishments,
    ];
    let names = [channel.trunk.clone(), channel.span.clone(), channel.timeslot.to_string()];
    names.into_iter().chain(counts.map(|count| count.to_string())).collect()
}

pub fn irregular(trunk: &Trunk) -> Vec<String> {
    let of = &trunk.irregular;
    let counts = [of.unexpected, of.unreasonable, of.unknown_messages, of.unknown_parameters, of.discarded];
    let confusion = format!("{}/{}", of.confusion_sent, of.confusion_received);
    let counts = counts.map(|count| count.to_string());
    [trunk.name.clone()].into_iter().chain(counts).chain([confusion]).collect()
}
