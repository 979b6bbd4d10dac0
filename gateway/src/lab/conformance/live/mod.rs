//! Cases on a real span, with the links of a configuration and no gateway: as the exchange that is tested while a carrier's
//! tester sits at the other end, or as the tester of another exchange.
//!
//! What is performed is the record that a case leaves when it is run on virtual time: our part of it is done, the other end's is
//! awaited. A link or circuit that a gateway has in service cannot be taken ([`claims`]), and the driver gives a channel to one
//! process only. [`link`] has the cases of level 2. Left out: Q.782, whose tester is two linksets and two transfer points.

mod claims;
mod iut;
mod link;
mod performer;
mod station;
mod tester;

use std::io::{self, Write};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use config::Model;
use config::model::{Driver, Signalling, Trunk};
use dahdi_sys::{Kernel, LinuxKernel};
use isup::acceptance::{Case, Line, Record, Verdict};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

use super::Performed;
use crate::control::input::SignallingLine;
use crate::io::bring_up::bring_up_spans;
use crate::io::gateway::{links, settle_modes};
use crate::io::guard;
use crate::io::place::Places;
use crate::io::signalling::{Heard, Lines};
use crate::io::survey::survey;
use crate::ops::cli::Role;
use iut::Iut;
pub use link::LiveLink;
use performer::{CIRCUITS, End, Parties, Performer};
use station::Station;
use tester::Tester;

/// An end of a span, and which.
pub(super) struct Live {
    model: Model,
    parties: Parties,
    role: Role,
    lines: Lines,
    station: Station,
}

impl Live {
    /// Takes the links of a file on the real driver.
    ///
    /// # Errors
    /// No trunk with four circuits on that span; a link that cannot be had.
    pub fn open(model: Model, span: &str, role: Role) -> io::Result<Standing<Live>> {
        let kernel = real(&model)?;
        claims::refuse(&model, trunk(&model, span))?;
        Ground::new(&kernel, &model)?.stand(|| Live::on(&kernel, model, span, role, Instant::now()))
    }

    fn on(kernel: &dyn Kernel, mut model: Model, span: &str, role: Role, now: Instant) -> io::Result<Live> {
        let parties = parties(&model, span)?;
        let tested_is_lower = match role {
            Role::Iut => parties.own < parties.other,
            Role::Tester => parties.other < parties.own,
        };
        if !tested_is_lower {
            return Err(io::Error::other(
                "the exchange that is tested must have the lower point code, as the cases on dual seizure have it",
            ));
        }
        let lines = Lines::open(kernel, &links(&model), &Arc::new(Notify::new())).map_err(io::Error::other)?;
        settle_modes(&mut model, &lines);
        Ok(Live { station: Station::new(now, &model), model, parties, role, lines })
    }

    /// Performs a case that has passed on virtual time.
    pub fn perform(&mut self, case: Case, out: &mut impl Write) -> io::Result<Performed> {
        let (record, verdict) = case.run(Instant::now());
        if verdict != Verdict::Passed {
            return Ok(Performed { case, sequence: record.lines, verdict });
        }
        if let Some(why) = Performer::obstacle(&record) {
            return Ok(Performed { case, sequence: Vec::new(), verdict: Verdict::NotApplicable(why) });
        }
        let mut told = Told::case(&case, self.role, out)?;
        let mut performer = self.begin(Instant::now(), &record);
        loop {
            let verdict = self.step(Instant::now(), &mut performer);
            told.more(performer.sequence(), out)?;
            if let Some(verdict) = verdict {
                return Ok(Performed { case, sequence: performer.sequence().to_vec(), verdict });
            }
            thread::sleep(TURN);
        }
    }

    fn begin(&self, now: Instant, record: &Record) -> Performer {
        let parties = self.parties.clone();
        // Checked: every exchange that a trunk leads to has its relation.
        let timers = self.model.relations[&parties.other].timers;
        let end = match self.role {
            Role::Iut => End::Iut(Box::new(Iut::new(now, parties, timers, record.origin))),
            Role::Tester => End::Tester(Tester::new(now, parties)),
        };
        Performer::new(now, end, record)
    }

    /// A turn: what has come, what is due, what goes.
    fn step(&mut self, now: Instant, performer: &mut Performer) -> Option<Verdict> {
        let Live { lines, station, .. } = self;
        lines.receive(|line, heard| {
            if let SignallingLine::Link(link) = line {
                match heard {
                    Heard::Unit(octets) => station.unit(now, link, octets),
                    Heard::Error(error) => station.error(now, link, error),
                    Heard::Alarms | Heard::Removed(_) => {}
                }
            }
        });
        station.pass(now);
        let verdict = performer.step(now, station);
        lines.transmit(|line, unit| match line {
            SignallingLine::Link(link) => station.poll_unit(now, link, unit),
            SignallingLine::DChannel(_) => false,
        });
        verdict
    }
}

/// The driver of the spans of a file, which must be a real one: in a simulated machine of our own nobody else has an end.
fn real(model: &Model) -> io::Result<LinuxKernel> {
    match model.driver {
        Driver::Dahdi => Ok(LinuxKernel),
        Driver::Sim(_) => Err(io::Error::other("a real span is needed: driver = \"dahdi\"")),
    }
}

/// What an end stands on: spans that are as configured, links that no guard holds any more, and a runtime for what tells that
/// a timeslot is ready, which has a thread of its own: an end sleeps between its turns, and asks those that have become ready.
struct Ground(Runtime);

impl Ground {
    fn new(kernel: &dyn Kernel, model: &Model) -> io::Result<Ground> {
        let places = Places::of(model);
        bring_up_spans(kernel, model).map_err(io::Error::other)?;
        survey(kernel, model, &places).map_err(io::Error::other)?;
        let guards = model.journal.directory(|name| std::env::var_os(name));
        places.links().for_each(|place| guard::release(&guards, place));
        Builder::new_multi_thread().worker_threads(1).enable_io().build().map(Ground)
    }

    /// The end, and its ground with it.
    fn stand<E>(self, end: impl FnOnce() -> io::Result<E>) -> io::Result<Standing<E>> {
        let entered = self.0.enter();
        let end = end()?;
        drop(entered);
        Ok(Standing { end, _ground: self })
    }
}

/// An end on its ground.
pub struct Standing<E> {
    /// The end; it goes before what it stands on.
    pub end: E,
    _ground: Ground,
}

/// The ISUP trunk with circuits on that span, and the first four of them.
fn parties(model: &Model, span: &str) -> io::Result<Parties> {
    let none = || io::Error::other(format!("no ISUP trunk has {CIRCUITS} circuits on a span named {span:?}"));
    let trunk = trunk(model, span).ok_or_else(none)?;
    let Signalling::Isup(isup) = &trunk.signalling else { return Err(none()) };
    let (other, circuits) = (isup.destination, circuits(model, trunk, span));
    if circuits.windows(2).any(|pair| pair[1] != pair[0] + 1) || circuits[0] % 2 == 0 {
        let why = "the first circuits there must have four codes in a row, the first one odd, as the cases have them";
        return Err(io::Error::other(why));
    }
    Ok(Parties { own: model.relations[&other].own, other, first: circuits[0] })
}

/// What whoever sits at the terminal has been told of a case: each line as it happens, since some ask for a hand at the other end.
struct Told(usize);

impl Told {
    fn case(case: &Case, role: Role, out: &mut impl Write) -> io::Result<Told> {
        writeln!(out, "{} {}: {}", case.number, case.purpose, role.instruction())?;
        out.flush().map(|()| Told(0))
    }

    fn more(&mut self, sequence: &[Line], out: &mut impl Write) -> io::Result<()> {
        // Fewer than before: the circuits have come home, and the case has begun.
        let from = self.0.min(sequence.len());
        for line in &sequence[from..] {
            writeln!(out, "{:>9} ms  {}", line.at_ms, line.text)?;
        }
        self.0 = sequence.len();
        out.flush()
    }
}

/// The first ISUP trunk that has circuits enough on that span.
fn trunk<'m>(model: &'m Model, span: &str) -> Option<&'m Trunk> {
    let has = |trunk: &&Trunk| circuits(model, trunk, span).len() == usize::from(CIRCUITS);
    model.trunks.iter().filter(|trunk| matches!(trunk.signalling, Signalling::Isup(_))).find(has)
}

/// The codes of its first circuits there.
fn circuits(model: &Model, trunk: &Trunk, span: &str) -> Vec<u16> {
    let here = trunk.circuits.iter().filter(|circuit| model.span(circuit.span).name == span);
    here.map(|circuit| circuit.number).take(CIRCUITS.into()).collect()
}

impl Role {
    fn instruction(self) -> &'static str {
        match self {
            Role::Iut => "have the tester begin",
            Role::Tester => "do at the exchange that is tested what the lines with ask: say",
        }
    }
}

/// GRS is sent again after so long: T22.
const RESET_EVERY: Duration = Duration::from_secs(15);
/// How often the lines are looked at.
const TURN: Duration = Duration::from_millis(2);

#[cfg(test)]
mod tests;
