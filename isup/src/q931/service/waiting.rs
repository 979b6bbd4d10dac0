//! Message waiting indication: of public networks, EN 300 745-1, and of private ones, ECMA-242.
//!
//! Promises: one shape for both networks and for all three operations; a member that one of them does not have is `None` there
//! and is not sent there. Leaves out the enquiry of private networks.

use super::party::PartyNumber;
use super::{Argument, Dialect};
use crate::q931::rose::ber::{self, MalformedFacility, Reader, Tag};

/// Messages wait for a user, or none do any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// For whom. A public network's indication to a user does not say it: its FACILITY has a called party number.
    pub user: Option<PartyNumber>,
    /// Of which service: 0 all, 1 speech, 3 3.1 kHz audio, 32 telephony. Only an indication may leave it out.
    pub basic_service: Option<u8>,
    /// Where they are: in a public network by its number.
    pub centre: Option<MessageCentre>,
    /// How many; here and below only where messages wait.
    pub messages: Option<u32>,
    /// From whom the last one is.
    pub from: Option<PartyNumber>,
    /// Since when: generalized time, as it was written.
    pub since: Option<String>,
    /// How urgent, 0 highest to 9; private networks only.
    pub priority: Option<u8>,
    /// Which message came or went; public networks only.
    pub message: Option<MessageId>,
    /// When the user is to be told, as it was written; public networks only, and not in an indication.
    pub mode: Option<u8>,
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

/// A message, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageId {
    /// Its number at the message centre.
    pub reference: u16,
    /// 0 added, 1 removed.
    pub status: u8,
}

impl Waiting {
    /// Whether an indication says that a message is there: it counts some, or one was added.
    pub fn is_there(&self) -> bool {
        match (self.messages, self.message) {
            (Some(messages), _) => messages > 0,
            (None, Some(message)) => message.status == ADDED,
            (None, None) => true,
        }
    }

    /// What is said where none wait any more: for whom, of which service, and where.
    pub(super) fn without_messages(&self) -> Self {
        let Self { user, basic_service, centre, mode, .. } = self.clone();
        Self { user, basic_service, centre, mode, ..Self::default() }
    }

    /// The argument that says that messages wait.
    pub(super) fn read(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let waiting = Self::begun(&mut inner)?;
        match dialect {
            Dialect::Qsig => waiting.read_private(&mut inner),
            _ => {
                let waiting = waiting.read_tagged(&mut inner, 1, 2)?;
                Ok(Self { mode: enumerated(tagged(&mut inner, 6)?)?, ..waiting })
            }
        }
    }

    /// The argument that says that none do.
    pub(super) fn read_none(reader: &mut Reader<'_>, dialect: Dialect) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let waiting = Self::begun(&mut inner)?;
        match dialect {
            Dialect::Qsig => waiting.read_private(&mut inner),
            _ => {
                let has_centre = inner.peek().is_some_and(|tag| tag != Tag::ENUMERATED);
                let centre = if has_centre { Some(PartyNumber::read(&mut inner)?) } else { None };
                let mode = inner.optional(Tag::ENUMERATED)?.map(|mode| mode.number()).transpose()?;
                Ok(Self { centre: centre.map(MessageCentre::Number), mode, ..waiting })
            }
        }
    }

    /// The argument with which a public network tells the user itself.
    pub(super) fn read_indication(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let centre = number(tagged(&mut inner, 1)?)?.map(MessageCentre::Number);
        let basic_service = enumerated(tagged(&mut inner, 2)?)?;
        let waiting = Self { basic_service, ..Self::default() }.read_tagged(&mut inner, NO_TAG, 3)?;
        Ok(Self { centre, ..waiting })
    }

    /// For whom, and of which service.
    fn begun(inner: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let user = Some(PartyNumber::read(inner)?);
        Ok(Self { user, basic_service: Some(inner.expect(Tag::ENUMERATED)?.number()?), ..Self::default() })
    }

    fn read_private(self, inner: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        Ok(Self {
            centre: MessageCentre::optional(inner)?,
            messages: inner.optional(Tag::context(3))?.map(|messages| messages.number()).transpose()?,
            from: number(tagged(inner, 4)?)?,
            since: inner.optional(Tag::GENERALIZED_TIME)?.map(|since| since.text()).transpose()?,
            priority: inner.optional(Tag::context(5))?.map(|priority| priority.number()).transpose()?,
            ..self
        })
    }

    /// What a public network says of the messages, each value under a tag: of the centre, and of how many, from whom, since when,
    /// and which, one after the other.
    fn read_tagged(self, inner: &mut Reader<'_>, centre: u8, messages: u8) -> Result<Self, MalformedFacility> {
        let centre = number(tagged(inner, centre)?)?.map(MessageCentre::Number);
        let count = tagged(inner, messages)?.map(|mut value| value.expect(Tag::INTEGER)?.number()).transpose()?;
        let from = number(tagged(inner, messages + 1)?)?;
        let since = tagged(inner, messages + 2)?;
        let since = since.map(|mut value| value.expect(Tag::GENERALIZED_TIME)?.text()).transpose()?;
        let message = tagged(inner, messages + 3)?.map(|mut value| MessageId::read(&mut value)).transpose()?;
        Ok(Self { centre, messages: count, from, since, message, ..self })
    }

    /// The argument that says that messages wait.
    pub(super) fn write(&self, out: &mut Vec<u8>, dialect: Dialect) {
        ber::within(out, Tag::SEQUENCE, |out| {
            self.write_beginning(out);
            if dialect == Dialect::Qsig {
                return self.write_private(out);
            }
            self.write_tagged(out, 1, 2);
            if let Some(mode) = self.mode {
                ber::within(out, Tag::constructed(6), |out| ber::integer(out, Tag::ENUMERATED, i64::from(mode)));
            }
        });
    }

    /// The argument that says that none do.
    pub(super) fn write_none(&self, out: &mut Vec<u8>, dialect: Dialect) {
        if dialect == Dialect::Qsig {
            return self.without_messages().write(out, dialect);
        }
        ber::within(out, Tag::SEQUENCE, |out| {
            self.write_beginning(out);
            if let Some(MessageCentre::Number(centre)) = &self.centre {
                centre.write(out);
            }
            if let Some(mode) = self.mode {
                ber::integer(out, Tag::ENUMERATED, i64::from(mode));
            }
        });
    }

    /// The argument with which a public network tells the user itself.
    pub(super) fn write_indication(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            write_number(out, 1, self.centre_number());
            if let Some(service) = self.basic_service {
                ber::within(out, Tag::constructed(2), |out| ber::integer(out, Tag::ENUMERATED, i64::from(service)));
            }
            self.write_tagged(out, NO_TAG, 3);
        });
    }

    fn write_beginning(&self, out: &mut Vec<u8>) {
        match &self.user {
            Some(user) => user.write(out),
            None => PartyNumber::unknown("").write(out),
        }
        ber::integer(out, Tag::ENUMERATED, i64::from(self.basic_service.unwrap_or(ALL_SERVICES)));
    }

    fn write_private(&self, out: &mut Vec<u8>) {
        if let Some(centre) = &self.centre {
            centre.write(out);
        }
        if let Some(messages) = self.messages {
            ber::integer(out, Tag::context(3), i64::from(messages));
        }
        write_number(out, 4, self.from.as_ref());
        if let Some(since) = &self.since {
            ber::value(out, Tag::GENERALIZED_TIME, since.as_bytes());
        }
        if let Some(priority) = self.priority {
            ber::integer(out, Tag::context(5), i64::from(priority));
        }
    }

    fn write_tagged(&self, out: &mut Vec<u8>, centre: u8, messages: u8) {
        write_number(out, centre, self.centre_number().filter(|_| centre != NO_TAG));
        if let Some(count) = self.messages {
            ber::within(out, Tag::constructed(messages), |out| ber::integer(out, Tag::INTEGER, i64::from(count)));
        }
        write_number(out, messages + 1, self.from.as_ref());
        if let Some(since) = &self.since {
            let time = |out: &mut Vec<u8>| ber::value(out, Tag::GENERALIZED_TIME, since.as_bytes());
            ber::within(out, Tag::constructed(messages + 2), time);
        }
        if let Some(message) = self.message {
            ber::within(out, Tag::constructed(messages + 3), |out| message.write(out));
        }
    }

    fn centre_number(&self) -> Option<&PartyNumber> {
        match &self.centre {
            Some(MessageCentre::Number(number)) => Some(number),
            Some(MessageCentre::Integer(_) | MessageCentre::Digits(_)) | None => None,
        }
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

impl Argument for MessageId {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        let mut inner = reader.within(Tag::SEQUENCE)?;
        let reference = inner.expect(Tag::INTEGER)?.number()?;
        Ok(Self { reference, status: inner.expect(Tag::ENUMERATED)?.number()? })
    }

    fn write(&self, out: &mut Vec<u8>) {
        ber::within(out, Tag::SEQUENCE, |out| {
            ber::integer(out, Tag::INTEGER, i64::from(self.reference));
            ber::integer(out, Tag::ENUMERATED, i64::from(self.status));
        });
    }
}

/// What is under a tag, if that is next.
fn tagged<'a>(reader: &mut Reader<'a>, tag: u8) -> Result<Option<Reader<'a>>, MalformedFacility> {
    Ok(reader.optional(Tag::constructed(tag))?.map(|value| value.reader()))
}

fn number(value: Option<Reader<'_>>) -> Result<Option<PartyNumber>, MalformedFacility> {
    value.map(|mut value| PartyNumber::read(&mut value)).transpose()
}

fn enumerated(value: Option<Reader<'_>>) -> Result<Option<u8>, MalformedFacility> {
    value.map(|mut value| value.expect(Tag::ENUMERATED)?.number()).transpose()
}

fn write_number(out: &mut Vec<u8>, tag: u8, number: Option<&PartyNumber>) {
    if let Some(number) = number {
        ber::within(out, Tag::constructed(tag), |out| number.write(out));
    }
}

/// A tag that no argument here has.
const NO_TAG: u8 = 31;
/// Basic service: whatever it is.
const ALL_SERVICES: u8 = 0;
/// Status of a message that came.
const ADDED: u8 = 0;

const INTEGER: Tag = Tag::context(0);
const NUMBER: Tag = Tag::constructed(1);
const DIGITS: Tag = Tag::context(2);
