//! Parameters whose contents are the users' or the operator's, and octets to us.

/// A parameter of octets without a layout.
macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident($code:ident))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name(pub Vec<u8>);

        impl $crate::codec::Parameter for $name {
            const CODE: $crate::codec::ParameterCode = $crate::codec::ParameterCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, $crate::codec::DecodeError> {
                Ok(Self(octets.to_vec()))
            }

            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.0);
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::codec::display::hex(&self.0, f)
            }
        }
    )*};
}

opaque! {
    /// User-to-user information: protocol discriminator and what the users say, 1 to 130 octets.
    UserToUserInformation(USER_TO_USER_INFORMATION)

    /// Correlation id, coded as the IN application part says.
    CorrelationId(CORRELATION_ID)

    /// SCF id, coded as the IN application part says.
    ScfId(SCF_ID)

    /// Charged party identification, a national matter.
    ChargedPartyIdentification(CHARGED_PARTY_IDENTIFICATION)

    /// Service activation: one code a service; 1 is call transfer.
    ServiceActivation(SERVICE_ACTIVATION)
}
