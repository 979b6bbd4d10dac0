//! Q.784 group 6: continuity check, repeated attempts, dual seizure, segmentation.

use crate::codec::{Message, MessageType as M, OptionalForwardCallIndicators, ParameterCode};

use super::tester::*;
use super::{Ask::*, Case, Step::*};

pub(super) const CASES: &[Case] = &[
    performs("6.1.1", "A call on a circuit that is checked first", |record| {
        play(
            record,
            &[
                Ask(SetupWith(|| initial(0x04))),
                See(&["media: Transceiver", "-> IAM"]),
                Ask(ToneHeard),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["media: Off", "-> COT passed", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("6.1.2", "A call that is checked on a previous circuit gets no backward message before COT", |record| {
        play(
            record,
            &[
                Say(|| initial(0x08)),
                See(&[]),
                Pass(5, &[]),
                Hear(M::COT),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("6.1.3", "The calling party clears during the check", |record| {
        play(
            record,
            &[
                Ask(SetupWith(|| initial(0x04))),
                See(&["media: Transceiver", "-> IAM"]),
                Ask(Release),
                See(&["media: Off", "-> REL 16"]),
                Hear(M::RLC),
                See(&["Released"]),
            ],
        )
    }),
    performs("6.1.4", "The speech path is ours only after the tone and the silence behind it", |record| {
        play(
            record,
            &[
                Ask(SetupWith(|| initial(0x04))),
                See(&["media: Transceiver", "-> IAM"]),
                Pass(1, &[]),
                Ask(ToneHeard),
                See(&["media: Off", "-> COT passed"]),
                Hear(M::ACM),
                See(&["AddressComplete"]),
            ],
        )
    }),
    performs("6.1.5", "A check that fails is repeated on that circuit until it passes", |record| {
        play(
            record,
            &[
                Ask(SetupWith(|| initial(0x04))),
                See(&["media: Transceiver", "-> IAM"]),
                Pass(
                    2,
                    &["1 s: media: Off", "1 s: maintenance: T24", "1 s: -> COT failed", "1 s: SetupRefused Continuity"],
                ),
                Pass(1, &["2 s: media: Transceiver", "2 s: -> CCR"]),
                Ask(ToneHeard),
                Hear(M::RLC),
                See(&["media: Off", "check passed", "-> REL 16"]),
            ],
        )
    }),
    performs("6.2.1", "After a dual seizure that the far end controls, our call takes another circuit", |record| {
        play(
            record,
            &[
                On(2),
                Ask(Setup),
                Hear(M::IAM),
                See(&["-> IAM", "SetupRefused DualSeizure", "Setup"]),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["-> ACM", "-> ANM"]),
                On(3),
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
            ],
        )
    }),
    performs("6.2.2", "After BLO before any backward message, our call takes another circuit", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::BLO),
                See(&["-> IAM", "Blocked", "-> BLA", "SetupRefused Blocked", "-> REL 31"]),
                Hear(M::RLC),
                On(3),
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
            ],
        )
    }),
    performs("6.2.3", "After RSC before any backward message, our call takes another circuit", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::RSC),
                See(&["-> IAM", "SetupRefused Reset", "-> RLC"]),
                On(3),
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
            ],
        )
    }),
    performs("6.2.4", "After a failed check, our call takes another circuit", |record| {
        play(
            record,
            &[
                Ask(SetupWith(|| initial(0x04))),
                See(&["media: Transceiver", "-> IAM"]),
                Pass(
                    2,
                    &["1 s: media: Off", "1 s: maintenance: T24", "1 s: -> COT failed", "1 s: SetupRefused Continuity"],
                ),
                On(3),
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
            ],
        )
    }),
    performs("6.2.5", "After what cannot be before any backward message, our call takes another circuit", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::RES),
                See(&["-> IAM", "SetupRefused Unreasonable", "-> RSC"]),
                Hear(M::RLC),
                See(&["ResetConfirmed"]),
                On(3),
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
            ],
        )
    }),
    performs("6.3.1", "In a dual seizure that we control, our call goes on", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::IAM),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    does_not_apply(
        "6.4.1",
        "FOT sent for a call to a subscriber",
        "forward transfer is for exchanges with operators; there is none here",
    ),
    does_not_apply(
        "6.4.2",
        "FOT received for a call to a subscriber",
        "forward transfer is for exchanges with operators; there is none here",
    ),
    does_not_apply(
        "6.4.3",
        "FOT sent for a call to an operator",
        "forward transfer is for exchanges with operators; there is none here",
    ),
    does_not_apply(
        "6.4.4",
        "FOT received for a call to an operator",
        "forward transfer is for exchanges with operators; there is none here",
    ),
    performs("6.5.1", "What does not fit one signal unit is sent in two segments", |record| {
        play(record, &[Ask(SetupWith(long)), See(&["-> IAM", "-> SGM"]), Hear(M::CON), See(&["Connect"])])
    }),
    performs("6.5.2", "A message in two segments is acted on as one", |record| {
        play(record, &[Say(announcing), See(&[]), Say(segment), Ask(AddressComplete), See(&["Setup", "-> ACM"])])
    }),
    performs("6.5.3", "A segment that comes after T34 is discarded", |record| {
        play(record, &[Say(announcing), Pass(2, &["2 s: Setup"]), Say(segment), Ask(AddressComplete), See(&["-> ACM"])])
    }),
    performs("6.5.4", "A segment in the forward direction that nothing announced is discarded", |record| {
        play(record, &[Hear(M::IAM), Say(segment), Ask(AddressComplete), See(&["Setup", "-> ACM"])])
    }),
    performs("6.5.5", "A segment in the backward direction that nothing announced is discarded", |record| {
        play(record, &[Ask(Setup), Say(segment), Hear(M::ACM), See(&["-> IAM", "AddressComplete"])])
    }),
    does_not_apply(
        "6.6.1",
        "A call with a fallback bearer that does not fall back",
        "fallback connection types are not offered: SIP has no counterpart",
    ),
    does_not_apply("6.6.2", "Fallback behind us", "fallback connection types are not offered: SIP has no counterpart"),
    does_not_apply("6.6.3", "Fallback here", "fallback connection types are not offered: SIP has no counterpart"),
    does_not_apply(
        "6.6.4",
        "Fallback towards an exchange without it",
        "fallback connection types are not offered: SIP has no counterpart",
    ),
];

/// IAM that is too long for one signal unit.
fn long() -> Message {
    let mut initial = message(M::IAM);
    initial.set_octets(ParameterCode::USER_TO_USER_INFORMATION, &[4; 130]);
    initial.set_octets(ParameterCode::ACCESS_TRANSPORT, &[0x7d; 120]);
    initial
}

/// IAM that announces a segment.
fn announcing() -> Message {
    let indicators = OptionalForwardCallIndicators { simple_segmentation: true, ..Default::default() };
    message(M::IAM).with(indicators)
}

/// SGM.
fn segment() -> Message {
    let mut segment = Message::new(M::SGM);
    segment.set_octets(ParameterCode::ACCESS_TRANSPORT, &[0x7d, 0x02, 0x91, 0x81]);
    segment
}
