//! What an IAM says of the call it sets up: connection, call, caller and bearer, Q.763 clause 3.

values! {
    /// Satellite indicator: satellite circuits in the connection so far.
    Satellites {
        NONE = 0, "no satellite circuit";
        ONE = 1, "one satellite circuit";
        TWO = 2, "two satellite circuits";
    }
}

values! {
    /// Continuity check indicator.
    ContinuityCheck {
        NOT_REQUIRED = 0, "continuity check not required";
        REQUIRED = 1, "continuity check required on this circuit";
        ON_PREVIOUS_CIRCUIT = 2, "continuity check on a previous circuit";
    }
}

bit_fields! {
    /// Nature of connection indicators.
    NatureOfConnectionIndicators(NATURE_OF_CONNECTION_INDICATORS), 1 octet {
        /// Satellite circuits in the connection.
        satellites: Satellites = BA,
        /// Whether this circuit is checked before it is used.
        continuity_check: ContinuityCheck = DC,
        /// An outgoing half echo control device is included.
        echo_control: bool = E,
    }
}

values! {
    /// End-to-end method indicator.
    EndToEndMethod {
        NONE = 0, "no end-to-end method";
        PASS_ALONG = 1, "pass-along method";
        SCCP = 2, "SCCP method";
        BOTH = 3, "pass-along and SCCP methods";
    }
}

values! {
    /// ISDN user part preference indicator.
    IsdnUserPartPreference {
        PREFERRED = 0, "ISDN user part preferred all the way";
        NOT_REQUIRED = 1, "ISDN user part not required all the way";
        REQUIRED = 2, "ISDN user part required all the way";
    }
}

values! {
    /// SCCP method indicator.
    SccpMethod {
        NONE = 0, "no SCCP method";
        CONNECTIONLESS = 1, "connectionless method";
        CONNECTION_ORIENTED = 2, "connection oriented method";
        BOTH = 3, "connectionless and connection oriented methods";
    }
}

bit_fields! {
    /// Forward call indicators.
    ForwardCallIndicators(FORWARD_CALL_INDICATORS), 2 octets {
        /// To be treated as an international call.
        international: bool = A,
        /// End-to-end method available.
        end_to_end_method: EndToEndMethod = CB,
        /// Interworking encountered: not SS7 all the way.
        interworking: bool = D,
        /// End-to-end information available.
        end_to_end_information: bool = E,
        /// ISDN user part used all the way so far.
        isdn_user_part: bool = F,
        /// Whether the rest of the way must use the ISDN user part.
        preference: IsdnUserPartPreference = HG,
        /// The originating access is ISDN.
        isdn_access: bool = I,
        /// SCCP method available.
        sccp_method: SccpMethod = KJ,
        /// Reserved for national use.
        national: u8 = PONM,
    }
}

values! {
    /// Closed user group call indicator.
    ClosedUserGroupCall {
        NONE = 0, "not a closed user group call";
        OUTGOING_ACCESS_ALLOWED = 2, "closed user group call, outgoing access allowed";
        OUTGOING_ACCESS_NOT_ALLOWED = 3, "closed user group call, outgoing access not allowed";
    }
}

bit_fields! {
    /// Optional forward call indicators.
    OptionalForwardCallIndicators(OPTIONAL_FORWARD_CALL_INDICATORS), 1 octet {
        /// Closed user group call.
        closed_user_group: ClosedUserGroupCall = BA,
        /// More information follows in a segmentation message.
        simple_segmentation: bool = C,
        /// The identity of the connected line is requested.
        connected_line_requested: bool = H,
    }
}

octet_values! {
    /// Calling party's category.
    CallingPartysCategory(CALLING_PARTYS_CATEGORY) {
        UNKNOWN = 0, "category unknown";
        OPERATOR_FRENCH = 1, "operator, French";
        OPERATOR_ENGLISH = 2, "operator, English";
        OPERATOR_GERMAN = 3, "operator, German";
        OPERATOR_RUSSIAN = 4, "operator, Russian";
        OPERATOR_SPANISH = 5, "operator, Spanish";
        ORDINARY = 10, "ordinary subscriber";
        PRIORITY = 11, "subscriber with priority";
        DATA = 12, "data call";
        TEST = 13, "test call";
        EMERGENCY_PREFERENCE = 14, "IEPS preferential call";
        PAYPHONE = 15, "payphone";
        MOBILE_HOME = 16, "mobile in its home network";
        MOBILE_VISITED = 17, "mobile in a visited network";
    }
}

octet_values! {
    /// Transmission medium requirement: what the bearer must be able to carry.
    TransmissionMediumRequirement(TRANSMISSION_MEDIUM_REQUIREMENT) {
        SPEECH = 0, "speech";
        UNRESTRICTED_64 = 2, "64 kbit/s unrestricted";
        AUDIO = 3, "3.1 kHz audio";
        UNRESTRICTED_64_PREFERRED = 6, "64 kbit/s preferred";
        UNRESTRICTED_2X64 = 7, "2 x 64 kbit/s unrestricted";
        UNRESTRICTED_384 = 8, "384 kbit/s unrestricted";
        UNRESTRICTED_1536 = 9, "1536 kbit/s unrestricted";
        UNRESTRICTED_1920 = 10, "1920 kbit/s unrestricted";
    }
}

octet_values! {
    /// Transmission medium requirement prime: what will do if the requirement cannot be met.
    TransmissionMediumRequirementPrime(TRANSMISSION_MEDIUM_REQUIREMENT_PRIME) {
        SPEECH = 0, "speech";
        AUDIO = 3, "3.1 kHz audio";
    }
}

octet_values! {
    /// Transmission medium used: what the connection fell back to.
    TransmissionMediumUsed(TRANSMISSION_MEDIUM_USED) {
        SPEECH = 0, "speech";
        AUDIO = 3, "3.1 kHz audio";
    }
}

bit_fields! {
    /// Hop counter: exchanges that the call may still pass.
    HopCounter(HOP_COUNTER), 1 octet {
        /// Exchanges left, 0 to 31.
        hops: u8 = EDCBA,
    }
}
