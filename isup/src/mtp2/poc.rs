//! Processor outage control (POC), Q.703 clause 8.
//!
//! Promises: link state control hears "no processor outage" once neither end has one.
//! Leaves out: nothing.

/// Which ends cannot take messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ProcessorOutage {
    /// Our level 3.
    pub local: bool,
    /// The far end's level 3.
    pub remote: bool,
}

impl ProcessorOutage {
    /// Whether both ends can take messages.
    pub fn is_over(&self) -> bool {
        !self.local && !self.remote
    }
}
