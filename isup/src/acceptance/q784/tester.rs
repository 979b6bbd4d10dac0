//! The scripted signalling point B, and the user of A: a case is a list of steps.

use std::time::{Duration, Instant};

use crate::cause::{Cause, Location};
use crate::codec::{
    AutomaticCongestionLevel, BackwardCallIndicators, CallHistoryInformation, CauseIndicators, Cic,
    CircuitGroupSupervisionMessageType, ContinuityIndicators, Message, MessageType, NatureOfConnectionIndicators,
    ParameterCode, PropagationDelayCounter, RangeAndStatus, SuspendResumeIndicators, decode_with_cic, encode_with_cic,
};
use crate::exchange::{
    Alarm, CircuitId, CircuitRange, CircuitSpec, Exchange, ExchangeConfig, GroupRequest, Indication, MtpIndication,
    Number, Origin, Output, Request, Supervision,
};
use crate::point_code::{PointCode, ServiceIndicator, Sls, Transfer};
use crate::timer::Timers;
use crate::variant::Variant;

use super::super::{Asked, Deed, GroupAsked};
pub(super) use super::super::{Outcome, Record, does_not_apply, performs, same};

/// A, which is tested: its point code is the lower one, so it controls the odd circuits.
pub(super) const A: PointCode = PointCode(100);
/// B, the tester.
pub(super) const B: PointCode = PointCode(200);

/// One step of a case.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// What follows is on this circuit; a case begins on circuit 1.
    On(u16),
    /// The user or the operator of A asks for something.
    Ask(Ask),
    /// B sends a message of this kind, complete in what is mandatory.
    Hear(MessageType),
    /// B sends this message.
    Say(fn() -> Message),
    /// B sends these octets after the circuit identification code.
    Octets(&'static [u8]),
    /// MTP tells A something.
    Mtp(MtpIndication),
    /// This, and nothing else, has come from A since the last look.
    See(&'static [&'static str]),
    /// So many seconds go by, and this comes from A, with the second since the case began.
    Pass(u64, &'static [&'static str]),
}

/// What is asked of A.
#[derive(Clone, Copy)]
pub(super) enum Ask {
    Setup,
    SetupWith(fn() -> Message),
    Digits,
    AwaitDigits(Number),
    AddressComplete,
    AddressCompleteWith(fn() -> Message),
    ProgressWith(fn() -> Message),
    Answer,
    Connect,
    Suspend,
    Resume,
    Release,
    ReleaseResponse,
    Block,
    Unblock,
    Reset,
    ResetGroup,
    BlockGroup(Supervision),
    UnblockGroup(Supervision),
    CheckContinuity,
    ToneHeard,
    Load(AutomaticCongestionLevel),
}

/// Performs the steps between ITU-T exchanges.
pub(super) fn play(record: &mut Record, steps: &[Step]) -> Outcome {
    play_from(record, Origin::default(), steps)
}

/// The same with an A whose IAMs count hops or delay.
pub(super) fn play_from(record: &mut Record, origin: Origin, steps: &[Step]) -> Outcome {
    let mut stage = Stage::new(record, origin);
    steps.iter().try_for_each(|step| stage.perform(*step))
}

/// A and what is going on around it.
struct Stage<'a> {
    exchange: Exchange,
    now: Instant,
    cic: u16,
    record: &'a mut Record,
    /// What came from A since the last look.
    unseen: Vec<String>,
}

impl<'a> Stage<'a> {
    /// A's circuits are idle at both ends.
    fn new(record: &'a mut Record, origin: Origin) -> Self {
        let circuits: Vec<_> = (1..=4).map(|cic| CircuitSpec { destination: B, cic: Cic(cic) }).collect();
        let config = ExchangeConfig { own: A, variant: Variant::ITU, timers: Timers::ITU, origin, circuits };
        let now = record.began;
        let (exchange, unseen) = (Exchange::new(config), Vec::new());
        record.origin = origin;
        let mut stage = Self { exchange, now, cic: 1, record, unseen };
        stage.exchange.handle_mtp(now, MtpIndication::Resume(B));
        stage.hear(&Message::new(MessageType::GRA).with(RangeAndStatus::with_status(3)));
        while stage.exchange.poll_output().is_some() {}
        stage.record.lines.clear();
        stage
    }

    fn perform(&mut self, step: Step) -> Outcome {
        match step {
            Step::On(cic) => self.cic = cic,
            Step::Ask(ask) => self.ask(ask),
            Step::Hear(kind) => self.hear(&message(kind)),
            Step::Say(message) => self.hear(&message()),
            Step::Octets(octets) => self.hear_octets(octets),
            Step::Mtp(indication) => {
                let text = "MTP indicates congestion or a missing user part".into();
                self.record.note_deed(self.now, text, Deed::Asked(Asked::Mtp(indication)));
                self.exchange.handle_mtp(self.now, indication);
            }
            Step::See(expected) => return self.see(expected),
            Step::Pass(seconds, expected) => {
                self.pass(seconds);
                return self.see(expected);
            }
        }
        self.collect("");
        Ok(())
    }

    fn ask(&mut self, ask: Ask) {
        use MessageType as M;
        let request = match ask {
            Ask::Setup => Request::Setup(message(M::IAM)),
            Ask::SetupWith(message) => Request::Setup(message()),
            Ask::Digits => Request::SubsequentAddress(message(M::SAM)),
            Ask::AwaitDigits(number) => Request::AwaitDigits(number),
            Ask::AddressComplete => Request::AddressComplete(message(M::ACM)),
            Ask::AddressCompleteWith(message) => Request::AddressComplete(message()),
            Ask::ProgressWith(message) => Request::Progress(message()),
            Ask::Answer => Request::Answer(message(M::ANM)),
            Ask::Connect => Request::Connect(message(M::CON)),
            Ask::Suspend => Request::Suspend(message(M::SUS)),
            Ask::Resume => Request::Resume(message(M::RES)),
            Ask::Release => Request::Release(message(M::REL)),
            Ask::ReleaseResponse => Request::ReleaseResponse,
            Ask::Block => Request::Block,
            Ask::Unblock => Request::Unblock,
            Ask::Reset => Request::Reset,
            Ask::CheckContinuity => Request::CheckContinuity,
            Ask::ToneHeard => Request::ToneHeard,
            Ask::ResetGroup => return self.ask_of_group(GroupRequest::Reset(B), GroupAsked::Reset),
            Ask::BlockGroup(why) => return self.ask_of_group(GroupRequest::Block(ALL, why), GroupAsked::Block(why)),
            Ask::UnblockGroup(why) => {
                return self.ask_of_group(GroupRequest::Unblock(ALL, why), GroupAsked::Unblock(why));
            }
            Ask::Load(level) => {
                let text = format!("ask: bear a load of level {}", level.0);
                self.record.note_deed(self.now, text, Deed::Asked(Asked::Load(level)));
                return self.exchange.handle_load(Some(level));
            }
        };
        let name = format!("{request:?}");
        let end = name.find(|each: char| !each.is_alphanumeric()).unwrap_or(name.len());
        let asked = Asked::Circuit(self.cic, Box::new(request.clone()));
        self.record.note_deed(self.now, format!("ask: {}", &name[..end]), Deed::Asked(asked));
        self.exchange.handle_request(self.now, CircuitId(u32::from(self.cic) - 1), request);
    }

    fn ask_of_group(&mut self, request: GroupRequest, asked: GroupAsked) {
        self.record.note_deed(self.now, format!("ask: {request:?}"), Deed::Asked(Asked::Group(asked)));
        self.exchange.handle_group_request(self.now, request);
    }

    fn hear(&mut self, message: &Message) {
        let mut payload = Vec::new();
        encode_with_cic(Cic(self.cic), message, &mut payload).expect("the messages of the cases are complete");
        self.hear_octets(&payload[2..]);
    }

    fn hear_octets(&mut self, octets: &[u8]) {
        let kind = octets.first().copied().map_or(MessageType(0), MessageType);
        self.record.note_deed(self.now, format!("<- {kind}"), Deed::Received(self.cic, octets.to_vec()));
        let payload = [&self.cic.to_le_bytes(), octets].concat();
        let transfer = Transfer { service: ServiceIndicator::ISUP, opc: B, dpc: A, sls: Sls(0), payload };
        self.exchange.handle_transfer(self.now, transfer);
    }

    fn pass(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        while let Some(deadline) = self.exchange.poll_timeout().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            self.exchange.handle_timeout(deadline);
            let at = (deadline - self.record.began).as_secs();
            self.collect(&format!("{at} s: "));
        }
        self.now = end;
    }

    fn see(&mut self, expected: &[&str]) -> Outcome {
        let found = std::mem::take(&mut self.unseen);
        let broken = self.exchange.invariant().err();
        if broken.is_none() && found == expected {
            return Ok(());
        }
        self.record.passed(self.now);
        let found: Vec<_> = found.into_iter().chain(broken).collect();
        same(found, expected)
    }

    fn collect(&mut self, when: &str) {
        while let Some(output) = self.exchange.poll_output() {
            let text = self.describe(&output);
            self.record.note_deed(self.now, text.clone(), deed(&output));
            self.unseen.push(format!("{when}{text}"));
        }
    }

    fn describe(&self, output: &Output) -> String {
        match output {
            Output::Transfer(transfer) => {
                let (cic, message) = decode_with_cic(&transfer.payload).expect("what A sends can be read");
                self.at(cic.0, format!("-> {}", sent(cic, &message)))
            }
            Output::Circuit(circuit, indication) => self.at(circuit.0 as u16 + 1, told(indication)),
            Output::Alarm(Alarm::NoAnswer { circuit, timer }) => {
                self.at(circuit.0 as u16 + 1, format!("maintenance: {timer:?}"))
            }
            Output::Alarm(Alarm::UnknownCircuit(spec)) => format!("maintenance: no circuit {}", spec.cic.0),
            Output::Alarm(Alarm::Unequipped(_)) => "maintenance: unequipped".into(),
            Output::Alarm(Alarm::Unencodable(_)) => "maintenance: unencodable".into(),
            Output::Alarm(Alarm::UserPart { available, .. }) => format!("maintenance: user part {available}"),
            Output::Journal(row) => {
                self.at(row.spec.cic.0, format!("journal: {}", if row.blocked { "blocked" } else { "unblocked" }))
            }
        }
    }

    /// With the circuit, where it is not the case's.
    fn at(&self, cic: u16, text: String) -> String {
        if cic == self.cic { text } else { format!("{cic}: {text}") }
    }
}

/// What an output of A is to whoever performs the case elsewhere.
fn deed(output: &Output) -> Deed {
    match output {
        Output::Transfer(transfer) => {
            let (cic, message) = transfer.payload.split_at(2);
            Deed::Sent(u16::from_le_bytes([cic[0], cic[1]]), message.to_vec())
        }
        Output::Circuit(..) | Output::Alarm(_) | Output::Journal(_) => Deed::Told,
    }
}

/// A message with the little of its contents that cases look at.
fn sent(cic: Cic, message: &Message) -> String {
    let kind = message.kind;
    if let Some(supervision) = message.find::<CircuitGroupSupervisionMessageType>() {
        let range = message.find::<RangeAndStatus>().unwrap_or(RangeAndStatus::without_status(0));
        let named = range.cics(cic).enumerate().filter(|(place, _)| range.is_set(*place));
        let named: Vec<u16> = named.map(|(_, cic)| cic.0).collect();
        return format!("{kind} {} {named:?}", supervision.supervision.0);
    }
    if let Some(why) = message.find::<CauseIndicators>() {
        let level = message.find::<AutomaticCongestionLevel>().map(|level| format!(" level {}", level.0));
        return format!("{kind} {}{}", why.cause.0, level.unwrap_or_default());
    }
    if let Some(continuity) = message.find::<ContinuityIndicators>() {
        return format!("{kind} {}", if continuity.successful { "passed" } else { "failed" });
    }
    if let Some(delay) = message.find::<PropagationDelayCounter>() {
        return format!("{kind} delay {}", delay.0);
    }
    if let Some(history) = message.find::<CallHistoryInformation>() {
        return format!("{kind} history {}", history.0);
    }
    let satellites = message.find::<NatureOfConnectionIndicators>().map_or(0, |nature| nature.satellites.0);
    if satellites > 0 { format!("{kind} satellites {satellites}") } else { kind.to_string() }
}

fn told(indication: &Indication) -> String {
    match indication {
        Indication::Release(message) => {
            let why = message.find::<CauseIndicators>().map_or(0, |why| why.cause.0);
            format!("Release {why}")
        }
        Indication::Lost(cause) => format!("Lost {}", cause.0),
        Indication::SetupRefused(refusal) => format!("SetupRefused {refusal:?}"),
        Indication::CheckEquipment(equipment) => format!("media: {equipment:?}"),
        Indication::ContinuityChecked(passed) => format!("check {}", if *passed { "passed" } else { "failed" }),
        other => {
            let name = format!("{other:?}");
            name.split('(').next().unwrap_or_default().to_owned()
        }
    }
}

/// A message with whatever is mandatory for its kind.
pub(super) fn message(kind: MessageType) -> Message {
    use ParameterCode as P;
    let mut message = Message::new(kind);
    match kind {
        MessageType::IAM => {
            for (code, octets) in [
                (P::NATURE_OF_CONNECTION_INDICATORS, &[0x00][..]),
                (P::FORWARD_CALL_INDICATORS, &[0x20, 0x01]),
                (P::CALLING_PARTYS_CATEGORY, &[0x0a]),
                (P::TRANSMISSION_MEDIUM_REQUIREMENT, &[0x03]),
                (P::CALLED_PARTY_NUMBER, &[0x83, 0x10, 0x06, 0x00]),
            ] {
                message.set_octets(code, octets);
            }
        }
        MessageType::ACM | MessageType::CON => message.set(&BackwardCallIndicators::default()),
        MessageType::CPG => message.set_octets(P::EVENT_INFORMATION, &[0x01]),
        MessageType::SUS | MessageType::RES => {
            message.set(&SuspendResumeIndicators { network_initiated: true, ..Default::default() });
        }
        MessageType::REL => message = released(Cause::NORMAL_CLEARING),
        MessageType::CFN => message.set(&CauseIndicators::new(Location::USER, Cause::MESSAGE_TYPE_NON_EXISTENT)),
        MessageType::SAM => message.set_octets(P::SUBSEQUENT_NUMBER, &[0x00, 0x21]),
        MessageType::COT => message.set(&ContinuityIndicators { successful: true, ..Default::default() }),
        MessageType::GRS => message.set(&RangeAndStatus::without_status(3)),
        _ => {}
    }
    message
}

/// REL with this cause.
pub(super) fn released(cause: Cause) -> Message {
    Message::new(MessageType::REL).with(CauseIndicators::new(Location::USER, cause))
}

/// COT that reports a failure.
pub(super) fn failed() -> Message {
    Message::new(MessageType::COT).with(ContinuityIndicators::default())
}

/// IAM with these nature of connection indicators.
pub(super) fn initial(nature: u8) -> Message {
    let mut initial = message(MessageType::IAM);
    initial.set_octets(ParameterCode::NATURE_OF_CONNECTION_INDICATORS, &[nature]);
    initial
}

/// A message for a group: its supervision type, its range, the places of the circuits that it names.
pub(super) fn group(kind: MessageType, why: u8, range: u8, places: &[usize]) -> Message {
    let mut status = RangeAndStatus::with_status(range);
    places.iter().for_each(|place| status.mark(*place));
    let mut message = Message::new(kind).with(status);
    message.set_octets(ParameterCode::CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE, &[why]);
    message
}

const ALL: CircuitRange = CircuitRange { destination: B, first: Cic(1), last: Cic(4) };
