//! Frames, Q.921 clauses 2 and 3: the octets between the flags, without the check sequence.
//!
//! Promises: a frame that decodes encodes to the same octets (the four reserved bits of a supervisory control field
//! are dropped); the decoder allocates nothing; errors name the octet.
//! Leaves out: the layout of the information field of FRMR and XID, which is kept as octets.

use std::fmt;

use thiserror::Error;

use super::{ErrorCode, Side};

/// Service access point identifier: 6 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Sapi(pub u8);

impl Sapi {
    /// Call control procedures.
    pub const CALL_CONTROL: Sapi = Sapi(0);
    /// Layer 2 management procedures.
    pub const MANAGEMENT: Sapi = Sapi(63);
}

/// Terminal endpoint identifier: 7 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tei(pub u8);

impl Tei {
    /// The only one of a primary rate interface.
    pub const PRIMARY_RATE: Tei = Tei(0);
}

/// Address field, clause 3.2.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Address {
    /// Which service the frame is for.
    pub sapi: Sapi,
    /// The command/response bit as it stands on the wire.
    pub command_response: bool,
    /// Which terminal the frame is of or for.
    pub tei: Tei,
}

impl Address {
    /// The address of the call control link that a command, or a response, of `sender` carries.
    pub fn call_control(sender: Side, is_command: bool) -> Self {
        let command_response = is_command == (sender == Side::Network);
        Self { sapi: Sapi::CALL_CONTROL, command_response, tei: Tei::PRIMARY_RATE }
    }

    /// Whether the frame is a command, given who sent it.
    pub fn is_command(self, sender: Side) -> bool {
        self.command_response == (sender == Side::Network)
    }

    /// The first two octets of a frame.
    pub fn decode(octets: &[u8]) -> Result<Self, FrameError> {
        let &[first, second, ..] = octets else {
            return Err(FrameError::Short { offset: octets.len(), field: "address" });
        };
        if first & EXTENSION != 0 {
            return Err(FrameError::AddressExtension { offset: 0 });
        }
        if second & EXTENSION == 0 {
            return Err(FrameError::AddressExtension { offset: 1 });
        }
        Ok(Self { sapi: Sapi(first >> 2), command_response: first & COMMAND_RESPONSE != 0, tei: Tei(second >> 1) })
    }

    fn octets(self) -> [u8; 2] {
        [self.sapi.0 << 2 | u8::from(self.command_response) << 1, self.tei.0 << 1 | EXTENSION]
    }
}

/// A sequence number or variable: modulo 128.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Sequence(u8);

impl Sequence {
    /// The number, modulo 128.
    pub fn new(number: usize) -> Self {
        Self((number % MODULUS) as u8)
    }

    /// The number that stands `frames` later.
    pub fn plus(self, frames: usize) -> Self {
        Self::new(usize::from(self.0) + frames % MODULUS)
    }

    /// How many frames this number stands after `earlier`: 0 to 127.
    pub fn since(self, earlier: Self) -> usize {
        (MODULUS + usize::from(self.0) - usize::from(earlier.0)) % MODULUS
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Supervisory functions, table 5.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Supervisory {
    /// Receive ready (RR).
    ReceiveReady,
    /// Receive not ready (RNR).
    ReceiveNotReady,
    /// Reject (REJ).
    Reject,
}

/// Unnumbered functions, table 5.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unnumbered {
    /// Set asynchronous balanced mode extended (SABME).
    SetMode,
    /// Disconnected mode (DM).
    DisconnectedMode,
    /// Unnumbered information (UI).
    Information,
    /// Disconnect (DISC).
    Disconnect,
    /// Unnumbered acknowledgement (UA).
    Acknowledgement,
    /// Frame reject (FRMR).
    FrameReject,
    /// Exchange identification (XID).
    ExchangeIdentification,
}

/// Control field, clause 3.4.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Control {
    /// Numbered information (I).
    Information {
        /// N(S): the number of this frame.
        send: Sequence,
        /// N(R): the number of the frame expected next.
        receive: Sequence,
        /// P: a response with F = 1 is wanted.
        poll: bool,
    },
    /// Supervision.
    Supervisory {
        /// Which function.
        function: Supervisory,
        /// N(R): the number of the frame expected next.
        receive: Sequence,
        /// P of a command, F of a response.
        poll_final: bool,
    },
    /// Unnumbered functions.
    Unnumbered {
        /// Which function.
        function: Unnumbered,
        /// P of a command, F of a response.
        poll_final: bool,
    },
}

/// One frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame<'a> {
    /// Whose it is.
    pub address: Address,
    /// What it is.
    pub control: Control,
    /// What it carries: at most N201 octets.
    pub information: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Reads a frame whose information field may have `n201` octets.
    pub fn decode(octets: &'a [u8], n201: usize) -> Result<Self, FrameError> {
        let address = Address::decode(octets)?;
        let (control, information) = Control::decode(&octets[ADDRESS_OCTETS..])?;
        let offset = octets.len() - information.len();
        if !information.is_empty() {
            control.permits_information(offset)?;
        }
        if information.len() > n201 {
            return Err(FrameError::InformationTooLong { offset: offset + n201, n201 });
        }
        Ok(Self { address, control, information })
    }

    /// The frame's octets.
    pub fn encode(&self) -> Vec<u8> {
        let mut octets = Vec::with_capacity(ADDRESS_OCTETS + 2 + self.information.len());
        octets.extend(self.address.octets());
        self.control.encode(&mut octets);
        octets.extend(self.information);
        octets
    }
}

impl Control {
    fn decode(octets: &[u8]) -> Result<(Self, &[u8]), FrameError> {
        let short = |at| FrameError::Short { offset: ADDRESS_OCTETS + at, field: "control" };
        let (&first, rest) = octets.split_first().ok_or(short(0))?;
        if first & 0b11 == 0b11 {
            let function = UNNUMBERED.iter().find(|(octet, _)| *octet == first & !UNNUMBERED_POLL_FINAL);
            let &(_, function) =
                function.ok_or(FrameError::ControlUndefined { offset: ADDRESS_OCTETS, octet: first })?;
            return Ok((Self::Unnumbered { function, poll_final: first & UNNUMBERED_POLL_FINAL != 0 }, rest));
        }
        let (&second, information) = rest.split_first().ok_or(short(1))?;
        let receive = Sequence::new(usize::from(second >> 1));
        let poll_final = second & 1 != 0;
        if first & 1 == 0 {
            let send = Sequence::new(usize::from(first >> 1));
            return Ok((Self::Information { send, receive, poll: poll_final }, information));
        }
        let function = SUPERVISORY.iter().find(|(octet, _)| *octet == first & SUPERVISORY_FUNCTION);
        let &(_, function) = function.ok_or(FrameError::ControlUndefined { offset: ADDRESS_OCTETS, octet: first })?;
        Ok((Self::Supervisory { function, receive, poll_final }, information))
    }

    fn encode(self, out: &mut Vec<u8>) {
        match self {
            Self::Information { send, receive, poll } => out.extend([send.0 << 1, receive.0 << 1 | u8::from(poll)]),
            Self::Supervisory { function, receive, poll_final } => {
                out.extend([octet_of(&SUPERVISORY, function), receive.0 << 1 | u8::from(poll_final)]);
            }
            Self::Unnumbered { function, poll_final } => {
                let poll_final = if poll_final { UNNUMBERED_POLL_FINAL } else { 0 };
                out.push(octet_of(&UNNUMBERED, function) | poll_final);
            }
        }
    }

    fn permits_information(self, offset: usize) -> Result<(), FrameError> {
        use Unnumbered::{ExchangeIdentification, FrameReject, Information};
        match self {
            Self::Information { .. }
            | Self::Unnumbered { function: Information | FrameReject | ExchangeIdentification, .. } => Ok(()),
            Self::Supervisory { .. } => Err(FrameError::WrongSize { offset }),
            Self::Unnumbered { .. } => Err(FrameError::InformationNotPermitted { offset }),
        }
    }
}

fn octet_of<T: PartialEq>(table: &[(u8, T)], function: T) -> u8 {
    table.iter().find(|row| row.1 == function).expect("the tables below have a row for every function").0
}

/// Why octets are not a frame: the sender's fault, or the line's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum FrameError {
    /// The frame ends too early.
    #[error("octet {offset}: the frame ends in its {field} field")]
    Short {
        /// Where the octet is missing.
        offset: usize,
        /// Which field is cut.
        field: &'static str,
    },
    /// The address field does not have two octets.
    #[error("octet {offset}: the address extension bit does not make two octets")]
    AddressExtension {
        /// The octet with the wrong bit.
        offset: usize,
    },
    /// A control field that table 5 does not have.
    #[error("octet {offset}: control field {octet:#04x} is not defined")]
    ControlUndefined {
        /// Where the control field is.
        offset: usize,
        /// Its first octet.
        octet: u8,
    },
    /// Octets after the control field of a supervisory frame.
    #[error("octet {offset}: a supervisory frame ends here")]
    WrongSize {
        /// The first octet too many.
        offset: usize,
    },
    /// Octets after the control field of an unnumbered frame that has no information field.
    #[error("octet {offset}: no information field is permitted here")]
    InformationNotPermitted {
        /// Where the information field begins.
        offset: usize,
    },
    /// More than N201 octets.
    #[error("octet {offset}: the information field has more than {n201} octets")]
    InformationTooLong {
        /// The first octet too many.
        offset: usize,
        /// How many there may be.
        n201: usize,
    },
}

impl FrameError {
    /// The error code of the frame rejection condition (clause 5.8.5); none for an invalid frame, which is discarded
    /// without notice (clause 2.9).
    pub fn rejection(self) -> Option<ErrorCode> {
        match self {
            Self::Short { .. } | Self::AddressExtension { .. } => None,
            Self::ControlUndefined { .. } => Some(ErrorCode::L),
            Self::InformationNotPermitted { .. } => Some(ErrorCode::M),
            Self::WrongSize { .. } => Some(ErrorCode::N),
            Self::InformationTooLong { .. } => Some(ErrorCode::O),
        }
    }
}

/// Supervisory control octets, the reserved bits 0.
const SUPERVISORY: [(u8, Supervisory); 3] =
    [(0x01, Supervisory::ReceiveReady), (0x05, Supervisory::ReceiveNotReady), (0x09, Supervisory::Reject)];
/// Unnumbered control octets, P/F 0.
const UNNUMBERED: [(u8, Unnumbered); 7] = [
    (0x6f, Unnumbered::SetMode),
    (0x0f, Unnumbered::DisconnectedMode),
    (0x03, Unnumbered::Information),
    (0x43, Unnumbered::Disconnect),
    (0x63, Unnumbered::Acknowledgement),
    (0x87, Unnumbered::FrameReject),
    (0xaf, Unnumbered::ExchangeIdentification),
];
/// P/F in an unnumbered control octet.
const UNNUMBERED_POLL_FINAL: u8 = 0x10;
/// The bits of a supervisory control octet that are not reserved.
const SUPERVISORY_FUNCTION: u8 = 0x0f;
/// The address field extension bit: set in the last octet.
const EXTENSION: u8 = 0x01;
/// The command/response bit of the first octet.
const COMMAND_RESPONSE: u8 = 0x02;
/// Octets of the address field.
const ADDRESS_OCTETS: usize = 2;
/// Sequence numbers count modulo this.
const MODULUS: usize = 128;
