//! Message waiting indication of private networks, ECMA-242.
//!
//! Leaves out the enquiry, and the operation of public networks (EN 300 745), which basic access has and libpri does not
//! send on a primary rate interface.

use super::Argument;
use super::party::PartyNumber;
use crate::q931::rose::ber::{self, MalformedFacility, Reader, Tag};

/// Messages wait for a user, or none do any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// For whom.
    pub user: PartyNumber,
    /// Of which service: 0 all, 1 speech, 3 3.1 kHz audio, 32 telephony.
    pub basic_service: u8,
    /// Where they are.
    pub centre: Option<MessageCentre>,
    /// How many; here and below only where messages wait.
    pub messages: Option<u32>,
    /// From whom the last one is.
    pub from: Option<PartyNumber>,
    /// Since when: generalized time, as it was written.
    pub since: Option<String>,
    /// How urgent, 0 highest to 9.
    pub priority: Option<u8>,
}

/// A message centre.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageCentre {
    /// By a number that only networks know.
    Integer(i32),
    /// By its number.
    Number(PartyNumber),
    /// By digits.
    Digits(String),
}

impl Waiting {
    /// What is said where none wait any more: for whom, of which service, and where.
    pub(super) fn without_messages(&self) -> Self {
        Self { messages: None, from: None, since: None, priority: None, ..self.clone() }
    }
}

impl Argument for Waiting {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        Ok(Self {
            user: PartyNumber::read(&mut inner)?,
            basic_service: inner.expect(Tag::ENUMERATED)?.number()?,
            centre: MessageCentre::optional(&mut inner)?,
            messages: inner.optional(Tag::context(3))?.map(|messages| messages.number()).transpose()?,
            from: match inner.optional(Tag::constructed(4))? {
                Some(number) => Some(PartyNumber::read(&mut number.reader())?),
                None => None,
            },
            since: inner.optional(Tag::GENERALIZED_TIME)?.map(|since| since.text()).transpose()?,
            priority: inner.optional(Tag::context(5))?.map(|priority| priority.number()).transpose()?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            self.user.write(out);
            ber::integer(out, Tag::ENUMERATED, i64::from(self.basic_service));
            if let Some(centre) = &self.centre {
                centre.write(out);
            }
            if let Some(messages) = self.messages {
                ber::integer(out, Tag::context(3), i64::from(messages));
            }
            if let Some(from) = &self.from {
                ber::within(out, Tag::constructed(4), |out| from.write(out));
            }
            if let Some(since) = &self.since {
                ber::value(out, Tag::GENERALIZED_TIME, since.as_bytes());
            }
            if let Some(priority) = self.priority {
                ber::integer(out, Tag::context(5), i64::from(priority));
            }
        });
    }
}

impl MessageCentre {
    fn optional(reader: &mut Reader<'_>) -> Result<Option<Self>, MalformedFacility> {
        Ok(Some(match reader.peek() {
            Some(INTEGER) => Self::Integer(reader.value()?.number()?),
            Some(NUMBER) => Self::Number(PartyNumber::read(&mut reader.within(NUMBER)?)?),
            Some(DIGITS) => Self::Digits(reader.value()?.text()?),
            _ => return Ok(None),
        }))
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Integer(number) => ber::integer(out, INTEGER, i64::from(*number)),
            Self::Number(number) => ber::within(out, NUMBER, |out| number.write(out)),
            Self::Digits(digits) => ber::value(out, DIGITS, digits.as_bytes()),
        }
    }
}

const INTEGER: Tag = Tag::context(0);
const NUMBER: Tag = Tag::constructed(1);
const DIGITS: Tag = Tag::context(2);
