//! Remote operations (ROSE) in a facility element, Q.932 8.2.3: who asks whom for which operation, and what comes of it.
//!
//! Files in reading order: [`ber`], how values are written; [`component`], invoke and its three answers; [`facility`], the
//! element around them. What an operation's argument means is [`super::service`]'s.
//!
//! Promises: decoding never panics and reads nothing twice; what was decoded and is written with shortest lengths is
//! encoded to the same octets. The layouts are X.690's and X.229's, as the messages of libpri and the dissector of
//! Wireshark have them.
//! Leaves out: indefinite lengths and tags of several octets, which no operation here has; CMIP and ACSE profiles.

pub mod ber;
pub mod component;
pub mod facility;

pub use ber::{Fault, MalformedFacility, ObjectIdentifier};
pub use component::{Code, Component, Invoke, InvokeId, Problem, ProblemKind, Reject, ReturnError, ReturnResult};
pub use facility::{Entity, Extension, FacilityInformation, Interpretation, Profile};
