//! User-user signalling by request: the operation of EN 300 286-1 (Q.957.1), as tshark has it.
//!
//! Service 1 is information in the messages that set a call up and clear it, service 2 in USER INFORMATION while it rings,
//! service 3 in USER INFORMATION once it is answered. Leaves out what needs no operation: information in a SETUP asks for service
//! 1 by itself.

use super::Argument;
use crate::q931::rose::ber::{self, MalformedFacility, Reader, Tag};

/// One of the three services, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserUserService(pub u8);

impl UserUserService {
    /// With set-up and clearing.
    pub const ONE: Self = Self(1);
    /// While it rings.
    pub const TWO: Self = Self(2);
    /// During the call.
    pub const THREE: Self = Self(3);
}

/// A service is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UserUserRequest {
    /// Which.
    pub service: UserUserService,
    /// The call is worth something without it too; else it is not.
    pub preferred: bool,
}

impl Argument for UserUserRequest {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let service = UserUserService(inner.expect(SERVICE)?.number()?);
        Ok(Self { service, preferred: inner.expect(PREFERRED)?.boolean()? })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::integer(out, SERVICE, i64::from(self.service.0));
            ber::boolean(out, PREFERRED, self.preferred);
        });
    }
}

const SERVICE: Tag = Tag::context(1);
const PREFERRED: Tag = Tag::context(2);
