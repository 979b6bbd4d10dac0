//! Q.784 group 5: timers, and resets during a call.

use crate::codec::MessageType as M;
use crate::exchange::Supervision;

use super::tester::*;
use super::{Ask::*, Case, Step::*};

pub(super) const CASES: &[Case] = &[
    performs("5.1", "A circuit that cannot be freed after REL is blocked before RLC", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Hear(M::REL),
                See(&["Release 16"]),
                Ask(Block),
                See(&["journal: blocked", "-> BLO"]),
                Hear(M::BLA),
                See(&["BlockConfirmed"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
            ],
        )
    }),
    performs("5.2.1", "T7: neither ACM nor CON comes", |record| {
        play(
            record,
            &[
                Ask(Setup),
                See(&["-> IAM"]),
                Pass(20, &["20 s: Lost 102", "20 s: -> REL 102"]),
                Hear(M::RLC),
                See(&["Released"]),
            ],
        )
    }),
    performs("5.2.2", "T9: no answer comes", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Pass(120, &["120 s: Lost 19", "120 s: -> REL 19"]),
                Hear(M::RLC),
                See(&["Released"]),
            ],
        )
    }),
    performs("5.2.3", "T1 and T5: RLC does not come", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Ask(Release),
                See(&["-> REL 16"]),
                Pass(299, &REPEATED_REL),
                Pass(1, &["300 s: maintenance: T5", "300 s: Lost 102", "300 s: -> RSC"]),
                Hear(M::RLC),
                See(&["Released", "ResetConfirmed"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("5.2.4", "T6: the called party hung up and does not return", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Hear(M::SUS),
                See(&["Suspended"]),
                Pass(10, &["10 s: Lost 16", "10 s: -> REL 16"]),
                Hear(M::RLC),
                See(&["Released"]),
            ],
        )
    }),
    performs("5.2.5a", "T8: COT does not come for a check on this circuit", |record| {
        play(
            record,
            &[
                Say(|| initial(0x04)),
                See(&["media: Responder"]),
                Pass(10, &["10 s: media: Off", "10 s: -> REL 41"]),
                Hear(M::RLC),
                See(&[]),
            ],
        )
    }),
    performs("5.2.5b", "T8: COT does not come for a check on a previous circuit", |record| {
        play(record, &[Say(|| initial(0x08)), See(&[]), Pass(10, &["10 s: -> REL 41"]), Hear(M::RLC), See(&[])])
    }),
    performs("5.2.6", "T12 and T13: BLA does not come", |record| {
        play(
            record,
            &[
                Ask(Block),
                See(&["journal: blocked", "-> BLO"]),
                Pass(15, &["15 s: -> BLO"]),
                Pass(284, &REPEATED_BLO),
                Pass(1, &["300 s: maintenance: T13", "300 s: -> BLO"]),
                Pass(300, &["600 s: maintenance: T13", "600 s: -> BLO"]),
                Hear(M::BLA),
                See(&["BlockConfirmed"]),
            ],
        )
    }),
    performs("5.2.7", "T14 and T15: UBA does not come", |record| {
        play(
            record,
            &[
                Ask(Block),
                Hear(M::BLA),
                Ask(Unblock),
                See(&["journal: blocked", "-> BLO", "BlockConfirmed", "journal: unblocked", "-> UBL"]),
                Pass(15, &["15 s: -> UBL"]),
                Pass(284, &REPEATED_UBL),
                Pass(1, &["300 s: maintenance: T15", "300 s: -> UBL"]),
                Hear(M::UBA),
                See(&["UnblockConfirmed"]),
            ],
        )
    }),
    performs("5.2.8", "T16 and T17: RLC does not come for RSC", |record| {
        play(
            record,
            &[
                Ask(Reset),
                See(&["-> RSC"]),
                Pass(15, &["15 s: -> RSC"]),
                Pass(284, &REPEATED_RSC),
                Pass(1, &["300 s: maintenance: T17", "300 s: -> RSC"]),
                Pass(300, &["600 s: maintenance: T17", "600 s: -> RSC"]),
                Hear(M::RLC),
                See(&["ResetConfirmed"]),
            ],
        )
    }),
    performs("5.2.9", "T18 and T19: CGBA does not come", |record| {
        play(
            record,
            &[
                Ask(BlockGroup(Supervision::HardwareFailure)),
                See(&["-> CGB 1 [1, 2, 3, 4]"]),
                Pass(15, &["15 s: -> CGB 1 [1, 2, 3, 4]"]),
                Pass(284, &REPEATED_CGB),
                Pass(1, &["300 s: maintenance: T19", "300 s: -> CGB 1 [1, 2, 3, 4]"]),
            ],
        )
    }),
    performs("5.2.10", "T20 and T21: CGUA does not come", |record| {
        play(
            record,
            &[
                Ask(BlockGroup(Supervision::HardwareFailure)),
                Say(|| group(M::CGBA, 1, 3, &[0, 1, 2, 3])),
                See(&[
                    "-> CGB 1 [1, 2, 3, 4]",
                    "BlockConfirmed",
                    "2: BlockConfirmed",
                    "3: BlockConfirmed",
                    "4: BlockConfirmed",
                ]),
                Ask(UnblockGroup(Supervision::HardwareFailure)),
                See(&["-> CGU 1 [1, 2, 3, 4]"]),
                Pass(15, &["15 s: -> CGU 1 [1, 2, 3, 4]"]),
                Pass(284, &REPEATED_CGU),
                Pass(1, &["300 s: maintenance: T21", "300 s: -> CGU 1 [1, 2, 3, 4]"]),
            ],
        )
    }),
    performs("5.2.11", "T22 and T23: GRA does not come", |record| {
        play(
            record,
            &[
                Ask(ResetGroup),
                See(&["-> GRS"]),
                Pass(15, &["15 s: -> GRS"]),
                Pass(284, &REPEATED_GRS),
                Pass(1, &["300 s: maintenance: T23", "300 s: -> GRS"]),
                Pass(300, &["600 s: maintenance: T23", "600 s: -> GRS"]),
            ],
        )
    }),
    performs("5.3.1", "RSC ends an outgoing call", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Hear(M::RSC),
                See(&["Lost 31"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
            ],
        )
    }),
    performs("5.3.2", "RSC ends an incoming call", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::RSC),
                See(&["Lost 31"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
            ],
        )
    }),
];

// What is repeated every 15 s until 285 s.
const REPEATED_REL: [&str; 19] = [
    "15 s: -> REL 16",
    "30 s: -> REL 16",
    "45 s: -> REL 16",
    "60 s: -> REL 16",
    "75 s: -> REL 16",
    "90 s: -> REL 16",
    "105 s: -> REL 16",
    "120 s: -> REL 16",
    "135 s: -> REL 16",
    "150 s: -> REL 16",
    "165 s: -> REL 16",
    "180 s: -> REL 16",
    "195 s: -> REL 16",
    "210 s: -> REL 16",
    "225 s: -> REL 16",
    "240 s: -> REL 16",
    "255 s: -> REL 16",
    "270 s: -> REL 16",
    "285 s: -> REL 16",
];
const REPEATED_BLO: [&str; 18] = [
    "30 s: -> BLO",
    "45 s: -> BLO",
    "60 s: -> BLO",
    "75 s: -> BLO",
    "90 s: -> BLO",
    "105 s: -> BLO",
    "120 s: -> BLO",
    "135 s: -> BLO",
    "150 s: -> BLO",
    "165 s: -> BLO",
    "180 s: -> BLO",
    "195 s: -> BLO",
    "210 s: -> BLO",
    "225 s: -> BLO",
    "240 s: -> BLO",
    "255 s: -> BLO",
    "270 s: -> BLO",
    "285 s: -> BLO",
];
const REPEATED_UBL: [&str; 18] = [
    "30 s: -> UBL",
    "45 s: -> UBL",
    "60 s: -> UBL",
    "75 s: -> UBL",
    "90 s: -> UBL",
    "105 s: -> UBL",
    "120 s: -> UBL",
    "135 s: -> UBL",
    "150 s: -> UBL",
    "165 s: -> UBL",
    "180 s: -> UBL",
    "195 s: -> UBL",
    "210 s: -> UBL",
    "225 s: -> UBL",
    "240 s: -> UBL",
    "255 s: -> UBL",
    "270 s: -> UBL",
    "285 s: -> UBL",
];
const REPEATED_RSC: [&str; 18] = [
    "30 s: -> RSC",
    "45 s: -> RSC",
    "60 s: -> RSC",
    "75 s: -> RSC",
    "90 s: -> RSC",
    "105 s: -> RSC",
    "120 s: -> RSC",
    "135 s: -> RSC",
    "150 s: -> RSC",
    "165 s: -> RSC",
    "180 s: -> RSC",
    "195 s: -> RSC",
    "210 s: -> RSC",
    "225 s: -> RSC",
    "240 s: -> RSC",
    "255 s: -> RSC",
    "270 s: -> RSC",
    "285 s: -> RSC",
];
const REPEATED_CGB: [&str; 18] = [
    "30 s: -> CGB 1 [1, 2, 3, 4]",
    "45 s: -> CGB 1 [1, 2, 3, 4]",
    "60 s: -> CGB 1 [1, 2, 3, 4]",
    "75 s: -> CGB 1 [1, 2, 3, 4]",
    "90 s: -> CGB 1 [1, 2, 3, 4]",
    "105 s: -> CGB 1 [1, 2, 3, 4]",
    "120 s: -> CGB 1 [1, 2, 3, 4]",
    "135 s: -> CGB 1 [1, 2, 3, 4]",
    "150 s: -> CGB 1 [1, 2, 3, 4]",
    "165 s: -> CGB 1 [1, 2, 3, 4]",
    "180 s: -> CGB 1 [1, 2, 3, 4]",
    "195 s: -> CGB 1 [1, 2, 3, 4]",
    "210 s: -> CGB 1 [1, 2, 3, 4]",
    "225 s: -> CGB 1 [1, 2, 3, 4]",
    "240 s: -> CGB 1 [1, 2, 3, 4]",
    "255 s: -> CGB 1 [1, 2, 3, 4]",
    "270 s: -> CGB 1 [1, 2, 3, 4]",
    "285 s: -> CGB 1 [1, 2, 3, 4]",
];
const REPEATED_CGU: [&str; 18] = [
    "30 s: -> CGU 1 [1, 2, 3, 4]",
    "45 s: -> CGU 1 [1, 2, 3, 4]",
    "60 s: -> CGU 1 [1, 2, 3, 4]",
    "75 s: -> CGU 1 [1, 2, 3, 4]",
    "90 s: -> CGU 1 [1, 2, 3, 4]",
    "105 s: -> CGU 1 [1, 2, 3, 4]",
    "120 s: -> CGU 1 [1, 2, 3, 4]",
    "135 s: -> CGU 1 [1, 2, 3, 4]",
    "150 s: -> CGU 1 [1, 2, 3, 4]",
    "165 s: -> CGU 1 [1, 2, 3, 4]",
    "180 s: -> CGU 1 [1, 2, 3, 4]",
    "195 s: -> CGU 1 [1, 2, 3, 4]",
    "210 s: -> CGU 1 [1, 2, 3, 4]",
    "225 s: -> CGU 1 [1, 2, 3, 4]",
    "240 s: -> CGU 1 [1, 2, 3, 4]",
    "255 s: -> CGU 1 [1, 2, 3, 4]",
    "270 s: -> CGU 1 [1, 2, 3, 4]",
    "285 s: -> CGU 1 [1, 2, 3, 4]",
];
const REPEATED_GRS: [&str; 18] = [
    "30 s: -> GRS",
    "45 s: -> GRS",
    "60 s: -> GRS",
    "75 s: -> GRS",
    "90 s: -> GRS",
    "105 s: -> GRS",
    "120 s: -> GRS",
    "135 s: -> GRS",
    "150 s: -> GRS",
    "165 s: -> GRS",
    "180 s: -> GRS",
    "195 s: -> GRS",
    "210 s: -> GRS",
    "225 s: -> GRS",
    "240 s: -> GRS",
    "255 s: -> GRS",
    "270 s: -> GRS",
    "285 s: -> GRS",
];
