//! The call as sequence charts: what goes in, what comes out, state by state.

#![expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]

use std::time::Instant;

use ::media::{Change, Law, Source, Timeslot};
use config::Model;
use isup::codec::{CauseIndicators, Cic, Message, MessageType};
use isup::exchange::Refusal;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;
use crate::interwork::{number, progress};
use crate::sip::{Codec, Direction, Failure, Incoming, NameAddr, Octets, Uri};

fn trunk() -> TrunkIndex {
    Model::embedded().trunk_named("trunk").expect("the embedded default names its trunk so")
}

fn seat(n: u8) -> Seat {
    Seat {
        trunk: trunk(),
        circuit: CircuitId(u32::from(n)),
        cic: Cic(u16::from(n)),
        at: Timeslot { span: 0, timeslot: n },
    }
}

fn local() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 16_384))
}

fn capabilities() -> Capabilities {
    Capabilities {
        address: local().ip(),
        port: 0,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        telephone_event: Some(101),
        packet_ms: 20,
        direction: Direction::SendRecv,
        session: 1,
        version: 1,
    }
}

fn their_description() -> Description {
    Capabilities { port: 4000, ..capabilities() }.offer()
}

fn beginning() -> Beginning {
    Beginning {
        id: CallId(1),
        session: SessionId(7),
        dialled: Dialled { called: "600".into(), calling: None },
        capabilities: capabilities(),
        settings: Settings {
            tdm_law: Law::A,
            playout_ms: 120,
            t11: Duration::from_secs(17),
            ssrc: 1,
            first_sequence: 1,
            first_timestamp: 1,
        },
    }
}

fn incoming(offer: Option<Description>) -> Incoming {
    let uri = Uri::parse(b"sip:600@127.0.0.1").expect("a URI");
    Incoming {
        session: SessionId(7),
        listener: 0,
        remote: local(),
        request_uri: uri.clone(),
        from: NameAddr::new(uri.clone()),
        to: NameAddr::new(uri),
        call_id: Octets::from(&b"c1"[..]),
        identity: None,
        private: false,
        offer,
        parts: Vec::new(),
        max_forwards: Some(70),
    }
}

/// A call and the words for what it asked for, taken as they come.
struct Chart {
    now: Instant,
    call: Call,
}

impl Chart {
    fn from_sip() -> (Chart, Vec<String>) {
        Chart::with_offer(Some(their_description()))
    }

    fn with_offer(offer: Option<Description>) -> (Chart, Vec<String>) {
        let now = Instant::now();
        let called = number::to_isup("600", None).expect("digits");
        let call = Call::from_invite(now, beginning(), &incoming(offer), Ok((trunk(), called)));
        Chart { now, call }.begun()
    }

    fn from_pstn() -> (Chart, Vec<String>) {
        let now = Instant::now();
        let peer = Peer { listener: 0, remote: local(), own: local() };
        Chart { now, call: Call::from_iam(now, beginning(), seat(1), Ok(peer)) }.begun()
    }

    fn begun(mut self) -> (Chart, Vec<String>) {
        let words = self.words();
        (self, words)
    }

    /// A call from SIP with its IAM sent.
    fn iam_sent() -> Chart {
        let (mut chart, _) = Chart::from_sip();
        chart.tell(Event::Seized(seat(1)));
        chart.tell(Event::Opened(local()));
        chart
    }

    /// A call from the PSTN with its INVITE sent.
    fn invite_sent() -> Chart {
        let (mut chart, _) = Chart::from_pstn();
        chart.tell(Event::Opened(local()));
        chart
    }

    fn tell(&mut self, event: Event) -> Vec<String> {
        self.call.handle(self.now, event);
        self.words()
    }

    fn sip(&mut self, event: sip::Event) -> Vec<String> {
        self.tell(Event::Sip(event))
    }

    fn circuit(&mut self, indication: Indication) -> Vec<String> {
        self.tell(Event::Circuit(indication))
    }

    fn words(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.call.poll_action()).map(|action| word(&action)).collect()
    }
}

fn word(action: &Action) -> String {
    match action {
        Action::Sip(sip::Command::Invite { .. }) => "INVITE".into(),
        Action::Sip(sip::Command::Ring { status, answer, .. }) => {
            format!("{status}{}", if answer.is_some() { "+SDP" } else { "" })
        }
        Action::Sip(sip::Command::Accept { .. }) => "200".into(),
        Action::Sip(sip::Command::Refuse { status, cause, .. }) => format!("{status} cause {}", cause.unwrap_or(0)),
        Action::Sip(sip::Command::Bye { cause, .. }) => format!("BYE cause {}", cause.unwrap_or(0)),
        Action::Sip(sip::Command::Cancel { .. }) => "CANCEL".into(),
        Action::Sip(sip::Command::AnswerReoffer { answer: Ok(_), .. }) => "200 to re-INVITE".into(),
        Action::Sip(sip::Command::AnswerReoffer { answer: Err(status), .. }) => format!("{status} to re-INVITE"),
        Action::Sip(other) => format!("{other:?}"),
        Action::Seize(_) => "seize".into(),
        Action::Circuit(_, Request::Setup(_)) => "IAM".into(),
        Action::Circuit(_, Request::AddressComplete(_)) => "ACM".into(),
        Action::Circuit(_, Request::Progress(_)) => "CPG".into(),
        Action::Circuit(_, Request::Answer(_)) => "ANM".into(),
        Action::Circuit(_, Request::Connect(_)) => "CON".into(),
        Action::Circuit(_, Request::Release(rel)) => format!("REL {}", cause_in(rel)),
        Action::Circuit(_, Request::ReleaseResponse) => "RLC".into(),
        Action::Circuit(_, other) => format!("{other:?}"),
        Action::Free(circuit) => format!("free {}", circuit.0),
        Action::Media(MediaRequest::Open { at, .. }) => format!("open {}", at.timeslot),
        Action::Media(MediaRequest::Close) => "close".into(),
        Action::Media(MediaRequest::Change(change)) => change_word(change).into(),
        Action::Opened => "opened".into(),
        Action::Over => "over".into(),
    }
}

fn change_word(change: &Change) -> &'static str {
    match change {
        Change::Remote { .. } => "remote",
        Change::Payload { .. } => "payload",
        Change::Source(Source::Network) => "network",
        Change::Source(Source::Tone(_)) => "tone",
        Change::Source(Source::Silence) => "silence",
        Change::Direction { send: true, receive: true } => "both ways",
        Change::Direction { send: true, receive: false } => "send",
        Change::Direction { send: false, receive: true } => "receive",
        Change::Direction { send: false, receive: false } => "hold",
    }
}

fn cause_in(rel: &Message) -> u8 {
    rel.find::<CauseIndicators>().expect("every REL has a cause").cause.0
}

const SESSION: SessionId = SessionId(7);

fn ended() -> sip::Event {
    sip::Event::Ended { session: SESSION, cause: None }
}

fn closed() -> Event {
    Event::Media(MediaEvent::Closed(Box::default()))
}

fn rel(cause: u8) -> Indication {
    Indication::Release(progress::rel(Cause(cause), isup::cause::Location::PUBLIC_LOCAL))
}

#[test]
fn sip_to_pstn_from_invite_to_talking_and_bye() {
    let (mut chart, begun) = Chart::from_sip();
    assert_eq!(begun, ["seize"]);
    assert_eq!(chart.tell(Event::Seized(seat(1))), ["opened", "open 1"]);
    assert_eq!(chart.tell(Event::Opened(local())), ["IAM"]);
    assert_eq!(chart.circuit(Indication::AddressComplete(progress::acm(180, false))), ["180"]);
    assert_eq!(chart.circuit(Indication::Progress(progress::cpg(183, true))), ["send", "183+SDP"]);
    let talking = chart.circuit(Indication::Answer(progress::anm()));
    assert_eq!(talking, ["200", "remote", "payload", "network", "both ways"]);
    assert_eq!(chart.sip(ended()), ["close", "REL 16"]);
    assert!(chart.tell(closed()).is_empty());
    assert_eq!(chart.circuit(Indication::Released), ["free 1", "over"]);
}

#[test]
fn a_release_from_the_pstn_gets_rlc_only_when_the_leg_is_off_the_timeslot() {
    let mut chart = Chart::iam_sent();
    assert_eq!(chart.circuit(rel(17)), ["486 cause 17", "close"]);
    assert_eq!(chart.tell(closed()), ["RLC"]);
    assert_eq!(chart.circuit(Indication::Released), ["free 1"]);
    let refused = sip::Event::Refused { session: SESSION, status: 486, reason_phrase: Octets::default(), cause: None };
    assert_eq!(chart.sip(refused), ["over"]);
}

#[test]
fn a_caller_that_gives_up_while_the_leg_opens_leaves_nothing_behind() {
    let (mut chart, _) = Chart::from_sip();
    chart.tell(Event::Seized(seat(1)));
    let cancelled = sip::Event::Cancelled { session: SESSION, cause: None };
    assert_eq!(chart.sip(cancelled), ["close", "free 1"]);
    assert!(chart.tell(Event::Opened(local())).is_empty());
    assert_eq!(chart.tell(closed()), ["over"]);
}

#[test]
fn a_refused_circuit_is_exchanged_for_another_until_the_bound() {
    let mut chart = Chart::iam_sent();
    for n in 1..=REFUSALS_MAX {
        let refused = Indication::SetupRefused(Refusal::DualSeizure);
        assert_eq!(chart.circuit(refused), [format!("free {n}"), "close".into()]);
        assert_eq!(chart.tell(closed()), ["seize"]);
        assert_eq!(chart.tell(Event::Seized(seat(n + 1))), ["opened".to_owned(), format!("open {}", n + 1)]);
        assert_eq!(chart.tell(Event::Opened(local())), ["IAM"]);
    }
    let last = chart.circuit(Indication::SetupRefused(Refusal::Blocked));
    assert_eq!(last, [&format!("free {}", REFUSALS_MAX + 1), "503 cause 34", "close"]);
}

#[test]
fn no_circuit_is_503_with_cause_34() {
    let (mut chart, _) = Chart::from_sip();
    assert_eq!(chart.tell(Event::Congested), ["503 cause 34"]);
}

#[test]
fn an_offer_without_g711_is_488_and_seizes_nothing() {
    let mut offer = their_description();
    offer.payloads.retain(|payload| payload.encoding == "telephone-event");
    let (_, words) = Chart::with_offer(Some(offer));
    assert_eq!(words, ["488 cause 65"]);
}

#[test]
fn an_invite_without_an_offer_gets_ours_in_200_and_their_answer_with_ack() {
    let (mut chart, _) = Chart::with_offer(None);
    chart.tell(Event::Seized(seat(1)));
    chart.tell(Event::Opened(local()));
    assert_eq!(chart.circuit(Indication::AddressComplete(progress::acm(183, true))), ["183"]);
    assert_eq!(chart.circuit(Indication::Connect(progress::con())), ["200"]);
    let acknowledged = sip::Event::Acknowledged { session: SESSION, answer: Some(their_description()) };
    assert_eq!(chart.sip(acknowledged), ["remote", "payload", "network", "both ways"]);
}

#[test]
fn an_ack_without_the_answer_that_was_owed_ends_the_call() {
    let (mut chart, _) = Chart::with_offer(None);
    chart.tell(Event::Seized(seat(1)));
    chart.tell(Event::Opened(local()));
    chart.circuit(Indication::Connect(progress::con()));
    let acknowledged = sip::Event::Acknowledged { session: SESSION, answer: None };
    assert_eq!(chart.sip(acknowledged), ["BYE cause 58", "close", "REL 58"]);
}

#[test]
fn pstn_to_sip_rings_with_a_tone_of_ours_and_answers_with_anm() {
    let (mut chart, begun) = Chart::from_pstn();
    assert_eq!(begun, ["opened", "open 1"]);
    assert_eq!(chart.tell(Event::Opened(local())), ["INVITE"]);
    let ringing = sip::Event::Progress { session: SESSION, status: 180, answer: None };
    assert_eq!(chart.sip(ringing), ["tone", "ACM"]);
    let answered = sip::Event::Answered { session: SESSION, answer: Some(their_description()) };
    let words = chart.sip(answered);
    assert!(words.contains(&"ANM".to_owned()) && words.contains(&"both ways".to_owned()), "{words:?}");
    assert_eq!(chart.circuit(rel(16)), ["BYE cause 16", "close"]);
    assert_eq!(chart.tell(closed()), ["RLC"]);
    assert_eq!(chart.sip(ended()), Vec::<String>::new());
    assert_eq!(chart.circuit(Indication::Released), ["free 1", "over"]);
}

#[test]
fn early_media_of_sip_is_heard_in_the_pstn_and_announced_as_in_band() {
    let mut chart = Chart::invite_sent();
    let early = sip::Event::Progress { session: SESSION, status: 183, answer: Some(their_description()) };
    let words = chart.sip(early);
    assert!(words.contains(&"network".to_owned()) && words.last() == Some(&"ACM".to_owned()), "{words:?}");
}

#[test]
fn a_phone_that_answers_at_once_is_con() {
    let mut chart = Chart::invite_sent();
    let answered = sip::Event::Answered { session: SESSION, answer: Some(their_description()) };
    assert!(chart.sip(answered).contains(&"CON".to_owned()));
}

#[test]
fn an_answer_without_sdp_ends_the_call_both_ways() {
    let mut chart = Chart::invite_sent();
    let answered = sip::Event::Answered { session: SESSION, answer: None };
    let words = chart.sip(answered);
    assert_eq!(words.last().map(String::as_str), Some("REL 58"), "{words:?}");
    assert!(words[0].starts_with("BYE"), "the session has been answered: {words:?}");
}

#[test]
fn t11_sends_an_early_acm_and_later_ringing_is_cpg() {
    let mut chart = Chart::invite_sent();
    let due = chart.call.poll_timeout().expect("T11 runs");
    assert_eq!(due, chart.now + Duration::from_secs(17));
    chart.call.handle_timeout(due);
    assert_eq!(chart.words(), ["ACM"]);
    let ringing = sip::Event::Progress { session: SESSION, status: 180, answer: None };
    assert_eq!(chart.sip(ringing), ["tone", "CPG"]);
    assert_eq!(chart.call.poll_timeout(), None);
}

#[test]
fn a_circuit_that_is_reset_takes_the_session_with_it() {
    let mut chart = Chart::iam_sent();
    chart.circuit(Indication::Answer(progress::anm()));
    assert_eq!(chart.circuit(Indication::Lost(Cause::TEMPORARY_FAILURE)), ["BYE cause 41", "close"]);
    assert_eq!(chart.tell(closed()), ["RLC"]);
}

#[test]
fn hold_and_resume_are_answered_and_change_the_leg() {
    let mut chart = Chart::iam_sent();
    chart.circuit(Indication::Answer(progress::anm()));
    let mut hold = their_description();
    hold.direction = Direction::SendOnly;
    let held = chart.sip(sip::Event::Reoffer { session: SESSION, offer: Some(hold) });
    assert_eq!(held, ["remote", "payload", "network", "receive", "200 to re-INVITE"]);
    let resumed = chart.sip(sip::Event::Reoffer { session: SESSION, offer: Some(their_description()) });
    assert_eq!(resumed, ["remote", "payload", "network", "both ways", "200 to re-INVITE"]);
}

#[test]
fn an_offer_before_the_answer_is_answered_and_the_caller_is_still_not_heard() {
    let mut chart = Chart::iam_sent();
    chart.circuit(Indication::AddressComplete(progress::acm(183, true)));
    let updated = chart.sip(sip::Event::Reoffer { session: SESSION, offer: Some(their_description()) });
    assert_eq!(updated, ["remote", "payload", "network", "both ways", "send", "200 to re-INVITE"]);
}

/// Any order of events, sensible or not: the call ends once, after its three parts, and frees each circuit that it had.
#[test]
fn whatever_comes_in_whatever_order_the_call_is_over_exactly_once() {
    for seed in 0..3_000 {
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let (mut chart, mut words) = if seed % 2 == 0 { Chart::from_sip() } else { Chart::from_pstn() };
        let mut seized = u32::from(seed % 2 == 1);
        for _ in 0..random.next_u32() % 30 {
            let event = any_event(&mut random);
            seized += u32::from(matches!(event, Event::Seized(_)) && matches!(chart.call.state, State::Opening(_)));
            words.extend(chart.tell(event));
        }
        for event in [Event::Expel(Cause(41)), Event::Sip(ended()), closed(), Event::Circuit(Indication::Released)] {
            words.extend(chart.tell(event));
        }
        let count = |wanted: &str| words.iter().filter(|word| *word == wanted).count();
        assert_eq!(count("over"), 1, "seed {seed}: {words:?}");
        assert_eq!(words.last().map(String::as_str), Some("over"), "seed {seed}: {words:?}");
        assert!(
            words.iter().filter(|word| word.starts_with("free")).count() as u32 <= seized,
            "seed {seed}: {words:?}"
        );
        assert!(chart.call.seat().is_none(), "seed {seed}: {words:?}");
    }
}

fn any_event(random: &mut ChaCha20Rng) -> Event {
    let description = random.next_u32().is_multiple_of(2).then(their_description);
    match random.next_u32() % 18 {
        0 => Event::Seized(seat(1)),
        1 => Event::Congested,
        2 => Event::Opened(local()),
        3 => Event::NotOpened(MediaError::NoPort),
        4 => closed(),
        5 => Event::Circuit(Indication::AddressComplete(progress::acm(183, true))),
        6 => Event::Circuit(Indication::Answer(progress::anm())),
        7 => Event::Circuit(rel(31)),
        8 => Event::Circuit(Indication::Lost(Cause(41))),
        9 => Event::Circuit(Indication::SetupRefused(Refusal::Busy)),
        10 => Event::Circuit(Indication::Progress(Message::new(MessageType::CPG))),
        11 => Event::Sip(sip::Event::Progress { session: SESSION, status: 180, answer: description }),
        12 => Event::Sip(sip::Event::Answered { session: SESSION, answer: description }),
        13 => Event::Sip(sip::Event::Acknowledged { session: SESSION, answer: description }),
        14 => Event::Sip(sip::Event::Reoffer { session: SESSION, offer: description }),
        15 => Event::Sip(sip::Event::Failed { session: SESSION, failure: Failure::NoAck }),
        16 => Event::Media(MediaEvent::Inactive),
        _ => Event::Expel(Cause(41)),
    }
}
