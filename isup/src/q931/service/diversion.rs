//! Call diversion, EN 300 207 and ECMA-174: what each leg of a diverted call is told, and the request to divert it.
//!
//! Promises: one shape for both networks; members that only private ones have are `None` on public ones and are not
//! sent there. Elements of Q.931 within a request are kept as they were written.

use super::name::Name;
use super::party::{Address, PartyNumber, Presented, ScreenedNumber};
use super::{Argument, Dialect};
use crate::q931::rose::ber::{self, MalformedFacility, Reader, Tag};

/// Why a call is diverted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason(pub u8);

impl Reason {
    /// Nobody says.
    pub const UNKNOWN: Self = Self(0);
    /// The user diverts all calls.
    pub const UNCONDITIONAL: Self = Self(1);
    /// The user is busy.
    pub const BUSY: Self = Self(2);
    /// The user does not answer.
    pub const NO_REPLY: Self = Self(3);
    /// The user deflects this call while it rings. Public networks only, as the next one.
    pub const DEFLECTION_ALERTING: Self = Self(4);
    /// The user deflects this call at once.
    pub const DEFLECTION_IMMEDIATE: Self = Self(5);
}

/// What the caller may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription(pub u8);

impl Subscription {
    /// Nothing.
    pub const NO_NOTIFICATION: Self = Self(0);
    /// That the call is diverted.
    pub const WITHOUT_NUMBER: Self = Self(1);
    /// That it is, and to whom.
    pub const WITH_NUMBER: Self = Self(2);
}

/// Diverting leg information 1, to the caller: the call is being diverted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DivertedTo {
    /// Why.
    pub reason: Reason,
    /// What the caller may be told.
    pub subscription: Subscription,
    /// To whom; a private network always says it, and shows it.
    pub number: Option<Presented<PartyNumber>>,
}

/// Diverting leg information 2, to whom the call is diverted: from whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DivertedFrom {
    /// How often it has been diverted.
    pub counter: u8,
    /// Why the last time.
    pub reason: Reason,
    /// Why the first time; private networks only, as both names.
    pub original_reason: Option<Reason>,
    /// Who diverted it last.
    pub diverting: Option<Presented<PartyNumber>>,
    /// Who was called first.
    pub original_called: Option<Presented<PartyNumber>>,
    /// The name of who diverted it last.
    pub diverting_name: Option<Name>,
    /// The name of who was called first.
    pub original_called_name: Option<Name>,
}

/// Diverting leg information 3, to the caller: whether the number of the new party may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DivertedShown {
    /// Whether it may.
    pub allowed: bool,
    /// The name of the new party; private networks only.
    pub name: Option<Name>,
}

/// Call rerouting: divert this call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rerouting {
    /// Why.
    pub reason: Reason,
    /// Why the first time; private networks only, as all that follows the subscription.
    pub original_reason: Option<Reason>,
    /// To whom.
    pub called: Address,
    /// How often it will have been diverted.
    pub counter: u8,
    /// Bearer capability and what else of the call's elements goes along.
    pub elements: Vec<u8>,
    /// Who diverts it.
    pub diverting: Presented<PartyNumber>,
    /// What the caller may be told.
    pub subscription: Subscription,
    /// The caller's subaddress as it was written, in both networks; empty: none.
    pub calling_subaddress: Vec<u8>,
    /// Who calls; a private network must be told.
    pub calling: Option<Presented<ScreenedNumber>>,
    /// The caller's name.
    pub calling_name: Option<Name>,
    /// Who was called first.
    pub original_called: Option<Presented<PartyNumber>>,
    /// The name of who diverts.
    pub diverting_name: Option<Name>,
    /// The name of who was called first.
    pub original_called_name: Option<Name>,
}

/// Call deflection: divert this call, of a user at a public network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deflection {
    /// To whom.
    pub to: Address,
    /// Whether the new party may see who diverts.
    pub shown: Option<bool>,
}

impl DivertedTo {
    pub(super) fn read(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let reason = enumerated(&mut inner).map(Reason)?;
        let subscription = enumerated(&mut inner).map(Subscription)?;
        let number = match dialect {
            Dialect::Qsig => Some(Presented::Allowed(PartyNumber::read(&mut inner)?)),
            _ => Presented::optional(&mut inner)?,
        };
        Ok(Self { reason, subscription, number })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>, dialect: Dialect) {
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::integer(out, Tag::ENUMERATED, i64::from(self.reason.0));
            ber::integer(out, Tag::ENUMERATED, i64::from(self.subscription.0));
            match (dialect, &self.number) {
                (Dialect::Qsig, number) => {
                    let shown = number.as_ref().and_then(Presented::shown).cloned();
                    shown.unwrap_or_else(|| PartyNumber::unknown("")).write(out);
                }
                (_, Some(number)) => number.write(out),
                (_, None) => {}
            }
        });
    }
}

impl DivertedFrom {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        Ok(Self {
            counter: inner.expect(Tag::INTEGER)?.number()?,
            reason: enumerated(&mut inner).map(Reason)?,
            original_reason: original_reason(&mut inner)?,
            diverting: Presented::tagged(&mut inner, 1)?,
            original_called: Presented::tagged(&mut inner, 2)?,
            diverting_name: Name::tagged(&mut inner, 3)?,
            original_called_name: Name::tagged(&mut inner, 4)?,
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>, dialect: Dialect) {
        let private = dialect == Dialect::Qsig;
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::integer(out, Tag::INTEGER, i64::from(self.counter));
            ber::integer(out, Tag::ENUMERATED, i64::from(self.reason.0));
            if let Some(reason) = self.original_reason.filter(|_| private) {
                ber::integer(out, Tag::context(0), i64::from(reason.0));
            }
            write_number(out, 1, self.diverting.as_ref());
            write_number(out, 2, self.original_called.as_ref());
            write_name(out, 3, self.diverting_name.as_ref().filter(|_| private));
            write_name(out, 4, self.original_called_name.as_ref().filter(|_| private));
        });
    }
}

impl DivertedShown {
    pub(super) fn read(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Self, MalformedFacility> {
        if dialect != Dialect::Qsig {
            return Ok(Self { allowed: reader.expect(Tag::BOOLEAN)?.boolean()?, name: None });
        }
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let allowed = inner.expect(Tag::BOOLEAN)?.boolean()?;
        Ok(Self { allowed, name: Name::tagged(&mut inner, 0)? })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>, dialect: Dialect) {
        if dialect != Dialect::Qsig {
            return ber::boolean(out, Tag::BOOLEAN, self.allowed);
        }
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::boolean(out, Tag::BOOLEAN, self.allowed);
            write_name(out, 0, self.name.as_ref());
        });
    }
}

impl Rerouting {
    pub(super) fn read(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let reason = enumerated(&mut inner).map(Reason)?;
        let original_reason = original_reason(&mut inner)?;
        let called = Address::read(&mut inner)?;
        let counter = inner.expect(Tag::INTEGER)?.number()?;
        let elements = inner.expect(ELEMENTS)?.contents.to_vec();
        let diverting = Presented::read(&mut inner.within(Tag::constructed(1))?)?;
        let subscription = match dialect {
            Dialect::Qsig => Subscription(inner.expect(Tag::context(2))?.number()?),
            _ => match inner.optional(Tag::constructed(2))? {
                Some(option) => Subscription(enumerated(&mut option.reader())?),
                None => Subscription::NO_NOTIFICATION,
            },
        };
        let subaddress = inner.optional(Tag::constructed(3))?;
        Ok(Self {
            reason,
            original_reason,
            called,
            counter,
            elements,
            diverting,
            subscription,
            calling_subaddress: subaddress.map(|value| value.contents.to_vec()).unwrap_or_default(),
            calling: Presented::tagged(&mut inner, 4)?,
            calling_name: Name::tagged(&mut inner, 5)?,
            original_called: Presented::tagged(&mut inner, 6)?,
            diverting_name: Name::tagged(&mut inner, 7)?,
            original_called_name: Name::tagged(&mut inner, 8)?,
        })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>, dialect: Dialect) {
        let private = dialect == Dialect::Qsig;
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::integer(out, Tag::ENUMERATED, i64::from(self.reason.0));
            if let Some(reason) = self.original_reason.filter(|_| private) {
                ber::integer(out, Tag::context(0), i64::from(reason.0));
            }
            self.called.write(out);
            ber::integer(out, Tag::INTEGER, i64::from(self.counter));
            ber::value(out, ELEMENTS, &self.elements);
            self.diverting.write_tagged(out, 1);
            self.write_subscription(out, private);
            if !self.calling_subaddress.is_empty() {
                ber::value(out, Tag::constructed(3), &self.calling_subaddress);
            }
            if private {
                self.write_private(out);
            }
        });
    }

    /// A public network leaves the default out.
    fn write_subscription(&self, out: &mut Vec<u8>, private: bool) {
        let option = i64::from(self.subscription.0);
        match self.subscription {
            _ if private => ber::integer(out, Tag::context(2), option),
            Subscription::NO_NOTIFICATION => {}
            _ => ber::within(out, Tag::constructed(2), |out| ber::integer(out, Tag::ENUMERATED, option)),
        }
    }

    fn write_private(&self, out: &mut Vec<u8>) {
        self.calling.as_ref().unwrap_or(&Presented::NotAvailable).write_tagged(out, 4);
        write_name(out, 5, self.calling_name.as_ref());
        write_number(out, 6, self.original_called.as_ref());
        write_name(out, 7, self.diverting_name.as_ref());
        write_name(out, 8, self.original_called_name.as_ref());
    }
}

impl Argument for Deflection {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let to = Address::read(&mut inner)?;
        Ok(Self { to, shown: inner.optional(Tag::BOOLEAN)?.map(|shown| shown.boolean()).transpose()? })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            self.to.write(out);
            if let Some(shown) = self.shown {
                ber::boolean(out, Tag::BOOLEAN, shown);
            }
        });
    }
}

fn enumerated(reader: &mut Reader<'_>) -> Result<u8, MalformedFacility> {
    reader.expect(Tag::ENUMERATED)?.number()
}

fn original_reason(reader: &mut Reader<'_>) -> Result<Option<Reason>, MalformedFacility> {
    reader.optional(Tag::context(0))?.map(|reason| reason.number().map(Reason)).transpose()
}

fn write_number<N: Argument>(out: &mut Vec<u8>, tag: u8, number: Option<&Presented<N>>) {
    if let Some(number) = number {
        number.write_tagged(out, tag);
    }
}

fn write_name(out: &mut Vec<u8>, tag: u8, name: Option<&Name>) {
    if let Some(name) = name {
        name.write_tagged(out, tag);
    }
}

/// Elements of Q.931 within an argument: an application tag.
const ELEMENTS: Tag = Tag(0x40);
