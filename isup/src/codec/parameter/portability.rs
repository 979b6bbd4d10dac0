//! Number portability, Q.763 clause 3.

values! {
    /// What is known of the called number's portability.
    PortabilityStatus {
        NO_INDICATION = 0, "no indication";
        NOT_QUERIED = 1, "query not done";
        NOT_PORTED = 2, "query done, not ported";
        PORTED = 3, "query done, ported";
    }
}

bit_fields! {
    /// Number portability forward information.
    NumberPortabilityForwardInformation(NUMBER_PORTABILITY_FORWARD_INFORMATION), 1 octet, ones H {
        /// What is known.
        status: PortabilityStatus = DCBA,
    }
}

bit_fields! {
    /// Query on release capability.
    QueryOnReleaseCapability(QUERY_ON_RELEASE_CAPABILITY), 1 octet, ones H {
        /// An exchange ahead may release the call for a portability query to be made.
        supported: bool = A,
    }
}
