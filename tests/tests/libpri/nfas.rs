//! Two spans, each with a D-channel, the second the backup of the first (NFAS): calls on the span whose D-channel is the backup, and
//! either D-channel lost in turn.

use super::ends::{CALLING, Ends, Failure};
use super::scenario::{CALLED, Origin, answer, expect, they_clear, we_clear};
use super::transfer::we_clear_any;
use isup::cause::Cause;
use isup::lapd::Side;
use isup::q931::codec::MessageType;
use isup::q931::interface::*;
use isup::q931::switch::SwitchType;

pub fn without_nfas(_: Side, switch: SwitchType, _: Origin) -> Option<&'static str> {
    (switch.profile().timeslots == E1_TIMESLOTS).then_some("several spans under one D-channel are of the T1 networks")
}

/// A call on the second span outlives the loss of the first D-channel, then that of the second; other calls are signalled over
/// whichever is left.
pub fn nfas(ends: &mut Ends, from: Origin) -> Result<(), Failure> {
    let kept = call_on(ends, from, SECOND)?;
    ends.order("park");
    lose(ends, PRIMARY)?;
    let over_backup = call_on(ends, from, FIRST)?;
    clear(ends, from, over_backup)?;
    restore(ends, PRIMARY)?;
    lose(ends, BACKUP)?;
    let over_primary = call_on(ends, from, FIRST)?;
    clear(ends, from, over_primary)?;
    restore(ends, BACKUP)?;
    let is_kept = ends.interface.calls().any(|(id, view)| id == kept && view.state.0 == ACTIVE);
    if !is_kept {
        return Err(format!("the call is not active: {:?}", ends.calls));
    }
    we_clear_any(ends, kept)
}

/// A call on timeslot 3 of ours or timeslot 5 of theirs, answered. The span is told always: else it is that of the D-channel which the
/// SETUP goes over.
fn call_on(ends: &mut Ends, from: Origin, span: u32) -> Result<CallId, Failure> {
    let first_channel = span * (u32::from(ends.switch.profile().timeslots) - 1);
    let call = match from {
        Origin::Us => {
            let setup = ends.setup(CALLED, true);
            let call = ends.begin_on(ChannelId(first_channel + 2), setup)?;
            let ring = ends.hears("ring ")?;
            expect(&ring, "channel=3 ")?;
            expect(&ring, &format!("span={span}"))?;
            ends.order("proceed");
            ends.told("CALL PROCEEDING", |told| matches!(told, Indication::CallProceeding(_)))?;
            call
        }
        Origin::Them => {
            let channel = SPAN_IS_TOLD | span << 8 | 5;
            ends.order(&format!("place {channel} exclusive {CALLED} {CALLING} - complete"));
            let (call, told) = ends.told("SETUP", |told| matches!(told, Indication::Setup(..)))?;
            if !matches!(told, Indication::Setup(channel, _) if channel == ChannelId(first_channel + 4)) {
                return Err(format!("{told:?} in place of a SETUP on span {span}"));
            }
            ends.ask(call, Request::CallProceeding, MessageType::CALL_PROCEEDING);
            ends.hears("proceeding channel=5")?;
            call
        }
    };
    answer(ends, from, call)?;
    Ok(call)
}

fn clear(ends: &mut Ends, from: Origin, call: CallId) -> Result<(), Failure> {
    match from {
        Origin::Us => we_clear(ends, call, Cause::NORMAL_CLEARING),
        Origin::Them => they_clear(ends, call, Cause::NORMAL_CLEARING),
    }
}

/// Both ends see that a D-channel is gone, and none that calls are.
fn lose(ends: &mut Ends, d_channel: DChannelId) -> Result<(), Failure> {
    ends.alarms.clear();
    ends.cut(d_channel);
    ends.hears(&line(d_channel, "down"))?;
    ends.until("our end down", |ends| ends.alarms.contains(&Alarm::Down(d_channel)))
}

fn restore(ends: &mut Ends, d_channel: DChannelId) -> Result<(), Failure> {
    ends.mend(d_channel);
    ends.hears(&line(d_channel, "up"))?;
    ends.until("our end up", |ends| ends.alarms.contains(&Alarm::Up(d_channel)))
}

/// What libpri's end tells of that D-channel.
fn line(d_channel: DChannelId, state: &str) -> String {
    if d_channel == PRIMARY { state.into() } else { format!("backup {state}") }
}

const PRIMARY: DChannelId = DChannelId(0);
const BACKUP: DChannelId = DChannelId(1);
const E1_TIMESLOTS: u8 = 31;
/// Interface identifiers.
const FIRST: u32 = 0;
const SECOND: u32 = 1;
/// How libpri writes a channel with its span: this, the span 8 bits up, the timeslot.
const SPAN_IS_TOLD: u32 = 1 << 16;
/// U10 and N10.
const ACTIVE: u8 = 10;
