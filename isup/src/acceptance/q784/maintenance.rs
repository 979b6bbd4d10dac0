//! Q.784 group 1, clauses 1.1 to 1.4: reset, blocking, continuity check of idle circuits.

use crate::codec::{Message, MessageType as M, RangeAndStatus};
use crate::exchange::Supervision;

use super::tester::*;
use super::{Ask::*, Case, Step::*};

pub(super) const CASES: &[Case] = &[
    performs("1.1", "A message for a circuit that does not exist is told to maintenance and refused", |record| {
        play(
            record,
            &[
                On(9),
                Hear(M::IAM),
                See(&["maintenance: no circuit 9", "-> UCIC"]),
                Hear(M::RLC),
                See(&["maintenance: no circuit 9"]),
            ],
        )
    }),
    performs("1.2.1", "RSC on an idle circuit is answered by RLC", |record| {
        play(record, &[Hear(M::RSC), See(&["-> RLC"])])
    }),
    performs("1.2.2", "The operator resets an idle circuit", |record| {
        play(record, &[Ask(Reset), See(&["-> RSC"]), Hear(M::RLC), See(&["ResetConfirmed"]), Pass(600, &[])])
    }),
    performs("1.2.3", "RSC on a circuit that we blocked is answered, and the blocking told again", |record| {
        play(
            record,
            &[
                Ask(Block),
                Hear(M::BLA),
                See(&["journal: blocked", "-> BLO", "BlockConfirmed"]),
                Hear(M::RSC),
                See(&["-> BLO", "-> RLC"]),
                Hear(M::BLA),
                See(&["BlockConfirmed"]),
            ],
        )
    }),
    performs("1.2.4", "RSC lifts the blocking of the end that sends it", |record| {
        play(
            record,
            &[
                Hear(M::BLO),
                See(&["Blocked", "-> BLA"]),
                Hear(M::RSC),
                See(&["Unblocked", "-> RLC"]),
                Ask(Setup),
                See(&["-> IAM"]),
            ],
        )
    }),
    performs("1.2.5a", "GRS is answered by GRA", |record| play(record, &[Hear(M::GRS), See(&["-> GRA"])])),
    performs("1.2.5b", "GRS with range 0 is discarded", |record| {
        play(record, &[Say(|| Message::new(M::GRS).with(RangeAndStatus::without_status(0))), See(&[])])
    }),
    performs("1.2.5c", "GRS with a range beyond 31 is discarded", |record| {
        play(record, &[Say(|| Message::new(M::GRS).with(RangeAndStatus::without_status(32))), See(&[])])
    }),
    performs("1.2.6", "The operator resets a group", |record| {
        play(
            record,
            &[
                Ask(ResetGroup),
                See(&["-> GRS"]),
                Say(|| Message::new(M::GRA).with(RangeAndStatus::with_status(3))),
                See(&["ResetConfirmed", "2: ResetConfirmed", "3: ResetConfirmed", "4: ResetConfirmed"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("1.2.7", "GRS lifts the blocking of the end that sends it", |record| {
        play(
            record,
            &[
                Hear(M::BLO),
                On(2),
                Hear(M::BLO),
                On(1),
                See(&["Blocked", "-> BLA", "Blocked", "-> BLA"]),
                Hear(M::GRS),
                See(&["Unblocked", "2: Unblocked", "-> GRA"]),
            ],
        )
    }),
    performs("1.3.1.1a", "CGB and CGU for maintenance", |record| {
        play(
            record,
            &[
                Say(|| group(M::CGB, 0, 3, &[0, 2])),
                See(&["-> CGBA 0 [1, 3]", "Blocked", "3: Blocked"]),
                Say(|| group(M::CGU, 0, 3, &[0, 2])),
                See(&["-> CGUA 0 [1, 3]", "Unblocked", "3: Unblocked"]),
            ],
        )
    }),
    performs("1.3.1.1b", "CGB and CGU for maintenance with range 0 are discarded", |record| {
        play(record, &[Say(|| group(M::CGB, 0, 0, &[])), Say(|| group(M::CGU, 0, 0, &[])), See(&[])])
    }),
    performs("1.3.1.1c", "CGB and CGU for maintenance with a range beyond 31 are discarded", |record| {
        play(record, &[Say(|| group(M::CGB, 0, 33, &[0])), Say(|| group(M::CGU, 0, 33, &[0])), See(&[])])
    }),
    performs("1.3.1.1d", "CGB and CGU for a hardware failure", |record| {
        play(
            record,
            &[
                Say(|| group(M::CGB, 1, 3, &[0, 2])),
                See(&["-> CGBA 1 [1, 3]", "Blocked", "3: Blocked"]),
                Say(|| group(M::CGU, 1, 3, &[0, 2])),
                See(&["-> CGUA 1 [1, 3]", "Unblocked", "3: Unblocked"]),
            ],
        )
    }),
    performs("1.3.1.1e", "CGB and CGU for a hardware failure with range 0 are discarded", |record| {
        play(record, &[Say(|| group(M::CGB, 1, 0, &[])), Say(|| group(M::CGU, 1, 0, &[])), See(&[])])
    }),
    performs("1.3.1.1f", "CGB and CGU for a hardware failure with a range beyond 31 are discarded", |record| {
        play(record, &[Say(|| group(M::CGB, 1, 33, &[0])), Say(|| group(M::CGU, 1, 33, &[0])), See(&[])])
    }),
    performs("1.3.1.2a", "The operator blocks and unblocks a group for maintenance", |record| {
        play(
            record,
            &[
                Ask(BlockGroup(Supervision::Maintenance)),
                See(&[
                    "journal: blocked",
                    "2: journal: blocked",
                    "3: journal: blocked",
                    "4: journal: blocked",
                    "-> CGB 0 [1, 2, 3, 4]",
                ]),
                Say(|| group(M::CGBA, 0, 3, &[0, 1, 2, 3])),
                See(&["BlockConfirmed", "2: BlockConfirmed", "3: BlockConfirmed", "4: BlockConfirmed"]),
                Ask(UnblockGroup(Supervision::Maintenance)),
                See(&[
                    "journal: unblocked",
                    "2: journal: unblocked",
                    "3: journal: unblocked",
                    "4: journal: unblocked",
                    "-> CGU 0 [1, 2, 3, 4]",
                ]),
                Say(|| group(M::CGUA, 0, 3, &[0, 1, 2, 3])),
                See(&["UnblockConfirmed", "2: UnblockConfirmed", "3: UnblockConfirmed", "4: UnblockConfirmed"]),
            ],
        )
    }),
    performs("1.3.1.2b", "The operator blocks and unblocks a group for a hardware failure", |record| {
        play(
            record,
            &[
                Ask(BlockGroup(Supervision::HardwareFailure)),
                See(&["-> CGB 1 [1, 2, 3, 4]"]),
                Say(|| group(M::CGBA, 1, 3, &[0, 1, 2, 3])),
                See(&["BlockConfirmed", "2: BlockConfirmed", "3: BlockConfirmed", "4: BlockConfirmed"]),
                Ask(UnblockGroup(Supervision::HardwareFailure)),
                See(&["-> CGU 1 [1, 2, 3, 4]"]),
                Say(|| group(M::CGUA, 1, 3, &[0, 1, 2, 3])),
                See(&["UnblockConfirmed", "2: UnblockConfirmed", "3: UnblockConfirmed", "4: UnblockConfirmed"]),
            ],
        )
    }),
    performs("1.3.2.1", "BLO and UBL are acknowledged, and no call is set up between them", |record| {
        play(
            record,
            &[
                Hear(M::BLO),
                See(&["Blocked", "-> BLA"]),
                Ask(Setup),
                See(&["SetupRefused Blocked"]),
                Hear(M::UBL),
                See(&["Unblocked", "-> UBA"]),
                Ask(Setup),
                See(&["-> IAM"]),
            ],
        )
    }),
    performs("1.3.2.2", "The operator blocks and unblocks a circuit", |record| {
        play(
            record,
            &[
                Ask(Block),
                See(&["journal: blocked", "-> BLO"]),
                Hear(M::BLA),
                See(&["BlockConfirmed"]),
                Ask(Unblock),
                See(&["journal: unblocked", "-> UBL"]),
                Hear(M::UBA),
                See(&["UnblockConfirmed"]),
            ],
        )
    }),
    performs("1.3.2.3", "A circuit that both ends blocked stays blocked when one lifts it", |record| {
        play(
            record,
            &[
                Ask(Block),
                Hear(M::BLA),
                Hear(M::BLO),
                See(&["journal: blocked", "-> BLO", "BlockConfirmed", "Blocked", "-> BLA"]),
                Ask(Unblock),
                Hear(M::UBA),
                See(&["journal: unblocked", "-> UBL", "UnblockConfirmed"]),
                Ask(Setup),
                See(&["SetupRefused Blocked"]),
                Hear(M::UBL),
                See(&["Unblocked", "-> UBA"]),
            ],
        )
    }),
    performs("1.3.2.4", "An IAM of the end that blocked a circuit lifts the blocking", |record| {
        play(
            record,
            &[
                Hear(M::BLO),
                See(&["Blocked", "-> BLA"]),
                Hear(M::IAM),
                See(&["Unblocked", "Setup"]),
                Ask(AddressComplete),
                See(&["-> ACM"]),
            ],
        )
    }),
    performs("1.3.2.5", "A circuit blocked by CGB for maintenance is unblocked by UBL", |record| {
        play(
            record,
            &[
                Say(|| group(M::CGB, 0, 3, &[0, 1])),
                See(&["-> CGBA 0 [1, 2]", "Blocked", "2: Blocked"]),
                Hear(M::UBL),
                See(&["Unblocked", "-> UBA"]),
                Ask(Setup),
                See(&["-> IAM"]),
            ],
        )
    }),
    performs("1.4.1", "The far end checks an idle circuit, and it passes", |record| {
        play(
            record,
            &[Hear(M::CCR), See(&["media: Responder"]), Hear(M::REL), See(&["media: Off", "-> RLC"]), Pass(600, &[])],
        )
    }),
    performs("1.4.2", "The operator checks an idle circuit, and it passes", |record| {
        play(
            record,
            &[
                Ask(CheckContinuity),
                See(&["media: Transceiver", "-> CCR"]),
                Ask(ToneHeard),
                See(&["media: Off", "check passed", "-> REL 16"]),
                Hear(M::RLC),
                Pass(600, &[]),
            ],
        )
    }),
    performs("1.4.3", "The far end checks a circuit, and it fails until it passes", |record| {
        play(
            record,
            &[
                Hear(M::CCR),
                Say(failed),
                See(&["media: Responder", "media: Off"]),
                Pass(60, &[]),
                Hear(M::CCR),
                Say(failed),
                See(&["media: Responder", "media: Off"]),
                Hear(M::CCR),
                Hear(M::REL),
                See(&["media: Responder", "media: Off", "-> RLC"]),
            ],
        )
    }),
    performs("1.4.4", "A check of ours fails, and is repeated by T25 and T26", |record| {
        play(
            record,
            &[
                Ask(CheckContinuity),
                See(&["media: Transceiver", "-> CCR"]),
                Pass(
                    3,
                    &[
                        "1 s: media: Off",
                        "1 s: maintenance: T24",
                        "1 s: -> COT failed",
                        "1 s: check failed",
                        "2 s: media: Transceiver",
                        "2 s: -> CCR",
                    ],
                ),
                Pass(2, &["4 s: media: Off", "4 s: maintenance: T24", "4 s: -> COT failed", "4 s: check failed"]),
                Pass(60, &["64 s: media: Transceiver", "64 s: -> CCR"]),
                Ask(ToneHeard),
                See(&["media: Off", "check passed", "-> REL 16"]),
            ],
        )
    }),
    performs("1.4.5", "T27: a check that failed is not repeated, and the circuit is reset", |record| {
        play(
            record,
            &[
                Say(|| initial(0x04)),
                Say(failed),
                See(&["media: Responder", "media: Off"]),
                Pass(240, &["240 s: maintenance: T27", "240 s: -> RSC"]),
                Hear(M::RLC),
                See(&["ResetConfirmed"]),
            ],
        )
    }),
];
