//! Supplementary services: what the invocations of a facility element mean, by the network's dialect.
//!
//! [`heard`] takes the services out of a message, [`Service::facility`] makes an element of one. The operations' numbers
//! are those of the standards that each file names, as libpri has them in its tables and in the octets that it sends.
//!
//! Promises: an operation that a dialect does not have is no service in it, and is not sent in it. Leaves out call
//! completion, the activation of diversion, and advice of charge of private networks.

mod answer;
pub mod charge;
pub mod diversion;
mod element;
pub mod name;
pub mod naming;
mod operation;
pub mod party;
pub mod transfer;
pub mod user_user;
pub mod waiting;

pub use answer::{Answer, ServiceError};
pub use element::{Heard, heard};

use super::rose::ber::{Fault, MalformedFacility, Reader, Tag};
use charge::{ChargeAtEnd, ChargeDuringCall, ChargingCase, Rates, SpecialArrangement};
use diversion::{Deflection, DivertedFrom, DivertedShown, DivertedTo, Rerouting};
use name::{Name, NameOf};
use transfer::{LinkId, ThirdParty, TransferComplete, Transferred};
use user_user::UserUserRequest;
use waiting::Waiting;

/// Whose operations a network speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Public networks of ETSI.
    Etsi,
    /// Private networks (QSIG).
    Qsig,
    /// National ISDN, with AT&T and Lucent.
    National,
    /// Nortel DMS-100.
    Dms100,
}

/// What a party asks or tells beside the call itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Service {
    /// A party's name.
    Name(NameOf, Name),
    /// The name follows in a message of its own (National ISDN).
    NameFollows,
    /// Advice of charge is wanted.
    ChargingRequest(ChargingCase),
    /// AOC-S in currency.
    Rates(Rates),
    /// AOC-S by arrangement.
    SpecialArrangement(SpecialArrangement),
    /// AOC-D.
    ChargeDuringCall(ChargeDuringCall),
    /// AOC-E.
    ChargeAtEnd(ChargeAtEnd),
    /// The call is being diverted.
    DivertedTo(DivertedTo),
    /// The call was diverted.
    DivertedFrom(DivertedFrom),
    /// Whether the new party's number may be shown.
    DivertedShown(DivertedShown),
    /// Divert this call.
    Rerouting(Box<Rerouting>),
    /// Divert this call, of a user.
    Deflection(Deflection),
    /// Transfer the call that is held to the one that is not.
    Transfer,
    /// Tell the number of this call, so that another one can be transferred to it.
    LinkIdRequest,
    /// Transfer this call to the one of that number.
    TransferTo(LinkId),
    /// The call was transferred.
    Transferred(Transferred),
    /// The call was transferred, in a private network.
    TransferComplete(TransferComplete),
    /// Join this call and the one with that call reference, and leave us out (two B-channel transfer).
    JoinCall(u16),
    /// Tell the number of this call (release link trunk).
    ReleaseLink,
    /// Join this call and that one, and leave us out (release link trunk).
    ThirdParty(ThirdParty),
    /// Record who calls: the call is malicious, EN 300 130.
    MaliciousCall,
    /// Messages wait.
    MessagesWaiting(Waiting),
    /// No messages wait any more.
    NoMessagesWaiting(Waiting),
    /// A public network tells its user that messages wait, or how many do.
    WaitingIndicated(Waiting),
    /// User-user signalling is wanted in this call.
    UserUser(UserUserRequest),
}

/// An argument of an operation, or a part of one.
pub trait Argument: Sized {
    /// Reads it.
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility>;

    /// Appends it.
    fn write(&self, out: &mut Vec<u8>);
}

/// A sequence of one kind of values, at least one.
fn sequence<A: Argument>(reader: &mut Reader<'_>) -> Result<Vec<A>, MalformedFacility> {
    let mut inner = reader.within(Tag::SEQUENCE)?;
    let mut values = Vec::new();
    while !inner.is_empty() {
        values.push(A::read(&mut inner)?);
    }
    if values.is_empty() { Err(inner.error(Fault::Truncated)) } else { Ok(values) }
}
