//! Q.784 groups 3 and 4: normal release, unsuccessful call set-up.

use crate::cause::Cause;
use crate::codec::{Message, MessageType as M, SuspendResumeIndicators};

use super::tester::*;
use super::{Ask::*, Case, Step::*};

pub(super) const CASES: &[Case] = &[
    performs("3.1a", "We release before any backward message", |record| {
        play(
            record,
            &[
                Ask(Setup),
                See(&["-> IAM"]),
                Ask(Release),
                See(&["-> REL 16"]),
                Hear(M::RLC),
                See(&["Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.1b", "The calling party releases before we sent anything", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                See(&["Setup"]),
                Hear(M::REL),
                See(&["Release 16"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.2a", "We release before answer", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                See(&["-> IAM", "AddressComplete"]),
                Ask(Release),
                See(&["-> REL 16"]),
                Hear(M::RLC),
                See(&["Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.2b", "The calling party releases before answer", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                See(&["Setup", "-> ACM"]),
                Hear(M::REL),
                See(&["Release 16"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.3a", "We release after answer as the calling side", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                See(&["-> REL 16"]),
                Hear(M::RLC),
                See(&["Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.3b", "The calling party releases after answer", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Hear(M::REL),
                See(&["Release 16"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.4a", "The called party releases", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Hear(M::REL),
                See(&["Release 16"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.4b", "We release as the called side", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Ask(Release),
                See(&["-> REL 16"]),
                Hear(M::RLC),
                See(&["Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.5a", "The called party hangs up and answers again", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Hear(M::SUS),
                See(&["Suspended"]),
                Pass(9, &[]),
                Hear(M::RES),
                See(&["Resumed"]),
                Ask(Release),
                See(&["-> REL 16"]),
                Hear(M::RLC),
                See(&["Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.5b", "Our called party hangs up and answers again", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Ask(Suspend),
                Ask(Resume),
                See(&["-> SUS", "-> RES"]),
                Hear(M::REL),
                See(&["Release 16"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.6a", "Our calling user suspends and resumes", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Suspend),
                Ask(Resume),
                See(&["-> SUS", "-> RES"]),
                Ask(Release),
                See(&["-> REL 16"]),
                Hear(M::RLC),
                See(&["Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.6b", "The calling user suspends and resumes", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Say(|| by_user(M::SUS)),
                Say(|| by_user(M::RES)),
                See(&["Suspended", "Resumed"]),
                Hear(M::REL),
                See(&["Release 16"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.7a", "The called user suspends and resumes", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Say(|| by_user(M::SUS)),
                Say(|| by_user(M::RES)),
                See(&["Suspended", "Resumed"]),
                Ask(Release),
                See(&["-> REL 16"]),
                Hear(M::RLC),
                See(&["Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.7b", "Our called user suspends and resumes", |record| {
        play(
            record,
            &[
                Hear(M::IAM),
                Ask(AddressComplete),
                Ask(Answer),
                See(&["Setup", "-> ACM", "-> ANM"]),
                Ask(Suspend),
                Ask(Resume),
                See(&["-> SUS", "-> RES"]),
                Hear(M::REL),
                See(&["Release 16"]),
                Ask(ReleaseResponse),
                See(&["-> RLC", "Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.8a", "Releases of both ends cross, ours first", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Ask(Release),
                Hear(M::REL),
                Hear(M::RLC),
                See(&["-> REL 16", "-> RLC", "Released"]),
                Pass(600, &[]),
            ],
        )
    }),
    performs("3.8b", "Releases of both ends cross, theirs first", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Hear(M::ANM),
                See(&["-> IAM", "AddressComplete", "Answer"]),
                Hear(M::REL),
                Ask(Release),
                See(&["Release 16", "-> RLC", "Released"]),
                Hear(M::RLC),
                See(&[]),
            ],
        )
    }),
    performs("4.1a", "A call is refused before address complete: unallocated number", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(|| released(Cause::UNALLOCATED_NUMBER)),
                Ask(ReleaseResponse),
                See(&["-> IAM", "Release 1", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("4.1b", "A call is refused before address complete: user busy", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(|| released(Cause::USER_BUSY)),
                Ask(ReleaseResponse),
                See(&["-> IAM", "Release 17", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("4.1c", "A call is refused before address complete: no circuit available", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Say(|| released(Cause::NO_CIRCUIT_AVAILABLE)),
                Ask(ReleaseResponse),
                See(&["-> IAM", "Release 34", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("4.1d", "A call is refused after address complete: no user responding", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Say(|| released(Cause::NO_USER_RESPONDING)),
                Ask(ReleaseResponse),
                See(&["-> IAM", "AddressComplete", "Release 18", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("4.1e", "A call is refused after address complete: no answer", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Say(|| released(Cause::NO_ANSWER)),
                Ask(ReleaseResponse),
                See(&["-> IAM", "AddressComplete", "Release 19", "-> RLC", "Released"]),
            ],
        )
    }),
    performs("4.1f", "A call is refused after address complete: call rejected", |record| {
        play(
            record,
            &[
                Ask(Setup),
                Hear(M::ACM),
                Say(|| released(Cause::CALL_REJECTED)),
                Ask(ReleaseResponse),
                See(&["-> IAM", "AddressComplete", "Release 21", "-> RLC", "Released"]),
            ],
        )
    }),
];

/// SUS or RES by the user, not the network.
fn by_user(kind: M) -> Message {
    Message::new(kind).with(SuspendResumeIndicators::default())
}
