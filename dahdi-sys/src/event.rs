//! DAHDI events, `DAHDI_EVENT_*` of the header: what a channel or the timer has to say besides octets.

/// One event; a number that the header does not know survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// The far end hung up (analogue and CAS).
    OnHook,
    /// Ring or off-hook (analogue and CAS).
    RingOffHook,
    /// A wink or a flash.
    WinkFlash,
    /// The span of this channel went into alarm.
    Alarm,
    /// The span of this channel left its alarm.
    NoAlarm,
    /// An HDLC frame was aborted: seven ones in a row.
    Abort,
    /// An HDLC frame was longer than the buffer.
    Overrun,
    /// An HDLC frame had a wrong check sequence.
    BadFcs,
    /// The digits are dialled.
    DialComplete,
    /// The ringer went on.
    RingerOn,
    /// The ringer went off.
    RingerOff,
    /// A hook transition is complete.
    HookComplete,
    /// The signalling bits changed (CAS).
    BitsChanged,
    /// The first pulse of a pulsed digit.
    PulseStart,
    /// The timer expired.
    TimerExpired,
    /// The timer was pinged.
    TimerPing,
    /// The line's polarity was reversed.
    Polarity,
    /// Ringing began.
    RingBegin,
    /// The echo canceller was disabled by a tone.
    EchoCancellerDisabled,
    /// The channel is gone: close it.
    Removed,
    /// A neon message waiting lamp was lit.
    NeonMessageWaitingActive,
    /// A neon message waiting lamp was put out.
    NeonMessageWaitingInactive,
    /// A called-terminal tone was sent.
    CedTransmitted,
    /// A called-terminal tone was received.
    CedReceived,
    /// A calling tone was sent.
    CngTransmitted,
    /// A calling tone was received.
    CngReceived,
    /// The non-linear processor was disabled.
    NlpDisabled,
    /// The non-linear processor was enabled.
    NlpEnabled,
    /// Octets were received with no free buffer (after BUFFER_EVENTS).
    ReadOverrun,
    /// There was nothing to send (after BUFFER_EVENTS).
    WriteUnderrun,
    /// A digit was dialled by pulses; the value is its ASCII code.
    PulseDigit(u8),
    /// A DTMF digit began; the value is its ASCII code.
    DtmfDown(u8),
    /// A DTMF digit ended; the value is its ASCII code.
    DtmfUp(u8),
    /// A number the header does not know.
    Unknown(i32),
}

/// The plain events stand once, so that both directions and the table that tests read agree.
macro_rules! plain_events {
    ($($number:literal $header:ident $event:ident,)*) => {
        impl Event {
            /// The number of every event, by the header's name; of a digit, the number without the digit.
            pub const NAMED: &'static [(&'static str, i64)] = &[
                ("DAHDI_EVENT_NONE", 0),
                $((stringify!($header), $number),)*
                ("DAHDI_EVENT_PULSEDIGIT", PULSE_DIGIT as i64),
                ("DAHDI_EVENT_DTMFDOWN", DTMF_DOWN as i64),
                ("DAHDI_EVENT_DTMFUP", DTMF_UP as i64),
            ];

            /// The event of a GETEVENT number; `None` for 0, which says that none waits.
            pub fn from_number(number: i32) -> Option<Event> {
                let digit = (number & 0xff) as u8;
                Some(match number {
                    0 => return None,
                    $($number => Event::$event,)*
                    _ if number & !0xff == PULSE_DIGIT => Event::PulseDigit(digit),
                    _ if number & !0xff == DTMF_DOWN => Event::DtmfDown(digit),
                    _ if number & !0xff == DTMF_UP => Event::DtmfUp(digit),
                    _ => Event::Unknown(number),
                })
            }

            /// The number that GETEVENT gives for this event.
            pub fn number(self) -> i32 {
                match self {
                    $(Event::$event => $number,)*
                    Event::PulseDigit(digit) => PULSE_DIGIT | i32::from(digit),
                    Event::DtmfDown(digit) => DTMF_DOWN | i32::from(digit),
                    Event::DtmfUp(digit) => DTMF_UP | i32::from(digit),
                    Event::Unknown(number) => number,
                }
            }
        }
    };
}

plain_events! {
    1 DAHDI_EVENT_ONHOOK OnHook,
    2 DAHDI_EVENT_RINGOFFHOOK RingOffHook,
    3 DAHDI_EVENT_WINKFLASH WinkFlash,
    4 DAHDI_EVENT_ALARM Alarm,
    5 DAHDI_EVENT_NOALARM NoAlarm,
    6 DAHDI_EVENT_ABORT Abort,
    7 DAHDI_EVENT_OVERRUN Overrun,
    8 DAHDI_EVENT_BADFCS BadFcs,
    9 DAHDI_EVENT_DIALCOMPLETE DialComplete,
    10 DAHDI_EVENT_RINGERON RingerOn,
    11 DAHDI_EVENT_RINGEROFF RingerOff,
    12 DAHDI_EVENT_HOOKCOMPLETE HookComplete,
    13 DAHDI_EVENT_BITSCHANGED BitsChanged,
    14 DAHDI_EVENT_PULSE_START PulseStart,
    15 DAHDI_EVENT_TIMER_EXPIRED TimerExpired,
    16 DAHDI_EVENT_TIMER_PING TimerPing,
    17 DAHDI_EVENT_POLARITY Polarity,
    18 DAHDI_EVENT_RINGBEGIN RingBegin,
    19 DAHDI_EVENT_EC_DISABLED EchoCancellerDisabled,
    20 DAHDI_EVENT_REMOVED Removed,
    21 DAHDI_EVENT_NEONMWI_ACTIVE NeonMessageWaitingActive,
    22 DAHDI_EVENT_NEONMWI_INACTIVE NeonMessageWaitingInactive,
    23 DAHDI_EVENT_TX_CED_DETECTED CedTransmitted,
    24 DAHDI_EVENT_RX_CED_DETECTED CedReceived,
    25 DAHDI_EVENT_TX_CNG_DETECTED CngTransmitted,
    26 DAHDI_EVENT_RX_CNG_DETECTED CngReceived,
    27 DAHDI_EVENT_EC_NLP_DISABLED NlpDisabled,
    28 DAHDI_EVENT_EC_NLP_ENABLED NlpEnabled,
    29 DAHDI_EVENT_READ_OVERRUN ReadOverrun,
    30 DAHDI_EVENT_WRITE_UNDERRUN WriteUnderrun,
}

const PULSE_DIGIT: i32 = 1 << 16;
const DTMF_DOWN: i32 = 1 << 17;
const DTMF_UP: i32 = 1 << 18;

#[cfg(test)]
mod tests {
    use super::Event;

    #[test]
    fn every_number_survives_the_way_there_and_back() {
        assert_eq!(Event::from_number(0), None);
        for number in (1..200).chain(65_536..65_792).chain(131_072..131_400).chain([262_193, -1, i32::MIN]) {
            assert_eq!(Event::from_number(number).map(Event::number), Some(number));
        }
    }

    #[test]
    fn events_are_named_by_the_headers_numbers() {
        assert_eq!(Event::from_number(8), Some(Event::BadFcs));
        assert_eq!(Event::from_number(30), Some(Event::WriteUnderrun));
        assert_eq!(Event::from_number(131_072 + 0x35), Some(Event::DtmfDown(b'5')));
        assert_eq!(Event::from_number(31), Some(Event::Unknown(31)));
    }
}
