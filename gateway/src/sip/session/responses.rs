//! What comes of our requests in a session: responses, challenges, other servers, silence (RFC 3261 13.2.2, 12.2.1.2 and 15.1.1).

use super::super::dialog::Dialog;
use super::super::message::Message;
use super::super::transaction::{Layer, Purpose, Silence};
use super::super::transport::Flow;
use super::reinvite::Outcome;
use super::{Session, State};
use std::time::Instant;

impl Session {
    /// `flow` is how the response came.
    pub(crate) fn handle_response(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        purpose: Purpose,
        response: &Message,
        flow: Flow,
    ) {
        let next = match (&mut self.state, purpose) {
            (State::Calling(calling), Purpose::Invite) => calling.handle_response(now, layer, self.tag, response, flow),
            (State::Established(established), Purpose::Invite) => {
                established.handle_repeated_success(now, layer, response);
                None
            }
            (State::Established(established), Purpose::Reinvite) => {
                let outcome = established.handle_reinvite_response(now, layer, response);
                self.outlives(now, layer, outcome)
            }
            (State::Established(established), Purpose::Update) => {
                let outcome = established.handle_update_response(now, layer, response);
                self.outlives(now, layer, outcome)
            }
            (State::Established(established), Purpose::Info) => {
                let keypad = self.keypad.get_or_insert_default();
                let outcome = established.handle_info_response(now, layer, keypad, response);
                self.outlives(now, layer, outcome)
            }
            (State::Established(established), Purpose::Notify) if response.status() >= Some(200) => {
                established.notified(now, layer, response.status() < Some(300));
                return self.end_if_deferred(now, layer);
            }
            (_, Purpose::Notify) => None,
            (_, Purpose::Info) => None,
            (State::Asking(asking), Purpose::Standalone) if response.status() >= Some(200) => {
                Some(asking.over(layer, response.status()))
            }
            (_, Purpose::Standalone) => None,
            (State::Ending(ending), Purpose::Invite | Purpose::Reinvite) => {
                ending.handle_invite_response(now, layer, response);
                None
            }
            // A PRACK that is not answered is the callee's to judge: it gives the INVITE up by itself (RFC 3262 3).
            (_, Purpose::Prack) => None,
            (State::Ending(ending), Purpose::Bye) if response.status() >= Some(200) => Some(ending.finish(layer)),
            // What CANCEL is answered does not matter, the INVITE's own answer does. 1xx for BYE says nothing.
            (_, Purpose::Cancel | Purpose::StrayBye | Purpose::Bye | Purpose::Register) => None,
            (State::Ending(_), Purpose::Update) => None,
            (State::Locating(_) | State::Asking(_) | State::Calling(_) | State::Alerting(_) | State::Over, _) => None,
        };
        self.enter(next);
    }

    /// The state after a response in the dialog: another where the peer has no such dialog.
    fn outlives(&mut self, now: Instant, layer: &mut Layer, outcome: Outcome) -> Option<State> {
        match outcome {
            Outcome::Goes => None,
            Outcome::DialogLost => self.lose_dialog(now, layer),
        }
    }

    /// The CSeq number of a request that answers the challenge in `response`; `None`: nobody wants it any more.
    pub(crate) fn number_again(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        purpose: Purpose,
        response: &Message,
    ) -> Option<u32> {
        match (&mut self.state, purpose) {
            (State::Calling(calling), Purpose::Invite) => calling.number_again(now, layer),
            (State::Established(established), Purpose::Reinvite) => established.number_reinvite(),
            (_, Purpose::Invite | Purpose::Reinvite | Purpose::Cancel | Purpose::Register) => None,
            // There is no other request in its dialog, or no dialog.
            (_, Purpose::StrayBye | Purpose::Standalone) => Some(response.cseq().ok()?.number + 1),
            (_, Purpose::Prack | Purpose::Update | Purpose::Bye | Purpose::Notify | Purpose::Info) => {
                self.dialogs_mut().find(|dialog| dialog.is_of(response)).map(Dialog::next_cseq)
            }
        }
    }

    /// A request of ours goes to another server.
    pub(crate) fn handle_moved(&mut self, now: Instant, layer: &mut Layer, purpose: Purpose) {
        if let (State::Calling(calling), Purpose::Invite) = (&mut self.state, purpose) {
            calling.handle_moved(now, layer);
        }
    }

    /// A transaction of ours stayed without a final response.
    pub(crate) fn handle_silence(&mut self, now: Instant, layer: &mut Layer, purpose: Purpose, silence: Silence) {
        let next = match (&mut self.state, purpose) {
            (State::Calling(calling), Purpose::Invite) => Some(calling.unanswered(now, layer, self.tag, silence)),
            (State::Asking(asking), Purpose::Standalone) => Some(asking.over(layer, None)),
            (State::Established(_), Purpose::Reinvite | Purpose::Update | Purpose::Info) => {
                self.lose_dialog(now, layer)
            }
            (State::Ending(ending), Purpose::Bye) => Some(ending.finish(layer)),
            (State::Established(established), Purpose::Notify) => {
                established.notified(now, layer, false);
                return self.end_if_deferred(now, layer);
            }
            _ => None,
        };
        self.enter(next);
    }
}
