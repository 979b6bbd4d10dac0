//! The status as a page of text, at most 80 columns wide.

use std::fmt;

use super::{Call, DChannel, Dialog, Link, Peer, Registration, Span, Status, Trunk, User};
use crate::ops::cdr::Direction;

/// Columns of a terminal that nobody has widened.
pub const WIDTH: usize = 80;

/// Calls that the page lists; the document has more.
const CALLS_SHOWN: usize = 20;
/// Likewise peers, contacts of users, and dialogs.
const SIP_SHOWN: usize = 10;

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
        table(f, DISCARDED, self.links.iter().filter(|link| link.discarded.total() > 0).map(discarded))?;
        let d_channels = self.d_channels.iter().filter(|channel| d_channel_has_figures(channel));
        table(f, D_CHANNEL_FIGURES, d_channels.map(d_channel_figures))?;
        table(f, IRREGULAR, self.trunks.iter().filter(|trunk| trunk.irregular.received() > 0).map(irregular))?;
        let unequipped = self.trunks.iter().filter(|trunk| trunk.circuits.unequipped > 0);
        table(f, UNEQUIPPED, unequipped.map(|trunk| vec![trunk.name.clone(), trunk.circuits.unequipped.to_string()]))?;
        let told = self.trunks.iter().filter(|trunk| trunk.mailboxes_told > 0);
        table(f, MAILBOXES, told.map(|trunk| vec![trunk.name.clone(), trunk.mailboxes_told.to_string()]))?;
        table(f, REGISTRATIONS, self.registrations.iter().map(registration))?;
        some(f, PEERS, &self.peers, peer)?;
        table(f, REFUSED, self.peers.iter().filter(|peer| peer.refused() > 0).map(refused))?;
        some(f, USERS, &self.users, user)?;
        some(f, DIALOGS, &self.dialogs, dialog)?;
        table(f, CALLS, self.call_list.iter().take(CALLS_SHOWN).map(call))?;
        more(f, self.call_list.len(), CALLS_SHOWN)?;
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
        let of = self.transactions;
        let (ours, theirs) = (of.invite_client + of.other_client, of.invite_server + of.other_server);
        if ours + theirs > 0 {
            let invites = format!("{} and {} of them INVITE", of.invite_client, of.invite_server);
            line(f, &format!("       {ours} transactions of ours, {theirs} of others, {invites}"))?;
        }
        if sip.challenged + sip.credentials_refused + sip.registered > 0 {
            let told = format!(
                "{} challenged, {} wrong, {} registered",
                sip.challenged, sip.credentials_wrong, sip.registered
            );
            line(f, &format!("       {told}, {} challenges unmet", sip.credentials_refused))?;
        }
        if sip.flows_lost + sip.bindings_asked > 0 {
            line(f, &format!("       {} flows lost, {} STUN requests", sip.flows_lost, sip.bindings_asked))?;
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
/// Only links over which messages have come that went no further.
const DISCARDED: Columns = &[
    ("LINK", 14),
    ("MALFORMED", 9),
    ("NETWORK", 8),
    ("ELSEWHERE", 9),
    ("USER PART", 9),
    ("TESTS", 8),
    ("MANAGEMENT", 10),
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
/// Only trunks of whose circuits the far end says that it does not have them.
const UNEQUIPPED: Columns = &[("NOT EQUIPPED THERE", 18), ("CIRCUITS", 8)];
/// What PRI trunks were told of users' messages, not how many wait.
const MAILBOXES: Columns = &[("MESSAGES WAITING", 17), ("TOLD", 8)];
const REGISTRATIONS: Columns =
    &[("REGISTRATION", 32), ("BY", 3), ("STATE", 12), ("FOR S", 6), ("NEXT S", 6), ("FAILED", 6), ("REFUSED", 7)];
/// Of two counts the second is the most that it may be.
const PEERS: Columns = &[
    ("PEER", 10),
    ("ADDRESS", 22),
    ("BY", 3),
    ("ANSWERS", 7),
    ("DIALOGS", 7),
    ("CALLS", 8),
    ("A SECOND", 8),
    ("MINUTES", 7),
];
const USERS: Columns = &[("USER", 12), ("CONTACT", 26), ("Q", 5), ("FOR S", 6), ("CALLS", 5), ("BY", 3), ("AT", 16)];
const DIALOGS: Columns = &[("DIALOG", 26), ("PEER", 10), ("WITH", 22), ("STATE", 11), ("AGE", 7)];
/// Only peers whose limits refused them something: by calls at once, calls a second, minutes, barred numbers.
const REFUSED: Columns =
    &[("PEER REFUSED", 15), ("CALLS", 6), ("MINUTES", 8), ("AT ONCE", 8), ("A SECOND", 8), ("A DAY", 8), ("BARRED", 8)];
/// The SIP side has a transport, and `/srtp` where audio is encrypted.
const CALLS: Columns = &[
    ("CALL", 10),
    ("FROM", 4),
    ("CALLING", 12),
    ("CALLED", 12),
    ("CIRCUIT", 12),
    ("SIP BY", 8),
    ("AGE", 6),
    ("STATE", 9),
];

fn registration(registration: &Registration) -> Vec<String> {
    let Registration { address, flow, transport, state, expires_in_s, next_in_s, failures, refused, .. } = registration;
    let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    let (left, next, refused) = (number(*expires_in_s), number(*next_in_s), number(refused.map(u64::from)));
    let address = flow.map_or(address.clone(), |flow| format!("{flow} {address}"));
    vec![address, by(transport), state.clone(), left, next, failures.to_string(), refused]
}

fn peer(peer: &Peer) -> Vec<String> {
    let answers = peer.answers.map_or("-", |answers| if answers { "yes" } else { "NO" });
    let of = |count: u64, most: Option<u64>| most.map_or(count.to_string(), |most| format!("{count}/{most}"));
    let (calls, minutes) =
        (of(peer.calls, peer.calls_max.map(u64::from)), of(peer.minutes_today, peer.minutes_per_day));
    let rate = peer.calls_per_second.map_or("-".to_owned(), |rate| rate.to_string());
    let (name, address) = (peer.name.clone(), peer.address.clone());
    vec![name, address, by(&peer.transport), answers.to_owned(), peer.dialogs.to_string(), calls, rate, minutes]
}

fn user(user: &User) -> Vec<String> {
    let (q, left) = (format!("{:.3}", user.q), user.expires_in_s.to_string());
    // Where calls go is worth saying where it is not the contact itself.
    let at = if user.hop == user.contact { "" } else { user.hop.trim_start_matches("sip:") };
    let calls = user.calls.to_string();
    vec![user.name.clone(), user.contact.clone(), q, left, calls, by(&user.transport), at.to_owned()]
}

/// A transport, where it is known without the DNS.
fn by(transport: &Option<String>) -> String {
    transport.clone().unwrap_or_else(|| "dns".to_owned())
}

fn dialog(dialog: &Dialog) -> Vec<String> {
    let peer = dialog.peer.clone().unwrap_or_else(|| "-".to_owned());
    vec![dialog.call_id.clone(), peer, dialog.remote.clone(), dialog.state.clone(), duration(dialog.age_ms)]
}

fn refused(peer: &Peer) -> Vec<String> {
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

fn discarded(link: &Link) -> Vec<String> {
    let of = &link.discarded;
    let counts = [of.malformed, of.network, of.destination, of.service, of.test, of.management];
    [link.name.clone()].into_iter().chain(counts.map(|count| count.to_string())).collect()
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
    let encrypted = call.srtp.as_ref().map_or("", |_| "/srtp");
    let by = call.transport.as_ref().map_or_else(|| "-".to_owned(), |transport| format!("{transport}{encrypted}"));
    let age = duration(call.age_ms);
    let (calling, called, state) = (call.calling.clone(), call.called.clone(), call.state.clone());
    vec![call.id.clone(), from.to_owned(), calling, called, circuit, by, age, state]
}

/// The first rows of a table that may be long.
fn some<T>(f: &mut fmt::Formatter<'_>, columns: Columns, rows: &[T], cells: fn(&T) -> Vec<String>) -> fmt::Result {
    table(f, columns, rows.iter().take(SIP_SHOWN).map(cells))?;
    more(f, rows.len(), SIP_SHOWN)
}

/// That there are rows that are not shown.
fn more(f: &mut fmt::Formatter<'_>, rows: usize, shown: usize) -> fmt::Result {
    match rows.saturating_sub(shown) {
        0 => Ok(()),
        hidden => line(f, &format!("  and {hidden} more")),
    }
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
    use crate::ops::status::{Circuits, Status, Transactions};

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
                transport: Some("tls".into()),
                srtp: Some("AEAD_AES_256_GCM".into()),
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

CALL       FROM CALLING      CALLED       CIRCUIT      SIP BY   AGE    STATE
call-1     SIP  4912345      600          trunk/7      tls/srtp 1m01s  talking
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
                mailboxes_told: 0,
                circuits: Circuits { idle: 44, busy: 1, blocked: 1, ..Circuits::default() },
                ..Trunk::default()
            }],
            call_list: vec![Call {
                trunk: "pbx".into(),
                cic: Some(101),
                transport: Some("udp".into()),
                srtp: None,
                ..busy().call_list[0].clone()
            }],
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

CALL       FROM CALLING      CALLED       CIRCUIT      SIP BY   AGE    STATE
call-1     SIP  4912345      600          pbx/101      udp      1m01s  talking
";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn an_operator_reads_peers_registrations_users_and_dialogs() {
        let peer = Peer {
            name: "pbx".into(),
            address: "sip:192.0.2.7:5060".into(),
            transport: Some("udp".into()),
            answers: Some(false),
            dialogs: 3,
            calls: 2,
            calls_max: Some(30),
            calls_per_second: Some(5),
            minutes_today: 17,
            ..Peer::default()
        };
        let registration = Registration {
            address: "sip:498912345@example.com".into(),
            transport: Some("tls".into()),
            state: Registration::REGISTERED.into(),
            expires_in_s: Some(590),
            next_in_s: Some(290),
            ..Registration::default()
        };
        let user = User {
            name: "alice".into(),
            contact: "sip:k3j@df7jal23ls0d.invalid;transport=ws".into(),
            hop: "sip:198.51.100.7:50123;transport=ws".into(),
            path: Vec::new(),
            transport: Some("ws".into()),
            calls: 1,
            refused: 0,
            q: 0.5,
            expires_in_s: 540,
        };
        let dialog = Dialog {
            call_id: "3848276298220188511@atlanta.example.com".into(),
            peer: Some("pbx".into()),
            remote: "udp:192.0.2.7:5060".into(),
            state: "established".into(),
            age_ms: 61_000,
        };
        let transactions = Transactions { invite_client: 1, other_client: 2, invite_server: 0, other_server: 4 };
        let (peers, users) = (vec![peer], vec![user]);
        let dialogs = vec![dialog; SIP_SHOWN + 2];
        let status =
            Status { peers, registrations: vec![registration], users, dialogs, transactions, ..Status::default() };
        let text = status.to_string();
        let expected = "
REGISTRATION                     BY  STATE        FOR S  NEXT S FAILED REFUSED
sip:498912345@example.com        tls registered   590    290    0

PEER       ADDRESS                BY  ANSWERS DIALOGS CALLS    A SECOND MINUTES
pbx        sip:192.0.2.7:5060     udp NO      3       2/30     5        17

USER         CONTACT                    Q     FOR S  CALLS BY  AT
alice        sip:k3j@df7jal23ls0d.inva~ 0.500 540    1     ws  198.51.100.7:50~

DIALOG                     PEER       WITH                   STATE       AGE
3848276298220188511@atlan~ pbx        udp:192.0.2.7:5060     established 1m01s
";
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("  and 2 more\n"), "{text}");
        assert!(text.contains("       3 transactions of ours, 4 of others, 1 and 0 of them INVITE\n"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
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
