//! `spangate demo`: a gateway on the embedded default, scenes of calls both ways at once, and the proof that all held.
//!
//! Everything is what `spangate run` would use: real sockets, real signal units and frames on the simulated timeslots, the
//! telephone of text templates in front and the scripted exchanges behind. What is shown afterwards is read from what
//! the run leaves behind, the capture and the call records, and from the peers that were not the gateway.

mod plan;
mod report;

use self::plan::{Order, Plan, Scene, TALK};
use self::report::{Audio, CallReport, Report};
use super::capture::{self, Frame};
use super::embedded::Embedded;
use super::flow::{Protocol, Trail};
use super::phone::rtp::Heard;
use super::phone::{Answered, Answering, Phone, PhoneError, Placed};
use crate::control::input::OperatorRequest;
use crate::control::output::Reply;
use crate::io::admin::Laboratory;
use crate::io::gateway::{Gateway, StartError};
use crate::io::journal;
use crate::io::reactor::Request;
use crate::ops::admin::{SimOrder, SimOutcome};
use crate::ops::cdr::{self, Direction, Record};
use crate::ops::cli;
use crate::ops::status::{Circuits, Trunk};
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

/// Runs the demo, or the scene of one trunk of it, prints what happened, and tells whether all held.
pub fn run(order: &cli::Demo) -> Result<bool, DemoError> {
    let files = Files::fresh(&order.out)?;
    let run = Run::perform(&files, &plan::scenes(order.trunk))?;
    let report = run.report(&files)?;
    match order.json {
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

/// What the peers told of one scene.
struct Played {
    placed: Vec<(&'static Plan, Placed)>,
    order: &'static Order,
    outcome: SimOutcome,
    /// Octets that the simulated driver lost on each bearer while the calls ran: the machine was late.
    driver_octets: u64,
}

/// Everything that the peers told, and what the gateway said when it was quiet again.
struct Run {
    gateway: SocketAddr,
    scenes: Vec<Played>,
    answered: Vec<Answered>,
    circuits: Vec<(String, Circuits)>,
    drained: bool,
    ready_after: Duration,
}

impl Run {
    fn perform(files: &Files, scenes: &[&'static Scene]) -> Result<Self, DemoError> {
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
            return Err(DemoError::Broken("the gateway ended before its links were in service".into()));
        }
        let ready_after = began.elapsed();
        let scenes = scenes.iter().map(|scene| play(scene, &embedded, sip)).collect::<Result<_, _>>()?;
        let circuits = await_quiet(&gateway)?;
        gateway.shut_down();
        let drained = gateway.join().is_clean();
        let answered = callee.finish()?;
        Ok(Self { gateway: sip, scenes, answered, circuits, drained, ready_after })
    }

    fn report(&self, files: &Files) -> Result<Report, DemoError> {
        let frames = capture::read(&files.capture)
            .map_err(|error| DemoError::Broken(format!("{} cannot be read: {error}", files.capture.display())))?;
        let records = records(&files.journal)?;
        let calls = self.scenes.iter().flat_map(|scene| {
            let placed =
                scene.placed.iter().map(|(plan, placed)| self.outgoing(scene, plan, placed, &frames, &records));
            placed.chain([self.ordered(scene, &frames, &records)]).collect::<Vec<_>>()
        });
        Ok(Report::new(calls.collect(), self.circuits.clone(), self.drained, self.ready_after, frames.len(), files))
    }

    fn outgoing(
        &self,
        scene: &Played,
        plan: &Plan,
        placed: &Placed,
        frames: &[Frame],
        records: &[cdr::Closed],
    ) -> CallReport {
        let record = record_of(plan.trail, records);
        let audio = placed.heard.map(|heard| Audio::of_phone(&heard, scene.driver_octets, record));
        let exact = plan.status != 200 || audio.as_ref().is_some_and(Audio::is_exact);
        CallReport {
            held: placed.status == plan.status && exact && record.is_some(),
            outcome: format!("{} expected, {} came", plan.status, placed.status),
            ladder: self.ladder(plan.trail, plan.what, frames),
            route: route(plan.trail),
            called: plan.trail.from.number,
            audio,
        }
    }

    fn ordered(&self, scene: &Played, frames: &[Frame], records: &[cdr::Closed]) -> CallReport {
        let (trail, outcome) = (scene.order.trail, &scene.outcome);
        let record = record_of(trail, records);
        let to_phone = trail.to.protocol == Protocol::Sip;
        let bearers = if to_phone { 1 } else { 2 };
        let audio = Audio::of_exchange(outcome, bearers * scene.driver_octets, record);
        CallReport {
            held: outcome.answered
                && audio.is_exact()
                && record.is_some()
                && (!to_phone || self.telephone_ended_well()),
            outcome: match outcome.answered {
                true => "answer expected and given".into(),
                false => format!("answer expected, cause {} came", outcome.cause.unwrap_or(0)),
            },
            ladder: self.ladder(trail, scene.order.what, frames),
            route: route(trail),
            called: trail.from.number,
            audio: Some(audio),
        }
    }

    /// The telephone heard of each call to it from its beginning to its end.
    fn telephone_ended_well(&self) -> bool {
        let to_phone = |scene: &&Played| scene.order.trail.to.protocol == Protocol::Sip;
        let ended = self.answered.iter().filter(|call| call.acknowledged && call.ended);
        ended.count() == self.scenes.iter().filter(to_phone).count()
    }

    fn ladder(&self, trail: Trail, what: &str, frames: &[Frame]) -> super::ladder::Ladder {
        let origin = frames.first().map_or(Duration::ZERO, |frame| frame.at);
        let title = format!("{}  {} {what}", route(trail), trail.from.number);
        super::flow::ladder(title, frames, trail, self.gateway, origin)
    }
}

/// Between what a call goes.
fn route(trail: Trail) -> String {
    format!("{} → {}", trail.from.protocol.name(), trail.to.protocol.name())
}

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// How long a call of an exchange may take altogether.
const OUTCOME_WITHIN: Duration = Duration::from_secs(30);
/// How soon after the last call every circuit is idle.
const QUIET_WITHIN: Duration = Duration::from_secs(5);
const LOOK_EVERY: Duration = Duration::from_millis(10);

fn play(scene: &'static Scene, embedded: &Embedded, gateway: SocketAddr) -> Result<Played, DemoError> {
    let lost_before = embedded.octets_lost_a_bearer();
    let order = place(&scene.order, embedded)?;
    let placed = place_outgoing(scene.phone, gateway)?;
    let outcome = await_outcome(embedded, order)?;
    let driver_octets = embedded.octets_lost_a_bearer() - lost_before;
    Ok(Played { placed, order: &scene.order, outcome, driver_octets })
}

fn place(order: &Order, embedded: &Embedded) -> Result<u64, DemoError> {
    let (trunk, called) = (order.trunk.to_owned(), order.trail.from.number.to_owned());
    let hold_ms = TALK.as_millis() as u64;
    let order = SimOrder { trunk, called, calling: "100".into(), hold_ms, verify: true };
    embedded.exchanges().place(&order).map_err(DemoError::Broken)
}

fn place_outgoing(plans: &'static [Plan], gateway: SocketAddr) -> Result<Vec<(&'static Plan, Placed)>, DemoError> {
    let calls: Vec<_> = plans
        .iter()
        .map(|plan| {
            let called = plan.trail.from.number;
            let call = move || Phone::new(HERE, gateway)?.call(called, plan.intent);
            thread::Builder::new().name(format!("phone-{called}")).spawn(call).map(|call| (plan, call))
        })
        .collect::<Result<_, _>>()
        .map_err(|error| DemoError::Broken(error.to_string()))?;
    calls
        .into_iter()
        .map(|(plan, call)| {
            let broken = || DemoError::Broken(format!("the telephone to {}", plan.trail.from.number));
            Ok((plan, call.join().map_err(|_| broken())??))
        })
        .collect()
}

fn await_outcome(embedded: &Embedded, id: u64) -> Result<SimOutcome, DemoError> {
    await_some(OUTCOME_WITHIN, || embedded.exchanges().outcome(id))
        .ok_or_else(|| DemoError::Broken("the call of the exchange did not end".into()))
}

/// The circuits of every trunk once all are idle, or as they are when they should be.
fn await_quiet(gateway: &Gateway) -> Result<Vec<(String, Circuits)>, DemoError> {
    let requests = gateway.requests();
    let circuits = || {
        let (asker, reply) = oneshot::channel();
        requests.blocking_send(Request::Operator(OperatorRequest::Status, asker)).ok()?;
        match reply.blocking_recv().ok()? {
            Reply::Status(status) => Some(status.trunks.into_iter().map(of_trunk).collect()),
            _ => None,
        }
    };
    let idle = |trunks: &Vec<(String, Circuits)>| trunks.iter().all(|(_, of)| of.idle == of.total());
    await_some(QUIET_WITHIN, || circuits().filter(idle))
        .or_else(circuits)
        .ok_or_else(|| DemoError::Broken("the gateway does not tell its status".into()))
}

fn of_trunk(trunk: Trunk) -> (String, Circuits) {
    (trunk.name, trunk.circuits)
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

/// The one record of a call; none if there is none, or more than one.
fn record_of(trail: Trail, records: &[cdr::Closed]) -> Option<&cdr::Closed> {
    let direction = match (trail.from.protocol, trail.to.protocol) {
        (Protocol::Sip, _) => Direction::SipToPstn,
        (_, Protocol::Sip) => Direction::PstnToSip,
        _ => Direction::PstnToPstn,
    };
    let trunk = match (trail.from.protocol, trail.to.protocol) {
        (_, Protocol::Pri) | (Protocol::Pri, Protocol::Sip) => "pri",
        _ => "trunk",
    };
    let own = (trail.to.number, direction, trunk);
    let is_own = |record: &&cdr::Closed| (&*record.call.called, record.call.direction, &*record.call.trunk) == own;
    let mut own = records.iter().filter(is_own);
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
