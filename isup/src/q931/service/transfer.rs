//! Call transfer: explicit call transfer of a public network, EN 300 369; that of a private one, ECMA-178; and of two
//! B-channels as National ISDN and DMS-100 do it.
//!
//! Leaves out transfer by rerouting in a private network, which needs an exchange that can be rerouted to.

use super::Argument;
use super::name::Name;
use super::party::{PartyNumber, Presented, ScreenedNumber};
use crate::q931::rose::ber::{self, MalformedFacility, Reader, Tag};

/// A call as the network names it to whoever will transfer another one to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkId(pub i32);

/// EctInform, to a party whose call was transferred.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transferred {
    /// The new party has answered; else it is being alerted.
    pub active: bool,
    /// Who it is.
    pub number: Option<Presented<PartyNumber>>,
}

/// Call transfer complete, through a private network to the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferComplete {
    /// The new party is the one that the transferring user had called, not the one that had called it.
    pub secondary: bool,
    /// Who it is.
    pub number: Presented<ScreenedNumber>,
    /// Elements of Q.931 that go along, as they were written; empty: none.
    pub elements: Vec<u8>,
    /// Its name.
    pub name: Option<Name>,
    /// It is being alerted; else it has answered.
    pub alerting: bool,
}

/// Third party of a release link trunk, DMS-100: join the call in which this is sent to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThirdParty {
    /// The other call, by the number that the switch gave it.
    pub call: i32,
    /// Why, as the sender likes.
    pub reason: i32,
}

/// What a release link trunk returns for its call: the number for [`ThirdParty::call`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrunkCall(pub i32);

impl Argument for LinkId {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        reader.expect(Tag::INTEGER)?.number().map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::integer(out, Tag::INTEGER, i64::from(self.0));
    }
}

impl Argument for TrunkCall {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        reader.expect(Tag::context(0))?.number().map(Self)
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::integer(out, Tag::context(0), i64::from(self.0));
    }
}

impl Argument for Transferred {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let active = inner.expect(Tag::ENUMERATED)?.integer()? != 0;
        Ok(Self { active, number: Presented::optional(&mut inner)? })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::integer(out, Tag::ENUMERATED, i64::from(self.active));
            if let Some(number) = &self.number {
                number.write(out);
            }
        });
    }
}

impl Argument for TransferComplete {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        Ok(Self {
            secondary: inner.expect(Tag::ENUMERATED)?.integer()? != 0,
            number: Presented::read(&mut inner)?,
            elements: inner.optional(ELEMENTS)?.map(|value| value.contents.to_vec()).unwrap_or_default(),
            name: if Name::is_next(inner.peek()) { Some(Name::read(&mut inner)?) } else { None },
            alerting: match inner.optional(Tag::ENUMERATED)? {
                Some(status) => status.integer()? != 0,
                None => false,
            },
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::integer(out, Tag::ENUMERATED, i64::from(self.secondary));
            self.number.write(out);
            if !self.elements.is_empty() {
                ber::value(out, ELEMENTS, &self.elements);
            }
            if let Some(name) = &self.name {
                name.write(out);
            }
            if self.alerting {
                ber::integer(out, Tag::ENUMERATED, 1);
            }
        });
    }
}

impl Argument for ThirdParty {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let call = inner.expect(Tag::context(0))?.number()?;
        Ok(Self { call, reason: inner.expect(Tag::context(1))?.number()? })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::integer(out, Tag::context(0), i64::from(self.call));
            ber::integer(out, Tag::context(1), i64::from(self.reason));
        });
    }
}

/// Elements of Q.931 within an argument: an application tag.
const ELEMENTS: Tag = Tag(0x40);
