//! The status as a page of text, at most 80 columns wide.

use std::fmt;

use super::{Call, DChannel, Link, Peer, Registration, Span, Status, Trunk};
use crate::ops::cdr::Direction;

/// Columns of a terminal that nobody has widened.
pub const WIDTH: usize = 80;

/// Calls that the page lists; the document has more.
const CALLS_SHOWN: usize = 20;

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let draining = if self.draining { ", draining" } else { "" };
        line(f, &format!("spangate {}, up {}{draining}", self.version, duration(self.uptime_ms)))?;
        if let Some(trouble) = &self.journal_trouble {
            line(f, &format!("JOURNAL: {trouble}"))?;
        }
        table(f, SPANS, self.spans.iter().map(span))?;
        table(f, LINKS, self.links.iter().map(link))?;
        table(f, D_CHANNELS, self.d_channels.iter().map(d_channel))?;
        table(f, TRUNKS, self.trunks.iter().map(trunk))?;
        table(f, ERRORS, self.d_channels.iter().filter(|channel| !channel.errors.is_empty()).map(errors))?;
        table(f, FIGURES, self.links.iter().filter(|link| has_figures(link)).map(figures))?;
        let d_channels = self.d_channels.iter().filter(|channel| d_channel_has_figures(channel));
        table(f, D_CHANNEL_FIGURES, d_channels.map(d_channel_figures))?;
        table(f, IRREGULAR, self.trunks.iter().filter(|trunk| trunk.irregular.received() > 0).map(irregular))?;
        table(f, REGISTRATIONS, self.registrations.iter().map(registration))?;
        table(f, PEERS, self.peers.iter().filter(|peer| peer.refused() > 0).map(peer))?;
        table(f, CALLS, self.call_list.iter().take(CALLS_SHOWN).map(call))?;
        if self.call_list.len() > CALLS_SHOWN {
            line(f, &format!("  and {} more", self.call_list.len() - CALLS_SHOWN))?;
        }
        self.counters(f)
    }
}

impl Status {
    fn counters(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (calls, media, sip) = (&self.calls, &self.media, &self.sip);
        writeln!(f)?;
        line(
            f,
            &format!("Calls  {} active, {} from SIP, {} from the PSTN", calls.active, calls.from_sip, calls.from_pstn),
        )?;
        line(f, &format!("       {} answered, {} ended unanswered", calls.answered, calls.unanswered))?;
        if let Some(last) = &self.audit.last {
            let audit = &self.audit;
            let found =
                format!("{} violations, {} open, {} differences", audit.violations, audit.open, audit.differences);
            line(f, &format!("AUDIT  {found}"))?;
            line(f, &format!("       {last}"))?;
        }
        line(f, &format!("RTP    {} packets received, {} sent", media.packets_received, media.packets_sent))?;
        line(f, &format!("       {} octets concealed, {} slips", media.concealed_octets, media.slips))?;
        line(f, &format!("TDM    {} underruns, {} overruns", media.underruns, media.overruns))?;
        line(f, &format!("       {} frames missed, clock waited {} ms", media.gap_frames, media.patience_ms))?;
        line(f, &format!("SIP    {} received, {} sent, {} repeated", sip.received, sip.sent, sip.retransmitted))?;
        line(f, &format!("       {} malformed, {} from strangers", sip.malformed, sip.strangers))?;
        if sip.challenged + sip.credentials_refused + sip.registered > 0 {
            let told = format!(
                "{} challenged, {} wrong, {} registered",
                sip.challenged, sip.credentials_wrong, sip.registered
            );
            line(f, &format!("       {told}, {} challenges unmet", sip.credentials_refused))?;
        }
        if sip.shed + sip.held > 0 {
            line(f, &format!("       {} shed, {} held back for peers", sip.shed, sip.held))?;
        }
        if sip.unheard > 0 {
            line(f, &format!("       {} unheard, {} sources in debt", sip.unheard, sip.sources_in_debt))?;
        }
        Ok(())
    }
}

/// A heading and a width for each column; the last column takes what is left.
type Columns = &'static [(&'static str, usize)];

const SPANS: Columns = &[("SPAN", 20), ("LINE", 4), ("CLOCK", 12), ("SLIPS", 8), ("MISSED", 8), ("ALARMS", 22)];
const LINKS: Columns = &[("LINK", 14), ("SPAN", 14), ("TS", 2), ("TO", 8), ("SENT", 8), ("RECEIVED", 8), ("STATE", 18)];
const D_CHANNELS: Columns =
    &[("D-CHANNEL OF", 14), ("SPAN", 14), ("TS", 2), ("ROLE", 7), ("SENT", 8), ("RECEIVED", 8), ("STATE", 18)];
/// Only D-channels that have had some; the letters are those of Q.921.
const ERRORS: Columns = &[("D-CHANNEL OF", 14), ("SPAN", 14), ("TS", 2), ("DATA LINK ERRORS", 47)];
const TRUNKS: Columns = &[
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
const FIGURES: Columns = &[
    ("LINK", 14),
    ("ERRORED", 8),
    ("AGAIN", 8),
    ("FAILED", 6),
    ("NOT ALIGNED", 11),
    ("CHANGEOVERS", 11),
    ("CONGESTED", 9),
];
/// Only D-channels to which something has happened.
const D_CHANNEL_FIGURES: Columns = &[
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
const IRREGULAR: Columns = &[
    ("TRUNK", 15),
    ("UNEXPECTED", 10),
    ("UNREASONABLE", 12),
    ("UNKNOWN", 8),
    ("PARAMETERS", 10),
    ("DISCARDED", 9),
    ("CFN OUT/IN", 10),
];
const REGISTRATIONS: Columns = &[("REGISTRATION", 38), ("STATE", 12), ("FOR S", 6), ("FAILURES", 8), ("REFUSED", 7)];
/// Only peers whose limits refused them something: by calls at once, calls a second, minutes, barred numbers.
const PEERS: Columns =
    &[("PEER REFUSED", 15), ("CALLS", 6), ("MINUTES", 8), ("AT ONCE", 8), ("A SECOND", 8), ("A DAY", 8), ("BARRED", 8)];
const CALLS: Columns =
    &[("CALL", 12), ("FROM", 4), ("CALLING", 13), ("CALLED", 13), ("CIRCUIT", 14), ("AGE", 8), ("STATE", 8)];

fn registration(registration: &Registration) -> Vec<String> {
    let Registration { address, state, expires_in_s, failures, refused } = registration;
    let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    let (left, refused) = (number(*expires_in_s), number(refused.map(u64::from)));
    vec![address.clone(), state.clone(), left, failures.to_string(), refused]
}

fn peer(peer: &Peer) -> Vec<String> {
    let of = [peer.calls, peer.minutes_today, peer.refused_calls, peer.refused_rate];
    let counts = of.into_iter().chain([peer.refused_minutes, peer.refused_barred]);
    std::iter::once(peer.name.clone()).chain(counts.map(|count| count.to_string())).collect()
}

fn span(span: &Span) -> Vec<String> {
    let alarms = if span.alarms.is_empty() { "none".to_owned() } else { span.alarms.join(" ") };
    let slips = span.slips.map_or_else(|| "-".to_owned(), |slips| slips.to_string());
    vec![span.name.clone(), span.line.clone(), span.clock.clone(), slips, span.interrupts_missed.to_string(), alarms]
}

fn link(link: &Link) -> Vec<String> {
    let counts = [link.messages_sent.to_string(), link.messages_received.to_string()];
    let [sent, received] = counts;
    let timeslot = link.timeslot.to_string();
    vec![link.name.clone(), link.span.clone(), timeslot, link.adjacent.clone(), sent, received, link.state.clone()]
}

fn d_channel(channel: &DChannel) -> Vec<String> {
    let [sent, received] = [channel.frames_sent, channel.frames_received].map(|count| count.to_string());
    let (timeslot, role) = (channel.timeslot.to_string(), channel.role.clone());
    vec![channel.trunk.clone(), channel.span.clone(), timeslot, role, sent, received, channel.state.clone()]
}

fn errors(channel: &DChannel) -> Vec<String> {
    let counts: Vec<_> = channel.errors.iter().map(|(letter, count)| format!("{letter} {count}")).collect();
    vec![channel.trunk.clone(), channel.span.clone(), channel.timeslot.to_string(), counts.join(", ")]
}

fn trunk(trunk: &Trunk) -> Vec<String> {
    let of = &trunk.circuits;
    let counts = [of.idle, of.busy, of.releasing, of.resetting, of.blocked, of.unavailable];
    let names = [trunk.name.clone(), trunk.destination.clone()];
    names.into_iter().chain(counts.map(|count| count.to_string())).collect()
}

fn has_figures(link: &Link) -> bool {
    let counts = [link.units_errored, link.messages_retransmitted, link.failures, link.alignments_failed];
    counts.iter().sum::<u64>() + link.changeovers + link.congestions > 0
}

fn figures(link: &Link) -> Vec<String> {
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

fn d_channel_has_figures(channel: &DChannel) -> bool {
    let counts = [channel.frames_retransmitted, channel.rejects, channel.frames_invalid, channel.frames_lost];
    counts.iter().sum::<u64>() > 0 || channel.establishments > 1
}

fn d_channel_figures(channel: &DChannel) -> Vec<String> {
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

fn irregular(trunk: &Trunk) -> Vec<String> {
    let of = &trunk.irregular;
    let counts = [of.unexpected, of.unreasonable, of.unknown_messages, of.unknown_parameters, of.discarded];
    let confusion = format!("{}/{}", of.confusion_sent, of.confusion_received);
    let counts = counts.map(|count| count.to_string());
    [trunk.name.clone()].into_iter().chain(counts).chain([confusion]).collect()
}

fn call(call: &Call) -> Vec<String> {
    let from = match call.direction {
        Direction::SipToPstn => "SIP",
        Direction::PstnToSip | Direction::PstnToPstn => "PSTN",
    };
    let circuit = call.cic.map_or_else(|| call.trunk.clone(), |cic| format!("{}/{cic}", call.trunk));
    let age = duration(call.age_ms);
    let (calling, called, state) = (call.calling.clone(), call.called.clone(), call.state.clone());
    vec![call.id.clone(), from.to_owned(), calling, called, circuit, age, state]
}

/// A table after an empty line; nothing for no rows.
fn table(f: &mut fmt::Formatter<'_>, columns: Columns, rows: impl Iterator<Item = Vec<String>>) -> fmt::Result {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return Ok(());
    }
    writeln!(f)?;
    row(f, columns, columns.iter().map(|(heading, _)| (*heading).to_owned()).collect())?;
    rows.try_for_each(|cells| row(f, columns, cells))
}

fn row(f: &mut fmt::Formatter<'_>, columns: Columns, cells: Vec<String>) -> fmt::Result {
    let cells = columns.iter().zip(cells);
    let cells: Vec<String> = cells.map(|((_, width), cell)| format!("{:width$}", cut(&cell, *width))).collect();
    line(f, &cells.join(" "))
}

/// A text that is too long ends in a tilde.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width - 1).chain(['~']).collect()
}

fn line(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    writeln!(f, "{}", cut(text.trim_end(), WIDTH))
}

/// `59s`, `3m05s`, `2h03m`, `4d02h`.
fn duration(ms: u64) -> String {
    match ms / 1000 {
        s @ 0..60 => format!("{s}s"),
        s @ 60..3600 => format!("{}m{:02}s", s / 60, s % 60),
        s @ 3600..86_400 => format!("{}h{:02}m", s / 3600, s / 60 % 60),
        s => format!("{}d{:02}h", s / 86_400, s / 3600 % 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::status::{Circuits, Status};

    fn busy() -> Status {
        let circuits = Circuits { idle: 29, busy: 1, ..Circuits::default() };
        Status {
            version: "0.1.0".into(),
            uptime_ms: 3_725_000,
            spans: vec![Span {
                name: "e1".into(),
                line: "E1".into(),
                alarms: vec!["RED".into()],
                slips: Some(3),
                interrupts_missed: 1,
                clock: "own".into(),
            }],
            links: vec![Link {
                name: "link".into(),
                span: "e1".into(),
                timeslot: 16,
                adjacent: "1-1-2".into(),
                state: Link::IN_SERVICE.into(),
                messages_sent: 4,
                messages_received: 5,
                ..Link::default()
            }],
            trunks: vec![Trunk {
                name: "trunk".into(),
                destination: "1-1-2".into(),
                reachable: true,
                circuits,
                ..Trunk::default()
            }],
            call_list: vec![Call {
                id: "call-1".into(),
                state: "talking".into(),
                calling: "4912345".into(),
                called: "600".into(),
                trunk: "trunk".into(),
                cic: Some(7),
                age_ms: 61_000,
                ..Call::default()
            }],
            ..Status::default()
        }
    }

    #[test]
    fn an_operator_reads_spans_links_circuits_and_calls() {
        let text = busy().to_string();
        let expected = "spangate 0.1.0, up 1h02m

SPAN                 LINE CLOCK        SLIPS    MISSED   ALARMS
e1                   E1   own          3        1        RED

LINK           SPAN           TS TO       SENT     RECEIVED STATE
link           e1             16 1-1-2    4        5        in service

TRUNK           TO        IDLE  BUSY  RELEASING RESETTING BLOCKED OUT
trunk           1-1-2     29    1     0         0         0       0

CALL         FROM CALLING       CALLED        CIRCUIT        AGE      STATE
call-1       SIP  4912345       600           trunk/7        1m01s    talking
";
        assert!(text.starts_with(expected), "{text}");
    }

    #[test]
    fn an_operator_reads_d_channels_b_channels_and_calls_of_pri_likewise() {
        let d_channel = |span: &str, role: &str, state: &str| DChannel {
            trunk: "pbx".into(),
            span: span.into(),
            timeslot: 24,
            role: role.into(),
            state: state.into(),
            frames_sent: 4,
            frames_received: 5,
            establishments: 1,
            ..DChannel::default()
        };
        let status = Status {
            d_channels: vec![
                DChannel { establishments: 2, rejects: 1, ..d_channel("t1", "primary", "out of service") },
                d_channel("t2", "backup", Link::IN_SERVICE),
            ],
            trunks: vec![Trunk {
                name: "pbx".into(),
                destination: "network".into(),
                circuits: Circuits { idle: 44, busy: 1, blocked: 1, ..Circuits::default() },
                ..Trunk::default()
            }],
            call_list: vec![Call { trunk: "pbx".into(), cic: Some(101), ..busy().call_list[0].clone() }],
            ..Status::default()
        };
        let text = status.to_string();
        let expected = "
D-CHANNEL OF   SPAN           TS ROLE    SENT     RECEIVED STATE
pbx            t1             24 primary 4        5        out of service
pbx            t2             24 backup  4        5        in service

TRUNK           TO        IDLE  BUSY  RELEASING RESETTING BLOCKED OUT
pbx             network   44    1     0         0         1       0

D-CHANNEL OF   SPAN           TS AGAIN    REJECTED INVALID  NOT SENT TIMES UP
pbx            t1             24 0        1        0        0        2

CALL         FROM CALLING       CALLED        CIRCUIT        AGE      STATE
call-1       SIP  4912345       600           pbx/101        1m01s    talking
";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn no_line_is_wider_than_a_terminal_whatever_the_names() {
        let mut status = busy();
        status.journal_trouble = Some("µ".repeat(200));
        status.spans[0].name = "s".repeat(32);
        status.spans[0].alarms = vec!["YELLOW".into(); 20];
        status.call_list = vec![Call { calling: "1".repeat(99), age_ms: u64::MAX, ..status.call_list[0].clone() }; 99];
        status.media.concealed_octets = u64::MAX;
        status.media.slips = u64::MAX;
        let text = status.to_string();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(text.contains("and 79 more"));
    }

    #[test]
    fn the_document_survives_json() {
        let json = serde_json::to_string(&busy()).expect("it serialises");
        assert_eq!(serde_json::from_str::<Status>(&json).expect("it reads"), busy());
    }
}
