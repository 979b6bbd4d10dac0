//! Numbers of the parties and of their networks, Q.763 3.9, 3.10 and their kin.

values! {
    /// Nature of address indicator.
    NatureOfAddress {
        SUBSCRIBER = 1, "subscriber number";
        UNKNOWN = 2, "unknown";
        NATIONAL = 3, "national number";
        INTERNATIONAL = 4, "international number";
        NETWORK_SPECIFIC = 5, "network specific number";
        ROUTING_NATIONAL = 6, "network routing number in national format";
        ROUTING_NETWORK_SPECIFIC = 7, "network routing number in network specific format";
        ROUTING_WITH_DIRECTORY_NUMBER = 8, "network routing number with called directory number";
    }
}

values! {
    /// Numbering plan indicator; new numbers are of the telephony plan.
    NumberingPlan initially 1 {
        TELEPHONY = 1, "E.164";
        DATA = 3, "X.121";
        TELEX = 4, "F.69";
        PRIVATE = 5, "private plan";
    }
}

values! {
    /// Internal network number indicator.
    InternalNetworkNumber {
        ALLOWED = 0, "routing to internal number allowed";
        NOT_ALLOWED = 1, "routing to internal number not allowed";
    }
}

values! {
    /// Address presentation restricted indicator.
    Presentation {
        ALLOWED = 0, "presentation allowed";
        RESTRICTED = 1, "presentation restricted";
        NOT_AVAILABLE = 2, "address not available";
        RESTRICTED_BY_NETWORK = 3, "presentation restricted by the network";
    }
}

values! {
    /// Screening indicator: who gave the number, and whether the network checked it.
    Screening {
        USER_NOT_VERIFIED = 0, "user provided, not verified";
        USER_VERIFIED_PASSED = 1, "user provided, verified and passed";
        USER_VERIFIED_FAILED = 2, "user provided, verified and failed";
        NETWORK = 3, "network provided";
    }
}

values! {
    /// Number qualifier indicator of a generic number: which additional number it is.
    NumberQualifier {
        DIALLED_DIGITS = 0, "dialled digits";
        ADDITIONAL_CALLED = 1, "additional called number";
        ADDITIONAL_CONNECTED = 5, "additional connected number";
        ADDITIONAL_CALLING = 6, "additional calling party number";
        ADDITIONAL_ORIGINAL_CALLED = 7, "additional original called number";
        ADDITIONAL_REDIRECTING = 8, "additional redirecting number";
        ADDITIONAL_REDIRECTION = 9, "additional redirection number";
    }
}

values! {
    /// Type of network identification.
    NetworkIdentification {
        ITU = 0, "ITU-T identification";
        NATIONAL = 2, "national network identification";
    }
}

numbers! {
    /// Called party number.
    CalledPartyNumber(CALLED_PARTY_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Whether the number may be routed as an internal network number.
        internal_network_number: InternalNetworkNumber = P,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
    }

    /// Called directory number.
    CalledDirectoryNumber(CALLED_DIRECTORY_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Whether the number may be routed as an internal network number.
        internal_network_number: InternalNetworkNumber = P,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
    }

    /// Redirection number: where the call has been diverted to.
    RedirectionNumber(REDIRECTION_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Whether the number may be routed as an internal network number.
        internal_network_number: InternalNetworkNumber = P,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
    }

    /// Calling party number.
    CallingPartyNumber(CALLING_PARTY_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Number incomplete indicator (NI).
        incomplete: bool = P,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
        /// Whether the called party may see it.
        presentation: Presentation = LK,
        /// Who gave it.
        screening: Screening = JI,
    }

    /// Location number: where the calling party is.
    LocationNumber(LOCATION_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Whether the number may be routed as an internal network number.
        internal_network_number: InternalNetworkNumber = P,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
        /// Whether the called party may see it.
        presentation: Presentation = LK,
        /// Who gave it.
        screening: Screening = JI,
    }

    /// Connected number: who answered.
    ConnectedNumber(CONNECTED_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
        /// Whether the calling party may see it.
        presentation: Presentation = LK,
        /// Who gave it.
        screening: Screening = JI,
    }

    /// Call transfer number.
    CallTransferNumber(CALL_TRANSFER_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
        /// Whether the other party may see it.
        presentation: Presentation = LK,
        /// Who gave it.
        screening: Screening = JI,
    }

    /// Generic number: an additional number of the kind that its qualifier names.
    GenericNumber(GENERIC_NUMBER), 3 octets, odd P {
        /// Which number it is.
        qualifier: NumberQualifier = HGFEDCBA,
        /// Nature of address.
        nature: NatureOfAddress = ONMLKJI,
        /// Number incomplete indicator (NI).
        incomplete: bool = X,
        /// Numbering plan.
        plan: NumberingPlan = WVU,
        /// Whether the other party may see it.
        presentation: Presentation = TS,
        /// Who gave it.
        screening: Screening = RQ,
    }

    /// Redirecting number: who diverted the call last.
    RedirectingNumber(REDIRECTING_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
        /// Whether the called party may see it.
        presentation: Presentation = LK,
    }

    /// Original called number: who diverted the call first.
    OriginalCalledNumber(ORIGINAL_CALLED_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
        /// Whether the called party may see it.
        presentation: Presentation = LK,
    }

    /// Called IN number: the number that reached an intelligent network service.
    CalledInNumber(CALLED_IN_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
        /// Whether the called party may see it.
        presentation: Presentation = LK,
    }

    /// Original called IN number.
    OriginalCalledInNumber(ORIGINAL_CALLED_IN_NUMBER), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
        /// Whether the called party may see it.
        presentation: Presentation = LK,
    }

    /// HTR information: the number that is hard to reach.
    HtrInformation(HTR_INFORMATION), 2 octets, odd H {
        /// Nature of address.
        nature: NatureOfAddress = GFEDCBA,
        /// Numbering plan.
        plan: NumberingPlan = ONM,
    }

    /// Subsequent number: more digits of the called party number.
    SubsequentNumber(SUBSEQUENT_NUMBER), 1 octet, odd H {}

    /// Transit network selection; the digits name the network.
    TransitNetworkSelection(TRANSIT_NETWORK_SELECTION), 1 octet, odd H {
        /// Who assigned the identification.
        identification: NetworkIdentification = GFE,
        /// Network identification plan.
        identification_plan: u8 = DCBA,
    }

    /// Network routing number.
    NetworkRoutingNumber(NETWORK_ROUTING_NUMBER), 1 octet, odd H {
        /// Numbering plan.
        plan: NumberingPlan = GFE,
        /// Nature of address, of a four bit range of its own.
        nature: u8 = DCBA,
    }
}
