//! What the desk says: sentences about answers that did not come, with the timers of Q.764 annex A that go on.

use std::time::Duration;

use isup::codec;
use isup::exchange::{CircuitState, CircuitView};
use isup::timer::Timers;

use crate::ops::maintenance::{CircuitAction, ORDER_WAIT_MAX};

/// CQM is not for this network.
pub(super) const NO_QUERY: &str = "circuits cannot be queried (CQM): it is for national use in ITU networks; circuit_query = true in [isup] switches it on";
/// CVT is not for this network.
pub(super) const NO_VALIDATION: &str = "circuits cannot be validated (CVT): it is a procedure of ANSI networks";
/// CVR says no.
pub(super) const NOT_VALID: &str = "the far end has the circuit, but does not hold it for what we do (CVR)";
/// The switch type knows no SERVICE.
pub(super) const NO_SERVICE: &str = "the switch type has no SERVICE message to tell the far end; while it is blocked its calls on the channel are refused";
/// A continuity check has failed.
pub(super) const NO_TONE: &str = "the tone did not come back within T24; it is checked again after T25, then every T26, and carries no calls meanwhile";
/// The answer to any message is UCIC.
pub(super) const UNEQUIPPED: &str = "the far end has no such circuit (UCIC): nothing more is said of it and no call goes out on it until the far end speaks of it or it is reset from here";
/// Nothing can be said to the far end of a PRI trunk.
pub(super) const D_CHANNEL_DOWN: &str = "the D-channel is down; what was ordered holds here and is said once it is up";

/// The timer that guards an answer, and the messages about it.
pub(super) struct Guard {
    pub length: Duration,
    short: &'static str,
    /// From when on it repeats alone; none: nothing is repeated.
    long: Option<(&'static str, Duration)>,
    message: &'static str,
    answer: &'static str,
}

/// One row for each message that an operator has sent.
pub(super) fn guard(timers: &Timers, action: CircuitAction, grouped: bool) -> Guard {
    let guard = |length, short, long, message, answer| Guard { length, short, long, message, answer };
    match (action, grouped) {
        (CircuitAction::Block, false) => guard(timers.t12, "T12", Some(("T13", timers.t13)), "BLO", "BLA"),
        (CircuitAction::Block, true) => guard(timers.t18, "T18", Some(("T19", timers.t19)), "CGB", "CGBA"),
        (CircuitAction::Unblock, false) => guard(timers.t14, "T14", Some(("T15", timers.t15)), "UBL", "UBA"),
        (CircuitAction::Unblock, true) => guard(timers.t20, "T20", Some(("T21", timers.t21)), "CGU", "CGUA"),
        (CircuitAction::Reset, false) => guard(timers.t16, "T16", Some(("T17", timers.t17)), "RSC", "RLC"),
        (CircuitAction::Reset, true) => guard(timers.t22, "T22", Some(("T23", timers.t23)), "GRS", "GRA"),
        (CircuitAction::Query, _) => guard(timers.t28, "T28", None, "CQM", "CQR"),
        (CircuitAction::Validate, _) => guard(timers.tcvt, "Tcvt", None, "CVT", "CVR"),
        // The circuit tells how a check went, also when its own timers have expired.
        (CircuitAction::Continuity, _) => guard(ORDER_WAIT_MAX, "a minute", None, "CCR", "result"),
    }
}

/// The answer has not come within its timer.
pub(super) fn unanswered(timers: &Timers, action: CircuitAction, grouped: bool) -> String {
    let Guard { length, short, answer, .. } = guard(timers, action, grouped);
    format!("no {answer} within {short} ({} s); {}", length.as_secs(), goes_on(timers, action, grouped))
}

/// The message could not even be sent.
pub(super) fn out_of_reach(timers: &Timers, action: CircuitAction, grouped: bool) -> String {
    format!("the destination is out of reach; {}", goes_on(timers, action, grouped))
}

fn goes_on(timers: &Timers, action: CircuitAction, grouped: bool) -> String {
    let Guard { short, long, message, .. } = guard(timers, action, grouped);
    let Some((long, length)) = long else { return "it is not asked again".into() };
    let meanwhile = match action {
        CircuitAction::Block => "no call is set up from here meanwhile",
        CircuitAction::Unblock => "calls may be set up from here meanwhile",
        CircuitAction::Reset | CircuitAction::Query | CircuitAction::Validate | CircuitAction::Continuity => {
            "it carries no calls meanwhile"
        }
    };
    format!("{message} goes again every {short} until {long} ({} s), then every {long}; {meanwhile}", length.as_secs())
}

/// A B-channel's far end has not answered.
pub(super) fn unanswered_channel(action: CircuitAction) -> &'static str {
    match action {
        CircuitAction::Reset => {
            "no RESTART ACKNOWLEDGE yet; RESTART goes again at T316 and when the D-channel has come back; the channel carries \
             no calls meanwhile"
        }
        _ => "no SERVICE ACKNOWLEDGE to two SERVICE; what was ordered holds here, and the far end may not know of it",
    }
}

/// What we hold a circuit for.
pub(super) fn ours(view: &CircuitView) -> String {
    use CircuitState as C;
    let call = match view.state {
        C::Idle => "idle",
        C::Unequipped => "unequipped",
        C::AwaitingAddressComplete | C::AwaitingAnswer | C::OutgoingAnswered => "outgoing busy",
        C::IncomingCheck | C::IncomingInquiry | C::IncomingSetup | C::IncomingAddressComplete | C::IncomingAnswered => {
            "incoming busy"
        }
        C::ContinuityRecheck | C::ContinuityLoop => "continuity check",
        C::Overloaded => "resting after an overload",
        C::Releasing | C::ReleaseIndicated => "releasing",
        C::Resetting => "resetting",
    };
    match (view.blocked_local, view.blocked_remote) {
        (false, false) => call.to_owned(),
        (true, false) => format!("{call}, blocked here"),
        (false, true) => format!("{call}, blocked there"),
        (true, true) => format!("{call}, blocked here and there"),
    }
}

/// What the far end holds it for, as CQR tells it.
pub(super) fn theirs(state: codec::CircuitState) -> String {
    if state == codec::CircuitState::UNEQUIPPED {
        return "unequipped".into();
    }
    let call = state.call.to_string();
    let blocked = |of: &str, by: codec::BlockingState| match by {
        codec::BlockingState::NONE => String::new(),
        by => format!(", {of} {by}"),
    };
    format!("{call}{}{}", blocked("maintenance", state.maintenance), blocked("hardware", state.hardware))
}

/// A name that stands for nothing, and those that stand for something.
pub(super) fn nothing_of_that_name<'a>(what: &str, name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("{name:?}")).collect();
    match names.is_empty() {
        true => format!("there is no {what} {name:?}, and no other"),
        false => format!("there is no {what} {name:?}; there is {}", names.join(", ")),
    }
}
