//! The call side of the pump: events to the call that they belong to, and the actions that it answers with.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use config::model::{Law, Listener, NextHop, PeerIndex, RouteTo, Srtp, SrtpKeys, Transport, TrunkIndex};
use isup::cause::Cause;
use isup::codec::Message;
use isup::exchange::{CircuitId, Indication, Number, Refusal, Request};
use rand_core::Rng;
use tracing::{info, warn};

use super::allowance::Denial;
use super::desk::Heard;
use super::{Control, Output, circuits, plan};
use crate::call::{Action, Beginning, Call, CallId, Caller, Destination, Event, NewSession, Onward, Peer, Rtp, Told};
use crate::circuit::{Seat, SeatId};
use crate::interwork::hub::{Release, Setup};
use crate::interwork::isup::{backward, iam};
use crate::interwork::sip::{Terms, invite};
use crate::route::{self, Choice, Prospect, Source};
use crate::sip::sdp::{Means, OurEnd};
use crate::sip::{self, Capabilities, Direction, Encryption, Incoming, OurKeys, SessionId, Uri};

/// Payload type of telephone events in our offers; any dynamic number would do, and this one is customary.
const TELEPHONE_EVENT: u8 = 101;

impl Control {
    pub(super) fn sip_event(&mut self, now: Instant, event: sip::Event) {
        if let sip::Event::Incoming(incoming) = event {
            return self.invited(now, &incoming);
        }
        if let sip::Event::Responded { session, status } = event {
            return self.responded(now, session, status);
        }
        match self.by_session.get(&event.session()).copied() {
            Some(call) if self.redirected(now, call, &event) => {}
            Some(call) => self.deliver(now, call, Event::Sip(event)),
            None => self.counters.orphans += 1,
        }
    }

    /// An INVITE: from a peer or a user it begins a call.
    fn invited(&mut self, now: Instant, incoming: &Incoming) {
        let Some(source) = self.caller(now, incoming) else { return };
        let incoming = &*self.dialled(incoming);
        let session = incoming.session;
        let peer = source.peer();
        if let Some(replaces) = &incoming.replaces {
            return self.replace(now, source, incoming, replaces);
        }
        let terms = self.terms(peer);
        let mut setup = invite::setup(incoming, terms);
        let dialled = setup.as_ref().map_or_else(|_| String::new(), |setup| setup.called.clone());
        let allowed = peer.map_or(Ok(()), |peer| self.allows(now, peer, &dialled));
        let allowed = allowed.and_then(|()| self.allows_way(peer, setup.as_ref().ok()));
        if allowed.is_err_and(Denial::is_momentary) {
            let retry_after_s = Some(plan::RETRY_AFTER_S);
            let refuse = sip::Command::Refuse { session, status: 503, cause: None, retry_after_s };
            return self.sip.handle_command(now, refuse);
        }
        if let Ok(setup) = &mut setup {
            let marked = incoming.emergency && terms.trusted && peer.is_some();
            setup.emergency = marked || self.model.emergency.has(&setup.called);
        }
        if let (Ok(setup), Some(peer)) = (&mut setup, peer)
            && let Err((status, phrase)) = self.verify(now, incoming, peer, setup)
        {
            return self.sip.handle_command(now, sip::Command::Distrust { session, status, phrase });
        }
        let choice = setup.as_mut().map_err(|cause| *cause).and_then(|setup| match allowed {
            Ok(()) => self.choose(source, setup),
            Err(denial) => {
                warn!(?source, called = setup.called, ?denial, "call beyond a peer's limits");
                Err(Cause::CALL_REJECTED)
            }
        });
        let setup = setup.unwrap_or_else(|_| invite::undialled(incoming));
        let (to, law) = match choice {
            Ok(RouteTo::Trunk(trunk)) => {
                let named = self.named_group(terms, &incoming.request_uri);
                let trunk = named.filter(|trunk| route::may_use(&self.model, source, *trunk)).unwrap_or(trunk);
                (Ok(Onward::Go(Destination::Trunk(trunk), setup.clone())), self.law_of(trunk))
            }
            // The configuration refuses routes from SIP to SIP.
            Ok(RouteTo::Peer(_) | RouteTo::User(_)) => (Err(Cause::NO_ROUTE_TO_DESTINATION), Law::A),
            Err(cause) => (Err(cause), Law::A),
        };
        self.counters.calls_from_sip += 1;
        if let Some(peer) = peer {
            self.allowance.begun(CallId(self.next_call), peer);
        }
        let from = Caller::Session {
            session: self.session(session, law, source),
            inviter: self.inviter(incoming, terms),
            offer: incoming.offer.clone(),
            call_id: incoming.call_id.clone(),
        };
        self.begin(now, from, setup, to);
    }

    /// The trunk group that a trusted peer names for a call that the plan sends to a trunk (RFC 4904); the context is our own
    /// address, and a group that we do not have is passed over.
    fn named_group(&self, terms: Terms, target: &Uri) -> Option<TrunkIndex> {
        let is_ours = |context: &str| {
            let ours = self.model.sip.listeners.iter().map(|listener| listener.advertised.ip().to_string());
            ours.into_iter().any(|own| own == context.trim_matches(['[', ']']))
        };
        invite::trunk_group(target, is_ours).filter(|_| terms.trusted).and_then(|name| self.model.trunk_named(name))
    }

    /// Whether a peer may call this number now.
    pub(super) fn allows(&mut self, now: Instant, peer: PeerIndex, called: &str) -> Result<(), Denial> {
        if self.model.emergency.has(called) {
            return Ok(());
        }
        let limits = &self.model.peer(peer).limits;
        // Only who has a limit pays for looking.
        let talking = limits.talk_per_day.map_or(Duration::ZERO, |_| {
            let calls = self.allowance.calls_of(peer).filter_map(|id| self.calls.get(&id));
            calls.map(|call| talk_time(now, call)).sum()
        });
        self.allowance.ask((now, self.system_time(now)), peer, limits, called, talking)
    }

    /// The INVITE as the plan reads it: a service of emergency (RFC 5031) is called by its number.
    fn dialled<'a>(&self, incoming: &'a Incoming) -> Cow<'a, Incoming> {
        let service = sip::emergency_service(&incoming.request_uri);
        let number = service.and_then(|service| self.model.emergency.number_of(&service).map(str::to_owned));
        match number.and_then(|number| Uri::parse(format!("tel:{number}").as_bytes()).ok()) {
            Some(request_uri) => Cow::Owned(Incoming { request_uri, ..incoming.clone() }),
            None => Cow::Borrowed(incoming),
        }
    }

    /// The way of the plan, unless its trunk is not for whose call this is.
    fn admit(&self, from: Source, choice: Choice, setup: &mut Setup) -> Result<RouteTo, Cause> {
        if let RouteTo::Trunk(trunk) = choice.to
            && !route::may_use(&self.model, from, trunk)
        {
            warn!(
                ?from,
                called = setup.called,
                trunk = self.model.trunk(trunk).name,
                "call to a trunk that is not for it"
            );
            return Err(Cause::CALL_REJECTED);
        }
        Ok(take(choice, setup))
    }

    /// Whether a peer may send a call by the routing number that it gives.
    fn allows_way(&self, peer: Option<PeerIndex>, setup: Option<&Setup>) -> Result<(), Denial> {
        let ordinary = setup.filter(|setup| !self.model.emergency.has(&setup.called));
        let number = ordinary.and_then(|setup| setup.portability.routing_number.as_ref());
        let (Some(peer), Some(number)) = (peer, number) else { return Ok(()) };
        let is_barred = self.model.peer(peer).limits.barred.iter().any(|pattern| pattern.matches(number));
        if is_barred { Err(Denial::Barred) } else { Ok(()) }
    }

    /// Where the plan sends a call; its called number becomes what is dialled there.
    pub(super) fn choose(&self, from: Source, setup: &mut Setup) -> Result<RouteTo, Cause> {
        let none = match from {
            Source::Peer(_) | Source::User(_) => Cause::UNALLOCATED_NUMBER,
            Source::Trunk(_) => Cause::NO_ROUTE_TO_DESTINATION,
        };
        let by_routing_number = route::choose(&self.model, from, setup.routed_by());
        // A number of whose new home the plan knows nothing goes by its own digits.
        let choice = by_routing_number.or_else(|| {
            setup.portability.routing_number.take()?;
            route::choose(&self.model, from, &setup.called)
        });
        self.admit(from, choice.ok_or(none)?, setup)
    }

    pub(super) fn circuit_event(&mut self, now: Instant, circuit: CircuitId, indication: Indication) {
        match (self.trunks.owner(SeatId::Circuit(circuit)), indication) {
            (_, Indication::CheckEquipment(wanted)) => self.check_equipment(circuit, wanted),
            (None, Indication::Setup(iam)) => self.iam_received(now, circuit, &iam),
            // Ours was about to go out on it: the far end was first.
            (Some(call), Indication::Setup(iam)) => {
                let refused = Indication::SetupRefused(Refusal::DualSeizure);
                self.deliver(now, call, Event::Circuit(circuit, refused));
                self.iam_received(now, circuit, &iam);
            }
            (Some(call), indication) if !is_maintenance(&indication) => {
                self.deliver(now, call, Event::Circuit(circuit, indication));
            }
            (_, indication) => {
                info!(circuit = circuit.0, ?indication, "circuit");
                self.circuit_heard(now, circuit, &indication);
            }
        }
    }

    /// What an operator may wait for.
    fn circuit_heard(&mut self, now: Instant, circuit: CircuitId, indication: &Indication) {
        let heard = match indication {
            Indication::BlockConfirmed => Heard::Blocked,
            Indication::UnblockConfirmed => Heard::Unblocked,
            Indication::ResetConfirmed => Heard::Reset,
            Indication::ContinuityChecked(passed) => Heard::Checked(*passed),
            Indication::Queried { theirs, agrees } => {
                self.queried(now, circuit, *agrees);
                Heard::Queried { ours: self.view(circuit), theirs: *theirs, agrees: *agrees }
            }
            _ => return,
        };
        self.desk.heard(SeatId::Circuit(circuit), &heard);
    }

    /// An IAM: it begins a call on its circuit.
    fn iam_received(&mut self, now: Instant, circuit: CircuitId, message: &Message) {
        if !self.seized_by_far_end(now, SeatId::Circuit(circuit), iam::setup(message)) {
            let rel = backward::rel(&Release::here(Cause::TEMPORARY_FAILURE));
            self.exchange.handle_request(now, circuit, Request::Release(rel));
        }
    }

    /// A call of the far end on a circuit of either kind; `false`: the circuit is none of ours, or has a call.
    pub(super) fn seized_by_far_end(&mut self, now: Instant, id: SeatId, mut setup: Result<Setup, Cause>) -> bool {
        let Some(seat) = self.trunks.seize_incoming(id, CallId(self.next_call)) else { return false };
        if let Ok(setup) = &mut setup {
            setup.is_complete |= !seat.overlap;
        }
        let to = setup.as_ref().map_err(|cause| *cause).and_then(|setup| self.route_from(now, seat, setup.clone()));
        self.counters.calls_from_pstn += 1;
        let setup = setup.unwrap_or_else(|_| Setup::unknown(String::new()));
        self.begin(now, Caller::Circuit(seat), setup, to);
        true
    }

    pub(super) fn route_from(&mut self, now: Instant, seat: Seat, mut setup: Setup) -> Result<Onward, Cause> {
        if !self.phase.takes_calls() {
            return Err(Cause::SWITCHING_EQUIPMENT_CONGESTION);
        }
        if !self.spans[usize::from(seat.at.span)].carries_calls() {
            return Err(Cause::CIRCUIT_OUT_OF_ORDER);
        }
        if let Some(cause) = self.cut_off_cause(seat.trunk) {
            return Err(cause);
        }
        let source = Source::Trunk(seat.trunk);
        setup.emergency |= self.model.emergency.has(&setup.called);
        let to = if setup.is_complete {
            self.choose_complete(source, &mut setup)?
        } else {
            match self.foresee(source, &mut setup)? {
                Ok(to) => to,
                Err(wait) => return Ok(Onward::Wait(wait)),
            }
        };
        Ok(Onward::Go(self.towards(now, to, &setup.called, seat.trunk)?, setup))
    }

    /// The way there by that number, for a party on a circuit of that trunk.
    pub(super) fn towards(
        &mut self,
        now: Instant,
        to: RouteTo,
        called: &str,
        from: TrunkIndex,
    ) -> Result<Destination, Cause> {
        Ok(match to {
            RouteTo::Trunk(trunk) => Destination::Trunk(trunk),
            RouteTo::Peer(peer) => self.destination(from, Source::Peer(peer), self.peer_towards(now, peer)),
            RouteTo::User(user) => {
                let peer = self.user_towards(now, user, called).ok_or(Cause::SUBSCRIBER_ABSENT)?;
                let party = self.model.user(user).peer.map_or(Source::User(user), Source::Peer);
                self.destination(from, party, peer)
            }
        })
    }

    fn destination(&mut self, trunk: TrunkIndex, party: Source, peer: Peer) -> Destination {
        let session = self.sip.next_session();
        if let Source::Peer(to) = party {
            self.plan_signature(session, trunk, to);
        }
        Destination::Peer(self.session(session, self.law_of(trunk), party), Box::new(peer))
    }

    /// A number from the PSTN that has all its digits; where those are too few the number is at fault, and not the route.
    fn choose_complete(&self, from: Source, setup: &mut Setup) -> Result<RouteTo, Cause> {
        let is_short = route::foresee(&self.model, from, setup.routed_by()) == Prospect::TooShort;
        if setup.called.is_empty() || is_short {
            return Err(Cause::INVALID_NUMBER_FORMAT);
        }
        self.choose(from, setup)
    }

    /// A number from the PSTN to which digits may be added: where it goes, or what is to be waited for.
    fn foresee(&self, from: Source, setup: &mut Setup) -> Result<Result<RouteTo, Number>, Cause> {
        if setup.called.is_empty() {
            return Ok(Err(Number::TooShort));
        }
        match route::foresee(&self.model, from, &setup.called) {
            Prospect::Whole(choice) => {
                setup.is_complete = true;
                self.admit(from, choice, setup).map(Ok)
            }
            Prospect::Settled(choice) if self.takes_digits(choice.to) => self.admit(from, choice, setup).map(Ok),
            Prospect::Settled(_) | Prospect::Open => Ok(Err(Number::MayGoOn)),
            Prospect::TooShort => Ok(Err(Number::TooShort)),
            Prospect::Nowhere => Err(Cause::NO_ROUTE_TO_DESTINATION),
        }
    }

    fn takes_digits(&self, to: RouteTo) -> bool {
        matches!(to, RouteTo::Trunk(trunk) if self.model.trunk(trunk).overlap)
    }

    /// The listener whose address is ours for the peer: of its transport and address family, as far as these are known.
    pub(super) fn listener_towards(&self, hop: &NextHop) -> Listener {
        let secure = hop.secure.then_some(Transport::Tls);
        let wanted = secure.or(hop.transport);
        let family = |it: &&Listener| hop.host.address().is_none_or(|ip| it.address.is_ipv4() == ip.is_ipv4());
        let transport = |it: &&Listener| wanted.is_none_or(|wanted| it.transport == wanted);
        let listeners = &self.model.sip.listeners;
        let best = listeners.iter().find(|it| family(it) && transport(it)).or(listeners.iter().find(family));
        *best.unwrap_or(&listeners[0])
    }

    pub(super) fn law_of(&self, trunk: TrunkIndex) -> Law {
        self.model.span(self.model.trunk(trunk).circuits[0].span).law
    }

    /// What a session with a peer or user is made with whose other end is a timeslot of that law.
    pub(super) fn session(&mut self, id: SessionId, law: Law, party: Source) -> NewSession {
        let capabilities = Capabilities {
            address: self.model.rtp.advertised,
            port: 0,
            codecs: plan::codecs(&self.model, law),
            telephone_event: Some(TELEPHONE_EVENT),
            packet_ms: self.model.rtp.packet_ms,
            direction: Direction::SendRecv,
            encryption: self.encryption(party),
            session: u64::from(self.random.next_u32()),
            version: 1,
        };
        let rtp = Rtp {
            tdm_law: plan::law(law),
            playout_ms: self.model.rtp.playout_ms,
            ssrc: self.random.next_u32(),
            // Below 2^15, so that a receiver of SRTP that misses the first packets knows their rollover counter (RFC 4568 section 6.4).
            first_sequence: self.random.next_u32() as u16 >> 1,
            first_timestamp: self.random.next_u32(),
        };
        let peer = party.peer();
        let transfers = peer.filter(|peer| self.model.peer(*peer).transfer);
        let redirects = peer.filter(|peer| self.model.peer(*peer).redirect);
        NewSession { id, capabilities, rtp, transfers, redirects }
    }

    /// Whether audio with somebody is encrypted, and by what.
    pub(super) fn encryption(&mut self, party: Source) -> Encryption {
        let (srtp, keys) = match party {
            Source::Peer(peer) => (self.model.peer(peer).srtp, self.model.peer(peer).srtp_keys),
            Source::User(user) => (self.model.user(user).srtp, self.model.user(user).srtp_keys),
            Source::Trunk(_) => return Encryption::Off,
        };
        match srtp {
            Srtp::Off => Encryption::Off,
            Srtp::Optional => Encryption::Optional(self.means(keys)),
            Srtp::Required => Encryption::Required(self.means(keys)),
        }
    }

    fn means(&mut self, keys: SrtpKeys) -> Means {
        match keys {
            SrtpKeys::Sdes => {
                let mut seed = [0; 32];
                self.random.fill_bytes(&mut seed);
                Means::Keys(Box::new(OurKeys::draw(seed)))
            }
            SrtpKeys::Dtls => {
                let identity = self.start.identity.clone();
                let identity = identity.expect("whoever begins draws one where the configuration has handshakes");
                Means::Handshake(OurEnd::new(identity))
            }
        }
    }

    fn begin(&mut self, now: Instant, from: Caller, setup: Setup, to: Result<Onward, Cause>) {
        let id = CallId(self.next_call);
        self.next_call += 1;
        let t11 = self.t11(&from);
        let call = Call::new(now, Beginning { id, from, setup, to, t11 });
        self.calls.insert(id, Box::new(call));
        self.index_sessions(id);
        self.carry_out(now, id);
    }

    /// How long ACM waits for SIP to say something: as agreed with the exchange that calls.
    fn t11(&self, from: &Caller) -> Duration {
        let timers = match from {
            Caller::Circuit(seat) => self.model.isup_timers(seat.trunk),
            Caller::Session { .. } => &self.model.variant.timers,
        };
        timers.t11
    }

    /// Tells a call what the gateway itself does.
    pub(super) fn tell(&mut self, now: Instant, id: CallId, told: Told) {
        self.deliver(now, id, Event::Gateway(told));
    }

    /// Tells a call something and carries out what it asks for.
    pub(super) fn deliver(&mut self, now: Instant, id: CallId, event: Event) {
        match self.calls.get_mut(&id) {
            Some(call) => call.handle(now, event),
            None => return self.counters.orphans += 1,
        }
        self.carry_out(now, id);
    }

    pub(super) fn call_timeout(&mut self, now: Instant, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.handle_timeout(now);
        }
        self.carry_out(now, id);
    }

    pub(super) fn carry_out(&mut self, now: Instant, id: CallId) {
        while let Some(action) = self.calls.get_mut(&id).and_then(|call| call.poll_action()) {
            match action {
                Action::Route(seat, setup) => self.route(now, id, seat, setup),
                Action::Refer(peer, stays, setup) => self.refer(now, id, (peer, stays), setup),
                Action::Join(side, peer, replaces) => self.join_sessions(now, id, (side, peer), &replaces),
                Action::Sip(command) => {
                    let command = self.signed(now, command);
                    self.sip.handle_command(now, command);
                }
                Action::Seize(trunk) => self.seize(now, id, trunk),
                Action::Circuit(circuit, request) => self.ask_circuit(now, circuit, request),
                Action::Channel(channel, request) => self.ask_channel(now, channel, request),
                Action::Free(seat) => self.trunks.free(seat.id),
                Action::Media(request) => self.outputs.push_back(Output::Media { call: id, request }),
                Action::Vacated(call) => self.tell(now, call, Told::Vacated),
                Action::Opened => self.journal_opened(id),
                Action::Over => self.over(now, id),
            }
        }
        let deadline = self.calls.get(&id).and_then(|call| call.poll_timeout());
        self.deadlines.set(id, deadline);
    }

    /// The number of a call has grown.
    fn route(&mut self, now: Instant, id: CallId, seat: Seat, setup: Setup) {
        let onward = self.route_from(now, seat, setup);
        self.routed(now, id, onward);
    }

    /// A call hears what the dial plan says, and may have a session by that.
    pub(super) fn routed(&mut self, now: Instant, id: CallId, onward: Result<Onward, Cause>) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.handle(now, Event::Gateway(Told::Routed(onward)));
        }
        self.index_sessions(id);
    }

    /// Every session of a call is found by its name.
    pub(super) fn index_sessions(&mut self, id: CallId) {
        let sessions = self.calls.get(&id).into_iter().flat_map(|call| call.sessions());
        self.by_session.extend(sessions.map(|session| (session, id)));
    }

    fn seize(&mut self, now: Instant, id: CallId, trunk: TrunkIndex) {
        let (exchange, pri, spans) = (&self.exchange, &self.pri, &self.spans);
        let available = |seat: &Seat| circuits::is_available(exchange, pri, spans, seat);
        let reserve = self.model.trunk(trunk).reserve;
        let is_emergency = self.calls.get(&id).is_some_and(|call| call.story().emergency);
        let has_room = reserve == 0 || is_emergency || self.trunks.has_more(trunk, reserve, available);
        let seat = if has_room { self.trunks.seize(trunk, id, available) } else { None };
        let told = seat.map_or(Told::Congested, Told::Seized);
        if let Some(call) = self.calls.get_mut(&id) {
            call.handle(now, Event::Gateway(told));
        }
    }

    fn over(&mut self, now: Instant, id: CallId) {
        let Some(call) = self.calls.remove(&id) else { return };
        for session in call.sessions() {
            self.by_session.remove(&session);
            self.to_sign.remove(&session);
        }
        self.allowance.over(self.system_time(now), id, talk_time(now, &call));
        match call.story().answered {
            Some(_) => self.counters.calls_answered += 1,
            None => self.counters.calls_unanswered += 1,
        }
        self.journal_closed(&call);
    }
}

/// From its answer until its release, or until now.
fn talk_time(now: Instant, call: &Call) -> Duration {
    let story = call.story();
    let until = story.released.unwrap_or(now);
    story.answered.map_or(Duration::ZERO, |since| until.duration_since(since))
}

/// The setup as the plan has it dialled there.
fn take(choice: Choice, setup: &mut Setup) -> RouteTo {
    setup.dial(choice.digits);
    setup.nature = choice.nature;
    choice.to
}

/// What concerns the circuit, and not the call that may be on it.
fn is_maintenance(indication: &Indication) -> bool {
    use Indication as I;
    matches!(
        indication,
        I::Blocked
            | I::Unblocked
            | I::BlockConfirmed
            | I::UnblockConfirmed
            | I::ResetConfirmed
            | I::ContinuityChecked(_)
            | I::Validated(_)
            | I::Queried { .. }
            | I::Confusion(_)
    )
}
