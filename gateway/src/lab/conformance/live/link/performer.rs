//! One case of level 2 on a real span, from either end. The script is the case's record from its run on virtual time.
//!
//! Each way has its own order: what the tester sends, what the link sends, what the link tells level 3. What an end does itself is
//! done when its line has come and as much time has gone by since the one before as on virtual time.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use isup::acceptance::q781::bench::{told, unit_name};
use isup::acceptance::{Deed, Departure, Line, Record, Verdict};
use isup::mtp2::unit::{Contents, Unit};
use isup::mtp2::{self, Correction, LineError, LineMode, LinkConfig};

use super::arrivals::{Arrivals, Met};
use super::far::Far;
use crate::ops::cli::Role;

/// A case that is being performed.
pub struct Performer {
    end: End,
    config: LinkConfig,
    script: VecDeque<Line>,
    /// When the next line is due.
    due: Instant,
    /// How long it has been coming on virtual time.
    awaited_for: Duration,
    began: Instant,
    /// Nothing more may come until then.
    settled: Option<Instant>,
    received: Arrivals,
    sent: Arrivals,
    told: Arrivals,
    sequence: Vec<Line>,
}

/// Which end we are.
enum End {
    Tested(Box<mtp2::Link>),
    Tester(Far),
}

/// A way on which something is awaited.
#[derive(Clone, Copy)]
enum Way {
    Received,
    Sent,
    Told,
}

impl Performer {
    /// An end of a link of that configuration, with nothing to perform.
    pub fn new(now: Instant, role: Role, config: LinkConfig) -> Performer {
        let end = match role {
            Role::Iut => End::Tested(Box::new(mtp2::Link::new(config))),
            Role::Tester => End::Tester(Far::new(config.line)),
        };
        Performer {
            end,
            config,
            script: VecDeque::new(),
            due: now,
            awaited_for: Duration::ZERO,
            began: now,
            settled: None,
            received: Arrivals::default(),
            sent: Arrivals::default(),
            told: Arrivals::default(),
            sequence: Vec::new(),
        }
    }

    /// Begins with the case of this record. What the other end says meanwhile goes on.
    pub fn begin(&mut self, now: Instant, record: &Record) {
        self.script = script(&self.end, record);
        (self.due, self.began) = (now, now);
        (self.awaited_for, self.settled) = (Duration::ZERO, None);
        self.sequence.clear();
    }

    /// What a case cannot be performed with on this line.
    pub fn obstacle(&self, record: &Record) -> Option<&'static str> {
        let any = |holds: fn(&Deed) -> bool| record.lines.iter().any(|line| holds(&line.deed));
        if !any(|deed| matches!(deed, Deed::LinkMade(_))) {
            return Some("it looks at the bits of a line, which a driver hides");
        }
        if any(|deed| *deed == Deed::LineBroken) {
            return Some("it needs a line without units or with spoilt ones, and no driver spoils any");
        }
        let hides = self.config.line == LineMode::Repeating && has_repeated_fill(record);
        hides.then_some(
            "it counts equal units, which the driver hides in its MTP2 mode; mode = \"hdlc\" or \"raw\" shows them",
        )
    }

    /// A signal unit came.
    pub fn unit(&mut self, now: Instant, octets: &[u8]) {
        let name = unit_name(octets, matches!(self.end, End::Tested(_)));
        match &mut self.end {
            End::Tested(link) => {
                link.handle_unit(now, octets);
                if self.received.come(&name) {
                    self.note(now, format!("<- {name}"));
                }
            }
            End::Tester(_) => {
                if self.sent.come(&name) {
                    self.note(now, format!("-> {name}"));
                }
            }
        }
    }

    /// The line spoilt one.
    pub fn error(&mut self, now: Instant, error: LineError) {
        if let End::Tested(link) = &mut self.end {
            link.handle_error(now, error);
        }
        self.note(now, format!("error: {error:?}"));
    }

    /// The next unit for a line that has room.
    pub fn poll_unit(&mut self, now: Instant, unit: &mut Vec<u8>) -> bool {
        let link = match &mut self.end {
            End::Tester(far) => return far.poll_unit(unit),
            End::Tested(link) => link,
        };
        if !link.poll_transmit(now, unit) {
            return false;
        }
        let name = unit_name(unit, false);
        if self.sent.come(&name) {
            self.note(now, format!("-> {name}"));
        }
        true
    }

    /// What has been told since, the timers of the link included, and what of the script is due; the verdict at the end.
    pub fn step(&mut self, now: Instant) -> Option<Verdict> {
        self.collect(now);
        if let Some(settled) = self.settled {
            return self.settle(now, settled);
        }
        while let Some(line) = self.script.front().cloned() {
            match self.awaited(&line) {
                Some((way, name)) => match self.meet(way, &name) {
                    Met::Awaited if self.is_early(now) => {
                        return Some(self.depart(
                            now,
                            format!("{name} not before {} ms", self.awaited_for.as_millis()),
                            name,
                        ));
                    }
                    Met::Awaited => {}
                    Met::Another(found) => return Some(self.depart(now, name, found)),
                    Met::Nothing if now >= self.due + PATIENCE => {
                        return Some(self.depart(now, name, "nothing".into()));
                    }
                    Met::Nothing => return None,
                },
                None if now < self.due => return None,
                None => self.act(now, &line),
            }
            self.script.pop_front();
            self.awaited_for = self.script.front().map_or(Duration::ZERO, |next| pause(&line, next));
            self.due = now + self.awaited_for;
        }
        self.settled = Some(now + SETTLING);
        None
    }

    /// What happened.
    pub fn sequence(&self) -> &[Line] {
        &self.sequence
    }

    /// The tester sees that nothing else comes. The link stays as it is meanwhile, whatever comes.
    fn settle(&mut self, now: Instant, settled: Instant) -> Option<Verdict> {
        let judges = matches!(self.end, End::Tester(_));
        if judges && let Met::Another(found) = self.meet(Way::Sent, "nothing more") {
            return Some(self.depart(now, "nothing more".into(), found));
        }
        let until = if judges { settled } else { settled + SETTLING };
        (now >= until).then_some(Verdict::Passed)
    }

    /// The way and the name that a line waits for at this end.
    fn awaited(&self, line: &Line) -> Option<(Way, String)> {
        match (&self.end, &line.deed) {
            (End::Tested(_), Deed::UnitReceived(octets)) => Some((Way::Received, unit_name(octets, true))),
            (_, Deed::UnitSent(octets)) => Some((Way::Sent, unit_name(octets, false))),
            (End::Tested(_), Deed::Told) => Some((Way::Told, line.text.clone())),
            _ => None,
        }
    }

    fn meet(&mut self, way: Way, name: &str) -> Met {
        let correction = self.config.correction;
        match way {
            Way::Received => self.received.meet(name, correction),
            Way::Sent => self.sent.meet(name, correction),
            Way::Told => self.told.meet(name, correction),
        }
    }

    /// A timer of the link that is tested has expired in less than half of what it has here.
    fn is_early(&self, now: Instant) -> bool {
        let is_timer = (TIMER_MIN..TIMER_MAX).contains(&self.awaited_for);
        matches!(self.end, End::Tester(_)) && is_timer && now + self.awaited_for / 2 < self.due
    }

    /// Our own part of a line.
    fn act(&mut self, now: Instant, line: &Line) {
        match (&mut self.end, &line.deed) {
            (_, Deed::LinkMade(correction)) => self.make(now, *correction, &line.text),
            (End::Tested(link), Deed::Ordered(command)) => {
                link.handle_command(now, command.clone());
                self.note(now, line.text.clone());
            }
            (End::Tester(_), Deed::Ordered(_)) => {
                self.note(now, format!("{} (at the exchange that is tested)", line.text));
            }
            (End::Tester(far), Deed::UnitReceived(octets)) => {
                far.send(octets);
                self.note(now, line.text.clone());
            }
            _ => {}
        }
        self.collect(now);
    }

    fn make(&mut self, now: Instant, correction: Correction, text: &str) {
        self.config.correction = correction;
        match &mut self.end {
            End::Tested(link) => **link = mtp2::Link::new(self.config),
            End::Tester(far) => far.begin(),
        }
        self.received.begin(INITIAL);
        self.sent.begin(INITIAL);
        self.told = Arrivals::default();
        self.note(now, text.to_owned());
    }

    fn collect(&mut self, now: Instant) {
        let End::Tested(link) = &mut self.end else { return };
        if link.poll_timeout().is_some_and(|due| due <= now) {
            link.handle_timeout(now);
        }
        while let End::Tested(link) = &mut self.end
            && let Some(output) = link.poll_output()
        {
            let text = told(&output);
            self.told.come_again(&text);
            self.note(now, text);
        }
    }

    fn depart(&mut self, now: Instant, expected: String, found: String) -> Verdict {
        Verdict::Failed { at_ms: self.at_ms(now), departure: Departure { expected, found } }
    }

    fn note(&mut self, now: Instant, text: String) {
        self.sequence.push(Line { at_ms: self.at_ms(now), text, deed: Deed::Told });
    }

    fn at_ms(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.began).as_millis() as u64
    }
}

/// The lines that an end does or awaits: the tester does not hear what level 3 is told, and the link that is tested knows a unit
/// from the one before by its octets alone.
fn script(end: &End, record: &Record) -> VecDeque<Line> {
    let mut last = None;
    let counts = |line: &&Line| match (end, &line.deed) {
        (End::Tester(_), deed) => *deed != Deed::Told,
        (End::Tested(_), Deed::UnitReceived(octets)) => last.replace(octets.clone()).as_ref() != Some(octets),
        (End::Tested(_), Deed::LinkMade(_)) => {
            last = None;
            true
        }
        (End::Tested(_), _) => true,
    };
    record.lines.iter().filter(counts).cloned().collect()
}

/// Whether the case has the tester say the same fill twice on purpose.
fn has_repeated_fill(record: &Record) -> bool {
    let units = record.lines.iter().filter_map(|line| match &line.deed {
        Deed::UnitReceived(octets) => Some(octets),
        _ => None,
    });
    let is_fill = |octets: &[u8]| matches!(Unit::decode(octets), Ok(Unit { contents: Contents::Fill, .. }));
    units.clone().zip(units.skip(1)).any(|(one, next)| one == next && is_fill(one))
}

/// How long after a line the next one comes: what a timer brings about on virtual time is as long in coming here.
fn pause(line: &Line, next: &Line) -> Duration {
    match next.deed {
        // The last unit of the link before goes out more than once.
        Deed::LinkMade(_) => LINK_PAUSE,
        _ => Duration::from_millis(next.at_ms.saturating_sub(line.at_ms)),
    }
}

/// What a link that is made says first.
const INITIAL: &str = "SIOS";
/// How long a person may take to do what a case asks for.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the tester looks whether more comes than the case has; the other end stays as it is for twice that.
const SETTLING: Duration = Duration::from_millis(300);
/// How long a link is left as it is before it is made anew.
const LINK_PAUSE: Duration = Duration::from_millis(50);
/// What takes so long is a timer, and not the line.
const TIMER_MIN: Duration = Duration::from_millis(500);
/// T2 alone is longer, and may be a tenth of ours.
const TIMER_MAX: Duration = Duration::from_secs(46);
