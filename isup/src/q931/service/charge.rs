//! Advice of charge, EN 300 182: rates at setup (AOC-S), charges during the call (AOC-D) and at its end (AOC-E).
//!
//! Promises: amounts are whole numbers with a multiplier, as they came. A charge that is not available or free is the
//! same in currency and in units: it is sent in currency, as libpri does.

use super::party::PartyNumber;
use super::{Argument, sequence};
use crate::q931::rose::ber::{self, Fault, MalformedFacility, Reader, Tag};

mod rate;

pub use rate::*;

/// Which advice is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargingCase(pub u8);

impl ChargingCase {
    /// AOC-S.
    pub const AT_SETUP: Self = Self(0);
    /// AOC-D.
    pub const DURING_CALL: Self = Self(1);
    /// AOC-E.
    pub const AT_END: Self = Self(2);
}

/// What a request for advice is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargingAnswer {
    /// These are the rates.
    Rates(Vec<ItemRate>),
    /// Those of a special arrangement, by number.
    SpecialArrangement(u8),
    /// They will be told.
    Follows,
}

/// An amount of money in the smallest steps of its multiplier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amount {
    /// How many.
    pub number: u32,
    /// Of what.
    pub multiplier: Multiplier,
}

/// What an amount is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Multiplier(pub u8);

impl Multiplier {
    /// 0.001.
    pub const THOUSANDTH: Self = Self(0);
    /// 0.01.
    pub const HUNDREDTH: Self = Self(1);
    /// 0.1.
    pub const TENTH: Self = Self(2);
    /// 1.
    pub const ONE: Self = Self(3);
    /// 1000.
    pub const THOUSAND: Self = Self(6);
}

/// Money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The currency: up to ten IA5 characters.
    pub currency: String,
    /// How much of it.
    pub amount: Amount,
}

/// Charging units of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// How many; `None`: not available.
    pub number: Option<u32>,
    /// Which kind of unit, 1 to 16.
    pub kind: Option<u8>,
}

/// What has been recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// Money.
    Currency(Price),
    /// Units.
    Units(Vec<Units>),
}

/// Who pays, or why another does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billing(pub u8);

impl Billing {
    /// The caller.
    pub const NORMAL: Self = Self(0);
    /// The called party.
    pub const REVERSE: Self = Self(1);
    /// A credit card.
    pub const CREDIT_CARD: Self = Self(2);
    /// The user who diverts all calls. From here on at the end of a call only.
    pub const DIVERSION_UNCONDITIONAL: Self = Self(3);
    /// The user who diverts when busy.
    pub const DIVERSION_BUSY: Self = Self(4);
    /// The user who diverts when not answering.
    pub const DIVERSION_NO_REPLY: Self = Self(5);
    /// The user who deflects.
    pub const DEFLECTION: Self = Self(6);
    /// The user who transfers.
    pub const TRANSFER: Self = Self(7);
}

/// Charge during a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargeDuringCall {
    /// Nobody knows.
    NotAvailable,
    /// Nothing.
    Free,
    /// So much.
    Specific {
        /// What has been recorded.
        recorded: Recorded,
        /// From the beginning of the call, not since the last advice.
        total: bool,
        /// Who pays.
        billing: Option<Billing>,
    },
}

/// Charge at the end of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChargeAtEnd {
    /// Nobody knows.
    NotAvailable,
    /// It is known.
    Known {
        /// What has been recorded; `None`: nothing, the call is free.
        recorded: Option<Recorded>,
        /// Who pays.
        billing: Option<Billing>,
        /// Which other call the charge belongs to.
        association: Option<Association>,
    },
}

/// What a charge belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Association {
    /// The party that is charged.
    Number(PartyNumber),
    /// A call, by the number that the network gave it.
    Identifier(i32),
}

/// Which of both operations carries a charge: its recorded part has another form in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    Currency,
    Units,
}

impl Recorded {
    const fn measure(&self) -> Measure {
        match self {
            Self::Currency(_) => Measure::Currency,
            Self::Units(_) => Measure::Units,
        }
    }

    /// Under context tag 1.
    fn read(reader: &mut Reader<'_>, measure: Measure) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::constructed(1))?;
        if measure == Measure::Currency {
            return Price::read(&mut inner).map(Self::Currency);
        }
        let mut units = Vec::new();
        while !inner.is_empty() {
            units.push(Units::read(&mut inner)?);
        }
        Ok(Self::Units(units))
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::constructed(1), |out| match self {
            Self::Currency(price) => price.write(out),
            Self::Units(units) => units.iter().for_each(|unit| unit.write(out)),
        });
    }
}

impl Argument for Price {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let currency = reader.expect(Tag::context(1))?.text()?;
        let mut amount = reader.within(Tag::constructed(2))?;
        let number = amount.expect(Tag::context(1))?.number()?;
        let multiplier = Multiplier(amount.expect(Tag::context(2))?.number()?);
        Ok(Self { currency, amount: Amount { number, multiplier } })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::value(out, Tag::context(1), self.currency.as_bytes());
        ber::within(out, Tag::constructed(2), |out| {
            ber::integer(out, Tag::context(1), i64::from(self.amount.number));
            ber::integer(out, Tag::context(2), i64::from(self.amount.multiplier.0));
        });
    }
}

impl Argument for Units {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let number = match inner.optional(Tag::NULL)? {
            Some(_) => None,
            None => Some(inner.expect(Tag::INTEGER)?.number()?),
        };
        let kind = inner.optional(Tag::INTEGER)?.map(|kind| kind.number()).transpose()?;
        Ok(Self { number, kind })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            match self.number {
                Some(number) => ber::integer(out, Tag::INTEGER, i64::from(number)),
                None => ber::null(out, Tag::NULL),
            }
            if let Some(kind) = self.kind {
                ber::integer(out, Tag::INTEGER, i64::from(kind));
            }
        });
    }
}

impl ChargeDuringCall {
    pub(super) fn measure(&self) -> Measure {
        match self {
            Self::Specific { recorded, .. } => recorded.measure(),
            Self::NotAvailable | Self::Free => Measure::Currency,
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>, measure: Measure) -> Result<Self, MalformedFacility> {
        match reader.peek() {
            Some(Tag::NULL) => return Ok(Self::NotAvailable),
            Some(FREE) => return Ok(Self::Free),
            _ => {}
        }
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let recorded = Recorded::read(&mut inner, measure)?;
        let total = inner.expect(Tag::context(2))?.integer()? != 0;
        let billing = inner.optional(Tag::context(3))?.map(|billing| billing.number().map(Billing)).transpose()?;
        Ok(Self::Specific { recorded, total, billing })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::NotAvailable => ber::null(out, Tag::NULL),
            Self::Free => ber::null(out, FREE),
            Self::Specific { recorded, total, billing } => ber::within(out, Tag::SEQUENCE, |out| {
                recorded.write(out);
                ber::integer(out, Tag::context(2), i64::from(*total));
                if let Some(billing) = billing {
                    ber::integer(out, Tag::context(3), i64::from(billing.0));
                }
            }),
        }
    }
}

impl ChargeAtEnd {
    pub(super) fn measure(&self) -> Measure {
        match self {
            Self::Known { recorded: Some(recorded), .. } => recorded.measure(),
            Self::Known { recorded: None, .. } | Self::NotAvailable => Measure::Currency,
        }
    }

    pub(super) fn read(reader: &mut Reader<'_>, measure: Measure) -> Result<Self, MalformedFacility> {
        if reader.peek() == Some(Tag::NULL) {
            return Ok(Self::NotAvailable);
        }
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let (recorded, billing) = match inner.optional(FREE)? {
            Some(_) => (None, None),
            None => {
                let mut charge = inner.within(Tag::SEQUENCE)?;
                let recorded = Recorded::read(&mut charge, measure)?;
                let billing = charge.optional(Tag::context(2))?;
                (Some(recorded), billing.map(|billing| billing.number().map(Billing)).transpose()?)
            }
        };
        let association = if inner.is_empty() { None } else { Some(Association::read(&mut inner)?) };
        Ok(Self::Known { recorded, billing, association })
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let Self::Known { recorded, billing, association } = self else { return ber::null(out, Tag::NULL) };
        ber::within(out, Tag::SEQUENCE, |out| {
            match recorded {
                None => ber::null(out, FREE),
                Some(recorded) => ber::within(out, Tag::SEQUENCE, |out| {
                    recorded.write(out);
                    if let Some(billing) = billing {
                        ber::integer(out, Tag::context(2), i64::from(billing.0));
                    }
                }),
            }
            if let Some(association) = association {
                association.write(out);
            }
        });
    }
}

impl Argument for Association {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        match reader.optional(Tag::constructed(0))? {
            Some(number) => PartyNumber::read(&mut number.reader()).map(Self::Number),
            None => reader.expect(Tag::INTEGER)?.number().map(Self::Identifier),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Number(number) => ber::within(out, Tag::constructed(0), |out| number.write(out)),
            Self::Identifier(identifier) => ber::integer(out, Tag::INTEGER, i64::from(*identifier)),
        }
    }
}

impl Argument for ChargingAnswer {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        match reader.peek() {
            Some(Tag::NULL) => Ok(Self::Follows),
            Some(Tag::INTEGER) => Ok(Self::SpecialArrangement(reader.value()?.number()?)),
            Some(_) => sequence(reader).map(Self::Rates),
            None => Err(reader.error(Fault::Truncated)),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Rates(rates) => {
                ber::within(out, Tag::SEQUENCE, |out| rates.iter().for_each(|rate| rate.write(out)));
            }
            Self::SpecialArrangement(code) => ber::integer(out, Tag::INTEGER, i64::from(*code)),
            Self::Follows => ber::null(out, Tag::NULL),
        }
    }
}

const FREE: Tag = Tag::context(1);
