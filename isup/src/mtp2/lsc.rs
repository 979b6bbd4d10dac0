//! Link state control (LSC), Q.703 figure 8.

/// The states of figure 8; "power off" does not exist here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Sends SIOS.
    OutOfService,
    /// Aligns: see [`super::iac`].
    InitialAlignment,
    /// Proved; sends FISU and waits for the far end's.
    AlignedReady,
    /// Proved; sends SIPO because level 3 cannot take messages.
    AlignedNotReady,
    /// Messages flow.
    InService,
    /// In service, but one or both ends cannot take messages.
    ProcessorOutage,
}
