//! Calls that are refused so that the rest can be served: the overloaded server of RFC 7339 5.10.2.

use super::super::emergency::is_emergency;
use super::super::header::Name;
use super::super::message::Message;
use super::super::method::Method;
use super::super::overload::is_offered;
use super::super::reply::Reply;
use super::Endpoint;
use std::time::Instant;

impl Endpoint {
    /// Once a period, however often it is asked.
    pub(in crate::sip) fn judge_load(&mut self, now: Instant) {
        let limits = self.layer.config.limits;
        let fill = [(self.sessions.len(), limits.sessions), (self.layer.len(), limits.transactions)];
        self.load.judge(now, &fill);
    }

    /// RFC 7339 5.10.2: a client that knows no overload control loses as large a part of its calls as one that obeys leaves out.
    pub(super) fn is_shed(&mut self, request: &Message, method: Method) -> bool {
        let excess = u64::from(self.load.excess());
        let begins = method == Method::Invite && request.tag(Name::To).is_empty();
        if excess == 0 || !begins || is_emergency(request) || request.via().is_ok_and(|via| is_offered(&via)) {
            return false;
        }
        self.layer.random() % 100 < excess
    }

    /// 503 without Retry-After, as the same section has it, and without a transaction.
    pub(super) fn shed(&mut self, now: Instant, request: &Message, reply: &Reply) {
        self.layer.counters.shed += 1;
        let octets = reply.start(503, Some(self.stateless_tag(request))).finish(None);
        self.layer.send(now, &reply.flow, octets);
    }
}
