//! Information request and its answer (INR, INF), suspend and resume, echo and delay, Q.763 clause 3.

use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

bit_fields! {
    /// Information request indicators: what an INR asks for.
    InformationRequestIndicators(INFORMATION_REQUEST_INDICATORS), 2 octets {
        /// The calling party's address.
        calling_party_address: bool = A,
        /// Holding.
        holding: bool = B,
        /// The calling party's category.
        calling_partys_category: bool = D,
        /// Charge information.
        charge_information: bool = E,
        /// Malicious call identification.
        malicious_call_identification: bool = H,
        /// Reserved for national use.
        national: u8 = PONM,
    }
}

values! {
    /// Calling party address response indicator.
    AddressResponse {
        NOT_INCLUDED = 0, "calling party address not included";
        NOT_AVAILABLE = 1, "calling party address not available";
        INCLUDED = 3, "calling party address included";
    }
}

bit_fields! {
    /// Information indicators: what an INF holds.
    InformationIndicators(INFORMATION_INDICATORS), 2 octets {
        /// The calling party's address.
        calling_party_address: AddressResponse = BA,
        /// Holding is provided.
        holding_provided: bool = C,
        /// The calling party's category is included.
        calling_partys_category: bool = F,
        /// Charge information is included.
        charge_information: bool = G,
        /// Nobody asked for it.
        unsolicited: bool = H,
        /// Reserved for national use.
        national: u8 = PONM,
    }
}

bit_fields! {
    /// Suspend/resume indicators: who asked.
    SuspendResumeIndicators(SUSPEND_RESUME_INDICATORS), 1 octet {
        /// The network, not the ISDN subscriber.
        network_initiated: bool = A,
    }
}

values! {
    /// Whether a half echo control device is in the connection.
    EchoControlDevice {
        NO_INFORMATION = 0, "no information";
        NOT_AVAILABLE = 1, "not included and not available";
        INCLUDED = 2, "included";
        AVAILABLE = 3, "not included but available";
    }
}

values! {
    /// What is asked of a half echo control device.
    EchoControlRequest {
        NONE = 0, "no request";
        ACTIVATE = 1, "activation requested";
        DEACTIVATE = 2, "deactivation requested";
    }
}

bit_fields! {
    /// Echo control information.
    EchoControlInformation(ECHO_CONTROL_INFORMATION), 1 octet {
        /// The outgoing device.
        outgoing: EchoControlDevice = BA,
        /// The incoming device.
        incoming: EchoControlDevice = DC,
        /// What is asked of the outgoing device.
        outgoing_request: EchoControlRequest = FE,
        /// What is asked of the incoming device.
        incoming_request: EchoControlRequest = HG,
    }
}

octet_values! {
    /// Automatic congestion level.
    AutomaticCongestionLevel(AUTOMATIC_CONGESTION_LEVEL) {
        LEVEL_1 = 1, "congestion level 1 exceeded";
        LEVEL_2 = 2, "congestion level 2 exceeded";
    }
}

/// A parameter that is a delay in milliseconds.
macro_rules! delays {
    ($($(#[$doc:meta])* $name:ident($code:ident))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name(pub u16);

        impl Parameter for $name {
            const CODE: ParameterCode = ParameterCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
                let (pair, _) = octets.split_first_chunk().ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
                Ok(Self(u16::from_be_bytes(*pair)))
            }

            fn encode(&self, out: &mut Vec<u8>) {
                out.extend(self.0.to_be_bytes());
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} ms", self.0)
            }
        }
    )*};
}

delays! {
    /// Propagation delay counter: the delay of the connection so far, in milliseconds.
    PropagationDelayCounter(PROPAGATION_DELAY_COUNTER)

    /// Call history information: the delay of the whole connection, in milliseconds.
    CallHistoryInformation(CALL_HISTORY_INFORMATION)
}
