//! The call as sequence charts: what goes in, what comes out, state by state.

#![expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]

mod encryption;

use std::net::SocketAddr;
use std::time::Instant;

use ::media::{Change, Law, Source, Timeslot};
use config::Model;
use isup::codec::{
    CalledPartyNumber, CallingPartysCategory, CauseIndicators, ForwardCallIndicators, HopCounter, Message, MessageType,
    NatureOfConnectionIndicators, ParameterCode, SubsequentNumber, TransmissionMediumRequirement,
};
use isup::exchange::{Number, Refusal};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;
use crate::call::join::DEPARTED_MAX;
use crate::circuit::SeatId;
use crate::control::Security;
use crate::interwork::hub::{Answer, Bearer, Digits, Progress, Stage};
use crate::interwork::isup::backward;
use crate::interwork::q931 as pri;
use crate::interwork::sip::Terms;
use crate::sip::{Capabilities, Codec, Description, Direction, EarlyMedia, Encryption, Failure, Octets, Uri};

mod join;
mod reroute;

fn trunk() -> TrunkIndex {
    Model::embedded().trunk_named("trunk").expect("the embedded default names its trunk so")
}

fn seat(n: u8) -> Seat {
    Seat {
        trunk: trunk(),
        id: SeatId::Circuit(CircuitId(u32::from(n))),
        number: u16::from(n),
        at: Timeslot { span: 0, timeslot: n },
        law: Law::A,
        overlap: false,
        user_user: true,
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
        encryption: Encryption::Off,
        session: 1,
        version: 1,
    }
}

fn their_description() -> Description {
    Capabilities { port: 4000, ..capabilities() }.offer()
}

fn session() -> NewSession {
    let rtp = Rtp { tdm_law: Law::A, playout_ms: 120, ssrc: 1, first_sequence: 1, first_timestamp: 1 };
    NewSession { id: SESSION, capabilities: capabilities(), rtp, transfers: None, redirects: None }
}

fn beginning(from: Caller, to: Destination) -> Beginning {
    going(from, to, Setup::unknown("600".into()))
}

fn going(from: Caller, to: Destination, setup: Setup) -> Beginning {
    Beginning { id: CallId(1), from, to: Ok(Onward::Go(to, setup.clone())), setup, t11: Duration::from_secs(17) }
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
        let from = Caller::Session { session: session(), inviter: inviter(), offer, call_id: Octets::from(&b"c1"[..]) };
        Chart::of(beginning(from, Destination::Trunk(trunk())))
    }

    fn from_pstn() -> (Chart, Vec<String>) {
        Chart::of(beginning(Caller::Circuit(seat(1)), Destination::Peer(session(), peer())))
    }

    /// A call that came on circuit 1 with this IAM and goes to the trunk.
    fn transit(iam: Message) -> (Chart, Vec<String>) {
        let setup = Setup { isup: Some(iam), ..Setup::unknown("600".into()) };
        Chart::of(going(Caller::Circuit(seat(1)), Destination::Trunk(trunk()), setup))
    }

    fn of(new: Beginning) -> (Chart, Vec<String>) {
        let now = Instant::now();
        Chart { now, call: Call::new(now, new) }.begun()
    }

    fn begun(mut self) -> (Chart, Vec<String>) {
        let words = self.words();
        (self, words)
    }

    /// A call from SIP with its IAM sent.
    fn iam_sent() -> Chart {
        let (mut chart, _) = Chart::from_sip();
        chart.gateway(Told::Seized(seat(1)));
        chart.gateway(Told::Opened(MediaPath::Rtp(local())));
        chart
    }

    /// A call from the PSTN with its INVITE sent.
    fn invite_sent() -> Chart {
        let (mut chart, _) = Chart::from_pstn();
        chart.gateway(Told::Opened(MediaPath::Rtp(local())));
        chart
    }

    fn tell(&mut self, event: Event) -> Vec<String> {
        self.call.handle(self.now, event);
        self.words()
    }

    fn sip(&mut self, event: sip::Event) -> Vec<String> {
        self.tell(Event::Sip(event))
    }

    /// Something on the one circuit of a call with SIP.
    fn circuit(&mut self, indication: Indication) -> Vec<String> {
        let circuit = self.call.seats().next().map_or(1, |seat| seat.number);
        self.on(circuit.into(), indication)
    }

    fn on(&mut self, circuit: u32, indication: Indication) -> Vec<String> {
        self.tell(Event::Circuit(CircuitId(circuit), indication))
    }

    fn gateway(&mut self, told: Told) -> Vec<String> {
        self.tell(Event::Gateway(told))
    }

    fn words(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.call.poll_action()).map(|action| word(&action)).collect()
    }
}

fn word(action: &Action) -> String {
    match action {
        Action::Sip(sip::Command::Invite(_)) => "INVITE".into(),
        Action::Sip(sip::Command::Ring { status, answer, .. }) => {
            format!("{status}{}", if answer.is_some() { "+SDP" } else { "" })
        }
        Action::Sip(sip::Command::AnswerAs { identity, .. }) => {
            format!("as {}", String::from_utf8_lossy(&identity.to_octets()))
        }
        Action::Sip(sip::Command::Accept { .. }) => "200".into(),
        Action::Sip(sip::Command::Refuse { status, cause, .. }) => format!("{status} cause {}", cause.unwrap_or(0)),
        Action::Sip(sip::Command::Bye { cause, .. }) => format!("BYE cause {}", cause.unwrap_or(0)),
        Action::Sip(sip::Command::Cancel { .. }) => "CANCEL".into(),
        Action::Sip(sip::Command::AnswerReoffer { answer: Ok(_), .. }) => "200 to re-INVITE".into(),
        Action::Sip(sip::Command::AnswerReoffer { answer: Err(status), .. }) => format!("{status} to re-INVITE"),
        Action::Sip(sip::Command::AnswerRefer { status, .. }) => format!("refer {status}"),
        Action::Sip(sip::Command::Notify { status, is_last, .. }) => {
            format!("notify {status}{}", if *is_last { ", the last" } else { "" })
        }
        Action::Sip(other) => format!("{other:?}"),
        Action::Refer(_, _, setup) => format!("refer {}", setup.called),
        Action::Join(..) => "join".into(),
        Action::Route(_, setup) => format!("route {}{}", setup.called, if setup.is_complete { "." } else { "" }),
        Action::Seize(_) => "seize".into(),
        Action::Circuit(_, Request::Setup(_)) => "IAM".into(),
        Action::Circuit(_, Request::SubsequentAddress(sam)) => {
            format!("SAM {}", sam.find::<SubsequentNumber>().expect("mandatory").digits)
        }
        Action::Circuit(_, Request::AwaitDigits(number)) => format!("{number:?}"),
        Action::Circuit(_, Request::AddressComplete(_)) => "ACM".into(),
        Action::Circuit(_, Request::Progress(_)) => "CPG".into(),
        Action::Circuit(_, Request::Answer(_)) => "ANM".into(),
        Action::Circuit(_, Request::Connect(_)) => "CON".into(),
        Action::Circuit(_, Request::Release(rel)) => format!("REL {}", cause_in(rel)),
        Action::Circuit(_, Request::ReleaseResponse) => "RLC".into(),
        Action::Circuit(_, other) => format!("{other:?}"),
        Action::Channel(_, ChannelRequest::SetUp { .. }) => "SETUP".into(),
        Action::Channel(_, ChannelRequest::Call(interface::Request::Release(message))) => {
            format!("release {}", message.find::<CauseIndicators>().expect("it says why").cause.0)
        }
        Action::Channel(_, ChannelRequest::Clear(message, _)) => {
            format!("release {} with the charge", message.find::<CauseIndicators>().expect("it says why").cause.0)
        }
        Action::Channel(_, ChannelRequest::Connect(..)) => "Connect".into(),
        Action::Channel(_, ChannelRequest::Transferred(_)) => "transferred".into(),
        Action::Channel(_, ChannelRequest::Tell(service)) => told(service).into(),
        Action::Channel(_, ChannelRequest::Call(request)) => {
            let name = format!("{request:?}");
            name.split('(').next().unwrap_or_default().to_owned()
        }
        Action::Free(seat) => format!("free {}", seat.number),
        Action::Media(MediaRequest::Open { at, .. }) => format!("open {}", at.timeslot),
        Action::Media(MediaRequest::Patch { a, b, .. }) => format!("patch {} {}", a.timeslot, b.timeslot),
        Action::Media(MediaRequest::Move { to }) => format!("move to {}", to.timeslot),
        Action::Media(MediaRequest::Secure(security)) => match **security {
            Security::Clear => "clear",
            Security::Keys(_) => "secure",
            Security::Handshake { .. } => "handshake",
        }
        .into(),
        Action::Media(MediaRequest::Play { at, tone: Some(_) }) => format!("ring {}", at.timeslot),
        Action::Media(MediaRequest::Play { at, tone: None }) => format!("hush {}", at.timeslot),
        Action::Media(MediaRequest::Close) => "close".into(),
        Action::Media(MediaRequest::Change(change)) => change_word(change).into(),
        Action::Vacated(CallId(call)) => format!("vacated for {call}"),
        Action::Opened => "opened".into(),
        Action::Over => "over".into(),
    }
}

/// What is told over Facility.
fn told(service: &Service) -> &'static str {
    match service {
        Service::DivertedTo(_) => "diverting",
        Service::DivertedShown(_) => "diverted shown",
        _ => "advise",
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

/// The sender of an INVITE, in our trust domain.
fn inviter() -> Inviter {
    Inviter { own: local(), trusted: true, gates_early_media: true }
}

/// Where our INVITE goes.
fn peer() -> Box<Peer> {
    let hop = Uri::parse(b"sip:127.0.0.1:16384").expect("a URI");
    Box::new(Peer { hop, own: local(), terms: TERMS, account: None, route: Vec::new(), contacts: Vec::new() })
}

const TERMS: Terms = Terms { trusted: true, diversion: config::model::DiversionField::Diversion };

const SESSION: SessionId = SessionId(7);

fn ended() -> sip::Event {
    sip::Event::Ended { session: SESSION, cause: None }
}

fn closed() -> Told {
    Told::Media(MediaEvent::Closed(None))
}

fn acm(stage: Stage, in_band: bool) -> Indication {
    Indication::AddressComplete(backward::acm(&Progress { in_band, ..Progress::new(stage) }))
}

fn cpg(stage: Stage, in_band: bool) -> Indication {
    Indication::Progress(backward::cpg(&Progress { in_band, ..Progress::new(stage) }))
}

fn anm() -> Indication {
    Indication::Answer(backward::anm(&Answer::default()))
}

fn con() -> Indication {
    Indication::Connect(backward::con(&Answer::default()))
}

fn rel(cause: u8) -> Indication {
    Indication::Release(backward::rel(&Release::here(Cause(cause))))
}

#[test]
fn sip_to_pstn_from_invite_to_talking_and_bye() {
    let (mut chart, begun) = Chart::from_sip();
    assert_eq!(begun, ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(1))), ["opened", "open 1"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["IAM"]);
    assert_eq!(chart.circuit(acm(Stage::Alerting, false)), ["180"]);
    assert_eq!(chart.circuit(cpg(Stage::Progressing, true)), ["send", "183+SDP"]);
    let talking = chart.circuit(anm());
    assert_eq!(talking, ["200", "remote", "payload", "network", "both ways"]);
    assert_eq!(chart.sip(ended()), ["close", "REL 16"]);
    assert!(chart.gateway(closed()).is_empty());
    assert_eq!(chart.circuit(Indication::Released), ["free 1", "over"]);
}

#[test]
fn a_release_from_the_pstn_gets_rlc_only_when_the_leg_is_off_the_timeslot() {
    let mut chart = Chart::iam_sent();
    assert_eq!(chart.circuit(rel(17)), ["close", "486 cause 17"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.circuit(Indication::Released), ["free 1"]);
    let refused = sip::Event::Refused {
        session: SESSION,
        status: 486,
        reason_phrase: Octets::default(),
        contacts: Vec::new(),
        cause: None,
    };
    assert_eq!(chart.sip(refused), ["over"]);
}

#[test]
fn a_caller_that_gives_up_while_the_leg_opens_leaves_nothing_behind() {
    let (mut chart, _) = Chart::from_sip();
    chart.gateway(Told::Seized(seat(1)));
    let cancelled = sip::Event::Cancelled { session: SESSION, cause: None };
    assert_eq!(chart.sip(cancelled), ["close", "free 1"]);
    assert!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))).is_empty());
    assert_eq!(chart.gateway(closed()), ["over"]);
}

#[test]
fn a_refused_circuit_is_exchanged_for_another_until_the_bound() {
    let mut chart = Chart::iam_sent();
    for n in 1..=REFUSALS_MAX {
        let refused = Indication::SetupRefused(Refusal::DualSeizure);
        assert_eq!(chart.circuit(refused), [format!("free {n}"), "close".into()]);
        assert_eq!(chart.gateway(closed()), ["seize"]);
        assert_eq!(chart.gateway(Told::Seized(seat(n + 1))), ["opened".to_owned(), format!("open {}", n + 1)]);
        assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["IAM"]);
    }
    let last = chart.circuit(Indication::SetupRefused(Refusal::Blocked));
    assert_eq!(last, [&format!("free {}", REFUSALS_MAX + 1), "close", "503 cause 34"]);
}

#[test]
fn a_congested_far_exchange_is_asked_on_no_other_circuit() {
    let mut chart = Chart::iam_sent();
    let refused = chart.circuit(Indication::SetupRefused(Refusal::Congestion));
    assert_eq!(refused, ["free 1", "close", "503 cause 42"]);
    assert!(!chart.gateway(closed()).contains(&"seize".to_owned()));
}

#[test]
fn no_circuit_is_503_with_cause_34() {
    let (mut chart, _) = Chart::from_sip();
    assert_eq!(chart.gateway(Told::Congested), ["503 cause 34"]);
}

#[test]
fn an_offer_without_g711_is_488_and_seizes_nothing() {
    let mut offer = their_description();
    offer.payloads.retain(|payload| payload.encoding == "telephone-event");
    let (_, words) = Chart::with_offer(Some(offer));
    assert_eq!(words, ["488 cause 65"]);
}

#[test]
fn an_invite_without_an_offer_gets_ours_with_180_and_hears_the_pstn_once_prack_has_answered() {
    let (mut chart, _) = Chart::with_offer(None);
    chart.gateway(Told::Seized(seat(1)));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    assert_eq!(chart.circuit(acm(Stage::Alerting, false)), ["180+SDP"]);
    let prack = sip::Event::EarlyAnswer { session: SESSION, answer: their_description() };
    assert_eq!(chart.sip(prack), ["remote", "payload", "network", "both ways", "send"]);
    assert_eq!(chart.circuit(anm()), ["200", "remote", "payload", "network", "both ways"]);
    assert!(chart.sip(sip::Event::Acknowledged { session: SESSION, answer: None }).is_empty());
}

#[test]
fn what_the_called_side_does_not_authorize_is_not_heard_before_the_answer() {
    let mut chart = Chart::invite_sent();
    let said = |status, early_media| sip::Event::Progress {
        session: SESSION,
        status,
        answer: Some(their_description()),
        early_media,
    };
    let gated = chart.sip(said(183, Some(EarlyMedia::Inactive)));
    assert_eq!(gated, ["remote", "payload", "network", "both ways", "silence", "ACM"]);
    // Nothing said: what was said before holds, and the ringing tone is ours.
    let ringing = chart.sip(said(180, None));
    assert_eq!(ringing[4..], ["tone", "CPG"]);
    let heard = chart.sip(said(183, Some(EarlyMedia::SendOnly)));
    assert_eq!(heard[4..], ["network", "CPG"]);
}

#[test]
fn an_invite_without_an_offer_gets_ours_in_200_and_their_answer_with_ack() {
    let (mut chart, _) = Chart::with_offer(None);
    chart.gateway(Told::Seized(seat(1)));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    assert_eq!(chart.circuit(acm(Stage::Proceeding, true)), ["183+SDP"]);
    assert_eq!(chart.circuit(con()), ["200"]);
    let acknowledged = sip::Event::Acknowledged { session: SESSION, answer: Some(their_description()) };
    assert_eq!(chart.sip(acknowledged), ["remote", "payload", "network", "both ways"]);
}

#[test]
fn an_ack_without_the_answer_that_was_owed_ends_the_call() {
    let (mut chart, _) = Chart::with_offer(None);
    chart.gateway(Told::Seized(seat(1)));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    chart.circuit(con());
    let acknowledged = sip::Event::Acknowledged { session: SESSION, answer: None };
    assert_eq!(chart.sip(acknowledged), ["close", "BYE cause 58", "REL 58"]);
}

#[test]
fn pstn_to_sip_rings_with_a_tone_of_ours_and_answers_with_anm() {
    let (mut chart, begun) = Chart::from_pstn();
    assert_eq!(begun, ["opened", "open 1"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["INVITE"]);
    let ringing = sip::Event::Progress { session: SESSION, status: 180, answer: None, early_media: None };
    assert_eq!(chart.sip(ringing), ["tone", "ACM"]);
    let answered = sip::Event::Answered { session: SESSION, answer: Some(their_description()) };
    let words = chart.sip(answered);
    assert!(words.contains(&"ANM".to_owned()) && words.contains(&"both ways".to_owned()), "{words:?}");
    assert_eq!(chart.circuit(rel(16)), ["close", "BYE cause 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.sip(ended()), Vec::<String>::new());
    assert_eq!(chart.circuit(Indication::Released), ["free 1", "over"]);
}

#[test]
fn early_media_of_sip_is_heard_in_the_pstn_and_announced_as_in_band() {
    let mut chart = Chart::invite_sent();
    let early =
        sip::Event::Progress { session: SESSION, status: 183, answer: Some(their_description()), early_media: None };
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
    assert_eq!(words, ["close", "REL 58", "BYE cause 58"], "the session has been answered");
}

#[test]
fn t11_sends_an_early_acm_and_later_ringing_is_cpg() {
    let mut chart = Chart::invite_sent();
    let due = chart.call.poll_timeout().expect("T11 runs");
    assert_eq!(due, chart.now + Duration::from_secs(17));
    chart.call.handle_timeout(due);
    assert_eq!(chart.words(), ["ACM"]);
    let ringing = sip::Event::Progress { session: SESSION, status: 180, answer: None, early_media: None };
    assert_eq!(chart.sip(ringing), ["tone", "CPG"]);
    assert_eq!(chart.call.poll_timeout(), None);
}

#[test]
fn a_circuit_that_is_reset_takes_the_session_with_it() {
    let mut chart = Chart::iam_sent();
    chart.circuit(anm());
    assert_eq!(chart.circuit(Indication::Lost(Cause::TEMPORARY_FAILURE)), ["close", "BYE cause 41"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
}

#[test]
fn hold_and_resume_are_answered_and_change_the_leg() {
    let mut chart = Chart::iam_sent();
    chart.circuit(anm());
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
    chart.circuit(acm(Stage::Proceeding, true));
    let updated = chart.sip(sip::Event::Reoffer { session: SESSION, offer: Some(their_description()) });
    assert_eq!(updated, ["remote", "payload", "network", "both ways", "send", "200 to re-INVITE"]);
}

/// Any order of events, sensible or not: the call ends once, after its three parts, and frees each circuit that it had.
#[test]
fn whatever_comes_in_whatever_order_the_call_is_over_exactly_once() {
    for seed in 0..3_000 {
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let (mut chart, mut words) = match seed % 3 {
            0 => Chart::from_sip(),
            1 => Chart::from_pstn(),
            _ => Chart::transit(iam()),
        };
        let mut seized = u32::from(!seed.is_multiple_of(3));
        for _ in 0..random.next_u32() % 30 {
            let event = any_event(&mut random);
            let opening = matches!(chart.call.state, State::Opening(_));
            seized += u32::from(matches!(event, Event::Gateway(Told::Seized(_))) && opening);
            words.extend(chart.tell(event));
        }
        words.extend(chart.gateway(Told::Expel(Cause(41))));
        words.extend(chart.sip(ended()));
        words.extend(chart.gateway(closed()));
        words.extend(chart.on(1, Indication::Released));
        words.extend(chart.on(2, Indication::Released));
        let count = |wanted: &str| words.iter().filter(|word| *word == wanted).count();
        assert_eq!(count("over"), 1, "seed {seed}: {words:?}");
        assert_eq!(words.last().map(String::as_str), Some("over"), "seed {seed}: {words:?}");
        assert!(
            words.iter().filter(|word| word.starts_with("free")).count() as u32 <= seized,
            "seed {seed}: {words:?}"
        );
        assert!(chart.call.seats().next().is_none(), "seed {seed}: {words:?}");
    }
}

fn any_event(random: &mut ChaCha20Rng) -> Event {
    let description = random.next_u32().is_multiple_of(2).then(their_description);
    let id = CircuitId(1 + random.next_u32() % 2);
    let circuit = |indication| Event::Circuit(id, indication);
    match random.next_u32() % 18 {
        0 => Event::Gateway(Told::Seized(seat(2))),
        1 => Event::Gateway(Told::Congested),
        2 => Event::Gateway(Told::Opened(MediaPath::Rtp(local()))),
        3 => Event::Gateway(Told::NotOpened(MediaError::NoPort)),
        4 => Event::Gateway(closed()),
        5 => circuit(acm(Stage::Proceeding, true)),
        6 => circuit(anm()),
        7 => circuit(rel(31)),
        8 => circuit(Indication::Lost(Cause(41))),
        9 => circuit(Indication::SetupRefused(Refusal::Busy)),
        10 => circuit(Indication::Progress(Message::new(MessageType::CPG))),
        11 => {
            Event::Sip(sip::Event::Progress { session: SESSION, status: 180, answer: description, early_media: None })
        }
        12 => Event::Sip(sip::Event::Answered { session: SESSION, answer: description }),
        13 => Event::Sip(sip::Event::Acknowledged { session: SESSION, answer: description }),
        14 => Event::Sip(sip::Event::Reoffer { session: SESSION, offer: description }),
        15 => Event::Sip(sip::Event::Failed { session: SESSION, failure: Failure::NoAck }),
        16 => Event::Gateway(Told::Media(MediaEvent::Inactive)),
        _ => Event::Gateway(Told::Expel(Cause(41))),
    }
}

fn iam() -> Message {
    Message::new(MessageType::IAM)
        .with(NatureOfConnectionIndicators::default())
        .with(ForwardCallIndicators::default())
        .with(CallingPartysCategory::PAYPHONE)
        .with(TransmissionMediumRequirement::SPEECH)
        .with(CalledPartyNumber { digits: "600".parse().expect("digits"), ..Default::default() })
}

/// A transit call whose IAM has gone out on circuit 2.
fn passed_on() -> Chart {
    let (mut chart, begun) = Chart::transit(iam());
    assert_eq!(begun, ["opened", "seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(2))), ["opened", "patch 1 2"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["IAM"]);
    chart
}

#[test]
fn circuit_to_circuit_from_iam_to_talking_and_release_by_the_caller() {
    let mut chart = passed_on();
    assert_eq!(chart.on(2, acm(Stage::Alerting, false)), ["ACM"]);
    assert_eq!(chart.on(2, cpg(Stage::Progressing, true)), ["CPG"]);
    assert_eq!(chart.on(2, anm()), ["ANM"]);
    assert_eq!(chart.on(2, cpg(Stage::Progressing, false)), ["CPG"], "it concerns the other party too");
    assert_eq!(chart.on(1, rel(16)), ["close", "REL 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.on(1, Indication::Released), ["free 1"]);
    assert_eq!(chart.on(2, Indication::Released), ["free 2", "over"]);
    assert_eq!(chart.call.story().released_by, Some(Party::Pstn(Side::Originating)));
}

#[test]
fn glare_in_transit_moves_the_patch_to_another_circuit() {
    let mut chart = passed_on();
    assert_eq!(chart.on(2, Indication::SetupRefused(Refusal::DualSeizure)), ["free 2", "close"]);
    assert_eq!(chart.gateway(closed()), ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(3))), ["opened", "patch 1 3"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["IAM"]);
    assert_eq!(chart.on(3, con()), ["CON"]);
}

#[test]
fn a_circuit_that_the_far_end_takes_before_the_iam_is_left_to_it() {
    let (mut chart, _) = Chart::from_sip();
    chart.gateway(Told::Seized(seat(1)));
    assert_eq!(chart.circuit(Indication::SetupRefused(Refusal::DualSeizure)), ["free 1", "close"]);
    assert!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))).is_empty());
    assert_eq!(chart.gateway(closed()), ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(2))), ["opened", "open 2"]);
}

#[test]
fn both_parties_release_at_once_and_each_is_answered() {
    let mut chart = passed_on();
    chart.on(2, anm());
    assert_eq!(chart.on(2, rel(16)), ["close", "REL 16"]);
    // The circuit itself answers a REL that crosses ours.
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.on(2, Indication::Released), ["free 2"]);
    assert_eq!(chart.on(1, Indication::Released), ["free 1", "over"]);
}

#[test]
fn a_suspension_passes_between_circuits() {
    let mut chart = passed_on();
    chart.on(2, anm());
    let sus = Message::new(MessageType::SUS);
    let words = chart.on(2, Indication::Suspended(sus));
    assert!(words[0].starts_with("Suspend"), "{words:?}");
}

#[test]
fn a_message_of_a_service_passes_between_circuits_while_neither_has_released() {
    let mut chart = passed_on();
    let service = |kind| Indication::Service(Message::new(kind));
    let forwards = chart.on(1, service(MessageType::APM));
    assert!(forwards[0].starts_with("Service"), "{forwards:?}");
    chart.on(2, anm());
    let backwards = chart.on(2, service(MessageType::FAC));
    assert!(backwards[0].starts_with("Service"), "{backwards:?}");
    chart.on(1, rel(16));
    assert!(chart.on(2, service(MessageType::FAC)).is_empty());
    assert_eq!(chart.call.story().unexpected, 0);
}

#[test]
fn a_message_of_a_service_ends_where_the_other_party_speaks_sip() {
    let mut chart = Chart::iam_sent();
    assert!(chart.circuit(Indication::Service(Message::new(MessageType::APM))).is_empty());
    assert_eq!(chart.call.story().unexpected, 0);
}

#[test]
fn a_call_that_has_passed_too_many_exchanges_ends_with_cause_25() {
    let (mut chart, _) = Chart::transit(iam().with(HopCounter { hops: 1, ..Default::default() }));
    chart.gateway(Told::Seized(seat(2)));
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["close", "REL 25", "free 2"]);
}

#[test]
fn unknown_parameters_and_the_callers_category_pass_unchanged() {
    let mut came = iam();
    came.set_octets(ParameterCode(0xEE), &[1, 2, 3]);
    let (mut chart, _) = Chart::transit(came.clone());
    chart.gateway(Told::Seized(seat(2)));
    chart.call.handle(chart.now, Event::Gateway(Told::Opened(MediaPath::Patch)));
    let Some(Action::Circuit(CircuitId(2), Request::Setup(sent))) = chart.call.poll_action() else { panic!("no IAM") };
    assert_eq!(sent, came);
}

#[test]
fn digital_information_goes_from_circuit_to_circuit_and_not_to_sip() {
    let digital = || Setup { bearer: Bearer::Digital, ..Setup::unknown("600".into()) };
    let new = |to| going(Caller::Circuit(seat(1)), to, digital());
    assert_eq!(Chart::of(new(Destination::Peer(session(), peer()))).1, ["opened", "REL 65"]);
    assert_eq!(Chart::of(new(Destination::Trunk(trunk()))).1, ["opened", "seize"]);
}

fn sam(digits: &str) -> Indication {
    let digits = digits.parse().expect("address signals");
    Indication::SubsequentAddress(
        Message::new(MessageType::SAM).with(SubsequentNumber { digits, ..Default::default() }),
    )
}

fn begun(called: &str) -> Setup {
    Setup { is_complete: false, ..Setup::unknown(called.into()) }
}

/// A call that came on circuit 1, which takes digits as they come, with the beginning of a number.
fn dialling(called: &str) -> (Chart, Vec<String>) {
    let setup = begun(called);
    let new = beginning(Caller::Circuit(seat(1)), Destination::Trunk(trunk()));
    Chart::of(Beginning { setup, to: Ok(Onward::Wait(Number::TooShort)), ..new })
}

#[test]
fn digits_are_collected_until_the_plan_knows_where_the_call_goes() {
    let (mut chart, opened) = dialling("6");
    assert_eq!(opened, ["opened", "TooShort"]);
    assert_eq!(chart.on(1, sam("0")), ["route 60"]);
    assert_eq!(chart.gateway(Told::Routed(Ok(Onward::Wait(Number::MayGoOn)))), ["MayGoOn"]);
    assert_eq!(chart.on(1, Indication::AddressEnded), ["route 60."]);
    let onward = Onward::Go(Destination::Peer(session(), peer()), Setup::unknown("60".into()));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["open 1"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["INVITE"]);
    assert_eq!(chart.call.story().called, "60");
}

#[test]
fn digits_that_come_later_follow_the_iam_and_those_that_come_before_it_are_in_it() {
    let (mut chart, _) = dialling("6");
    let onward = Onward::Go(Destination::Trunk(trunk()), begun("496"));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["seize"]);
    assert_eq!(chart.on(1, sam("00")), [""; 0]);
    chart.gateway(Told::Seized(Seat { overlap: true, ..seat(2) }));
    chart.call.handle(chart.now, Event::Gateway(Told::Opened(MediaPath::Patch)));
    let Some(Action::Circuit(CircuitId(2), Request::Setup(iam))) = chart.call.poll_action() else { panic!("no IAM") };
    assert_eq!(iam.find::<CalledPartyNumber>().expect("mandatory").digits.to_string(), "49600");
    assert_eq!(chart.on(1, sam("7")), ["SAM 7"]);
    assert_eq!(chart.on(1, sam("8F")), ["SAM 8F"]);
    assert_eq!(chart.on(1, sam("9")), [""; 0], "nothing follows the end");
    assert_eq!(chart.call.story().called, "4960078");
}

#[test]
fn a_second_circuit_gets_the_digits_that_the_first_one_had() {
    let (mut chart, _) = dialling("6");
    chart.gateway(Told::Routed(Ok(Onward::Go(Destination::Trunk(trunk()), begun("6")))));
    chart.gateway(Told::Seized(seat(2)));
    chart.gateway(Told::Opened(MediaPath::Patch));
    assert_eq!(chart.on(1, sam("0")), ["SAM 0"]);
    assert_eq!(chart.on(2, Indication::SetupRefused(Refusal::DualSeizure)), ["free 2", "close"]);
    assert_eq!(chart.on(1, sam("1")), [""; 0]);
    assert_eq!(chart.gateway(Told::Media(MediaEvent::Closed(None))), ["seize"]);
    chart.gateway(Told::Seized(seat(3)));
    chart.call.handle(chart.now, Event::Gateway(Told::Opened(MediaPath::Patch)));
    let Some(Action::Circuit(CircuitId(3), Request::Setup(iam))) = chart.call.poll_action() else { panic!("no IAM") };
    assert_eq!(iam.find::<CalledPartyNumber>().expect("mandatory").digits.to_string(), "601");
}

#[test]
fn a_number_without_end_and_a_plan_without_a_route_release_the_call() {
    let (mut chart, _) = dialling("6");
    assert_eq!(chart.gateway(Told::Routed(Err(Cause::NO_ROUTE_TO_DESTINATION))), ["REL 3"]);
    let (mut chart, _) = dialling("6");
    assert_eq!(chart.on(1, sam(&"1".repeat(31))), ["route 6".to_owned() + &"1".repeat(31)]);
    assert_eq!(chart.on(1, sam("1")), ["REL 28"]);
}

#[test]
fn a_channel_asks_for_digits_once_and_goes_on_when_the_other_side_is_reached() {
    let (mut chart, opened) = Chart::of(Beginning {
        setup: begun(""),
        to: Ok(Onward::Wait(Number::TooShort)),
        ..beginning(Caller::Circuit(channel(1)), Destination::Trunk(trunk()))
    });
    assert_eq!(opened, ["opened", "MoreInformation"]);
    let digits = |text: &str| {
        let more = Digits { digits: text.into(), is_last: false };
        interface::Indication::Information(pri::setup::subsequent(&more).expect("there are some"))
    };
    assert_eq!(chart.channel(1, digits("6")), ["route 6"]);
    assert_eq!(chart.gateway(Told::Routed(Ok(Onward::Wait(Number::TooShort)))), [""; 0]);
    assert_eq!(chart.channel(1, digits("0")), ["route 60"]);
    let onward = Onward::Go(Destination::Trunk(trunk()), begun("60"));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["seize"]);
    chart.gateway(Told::Seized(Seat { overlap: true, ..channel(2) }));
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["SETUP"]);
    assert_eq!(chart.channel(1, digits("1")), [""; 0], "held until the far end asks for it");
    let asks = interface::Indication::MoreInformation(pri::backward::setup_acknowledge());
    assert_eq!(chart.channel(2, asks), ["Information"]);
    assert_eq!(chart.channel(1, digits("2")), ["Information"]);
    let proceeding = interface::Indication::CallProceeding(pri::backward::call_proceeding());
    assert_eq!(chart.channel(2, proceeding), ["CallProceeding"]);
    assert_eq!(chart.channel(1, digits("3")), [""; 0]);
}

fn channel(n: u8) -> Seat {
    Seat { id: SeatId::Channel(channel_id(n)), ..seat(n) }
}

fn channel_id(n: u8) -> ChannelSeat {
    ChannelSeat { interface: 0, channel: interface::ChannelId(n.into()) }
}

fn q931(kind: q931::codec::MessageType) -> q931::codec::Message {
    q931::codec::Message::new(q931::codec::CallReference::DUMMY, kind)
}

fn cleared(cause: u8) -> q931::codec::Message {
    crate::interwork::q931::backward::clearing(&Release::here(Cause(cause)))
}

impl Chart {
    fn channel(&mut self, n: u8, indication: interface::Indication) -> Vec<String> {
        self.tell(Event::Channel(channel_id(n), ChannelEvent::Call(indication)))
    }

    /// A call from SIP whose SETUP is out on channel 1.
    fn setup_sent() -> Chart {
        let (mut chart, _) = Chart::from_sip();
        assert_eq!(chart.gateway(Told::Seized(channel(1))), ["opened", "open 1"]);
        assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["SETUP"]);
        chart
    }

    /// A call that came on channel 1 and whose INVITE is out.
    fn from_channel() -> Chart {
        let (mut chart, _) = Chart::of(beginning(Caller::Circuit(channel(1)), Destination::Peer(session(), peer())));
        assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["INVITE", "CallProceeding"]);
        chart
    }
}

#[test]
fn sip_to_pri_from_invite_to_talking_and_disconnect() {
    use interface::Indication as I;
    use q931::codec::MessageType as M;
    let mut chart = Chart::setup_sent();
    assert!(chart.channel(1, I::CallProceeding(q931(M::CALL_PROCEEDING))).is_empty(), "RFC 4497 8.3.2");
    assert_eq!(chart.channel(1, I::Alerting(q931(M::ALERTING))), ["180"]);
    let talking = chart.channel(1, I::Connect(q931(M::CONNECT)));
    assert_eq!(talking, ["200", "remote", "payload", "network", "both ways"]);
    assert_eq!(chart.channel(1, I::Disconnect(cleared(16))), ["close", "BYE cause 16"]);
    assert_eq!(chart.gateway(closed()), ["release 16"]);
    assert_eq!(chart.sip(ended()), Vec::<String>::new());
    assert_eq!(chart.channel(1, I::Released), ["free 1", "over"]);
}

#[test]
fn pri_to_sip_rings_with_a_tone_of_ours_and_is_told_so() {
    let mut chart = Chart::from_channel();
    let ringing = sip::Event::Progress { session: SESSION, status: 180, answer: None, early_media: None };
    assert_eq!(chart.sip(ringing), ["tone", "Alerting"]);
    let answered = sip::Event::Answered { session: SESSION, answer: Some(their_description()) };
    assert_eq!(chart.sip(answered).last().map(String::as_str), Some("Connect"));
    assert_eq!(chart.sip(ended()), ["close", "release 16"]);
    assert!(chart.gateway(closed()).is_empty());
    assert_eq!(chart.channel(1, interface::Indication::Released), ["free 1", "over"]);
}

#[test]
fn a_channel_that_the_far_end_does_not_take_is_exchanged_for_another() {
    use interface::Indication as I;
    let mut chart = Chart::setup_sent();
    assert!(chart.channel(1, I::Release(cleared(44))).is_empty());
    assert_eq!(chart.channel(1, I::Released), ["free 1", "close"]);
    assert_eq!(chart.gateway(closed()), ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(channel(2))), ["opened", "open 2"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["SETUP"]);
    let refused = chart.tell(Event::Channel(channel_id(2), ChannelEvent::Refused));
    assert_eq!(refused, ["free 2", "close"], "the interface could not send it");
}

#[test]
fn a_caller_that_gives_up_while_a_channel_is_refused_leaves_nothing_behind() {
    use interface::Indication as I;
    let mut chart = Chart::setup_sent();
    chart.channel(1, I::Lost(Cause::REQUESTED_CIRCUIT_NOT_AVAILABLE));
    let cancelled = sip::Event::Cancelled { session: SESSION, cause: None };
    assert_eq!(chart.sip(cancelled), ["close"]);
    assert_eq!(chart.channel(1, I::Released), ["free 1"]);
    assert_eq!(chart.gateway(closed()), ["over"]);
}

#[test]
fn progress_before_alerting_is_told_once_and_in_band_information_each_time() {
    let mut chart = Chart::from_channel();
    let progress = |status, answer| sip::Event::Progress { session: SESSION, status, answer, early_media: None };
    assert_eq!(chart.sip(progress(183, None)), ["Progress"]);
    assert!(chart.sip(progress(181, None)).is_empty(), "RFC 4497 8.2.1.3");
    let early = chart.sip(progress(183, Some(their_description())));
    assert_eq!(early.last().map(String::as_str), Some("Progress"));
}

#[test]
fn pri_to_isup_and_back_is_patched() {
    let (mut chart, begun) = Chart::of(beginning(Caller::Circuit(channel(1)), Destination::Trunk(trunk())));
    assert_eq!(begun, ["opened", "seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(2))), ["opened", "patch 1 2"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["IAM", "CallProceeding"]);
    assert_eq!(chart.on(2, acm(Stage::Alerting, false)), ["Alerting"]);
    assert_eq!(chart.on(2, anm()), ["Connect"]);
    assert_eq!(chart.on(2, Indication::Suspended(Message::new(MessageType::SUS))), ["Notify"]);
    assert_eq!(chart.on(2, rel(16)), ["close", "release 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
}

impl Chart {
    /// A call from channel 1 to channel 2, answered.
    fn tandem() -> Chart {
        let (mut chart, _) = Chart::of(beginning(Caller::Circuit(channel(1)), Destination::Trunk(trunk())));
        chart.gateway(Told::Seized(channel(2)));
        chart.gateway(Told::Opened(MediaPath::Patch));
        let connect = interface::Indication::Connect(q931(q931::codec::MessageType::CONNECT));
        assert_eq!(chart.channel(2, connect).last().map(String::as_str), Some("Connect"));
        chart
    }

    /// A service on a channel.
    fn service(&mut self, n: u8, token: pri::service::Token) -> Vec<String> {
        self.tell(Event::Channel(channel_id(n), ChannelEvent::Told(token)))
    }
}

#[test]
fn a_call_that_is_held_keeps_its_channel_and_the_other_party_is_told() {
    use interface::Indication as I;
    use q931::codec::MessageType as M;
    let mut chart = Chart::tandem();
    assert_eq!(chart.channel(1, I::Hold(q931(M::HOLD))), ["HoldAcknowledge", "Notify"]);
    assert_eq!(chart.channel(1, I::Retrieve(q931(M::RETRIEVE))), ["RetrieveAcknowledge", "Notify"]);
    assert_eq!(chart.channel(2, I::Hold(q931(M::HOLD))), ["HoldAcknowledge", "Notify"]);
    let suspended = q931(M::NOTIFY).with(q931::codec::NotificationIndicator::USER_SUSPENDED);
    assert_eq!(chart.channel(2, I::Notify(suspended)), ["Notify"]);
}

#[test]
fn a_call_is_not_held_before_its_answer() {
    use q931::codec::MessageType as M;
    let mut chart = Chart::from_channel();
    assert_eq!(chart.channel(1, interface::Indication::Hold(q931(M::HOLD))), ["HoldReject"]);
}

#[test]
fn a_charge_stands_in_the_record_and_is_told_to_the_caller_at_the_end_with_its_release() {
    use isup::q931::service::charge::{ChargeAtEnd, ChargeDuringCall};
    use pri::service::Token;
    let mut chart = Chart::tandem();
    assert_eq!(chart.service(2, Token::Charge(Service::ChargeDuringCall(ChargeDuringCall::Free))), ["advise"]);
    assert!(chart.call.story().charge.as_ref().is_some_and(|charge| !charge.is_last));
    let end = ChargeAtEnd::Known { recorded: None, billing: None, association: None };
    assert_eq!(chart.service(2, Token::Charge(Service::ChargeAtEnd(end))), [""; 0]);
    let ended = chart.channel(2, interface::Indication::Disconnect(cleared(16)));
    assert_eq!(ended, ["close", "release 16 with the charge"]);
    assert!(chart.call.story().charge.as_ref().is_some_and(|charge| charge.is_last));
}

#[test]
fn a_malicious_call_stands_in_the_record() {
    let mut chart = Chart::tandem();
    assert_eq!(chart.service(2, pri::service::Token::Malicious), [""; 0]);
    assert!(chart.call.story().malicious);
}

#[test]
fn who_answers_is_told_to_a_caller_who_would_know() {
    for wanted in [true, false] {
        let mut new = beginning(Caller::Circuit(channel(1)), Destination::Trunk(trunk()));
        new.setup.connected_wanted = wanted;
        let (mut chart, _) = Chart::of(new);
        chart.gateway(Told::Seized(channel(2)));
        chart.gateway(Told::Opened(MediaPath::Patch));
        let number = q931::codec::ConnectedNumber { digits: "4930999".into(), ..Default::default() };
        let connect = q931(q931::codec::MessageType::CONNECT).with(number);
        let event = ChannelEvent::Call(interface::Indication::Connect(connect));
        chart.call.handle(chart.now, Event::Channel(channel_id(2), event));
        let told = std::iter::from_fn(|| chart.call.poll_action()).find_map(|action| match action {
            Action::Channel(_, ChannelRequest::Connect(message, _)) => {
                Some(message.has(q931::codec::ElementCode::CONNECTED_NUMBER))
            }
            _ => None,
        });
        assert_eq!(told, Some(wanted));
    }
}

/// A call from the PSTN to a session that may transfer it, answered; the party on circuit 1 stays.
fn transferable() -> Chart {
    let new = NewSession { transfers: Model::embedded().peer_at(local().ip()), ..session() };
    let (mut chart, _) = Chart::of(beginning(Caller::Circuit(seat(1)), Destination::Peer(new, peer())));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    chart.sip(sip::Event::Answered { session: SESSION, answer: Some(their_description()) });
    chart
}

fn refer(target: &str) -> sip::Event {
    let target = Uri::parse(target.as_bytes()).expect("a URI");
    let referral = Box::new(sip::Referral { target, replaces: None, referred_by: None });
    sip::Event::Refer { session: SESSION, referral }
}

#[test]
fn a_transfer_to_a_circuit_closes_the_rtp_leg_at_the_answer_and_patches_the_two() {
    let mut chart = transferable();
    assert_eq!(chart.sip(refer("sip:601@gw")), ["refer 202", "refer 601"]);
    let onward = Onward::Go(Destination::Trunk(trunk()), Setup::unknown("601".into()));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(2))), ["opened", "IAM"]);
    assert_eq!(chart.on(2, acm(Stage::Alerting, false)), ["notify 180"]);
    assert_eq!(chart.on(2, anm()), ["notify 200, the last", "BYE cause 16", "close"]);
    assert_eq!(chart.gateway(closed()), ["patch 1 2"]);
    assert!(chart.gateway(Told::Opened(MediaPath::Patch)).is_empty());
    assert!(chart.sip(ended()).is_empty());
    assert_eq!(chart.on(2, rel(16)), ["close", "REL 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.on(2, Indication::Released), ["free 2"]);
    assert_eq!(chart.on(1, Indication::Released), ["free 1", "over"]);
}

#[test]
fn a_transfer_to_a_session_keeps_the_rtp_leg_and_leads_it_elsewhere() {
    let mut chart = transferable();
    chart.sip(refer("sip:601@gw"));
    let new = NewSession { id: SessionId(8), ..session() };
    let onward = Onward::Go(Destination::Peer(new, peer()), Setup::unknown("601".into()));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["INVITE"]);
    // The early media of the new party waits for its answer.
    let ringing = sip::Event::Progress {
        session: SessionId(8),
        status: 183,
        answer: Some(their_description()),
        early_media: None,
    };
    assert_eq!(chart.sip(ringing), ["notify 183"]);
    let answered = sip::Event::Answered { session: SessionId(8), answer: Some(their_description()) };
    assert_eq!(
        chart.sip(answered),
        ["notify 200, the last", "BYE cause 16", "remote", "payload", "network", "both ways"]
    );
    assert!(chart.sip(ended()).is_empty());
    assert_eq!(chart.sip(sip::Event::Ended { session: SessionId(8), cause: None }), ["close", "REL 16"]);
}

#[test]
fn the_party_that_stays_may_hang_up_in_every_stage_of_a_transfer() {
    let routed = || Told::Routed(Ok(Onward::Go(Destination::Trunk(trunk()), Setup::unknown("601".into()))));
    let mut chart = transferable();
    chart.sip(refer("sip:601@gw"));
    chart.gateway(routed());
    chart.gateway(Told::Seized(seat(2)));
    assert_eq!(chart.on(1, rel(16)), ["close", "BYE cause 16", "REL 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.on(1, Indication::Released), ["free 1"]);
    assert_eq!(chart.on(2, Indication::Released), ["free 2"]);
    assert_eq!(chart.sip(ended()), ["over"]);

    // While the old path is being closed: it is closed once.
    let mut chart = transferable();
    chart.sip(refer("sip:601@gw"));
    chart.gateway(routed());
    chart.gateway(Told::Seized(seat(2)));
    chart.on(2, anm());
    assert_eq!(chart.on(1, rel(16)), ["REL 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    chart.on(1, Indication::Released);
    chart.sip(ended());
    assert_eq!(chart.on(2, Indication::Released), ["free 2", "over"]);
}

#[test]
fn a_call_keeps_so_many_sessions_of_new_parties_that_did_not_come_and_no_more() {
    let mut chart = transferable();
    for name in 0..DEPARTED_MAX as u64 {
        assert_eq!(chart.sip(refer("sip:601@gw")), ["refer 202", "refer 601"]);
        let new = NewSession { id: SessionId(100 + name), ..session() };
        let onward = Onward::Go(Destination::Peer(new, peer()), Setup::unknown("601".into()));
        chart.gateway(Told::Routed(Ok(onward)));
        let refused = sip::Event::Refused {
            session: SessionId(100 + name),
            status: 486,
            reason_phrase: Octets::default(),
            contacts: Vec::new(),
            cause: None,
        };
        assert_eq!(chart.sip(refused), ["notify 486, the last"]);
    }
    assert_eq!(chart.sip(refer("sip:601@gw")), ["refer 480"]);
}
