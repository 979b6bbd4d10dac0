//! Q.784 group 2: successful call set-up.

use crate::codec::{Message, MessageType as M, ParameterCode, PropagationDelayCounter};
use crate::exchange::{Number, Origin};

use super::tester::*;
use super::{Ask::*, Case, Step::*};

pub(super) const CASES: &[Case] = &[
    performs("2.1.1", "A call of ours on a circuit that we control", |record| {
        play(
            record,
            &[
                On(1),
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.1.2", "A call of ours on a circuit that the far end controls", |record| {
        play(
            record,
            &[
                On(2),
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.2.1a", "An outgoing call with all digits in the IAM", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.2.1b", "An incoming call with all digits in the IAM", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.2.2a", "An outgoing call with digits in SAM", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Ask(Digits),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "-> SAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.2.2b", "An incoming call with digits in SAM", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AwaitDigits(Number::TooShort)),
                Hear(M::SAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "SubsequentAddress", "-> ACM", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.1a", "An outgoing call whose ACM says: no indication of the called party", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(|| complete(0x00)),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.3.1b", "An outgoing call whose ACM says: subscriber free", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(|| complete(0x04)),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.3.1c", "An outgoing call whose ACM says: connect when free", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(|| complete(0x08)),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.3.1d", "An outgoing call whose ACM says: subscriber free, ordinary subscriber, charge", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(|| complete(0x16)),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.3.1e", "An incoming call whose ACM says: no indication of the called party", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressCompleteWith(|| complete(0x00))),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.1f", "An incoming call whose ACM says: subscriber free", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressCompleteWith(|| complete(0x04))),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.1g", "An incoming call whose ACM says: connect when free", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressCompleteWith(|| complete(0x08))),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.1h", "An incoming call whose ACM says: subscriber free, ordinary subscriber, charge", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressCompleteWith(|| complete(0x16))),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.2a", "An outgoing call with ACM, CPG (alerting) and ANM", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Say(|| progress(1)),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Progress", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.3.2b", "An outgoing call with ACM, CPG (progress) and ANM", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Say(|| progress(2)),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Progress", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.3.2c", "An outgoing call with ACM, CPG (in-band information) and ANM", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Say(|| progress(3)),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Progress", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.3.2d", "An incoming call with ACM, CPG (alerting) and ANM", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(ProgressWith(|| progress(1))),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> CPG", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.2e", "An incoming call with ACM, CPG (progress) and ANM", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(ProgressWith(|| progress(2))),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> CPG", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.2f", "An incoming call with ACM, CPG (in-band information) and ANM", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(ProgressWith(|| progress(3))),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> CPG", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.3a", "An outgoing call answered by CON", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::CON),
                See(&["-> IAM", "Connect"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("2.3.3b", "An incoming call answered by CON", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(Connect),
                See(&["Setup", "-> CON"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.4a", "The satellite indicator of an outgoing call is sent as it was set", |record| {
        play(
            record,
            &[Ask(SetupWith(|| initial(0x01))), See(&["-> IAM satellites 1"]), Hear(M::CON), See(&["Connect"])],
        )
    }),
    performs("2.3.4b", "An incoming call over a satellite", |record| {
        play(
            record,
            &[
                Say(|| initial(0x01)),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("2.3.5a", "We block a circuit during an outgoing call", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Block),
                Hear(M::BLA),
                See(&["journal: blocked", "-> BLO", "BlockConfirmed"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
                Ask(Unblock),
                Hear(M::UBA),
                See(&["journal: unblocked", "-> UBL", "UnblockConfirmed"]),
            ],
        )
    }),
    performs("2.3.5b", "The far end blocks a circuit during an incoming call", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::BLO),
                See(&["Blocked", "-> BLA"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
                Hear(M::UBL),
                See(&["Unblocked", "-> UBA"]),
            ],
        )
    }),
    performs("2.3.6a", "The far end blocks a circuit during an outgoing call", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Hear(M::BLO),
                See(&["Blocked", "-> BLA"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
                Hear(M::UBL),
                See(&["Unblocked", "-> UBA"]),
            ],
        )
    }),
    performs("2.3.6b", "We block a circuit during an incoming call", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Ask(Block),
                Hear(M::BLA),
                See(&["journal: blocked", "-> BLO", "BlockConfirmed"]),
                Hear(M::REL),
                Ask(ReleaseResponse),
                See(&["Release 16", "-> RLC", "Released"]),
                Ask(Unblock),
                Hear(M::UBA),
                See(&["journal: unblocked", "-> UBL", "UnblockConfirmed"]),
            ],
        )
    }),
    performs("2.4.1", "The propagation delay counter grows by the delay of our route", |record| {
        play_from(
            record,
            DELAYS,
            &[Ask(SetupWith(|| message(M::IAM).with(PropagationDelayCounter(12)))), See(&["-> IAM delay 42"])],
        )
    }),
    performs("2.4.2", "The answer tells the delay that the IAM counted", |record| {
        play_from(
            record,
            DELAYS,
            &[
                Say(|| message(M::IAM).with(PropagationDelayCounter(120))),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM history 120"]),
            ],
        )
    }),
    performs("2.4.3", "Where there is no propagation delay counter, ours begins with our route", |record| {
        play_from(record, DELAYS, &[Ask(Setup), See(&["-> IAM delay 30"])])
    }),
    does_not_apply(
        "2.4.4",
        "From ISUP 1992 to a Q.767 network",
        "no call is passed from one signalling network to another",
    ),
    does_not_apply(
        "2.4.5",
        "From a Q.767 network to ISUP 1992",
        "no call is passed from one signalling network to another",
    ),
];

/// ACM with this first octet of backward call indicators.
fn complete(indicators: u8) -> Message {
    let mut complete = message(M::ACM);
    complete.set_octets(ParameterCode::BACKWARD_CALL_INDICATORS, &[indicators, 0x14]);
    complete
}

/// CPG with this event.
fn progress(event: u8) -> Message {
    let mut progress = message(M::CPG);
    progress.set_octets(ParameterCode::EVENT_INFORMATION, &[event]);
    progress
}

/// Our routes take 30 ms.
const DELAYS: Origin = Origin { hop_counter: None, route_delay_ms: Some(30) };
