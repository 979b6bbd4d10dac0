//! Link, traffic and route management: [`crate::mtp3::Router`] between scripted links, by the clauses of Q.704, and the
//! signalling link test of Q.707.
//!
//! Q.782's own numbers were not read: a case is named by the clause that it shows, or by the timer or message where
//! the clause was not read. Two linksets of two links lead to two transfer points and a destination behind both.

mod changeover;
pub mod chart;
mod handling;
mod inhibiting;
mod link_management;
mod routes;
mod test_control;
mod traffic;

use super::{Case, Suite, performs};

/// The suite.
pub const SUITE: Suite = Suite {
    name: "q782",
    title: "Q.704 and Q.707, MTP level 3; named by their clauses, Q.782's own numbers were not read",
    cases,
};

/// Every case of the suite, in the order of the clauses.
pub fn cases() -> Vec<Case> {
    CASES.to_vec()
}

/// Every case.
const CASES: &[Case] = &[
    performs("Q.704-5.2", "The last link of a linkset is changed over by the way around", changeover::case_5_2),
    performs(
        "Q.704-5.3a",
        "A failed link hands what the far end lacks to its parallel before anything newer",
        changeover::case_5_3a,
    ),
    performs("Q.704-5.3b", "An order for a link that we took to be in service takes it out", changeover::case_5_3b),
    performs("Q.704-5.4", "An order is an acknowledgement too and is acknowledged", changeover::case_5_4),
    performs("Q.704-5.6a", "An emergency answer brings back only what was never sent", changeover::case_5_6a),
    performs("Q.704-5.6b", "Who does not know its BSN orders and answers in emergency", changeover::case_5_6b),
    performs("Q.704-5.7", "Without an answer in T2 only new traffic goes on", changeover::case_5_7),
    performs(
        "Q.704-6.3a",
        "A link takes its share back once the far end has all that the other carried",
        changeover::case_6_3a,
    ),
    performs(
        "Q.704-6.3b",
        "A declaration is acknowledged with its code over the link it came by",
        changeover::case_6_3b,
    ),
    performs("Q.704-6.5", "A declaration is repeated after T4 and given up after T5", changeover::case_6_5),
    performs("Q.704-7", "A prohibited route is left at once and asked for every T10", routes::case_7),
    performs("Q.704-8a", "An allowed route is taken after T6 and nothing overtakes", routes::case_8a),
    performs("Q.704-8b", "A restricted route is left for a worse one but kept where there is none", routes::case_8b),
    performs("Q.704-9a", "What a transfer point prohibited is forgotten when its last link fails", routes::case_9a),
    performs("Q.704-9b", "A restart that we did not notice is answered once in T19", routes::case_9b),
    performs("Q.704-10", "Requests are repeated once", inhibiting::case_10),
    performs("Q.704-10.2a", "An inhibited link stays in service and carries nothing", inhibiting::case_10_2a),
    performs("Q.704-10.2b", "A link that either end needs is not inhibited", inhibiting::case_10_2b),
    performs("Q.704-10.3", "An uninhibited link takes its share back", inhibiting::case_10_3),
    performs("Q.704-11a", "The network's congestion is told each time with its level", routes::case_11a),
    performs("Q.704-11b", "A congested link of ours is told with its first message and each eighth", routes::case_11b),
    performs("Q.704-11c", "A missing user part is told and ours are refused", routes::case_11c),
    performs("Q.704-sharing", "The selections share the links evenly, and each keeps its link", handling::case_sharing),
    performs("Q.704-distribution", "A message for our user part is delivered to it", handling::case_distribution),
    performs(
        "Q.704-discrimination",
        "A message for another point or of another network goes no further",
        handling::case_discrimination,
    ),
    performs(
        "Q.704-invalid",
        "What is too short, of an unknown heading or no management message moves nothing",
        handling::case_invalid,
    ),
    performs(
        "Q.704-activation",
        "A deactivated link stays down until it is activated, tested and carries traffic again",
        link_management::case_activation,
    ),
    performs("Q.704-T17", "A link that fails is started again T17 after each failure", link_management::case_t17),
    performs(
        "Q.704-RPO",
        "A far end whose processor is out gets no traffic until it is back",
        link_management::case_outage,
    ),
    performs(
        "Q.704-traffic",
        "Nothing is lost, doubled or overtaken while a link fails and returns",
        traffic::case_in_sequence,
    ),
    performs("Q.707-SLTM", "A test is answered with its pattern", test_control::case_sltm),
    performs("Q.707-SLTA", "An answer with another pattern or code does not pass the test", test_control::case_slta),
    performs(
        "Q.707-T1",
        "Two tests without an answer fail the link, which is restored after T17",
        test_control::case_t1,
    ),
    performs("Q.707-T2", "A link in service is tested again every T2", test_control::case_t2),
];

/// Q.782's groups of cases, known to us by their titles alone, and what shows them here.
pub const GROUPS: &[Group] = &[
    Group { title: "Signalling link management", shown_by: &["Q.704-activation", "Q.704-T17", "Q.704-RPO"] },
    Group {
        title: "Signalling message handling",
        shown_by: &["Q.704-sharing", "Q.704-distribution", "Q.704-discrimination"],
    },
    Group {
        title: "Changeover",
        shown_by: &["Q.704-5.2", "Q.704-5.3a", "Q.704-5.3b", "Q.704-5.4", "Q.704-5.6a", "Q.704-5.6b", "Q.704-5.7"],
    },
    Group { title: "Changeback", shown_by: &["Q.704-6.3a", "Q.704-6.3b", "Q.704-6.5"] },
    Group { title: "Forced rerouting", shown_by: &["Q.704-7"] },
    Group { title: "Controlled rerouting", shown_by: &["Q.704-8a", "Q.704-8b"] },
    Group { title: "Management inhibiting", shown_by: &["Q.704-10", "Q.704-10.2a", "Q.704-10.2b", "Q.704-10.3"] },
    Group { title: "Signalling traffic flow control", shown_by: &["Q.704-11a", "Q.704-11b", "Q.704-11c"] },
    Group { title: "Signalling route management", shown_by: &["Q.704-7", "Q.704-8a", "Q.704-8b"] },
    Group { title: "SP restart", shown_by: &["Q.704-9a", "Q.704-9b"] },
    Group { title: "Traffic test", shown_by: &["Q.704-traffic"] },
    Group { title: "Signalling link test", shown_by: &["Q.707-SLTM", "Q.707-SLTA", "Q.707-T1", "Q.707-T2"] },
    Group { title: "Invalid messages", shown_by: &["Q.704-invalid"] },
];

/// A group of Q.782.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// As Q.782 calls it.
    pub title: &'static str,
    /// The cases of this suite.
    pub shown_by: &'static [&'static str],
}
