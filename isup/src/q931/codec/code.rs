//! The code points of messages and information elements, Q.931 tables 4-2 and 4-3, Q.932, and
//! the maintenance messages of the North American networks.
//!
//! Unknown values survive and print in hex.

use std::fmt;

/// Which list of message types a message is from: its protocol discriminator, and the escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageFamily {
    /// Protocol discriminator 0x08: Q.931 and Q.932.
    CallControl,
    /// Protocol discriminator 0x08, message type 0: the octet after it is a national type.
    NationalEscape,
    /// Protocol discriminator 0x03: maintenance as 4ESS and 5ESS send it.
    Maintenance,
    /// Protocol discriminator 0x43: maintenance as National ISDN sends it.
    NationalMaintenance,
}

/// Message type. Displays as the standard's name: `CALL PROCEEDING`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageType {
    /// Whose code it is.
    pub family: MessageFamily,
    /// The code; 8 bits, of which bit 8 is 0 in every code assigned.
    pub code: u8,
}

/// Information element identifier within its codeset. Displays as the standard's name.
///
/// The identifier of a variable element is 7 bits; of a single octet element of type 1 its octet
/// with the lower four bits zero; of type 2 (1010 xxxx) its whole octet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementCode {
    /// 0 Q.931; 4 ISO/IEC; 5 national; 6 of the local network; 7 of the user.
    pub codeset: u8,
    /// The identifier.
    pub identifier: u8,
}

macro_rules! codes {
    ($name:ident { $space:ident, $code:ident } $($constant:ident = $in:expr, $value:literal, $words:literal;)*) => {
        impl $name {
            $(#[doc = concat!($words, ".")] pub const $constant: Self = Self { $space: $in, $code: $value };)*

            /// The codes that have a name.
            pub const NAMED: &'static [Self] = &[$(Self::$constant,)*];

            /// The name of the standard that defines the code; `None` for a code that has none here.
            pub fn name(self) -> Option<&'static str> {
                $(if self == Self::$constant { return Some($words); })*
                None
            }
        }
    };
}

use MessageFamily::{CallControl, Maintenance, NationalMaintenance};

codes! { MessageType { family, code }
    ALERTING = CallControl, 0x01, "ALERTING";
    CALL_PROCEEDING = CallControl, 0x02, "CALL PROCEEDING";
    PROGRESS = CallControl, 0x03, "PROGRESS";
    SETUP = CallControl, 0x05, "SETUP";
    GROUP_SERVICE = CallControl, 0x06, "GROUP SERVICE";
    CONNECT = CallControl, 0x07, "CONNECT";
    RESYNC_REQUEST = CallControl, 0x08, "RESYNC REQUEST";
    RESYNC_RESPONSE = CallControl, 0x09, "RESYNC RESPONSE";
    VERSION = CallControl, 0x0a, "VERSION";
    GROUP_SERVICE_ACKNOWLEDGE = CallControl, 0x0b, "GROUP SERVICE ACKNOWLEDGE";
    SETUP_ACKNOWLEDGE = CallControl, 0x0d, "SETUP ACKNOWLEDGE";
    CONNECT_ACKNOWLEDGE = CallControl, 0x0f, "CONNECT ACKNOWLEDGE";
    USER_INFORMATION = CallControl, 0x20, "USER INFORMATION";
    SUSPEND_REJECT = CallControl, 0x21, "SUSPEND REJECT";
    RESUME_REJECT = CallControl, 0x22, "RESUME REJECT";
    HOLD = CallControl, 0x24, "HOLD";
    SUSPEND = CallControl, 0x25, "SUSPEND";
    RESUME = CallControl, 0x26, "RESUME";
    HOLD_ACKNOWLEDGE = CallControl, 0x28, "HOLD ACKNOWLEDGE";
    SUSPEND_ACKNOWLEDGE = CallControl, 0x2d, "SUSPEND ACKNOWLEDGE";
    RESUME_ACKNOWLEDGE = CallControl, 0x2e, "RESUME ACKNOWLEDGE";
    HOLD_REJECT = CallControl, 0x30, "HOLD REJECT";
    RETRIEVE = CallControl, 0x31, "RETRIEVE";
    RETRIEVE_ACKNOWLEDGE = CallControl, 0x33, "RETRIEVE ACKNOWLEDGE";
    RETRIEVE_REJECT = CallControl, 0x37, "RETRIEVE REJECT";
    DETACH = CallControl, 0x40, "DETACH";
    DISCONNECT = CallControl, 0x45, "DISCONNECT";
    RESTART = CallControl, 0x46, "RESTART";
    DETACH_ACKNOWLEDGE = CallControl, 0x48, "DETACH ACKNOWLEDGE";
    RELEASE = CallControl, 0x4d, "RELEASE";
    RESTART_ACKNOWLEDGE = CallControl, 0x4e, "RESTART ACKNOWLEDGE";
    RELEASE_COMPLETE = CallControl, 0x5a, "RELEASE COMPLETE";
    SEGMENT = CallControl, 0x60, "SEGMENT";
    FACILITY = CallControl, 0x62, "FACILITY";
    REGISTER = CallControl, 0x64, "REGISTER";
    FACILITY_ACKNOWLEDGE = CallControl, 0x6a, "FACILITY ACKNOWLEDGE";
    NOTIFY = CallControl, 0x6e, "NOTIFY";
    FACILITY_REJECT = CallControl, 0x72, "FACILITY REJECT";
    STATUS_ENQUIRY = CallControl, 0x75, "STATUS ENQUIRY";
    CONGESTION_CONTROL = CallControl, 0x79, "CONGESTION CONTROL";
    INFORMATION = CallControl, 0x7b, "INFORMATION";
    STATUS = CallControl, 0x7d, "STATUS";
    SERVICE = Maintenance, 0x0f, "SERVICE";
    SERVICE_ACKNOWLEDGE = Maintenance, 0x07, "SERVICE ACKNOWLEDGE";
    NATIONAL_SERVICE = NationalMaintenance, 0x07, "SERVICE (national)";
    NATIONAL_SERVICE_ACKNOWLEDGE = NationalMaintenance, 0x0f, "SERVICE ACKNOWLEDGE (national)";
}

codes! { ElementCode { codeset, identifier }
    SEGMENTED_MESSAGE = 0, 0x00, "Segmented message";
    CHANGE_STATUS = 0, 0x01, "Change status";
    BEARER_CAPABILITY = 0, 0x04, "Bearer capability";
    CAUSE = 0, 0x08, "Cause";
    CONNECTED_ADDRESS = 0, 0x0c, "Connected address";
    CALL_IDENTITY = 0, 0x10, "Call identity";
    CALL_STATE = 0, 0x14, "Call state";
    CHANNEL_IDENTIFICATION = 0, 0x18, "Channel identification";
    FACILITY = 0, 0x1c, "Facility";
    PROGRESS_INDICATOR = 0, 0x1e, "Progress indicator";
    NETWORK_SPECIFIC_FACILITIES = 0, 0x20, "Network-specific facilities";
    ENDPOINT_IDENTIFICATION = 0, 0x26, "Endpoint identification";
    NOTIFICATION_INDICATOR = 0, 0x27, "Notification indicator";
    DISPLAY = 0, 0x28, "Display";
    DATE_TIME = 0, 0x29, "Date/time";
    KEYPAD_FACILITY = 0, 0x2c, "Keypad facility";
    CALL_STATUS = 0, 0x2d, "Call status";
    UPDATE = 0, 0x31, "Update";
    INFORMATION_REQUEST = 0, 0x32, "Information request";
    SIGNAL = 0, 0x34, "Signal";
    SWITCHHOOK = 0, 0x36, "Switchhook";
    FEATURE_ACTIVATION = 0, 0x38, "Feature activation";
    FEATURE_INDICATION = 0, 0x39, "Feature indication";
    SERVICE_PROFILE_IDENTIFICATION = 0, 0x3a, "Service profile identification";
    ENDPOINT_IDENTIFIER = 0, 0x3b, "Endpoint identifier";
    INFORMATION_RATE = 0, 0x40, "Information rate";
    END_TO_END_TRANSIT_DELAY = 0, 0x42, "End-to-end transit delay";
    TRANSIT_DELAY_SELECTION = 0, 0x43, "Transit delay selection and indication";
    PACKET_BINARY_PARAMETERS = 0, 0x44, "Packet layer binary parameters";
    PACKET_WINDOW_SIZE = 0, 0x45, "Packet layer window size";
    PACKET_SIZE = 0, 0x46, "Packet size";
    CLOSED_USER_GROUP = 0, 0x47, "Closed user group";
    REVERSE_CHARGING_INDICATION = 0, 0x4a, "Reverse charging indication";
    CONNECTED_NUMBER = 0, 0x4c, "Connected number";
    CONNECTED_SUBADDRESS = 0, 0x4d, "Connected subaddress";
    INTERFACE_SERVICE = 0, 0x66, "Interface service";
    CHANNEL_STATUS = 0, 0x67, "Channel status";
    VERSION_INFORMATION = 0, 0x68, "Version information";
    CALLING_PARTY_NUMBER = 0, 0x6c, "Calling party number";
    CALLING_PARTY_SUBADDRESS = 0, 0x6d, "Calling party subaddress";
    CALLED_PARTY_NUMBER = 0, 0x70, "Called party number";
    CALLED_PARTY_SUBADDRESS = 0, 0x71, "Called party subaddress";
    ORIGINAL_CALLED_NUMBER = 0, 0x73, "Original called number";
    REDIRECTING_NUMBER = 0, 0x74, "Redirecting number";
    REDIRECTING_SUBADDRESS = 0, 0x75, "Redirecting subaddress";
    REDIRECTION_NUMBER = 0, 0x76, "Redirection number";
    REDIRECTION_SUBADDRESS = 0, 0x77, "Redirection subaddress";
    TRANSIT_NETWORK_SELECTION = 0, 0x78, "Transit network selection";
    RESTART_INDICATOR = 0, 0x79, "Restart indicator";
    USER_USER_FACILITY = 0, 0x7a, "User-user facility";
    LOW_LAYER_COMPATIBILITY = 0, 0x7c, "Low layer compatibility";
    HIGH_LAYER_COMPATIBILITY = 0, 0x7d, "High layer compatibility";
    USER_USER = 0, 0x7e, "User-user";
    ESCAPE_FOR_EXTENSION = 0, 0x7f, "Escape for extension";
    MORE_DATA = 0, 0xa0, "More data";
    SENDING_COMPLETE = 0, 0xa1, "Sending complete";
    CONGESTION_LEVEL = 0, 0xb0, "Congestion level";
    REPEAT_INDICATOR = 0, 0xd0, "Repeat indicator";
    TRANSIT_COUNTER = 4, 0x31, "Transit counter";
    CHARGING_ADVICE = 5, 0x1a, "Charging advice";
    OPERATOR_SYSTEM_ACCESS = 5, 0x1d, "Operator system access";
    PARTY_CATEGORY = 5, 0x32, "Party category";
    ORIGINATING_LINE_INFORMATION = 6, 0x01, "Originating line information";
    LOCAL_DISPLAY = 6, 0x28, "Display of the local network";
    GENERIC_DIGITS = 6, 0x37, "Generic digits";
    LOCAL_REDIRECTING_NUMBER = 6, 0x74, "Redirecting number of the local network";
    LOCAL_REDIRECTING_SUBADDRESS = 6, 0x75, "Redirecting subaddress of the local network";
    CALL_APPEARANCE = 6, 0x7b, "Call appearance";
}

impl ElementCode {
    /// Whether the element is one octet without a length: type 1 or 2.
    pub const fn is_single_octet(self) -> bool {
        self.identifier & 0x80 != 0
    }

    /// Whether a receiver that does not know the element must not act on its message, Q.931
    /// table 4-3: identifiers 0000 xxxx of codeset 0.
    pub const fn requires_comprehension(self) -> bool {
        self.codeset == 0 && self.identifier < 0x10
    }
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None if self.family == CallControl => write!(f, "message 0x{:02x}", self.code),
            None => write!(f, "{:?} message 0x{:02x}", self.family, self.code),
        }
    }
}

impl fmt::Debug for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageType({self})")
    }
}

impl fmt::Display for ElementCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None if self.codeset == 0 => write!(f, "element 0x{:02x}", self.identifier),
            None => write!(f, "element 0x{:02x} of codeset {}", self.identifier, self.codeset),
        }
    }
}

impl fmt::Debug for ElementCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ElementCode({self})")
    }
}
