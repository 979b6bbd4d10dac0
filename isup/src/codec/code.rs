//! The code points of messages and parameters, Q.763 tables 4 and 5.
//!
//! A code is a newtype over the octet on the wire: unknown values survive and print in hex.
//! Codes above 0xe0 are national: they have a name here because captures show them, not a layout.

use std::fmt;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($constant:ident = $value:literal, $words:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u8);

        impl $name {
            $(#[doc = concat!($words, ".")] pub const $constant: Self = Self($value);)*

            /// The codes that have a name, in ascending order.
            pub const NAMED: &'static [Self] = &[$(Self::$constant,)*];

            /// The name that the standard's table gives the code; `None` for a code it does not list.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some($words),)*
                    _ => None,
                }
            }

            /// The name of the constant, which is the acronym for messages.
            const fn identifier(self) -> Option<&'static str> {
                match self.0 {
                    $($value => Some(stringify!($constant)),)*
                    _ => None,
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.identifier() {
                    Some(identifier) => f.write_str(identifier),
                    None => write!(f, concat!(stringify!($name), "(0x{:02x})"), self.0),
                }
            }
        }
    };
}

codes! {
    /// Message type code, Q.763 table 4. Displays as the acronym: `IAM`.
    MessageType {
        IAM = 0x01, "Initial address";
        SAM = 0x02, "Subsequent address";
        INR = 0x03, "Information request";
        INF = 0x04, "Information";
        COT = 0x05, "Continuity";
        ACM = 0x06, "Address complete";
        CON = 0x07, "Connect";
        FOT = 0x08, "Forward transfer";
        ANM = 0x09, "Answer";
        REL = 0x0c, "Release";
        SUS = 0x0d, "Suspend";
        RES = 0x0e, "Resume";
        RLC = 0x10, "Release complete";
        CCR = 0x11, "Continuity check request";
        RSC = 0x12, "Reset circuit";
        BLO = 0x13, "Blocking";
        UBL = 0x14, "Unblocking";
        BLA = 0x15, "Blocking acknowledgement";
        UBA = 0x16, "Unblocking acknowledgement";
        GRS = 0x17, "Circuit group reset";
        CGB = 0x18, "Circuit group blocking";
        CGU = 0x19, "Circuit group unblocking";
        CGBA = 0x1a, "Circuit group blocking acknowledgement";
        CGUA = 0x1b, "Circuit group unblocking acknowledgement";
        CMR = 0x1c, "Call modification request";
        CMC = 0x1d, "Call modification completed";
        CMRJ = 0x1e, "Call modification reject";
        FAR = 0x1f, "Facility request";
        FAA = 0x20, "Facility accepted";
        FRJ = 0x21, "Facility reject";
        FAD = 0x22, "Facility deactivated";
        FAI = 0x23, "Facility information";
        LPA = 0x24, "Loop back acknowledgement";
        CSVR = 0x25, "Closed user group selection and validation request";
        CSVS = 0x26, "Closed user group selection and validation response";
        DRS = 0x27, "Delayed release";
        PAM = 0x28, "Pass-along";
        GRA = 0x29, "Circuit group reset acknowledgement";
        CQM = 0x2a, "Circuit group query";
        CQR = 0x2b, "Circuit group query response";
        CPG = 0x2c, "Call progress";
        USR = 0x2d, "User-to-user information";
        UCIC = 0x2e, "Unequipped circuit identification code";
        CFN = 0x2f, "Confusion";
        OLM = 0x30, "Overload";
        CRG = 0x31, "Charge information";
        NRM = 0x32, "Network resource management";
        FAC = 0x33, "Facility";
        UPT = 0x34, "User part test";
        UPA = 0x35, "User part available";
        IDR = 0x36, "Identification request";
        IDS = 0x37, "Identification response";
        SGM = 0x38, "Segmentation";
        LOP = 0x40, "Loop prevention";
        APM = 0x41, "Application transport";
        PRI = 0x42, "Pre-release information";
        SDN = 0x43, "Subsequent directory number";
        CRA = 0xe9, "Circuit reservation acknowledgement";
        CRM = 0xea, "Circuit reservation";
        CVR = 0xeb, "Circuit validation response";
        CVT = 0xec, "Circuit validation test";
        EXM = 0xed, "Exit";
        CCL = 0xfc, "Clear calling line";
        RNG = 0xff, "Ringing";
    }
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.identifier() {
            Some(acronym) => f.pad(acronym),
            None => write!(f, "message 0x{:02x}", self.0),
        }
    }
}

codes! {
    /// Parameter name code, Q.763 table 5. Displays as its name: `Called party number`.
    ParameterCode {
        END_OF_OPTIONAL_PARAMETERS = 0x00, "End of optional parameters";
        CALL_REFERENCE = 0x01, "Call reference";
        TRANSMISSION_MEDIUM_REQUIREMENT = 0x02, "Transmission medium requirement";
        ACCESS_TRANSPORT = 0x03, "Access transport";
        CALLED_PARTY_NUMBER = 0x04, "Called party number";
        SUBSEQUENT_NUMBER = 0x05, "Subsequent number";
        NATURE_OF_CONNECTION_INDICATORS = 0x06, "Nature of connection indicators";
        FORWARD_CALL_INDICATORS = 0x07, "Forward call indicators";
        OPTIONAL_FORWARD_CALL_INDICATORS = 0x08, "Optional forward call indicators";
        CALLING_PARTYS_CATEGORY = 0x09, "Calling party's category";
        CALLING_PARTY_NUMBER = 0x0a, "Calling party number";
        REDIRECTING_NUMBER = 0x0b, "Redirecting number";
        REDIRECTION_NUMBER = 0x0c, "Redirection number";
        CONNECTION_REQUEST = 0x0d, "Connection request";
        INFORMATION_REQUEST_INDICATORS = 0x0e, "Information request indicators";
        INFORMATION_INDICATORS = 0x0f, "Information indicators";
        CONTINUITY_INDICATORS = 0x10, "Continuity indicators";
        BACKWARD_CALL_INDICATORS = 0x11, "Backward call indicators";
        CAUSE_INDICATORS = 0x12, "Cause indicators";
        REDIRECTION_INFORMATION = 0x13, "Redirection information";
        CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE = 0x15, "Circuit group supervision message type";
        RANGE_AND_STATUS = 0x16, "Range and status";
        CALL_MODIFICATION_INDICATORS = 0x17, "Call modification indicators";
        FACILITY_INDICATOR = 0x18, "Facility indicator";
        FACILITY_INFORMATION_INDICATORS = 0x19, "Facility information indicators";
        CLOSED_USER_GROUP_INTERLOCK_CODE = 0x1a, "Closed user group interlock code";
        INDEX = 0x1b, "Index";
        CLOSED_USER_GROUP_CHECK_RESPONSE_INDICATORS = 0x1c, "Closed user group check response indicators";
        USER_SERVICE_INFORMATION = 0x1d, "User service information";
        SIGNALLING_POINT_CODE = 0x1e, "Signalling point code";
        USER_TO_USER_INFORMATION = 0x20, "User-to-user information";
        CONNECTED_NUMBER = 0x21, "Connected number";
        SUSPEND_RESUME_INDICATORS = 0x22, "Suspend/resume indicators";
        TRANSIT_NETWORK_SELECTION = 0x23, "Transit network selection";
        EVENT_INFORMATION = 0x24, "Event information";
        CIRCUIT_ASSIGNMENT_MAP = 0x25, "Circuit assignment map";
        CIRCUIT_STATE_INDICATOR = 0x26, "Circuit state indicator";
        AUTOMATIC_CONGESTION_LEVEL = 0x27, "Automatic congestion level";
        ORIGINAL_CALLED_NUMBER = 0x28, "Original called number";
        OPTIONAL_BACKWARD_CALL_INDICATORS = 0x29, "Optional backward call indicators";
        USER_TO_USER_INDICATORS = 0x2a, "User-to-user indicators";
        ORIGINATION_ISC_POINT_CODE = 0x2b, "Origination ISC point code";
        GENERIC_NOTIFICATION_INDICATOR = 0x2c, "Generic notification indicator";
        CALL_HISTORY_INFORMATION = 0x2d, "Call history information";
        ACCESS_DELIVERY_INFORMATION = 0x2e, "Access delivery information";
        NETWORK_SPECIFIC_FACILITY = 0x2f, "Network specific facility";
        USER_SERVICE_INFORMATION_PRIME = 0x30, "User service information prime";
        PROPAGATION_DELAY_COUNTER = 0x31, "Propagation delay counter";
        REMOTE_OPERATIONS = 0x32, "Remote operations";
        SERVICE_ACTIVATION = 0x33, "Service activation";
        USER_TELESERVICE_INFORMATION = 0x34, "User teleservice information";
        TRANSMISSION_MEDIUM_USED = 0x35, "Transmission medium used";
        CALL_DIVERSION_INFORMATION = 0x36, "Call diversion information";
        ECHO_CONTROL_INFORMATION = 0x37, "Echo control information";
        MESSAGE_COMPATIBILITY_INFORMATION = 0x38, "Message compatibility information";
        PARAMETER_COMPATIBILITY_INFORMATION = 0x39, "Parameter compatibility information";
        MLPP_PRECEDENCE = 0x3a, "MLPP precedence";
        MCID_REQUEST_INDICATORS = 0x3b, "MCID request indicators";
        MCID_RESPONSE_INDICATORS = 0x3c, "MCID response indicators";
        HOP_COUNTER = 0x3d, "Hop counter";
        TRANSMISSION_MEDIUM_REQUIREMENT_PRIME = 0x3e, "Transmission medium requirement prime";
        LOCATION_NUMBER = 0x3f, "Location number";
        REDIRECTION_NUMBER_RESTRICTION = 0x40, "Redirection number restriction";
        FREEPHONE_INDICATORS = 0x41, "Freephone indicators";
        GENERIC_REFERENCE = 0x42, "Generic reference";
        CALL_TRANSFER_REFERENCE = 0x43, "Call transfer reference";
        LOOP_PREVENTION_INDICATORS = 0x44, "Loop prevention indicators";
        CALL_TRANSFER_NUMBER = 0x45, "Call transfer number";
        CCSS = 0x4b, "CCSS";
        FORWARD_GVNS = 0x4c, "Forward GVNS";
        BACKWARD_GVNS = 0x4d, "Backward GVNS";
        REDIRECT_CAPABILITY = 0x4e, "Redirect capability";
        NETWORK_MANAGEMENT_CONTROLS = 0x5b, "Network management controls";
        CORRELATION_ID = 0x65, "Correlation id";
        SCF_ID = 0x66, "SCF id";
        CALL_DIVERSION_TREATMENT_INDICATORS = 0x6e, "Call diversion treatment indicators";
        CALLED_IN_NUMBER = 0x6f, "Called IN number";
        CALL_OFFERING_TREATMENT_INDICATORS = 0x70, "Call offering treatment indicators";
        CHARGED_PARTY_IDENTIFICATION = 0x71, "Charged party identification";
        CONFERENCE_TREATMENT_INDICATORS = 0x72, "Conference treatment indicators";
        DISPLAY_INFORMATION = 0x73, "Display information";
        UID_ACTION_INDICATORS = 0x74, "UID action indicators";
        UID_CAPABILITY_INDICATORS = 0x75, "UID capability indicators";
        REDIRECT_COUNTER = 0x77, "Redirect counter";
        APPLICATION_TRANSPORT = 0x78, "Application transport";
        COLLECT_CALL_REQUEST = 0x79, "Collect call request";
        CCNR_POSSIBLE_INDICATOR = 0x7a, "CCNR possible indicator";
        PIVOT_CAPABILITY = 0x7b, "Pivot capability";
        PIVOT_ROUTING_INDICATORS = 0x7c, "Pivot routing indicators";
        CALLED_DIRECTORY_NUMBER = 0x7d, "Called directory number";
        ORIGINAL_CALLED_IN_NUMBER = 0x7f, "Original called IN number";
        CALLING_GEODETIC_LOCATION = 0x81, "Calling geodetic location";
        HTR_INFORMATION = 0x82, "HTR information";
        NETWORK_ROUTING_NUMBER = 0x84, "Network routing number";
        QUERY_ON_RELEASE_CAPABILITY = 0x85, "Query on release capability";
        PIVOT_STATUS = 0x86, "Pivot status";
        PIVOT_COUNTER = 0x87, "Pivot counter";
        PIVOT_ROUTING_FORWARD_INFORMATION = 0x88, "Pivot routing forward information";
        PIVOT_ROUTING_BACKWARD_INFORMATION = 0x89, "Pivot routing backward information";
        REDIRECT_STATUS = 0x8a, "Redirect status";
        REDIRECT_FORWARD_INFORMATION = 0x8b, "Redirect forward information";
        REDIRECT_BACKWARD_INFORMATION = 0x8c, "Redirect backward information";
        NUMBER_PORTABILITY_FORWARD_INFORMATION = 0x8d, "Number portability forward information";
        FORWARD_CAT_INDICATORS = 0x8e, "Forward CAT indicators";
        BACKWARD_CAT_INDICATORS = 0x8f, "Backward CAT indicators";
        AUTOMATIC_RE_ROUTING = 0x96, "Automatic re-routing";
        IEPS_CALL_INFORMATION = 0xa6, "IEPS call information";
        VED_INFORMATION = 0xa8, "VED information";
        GENERIC_NUMBER = 0xc0, "Generic number";
        GENERIC_DIGITS = 0xc1, "Generic digits";
        OPERATOR_SERVICES_INFORMATION = 0xc2, "Operator services information";
        EGRESS = 0xc3, "Egress";
        JURISDICTION = 0xc4, "Jurisdiction";
        CARRIER_IDENTIFICATION = 0xc5, "Carrier identification";
        BUSINESS_GROUP = 0xc6, "Business group";
        GENERIC_NAME = 0xc7, "Generic name";
        NOTIFICATION_INDICATOR = 0xe1, "Notification indicator";
        NATIONAL_SERVICE_ACTIVATION = 0xe2, "Service activation (national)";
        TRANSACTION_REQUEST = 0xe3, "Transaction request";
        LOCAL_SERVICE_PROVIDER_INFORMATION = 0xe4, "Local service provider information";
        CIRCUIT_GROUP_CHARACTERISTIC_INDICATOR = 0xe5, "Circuit group characteristic indicator";
        CIRCUIT_VALIDATION_RESPONSE_INDICATOR = 0xe6, "Circuit validation response indicator";
        OUTGOING_TRUNK_GROUP_NUMBER = 0xe7, "Outgoing trunk group number";
        CIRCUIT_IDENTIFICATION_NAME = 0xe8, "Circuit identification name";
        LOCATION_IDENTIFICATION_CODE = 0xe9, "Common language location identification";
        ORIGINATING_LINE_INFORMATION = 0xea, "Originating line information";
        CHARGE_NUMBER = 0xeb, "Charge number";
        SERVICE_CODE_INDICATOR = 0xec, "Service code indicator";
        SPECIAL_PROCESSING_REQUEST = 0xed, "Special processing request";
        CARRIER_SELECTION_INFORMATION = 0xee, "Carrier selection information";
        NETWORK_TRANSPORT = 0xef, "Network transport";
        OUTGOING_ROUTE_IDENTIFICATION = 0xf3, "Outgoing route identification";
        INCOMING_ROUTE_IDENTIFICATION = 0xf4, "Incoming route identification";
        RATE = 0xf8, "Rate";
        INCOMING_CIRCUIT_IDENTIFIER = 0xf9, "Identifier of incoming circuit";
        TRUNK_OFFERING_INFORMATION = 0xfd, "Trunk offering information";
        CHARGE_RATE_INFORMATION = 0xfe, "Charge rate information";
        CALL_CHARGE_INFORMATION = 0xff, "Call charge information";
    }
}

impl fmt::Display for ParameterCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "parameter 0x{:02x}", self.0),
        }
    }
}
