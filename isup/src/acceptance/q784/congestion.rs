//! Q.784 groups 7 to 9: bearers, congestion, user part test, echo control.

use crate::cause::Cause;
use crate::codec::{
    AutomaticCongestionLevel, BearerCapability, Message, MessageType as M, TransferCapability,
    TransmissionMediumRequirement, UserServiceInformation,
};
use crate::exchange::MtpIndication;
use crate::point_code::UnavailabilityCause;

use super::tester::*;
use super::{Ask::*, Case, Step::*};

pub(super) const CASES: &[Case] = &[
    performs("7.1.1", "A call of 64 kbit/s unrestricted", |record| {
        play(
            record,
            &[
                Ask(SetupWith(data)),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::RLC),
                See(&["-> REL 16", "Released"]),
            ],
        )
    }),
    performs("7.1.2", "A call of 64 kbit/s unrestricted is refused", |record| {
        play(
            record,
            &[
                Ask(SetupWith(data)),
                Say(|| released(Cause::BEARER_NOT_AVAILABLE)),
                Ask(ReleaseResponse),
                See(&["-> IAM", "Release 58", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("7.1.3", "Dual seizure with a call of 64 kbit/s unrestricted", |record| {
        play(
            record,
            &[On(2), Ask(SetupWith(data)), Hear(M::IAM), See(&["-> IAM", "SetupRefused DualSeizure", "Setup"])],
        )
    }),
    performs("7.2.1", "A call of 3.1 kHz audio", |record| {
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
    does_not_apply(
        "7.3.1",
        "An outgoing multirate call",
        "multirate connection types are not offered: a circuit carries one call of one timeslot",
    ),
    does_not_apply(
        "7.3.2",
        "An incoming multirate call",
        "multirate connection types are not offered: a circuit carries one call of one timeslot",
    ),
    does_not_apply(
        "7.3.3",
        "A multirate call of which one circuit is busy",
        "multirate connection types are not offered: a circuit carries one call of one timeslot",
    ),
    does_not_apply(
        "7.3.4",
        "Dual seizure of multirate calls that we control",
        "multirate connection types are not offered: a circuit carries one call of one timeslot",
    ),
    does_not_apply(
        "7.3.5",
        "Dual seizure of multirate calls that the far end controls",
        "multirate connection types are not offered: a circuit carries one call of one timeslot",
    ),
    does_not_apply(
        "7.3.6",
        "A multirate call to an exchange without the procedure",
        "multirate connection types are not offered: a circuit carries one call of one timeslot",
    ),
    performs("8.1.1", "A congestion level in REL reduces the traffic to the exchange that sent it", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(|| released(Cause::SWITCHING_EQUIPMENT_CONGESTION).with(AutomaticCongestionLevel::LEVEL_2)),
                Ask(ReleaseResponse),
                See(&["-> IAM", "Release 42", "-> RLC", "Released"]),
                Ask(Setup),
                On(2),
                Ask(Setup),
                On(1),
                See(&["-> IAM", "SetupRefused Congestion"]),
            ],
        )
    }),
    performs("8.1.2", "Our congestion level is told in REL", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Ask(Load(AutomaticCongestionLevel::LEVEL_1)),
                Ask(Release),
                See(&["-> REL 16 level 1"]),
            ],
        )
    }),
    performs("8.2.1", "UPT is answered by UPA", |record| play(record, &[Hear(M::UPT), See(&["-> UPA"])])),
    performs("8.2.2", "A user part that is missing is tested", |record| {
        play(
            record,
            &[
                Mtp(MtpIndication::UserPartUnavailable { destination: B, cause: UnavailabilityCause::INACCESSIBLE }),
                See(&["maintenance: user part false", "-> UPT"]),
                Hear(M::UPA),
                See(&["maintenance: user part true"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("8.2.3", "T4: the test of a user part is repeated", |record| {
        play(
            record,
            &[
                Mtp(MtpIndication::UserPartUnavailable { destination: B, cause: UnavailabilityCause::INACCESSIBLE }),
                See(&["maintenance: user part false", "-> UPT"]),
                Pass(300, &["300 s: -> UPT"]),
                Hear(M::UPA),
                See(&["maintenance: user part true"]),
                Pass(600, &[]),
            ],
        )
    }),
    does_not_apply(
        "9.1.1",
        "Echo control begun by us",
        "the echo control procedure of Q.767 is not offered: echo is controlled without signalling",
    ),
    does_not_apply(
        "9.1.2",
        "Echo control begun by the far end",
        "the echo control procedure of Q.767 is not offered: echo is controlled without signalling",
    ),
];

/// IAM for 64 kbit/s unrestricted.
fn data() -> Message {
    let bearer = BearerCapability::circuit(TransferCapability::UNRESTRICTED, None);
    message(M::IAM).with(TransmissionMediumRequirement::UNRESTRICTED_64).with(UserServiceInformation(bearer))
}
