//! What an exchange takes and gives: the vocabulary of SS7 call control.

use std::collections::BTreeMap;

use crate::cause::Cause;
use crate::codec::{self, Cic, CircuitGroupSupervision, CircuitGroupSupervisionMessageType, Message};
use crate::point_code::{PointCode, Transfer, UnavailabilityCause};
use crate::timer::{Timer, Timers};
use crate::variant::Variant;

/// A circuit: index into [`ExchangeConfig::circuits`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CircuitId(pub u32);

/// What an exchange is made with.
#[derive(Clone, Debug)]
pub struct ExchangeConfig {
    /// The national variant.
    pub variant: Variant,
    /// How we stand to every exchange that `relations` does not name.
    pub relation: Relation,
    /// How we stand to those that differ.
    pub relations: BTreeMap<PointCode, Relation>,
    /// Every circuit; no pair of destination and CIC stands twice.
    pub circuits: Vec<CircuitSpec>,
}

/// How we stand to another exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Relation {
    /// The point code by which it knows us.
    pub own: PointCode,
    /// Timer lengths.
    pub timers: Timers,
    /// What our IAMs to it count from the start.
    pub origin: Origin,
    /// It is asked who calls (INR) where its IAM does not say.
    pub ask_caller: bool,
}

impl ExchangeConfig {
    /// An exchange that stands to all others alike, with its variant's timers, and whose IAMs count nothing.
    pub fn new(own: PointCode, variant: Variant, circuits: Vec<CircuitSpec>) -> Self {
        let relation = Relation { own, timers: variant.timers, origin: Origin::default(), ask_caller: false };
        Self { variant, relation, relations: BTreeMap::new(), circuits }
    }

    /// How we stand to that exchange.
    pub fn relation(&self, destination: PointCode) -> &Relation {
        self.relations.get(&destination).unwrap_or(&self.relation)
    }
}

/// What an IAM gets that begins here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Origin {
    /// Exchanges that a call may still pass, 1 to 31; `None` sends no hop counter.
    pub hop_counter: Option<u8>,
    /// Delay of our routes, ms; `None` leaves the propagation delay procedure out.
    pub route_delay_ms: Option<u16>,
}

/// Where a circuit leads and what both ends call it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CircuitSpec {
    /// The exchange at the other end.
    pub destination: PointCode,
    /// The circuit identification code.
    pub cic: Cic,
}

/// What the owner of a circuit asks of it.
#[derive(Clone, PartialEq, Debug)]
pub enum Request {
    /// Seize the circuit and send this IAM.
    Setup(Message),
    /// Send this SAM: further digits of the call that was set up.
    SubsequentAddress(Message),
    /// Wait for more digits of the call that comes in: `Indication::SubsequentAddress` follows with each SAM. To be said
    /// again whenever what is known of the number changes; a message of the owner's ends the waiting.
    AwaitDigits(Number),
    /// Send this ACM.
    AddressComplete(Message),
    /// Send this CPG.
    Progress(Message),
    /// Send this ANM.
    Answer(Message),
    /// Send this CON.
    Connect(Message),
    /// Send this SUS.
    Suspend(Message),
    /// Send this RES.
    Resume(Message),
    /// Send this REL.
    Release(Message),
    /// The media is off: answers `Indication::Release` and `Indication::Lost`.
    ReleaseResponse,
    /// Send this message of a service: FAA, FAC, FRJ, NRM, USR, CRG, APM, PRI, LOP, SDN, IDS or EXM.
    Service(Message),
    /// Maintenance: ask the far end whether it knows the circuit (CVT); `Indication::Validated` follows.
    Validate,
    /// Maintenance: check the continuity of an idle circuit (CCR); `Indication::ContinuityChecked` follows.
    CheckContinuity,
    /// The transceiver that `Indication::CheckEquipment` asked for has heard its tone and, after it, silence. Without
    /// this the check has failed when T24 expires.
    ToneHeard,
    /// Maintenance: block the circuit for calls from the other end. A call on it goes on.
    Block,
    /// Maintenance: lift our blocking.
    Unblock,
    /// Maintenance: bring both ends to idle with RSC. A call on the circuit is lost.
    Reset,
}

/// What the owner knows of a called number whose digits come one after the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// It cannot be whole: without another digit the call is released after T35.
    TooShort,
    /// It may be whole: without another digit `Indication::AddressEnded` follows after T10.
    MayGoOn,
}

/// What the operator asks of many circuits at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GroupRequest {
    /// Reset every circuit to this destination (GRS, RSC where a circuit stands alone). Calls are lost.
    Reset(PointCode),
    /// Block these circuits for calls from the other end (CGB). For maintenance, calls on them go on and the blocking
    /// outlives the process; after a hardware failure, calls are lost and the blocking is ours to repeat after a restart.
    Block(CircuitRange, Supervision),
    /// Lift our blocking of that kind (CGU).
    Unblock(CircuitRange, Supervision),
    /// Ask what the far end holds these circuits for (CQM), where the variant has it: `Indication::Queried` follows.
    Query(CircuitRange),
}

/// Circuits with consecutive codes to one destination; codes without a circuit are passed over.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CircuitRange {
    /// The exchange at the other end.
    pub destination: PointCode,
    /// The lowest code.
    pub first: Cic,
    /// The highest code.
    pub last: Cic,
}

/// Why circuits are blocked: the kinds of CGB are blocked and unblocked apart from each other.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Supervision {
    /// Maintenance: no new calls. BLO and UBL are of this kind.
    Maintenance,
    /// Hardware failure: no calls at all.
    HardwareFailure,
}

impl Supervision {
    /// What a message says; `None` for a kind that is spare or national.
    pub(crate) fn of(message: &Message) -> Option<Self> {
        match message.find::<CircuitGroupSupervisionMessageType>()?.supervision {
            CircuitGroupSupervision::MAINTENANCE => Some(Self::Maintenance),
            CircuitGroupSupervision::HARDWARE_FAILURE => Some(Self::HardwareFailure),
            _ => None,
        }
    }

    /// The parameter that says it.
    pub(crate) fn parameter(self) -> CircuitGroupSupervisionMessageType {
        CircuitGroupSupervisionMessageType::new(match self {
            Self::Maintenance => CircuitGroupSupervision::MAINTENANCE,
            Self::HardwareFailure => CircuitGroupSupervision::HARDWARE_FAILURE,
        })
    }
}

/// What MTP says about a destination.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MtpIndication {
    /// It cannot be reached: calls stay, new ones are refused.
    Pause(PointCode),
    /// It can be reached. The first time, all its circuits are reset.
    Resume(PointCode),
    /// MTP-STATUS, signalling network congestion: messages to it are too many. Told once for each report of the
    /// network, so that the user part times the end of it.
    Status {
        /// Where messages are too many.
        destination: PointCode,
        /// Congestion level, 0 to 3; international networks know only 0.
        level: u8,
    },
    /// MTP-STATUS, user part unavailable (UPU): it can be reached, but our user part is not served there.
    UserPartUnavailable {
        /// Whose user part.
        destination: PointCode,
        /// Why, as far as it says.
        cause: UnavailabilityCause,
    },
}

/// What an exchange asks and tells.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// A message for MTP.
    Transfer(Transfer),
    /// Something happened on a circuit.
    Circuit(CircuitId, Indication),
    /// For maintenance.
    Alarm(Alarm),
    /// Must outlive the process: hand it back as `Request::Block` after a restart.
    Journal(BlockedCircuit),
}

/// The operator's blocking of a circuit changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockedCircuit {
    /// The circuit.
    pub circuit: CircuitId,
    /// Where it leads and what it is called: indices change when a configuration changes, this does not.
    pub spec: CircuitSpec,
    /// True when blocked.
    pub blocked: bool,
}

/// What a circuit tells its owner.
#[derive(Clone, PartialEq, Debug)]
pub enum Indication {
    /// IAM: a call comes in. With the calling party's number, where the far end told it when asked (INR, INF).
    Setup(Message),
    /// SAM: further digits.
    SubsequentAddress(Message),
    /// No digit has come within T10: the number is whole.
    AddressEnded,
    /// ACM.
    AddressComplete(Message),
    /// CPG.
    Progress(Message),
    /// ANM.
    Answer(Message),
    /// CON.
    Connect(Message),
    /// SUS: the called party hung up, or a user parks the call. The media goes on; if nothing follows in time the call is
    /// released (T2, T6).
    Suspended(Message),
    /// RES: the call goes on.
    Resumed(Message),
    /// A message of a service that the call carries: see `Request::Service`.
    Service(Message),
    /// CFN: the far end did not understand something that we sent.
    Confusion(Message),
    /// CVR: whether the far end knows the circuit as we do.
    Validated(bool),
    /// CQR: what the far end holds the circuit for, and whether that can be.
    Queried {
        /// As it says.
        theirs: codec::CircuitState,
        /// It agrees with what we hold the circuit for.
        agrees: bool,
    },
    /// A continuity check begins or ends: connect this to the circuit, in place of whatever the call has there.
    CheckEquipment(CheckEquipment),
    /// A continuity check outside a call has passed, or failed and will be repeated.
    ContinuityChecked(bool),
    /// REL: the far end released. Answer with `Request::ReleaseResponse`.
    Release(Message),
    /// The call is over and the circuit is free of it.
    Released,
    /// The call asked for did not take this circuit: choose another.
    SetupRefused(Refusal),
    /// The call is gone without a release from the far end. Answer with `Request::ReleaseResponse`.
    Lost(Cause),
    /// The far end blocked the circuit.
    Blocked,
    /// The far end lifted its blocking.
    Unblocked,
    /// The far end acknowledged our blocking.
    BlockConfirmed,
    /// The far end acknowledged that we lifted our blocking.
    UnblockConfirmed,
    /// A reset that we began is complete.
    ResetConfirmed,
}

/// What a continuity check needs on a circuit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CheckEquipment {
    /// Nothing any more.
    Off,
    /// A transceiver: it sends the check tone and answers `Request::ToneHeard` when it has come back.
    Transceiver,
    /// The check loop, or a transponder on a two-wire circuit.
    Responder,
}

/// Why a call did not take a circuit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Both ends seized it and the other end controls it; the other call is indicated next.
    DualSeizure,
    /// Blocked by us or by the far end.
    Blocked,
    /// The far end says that it has no such circuit.
    Unequipped,
    /// A call is on it.
    Busy,
    /// The continuity check failed.
    Continuity,
    /// The far end reset the circuit before it answered.
    Reset,
    /// The far end, or the network on the way to it, has too much to do.
    Congestion,
    /// The far end answered what it cannot have meant; the circuit is being reset.
    Unreasonable,
    /// Being reset or checked, or its destination cannot be reached.
    Unavailable,
}

/// What maintenance should know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alarm {
    /// A supervision timer (T5, T13, T15, T17, T19, T21, T23, T24, T27, T28, T33, T36,
    /// Tccr or Tcvt) expired: the far end does not answer.
    NoAnswer {
        /// The circuit, or the first of the group.
        circuit: CircuitId,
        /// Which timer.
        timer: Timer,
    },
    /// The far end says that it has no such circuit.
    Unequipped(CircuitId),
    /// The user part at a destination does not answer any more, or again.
    UserPart {
        /// Where.
        destination: PointCode,
        /// It answers again.
        available: bool,
    },
    /// A message for a circuit that does not exist here.
    UnknownCircuit(CircuitSpec),
    /// A message of ours could not be encoded: a bug of ours, or of whoever composed it.
    Unencodable(CircuitId),
}
