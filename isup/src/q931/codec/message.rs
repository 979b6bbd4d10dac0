//! A message, Q.931 4.1: protocol discriminator, call reference, message type and elements in order.
//!
//! Promises: every octet is kept, so that what was decoded encodes to the same octets: shifts,
//! unknown and repeated elements, and what remains of a last one that its message cuts off. Typed
//! views are made on demand by [`Message::get`]. Whether an element makes sense in a message is
//! [`super::Table::check`]'s question.

use super::call_reference::CallReference;
use super::code::{ElementCode, MessageFamily, MessageType};
use super::element::Element;
use super::error::{DecodeError, EncodeError, Fault};
use super::reader;

/// The most octets of a message from its protocol discriminator on: eight segments (Q.931 annex H)
/// of 260 octets (Q.921 N201).
pub const MESSAGE_OCTETS_MAX: usize = 8 * 260;

/// Identifier of a shift, a single octet element of type 1.
const SHIFT: u8 = 0x90;
/// The bit of a shift's value that makes it hold for one element only.
const NON_LOCKING: u8 = 0x08;

/// A message of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Which call it is about.
    pub call_reference: CallReference,
    /// What it is; its family is the protocol discriminator.
    pub kind: MessageType,
    entries: Vec<Entry>,
    /// Contents of all entries, one after the other; of a single octet element of type 1 its value.
    contents: Vec<u8>,
    rest: Vec<u8>,
}

/// What the wire has between the message type and the rest: an element or a shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    identifier: u8,
    octets: usize,
}

impl Entry {
    const fn is_shift(self) -> bool {
        self.identifier == SHIFT
    }

    const fn is_single_octet(self) -> bool {
        self.identifier & 0x80 != 0
    }
}

/// Which codeset the next element is of, Q.931 4.5.2 to 4.5.4.
#[derive(Clone, Copy, Default)]
struct Codesets {
    locked: u8,
    next: Option<u8>,
}

impl Codesets {
    /// Passes an entry: the codeset of an element, `None` for a shift.
    fn pass(&mut self, entry: Entry, octets: &[u8]) -> Option<u8> {
        if entry.is_shift() {
            self.shift(octets.first().copied().unwrap_or(0));
            return None;
        }
        Some(self.take())
    }

    fn shift(&mut self, value: u8) {
        let codeset = value & 7;
        if value & NON_LOCKING == 0 {
            // A shift to a lower codeset is not allowed; a sender that does it means it, as other
            // implementations take it.
            self.locked = codeset;
            self.next = None;
        } else {
            self.next = Some(codeset);
        }
    }

    fn take(&mut self) -> u8 {
        self.next.take().unwrap_or(self.locked)
    }
}

impl Message {
    /// A message without elements.
    pub const fn new(call_reference: CallReference, kind: MessageType) -> Self {
        Self { call_reference, kind, entries: Vec::new(), contents: Vec::new(), rest: Vec::new() }
    }

    /// Reads a message from its protocol discriminator on. An error says that the message is to be
    /// ignored, Q.931 5.8.1 to 5.8.3.1; whatever is wrong with its elements is not an error here.
    pub fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        if octets.len() > MESSAGE_OCTETS_MAX {
            return Err(DecodeError::at(MESSAGE_OCTETS_MAX, Fault::TooLong(octets.len())));
        }
        reader::read(octets)
    }

    /// Appends the message from its protocol discriminator on; `out` is left as it was on an error.
    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let start = out.len();
        let written = self.write(out).and_then(|()| match out.len() - start {
            octets if octets > MESSAGE_OCTETS_MAX => Err(EncodeError::TooLong(octets)),
            _ => Ok(()),
        });
        if written.is_err() {
            out.truncate(start);
        }
        written
    }

    /// Every element in order with the octets of its contents; a single octet element of type 1
    /// has one, which is its value. Shifts show in the codesets.
    pub fn elements(&self) -> impl Iterator<Item = (ElementCode, &[u8])> {
        self.placed().map(|(_, code, octets)| (code, octets))
    }

    /// The first element of this kind, decoded; error offsets count from its contents.
    pub fn get<E: Element>(&self) -> Option<Result<E, DecodeError>> {
        self.all().next()
    }

    /// The first element of this kind; `None` if absent or not decodable.
    pub fn find<E: Element>(&self) -> Option<E> {
        self.get()?.ok()
    }

    /// Every element of this kind, in order: a message may hold two progress indicators.
    pub fn all<E: Element>(&self) -> impl Iterator<Item = Result<E, DecodeError>> + '_ {
        self.elements()
            .filter(|(code, _)| *code == E::CODE)
            .map(|(code, octets)| E::decode(octets).map_err(|error| error.within(code)))
    }

    /// The contents of the first element with this code.
    pub fn octets(&self, code: ElementCode) -> Option<&[u8]> {
        self.elements().find(|(each, _)| *each == code).map(|(_, octets)| octets)
    }

    /// Whether the element is present.
    pub fn has(&self, code: ElementCode) -> bool {
        self.position(code).is_some()
    }

    /// What follows the last whole element: the beginning of one that is longer than its message;
    /// in a SEGMENT the piece of the message that it carries.
    pub fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// The element that [`Message::rest`] begins; `None` if there is no rest or it is a segment's piece.
    pub fn torn(&self) -> Option<ElementCode> {
        let identifier = *self.rest.first().filter(|_| !self.is_segment())?;
        Some(ElementCode { codeset: self.codeset_at_end(), identifier })
    }

    /// Replaces the first element of this kind, or adds it as [`Message::add`] does.
    pub fn set<E: Element>(&mut self, element: &E) {
        self.set_octets(E::CODE, &contents_of(element));
    }

    /// [`Message::add`] for building a message in one expression.
    #[must_use]
    pub fn with<E: Element>(mut self, element: E) -> Self {
        self.add(&element);
        self
    }

    /// [`Message::set`] with contents already encoded.
    pub fn set_octets(&mut self, code: ElementCode, octets: &[u8]) {
        match self.position(code) {
            Some(index) => {
                self.take_out(index);
                self.insert(index, code.identifier, octets);
            }
            None => self.add_octets(code, octets),
        }
    }

    /// Adds one more element where Q.931 4.5.1 wants it: single octet elements first, then by
    /// ascending identifier, after its like if they are there; of other codesets at the end.
    pub fn add<E: Element>(&mut self, element: &E) {
        self.add_octets(E::CODE, &contents_of(element));
    }

    /// [`Message::add`] with contents already encoded.
    pub fn add_octets(&mut self, code: ElementCode, octets: &[u8]) {
        match self.place_of(code) {
            Some(index) if code.codeset == 0 => self.insert(index, code.identifier, octets),
            _ => self.push_octets(code, octets),
        }
    }

    /// Adds an element at the end, whatever stands before it: after a repeat indicator, say.
    pub fn push<E: Element>(&mut self, element: &E) {
        self.push_octets(E::CODE, &contents_of(element));
    }

    /// [`Message::push`] with contents already encoded.
    pub fn push_octets(&mut self, code: ElementCode, octets: &[u8]) {
        if self.codeset_at_end() != code.codeset {
            self.push_entry(SHIFT, &[NON_LOCKING | code.codeset & 7]);
        }
        self.push_entry(code.identifier, octets);
    }

    /// Removes every element with this code.
    pub fn remove(&mut self, code: ElementCode) {
        while let Some(index) = self.position(code) {
            self.take_out(index);
            if index > 0 && self.is_non_locking_shift(index - 1) {
                self.take_out(index - 1);
            }
        }
    }

    /// A message of elements that came in pieces.
    pub(super) fn from_body(
        call_reference: CallReference,
        kind: MessageType,
        body: &[u8],
    ) -> Result<Self, DecodeError> {
        if body.len() > MESSAGE_OCTETS_MAX {
            return Err(DecodeError::at(MESSAGE_OCTETS_MAX, Fault::TooLong(body.len())));
        }
        let mut message = Self::new(call_reference, kind);
        reader::read_elements(body, &mut message);
        Ok(message)
    }

    /// Whether the rest is a piece of another message.
    pub(super) fn is_segment(&self) -> bool {
        self.kind == MessageType::SEGMENT && self.has(ElementCode::SEGMENTED_MESSAGE)
    }

    /// Makes room for contents of this many octets, so that reading allocates once for them.
    pub(super) fn reserve(&mut self, octets: usize) {
        self.contents.reserve_exact(octets);
    }

    /// Adds what the wire has next, a shift included.
    pub(super) fn push_entry(&mut self, identifier: u8, octets: &[u8]) {
        self.entries.push(Entry { identifier, octets: octets.len() });
        self.contents.extend_from_slice(octets);
    }

    pub(super) fn set_rest(&mut self, rest: &[u8]) {
        self.rest = rest.to_vec();
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.push(discriminator(self.kind.family));
        self.call_reference.write(out);
        if self.kind.family == MessageFamily::NationalEscape {
            out.push(0);
        }
        out.push(self.kind.code);
        for (entry, octets) in self.raw() {
            let element = ElementCode { codeset: 0, identifier: entry.identifier };
            match octets {
                [] if entry.is_single_octet() => out.push(entry.identifier),
                [value, ..] if entry.is_single_octet() => out.push(entry.identifier | value & 15),
                _ => {
                    let length = u8::try_from(octets.len());
                    let length = length.map_err(|_| EncodeError::Length { element, octets: octets.len() })?;
                    out.extend([entry.identifier, length]);
                    out.extend_from_slice(octets);
                }
            }
        }
        out.extend_from_slice(&self.rest);
        Ok(())
    }

    fn raw(&self) -> impl Iterator<Item = (Entry, &[u8])> {
        let mut contents = self.contents.as_slice();
        self.entries.iter().map(move |entry| {
            let (octets, following) = contents.split_at(entry.octets);
            contents = following;
            (*entry, octets)
        })
    }

    /// The codeset that one more element would be of.
    fn codeset_at_end(&self) -> u8 {
        let mut codesets = Codesets::default();
        for (entry, octets) in self.raw() {
            codesets.pass(entry, octets);
        }
        codesets.take()
    }

    /// Elements with their entry's index.
    fn placed(&self) -> impl Iterator<Item = (usize, ElementCode, &[u8])> {
        let mut codesets = Codesets::default();
        self.raw().enumerate().filter_map(move |(index, (entry, octets))| {
            let codeset = codesets.pass(entry, octets)?;
            Some((index, ElementCode { codeset, identifier: entry.identifier }, octets))
        })
    }

    /// The entry of the first element with this code.
    fn position(&self, code: ElementCode) -> Option<usize> {
        self.placed().find(|(_, each, _)| *each == code).map(|(index, ..)| index)
    }

    /// Before which entry an element of codeset 0 belongs; `None` if after all.
    fn place_of(&self, code: ElementCode) -> Option<usize> {
        let follows = |entry: &Entry| {
            let variable = !entry.is_single_octet() && (code.is_single_octet() || entry.identifier > code.identifier);
            variable || entry.is_shift()
        };
        let index = self.entries.iter().position(follows)?;
        // Nothing comes between a repeat indicator and the element that it repeats.
        let repeats = index > 0 && self.entries[index - 1].identifier == ElementCode::REPEAT_INDICATOR.identifier;
        Some(index - usize::from(repeats))
    }

    fn insert(&mut self, index: usize, identifier: u8, octets: &[u8]) {
        let at = self.offset(index);
        self.contents.splice(at..at, octets.iter().copied());
        self.entries.insert(index, Entry { identifier, octets: octets.len() });
    }

    fn take_out(&mut self, index: usize) {
        let at = self.offset(index);
        let entry = self.entries.remove(index);
        self.contents.drain(at..at + entry.octets);
    }

    fn is_non_locking_shift(&self, index: usize) -> bool {
        self.entries[index].is_shift() && self.contents[self.offset(index)] & NON_LOCKING != 0
    }

    /// Where the contents of the entry at `index` begin.
    fn offset(&self, index: usize) -> usize {
        self.entries[..index].iter().map(|entry| entry.octets).sum()
    }
}

/// The octet that a message of the family begins with, Q.931 4.2.
const fn discriminator(family: MessageFamily) -> u8 {
    match family {
        MessageFamily::CallControl | MessageFamily::NationalEscape => 0x08,
        MessageFamily::Maintenance => 0x03,
        MessageFamily::NationalMaintenance => 0x43,
    }
}

fn contents_of<E: Element>(element: &E) -> Vec<u8> {
    let mut contents = Vec::new();
    element.encode(&mut contents);
    contents
}
