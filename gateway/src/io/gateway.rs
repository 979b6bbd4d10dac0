//! A running gateway: the order in which its parts come into being, and in which they end.
//!
//! It comes up journal first, so that orphans of the last run are closed before anything new happens, then sockets,
//! signalling timeslots, bearers and their real-time threads, then the control plane. Whatever cannot be had ends the
//! start with a sentence, and nothing half-started is left. It ends in the other order: the control plane has said
//! SIOS, the timeslots close, the journal is synced, the capture is finished.

use super::admin::{self, Laboratory};
use super::aside::Aside;
use super::bring_up::{BringUpError, bring_up_spans};
use super::clock;
use super::credentials::{Credentials, CredentialsError};
use super::guard;
use super::journal::{self, Journal};
use super::media::Legs;
use super::place::{Place, Places};
use super::reactor::{Edges, Ended, Patience, Reactor, Request};
use super::readiness::Watch;
use super::resolve::Resolver;
use super::signalling::{LineSpec, Lines, LinesError};
use super::spans::Spans;
use super::streams::Streams;
use super::streams::tls::{Tls, TlsError};
use super::survey::{SurveyError, survey};
use super::trace::Trace;
use super::trace::tap::Tapped;
use super::udp::{BindError, Listeners};
use crate::control::input::{DChannel, Input, SignallingLine};
use crate::control::{Control, Start};
use crate::dtls::{Failure, Identity};
use crate::ops::cdr::{self, Blockable, Registered};
use crate::rt::{self, Buffering, Scheduling, UdpPair};
use config::Model;
use config::model::{Law, LinkMode, Signalling, Transport};
use dahdi_sys::{ChannelError, Kernel, Node, SignallingMode};
use isup::mtp3::LinkId;
use isup::q931::interface::DChannelId;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, mpsc as std_mpsc};
use std::thread::{self, JoinHandle};
use tokio::sync::{Notify, mpsc, oneshot};

/// A gateway that runs on threads of its own.
#[derive(Debug)]
pub struct Gateway {
    requests: mpsc::Sender<Request>,
    addresses: Addresses,
    ready: Option<oneshot::Receiver<()>>,
    thread: JoinHandle<Ended>,
}

/// Where a gateway is heard.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// SIP, in the order of the configuration.
    pub sip: Vec<(Transport, SocketAddr)>,
    /// Admin HTTP.
    pub admin: SocketAddr,
}

impl fmt::Display for Addresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sip.iter().try_for_each(|(transport, address)| write!(f, "sip={}:{address} ", transport.name()))?;
        write!(f, "admin=http://{}", self.admin)
    }
}

/// The spans that a gateway serves, real or simulated.
pub struct Surroundings {
    /// Their driver.
    pub kernel: Arc<dyn Kernel>,
    /// The exchanges behind them, if they are simulated.
    pub laboratory: Option<Arc<dyn Laboratory>>,
    /// How long their clock waited for late readers.
    pub patience_ms: Patience,
    /// Whether the spans outlive this process, so that a guard must speak for its links when it is gone.
    pub outlive_us: bool,
}

/// Why a gateway did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The journal cannot be read or written.
    #[error("the journal {path:?} cannot be used: {source}; set journal.directory to one that can be written")]
    Journal {
        /// Its file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A SIP address is not to be had.
    #[error(transparent)]
    Sip(#[from] BindError),
    /// No key could be drawn for handshakes.
    #[error("no key for DTLS-SRTP: {0}")]
    Identity(#[from] Failure),
    /// The certificates are of no use.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The files of STIR are of no use.
    #[error(transparent)]
    Stir(#[from] CredentialsError),
    /// The admin address is not to be had.
    #[error("admin cannot listen on {address}: {source}")]
    Admin {
        /// The configured address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The capture file cannot be made.
    #[error("the capture {path:?} cannot be made: {source}")]
    Capture {
        /// Its file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A signalling timeslot is not to be had.
    #[error(transparent)]
    Signalling(#[from] LinesError),
    /// A span that is ours to configure could not be.
    #[error(transparent)]
    BringUp(#[from] BringUpError),
    /// The spans are not what the configuration says.
    #[error(transparent)]
    Spans(#[from] SurveyError),
    /// A bearer is not to be had.
    #[error("{place} cannot carry calls: {source}")]
    Bearer {
        /// Where.
        place: Place,
        /// At which step.
        source: ChannelError,
    },
    /// The clock of the spans or the real-time threads are not to be had.
    #[error(transparent)]
    Media(rt::StartError),
    /// The system refuses threads, descriptors or randomness.
    #[error("the system refused what every program has: {0}")]
    System(#[from] io::Error),
}

impl Gateway {
    /// Starts everything and returns when SIP is bound; [`Gateway::ready`] waits for the links.
    pub fn start(model: Model, surroundings: Surroundings) -> Result<Self, StartError> {
        let (requests, asked) = mpsc::channel(REQUESTS_MAX);
        let (tell_ready, ready) = oneshot::channel();
        let (tell_started, started) = std_mpsc::sync_channel(1);
        let asker = requests.clone();
        let thread = thread::Builder::new()
            .name("control".into())
            .spawn(move || run(model, surroundings, (asker, asked), tell_ready, &tell_started))?;
        match started.recv() {
            Ok(Ok(addresses)) => Ok(Self { requests, addresses, ready: Some(ready), thread }),
            Ok(Err(error)) => Err(error),
            Err(_) => Err(io::Error::other("the control thread ended while it started").into()),
        }
    }

    /// Where it is heard.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// What asks it to stop, or anything else.
    pub fn requests(&self) -> mpsc::Sender<Request> {
        self.requests.clone()
    }

    /// Waits until every link is in service; false if it ended before.
    pub fn ready(&mut self) -> bool {
        self.ready.take().is_none_or(|ready| ready.blocking_recv().is_ok())
    }

    /// Asks it to drain and stop.
    pub fn shut_down(&self) {
        // A channel that is closed is a gateway that has ended.
        let _ended = self.requests.blocking_send(Request::Shutdown);
    }

    /// Waits for its end.
    pub fn join(self) -> Ended {
        self.thread.join().unwrap_or(Ended::AtOnce)
    }
}

type Tells = std_mpsc::SyncSender<Result<Addresses, StartError>>;

/// The control thread.
fn run(
    model: Model,
    surroundings: Surroundings,
    (asker, asked): (mpsc::Sender<Request>, mpsc::Receiver<Request>),
    ready: oneshot::Sender<()>,
    tell: &Tells,
) -> Ended {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _nobody = tell.send(Err(error.into()));
            return Ended::AtOnce;
        }
    };
    let ended = runtime.block_on(async {
        match assemble(model, surroundings, asker) {
            Ok((control, edges, addresses, _watch)) => {
                let _nobody = tell.send(Ok(addresses));
                let (ended, edges) = Reactor::new(control, edges, asked, ready).run().await;
                close(edges);
                ended
            }
            Err(error) => {
                let _nobody = tell.send(Err(error));
                Ended::AtOnce
            }
        }
    });
    // A look-up of a name may take longer than anybody wants to wait.
    runtime.shutdown_background();
    ended
}

type Parts = (Control, Edges<Tapped<UdpPair>>, Addresses, Watch);

fn assemble(mut model: Model, around: Surroundings, asker: mpsc::Sender<Request>) -> Result<Parts, StartError> {
    for peer in model.sip.peers.iter().filter(|peer| peer.shows_keys()) {
        tracing::warn!(peer = peer.name, "SRTP keys go to this peer without TLS: who reads them there hears the audio");
    }
    let (journal, blocked, registered) = open_journal(&model)?;
    let aside = Aside::start()?;
    let over_udp = model.sip.listeners.iter().enumerate().filter(|(_, listener)| listener.transport == Transport::Udp);
    let listeners = Listeners::bind(over_udp.map(|(index, listener)| (index, listener.address)), model.sip.dscp)?;
    let tls = model.sip.tls.clone().map(Tls::load).transpose()?;
    let streams = Streams::bind(aside.handle(), &model.sip.listeners, tls, model.sip.dscp)?;
    let bound: Vec<_> = listeners.addresses().iter().copied().chain(streams.addresses()).collect();
    for (index, bound) in bound {
        // Port 0 was the system's to choose.
        let listener = &mut model.sip.listeners[index];
        listener.address.set_port(bound.port());
        if listener.advertised.port() == 0 {
            listener.advertised.set_port(bound.port());
        }
    }
    let (credentials, stir) = Credentials::load(model.stir.clone())?;
    aside.handle().spawn(credentials.follow(asker.clone()));
    let trace = open_trace(&model)?;
    let woken = Arc::new(Notify::new());
    let places = Places::of(&model);
    bring_up_spans(&*around.kernel, &model)?;
    survey(&*around.kernel, &model, &places)?;
    let guards = model.journal.directory(|name| std::env::var_os(name));
    places.links().for_each(|place| guard::release(&guards, place));
    let mut lines = Lines::open(&*around.kernel, &links(&model), &woken)?;
    settle_modes(&mut model, &lines);
    if around.outlive_us {
        lines.guard(&guards);
    }
    let media = media_spec(&model);
    let group = rt::Group::start(&*around.kernel, &media).map_err(|error| bearer_error(error, &places))?;
    group.warnings().iter().for_each(|warning| tracing::warn!("{warning}"));
    let watch = Watch::new(group.wakeup(), &woken)?;
    let address = model.admin.listen;
    let admin =
        admin::start(address, asker, around.laboratory).map_err(|source| StartError::Admin { address, source })?;
    let sip = model.sip.listeners.iter().map(|listener| (listener.transport, listener.address)).collect();
    let addresses = Addresses { sip, admin };
    let (taps, dscp) = (trace.taps(), model.rtp.dscp);
    let bind = Box::new(move |address: SocketAddr| {
        let pair = UdpPair::bind(address.ip(), address.port())?;
        pair.mark(dscp)?;
        Ok(Tapped::new(pair, address, taps.as_ref().and_then(|taps| taps.tap())))
    });
    let edges = Edges {
        lines,
        listeners,
        streams,
        resolver: Resolver::of_system(aside.handle()),
        aside,
        legs: Legs::new(model.rtp.address, model.rtp.ports, bind),
        group,
        woken,
        spans: Spans::new(around.kernel, &model, media),
        journal,
        trace,
        patience_ms: around.patience_ms,
    };
    let identity = identity_of(&model)?;
    let start = Start { now: clock::now(), wall: clock::wall(), seed: seed()?, identity, blocked, registered };
    let mut control = Control::new(model, start);
    control.handle(clock::now(), Input::Credentials(Box::new(stir)));
    Ok((control, edges, addresses, watch))
}

/// Ends what the reactor stood between: timeslots and threads first, then what remembers.
fn close(edges: Edges<Tapped<UdpPair>>) {
    let Edges { lines, group, journal, trace, legs, .. } = edges;
    drop((lines, group, legs));
    let unwritten = journal.close();
    if unwritten > 0 {
        tracing::error!(unwritten, "records never reached the journal");
    }
    let untraced = trace.finish();
    if untraced > 0 {
        tracing::warn!(untraced, "packets are missing in the capture");
    }
}

/// The journal with the last run's orphans closed, the circuits that were blocked then, and where users were.
fn open_journal(model: &Model) -> Result<(Journal, Vec<Blockable>, Vec<Registered>), StartError> {
    let directory = model.journal.directory(|name| std::env::var_os(name));
    let path = journal::file::path_in(&directory);
    let failed = |source| StartError::Journal { path: path.clone(), source };
    // Locked before it is read: the calls in it are nobody else's then.
    let disk = journal::file::open(&path).map_err(failed)?;
    let mut unread = None;
    let lines = journal::file::lines(&path).map_err(failed)?;
    let recovery = cdr::orphans(lines.map_while(|line| line.map_err(|error| unread = Some(error)).ok()));
    // Half a journal would close calls that have their record in the other half.
    if let Some(error) = unread {
        return Err(failed(error));
    }
    let mut journal = Journal::start(Box::new(disk), model.journal.sync).map_err(failed)?;
    if !recovery.orphans.is_empty() {
        tracing::warn!(calls = recovery.orphans.len(), "calls of the last run were interrupted");
    }
    if recovery.unreadable > 0 {
        tracing::warn!(lines = recovery.unreadable, "the journal has lines that are no records");
    }
    recovery.orphans.iter().for_each(|orphan| journal.append(orphan.to_line()));
    Ok((journal, recovery.blocked, recovery.registered))
}

fn open_trace(model: &Model) -> Result<Trace, StartError> {
    let Some(capture) = &model.capture else { return Ok(Trace::off()) };
    let path = capture.file.clone();
    let links = (0..).map(LinkId).zip(model.links());
    let links = links.map(|(link, configured)| (SignallingLine::Link(link), configured.name.as_str()));
    // Both D-channels of a trunk have its name: that in use stands first.
    let d_channels = d_channels(model).filter_map(|spec| Some((spec.line, interface_name(model, spec.line)?)));
    let lines: Vec<_> = links.chain(d_channels).collect();
    let listeners: Vec<_> = model.sip.listeners.iter().map(|listener| listener.address).collect();
    Trace::start(&path, &lines, &listeners).map_err(|source| StartError::Capture { path, source })
}

/// A link whose driver knows no MTP2 keeps its line full by itself.
pub fn settle_modes(model: &mut Model, lines: &Lines) {
    for (link, configured) in (0..).zip(model.ss7.iter_mut().flat_map(|ss7| &mut ss7.links)) {
        if configured.mode == LinkMode::Mtp2
            && lines.mode(SignallingLine::Link(LinkId(link))) == Some(SignallingMode::HdlcFcs)
        {
            tracing::warn!(
                link = configured.name,
                "the driver does not treat this timeslot as MTP2: it is used as HDLC, and spangate repeats signal units itself"
            );
            configured.mode = LinkMode::Hdlc;
        }
    }
}

/// The driver names a channel; the sentence names its span and timeslot too.
fn bearer_error(error: rt::StartError, places: &Places) -> StartError {
    match error {
        rt::StartError::Channel(source @ ChannelError { node: Node::Channel(channel), .. }) => match places.at(channel)
        {
            Some(place) => StartError::Bearer { place: place.clone(), source },
            None => StartError::Media(source.into()),
        },
        other => StartError::Media(other),
    }
}

/// Where the model's signalling links and D-channels are to be found.
pub fn links(model: &Model) -> Vec<LineSpec> {
    let spec = |(index, link): (u16, &config::model::Link)| LineSpec {
        line: SignallingLine::Link(LinkId(index)),
        place: Place::of(model, link.span, link.timeslot),
        mode: match link.mode {
            LinkMode::Mtp2 => SignallingMode::Mtp2,
            LinkMode::Hdlc => SignallingMode::HdlcFcs,
            LinkMode::Raw => SignallingMode::Clear,
        },
    };
    (0..).zip(model.links()).map(spec).chain(d_channels(model)).collect()
}

/// Where the model's D-channels are to be found; an interface is counted over the trunks that are one.
fn d_channels(model: &Model) -> impl Iterator<Item = LineSpec> + '_ {
    let interfaces = model.trunks.iter().filter_map(|trunk| match &trunk.signalling {
        Signalling::Pri(pri) => Some(pri),
        Signalling::Isup(_) => None,
    });
    interfaces.enumerate().flat_map(move |(interface, pri)| {
        (0..).map(DChannelId).zip(pri.d_channels()).map(move |(channel, (span, timeslot))| LineSpec {
            line: SignallingLine::DChannel(DChannel { interface, channel }),
            place: Place::of(model, span, timeslot),
            mode: SignallingMode::HdlcFcs,
        })
    })
}

/// The trunk that a D-channel signals for.
fn interface_name(model: &Model, line: SignallingLine) -> Option<&str> {
    let SignallingLine::DChannel(DChannel { interface, .. }) = line else { return None };
    let mut trunks = model.trunks.iter().filter(|trunk| matches!(trunk.signalling, Signalling::Pri(_)));
    Some(&trunks.nth(interface)?.name)
}

/// The model's spans as one media group: a span's place in the group is its place in the model.
pub fn media_spec(model: &Model) -> rt::Spec {
    let bearers = |index: usize| {
        let circuits = model.trunks.iter().flat_map(|trunk| &trunk.circuits);
        let own = circuits.filter(move |circuit| circuit.span.get() == index);
        own.map(move |circuit| (circuit.timeslot, model.spans[index].channel(circuit.timeslot))).collect()
    };
    let span = |(index, span): (usize, &config::model::Span)| rt::SpanSpec {
        law: match span.law {
            Law::A => media::Law::A,
            Law::Mu => media::Law::Mu,
        },
        bearers: bearers(index),
    };
    rt::Spec {
        spans: model.spans.iter().enumerate().map(span).collect(),
        buffering: Buffering { blocks: model.media.buffer_ms / BLOCK_MS, buffers: model.media.buffers },
        guard_blocks: if model.media.worker_priority.is_some() { GUARD_BLOCKS_REAL_TIME } else { GUARD_BLOCKS },
        scheduling: Scheduling {
            priority: model.media.tdm_priority,
            processor: model.media.processors.first().map(|processor| usize::from(*processor)),
            lock_memory: model.media.lock_memory,
        },
    }
}

/// Randomness for tags, branches and RTP's first numbers.
/// Who we prove to be in handshakes, where the configuration has any.
///
/// # Errors
/// The system has no random numbers.
pub(crate) fn identity_of(model: &Model) -> Result<Option<Arc<Identity>>, Failure> {
    let identity = model.sip.has_handshakes().then(Identity::draw).transpose()?;
    Ok(identity.map(Arc::new))
}

fn seed() -> io::Result<[u8; 32]> {
    let mut seed = [0; 32];
    File::open("/dev/urandom")?.read_exact(&mut seed)?;
    Ok(seed)
}

/// A block of the media path.
const BLOCK_MS: u8 = (media::BLOCK_OCTETS as u32 / media::FRAMES_PER_MS) as u8;
/// Requests that wait for the reactor.
const REQUESTS_MAX: usize = 64;
/// Blocks of 5 ms that the worker may be late by, which the ring adds to the delay: a few turns of the ordinary
/// scheduler.
const GUARD_BLOCKS: u8 = 6;
/// The same for a worker that nobody but the TDM thread precedes.
const GUARD_BLOCKS_REAL_TIME: u8 = 2;

#[cfg(test)]
mod tests;
