//! Global virtual network service (GVNS), Q.763 3.62 and 3.66.

use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Digits, NatureOfAddress, NumberingPlan, Parameter, ParameterCode};
use std::fmt;

values! {
    /// How the call ends: on a line of the virtual network or on the public one.
    TerminatingAccess {
        NO_INFORMATION = 0, "no information";
        DEDICATED = 1, "dedicated terminating access";
        SWITCHED = 2, "switched terminating access";
    }
}

bit_fields! {
    /// Backward GVNS.
    BackwardGvns(BACKWARD_GVNS), 1 octet, ones H {
        /// How the call ends.
        terminating_access: TerminatingAccess = BA,
    }
}

/// Forward GVNS: who serves the virtual network, and which user of it calls whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForwardGvns {
    /// Originating participating service provider, at most 30 digits.
    pub provider: Digits,
    /// User group, at most 30 digits.
    pub user_group: Digits,
    /// Numbering plan of the routing number.
    pub plan: NumberingPlan,
    /// Nature of address of the routing number.
    pub nature: NatureOfAddress,
    /// Terminating network routing number, at most 28 digits.
    pub routing_number: Digits,
}

/// The length of a part in its first octet, bits DCBA.
const LENGTH: u8 = 15;
/// The odd/even indicator in a part's first octet, bit H.
const ODD: u8 = 0x80;

/// Reads a part's first octet and the octets that its length counts; both advance `at`.
fn part<'a>(octets: &'a [u8], at: &mut usize) -> Result<(u8, &'a [u8]), DecodeError> {
    let first = *octets.get(*at).ok_or(DecodeError::at(*at, Fault::Truncated))?;
    let start = *at + 1;
    let end = start + usize::from(first & LENGTH);
    let contents = octets.get(start..end).ok_or(DecodeError::at(*at, Fault::Contents))?;
    *at = end;
    Ok((first, contents))
}

fn digits(first: u8, packed: &[u8], at: usize) -> Result<Digits, DecodeError> {
    Digits::unpack(packed, first & ODD != 0).map_err(|fault| DecodeError::at(at, fault))
}

/// A part's first octet; `extra` octets stand before the digits.
fn first_octet(digits: &Digits, extra: usize) -> u8 {
    let length = (digits.packed().len() + extra).min(usize::from(LENGTH)) as u8;
    if digits.is_odd() { ODD | length } else { length }
}

/// The octets of the digits that fit into a part with `extra` octets before them.
fn packed(digits: &Digits, extra: usize) -> &[u8] {
    let packed = digits.packed();
    &packed[..packed.len().min(usize::from(LENGTH) - extra)]
}

impl Parameter for ForwardGvns {
    const CODE: ParameterCode = ParameterCode::FORWARD_GVNS;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let mut at = 0;
        let (first, contents) = part(octets, &mut at)?;
        let provider = digits(first, contents, 0)?;
        let second = at;
        let (first, contents) = part(octets, &mut at)?;
        let user_group = digits(first, contents, second)?;
        let third = at;
        let (first, contents) = part(octets, &mut at)?;
        let (nature, contents) = contents.split_first().ok_or(DecodeError::at(third, Fault::Contents))?;
        Ok(Self {
            provider,
            user_group,
            plan: NumberingPlan(first >> 4 & 7),
            nature: NatureOfAddress(nature & 0x7f),
            routing_number: digits(first, contents, third)?,
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        for digits in [&self.provider, &self.user_group] {
            out.push(first_octet(digits, 0));
            out.extend_from_slice(packed(digits, 0));
        }
        out.push(first_octet(&self.routing_number, 1) | (self.plan.0 & 7) << 4);
        out.push(self.nature.0 & 0x7f);
        out.extend_from_slice(packed(&self.routing_number, 1));
    }
}

impl fmt::Display for ForwardGvns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "provider {}, user group {}, number {}", self.provider, self.user_group, self.routing_number)
    }
}
