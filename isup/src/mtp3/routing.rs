//! Message routing with load sharing, Q.704 signalling message handling.
//!
//! Promises: messages with one SLS take one link as long as the available links stay the same.
//! Leaves out: combined linksets and alternative routes.

use super::{Config, LinkId};
use crate::point_code::{PointCode, Sls};

/// The link among `available` (in a fixed order) that carries this SLS; `None` when there is none.
pub fn share(available: &[LinkId], sls: Sls) -> Option<LinkId> {
    let index = usize::from(sls.0).checked_rem(available.len())?;
    available.get(index).copied()
}

/// The linkset that leads to a destination.
pub fn linkset_to(config: &Config, destination: PointCode) -> Option<usize> {
    config.routes.iter().find(|route| route.destination == destination).map(|route| route.linkset)
}
