//! What spans a machine has, as a test or the configuration asks for them.

use dahdi_sys::{Law, SignalType, SignallingMode};

use crate::wire::TIMESLOTS;

/// The line of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// 2048 kbit/s: timeslots 1 to 31 are channels, 0 is framing.
    E1,
    /// 1544 kbit/s: timeslots 1 to 24 are channels.
    T1,
}

/// Where a dynamic span of the local kind is: two of one key are each other's far end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalAddress {
    /// Joins two spans.
    pub key: u8,
    /// Tells them apart.
    pub id: u8,
}

impl LocalAddress {
    /// Reads `KEY:ID`.
    pub fn parse(text: &[u8]) -> Option<Self> {
        let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        match text {
            [key, b':', id] => Some(LocalAddress { key: digit(*key)?, id: digit(*id)? }),
            _ => None,
        }
    }
}

impl Line {
    /// The line that has so many channels.
    pub(crate) fn with_channels(channels: i32) -> Option<Line> {
        [Line::E1, Line::T1].into_iter().find(|line| i32::from(line.channels()) == channels)
    }

    /// How many timeslots are channels; they are numbered from 1.
    pub fn channels(self) -> u8 {
        match self {
            Line::E1 => 31,
            Line::T1 => 24,
        }
    }
}

/// What happens when the reader of a span is late in real time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pacing {
    /// It loses octets, as on a card.
    Strict,
    /// The clock waits for it, up to `ms_max` at a time, and counts the wait as the machine's lateness.
    Patient {
        /// The longest wait.
        ms_max: u32,
    },
}

/// One span to be made.
#[derive(Clone, Debug)]
pub struct SpanSpec {
    /// Its name, as SPANSTAT shows it.
    pub name: String,
    /// Its number; `None` is its place among the spans of the machine, from 1.
    pub number: Option<u32>,
    /// E1 or T1.
    pub line: Line,
    /// The law of its channels until SETLAW says otherwise.
    pub law: Law,
    /// The number of the channel on timeslot 1.
    pub first_channel: u32,
    /// What happens to late readers.
    pub pacing: Pacing,
    /// The signal type of each timeslot, as if CHANCONFIG had set it.
    pub signal_types: [SignalType; TIMESLOTS],
    /// Whether the span runs, as if STARTUP had started it.
    pub running: bool,
    /// Whether the card's driver knows MTP2, as those of digital cards do; dynamic spans do not.
    pub knows_mtp2: bool,
    /// How much faster than nominal the far end's clock is, in parts per million; negative for slower. G.703 allows 50.
    pub line_ppm: i32,
    /// A dynamic span, which DYNAMIC_DESTROY can end.
    pub address: Option<LocalAddress>,
}

impl SpanSpec {
    /// A span as the driver finds it: no channel configured, not started. CHANCONFIG, SPANCONFIG and STARTUP make it usable.
    pub fn unconfigured(name: &str, line: Line, first_channel: u32) -> Self {
        SpanSpec {
            name: name.to_owned(),
            number: None,
            line,
            law: match line {
                Line::E1 => Law::A_LAW,
                Line::T1 => Law::MU_LAW,
            },
            first_channel,
            pacing: Pacing::Strict,
            signal_types: [SignalType::NONE; TIMESLOTS],
            running: false,
            knows_mtp2: true,
            line_ppm: 0,
            address: None,
        }
    }

    /// A running span whose timeslots are clear, except for the `signalling` ones.
    pub fn clear(name: &str, line: Line, law: Law, first_channel: u32, signalling: &[(u8, SignallingMode)]) -> Self {
        let mut spec = SpanSpec { law, running: true, ..Self::unconfigured(name, line, first_channel) };
        for timeslot in 1..=line.channels() {
            let mode = signalling.iter().find(|(signalling, _)| *signalling == timeslot).map(|(_, mode)| *mode);
            spec.signal_types[usize::from(timeslot)] = match mode {
                None | Some(SignallingMode::Clear) => SignalType::CLEAR,
                Some(SignallingMode::Mtp2) => SignalType::MTP2,
                Some(SignallingMode::HdlcFcs) => SignalType::HDLC_FCS,
            };
        }
        spec
    }

    /// The same span under another number, as when other cards came before it.
    pub fn numbered(self, number: u32) -> Self {
        SpanSpec { number: Some(number), ..self }
    }

    /// A dynamic span as DYNAMIC_CREATE makes it: it has a signal before anyone starts it.
    pub fn dynamic(address: LocalAddress, line: Line, first_channel: u32) -> Self {
        let name = format!("DYN/loc/{:x}:{:x}", address.key, address.id);
        SpanSpec {
            law: Law::MU_LAW,
            running: true,
            knows_mtp2: false,
            address: Some(address),
            ..Self::unconfigured(&name, line, first_channel)
        }
    }

    /// The same span, of a driver that knows no MTP2.
    pub fn without_mtp2(self) -> Self {
        SpanSpec { knows_mtp2: false, ..self }
    }

    /// The same span, patient with late readers.
    pub fn patient(self, ms_max: u32) -> Self {
        SpanSpec { pacing: Pacing::Patient { ms_max }, ..self }
    }
}
