//! How many peers of one address are between connecting and being told of: a share of [`HANDSHAKES_MAX`](super::HANDSHAKES_MAX).
//!
//! Whoever connects and says nothing holds a place until its handshake is given up. Without a share one address could hold all.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Who is there; clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources(Arc<Mutex<BTreeMap<IpAddr, usize>>>);

/// A place; whoever drops it has been told of, or given up.
#[derive(Debug)]
pub(super) struct Entered {
    sources: Sources,
    source: IpAddr,
}

impl Sources {
    /// A place for one more of that address; `None`: it has its share.
    pub fn enter(&self, source: IpAddr) -> Option<Entered> {
        let mut sources = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let there = sources.get(&source).copied().unwrap_or(0);
        (there < HANDSHAKES_PER_ADDRESS_MAX).then(|| {
            sources.insert(source, there + 1);
            Entered { sources: self.clone(), source }
        })
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let mut sources = self.sources.0.lock().unwrap_or_else(PoisonError::into_inner);
        match sources.get_mut(&self.source) {
            Some(there) if *there > 1 => *there -= 1,
            _ => _ = sources.remove(&self.source),
        }
    }
}

/// An eighth of all.
pub(super) const HANDSHAKES_PER_ADDRESS_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_share_and_a_place_that_is_left_is_free() {
        let (sources, crowd, other) = (Sources::default(), IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut places: Vec<_> = (0..HANDSHAKES_PER_ADDRESS_MAX).map(|_| sources.enter(crowd)).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(sources.enter(crowd).is_none());
        assert!(sources.enter(other).is_some());
        places.pop();
        assert!(sources.enter(crowd).is_some());
        drop(places);
        assert!(sources.0.lock().expect("nobody has panicked").is_empty());
    }
}
