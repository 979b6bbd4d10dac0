//! Names of the parties, ECMA-164; National ISDN has borrowed the operations.
//!
//! Promises: a name is kept octet for octet with its character set. Read also in the form with an extension of a
//! manufacturer, which is dropped.

use super::Argument;
use crate::q931::rose::ber::{self, MalformedFacility, Reader, Tag};

/// Octets of a name at most, as ECMA-164 sizes it; what comes longer is kept.
pub const NAME_OCTETS_MAX: usize = 50;

/// Whose name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameOf {
    /// Who calls.
    Calling,
    /// Who is called and has not answered yet.
    Called,
    /// Who has answered.
    Connected,
    /// Who is called and busy.
    Busy,
}

/// A name, or why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Name {
    /// It may be shown.
    Allowed(NameText),
    /// It must not be shown.
    Restricted(Option<NameText>),
    /// Nobody knows it.
    NotAvailable,
}

/// Characters of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameText {
    /// The characters.
    pub octets: Vec<u8>,
    /// What they stand for.
    pub character_set: CharacterSet,
}

/// A character set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CharacterSet(pub u8);

impl CharacterSet {
    /// Nobody knows which.
    pub const UNKNOWN: Self = Self(0);
    /// ISO 8859-1: what is meant where nothing is said.
    pub const LATIN_1: Self = Self(1);
    /// ISO 10646 in two octets.
    pub const BMP: Self = Self(8);
    /// ISO 10646 in UTF-8.
    pub const UTF_8: Self = Self(9);
}

impl NameText {
    /// A name in the narrowest set that has its characters, cut to what a name may have.
    pub fn new(text: &str) -> Self {
        let latin_1: Option<Vec<u8>> = text.chars().map(|character| u8::try_from(character).ok()).collect();
        match latin_1 {
            Some(mut octets) => {
                octets.truncate(NAME_OCTETS_MAX);
                Self { octets, character_set: CharacterSet::LATIN_1 }
            }
            None => {
                let fits = |end: &usize| *end <= NAME_OCTETS_MAX;
                let ends = text.char_indices().map(|(at, character)| at + character.len_utf8());
                let end = ends.take_while(fits).last().unwrap_or(0);
                Self { octets: text.as_bytes()[..end].to_vec(), character_set: CharacterSet::UTF_8 }
            }
        }
    }

    /// The characters; those that the set does not have, or that are of a set not known here, as U+FFFD.
    pub fn text(&self) -> String {
        match self.character_set {
            CharacterSet::UTF_8 => String::from_utf8_lossy(&self.octets).into_owned(),
            CharacterSet::BMP => {
                let units = self.octets.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
                char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
            CharacterSet::LATIN_1 => self.octets.iter().copied().map(char::from).collect(),
            _ => {
                self.octets.iter().map(|octet| if octet.is_ascii() { char::from(*octet) } else { '\u{fffd}' }).collect()
            }
        }
    }
}

impl Name {
    /// The name if it may be shown.
    pub fn shown(&self) -> Option<&NameText> {
        match self {
            Self::Allowed(text) => Some(text),
            Self::Restricted(_) | Self::NotAvailable => None,
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

    /// Whether a value with this tag is a name.
    pub(super) fn is_next(tag: Option<Tag>) -> bool {
        matches!(tag, Some(ALLOWED | ALLOWED_SET | RESTRICTED | RESTRICTED_SET | NOT_AVAILABLE | RESTRICTED_NULL))
    }
}

impl Argument for Name {
    fn read(reader: &mut Reader<'_>) -> Result<Self, MalformedFacility> {
        if reader.peek() == Some(Tag::SEQUENCE) {
            // With a manufacturer's extension after the name.
            return Self::read(&mut reader.value()?.reader());
        }
        let value = reader.value()?;
        let simple = || NameText { octets: value.contents.to_vec(), character_set: CharacterSet::LATIN_1 };
        Ok(match value.tag {
            ALLOWED => Self::Allowed(simple()),
            ALLOWED_SET => Self::Allowed(NameText::read_set(value.reader())?),
            RESTRICTED => Self::Restricted(Some(simple())),
            RESTRICTED_SET => Self::Restricted(Some(NameText::read_set(value.reader())?)),
            RESTRICTED_NULL => Self::Restricted(None),
            NOT_AVAILABLE => Self::NotAvailable,
            _ => return Err(value.error()),
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Allowed(text) => text.write(out, ALLOWED, ALLOWED_SET),
            Self::Restricted(Some(text)) => text.write(out, RESTRICTED, RESTRICTED_SET),
            Self::Restricted(None) => ber::null(out, RESTRICTED_NULL),
            Self::NotAvailable => ber::null(out, NOT_AVAILABLE),
        }
    }
}

impl NameText {
    fn read_set(mut reader: Reader<'_>) -> Result<Self, MalformedFacility> {
        let octets = reader.expect(Tag::OCTET_STRING)?.contents.to_vec();
        let character_set = match reader.optional(Tag::INTEGER)? {
            Some(set) => CharacterSet(set.number()?),
            None => CharacterSet::LATIN_1,
        };
        Ok(Self { octets, character_set })
    }

    fn write(&self, out: &mut Vec<u8>, simple: Tag, set: Tag) {
        if self.character_set == CharacterSet::LATIN_1 {
            return ber::value(out, simple, &self.octets);
        }
        ber::within(out, set, |out| {
            ber::value(out, Tag::OCTET_STRING, &self.octets);
            ber::integer(out, Tag::INTEGER, i64::from(self.character_set.0));
        });
    }
}

const ALLOWED: Tag = Tag::context(0);
const ALLOWED_SET: Tag = Tag::constructed(1);
const RESTRICTED: Tag = Tag::context(2);
const RESTRICTED_SET: Tag = Tag::constructed(3);
const NOT_AVAILABLE: Tag = Tag::context(4);
const RESTRICTED_NULL: Tag = Tag::context(7);
