//! The call as sequence charts: what goes in, what comes out, state by state.

#![expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]

use std::net::SocketAddr;
use std::time::Instant;

use ::media::{Change, Law, Source, Timeslot};
use config::Model;
use config::model::SipParty;
use isup::codec::{
    CalledPartyNumber, CallingPartysCategory, CauseIndicators, ForwardCallIndicators, HopCounter, Message, MessageType,
    NatureOfConnectionIndicators, ParameterCode, SubsequentNumber, TransmissionMediumRequirement,
};
use isup::exchange::{CircuitId, Indication, Number, Refusal, Request};
use isup::q931::service::Service;
use isup::q931::{self, interface};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;
use crate::call::join::DEPARTED_MAX;
use crate::circuit::{ChannelSeat, SeatId};
use crate::control::Security;
use crate::control::input::{MediaError, MediaPath};
use crate::control::output::MediaRequest;
use crate::interwork::hub::{Answer, Bearer, Digits, Progress, Stage};
use crate::interwork::isup::backward;
use crate::interwork::q931 as pri;
use crate::interwork::sip::Terms;
use crate::sip::{self, Capabilities, Codec, Description, Direction, EarlyMedia, Encryption, Failure, Octets, Uri};

mod channel;
mod digits;
mod dtmf;
mod encryption;
mod join;
mod offers;
mod redirect;
mod reroute;
mod sip_and_isup;
mod transfer;
mod transit;

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
    let dtmf = config::model::Dtmf::Rfc4733;
    NewSession { id: SESSION, capabilities: capabilities(), rtp, transfers: None, redirects: None, dtmf }
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
        Action::Invite(..) => "INVITE".into(),
        Action::Sip(sip::Command::Ring { status, answer, .. }) => {
            format!("{status}{}", if answer.is_some() { "+SDP" } else { "" })
        }
        Action::Sip(sip::Command::AnswerAs { identity, .. }) => {
            format!("as {}", String::from_utf8_lossy(&identity.to_octets()))
        }
        Action::Sip(sip::Command::Accept { .. }) => "200".into(),
        Action::Sip(sip::Command::Warn { why, .. }) => format!("warn: {why}"),
        Action::Sip(sip::Command::Refuse { status, cause, .. }) => format!("{status} cause {}", cause.unwrap_or(0)),
        Action::Sip(sip::Command::Bye { cause, .. }) => format!("BYE cause {}", cause.unwrap_or(0)),
        Action::Sip(sip::Command::Cancel { .. }) => "CANCEL".into(),
        Action::Sip(sip::Command::AnswerReoffer { answer: Ok(_), .. }) => "200 to re-INVITE".into(),
        Action::Sip(sip::Command::AnswerReoffer { answer: Err(status), .. }) => format!("{status} to re-INVITE"),
        Action::Sip(sip::Command::AnswerRefer { status, .. }) => format!("refer {status}"),
        Action::Sip(sip::Command::Notify { status, is_last, .. }) => {
            format!("notify {status}{}", if *is_last { ", the last" } else { "" })
        }
        Action::Sip(sip::Command::TakeKeys { .. }) => "take keys".into(),
        Action::Sip(sip::Command::Press { keypress, .. }) => format!("press {}", char::from(keypress.key)),
        Action::Sip(other) => format!("{other:?}"),
        Action::Refer(_, _, setup) => format!("refer {}", setup.called),
        Action::Spare(_) => "spare".into(),
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
        Change::Second { .. } => "second",
        Change::Source(Source::Network) => "network",
        Change::Source(Source::Tone(_)) => "tone",
        Change::Source(Source::Silence) => "silence",
        Change::Dial(_) => "digit",
        Change::Direction { send: true, receive: true } => "both ways",
        Change::Direction { send: true, receive: false } => "send",
        Change::Direction { send: false, receive: true } => "receive",
        Change::Direction { send: false, receive: false } => "hold",
    }
}

fn cause_in(rel: &Message) -> u8 {
    rel.find::<CauseIndicators>().expect("every REL has a cause").cause.0
}

/// Somebody on the SIP side.
fn party() -> SipParty {
    SipParty::Peer(Model::embedded().peer_at(local().ip()).expect("the embedded default's peer is there"))
}

/// The sender of an INVITE, in our trust domain.
fn inviter() -> Inviter {
    Inviter { own: local(), trusted: true, gates_early_media: true }
}

/// Where our INVITE goes.
fn peer() -> Box<Peer> {
    let hop = Uri::parse(b"sip:127.0.0.1:16384").expect("a URI");
    Box::new(Peer {
        hop,
        own: local(),
        terms: TERMS,
        account: None,
        route: Vec::new(),
        contacts: Vec::new(),
        attestation: None,
    })
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

fn iam() -> Message {
    Message::new(MessageType::IAM)
        .with(NatureOfConnectionIndicators::default())
        .with(ForwardCallIndicators::default())
        .with(CallingPartysCategory::PAYPHONE)
        .with(TransmissionMediumRequirement::SPEECH)
        .with(CalledPartyNumber { digits: "600".parse().expect("digits"), ..Default::default() })
}
