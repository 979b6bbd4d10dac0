//! A message of the ISDN user part, Q.763 1.4: a type and its parameters in order.
//!
//! Promises: each parameter's octets are kept exactly, unknown and repeated ones too, so that what
//! was decoded encodes to the same octets. Typed views are made on demand by [`Message::get`].
//! Leaves out the circuit identification code, which belongs to the circuit: see
//! [`decode_with_cic`]. Whether a parameter makes sense in a message is the call's question.

use super::cic::Cic;
use super::code::{MessageType, ParameterCode};
use super::error::{DecodeError, EncodeError, Fault};
use super::parameter::Parameter;
use super::table::{ITU, Table};
use super::{reader, writer};

/// The most octets of a message from its type on: a signalling information field of 272 (Q.703)
/// less the routing label of 4 and the circuit identification code of 2.
pub const MESSAGE_OCTETS_MAX: usize = 272 - 4 - 2;

/// A message without its circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What the message is.
    pub kind: MessageType,
    entries: Vec<Entry>,
    /// Contents of all entries, one after the other.
    contents: Vec<u8>,
    pub(super) bare: Bare,
    pub(super) rest: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    code: ParameterCode,
    octets: usize,
}

/// How a message without optional parameters shows that it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Bare {
    /// By a pointer of zero, as the standard says.
    #[default]
    PointerZero,
    /// By leaving the pointer out, as some implementations do.
    NoPointer,
    /// By a part that holds nothing but its end octet.
    EmptyPart,
}

impl Message {
    /// A message without parameters.
    pub fn new(kind: MessageType) -> Self {
        Self { kind, entries: Vec::new(), contents: Vec::new(), bare: Bare::default(), rest: Vec::new() }
    }

    /// A message whose octets after the type are not parameters to us: one of unknown shape, or a
    /// pass-along message with the message that it carries.
    pub fn opaque(kind: MessageType, rest: Vec<u8>) -> Self {
        Self { rest, ..Self::new(kind) }
    }

    /// Reads a message from its type octet on, as ITU-T Q.763 shapes it.
    pub fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::decode_as(&ITU, octets)
    }

    /// Reads a message of the variant that `table` describes.
    pub fn decode_as(table: &Table, octets: &[u8]) -> Result<Self, DecodeError> {
        if octets.len() > MESSAGE_OCTETS_MAX {
            return Err(DecodeError::at(MESSAGE_OCTETS_MAX, Fault::TooLong(octets.len())));
        }
        reader::read(table, octets)
    }

    /// Appends the message from its type octet on; `out` is left as it was on an error.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.encode_as(&ITU, out)
    }

    /// Appends the message as the variant that `table` describes shapes it.
    pub fn encode_as(&self, table: &Table, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        let written = writer::write(table, self, out);
        if written.is_err() {
            out.truncate(start);
        }
        written
    }

    /// The first parameter of this kind, decoded; error offsets count from its contents.
    pub fn get<P: Parameter>(&self) -> Option<Result<P, DecodeError>> {
        self.all().next()
    }

    /// The first parameter of this kind; `None` if absent or not decodable.
    pub fn find<P: Parameter>(&self) -> Option<P> {
        self.get()?.ok()
    }

    /// Every parameter of this kind, in order: a message may hold several generic numbers.
    pub fn all<P: Parameter>(&self) -> impl Iterator<Item = Result<P, DecodeError>> + '_ {
        self.parameters()
            .filter(|(code, _)| *code == P::CODE)
            .map(|(code, octets)| P::decode(octets).map_err(|error| error.within(code)))
    }

    /// The contents of the first parameter with this code.
    pub fn octets(&self, code: ParameterCode) -> Option<&[u8]> {
        self.parameters().find(|(each, _)| *each == code).map(|(_, octets)| octets)
    }

    /// Whether the parameter is present.
    pub fn has(&self, code: ParameterCode) -> bool {
        self.position(code).is_some()
    }

    /// Every parameter in order, with the octets of its contents.
    pub fn parameters(&self) -> impl Iterator<Item = (ParameterCode, &[u8])> {
        let mut contents = self.contents.as_slice();
        self.entries.iter().map(move |entry| {
            let (octets, following) = contents.split_at(entry.octets);
            contents = following;
            (entry.code, octets)
        })
    }

    /// The octets that no parameter accounts for: the body of a message of unknown shape or of a
    /// pass-along message, and what followed the last part of a known one.
    pub fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// Replaces the first parameter of this kind, or adds it: mandatory ones in the order of ITU's
    /// table, others after all that are there.
    pub fn set<P: Parameter>(&mut self, parameter: &P) {
        self.place(P::CODE, |out| parameter.encode(out));
    }

    /// [`Message::set`] for building a message in one expression.
    #[must_use]
    pub fn with<P: Parameter>(mut self, parameter: P) -> Self {
        self.set(&parameter);
        self
    }

    /// [`Message::set`] with contents already encoded.
    pub fn set_octets(&mut self, code: ParameterCode, octets: &[u8]) {
        self.place(code, |out| out.extend_from_slice(octets));
    }

    /// Adds one more parameter at the end, whether or not its like is there.
    pub fn add<P: Parameter>(&mut self, parameter: &P) {
        self.insert(self.entries.len(), P::CODE, |out| parameter.encode(out));
    }

    /// [`Message::add`] with contents already encoded.
    pub fn add_octets(&mut self, code: ParameterCode, octets: &[u8]) {
        self.push(code, octets);
    }

    /// Removes every parameter with this code.
    pub fn remove(&mut self, code: ParameterCode) {
        while let Some(index) = self.position(code) {
            self.take_out(index);
        }
    }

    /// Makes room for contents of this many octets, so that reading allocates once for them.
    pub(super) fn reserve(&mut self, octets: usize) {
        self.contents.reserve_exact(octets);
    }

    pub(super) fn push(&mut self, code: ParameterCode, octets: &[u8]) {
        self.entries.push(Entry { code, octets: octets.len() });
        self.contents.extend_from_slice(octets);
    }

    /// The index of the first parameter with this code.
    pub(super) fn position(&self, code: ParameterCode) -> Option<usize> {
        self.entries.iter().position(|entry| entry.code == code)
    }

    fn place(&mut self, code: ParameterCode, encode: impl FnOnce(&mut Vec<u8>)) {
        let index = match self.position(code) {
            Some(index) => {
                self.take_out(index);
                index
            }
            None => self.place_of(code),
        };
        self.insert(index, code, encode);
    }

    /// Before the first parameter that ITU's table ranks after `code`.
    fn place_of(&self, code: ParameterCode) -> usize {
        let rank = |code| {
            let position = ITU.format(self.kind).and_then(|format| format.mandatory().position(|each| each == code));
            position.unwrap_or(usize::MAX)
        };
        let own = rank(code);
        self.entries.iter().position(|entry| rank(entry.code) > own).unwrap_or(self.entries.len())
    }

    fn insert(&mut self, index: usize, code: ParameterCode, encode: impl FnOnce(&mut Vec<u8>)) {
        let end = self.contents.len();
        encode(&mut self.contents);
        let octets = self.contents.len() - end;
        let at = self.offset(index);
        self.contents[at..].rotate_right(octets);
        self.entries.insert(index, Entry { code, octets });
    }

    fn take_out(&mut self, index: usize) {
        let at = self.offset(index);
        let entry = self.entries.remove(index);
        self.contents.drain(at..at + entry.octets);
    }

    /// Where the contents of the entry at `index` begin.
    fn offset(&self, index: usize) -> usize {
        self.entries[..index].iter().map(|entry| entry.octets).sum()
    }
}

/// Reads the two octets of the circuit identification code and the message after them, as ITU-T
/// Q.763 shapes them. Error offsets count from the message type octet, as in [`Message::decode`].
pub fn decode_with_cic(octets: &[u8]) -> Result<(Cic, Message), DecodeError> {
    decode_with_cic_as(&ITU, octets)
}

/// [`decode_with_cic`] for the variant that `table` describes.
pub fn decode_with_cic_as(table: &Table, octets: &[u8]) -> Result<(Cic, Message), DecodeError> {
    let (cic, message) = octets.split_first_chunk().ok_or(DecodeError::at(0, Fault::Truncated))?;
    Ok((Cic::from_octets(*cic, table.cic_bits), Message::decode_as(table, message)?))
}

/// Appends the circuit identification code and the message; `out` is left as it was on an error.
pub fn encode_with_cic(cic: Cic, message: &Message, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    encode_with_cic_as(&ITU, cic, message, out)
}

/// [`encode_with_cic`] for the variant that `table` describes.
pub fn encode_with_cic_as(table: &Table, cic: Cic, message: &Message, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = out.len();
    out.extend(cic.to_octets(table.cic_bits));
    message.encode_as(table, out).inspect_err(|_| out.truncate(start))
}
