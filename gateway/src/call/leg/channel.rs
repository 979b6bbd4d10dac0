//! A PRI channel as one end of a call (Q.931 clause 5): which message comes first, which after it.
//!
//! Its timers are the interface's own, in `isup`: T303, T310 and T301 guard a call that goes out, T305 and T308 its release.
//! Leaves out the choice of a channel by the far end: a SETUP of ours asks for this channel and no other, and where that is
//! not to be had the call takes another circuit.

mod user_user;

use isup::cause::Cause;
use isup::q931::codec::{Message, MessageType};
use isup::q931::interface::{Indication, Request};
use isup::q931::service::Service;
use isup::q931::service::name::Name;

use super::{Desk, Said};
use crate::call::{Action, CalledNumber, ChannelRequest};
use crate::circuit::{ChannelSeat, Seat};
use crate::interwork::hub::{
    Answer, Digits, Notice, NoticeCode, Pause, Progress, Redirected, Release, Setup, Stage, Transferred,
};
use crate::interwork::q931::service::Token;
use crate::interwork::q931::{backward, diversion, name, setup, user_user as services};
use user_user::UserUser;

/// The leg.
#[derive(Debug)]
pub struct Channel {
    /// The channel.
    pub seat: Seat,
    /// The interface's name for it.
    pub id: ChannelSeat,
    phase: Phase,
    /// Digits that wait until the far end asks for more.
    held: Digits,
    /// What the call cost, to be told when it is cleared.
    charge: Option<Service>,
    /// The far end holds the call.
    is_on_hold: bool,
    /// The name of who answers, until that is.
    connected: Option<Name>,
    /// User-user signalling between the far end and us.
    user_user: UserUser,
    /// Whether the party that the far end has diverted the call to may be shown, until that is said.
    shown: Option<bool>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Ours, and the far end knows nothing of it.
    Seized,
    /// SETUP sent.
    Outgoing,
    /// SETUP sent, and the far end takes more digits.
    Dialling,
    /// SETUP sent, and the far end does not take this channel.
    Rejected,
    /// SETUP received.
    Incoming,
    /// SETUP received, SETUP ACKNOWLEDGE sent.
    Collecting,
    /// SETUP received, CALL PROCEEDING sent.
    Proceeding,
    /// The same, and PROGRESS after it.
    Progressing,
    /// SETUP received, ALERTING sent.
    Alerting,
    /// Answered, from either side.
    Answered,
    /// Released by us.
    Releasing,
    /// DISCONNECT received: our release is owed.
    Disconnected(Cause),
    /// Nothing is owed, and the interface will say when it is over.
    Done,
}

impl Channel {
    /// The channel on which a SETUP came.
    pub fn incoming(seat: Seat, id: ChannelSeat) -> Channel {
        Channel::begin(seat, id, Phase::Incoming)
    }

    /// A channel that was seized for a call.
    pub fn seized(seat: Seat, id: ChannelSeat) -> Channel {
        Channel::begin(seat, id, Phase::Seized)
    }

    fn begin(seat: Seat, id: ChannelSeat, phase: Phase) -> Channel {
        Channel {
            seat,
            id,
            phase,
            held: Digits::default(),
            charge: None,
            is_on_hold: false,
            connected: None,
            user_user: UserUser::default(),
            shown: None,
        }
    }

    /// Whether the far end holds the call.
    pub fn is_on_hold(&self) -> bool {
        self.is_on_hold
    }

    pub fn is_only_seized(&self) -> bool {
        self.phase == Phase::Seized
    }

    pub fn set_up(&mut self, desk: &mut Desk<'_>, wanted: &Setup) -> Result<(), Cause> {
        let message = setup::message(wanted, self.seat.law)?;
        let message = if self.seat.user_user { services::ask(wanted.carried.services, message) } else { message };
        let name = name::calling(wanted);
        desk.actions.push_back(Action::Channel(
            self.id,
            ChannelRequest::SetUp { message, name, number: self.number(wanted), diversion: wanted.diversion.clone() },
        ));
        self.phase = Phase::Outgoing;
        Ok(())
    }

    /// What the far end is to know of the number's end.
    fn number(&self, wanted: &Setup) -> CalledNumber {
        match (self.seat.overlap, wanted.is_complete) {
            (false, _) => CalledNumber::EnBloc,
            (true, true) => CalledNumber::Complete,
            (true, false) => CalledNumber::Begun,
        }
    }

    /// SETUP ACKNOWLEDGE, once (Q.931 5.2.4).
    pub fn await_digits(&mut self, desk: &mut Desk<'_>) {
        if self.phase == Phase::Incoming {
            self.ask(desk, Request::MoreInformation(backward::setup_acknowledge()));
            self.phase = Phase::Collecting;
        }
    }

    /// INFORMATION, once the far end has asked for it; before that they are held.
    pub fn dial_on(&mut self, desk: &mut Desk<'_>, more: &Digits) {
        match self.phase {
            Phase::Outgoing => self.held.append(more),
            Phase::Dialling => self.inform(desk, more),
            _ => {}
        }
    }

    fn inform(&self, desk: &mut Desk<'_>, more: &Digits) {
        if let Some(information) = setup::subsequent(more) {
            self.ask(desk, Request::Information(information));
        }
    }

    /// The call is on its way to the other end: CALL PROCEEDING (RFC 4497 8.2.1.1).
    pub fn under_way(&mut self, desk: &mut Desk<'_>) {
        if matches!(self.phase, Phase::Incoming | Phase::Collecting) {
            self.ask(desk, Request::CallProceeding(backward::call_proceeding()));
            self.phase = Phase::Proceeding;
        }
    }

    /// ALERTING once; PROGRESS before it, once without anything to hear.
    pub fn progress(&mut self, desk: &mut Desk<'_>, progress: &Progress) {
        // Whatever it is, no more digits are wanted.
        if self.phase == Phase::Collecting {
            self.under_way(desk);
        }
        self.user_user.heard(progress.carried.services);
        self.redirect(desk, &progress.carried.redirected);
        match (self.phase, progress.stage) {
            (_, Stage::Accepted) if !progress.in_band => {}
            (Phase::Proceeding | Phase::Progressing, Stage::Alerting) => {
                let alerting = self.user_user.answered(backward::alerting(progress), false);
                self.ask(desk, Request::Alerting(alerting));
                self.phase = Phase::Alerting;
            }
            (Phase::Proceeding, _) => {
                let message = self.user_user.answered(backward::progress(progress), false);
                self.ask(desk, Request::Progress(message));
                self.phase = Phase::Progressing;
            }
            (Phase::Progressing | Phase::Alerting, _) if progress.in_band => {
                self.ask(desk, Request::Progress(backward::progress(progress)));
            }
            _ => {}
        }
    }

    /// FACILITY: where the call goes, and whether the new party may be shown.
    fn redirect(&self, desk: &mut Desk<'_>, redirected: &Redirected) {
        if self.phase != Phase::Incoming {
            let services = diversion::redirect(redirected);
            desk.actions.extend(services.map(|service| Action::Channel(self.id, ChannelRequest::Tell(service))));
        }
    }

    pub fn answer(&mut self, desk: &mut Desk<'_>, answer: &Answer) {
        if matches!(
            self.phase,
            Phase::Incoming | Phase::Collecting | Phase::Proceeding | Phase::Progressing | Phase::Alerting
        ) {
            self.user_user.heard(answer.carried.services);
            self.redirect(desk, &answer.carried.redirected);
            let connect = self.user_user.answered(backward::connect(answer), true);
            let connect = ChannelRequest::Connect(connect, name::connected(answer));
            desk.actions.push_back(Action::Channel(self.id, connect));
            self.phase = Phase::Answered;
        }
    }

    pub fn pause(&mut self, desk: &mut Desk<'_>, pause: &Pause) {
        if self.phase == Phase::Answered {
            self.ask(desk, Request::Notify(backward::notify(pause)));
        }
    }

    /// NOTIFY.
    pub fn notify(&mut self, desk: &mut Desk<'_>, notice: &Notice) {
        if matches!(self.phase, Phase::Proceeding | Phase::Progressing | Phase::Alerting | Phase::Answered) {
            self.ask(desk, Request::Notify(backward::notify_of(notice)));
        }
    }

    pub fn transferred(&self, desk: &mut Desk<'_>, transferred: &Transferred) {
        if self.phase == Phase::Answered {
            let told = ChannelRequest::Transferred(transferred.clone());
            desk.actions.push_back(Action::Channel(self.id, told));
        }
    }

    pub fn release(&mut self, desk: &mut Desk<'_>, release: &Release) {
        match self.phase {
            Phase::Seized | Phase::Releasing | Phase::Disconnected(_) | Phase::Rejected | Phase::Done => {}
            _ => {
                let message = backward::clearing(release);
                match self.charge.take() {
                    Some(charge) => {
                        desk.actions.push_back(Action::Channel(self.id, ChannelRequest::Clear(message, charge)));
                    }
                    None => self.ask(desk, Request::Release(message)),
                }
                self.phase = Phase::Releasing;
            }
        }
    }

    /// What the call costs: at its end with the message that clears it (EN 300 182), else at once.
    pub fn advise(&mut self, desk: &mut Desk<'_>, charge: Service) {
        match (&charge, self.phase) {
            (Service::ChargeAtEnd(_), _) => self.charge = Some(charge),
            (_, Phase::Proceeding | Phase::Progressing | Phase::Alerting | Phase::Answered) => {
                desk.actions.push_back(Action::Channel(self.id, ChannelRequest::Tell(charge)));
            }
            _ => {}
        }
    }

    /// RELEASE answers DISCONNECT when the media is off the timeslot.
    pub fn media_off(&mut self, desk: &mut Desk<'_>) {
        if let Phase::Disconnected(cause) = self.phase {
            self.ask(desk, Request::Release(backward::clearing(&Release::here(cause))));
            self.phase = Phase::Done;
        }
    }

    /// The interface did not even send our SETUP.
    pub fn refused(&mut self) -> Said {
        match self.phase {
            Phase::Outgoing | Phase::Seized => Said::Refused,
            _ => Said::Over(Release::here(Cause::NORMAL_UNSPECIFIED)),
        }
    }

    /// What a message of the call tells besides.
    pub fn told(&mut self, token: Token) -> Said {
        match token {
            Token::Connected(name) => {
                self.connected = Some(name);
                Said::Nothing
            }
            Token::UserUser(asked) => {
                self.user_user.asked = asked;
                Said::Nothing
            }
            Token::Diverting(diverting) => {
                let mut progress = Progress::new(Stage::Forwarded);
                progress.carried.redirected.diverting = Some(diverting);
                Said::Progress(progress)
            }
            Token::Transferred(transferred) => Said::Transferred(transferred),
            Token::DivertedShown(shown) => {
                self.shown = Some(shown);
                Said::Nothing
            }
            token => Said::Token(token),
        }
    }

    /// What the interface says of the call.
    pub fn hear(&mut self, desk: &mut Desk<'_>, indication: Indication) -> Said {
        use Indication as I;
        use Phase as P;
        match (self.phase, indication) {
            (P::Outgoing | P::Dialling, I::CallProceeding(message) | I::Progress(message) | I::Alerting(message)) => {
                self.phase = P::Outgoing;
                let mut progress = backward::from_message(&message);
                progress.carried.redirected.shown = self.shown.take();
                self.user_user.granted(progress.carried.services);
                Said::Progress(progress)
            }
            (P::Outgoing | P::Dialling, I::Connect(message)) => {
                self.phase = Phase::Answered;
                let mut answer = backward::from_connect(&message);
                answer.carried.redirected.shown = self.shown.take();
                self.user_user.granted(answer.carried.services);
                name::answered(&mut answer, self.connected.take());
                Said::Answer(answer)
            }
            // A number that is complete has nothing that could follow: T304 or the far end decides.
            (P::Outgoing, I::MoreInformation(_)) => {
                self.phase = P::Dialling;
                let held = std::mem::take(&mut self.held);
                self.inform(desk, &held);
                Said::Nothing
            }
            (P::Collecting, I::Information(message)) => Said::Digits(setup::from_subsequent(&message)),
            (P::Collecting, I::InformationTimeout) => Said::Digits(Digits { digits: String::new(), is_last: true }),
            // Our SETUP asked for this channel alone.
            (P::Outgoing, I::Channel(_)) => Said::Nothing,
            (P::Outgoing, I::Release(message)) if channel_is_refused(&message) => self.rejected(),
            (P::Outgoing, I::Lost(Cause::REQUESTED_CIRCUIT_NOT_AVAILABLE)) => self.rejected(),
            (P::Rejected, I::Released) => Said::Refused,

            (P::Releasing | P::Disconnected(_) | P::Done, I::Disconnect(_)) => Said::Nothing,
            (_, I::Disconnect(message)) => {
                let release = backward::from_clearing(&message);
                self.phase = Phase::Disconnected(release.cause);
                Said::Released(release)
            }
            (_, I::Release(message)) => self.done(backward::from_clearing(&message)),
            (_, I::Lost(cause)) => self.done(Release::here(cause)),
            (_, I::Released) => Said::Over(Release::here(Cause::NORMAL_UNSPECIFIED)),

            (P::Outgoing | P::Dialling | P::Alerting | P::Answered, I::Notify(message)) => {
                backward::from_notify(&message).map_or(Said::Nothing, said_of)
            }
            // The channel stays the call's while it is held, and the other party is told.
            (P::Answered, I::Hold(_)) => {
                self.is_on_hold = true;
                self.ask(desk, Request::HoldAcknowledge(backward::acknowledge(MessageType::HOLD_ACKNOWLEDGE)));
                said_of(NoticeCode::REMOTE_HOLD)
            }
            (P::Answered, I::Retrieve(_)) => {
                self.is_on_hold = false;
                let message = backward::acknowledge(MessageType::RETRIEVE_ACKNOWLEDGE);
                self.ask(desk, Request::RetrieveAcknowledge(message));
                said_of(NoticeCode::REMOTE_RETRIEVAL)
            }
            (_, I::Hold(_)) => {
                self.ask(desk, Request::HoldReject(backward::reject(MessageType::HOLD_REJECT)));
                Said::Nothing
            }
            (_, I::Retrieve(_)) => {
                self.ask(desk, Request::RetrieveReject(backward::reject(MessageType::RETRIEVE_REJECT)));
                Said::Nothing
            }
            (P::Outgoing | P::Dialling | P::Alerting | P::Answered, I::UserInformation(message)) => {
                if self.user_user.has(self.service_now()) {
                    return Said::UserInformation(services::information(&message));
                }
                self.congestion(desk, false);
                Said::Nothing
            }
            (P::Outgoing | P::Dialling | P::Alerting | P::Answered, I::CongestionControl(message)) => {
                self.user_user.is_closed = !services::is_ready(&message);
                Said::Congestion(!self.user_user.is_closed)
            }
            // What concerns no other end of a basic call.
            (
                _,
                I::ConnectAcknowledge(_)
                | I::Information(_)
                | I::Notify(_)
                | I::Facility(_)
                | I::UserInformation(_)
                | I::CongestionControl(_)
                | I::HoldAcknowledge(_)
                | I::HoldReject(_)
                | I::RetrieveAcknowledge(_)
                | I::RetrieveReject(_),
            ) => Said::Nothing,
            (P::Releasing | P::Disconnected(_) | P::Done, _) => Said::Nothing,
            (_, _) => Said::Unexpected,
        }
    }

    fn rejected(&mut self) -> Said {
        self.phase = Phase::Rejected;
        Said::Nothing
    }

    fn done(&mut self, release: Release) -> Said {
        self.phase = Phase::Done;
        Said::Released(release)
    }

    fn ask(&self, desk: &mut Desk<'_>, request: Request) {
        desk.actions.push_back(Action::Channel(self.id, ChannelRequest::Call(request)));
    }
}

/// A suspension is a pause on all sides; the rest is told as it is.
fn said_of(code: NoticeCode) -> Said {
    match code {
        NoticeCode::USER_SUSPENDED => Said::Pause(Pause { suspended: true, isup: None }),
        NoticeCode::USER_RESUMED => Said::Pause(Pause { suspended: false, isup: None }),
        code => Said::Notice(Notice { code, isup: None }),
    }
}

/// Cause 44 or 6: the far end does not take this channel, and may take another (RFC 4497 8.4.1 note 2).
fn channel_is_refused(message: &Message) -> bool {
    let cause = backward::from_clearing(message).cause;
    cause == Cause::REQUESTED_CIRCUIT_NOT_AVAILABLE || cause == Cause::CHANNEL_UNACCEPTABLE
}
