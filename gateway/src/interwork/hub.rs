//! The hub: what the two ends of a call say to each other, in no protocol's words.
//!
//! ```text
//!   originating end                     terminating end
//!   Setup        ─────────────────────▶
//!   Digits       ─────────────────────▶  where the number was not complete
//!                ◀─────────────────────  Progress, any number
//!                ◀─────────────────────  Answer
//!   Pause        ◀────────────────────▶  Pause
//!   Notice       ◀────────────────────▶  Notice, any number
//!   Release      ◀────────────────────▶  Release, once
//! ```
//!
//! A number is text: digits, `*` and `#`, with a leading `+` where it is international. Where it is not complete yet, the
//! rest follows as [`Digits`].
//!
//! What came as ISUP carries its message along, for an end that speaks ISUP too: a transit exchange passes on what it does
//! not understand. Nobody else looks at it.

mod carried;
mod diversion;

use ::isup::cause::{Cause, Location};
use ::isup::codec::Message;
use config::model::NatureOfAddress;

use crate::sip::Octets;
pub use carried::{Carried, NoticeCode};
pub use diversion::{Diversion, Reason};

/// A call is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// Who is called, as dialled towards the terminating end.
    pub called: String,
    /// No digit of it is to come.
    pub is_complete: bool,
    /// The nature of address that the route prescribes for it.
    pub nature: Option<NatureOfAddress>,
    /// Who calls; `None`: not known.
    pub calling: Option<Calling>,
    /// What the path must carry.
    pub bearer: Bearer,
    /// How the 64 kbit/s of a digital bearer are used: the contents of a bearer capability, Q.931 4.5.5.
    pub capability: Option<Vec<u8>>,
    /// The number that the caller itself gives besides the one that a network vouches for.
    pub additional: Option<Calling>,
    /// The call was diverted.
    pub diversion: Option<Diversion>,
    /// The caller would know who answers.
    pub connected_wanted: bool,
    /// Others give way to it.
    pub emergency: bool,
    /// What goes along.
    pub carried: Carried,
    /// The IAM, where there was one.
    pub isup: Option<Message>,
}

/// More of the called number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Digits {
    /// They follow those that were told before; none where only the end is told.
    pub digits: String,
    /// No digit follows them.
    pub is_last: bool,
}

/// The calling party; another one where it says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calling {
    /// The number.
    pub number: String,
    /// The display name, octet for octet.
    pub display: Option<Octets>,
    /// The called party must not see it.
    pub restricted: bool,
    /// A network vouches for it.
    pub asserted: bool,
}

/// What a path must carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bearer {
    /// Speech, which may be coded in any way that people understand.
    Speech,
    /// 3.1 kHz audio: modem and fax tones may come.
    Audio,
    /// 64 kbit/s that are never touched.
    Digital,
}

/// How far the call has come, backwards.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// How far.
    pub stage: Stage,
    /// There is something to hear, and the message says so.
    pub in_band: bool,
    /// The gateway itself lets a ringing tone be heard.
    pub ringing: bool,
    /// What goes along.
    pub carried: Carried,
    /// The ACM or CPG, where there was one.
    pub isup: Option<Message>,
}

/// How far a call has come before its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The number is complete; that is all.
    Accepted,
    /// A network has the call and may let tones be heard.
    Proceeding,
    /// Something happens that no other stage names.
    Progressing,
    /// The called party is being alerted.
    Alerting,
    /// The call goes to another party.
    Forwarded,
}

/// The called party answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// Who answers, where it is not the number called or says so all the same.
    pub connected: Option<Calling>,
    /// What goes along.
    pub carried: Carried,
    /// The ANM or CON, where there was one.
    pub isup: Option<Message>,
}

/// The conversation pauses, or goes on.
#[derive(Debug, Clone, PartialEq)]
pub struct Pause {
    /// Pauses, else goes on.
    pub suspended: bool,
    /// The SUS or RES, where there was one.
    pub isup: Option<Message>,
}

/// A service tells the other party something that changes nothing of the call.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// What.
    pub code: NoticeCode,
    /// The CPG, where there was one.
    pub isup: Option<Message>,
}

/// The call ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Release {
    /// Why.
    pub cause: Cause,
    /// Where that arose.
    pub location: Location,
    /// More about the cause, as Q.850 says for each.
    pub diagnostics: Vec<u8>,
    /// What goes along.
    pub carried: Carried,
    /// The REL, where there was one.
    pub isup: Option<Message>,
}

impl Setup {
    /// The calling number for records; empty when there is none.
    pub fn calling_digits(&self) -> &str {
        self.calling.as_ref().map_or("", |calling| &calling.number)
    }

    /// Whether the called party must not see who calls.
    pub fn is_restricted(&self) -> bool {
        self.calling.as_ref().is_some_and(|calling| calling.restricted)
    }

    /// A call for this number of which nothing else is known.
    pub fn unknown(called: String) -> Setup {
        Setup {
            called,
            is_complete: true,
            nature: None,
            calling: None,
            bearer: Bearer::Audio,
            capability: None,
            additional: None,
            diversion: None,
            connected_wanted: false,
            emergency: false,
            carried: Carried::default(),
            isup: None,
        }
    }
}

impl Digits {
    /// Puts those behind these.
    pub fn append(&mut self, more: &Digits) {
        self.digits += &more.digits;
        self.is_last |= more.is_last;
    }
}

impl Progress {
    /// A stage, and nothing to hear.
    pub fn new(stage: Stage) -> Progress {
        Progress { stage, in_band: false, ringing: false, carried: Carried::default(), isup: None }
    }
}

impl Release {
    /// A release that arose at `location`.
    pub fn new(cause: Cause, location: Location) -> Release {
        Release { cause, location, diagnostics: Vec::new(), carried: Carried::default(), isup: None }
    }

    /// A release that arose here.
    pub fn here(cause: Cause) -> Release {
        Release::new(cause, Location::PUBLIC_LOCAL)
    }
}
