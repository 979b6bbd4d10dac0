//! A message centre's news as a message summary (RFC 3842).
//!
//! | of the mailbox | in the summary |
//! |---|---|
//! | whether messages wait | Messages-Waiting |
//! | how many, where it tells | new voice messages |
//! | the centre's number | Message-Account |

use crate::interwork::hub::Mailbox;
use crate::sip::Summary;

/// What telephones are told.
pub fn summary(mailbox: &Mailbox) -> Summary {
    let Mailbox { waits, messages, centre, .. } = mailbox;
    Summary { waits: *waits, messages: *messages, centre: centre.clone() }
}
