//! Causes, locations and coding standards, Q.850; shared by ISUP and Q.931.
//!
//! Every value survives; one without a row in Q.850 displays as unassigned.

use std::fmt;

macro_rules! named {
    ($(#[$doc:meta])* $name:ident, $unknown:literal { $($constant:ident = $value:literal, $words:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u8);

        impl $name {
            $(#[doc = concat!($value, ": ", $words, ".")] pub const $constant: Self = Self($value);)*

            /// The words of Q.850; `None` for a value that it does not assign.
            pub const fn words(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($words),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.words() {
                    Some(words) => f.pad(words),
                    None => write!(f, concat!($unknown, " {}"), self.0),
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({} {})"), self.0, self)
            }
        }
    };
}

named! {
    /// Cause value, 7 bits: class in the upper three, value within the class in the lower four.
    Cause, "unassigned cause" {
        UNALLOCATED_NUMBER = 1, "unallocated number";
        NO_ROUTE_TO_TRANSIT_NETWORK = 2, "no route to specified transit network";
        NO_ROUTE_TO_DESTINATION = 3, "no route to destination";
        SPECIAL_INFORMATION_TONE = 4, "send special information tone";
        MISDIALLED_TRUNK_PREFIX = 5, "misdialled trunk prefix";
        CHANNEL_UNACCEPTABLE = 6, "channel unacceptable";
        CALL_AWARDED = 7, "call awarded and being delivered in an established channel";
        PREEMPTION = 8, "preemption";
        PREEMPTION_CIRCUIT_RESERVED = 9, "preemption, circuit reserved for reuse";
        PORTED_NUMBER = 14, "ported number";
        NORMAL_CLEARING = 16, "normal call clearing";
        USER_BUSY = 17, "user busy";
        NO_USER_RESPONDING = 18, "no user responding";
        NO_ANSWER = 19, "no answer from user (user alerted)";
        SUBSCRIBER_ABSENT = 20, "subscriber absent";
        CALL_REJECTED = 21, "call rejected";
        NUMBER_CHANGED = 22, "number changed";
        REDIRECTION = 23, "redirection to new destination";
        REJECTED_BY_FEATURE = 24, "call rejected due to feature at the destination";
        EXCHANGE_ROUTING_ERROR = 25, "exchange routing error";
        NON_SELECTED_USER_CLEARING = 26, "non-selected user clearing";
        DESTINATION_OUT_OF_ORDER = 27, "destination out of order";
        INVALID_NUMBER_FORMAT = 28, "invalid number format (address incomplete)";
        FACILITY_REJECTED = 29, "facility rejected";
        RESPONSE_TO_STATUS_ENQUIRY = 30, "response to status enquiry";
        NORMAL_UNSPECIFIED = 31, "normal, unspecified";
        CIRCUIT_OUT_OF_ORDER = 33, "circuit out of order";
        NO_CIRCUIT_AVAILABLE = 34, "no circuit available";
        NETWORK_OUT_OF_ORDER = 38, "network out of order";
        FRAME_MODE_OUT_OF_SERVICE = 39, "permanent frame mode connection out of service";
        FRAME_MODE_OPERATIONAL = 40, "permanent frame mode connection operational";
        TEMPORARY_FAILURE = 41, "temporary failure";
        SWITCHING_EQUIPMENT_CONGESTION = 42, "switching equipment congestion";
        ACCESS_INFORMATION_DISCARDED = 43, "access information discarded";
        REQUESTED_CIRCUIT_NOT_AVAILABLE = 44, "requested circuit not available";
        PRECEDENCE_CALL_BLOCKED = 46, "precedence call blocked";
        RESOURCE_UNAVAILABLE = 47, "resource unavailable, unspecified";
        QUALITY_OF_SERVICE_UNAVAILABLE = 49, "quality of service not available";
        FACILITY_NOT_SUBSCRIBED = 50, "requested facility not subscribed";
        OUTGOING_BARRED_WITHIN_CUG = 53, "outgoing calls barred within closed user group";
        INCOMING_BARRED_WITHIN_CUG = 55, "incoming calls barred within closed user group";
        CALL_WAITING_NOT_SUBSCRIBED = 56, "call waiting not subscribed";
        BEARER_NOT_AUTHORIZED = 57, "bearer capability not authorized";
        BEARER_NOT_AVAILABLE = 58, "bearer capability not presently available";
        ACCESS_INFORMATION_INCONSISTENT = 62, "inconsistent outgoing access information and subscriber class";
        SERVICE_NOT_AVAILABLE = 63, "service or option not available, unspecified";
        BEARER_NOT_IMPLEMENTED = 65, "bearer capability not implemented";
        CHANNEL_TYPE_NOT_IMPLEMENTED = 66, "channel type not implemented";
        FACILITY_NOT_IMPLEMENTED = 69, "requested facility not implemented";
        RESTRICTED_DIGITAL_ONLY = 70, "only restricted digital information bearer available";
        SERVICE_NOT_IMPLEMENTED = 79, "service or option not implemented, unspecified";
        INVALID_CALL_REFERENCE = 81, "invalid call reference value";
        CHANNEL_DOES_NOT_EXIST = 82, "identified channel does not exist";
        CALL_IDENTITY_DOES_NOT_EXIST = 83, "a suspended call exists, but this call identity does not";
        CALL_IDENTITY_IN_USE = 84, "call identity in use";
        NO_CALL_SUSPENDED = 85, "no call suspended";
        SUSPENDED_CALL_CLEARED = 86, "call having the requested call identity has been cleared";
        USER_NOT_MEMBER_OF_CUG = 87, "user not member of closed user group";
        INCOMPATIBLE_DESTINATION = 88, "incompatible destination";
        NON_EXISTENT_CUG = 90, "non-existent closed user group";
        INVALID_TRANSIT_NETWORK = 91, "invalid transit network selection";
        INVALID_MESSAGE = 95, "invalid message, unspecified";
        MANDATORY_ELEMENT_MISSING = 96, "mandatory information element is missing";
        MESSAGE_TYPE_NON_EXISTENT = 97, "message type non-existent or not implemented";
        MESSAGE_NOT_COMPATIBLE = 98, "message not compatible with call state or not implemented";
        PARAMETER_NON_EXISTENT = 99, "information element or parameter non-existent or not implemented";
        INVALID_ELEMENT_CONTENTS = 100, "invalid information element contents";
        MESSAGE_NOT_COMPATIBLE_WITH_STATE = 101, "message not compatible with call state";
        RECOVERY_ON_TIMER_EXPIRY = 102, "recovery on timer expiry";
        PARAMETER_PASSED_ON = 103, "parameter non-existent or not implemented, passed on";
        MESSAGE_DISCARDED = 110, "message with unrecognized parameter, discarded";
        PROTOCOL_ERROR = 111, "protocol error, unspecified";
        INTERWORKING = 127, "interworking, unspecified";
    }
}

impl Cause {
    /// The class, 0 to 7: 0 and 1 normal event, 2 resource unavailable, 3 service not available,
    /// 4 service not implemented, 5 invalid message, 6 protocol error, 7 interworking.
    pub const fn class(self) -> u8 {
        self.0 >> 4 & 7
    }
}

named! {
    /// Where a cause arose, 4 bits.
    Location, "location" {
        USER = 0, "user";
        PRIVATE_LOCAL = 1, "private network serving the local user";
        PUBLIC_LOCAL = 2, "public network serving the local user";
        TRANSIT = 3, "transit network";
        PUBLIC_REMOTE = 4, "public network serving the remote user";
        PRIVATE_REMOTE = 5, "private network serving the remote user";
        INTERNATIONAL = 7, "international network";
        BEYOND_INTERWORKING = 10, "network beyond interworking point";
    }
}

named! {
    /// Whose list of values a cause or a bearer capability is coded by, 2 bits.
    CodingStandard, "coding standard" {
        ITU_T = 0, "ITU-T coding";
        ISO_IEC = 1, "ISO/IEC coding";
        NATIONAL = 2, "national coding";
        LOCATION_SPECIFIC = 3, "coding specific to the location";
    }
}
