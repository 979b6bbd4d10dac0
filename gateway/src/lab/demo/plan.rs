//! What the demo does: scenes one after the other, in each of them calls all at once.

use std::time::Duration;

use crate::lab::flow::{End, Protocol, Trail};
use crate::lab::phone::Intent;
use crate::ops::cli::DemoTrunk;

/// Calls that are placed at once.
pub struct Scene {
    /// The trunk that it shows.
    pub trunk: DemoTrunk,
    /// What the telephone dials.
    pub phone: &'static [Plan],
    /// What the exchange behind a trunk dials.
    pub order: Order,
}

/// A call of the telephone.
pub struct Plan {
    pub trail: Trail,
    pub what: &'static str,
    pub intent: Intent,
    /// The final status that must come.
    pub status: u16,
}

/// A call of an exchange.
pub struct Order {
    /// The trunk whose exchange it is.
    pub trunk: &'static str,
    pub trail: Trail,
    pub what: &'static str,
}

/// The scenes of the demo: all of them, or those that show one trunk alone.
pub fn scenes(trunk: Option<DemoTrunk>) -> Vec<&'static Scene> {
    SCENES.iter().filter(|scene| trunk.is_none_or(|trunk| trunk == scene.trunk)).collect()
}

const SCENES: &[Scene] = &[
    Scene {
        trunk: DemoTrunk::Trunk,
        phone: &[
            plan(sip("600"), isup("600"), "echo", Intent::Talk(TALK), 200),
            plan(sip("603"), isup("603"), "busy", Intent::Talk(TALK), 486),
            plan(sip("604"), isup("604"), "rings, and is cancelled", Intent::GiveUp(RING), 487),
        ],
        order: Order { trunk: "trunk", trail: trail(isup("700"), sip("700")), what: "answered by the telephone" },
    },
    Scene {
        trunk: DemoTrunk::Pri,
        phone: &[
            plan(sip("9600"), pri("600"), "echo", Intent::Talk(TALK), 200),
            plan(sip("9603"), pri("603"), "busy", Intent::Talk(TALK), 486),
            plan(sip("9604"), pri("604"), "rings, and is cancelled", Intent::GiveUp(RING), 487),
        ],
        order: Order { trunk: "pri", trail: trail(pri("701"), sip("701")), what: "answered by the telephone" },
    },
    Scene {
        trunk: DemoTrunk::Tandem,
        phone: &[],
        order: Order { trunk: "trunk", trail: trail(isup("9600"), pri("600")), what: "echo, timeslot to timeslot" },
    },
];

/// How long those who talk do; the sequence sent repeats after four seconds.
pub const TALK: Duration = Duration::from_secs(3);
/// How long a call rings before it is given up.
const RING: Duration = Duration::from_secs(1);

const fn plan(from: End, to: End, what: &'static str, intent: Intent, status: u16) -> Plan {
    Plan { trail: trail(from, to), what, intent, status }
}

const fn trail(from: End, to: End) -> Trail {
    Trail { from, to }
}

const fn sip(number: &'static str) -> End {
    End { protocol: Protocol::Sip, number }
}

const fn isup(number: &'static str) -> End {
    End { protocol: Protocol::Isup, number }
}

const fn pri(number: &'static str) -> End {
    End { protocol: Protocol::Pri, number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;
    use config::Model;

    #[test]
    fn every_scene_uses_trunks_of_the_embedded_default_and_no_number_begins_two_calls_at_one_end() {
        let model = Model::embedded();
        let mut begun = Vec::new();
        for scene in scenes(None) {
            assert!(model.trunk_named(scene.order.trunk).is_some(), "{}", scene.order.trunk);
            begun.extend(scene.phone.iter().map(|plan| plan.trail.from));
            begun.push(scene.order.trail.from);
        }
        for (at, end) in begun.iter().enumerate() {
            assert!(!begun[..at].contains(end), "{end:?}");
        }
    }

    #[test]
    fn one_trunk_alone_has_its_scene_alone() {
        assert_eq!(scenes(None).len(), DemoTrunk::value_variants().len());
        for &trunk in DemoTrunk::value_variants() {
            assert_eq!(scenes(Some(trunk)).iter().map(|scene| scene.trunk).collect::<Vec<_>>(), [trunk]);
        }
    }
}
