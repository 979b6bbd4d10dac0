//! What an interface takes and gives: the vocabulary of PRI call control.

use std::time::Duration;

use crate::cause::{Cause, Location};
use crate::lapd;
use crate::q931::codec::{CallStateValue, Message};
use crate::q931::switch::SwitchType;
use crate::q931::timer::{Timer, Timers};

pub use crate::lapd::Side;

/// A B-channel: index into [`InterfaceConfig::channels`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ChannelId(pub u32);

/// A D-channel: index into [`InterfaceConfig::d_channels`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DChannelId(pub u8);

/// A call, from its SETUP to [`Indication::Released`]; never given twice. It has no channel of its own at times, and
/// its channel may change until the first answer to SETUP.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CallId(pub u32);

/// What an interface is made with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InterfaceConfig {
    /// Which end we are.
    pub side: Side,
    /// Whom we are connected to, or stand for.
    pub switch: SwitchType,
    /// Where causes of our own say that they arose.
    pub location: Location,
    /// The spans with a D-channel: the primary one, then the backup one of NFAS. One or two.
    pub d_channels: Vec<InterfaceNumber>,
    /// Every B-channel; no pair of interface and timeslot stands twice.
    pub channels: Vec<ChannelSpec>,
    /// Timer lengths.
    pub timers: Timers,
    /// How often an idle channel is restarted for maintenance; `None`: never.
    pub maintenance: Option<Duration>,
}

/// Interface identifier of a span in a channel identification, 7 bits; 0 where there is but one span.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct InterfaceNumber(pub u8);

/// What both ends call a B-channel.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ChannelSpec {
    /// The span.
    pub interface: InterfaceNumber,
    /// The timeslot, 1 to 31.
    pub timeslot: u8,
}

/// Which channel a SETUP of ours asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChannelChoice {
    /// This one and no other.
    Exclusive(ChannelId),
    /// This one, but the far end may choose another: `Indication::Channel` says which.
    Preferred(ChannelId),
    /// The far end's choice: `Indication::Channel` says which.
    Any,
}

/// What the owner of a call asks of it. The interface writes call reference, message type and channel into the message
/// given: compose it as `Message::new(CallReference::DUMMY, kind)` with the other elements.
#[derive(Clone, PartialEq, Debug)]
pub enum Request {
    /// SETUP ACKNOWLEDGE: the number needs more digits, `Indication::Information` brings them.
    MoreInformation(Message),
    /// CALL PROCEEDING.
    CallProceeding(Message),
    /// PROGRESS.
    Progress(Message),
    /// ALERTING.
    Alerting(Message),
    /// CONNECT.
    Connect(Message),
    /// INFORMATION: more digits, or keypad and display.
    Information(Message),
    /// NOTIFY.
    Notify(Message),
    /// FACILITY.
    Facility(Message),
    /// USER INFORMATION.
    UserInformation(Message),
    /// CONGESTION CONTROL.
    CongestionControl(Message),
    /// HOLD.
    Hold(Message),
    /// HOLD ACKNOWLEDGE.
    HoldAcknowledge(Message),
    /// HOLD REJECT.
    HoldReject(Message),
    /// RETRIEVE.
    Retrieve(Message),
    /// RETRIEVE ACKNOWLEDGE.
    RetrieveAcknowledge(Message),
    /// RETRIEVE REJECT.
    RetrieveReject(Message),
    /// End the call, by what its state wants: DISCONNECT; RELEASE after a DISCONNECT of either end; RELEASE COMPLETE as
    /// the first answer to a SETUP. The message has the cause. With a progress indicator "in-band information" from the
    /// network side, tones may be sent until `Released` or another `Release`.
    Release(Message),
}

/// What the operator asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Maintenance {
    /// RESTART of one channel. A call on it is lost.
    Restart(ChannelId),
    /// RESTART of a span. Calls on it are lost.
    RestartInterface(InterfaceNumber),
    /// RESTART of all spans. All calls are lost.
    RestartAll,
    /// No new calls on this channel, told by SERVICE where the switch type has it. A call on it goes on.
    Block(ChannelId),
    /// Lift our blocking.
    Unblock(ChannelId),
}

/// What a data link tells: [`lapd::Output`] without its frames, and of its errors those that calls must know of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DataLink {
    /// DL-ESTABLISH, confirm or indication.
    Established,
    /// The far end set up anew a link that was up ([`lapd::ErrorCode::F`]). Where no message was under way Q.921 tells
    /// layer 3 nothing, yet a far end that began anew has forgotten its calls.
    SetUpAnew,
    /// The far end answers nothing ([`lapd::ErrorCode::I`]), and the link is being set up anew: Q.921 tells layer 3 of it
    /// when that has succeeded or failed, which may be longer than a SETUP is waited for.
    Silent,
    /// DL-RELEASE, confirm or indication.
    Released,
    /// DL-DATA indication.
    Data(Vec<u8>),
}

/// What an interface asks and tells.
#[derive(Clone, PartialEq, Debug)]
pub enum Output {
    /// For the data link of a D-channel.
    DataLink(DChannelId, lapd::Command),
    /// Something happened to a call.
    Call(CallId, Indication),
    /// FACILITY without a call (dummy call reference): a service that belongs to none. `Interface::handle_connectionless`
    /// answers it.
    Connectionless(Message),
    /// Something happened to a channel apart from calls.
    Channel(ChannelId, ChannelIndication),
    /// For maintenance.
    Alarm(Alarm),
}

/// What a call tells its owner. A call ends with exactly one `Released`.
#[derive(Clone, PartialEq, Debug)]
pub enum Indication {
    /// SETUP: a call comes in, on this channel, which is reserved for it.
    Setup(ChannelId, Message),
    /// SETUP of a connection without a channel, which is there for services alone (ECMA-165): answer with
    /// `Request::Connect` or `Request::Release`; whoever began it ends it.
    Connection(Message),
    /// The call is on this channel and no other: comes once for an outgoing call, before what the message with the
    /// channel says.
    Channel(ChannelId),
    /// SETUP ACKNOWLEDGE: the number needs more digits.
    MoreInformation(Message),
    /// CALL PROCEEDING.
    CallProceeding(Message),
    /// PROGRESS.
    Progress(Message),
    /// ALERTING.
    Alerting(Message),
    /// CONNECT; the interface has acknowledged it.
    Connect(Message),
    /// CONNECT ACKNOWLEDGE.
    ConnectAcknowledge(Message),
    /// INFORMATION: more digits, or keypad and display.
    Information(Message),
    /// No more digits came (T302): go on with those that did, or release with cause 28.
    InformationTimeout,
    /// NOTIFY.
    Notify(Message),
    /// FACILITY.
    Facility(Message),
    /// USER INFORMATION.
    UserInformation(Message),
    /// CONGESTION CONTROL: whether more USER INFORMATION is welcome.
    CongestionControl(Message),
    /// HOLD: answer with `HoldAcknowledge` or `HoldReject`.
    Hold(Message),
    /// HOLD ACKNOWLEDGE.
    HoldAcknowledge(Message),
    /// HOLD REJECT.
    HoldReject(Message),
    /// RETRIEVE: answer with `RetrieveAcknowledge` or `RetrieveReject`.
    Retrieve(Message),
    /// RETRIEVE ACKNOWLEDGE.
    RetrieveAcknowledge(Message),
    /// RETRIEVE REJECT.
    RetrieveReject(Message),
    /// DISCONNECT: the far end ends the call, with tones to be heard if a progress indicator says so. Answer with
    /// `Request::Release`.
    Disconnect(Message),
    /// RELEASE or RELEASE COMPLETE without a DISCONNECT before: the far end has ended the call. `Released` follows.
    Release(Message),
    /// The call ends without the far end having asked for it: a timer, the data link, a restart, a protocol error.
    /// `Released` follows once the far end agrees or does not answer.
    Lost(Cause),
    /// The call is over and its channel is free of it.
    Released,
}

impl Indication {
    /// The message that it is about; `None`: there was none.
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Setup(_, message)
            | Self::Connection(message)
            | Self::MoreInformation(message)
            | Self::CallProceeding(message)
            | Self::Progress(message)
            | Self::Alerting(message)
            | Self::Connect(message)
            | Self::ConnectAcknowledge(message)
            | Self::Information(message)
            | Self::Notify(message)
            | Self::Facility(message)
            | Self::UserInformation(message)
            | Self::CongestionControl(message)
            | Self::Hold(message)
            | Self::HoldAcknowledge(message)
            | Self::HoldReject(message)
            | Self::Retrieve(message)
            | Self::RetrieveAcknowledge(message)
            | Self::RetrieveReject(message)
            | Self::Disconnect(message)
            | Self::Release(message) => Some(message),
            Self::Channel(_) | Self::InformationTimeout | Self::Lost(_) | Self::Released => None,
        }
    }
}

/// What a channel tells apart from calls.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChannelIndication {
    /// The far end blocked it.
    Blocked,
    /// The far end lifted its blocking.
    Unblocked,
    /// The far end acknowledged our blocking.
    BlockConfirmed,
    /// The far end acknowledged that we lifted our blocking.
    UnblockConfirmed,
    /// The far end restarted it.
    Restarted,
    /// A restart that we began is complete.
    RestartConfirmed,
}

/// Why a call was not begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// No data link.
    Down,
    /// The channel is blocked by us or by the far end.
    Blocked,
    /// A call is on the channel.
    Busy,
    /// The channel is being restarted, or did not answer to it.
    Restarting,
    /// There are [`CALLS_MAX`](super::CALLS_MAX) calls.
    TooManyCalls,
    /// There is no such channel.
    NoSuchChannel,
    /// The message cannot be encoded.
    Unencodable,
}

/// What maintenance should know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Alarm {
    /// The far end does not answer on this channel.
    NoAnswer {
        /// The channel.
        channel: Option<ChannelId>,
        /// Which timer.
        timer: Timer,
    },
    /// A data link came up.
    Up(DChannelId),
    /// A data link went down.
    Down(DChannelId),
    /// Calls are signalled over this D-channel from now on.
    Switched(DChannelId),
    /// A message of ours could not be encoded: a bug of ours, or of whoever composed it.
    Unencodable(CallId),
}

/// A B-channel as status shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ChannelView {
    /// What both ends call it.
    pub spec: ChannelSpec,
    /// The call on it.
    pub call: Option<CallId>,
    /// RESTART sent, or not answered.
    pub restarting: bool,
    /// We blocked it.
    pub blocked_local: bool,
    /// The far end blocked it.
    pub blocked_remote: bool,
    /// A data link is up.
    pub reachable: bool,
}

impl ChannelView {
    /// Whether a call may be set up on it now.
    pub fn is_available(&self) -> bool {
        self.call.is_none() && self.reachable && !self.restarting && !self.blocked_local && !self.blocked_remote
    }
}

/// A call as status shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CallView {
    /// The call reference value.
    pub reference: u16,
    /// Whether we sent the SETUP.
    pub outgoing: bool,
    /// Its channel, if it has one.
    pub channel: Option<ChannelId>,
    /// Its state by number, U or N by our side.
    pub state: CallStateValue,
}

/// What an interface has counted since it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Messages sent.
    pub sent: u64,
    /// Messages received and decoded.
    pub received: u64,
    /// Messages that did not decode.
    pub malformed: u64,
    /// Messages for a call that does not exist here.
    pub unknown_call: u64,
    /// Messages that the state of their call did not expect.
    pub unexpected: u64,
    /// Messages with a type that no table names.
    pub unknown_type: u64,
    /// Messages with elements missing or in error.
    pub faulty: u64,
    /// Calls that both ends began on one channel.
    pub collisions: u64,
    /// Requests that came too late for the state of their call.
    pub requests_unexpected: u64,
    /// Messages of ours that could not be encoded.
    pub unencodable: u64,
    /// Messages of ours that no data link could take.
    pub undelivered: u64,
}
