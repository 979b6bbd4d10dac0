//! Elements whose contents are the users' or another standard's: user-user, Q.931 4.5.30, facility,
//! Q.932 8.2.3, and call identity, Q.931 4.5.6.

use super::Element;
use super::octets::octet;
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::display::hex;
use crate::q931::codec::error::DecodeError;
use std::fmt;

values! {
    /// Protocol discriminator of user-user information.
    UserProtocol {
        USER = 0, "user's own protocol";
        OSI = 1, "OSI high layers";
        X244 = 2, "X.244";
        SYSTEM_MANAGEMENT = 3, "system management";
        IA5 = 4, "IA5 characters";
        ASN_1 = 5, "ASN.1";
        V120 = 7, "V.120";
        Q931 = 8, "Q.931";
    }
}

/// User-user: what one user says to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserUser {
    /// How it is coded.
    pub protocol: UserProtocol,
    /// What is said, up to 130 octets in most networks.
    pub octets: Vec<u8>,
}

impl Element for UserUser {
    const CODE: ElementCode = ElementCode::USER_USER;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self { protocol: UserProtocol(octet(octets, 0)?), octets: octets[1..].to_vec() })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.protocol.0);
        out.extend_from_slice(&self.octets);
    }
}

impl fmt::Display for UserUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.protocol {
            UserProtocol::IA5 => write!(f, "{}: {}", self.protocol, self.octets.escape_ascii()),
            protocol => {
                write!(f, "{protocol}: ")?;
                hex(&self.octets, f)
            }
        }
    }
}

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident($code:ident))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name(pub Vec<u8>);

        impl Element for $name {
            const CODE: ElementCode = ElementCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
                octet(octets, 0)?;
                Ok(Self(octets.to_vec()))
            }

            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex(&self.0, f)
            }
        }
    )*};
}

opaque! {
    /// Facility: a protocol profile and components of remote operations.
    Facility(FACILITY)

    /// Call identity: the user's name for a call that it suspends.
    CallIdentity(CALL_IDENTITY)
}
