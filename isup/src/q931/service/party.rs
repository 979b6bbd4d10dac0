//! Parties as arguments name them: party number, address, presented number, of the addressing types in EN 300 196 and
//! ECMA-165.
//!
//! Leaves out what is within a subaddress: its values are kept as they were written.

use super::Argument;
use crate::q931::codec::{NumberingPlan, Screening, TypeOfNumber};
use crate::q931::rose::ber::{self, Fault, MalformedFacility, Reader, Tag};

/// A number with its plan. The types of a public and of a private number have the codes of Q.931; the other plans have
/// no type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyNumber {
    /// Numbering plan: unknown, telephony, data, telex, private or national.
    pub plan: NumberingPlan,
    /// Type of number.
    pub kind: TypeOfNumber,
    /// Digits, `*` and `#`; up to 20.
    pub digits: String,
}

/// A number and who vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScreenedNumber {
    /// The number.
    pub number: PartyNumber,
    /// Screening, as in octet 3a of Q.931.
    pub screening: Screening,
}

/// A number with a subaddress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The number.
    pub number: PartyNumber,
    /// The subaddress as it was written; empty: none.
    pub subaddress: Vec<u8>,
}

/// A number, or why there is none, and whether it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented<N> {
    /// It may be shown.
    Allowed(N),
    /// It must not be shown, and is not said.
    Restricted,
    /// Interworking: nobody knows it.
    NotAvailable,
    /// It must not be shown.
    RestrictedNumber(N),
}

impl<N> Presented<N> {
    /// The number if it may be shown.
    pub fn shown(&self) -> Option<&N> {
        match self {
            Self::Allowed(number) => Some(number),
            Self::Restricted | Self::NotAvailable | Self::RestrictedNumber(_) => None,
        }
    }
}

impl PartyNumber {
    /// A number without plan and type.
    pub fn unknown(digits: &str) -> Self {
        Self { plan: NumberingPlan::UNKNOWN, kind: TypeOfNumber::UNKNOWN, digits: digits.to_owned() }
    }

    /// A number of the public telephony plan.
    pub fn public(kind: TypeOfNumber, digits: &str) -> Self {
        Self { plan: NumberingPlan::TELEPHONY, kind, digits: digits.to_owned() }
    }
}

impl Argument for PartyNumber {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let tag = reader.peek().ok_or(reader.error(Fault::Truncated))?;
        if let Some(plan) = TYPED_PLANS.into_iter().find(|plan| typed_tag(*plan) == tag) {
            let mut inner = reader.within(tag)?;
            let kind = TypeOfNumber(inner.expect(Tag::ENUMERATED)?.number()?);
            return Ok(Self { plan, kind, digits: inner.expect(Tag::NUMERIC_STRING)?.text()? });
        }
        let row = UNTYPED_PLANS.iter().find(|(_, listed)| *listed == tag);
        let (plan, _) = row.ok_or(reader.error(Fault::Tag(tag)))?;
        Ok(Self { plan: *plan, kind: TypeOfNumber::UNKNOWN, digits: reader.value()?.text()? })
    }

    fn write(&self, out: &mut Vec<u8>) {
        if TYPED_PLANS.contains(&self.plan) {
            return ber::within(out, typed_tag(self.plan), |out| {
                ber::integer(out, Tag::ENUMERATED, i64::from(self.kind.0));
                ber::value(out, Tag::NUMERIC_STRING, self.digits.as_bytes());
            });
        }
        let row = UNTYPED_PLANS.iter().find(|(plan, _)| *plan == self.plan);
        ber::value(out, row.map_or(Tag::context(0), |(_, tag)| *tag), self.digits.as_bytes());
    }
}

impl Argument for ScreenedNumber {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let number = PartyNumber::read(reader)?;
        Ok(Self { number, screening: Screening(reader.expect(Tag::ENUMERATED)?.number()?) })
    }

    fn write(&self, out: &mut Vec<u8>) {
        self.number.write(out);
        ber::integer(out, Tag::ENUMERATED, i64::from(self.screening.0));
    }
}

impl Argument for Address {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        Ok(Self { number: PartyNumber::read(&mut inner)?, subaddress: inner.rest().to_vec() })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            self.number.write(out);
            out.extend_from_slice(&self.subaddress);
        });
    }
}

impl<N: Argument> Presented<N> {
    /// Reads it if it is next.
    pub(super) fn optional(reader: &mut Reader<'_>) -> Result<Option<Self>, MalformedFacility> {
        match reader.peek() {
            Some(ALLOWED | RESTRICTED | NOT_AVAILABLE | RESTRICTED_NUMBER) => Self::read(reader).map(Some),
            _ => Ok(None),
        }
    }

    /// Reads it from under a tag of its own, if that is next.
    pub(super) fn tagged(reader: &mut Reader<'_>, number: u8) -> Result<Option<Self>, MalformedFacility> {
        match reader.optional(Tag::constructed(number))? {
            Some(value) => Self::read(&mut value.reader()).map(Some),
            None => Ok(None),
        }
    }

    /// Appends it under a tag of its own.
    pub(super) fn write_tagged(&self, out: &mut Vec<u8>, number: u8) {
        ber::within(out, Tag::constructed(number), |out| self.write(out));
    }
}

impl<N: Argument> Argument for Presented<N> {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let value = reader.value()?;
        Ok(match value.tag {
            ALLOWED => Self::Allowed(N::read(&mut value.reader())?),
            RESTRICTED => Self::Restricted,
            NOT_AVAILABLE => Self::NotAvailable,
            RESTRICTED_NUMBER => Self::RestrictedNumber(N::read(&mut value.reader())?),
            _ => return Err(value.error()),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Allowed(number) => ber::within(out, ALLOWED, |out| number.write(out)),
            Self::Restricted => ber::null(out, RESTRICTED),
            Self::NotAvailable => ber::null(out, NOT_AVAILABLE),
            Self::RestrictedNumber(number) => ber::within(out, RESTRICTED_NUMBER, |out| number.write(out)),
        }
    }
}

const ALLOWED: Tag = Tag::constructed(0);
const RESTRICTED: Tag = Tag::context(1);
const NOT_AVAILABLE: Tag = Tag::context(2);
const RESTRICTED_NUMBER: Tag = Tag::constructed(3);

const fn typed_tag(plan: NumberingPlan) -> Tag {
    if plan.0 == NumberingPlan::PRIVATE.0 { Tag::constructed(5) } else { Tag::constructed(1) }
}

/// Plans whose numbers have a type.
const TYPED_PLANS: [NumberingPlan; 2] = [NumberingPlan::TELEPHONY, NumberingPlan::PRIVATE];

/// The others.
const UNTYPED_PLANS: [(NumberingPlan, Tag); 4] = [
    (NumberingPlan::UNKNOWN, Tag::context(0)),
    (NumberingPlan::DATA, Tag::context(3)),
    (NumberingPlan::TELEX, Tag::context(4)),
    (NumberingPlan::NATIONAL, Tag::context(8)),
];
