//! The operator's handle on a running far exchange: thread safe and bounded.
//!
//! Exchange and handles meet at one desk behind a lock. The exchange takes orders from it and leaves
//! outcomes, status and log on it, once a millisecond; nothing at the desk ever waits for a call.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use isup::q931::codec::Message;

use super::order::{CallOrder, CallOutcome, OrderId, ReleasedBy};
use super::status::{Entry, ExchangeStatus};

/// A handle on one far exchange; clones speak to the same one.
#[derive(Clone, Debug)]
pub struct Handle {
    desk: Arc<Mutex<Desk>>,
}

impl Handle {
    pub(super) fn new() -> Self {
        Handle { desk: Arc::new(Mutex::new(Desk::default())) }
    }

    /// Orders a call. It begins when the link and a circuit are to be had, in the order of placing.
    /// When [`ORDERS_PENDING_MAX`] orders wait already, the outcome says so at once.
    pub fn place(&self, order: CallOrder) -> OrderId {
        let mut desk = self.desk();
        desk.last_order += 1;
        let id = OrderId(desk.last_order);
        if desk.orders.len() < ORDERS_PENDING_MAX {
            desk.orders.push_back((id, order));
        } else {
            desk.conclude(id, CallOutcome::refused(order.tag, SWITCH_CONGESTION, ReleasedBy::OrdersFull));
        }
        id
    }

    /// What became of an order; `None` while it runs, and after [`OUTCOMES_KEPT_MAX`] later ones have ended.
    pub fn outcome(&self, id: OrderId) -> Option<CallOutcome> {
        self.desk().outcomes.get(&id).cloned()
    }

    /// The exchange at the end of its last millisecond.
    pub fn status(&self) -> ExchangeStatus {
        let desk = self.desk();
        ExchangeStatus {
            orders_pending: desk.orders.len(),
            log_entries_lost: desk.log_entries_lost,
            ..desk.status.clone()
        }
    }

    /// Takes the log entries since the last call, at most [`LOG_ENTRIES_MAX`]; older ones are lost and counted.
    pub fn log(&self) -> Vec<Entry> {
        self.desk().log.drain(..).collect()
    }

    /// Blocks a circuit (BLO). `false`: the exchange has too many requests to do; nothing was ordered.
    pub fn block(&self, cic: u16) -> bool {
        self.request(Request::Block(cic))
    }

    /// Unblocks a circuit (UBL); result as [`Handle::block`].
    pub fn unblock(&self, cic: u16) -> bool {
        self.request(Request::Unblock(cic))
    }

    /// Resets one circuit (RSC); result as [`Handle::block`].
    pub fn reset(&self, cic: u16) -> bool {
        self.request(Request::Reset(cic))
    }

    /// Cuts the bearer of a circuit, so that nothing goes out on it; result as [`Handle::block`].
    pub fn cut(&self, cic: u16) -> bool {
        self.request(Request::Cut(cic))
    }

    /// Mends it; result as [`Handle::block`].
    pub fn mend(&self, cic: u16) -> bool {
        self.request(Request::Mend(cic))
    }

    /// Resets all circuits (GRS); result as [`Handle::block`].
    pub fn group_reset(&self) -> bool {
        self.request(Request::GroupReset)
    }

    /// Takes all signalling links out of service (SIOS) until [`Handle::restore_link`]; result as [`Handle::block`].
    pub fn fail_link(&self) -> bool {
        self.request(Request::FailLinks)
    }

    /// Lets all signalling links align again; result as [`Handle::block`].
    pub fn restore_link(&self) -> bool {
        self.request(Request::RestoreLinks)
    }

    /// Does something about the link of one code; result as [`Handle::block`].
    pub fn link(&self, code: u8, request: LinkRequest) -> bool {
        self.request(Request::Link(code, request))
    }

    /// The user part takes no message any more, as if it were not there, while links and MTP go on; or takes them again.
    pub fn ignore_messages(&self, ignored: bool) -> bool {
        self.request(Request::IgnoreMessages(ignored))
    }

    /// Sends a message of layer 3 as it is (PRI): of the call on a timeslot, whose call reference it gets, or with its own; result as
    /// [`Handle::block`].
    pub fn say(&self, timeslot: Option<u16>, message: Message) -> bool {
        self.request(Request::Say(timeslot, message))
    }

    /// Takes the messages of layer 3 that came since the last call (PRI), at most [`HEARD_MAX`]; older ones are lost.
    pub fn heard(&self) -> Vec<Message> {
        self.desk().heard.drain(..).collect()
    }

    /// Restarts the exchange: it forgets calls and blockings without a word, aligns anew and resets its circuits.
    pub fn restart(&self) -> bool {
        self.request(Request::Restart)
    }

    pub(super) fn desk(&self) -> MutexGuard<'_, Desk> {
        // A panic elsewhere leaves the desk whole: every change to it is one assignment or one push.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn request(&self, request: Request) -> bool {
        let mut desk = self.desk();
        let room = desk.requests.len() < REQUESTS_PENDING_MAX;
        if room {
            desk.requests.push_back(request);
        }
        room
    }
}

/// A maintenance verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Block(u16),
    Unblock(u16),
    Reset(u16),
    Cut(u16),
    Mend(u16),
    GroupReset,
    FailLinks,
    RestoreLinks,
    Link(u8, LinkRequest),
    IgnoreMessages(bool),
    Say(Option<u16>, Message),
    Restart,
}

/// What may be done about one signalling link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkRequest {
    /// Takes it out of service (SIOS) until it is restored.
    Fail,
    /// Its terminal breaks down and loses all it knew, so that the changeover is an emergency; it aligns anew by itself.
    BreakDown,
    /// Lets it align again.
    Restore,
    /// Inhibits it (LIN), if another carries traffic and the gateway agrees.
    Inhibit,
    /// Ends that (LUN).
    Uninhibit,
}

/// What lies between the handles and the exchange.
#[derive(Debug, Default)]
pub(super) struct Desk {
    pub(super) orders: VecDeque<(OrderId, CallOrder)>,
    pub(super) requests: VecDeque<Request>,
    pub(super) status: ExchangeStatus,
    last_order: u64,
    outcomes: BTreeMap<OrderId, CallOutcome>,
    log: VecDeque<Entry>,
    log_entries_lost: u64,
    heard: VecDeque<Message>,
}

impl Desk {
    pub(super) fn hear(&mut self, message: &Message) {
        if self.heard.len() == HEARD_MAX {
            self.heard.pop_front();
        }
        self.heard.push_back(message.clone());
    }

    pub(super) fn conclude(&mut self, id: OrderId, outcome: CallOutcome) {
        self.outcomes.insert(id, outcome);
        if self.outcomes.len() > OUTCOMES_KEPT_MAX {
            self.outcomes.pop_first();
        }
    }

    pub(super) fn record(&mut self, entry: Entry) {
        if self.log.len() == LOG_ENTRIES_MAX {
            self.log.pop_front();
            self.log_entries_lost += 1;
        }
        self.log.push_back(entry);
    }
}

/// Orders that may wait for their turn.
pub const ORDERS_PENDING_MAX: usize = 1024;
/// Outcomes kept for [`Handle::outcome`]; the oldest goes first.
pub const OUTCOMES_KEPT_MAX: usize = 4096;
/// Log entries kept between two calls of [`Handle::log`].
pub const LOG_ENTRIES_MAX: usize = 4096;
/// Messages kept between two calls of [`Handle::heard`].
pub const HEARD_MAX: usize = 256;
/// Maintenance verbs that may wait for the next millisecond.
const REQUESTS_PENDING_MAX: usize = 256;
/// Cause value 42 of Q.850.
const SWITCH_CONGESTION: u8 = 42;

#[cfg(test)]
mod tests {
    use isup::q931::codec::{CallReference, Flag, MessageType};

    use super::super::status::Direction;
    use super::*;

    #[test]
    fn the_order_after_the_last_that_fits_is_refused_at_once() {
        let handle = Handle::new();
        for _ in 0..ORDERS_PENDING_MAX {
            let id = handle.place(CallOrder::conversation("600", "", 0));
            assert_eq!(handle.outcome(id), None);
        }
        let id = handle.place(CallOrder::conversation("600", "", 0));
        let outcome = handle.outcome(id).expect("an order that does not fit has its outcome at once");
        assert_eq!((outcome.released_by, outcome.cause), (ReleasedBy::OrdersFull, Some(42)));
        assert_eq!(handle.status().orders_pending, ORDERS_PENDING_MAX);
    }

    #[test]
    fn the_oldest_outcome_and_the_oldest_log_entry_go_first() {
        let handle = Handle::new();
        let refused = CallOutcome::refused(String::new(), 34, ReleasedBy::NoCircuit);
        for number in 0..=OUTCOMES_KEPT_MAX as u64 {
            handle.desk().conclude(OrderId(number), refused.clone());
        }
        assert_eq!(handle.outcome(OrderId(0)), None);
        assert!(handle.outcome(OrderId(1)).is_some());

        for at_chunk in 0..=LOG_ENTRIES_MAX as u64 {
            handle.desk().record(Entry { at_chunk, direction: Direction::Sent, cic: None, message: String::new() });
        }
        assert_eq!(handle.status().log_entries_lost, 1);
        assert_eq!(handle.log().first().map(|entry| entry.at_chunk), Some(1));
        assert!(handle.log().is_empty());
    }

    #[test]
    fn the_oldest_message_that_nobody_took_goes_first() {
        let handle = Handle::new();
        let message = |value| Message::new(CallReference::primary(value, Flag::FromOrigin), MessageType::NOTIFY);
        for value in 0..=HEARD_MAX as u16 {
            handle.desk().hear(&message(value));
        }
        let heard = handle.heard();
        assert_eq!((heard.len(), heard.first()), (HEARD_MAX, Some(&message(1))));
        assert!(handle.heard().is_empty());
    }

    #[test]
    fn maintenance_verbs_are_refused_when_too_many_wait() {
        let handle = Handle::new();
        for _ in 0..REQUESTS_PENDING_MAX {
            assert!(handle.block(1));
        }
        assert!(!handle.block(1));
    }
}
