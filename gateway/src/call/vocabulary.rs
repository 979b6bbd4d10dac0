//! What a call is told, and what it asks for.

use config::model::{SipParty, TrunkIndex};
use isup::cause::Cause;
use isup::exchange::{CircuitId, Indication, Request};
use isup::q931::service::Service;
use isup::q931::{self, interface};

use super::{CallId, NotJoined, Onward};
use crate::circuit::{ChannelSeat, Seat};
use crate::control::input::{MediaError, MediaEvent, MediaPath};
use crate::control::output::MediaRequest;
use crate::interwork::hub::{Diversion, Setup, Transferred};
use crate::interwork::q931::service::Token;
use crate::sip::{self, Invitation, Replaces};
use crate::stir::Attestation;

/// An end of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Where it comes from.
    Originating,
    /// Where it goes.
    Terminating,
}

impl Side {
    /// Both.
    pub const BOTH: [Side; 2] = [Side::Originating, Side::Terminating];

    /// The other one.
    pub fn other(self) -> Side {
        match self {
            Side::Originating => Side::Terminating,
            Side::Terminating => Side::Originating,
        }
    }
}

/// What a call is told.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
#[derive(Debug)]
pub enum Event {
    /// Something on a SIP session.
    Sip(sip::Event),
    /// Something on a circuit.
    Circuit(CircuitId, Indication),
    /// Something on a channel.
    Channel(ChannelSeat, ChannelEvent),
    /// Something that the gateway itself does.
    Gateway(Told),
}

/// What happens on a channel.
#[derive(Debug)]
pub enum ChannelEvent {
    /// The interface could not even begin the call that we asked for.
    Refused,
    /// What it says of the call.
    Call(interface::Indication),
    /// A message of the call tells this besides.
    Told(Token),
}

/// What a call asks of a channel.
#[derive(Debug)]
pub enum ChannelRequest {
    /// Begin a call.
    SetUp {
        /// With this SETUP.
        message: q931::codec::Message,
        /// And with the caller's name as the switch type tells names.
        name: Option<q931::service::name::Name>,
        /// And with what it is to say of the number's end.
        number: CalledNumber,
        /// And with what the network says over Facility of who diverted it.
        diversion: Option<Diversion>,
    },
    /// Answer the call with this CONNECT, and with the name of who answers as the switch type tells names.
    Connect(q931::codec::Message, Option<q931::service::name::Name>),
    /// Ask this of the call that is there.
    Call(interface::Request),
    /// The same, and advise of the charge with it as far as the switch type can.
    Clear(q931::codec::Message, Service),
    /// Tell who is at the other end from now on, as far as the switch type can.
    Transferred(Transferred),
    /// Tell this over Facility, as far as the switch type can.
    Tell(Service),
}

/// What a SETUP says of the end of its called number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CalledNumber {
    /// What the switch type says where numbers are always complete.
    EnBloc,
    /// That it is complete.
    Complete,
    /// Nothing: digits may follow.
    Begun,
}

/// What the gateway tells a call.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
#[derive(Debug)]
pub enum Told {
    /// What the dial plan says of the setup that we asked about by [`Action::Route`].
    Routed(Result<Onward, Cause>),
    /// The circuit that we asked for by [`Action::Seize`].
    Seized(Seat),
    /// None is to be had: every circuit is owned, blocked or out of reach.
    Congested,
    /// The media path is there.
    Opened(MediaPath),
    /// It could not be opened.
    NotOpened(MediaError),
    /// Something on the media path.
    Media(MediaEvent),
    /// The path of the call that we were joined with has left the timeslot that is ours now.
    Vacated,
    /// The two calls of [`Action::Join`] do not become one; `None`: there is no other.
    NotJoined(Option<NotJoined>),
    /// The gateway wants to be rid of the call: drain, or an operator.
    Expel(Cause),
}

/// What a call asks for. Actions are carried out in order.
#[derive(Debug)]
pub enum Action {
    /// Ask the dial plan where a call goes that came on this circuit; answered by `Routed`.
    Route(Seat, Setup),
    /// Ask the dial plan where a call goes that somebody would have for the party on this circuit, and pays for; answered by `Routed`.
    Refer(SipParty, Seat, Setup),
    /// Nothing came of what they asked for by that: they pay for the call no more.
    Spare(SipParty),
    /// They, at this end, leave this call and the one with that dialog: join the two; answered by `NotJoined` if that cannot be.
    Join(Side, SipParty, Replaces),
    /// Begin a session by this INVITE, vouching for its caller so; `None`: not at all.
    Invite(Invitation, Option<Attestation>),
    /// Say this on a session.
    Sip(sip::Command),
    /// Find a circuit of this trunk; answered by `Seized` or `Congested`.
    Seize(TrunkIndex),
    /// Ask this of a circuit.
    Circuit(CircuitId, Request),
    /// Ask this of a channel.
    Channel(ChannelSeat, ChannelRequest),
    /// The call no longer owns this circuit.
    Free(Seat),
    /// Ask this of the media path.
    Media(MediaRequest),
    /// Tell that call `Vacated`.
    Vacated(CallId),
    /// A circuit has been seized: journal it, so that a restart can close the record.
    Opened,
    /// The call is over; its story is complete.
    Over,
}
