//! The tones of a continuity check, one row a kind of trunk: ITU-T's check loop, ANSI's loop and transponders.
//!
//! Leaves out levels and thresholds, which are the tone receiver's.

/// How the circuits of a trunk are checked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CheckTones {
    /// For configuration, logs and status.
    pub name: &'static str,
    /// What the end that checks sends, Hz.
    pub sent_hz: u16,
    /// How far what it sends may be off, Hz.
    pub tolerance_hz: u16,
    /// What must come back, Hz.
    pub expected_hz: u16,
    /// What the other end connects.
    pub responder: Responder,
}

/// What the end that is checked connects to the circuit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Responder {
    /// A loop of its receiving to its sending direction.
    Loop,
    /// A transponder: while it hears `sent_hz` it sends `expected_hz`.
    Transponder,
}

impl CheckTones {
    /// ITU-T: 2000 Hz into a loop.
    pub const LOOP_2000: Self =
        Self { name: "loop-2000", sent_hz: 2000, tolerance_hz: 20, expected_hz: 2000, responder: Responder::Loop };
    /// ANSI, four-wire at both ends: 2010 Hz into a loop.
    pub const LOOP_2010: Self =
        Self { name: "loop-2010", sent_hz: 2010, tolerance_hz: 8, expected_hz: 2010, responder: Responder::Loop };
    /// ANSI, towards a two-wire end: 2010 Hz, answered by 1780 Hz.
    pub const TRANSPONDER_2010: Self = Self {
        name: "transponder-2010",
        sent_hz: 2010,
        tolerance_hz: 8,
        expected_hz: 1780,
        responder: Responder::Transponder,
    };
    /// ANSI, from a two-wire end: 1780 Hz, answered by 2010 Hz.
    pub const TRANSPONDER_1780: Self = Self {
        name: "transponder-1780",
        sent_hz: 1780,
        tolerance_hz: 8,
        expected_hz: 2010,
        responder: Responder::Transponder,
    };

    /// Every kind.
    pub const ALL: [Self; 4] = [Self::LOOP_2000, Self::LOOP_2010, Self::TRANSPONDER_2010, Self::TRANSPONDER_1780];

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|check| check.name == name)
    }
}
