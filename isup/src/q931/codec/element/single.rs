//! Single octet elements, Q.931 4.5.1: two of type 2, whose presence says all, and two of type 1
//! with a value of four bits.

use super::Element;
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::DecodeError;
use std::fmt;

macro_rules! presences {
    ($($(#[$doc:meta])* $name:ident($code:ident), $words:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name;

        impl Element for $name {
            const CODE: ElementCode = ElementCode::$code;

            fn decode(_: &[u8]) -> Result<Self, DecodeError> {
                Ok(Self)
            }

            fn encode(&self, _: &mut Vec<u8>) {}
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($words)
            }
        }
    )*};
}

presences! {
    /// Sending complete: the called party number has no more digits.
    SendingComplete(SENDING_COMPLETE), "complete";

    /// More data: another USER INFORMATION continues this one.
    MoreData(MORE_DATA), "more";
}

octet_values! {
    /// Repeat indicator: how the repeated elements after it are meant, 4 bits.
    RepeatIndicator(REPEAT_INDICATOR), bits 0x0f under 0x00 {
        PRIORITIZED = 2, "prioritized list, one to be selected";
    }
}

octet_values! {
    /// Congestion level, 4 bits.
    CongestionLevel(CONGESTION_LEVEL), bits 0x0f under 0x00 {
        RECEIVER_READY = 0, "receiver ready";
        RECEIVER_NOT_READY = 15, "receiver not ready";
    }
}
