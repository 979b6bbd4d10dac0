//! The reactor: one thread on which the world tells the control plane what happened and does what it says.
//!
//! A turn takes what waits, in this order: signal units, media events, what the last outputs brought about, timers,
//! operators, at most [`DATAGRAMS_PER_TURN`] SIP datagrams, and as many events of SIP
//! connections; after every input the
//! control plane's outputs are carried out, in order, until it is quiet. So a flood of datagrams delays a signal unit
//! by one turn and no more. Then the reactor sleeps until something comes or the next timer is due.
//!
//! It decides nothing. TCP, TLS and DNS have a runtime of their own, [`aside`](super::aside), and tell it what came of them.

use super::aside::Aside;
use super::clock;
use super::journal::{Health, Journal};
use super::media::{Legs, report};
use super::resolve::Resolver;
use super::signalling::{Heard, Lines};
use super::spans::{Owners, Spans};
use super::streams::{Streams, Told};
use super::trace::Trace;
use super::udp::{DATAGRAMS_PER_TURN, Listeners};
use crate::control::input::{OperatorRequest, RequestId};
use crate::control::output::Reply;
use crate::control::{Control, Input, Output};
use crate::rt::{Group, Notice, Secure};
use crate::sip::{StreamEvent, StreamRequest};
use crate::stir::Stir;
use dahdi_sys::Event;
use media::Socket;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::future::pending;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, oneshot};

/// What the reactor stands between.
pub struct Edges<S> {
    /// Signalling timeslots.
    pub lines: Lines,
    /// SIP listeners.
    pub listeners: Listeners,
    /// SIP over TCP and TLS.
    pub streams: Streams,
    /// The DNS.
    pub resolver: Resolver,
    /// The runtime of both.
    pub aside: Aside,
    /// Media legs.
    pub legs: Legs<S>,
    /// The real-time threads that serve them.
    pub group: Group<Secure<S>>,
    /// Told when a line or the group has something.
    pub woken: Arc<Notify>,
    /// Span alarms.
    pub spans: Spans,
    /// Records that outlive the process.
    pub journal: Journal,
    /// What is captured.
    pub trace: Trace,
    /// How long the clock of simulated spans has waited for late readers, in milliseconds.
    pub patience_ms: Patience,
}

/// Tells the milliseconds that a simulated clock has waited; real ones never do.
pub type Patience = Box<dyn Fn() -> u64 + Send>;

/// What other threads ask of the reactor.
#[derive(Debug)]
pub enum Request {
    /// An operator's request and where its reply goes.
    Operator(OperatorRequest, oneshot::Sender<Reply>),
    /// The files of STIR have changed.
    Credentials(Box<Stir>),
    /// Drain and stop; said again, stop at once.
    Shutdown,
}

/// How the reactor ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ended {
    /// Every call was released and the links said so.
    Drained,
    /// It was told to stop a second time.
    AtOnce,
}

impl Ended {
    /// Whether nothing was cut off.
    pub fn is_clean(self) -> bool {
        self == Self::Drained
    }
}

/// The reactor itself.
pub struct Reactor<S> {
    control: Control,
    edges: Edges<S>,
    requests: mpsc::Receiver<Request>,
    ready: Option<oneshot::Sender<()>>,
    replies: BTreeMap<RequestId, oneshot::Sender<Reply>>,
    last_request: u64,
    inbox: VecDeque<Input>,
    health: Health,
    losses: Losses,
    /// DAHDI's numbers of spans that are being taken away.
    removed: BTreeSet<u32>,
    next_look: Instant,
    next_beat: Instant,
    stopping: bool,
    ended: Option<Ended>,
}

impl<S: Socket + Send + 'static> Reactor<S> {
    /// Joins a control plane to the world; `ready` is told when it can carry calls.
    pub fn new(
        control: Control,
        edges: Edges<S>,
        requests: mpsc::Receiver<Request>,
        ready: oneshot::Sender<()>,
    ) -> Self {
        Self {
            control,
            edges,
            requests,
            ready: Some(ready),
            replies: BTreeMap::new(),
            last_request: 0,
            inbox: VecDeque::new(),
            health: Health::default(),
            losses: Losses::default(),
            removed: BTreeSet::new(),
            next_look: clock::now(),
            next_beat: clock::now(),
            stopping: false,
            ended: None,
        }
    }

    /// Runs until the control plane has stopped, and gives back what it stood between.
    pub async fn run(mut self) -> (Ended, Edges<S>) {
        self.outputs();
        loop {
            let more = self.turn();
            if let Some(ended) = self.ended {
                return (ended, self.edges);
            }
            match more {
                // Lets the runtime look at descriptors and timers, without sleeping.
                true => tokio::task::yield_now().await,
                false => self.wait().await,
            }
        }
    }

    /// Takes what waits; true if some of it was left for the next turn.
    fn turn(&mut self) -> bool {
        let more_units = self.take_units();
        self.take_requests();
        self.take_media();
        self.look_around();
        self.handle_inbox();
        self.handle_timers();
        let more_datagrams = self.take_datagrams();
        let more_streams = self.take_streams();
        self.transmit();
        more_units || more_datagrams || more_streams
    }

    fn take_units(&mut self) -> bool {
        let Self { edges: Edges { lines, trace, .. }, inbox, next_look, removed, .. } = self;
        let more = lines.receive(|line, heard| match heard {
            Heard::Unit(octets) => {
                trace.unit_received(line, octets);
                inbox.push_back(Input::Unit { line, octets: octets.to_vec() });
            }
            Heard::Error(error) => inbox.push_back(Input::LineError { line, error }),
            Heard::Alarms => *next_look = clock::now(),
            Heard::Removed(span) => _ = removed.insert(span),
        });
        self.handle_inbox();
        self.leave_removed();
        more
    }

    fn take_media(&mut self) {
        let Self { edges: Edges { legs, group, spans, .. }, inbox, next_look, removed, .. } = self;
        group.clear_wakeup();
        group.tdm.tidy();
        legs.poll(clock::now(), &mut group.link, |input| inbox.push_back(input));
        while let Ok(notice) = group.tdm.notices.pop() {
            match notice {
                Notice::Event { at, event: Event::Removed } => removed.extend(spans.number(at.span.into())),
                // A bearer's alarm is its span's.
                Notice::Event { .. } => *next_look = clock::now(),
                Notice::NoClock => tracing::error!("the spans have no clock: no audio moves"),
                Notice::Clock => tracing::info!("the spans have a clock again"),
            }
        }
        self.leave_removed();
    }

    /// Closes what is open of spans that are being taken away: the driver waits for it.
    fn leave_removed(&mut self) {
        while let Some(number) = self.removed.pop_first() {
            let Edges { lines, group, spans, .. } = &mut self.edges;
            spans.removed(number, &mut Owners { lines, exchange: &mut |exchange| group.tdm.exchange(exchange) });
        }
    }

    /// What operators ask; the channel is as long as a turn takes of it.
    fn take_requests(&mut self) {
        while let Ok(request) = self.requests.try_recv() {
            self.ask(request);
        }
    }

    fn take_datagrams(&mut self) -> bool {
        let Self { edges: Edges { listeners, trace, .. }, inbox, .. } = self;
        let more = listeners.receive(|listener, remote, octets| {
            trace.datagram_received(listener, remote, octets);
            inbox.push_back(Input::Datagram { listener, remote, octets: octets.to_vec() });
        });
        while let Some((listener, remote)) = listeners.unreachable() {
            inbox.push_back(Input::Unreachable { listener, remote });
        }
        self.handle_inbox();
        more
    }

    fn take_streams(&mut self) -> bool {
        for _ in 0..DATAGRAMS_PER_TURN {
            let Some(told) = self.edges.streams.try_next() else { return false };
            self.hear_stream(told);
            self.handle_inbox();
        }
        true
    }

    fn hear_stream(&mut self, told: Told) {
        let Told { connection, event, between } = told;
        match (&event, between) {
            (StreamEvent::Octets(octets), Some((listener, remote))) => {
                self.edges.trace.octets_received(listener, remote, octets);
            }
            (StreamEvent::Message(octets), Some((listener, remote))) => {
                self.edges.trace.datagram_received(listener, remote, octets);
            }
            _ => {}
        }
        self.inbox.push_back(Input::Stream { connection, event });
    }

    fn handle_inbox(&mut self) {
        while let Some(input) = self.inbox.pop_front() {
            self.control.handle(clock::now(), input);
            self.outputs();
        }
    }

    fn handle_timers(&mut self) {
        let now = clock::now();
        if self.control.poll_timeout().is_some_and(|due| due <= now) {
            self.control.handle_timeout(now);
            self.outputs();
            self.handle_inbox();
        }
    }

    /// What changes without a word: alarms of spans, and the journal's disk; and the guards, who wait for a word.
    fn look_around(&mut self) {
        let now = clock::now();
        if now >= self.next_beat {
            self.next_beat = now + LOOK_AROUND_EVERY;
            self.edges.lines.beat();
        }
        if now < self.next_look {
            return;
        }
        self.next_look = now + LOOK_AROUND_EVERY;
        let Self { edges: Edges { lines, group, spans, .. }, inbox, .. } = self;
        let mut owners = Owners { lines, exchange: &mut |exchange| group.tdm.exchange(exchange) };
        spans.poll(&mut owners, |span, health| inbox.push_back(Input::Span { span, health }));
        let health = self.edges.journal.health();
        if health.trouble != self.health.trouble {
            let told = health.trouble.clone().map_or(Ok(()), Err);
            self.inbox.push_back(Input::JournalHealth(told));
        }
        self.health = health;
        self.tell_losses();
    }

    /// Losses that no protocol repairs are told when they grow; a flood of them is one line a second.
    fn tell_losses(&mut self) {
        let Edges { listeners, legs, trace, .. } = &self.edges;
        let losses = Losses { unsent: listeners.unsent(), refused: legs.refused(), untraced: trace.lost() };
        if losses != self.losses {
            tracing::warn!(
                datagrams_unsent = losses.unsent,
                media_changes_refused = losses.refused,
                packets_untraced = losses.untraced,
                journal_records_lost = self.health.lost,
                "something was lost; the numbers count from the start"
            );
            self.losses = losses;
        }
    }

    /// Carries out what the control plane says, until it is quiet.
    fn outputs(&mut self) {
        while let Some(output) = self.control.poll_output() {
            self.perform(output);
        }
    }

    fn perform(&mut self, output: Output) {
        match output {
            Output::Datagram { listener, remote, octets } => {
                self.edges.trace.datagram_sent(listener, remote, &octets);
                self.edges.listeners.send(listener, remote, &octets);
            }
            Output::Stream { connection, request } => {
                let message = match &request {
                    StreamRequest::Write(octets) if self.edges.trace.taps().is_some() => octets.clone(),
                    _ => Vec::new(),
                };
                if let Some((listener, remote)) = self.edges.streams.perform(connection, request) {
                    self.edges.trace.datagram_sent(listener, remote, &message);
                }
            }
            Output::Resolve { id, question } => {
                let answer = self.edges.resolver.ask(id, question);
                self.inbox.extend(answer.map(|(id, question, records)| Input::Resolved { id, question, records }));
            }
            Output::Media { call, request } => {
                let Edges { legs, group, .. } = &mut self.edges;
                self.inbox.extend(legs.perform(clock::now(), &mut group.link, call, request));
            }
            Output::Check { at, equipment } => {
                let Edges { legs, group, .. } = &mut self.edges;
                legs.check(&mut group.link, at, equipment);
            }
            Output::Journal(record) => self.edges.journal.append(record.to_line()),
            Output::Reply { id, reply } => self.reply(id, *reply),
            Output::Ready => {
                let _nobody_waits = self.ready.take().map(|ready| ready.send(()));
            }
            Output::Stopped => self.ended = Some(Ended::Drained),
        }
    }

    fn reply(&mut self, id: RequestId, mut reply: Reply) {
        if let Reply::Status(status) = &mut reply {
            status.media = report(&self.edges.group.link.counters(), self.edges.legs.rejections());
            status.media.patience_ms = (self.edges.patience_ms)();
        }
        // Whoever asked may have gone away meanwhile.
        let _gone = self.replies.remove(&id).map(|asker| asker.send(reply));
    }

    fn transmit(&mut self) {
        let Self { control, edges: Edges { lines, trace, .. }, .. } = self;
        let now = clock::now();
        lines.transmit(|line, unit| {
            let more = control.poll_unit(now, line, unit);
            if more {
                trace.unit_sent(line, unit);
            }
            more
        });
    }

    /// Sleeps until something comes or something is due.
    async fn wait(&mut self) {
        let due = self.next_due();
        let timer = async {
            match due {
                Some(due) => tokio::time::sleep_until(due.into()).await,
                None => pending().await,
            }
        };
        let Edges { woken, listeners, streams, resolver, .. } = &mut self.edges;
        let told = tokio::select! {
            () = woken.notified() => None,
            () = listeners.ready() => None,
            () = timer => None,
            told = streams.next() => told,
            (id, question, records) = resolver.answer() => {
                self.inbox.push_back(Input::Resolved { id, question, records });
                None
            }
            Some(request) = self.requests.recv() => {
                self.ask(request);
                None
            }
        };
        if let Some(told) = told {
            self.hear_stream(told);
        }
    }

    fn next_due(&mut self) -> Option<Instant> {
        let again = self.edges.lines.offer_again().map(|after| clock::now() + after);
        let handshakes = self.edges.legs.poll_timeout(clock::now());
        let due = [self.control.poll_timeout(), again, handshakes, Some(self.next_look), Some(self.next_beat)];
        due.into_iter().flatten().min()
    }

    fn ask(&mut self, request: Request) {
        match request {
            Request::Shutdown if self.stopping => self.ended = Some(Ended::AtOnce),
            Request::Shutdown => {
                self.stopping = true;
                self.inbox.push_back(Input::Shutdown);
            }
            Request::Credentials(stir) => self.inbox.push_back(Input::Credentials(stir)),
            Request::Operator(_, asker) if self.replies.len() >= REPLIES_OWED_MAX => {
                let _gone = asker.send(Reply::Refused("too many requests are unanswered already".into()));
            }
            Request::Operator(request, asker) => {
                self.last_request += 1;
                let id = RequestId(self.last_request);
                self.replies.insert(id, asker);
                self.inbox.push_back(Input::Operator { id, request });
            }
        }
    }
}

/// What was lost since the start.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Losses {
    unsent: u64,
    refused: u64,
    untraced: u64,
}

/// How often alarms and the disk are looked at unasked.
const LOOK_AROUND_EVERY: Duration = Duration::from_secs(1);
/// Replies that operators may be owed at a time.
pub const REPLIES_OWED_MAX: usize = 64;
