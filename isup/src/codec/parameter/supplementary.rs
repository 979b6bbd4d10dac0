//! Indicators of supplementary services, Q.763 clause 3.

use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

bit_fields! {
    /// User-to-user indicators. A service's two bits mean in a request: 2 not essential,
    /// 3 essential; in a response: 1 not provided, 2 provided; 0 is no information.
    UserToUserIndicators(USER_TO_USER_INDICATORS), 1 octet {
        /// A response, not a request.
        response: bool = A,
        /// Service 1: information in call set-up and release messages.
        service_1: u8 = CB,
        /// Service 2: information between ACM and ANM.
        service_2: u8 = ED,
        /// Service 3: information during the call.
        service_3: u8 = GF,
        /// The network has discarded user-to-user information; in a response only.
        discarded_by_network: bool = H,
    }
}

octet_values! {
    /// Facility indicator: which facility a FAR, FAA or FRJ is about.
    FacilityIndicator(FACILITY_INDICATOR) {
        USER_TO_USER = 2, "user-to-user service";
    }
}

bit_fields! {
    /// MCID request indicators: malicious call identification.
    McidRequestIndicators(MCID_REQUEST_INDICATORS), 1 octet {
        /// Identification is requested.
        requested: bool = A,
        /// Holding is provided.
        holding_provided: bool = B,
    }
}

bit_fields! {
    /// MCID response indicators.
    McidResponseIndicators(MCID_RESPONSE_INDICATORS), 1 octet {
        /// Identification is included.
        included: bool = A,
        /// Holding is requested.
        holding_requested: bool = B,
    }
}

bit_fields! {
    /// CCSS: completion of calls, the call that a callback makes.
    CcssCall(CCSS), 1 octet {
        /// It is such a call.
        ccss_call: bool = A,
    }
}

bit_fields! {
    /// Collect call request.
    CollectCallRequest(COLLECT_CALL_REQUEST), 1 octet {
        /// The called party is asked to pay.
        requested: bool = A,
    }
}

values! {
    /// Conference acceptance indicator.
    ConferenceAcceptance {
        NO_INDICATION = 0, "no indication";
        ACCEPT = 1, "accept conference request";
        REJECT = 2, "reject conference request";
    }
}

bit_fields! {
    /// Conference treatment indicators.
    ConferenceTreatmentIndicators(CONFERENCE_TREATMENT_INDICATORS), 1 octet, ones H {
        /// Whether a conference is accepted.
        acceptance: ConferenceAcceptance = BA,
    }
}

values! {
    /// Call to be diverted indicator.
    CallToBeDiverted {
        NO_INDICATION = 0, "no indication";
        ALLOWED = 1, "call diversion allowed";
        NOT_ALLOWED = 2, "call diversion not allowed";
    }
}

bit_fields! {
    /// Call diversion treatment indicators.
    CallDiversionTreatmentIndicators(CALL_DIVERSION_TREATMENT_INDICATORS), 1 octet, ones H {
        /// Whether the call may be diverted.
        diversion: CallToBeDiverted = BA,
    }
}

values! {
    /// Call to be offered indicator.
    CallToBeOffered {
        NO_INDICATION = 0, "no indication";
        NOT_ALLOWED = 1, "call offering not allowed";
        ALLOWED = 2, "call offering allowed";
    }
}

bit_fields! {
    /// Call offering treatment indicators.
    CallOfferingTreatmentIndicators(CALL_OFFERING_TREATMENT_INDICATORS), 1 octet, ones H {
        /// Whether the call may be offered to a busy party.
        offering: CallToBeOffered = BA,
    }
}

bit_fields! {
    /// UID action indicators: user interactive dialogue before answer.
    UidActionIndicators(UID_ACTION_INDICATORS), 1 octet, ones H {
        /// Through-connect in both directions.
        through_connect: bool = A,
        /// Stop timer T9, or do not start it.
        stop_t9: bool = B,
    }
}

bit_fields! {
    /// UID capability indicators.
    UidCapabilityIndicators(UID_CAPABILITY_INDICATORS), 1 octet, ones H {
        /// The through-connection can be changed.
        through_connection_possible: bool = A,
        /// Timer T9 can be stopped.
        t9_stop_possible: bool = B,
    }
}

bit_fields! {
    /// Network management controls.
    NetworkManagementControls(NETWORK_MANAGEMENT_CONTROLS), 1 octet, ones H {
        /// Temporary alternative routing controls the call.
        temporary_alternative_routing: bool = A,
    }
}

bit_fields! {
    /// Loop prevention indicators, of call transfer.
    LoopPreventionIndicators(LOOP_PREVENTION_INDICATORS), 1 octet {
        /// A response, not a request.
        response: bool = A,
        /// What the response says.
        result: u8 = CB,
    }
}

bit_fields! {
    /// Call transfer reference.
    CallTransferReference(CALL_TRANSFER_REFERENCE), 1 octet {
        /// Tells one transfer from another.
        identity: u8 = HGFEDCBA,
    }
}

values! {
    /// Whether a look-ahead for a busy called party may preempt a path.
    LookAheadForBusy {
        ALLOWED = 0, "look-ahead for busy allowed";
        PATH_RESERVED = 1, "path reserved";
        NOT_ALLOWED = 2, "look-ahead for busy not allowed";
    }
}

values! {
    /// Precedence level; the lowest number preempts all others.
    PrecedenceLevel {
        FLASH_OVERRIDE = 0, "flash override";
        FLASH = 1, "flash";
        IMMEDIATE = 2, "immediate";
        PRIORITY = 3, "priority";
        ROUTINE = 4, "routine";
    }
}

bit_record! {
    /// The first octet of an MLPP precedence.
    Precedence {
        /// Precedence level.
        level: PrecedenceLevel = DCBA,
        /// Look-ahead for busy.
        look_ahead: LookAheadForBusy = GF,
    }
}

/// MLPP precedence: multi-level precedence and preemption.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MlppPrecedence {
    /// Level and look-ahead.
    pub precedence: Precedence,
    /// Network identity: four digits in binary coded decimal, the first one highest.
    pub network_identity: u16,
    /// Service domain, 24 bits.
    pub service_domain: u32,
}

impl Parameter for MlppPrecedence {
    const CODE: ParameterCode = ParameterCode::MLPP_PRECEDENCE;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (&[first, n1, n2, d1, d2, d3], _) =
            octets.split_first_chunk::<6>().ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        Ok(Self {
            precedence: Precedence::from_word(u32::from(first)),
            network_identity: u16::from_be_bytes([n1, n2]),
            service_domain: u32::from_be_bytes([0, d1, d2, d3]),
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.precedence.to_word() as u8);
        out.extend(self.network_identity.to_be_bytes());
        out.extend(&self.service_domain.to_be_bytes()[1..]);
    }
}

impl fmt::Display for MlppPrecedence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { precedence, network_identity, service_domain } = self;
        let Precedence { level, look_ahead, .. } = precedence;
        write!(f, "{level}, {look_ahead}, network {network_identity:04x}, domain {service_domain:06x}")
    }
}

/// Closed user group interlock code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClosedUserGroupInterlockCode {
    /// Network identity: four digits in binary coded decimal, the first one highest.
    pub network_identity: u16,
    /// The group within that network.
    pub code: u16,
}

impl Parameter for ClosedUserGroupInterlockCode {
    const CODE: ParameterCode = ParameterCode::CLOSED_USER_GROUP_INTERLOCK_CODE;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (&[n1, n2, c1, c2], _) =
            octets.split_first_chunk::<4>().ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        Ok(Self { network_identity: u16::from_be_bytes([n1, n2]), code: u16::from_be_bytes([c1, c2]) })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.network_identity.to_be_bytes());
        out.extend(self.code.to_be_bytes());
    }
}

impl fmt::Display for ClosedUserGroupInterlockCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "network {:04x}, group {}", self.network_identity, self.code)
    }
}
