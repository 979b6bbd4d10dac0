//! Message discrimination and distribution, Q.704 signalling message handling.
//!
//! Promises: a message of another network or for another point goes no further.
//! Leaves out: the transfer function; we are a signalling end point.

use super::label::Signal;
use super::{Config, Discard};
use crate::point_code::ServiceIndicator;

/// Where a received message belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Distribution {
    /// Signalling network management.
    Management,
    /// Signalling link test.
    Test,
    /// A user part.
    User,
}

/// Tells where a received message belongs, or why it is discarded.
pub fn distribute(signal: &Signal<'_>, config: &Config) -> Result<Distribution, Discard> {
    if signal.network != config.network {
        return Err(Discard::Network(signal.network));
    }
    if signal.dpc != config.own && !config.further.contains(&signal.dpc) {
        return Err(Discard::Destination(signal.dpc));
    }
    match signal.service {
        ServiceIndicator::NETWORK_MANAGEMENT => Ok(Distribution::Management),
        ServiceIndicator::TEST | ServiceIndicator::TEST_SPECIAL => Ok(Distribution::Test),
        ServiceIndicator::ISUP => Ok(Distribution::User),
        other => Err(Discard::Service(other)),
    }
}
