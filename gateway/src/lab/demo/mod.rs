//! `spangate demo`: a gateway on the embedded default, calls both ways at once, and the proof that all held.
//!
//! Everything is what `spangate run` would use: real sockets, real signal units on the simulated timeslot, the
//! telephone of text templates in front and the scripted exchange behind. What is shown afterwards is read from what
//! the run leaves behind, the capture and the call records, and from the two peers that were not the gateway.

mod report;

use self::report::{Audio, CallReport, Report};
use super::capture::{self, Frame};
use super::embedded::Embedded;
use super::phone::rtp::Heard;
use super::phone::{Answered, Answering, Intent, Phone, PhoneError, Placed};
use crate::control::input::OperatorRequest;
use crate::control::output::Reply;
use crate::io::admin::Laboratory;
use crate::io::gateway::{Gateway, StartError};
use crate::io::journal;
use crate::io::reactor::Request;
use crate::ops::admin::{SimOrder, SimOutcome};
use crate::ops::cdr::{self, Record};
use crate::ops::status::Circuits;
use config::Model;
use config::model::{Capture, Driver};
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The output folder cannot be used.
    #[error("{path:?} cannot be used: {source}; name another folder with --out")]
    Folder {
        /// What was to be made or read.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The gateway did not start.
    #[error(transparent)]
    Gateway(#[from] StartError),
    /// A telephone failed.
    #[error(transparent)]
    Phone(#[from] PhoneError),
    /// Something broke off.
    #[error("the demo broke off: {0}")]
    Broken(String),
}

/// Runs the demo with its files in `out`, prints what happened, and tells whether all held.
pub fn run(out: &Path, json: bool) -> Result<bool, DemoError> {
    let files = Files::fresh(out)?;
    let run = Run::perform(&files)?;
    let report = run.report(&files)?;
    match json {
        true => println!("{}", report.to_json()),
        false => print!("{report}"),
    }
    Ok(report.held)
}

/// What a demo leaves behind.
struct Files {
    folder: PathBuf,
    capture: PathBuf,
    journal: PathBuf,
}

impl Files {
    /// Makes the folder, and removes the files of the last demo in it.
    fn fresh(out: &Path) -> Result<Self, DemoError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| DemoError::Folder { path, source }
        };
        std::fs::create_dir_all(out).map_err(failed(out))?;
        let files =
            Self { folder: out.to_owned(), capture: out.join("demo.pcapng"), journal: journal::file::path_in(out) };
        for file in [&files.capture, &files.journal] {
            match std::fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(file)(error)),
                _ => {}
            }
        }
        Ok(files)
    }

    /// The embedded default on free ports, with its files here.
    fn model(&self, callee: SocketAddr) -> Model {
        let mut model = Model::embedded();
        let anywhere = SocketAddr::new(HERE, 0);
        for listener in &mut model.sip.listeners {
            (listener.address, listener.advertised) = (anywhere, anywhere);
        }
        for peer in &mut model.sip.peers {
            peer.address = callee.into();
        }
        model.admin.listen = anywhere;
        model.journal.directory = Some(self.folder.clone());
        model.capture = Some(Capture { file: self.capture.clone() });
        model
    }
}

/// Everything that the peers told, and what the gateway said when it was quiet again.
struct Run {
    gateway: SocketAddr,
    placed: Vec<(&'static Plan, Placed)>,
    incoming: SimOutcome,
    answered: Vec<Answered>,
    circuits: Circuits,
    drained: bool,
    ready_after: Duration,
    /// Octets that the simulated driver lost on each bearer while the calls ran: the machine was late.
    driver_octets: u64,
}

impl Run {
    fn perform(files: &Files) -> Result<Self, DemoError> {
        let callee = Answering::start(HERE)?;
        let model = files.model(callee.address());
        let Driver::Sim(sim) = model.driver.clone() else {
            return Err(DemoError::Broken("the embedded default has no simulated span".into()));
        };
        let began = Instant::now();
        let embedded = Embedded::start(&model, &sim).map_err(|error| DemoError::Broken(error.to_string()))?;
        let mut gateway = Gateway::start(model, embedded.surroundings())?;
        let sip = gateway.addresses().sip.first().map(|(_, address)| *address);
        let sip = sip.ok_or_else(|| DemoError::Broken("the embedded default has no SIP listener".into()))?;
        if !gateway.ready() {
            return Err(DemoError::Broken("the gateway ended before its link was in service".into()));
        }
        let ready_after = began.elapsed();
        let lost_before = embedded.octets_lost_a_bearer();
        let incoming = place_incoming(&embedded)?;
        let placed = place_outgoing(sip)?;
        let incoming = await_outcome(&embedded, incoming)?;
        let driver_octets = embedded.octets_lost_a_bearer() - lost_before;
        let circuits = await_quiet(&gateway)?;
        gateway.shut_down();
        let drained = gateway.join().is_clean();
        let answered = callee.finish()?;
        Ok(Self { gateway: sip, placed, incoming, answered, circuits, drained, ready_after, driver_octets })
    }

    fn report(&self, files: &Files) -> Result<Report, DemoError> {
        let frames = capture::read(&files.capture)
            .map_err(|error| DemoError::Broken(format!("{} cannot be read: {error}", files.capture.display())))?;
        let records = records(&files.journal)?;
        let mut calls: Vec<CallReport> =
            self.placed.iter().map(|(plan, placed)| self.outgoing(plan, placed, &frames, &records)).collect();
        calls.push(self.incoming(&frames, &records));
        Ok(Report::new(calls, self.circuits, self.drained, self.ready_after, frames.len(), files))
    }

    fn outgoing(&self, plan: &Plan, placed: &Placed, frames: &[Frame], records: &[cdr::Closed]) -> CallReport {
        let record = record_of(plan.called, records);
        let audio = placed.heard.map(|heard| Audio::of_phone(&heard, self.driver_octets, record));
        let exact = plan.status != 200 || audio.as_ref().is_some_and(Audio::is_exact);
        CallReport {
            held: placed.status == plan.status && exact && record.is_some(),
            outcome: format!("{} expected, {} came", plan.status, placed.status),
            ladder: self.ladder(format!("SIP → ISUP  {} {}", plan.called, plan.what), plan.called, frames),
            called: plan.called,
            audio,
        }
    }

    fn incoming(&self, frames: &[Frame], records: &[cdr::Closed]) -> CallReport {
        let record = record_of(INCOMING, records);
        let audio = Audio::of_exchange(&self.incoming, self.driver_octets, record);
        let ended = self.answered.iter().filter(|call| call.acknowledged && call.ended).count();
        CallReport {
            held: self.incoming.answered && audio.is_exact() && ended == 1 && record.is_some(),
            outcome: match self.incoming.answered {
                true => "answer expected and given".into(),
                false => format!("answer expected, cause {} came", self.incoming.cause.unwrap_or(0)),
            },
            ladder: self.ladder(format!("ISUP → SIP  {INCOMING} answered by the telephone"), INCOMING, frames),
            called: INCOMING,
            audio: Some(audio),
        }
    }

    fn ladder(&self, title: String, called: &str, frames: &[Frame]) -> super::ladder::Ladder {
        let origin = frames.first().map_or(Duration::ZERO, |frame| frame.at);
        super::flow::ladder(title, frames, called, self.gateway, origin)
    }
}

/// A call of the telephone.
struct Plan {
    called: &'static str,
    what: &'static str,
    intent: Intent,
    /// The final status that must come.
    status: u16,
}

/// The calls that the telephone places, all at once.
const OUTGOING: [Plan; 3] = [
    Plan { called: "600", what: "echo", intent: Intent::Talk(TALK), status: 200 },
    Plan { called: "603", what: "busy", intent: Intent::Talk(TALK), status: 486 },
    Plan { called: "604", what: "rings, and is cancelled", intent: Intent::GiveUp(RING), status: 487 },
];

/// The number that the exchange dials.
const INCOMING: &str = "700";
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// How long those who talk do; the sequence sent repeats after four seconds.
const TALK: Duration = Duration::from_secs(3);
/// How long a call rings before it is given up.
const RING: Duration = Duration::from_secs(1);
/// How long a call of the exchange may take altogether.
const OUTCOME_WITHIN: Duration = Duration::from_secs(30);
/// How soon after the last call every circuit is idle.
const QUIET_WITHIN: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(10);

fn place_incoming(embedded: &Embedded) -> Result<u64, DemoError> {
    let trunk = embedded.exchanges().trunks().next().unwrap_or_default().to_owned();
    let hold_ms = TALK.as_millis() as u64;
    let order = SimOrder { trunk, called: INCOMING.into(), calling: "100".into(), hold_ms, verify: true };
    embedded.exchanges().place(&order).map_err(DemoError::Broken)
}

fn place_outgoing(gateway: SocketAddr) -> Result<Vec<(&'static Plan, Placed)>, DemoError> {
    let calls: Vec<_> = OUTGOING
        .iter()
        .map(|plan| {
            let call = move || Phone::new(HERE, gateway)?.call(plan.called, plan.intent);
            thread::Builder::new().name(format!("phone-{}", plan.called)).spawn(call).map(|call| (plan, call))
        })
        .collect::<Result<_, _>>()
        .map_err(|error| DemoError::Broken(error.to_string()))?;
    calls
        .into_iter()
        .map(|(plan, call)| {
            let placed = call.join().map_err(|_| DemoError::Broken(format!("the telephone to {}", plan.called)))?;
            Ok((plan, placed?))
        })
        .collect()
}

fn await_outcome(embedded: &Embedded, id: u64) -> Result<SimOutcome, DemoError> {
    await_some(OUTCOME_WITHIN, || embedded.exchanges().outcome(id))
        .ok_or_else(|| DemoError::Broken("the call of the exchange did not end".into()))
}

/// The circuits once all are idle, or as they are when they should be.
fn await_quiet(gateway: &Gateway) -> Result<Circuits, DemoError> {
    let requests = gateway.requests();
    let circuits = || {
        let (asker, reply) = oneshot::channel();
        requests.blocking_send(Request::Operator(OperatorRequest::Status, asker)).ok()?;
        match reply.blocking_recv().ok()? {
            Reply::Status(status) => status.trunks.first().map(|trunk| trunk.circuits),
            _ => None,
        }
    };
    await_some(QUIET_WITHIN, || circuits().filter(|circuits| circuits.idle == circuits.total()))
        .or_else(circuits)
        .ok_or_else(|| DemoError::Broken("the gateway does not tell its status".into()))
}

fn await_some<T>(within: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let deadline = Instant::now() + within;
    loop {
        match look() {
            None if Instant::now() < deadline => thread::sleep(LOOK_EVERY),
            seen => return seen,
        }
    }
}

fn records(journal: &Path) -> Result<Vec<cdr::Closed>, DemoError> {
    let failed = |source| DemoError::Folder { path: journal.to_owned(), source };
    let lines = journal::file::lines(journal).map_err(failed)?.map_while(Result::ok);
    Ok(lines
        .filter_map(|line| match serde_json::from_str(&line) {
            Ok(Record::Closed(closed)) => Some(*closed),
            _ => None,
        })
        .collect())
}

/// The one record of the call to a number; none if there is none, or more than one.
fn record_of<'a>(called: &str, records: &'a [cdr::Closed]) -> Option<&'a cdr::Closed> {
    let mut own = records.iter().filter(|record| record.call.called == called);
    own.next().filter(|_| own.next().is_none())
}

impl Audio {
    fn of_phone(heard: &Heard, driver_octets: u64, record: Option<&cdr::Closed>) -> Self {
        let verdict = heard.verdict;
        // Packets that the telephone itself never got are differences that it counted itself.
        let explained = explained(record) + driver_octets + verdict.missing;
        Self::new(verdict.compared, verdict.differences, explained, heard.round_trip_ms, record)
    }

    fn of_exchange(outcome: &SimOutcome, driver_octets: u64, record: Option<&cdr::Closed>) -> Self {
        let round_trip_ms = outcome.round_trip_ms.map(f64::from);
        let explained = explained(record) + driver_octets;
        Self::new(outcome.octets_checked, outcome.differences, explained, round_trip_ms, record)
    }
}

fn explained(record: Option<&cdr::Closed>) -> u64 {
    record.and_then(|record| record.media.as_ref()).map_or(0, |media| media.explained_octets)
}
