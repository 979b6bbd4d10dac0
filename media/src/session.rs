//! The RTP half of one call leg.
use crate::{Delay, SessionConfig, SessionError, Statistics};

/// A session and the socket pair it speaks through.
#[derive(Debug)]
pub struct Leg<S> {
    /// The socket pair.
    pub socket: S,
    /// The session.
    pub session: Session,
}

/// The RTP half of one call leg.
#[derive(Debug)]
pub struct Session {
    config: SessionConfig,
    statistics: Statistics,
}

impl Session {
    /// Builds a session with all the memory it will ever use.
    pub fn new(config: SessionConfig) -> Result<Self, SessionError> {
        config.check()?;
        Ok(Self { config, statistics: Statistics { delay: Delay::default(), ..Statistics::default() } })
    }

    /// What became of every octet so far.
    pub fn statistics(&self) -> Statistics {
        self.statistics
    }
}
