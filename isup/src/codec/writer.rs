//! From parameters to octets, Q.763 1.3 to 1.7: the reader's counterpart.

use super::code::ParameterCode;
use super::error::EncodeError;
use super::message::{Bare, MESSAGE_OCTETS_MAX, Message};
use super::table::{Format, Table};

/// Appends a whole message. On an error `out` holds a part of it.
pub(super) fn write(table: &Table, message: &Message, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let start = out.len();
    out.push(message.kind.0);
    match table.format(message.kind) {
        Some(format) => Writer { format, message, out }.parts()?,
        None => refuse_parameters(message)?,
    }
    out.extend_from_slice(message.rest());
    if out.len() - start > MESSAGE_OCTETS_MAX {
        return Err(EncodeError::TooLong { kind: message.kind });
    }
    Ok(())
}

/// A message of unknown shape has octets, not parameters.
fn refuse_parameters(message: &Message) -> Result<(), EncodeError> {
    match message.parameters().next() {
        Some((parameter, _)) => Err(EncodeError::NoPlace { kind: message.kind, parameter }),
        None => Ok(()),
    }
}

struct Writer<'a, 'o> {
    format: &'a Format,
    message: &'a Message,
    out: &'o mut Vec<u8>,
}

impl<'a> Writer<'a, '_> {
    fn parts(mut self) -> Result<(), EncodeError> {
        for fixed in self.format.fixed {
            let octets = self.mandatory(fixed.code, fixed.octets, fixed.octets)?;
            self.out.extend_from_slice(octets);
        }
        let pointers = self.out.len();
        let count = self.format.variable.len();
        let has_optional = self.optional().next().is_some();
        let has_pointer = self.format.optional && (has_optional || self.message.bare != Bare::NoPointer);
        self.out.resize(pointers + count + usize::from(has_pointer), 0);
        for (index, variable) in self.format.variable.iter().enumerate() {
            let octets = self.mandatory(variable.code, variable.min, variable.max)?;
            self.point(pointers + index)?;
            self.contents(variable.code, octets)?;
        }
        if has_optional || (has_pointer && self.message.bare == Bare::EmptyPart) {
            self.optional_part(pointers + count)?;
        }
        Ok(())
    }

    fn optional_part(&mut self, pointer: usize) -> Result<(), EncodeError> {
        if let (false, Some((parameter, _))) = (self.format.optional, self.optional().next()) {
            return Err(EncodeError::NoPlace { kind: self.message.kind, parameter });
        }
        self.point(pointer)?;
        for (code, octets) in self.optional() {
            self.out.push(code.0);
            self.contents(code, octets)?;
        }
        self.out.push(ParameterCode::END_OF_OPTIONAL_PARAMETERS.0);
        Ok(())
    }

    /// All parameters but the first of each mandatory code.
    fn optional(&self) -> impl Iterator<Item = (ParameterCode, &'a [u8])> + use<'a> {
        let (format, message) = (self.format, self.message);
        message.parameters().enumerate().filter_map(move |(index, (code, octets))| {
            let mandatory = message.position(code) == Some(index) && format.mandatory().any(|each| each == code);
            (!mandatory).then_some((code, octets))
        })
    }

    fn mandatory(&self, parameter: ParameterCode, min: usize, max: usize) -> Result<&'a [u8], EncodeError> {
        let kind = self.message.kind;
        let octets = self.message.octets(parameter).ok_or(EncodeError::Missing { kind, parameter })?;
        match octets.len() {
            length if length < min || length > max => Err(EncodeError::Length { kind, parameter, octets: length }),
            _ => Ok(octets),
        }
    }

    /// Makes the pointer at `pointer` lead to the next octet to be written.
    fn point(&mut self, pointer: usize) -> Result<(), EncodeError> {
        let distance = self.out.len() - pointer;
        self.out[pointer] = u8::try_from(distance).map_err(|_| EncodeError::TooLong { kind: self.message.kind })?;
        Ok(())
    }

    fn contents(&mut self, parameter: ParameterCode, octets: &[u8]) -> Result<(), EncodeError> {
        let kind = self.message.kind;
        let length = u8::try_from(octets.len());
        self.out.push(length.map_err(|_| EncodeError::Length { kind, parameter, octets: octets.len() })?);
        self.out.extend_from_slice(octets);
        Ok(())
    }
}
