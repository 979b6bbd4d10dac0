//! Peers that are asked whether they are there, and trunks whose calls have nowhere to go.
//!
//! ```text
//!   every ping:  OPTIONS ──▶ ◀── an answer: there        nothing in ANSWER_WAIT, 408 or 503: silent
//!   a trunk:     every peer of its routes silent for `after`: cut off ──one answers──▶ as before
//! ```
//!
//! A trunk that is cut off has its circuits blocked for maintenance where the configuration says so, but for those that are
//! blocked already: an operator's blocking stays. This blocking is not journalled, because a gateway that starts again asks its
//! peers anew. A peer that nobody asks counts as being there.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use config::model::{PeerIndex, PeersDownAction, RouteFrom, RouteTo, Signalling, TrunkIndex};
use isup::cause::Cause;
use isup::codec::Cic;
use isup::exchange::{CircuitRange, GroupRequest, Request, Supervision};
use isup::q931::interface::Maintenance;
use tracing::{info, warn};

use super::Control;
use crate::call;
use crate::circuit::{Seat, SeatId};
use crate::sip::{self, NameAddr, Place, SessionId, Standalone, Uri, What};

/// All peers and trunks, as far as they are watched.
#[derive(Debug)]
pub(super) struct Watch {
    /// By [`PeerIndex`].
    peers: Vec<Peer>,
    /// By [`TrunkIndex`].
    trunks: Vec<Trunk>,
}

/// What is known of a peer.
#[derive(Debug, Clone, Copy)]
struct Peer {
    /// When it is asked next; `None`: never.
    next: Option<Instant>,
    /// The OPTIONS that has no answer, and when it went.
    asked: Option<(SessionId, Instant)>,
    /// Nothing has come back since then.
    silent: Option<Instant>,
}

#[derive(Debug, Default)]
struct Trunk {
    is_cut_off: bool,
    /// Those that we blocked for it.
    blocked: BTreeSet<SeatId>,
}

/// How long an answer may take before the peer counts as silent; the request is repeated meanwhile (T2 is 4 s).
const ANSWER_WAIT: Duration = Duration::from_secs(4);

impl Watch {
    /// Every peer that is to be asked is asked at once.
    pub fn new(now: Instant, pings: impl Iterator<Item = Option<Duration>>, trunks: usize) -> Watch {
        let peer = |ping: Option<Duration>| Peer { next: ping.map(|_| now), asked: None, silent: None };
        Watch { peers: pings.map(peer).collect(), trunks: (0..trunks).map(|_| Trunk::default()).collect() }
    }

    /// Whether a peer is there; `None`: nobody asks it.
    pub fn answers(&self, peer: PeerIndex) -> Option<bool> {
        let peer = &self.peers[peer.get()];
        let is_asked = peer.next.is_some() || peer.asked.is_some();
        is_asked.then_some(peer.silent.is_none())
    }

    /// Whether we blocked the circuit, and no operator.
    pub fn blocks(&self, seat: SeatId) -> bool {
        self.trunks.iter().any(|trunk| trunk.blocked.contains(&seat))
    }
}

impl Peer {
    fn poll_timeout(&self) -> Option<Instant> {
        let judged = self.asked.filter(|_| self.silent.is_none()).map(|(_, sent)| sent + ANSWER_WAIT);
        let next = self.next.filter(|_| self.asked.is_none());
        judged.into_iter().chain(next).min()
    }
}

impl Control {
    pub(super) fn watch_timeout(&self) -> Option<Instant> {
        let peers = self.watch.peers.iter().filter_map(Peer::poll_timeout);
        let trunks = self.model.trunk_indices().filter_map(|trunk| self.cut_off_at(trunk));
        peers.chain(trunks).min()
    }

    /// Asks whom it is time to ask, and judges who has not answered.
    pub(super) fn handle_watch_timeout(&mut self, now: Instant) {
        for index in self.model.peer_indices() {
            let peer = &self.watch.peers[index.get()];
            match (peer.asked, peer.next) {
                (Some((_, sent)), _) if sent + ANSWER_WAIT <= now => self.fell_silent(index, sent),
                (None, Some(next)) if next <= now => self.ask(now, index),
                _ => {}
            }
        }
        self.judge_trunks(now);
    }

    fn ask(&mut self, now: Instant, index: PeerIndex) {
        let call::Peer { hop, own, .. } = self.peer_towards(now, index);
        let session = self.sip.next_session();
        let peer = &mut self.watch.peers[index.get()];
        peer.asked = Some((session, now));
        peer.next = self.model.peer(index).ping.map(|ping| now + ping);
        let from = NameAddr::new(Uri::sip("", own.ip(), Some(own.port())));
        let (place, to) = (Place::at(hop.clone(), hop.clone()), NameAddr::new(hop));
        let request = Standalone { session, place, from, to, account: None, what: What::Options };
        self.sip.handle_command(now, sip::Command::Ask(Box::new(request)));
    }

    /// The answer to a request outside of dialogs, if there was one; what a NOTIFY is answered nobody waits for. Whoever says 408 or 503 speaks for a server behind it that is not there.
    pub(super) fn responded(&mut self, now: Instant, session: SessionId, status: Option<u16>) {
        let found = self.model.peer_indices().find_map(|index| {
            let (asked, sent) = self.watch.peers[index.get()].asked?;
            (asked == session).then_some((index, sent))
        });
        let Some((index, sent)) = found else { return };
        self.watch.peers[index.get()].asked = None;
        match status {
            None | Some(408 | 503) => self.fell_silent(index, sent),
            Some(_) => {
                if self.watch.peers[index.get()].silent.take().is_some() {
                    info!(peer = self.model.peer(index).name, "the peer answers again");
                }
            }
        }
        self.judge_trunks(now);
    }

    fn fell_silent(&mut self, index: PeerIndex, since: Instant) {
        if self.watch.peers[index.get()].silent.is_none() {
            warn!(peer = self.model.peer(index).name, "the peer does not answer OPTIONS");
            self.watch.peers[index.get()].silent = Some(since);
        }
    }

    /// When a trunk is to be cut off that is not, unless a peer answers before.
    fn cut_off_at(&self, trunk: TrunkIndex) -> Option<Instant> {
        let peers_down = self.model.trunk(trunk).peers_down;
        // Asked in every turn: trunks that nobody cuts off do not go through the routes.
        if peers_down.action == PeersDownAction::Ignore || self.watch.trunks[trunk.get()].is_cut_off {
            return None;
        }
        self.silent_since(trunk).map(|since| since + peers_down.after)
    }

    /// Since when every peer of a trunk's routes has been silent.
    fn silent_since(&self, trunk: TrunkIndex) -> Option<Instant> {
        let routes = self.model.routes.iter().filter(|route| route.from == RouteFrom::Trunk(trunk));
        let mut since = None;
        for route in routes {
            match route.to {
                RouteTo::Peer(peer) => since = since.max(Some(self.watch.peers[peer.get()].silent?)),
                // Of a user nobody asks whether it is there.
                RouteTo::Trunk(_) | RouteTo::User(_) => return None,
            }
        }
        since
    }

    fn judge_trunks(&mut self, now: Instant) {
        for trunk in self.model.trunk_indices() {
            let was_cut_off = self.watch.trunks[trunk.get()].is_cut_off;
            let is_cut_off = match was_cut_off {
                true => self.silent_since(trunk).is_some(),
                false => self.cut_off_at(trunk).is_some_and(|at| at <= now),
            };
            if was_cut_off == is_cut_off {
                continue;
            }
            self.watch.trunks[trunk.get()].is_cut_off = is_cut_off;
            let name = &self.model.trunk(trunk).name;
            match is_cut_off {
                true => warn!(trunk = name, "every peer of its routes is silent"),
                false => info!(trunk = name, "a peer of its routes answers again"),
            }
            if self.model.trunk(trunk).peers_down.action == PeersDownAction::Block {
                self.block_trunk(now, trunk, is_cut_off);
            }
        }
    }

    fn block_trunk(&mut self, now: Instant, trunk: TrunkIndex, block: bool) {
        let seats = self.trunks.seats().map(|(seat, _)| seat).filter(|seat| seat.trunk == trunk);
        let blocked = &self.watch.trunks[trunk.get()].blocked;
        let seats: Vec<Seat> = match block {
            true => seats.filter(|seat| !self.is_blocked_here(seat.id)).collect(),
            false => seats.filter(|seat| blocked.contains(&seat.id)).collect(),
        };
        self.watch.trunks[trunk.get()].blocked = seats.iter().map(|seat| seat.id).filter(|_| block).collect();
        self.block_seats(now, trunk, seats, block);
    }

    fn is_blocked_here(&self, seat: SeatId) -> bool {
        match seat {
            SeatId::Circuit(circuit) => self.view(circuit).blocked_local,
            SeatId::Channel(channel) => self.channel_view(channel).blocked_local,
        }
    }

    /// Consecutive circuits by one message, B-channels one by one.
    fn block_seats(&mut self, now: Instant, trunk: TrunkIndex, mut seats: Vec<Seat>, block: bool) {
        seats.sort_by_key(|seat| seat.number);
        for run in seats.chunk_by(|one, next| one.number + 1 == next.number) {
            match (&self.model.trunk(trunk).signalling, run) {
                (Signalling::Isup(_), [seat]) => {
                    if let SeatId::Circuit(circuit) = seat.id {
                        let request = if block { Request::Block } else { Request::Unblock };
                        self.exchange.handle_request(now, circuit, request);
                    }
                }
                (Signalling::Isup(isup), run) => {
                    let (first, last) = (Cic(run[0].number), Cic(run[run.len() - 1].number));
                    let range = CircuitRange { destination: isup.destination, first, last };
                    let request = if block { GroupRequest::Block } else { GroupRequest::Unblock };
                    self.exchange.handle_group_request(now, request(range, Supervision::Maintenance));
                }
                (Signalling::Pri(_), run) => {
                    for seat in run {
                        let SeatId::Channel(at) = seat.id else { continue };
                        let maintenance = if block { Maintenance::Block } else { Maintenance::Unblock };
                        self.pri[at.interface].interface.handle_maintenance(now, maintenance(at.channel));
                    }
                }
            }
        }
    }

    /// The cause with which a call of this trunk is released while it is cut off.
    pub(super) fn cut_off_cause(&self, trunk: TrunkIndex) -> Option<Cause> {
        let is_cut_off = self.watch.trunks[trunk.get()].is_cut_off;
        is_cut_off.then(|| Cause(self.model.trunk(trunk).peers_down.cause))
    }
}
