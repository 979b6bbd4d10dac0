//! What invocations are answered with: a result, an error, or that the operation is not known here.
//!
//! The errors are those that all supplementary services share, by the numbers that libpri has for them.

use super::{Dialect, Service};
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
    /// It cannot be done, and why.
    Refused(ServiceError),
    /// Nobody here knows the operation.
    Unrecognized,
}

/// Why a service is refused, of those that all services have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceError(pub i32);

impl ServiceError {
    /// The user has not subscribed to it.
    pub const NOT_SUBSCRIBED: Self = Self(0);
    /// It is not to be had.
    pub const NOT_AVAILABLE: Self = Self(3);
    /// Not in this state of the call.
    pub const INVALID_CALL_STATE: Self = Self(7);
    /// It is for calls that come in.
    pub const NOT_INCOMING_CALL: Self = Self(9);
}

impl Answer {
    /// The element that answers an invocation of `service`; `None`: of an operation that we do not know.
    pub fn facility(self, dialect: Dialect, id: InvokeId, service: Option<&Service>) -> Facility {
        let component = match self {
            Self::Done => Component::ReturnResult(ReturnResult { id, result: result(dialect, id, service) }),
            Self::Refused(error) => {
                Component::ReturnError(ReturnError { id, error: Code::Local(error.0), parameter: Vec::new() })
            }
            Self::Unrecognized => Component::Reject(Reject { id: Some(id), problem: Problem::UNRECOGNIZED_OPERATION }),
        };
        let plain = |profile| FacilityInformation::new(profile, vec![component]);
        let information = match dialect {
            Dialect::Qsig => {
                FacilityInformation { extension: Some(Extension::END_TO_END), ..plain(Profile::NETWORKING_EXTENSIONS) }
            }
            Dialect::Dms100 => plain(Profile::DMS_100),
            Dialect::Etsi | Dialect::National => plain(Profile::REMOTE_OPERATIONS),
        };
        information.encode()
    }
}

/// Message waiting of a private network wants a result with an empty value; the others want none.
fn result(dialect: Dialect, id: InvokeId, service: Option<&Service>) -> Option<(Code, Vec<u8>)> {
    let service =
        service.filter(|service| matches!(service, Service::MessagesWaiting(_) | Service::NoMessagesWaiting(_)));
    let operation = service?.invoke(dialect, id)?.operation;
    let mut empty = Vec::new();
    ber::null(&mut empty, Tag::NULL);
    Some((operation, empty))
}
