//! From octets to parameters, Q.763 1.3 to 1.7: fixed part, pointers, variable part, optional part.
//!
//! Promises: no octet is read twice and none is skipped. A pointer must lead to the octet right
//! after what precedes its part, as every sender lays a message out; so parts cannot overlap, loop
//! or leave gaps, and whatever is accepted encodes to the same octets.
//! One departure is tolerated since implementations in the field make it: a message without
//! optional parameters may leave out the pointer to them.

use super::code::{MessageType, ParameterCode};
use super::error::{DecodeError, Fault};
use super::message::{Bare, Message};
use super::table::{Format, Table, Variable};

/// Reads a whole message; a message that `table` does not list is kept as octets.
pub(super) fn read(table: &Table, octets: &[u8]) -> Result<Message, DecodeError> {
    let mut reader = Reader { octets, at: 0 };
    let mut message = Message::new(MessageType(reader.octet()?));
    if let Some(format) = table.format(message.kind) {
        message.reserve(octets.len());
        reader.parts(format, &mut message)?;
    }
    message.rest = octets[reader.at..].to_vec();
    Ok(message)
}

struct Reader<'a> {
    octets: &'a [u8],
    /// Always within `octets` or at its end.
    at: usize,
}

impl<'a> Reader<'a> {
    fn parts(&mut self, format: &Format, message: &mut Message) -> Result<(), DecodeError> {
        for fixed in format.fixed {
            let octets = self.take(fixed.octets).map_err(|error| error.within(fixed.code))?;
            message.push(fixed.code, octets);
        }
        let first_pointer = self.at;
        if format.optional && self.leaves_pointer_out(format) {
            message.bare = Bare::NoPointer;
        }
        let has_pointer = format.optional && message.bare != Bare::NoPointer;
        self.take(format.variable.len() + usize::from(has_pointer))?;
        for (index, variable) in format.variable.iter().enumerate() {
            let octets = self.variable(first_pointer + index, variable).map_err(|error| error.within(variable.code))?;
            message.push(variable.code, octets);
        }
        if has_pointer && self.leads_here(first_pointer + format.variable.len())? {
            self.optional(message)?;
        }
        Ok(())
    }

    /// The pointer to the optional part is absent if the message ends before it, or if the first
    /// variable part stands where that pointer should.
    fn leaves_pointer_out(&self, format: &Format) -> bool {
        let pointers = format.variable.len();
        match self.octets.get(self.at) {
            None => pointers == 0,
            Some(pointer) => pointers > 0 && usize::from(*pointer) == pointers,
        }
    }

    fn variable(&mut self, pointer: usize, variable: &Variable) -> Result<&'a [u8], DecodeError> {
        if !self.leads_here(pointer)? {
            return Err(DecodeError::at(pointer, Fault::Pointer { found: 0, expected: self.at - pointer }));
        }
        let at = self.at;
        let found = usize::from(self.octet()?);
        let Variable { min, max, .. } = *variable;
        if found < min || found > max {
            return Err(DecodeError::at(at, Fault::Length { found, min, max }));
        }
        self.take(found)
    }

    /// Whether the pointer at `pointer` leads to the octet that comes next; zero leads nowhere.
    fn leads_here(&self, pointer: usize) -> Result<bool, DecodeError> {
        let found = self.octets[pointer];
        let expected = self.at - pointer;
        match usize::from(found) {
            0 => Ok(false),
            distance if distance == expected => Ok(true),
            _ => Err(DecodeError::at(pointer, Fault::Pointer { found, expected })),
        }
    }

    fn optional(&mut self, message: &mut Message) -> Result<(), DecodeError> {
        message.bare = Bare::EmptyPart;
        loop {
            let code = ParameterCode(self.octet()?);
            if code == ParameterCode::END_OF_OPTIONAL_PARAMETERS {
                return Ok(());
            }
            let octets = self.contents().map_err(|error| error.within(code))?;
            message.push(code, octets);
            message.bare = Bare::PointerZero;
        }
    }

    /// A length octet and as many octets as it says.
    fn contents(&mut self) -> Result<&'a [u8], DecodeError> {
        let length = self.octet()?;
        self.take(usize::from(length))
    }

    fn octet(&mut self) -> Result<u8, DecodeError> {
        Ok(self.take(1)?[0])
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], DecodeError> {
        let taken = self.octets[self.at..].get(..count);
        let octets = taken.ok_or(DecodeError::at(self.octets.len(), Fault::Truncated))?;
        self.at += count;
        Ok(octets)
    }
}
