//! Transfer: what a REFER asks for (RFC 3515), and how its sender hears what came of it.

use isup::cause::{Cause, Location};

use super::cause::{Status, status_of};
use super::{codec, party, response};
use crate::interwork::hub::{Calling, Progress, Release, Setup};
use crate::sip::Referral;

/// The call that a REFER asks for, from the party that stays. An error is the status of the refusal: a target without a
/// telephone number is nobody that could be called.
pub fn setup(referral: &Referral, calling: Option<Calling>) -> Result<Setup, Status> {
    let called = party::number(&referral.target).ok_or(NOT_FOUND)?;
    Ok(Setup { calling, bearer: codec::OF_G711, ..Setup::unknown(called) })
}

/// What is told of the new party's progress.
pub fn progress(progress: &Progress) -> Status {
    Status(response::provisional(progress).map_or(SESSION_PROGRESS, |told| told.status))
}

/// Why nothing came of it.
pub fn refusal(release: &Release) -> Status {
    match release.cause {
        Cause::NORMAL_CLEARING => status_of(Cause::NORMAL_UNSPECIFIED, Location::PUBLIC_LOCAL),
        cause => status_of(cause, release.location),
    }
}

/// The new party has answered, or the two calls are one.
pub const DONE: Status = Status(200);
/// It is being tried: the answer to REFER itself.
pub const ACCEPTED: Status = Status(202);
/// The peer may not transfer calls.
pub const FORBIDDEN: Status = Status(403);
/// Another transfer is under way, or there have been too many.
pub const NOT_NOW: Status = Status(480);
/// No call of the peer's has the dialog that is named.
pub const NO_SUCH_CALL: Status = Status(481);
const NOT_FOUND: Status = Status(404);
const SESSION_PROGRESS: u16 = 183;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interwork::hub::Stage;
    use crate::sip::Uri;

    fn referral(target: &str) -> Referral {
        let target = Uri::parse(target.as_bytes()).expect("a URI");
        Referral { target, replaces: None, referred_by: None }
    }

    #[test]
    fn a_refer_asks_for_a_call_to_its_number_and_to_nobody_without_one() {
        let setup_for = |target| setup(&referral(target), None).map(|setup| setup.called);
        assert_eq!(setup_for("sip:+4989100@gw;user=phone"), Ok("+4989100".into()));
        assert_eq!(setup_for("tel:600"), Ok("600".into()));
        assert_eq!(setup_for("sip:alice@gw"), Err(NOT_FOUND));
    }

    #[test]
    fn each_end_of_the_new_call_has_its_status() {
        assert_eq!(progress(&Progress::new(Stage::Alerting)), Status(180));
        assert_eq!(progress(&Progress::new(Stage::Accepted)), Status(183));
        assert_eq!(refusal(&Release::here(Cause::USER_BUSY)), Status(486));
        assert_eq!(refusal(&Release::here(Cause::NORMAL_CLEARING)), Status(480));
    }
}
