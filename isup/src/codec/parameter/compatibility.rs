//! Compatibility information: what to do with what is not understood, Q.763 3.33 and 3.41.

use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

/// The extension bit: this octet is the last of its group.
const LAST: u8 = 0x80;

values! {
    /// Broadband/narrowband interworking indicator.
    BroadbandInterworking {
        PASS_ON = 0, "pass on to broadband";
        DISCARD = 1, "discard for broadband";
        RELEASE = 2, "release call for broadband";
    }
}

bit_record! {
    /// The first instruction for a message that the receiver does not know. An exchange that the
    /// call only passes through acts on it if `end_node_interpretation` is set, else passes the
    /// message on.
    MessageInstruction {
        /// Exchanges in transit act on the indicators too.
        end_node_interpretation: bool = A,
        /// Release the call.
        release_call: bool = B,
        /// Send a confusion message.
        send_notification: bool = C,
        /// Discard the message.
        discard_message: bool = D,
        /// Where passing on is not possible: discard (set) or release the call (clear).
        discard_if_pass_on_not_possible: bool = E,
        /// Interworking with a broadband network.
        broadband: BroadbandInterworking = GF,
    }
}

/// Message compatibility information.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageCompatibilityInformation {
    /// The instruction, without extension bit.
    pub instruction: MessageInstruction,
    /// Octets of later editions.
    pub more: Vec<u8>,
}

impl Parameter for MessageCompatibilityInformation {
    const CODE: ParameterCode = ParameterCode::MESSAGE_COMPATIBILITY_INFORMATION;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (first, more) = octets.split_first().ok_or(DecodeError::at(0, Fault::Truncated))?;
        let instruction = MessageInstruction::from_word(u32::from(first & !LAST));
        Ok(Self { instruction, more: more.to_vec() })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.instruction.to_word() as u8 & !LAST | if self.more.is_empty() { LAST } else { 0 });
        out.extend_from_slice(&self.more);
    }
}

impl fmt::Display for MessageCompatibilityInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.instruction)
    }
}

values! {
    /// What to do with a parameter where passing it on is not possible.
    PassOnNotPossible {
        RELEASE_CALL = 0, "release call if pass on not possible";
        DISCARD_MESSAGE = 1, "discard message if pass on not possible";
        DISCARD_PARAMETER = 2, "discard parameter if pass on not possible";
    }
}

bit_record! {
    /// The first instruction for a parameter.
    ParameterInstruction {
        /// Exchanges in transit act on the indicators too.
        end_node_interpretation: bool = A,
        /// Release the call.
        release_call: bool = B,
        /// Send a confusion message.
        send_notification: bool = C,
        /// Discard the message.
        discard_message: bool = D,
        /// Discard the parameter.
        discard_parameter: bool = E,
        /// Where passing on is not possible.
        pass_on_not_possible: PassOnNotPossible = GF,
    }
}

/// The instructions for one parameter of the message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpgradedParameter {
    /// The parameter.
    pub code: ParameterCode,
    /// What to do with it.
    pub instruction: ParameterInstruction,
    /// The octets after the first, without extension bits: broadband interworking in bits BA of
    /// the first of them, then a later edition's.
    pub more: Vec<u8>,
}

/// Parameter compatibility information: what to do with each of the parameters that it lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParameterCompatibilityInformation(pub Vec<UpgradedParameter>);

impl ParameterCompatibilityInformation {
    /// The instruction for a parameter.
    pub fn instruction(&self, code: ParameterCode) -> Option<ParameterInstruction> {
        self.0.iter().find(|upgraded| upgraded.code == code).map(|upgraded| upgraded.instruction)
    }
}

impl Parameter for ParameterCompatibilityInformation {
    const CODE: ParameterCode = ParameterCode::PARAMETER_COMPATIBILITY_INFORMATION;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let mut upgraded = Vec::new();
        let mut at = 0;
        while let [code, following @ ..] = &octets[at..] {
            let last = following.iter().position(|octet| octet & LAST != 0);
            let last = last.ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
            upgraded.push(UpgradedParameter {
                code: ParameterCode(*code),
                instruction: ParameterInstruction::from_word(u32::from(following[0] & !LAST)),
                more: following[..=last].iter().skip(1).map(|octet| octet & !LAST).collect(),
            });
            at += last + 2;
        }
        Ok(Self(upgraded))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        for upgraded in &self.0 {
            out.extend([upgraded.code.0, upgraded.instruction.to_word() as u8 & !LAST]);
            out.extend(upgraded.more.iter().map(|octet| octet & !LAST));
            *out.last_mut().expect("two octets were pushed above") |= LAST;
        }
    }
}

impl fmt::Display for ParameterCompatibilityInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, upgraded) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{} [{}]", upgraded.code, upgraded.instruction)?;
        }
        Ok(())
    }
}
