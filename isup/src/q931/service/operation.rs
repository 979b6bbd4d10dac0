//! Which operation is which service: one table for reading, one for writing.

use super::charge::{ChargeAtEnd, ChargeDuringCall, ChargingCase, Measure, Rates, SpecialArrangement};
use super::diversion::{Deflection, DivertedFrom, DivertedShown, DivertedTo, Rerouting};
use super::name::{Name, NameOf};
use super::transfer::{LinkId, ThirdParty, TransferComplete, Transferred};
use super::user_user::UserUserRequest;
use super::waiting::Waiting;
use super::{Argument, Dialect, Service};
use crate::q931::rose::ber::{self, MalformedFacility, ObjectIdentifier, Reader, Tag};
use crate::q931::rose::{Code, Invoke, InvokeId};

/// Explicit call transfer: itu-t, identified organization, etsi, 369, operations and errors; then the operation.
const EXPLICIT_CALL_TRANSFER: [u8; 5] = [0x04, 0x00, 0x82, 0x71, 0x01];
/// Message waiting indication: the same with 745.
const MESSAGE_WAITING: [u8; 5] = [0x04, 0x00, 0x85, 0x69, 0x01];
/// iso, member body, usa, ansi-t1 (10005), operations; then the operation.
const ANSI_T1: [u8; 6] = [0x2a, 0x86, 0x48, 0xce, 0x15, 0x00];

/// An operation's number, and which list it is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    Local(i32),
    ExplicitCallTransfer(u8),
    MessageWaiting(u8),
    AnsiT1(u8),
}

impl Number {
    fn of(code: &Code) -> Option<Self> {
        let identifier = match code {
            Code::Local(number) => return Some(Self::Local(*number)),
            Code::Global(identifier) => identifier,
        };
        let (last, prefix) = identifier.0.split_last()?;
        match prefix {
            prefix if *prefix == EXPLICIT_CALL_TRANSFER => Some(Self::ExplicitCallTransfer(*last)),
            prefix if *prefix == MESSAGE_WAITING => Some(Self::MessageWaiting(*last)),
            prefix if *prefix == ANSI_T1 => Some(Self::AnsiT1(*last)),
            _ => None,
        }
    }

    fn code(self) -> Code {
        let global = |prefix: &[u8], last| Code::Global(ObjectIdentifier([prefix, &[last]].concat()));
        match self {
            Self::Local(number) => Code::Local(number),
            Self::ExplicitCallTransfer(number) => global(&EXPLICIT_CALL_TRANSFER, number),
            Self::MessageWaiting(number) => global(&MESSAGE_WAITING, number),
            Self::AnsiT1(number) => global(&ANSI_T1, number),
        }
    }
}

/// An operation or error of explicit call transfer.
pub(super) fn explicit_call_transfer(number: u8) -> Code {
    Number::ExplicitCallTransfer(number).code()
}

impl Service {
    /// What an invocation means; `None`: the dialect does not have the operation. An error is in the argument, with its
    /// offset from the argument's first octet.
    pub fn of(dialect: Dialect, invoke: &Invoke) -> Result<Option<Self>, MalformedFacility> {
        use Dialect::{Dms100, Etsi, National, Qsig};
        use Number::{AnsiT1, ExplicitCallTransfer, Local, MessageWaiting};
        let Some(number) = Number::of(&invoke.operation) else { return Ok(None) };
        let argument = &mut Reader::new(&invoke.argument);
        Ok(Some(match (dialect, number) {
            (Qsig | National, Local(0)) => Self::Name(NameOf::Calling, Name::read(argument)?),
            (Qsig | National, Local(1)) => Self::Name(NameOf::Called, Name::read(argument)?),
            (Qsig | National, Local(2)) => Self::Name(NameOf::Connected, Name::read(argument)?),
            (Qsig | National, Local(3)) => Self::Name(NameOf::Busy, Name::read(argument)?),
            (National, AnsiT1(4)) => Self::NameFollows,
            (National, AnsiT1(8)) => Self::JoinCall(call_reference(argument)?),
            (Qsig, Local(12)) => Self::TransferComplete(TransferComplete::read(argument)?),
            (Qsig, Local(19)) => Self::Rerouting(Box::new(Rerouting::read(argument, dialect)?)),
            (Qsig, Local(20)) => Self::DivertedTo(DivertedTo::read(argument, dialect)?),
            (Qsig, Local(21)) => Self::DivertedFrom(DivertedFrom::read(argument)?),
            (Qsig, Local(22)) => Self::DivertedShown(DivertedShown::read(argument, dialect)?),
            (Qsig, Local(80)) | (Etsi, MessageWaiting(1)) => Self::MessagesWaiting(Waiting::read(argument, dialect)?),
            (Qsig, Local(81)) | (Etsi, MessageWaiting(2)) => {
                Self::NoMessagesWaiting(Waiting::read_none(argument, dialect)?)
            }
            (Etsi, MessageWaiting(3)) => Self::WaitingIndicated(Waiting::read_indication(argument)?),
            (Etsi, Local(1)) => Self::UserUser(UserUserRequest::read(argument)?),
            (Etsi, Local(3)) => Self::MaliciousCall,
            (Etsi, Local(6)) => Self::Transfer,
            (Etsi, Local(13)) => Self::Deflection(Deflection::read(argument)?),
            (Etsi, Local(14)) => Self::Rerouting(Box::new(Rerouting::read(argument, dialect)?)),
            (Etsi, Local(15)) => Self::DivertedFrom(DivertedFrom::read(argument)?),
            (Etsi, Local(18)) => Self::DivertedTo(DivertedTo::read(argument, dialect)?),
            (Etsi, Local(19)) => Self::DivertedShown(DivertedShown::read(argument, dialect)?),
            (Etsi, Local(30)) => Self::ChargingRequest(ChargingCase(argument.expect(Tag::ENUMERATED)?.number()?)),
            (Etsi, Local(31)) => Self::Rates(Rates::read(argument)?),
            (Etsi, Local(32)) => Self::SpecialArrangement(SpecialArrangement::read(argument)?),
            (Etsi, Local(33)) => Self::ChargeDuringCall(ChargeDuringCall::read(argument, Measure::Currency)?),
            (Etsi, Local(34)) => Self::ChargeDuringCall(ChargeDuringCall::read(argument, Measure::Units)?),
            (Etsi, Local(35)) => Self::ChargeAtEnd(ChargeAtEnd::read(argument, Measure::Currency)?),
            (Etsi, Local(36)) => Self::ChargeAtEnd(ChargeAtEnd::read(argument, Measure::Units)?),
            (Etsi, ExplicitCallTransfer(1)) => Self::TransferTo(LinkId::read(argument)?),
            (Etsi, ExplicitCallTransfer(4)) => Self::LinkIdRequest,
            (Etsi, ExplicitCallTransfer(5)) => Self::Transferred(Transferred::read(argument)?),
            (Dms100, Local(1)) => Self::ReleaseLink,
            (Dms100, Local(2)) => Self::ThirdParty(ThirdParty::read(argument)?),
            _ => return Ok(None),
        }))
    }

    /// The invocation; `None`: the dialect has no operation for it.
    pub fn invoke(&self, dialect: Dialect, id: InvokeId) -> Option<Invoke> {
        let number = self.number(dialect)?;
        let mut argument = Vec::new();
        self.write_argument(dialect, &mut argument);
        Some(Invoke::new(id, number.code(), argument))
    }

    fn number(&self, dialect: Dialect) -> Option<Number> {
        use Dialect::{Dms100, Etsi, National, Qsig};
        use Number::{AnsiT1, ExplicitCallTransfer, Local, MessageWaiting};
        Some(match (self, dialect) {
            (Self::Name(NameOf::Calling, _), Qsig | National) => Local(0),
            (Self::Name(NameOf::Called, _), Qsig | National) => Local(1),
            (Self::Name(NameOf::Connected, _), Qsig | National) => Local(2),
            (Self::Name(NameOf::Busy, _), Qsig | National) => Local(3),
            (Self::NameFollows, National) => AnsiT1(4),
            (Self::JoinCall(_), National) => AnsiT1(8),
            (Self::TransferComplete(_), Qsig) => Local(12),
            (Self::Rerouting(_), Qsig) => Local(19),
            (Self::DivertedTo(_), Qsig) => Local(20),
            (Self::DivertedFrom(_), Qsig) => Local(21),
            (Self::DivertedShown(_), Qsig) => Local(22),
            (Self::MessagesWaiting(_), Qsig) => Local(80),
            (Self::NoMessagesWaiting(_), Qsig) => Local(81),
            (Self::MessagesWaiting(_), Etsi) => MessageWaiting(1),
            (Self::NoMessagesWaiting(_), Etsi) => MessageWaiting(2),
            (Self::WaitingIndicated(_), Etsi) => MessageWaiting(3),
            (Self::UserUser(_), Etsi) => Local(1),
            (Self::MaliciousCall, Etsi) => Local(3),
            (Self::Transfer, Etsi) => Local(6),
            (Self::Deflection(_), Etsi) => Local(13),
            (Self::Rerouting(_), Etsi) => Local(14),
            (Self::DivertedFrom(_), Etsi) => Local(15),
            (Self::DivertedTo(_), Etsi) => Local(18),
            (Self::DivertedShown(_), Etsi) => Local(19),
            (Self::ChargingRequest(_), Etsi) => Local(30),
            (Self::Rates(_), Etsi) => Local(31),
            (Self::SpecialArrangement(_), Etsi) => Local(32),
            (Self::ChargeDuringCall(charge), Etsi) => Local(33 + i32::from(charge.measure() == Measure::Units)),
            (Self::ChargeAtEnd(charge), Etsi) => Local(35 + i32::from(charge.measure() == Measure::Units)),
            (Self::TransferTo(_), Etsi) => ExplicitCallTransfer(1),
            (Self::LinkIdRequest, Etsi) => ExplicitCallTransfer(4),
            (Self::Transferred(_), Etsi) => ExplicitCallTransfer(5),
            (Self::ReleaseLink, Dms100) => Local(1),
            (Self::ThirdParty(_), Dms100) => Local(2),
            _ => return None,
        })
    }

    fn write_argument(&self, dialect: Dialect, out: &mut Vec<u8>) {
        match self {
            Self::Name(_, name) => name.write(out),
            Self::NameFollows => ber::integer(out, Tag::ENUMERATED, 0),
            Self::ChargingRequest(case) => ber::integer(out, Tag::ENUMERATED, i64::from(case.0)),
            Self::Rates(rates) => rates.write(out),
            Self::SpecialArrangement(arrangement) => arrangement.write(out),
            Self::ChargeDuringCall(charge) => charge.write(out),
            Self::ChargeAtEnd(charge) => charge.write(out),
            Self::DivertedTo(diverted) => diverted.write(out, dialect),
            Self::DivertedFrom(diverted) => diverted.write(out, dialect),
            Self::DivertedShown(shown) => shown.write(out, dialect),
            Self::Rerouting(rerouting) => rerouting.write(out, dialect),
            Self::Deflection(deflection) => deflection.write(out),
            Self::TransferTo(link) => link.write(out),
            Self::Transferred(transferred) => transferred.write(out),
            Self::TransferComplete(transfer) => transfer.write(out),
            Self::JoinCall(reference) => {
                ber::within(out, Tag::SEQUENCE, |out| ber::integer(out, Tag::INTEGER, i64::from(*reference)));
            }
            Self::ThirdParty(party) => party.write(out),
            Self::MessagesWaiting(waiting) => waiting.write(out, dialect),
            Self::NoMessagesWaiting(waiting) => waiting.write_none(out, dialect),
            Self::WaitingIndicated(waiting) => waiting.write_indication(out),
            Self::UserUser(request) => request.write(out),
            Self::Transfer | Self::LinkIdRequest | Self::ReleaseLink | Self::MaliciousCall => {}
        }
    }
}

fn call_reference(argument: &mut Reader<'_>) -> Result<u16, MalformedFacility> {
    argument.within(Tag::SEQUENCE)?.expect(Tag::INTEGER)?.number()
}
