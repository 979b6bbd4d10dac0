//! States that no input can bring about, for tests of what heals them: made of the control plane's own parts.

use isup::exchange::Exchange;

use super::Control;
use crate::call::CallId;
use crate::circuit::Seat;
use crate::sip::SessionId;

impl Control {
    /// The only call, and its circuit.
    pub(crate) fn only_call(&self) -> (CallId, Seat) {
        let (id, call) = self.calls.first_key_value().expect("a call");
        (*id, call.seats().next().expect("it has a circuit"))
    }

    /// What does not hold, in sentences.
    pub(crate) fn findings(&self) -> Vec<String> {
        self.audit().iter().map(|finding| self.sentence(finding)).collect()
    }

    /// The call is forgotten without a word; its circuit is owned by it still.
    pub(crate) fn forget_call(&mut self, id: CallId) {
        self.calls.remove(&id).expect("it lives");
        self.by_session.retain(|_, of| *of != id);
        self.deadlines.set(id, None);
    }

    /// The circuit is nobody's, whoever has it.
    pub(crate) fn disown(&mut self, seat: Seat) {
        self.trunks.free(seat.id);
    }

    /// The call owns one circuit more than it knows.
    pub(crate) fn own_another(&mut self, id: CallId, seat: Seat) -> Seat {
        self.trunks.seize(seat.trunk, id, |_| true).expect("a second circuit")
    }

    /// A session is indexed that no call has.
    pub(crate) fn index_a_session(&mut self, id: CallId) {
        self.by_session.insert(SessionId(u64::MAX), id);
    }

    /// The exchange as it is now, to be gone back to.
    pub(crate) fn exchange_now(&self) -> Exchange {
        self.exchange.clone()
    }

    /// The exchange is as it was once.
    pub(crate) fn go_back_to(&mut self, before: Exchange) {
        self.exchange = before;
    }
}
