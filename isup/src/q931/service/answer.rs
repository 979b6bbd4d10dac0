//! What invocations are answered with: a result, an error, or that the operation is not known here.
//!
//! The numbers of errors are those of libpri's conversion tables: one list that public and private networks and National ISDN
//! share, the services' own beside it, those of explicit call transfer under its object identifier, and DMS-100's.

use super::element::DMS_100_SERVICE;
use super::transfer::{LinkId, TrunkCall};
use super::{Argument, Dialect, Service, operation};
use crate::q931::codec::Facility;
use crate::q931::rose::ber::{self, Tag};
use crate::q931::rose::{
    Code, Component, Extension, FacilityInformation, InvokeId, Problem, Profile, Reject, ReturnError, ReturnResult,
};

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// The number of this call, for another one to be transferred to it.
    LinkId(LinkId),
    /// The same, of a release link trunk.
    TrunkCall(TrunkCall),
    /// It cannot be done, and why.
    Refused(ServiceError),
    /// Nobody here knows the operation.
    Unrecognized,
}

/// Why a service is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceError {
    /// By a number that all services share, or that the dialect gives.
    Local(i32),
    /// By a number of explicit call transfer.
    ExplicitCallTransfer(u8),
}

impl ServiceError {
    /// The user has not subscribed to it.
    pub const NOT_SUBSCRIBED: Self = Self::Local(0);
    /// User-user signalling: the network does not provide it.
    pub const REJECTED_BY_NETWORK: Self = Self::Local(1);
    /// User-user signalling: the called user does not want it.
    pub const REJECTED_BY_USER: Self = Self::Local(2);
    /// It is not to be had.
    pub const NOT_AVAILABLE: Self = Self::Local(3);
    /// Not in this state of the call.
    pub const INVALID_CALL_STATE: Self = Self::Local(7);
    /// It is for calls that come in.
    pub const NOT_INCOMING_CALL: Self = Self::Local(9);
    /// Calls cannot be diverted to that number.
    pub const INVALID_DIVERTED_TO_NUMBER: Self = Self::Local(12);
    /// The call has been answered, and is not diverted any more. Public networks only.
    pub const INCOMING_CALL_ACCEPTED: Self = Self::Local(23);
    /// The call has been diverted too often.
    pub const DIVERSIONS_EXCEEDED: Self = Self::Local(24);
    /// No call has that number, EN 300 369.
    pub const LINK_ID_NOT_ASSIGNED: Self = Self::ExplicitCallTransfer(21);
    /// DMS-100: the two calls could not be joined.
    pub const BRIDGE_FAILED: Self = Self::Local(0x10);
    /// DMS-100: no call has that number.
    pub const CALL_NOT_FOUND: Self = Self::Local(0x11);
    /// DMS-100: not to this user.
    pub const NOT_ALLOWED: Self = Self::Local(0x12);

    fn code(self) -> Code {
        match self {
            Self::Local(number) => Code::Local(number),
            Self::ExplicitCallTransfer(number) => operation::explicit_call_transfer(number),
        }
    }
}

impl Answer {
    /// The element that answers an invocation of `service`; `None`: of an operation that we do not know.
    pub fn facility(self, dialect: Dialect, id: InvokeId, service: Option<&Service>) -> Facility {
        let component = match self {
            Self::Done | Self::LinkId(_) | Self::TrunkCall(_) => {
                Component::ReturnResult(ReturnResult { id, result: self.result(dialect, id, service) })
            }
            Self::Refused(error) => {
                Component::ReturnError(ReturnError { id, error: error.code(), parameter: Vec::new() })
            }
            Self::Unrecognized => Component::Reject(Reject { id: Some(id), problem: Problem::UNRECOGNIZED_OPERATION }),
        };
        let plain = |profile| FacilityInformation::new(profile, vec![component]);
        let information = match dialect {
            Dialect::Qsig => {
                FacilityInformation { extension: Some(Extension::END_TO_END), ..plain(Profile::NETWORKING_EXTENSIONS) }
            }
            Dialect::Dms100 => {
                FacilityInformation { profile_extension: Some(DMS_100_SERVICE), ..plain(Profile::DMS_100) }
            }
            Dialect::Etsi | Dialect::National => plain(Profile::REMOTE_OPERATIONS),
        };
        information.encode()
    }

    /// The operation again, and its value: a number that was asked for, or the empty one that private networks have; the
    /// other operations have none.
    fn result(self, dialect: Dialect, id: InvokeId, service: Option<&Service>) -> Option<(Code, Vec<u8>)> {
        let operation = service?.invoke(dialect, id)?.operation;
        let mut value = Vec::new();
        match (self, dialect) {
            (Self::LinkId(link), _) => link.write(&mut value),
            (Self::TrunkCall(call), _) => call.write(&mut value),
            (_, Dialect::Qsig) => ber::null(&mut value, Tag::NULL),
            _ => return None,
        }
        Some((operation, value))
    }
}
