//! What the two ends do with each other, one function a scenario, in both directions.

use super::ends::{CALLING, CHANNEL, Ends, Failure};
use super::{nfas, services, transfer};
use isup::cause::Cause;
use isup::lapd::Side;
use isup::q931::codec::{CallReference, CalledPartyNumber, CauseIndicators, Message, MessageType, SendingComplete};
use isup::q931::interface::*;
use isup::q931::switch::SwitchType;

/// What a cell of the table says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Ok,
    Failed(Failure),
    /// Not applicable, and why.
    Absent(&'static str),
}

/// Which end begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    Us,
    Them,
}

/// A scenario: its name, whether our side of a switch type has it for calls of this origin, and what happens.
pub struct Scenario {
    pub name: &'static str,
    pub absent: fn(Side, SwitchType, Origin) -> Option<&'static str>,
    pub ready: fn(Side, SwitchType) -> Result<Ends, Failure>,
    pub run: fn(&mut Ends, Origin) -> Result<(), Failure>,
}

/// The columns of the table.
pub const SCENARIOS: &[Scenario] = &[
    Scenario { name: "en bloc", absent: never, ready: Ends::ready, run: en_bloc },
    Scenario { name: "overlap", absent: without_overlap, ready: Ends::ready, run: overlap },
    Scenario { name: "reject", absent: never, ready: Ends::ready, run: reject },
    Scenario { name: "busy", absent: never, ready: Ends::ready, run: busy },
    Scenario { name: "no answer", absent: never, ready: Ends::ready, run: no_answer },
    Scenario { name: "callee clears", absent: never, ready: Ends::ready, run: callee_clears },
    Scenario { name: "restart", absent: never, ready: Ends::ready, run: restart },
    Scenario { name: "restart all", absent: never, ready: Ends::ready, run: restart_all },
    Scenario { name: "D drop", absent: never, ready: Ends::ready, run: d_channel_drop },
    Scenario { name: "NFAS", absent: nfas::without_nfas, ready: Ends::ready_nfas, run: nfas::nfas },
    Scenario { name: "hold", absent: never, ready: Ends::ready, run: services::hold },
    Scenario { name: "name", absent: services::without_names, ready: Ends::ready, run: services::name },
    Scenario { name: "AOC", absent: services::without_charges, ready: Ends::ready, run: services::charges },
    Scenario { name: "transfer", absent: transfer::without_transfer, ready: Ends::ready, run: transfer::transfer },
    Scenario { name: "rerouting", absent: transfer::without_rerouting, ready: Ends::ready, run: transfer::rerouting },
    Scenario { name: "malicious", absent: transfer::without_malicious, ready: Ends::ready, run: transfer::malicious },
];

/// One cell.
pub fn cell(side: Side, switch: SwitchType, from: Origin, scenario: &Scenario) -> Cell {
    if let Some(why) = (scenario.absent)(side, switch, from) {
        return Cell::Absent(why);
    }
    let run = || {
        let mut ends = (scenario.ready)(side, switch)?;
        (scenario.run)(&mut ends, from)?;
        ends.over()
    };
    run().map_or_else(Cell::Failed, |()| Cell::Ok)
}

fn never(_: Side, _: SwitchType, _: Origin) -> Option<&'static str> {
    None
}

fn without_overlap(_: Side, switch: SwitchType, _: Origin) -> Option<&'static str> {
    (!switch.profile().overlap).then_some("the switch type has no overlap")
}

/// A call is set up, offered with its numbers, and known at both ends.
fn offer(ends: &mut Ends, from: Origin) -> Result<CallId, Failure> {
    match from {
        Origin::Us => {
            let call = ends.call(CALLED, true)?;
            let line = ends.hears("ring ")?;
            expect(&line, &format!("channel={} called={CALLED} calling={CALLING} ", CHANNEL + 1))?;
            Ok(call)
        }
        Origin::Them => {
            ends.order(&format!("place 5 exclusive {CALLED} {CALLING} - complete"));
            let (call, setup) = ends.told("SETUP", |told| matches!(told, Indication::Setup(..)))?;
            let Indication::Setup(channel, setup) = setup else { return Err("no SETUP".into()) };
            let called = setup.find::<CalledPartyNumber>().map(|number| number.digits);
            if (channel, called.as_deref()) != (ChannelId(4), Some(CALLED)) {
                return Err(format!("channel {channel:?}, called {called:?}"));
            }
            Ok(call)
        }
    }
}

pub fn ringing(ends: &mut Ends, from: Origin) -> Result<CallId, Failure> {
    let call = offer(ends, from)?;
    match from {
        Origin::Us => {
            ends.order("proceed");
            ends.told("CALL PROCEEDING", |told| matches!(told, Indication::CallProceeding(_)))?;
            ends.order("ring");
            ends.told("ALERTING", |told| matches!(told, Indication::Alerting(_)))?;
        }
        Origin::Them => {
            ends.ask(call, Request::CallProceeding, MessageType::CALL_PROCEEDING);
            ends.hears("proceeding channel=5")?;
            ends.ask(call, Request::Alerting, MessageType::ALERTING);
            ends.hears("ringing")?;
        }
    }
    Ok(call)
}

pub fn talking(ends: &mut Ends, from: Origin) -> Result<CallId, Failure> {
    let call = ringing(ends, from)?;
    answer(ends, from, call)?;
    Ok(call)
}

pub fn answer(ends: &mut Ends, from: Origin, call: CallId) -> Result<(), Failure> {
    match from {
        Origin::Us => {
            ends.order("answer");
            ends.told("CONNECT", |told| matches!(told, Indication::Connect(_)))?;
        }
        Origin::Them => {
            ends.ask(call, Request::Connect, MessageType::CONNECT);
            ends.hears("answer")?;
        }
    }
    let active = |ends: &Ends| ends.interface.calls().any(|(id, view)| id == call && view.state.0 == ACTIVE);
    ends.until("the call to be active", active)
}

/// We end the call.
pub fn we_clear(ends: &mut Ends, call: CallId, cause: Cause) -> Result<(), Failure> {
    ends.release(call, cause);
    let line = ends.hears("disconnect ")?;
    expect(&line, &format!("cause={}", cause.0))?;
    ends.order(&format!("hangup {}", cause.0));
    ends.told("the end", |told| matches!(told, Indication::Released)).map(drop)
}

/// Libpri ends the call.
pub fn they_clear(ends: &mut Ends, call: CallId, cause: Cause) -> Result<(), Failure> {
    ends.order(&format!("hangup {}", cause.0));
    let (_, told) =
        ends.told("DISCONNECT", |told| matches!(told, Indication::Disconnect(_) | Indication::Release(_)))?;
    let (Indication::Disconnect(message) | Indication::Release(message)) = &told else { return Err("no end".into()) };
    let said = message.find::<CauseIndicators>().map(|indicators| indicators.cause);
    if said != Some(cause) {
        return Err(format!("cause {said:?} in place of {}", cause.0));
    }
    if let Indication::Disconnect(_) = told {
        ends.release(call, cause);
        ends.hears("cleared").or_else(|_| ends.hears("hangup"))?;
    }
    ends.told("the end", |told| matches!(told, Indication::Released)).map(drop)
}

fn en_bloc(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let call = talking(ends, from)?;
    match from {
        Origin::Us => we_clear(ends, call, Cause::NORMAL_CLEARING),
        Origin::Them => they_clear(ends, call, Cause::NORMAL_CLEARING),
    }
}

fn callee_clears(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let call = talking(ends, from)?;
    match from {
        Origin::Us => they_clear(ends, call, Cause::NORMAL_CLEARING),
        Origin::Them => we_clear(ends, call, Cause::NORMAL_CLEARING),
    }
}

fn overlap(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let call = match from {
        Origin::Us => {
            let call = ends.call("0301", false)?;
            ends.hears("ring ")?;
            ends.order("more");
            ends.told("SETUP ACKNOWLEDGE", |told| matches!(told, Indication::MoreInformation(_)))?;
            for digit in ["2", "3"] {
                let more = Message::new(CallReference::DUMMY, MessageType::INFORMATION)
                    .with(CalledPartyNumber { digits: digit.into(), ..CalledPartyNumber::default() });
                ends.request(call, Request::Information(more));
                ends.hears(&format!("information {digit}"))?;
            }
            ends.order("proceed");
            ends.told("CALL PROCEEDING", |told| matches!(told, Indication::CallProceeding(_)))?;
            call
        }
        Origin::Them => {
            ends.order(&format!("place 5 exclusive 0301 {CALLING} - overlap"));
            let is_setup = |told: &Indication| matches!(told, Indication::Setup(..));
            let (call, setup) = ends.told("SETUP", is_setup)?;
            if matches!(&setup, Indication::Setup(_, setup) if setup.find::<SendingComplete>().is_some()) {
                return Err("SETUP says that the number is complete".into());
            }
            ends.ask(call, Request::MoreInformation, MessageType::SETUP_ACKNOWLEDGE);
            ends.hears("more")?;
            ends.order("digits 23");
            for _ in 0..2 {
                ends.told("INFORMATION", |told| matches!(told, Indication::Information(_)))?;
            }
            ends.ask(call, Request::CallProceeding, MessageType::CALL_PROCEEDING);
            ends.hears("proceeding")?;
            call
        }
    };
    answer(ends, from, call)?;
    we_clear(ends, call, Cause::NORMAL_CLEARING)
}

/// The first answer to SETUP is RELEASE COMPLETE.
fn reject(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let call = offer(ends, from)?;
    match from {
        Origin::Us => they_clear(ends, call, Cause::UNALLOCATED_NUMBER),
        Origin::Them => {
            ends.release(call, Cause::UNALLOCATED_NUMBER);
            expect(&ends.hears("hangup")?, "cause=1 ")
        }
    }
}

fn busy(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let call = offer(ends, from)?;
    match from {
        Origin::Us => {
            ends.order("proceed");
            ends.told("CALL PROCEEDING", |told| matches!(told, Indication::CallProceeding(_)))?;
            they_clear(ends, call, Cause::USER_BUSY)
        }
        Origin::Them => {
            ends.ask(call, Request::CallProceeding, MessageType::CALL_PROCEEDING);
            ends.hears("proceeding")?;
            we_clear(ends, call, Cause::USER_BUSY)
        }
    }
}

/// It rings until the caller gives up.
fn no_answer(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let call = ringing(ends, from)?;
    match from {
        Origin::Us => we_clear(ends, call, Cause::NORMAL_CLEARING),
        Origin::Them => they_clear(ends, call, Cause::NORMAL_CLEARING),
    }
}

/// A restart of the channel takes its call away.
fn restart(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    match from {
        Origin::Us => {
            talking(ends, Origin::Us)?;
            ends.channels.clear();
            ends.maintain(Maintenance::Restart(ChannelId(CHANNEL)));
            ends.told("the end", |told| matches!(told, Indication::Released))?;
            let confirmed = (ChannelId(CHANNEL), ChannelIndication::RestartConfirmed);
            ends.until("RESTART ACKNOWLEDGE", |ends| ends.channels.contains(&confirmed))
        }
        Origin::Them => {
            ends.channels.clear();
            ends.order("restart 5");
            ends.hears("restarted 5")?;
            let restarted = (ChannelId(4), ChannelIndication::Restarted);
            ends.until("the restart", |ends| ends.channels.contains(&restarted))
        }
    }
}

/// A restart of the whole interface takes its call away. Libpri begins none but of single channels: it restarts each.
fn restart_all(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    talking(ends, from)?;
    match from {
        Origin::Us => {
            for maintenance in [Maintenance::RestartInterface(InterfaceNumber(0)), Maintenance::RestartAll] {
                ends.channels.clear();
                ends.maintain(maintenance);
                ends.hears("restart ")?;
                let all = ends.interface.channels().count();
                let is_confirmed =
                    |told: &&(ChannelId, ChannelIndication)| told.1 == ChannelIndication::RestartConfirmed;
                ends.until("every channel", |ends| ends.channels.iter().filter(is_confirmed).count() == all)?;
            }
        }
        Origin::Them => {
            let timeslots: Vec<u8> = ends.interface.channels().map(|(_, view)| view.spec.timeslot).collect();
            for timeslot in timeslots {
                ends.order(&format!("restart {timeslot}"));
                ends.hears(&format!("restarted {timeslot}"))?;
            }
        }
    }
    ends.told("the end", |told| matches!(told, Indication::Released)).map(drop)
}

/// The D-channel goes and comes back; the call is still there and ends as any.
fn d_channel_drop(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let call = talking(ends, from)?;
    ends.lines.clear();
    ends.alarms.clear();
    ends.cut(DChannelId(0));
    ends.until("both ends down", |ends| {
        ends.lines.iter().any(|line| line == "down") && ends.alarms.contains(&Alarm::Down(DChannelId(0)))
    })?;
    ends.mend(DChannelId(0));
    ends.hears("down")?;
    ends.hears("up")?;
    ends.until("our end up", |ends| ends.alarms.contains(&Alarm::Up(DChannelId(0))))?;
    we_clear(ends, call, Cause::NORMAL_CLEARING)
}

pub fn expect(line: &str, part: &str) -> Result<(), Failure> {
    if line.contains(part) { Ok(()) } else { Err(format!("{line:?} has no {part:?}")) }
}

/// U10 and N10.
const ACTIVE: u8 = 10;
/// Whom they call.
pub const CALLED: &str = "0301234567";
