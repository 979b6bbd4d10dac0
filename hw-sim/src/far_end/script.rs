//! Call scripts as data, and the player that goes through them.
//!
//! A script is a list of steps; the player stands on one of them. It promises that a step is taken in
//! the millisecond in which it falls due, and that any number of steps may fall due in the same one. What
//! a step does to circuit and bearer is the circuit's business, not the player's.
//!
//! Release by the other side is no step: it ends any script at any point.

/// What an incoming or outgoing call does, step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script(pub &'static [Step]);

/// One step of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Go on when this has been heard.
    Expect(Expected),
    /// Go on after so many milliseconds.
    Wait(u64),
    /// Go on after the order's `hold_ms` (at once when there is no order).
    Hold,
    /// Send a backward message.
    Send(Say),
    /// Connect this source to the circuit.
    Connect(Source),
    /// Send REL with this cause value (Q.850); ends the script.
    Release(u8),
}

/// What a calling exchange may wait for. A later event includes the earlier: an answer also ends a wait for ringing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Expected {
    /// Any backward message: ACM, CPG, ANM or CON.
    Backward,
    /// ACM that says "subscriber free", or CPG that says "alerting".
    Ringing,
    /// ANM or CON.
    Answer,
}

/// Backward messages a script can send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Say {
    /// ACM, called party's status "subscriber free".
    SubscriberFree,
    /// ACM, "no indication", with optional backward call indicators "in-band information available".
    InBandInformation,
    /// CPG, event "alerting".
    Alerting,
    /// ANM.
    Answer,
    /// CON.
    Connect,
}

/// What goes out on a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The idle octet of the law.
    Silence,
    /// Every octet received, unchanged, in the millisecond it arrives.
    Echo,
    /// The digital milliwatt, 1 kHz at 0 dBm0 (G.711 tables 5 and 6).
    Milliwatt,
    /// PRBS-15 (O.150).
    Prbs15,
    /// 425 Hz, continuous.
    Tone,
    /// 425 Hz, 1 s on and 4 s off.
    RingingTone,
    /// As ordered: PRBS-15 with the checker on what returns when the order says `verify`, else [`Source::Tone`].
    Ordered,
}

impl Script {
    /// An outgoing call: answered, held as ordered, released with cause 16.
    pub const CONVERSATION: Script = Script(&[
        Step::Expect(Expected::Answer),
        Step::Connect(Source::Ordered),
        Step::Hold,
        Step::Release(NORMAL_CLEARING),
    ]);

    /// An outgoing call given up while it rings: rung for the order's hold time, released with cause 16.
    pub const CANCEL: Script = Script(&[Step::Expect(Expected::Ringing), Step::Hold, Step::Release(NORMAL_CLEARING)]);
}

/// Stands on one step of a script.
#[derive(Clone, Debug)]
pub(super) struct Player {
    script: Script,
    at: usize,
    heard: Option<Expected>,
    hold_ms: u64,
    due_ms: Option<u64>,
}

impl Player {
    pub(super) fn new(script: Script, hold_ms: u64) -> Self {
        Player { script, at: 0, heard: None, hold_ms, due_ms: None }
    }

    /// The other side said this.
    pub(super) fn hear(&mut self, event: Expected) {
        self.heard = self.heard.max(Some(event));
    }

    /// The next step that has an effect and is due, if any. Ask until `None`.
    pub(super) fn poll(&mut self, now_ms: u64) -> Option<Step> {
        loop {
            let step = *self.script.0.get(self.at)?;
            let done = match step {
                Step::Expect(event) => self.heard >= Some(event),
                Step::Wait(ms) => self.waited(now_ms, ms),
                Step::Hold => self.waited(now_ms, self.hold_ms),
                Step::Send(_) | Step::Connect(_) | Step::Release(_) => {
                    self.at += 1;
                    return Some(step);
                }
            };
            if !done {
                return None;
            }
            self.at += 1;
        }
    }

    fn waited(&mut self, now_ms: u64, wait_ms: u64) -> bool {
        let due_ms = *self.due_ms.get_or_insert(now_ms.saturating_add(wait_ms));
        let over = now_ms >= due_ms;
        if over {
            self.due_ms = None;
        }
        over
    }
}

/// Cause value 16 of Q.850.
const NORMAL_CLEARING: u8 = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_ends_a_wait_for_ringing_and_a_hold_begins_when_it_is_reached() {
        let mut player = Player::new(Script::CANCEL, 100);
        assert_eq!(player.poll(5), None);
        player.hear(Expected::Backward);
        assert_eq!(player.poll(10), None);
        player.hear(Expected::Answer);
        assert_eq!(player.poll(20), None);
        assert_eq!(player.poll(119), None);
        assert_eq!(player.poll(120), Some(Step::Release(16)));
        assert_eq!(player.poll(121), None);
    }

    #[test]
    fn steps_without_a_wait_fall_due_together() {
        const NOW: Script = Script(&[Step::Connect(Source::Echo), Step::Send(Say::Answer), Step::Wait(1)]);
        let mut player = Player::new(NOW, 0);
        assert_eq!(player.poll(0), Some(Step::Connect(Source::Echo)));
        assert_eq!(player.poll(0), Some(Step::Send(Say::Answer)));
        assert_eq!(player.poll(0), None);
    }
}
