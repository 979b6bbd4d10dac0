//! Units and errors out of bits, Q.781 group 5.

use crate::mtp2::delimitation::{Assembler, Delimiter, Received};
use crate::mtp2::unit::UNIT_OCTETS_MAX;

use super::super::{Outcome, Record, same};

const FISU: &[u8] = &[0xff, 0xff, 0x00];

/// Delimitation, and the octets that come to it all at once.
struct Line<'a> {
    record: &'a mut Record,
    delimiter: Delimiter,
}

impl<'a> Line<'a> {
    fn new(record: &'a mut Record) -> Self {
        Self { record, delimiter: Delimiter::new() }
    }

    /// What these octets bring.
    fn receive(&mut self, what: &str, octets: &[u8]) -> Vec<Received> {
        let mut out = Vec::new();
        self.delimiter.receive(octets, &mut out);
        self.note(format!("<- {} octets: {what}", octets.len()));
        for one in &out {
            match one {
                Received::Unit(unit) => self.note(format!("unit of {} octets", unit.len())),
                Received::Error => self.note("error".into()),
            }
        }
        out
    }

    fn note(&mut self, text: String) {
        let began = self.record.began;
        self.record.note(began, text);
    }
}

/// The line with these units on it one after the other, then flags.
fn line_of(units: &[Vec<u8>], octets: usize) -> Vec<u8> {
    let mut units = units.iter();
    let mut line = vec![0; octets];
    Assembler::new().transmit(&mut line, |unit| unit.extend(units.next().into_iter().flatten()));
    line
}

fn units(units: &[&[u8]]) -> Vec<Received> {
    units.iter().map(|unit| Received::Unit(unit.to_vec())).collect()
}

/// Seven ones begin octet counting until a good unit.
pub(super) fn case_5_1(record: &mut Record) -> Outcome {
    let mut line = Line::new(record);
    let good = line_of(&[FISU.to_vec()], 10);
    same(line.receive("FISU", &good), units(&[FISU]))?;
    same(line.receive("ones", &[0xff; 15]), [])?;
    same(line.delimiter.is_counting(), true)?;
    same(line.receive("ones", &[0xff; 1 + 32]), [Received::Error, Received::Error, Received::Error])?;
    same(line.receive("FISU", &good), units(&[FISU]))?;
    same(line.delimiter.is_counting(), false)
}

/// A unit longer than any begins octet counting.
pub(super) fn case_5_2(record: &mut Record) -> Outcome {
    let mut line = Line::new(record);
    line.receive("a unit one octet too long", &line_of(&[vec![1; UNIT_OCTETS_MAX + 1]], 270));
    same(line.delimiter.is_counting(), false)?;
    let rest = line_of(&[vec![1; UNIT_OCTETS_MAX + 40]], 330).split_off(270);
    let errors = line.receive("the rest of one far too long", &rest);
    same(line.delimiter.is_counting(), true)?;
    same(errors.iter().all(|one| *one == Received::Error), true)
}

/// A unit shorter than any is an error.
pub(super) fn case_5_3(record: &mut Record) -> Outcome {
    let mut line = Line::new(record);
    let found = line.receive("two octets, FISU", &line_of(&[vec![1, 2], FISU.to_vec()], 24));
    same(found, [Received::Error, Received::Unit(FISU.to_vec())])
}

/// One flag or many between units are all the same.
pub(super) fn case_5_4(record: &mut Record) -> Outcome {
    let message = [0, 0, 4, 0x85, 1, 2, 3];
    for flags in [0, 1, 2, 30] {
        let mut list = Vec::new();
        for unit in [FISU, &message, &message] {
            list.push(unit.to_vec());
            list.extend(vec![Vec::new(); flags]);
        }
        let mut line = Line::new(record);
        let what = format!("FISU, MSU, MSU with {} flags between", flags + 1);
        same(line.receive(&what, &line_of(&list, 140)), units(&[FISU, &message, &message]))?;
    }
    Ok(())
}
