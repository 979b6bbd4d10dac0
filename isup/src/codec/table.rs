//! Which parameters a message has, Q.763 clause 4: the one table of the codec.
//!
//! A national variant is another value of [`Table`]; no function asks which variant it serves.
//! Which parameters may stand in an optional part is not listed: any may, and an unexpected one
//! is the call's business (Q.764 2.9.5), not the codec's.

use super::code::{MessageType, ParameterCode as P};

/// The message formats of one variant of the ISDN user part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Table {
    /// Width of the circuit identification code, bits.
    pub cic_bits: u8,
    /// One row a message, in ascending order of type.
    pub formats: &'static [Format],
}

/// The shape of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    /// The message.
    pub kind: MessageType,
    /// Mandatory parameters of fixed length, in order.
    pub fixed: &'static [Fixed],
    /// Mandatory parameters of variable length, in order, each with a pointer.
    pub variable: &'static [Variable],
    /// Whether a pointer to an optional part follows.
    pub optional: bool,
}

/// A mandatory parameter of fixed length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The parameter, which the wire does not name.
    pub code: P,
    /// Its octets.
    pub octets: usize,
}

/// A mandatory parameter of variable length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The parameter, which the wire does not name.
    pub code: P,
    /// Least octets of contents.
    pub min: usize,
    /// Most octets of contents.
    pub max: usize,
}

impl Table {
    /// The row of a message; `None` if this variant does not know its shape.
    pub fn format(&self, kind: MessageType) -> Option<&'static Format> {
        let formats = self.formats;
        formats.binary_search_by_key(&kind, |format| format.kind).ok().map(|at| &formats[at])
    }
}

impl Format {
    /// The mandatory parameters, in the order of transmission.
    pub fn mandatory(&self) -> impl Iterator<Item = P> {
        self.fixed.iter().map(|fixed| fixed.code).chain(self.variable.iter().map(|variable| variable.code))
    }
}

const fn fixed(code: P, octets: usize) -> Fixed {
    Fixed { code, octets }
}

const fn variable(code: P, min: usize, max: usize) -> Variable {
    Variable { code, min, max }
}

const NATURE_OF_CONNECTION: Fixed = fixed(P::NATURE_OF_CONNECTION_INDICATORS, 1);
const FORWARD_CALL: Fixed = fixed(P::FORWARD_CALL_INDICATORS, 2);
const CATEGORY: Fixed = fixed(P::CALLING_PARTYS_CATEGORY, 1);
const MEDIUM: Fixed = fixed(P::TRANSMISSION_MEDIUM_REQUIREMENT, 1);
const INFORMATION_REQUEST: Fixed = fixed(P::INFORMATION_REQUEST_INDICATORS, 2);
const INFORMATION: Fixed = fixed(P::INFORMATION_INDICATORS, 2);
const CONTINUITY: Fixed = fixed(P::CONTINUITY_INDICATORS, 1);
const BACKWARD_CALL: Fixed = fixed(P::BACKWARD_CALL_INDICATORS, 2);
const SUSPEND_RESUME: Fixed = fixed(P::SUSPEND_RESUME_INDICATORS, 1);
const SUPERVISION: Fixed = fixed(P::CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE, 1);
const FACILITY: Fixed = fixed(P::FACILITY_INDICATOR, 1);
const EVENT: Fixed = fixed(P::EVENT_INFORMATION, 1);
/// A called number may come without a digit in overlap sending; its two indicator octets may not lack.
const CALLED: Variable = variable(P::CALLED_PARTY_NUMBER, 2, 255);
const SUBSEQUENT: Variable = variable(P::SUBSEQUENT_NUMBER, 2, 255);
const CAUSE: Variable = variable(P::CAUSE_INDICATORS, 2, 255);
/// The range alone, or with a status bit for each of up to 256 circuits. GRS and CQM have the
/// range alone; a status octet that a peer adds there is kept rather than refused.
const RANGE: Variable = variable(P::RANGE_AND_STATUS, 1, 33);
const STATES: Variable = variable(P::CIRCUIT_STATE_INDICATOR, 1, 32);
/// ANSI has the bearer in the place of the transmission medium requirement.
const USER_SERVICE: Variable = variable(P::USER_SERVICE_INFORMATION, 2, 13);
const VALIDATION_RESPONSE: Fixed = fixed(P::CIRCUIT_VALIDATION_RESPONSE_INDICATOR, 1);
const GROUP_CHARACTERISTIC: Fixed = fixed(P::CIRCUIT_GROUP_CHARACTERISTIC_INDICATOR, 1);
const USER_TO_USER: Variable = variable(P::USER_TO_USER_INFORMATION, 1, 130);

const fn format(
    kind: MessageType,
    fixed: &'static [Fixed],
    variable: &'static [Variable],
    part: OptionalPart,
) -> Format {
    Format { kind, fixed, variable, optional: matches!(part, Opt) }
}

/// Two words, so that a row of the table says what its last column means.
enum OptionalPart {
    Opt,
    No,
}
use OptionalPart::{No, Opt};

/// ITU-T Q.763 (12/1999), which has every message of the earlier editions and of ETSI EN 300 356-1.
pub const ITU: Table = Table {
    cic_bits: 12,
    formats: &[
        format(MessageType::IAM, &[NATURE_OF_CONNECTION, FORWARD_CALL, CATEGORY, MEDIUM], &[CALLED], Opt),
        format(MessageType::SAM, &[], &[SUBSEQUENT], Opt),
        format(MessageType::INR, &[INFORMATION_REQUEST], &[], Opt),
        format(MessageType::INF, &[INFORMATION], &[], Opt),
        format(MessageType::COT, &[CONTINUITY], &[], No),
        format(MessageType::ACM, &[BACKWARD_CALL], &[], Opt),
        format(MessageType::CON, &[BACKWARD_CALL], &[], Opt),
        format(MessageType::FOT, &[], &[], Opt),
        format(MessageType::ANM, &[], &[], Opt),
        format(MessageType::REL, &[], &[CAUSE], Opt),
        format(MessageType::SUS, &[SUSPEND_RESUME], &[], Opt),
        format(MessageType::RES, &[SUSPEND_RESUME], &[], Opt),
        format(MessageType::RLC, &[], &[], Opt),
        format(MessageType::CCR, &[], &[], No),
        format(MessageType::RSC, &[], &[], No),
        format(MessageType::BLO, &[], &[], No),
        format(MessageType::UBL, &[], &[], No),
        format(MessageType::BLA, &[], &[], No),
        format(MessageType::UBA, &[], &[], No),
        format(MessageType::GRS, &[], &[RANGE], No),
        format(MessageType::CGB, &[SUPERVISION], &[RANGE], No),
        format(MessageType::CGU, &[SUPERVISION], &[RANGE], No),
        format(MessageType::CGBA, &[SUPERVISION], &[RANGE], No),
        format(MessageType::CGUA, &[SUPERVISION], &[RANGE], No),
        format(MessageType::FAR, &[FACILITY], &[], Opt),
        format(MessageType::FAA, &[FACILITY], &[], Opt),
        format(MessageType::FRJ, &[FACILITY], &[CAUSE], Opt),
        format(MessageType::LPA, &[], &[], No),
        // What a pass-along message carries is another message: octets to us.
        format(MessageType::PAM, &[], &[], No),
        format(MessageType::GRA, &[], &[RANGE], No),
        format(MessageType::CQM, &[], &[RANGE], No),
        format(MessageType::CQR, &[], &[RANGE, STATES], No),
        format(MessageType::CPG, &[EVENT], &[], Opt),
        format(MessageType::USR, &[], &[USER_TO_USER], Opt),
        format(MessageType::UCIC, &[], &[], No),
        format(MessageType::CFN, &[], &[CAUSE], Opt),
        format(MessageType::OLM, &[], &[], No),
        // A national matter, and octets to us.
        format(MessageType::CRG, &[], &[], No),
        format(MessageType::NRM, &[], &[], Opt),
        format(MessageType::FAC, &[], &[], Opt),
        format(MessageType::UPT, &[], &[], Opt),
        format(MessageType::UPA, &[], &[], Opt),
        format(MessageType::IDR, &[], &[], Opt),
        format(MessageType::IDS, &[], &[], Opt),
        format(MessageType::SGM, &[], &[], Opt),
        format(MessageType::LOP, &[], &[], Opt),
        format(MessageType::APM, &[], &[], Opt),
        format(MessageType::PRI, &[], &[], Opt),
        format(MessageType::SDN, &[], &[], Opt),
    ],
};

/// ANSI T1.113, after Wireshark's dissector and libss7: its text was not read. libss7 writes a pointer to an optional
/// part after every variable part; whoever leaves it out is understood too.
pub const ANSI: Table = Table {
    cic_bits: 14,
    formats: &[
        format(MessageType::IAM, &[NATURE_OF_CONNECTION, FORWARD_CALL, CATEGORY], &[USER_SERVICE, CALLED], Opt),
        format(MessageType::INR, &[INFORMATION_REQUEST], &[], Opt),
        format(MessageType::INF, &[INFORMATION], &[], Opt),
        format(MessageType::COT, &[CONTINUITY], &[], No),
        format(MessageType::ACM, &[BACKWARD_CALL], &[], Opt),
        format(MessageType::FOT, &[], &[], Opt),
        format(MessageType::ANM, &[], &[], Opt),
        format(MessageType::REL, &[], &[CAUSE], Opt),
        format(MessageType::SUS, &[SUSPEND_RESUME], &[], Opt),
        format(MessageType::RES, &[SUSPEND_RESUME], &[], Opt),
        format(MessageType::RLC, &[], &[], Opt),
        format(MessageType::CCR, &[], &[], No),
        format(MessageType::RSC, &[], &[], No),
        format(MessageType::BLO, &[], &[], No),
        format(MessageType::UBL, &[], &[], No),
        format(MessageType::BLA, &[], &[], No),
        format(MessageType::UBA, &[], &[], No),
        format(MessageType::GRS, &[], &[RANGE], Opt),
        format(MessageType::CGB, &[SUPERVISION], &[RANGE], Opt),
        format(MessageType::CGU, &[SUPERVISION], &[RANGE], Opt),
        format(MessageType::CGBA, &[SUPERVISION], &[RANGE], Opt),
        format(MessageType::CGUA, &[SUPERVISION], &[RANGE], Opt),
        format(MessageType::LPA, &[], &[], No),
        format(MessageType::PAM, &[], &[], No),
        format(MessageType::GRA, &[], &[RANGE], Opt),
        format(MessageType::CQM, &[], &[RANGE], Opt),
        format(MessageType::CQR, &[], &[RANGE, STATES], Opt),
        format(MessageType::CPG, &[EVENT], &[], Opt),
        format(MessageType::UCIC, &[], &[], No),
        format(MessageType::CFN, &[], &[CAUSE], Opt),
        format(MessageType::FAC, &[], &[], Opt),
        format(MessageType::SGM, &[], &[], Opt),
        format(MessageType::CRA, &[], &[], No),
        format(MessageType::CRM, &[NATURE_OF_CONNECTION], &[], No),
        format(MessageType::CVR, &[VALIDATION_RESPONSE, GROUP_CHARACTERISTIC], &[], Opt),
        format(MessageType::CVT, &[], &[], No),
        format(MessageType::EXM, &[], &[], Opt),
    ],
};

/// The Russian national variant: Q.763 with two messages of its own, whose codes Wireshark tells.
pub const RUSSIA: Table = Table {
    cic_bits: 12,
    formats: &[
        format(MessageType::IAM, &[NATURE_OF_CONNECTION, FORWARD_CALL, CATEGORY, MEDIUM], &[CALLED], Opt),
        format(MessageType::SAM, &[], &[SUBSEQUENT], Opt),
        format(MessageType::INR, &[INFORMATION_REQUEST], &[], Opt),
        format(MessageType::INF, &[INFORMATION], &[], Opt),
        format(MessageType::COT, &[CONTINUITY], &[], No),
        format(MessageType::ACM, &[BACKWARD_CALL], &[], Opt),
        format(MessageType::CON, &[BACKWARD_CALL], &[], Opt),
        format(MessageType::FOT, &[], &[], Opt),
        format(MessageType::ANM, &[], &[], Opt),
        format(MessageType::REL, &[], &[CAUSE], Opt),
        format(MessageType::SUS, &[SUSPEND_RESUME], &[], Opt),
        format(MessageType::RES, &[SUSPEND_RESUME], &[], Opt),
        format(MessageType::RLC, &[], &[], Opt),
        format(MessageType::CCR, &[], &[], No),
        format(MessageType::RSC, &[], &[], No),
        format(MessageType::BLO, &[], &[], No),
        format(MessageType::UBL, &[], &[], No),
        format(MessageType::BLA, &[], &[], No),
        format(MessageType::UBA, &[], &[], No),
        format(MessageType::GRS, &[], &[RANGE], No),
        format(MessageType::CGB, &[SUPERVISION], &[RANGE], No),
        format(MessageType::CGU, &[SUPERVISION], &[RANGE], No),
        format(MessageType::CGBA, &[SUPERVISION], &[RANGE], No),
        format(MessageType::CGUA, &[SUPERVISION], &[RANGE], No),
        format(MessageType::FAR, &[FACILITY], &[], Opt),
        format(MessageType::FAA, &[FACILITY], &[], Opt),
        format(MessageType::FRJ, &[FACILITY], &[CAUSE], Opt),
        format(MessageType::LPA, &[], &[], No),
        // What a pass-along message carries is another message: octets to us.
        format(MessageType::PAM, &[], &[], No),
        format(MessageType::GRA, &[], &[RANGE], No),
        format(MessageType::CQM, &[], &[RANGE], No),
        format(MessageType::CQR, &[], &[RANGE, STATES], No),
        format(MessageType::CPG, &[EVENT], &[], Opt),
        format(MessageType::USR, &[], &[USER_TO_USER], Opt),
        format(MessageType::UCIC, &[], &[], No),
        format(MessageType::CFN, &[], &[CAUSE], Opt),
        format(MessageType::OLM, &[], &[], No),
        // A national matter, and octets to us.
        format(MessageType::CRG, &[], &[], No),
        format(MessageType::NRM, &[], &[], Opt),
        format(MessageType::FAC, &[], &[], Opt),
        format(MessageType::UPT, &[], &[], Opt),
        format(MessageType::UPA, &[], &[], Opt),
        format(MessageType::IDR, &[], &[], Opt),
        format(MessageType::IDS, &[], &[], Opt),
        format(MessageType::SGM, &[], &[], Opt),
        format(MessageType::LOP, &[], &[], Opt),
        format(MessageType::APM, &[], &[], Opt),
        format(MessageType::PRI, &[], &[], Opt),
        format(MessageType::SDN, &[], &[], Opt),
        // National; Wireshark finds optional parameters possible in the second.
        format(MessageType::CCL, &[], &[], No),
        format(MessageType::RNG, &[], &[], Opt),
    ],
};
