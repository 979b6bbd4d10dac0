//! What ACM, CPG, ANM and CON say of the call they answer, Q.763 clause 3.

use super::{EndToEndMethod, SccpMethod};

values! {
    /// Charge indicator.
    Charge {
        NO_INDICATION = 0, "no charge indication";
        NO_CHARGE = 1, "no charge";
        CHARGE = 2, "charge";
    }
}

values! {
    /// Called party's status indicator.
    CalledPartysStatus {
        NO_INDICATION = 0, "no status indication";
        SUBSCRIBER_FREE = 1, "subscriber free";
        CONNECT_WHEN_FREE = 2, "connect when free";
    }
}

values! {
    /// Called party's category indicator.
    CalledPartysCategory {
        NO_INDICATION = 0, "no category indication";
        ORDINARY = 1, "ordinary subscriber";
        PAYPHONE = 2, "payphone";
    }
}

bit_fields! {
    /// Backward call indicators.
    BackwardCallIndicators(BACKWARD_CALL_INDICATORS), 2 octets {
        /// Whether the call is charged.
        charge: Charge = BA,
        /// Whether the called party is free.
        called_partys_status: CalledPartysStatus = DC,
        /// What the called party is.
        called_partys_category: CalledPartysCategory = FE,
        /// End-to-end method available.
        end_to_end_method: EndToEndMethod = HG,
        /// Interworking encountered: not SS7 all the way.
        interworking: bool = I,
        /// End-to-end information available.
        end_to_end_information: bool = J,
        /// ISDN user part used all the way.
        isdn_user_part: bool = K,
        /// Holding requested.
        holding: bool = L,
        /// The terminating access is ISDN.
        isdn_access: bool = M,
        /// An incoming half echo control device is included.
        echo_control: bool = N,
        /// SCCP method available.
        sccp_method: SccpMethod = PO,
    }
}

bit_fields! {
    /// Optional backward call indicators.
    OptionalBackwardCallIndicators(OPTIONAL_BACKWARD_CALL_INDICATORS), 1 octet {
        /// In-band information or an appropriate pattern is now available.
        in_band_information: bool = A,
        /// Call diversion may occur.
        call_diversion_may_occur: bool = B,
        /// More information follows in a segmentation message.
        simple_segmentation: bool = C,
        /// The called party is a user of multi-level precedence and preemption.
        precedence_user: bool = D,
    }
}

values! {
    /// Event indicator of a call progress message.
    Event {
        ALERTING = 1, "alerting";
        PROGRESS = 2, "progress";
        IN_BAND_INFORMATION = 3, "in-band information available";
        FORWARDED_ON_BUSY = 4, "call forwarded on busy";
        FORWARDED_ON_NO_REPLY = 5, "call forwarded on no reply";
        FORWARDED_UNCONDITIONAL = 6, "call forwarded unconditional";
    }
}

bit_fields! {
    /// Event information: what has happened to the call.
    EventInformation(EVENT_INFORMATION), 1 octet {
        /// What has happened.
        event: Event = GFEDCBA,
        /// The event may not be shown to the calling party.
        presentation_restricted: bool = H,
    }
}

impl EventInformation {
    /// The event, without restriction.
    pub fn new(event: Event) -> Self {
        Self { event, ..Self::default() }
    }
}

bit_fields! {
    /// Access delivery information: whether the destination exchange has set up towards the user.
    AccessDeliveryInformation(ACCESS_DELIVERY_INFORMATION), 1 octet {
        /// No set-up message was generated.
        no_setup_generated: bool = A,
    }
}

bit_fields! {
    /// CCNR possible indicator: completion of calls on no reply.
    CcnrPossibleIndicator(CCNR_POSSIBLE_INDICATOR), 1 octet {
        /// The destination offers it.
        possible: bool = A,
    }
}
