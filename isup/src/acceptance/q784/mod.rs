//! Q.784: ISUP basic call, against [`crate::exchange`] as signalling point A and a scripted one as B.
//!
//! The numbers are those of one implementation of the suite, openss7's, since the text of Q.784 itself was not read;
//! the titles and what must happen are ours, from Q.764's procedures. Circuits 1 to 4 are a group; A controls the odd
//! ones. The media of a case answers at once.

mod abnormal;
mod compatibility;
mod congestion;
mod maintenance;
mod release;
mod setup;
mod special;
mod tester;

use super::{Case, Suite};
use tester::{Ask, Step};

/// The suite.
pub const SUITE: Suite = Suite {
    name: "q784",
    title: "Q.784, ISUP basic call; the numbers are those of one implementation of the suite, Q.784's text was not read",
    cases,
};

/// Every case of the suite, in the order of the numbers.
pub fn cases() -> Vec<Case> {
    [
        maintenance::CASES,
        compatibility::CASES,
        setup::CASES,
        release::CASES,
        abnormal::CASES,
        special::CASES,
        congestion::CASES,
    ]
    .concat()
}
