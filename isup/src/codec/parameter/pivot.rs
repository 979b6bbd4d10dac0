//! Pivot routing: an exchange behind hands the call back to be routed anew, Q.763 clause 3.

values! {
    /// Until when pivot routing is possible.
    PivotPossible {
        BEFORE_ACM = 1, "pivot routing possible before ACM";
        BEFORE_ANM = 2, "pivot routing possible before ANM";
        ANY_TIME = 3, "pivot routing possible at any time";
    }
}

bit_fields! {
    /// Pivot capability.
    PivotCapability(PIVOT_CAPABILITY), 1 octet, ones H {
        /// Until when.
        possible: PivotPossible = CBA,
        /// Interworking to redirection is not allowed.
        no_interworking_to_redirection: bool = G,
    }
}

values! {
    /// What is asked of pivot routing.
    PivotRouting {
        REQUEST = 1, "pivot request";
        CANCEL = 2, "cancel pivot request";
        FAILURE = 3, "pivot request failure";
        NO_INTERWORKING = 4, "interworking to redirection prohibited";
    }
}

bit_fields! {
    /// Pivot routing indicators.
    PivotRoutingIndicators(PIVOT_ROUTING_INDICATORS), 1 octet, ones H {
        /// What is asked.
        routing: PivotRouting = GFEDCBA,
    }
}

values! {
    /// Answer to a pivot request.
    PivotAnswer {
        ACKNOWLEDGED = 1, "pivot routing acknowledged";
        NOT_INVOKED = 2, "pivot routing will not be invoked";
    }
}

bit_fields! {
    /// Pivot status.
    PivotStatus(PIVOT_STATUS), 1 octet, ones H {
        /// The answer.
        answer: PivotAnswer = BA,
    }
}

bit_fields! {
    /// Pivot counter.
    PivotCounter(PIVOT_COUNTER), 1 octet {
        /// How often, 0 to 31.
        pivots: u8 = EDCBA,
    }
}

tagged_elements! {
    /// Pivot routing forward information: 1 return possible, 2 call identifier, 3 performing pivot,
    /// 4 reason for invoking.
    PivotRoutingForwardInformation(PIVOT_ROUTING_FORWARD_INFORMATION)

    /// Pivot routing backward information: 1 return duration, 2 call identifier, 3 reason for invoking.
    PivotRoutingBackwardInformation(PIVOT_ROUTING_BACKWARD_INFORMATION)
}
