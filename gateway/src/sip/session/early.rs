//! An early dialog of our INVITE: RFC 3261 12.1.2 and 13.2.2.1, with the PRACKs of RFC 3262 4 and 5,
//! and the peer's UPDATE.

use super::super::dialog::{Dialog, Origin};
use super::super::message::Message;
use super::super::sdp::{Description, SdpError};
use super::super::transaction::Layer;
use super::super::vocabulary::SessionId;
use super::offer::{Open, Theirs};
use super::reliable::{self, Arrival, Heard, RAck};
use super::update::handle_update;
use super::{InDialog, description};
use std::time::Instant;

/// What one To tag has said so far.
#[derive(Debug)]
pub(super) struct Early {
    pub dialog: Dialog,
    heard: Heard,
    exchange: Exchange,
    pub theirs: Option<Theirs>,
}

/// How far our offer came in this dialog.
#[derive(Debug)]
enum Exchange {
    /// Nothing reliable has answered it.
    Open,
    /// The SDP of a reliable response did: the answer, whatever comes later (RFC 3261 13.2.1).
    Answered(Box<Description>),
    /// The peer has made another offer since then, and the user has answered that.
    Renewed,
}

/// A reliable response that came before, or too early: it tells nothing.
pub(super) struct Absorbed;

impl Early {
    pub(super) fn new(origin: &Origin, response: &Message) -> Early {
        Early {
            dialog: Dialog::of_response(origin, response),
            heard: Heard::default(),
            exchange: Exchange::Open,
            theirs: None,
        }
    }

    /// 101 to 199 for the INVITE of that CSeq: its SDP. PRACK goes when it wants one.
    pub(super) fn hear(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        session: SessionId,
        invite_cseq: u32,
        response: &Message,
    ) -> Result<Option<Description>, Absorbed> {
        // Early media that cannot be read is no reason to give up: the final answer may be better.
        let sdp = description(response).ok().flatten();
        match self.heard.take(response) {
            Arrival::OutOfOrder => return Err(Absorbed),
            Arrival::Plain => {}
            Arrival::Next(rseq) => {
                reliable::acknowledge(now, layer, session, &mut self.dialog, RAck { rseq, cseq: invite_cseq });
                if let (Exchange::Open, Some(sdp)) = (&self.exchange, &sdp) {
                    self.exchange = Exchange::Answered(Box::new(sdp.clone()));
                }
            }
        }
        Ok(match &self.exchange {
            Exchange::Open => sdp,
            Exchange::Answered(answer) => sdp.map(|_| (**answer).clone()),
            Exchange::Renewed => None,
        })
    }

    /// The dialog is confirmed by this 2xx: what was agreed in it.
    pub(super) fn agreed(self, response: &Message) -> Result<Option<Description>, SdpError> {
        match self.exchange {
            Exchange::Open => description(response),
            Exchange::Answered(answer) => Ok(Some(*answer)),
            Exchange::Renewed => Ok(None),
        }
    }

    /// The user was told of an offer in another dialog when `told`.
    pub(super) fn handle_update(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        session: SessionId,
        peer: InDialog<'_>,
        told: bool,
    ) {
        let open = match self.exchange {
            _ if told || self.theirs.is_some() => Open::Unanswered,
            Exchange::Open => Open::Ours,
            Exchange::Answered(_) | Exchange::Renewed => Open::Nothing,
        };
        let update = handle_update(now, layer, session, &mut self.dialog, peer, open, None);
        self.theirs = self.theirs.take().or(update.told());
    }

    /// The user answers the offer that waits here.
    pub(super) fn answer_reoffer(&mut self, now: Instant, layer: &mut Layer, answer: Result<&Description, u16>) {
        let Some(mut theirs) = self.theirs.take() else { return };
        if answer.is_ok() {
            theirs.target.take().into_iter().for_each(|target| self.dialog.move_to(target));
            self.exchange = Exchange::Renewed;
        }
        theirs.answer(now, layer, answer);
    }
}
