//! What must hold after every step of every simulated run, and at the end of it.

use std::collections::BTreeMap;

use crate::control::Control;
use crate::ops::cdr::Record;

/// Follows the journal: every call opens at most once at a time and closes exactly once.
#[derive(Debug, Default)]
pub struct Checker {
    closed: BTreeMap<String, u32>,
    open: BTreeMap<String, ()>,
    steps: u64,
}

impl Checker {
    /// After a step.
    pub fn step(&mut self, control: &Control) -> Result<(), String> {
        self.steps += 1;
        control.invariant()
    }

    /// A record was journalled.
    pub fn record(&mut self, record: &Record) -> Result<(), String> {
        match record {
            Record::Open(open) if self.closed.contains_key(&open.id) => {
                Err(format!("call {} opened after its closing record", open.id))
            }
            Record::Open(open) => {
                self.open.insert(open.id.clone(), ());
                Ok(())
            }
            Record::Closed(closed) => {
                self.open.remove(&closed.call.id);
                let times = self.closed.entry(closed.call.id.clone()).or_default();
                *times += 1;
                if *times == 1 { Ok(()) } else { Err(format!("call {} left {times} records", closed.call.id)) }
            }
            Record::Blocking(_) | Record::Registered(_) => Ok(()),
        }
    }

    /// At the end: no call is open.
    pub fn end(&self) -> Result<(), String> {
        match self.open.keys().next() {
            Some(call) => Err(format!("call {call} never left its closing record")),
            None => Ok(()),
        }
    }

    /// How often the invariants were looked at.
    pub fn steps(&self) -> u64 {
        self.steps
    }
}
