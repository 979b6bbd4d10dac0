//! Q.784 group 1, clauses 1.5 to 1.7: what is unexpected or unknown.

use crate::codec::{Message, MessageType as M, ParameterCode};

use super::tester::*;
use super::{Ask::*, Case, Step::*};

pub(super) const CASES: &[Case] = &[
    performs("1.5.1", "Unexpected messages on an idle circuit", |record| {
        play(
            record,
            &[
                Hear(M::RLC),
                See(&[]),
                Hear(M::ANM),
                See(&["-> RSC"]),
                Hear(M::RLC),
                See(&["ResetConfirmed"]),
                Hear(M::REL),
                See(&["-> RLC"]),
            ],
        )
    }),
    performs("1.5.2", "Unexpected messages during call set-up disturb nothing", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Hear(M::IAM),
                Hear(M::ACM),
                Hear(M::RES),
                Hear(M::BLA),
                See(&["-> UBL"]),
                Hear(M::UBA),
                Hear(M::ANM),
                See(&["UnblockConfirmed", "Answer"]),
            ],
        )
    }),
    performs("1.5.3", "Unexpected messages during a call disturb nothing, and RLC ends it", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::CON),
                See(&["-> IAM", "Connect"]),
                Hear(M::IAM),
                Hear(M::ACM),
                Hear(M::SAM),
                Hear(M::ANM),
                See(&[]),
                Hear(M::RLC),
                See(&["Lost 31", "-> REL 31"]),
            ],
        )
    }),
    performs("1.6.1.1", "An unknown message in the forward direction is discarded", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Octets(&[0x99, 1, 2, 3]),
                Ask(AddressComplete),
                Octets(&[0x99, 1, 2, 3]),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
            ],
        )
    }),
    performs("1.6.1.2", "An unknown message in the backward direction is discarded", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Octets(&[0x99, 1, 2, 3]),
                Hear(M::ACM),
                Octets(&[0x99, 1, 2, 3]),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
            ],
        )
    }),
    performs("1.6.2.1", "An unknown parameter in the forward direction is ignored", |record| {
        play(record, &[Say(|| unknown_parameter(M::IAM, None)), See(&["Setup"])])
    }),
    performs("1.6.2.2", "An unknown parameter in the backward direction is ignored", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(|| unknown_parameter(M::ACM, None)),
                Say(|| unknown_parameter(M::ANM, None)),
                See(&["-> IAM", "AddressComplete", "Answer"]),
            ],
        )
    }),
    performs("1.6.3.1", "An unknown parameter value in the forward direction is taken as the default", |record| {
        play(record, &[Say(unknown_category), Ask(AddressComplete), See(&["Setup", "-> ACM"])])
    }),
    performs("1.6.3.2", "An unknown parameter value in the backward direction disturbs nothing", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(unknown_event),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "Progress", "AddressComplete", "Answer"]),
            ],
        )
    }),
    performs("1.7.3.1", "An unknown parameter value in the forward direction is taken as the default", |record| {
        play(record, &[Say(unknown_category), Ask(AddressComplete), See(&["Setup", "-> ACM"])])
    }),
    performs("1.7.3.2", "An unknown parameter value in the backward direction disturbs nothing", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(unknown_event),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "Progress", "AddressComplete", "Answer"]),
            ],
        )
    }),
    performs("1.7.1.1", "An unknown message releases the call where its sender says so", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::CON),
                See(&["-> IAM", "Connect"]),
                Octets(&[0x99, 1, 0x38, 1, 0x82, 0]),
                See(&["Lost 97", "-> REL 97"]),
                Hear(M::RLC),
                See(&["Released"]),
            ],
        )
    }),
    performs(
        "1.7.1.2",
        "An unknown message is discarded where its sender says so, and told of where it says so",
        |record| {
            play(
                record,
                &[
                    Ask(Setup),
                    Hear(M::CON),
                    See(&["-> IAM", "Connect"]),
                    Octets(&[0x99, 1, 0x38, 1, 0x88, 0]),
                    See(&[]),
                    Octets(&[0x99, 1, 0x38, 1, 0x8c, 0]),
                    See(&["-> CFN 97"]),
                ],
            )
        },
    ),
    does_not_apply("1.7.1.3", "An unknown message is passed on", "an end point has nowhere to pass it on to"),
    performs("1.7.1.4", "An unknown message that cannot be passed on releases the call", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::CON),
                See(&["-> IAM", "Connect"]),
                Octets(&[0x99, 1, 0x38, 1, 0x80, 0]),
                See(&["Lost 97", "-> REL 97"]),
            ],
        )
    }),
    performs("1.7.1.5", "An unknown message that cannot be passed on is discarded", |record| {
        play(
            record,
            &[Ask(Setup), Hear(M::CON), See(&["-> IAM", "Connect"]), Octets(&[0x99, 1, 0x38, 1, 0x90, 0]), See(&[])],
        )
    }),
    does_not_apply(
        "1.7.1.6",
        "Transit interpretation of a message instruction",
        "an end point is never a transit exchange",
    ),
    performs("1.7.1.7", "An unknown message without instruction is discarded", |record| {
        play(record, &[Ask(Setup), Hear(M::CON), See(&["-> IAM", "Connect"]), Octets(&[0x99, 0]), See(&[])])
    }),
    performs("1.7.2.1", "An unknown parameter releases the call where its sender says so", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Say(|| unknown_parameter(M::ANM, Some(0x82))),
                See(&["Lost 99", "-> REL 99"]),
            ],
        )
    }),
    performs("1.7.2.2", "A message with an unknown parameter is discarded where its sender says so", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Say(|| unknown_parameter(M::ANM, Some(0x88))),
                See(&[]),
                Say(|| unknown_parameter(M::ANM, Some(0x8c))),
                See(&["-> CFN 110"]),
            ],
        )
    }),
    performs("1.7.2.3", "An unknown parameter is discarded where its sender says so", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Say(|| unknown_parameter(M::ANM, Some(0x90))),
                See(&["Answer"]),
            ],
        )
    }),
    does_not_apply("1.7.2.4", "An unknown parameter is passed on", "an end point has nowhere to pass it on to"),
    performs("1.7.2.5", "An unknown parameter that cannot be passed on releases the call", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Say(|| unknown_parameter(M::ANM, Some(0x80))),
                See(&["Lost 99", "-> REL 99"]),
            ],
        )
    }),
    performs("1.7.2.6", "A message with an unknown parameter that cannot be passed on is discarded", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Say(|| unknown_parameter(M::ANM, Some(0xa0))),
                See(&[]),
            ],
        )
    }),
    performs("1.7.2.7", "An unknown parameter that cannot be passed on is discarded", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Say(|| unknown_parameter(M::ANM, Some(0xc0))),
                See(&["Answer"]),
            ],
        )
    }),
    does_not_apply(
        "1.7.2.8",
        "Transit interpretation of a parameter instruction",
        "an end point is never a transit exchange",
    ),
    performs("1.7.2.9", "An unknown parameter without instruction is ignored", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Say(|| unknown_parameter(M::ANM, None)),
                See(&["Answer"]),
            ],
        )
    }),
    performs("1.7.2.10", "REL is acted on whatever it holds", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::CON),
                See(&["-> IAM", "Connect"]),
                Say(|| unknown_parameter(M::REL, None)),
                See(&["Release 16"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
            ],
        )
    }),
];

/// A message with a parameter that no table names, and what its sender wants done about it.
fn unknown_parameter(kind: M, instruction: Option<u8>) -> Message {
    let mut message = message(kind);
    message.set_octets(ParameterCode(UNKNOWN), &[1, 2, 3]);
    if let Some(instruction) = instruction {
        message.set_octets(ParameterCode::PARAMETER_COMPATIBILITY_INFORMATION, &[UNKNOWN, instruction]);
    }
    message
}

/// IAM with a spare calling party's category.
fn unknown_category() -> Message {
    let mut initial = message(M::IAM);
    initial.set_octets(ParameterCode::CALLING_PARTYS_CATEGORY, &[0x7e]);
    initial
}

/// CPG with a spare event.
fn unknown_event() -> Message {
    let mut progress = message(M::CPG);
    progress.set_octets(ParameterCode::EVENT_INFORMATION, &[0x5a]);
    progress
}

/// A parameter that no table names.
const UNKNOWN: u8 = 0xdf;
