//! Elements whose contents ISUP carries in the same layout: cause (Q.850) and high layer
//! compatibility (Q.931 4.5.17), the same types on both sides of the gateway.

pub use crate::codec::CauseIndicators;
pub use crate::codec::UserTeleserviceInformation as HighLayerCompatibility;

use super::Element;
use crate::codec::Parameter;
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::DecodeError;

macro_rules! shared {
    ($($type:ident($code:ident))*) => {$(
        impl Element for $type {
            const CODE: ElementCode = ElementCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
                Ok(<Self as Parameter>::decode(octets)?)
            }

            fn encode(&self, out: &mut Vec<u8>) {
                Parameter::encode(self, out);
            }
        }
    )*};
}

shared! {
    CauseIndicators(CAUSE)
    HighLayerCompatibility(HIGH_LAYER_COMPATIBILITY)
}
