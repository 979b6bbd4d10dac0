//! Services in the facility elements of a message.

use super::{Dialect, Service};
use crate::q931::codec::{Facility, Message};
use crate::q931::rose::{
    Component, Extension, FacilityInformation, Interpretation, Invoke, InvokeId, MalformedFacility, Profile, Reject,
    ReturnError, ReturnResult,
};

/// One component of a message, as far as it can be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A service.
    Service(InvokeId, Service),
    /// An operation that the dialect does not have.
    Unknown(Invoke),
    /// Something was done.
    ReturnResult(ReturnResult),
    /// Something could not be done.
    ReturnError(ReturnError),
    /// Something was not understood.
    Reject(Reject),
    /// An element that is none, or an argument that is not its operation's.
    Malformed(MalformedFacility),
}

/// What the facility elements of a message say, in order.
pub fn heard(dialect: Dialect, message: &Message) -> Vec<Heard> {
    let mut heard = Vec::new();
    for facility in message.all::<Facility>().flatten() {
        match FacilityInformation::decode(&facility) {
            Ok(information) => heard.extend(information.components.into_iter().map(|each| meant(dialect, each))),
            Err(malformed) => heard.push(Heard::Malformed(malformed)),
        }
    }
    heard
}

fn meant(dialect: Dialect, component: Component) -> Heard {
    let invoke = match component {
        Component::Invoke(invoke) => invoke,
        Component::ReturnResult(result) => return Heard::ReturnResult(result),
        Component::ReturnError(error) => return Heard::ReturnError(error),
        Component::Reject(reject) => return Heard::Reject(reject),
    };
    match Service::of(dialect, &invoke) {
        Ok(Some(service)) => Heard::Service(invoke.id, service),
        Ok(None) => Heard::Unknown(invoke),
        Err(malformed) => Heard::Malformed(malformed),
    }
}

impl Service {
    /// The element that asks for it; `None`: the dialect has no operation for it.
    pub fn facility(&self, dialect: Dialect, id: InvokeId) -> Option<Facility> {
        let components = vec![Component::Invoke(self.invoke(dialect, id)?)];
        Some(self.envelope(dialect, components).encode())
    }

    /// What stands before the component, as libpri sends it to each network.
    fn envelope(&self, dialect: Dialect, components: Vec<Component>) -> FacilityInformation {
        let plain = |profile| FacilityInformation::new(profile, components);
        match (dialect, self) {
            (Dialect::Qsig, _) => FacilityInformation {
                extension: Some(Extension::END_TO_END),
                interpretation: Some(self.interpretation()),
                ..plain(Profile::NETWORKING_EXTENSIONS)
            },
            (Dialect::National, Self::Name(..) | Self::NameFollows) => FacilityInformation {
                interpretation: Some(Interpretation::DISCARD),
                ..plain(Profile::NETWORKING_EXTENSIONS)
            },
            (Dialect::Dms100, _) => {
                FacilityInformation { profile_extension: Some(DMS_100_SERVICE), ..plain(Profile::DMS_100) }
            }
            (Dialect::Etsi | Dialect::National, _) => plain(Profile::REMOTE_OPERATIONS),
        }
    }

    /// What tells something may be discarded; what asks for something should not be.
    const fn interpretation(&self) -> Interpretation {
        match self {
            Self::TransferComplete(_) | Self::Rerouting(_) => Interpretation::REJECT,
            _ => Interpretation::DISCARD,
        }
    }
}

/// The octet after the profile with which DMS-100 announces its services.
pub(super) const DMS_100_SERVICE: u8 = 0xbe;
