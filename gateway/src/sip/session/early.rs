//! An early dialog of our INVITE: RFC 3261 12.1.2 and 13.2.2.1, with the PRACKs of RFC 3262 4 and 5.

use super::super::dialog::{Dialog, Origin};
use super::super::header::Name;
use super::super::message::Message;
use super::super::sdp::{Description, SdpError};
use super::super::transaction::{Layer, Purpose, Sent};
use super::super::vocabulary::SessionId;
use super::description;
use super::reliable::{Arrival, Heard, RAck};
use std::time::Instant;

/// What one To tag has said so far.
#[derive(Debug)]
pub(super) struct Early {
    pub dialog: Dialog,
    heard: Heard,
    /// The SDP of a reliable response: the answer, whatever comes later (RFC 3261 13.2.1).
    answer: Option<Description>,
}

/// A reliable response that came before, or too early: it tells nothing.
pub(super) struct Absorbed;

impl Early {
    pub(super) fn new(origin: &Origin, response: &Message) -> Early {
        Early { dialog: Dialog::of_response(origin, response), heard: Heard::default(), answer: None }
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
                self.acknowledge(now, layer, session, RAck { rseq, cseq: invite_cseq });
                self.answer = self.answer.take().or_else(|| sdp.clone());
            }
        }
        Ok(sdp.map(|sdp| self.answer.clone().unwrap_or(sdp)))
    }

    /// The dialog is confirmed by this 2xx: what was agreed in it.
    pub(super) fn agreed(self, response: &Message) -> Result<Option<Description>, SdpError> {
        match self.answer {
            Some(answer) => Ok(Some(answer)),
            None => description(response),
        }
    }

    fn acknowledge(&mut self, now: Instant, layer: &mut Layer, session: SessionId, rack: RAck) {
        let at = self.dialog.at();
        let (branch, _, writer) = self.dialog.request(layer, "PRACK");
        let octets = writer.field(Name::RAck, rack.to_text().as_bytes()).finish(None);
        layer.request(now, at, branch, octets, Sent { session, purpose: Purpose::Prack });
    }
}
