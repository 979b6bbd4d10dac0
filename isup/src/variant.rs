//! Variants of MTP3 and ISUP as data: one table row per variant, after Q.704, Q.763 and Q.764.
//!
//! Promises: code asks the table, never the name of a variant.
//! Leaves out: what an administration only forbids or recommends of parameters, which is its route's configuration.

use crate::codec::table::{self, Table};
use crate::codec::{MessageType as M, ParameterCode};
use crate::continuity::CheckTones;
use crate::point_code::Format;
use crate::timer::{RANGES, RANGES_ANSI, Range, Timers};
use crate::{mtp2, mtp3};

/// What differs between one network's signalling and another's.
#[derive(Clone, Copy, Debug)]
pub struct Variant {
    /// For configuration, logs and status.
    pub name: &'static str,
    /// Point codes and signalling link selection in the routing label.
    pub format: Format,
    /// Shapes of the messages, and the width of the circuit identification code.
    pub messages: Table,
    /// Messages that have a shape in `messages` and yet belong to a later edition: to this one they are unknown.
    pub later: &'static [M],
    /// How circuits are checked for continuity where nothing else is agreed.
    pub continuity: CheckTones,
    /// Circuits that one group message may name, at most.
    pub group_circuits_max: usize,
    /// Procedures that are not everywhere.
    pub procedures: Procedures,
    /// Call control timers where the configuration names none.
    pub timers: Timers,
    /// What the timers may be.
    pub ranges: &'static [Range],
    /// Timers of level 3 where the configuration names none.
    pub mtp3_timers: mtp3::Timers,
    /// What those may be.
    pub mtp3_ranges: &'static Mtp3Ranges,
}

/// A range for every timer of level 3.
pub type Mtp3Ranges = [mtp2::timers::Range<mtp3::Timers>; mtp3::timers::RANGES.len()];

/// Two are one where the row is, and what a configuration may change of it.
impl PartialEq for Variant {
    fn eq(&self, other: &Self) -> bool {
        let parts =
            |variant: &Self| (variant.name, variant.format, variant.procedures, variant.timers, variant.mtp3_timers);
        parts(self) == parts(other)
    }
}

impl Eq for Variant {}

/// Procedures that some variants have and others have not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Procedures {
    /// The circuit group query, CQM: for national use in ITU networks.
    pub circuit_group_query: bool,
    /// LPA answers CCR: for national use in ITU networks.
    pub loop_back_acknowledgement: bool,
    /// The circuit validation test, CVT: ANSI.
    pub circuit_validation: bool,
    /// T38 guards a suspension that we tell of.
    pub suspension_guard: bool,
    /// The user part test, UPT.
    pub user_part_test: bool,
}

impl Variant {
    /// ITU-T Q.761 to Q.764 (12/1999, approved in 2000).
    pub const ITU: Variant = Variant {
        name: "itu-2000",
        format: Format::ITU,
        messages: table::ITU,
        later: &[],
        continuity: CheckTones::LOOP_2000,
        group_circuits_max: 32,
        procedures: Procedures {
            circuit_group_query: false,
            loop_back_acknowledgement: false,
            circuit_validation: false,
            suspension_guard: true,
            user_part_test: true,
        },
        timers: Timers::ITU,
        ranges: &RANGES,
        mtp3_timers: mtp3::Timers::ITU,
        mtp3_ranges: &mtp3::timers::RANGES,
    };

    /// ITU-T 1997: application transport, pre-release information and subsequent directory number came later.
    pub const ITU_97: Variant = Variant { name: "itu-97", later: &[M::APM, M::PRI, M::SDN], ..Self::ITU };

    /// ITU-T 1992 (03/93): loop prevention came later too.
    pub const ITU_92: Variant = Variant { name: "itu-92", later: &[M::LOP, M::APM, M::PRI, M::SDN], ..Self::ITU };

    /// ETSI ISUP version 2 (ETS 300 356-1), the European profile of ITU-T 1992.
    pub const ETSI_2: Variant = Variant { name: "etsi-v2", ..Self::ITU_92 };

    /// ETSI ISUP version 3 (EN 300 356-1), the European profile of ITU-T 1997.
    pub const ETSI_3: Variant = Variant { name: "etsi-v3", ..Self::ITU_97 };

    /// ANSI T1.113 (1995).
    pub const ANSI_95: Variant = Variant {
        name: "ansi-95",
        format: Format::ANSI,
        messages: table::ANSI,
        later: &[],
        continuity: CheckTones::LOOP_2010,
        group_circuits_max: 24,
        procedures: Procedures {
            circuit_group_query: true,
            loop_back_acknowledgement: true,
            circuit_validation: true,
            suspension_guard: false,
            user_part_test: false,
        },
        timers: Timers::ANSI,
        ranges: &RANGES_ANSI,
        mtp3_timers: mtp3::Timers::ANSI,
        mtp3_ranges: &mtp3::timers::RANGES_ANSI,
    };

    /// ANSI T1.113 (1992): facility and segmentation came later, and an SLS of 5 bits is wide enough.
    pub const ANSI_92: Variant =
        Variant { name: "ansi-92", format: Format::ANSI_5, later: &[M::FAC, M::SGM], ..Self::ANSI_95 };

    /// The Russian national variant: ITU-T with messages of its own.
    pub const RUSSIA: Variant = Variant { name: "russia", messages: table::RUSSIA, ..Self::ITU_92 };

    /// Every variant.
    pub const ALL: [Variant; 8] =
        [Self::ITU_92, Self::ITU_97, Self::ITU, Self::ETSI_2, Self::ETSI_3, Self::ANSI_92, Self::ANSI_95, Self::RUSSIA];

    /// The variant of this name.
    pub fn named(name: &str) -> Option<Variant> {
        Self::ALL.into_iter().find(|variant| variant.name == name)
    }

    /// Whether the network may write point codes so. Which networks have the link code in a field of its own is ANSI's
    /// mark; among the formats of its own kind a network chooses.
    pub const fn takes(&self, format: Format) -> bool {
        self.format.link_code_apart == format.link_code_apart
    }

    /// Whether the bearer of a call is told by the user service information, and not by the transmission medium
    /// requirement.
    pub fn tells_bearer_by_user_service(&self) -> bool {
        let initial = self.messages.format(M::IAM);
        initial.is_some_and(|format| format.mandatory().any(|code| code == ParameterCode::USER_SERVICE_INFORMATION))
    }

    /// Whether a message of this type means something here.
    pub fn knows(&self, kind: M) -> bool {
        self.messages.format(kind).is_some() && !self.later.contains(&kind)
    }

    /// Largest circuit identification code that a message can carry.
    pub const fn cic_max(&self) -> u16 {
        (1 << self.messages.cic_bits) - 1
    }

    /// Mask of the SLS bits, which are also the bits of the CIC that ISUP puts there.
    pub const fn sls_mask(&self) -> u8 {
        ((1u16 << self.format.sls_bits) - 1) as u8
    }
}
