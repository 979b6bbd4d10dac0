//! What an operator sees of the far exchange.

/// State of the signalling link, in the words of Q.703.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum LinkStatus {
    /// SIOS is sent.
    #[default]
    OutOfService,
    /// SIO or SIN/SIE is sent and the other end is not yet proving.
    Aligning,
    /// Both ends prove the line.
    Proving,
    /// Own proving is done; the other end is awaited.
    AlignedReady,
    /// MTP2 is in service; the signalling link test (SLTM) runs.
    Testing,
    /// Messages pass.
    InService,
}

/// Circuits by state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CircuitCounts {
    /// Neither call nor procedure (blocked ones included).
    pub idle: usize,
    /// A call stands on them.
    pub busy: usize,
    /// REL sent, RLC awaited.
    pub releasing: usize,
    /// RSC or GRS sent, RLC or GRA awaited.
    pub resetting: usize,
    /// Blocked by this exchange.
    pub blocked_here: usize,
    /// Blocked by the gateway.
    pub blocked_there: usize,
    /// The gateway lets something be heard on them.
    pub sounding: usize,
}

/// Calls since the start of the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CallCounts {
    /// IAM received and taken.
    pub received: u64,
    /// IAM sent.
    pub placed: u64,
    /// Answered, either direction.
    pub answered: u64,
    /// Seizures given up or upheld against a seizure by the gateway.
    pub dual_seizures: u64,
}

/// Call states of Q.931 (2.1) by their numbers, below 32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CallStates(u32);

impl CallStates {
    /// With one more; a number that no state has is left out.
    #[must_use]
    pub fn with(self, number: u8) -> Self {
        CallStates(self.0 | 1u32.checked_shl(number.into()).unwrap_or(0))
    }

    /// Those of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        CallStates(self.0 | other.0)
    }

    /// Their numbers, rising.
    pub fn numbers(self) -> impl Iterator<Item = u8> {
        (0..32).filter(move |number| self.0 >> number & 1 == 1)
    }
}

/// A picture of the exchange at the end of one millisecond.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ExchangeStatus {
    /// Milliseconds (chunks) since its start.
    pub now_ms: u64,
    /// The signalling link, of several the best.
    pub link: LinkStatus,
    /// All of them, in the order of the specification.
    pub links: Vec<LinkStatus>,
    /// Times a link went out of service after it had been in service.
    pub link_failures: u64,
    /// Changeovers that both ends agreed on.
    pub changeovers: u64,
    /// Signal units received with an error (CRC, length, abort).
    pub units_errored: u64,
    /// Message signal units sent again after a negative acknowledgement.
    pub units_retransmitted: u64,
    /// Circuits by state.
    pub circuits: CircuitCounts,
    /// Calls by kind.
    pub calls: CallCounts,
    /// PRI: states that calls were in when a RESTART of either end took them away.
    pub restarted_in: CallStates,
    /// PRI: states that calls were in when the data link went down.
    pub cut_off_in: CallStates,
    /// Circuits on which a REL, RSC or GRS had to be repeated and is still unanswered.
    pub stuck: usize,
    /// Messages that fitted no state: each is in the log as [`Direction::Unexpected`].
    pub unexpected: u64,
    /// Messages that could not be decoded or whose label or CIC is not ours.
    pub undecodable: u64,
    /// Orders not yet begun.
    pub orders_pending: usize,
    /// Log entries lost because nobody drained the log.
    pub log_entries_lost: u64,
}

/// Which way a logged message went, from where the far exchange stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// By the far exchange.
    Sent,
    /// By the gateway, and understood.
    Received,
    /// By the gateway, and fitting no state.
    Unexpected,
    /// No message: something that happened to the far exchange itself.
    Here,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Millisecond of the exchange's time.
    pub at_chunk: u64,
    /// Which way.
    pub direction: Direction,
    /// Circuit, for messages that name one.
    pub cic: Option<u16>,
    /// The message's acronym, or what was wrong with it.
    pub message: String,
}
