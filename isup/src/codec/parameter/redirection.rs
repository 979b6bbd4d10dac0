//! Diversion and redirection of calls, Q.763 clause 3.

use super::Presentation;

values! {
    /// Redirecting indicator: what happened, and what the parties may learn of it.
    RedirectingIndicator {
        NONE = 0, "no redirection";
        REROUTED = 1, "call rerouted";
        REROUTED_ALL_RESTRICTED = 2, "call rerouted, all redirection information restricted";
        DIVERTED = 3, "call diverted";
        DIVERTED_ALL_RESTRICTED = 4, "call diverted, all redirection information restricted";
        REROUTED_NUMBER_RESTRICTED = 5, "call rerouted, redirection number restricted";
        DIVERTED_NUMBER_RESTRICTED = 6, "call diverted, redirection number restricted";
    }
}

values! {
    /// Why a call was redirected.
    RedirectingReason {
        UNKNOWN = 0, "reason unknown";
        USER_BUSY = 1, "user busy";
        NO_REPLY = 2, "no reply";
        UNCONDITIONAL = 3, "unconditional";
        DEFLECTION_DURING_ALERTING = 4, "deflection during alerting";
        DEFLECTION_IMMEDIATE = 5, "deflection immediate response";
        MOBILE_NOT_REACHABLE = 6, "mobile subscriber not reachable";
    }
}

bit_fields! {
    /// Redirection information.
    RedirectionInformation(REDIRECTION_INFORMATION), 2 octets {
        /// What happened.
        indicator: RedirectingIndicator = CBA,
        /// Why it was redirected the first time.
        original_reason: RedirectingReason = HGFE,
        /// How often it was redirected, 1 to 5.
        redirections: u8 = KJI,
        /// Why it was redirected the last time.
        reason: RedirectingReason = PONM,
    }
}

values! {
    /// Notification subscription options of a diverting party.
    NotificationSubscription {
        UNKNOWN = 0, "notification unknown";
        NOT_ALLOWED = 1, "presentation not allowed";
        ALLOWED_WITH_NUMBER = 2, "presentation allowed with redirection number";
        ALLOWED_WITHOUT_NUMBER = 3, "presentation allowed without redirection number";
    }
}

bit_fields! {
    /// Call diversion information.
    CallDiversionInformation(CALL_DIVERSION_INFORMATION), 1 octet {
        /// What the calling party may learn.
        notification: NotificationSubscription = CBA,
        /// Why the call is diverted.
        reason: RedirectingReason = GFED,
    }
}

bit_fields! {
    /// Redirection number restriction.
    RedirectionNumberRestriction(REDIRECTION_NUMBER_RESTRICTION), 1 octet {
        /// Whether the calling party may see the redirection number.
        presentation: Presentation = BA,
    }
}

values! {
    /// Until when a call can be handed back to be redirected.
    RedirectPossible {
        BEFORE_ACM = 1, "redirection possible before ACM";
        BEFORE_ANM = 2, "redirection possible before ANM";
        ANY_TIME = 3, "redirection possible at any time";
    }
}

bit_fields! {
    /// Redirect capability.
    RedirectCapability(REDIRECT_CAPABILITY), 1 octet, ones H {
        /// Until when.
        possible: RedirectPossible = CBA,
    }
}

bit_fields! {
    /// Redirect counter.
    RedirectCounter(REDIRECT_COUNTER), 1 octet {
        /// How often, 0 to 31.
        redirections: u8 = EDCBA,
    }
}

values! {
    /// Answer to a request to redirect.
    RedirectAnswer {
        ACKNOWLEDGED = 1, "redirection acknowledged";
        NOT_INVOKED = 2, "redirection will not be invoked";
    }
}

bit_fields! {
    /// Redirect status.
    RedirectStatus(REDIRECT_STATUS), 1 octet, ones H {
        /// The answer.
        answer: RedirectAnswer = BA,
    }
}

tagged_elements! {
    /// Redirect forward information: 1 return possible, 2 call identifier, 3 performing redirect,
    /// 4 reason for invoking.
    RedirectForwardInformation(REDIRECT_FORWARD_INFORMATION)

    /// Redirect backward information: 1 return possible, 2 call identifier, 3 reason for invoking.
    RedirectBackwardInformation(REDIRECT_BACKWARD_INFORMATION)
}
