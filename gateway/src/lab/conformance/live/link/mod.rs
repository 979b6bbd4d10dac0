//! Cases of level 2 on a real span: one signalling link, and nothing above it.
//!
//! As the link that is tested, level 3's orders of the case are given to a link of ours; as the tester, the units of the case go
//! out and those of the link are awaited. A case may make its link anew, with another error correction. Left out: cases that need a
//! line without units or with spoilt ones, or that look at bits, since a driver that makes check bits spoils none.

mod arrivals;
mod far;
mod performer;

use std::io::{self, Write};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use config::Model;
use dahdi_sys::Kernel;
use isup::acceptance::{Case, Verdict};
use tokio::sync::Notify;

use super::super::Performed;
use super::{Ground, Standing, TURN, Told, claims, real};
use crate::control::plan::Plan;
use crate::io::gateway::{links, settle_modes};
use crate::io::signalling::{Heard, Lines};
use crate::ops::cli::Role;
use performer::Performer;

/// An end of a signalling link, and which.
pub struct LiveLink {
    role: Role,
    lines: Lines,
    performer: Performer,
}

impl LiveLink {
    /// Takes the first link of a file on that span of the real driver.
    ///
    /// # Errors
    /// There is none, or it cannot be had.
    pub fn open(model: Model, span: &str, role: Role) -> io::Result<Standing<LiveLink>> {
        let kernel = real(&model)?;
        claims::refuse(&model, None)?;
        Ground::new(&kernel, &model)?.stand(|| LiveLink::on(&kernel, model, span, role, Instant::now()))
    }

    fn on(kernel: &dyn Kernel, mut model: Model, span: &str, role: Role, now: Instant) -> io::Result<LiveLink> {
        let index = model.links().iter().position(|link| model.span(link.span).name == span);
        let index = index.ok_or_else(|| io::Error::other(format!("no signalling link on a span named {span:?}")))?;
        let spec = &links(&model)[index..=index];
        let lines = Lines::open(kernel, spec, &Arc::new(Notify::new())).map_err(io::Error::other)?;
        settle_modes(&mut model, &lines);
        let config = Plan::of(&model).links[index];
        Ok(LiveLink { role, lines, performer: Performer::new(now, role, config) })
    }

    /// Performs a case that has passed on virtual time.
    pub fn perform(&mut self, case: Case, out: &mut impl Write) -> io::Result<Performed> {
        let (record, verdict) = case.run(Instant::now());
        if verdict != Verdict::Passed {
            return Ok(Performed { case, sequence: record.lines, verdict });
        }
        if let Some(why) = self.performer.obstacle(&record) {
            return Ok(Performed { case, sequence: Vec::new(), verdict: Verdict::NotApplicable(why) });
        }
        let mut told = Told::case(&case, self.role, out)?;
        self.performer.begin(Instant::now(), &record);
        loop {
            let verdict = self.step(Instant::now());
            told.more(self.performer.sequence(), out)?;
            if let Some(verdict) = verdict {
                return Ok(Performed { case, sequence: self.performer.sequence().to_vec(), verdict });
            }
            thread::sleep(TURN);
        }
    }

    /// A turn: what has come, what is due, what goes.
    fn step(&mut self, now: Instant) -> Option<Verdict> {
        let LiveLink { lines, performer, .. } = self;
        lines.receive(|_, heard| match heard {
            Heard::Unit(octets) => performer.unit(now, octets),
            Heard::Error(error) => performer.error(now, error),
            Heard::Alarms | Heard::Removed(_) => {}
        });
        let verdict = performer.step(now);
        lines.transmit(|_, unit| performer.poll_unit(now, unit));
        verdict
    }
}

#[cfg(test)]
mod tests;
