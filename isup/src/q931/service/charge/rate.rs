//! What is charged at which rate, as AOC-S says it.

use super::{Argument, Price, sequence};
use crate::q931::rose::ber::{self, Fault, MalformedFacility, Reader, Tag};

/// AOC-S in currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rates {
    /// Nobody knows.
    NotAvailable,
    /// These.
    Items(Vec<ItemRate>),
}

/// AOC-S by a special arrangement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpecialArrangement {
    /// Nobody knows.
    NotAvailable,
    /// By its number, 1 to 10.
    Number(u8),
}

/// An item and its rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRate {
    /// What is charged.
    pub item: ChargedItem,
    /// At which rate.
    pub rate: Rate,
}

/// What is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargedItem(pub u8);

impl ChargedItem {
    /// The call itself.
    pub const BASIC_COMMUNICATION: Self = Self(0);
    /// That it was tried.
    pub const CALL_ATTEMPT: Self = Self(1);
    /// That it was set up.
    pub const CALL_SETUP: Self = Self(2);
    /// User-user information.
    pub const USER_USER: Self = Self(3);
    /// A supplementary service.
    pub const SUPPLEMENTARY_SERVICE: Self = Self(4);
}

/// A rate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rate {
    /// By an agreed code, 1 to 10.
    SpecialCode(u8),
    /// By time.
    Duration {
        /// Price of a time unit.
        price: Price,
        /// In steps, not continuously.
        stepped: bool,
        /// The time unit.
        time: TimeUnit,
        /// How finely the time is counted.
        granularity: Option<TimeUnit>,
    },
    /// Once.
    Flat(Price),
    /// By volume of user-user information.
    Volume {
        /// Price of a unit.
        price: Price,
        /// 0 octets, 1 segments, 2 messages.
        unit: u8,
    },
    /// Nothing.
    Free,
    /// Nobody knows.
    NotAvailable,
}

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeUnit {
    /// How long.
    pub length: u32,
    /// In what.
    pub scale: TimeScale,
}

/// What a time is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeScale(pub u8);

impl TimeScale {
    /// 0.01 s.
    pub const HUNDREDTH_SECOND: Self = Self(0);
    /// 0.1 s.
    pub const TENTH_SECOND: Self = Self(1);
    /// 1 s.
    pub const SECOND: Self = Self(2);
    /// 10 s.
    pub const TEN_SECONDS: Self = Self(3);
    /// 1 min.
    pub const MINUTE: Self = Self(4);
    /// 1 h.
    pub const HOUR: Self = Self(5);
    /// 24 h.
    pub const DAY: Self = Self(6);
}

impl Argument for Rates {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        match reader.optional(Tag::NULL)? {
            Some(_) => Ok(Self::NotAvailable),
            None => sequence(reader).map(Self::Items),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::NotAvailable => ber::null(out, Tag::NULL),
            Self::Items(items) => {
                ber::within(out, Tag::SEQUENCE, |out| items.iter().for_each(|item| item.write(out)));
            }
        }
    }
}

impl Argument for SpecialArrangement {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        match reader.optional(Tag::NULL)? {
            Some(_) => Ok(Self::NotAvailable),
            None => reader.expect(Tag::INTEGER)?.number().map(Self::Number),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::NotAvailable => ber::null(out, Tag::NULL),
            Self::Number(number) => ber::integer(out, Tag::INTEGER, i64::from(*number)),
        }
    }
}

impl Argument for ItemRate {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let item = ChargedItem(inner.expect(Tag::ENUMERATED)?.number()?);
        Ok(Self { item, rate: Rate::read(&mut inner)? })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::integer(out, Tag::ENUMERATED, i64::from(self.item.0));
            self.rate.write(out);
        });
    }
}

impl Argument for Rate {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let unexpected = |tag| reader.error(Fault::Tag(tag));
        let error = unexpected(reader.peek().unwrap_or(Tag::NULL));
        let value = reader.value()?;
        let mut inner = value.reader();
        Ok(match value.tag {
            Tag::INTEGER => Self::SpecialCode(value.number()?),
            DURATION => Self::Duration {
                price: Price::read(&mut inner)?,
                stepped: inner.expect(Tag::context(3))?.integer()? != 0,
                time: TimeUnit::read(inner.within(Tag::constructed(4))?)?,
                granularity: match inner.optional(Tag::constructed(5))? {
                    Some(granularity) => Some(TimeUnit::read(granularity.reader())?),
                    None => None,
                },
            },
            FLAT => Self::Flat(Price::read(&mut inner)?),
            VOLUME => Self::Volume { price: Price::read(&mut inner)?, unit: inner.expect(Tag::context(3))?.number()? },
            FREE => Self::Free,
            NOT_AVAILABLE => Self::NotAvailable,
            _ => return Err(error),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::SpecialCode(code) => ber::integer(out, Tag::INTEGER, i64::from(*code)),
            Self::Duration { price, stepped, time, granularity } => ber::within(out, DURATION, |out| {
                price.write(out);
                ber::integer(out, Tag::context(3), i64::from(*stepped));
                time.write(out, 4);
                if let Some(granularity) = granularity {
                    granularity.write(out, 5);
                }
            }),
            Self::Flat(price) => ber::within(out, FLAT, |out| price.write(out)),
            Self::Volume { price, unit } => ber::within(out, VOLUME, |out| {
                price.write(out);
                ber::integer(out, Tag::context(3), i64::from(*unit));
            }),
            Self::Free => ber::null(out, FREE),
            Self::NotAvailable => ber::null(out, NOT_AVAILABLE),
        }
    }
}

impl TimeUnit {
    fn read(mut reader: Reader<'_>) -> Result<Self, MalformedFacility> {
        let length = reader.expect(Tag::context(1))?.number()?;
        Ok(Self { length, scale: TimeScale(reader.expect(Tag::context(2))?.number()?) })
    }

    fn write(&self, out: &mut Vec<u8>, tag: u8) {
        ber::within(out, Tag::constructed(tag), |out| {
            ber::integer(out, Tag::context(1), i64::from(self.length));
            ber::integer(out, Tag::context(2), i64::from(self.scale.0));
        });
    }
}

const DURATION: Tag = Tag::constructed(1);
const FLAT: Tag = Tag::constructed(2);
const VOLUME: Tag = Tag::constructed(3);
const FREE: Tag = Tag::context(4);
const NOT_AVAILABLE: Tag = Tag::context(5);
