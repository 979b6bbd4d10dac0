//! Where a call was before: Diversion (RFC 5806 9.2) and History-Info (RFC 7044, read and written as RFC 6044 has it) to
//! and from the hub's diversion, which ISUP has as redirecting number, original called number and redirection information.
//!
//! Leaves out what stands between the first and the last diversion: ISUP has no place for it, and only its count is kept.

use std::net::SocketAddr;

use config::model::DiversionField;

use super::{Terms, party};
use crate::interwork::hub::{Calling, Diversion, Reason, Setup};
use crate::sip::{NameAddr, Octets, Provenance, Uri};

/// What an INVITE says of it. History-Info is asked first, as it took Diversion's place.
pub fn read(said: &Provenance) -> Option<Diversion> {
    history(&said.history).or_else(|| diversion(&said.diversion))
}

/// The values of Diversion and of History-Info that say it to a peer, as far as it is to have them.
pub fn write(setup: &Setup, own: SocketAddr, target: &Uri, terms: Terms) -> (Vec<NameAddr>, Vec<NameAddr>) {
    let Some(diversion) = &setup.diversion else { return (Vec::new(), Vec::new()) };
    let (wants_diversion, wants_history) = match terms.diversion {
        DiversionField::Diversion => (true, false),
        DiversionField::HistoryInfo => (false, true),
        DiversionField::Both => (true, true),
        DiversionField::None => (false, false),
    };
    let values = |wanted: bool, write: &dyn Fn() -> Vec<NameAddr>| if wanted { write() } else { Vec::new() };
    (
        values(wants_diversion, &|| diversion_values(diversion, own, terms)),
        values(wants_history, &|| history_values(diversion, own, target, terms)),
    )
}

/// RFC 5806 9.2.4: the topmost is the last, the bottommost the first; the counters add up, and none counts as 1.
fn diversion(values: &[NameAddr]) -> Option<Diversion> {
    let (last, first) = (values.first()?, values.last()?);
    let times = values.iter().map(counter).fold(0, u8::saturating_add);
    let (by, reason) = diverting(last);
    let (original, original_reason) = if values.len() > 1 { diverting(first) } else { (None, Reason::Unknown) };
    Some(Diversion { by, reason, original, original_reason, times: times.max(1) })
}

fn diverting(value: &NameAddr) -> (Option<Calling>, Reason) {
    let parameters = value.parameters();
    let is_hidden = parameters.value("privacy").is_some_and(|privacy| !privacy.eq_ignore_ascii_case(b"off"));
    let word = parameters.value("reason").unwrap_or_default();
    let row = WORDS.iter().find(|row| row.1.as_bytes().eq_ignore_ascii_case(word.trim_ascii()));
    (party::party(value, is_hidden, true), row.map_or(Reason::Unknown, |row| row.0))
}

fn counter(value: &NameAddr) -> u8 {
    let text = value.parameters().value("counter").and_then(|digits| std::str::from_utf8(digits).ok());
    text.and_then(|digits| digits.parse().ok()).unwrap_or(1)
}

/// RFC 6044: each target that has a cause of RFC 4458 was reached by a diversion of the one before it; where there is no
/// such cause but another user was mapped to (`mp`), Reason in the URI before says why (RFC 7044 10.2).
fn history(values: &[NameAddr]) -> Option<Diversion> {
    let steps: Vec<(&NameAddr, Reason)> = values.windows(2).filter_map(|pair| step(&pair[0], &pair[1])).collect();
    let (&(last, reason), &(first, original_reason)) = (steps.last()?, steps.first()?);
    let hidden = |value: &NameAddr| contains(value.uri.headers(), b"privacy=history");
    let who = |value: &NameAddr| party::party(value, hidden(value), true);
    let is_once = steps.len() == 1;
    Some(Diversion {
        by: who(last),
        reason,
        original: if is_once { None } else { who(first) },
        original_reason: if is_once { Reason::Unknown } else { original_reason },
        times: u8::try_from(steps.len()).unwrap_or(u8::MAX),
    })
}

fn step<'a>(from: &'a NameAddr, to: &NameAddr) -> Option<(&'a NameAddr, Reason)> {
    let status = to.uri.parameters().value("cause").and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
    let listed = status.and_then(|status: u16| CAUSES.iter().find(|row| row.1 == status));
    match listed {
        Some(row) => Some((from, row.0)),
        None => to.parameters().get("mp").map(|_| (from, reason_in(from.uri.headers()))),
    }
}

/// The escaped Reason of a target: `Reason=SIP%3Bcause%3D486`.
fn reason_in(headers: &[u8]) -> Reason {
    let row = CAUSES.iter().find(|row| contains(headers, format!("cause%3d{}", row.1).as_bytes()));
    row.map_or(Reason::Unknown, |row| row.0)
}

fn contains(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted))
}

/// RFC 5806 9.2.3: the last diversion on top with what the counter has beyond the other, the first below.
fn diversion_values(diversion: &Diversion, own: SocketAddr, terms: Terms) -> Vec<NameAddr> {
    let value = |who: Option<&Calling>, reason: Reason, counter: u8| {
        let privacy = if who.is_some_and(|who| who.restricted) { "full" } else { "off" };
        let parameters = format!(";reason={};privacy={privacy};counter={counter}", word(reason));
        NameAddr { raw_parameters: Octets(parameters.into_bytes()), ..NameAddr::new(address(who, own, terms)) }
    };
    let by = diversion.by.as_ref();
    match &diversion.original {
        Some(original) if diversion.times > 1 => {
            vec![value(by, diversion.reason, diversion.times - 1), value(Some(original), diversion.original_reason, 1)]
        }
        original => vec![value(by.or(original.as_ref()), diversion.reason, diversion.times.max(1))],
    }
}

/// The parties that diverted, first to last, and where the call goes now. Each but the first has the reason by which it was
/// reached.
fn history_values(diversion: &Diversion, own: SocketAddr, target: &Uri, terms: Terms) -> Vec<NameAddr> {
    let by = diversion.by.as_ref();
    let (parties, reasons) = match &diversion.original {
        Some(original) if diversion.times > 1 => {
            (vec![Some(original), by], vec![diversion.original_reason, diversion.reason])
        }
        original => (vec![by.or(original.as_ref())], vec![diversion.reason]),
    };
    let uris = parties.into_iter().map(|who| (address(who, own, terms), who.is_some_and(|who| who.restricted)));
    let uris: Vec<(Uri, bool)> = uris.chain([(target.clone(), false)]).collect();
    let mut index = "1".to_owned();
    let mut values = Vec::new();
    for (at, (uri, hidden)) in uris.into_iter().enumerate() {
        let reached = at.checked_sub(1).and_then(|before| reasons.get(before));
        let uri = reached.map_or(uri.clone(), |reason| with_cause(&uri, *reason));
        let mapped = reached.map_or(String::new(), |_| format!(";mp={index}"));
        if reached.is_some() {
            index += ".1";
        }
        let raw_parameters = Octets(format!(";index={index}{mapped}").into_bytes());
        let uri = if hidden { hidden_in_history(&uri) } else { uri };
        values.push(NameAddr { raw_parameters, ..NameAddr::new(uri) });
    }
    values
}

/// A party's number at our address; the address of nobody where it is not known, or is withheld from such a peer.
fn address(who: Option<&Calling>, own: SocketAddr, terms: Terms) -> Uri {
    match who {
        Some(who) if who.restricted && !terms.trusted => party::anonymous_uri(),
        Some(who) => party::telephone(&who.number, own),
        None => Uri::parse(b"sip:unknown@unknown.invalid").expect("written by the grammar"),
    }
}

fn with_cause(uri: &Uri, reason: Reason) -> Uri {
    let row = CAUSES.iter().find(|row| row.0 == reason);
    let cause = row.map_or(404, |row| row.1).to_string();
    uri.with_parameter("cause", Some(&cause)).expect("cause and digits are tokens")
}

fn hidden_in_history(uri: &Uri) -> Uri {
    Uri::parse(&[uri.octets(), b"?Privacy=history"].concat()).expect("a URI of ours has no headers before")
}

fn word(reason: Reason) -> &'static str {
    WORDS.iter().find(|row| row.0 == reason).map_or("unknown", |row| row.1)
}

/// The hub's reason and Diversion's word, RFC 5806 9.1; any other word is not known to ISUP.
const WORDS: &[(Reason, &str)] = &[
    (Reason::Unknown, "unknown"),
    (Reason::Busy, "user-busy"),
    (Reason::NoReply, "no-answer"),
    (Reason::Unconditional, "unconditional"),
    (Reason::Deflection, "deflection"),
    (Reason::NotReachable, "unavailable"),
];

/// The hub's reason and the cause of RFC 4458; of two that mean one the first is sent.
const CAUSES: &[(Reason, u16)] = &[
    (Reason::Unknown, 404),
    (Reason::Busy, 486),
    (Reason::NoReply, 408),
    (Reason::Unconditional, 302),
    (Reason::Deflection, 480),
    (Reason::Deflection, 487),
    (Reason::NotReachable, 503),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], 5060))
    }

    fn values(texts: &[&str]) -> Vec<NameAddr> {
        texts.iter().map(|text| NameAddr::parse(text.as_bytes()).expect("an address")).collect()
    }

    fn terms(trusted: bool, diversion: DiversionField) -> Terms {
        Terms { trusted, diversion }
    }

    fn twice() -> Diversion {
        let who = |number: &str, restricted| {
            Some(Calling { number: number.into(), display: None, restricted, asserted: true })
        };
        Diversion {
            by: who("+19195551002", false),
            reason: Reason::Busy,
            original: who("+19195551001", true),
            original_reason: Reason::Unconditional,
            times: 5,
        }
    }

    fn written(diversion: Diversion, terms: Terms) -> (Vec<String>, Vec<String>) {
        let setup = Setup { diversion: Some(diversion), ..Setup::unknown("600".into()) };
        let target = Uri::parse(b"sip:600@192.0.2.9").expect("a URI");
        let (diversion, history) = write(&setup, own(), &target, terms);
        let texts = |values: Vec<NameAddr>| {
            let text = |value: &NameAddr| {
                let mut out = Vec::new();
                value.write(&mut out);
                String::from_utf8(out).expect("ASCII")
            };
            values.iter().map(text).collect()
        };
        (texts(diversion), texts(history))
    }

    #[test]
    fn the_topmost_diversion_is_the_last_and_the_counters_add_up() {
        let said = diversion(&values(&[
            "<sip:+19195551002@gw>;reason=user-busy;privacy=off;counter=4",
            "<sip:+19195551001@gw>;reason=unconditional;privacy=full",
        ]));
        assert_eq!(said, Some(twice()));
    }

    #[test]
    fn one_diversion_names_no_original_party_and_other_words_are_not_known() {
        let said = diversion(&values(&["<tel:+19195551002>;reason=follow-me"])).expect("a diversion");
        assert_eq!((said.reason, said.original, said.times), (Reason::Unknown, None, 1));
        assert_eq!(said.by.expect("a number").number, "+19195551002");
    }

    #[test]
    fn diversions_are_written_as_they_are_read_for_a_trusted_peer() {
        let (diversion_texts, none) = written(twice(), terms(true, DiversionField::Diversion));
        assert_eq!(
            diversion_texts,
            [
                "<sip:+19195551002@192.0.2.1:5060;user=phone>;reason=user-busy;privacy=off;counter=4",
                "<sip:+19195551001@192.0.2.1:5060;user=phone>;reason=unconditional;privacy=full;counter=1",
            ]
        );
        assert!(none.is_empty());
        let texts: Vec<&str> = diversion_texts.iter().map(String::as_str).collect();
        assert_eq!(diversion(&values(&texts)), Some(twice()));
    }

    #[test]
    fn history_has_each_target_with_the_cause_that_led_there() {
        let (_, history_texts) = written(twice(), terms(true, DiversionField::HistoryInfo));
        assert_eq!(
            history_texts,
            [
                "<sip:+19195551001@192.0.2.1:5060;user=phone?Privacy=history>;index=1",
                "<sip:+19195551002@192.0.2.1:5060;user=phone;cause=302>;index=1.1;mp=1",
                "<sip:600@192.0.2.9;cause=486>;index=1.1.1;mp=1.1",
            ]
        );
        let texts: Vec<&str> = history_texts.iter().map(String::as_str).collect();
        // The list has what it lists: five redirections cannot be told by two.
        assert_eq!(history(&values(&texts)), Some(Diversion { times: 2, ..twice() }));
    }

    #[test]
    fn a_number_that_is_withheld_is_not_told_to_a_peer_that_is_not_trusted() {
        let (diversion_texts, history_texts) = written(twice(), terms(false, DiversionField::Both));
        let all = diversion_texts.iter().chain(&history_texts);
        assert!(all.clone().all(|text| !text.contains("5551001")), "{diversion_texts:?} {history_texts:?}");
        assert!(all.into_iter().any(|text| text.contains("anonymous.invalid")));
        assert_eq!(written(twice(), terms(true, DiversionField::None)), (Vec::new(), Vec::new()));
    }

    #[test]
    fn the_reason_of_a_response_counts_where_a_target_was_mapped_and_has_no_cause() {
        let said = history(&values(&[
            "<sip:200@gw?Reason=SIP%3Bcause%3D486>;index=1",
            "<sip:300@gw>;index=1.1;mp=1",
            "<sip:300@192.0.2.3>;index=1.1.1;rc=1.1",
        ]));
        let said = said.expect("a diversion");
        assert_eq!((said.by.expect("a number").number.as_str(), said.reason, said.times), ("200", Reason::Busy, 1));
        assert_eq!(history(&values(&["<sip:300@gw>;index=1", "<sip:300@192.0.2.3>;index=1.1;rc=1"])), None);
    }

    #[test]
    fn mutated_values_harm_nobody() {
        use rand_chacha::ChaCha20Rng;
        use rand_core::{Rng, SeedableRng};
        const SEED: u64 = 7044;
        let good =
            "<sip:200@gw;cause=486?Reason=SIP%3Bcause%3D486&Privacy=history>;index=1;mp=1;reason=away;counter=99";
        let mut rng = ChaCha20Rng::seed_from_u64(SEED);
        for _ in 0..2_000 {
            let mutated = |rng: &mut ChaCha20Rng| {
                let mut octets = good.as_bytes().to_vec();
                for _ in 0..1 + rng.next_u32() % 4 {
                    let at = rng.next_u32() as usize % octets.len();
                    octets[at] = b"0;=%?<>\"9"[rng.next_u32() as usize % 9];
                }
                octets
            };
            let texts: Vec<Vec<u8>> = (0..3).map(|_| mutated(&mut rng)).collect();
            let values: Vec<NameAddr> = texts.iter().filter_map(|text| NameAddr::parse(text).ok()).collect();
            let said = Provenance { diversion: values.clone(), history: values, ..Provenance::default() };
            assert!(read(&said).is_none_or(|diversion| diversion.times > 0), "seed {SEED}: {said:?}");
        }
    }
}
