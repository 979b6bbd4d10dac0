//! An exchange under test on virtual time, and a far end whose messages read as a chart.

use std::time::{Duration, Instant};

use isup::cause::{Cause, Location};
use isup::codec::{
    BackwardCallIndicators, CauseIndicators, Cic, CircuitGroupSupervisionMessageType, ContinuityIndicators, Message,
    MessageType, ParameterCode, RangeAndStatus, decode_with_cic_as, encode_with_cic_as,
};
use isup::exchange::{
    CircuitId, CircuitSpec, CircuitState, CircuitView, Exchange, ExchangeConfig, Indication, MtpIndication, Origin,
    Output, Request,
};
use isup::point_code::{PointCode, ServiceIndicator, Sls, Transfer};
use isup::variant::Variant;

/// We have the lower point code, so we control the odd circuits.
pub const OWN: PointCode = PointCode(100);
pub const FAR: PointCode = PointCode(200);

pub struct Bench {
    variant: Variant,
    pub exchange: Exchange,
    pub now: Instant,
    start: Instant,
}

impl Bench {
    /// CICs 1 to 4 as a group and 6 alone; just made.
    pub fn cold() -> Self {
        Self::with(Self::circuits())
    }

    pub fn with(circuits: Vec<CircuitSpec>) -> Self {
        Self::of(Variant::ITU, circuits)
    }

    pub fn of(variant: Variant, circuits: Vec<CircuitSpec>) -> Self {
        Self::made(variant, Origin::default(), circuits)
    }

    /// Ready, with IAMs that count hops and delay.
    pub fn counting(origin: Origin) -> Self {
        Self::made(Variant::ITU, origin, Self::circuits()).resumed()
    }

    fn made(variant: Variant, origin: Origin, circuits: Vec<CircuitSpec>) -> Self {
        let mut config = ExchangeConfig::new(OWN, variant, circuits);
        config.relation.origin = origin;
        Self::configured(config)
    }

    pub fn configured(config: ExchangeConfig) -> Self {
        let variant = config.variant;
        let now = epoch();
        Self { variant, exchange: Exchange::new(config), now, start: now }
    }

    /// The destination resumed and all circuits were reset.
    pub fn ready() -> Self {
        Self::cold().resumed()
    }

    /// The same with another variant.
    pub fn ready_as(variant: Variant) -> Self {
        Self::of(variant, Self::circuits()).resumed()
    }

    pub fn circuits() -> Vec<CircuitSpec> {
        [1, 2, 3, 4, 6].map(|cic| CircuitSpec { destination: FAR, cic: Cic(cic) }).to_vec()
    }

    pub fn resumed(self) -> Self {
        let mut bench = self;
        bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
        bench.receive_range(1, MessageType::GRA, RangeAndStatus::with_status(3));
        bench.receive(6, MessageType::RLC);
        bench.chart();
        for cic in [1, 2, 3, 4, 6] {
            assert_eq!(bench.state(cic), CircuitState::Idle);
        }
        bench
    }

    /// An answered call that we began.
    pub fn outgoing(cic: u16) -> Self {
        let mut bench = Self::ready();
        bench.setup(cic);
        bench.receive(cic, MessageType::ACM);
        bench.receive(cic, MessageType::ANM);
        bench.chart();
        assert_eq!(bench.state(cic), CircuitState::OutgoingAnswered);
        bench
    }

    /// An answered call that the far end began.
    pub fn incoming(cic: u16) -> Self {
        let mut bench = Self::ready();
        bench.receive(cic, MessageType::IAM);
        bench.request(cic, Request::AddressComplete(message(MessageType::ACM)));
        bench.request(cic, Request::Answer(message(MessageType::ANM)));
        assert_eq!(bench.chart(), ["1 Setup", "1 -> ACM", "1 -> ANM"]);
        assert_eq!(bench.state(cic), CircuitState::IncomingAnswered);
        bench
    }

    pub fn setup(&mut self, cic: u16) {
        self.request(cic, Request::Setup(message(MessageType::IAM)));
    }

    pub fn request(&mut self, cic: u16, request: Request) {
        self.exchange.handle_request(self.now, self.circuit(cic), request);
    }

    pub fn release(&mut self, cic: u16) {
        self.request(cic, Request::Release(release(Cause::NORMAL_CLEARING)));
    }

    /// The far end sends a message of this kind, complete in its mandatory parameters.
    pub fn receive(&mut self, cic: u16, kind: MessageType) {
        self.receive_message(cic, &message(kind));
    }

    pub fn receive_range(&mut self, cic: u16, kind: MessageType, range: RangeAndStatus) {
        self.receive_message(cic, &Message::new(kind).with(range));
    }

    /// The far end blocks, unblocks or acknowledges the circuits at these places after `cic`.
    pub fn receive_supervision(&mut self, cic: u16, kind: MessageType, why: u8, range: u8, places: &[usize]) {
        let mut status = RangeAndStatus::with_status(range);
        places.iter().for_each(|place| status.mark(*place));
        let mut message = Message::new(kind).with(status);
        message.set_octets(ParameterCode::CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE, &[why]);
        self.receive_message(cic, &message);
    }

    pub fn receive_message(&mut self, cic: u16, message: &Message) {
        let mut payload = Vec::new();
        encode_with_cic_as(&self.variant.messages, Cic(cic), message, &mut payload)
            .expect("the tests' messages are complete");
        self.receive_payload(payload);
    }

    pub fn receive_payload(&mut self, payload: Vec<u8>) {
        let service = ServiceIndicator::ISUP;
        let transfer = Transfer { service, opc: FAR, dpc: OWN, sls: Sls(0), payload };
        self.exchange.handle_transfer(self.now, transfer);
    }

    /// Lets time pass; each timeout's outputs are charted with the second at which they came.
    pub fn pass(&mut self, seconds: u64) -> Vec<String> {
        let end = self.now + Duration::from_secs(seconds);
        let mut chart = Vec::new();
        while let Some(deadline) = self.exchange.poll_timeout().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            self.exchange.handle_timeout(self.now);
            let at = (self.now - self.start).as_secs();
            chart.extend(self.chart().into_iter().map(|event| format!("{at} s: {event}")));
        }
        self.now = end;
        chart
    }

    /// The messages that went out since the last question.
    pub fn sent(&mut self) -> Vec<Message> {
        let outputs: Vec<_> = std::iter::from_fn(|| self.exchange.poll_output()).collect();
        let read = |payload: &[u8]| decode_with_cic_as(&self.variant.messages, payload).expect("ours can be read").1;
        let transfers = outputs.iter().filter_map(|output| match output {
            Output::Transfer(transfer) => Some(read(&transfer.payload)),
            _ => None,
        });
        transfers.collect()
    }

    /// What came out since the last question: `CIC -> message`, `CIC indication`, `alarm`, `journal`.
    pub fn chart(&mut self) -> Vec<String> {
        self.exchange.invariant().expect("the invariant holds after every step");
        let outputs: Vec<_> = std::iter::from_fn(|| self.exchange.poll_output()).collect();
        outputs.iter().map(|output| self.line(output)).collect()
    }

    pub fn view(&self, cic: u16) -> CircuitView {
        self.exchange.circuit(self.circuit(cic)).expect("the circuit exists")
    }

    pub fn state(&self, cic: u16) -> CircuitState {
        self.view(cic).state
    }

    fn circuit(&self, cic: u16) -> CircuitId {
        let is_it = |id: &u32| self.exchange.circuit(CircuitId(*id)).is_some_and(|view| view.spec.cic == Cic(cic));
        CircuitId((0..).take(self.exchange.len()).find(is_it).expect("the circuit exists"))
    }

    fn cic(&self, circuit: CircuitId) -> u16 {
        self.exchange.circuit(circuit).expect("the circuit exists").spec.cic.0
    }

    fn line(&self, output: &Output) -> String {
        match output {
            Output::Transfer(transfer) => {
                let (cic, message) =
                    decode_with_cic_as(&self.variant.messages, &transfer.payload).expect("what we send can be read");
                let sls = Sls(cic.0 as u8 & self.variant.sls_mask());
                assert_eq!((transfer.opc, transfer.dpc, transfer.sls), (OWN, FAR, sls));
                if let Some(kind) = message.find::<CircuitGroupSupervisionMessageType>() {
                    let range = message.find::<RangeAndStatus>().expect("it is mandatory");
                    let named = range.cics(cic).enumerate().filter(|(place, _)| range.is_set(*place));
                    let named: Vec<u16> = named.map(|(_, cic)| cic.0).collect();
                    return format!("{} -> {} {} {named:?}", cic.0, message.kind, kind.supervision.0);
                }
                if let Some(continuity) = message.find::<ContinuityIndicators>() {
                    return format!("{} -> COT {}", cic.0, if continuity.successful { "passed" } else { "failed" });
                }
                match message.find::<CauseIndicators>() {
                    Some(cause) if message.kind == MessageType::REL => format!("{} -> REL {}", cic.0, cause.cause.0),
                    _ => format!("{} -> {}", cic.0, message.kind),
                }
            }
            Output::Circuit(circuit, Indication::SetupRefused(refusal)) => {
                format!("{} SetupRefused {refusal:?}", self.cic(*circuit))
            }
            Output::Circuit(circuit, Indication::CheckEquipment(equipment)) => {
                format!("{} check {equipment:?}", self.cic(*circuit))
            }
            Output::Circuit(circuit, Indication::ContinuityChecked(passed)) => {
                format!("{} check {}", self.cic(*circuit), if *passed { "passed" } else { "failed" })
            }
            Output::Circuit(circuit, Indication::Service(message)) => {
                format!("{} Service {}", self.cic(*circuit), message.kind)
            }
            Output::Circuit(circuit, Indication::Validated(valid)) => {
                format!("{} Validated {valid}", self.cic(*circuit))
            }
            Output::Circuit(circuit, Indication::Queried { theirs, agrees }) => {
                format!("{} is {} there, {}", self.cic(*circuit), theirs.call, if *agrees { "agreed" } else { "WRONG" })
            }
            Output::Circuit(circuit, Indication::Lost(cause)) => format!("{} Lost {}", self.cic(*circuit), cause.0),
            Output::Circuit(circuit, indication) => {
                let name = format!("{indication:?}");
                format!("{} {}", self.cic(*circuit), name.split('(').next().unwrap_or_default())
            }
            Output::Alarm(isup::exchange::Alarm::NoAnswer { circuit, timer }) => {
                format!("{} alarm {timer:?}", self.cic(*circuit))
            }
            Output::Alarm(alarm) => format!("alarm {alarm:?}"),
            Output::Journal(row) => format!("{} journal {}", row.spec.cic.0, row.blocked),
        }
    }
}

/// REL with this cause.
pub fn release(cause: Cause) -> Message {
    Message::new(MessageType::REL).with(CauseIndicators::new(Location::USER, cause))
}

/// A message with whatever is mandatory for its kind.
pub fn message(kind: MessageType) -> Message {
    let mut message = Message::new(kind);
    match kind {
        MessageType::IAM => {
            for (code, octets) in [
                (ParameterCode::NATURE_OF_CONNECTION_INDICATORS, &[0x00][..]),
                (ParameterCode::FORWARD_CALL_INDICATORS, &[0x20, 0x01]),
                (ParameterCode::CALLING_PARTYS_CATEGORY, &[0x0a]),
                (ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT, &[0x03]),
                (ParameterCode::CALLED_PARTY_NUMBER, &[0x83, 0x10, 0x06, 0x00]),
            ] {
                message.set_octets(code, octets);
            }
        }
        MessageType::ACM | MessageType::CON => message.set(&BackwardCallIndicators::default()),
        MessageType::CPG => message.set_octets(ParameterCode::EVENT_INFORMATION, &[0x01]),
        MessageType::SUS | MessageType::RES => {
            message.set_octets(ParameterCode::SUSPEND_RESUME_INDICATORS, &[0x01]);
        }
        MessageType::INR => message.set_octets(ParameterCode::INFORMATION_REQUEST_INDICATORS, &[0x01, 0]),
        MessageType::INF => message.set_octets(ParameterCode::INFORMATION_INDICATORS, &[0, 0]),
        MessageType::REL => message = release(Cause::NORMAL_CLEARING),
        MessageType::CFN => message.set(&CauseIndicators::new(Location::USER, Cause(97))),
        MessageType::FAR => message.set_octets(ParameterCode::FACILITY_INDICATOR, &[2]),
        MessageType::COT => message.set_octets(ParameterCode::CONTINUITY_INDICATORS, &[0x01]),
        MessageType::SAM => message.set_octets(ParameterCode::SUBSEQUENT_NUMBER, &[0x00, 0x21]),
        _ => {}
    }
    message
}

/// Where virtual time begins.
#[expect(clippy::disallowed_methods, reason = "there is no other way to an Instant; from here on time is counted")]
pub fn epoch() -> Instant {
    Instant::now()
}
