//! Rows of the SIP side, and of calls.

use super::layout::{Columns, duration};
use crate::ops::cdr::Direction;
use crate::ops::status::{Call, Dialog, Peer, Registration, User};

pub const REGISTRATIONS: Columns =
    &[("REGISTRATION", 32), ("BY", 3), ("STATE", 12), ("FOR S", 6), ("NEXT S", 6), ("FAILED", 6), ("REFUSED", 7)];

/// Of two counts the second is the most that it may be.
pub const PEERS: Columns = &[
    ("PEER", 10),
    ("ADDRESS", 22),
    ("BY", 3),
    ("ANSWERS", 7),
    ("DIALOGS", 7),
    ("CALLS", 8),
    ("A SECOND", 8),
    ("MINUTES", 7),
];

pub const USERS: Columns =
    &[("USER", 12), ("CONTACT", 26), ("Q", 5), ("FOR S", 6), ("CALLS", 5), ("BY", 3), ("AT", 16)];

pub const DIALOGS: Columns = &[("DIALOG", 26), ("PEER", 10), ("WITH", 22), ("STATE", 11), ("AGE", 7)];

/// Only peers whose limits refused them something: by calls at once, calls a second, minutes, barred numbers.
pub const REFUSED: Columns =
    &[("PEER REFUSED", 15), ("CALLS", 6), ("MINUTES", 8), ("AT ONCE", 8), ("A SECOND", 8), ("A DAY", 8), ("BARRED", 8)];

/// The SIP side has a transport, and `/srtp` where audio is encrypted.
pub const CALLS: Columns = &[
    ("CALL", 10),
    ("FROM", 4),
    ("CALLING", 12),
    ("CALLED", 12),
    ("CIRCUIT", 12),
    ("SIP BY", 8),
    ("AGE", 6),
    ("STATE", 9),
];

pub fn registration(registration: &Registration) -> Vec<String> {
    let Registration { address, flow, transport, state, expires_in_s, next_in_s, failures, refused, .. } = registration;
    let number = |number: Option<u64>| number.map_or(String::new(), |number| number.to_string());
    let (left, next, refused) = (number(*expires_in_s), number(*next_in_s), number(refused.map(u64::from)));
    let address = flow.map_or(address.clone(), |flow| format!("{flow} {address}"));
    vec![address, by(transport), state.clone(), left, next, failures.to_string(), refused]
}

pub fn peer(peer: &Peer) -> Vec<String> {
    let answers = peer.answers.map_or("-", |answers| if answers { "yes" } else { "NO" });
    let of = |count: u64, most: Option<u64>| most.map_or(count.to_string(), |most| format!("{count}/{most}"));
    let (calls, minutes) =
        (of(peer.calls, peer.calls_max.map(u64::from)), of(peer.minutes_today, peer.minutes_per_day));
    let rate = peer.calls_per_second.map_or("-".to_owned(), |rate| rate.to_string());
    let (name, address) = (peer.name.clone(), peer.address.clone());
    vec![name, address, by(&peer.transport), answers.to_owned(), peer.dialogs.to_string(), calls, rate, minutes]
}

pub fn user(user: &User) -> Vec<String> {
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

pub fn dialog(dialog: &Dialog) -> Vec<String> {
    let peer = dialog.peer.clone().unwrap_or_else(|| "-".to_owned());
    vec![dialog.call_id.clone(), peer, dialog.remote.clone(), dialog.state.clone(), duration(dialog.age_ms)]
}

pub fn refused(peer: &Peer) -> Vec<String> {
    let of = [peer.calls, peer.minutes_today, peer.refused_calls, peer.refused_rate];
    let counts = of.into_iter().chain([peer.refused_minutes, peer.refused_barred]);
    std::iter::once(peer.name.clone()).chain(counts.map(|count| count.to_string())).collect()
}

pub fn call(call: &Call) -> Vec<String> {
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
