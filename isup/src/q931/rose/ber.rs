//! The basic encoding rules (BER), X.690: tag, length, contents.
//!
//! Promises: a reader sees no octet outside of what it was given and checks each length before use; no recursion.
//! Leaves out: the indefinite form and tags above 30, each with its own error.

use std::fmt;
use thiserror::Error;

/// Why the contents of a facility element are not what they claim to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("peer sent a malformed facility: octet {offset}: {fault}")]
pub struct MalformedFacility {
    /// Octets from the first one that was given to the decoder.
    pub offset: usize,
    /// What is wrong there.
    pub fault: Fault,
}

/// What can be wrong with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Octets end before the value does.
    #[error("the octets end too early")]
    Truncated,
    /// A length without an end, or of more than two octets.
    #[error("a form of length that is not used here")]
    Length,
    /// A tag of several octets.
    #[error("a tag of several octets")]
    LongTag,
    /// Another value stands where this one is expected.
    #[error("tag {0} is not expected")]
    Tag(Tag),
    /// An integer, a boolean or a text that is none.
    #[error("the contents do not fit the tag")]
    Contents,
}

/// The identifier octet: class, primitive or constructed, and number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u8);

impl Tag {
    /// BOOLEAN.
    pub const BOOLEAN: Self = Self(0x01);
    /// INTEGER.
    pub const INTEGER: Self = Self(0x02);
    /// OCTET STRING.
    pub const OCTET_STRING: Self = Self(0x04);
    /// NULL.
    pub const NULL: Self = Self(0x05);
    /// OBJECT IDENTIFIER.
    pub const OBJECT_IDENTIFIER: Self = Self(0x06);
    /// ENUMERATED.
    pub const ENUMERATED: Self = Self(0x0a);
    /// NumericString.
    pub const NUMERIC_STRING: Self = Self(0x12);
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: Self = Self(0x18);
    /// SEQUENCE.
    pub const SEQUENCE: Self = Self(0x30);

    /// A value of a context-specific tag.
    pub const fn context(number: u8) -> Self {
        Self(0x80 | number & 0x1f)
    }

    /// Values under a context-specific tag.
    pub const fn constructed(number: u8) -> Self {
        Self(0xa0 | number & 0x1f)
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:02x}", self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

/// An object identifier by the octets of its contents.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectIdentifier(pub Vec<u8>);

impl fmt::Debug for ObjectIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectIdentifier({:02x?})", self.0)
    }
}

/// Reads values one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    octets: &'a [u8],
    offset: usize,
}

/// A value: its tag and contents.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    /// Its tag.
    pub tag: Tag,
    /// Its contents.
    pub contents: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// A reader of all these octets; offsets of errors count from the first.
    pub const fn new(octets: &'a [u8]) -> Self {
        Self { octets, offset: 0 }
    }

    /// Whether nothing is left.
    pub const fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }

    /// What is left.
    pub const fn rest(&self) -> &'a [u8] {
        self.octets
    }

    /// The tag of the next value.
    pub fn peek(&self) -> Option<Tag> {
        self.octets.first().copied().map(Tag)
    }

    /// One octet that is no value.
    pub fn octet(&mut self) -> Result<u8, MalformedFacility> {
        let octet = *self.octets.first().ok_or(self.error(Fault::Truncated))?;
        self.skip(1);
        Ok(octet)
    }

    /// The next value.
    pub fn value(&mut self) -> Result<Value<'a>, MalformedFacility> {
        let [tag, length, ..] = *self.octets else { return Err(self.error(Fault::Truncated)) };
        if tag & 0x1f == 0x1f {
            return Err(self.error(Fault::LongTag));
        }
        let (head, length) = match (length, self.octets) {
            (0..=0x7f, _) => (2, usize::from(length)),
            (0x81, [_, _, octet, ..]) => (3, usize::from(*octet)),
            (0x82, [_, _, high, low, ..]) => (4, usize::from(u16::from_be_bytes([*high, *low]))),
            (0x81 | 0x82, _) => return Err(self.error(Fault::Truncated)),
            _ => return Err(self.error(Fault::Length)),
        };
        let contents = self.octets[head..].get(..length).ok_or(self.error(Fault::Truncated))?;
        let value = Value { tag: Tag(tag), contents, offset: self.offset + head };
        self.skip(head + length);
        Ok(value)
    }

    /// The next value, which has this tag.
    pub fn expect(&mut self, tag: Tag) -> Result<Value<'a>, MalformedFacility> {
        match self.peek() {
            Some(found) if found != tag => Err(self.error(Fault::Tag(found))),
            _ => self.value(),
        }
    }

    /// The next value if it has this tag.
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Value<'a>>, MalformedFacility> {
        if self.peek() == Some(tag) { self.value().map(Some) } else { Ok(None) }
    }

    /// The values within the next one, which has this tag.
    pub fn within(&mut self, tag: Tag) -> Result<Reader<'a>, MalformedFacility> {
        Ok(self.expect(tag)?.reader())
    }

    /// An error at the next value.
    pub const fn error(&self, fault: Fault) -> MalformedFacility {
        MalformedFacility { offset: self.offset, fault }
    }

    fn skip(&mut self, octets: usize) {
        self.octets = &self.octets[octets..];
        self.offset += octets;
    }
}

impl<'a> Value<'a> {
    /// The values within.
    pub const fn reader(&self) -> Reader<'a> {
        Reader { octets: self.contents, offset: self.offset }
    }

    /// INTEGER or ENUMERATED, of up to eight octets.
    pub fn integer(&self) -> Result<i64, MalformedFacility> {
        let (first, rest) = self.contents.split_first().ok_or(self.error())?;
        if rest.len() > 7 {
            return Err(self.error());
        }
        let first = i64::from(i8::from_be_bytes([*first]));
        Ok(rest.iter().fold(first, |number, octet| number << 8 | i64::from(*octet)))
    }

    /// INTEGER or ENUMERATED within the range of the type wanted.
    pub fn number<T: TryFrom<i64>>(&self) -> Result<T, MalformedFacility> {
        T::try_from(self.integer()?).map_err(|_| self.error())
    }

    /// BOOLEAN: anything but zero is true.
    pub fn boolean(&self) -> Result<bool, MalformedFacility> {
        match self.contents {
            [octet] => Ok(*octet != 0),
            _ => Err(self.error()),
        }
    }

    /// IA5 characters.
    pub fn text(&self) -> Result<String, MalformedFacility> {
        let text = self.contents.is_ascii().then(|| String::from_utf8_lossy(self.contents).into_owned());
        text.ok_or(self.error())
    }

    /// An error in this value.
    pub const fn error(&self) -> MalformedFacility {
        MalformedFacility { offset: self.offset, fault: Fault::Contents }
    }
}

/// Appends a value.
pub fn value(out: &mut Vec<u8>, tag: Tag, contents: &[u8]) {
    within(out, tag, |out| out.extend_from_slice(contents));
}

/// Appends a value of what `write` appends.
pub fn within(out: &mut Vec<u8>, tag: Tag, write: impl FnOnce(&mut Vec<u8>)) {
    out.push(tag.0);
    let start = out.len();
    write(out);
    let [.., high, low] = (out.len() - start).to_be_bytes();
    let length: &[u8] = match (high, low) {
        (0, 0..0x80) => &[low],
        (0, _) => &[0x81, low],
        _ => &[0x82, high, low],
    };
    out.splice(start..start, length.iter().copied());
}

/// Appends an integer in its shortest form.
pub fn integer(out: &mut Vec<u8>, tag: Tag, number: i64) {
    let octets = number.to_be_bytes();
    let redundant = |pair: &&[u8]| matches!((pair[0], pair[1] & 0x80), (0, 0) | (0xff, 0x80));
    let skipped = octets.windows(2).take_while(redundant).count();
    value(out, tag, &octets[skipped..]);
}

/// Appends a boolean.
pub fn boolean(out: &mut Vec<u8>, tag: Tag, boolean: bool) {
    value(out, tag, &[if boolean { 0xff } else { 0 }]);
}

/// Appends a value without contents.
pub fn null(out: &mut Vec<u8>, tag: Tag) {
    value(out, tag, &[]);
}
